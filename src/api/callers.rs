//! Whom this instance let in lately: a guess at who calls, so that the page can be
//! asked for in the same question as the facts that decide.
//!
//! A guess lets nobody in and shows nobody a row: the gate decides by fresh facts, and
//! a page that was asked for another caller is thrown away (see [`crate::db::ahead`]).
//! Who comes with another hash than the last time is not guessed at, and costs what an
//! unknown user costs (D5). Neither name nor hash is kept, but a part of a digest of both.

use super::caller::Caller;
use super::parameters::Parameters;
use sha1::{Digest, Sha1};

/// Callers remembered, which is more than one instance meets in most deployments.
const PLACES: usize = 16;

/// The callers of an instance.
pub struct Callers([Option<(Token, Caller)>; PLACES]);

/// What one caller's calls have in common. Two that have the same by chance take each
/// other's place, and nothing else.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token([u8; 8]);

impl Token {
    /// Of a call.
    pub fn of(parameters: &Parameters) -> Self {
        let user_name = parameters.get("u").unwrap_or_default();
        let hash = parameters.trimmed("hash").unwrap_or_default();
        let both = [user_name, "\0", hash].concat();
        let digest = Sha1::digest(both.as_bytes());
        Self(digest.first_chunk().copied().unwrap_or_default())
    }

    fn place(self) -> usize {
        let [first, ..] = self.0;
        usize::from(first) % PLACES
    }
}

impl Callers {
    /// Nobody.
    pub const NONE: Self = Self([None; PLACES]);

    /// Who called so the last time.
    pub fn guess(&self, token: Token) -> Option<Caller> {
        let known = self.0.get(token.place()).copied().flatten();
        known
            .filter(|(known, _)| *known == token)
            .map(|(_, caller)| caller)
    }

    /// Remembers who was let in, or that nobody was.
    pub fn learn(&mut self, token: Token, caller: Option<Caller>) {
        if caller.is_none() && self.guess(token).is_none() {
            return;
        }
        if let Some(place) = self.0.get_mut(token.place()) {
            *place = caller.map(|caller| (token, caller));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::caller::Role;

    fn caller(id: i64) -> Option<Caller> {
        let (role, own_providers) = (Role::User, false);
        Some(Caller {
            id,
            role,
            own_providers,
        })
    }

    #[test]
    fn callers_are_known_by_name_and_hash() {
        let token = |first: u8| Token([first; 8]);
        let mut callers = Callers::NONE;
        for id in 0..16 {
            callers.learn(token(id), caller(id.into()));
        }
        for id in 0..16 {
            assert_eq!(callers.guess(token(id)), caller(id.into()));
        }
        // Another in the same place, who is refused, drives nobody out.
        callers.learn(token(3 + 16), None);
        assert_eq!(callers.guess(token(3 + 16)), None);
        assert_eq!(callers.guess(token(3)), caller(3));
        callers.learn(token(3 + 16), caller(7));
        assert_eq!(callers.guess(token(3)), None);
        assert_eq!(callers.guess(token(3 + 16)), caller(7));
        callers.learn(token(3 + 16), None);
        assert_eq!(callers.guess(token(3 + 16)), None);
    }
}
