//! The decoded parameters of a request: which of two values wins, and the limits
//! that hold before anything else is looked at (D2, D3).
//!
//! A method says in a table which parameters it documents. Limits, refusals, what
//! the HTML view and the form of the local host show, and the documents follow
//! from it.

use super::caller::Caller;
use crate::error::ApiError;
use crate::text;
use std::fmt;

/// The largest body that is read, in bytes (D3).
pub const MAX_BODY: usize = 64 * 1024;
/// The most parameters in query and body together, duplicates counted (D3).
pub const MAX_PARAMETERS: usize = 256;
/// The longest decoded value, in bytes (D3).
pub const MAX_VALUE: usize = 1024;
/// The longest value of a list of items, in bytes (D35).
pub const MAX_LIST: usize = 4096;
/// The longest number or owner to search for, after trimming, in characters (D3).
pub const MAX_TERM: usize = 64;

/// What a parameter is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Says which method is called, who calls, and proves it.
    Identity,
    /// Leaves DIDs out.
    Filter,
    /// Chooses a part of the list.
    Paging,
    /// Says how the answer looks.
    View,
}

/// A parameter that a method documents.
pub struct Parameter {
    /// Its name; case-sensitive.
    pub name: &'static str,
    /// What it is for.
    pub kind: Kind,
    /// Who may use it. For others it is ignored, by the vendor's rule.
    pub honoured: fn(&Caller) -> bool,
    /// The longest value, in bytes (D3, D35).
    pub most_bytes: usize,
    /// The longest value after trimming, in characters (D3).
    pub most_characters: Option<usize>,
    /// Whether its value is a password: shown and logged nowhere (D7).
    pub secret: bool,
    /// What to write in it, in one sentence; empty in the component, which shows it
    /// nowhere.
    pub about: &'static str,
}

impl Parameter {
    /// A parameter for everybody, within the limits for all.
    pub const fn new(name: &'static str, kind: Kind, about: &'static str) -> Self {
        Self {
            name,
            kind,
            honoured: |_| true,
            most_bytes: MAX_VALUE,
            most_characters: None,
            secret: false,
            about: text::of_documents(about),
        }
    }

    /// Names the method where the path does not.
    pub const ACTION: Self = Self::new(
        "action",
        Kind::Identity,
        "dids_get, where the path does not name the method",
    );
    /// Who calls.
    pub const USER: Self = Self::new("u", Kind::Identity, "user name of the caller");
    /// The signature.
    pub const HASH: Self = Self {
        secret: true,
        ..Self::new("hash", Kind::Identity, "the signature, 40 hex digits")
    };
    /// Accepted and ignored.
    pub const PASSWORD: Self = Self {
        secret: true,
        ..Self::new("p", Kind::Identity, "a password; accepted and ignored")
    };
    /// Asks for the HTML view.
    pub const TEST: Self = Self::new("test", Kind::View, "1 for the HTML view");
}

/// The parameters that a method documents. The order is that of the checks.
pub type Documented = &'static [&'static Parameter];

/// A parameter as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its name; ill-formed UTF-8 in it is replaced.
    pub name: String,
    /// Bytes, since a hash-listed value is signed as it was sent (D6).
    pub value: Vec<u8>,
}

/// A part of a multipart body that is a file (D36): nothing but a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// How many pairs come before it.
    pub pairs_before: usize,
    /// The name of the part.
    pub name: String,
}

/// The decoded parameters of one request. `Debug` shows names only: a value
/// may be the hash (D7).
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Parameters {
    // The body first and the query after it: the last one wins, so the query
    // does, as D2 wants.
    pairs: Vec<Pair>,
    files: Vec<File>,
    /// Whether any is not documented: it may be hash-listed (D6).
    has_unknown: bool,
}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.pairs.iter().map(|pair| &pair.name);
        f.debug_set().entries(names).finish()
    }
}

impl Parameters {
    /// The parameters of a body, then those of a query.
    pub fn new(body: Vec<Pair>, files: Vec<File>, query: &str, known: Documented) -> Self {
        let mut pairs = body;
        pairs.extend(super::body::form(query.as_bytes()));
        let is_known = |pair: &Pair| known.iter().any(|known| known.name == pair.name);
        let has_unknown = !pairs.iter().all(is_known);
        Self {
            pairs,
            files,
            has_unknown,
        }
    }

    /// Whether any is not documented.
    pub fn has_unknown(&self) -> bool {
        self.has_unknown
    }

    /// Every pair in the order body, then query.
    pub fn pairs(&self) -> impl Iterator<Item = &Pair> {
        self.pairs.iter()
    }

    /// Parts of a multipart body that are files (D36).
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// The value that wins by D2, as it was sent.
    pub fn bytes(&self, name: &str) -> Option<&[u8]> {
        let pair = self.pairs.iter().rev().find(|pair| pair.name == name);
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

    /// Checks the limits of D3 that hold for parameters.
    ///
    /// # Errors
    /// The 400s of D3, in the order of their checks.
    pub fn check_limits(&self, documented: Documented) -> Result<(), ApiError> {
        if self.pairs.len() + self.files.len() > MAX_PARAMETERS {
            return Err(ApiError::TooManyParameters(MAX_PARAMETERS));
        }
        for Pair { name, value } in &self.pairs {
            let mut known = documented.iter();
            let known = known.find(|parameter| parameter.name == name);
            let most = known.map_or(MAX_VALUE, |parameter| parameter.most_bytes);
            if value.len() > most {
                return Err(ApiError::ValueTooLong(most));
            }
        }
        let is_text =
            |bytes: &[u8]| std::str::from_utf8(bytes).is_ok_and(|text| !text.contains('\0'));
        for parameter in documented {
            if !self.bytes(parameter.name).is_none_or(is_text) {
                return Err(ApiError::InvalidCharacter(parameter.name));
            }
        }
        for Parameter {
            name,
            most_characters,
            ..
        } in documented
        {
            let value = self.trimmed(name).unwrap_or_default();
            if let Some(most) = most_characters.filter(|most| value.chars().count() > *most) {
                return Err(ApiError::TermTooLong(name, most));
            }
        }
        Ok(())
    }
}

/// Removes the ASCII white space around a value (D2).
pub fn trim(value: &str) -> &str {
    value.trim_ascii()
}
