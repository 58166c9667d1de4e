//! The decoded parameters of a request, and which of two values wins (D2).
//!
//! Nothing here knows which parameters there are: what they mean, and what is refused
//! of them, stands in the room of the method ([`crate::dids::parameters`]).

use crate::error::ApiError;
use std::fmt;

/// A parameter as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its name; ill-formed UTF-8 in it is replaced.
    pub name: String,
    /// Bytes, since a hash-listed value is signed as it was sent (D6). Empty for a file.
    pub value: Vec<u8>,
    /// Whether it is a part of a multipart body with a file name, whose content is not
    /// looked at (D36). It has a name, and is no value of it.
    pub is_file: bool,
}

impl Pair {
    /// A parameter that is no file.
    pub fn new(name: String, value: Vec<u8>) -> Self {
        let is_file = false;
        Self {
            name,
            value,
            is_file,
        }
    }
}

/// The decoded parameters of one request. `Debug` shows names only: a value
/// may be the hash (D7).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    // The body first and the query after it: the last one wins, so the query
    // does, as D2 wants.
    pairs: Vec<Pair>,
    /// What is wrong with the body (D23, D36). The limits of D3 are told before it.
    malformed: Option<ApiError>,
    /// Whether every name is documented, so that none can be hash-listed (D6).
    all_documented: bool,
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.pairs.iter().map(|pair| &pair.name);
        f.debug_set().entries(names).finish()
    }
}

impl Parameters {
    /// The parameters of a body, if it could be read, then those of a query.
    pub fn new(body: Result<Vec<Pair>, ApiError>, query: Vec<Pair>) -> Self {
        let (mut pairs, malformed) = match body {
            Ok(pairs) => (pairs, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        pairs.extend(query);
        Self {
            pairs,
            malformed,
            all_documented: false,
        }
    }

    /// Every pair in the order body, then query; files are among them.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// What is wrong with the body, if anything.
    pub fn malformed(&self) -> Option<&ApiError> {
        self.malformed.as_ref()
    }

    /// Remembers that every name is documented.
    pub fn found_all_documented(&mut self) {
        self.all_documented = true;
    }

    /// Whether a name may be one that is hashed.
    pub fn may_be_listed(&self) -> bool {
        !self.all_documented
    }

    /// The value that wins by D2, as it was sent.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        let mut pairs = self.pairs.iter().rev();
        let pair = pairs.find(|pair| pair.name == name && !pair.is_file);
        pair.map(|pair| pair.value.as_slice())
    }

    /// The same as text; a documented parameter's always is (D3).
    pub fn get(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(self.bytes(name)?).ok()
    }

    /// The value of a filter, of paging or of `hash`: trimmed (D2).
    pub fn trimmed(&self, name: &str) -> Option<&str> {
        self.get(name).map(trim)
    }

    /// Whether the HTML view is asked for.
    pub fn is_test(&self) -> bool {
        self.get("test") == Some("1")
    }
}

/// Removes the ASCII white space around a value (D2).
pub fn trim(value: &str) -> &str {
    value.trim_ascii()
}
