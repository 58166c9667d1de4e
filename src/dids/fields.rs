//! THE table: which elements a DID has, in their order, who is shown each, and
//! what stands in it (contract section 3); and beside it, once, the columns that
//! they are made of.
//!
//! The answers in every format, the statement, the reader of rows and the tests of
//! the documents follow from these two tables.

use crate::api::caller::{Role, Roles};
use crate::db::column::{Column, Columns, Kind};
use crate::db::value::{Integer, Text, next};
use crate::render::xml::Markup;
use crate::render::{Value, time};
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::fmt;
use std::sync::LazyLock;

/// Declares the columns of a DID: the row, how it is read, and the list of them.
/// (The derived reader also reads objects, and is several times the code.)
macro_rules! columns {
    ($($(#[$about:meta])*
       $column:ident: $type:ty = $kind:ident $name:literal $(as $sql:literal)?, $roles:ident
       $(, $optional:ident)?;)*) => {
        /// One DID with the names of what it refers to. What a role is not shown
        /// is not read.
        #[derive(Debug, Default)]
        pub struct Did<'p> {
            /// `dids.id`.
            pub id: i64,
            /// The number itself.
            pub number: Text<'p>,
            /// The number's bytes in hex, where they are stored as bytes: its place
            /// in the order is theirs, not the text's.
            pub number_bytes: Text<'p>,
            $($(#[$about])* pub $column: $type,)*
        }

        /// The columns after id, number and the number's bytes.
        pub static COLUMNS: &[Column] = &[$(Column {
            kind: Kind::$kind,
            name: $name,
            sql: columns!(@first $($sql)? $name),
            is_optional: columns!(@is $($optional)?),
        }),*];

        /// Who needs each of them.
        static NEEDED: &[Roles] = &[$(Roles::$roles),*];

        impl<'de> Visitor<'de> for Reader {
            type Value = Did<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a row")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut row: A) -> Result<Did<'de>, A::Error> {
                let mut did = Did {
                    id: next(&mut row)?,
                    number: next(&mut row)?,
                    number_bytes: next(&mut row)?,
                    ..Did::default()
                };
                let mut places = 0..;
                $(if places.next().is_some_and(|at| self.0.has(at)) {
                    did.$column = next(&mut row)?;
                })*
                Ok(did)
            }
        }
    };
    (@first $first:literal $($rest:literal)?) => { $first };
    (@is) => { false };
    (@is optional) => { true };
}

/// Reads a row that holds some of the columns.
#[derive(Clone, Copy)]
pub struct Reader(pub Columns);

impl<'de> DeserializeSeed<'de> for Reader {
    type Value = Did<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Did<'de>, D::Error> {
        deserializer.deserialize_seq(self)
    }
}

#[rustfmt::skip]
columns! {
    /// The lifecycle, as stored.
    status: Text<'p> = Text "d.status", ALL;
    /// The user who has it; 0 for nobody.
    user_id: Integer = Integer "d.user_id", ALL;
    /// The device it rings at; −2 for an external server, 0 for none.
    device_id: Integer = Integer "d.device_id", ALL;
    /// The reseller who holds it; 0 for none.
    reseller_id: Integer = Integer "d.reseller_id", ALL;
    /// Simultaneous calls; 0 for any number.
    call_limit: Integer = Integer "d.call_limit", ALL;
    /// Language code.
    language: Text<'p> = Text "d.language", ALL;
    /// The operator's comment.
    comment: Text<'p> = Text "d.comment", ALL;
    /// The reseller's comment.
    reseller_comment: Text<'p> = Text "d.reseller_comment", CUSTOMERS;
    /// Tone zone.
    tone_zone: Text<'p> = Text "d.tonezone", SELLERS;
    /// UTC, as text.
    closed_till: Text<'p> = Time "d.closed_till", ALL;
    /// `None` when the server has no such column.
    ai_agent_compatible: Option<i64> = Integer "d.ai_agent_compatible"
        as "COALESCE(d.ai_agent_compatible, 0)", ALL, optional;
    /// NULL when the server has no such column.
    routes_to_openai_project_id: Text<'p> = Text "d.routes_to_openai_project_id"
        as "COALESCE(d.routes_to_openai_project_id, '')", ALL, optional;
    /// UTC, as text.
    updated_at: Text<'p> = Time "d.updated_at", ALL, optional;
    /// `users.username` of the user.
    owner_username: Text<'p> = Text "o.username", ALL;
    /// `users.first_name` of the user.
    owner_first_name: Text<'p> = Text "o.first_name", ALL;
    /// `users.last_name` of the user.
    owner_last_name: Text<'p> = Text "o.last_name", ALL;
    /// NULL tells that there is no device, whatever its own type.
    device_type: Text<'p> = Text "v.device_type"
        as "CASE WHEN v.id IS NULL THEN NULL ELSE COALESCE(v.device_type, '') END", ALL;
    /// `devices.name`.
    device_name: Text<'p> = Text "v.name", ALL;
    /// `devices.extension`.
    device_extension: Text<'p> = Text "v.extension", ALL;
    /// `dialplans.name`.
    dial_plan: Text<'p> = Text "l.name", SELLERS;
    /// `dialplans.dptype`.
    dial_plan_type: Text<'p> = Text "l.dptype", SELLERS;
    /// `providers.name`.
    provider: Text<'p> = Text "p.name", STAFF;
    /// `users.username` of the reseller.
    reseller_username: Text<'p> = Text "r.username", STAFF;
    /// `users.first_name` of the reseller.
    reseller_first_name: Text<'p> = Text "r.first_name", STAFF;
    /// `users.last_name` of the reseller.
    reseller_last_name: Text<'p> = Text "r.last_name", STAFF;
}

/// The columns that a role's elements are made of.
pub fn needed_by(role: Role) -> Columns {
    let mut needed = NEEDED.iter();
    Columns::which(COLUMNS, |_, _| {
        needed.next().is_some_and(|roles| roles.has(role))
    })
}

/// Whether the column named is one of these.
pub fn is_on(columns: Columns, name: &str) -> bool {
    let at = COLUMNS.iter().position(|column| column.name == name);
    at.is_some_and(|at| columns.has(at))
}

/// One element of a DID.
pub struct Field {
    /// The element's name.
    pub element: &'static str,
    /// Who is shown it.
    pub roles: Roles,
    /// The column without which no server's answer has it.
    pub needs: Option<&'static str>,
    /// What it holds and when it is absent, for documents.
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
            about: $about,
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
