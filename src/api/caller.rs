//! Who calls, and what that makes visible (contract sections 2 and 3).

use crate::db::filter::Scope;
use std::fmt;

/// The four types of user that may call the method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The operator.
    Admin,
    /// The operator's staff: sees all DIDs, if it holds the right.
    Accountant,
    /// Sells the operator's numbers on to users of its own.
    Reseller,
    /// The end customer.
    User,
}

impl Role {
    /// Reads `users.usertype`. Partners and any type unknown here have no role
    /// (D4): there is no system-wide list by default.
    pub fn parse(usertype: &[u8]) -> Option<Self> {
        match usertype {
            b"admin" => Some(Self::Admin),
            b"accountant" => Some(Self::Accountant),
            b"reseller" => Some(Self::Reseller),
            b"user" => Some(Self::User),
            _ => None,
        }
    }

    /// The name as in `users.usertype`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Accountant => "accountant",
            Self::Reseller => "reseller",
            Self::User => "user",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A set of roles: one mark per column of the contract's row table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles {
    staff: bool,
    reseller: bool,
    user: bool,
}

impl Roles {
    /// Everybody.
    pub const ALL: Self = Self {
        staff: true,
        reseller: true,
        user: true,
    };
    /// Admin and accountant.
    pub const STAFF: Self = Self {
        staff: true,
        reseller: false,
        user: false,
    };
    /// Admin, accountant and reseller.
    pub const SELLERS: Self = Self {
        staff: true,
        reseller: true,
        user: false,
    };

    /// Resellers and users.
    pub const CUSTOMERS: Self = Self {
        staff: false,
        reseller: true,
        user: true,
    };

    /// Whether the set holds this role.
    pub const fn has(self, role: Role) -> bool {
        match role {
            Role::Admin | Role::Accountant => self.staff,
            Role::Reseller => self.reseller,
            Role::User => self.user,
        }
    }
}

/// A caller who passed the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Caller {
    /// `users.id`; the admin's is 0.
    pub id: i64,
    /// What the caller may see.
    pub role: Role,
    /// A reseller that brings its own providers may search by provider.
    pub own_providers: bool,
}

impl Caller {
    /// The caller's scope.
    pub fn scope(&self) -> Scope {
        match self.role {
            Role::Admin | Role::Accountant => Scope::All,
            Role::Reseller => Scope::Reseller(self.id),
            Role::User => Scope::User(self.id),
        }
    }
}
