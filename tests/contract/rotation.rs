//! A new key for an owner, without and with a moment at which calls are refused:
//! what docs/security.md promises to who changes one.

use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;

/// What a call signed with this key gives.
fn with_key(site: &Site, user: &str, key: &str) -> String {
    let reply = site.post(&format!("u={user}&hash={}", sha1(key)));
    match reply.ids().is_empty() {
        true => reply.error().to_owned(),
        false => "listed".to_owned(),
    }
}

/// Gives an owner a new key while the component runs.
fn change_key(site: &Site, owner: i64, key: &str) {
    site.run_sql(&format!(
        "UPDATE conflines SET value = '{key}' WHERE name = 'API_Secret_Key' AND owner_id = {owner}"
    ));
}

#[test]
fn d22_a_resellers_key_changes_without_a_refusal() {
    let site = Site::open(&town());
    for user in ["shop", "ben"] {
        assert_eq!(with_key(&site, user, "shopkey"), "listed");
        // 1. The programs sign with the admin's key.
        assert_eq!(with_key(&site, user, "secret"), "listed");
    }
    // 2. The reseller gets its new key.
    change_key(&site, 2, "newshopkey");
    for user in ["shop", "ben"] {
        assert_eq!(with_key(&site, user, "secret"), "listed");
        // The old one counts no more from the very next call on.
        assert_eq!(with_key(&site, user, "shopkey"), "Incorrect hash");
        // 3. The programs sign with the new one.
        assert_eq!(with_key(&site, user, "newshopkey"), "listed");
    }
    // Nobody else noticed.
    assert_eq!(with_key(&site, "carrier", "carrierkey"), "listed");
    assert_eq!(with_key(&site, "admin", "secret"), "listed");
}

#[test]
fn the_admins_key_changes_for_all_at_once() {
    let site = Site::open(&town());
    change_key(&site, 0, "newsecret");
    for user in ["admin", "clerk", "anna", "shop"] {
        assert_eq!(with_key(&site, user, "secret"), "Incorrect hash", "{user}");
        assert_eq!(with_key(&site, user, "newsecret"), "listed", "{user}");
    }
    // Who signs with a reseller's own key is not concerned.
    for (user, key) in [
        ("shop", "shopkey"),
        ("ben", "shopkey"),
        ("carrier", "carrierkey"),
    ] {
        assert_eq!(with_key(&site, user, key), "listed", "{user}");
    }
}
