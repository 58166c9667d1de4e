//! Section 2: the hash, and whose key it is made with.

use dids_tests::harness::Site;
use dids_tests::model::Tables;
use dids_tests::model::body::Pair;
use dids_tests::model::names::is_refused;
use sha1::{Digest as _, Sha1};

use crate::asking::*;
use crate::town::*;

const WRONG: &str = "Incorrect hash";

fn with_hash(site: &Site, user: &str, hash: &str) -> String {
    let reply = site.post(&format!("u={user}&hash={hash}"));
    assert_eq!(reply.status, 200);
    match reply.ids().is_empty() {
        true => reply.error().to_owned(),
        false => "listed".to_owned(),
    }
}

/// The town with this key at the admin's.
fn with_key(key: &str) -> Tables {
    let mut tables = town();
    set(&mut tables, "API_Secret_Key", key, 0);
    tables
}

#[test]
fn the_key_owner_of_every_role() {
    let site = Site::open(&town());
    // Caller, key, and what the hash made with that key gives.
    for (caller, key, outcome) in [
        ("admin", "secret", "listed"),
        ("admin", "shopkey", WRONG),
        ("clerk", "secret", "listed"),
        ("clerk", "shopkey", WRONG),
        ("anna", "secret", "listed"),
        ("anna", "shopkey", WRONG),
        ("shop", "shopkey", "listed"),
        ("shop", "carrierkey", WRONG),
        ("ben", "shopkey", "listed"),
        ("ben", "carrierkey", WRONG),
        ("carrier", "carrierkey", "listed"),
        ("carrier", "shopkey", WRONG),
    ] {
        let found = with_hash(&site, caller, &sha1(key));
        assert_eq!(found, outcome, "{caller} with {key}");
    }
}

#[test]
fn d22_the_admins_key_opens_every_door() {
    let site = Site::open(&town());
    for caller in ["shop", "ben", "carrier"] {
        assert_eq!(with_hash(&site, caller, &sha1("secret")), "listed");
        // Over hash-listed parameters too (D6).
        let both = format!("{}&u5=7", sha1("7secret"));
        assert_eq!(with_hash(&site, caller, &both), "listed");
    }
}

#[test]
fn d22_the_admins_other_settings_excuse_no_reseller() {
    let mut tables = town();
    set(&mut tables, "API_Disable_hash_checking", "1", 0);
    let site = Site::open(&tables);
    for caller in ["admin", "clerk", "anna"] {
        assert_eq!(with_hash(&site, caller, ""), "listed", "{caller}");
    }
    for caller in ["shop", "ben", "carrier"] {
        assert_eq!(with_hash(&site, caller, ""), WRONG, "{caller}");
    }
    // A reseller's missing key is not made up for by the admin's.
    unset(&mut tables, "API_Secret_Key", 2);
    let site = Site::open(&tables);
    for caller in ["shop", "ben"] {
        let found = with_hash(&site, caller, &sha1("secret"));
        assert_eq!(found, "API must have Secret Key", "{caller}");
    }
}

#[test]
fn disabled_hash_checking_asks_for_no_hash_or_key() {
    let mut tables = town();
    unset(&mut tables, "API_Secret_Key", 2);
    let no_key = "API must have Secret Key";
    for (value, outcome) in [
        ("1", "listed"),
        ("0", no_key),
        ("true", no_key),
        ("01", no_key),
    ] {
        set(&mut tables, "API_Disable_hash_checking", value, 2);
        let site = Site::open(&tables);
        for caller in ["shop", "ben"] {
            assert_eq!(with_hash(&site, caller, "nonsense"), outcome, "{caller}");
            let reply = site.post(&format!("u={caller}"));
            assert_eq!(!reply.ids().is_empty(), value == "1", "{caller}");
        }
        // What a reseller leaves out counts for its own only.
        assert_eq!(with_hash(&site, "carrier", "nonsense"), WRONG);
        assert_eq!(with_hash(&site, "anna", "nonsense"), WRONG);
    }
}

#[test]
fn an_empty_key_is_no_key() {
    let mut tables = with_key("");
    let site = Site::open(&tables);
    // The hash of nothing opens nothing.
    for caller in ["admin", "clerk", "anna"] {
        let found = with_hash(&site, caller, &sha1(""));
        assert_eq!(found, "API must have Secret Key", "{caller}");
    }
    for caller in ["shop", "ben"] {
        assert_eq!(with_hash(&site, caller, &sha1("")), WRONG, "{caller}");
    }
    unset(&mut tables, "API_Secret_Key", 0);
    let found = with_hash(&Site::open(&tables), "admin", &sha1(""));
    assert_eq!(found, "API must have Secret Key");
}

#[test]
fn the_documented_parameters_do_not_enter_the_hash() {
    let site = Site::open(&town());
    let all = "p=x&test=0&search_did_number=3&search_status=active&search_did_owner=n\
               &search_user=3&search_device=1&search_provider=1&search_language=en\
               &search_hide_terminated_dids=1&from=1&max_results=5&action=dids_get";
    assert_eq!(site.ids("admin", all), [ANNA]);
}

#[test]
fn the_vectors_that_verify() {
    for (key, query, hash) in [
        (
            "Very Sercet Key",
            "calltype=answered&period_end=1252454580&period_start=123",
            "b93c35d5c6183288322122561a3da7e09abb63b7",
        ),
        (
            "456789",
            "number=123",
            "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
        ),
        (
            "secret",
            "number=6511",
            "f7de355c9b4421ce6c705b4b32c89dbcaca51e46",
        ),
        (
            "secret",
            "search_status=",
            "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4",
        ),
    ] {
        let site = Site::open(&with_key(key));
        let reply = site.post(&format!("u=admin&hash={hash}&{query}"));
        assert_eq!(reply.ids(), ALL, "{query}");
    }
}

#[test]
fn d6_other_parameters_may_be_signed_or_not() {
    let site = Site::open(&town());
    // `period_start`, `u5` and `number` are hash-listed, in another order than here;
    // `nothing` is not, and neither are names in another case.
    let query = "u5=b&number=c&nothing=x&Number=x&period_start=a";
    let listed = hash_listed(&[("period_start", "a"), ("u5", "b"), ("number", "c")]);
    for (hash, outcome) in [
        (sha1(&format!("{listed}secret")), true),
        (sha1("secret"), true),
        (sha1("bcasecret"), false),
        (sha1("asecret"), false),
        (sha1(&format!("{listed}xsecret")), false),
    ] {
        let reply = site.post(&format!("u=admin&hash={hash}&{query}"));
        assert_eq!(reply.ids() == ALL, outcome, "{hash}");
    }
}

#[test]
fn d6_values_are_signed_byte_by_byte() {
    let site = Site::open(&town());
    for (signed, sent) in [(&b"a\0bsecret"[..], "a%00b"), (b"Jos\xE9secret", "Jos%E9")] {
        let hash = hex::encode(Sha1::digest(signed));
        let reply = site.post(&format!("u=admin&hash={hash}&number={sent}"));
        assert_eq!(reply.ids(), ALL, "{sent}");
    }
}

/// The values of hash-listed parameters in the order of the published list.
fn hash_listed(given: &[(&str, &str)]) -> String {
    let list = include_str!("../model/src/hash_listed_parameters.txt");
    let value = |name| given.iter().find(|pair| pair.0 == name);
    let values = list.lines().filter_map(value);
    values.map(|pair| pair.1).collect()
}

#[test]
fn d6_every_hash_listed_parameter_is_known() {
    let list = include_str!("../model/src/hash_listed_parameters.txt");
    let names: Vec<&str> = list.lines().collect();
    assert_eq!(names.len(), 206);
    let site = Site::open(&town());
    // Some of them restrict other methods' lists, and would be taken to restrict this.
    let pair = |name: &str| Pair {
        name: name.into(),
        value: b"1".into(),
        is_file: false,
    };
    let (refused, taken): (Vec<&str>, Vec<&str>) =
        names.iter().partition(|name| is_refused(&pair(name)));
    for name in &refused {
        let reply = site.list("admin", &format!("{name}=1"));
        assert_eq!(reply.error(), format!("Unknown parameter {name}"));
    }
    assert_eq!((refused.len(), taken.len()), (13, 193));
    // Sent from the last to the first, all of them at once.
    let mut query = String::new();
    let mut signed = String::new();
    for (place, name) in taken.iter().enumerate() {
        query = format!("{name}={place}.&{query}");
        signed += &format!("{place}.");
    }
    let hash = sha1(&format!("{signed}secret"));
    assert_eq!(
        site.post(&format!("u=admin&hash={hash}&{query}")).ids(),
        ALL
    );
    // As values are not trimmed, neither is what is signed.
    let hash = sha1(" 7 secret");
    assert_eq!(
        site.post(&format!("u=admin&hash={hash}&number=+7+")).ids(),
        ALL
    );
}

#[test]
fn d6_what_counts_is_the_value_that_wins() {
    let site = Site::open(&town());
    let body = ask_by_body("application/x-www-form-urlencoded", "period_start=2&u5=3");
    for (signed, outcome) in [("13secret", true), ("23secret", false)] {
        let mut ask = body.clone();
        ask.target += &format!(
            "?u=admin&period_start=0&period_start=1&hash={}",
            sha1(signed)
        );
        assert_eq!(site.send(&ask).ids() == ALL, outcome, "{signed}");
    }
}

#[test]
fn d7_forty_hex_digits_of_either_case() {
    let site = Site::open(&town());
    let hash = sha1("secret");
    assert_eq!(with_hash(&site, "admin", &hash.to_uppercase()), "listed");
    let (head, tail) = hash.split_at(20);
    let mixed = format!("{}{}", head.to_uppercase(), tail);
    assert_eq!(with_hash(&site, "admin", &mixed), "listed");
    let last_changed = format!("{}5", &hash[..39]);
    let first_changed = format!("f{}", &hash[1..]);
    for bad in [
        String::new(),
        hash[..39].to_owned(),
        hash[..38].to_owned(),
        format!("{hash}0"),
        format!("{}%20{}", &hash[..20], &hash[20..]),
        format!("{hash}00"),
        format!("{hash}{hash}"),
        format!("%2B{hash}"),
        format!("0x{}", &hash[2..]),
        format!("{}g", &hash[..39]),
        last_changed,
        first_changed,
        "secret".to_owned(),
        "%C3%A9".repeat(20),
    ] {
        assert_eq!(with_hash(&site, "admin", &bad), WRONG, "{bad}");
    }
    assert_eq!(site.post("u=admin").error(), WRONG);
}

#[test]
fn d8_the_pages_own_example_is_rejected() {
    let site = Site::open(&town());
    let query = "u=admin&action=dids_get&search_status=free&hash=";
    let wrong = site.post(&format!("{query}6e79d4a82f68102f43be11d873177f47817f84df"));
    assert_eq!(wrong.error(), WRONG);
    let right = site.post(&format!("{query}e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"));
    assert_eq!(right.ids(), [FREE, SPARE]);
    assert_eq!(
        sha1("2desription13secret"),
        "6e79d4a82f68102f43be11d873177f47817f84df"
    );
}
