//! THE table: which elements a DID has, in their order, who is shown each, and
//! what stands in it (contract section 3). What they are made of, the columns, is
//! declared in [`super::columns`].
//!
//! The answers in every format and the tests of the documents follow from it.

use super::columns::{Did, is_on};
use crate::api::caller::{Role, Roles};
use crate::db::columns::Columns;
use crate::db::value::Text;
use crate::render::xml::Markup;
use crate::render::{Value, time};
use crate::text;
use std::sync::LazyLock;

/// One element of a DID.
pub struct Field {
    /// The element's name.
    pub element: &'static str,
    /// Who is shown it.
    pub roles: Roles,
    /// The column without which no server's answer has it.
    pub needs: Option<&'static str>,
    /// What it holds and when it is absent; empty in the component, which shows it
    /// nowhere.
    pub about: &'static str,
    /// Its value for one DID.
    pub value: for<'d> fn(&'d Did<'_>, Role) -> Value<'d>,
}

macro_rules! fields {
    ($($element:literal $roles:ident $(if $needs:literal)? $about:literal
       |$did:ident, $role:ident| $value:expr;)*) => {
        /// Every element, in the order of the answer.
        pub const FIELDS: &[Field] = &[$(Field {
            element: $element,
            roles: Roles::$roles,
            needs: fields!(@optional $($needs)?),
            about: text::of_documents($about),
            value: |$did, $role| { let _ = $role; $value },
        }),*];
    };
    (@optional) => { None };
    (@optional $needs:literal) => { Some($needs) };
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
    "ai_agent_compatible" ALL if "d.ai_agent_compatible"
        "`true` or `false`; absent on servers without the column"
        |did, _role| match did.ai_agent_compatible {
            None => Value::Absent,
            Some(flag) => Value::Flag(flag != 0),
        };
    "routes_to_openai_project_id" ALL if "d.routes_to_openai_project_id"
        "may be empty; absent on servers without the column"
        |did, _role| optional(&did.routes_to_openai_project_id);
    "updated_at" ALL if "d.updated_at"
        "RFC 3339, UTC; absent when not set and on servers without the column"
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
        limit => Value::NumberText(limit),
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

/// The elements that a role is shown, and their markup: made once an instance.
pub struct Shown {
    fields: Vec<&'static Field>,
    /// The markup of XML for them.
    pub markup: Markup,
}

impl Shown {
    fn new(role: Role) -> Self {
        let fields: Vec<_> = FIELDS
            .iter()
            .filter(|field| field.roles.has(role))
            .collect();
        let markup = Markup::new(fields.iter().map(|field| field.element));
        Self { fields, markup }
    }

    /// The elements that a role is shown.
    pub fn to(role: Role) -> &'static Self {
        static STAFF: LazyLock<Shown> = LazyLock::new(|| Shown::new(Role::Admin));
        static RESELLER: LazyLock<Shown> = LazyLock::new(|| Shown::new(Role::Reseller));
        static USER: LazyLock<Shown> = LazyLock::new(|| Shown::new(Role::User));
        match role {
            Role::Admin | Role::Accountant => &STAFF,
            Role::Reseller => &RESELLER,
            Role::User => &USER,
        }
    }

    /// Their names, in the order of the answer.
    pub fn elements(&self) -> impl Iterator<Item = &'static str> {
        self.fields.iter().map(|field| field.element)
    }

    /// The same, and whether a server with these columns has each.
    pub fn elements_on(&self, columns: Columns) -> impl Iterator<Item = (&'static str, bool)> {
        self.fields.iter().map(move |field| {
            let is_there = field.needs.is_none_or(|column| is_on(columns, column));
            (field.element, is_there)
        })
    }

    /// Hands over their values for one DID.
    pub fn with_values(&self, did: &Did<'_>, role: Role, write: impl FnOnce(&[Value<'_>])) {
        // Not a vector: it would be allocated for each row.
        let mut values = [Value::Absent; FIELDS.len()];
        for (value, field) in values.iter_mut().zip(&self.fields) {
            *value = (field.value)(did, role);
        }
        write(values.get(..self.fields.len()).unwrap_or_default());
    }
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
    fn the_document_lists_every_element_and_for_whom() {
        let document = include_str!("../../docs/api.md");
        let (_, table) = document
            .split_once("| shown to |\n|---|---|---|\n")
            .unwrap();
        for (field, row) in FIELDS.iter().zip(table.lines()) {
            let shown = match field.roles {
                Roles::ALL => "all",
                Roles::SELLERS => "admin, accountant, reseller",
                _ => "admin, accountant",
            };
            let expected = format!("| `{}` | {} | {shown} |", field.element, field.about);
            assert_eq!(row, expected);
        }
        assert_eq!(table.lines().nth(FIELDS.len()), Some(""));
    }

    #[test]
    fn d12_an_element_occurs_once() {
        for (at, field) in FIELDS.iter().enumerate() {
            let same = |other: &Field| other.element == field.element;
            assert_eq!(FIELDS.iter().position(same), Some(at));
        }
    }
}
