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
-- Of `users`, `devices` and `providers`, which hold passwords, columns are granted, and
-- of the other tables all. The component never takes a column that it may not read for
-- one that does not exist: it answers 503, and its log names what to grant.

CREATE USER IF NOT EXISTS 'dids_get'@'%' IDENTIFIED BY 'change-this-password';

GRANT SELECT ON mor.dids TO 'dids_get'@'%';
GRANT SELECT (id, username, usertype, first_name, last_name, owner_id, acc_group_id, own_providers) ON mor.users TO 'dids_get'@'%';
GRANT SELECT (id, name, extension, device_type) ON mor.devices TO 'dids_get'@'%';
GRANT SELECT (id, name) ON mor.providers TO 'dids_get'@'%';
GRANT SELECT ON mor.dialplans TO 'dids_get'@'%';
GRANT SELECT ON mor.conflines TO 'dids_get'@'%';
GRANT SELECT ON mor.acc_rights TO 'dids_get'@'%';
GRANT SELECT ON mor.acc_group_rights TO 'dids_get'@'%';

-- API restriction. These come last, because they fail on a server without the columns
-- or the table, which does no harm: what does not exist need not be granted.
GRANT SELECT (api_restricted, api_permission_group_id) ON mor.users TO 'dids_get'@'%';
GRANT SELECT ON mor.api_permissions TO 'dids_get'@'%';
