//! THE table: which elements a DID has, in their order, who is shown each, and
//! what stands in it (contract section 3). Both renderings, the documents and
//! the tests follow it; adding an element is a line here and a column in
//! [`crate::db::page`].

use crate::api::caller::{Role, Roles};
use crate::dids::row::{Did, Text};
use crate::render::time;

/// One element of a DID.
pub struct Field {
    /// The element's name.
    pub element: &'static str,
    /// Who is shown it.
    pub roles: Roles,
    /// What it holds and when it is absent, for documents.
    pub about: &'static str,
    /// Its value for one DID.
    pub value: for<'d> fn(&'d Did<'_>, Role) -> Value<'d>,
}

/// What stands in an element, before any escaping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'d> {
    /// The element is left out.
    Absent,
    /// Pieces, one after the other.
    Text([&'d [u8]; 4]),
    /// A whole number.
    Number(i64),
    /// RFC 3339.
    Time([u8; 20]),
}

impl<'d> Value<'d> {
    const EMPTY: Self = Self::Text([b"", b"", b"", b""]);

    fn of(text: &'d [u8]) -> Self {
        Self::Text([text, b"", b"", b""])
    }
}

macro_rules! fields {
    ($($element:literal $roles:ident $about:literal |$did:ident, $role:ident| $value:expr;)*) => {
        /// Every element, in the order of the answer.
        pub static FIELDS: &[Field] = &[$(Field {
            element: $element,
            roles: Roles::$roles,
            about: $about,
            value: |$did, $role| { let _ = $role; $value },
        }),*];
    };
}

fields! {
    "did" ALL "the number" |did, _role| Value::of(did.number.bytes());
    "did_number" ALL "the number again" |did, _role| Value::of(did.number.bytes());
    "provider" STAFF "the provider's name; empty if there is none"
        |did, _role| did.provider.readable().map_or(Value::EMPTY, Value::of);
    "language" ALL "language code, as stored" |did, _role| Value::of(did.language.bytes());
    "status" ALL "`did_status` with a capital first letter" |did, _role| capital(&did.status);
    "did_status" ALL "free, reserved, active, closed or terminated, as stored"
        |did, _role| Value::of(did.status.bytes());
    "ai_agent_compatible" ALL "`true` or `false`; absent on servers without the column"
        |did, _role| match did.ai_agent_compatible {
            None => Value::Absent,
            Some(0) => Value::of(b"false"),
            Some(_) => Value::of(b"true"),
        };
    "routes_to_openai_project_id" ALL "may be empty; absent on servers without the column"
        |did, _role| optional(&did.routes_to_openai_project_id);
    "updated_at" ALL "RFC 3339, UTC; absent when not set and on servers without the column"
        |did, _role| moment(&did.updated_at);
    "reseller" STAFF "the reseller's name; absent when no reseller holds the DID"
        |did, _role| if did.reseller_id.0 > 0 {
            display_name(&did.reseller_first_name, &did.reseller_last_name, &did.reseller_username)
        } else {
            Value::Absent
        };
    "owner" ALL "the user's name; absent when a reseller holds the DID and no user does"
        |did, _role| if did.reseller_id.0 > 0 && did.user_id.0 <= 0 {
            Value::Absent
        } else {
            display_name(&did.owner_first_name, &did.owner_last_name, &did.owner_username)
        };
    "device" ALL "`TYPE/name`, or `TYPE/extension` for FAX and unnamed devices; empty if none"
        |did, _role| device(did);
    "dial_plan" SELLERS "`name (type)`; empty if there is none" |did, _role| dial_plan(did);
    "simultaneous_call_limit" ALL "`Unlimited` or the number" |did, _role| match did.call_limit.0 {
        0 => Value::of(b"Unlimited"),
        limit => Value::Number(limit),
    };
    // D24.
    "comment" ALL "the comment; to a reseller and its users the reseller's own; absent when not set"
        |did, role| optional(match role {
            Role::Reseller => &did.reseller_comment,
            Role::User if did.reseller_id.0 > 0 => &did.reseller_comment,
            _ => &did.comment,
        });
    "tone_zone" SELLERS "may be empty" |did, _role| Value::of(did.tone_zone.bytes());
    "id" ALL "the DID's id" |did, _role| Value::Number(did.id);
    "device_id" ALL "absent when the DID has no device" |did, _role| positive(did.device_id.0);
    "user_id" ALL "absent when no user has the DID" |did, _role| positive(did.user_id.0);
    "reserved_for_user_till" ALL "RFC 3339, UTC; only when `did_status` is closed"
        |did, _role| if did.status.bytes().eq_ignore_ascii_case(b"closed") {
            moment(&did.closed_till)
        } else {
            Value::Absent
        };
}

fn optional<'d>(text: &'d Text<'_>) -> Value<'d> {
    text.get().map_or(Value::Absent, Value::of)
}

fn positive<'d>(id: i64) -> Value<'d> {
    if id > 0 {
        Value::Number(id)
    } else {
        Value::Absent
    }
}

fn moment<'d>(stored: &Text<'_>) -> Value<'d> {
    time::rfc3339(stored.bytes()).map_or(Value::Absent, Value::Time)
}

/// The text with its first letter as a capital.
fn capital<'d>(text: &'d Text<'_>) -> Value<'d> {
    const CAPITALS: &[u8; 26] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let bytes = text.bytes();
    let capital = bytes.split_first().and_then(|(first, rest)| {
        let letter = usize::from(first.checked_sub(b'a')?);
        Some((CAPITALS.get(letter..=letter)?, rest))
    });
    match capital {
        Some((first, rest)) => Value::Text([first, rest, b"", b""]),
        None => Value::of(bytes),
    }
}

/// First and last name, one of them, or the user name (D13); blank parts count
/// as missing (D14).
fn display_name<'d>(first: &'d Text<'_>, last: &'d Text<'_>, user_name: &'d Text<'_>) -> Value<'d> {
    match (first.readable(), last.readable()) {
        (Some(first), Some(last)) => Value::Text([first, b" ", last, b""]),
        (Some(only), None) | (None, Some(only)) => Value::of(only),
        (None, None) => user_name.readable().map_or(Value::EMPTY, Value::of),
    }
}

fn device<'d>(did: &'d Did<'_>) -> Value<'d> {
    let Some(kind) = did.device_type.get() else {
        return Value::EMPTY;
    };
    let name = match did.device_name.readable() {
        Some(name) if !kind.eq_ignore_ascii_case(b"FAX") => name,
        _ => did.device_extension.bytes(),
    };
    Value::Text([kind, b"/", name, b""])
}

fn dial_plan<'d>(did: &'d Did<'_>) -> Value<'d> {
    match (did.dial_plan.readable(), did.dial_plan_type.readable()) {
        (Some(name), Some(kind)) => Value::Text([name, b" (", kind, b")"]),
        (Some(name), None) => Value::of(name),
        (None, _) => Value::EMPTY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_lists_every_element_and_for_whom() {
        let readme = include_str!("../../README.md");
        for field in FIELDS {
            let row = readme.lines().find(|line| {
                let names = line.split('|').nth(1).unwrap_or_default();
                names.contains(&format!("`{}`", field.element)) && line.split('|').count() == 5
            });
            let shown = match field.roles {
                Roles::ALL => "| all |",
                Roles::SELLERS => "| admin, accountant, reseller |",
                _ => "| admin, accountant |",
            };
            assert!(
                row.is_some_and(|row| row.ends_with(shown)),
                "{}",
                field.element
            );
        }
    }

    #[test]
    fn d12_an_element_occurs_once() {
        for (at, field) in FIELDS.iter().enumerate() {
            let same = |other: &Field| other.element == field.element;
            assert_eq!(FIELDS.iter().position(same), Some(at));
        }
    }
}
