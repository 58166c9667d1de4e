-- MOR's tables as far as `dids_get` reads them, for SQLite.
--
-- Names, types and defaults are MOR's own, so the same queries run on a live
-- MOR database. Only columns that the component reads are here. No foreign
-- keys: a live database has DIDs whose provider or device is long gone, and
-- such DIDs must still be listed.
--
-- COLLATE NOCASE stands where MOR's collation decides what is found or how it
-- is sorted. It folds ASCII letters only; MySQL may fold accents as well.
--
-- Dates are text, `YYYY-MM-DD HH:MM:SS`, in UTC.
--
-- Running this script again changes nothing.

SAVEPOINT install_schema;

CREATE TABLE IF NOT EXISTS dids (
  id                          INTEGER PRIMARY KEY,
  did                         VARCHAR(50)  COLLATE NOCASE,
  status                      VARCHAR(255) COLLATE NOCASE DEFAULT 'free',
  user_id                     INTEGER      DEFAULT 0,
  device_id                   INTEGER      DEFAULT 0,  -- -2: handed to an external server
  reseller_id                 INTEGER      DEFAULT 0,
  dialplan_id                 INTEGER      DEFAULT 0,
  provider_id                 INTEGER      DEFAULT 0,
  closed_till                 TEXT         DEFAULT '2006-01-01 00:00:00',
  language                    VARCHAR(10)  COLLATE NOCASE DEFAULT '',
  comment                     VARCHAR(255) DEFAULT NULL,
  reseller_comment            VARCHAR(255) DEFAULT NULL,
  call_limit                  INTEGER      DEFAULT 0,  -- 0: unlimited
  tonezone                    VARCHAR(5)   DEFAULT NULL,
  -- What follows exists on newer servers only. Each may be absent: the
  -- component looks which of them there are and leaves out what is missing.
  ai_agent_compatible         TINYINT(1)   DEFAULT 0,
  routes_to_openai_project_id VARCHAR(255) DEFAULT NULL,
  updated_at                  TEXT         DEFAULT NULL
);

-- SQLite ends every index on `dids` with the row's id. An index that ends in
-- `did` is therefore already in the order of the list, number then id, and
-- each page starts with one look-up however far down the list it lies.

-- The whole list, as admins and accountants read it; also exact numbers.
CREATE INDEX IF NOT EXISTS dids_did ON dids (did);
-- All that one reseller holds.
CREATE INDEX IF NOT EXISTS dids_reseller ON dids (reseller_id, did);
-- All that one user holds.
CREATE INDEX IF NOT EXISTS dids_user ON dids (user_id, did);
-- search_device: usually a handful of rows.
CREATE INDEX IF NOT EXISTS dids_device ON dids (device_id, did);
-- search_dialplan: a calling card plan can have hundreds of access numbers.
CREATE INDEX IF NOT EXISTS dids_dialplan ON dids (dialplan_id, did);
-- search_provider: one provider may have delivered most of the numbers.
CREATE INDEX IF NOT EXISTS dids_provider ON dids (provider_id, did);
-- search_status: number shops keep asking for what is free.
CREATE INDEX IF NOT EXISTS dids_status ON dids (status, did);
-- search_language: a country's numbers stand together, and the others before them.
CREATE INDEX IF NOT EXISTS dids_language ON dids (language, did);
-- search_updated_since: what little changed since a copy was last brought up to date.
CREATE INDEX IF NOT EXISTS dids_updated ON dids (updated_at);

CREATE TABLE IF NOT EXISTS users (
  id                      INTEGER PRIMARY KEY,           -- the admin is 0
  username                VARCHAR(30) COLLATE NOCASE,
  usertype                VARCHAR(20),                   -- admin, accountant, reseller, user, partner
  first_name              VARCHAR(50) DEFAULT '',
  last_name               VARCHAR(50) DEFAULT '',
  owner_id                INTEGER     DEFAULT 0,         -- 0: the admin, else a reseller
  acc_group_id            INTEGER     DEFAULT 0,
  own_providers           INTEGER     DEFAULT 0,
  -- API restriction, with names of our own: both columns may be absent, and
  -- then nothing is restricted. An operator can supply them by a view.
  api_restricted          INTEGER     DEFAULT 0,
  api_permission_group_id INTEGER     DEFAULT NULL
);

-- Every request looks its caller up by name. Of equal names the index gives
-- the lowest id first, which is the one that counts.
CREATE INDEX IF NOT EXISTS users_username ON users (username);

CREATE TABLE IF NOT EXISTS devices (
  id          INTEGER PRIMARY KEY,
  name        VARCHAR(100),
  extension   VARCHAR(100),
  device_type VARCHAR(20),                               -- SIP, IAX2, H323, FAX, Virtual ...
  user_id     INTEGER DEFAULT 0
);

CREATE TABLE IF NOT EXISTS providers (
  id   INTEGER PRIMARY KEY,
  name VARCHAR(255)
);

CREATE TABLE IF NOT EXISTS dialplans (
  id     INTEGER PRIMARY KEY,
  name   VARCHAR(255),
  dptype VARCHAR(30)                                     -- callingcard, authbypin, ivr, callback, queue ...
);

-- Settings: global ones have owner 0, a reseller's own its user id.
CREATE TABLE IF NOT EXISTS conflines (
  id       INTEGER PRIMARY KEY,
  name     VARCHAR(255),
  value    VARCHAR(255),
  owner_id INTEGER DEFAULT 0
);

-- Every request reads a few settings of one or two owners. Of equal names the
-- lowest id counts, and the index gives it first.
CREATE INDEX IF NOT EXISTS conflines_owner_name ON conflines (owner_id, name);

CREATE TABLE IF NOT EXISTS acc_groups (
  id         INTEGER PRIMARY KEY,
  name       VARCHAR(100),
  group_type VARCHAR(20)
);

CREATE TABLE IF NOT EXISTS acc_rights (
  id         INTEGER PRIMARY KEY,
  name       VARCHAR(100),
  right_type VARCHAR(20)
);

CREATE TABLE IF NOT EXISTS acc_group_rights (
  id           INTEGER PRIMARY KEY,
  acc_group_id INTEGER,
  acc_right_id INTEGER,
  value        INTEGER DEFAULT 0                         -- 0 none, 1 read, 2 write
);

-- A live MOR has some hundred rights and a row for each in every group; an
-- accountant's request needs the one that is named manage_dids_opt_1.
CREATE INDEX IF NOT EXISTS acc_rights_name ON acc_rights (name);
CREATE INDEX IF NOT EXISTS acc_group_rights_group_right ON acc_group_rights (acc_group_id, acc_right_id);

-- What a group of restricted callers may call. The table may be absent; if it
-- is while the users' columns are there, restricted callers are refused.
CREATE TABLE IF NOT EXISTS api_permissions (
  id                      INTEGER PRIMARY KEY,
  api_permission_group_id INTEGER,
  method                  VARCHAR(100),
  level                   INTEGER DEFAULT 0              -- 0 none, 1 read, 2 write
);

-- A restricted caller's request asks for one method of one group.
CREATE INDEX IF NOT EXISTS api_permissions_group_method ON api_permissions (api_permission_group_id, method);

RELEASE install_schema;
