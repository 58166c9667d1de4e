-- A user for the component, run on MySQL 9.7 and MariaDB 10.11: it can
-- read the tables that `dids_get` reads, and do nothing else.
--
-- Run it as an administrator, after putting in your own values: the password,
-- the host the component connects from (`%` is any), and the database's name
-- where it is not `mor`. Then set the component's variable:
--
--   database = mysql://dids_get:PASSWORD@HOST:3306/mor
--
-- A server whose installation left users without a name (SELECT user, host FROM
-- mysql.user WHERE user = '') takes who comes from its own machine for one of them, and
-- refuses the password with error 1045: drop those, or name 'localhost' for '%' below.
--
-- Grant whole tables, not columns. A column that the user cannot see is, for
-- the component, not there: without `users.api_restricted` nothing would be
-- restricted.

CREATE USER IF NOT EXISTS 'dids_get'@'%' IDENTIFIED BY 'change-this-password';

GRANT SELECT ON mor.dids             TO 'dids_get'@'%';
GRANT SELECT ON mor.users            TO 'dids_get'@'%';
GRANT SELECT ON mor.devices          TO 'dids_get'@'%';
GRANT SELECT ON mor.providers        TO 'dids_get'@'%';
GRANT SELECT ON mor.dialplans        TO 'dids_get'@'%';
GRANT SELECT ON mor.conflines        TO 'dids_get'@'%';
GRANT SELECT ON mor.acc_rights       TO 'dids_get'@'%';
GRANT SELECT ON mor.acc_group_rights TO 'dids_get'@'%';

-- Last, because it fails on a server without this table, which does no harm.
GRANT SELECT ON mor.api_permissions  TO 'dids_get'@'%';
