-- MOR's tables as far as `dids_get` reads them, for MySQL and MariaDB.
--
-- A live MOR database has these tables already, with more columns: there only
-- db/mysql-grant.sql is wanted, and nothing of this script. It makes a database
-- to try things in, and says which columns are read and which indexes serve.
--
-- Names, types and defaults are MOR's own. No foreign keys: a live database has
-- DIDs whose provider or device is long gone, and such DIDs must still be listed.
--
-- The collation decides what is found and how numbers are sorted. With one that
-- is case-sensitive (`_bin`, `_cs`) filters are not, but lose their indexes.
--
-- Dates are in the server's time zone, as in MOR; answers are in UTC.
--
-- Running this script again changes nothing.

CREATE TABLE IF NOT EXISTS dids (
  id                          INT          NOT NULL AUTO_INCREMENT PRIMARY KEY,
  did                         VARCHAR(50),
  status                      VARCHAR(255) DEFAULT 'free',
  user_id                     INT          DEFAULT 0,
  device_id                   INT          DEFAULT 0,  -- -2: handed to an external server
  reseller_id                 INT          DEFAULT 0,
  dialplan_id                 INT          DEFAULT 0,
  provider_id                 INT          DEFAULT 0,
  closed_till                 DATETIME     NOT NULL DEFAULT '2006-01-01 00:00:00',
  language                    VARCHAR(10)  DEFAULT '',
  comment                     VARCHAR(255) DEFAULT NULL,
  reseller_comment            VARCHAR(255) DEFAULT NULL,
  call_limit                  INT          DEFAULT 0,  -- 0: unlimited
  tonezone                    VARCHAR(5)   DEFAULT NULL,
  -- What follows exists on newer servers only. Each may be absent: the
  -- component looks which of them there are and leaves out what is missing.
  ai_agent_compatible         TINYINT(1)   DEFAULT 0,
  routes_to_openai_project_id VARCHAR(255) DEFAULT NULL,
  updated_at                  DATETIME     DEFAULT NULL,

  -- InnoDB ends every index with the row's id. An index that ends in `did` is
  -- therefore already in the order of the list, number then id.

  -- The whole list, as admins and accountants read it; also exact numbers.
  KEY dids_did (did),
  -- All that one reseller holds, all that one user holds.
  KEY dids_reseller (reseller_id, did),
  KEY dids_user (user_id, did),
  -- search_device, search_dialplan, search_provider, search_status, search_language.
  KEY dids_device (device_id, did),
  KEY dids_dialplan (dialplan_id, did),
  KEY dids_provider (provider_id, did),
  KEY dids_status (status(20), did),
  KEY dids_language (language, did),
  -- search_updated_since: what little changed since a copy was last brought up to date.
  KEY dids_updated (updated_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE IF NOT EXISTS users (
  id                      INT         NOT NULL PRIMARY KEY,  -- the admin is 0
  username                VARCHAR(30),
  usertype                VARCHAR(20),                       -- admin, accountant, reseller, user, partner
  first_name              VARCHAR(50) DEFAULT '',
  last_name               VARCHAR(50) DEFAULT '',
  owner_id                INT         DEFAULT 0,             -- 0: the admin, else a reseller
  acc_group_id            INT         DEFAULT 0,
  own_providers           INT         DEFAULT 0,
  -- API restriction, with names of our own: both columns may be absent, and
  -- then nothing is restricted. An operator can supply them by a view.
  api_restricted          TINYINT(1)  DEFAULT 0,
  api_permission_group_id INT         DEFAULT NULL,
  -- Every request looks its caller up by name.
  KEY users_username (username)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE IF NOT EXISTS devices (
  id          INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name        VARCHAR(100),
  extension   VARCHAR(100),
  device_type VARCHAR(20),                                   -- SIP, IAX2, H323, FAX, Virtual ...
  user_id     INT DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE IF NOT EXISTS providers (
  id   INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name VARCHAR(255)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE IF NOT EXISTS dialplans (
  id     INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name   VARCHAR(255),
  dptype VARCHAR(30)                                         -- callingcard, authbypin, ivr, callback, queue ...
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

-- Settings: global ones have owner 0, a reseller's own its user id.
CREATE TABLE IF NOT EXISTS conflines (
  id       INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name     VARCHAR(255),
  value    VARCHAR(255),
  owner_id INT DEFAULT 0,
  -- Every request reads a few settings of one or two owners.
  KEY conflines_owner_name (owner_id, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE IF NOT EXISTS acc_groups (
  id         INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name       VARCHAR(100),
  group_type VARCHAR(20)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE IF NOT EXISTS acc_rights (
  id         INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  name       VARCHAR(100),
  right_type VARCHAR(20),
  KEY acc_rights_name (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

CREATE TABLE IF NOT EXISTS acc_group_rights (
  id           INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  acc_group_id INT,
  acc_right_id INT,
  value        INT DEFAULT 0,                                -- 0 none, 1 read, 2 write
  KEY acc_group_rights_group_right (acc_group_id, acc_right_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;

-- What a group of restricted callers may call. The table may be absent; if it
-- is while the users' columns are there, restricted callers are refused.
CREATE TABLE IF NOT EXISTS api_permissions (
  id                      INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  api_permission_group_id INT,
  method                  VARCHAR(100),
  level                   INT DEFAULT 0,                     -- 0 none, 1 read, 2 write
  KEY api_permissions_group_method (api_permission_group_id, method)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
