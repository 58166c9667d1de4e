-- Demo data for MariaDB and MySQL 8: an admin, a reseller with a user, 1,000 DIDs.
-- Run db/mysql.sql first. All keys are `secret`, but the reseller's: `shop-secret`.

SET SESSION sql_mode = CONCAT(@@sql_mode, ',NO_AUTO_VALUE_ON_ZERO');

INSERT INTO users (id, username, usertype, first_name, last_name, owner_id) VALUES
  (0, 'admin', 'admin',    'System', 'Admin',  0),
  (2, 'shop',  'reseller', 'Number', 'Shop',   0),
  (3, 'anna',  'user',     'Anna',   'Smith',  0),
  (4, 'ben',   'user',     'Ben',    'Jones',  2);

INSERT INTO conflines (name, value, owner_id) VALUES
  ('Allow_API',      '1',           0),
  ('Allow_GET_API',  '1',           0),
  ('API_Secret_Key', 'secret',      0),
  ('Allow_API',      '1',           2),
  ('API_Secret_Key', 'shop-secret', 2);

INSERT INTO providers (id, name) VALUES (1, 'Liberty Trunks');
INSERT INTO devices (id, name, extension, device_type, user_id) VALUES
  (1, 'anna-desk', '101', 'SIP', 3);

-- Of each ten numbers one is anna's, two the shop's, one of those ben's. The range
-- is set aside for fiction.
INSERT INTO dids (did, status, user_id, reseller_id, device_id, provider_id, language)
WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
SELECT CONCAT('12025550', LPAD(i, 3, '0')),
       CASE i % 10 WHEN 1 THEN 'active' WHEN 2 THEN 'active' WHEN 3 THEN 'reserved' ELSE 'free' END,
       CASE i % 10 WHEN 1 THEN 3 WHEN 2 THEN 4 ELSE 0 END,
       CASE i % 10 WHEN 2 THEN 2 WHEN 3 THEN 2 ELSE 0 END,
       CASE i % 10 WHEN 1 THEN 1 ELSE 0 END,
       1, 'en'
FROM n;
