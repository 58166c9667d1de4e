-- The DIDs from ?1 up to ?2. Numbers were bought in blocks of a thousand, so the
-- order of the numbers is that of the ids within a block and not beyond.
WITH RECURSIVE
  n(id) AS (SELECT ?1 UNION ALL SELECT id + 1 FROM n WHERE id < ?2),
  number AS (
    SELECT id, (id - 1) % 1000 AS nth, (id - 1) / 1000 AS block,
           (id * 2654435761 & 4294967295) >> 12 AS a, (id * 2246822519 & 4294967295) >> 11 AS b
    FROM n),
  drawn AS (
    SELECT *, block % 5 AS country,
           CASE WHEN a % 100 < 60 THEN 'active' WHEN a % 100 < 80 THEN 'free'
                WHEN a % 100 < 88 THEN 'reserved' WHEN a % 100 < 95 THEN 'closed'
                ELSE 'terminated' END AS status,
           CASE WHEN b % 2 THEN (b / 2) % 2000 ELSE 2000 + (b / 2) % 2000 END AS customer
    FROM number),
  fate AS (
    SELECT *, CASE WHEN customer < 2000 OR status = 'terminated' THEN 0 ELSE 110 + customer % 20 END AS holder
    FROM drawn)
INSERT INTO dids (id, did, status, user_id, device_id, reseller_id, dialplan_id, provider_id, closed_till,
                  language, comment, reseller_comment, call_limit, tonezone,
                  ai_agent_compatible, routes_to_openai_project_id, updated_at)
SELECT id,
       CASE country WHEN 0 THEN '370' WHEN 1 THEN '44' WHEN 2 THEN '49' WHEN 3 THEN '33' ELSE '1212555' END
         || printf('%05d%03d', block * 7919 % 99991, nth),
       status,
       CASE WHEN status IN ('free', 'terminated') THEN 0 ELSE 1000 + customer END,
       CASE WHEN status = 'active' AND a % 4 THEN (1000 + customer) * 3 + b % 3 ELSE 0 END,
       holder,
       CASE WHEN status = 'active' AND a % 4 = 0 THEN 1 + b % 50 ELSE 0 END,
       1 + block % 20,
       CASE WHEN status <> 'closed' THEN '2006-01-01 00:00:00'
            ELSE datetime('2031-01-01 12:00:00', '+' || (b % 1000) || ' days') END,
       substr('ltendefren', country * 2 + 1, 2),
       CASE a % 3 WHEN 0 THEN 'Ported in, papers in folder ' || b % 900 END,
       CASE WHEN holder AND b % 3 = 0 THEN 'Sold to customer ' || customer END,
       CASE WHEN b % 4 = 0 THEN 1 + b % 30 ELSE 0 END,
       substr('ltukdefrus', country * 2 + 1, 2),
       a % 3 = 0,
       CASE WHEN status = 'active' AND b % 3 = 0 THEN printf('proj_%08x', a) END,
       datetime('2026-03-01 06:00:00', '+' || (a * 33 + b % 60) || ' seconds')
FROM fate;
