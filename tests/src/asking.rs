//! How the people of the town call.

use crate::client::Reply;
use crate::harness::Site;
use crate::model::Ask;
use sha1::{Digest as _, Sha1};

/// SHA-1 in hex.
pub fn sha1(text: &str) -> String {
    hex::encode(Sha1::digest(text.as_bytes()))
}

/// The key this user's calls are signed with.
pub fn key_of(user: &str) -> &'static str {
    match user {
        "shop" | "ben" => "shopkey",
        "carrier" => "carrierkey",
        _ => "secret",
    }
}

/// `u` and `hash` of a user, and what else is asked.
pub fn signed(user: &str, query: &str) -> String {
    let hash = sha1(key_of(user));
    format!("u={user}&hash={hash}&{query}")
}

/// A request without a body.
pub fn at(method: &str, target: &str) -> Ask {
    Ask {
        method: method.into(),
        target: target.into(),
        ..Ask::default()
    }
}

/// A request with everything in its query.
pub fn ask(method: &str, query: &str) -> Ask {
    at(method, &format!("/billing/api/dids_get?{query}"))
}

/// A request with everything in its body.
pub fn ask_by_body(kind: &str, body: impl Into<Vec<u8>>) -> Ask {
    Ask {
        method: "POST".into(),
        target: "/billing/api/dids_get".into(),
        content_type: Some(kind.into()),
        body: body.into(),
        ..Ask::default()
    }
}

/// How callers ask a site.
pub trait Asking {
    /// A user's signed request by POST.
    fn list(&self, user: &str, query: &str) -> Reply;
    /// The same, for the ids it lists; none for `No DIDs found`.
    fn ids(&self, user: &str, query: &str) -> Vec<i64>;
    /// A request by POST as it is given.
    fn post(&self, query: &str) -> Reply;
}

impl Asking for Site {
    fn list(&self, user: &str, query: &str) -> Reply {
        self.post(&signed(user, query))
    }

    fn ids(&self, user: &str, query: &str) -> Vec<i64> {
        let reply = self.list(user, query);
        assert_eq!(reply.status, 200, "{query}: {}", reply.text());
        let ids = reply.ids();
        if ids.is_empty() {
            assert_eq!(reply.error(), "No DIDs found", "{query}");
        }
        ids
    }

    fn post(&self, query: &str) -> Reply {
        self.send(&ask("POST", query))
    }
}
