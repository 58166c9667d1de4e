//! The one error of this program and of the local host: a sentence for the person at the terminal.
//!
//! Nothing that starts either can do more about a failure than show it, so
//! the error is its message and not a tree of causes to match on.

use std::fmt;

/// Why a program could not start, or a database could not be made.
#[derive(Debug)]
pub struct Error(String);

impl Error {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
