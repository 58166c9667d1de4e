//! The elements of a DID, from their declaration ([`crate::elements`]), and what their
//! values are made by.

use super::row::Did;
use crate::api::caller::{Role, Roles};
use crate::db::column::Columns;
use crate::db::value::Text;
use crate::render::xml::Markup;
use crate::render::{Value, time};
use crate::text;
use std::sync::LazyLock;

/// One element of a DID.
pub struct Element {
    /// Its name.
    pub name: &'static str,
    /// Who is shown it.
    pub roles: Roles,
    /// The columns without which no server's answer has it.
    pub needs: &'static [&'static str],
    /// What it holds and when it is absent; empty in the component, which shows it
    /// nowhere.
    pub about: &'static str,
    /// Its value for one DID.
    pub value: for<'d> fn(&'d Did<'_>, Role) -> Value<'d>,
}

macro_rules! table {
    ($($element:ident $shown:ident $about:literal {
        $($column:ident: $kind:ident $(($optional:ident))? $alias:ident.$name:ident $(as $sql:literal)?
          $(for $roles:ident)? $(, $copied:ident $($word:literal)?)?;)*
    } |$did:ident, $role:ident| $value:expr;)*) => {
        /// Every element, in the order of the answer.
        pub const ELEMENTS: &[Element] = &[$(Element {
            name: stringify!($element),
            roles: Roles::$shown,
            needs: &[$($(table!(@name $optional $alias $name),)?)*],
            about: text::of_documents($about),
            value: |$did, $role| { let _ = $role; $value },
        }),*];
    };
    (@name optional $alias:ident $name:ident) => {
        concat!(stringify!($alias), ".", stringify!($name))
    };
}

crate::elements::elements!(table);

/// The elements that a role is shown, and their markup: made once an instance.
pub struct Shown {
    elements: Vec<&'static Element>,
    /// The markup of XML for them.
    pub markup: Markup,
}

impl Shown {
    fn new(role: Role) -> Self {
        let elements: Vec<_> = ELEMENTS
            .iter()
            .filter(|element| element.roles.has(role))
            .collect();
        let markup = Markup::new(elements.iter().map(|element| element.name));
        Self { elements, markup }
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
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.elements.iter().map(|element| element.name)
    }

    /// The same, and whether a server with these columns has each.
    pub fn names_on(&self, columns: Columns) -> impl Iterator<Item = (&'static str, bool)> {
        self.elements.iter().map(move |element| {
            let mut needs = element.needs.iter();
            (element.name, needs.all(|column| columns.has_named(column)))
        })
    }

    /// Hands over their values for one DID.
    pub fn with_values(&self, did: &Did<'_>, role: Role, write: impl FnOnce(&[Value<'_>])) {
        // Not a vector: it would be allocated for each row.
        let mut values = [Value::Absent; ELEMENTS.len()];
        for (value, element) in values.iter_mut().zip(&self.elements) {
            *value = (element.value)(did, role);
        }
        write(values.get(..self.elements.len()).unwrap_or_default());
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
    fn d12_an_element_occurs_once() {
        for (at, element) in ELEMENTS.iter().enumerate() {
            let same = |other: &Element| other.name == element.name;
            assert_eq!(ELEMENTS.iter().position(same), Some(at));
        }
    }
}
