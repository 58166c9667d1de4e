//! The hash, and the gate's reading of the database's answer.

use dids_get::api::body;
use dids_get::api::gate::CallerFacts;
use dids_get::api::parameters::Parameters;
use dids_get::api::route::Method;
use dids_get::api::signature::{HASH_LISTED, verify};
use sha1::{Digest, Sha1};

use super::pieces::Pieces;

/// Only 40 hex digits of one of the right digests verify; nobody is let in by
/// facts that hold no key.
pub fn check(input: &[u8]) {
    let mut pieces = Pieces(input);
    let (own, admins) = (pieces.bytes(), pieces.bytes());
    let form = pieces.bytes();
    let sent = pieces.text();
    let of = |form: &[u8]| Parameters::new(Ok(body::form(form)), Vec::new());
    let parameters = of(&form);
    let keys = [own.as_slice(), admins.as_slice()];

    let listed: Vec<u8> = HASH_LISTED
        .split(' ')
        .filter_map(|name| parameters.bytes(name))
        .flatten()
        .copied()
        .collect();
    let right = |hash: &str| {
        let digest = hex::decode(hash).unwrap_or_default();
        let mut usable = keys.iter().filter(|key| !key.is_empty());
        usable.any(|key| {
            let made = [&listed[..], b""].map(|values| Sha1::digest([values, key].concat()));
            made.iter().any(|made| made.as_slice() == digest)
        })
    };
    let mut tried = vec![sent.clone(), String::new()];
    for key in keys {
        let hash = hex::encode(Sha1::digest(key));
        tried.push(hash.to_uppercase());
        tried.push(format!("{}{sent}", &hash[..38]));
        tried.push(hash);
        tried.push(hex::encode(Sha1::digest([&listed[..], key].concat())));
    }
    for hash in tried {
        assert_eq!(verify(&hash, &parameters, &keys), right(&hash), "{hash}");
    }

    if let Ok(facts) = CallerFacts::decode(pieces.0) {
        let asks = [&b"u=x&hash="[..], b"u=x"].map(of);
        for ask in asks {
            let admitted = facts.admit(Method::Post, &ask).is_ok();
            // Without a hash only where the key owner does not check it.
            let unchecked = b"API_Disable_hash_checking";
            let named = pieces
                .0
                .windows(unchecked.len())
                .any(|name| name == unchecked);
            assert!(!admitted || named || pieces.0.contains(&b'\\'));
        }
    }
}
