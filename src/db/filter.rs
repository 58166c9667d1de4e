//! The conditions that a list is asked with, as values (contract section 5). They
//! are made by the method, and become SQL in [`super::access`] and `condition`.

/// The rows a caller may see at all. A filter never widens this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Every DID.
    All,
    /// The DIDs of this reseller.
    Reseller(i64),
    /// The DIDs of this user.
    User(i64),
}

/// One condition on a DID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// Holds for no DID, such as an id that is not a whole number (D19).
    Nothing,
    /// The number, by a LIKE pattern (D17).
    Number(Pattern),
    /// The owner as shown, by a LIKE pattern (D17).
    Owner(Pattern),
    /// `did_status` equals, ASCII case apart.
    Status(String),
    /// The language equals, ASCII case apart.
    Language(String),
    /// The DID has no language (D18).
    NoLanguage,
    /// The dial plan's id.
    DialPlan(i64),
    /// The user's id or, above 0, the reseller's.
    Holder(i64),
    /// The device's id.
    Device(i64),
    /// The provider's id.
    Provider(i64),
    /// Not terminated.
    NotTerminated,
    /// `updated_at` is this moment or later: UTC, `YYYY-MM-DD HH:MM:SS` (D34).
    UpdatedSince(String),
    /// The number is one of these (D35).
    Numbers(Vec<String>),
    /// The id is one of these (D35).
    Ids(Vec<i64>),
}

impl Filter {
    /// Whether it leaves so few rows that they are better sorted than met in order.
    pub fn is_narrow(&self) -> bool {
        matches!(self, Self::Numbers(_) | Self::Ids(_))
    }
}

fn is_wildcard(byte: u8) -> bool {
    matches!(byte, b'%' | b'_')
}

/// A LIKE pattern whose escape character is [`Pattern::ESCAPE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(String);

impl Pattern {
    /// The escape character of every pattern. SQLite has none by default and
    /// MySQL a backslash, which must stay an ordinary character; so one is
    /// named, and it stands for itself when doubled.
    pub const ESCAPE: char = '!';

    /// A search term by D17: with `%` or `_` it is the caller's own pattern, else
    /// it is looked for anywhere.
    pub fn new(term: &str) -> Self {
        let escaped = term.replace(Self::ESCAPE, "!!");
        if term.bytes().any(is_wildcard) {
            Self(escaped)
        } else {
            Self(format!("%{escaped}%"))
        }
    }

    /// The pattern that matches this text and nothing else.
    pub fn exactly(text: &str) -> String {
        let mut pattern = String::with_capacity(text.len());
        for character in text.chars() {
            if matches!(character, '%' | '_' | Self::ESCAPE) {
                pattern.push(Self::ESCAPE);
            }
            pattern.push(character);
        }
        pattern
    }

    /// Whether it is the caller's own (D17).
    pub fn is_callers(&self) -> bool {
        !self.0.starts_with('%')
            || !self.0.ends_with('%')
            || self.0.bytes().filter(|byte| is_wildcard(*byte)).count() != 2
    }

    /// The pattern as it is bound.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The longest text that every match contains, if an index of three
    /// characters each can find it.
    pub fn literal(&self) -> Option<String> {
        let literals = self.0.split(['%', '_']);
        let longest = literals.max_by_key(|literal| literal.len())?;
        // Each escape character stands there twice.
        let mut is_second = false;
        let once = longest.chars().filter(|character| {
            is_second = *character == Self::ESCAPE && !is_second;
            *character != Self::ESCAPE || is_second
        });
        let literal: String = once.collect();
        (literal.chars().count() >= 3).then_some(literal)
    }

    /// Whether every text matches, the empty one and NULL included.
    pub fn matches_all(&self) -> bool {
        self.0.bytes().all(|byte| byte == b'%')
    }
}
