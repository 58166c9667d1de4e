//! The gate: eight checks in the contract's order (section 2 and 4), decided
//! over facts that one database round trip brought.
//!
//! The decision is apart from the question so that it can be read as a list,
//! and tested without a database.

use crate::caller::{Caller, Role};
use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::request::Method;
use crate::signature;
use serde::Deserialize;

/// What the database knows about a caller and the settings, as [`crate::sql`]
/// asks for it. No `Debug`: it holds keys (D7).
#[derive(Deserialize)]
pub struct Facts {
    /// The caller's row of `users`, if `u` names one.
    user: Option<User>,
    /// Settings of owner 0 and of the key owner.
    settings: Vec<Setting>,
}

#[derive(Deserialize)]
struct User {
    id: i64,
    usertype: Option<String>,
    owner_id: Option<i64>,
    own_providers: Option<i64>,
    /// The level of `manage_dids_opt_1` in the accountant's group.
    manage_dids: Option<i64>,
    /// API restriction: on, its group, and the group's level for the method.
    restricted: Option<i64>,
    permission_group: Option<i64>,
    permission: Option<i64>,
}

#[derive(Deserialize)]
struct Setting {
    id: i64,
    owner: i64,
    name: Option<String>,
    value: Option<String>,
}

impl Facts {
    /// Reads the database's answer: a JSON object.
    ///
    /// # Errors
    /// What is wrong with it, without any of its content.
    pub fn decode(value: &[u8]) -> Result<Self, String> {
        // Lossy, because a name or a setting may hold any bytes.
        let text = String::from_utf8_lossy(value);
        serde_json::from_str(&text)
            .map_err(|error| format!("unreadable gate row: {:?}", error.classify()))
    }

    /// A setting's value; of several rows the lowest id wins, none is ''.
    fn setting(&self, owner: i64, name: &str) -> &str {
        self.settings
            .iter()
            .filter(|row| row.owner == owner && row.name.as_deref() == Some(name))
            .min_by_key(|row| row.id)
            .and_then(|row| row.value.as_deref())
            .unwrap_or_default()
    }

    fn is_on(&self, owner: i64, name: &str) -> bool {
        self.setting(owner, name) == "1"
    }

    /// Whether answers carry the `text/html` content type.
    pub fn xml_as_html(&self) -> bool {
        self.is_on(0, "XML_API_Extension")
    }

    /// Whose settings and key count for the caller.
    fn key_owner(user: &User, role: Role) -> i64 {
        match role {
            Role::Admin | Role::Accountant => 0,
            Role::Reseller => user.id,
            Role::User => user.owner_id.unwrap_or(0),
        }
    }

    /// Lets the caller in, or says why not.
    ///
    /// # Errors
    /// The texts of the gate, first failure first.
    pub fn admit(&self, method: Method, parameters: &Parameters) -> Result<Caller, ApiError> {
        let named = !parameters.get("u").unwrap_or_default().is_empty();
        let known = self.user.as_ref().filter(|_| named).and_then(|user| {
            let role = Role::parse(user.usertype.as_deref()?)?;
            Some((user, role))
        });
        let owner = known.map_or(0, |(user, role)| Self::key_owner(user, role));
        let key = self.setting(owner, "API_Secret_Key");
        // Before anything is decided, so that an unknown user costs as much as
        // a known one (D5). The admin's key opens everything (D22).
        let keys = [key, self.setting(0, "API_Secret_Key")];
        let hash = parameters.get("hash").unwrap_or_default();
        let verified = signature::verify(hash, parameters, &keys);

        let refuse_if = |refused: bool, error| if refused { Err(error) } else { Ok(()) };
        refuse_if(!self.is_on(0, "Allow_API"), ApiError::ApiDisabled)?;
        refuse_if(
            method == Method::Get && !self.is_on(0, "Allow_GET_API"),
            ApiError::GetDisabled,
        )?;
        let (user, role) = known.ok_or(ApiError::AccessDenied)?;
        refuse_if(!self.is_on(owner, "Allow_API"), ApiError::ApiDisabled)?;
        if !self.is_on(owner, "API_Disable_hash_checking") {
            refuse_if(key.is_empty(), ApiError::NoSecretKey)?;
            refuse_if(!verified, ApiError::IncorrectHash)?;
        }
        refuse_if(user.is_restricted(role), ApiError::NotPermitted)?;
        let manages = role != Role::Accountant || user.manage_dids.unwrap_or(0) >= 1;
        refuse_if(!manages, ApiError::NotAuthorized)?;
        Ok(Caller {
            id: user.id,
            role,
            own_providers: user.own_providers.unwrap_or(0) != 0,
        })
    }
}

impl User {
    /// Section 4: restricted, in a group (D16), and the group's level is
    /// neither read nor write.
    fn is_restricted(&self, role: Role) -> bool {
        matches!(role, Role::User | Role::Accountant)
            && self.restricted.unwrap_or(0) != 0
            && self.permission_group.unwrap_or(0) > 0
            && !matches!(self.permission, Some(1 | 2))
    }
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
