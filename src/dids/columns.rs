//! The columns that a DID's elements are made of, declared once: the row, how it is
//! read, what the statement asks for and what a copy of whole tables has of them.
//! Which of them a server may lack, [`Schema::OPTIONAL`] says.
//!
//! [`Schema::OPTIONAL`]: crate::db::schema::Schema::OPTIONAL

use crate::api::caller::{Role, Roles};
use crate::db::column::{Column, Kind};
use crate::db::columns::Columns;
use crate::db::value::{Integer, Text, next};
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use std::fmt;

/// Declares the columns of a DID: the row, how it is read, and the list of them.
/// (The derived reader also reads objects, and is several times the code.)
macro_rules! columns {
    ($($(#[$about:meta])*
       $column:ident: $type:ty = $kind:ident $name:literal $(as $sql:literal)?, $roles:ident;)*) => {
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
        as "COALESCE(d.ai_agent_compatible, 0)", ALL;
    /// NULL when the server has no such column.
    routes_to_openai_project_id: Text<'p> = Text "d.routes_to_openai_project_id"
        as "COALESCE(d.routes_to_openai_project_id, '')", ALL;
    /// UTC, as text.
    updated_at: Text<'p> = Time "d.updated_at", ALL;
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
