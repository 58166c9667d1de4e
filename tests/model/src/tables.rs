//! The tables of the contract's section 7, as plain rows in memory.

use std::fmt;

pub use super::text::{Int, Text};
use super::text::{bytes, number};

/// A row of `dids`.
#[derive(Clone, Default)]
pub struct Did {
    pub id: i64,
    pub did: Text,
    pub status: Text,
    pub user_id: Int,
    pub device_id: Int,
    pub reseller_id: Int,
    pub dialplan_id: Int,
    pub provider_id: Int,
    pub closed_till: Text,
    pub language: Text,
    pub comment: Text,
    pub reseller_comment: Text,
    pub call_limit: Int,
    pub tonezone: Text,
    /// Read only when the column exists.
    pub ai_agent_compatible: Int,
    /// Read only when the column exists.
    pub routes_to_openai_project_id: Text,
    /// Read only when the column exists.
    pub updated_at: Text,
}

/// A row of `users`.
#[derive(Clone, Default)]
pub struct User {
    pub id: i64,
    pub username: Text,
    pub usertype: Text,
    pub first_name: Text,
    pub last_name: Text,
    pub owner_id: Int,
    pub acc_group_id: Int,
    pub own_providers: Int,
    /// Read only when the two restriction columns exist.
    pub api_restricted: Int,
    /// Read only when the two restriction columns exist.
    pub api_permission_group_id: Int,
}

/// A row of `devices`.
#[derive(Clone, Default)]
pub struct Device {
    pub id: i64,
    pub name: Text,
    pub extension: Text,
    pub device_type: Text,
    pub user_id: Int,
}

/// A row of `providers`.
#[derive(Clone, Default)]
pub struct Provider {
    pub id: i64,
    pub name: Text,
}

/// A row of `dialplans`.
#[derive(Clone, Default)]
pub struct Dialplan {
    pub id: i64,
    pub name: Text,
    pub dptype: Text,
}

/// A row of `conflines`: one setting of one owner.
#[derive(Clone, Default)]
pub struct Confline {
    pub id: i64,
    pub name: String,
    pub value: Text,
    pub owner_id: i64,
}

/// A row of `acc_groups`.
#[derive(Clone, Default)]
pub struct AccGroup {
    pub id: i64,
    pub name: String,
}

/// A row of `acc_rights`.
#[derive(Clone, Default)]
pub struct AccRight {
    pub id: i64,
    pub name: String,
}

/// A row of `acc_group_rights`.
#[derive(Clone, Default)]
pub struct AccGroupRight {
    pub acc_group_id: i64,
    pub acc_right_id: i64,
    pub value: Int,
}

/// A row of `api_permissions`.
#[derive(Clone, Default)]
pub struct ApiPermission {
    pub api_permission_group_id: i64,
    pub method: String,
    pub level: Int,
}

/// Which of the columns that not every server has are there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    /// `dids.ai_agent_compatible`
    pub ai_agent_compatible: bool,
    /// `dids.routes_to_openai_project_id`
    pub routes_to_openai_project_id: bool,
    /// `dids.updated_at`
    pub updated_at: bool,
    /// `users.api_restricted` and `users.api_permission_group_id`
    pub api_restricted: bool,
}

impl Columns {
    /// An old server: none is there.
    pub const OLD: Self = Columns {
        ai_agent_compatible: false,
        routes_to_openai_project_id: false,
        updated_at: false,
        api_restricted: false,
    };
}

impl Default for Columns {
    /// A new server: everything is there.
    fn default() -> Self {
        Columns {
            ai_agent_compatible: true,
            routes_to_openai_project_id: true,
            updated_at: true,
            api_restricted: true,
        }
    }
}

/// The whole database.
#[derive(Clone, Default)]
pub struct Tables {
    pub columns: Columns,
    pub dids: Vec<Did>,
    pub users: Vec<User>,
    pub devices: Vec<Device>,
    pub providers: Vec<Provider>,
    pub dialplans: Vec<Dialplan>,
    pub conflines: Vec<Confline>,
    pub acc_groups: Vec<AccGroup>,
    pub acc_rights: Vec<AccRight>,
    pub acc_group_rights: Vec<AccGroupRight>,
    /// `None`: the database has no such table.
    pub api_permissions: Option<Vec<ApiPermission>>,
}

impl Tables {
    /// The user with this id.
    pub fn user(&self, id: i64) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The device with this id. Ids up to 0 mean no device.
    pub fn device(&self, id: i64) -> Option<&Device> {
        self.devices.iter().find(|row| row.id == id && id > 0)
    }

    /// The provider with this id.
    pub fn provider(&self, id: i64) -> Option<&Provider> {
        self.providers.iter().find(|row| row.id == id)
    }

    /// The dial plan with this id.
    pub fn dialplan(&self, id: i64) -> Option<&Dialplan> {
        self.dialplans.iter().find(|row| row.id == id)
    }

    /// A setting's value: of rows with the same name the lowest id wins; no row
    /// means the empty value.
    pub fn setting(&self, name: &str, owner: i64) -> &[u8] {
        let rows = self.conflines.iter();
        let lowest = rows
            .filter(|row| row.name == name && row.owner_id == owner)
            .min_by_key(|row| row.id);
        lowest.map_or(b"", |row| bytes(&row.value))
    }

    /// Whether a setting is on: its value is exactly `1`.
    pub fn is_on(&self, name: &str, owner: i64) -> bool {
        self.setting(name, owner) == b"1"
    }

    /// The accountant right `manage_dids_opt_1` of a group; no entry is 0. Of
    /// several entries the lowest counts.
    pub fn manage_dids(&self, group: i64) -> i64 {
        let entries = self.acc_group_rights.iter().filter(|entry| {
            entry.acc_group_id == group
                && self.acc_rights.iter().any(|right| {
                    right.id == entry.acc_right_id && right.name == "manage_dids_opt_1"
                })
        });
        entries.map(|entry| number(entry.value)).min().unwrap_or(0)
    }

    /// The level a permission group has for `dids_get`; no entry and no table are
    /// 0. Of several entries the lowest counts (D16).
    pub fn permission(&self, group: i64) -> i64 {
        let table = self.api_permissions.as_deref().unwrap_or(&[]);
        let entries = table
            .iter()
            .filter(|entry| entry.api_permission_group_id == group && entry.method == "dids_get");
        entries.map(|entry| number(entry.level)).min().unwrap_or(0)
    }
}

impl fmt::Debug for Tables {
    /// Prints the SQL script, so that a failing case can be tried by hand.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{}", self.to_sqlite())
    }
}
