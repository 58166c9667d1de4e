//! The questions to the database, as SQL text and bound values.
//!
//! Text is put together from constants, and names of indexes that have nothing but
//! letters, digits and underscores; every value is bound.
//! Each question is answered by *one* value, because rows cross the border
//! between host and component dearly: a page of DIDs comes as JSON arrays, one
//! a DID, one after the other. JSON, since both databases write it, with every
//! byte a column can hold, faster than they can put separators or lengths
//! between columns.

use super::index::Name;

/// A value bound to a placeholder.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// One statement with its values. No `Debug`: values are the callers'.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Statement {
    /// SQL, with `?` for each value in turn.
    pub text: String,
    /// The values, in the order of their placeholders.
    pub values: Vec<Value>,
}

impl Statement {
    /// A statement without values.
    pub fn constant(text: &'static str) -> Self {
        Self {
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    // Not inlined, as the others: the text is put together by hundreds of calls.
    #[inline(never)]
    pub(super) fn push(&mut self, constant: &'static str) -> &mut Self {
        self.text.push_str(constant);
        self
    }

    /// Appends another statement.
    pub(super) fn append(&mut self, other: &Self) -> &mut Self {
        self.text.push_str(&other.text);
        self.values.extend_from_slice(&other.values);
        self
    }

    /// Appends the name of an index. It is what its type lets it be.
    pub(super) fn name(&mut self, name: Name) -> &mut Self {
        self.text.push_str(name.as_str());
        self
    }

    #[inline(never)]
    pub(super) fn bind(&mut self, value: Value) -> &mut Self {
        self.text.push('?');
        self.values.push(value);
        self
    }

    /// An expression of the form `before ? after`.
    #[inline(never)]
    pub(super) fn wrap(&mut self, (before, after): Wrap, value: Value) -> &mut Self {
        self.push(before).bind(value).push(after)
    }
}

/// What stands before and after an expression.
pub(super) type Wrap = (&'static str, &'static str);
