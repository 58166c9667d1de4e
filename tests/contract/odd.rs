//! Section 7: databases that are odd, but still databases of MOR.

use dids_tests::data::is_on_server;
use dids_tests::harness::Site;
use dids_tests::model::{self, Tables};

use crate::asking::*;
use crate::texts::{one, shown};
use crate::town::*;

/// Compares whole lists, and their parts, with the model's.
fn lists_as_the_model(tables: &Tables, about: &str) {
    let site = Site::open(tables);
    for paging in ["", "from=1499&max_results=1007", "from=2990"] {
        let query = signed("admin", paging);
        let expected = model::answer(tables, &ask("POST", &query)).body.unwrap();
        let reply = site.post(&query);
        assert!(reply.whole && reply.body == expected, "{about}: {paging}");
    }
}

#[test]
fn d20_long_lists_of_numbers_that_hardly_differ() {
    let mut tables = town();
    let sample = tables.dids[1].clone();
    tables.dids = vec![sample; 3_000];
    let mut number = |about: &str, number: &dyn Fn(usize) -> Option<Vec<u8>>| {
        for (place, did) in tables.dids.iter_mut().enumerate() {
            did.id = 1 + (place as i64 * 1_013) % 3_000;
            did.did = number(place);
        }
        lists_as_the_model(&tables, about);
    };
    let bytes = |bytes: &[u8]| Some(bytes.to_vec());
    number("all the same", &|_| bytes(b"37060000000"));
    number("in either case", &|nth| {
        bytes(if nth % 2 == 0 { b"aBc" } else { b"AbC" })
    });
    number("none at all", &|_| None);
    number("empty or none", &|nth| {
        if nth % 2 == 0 { None } else { bytes(b"") }
    });
    number("quotes and backslashes", &|nth| {
        bytes([&b"'"[..], b"\\", b"\"", b"\\'", b"%"][nth % 5])
    });
    if is_on_server() {
        // A server's collation orders the rest in its own way: mysql::order.
        return;
    }
    number("no UTF-8", &|nth| {
        bytes(&[b'3', 0x80 + (nth % 127) as u8, b'x'])
    });
    number("beyond ASCII", &|nth| {
        bytes(["\u{e9}", "\u{c9}", "\u{1f600}", "e"][nth % 4].as_bytes())
    });
    number("spaces", &|nth| bytes(&b"        "[..nth % 8]));
    number("controls", &|nth| bytes(&[b'a', 1 + (nth % 31) as u8]));
}

#[test]
fn d20_a_long_list_of_numbers_with_a_nul_ends() {
    let site = Site::inside_with_sql(
        &town(),
        "INSERT INTO dids (id, did, status) \
         WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE i < 3099) \
         SELECT i, CAST(x'61' || x'00' || (i % 7) AS CHAR), 'free' FROM n",
    );
    let mut ids = site.ids("admin", "");
    assert_eq!(ids.len(), 3_000 + ALL.len());
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 3_000 + ALL.len(), "each is listed once");
}

#[test]
fn d14_blank_names_count_as_missing() {
    for blank in ["", " ", "\t\r\n "] {
        let mut tables = one(|tables| {
            tables.providers[0].name = text(blank);
            tables.dialplans[0].name = text(blank);
            did(tables, ANNA).dialplan_id = Some(1);
            did(tables, ANNA).reseller_id = Some(5);
            for name in ["anna", "carrier"] {
                let user = user(tables, name);
                (user.first_name, user.last_name) = (text(blank), text(blank));
                user.username = text(blank);
            }
        });
        for element in ["provider", "dial_plan", "owner", "reseller"] {
            let found = shown(&tables, element);
            assert_eq!(found.as_deref(), Some(""), "{element} {blank:?}");
        }
        tables.dialplans[0].name = text("Reception");
        tables.dialplans[0].dptype = text(blank);
        let found = shown(&tables, "dial_plan");
        assert_eq!(found.as_deref(), Some("Reception"), "{blank:?}");
    }
}

#[test]
fn d14_values_of_another_type_lose_no_did() {
    // SQLite keeps what it is given, whatever the column's type.
    for change in [
        "did = x'3337'",
        "did = 37060000001",
        "did = 1.5",
        "status = x'66726565'",
        "status = 7",
        "language = x'656E'",
        "comment = x'FF00FF'",
        "comment = 12.25",
        "reseller_comment = 5",
        "tonezone = 1",
        "closed_till = 0",
        "closed_till = x'00'",
        "updated_at = 1770000000",
        "updated_at = 2461000.5",
        "routes_to_openai_project_id = 9",
        "ai_agent_compatible = 'yes'",
        "ai_agent_compatible = 0.5",
        "call_limit = 'many'",
        "call_limit = 1.5",
        "call_limit = 9223372036854775807",
        "call_limit = -9223372036854775808",
        "user_id = 'x'",
        "user_id = 3.7",
        "user_id = x'01'",
        "user_id = 9223372036854775807",
        "reseller_id = ''",
        "device_id = '1abc'",
        "device_id = 1e300",
        "dialplan_id = 'ivr'",
        "provider_id = -1",
    ] {
        let sql = format!("UPDATE dids SET {change}, id = id + 1000");
        let site = Site::inside_with_sql(&town(), &sql);
        let mut ids = site.ids("admin", "");
        ids.sort_unstable();
        assert_eq!(ids, [1010, 1011, 1012, 1013, 1014, 1015, 1016], "{change}");
        let page = site.list("admin", "test=1");
        assert!(page.whole && page.status == 200, "{change}");
    }
}

#[test]
fn ids_as_large_as_they_can_be() {
    let mut tables = town();
    did(&mut tables, ANNA).id = i64::MAX;
    did(&mut tables, BEN).id = 4_294_967_296;
    did(&mut tables, SPARE).user_id = Some(i64::MAX);
    did(&mut tables, SPARE).device_id = Some(9_007_199_254_740_993);
    let site = Site::open(&tables);
    assert_eq!(site.ids("anna", ""), [i64::MAX]);
    assert_eq!(site.ids("ben", ""), [4_294_967_296]);
    let query = format!("search_user={}&search_device=9007199254740993", i64::MAX);
    assert_eq!(site.ids("admin", &query), [SPARE]);
    assert_eq!(site.ids("admin", "search_device=9007199254740992"), [0; 0]);
}

#[test]
fn a_key_that_is_not_utf8_signs_as_it_is() {
    use sha1::{Digest as _, Sha1};
    let mut tables = town();
    let row = tables
        .conflines
        .iter_mut()
        .find(|row| row.name == "API_Secret_Key" && row.owner_id == 0);
    row.unwrap().value = Some(b"k\xFF\xE2\x82y".to_vec());
    let hash = hex::encode(Sha1::digest(b"k\xFF\xE2\x82y"));
    assert_eq!(
        Site::open(&tables)
            .post(&format!("u=admin&hash={hash}"))
            .ids(),
        ALL
    );
    let lossy = sha1("k\u{fffd}\u{fffd}y");
    let reply = Site::open(&tables).post(&format!("u=admin&hash={lossy}"));
    assert_eq!(reply.error(), "Incorrect hash");
}

#[test]
fn more_columns_than_are_listed() {
    let tables = town();
    let mut sql = String::new();
    let names = "name value level method extension username usertype first_name last_name \
                 comment language status did user_id device_id reseller_id provider_id \
                 dialplan_id owner_id dptype device_type created_at api_permission_group_id \
                 acc_group_id acc_right_id closed_till position rownum";
    for (table, own) in [
        (
            "dids",
            "user_id device_id reseller_id provider_id dialplan_id did status language comment closed_till",
        ),
        (
            "users",
            "username usertype first_name last_name owner_id acc_group_id api_permission_group_id",
        ),
        ("devices", "name extension device_type user_id"),
        ("providers", "name"),
        ("dialplans", "name dptype"),
        ("conflines", "name value owner_id"),
        ("acc_rights", "name"),
        ("acc_group_rights", "acc_group_id acc_right_id value"),
        ("api_permissions", "api_permission_group_id method level"),
    ] {
        for name in names.split_whitespace() {
            if !own.split_whitespace().any(|own| own == name) {
                sql +=
                    &format!("ALTER TABLE {table} ADD COLUMN {name} VARCHAR(9) DEFAULT 'other';\n");
            }
        }
    }
    let plain = Site::open(&tables);
    let site = Site::inside_with_sql(&tables, &sql);
    for caller in ["admin", "clerk", "shop", "carrier", "anna", "ben"] {
        for query in [
            "",
            "search_did_owner=s&search_user=4",
            "search_provider=1&search_language=&from=2",
        ] {
            let expected = plain.list(caller, query);
            let reply = site.list(caller, query);
            assert_eq!(reply.text(), expected.text(), "{caller} asks {query}");
        }
    }
}

#[test]
fn restriction_from_views() {
    // As an operator may supply what the vendor's tables do not have.
    let mut tables = town();
    tables.columns.api_restricted = false;
    tables.api_permissions = None;
    let sql = "ALTER TABLE users RENAME TO mor_users; \
               CREATE VIEW users AS SELECT *, \
               CASE WHEN id IN (1, 3, 4) THEN 1 ELSE 0 END AS api_restricted, \
               CASE id WHEN 3 THEN 1 WHEN 4 THEN 2 ELSE 0 END AS api_permission_group_id \
               FROM mor_users; \
               CREATE VIEW api_permissions AS SELECT 1 AS api_permission_group_id, \
               'dids_get' AS method, 1 AS level";
    let site = Site::inside_with_sql(&tables, sql);
    assert_eq!(site.ids("anna", ""), [ANNA]);
    assert_eq!(site.ids("clerk", ""), ALL);
    assert_eq!(
        site.list("ben", "").error(),
        "API method not permitted: dids_get"
    );
}

#[test]
fn the_schema_of_the_project_itself() {
    let schema = if is_on_server() {
        include_str!("../../db/mysql.sql")
    } else {
        include_str!("../../db/schema.sql")
    };
    let site = Site::inside_with_sql(
        &town(),
        &format!(
            "DROP TABLE dids; DROP TABLE users; DROP TABLE conflines; DROP TABLE api_permissions; \
             {schema} \
             INSERT INTO users (id, username, usertype, first_name) VALUES (0, 'Admin', 'admin', 'A'); \
             INSERT INTO conflines (name, value) VALUES ('Allow_API', '1'), ('API_Secret_Key', 'secret'); \
             INSERT INTO dids (id, did) VALUES (5, 'b'), (6, 'A'), (7, 'B');"
        ),
    );
    let reply = site.list("admin", "");
    assert_eq!(reply.ids(), [6, 5, 7]);
    assert_eq!(reply.elements("did_status"), ["free"; 3]);
    assert_eq!(reply.elements("owner"), ["A"; 3]);
}
