//! The columns of MOR's tables (contract, section 7), as MySQL declares them.

const ID: &str = "INT NOT NULL PRIMARY KEY";
const INT: &str = "INT DEFAULT 0";
const FLAG: &str = "TINYINT(1) DEFAULT 0";
const TEXT: &str = "VARCHAR(255) DEFAULT ''";
const NULLABLE: &str = "VARCHAR(255) DEFAULT NULL";
const TIME: &str = "DATETIME DEFAULT NULL";

/// The columns of a table: names and types. Those that a server may lack are the
/// last of their table.
pub type Columns = &'static [(&'static str, &'static str)];

pub const DIDS: Columns = &[
    ("id", ID),
    ("did", NULLABLE),
    ("status", "VARCHAR(255) DEFAULT 'free'"),
    ("user_id", INT),
    ("device_id", INT),
    ("reseller_id", INT),
    ("dialplan_id", INT),
    ("provider_id", INT),
    ("closed_till", "DATETIME DEFAULT '2006-01-01 00:00:00'"),
    ("language", TEXT),
    ("comment", NULLABLE),
    ("reseller_comment", NULLABLE),
    ("call_limit", INT),
    ("tonezone", NULLABLE),
    ("ai_agent_compatible", FLAG),
    ("routes_to_openai_project_id", NULLABLE),
    ("updated_at", TIME),
];
pub const USERS: Columns = &[
    ("id", ID),
    ("username", TEXT),
    ("usertype", TEXT),
    ("first_name", TEXT),
    ("last_name", TEXT),
    ("owner_id", INT),
    ("acc_group_id", INT),
    ("own_providers", INT),
    ("api_restricted", FLAG),
    ("api_permission_group_id", INT),
];
pub const DEVICES: Columns = &[
    ("id", ID),
    ("name", TEXT),
    ("extension", TEXT),
    ("device_type", TEXT),
    ("user_id", INT),
];
pub const CONFLINES: Columns = &[
    ("id", ID),
    ("name", TEXT),
    ("value", NULLABLE),
    ("owner_id", INT),
];
pub const PROVIDERS: Columns = &[("id", ID), ("name", TEXT)];
pub const DIALPLANS: Columns = &[("id", ID), ("name", TEXT), ("dptype", TEXT)];
pub const GROUPS: Columns = &[("id", ID), ("name", TEXT), ("group_type", TEXT)];
pub const RIGHTS: Columns = &[("id", ID), ("name", TEXT), ("right_type", TEXT)];
pub const LEVELS: Columns = &[("acc_group_id", INT), ("acc_right_id", INT), ("value", INT)];
pub const PERMISSIONS: Columns = &[
    ("api_permission_group_id", INT),
    ("method", TEXT),
    ("level", INT),
];

/// What is searched has an index, as on a live server.
pub const INDEXED: [&str; 6] = [
    "dids.did",
    "dids.status",
    "dids.user_id",
    "dids.reseller_id",
    "users.username",
    "conflines.name",
];
