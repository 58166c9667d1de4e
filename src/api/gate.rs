//! The gate: eight checks in the contract's order (section 2 and 4), decided
//! over facts that one database round trip brought.
//!
//! The decision is apart from the question so that it can be read as a list,
//! and tested without a database.

use crate::api::caller::{Caller, Role};
use crate::api::parameters::Parameters;
use crate::api::route::Method;
use crate::api::signature;
use crate::db::value::{Integer, Text};
use crate::error::ApiError;
use crate::json;

/// What the database knows about a caller and the settings, as [`crate::db::gate`]
/// asks for it. No `Debug`: it holds keys (D7).
pub struct CallerFacts {
    /// The caller's row of `users`, if `u` names one.
    user: Option<User>,
    /// Settings of owner 0 and of the key owner.
    settings: Vec<Setting>,
}

/// The caller's row, with the levels that its groups give it.
struct User {
    id: i64,
    usertype: Vec<u8>,
    owner_id: i64,
    own_providers: i64,
    /// The level of `manage_dids_opt_1` in the accountant's group.
    manage_dids: i64,
    /// API restriction: on, its group, and the group's level for the method.
    restricted: i64,
    permission_group: i64,
    permission: i64,
}

struct Setting {
    id: i64,
    owner: i64,
    name: Vec<u8>,
    value: Vec<u8>,
}

/// The row that the database answers: the user's columns in the order of [`User`], the
/// settings in that of [`Setting`], and how many settings there must be.
type Row<'a> = (
    Option<(i64, Text<'a>, [Integer; 6])>,
    Vec<(i64, Integer, Text<'a>, Text<'a>)>,
    i64,
);

impl CallerFacts {
    /// Reads the database's answer: a JSON array.
    ///
    /// # Errors
    /// What is wrong with it, without any of its content.
    pub fn decode(value: &[u8]) -> Result<Self, String> {
        let (user, settings, count): Row<'_> =
            json::read(value).map_err(|_| "unreadable gate row".to_owned())?;
        if i64::try_from(settings.len()) != Ok(count) {
            return Err("the gate row does not hold the settings it counts".to_owned());
        }
        let user = user.map(|(id, usertype, numbers)| {
            let [
                owner_id,
                own_providers,
                manage_dids,
                restricted,
                group,
                level,
            ] = numbers;
            User {
                id,
                usertype: usertype.bytes().to_vec(),
                owner_id: owner_id.0,
                own_providers: own_providers.0,
                manage_dids: manage_dids.0,
                restricted: restricted.0,
                permission_group: group.0,
                permission: level.0,
            }
        });
        let setting = |(id, owner, name, value): (i64, Integer, Text<'_>, Text<'_>)| Setting {
            id,
            owner: owner.0,
            name: name.bytes().to_vec(),
            value: value.bytes().to_vec(),
        };
        let settings = settings.into_iter().map(setting).collect();
        Ok(Self { user, settings })
    }

    /// A setting's value; of several rows the lowest id wins, none is ''.
    fn setting(&self, owner: i64, name: &str) -> &[u8] {
        self.settings
            .iter()
            .filter(|row| row.owner == owner && row.name == name.as_bytes())
            .min_by_key(|row| row.id)
            .map_or(b"", |row| &row.value)
    }

    fn is_on(&self, owner: i64, name: &str) -> bool {
        self.setting(owner, name) == b"1"
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
            Role::User => user.owner_id,
        }
    }

    /// The user named and its role, if it has one.
    fn known(&self, parameters: &Parameters) -> Option<(&User, Role)> {
        let is_named = !parameters.get("u").unwrap_or_default().is_empty();
        let user = self.user.as_ref().filter(|_| is_named)?;
        Some((user, Role::parse(&user.usertype)?))
    }

    /// The key owner, its key and the admin's, which opens everything (D22).
    fn keys(&self, known: Option<(&User, Role)>) -> (i64, [&[u8]; 2]) {
        let owner = known.map_or(0, |(user, role)| Self::key_owner(user, role));
        let key = |owner| self.setting(owner, "API_Secret_Key");
        (owner, [key(owner), key(0)])
    }

    /// The wrong recipe that an incorrect hash was made by, if it is a common one
    /// (D29).
    pub fn recipe(
        &self,
        parameters: &Parameters,
        filters: impl Iterator<Item = &'static str>,
    ) -> Option<String> {
        let (_, keys) = self.keys(self.known(parameters));
        let hash = parameters.trimmed("hash").unwrap_or_default();
        signature::recipe(hash, parameters, filters, &keys)
    }

    /// Lets the caller in, or says why not.
    ///
    /// # Errors
    /// The texts of the gate, first failure first.
    // Not inlined: it is asked before a list, and again in its middle.
    #[inline(never)]
    pub fn admit(&self, method: Method, parameters: &Parameters) -> Result<Caller, ApiError> {
        let known = self.known(parameters);
        let (owner, keys) = self.keys(known);
        let [key, _] = keys;
        // Before anything is decided, so that an unknown user costs as much as
        // a known one (D5).
        let hash = parameters.trimmed("hash").unwrap_or_default();
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
        let manages = role != Role::Accountant || user.manage_dids >= 1;
        refuse_if(!manages, ApiError::NotAuthorized)?;
        Ok(Caller {
            id: user.id,
            role,
            own_providers: user.own_providers != 0,
        })
    }
}

impl User {
    /// Section 4: restricted, in a group (D16), and the group's level is
    /// neither read nor write.
    fn is_restricted(&self, role: Role) -> bool {
        matches!(role, Role::User | Role::Accountant)
            && self.restricted != 0
            && self.permission_group > 0
            && !matches!(self.permission, 1 | 2)
    }
}

#[cfg(test)]
#[path = "gate_tests.rs"]
mod tests;
