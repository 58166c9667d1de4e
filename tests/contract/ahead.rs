//! Who comes again is asked for in one question together with the page, on a guess at
//! who that is. The guess decides nothing: what changed meanwhile counts at once.

use dids_tests::harness::Site;
use dids_tests::model::{Tables, answer};

use crate::asking::*;
use crate::town::*;

/// A change of a caller or of what it may see: in SQL, and of the model's tables.
type Change = (&'static str, fn(&mut Tables));

const CHANGES: [Change; 9] = [
    ("SELECT 1", |_| ()),
    (
        "UPDATE users SET own_providers = 1 WHERE username = 'shop'",
        |it| user(it, "shop").own_providers = Some(1),
    ),
    (
        "UPDATE users SET usertype = 'user' WHERE username = 'carrier'",
        |it| user(it, "carrier").usertype = text("user"),
    ),
    (
        "UPDATE users SET usertype = 'partner' WHERE username = 'clerk'",
        |it| user(it, "clerk").usertype = text("partner"),
    ),
    (
        "UPDATE users SET owner_id = 5 WHERE username = 'ben'",
        |it| user(it, "ben").owner_id = Some(5),
    ),
    ("UPDATE dids SET user_id = 3 WHERE id = 12", |it| {
        did(it, FREE).user_id = Some(3);
    }),
    (
        "UPDATE conflines SET value = '0' WHERE name = 'Allow_API' AND owner_id = 2",
        |it| {
            unset(it, "Allow_API", 2);
            set(it, "Allow_API", "0", 2);
        },
    ),
    (
        "UPDATE conflines SET value = '0' WHERE name = 'Allow_GET_API'",
        |it| {
            unset(it, "Allow_GET_API", 0);
            set(it, "Allow_GET_API", "0", 0);
        },
    ),
    (
        "UPDATE conflines SET value = 'x' WHERE name = 'API_Secret_Key' AND owner_id = 0",
        |it| {
            unset(it, "API_Secret_Key", 0);
            set(it, "API_Secret_Key", "x", 0);
        },
    ),
];

#[test]
fn what_changed_of_a_caller_counts_at_once() {
    let mut tables = town();
    let site = Site::open(&tables);
    for (sql, change) in CHANGES {
        site.run_sql(sql);
        change(&mut tables);
        for caller in ["admin", "clerk", "shop", "carrier", "anna", "ben", "nobody"] {
            for query in ["", "search_provider=2", "max_results=2&from=2", "test=1"] {
                for method in ["POST", "GET"] {
                    let ask = ask(method, &signed(caller, query));
                    let (reply, expected) = (site.send(&ask), answer(&tables, &ask));
                    let about = format!("{sql}; {method} {caller} {query}");
                    assert_eq!(reply.status, expected.status, "{about}");
                    match expected.body {
                        Some(body) => assert!(reply.body == body, "{about}: {}", reply.text()),
                        None => assert!(!reply.text().contains("secret"), "{about}"),
                    }
                }
            }
        }
    }
}

#[test]
fn d7_another_hash_is_not_taken_for_the_last() {
    let site = Site::open(&town());
    for _ in 0..3 {
        assert_eq!(site.ids("admin", ""), ALL);
        for hash in ["", "0", &sha1("other"), &sha1("shopkey")] {
            let reply = site.post(&format!("u=admin&hash={hash}"));
            assert_eq!(reply.error(), "Incorrect hash");
        }
        let of_another = format!("u=shop&hash={}", sha1("carrierkey"));
        assert_eq!(site.post(&of_another).error(), "Incorrect hash");
    }
}
