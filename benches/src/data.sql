-- A telephone operator: what all sizes have in common. The DIDs come in blocks,
-- see data.rs. Keys are all `secret`. Every filter's example finds 1 % of them or more.

INSERT INTO conflines (id, name, value, owner_id) VALUES
  (1, 'Allow_API',      '1',      0),
  (2, 'Allow_GET_API',  '1',      0),
  (3, 'API_Secret_Key', 'secret', 0),
  (4, 'Company',        'Bench',  0);

INSERT INTO users (id, username, usertype, first_name, last_name, acc_group_id) VALUES
  (0, 'admin',      'admin',      'System', 'Admin',       0),
  (1, 'accountant', 'accountant', 'Ada',    'Countwright', 1);

-- 20 resellers, each with its settings, and 100 users of each; 2,000 more are the
-- admin's own.
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 19)
INSERT INTO users (id, username, usertype, first_name, last_name)
SELECT 110 + i, 'reseller' || i, 'reseller', 'Regional Telecom', printf('No %02d', i) FROM n;

INSERT INTO conflines (name, value, owner_id)
SELECT v.column1, v.column2, users.id
FROM users JOIN (VALUES ('Allow_API', '1'), ('API_Secret_Key', 'secret')) v
WHERE usertype = 'reseller';

WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3999)
INSERT INTO users (id, username, usertype, first_name, last_name, owner_id)
SELECT 1000 + i, 'user' || i, 'user', CASE i % 20 WHEN 0 THEN 'Petras' ELSE 'Customer' END,
       printf('Company %04d', i), CASE WHEN i < 2000 THEN 0 ELSE 110 + i % 20 END
FROM n;

INSERT INTO devices (id, name, extension, device_type, user_id)
SELECT id * 3 + k.column1, printf('phone%d', id * 3 + k.column1), printf('%d', id * 3 + k.column1),
       CASE k.column1 WHEN 2 THEN 'IAX2' ELSE 'SIP' END, id
FROM users JOIN (VALUES (0), (1), (2)) k WHERE usertype = 'user';

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
INSERT INTO providers (id, name) SELECT i, 'Carrier Interconnect ' || i FROM n;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
INSERT INTO dialplans (id, name, dptype)
SELECT i, 'Reception menu ' || i, CASE i % 3 WHEN 0 THEN 'queue' ELSE 'ivr' END FROM n;

INSERT INTO acc_groups (id, name, group_type) VALUES (1, 'Support desk', 'accountant');
INSERT INTO acc_rights (id, name, right_type) VALUES (1, 'manage_dids_opt_1', 'accountant');
INSERT INTO acc_group_rights (acc_group_id, acc_right_id, value) VALUES (1, 1, 1);
