-- Demo data: a small telephone operator with three resellers and 5,000 DIDs.
--
-- Run db/schema.sql first:
--
--     spin up --sqlite @db/schema.sql --sqlite @db/demo.sql
--
-- The data go into an empty database only. On any other, thus also when the
-- script runs again, nothing is changed. They are the same every time.
--
-- Who can call. The hash is SHA1(key); the admin's hash opens every account.
--
--   u            type        key             hash                                       DIDs  remarks
--   admin        admin       secret          e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4   5000
--   accountant   accountant  secret          e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4   5000  may manage DIDs
--   bookkeeper   accountant  secret          e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4      -  may not: You are not authorized to manage DIDs
--   baltic       reseller    baltic-secret   e1c99d3eb30ea020d32e766da878e3d85a96c23d    969  with own providers
--   alpen        reseller    alpen-secret    3aaa84e89e3baf1cfcca9a760addfa5a17cbd360    836
--   iberia       reseller    iberia-secret   98c1cbc330dbd8d16e5e94fbec019abf876d3be3    631  without a name: shows as its user name
--   jonas        user        secret          e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4     73  a user of the admin
--   ona          user        baltic-secret   e1c99d3eb30ea020d32e766da878e3d85a96c23d     84  a user of baltic
--   lukas        user        alpen-secret    3aaa84e89e3baf1cfcca9a760addfa5a17cbd360     33  a user of alpen
--   carmen       user        iberia-secret   98c1cbc330dbd8d16e5e94fbec019abf876d3be3     50  a user of iberia
--   permitted    user        secret          e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4    109  API restricted, dids_get allowed
--   restricted   user        secret          e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4      -  API restricted: API method not permitted: dids_get
--   partner      partner     secret          e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4      -  Access Denied
--
-- Numbers come from ranges set aside for fiction where a country has such.

SAVEPOINT install_demo;

-- One row if the database is empty, else none. Every INSERT below joins it.
DROP TABLE IF EXISTS temp.demo;
CREATE TEMP TABLE demo AS
SELECT 1 AS go
WHERE NOT EXISTS (SELECT 1 FROM users)
  AND NOT EXISTS (SELECT 1 FROM dids)
  AND NOT EXISTS (SELECT 1 FROM conflines);

-- Settings -------------------------------------------------------------------

INSERT INTO conflines (id, name, value, owner_id)
SELECT v.* FROM (VALUES
  ( 1, 'Allow_API',                 '1',              0),
  ( 2, 'Allow_GET_API',             '1',              0),
  ( 3, 'API_Secret_Key',            'secret',         0),
  ( 4, 'XML_API_Extension',         '0',              0),
  ( 5, 'API_Disable_hash_checking', '0',              0),
  ( 6, 'Company',                   'Demo Operator',  0),
  (11, 'Allow_API',                 '1',             10),
  (12, 'API_Secret_Key',            'baltic-secret', 10),
  (21, 'Allow_API',                 '1',             11),
  (22, 'API_Secret_Key',            'alpen-secret',  11),
  (31, 'Allow_API',                 '1',             12),
  (32, 'API_Secret_Key',            'iberia-secret', 12)
) AS v JOIN demo;

-- People ---------------------------------------------------------------------

INSERT INTO users (id, username, usertype, first_name, last_name, owner_id,
                   acc_group_id, own_providers, api_restricted, api_permission_group_id)
SELECT v.* FROM (VALUES
  (  0, 'admin',      'admin',      'System',       'Admin',          0, 0, 0, 0, NULL),
  (  1, 'accountant', 'accountant', 'Rasa',         'Kazlauskienė',   0, 1, 0, 0, NULL),
  (  2, 'bookkeeper', 'accountant', 'Tom',          'Ledger',         0, 2, 0, 0, NULL),
  ( 10, 'baltic',     'reseller',   'Baltic Voice', '',               0, 0, 1, 0, NULL),
  ( 11, 'alpen',      'reseller',   'Alpen',        'Telekom & Sohn', 0, 0, 0, 0, NULL),
  ( 12, 'iberia',     'reseller',   '',             '',               0, 0, 0, 0, NULL),
  ( 20, 'partner',    'partner',    'Paula',        'Partner',        0, 0, 0, 0, NULL),
  (101, 'jonas',      'user',       'Jonas',        'Petraitis',      0, 0, 0, 0, NULL),
  (102, 'restricted', 'user',       'Robin',        'Bound',          0, 0, 0, 1, 1),
  (103, 'permitted',  'user',       'Petra',        'Free',           0, 0, 0, 1, 2),
  (201, 'ona',        'user',       'Ona',          'Žukauskaitė',   10, 0, 0, 0, NULL),
  (301, 'lukas',      'user',       'Lukas',        'Müller',        11, 0, 0, 0, NULL),
  (401, 'carmen',     'user',       'Carmen',       'García',        12, 0, 0, 0, NULL)
) AS v JOIN demo;

-- Some more users: 15 of the admin, 10 of each reseller. Every ninth has no
-- last name, every tenth no name at all.
WITH RECURSIVE
  person(k, first, last) AS (VALUES
    (0, 'Petras', 'Jankauskas'), (1, 'Emily', 'O''Brien'),   (2, 'Jürgen', 'Weiß'),
    (3, 'Giulia', 'D''Angelo'),  (4, 'João', 'da Silva'),    (5, 'Zoë', 'Smith-Jones'),
    (6, 'Łukasz', 'Nowak'),      (7, 'Inês', 'Gonçalves'),   (8, 'François', 'Lefèvre'),
    (9, 'Kristīne', 'Bērziņa'),  (10, 'Mary Ann', 'Taylor')),
  circle(owner, first_id, size) AS (VALUES (0, 111, 15), (10, 211, 10), (11, 311, 10), (12, 411, 10)),
  seq(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM seq WHERE n < 14),
  member(id, owner, k) AS (
    SELECT first_id + n, owner, (first_id / 10 + n * 3) % 11 FROM circle JOIN seq ON n < size)
INSERT INTO users (id, username, usertype, first_name, last_name, owner_id)
SELECT id, 'user' || id, 'user',
       CASE WHEN id % 10 = 0 THEN '' ELSE first END,
       CASE WHEN id % 10 = 0 OR id % 9 = 0 THEN '' ELSE last END,
       owner
FROM member JOIN person USING (k) JOIN demo;

-- Rights ---------------------------------------------------------------------

INSERT INTO acc_groups (id, name, group_type)
SELECT v.* FROM (VALUES
  (1, 'Support desk',  'accountant'),
  (2, 'Invoices only', 'accountant')
) AS v JOIN demo;

INSERT INTO acc_rights (id, name, right_type)
SELECT v.* FROM (VALUES
  (1, 'user_manage',       'accountant'),
  (2, 'invoices_manage',   'accountant'),
  (3, 'manage_dids_opt_1', 'accountant')
) AS v JOIN demo;

INSERT INTO acc_group_rights (id, acc_group_id, acc_right_id, value)
SELECT v.* FROM (VALUES
  (1, 1, 1, 1), (2, 1, 2, 0), (3, 1, 3, 1),
  (4, 2, 1, 0), (5, 2, 2, 2), (6, 2, 3, 0)
) AS v JOIN demo;

INSERT INTO api_permissions (id, api_permission_group_id, method, level)
SELECT v.* FROM (VALUES
  (1, 1, 'user_details_get', 1),
  (2, 1, 'user_calls_get',   1),
  (3, 2, 'user_details_get', 1),
  (4, 2, 'dids_get',         1)
) AS v JOIN demo;

-- What DIDs point to ---------------------------------------------------------

INSERT INTO providers (id, name)
SELECT v.* FROM (VALUES
  (1, 'Test Provider'),
  (2, 'Baltic Carrier'),
  (3, 'Thames Interconnect'),
  (4, 'Rhein & Spree Netz'),
  (5, 'Ponte Telecom'),
  (6, 'Liberty Trunks'),
  (7, 'Sul Voz'),
  (8, NULL),                                -- lost its name
  (9, 'Baltic Voice own trunk')
) AS v JOIN demo;

INSERT INTO dialplans (id, name, dptype)
SELECT v.* FROM (VALUES
  ( 1, 'Call home card',      'callingcard'),
  ( 2, 'testDialPlan',        'authbypin'),
  ( 3, 'Main menu',           'ivr'),
  ( 4, 'Night menu <closed>', 'ivr'),
  ( 5, 'Call me back',        'callback'),
  ( 6, 'Support queue',       'queue'),
  ( 7, 'Sales & billing',     'queue'),
  ( 8, 'Voice mail',          'pbxfunction'),
  ( 9, 'Front desk',          'ringgroup'),
  (10, 'Forward to mobile',   'quickforwarddid')
) AS v JOIN demo;

-- Three devices for every user, of every type. A few have no name.
WITH
  slot(k) AS (VALUES (1), (2), (3)),
  kind(k, device_type) AS (VALUES
    (0, 'SIP'), (1, 'SIP'), (2, 'IAX2'), (3, 'SIP'), (4, 'FAX'), (5, 'H323'), (6, 'Virtual')),
  piece(id, user_id, device_type) AS (
    SELECT users.id * 10 + slot.k, users.id, kind.device_type
    FROM users JOIN slot JOIN kind ON kind.k = (users.id + slot.k * 2) % 7
    WHERE users.usertype = 'user')
INSERT INTO devices (id, name, extension, device_type, user_id)
SELECT id,
       CASE WHEN id % 13 = 0 THEN NULL
            WHEN id % 17 = 0 THEN ''
            WHEN device_type = 'FAX' THEN 'fax' || id
            WHEN device_type = 'Virtual' THEN 'virtual' || id
            ELSE CAST(id AS TEXT) END,
       CAST(id AS TEXT), device_type, user_id
FROM piece JOIN demo;

-- DIDs -----------------------------------------------------------------------

-- Numbers are bought in blocks, and handed on to customers by tens. What
-- becomes of a single number is drawn from two sequences, `a` and `b`.
WITH RECURSIVE
  block(k, prefix, digits, first, size, language, tonezone, provider_id) AS (VALUES
    ( 1, '37052',     6, 190000, 600, 'lt', 'lt', 2),     -- Vilnius
    ( 2, '442079460', 3,      0, 500, 'en', 'uk', 3),     -- London
    ( 3, '493023125', 3,      0, 500, 'de', 'de', 4),     -- Berlin
    ( 4, '37066',     6, 123000, 400, 'lt', 'lt', 1),     -- Lithuania, mobile
    ( 5, '390655501', 3,      0, 400, 'it', 'it', 5),     -- Rome
    ( 6, '121255501', 2,      0, 100, 'en', 'us', 6),     -- New York
    ( 7, '131255501', 2,      0, 100, 'en', 'us', 6),     -- Chicago
    ( 8, '55113555',  4,   2000, 300, 'pt', 'br', 7),     -- São Paulo
    ( 9, '441614960', 3,      0, 300, 'en', 'uk', 3),     -- Manchester
    (10, '498999998', 3,      0, 300, '',   'de', 4),     -- Munich
    (11, '37037',     6, 201000, 300, '',   'lt', 9),     -- Kaunas
    (12, '180055501', 2,      0, 100, '',   'us', 6),     -- United States, toll free
    (13, '121355501', 2,      0, 100, 'en', 'us', 6),     -- Los Angeles
    (14, '141555501', 2,      0, 100, 'en', 'us', 6),     -- San Francisco
    (15, '552199555', 4,   7000, 100, 'pt', 'br', 7),     -- Rio de Janeiro, mobile
    (16, '390255502', 3,      0, 200, '',   'it', 5),     -- Milan
    (17, '447700900', 3,      0, 200, 'en', 'uk', 8),     -- Great Britain, mobile
    (18, '3491555',   4,   4000, 100, 'es', 'es', 5),     -- Madrid
    (19, '3319900',   4,   1000, 100, 'fr', 'fr', 5),     -- Paris
    (20, '37167',     6, 855000, 100, '',   '',   2),     -- Riga
    (21, '4822555',   4,   6000, 100, 'pl', 'pl', 0)),    -- Warsaw, ported in
  remark(k, text) AS (VALUES
    (0, 'Müller & Söhne <main>'), (1, 'Golden number'), (2, ''),
    (3, 'Ring "front desk" first, then ''back office'''),
    (4, 'Ported 2024-05' || char(13, 10) || 'papers: folder 17'),
    (5, 'Klientų aptarnavimas'), (6, '<b>do not sell</b>'), (7, 'Voice agent ☎ 24/7'),
    (8, 'Mr. O''Brien''s fax'), (9, 'Campaign A&B')),
  seq(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM seq WHERE n < 599),
  number AS (
    SELECT row_number() OVER (ORDER BY k, n) AS id,
           prefix || substr('000000' || (first + n), -digits) AS did,
           -- The customer's draw: the same for ten numbers in a row.
           ((k * 1000 + n / 10) * 2654435761 & 4294967295) >> 12 AS c,
           block.language, block.tonezone, block.provider_id
    FROM block JOIN seq ON n < size),
  drawn AS (
    SELECT *,
           ((id + 17) * 2246822519 & 4294967295) >> 11 AS a,
           ((id + 40503) * 3266489917 & 4294967295) >> 13 AS b,
           CASE WHEN c % 100 < 46 THEN 0 WHEN c % 100 < 68 THEN 10
                WHEN c % 100 < 86 THEN 11 ELSE 12 END AS holder
    FROM number),
  customer(id, owner, rank, rivals) AS (
    SELECT id, owner_id, row_number() OVER (PARTITION BY owner_id ORDER BY id) - 1,
           count(*) OVER (PARTITION BY owner_id)
    FROM users WHERE usertype = 'user'),
  fate AS (
    SELECT drawn.*, customer.id AS customer,
           CASE WHEN a % 100 < 48 THEN 'active' WHEN a % 100 < 72 THEN 'free'
                WHEN a % 100 < 82 THEN 'reserved' WHEN a % 100 < 92 THEN 'closed'
                ELSE 'terminated' END AS status,
           -- Of the active ones a fifth run a dial plan, half of these
           -- without any user; some more go to an external server.
           a % 100 < 10 AS planned, a % 100 < 5 AS unmanned, a % 100 IN (10, 11) AS external
    FROM drawn JOIN customer ON customer.owner = holder AND customer.rank = c / 100 % customer.rivals)
INSERT INTO dids (id, did, status, user_id, device_id, reseller_id, dialplan_id, provider_id, closed_till,
                  language, comment, reseller_comment, call_limit, tonezone,
                  ai_agent_compatible, routes_to_openai_project_id, updated_at)
SELECT fate.id, did, status,
       CASE WHEN status IN ('free', 'terminated') OR unmanned THEN 0 ELSE customer END,
       CASE WHEN status <> 'active' OR planned THEN 0 WHEN external THEN -2 ELSE customer * 10 + 1 + b % 3 END,
       CASE WHEN status = 'terminated' THEN 0 ELSE holder END,
       CASE WHEN planned THEN 1 + b % 10 ELSE 0 END,
       -- Two point to a provider that was deleted, a few to none.
       CASE WHEN fate.id % 1777 = 0 THEN 99 WHEN fate.id % 701 = 0 THEN NULL ELSE provider_id END,
       CASE WHEN status <> 'closed' THEN '2006-01-01 00:00:00'
            WHEN a % 2 THEN datetime('2025-01-01 12:00:00', '+' || (b % 300) || ' days')
            ELSE datetime('2031-01-01 12:00:00', '+' || (b % 1000) || ' days') END,
       CASE WHEN fate.id % 809 = 0 THEN NULL WHEN b % 7 = 0 THEN '' ELSE language END,
       mine.text,
       CASE WHEN holder > 0 THEN theirs.text END,
       CASE WHEN fate.id % 907 = 0 THEN NULL ELSE substr('00000001225', 1 + b % 11, 1) * (1 + (b % 11 > 8) * 4) END,
       CASE WHEN b % 5 = 0 THEN NULL ELSE tonezone END,
       CASE WHEN fate.id % 1009 = 0 THEN NULL ELSE b % 3 = 0 END,
       CASE WHEN b % 3 > 0 OR status <> 'active' THEN NULL WHEN b % 2 THEN '' ELSE printf('proj_%08x', a * 977 + b) END,
       CASE WHEN b % 10 = 9 THEN NULL ELSE datetime('2024-03-01 06:00:00', '+' || (a * 33 + b % 60) || ' seconds') END
FROM fate
LEFT JOIN remark AS mine   ON mine.k   = a / 7 % 37
LEFT JOIN remark AS theirs ON theirs.k = b / 7 % 29
JOIN demo;

DROP TABLE temp.demo;
RELEASE install_demo;
