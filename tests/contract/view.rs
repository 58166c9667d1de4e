//! Section 6: the HTML view, `test=1`.

use dids_tests::client::{Reply, unescaped};
use dids_tests::harness::Site;
use dids_tests::model::gate::{self, Caller};
use dids_tests::model::page;

use crate::asking::*;
use crate::town::*;

/// The cells of the page's last table, row by row; the first row is its head.
fn table(page: &Reply) -> Vec<Vec<String>> {
    let (_, table) = page.text().rsplit_once("<table>").expect("a table");
    let (table, _) = table.split_once("</table>").expect("the table's end");
    let rows = table.split("</tr>").filter(|row| row.contains("<tr>"));
    let cell = |cell: &str| {
        let tags = cell
            .split('<')
            .map(|rest| rest.split_once('>').map_or(rest, |(_, text)| text));
        unescaped(tags.collect::<String>().trim_start_matches('\n'))
    };
    let cells = |row: &str| -> Vec<String> {
        let row = row.replace("</th>", "</td>");
        let cells: Vec<&str> = row.split("</td>").collect();
        cells[..cells.len() - 1]
            .iter()
            .map(|text| cell(text))
            .collect()
    };
    rows.map(cells).collect()
}

#[test]
fn d29_what_was_ignored_is_listed() {
    let site = Site::open(&town());
    let hash = "b".repeat(40);
    for (caller, query, notes) in [
        ("admin", "search_status=free", &[][..]),
        (
            "admin",
            "utf8=x&format=json&utf8=y",
            &["Ignored: utf8, format, utf8; there is no such parameter."],
        ),
        ("admin", "my%3Cb%3E=1", &[]),
        ("admin", &format!("x{hash}=1"), &["Ignored: x***; there"]),
        (
            "anna",
            "search_dialplan=1&order_by=id",
            &[
                "Ignored: search_dialplan; the caller's role may not search by it.",
                "Ignored: order_by; there is no such parameter.",
            ],
        ),
        // The list is empty.
        (
            "admin",
            "search_did_id=999&order_by=id",
            &["Ignored: order_by; there"],
        ),
    ] {
        let page = site.list(caller, &format!("test=1&{query}"));
        let page = page.text().replace("&#39;", "'");
        for note in notes {
            assert!(page.contains(note), "{query}: {note}\n{page}");
        }
        assert_eq!(page.matches("Ignored: ").count(), notes.len(), "{query}");
        assert!(!page.contains(&hash));
    }
}

#[test]
fn test_1_answers_in_html() {
    let site = Site::open(&town());
    let page = site.list("admin", "test=1");
    assert_eq!(page.status, 200);
    let kind = page.header("content-type");
    assert_eq!(kind, Some("text/html; charset=utf-8"));
    assert!(
        page.text()
            .to_ascii_lowercase()
            .starts_with("<!doctype html>")
    );
    // Any other value asks for XML.
    for value in ["0", "", "2", "true", "+1", "01"] {
        let reply = site.list("admin", &format!("test={value}"));
        assert_eq!(reply.ids(), ALL, "{value:?}");
    }
}

#[test]
fn the_view_shows_the_exact_xml() {
    let mut tables = town();
    did(&mut tables, ANNA).comment = Some(b"<b>&amp;</b></pre>\r\n\x01\xff\"'".to_vec());
    let site = Site::open(&tables);
    for caller in ["admin", "clerk", "shop", "anna", "ben"] {
        for query in ["", "max_results=1", "search_status=none"] {
            let xml = site.list(caller, query);
            let page = site.list(caller, &format!("{query}&test=1"));
            assert_eq!(page.shown_xml(), xml.text(), "{caller} {query}");
        }
    }
}

#[test]
fn the_view_shows_errors_too() {
    let site = Site::open(&town());
    for (query, error) in [
        ("u=nobody", "Access Denied"),
        ("u=admin&hash=x", "Incorrect hash"),
        (&signed("admin", "from=99"), "No DIDs found"),
        (&signed("pat", ""), "Access Denied"),
    ] {
        let page = site.post(&format!("{query}&test=1"));
        assert_eq!(page.status, 200);
        assert_eq!(
            page.header("content-type"),
            Some("text/html; charset=utf-8")
        );
        assert!(
            page.shown_xml()
                .contains(&format!("<error>{error}</error>")),
            "{query}"
        );
        let readable = page.text().rsplit_once("<pre ").unwrap().0;
        assert!(readable.contains(error), "{query}");
    }
    let mut other = ask("POST", "");
    other.target = "/api?action=nothing&test=1".into();
    let page = site.send(&other);
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        page.shown_xml()
            .contains("<error>There is no such API</error>")
    );
}

#[test]
fn the_view_has_a_table_with_the_roles_columns() {
    let tables = town();
    let site = Site::open(&tables);
    for (name, ids) in [
        ("admin", &ALL[..]),
        ("clerk", &ALL),
        ("shop", &[BEN, SHOP]),
        ("anna", &[ANNA]),
    ] {
        let table = table(&site.list(name, "test=1"));
        let user = gate::named(&tables, name.as_bytes()).expect("a user");
        let role = gate::role(user).expect("a role");
        let columns = page::columns(&tables, &Caller { role, user });
        assert_eq!(table[0], columns, "{name}");
        let id = columns.iter().position(|column| *column == "id").unwrap();
        let found: Vec<i64> = table[1..]
            .iter()
            .map(|row| row[id].parse().unwrap())
            .collect();
        assert_eq!(found, ids, "{name}");
        assert!(table.iter().all(|row| row.len() == columns.len()), "{name}");
    }
}

#[test]
fn the_view_tells_how_many_rows() {
    let site = Site::open(&town());
    for (query, count) in [("", "7"), ("max_results=2", "2"), ("search_user=3", "1")] {
        let page = site.list("admin", &format!("{query}&test=1"));
        let readable = page.text().rsplit_once("<pre ").unwrap().0;
        let words = readable.split(|c: char| !c.is_ascii_alphanumeric());
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let told = words
            .windows(2)
            .any(|pair| pair[0] == count && pair[1].starts_with("DID"));
        assert!(told, "{query}: {readable}");
    }
}

#[test]
fn the_view_repeats_what_was_asked_but_not_the_hash() {
    let site = Site::open(&town());
    let hash = sha1("secret");
    let query = "search_did_owner=%3Cscript%3E%26&from=1&test=1&p=password";
    let mut by_body = ask_by_body("application/x-www-form-urlencoded", signed("admin", query));
    by_body.target += "?search_status=free";
    for ask in [
        ask(
            "POST",
            &signed("admin", &format!("search_status=free&{query}")),
        ),
        by_body,
    ] {
        let page = site.send(&ask);
        for asked in [
            "admin",
            "search_status",
            "free",
            "search_did_owner",
            "&lt;script&gt;&amp;",
        ] {
            assert!(page.text().contains(asked), "{asked}");
        }
        for secret in [hash.as_str(), "secret", "password"] {
            assert!(!page.text().contains(secret), "{secret}");
        }
    }
    // Not a wrong one either.
    let page = site.post("u=admin&hash=a-guess&test=1");
    assert!(!page.text().contains("a-guess"));
}

#[test]
fn the_view_stands_by_itself_and_is_safe() {
    let mut tables = town();
    let evil = "</table></pre><script>alert(1)</script><img src=x onerror=\"a\">'";
    let changed = did(&mut tables, ANNA);
    changed.did = text(evil);
    changed.comment = text(evil);
    changed.status = text(evil);
    changed.language = text(evil);
    user(&mut tables, "anna").first_name = text(evil);
    tables.devices[0].name = text(evil);
    tables.providers[0].name = text(evil);
    let site = Site::open(&tables);
    let asked = "search_did_owner=%3C%2Ftd%3E%3Cimg+src%3Dx%3E%22%27&test=1";
    for page in [
        site.list("admin", "test=1"),
        site.list("admin", asked),
        site.list("nobody", asked),
    ] {
        let html = page.text().to_ascii_lowercase();
        for element in [
            "<script",
            "<img",
            "<link",
            "<iframe",
            "<object",
            "<form",
            "<a ",
            "javascript:",
            "@import",
            "url(",
        ] {
            assert!(!html.contains(element), "{element}");
        }
        for outside in ["src=\"", "href=\"http", "http://", "https://"] {
            assert!(!html.contains(outside), "{outside}");
        }
        // The browser is told so too.
        let policy = page.header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; "), "{policy}");
        // For a phone as well.
        assert!(html.contains("name=\"viewport\""));
        page.shown_xml();
    }
    assert_eq!(
        table(&site.list("admin", "search_user=3&test=1"))[1][0],
        evil
    );
}

#[test]
fn the_view_is_html_whatever_the_setting() {
    let mut tables = town();
    set(&mut tables, "XML_API_Extension", "1", 0);
    let page = Site::open(&tables).list("admin", "test=1");
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.shown_xml().starts_with("<?xml"));
}

/// What of the page is not the XML, in words.
fn words(page: &Reply) -> Vec<&str> {
    let readable = page.text().rsplit_once("<pre ").expect("a block").0;
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    readable.split(|c| !is_word(c)).collect()
}

#[test]
fn d29_a_likely_wrong_recipe_is_named() {
    let site = Site::open(&town());
    let query = "u=admin&p=pw&search_status=free&from=2";
    let page = |hash: &str, view: &str| site.post(&format!("{query}&hash={hash}{view}"));
    let guess = page(&sha1("a guess"), "&test=1");
    let count = |page: &Reply, word: &str| words(page).iter().filter(|w| **w == word).count();
    for (signed, named) in [
        ("adminsecret", "u"),
        ("adminpwsecret", "p"),
        ("freesecret", "search_status"),
        ("secret\n", "feed"),
    ] {
        let hinted = page(&sha1(signed), "&test=1");
        assert!(hinted.shown_xml().contains("<error>Incorrect hash</error>"));
        assert!(count(&hinted, named) > count(&guess, named), "{signed}");
        for secret in ["secret", "pw", &sha1(signed)] {
            assert_eq!(count(&hinted, secret), 0, "{signed}");
        }
        // Whoever does not debug is told nothing.
        assert_eq!(page(&sha1(signed), "").error(), "Incorrect hash");
        // Who does not know the key hits none.
        let other = page(&sha1(&signed.replace("secret", "secreT")), "&test=1");
        assert_eq!(words(&other), words(&guess), "{signed}");
    }
}

#[test]
fn d29_what_is_ignored_for_the_role_is_said() {
    let site = Site::open(&town());
    let honoured = site.list("admin", "search_provider=2&test=1");
    let ignored = site.list("anna", "search_provider=2&test=1");
    let has = |page: &Reply| {
        words(page)
            .iter()
            .any(|word| word.eq_ignore_ascii_case("ignored"))
    };
    assert!(has(&ignored) && !has(&honoured), "{}", ignored.text());
    // Where the list is empty too.
    let empty = site.list("anna", "search_provider=2&search_status=none&test=1");
    assert!(has(&empty), "{}", empty.text());
}

#[test]
fn d7_a_hash_within_another_value_is_not_shown() {
    let site = Site::open(&town());
    let hash = "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";
    for query in [
        format!("test=1&u=admin%26hash%3D{hash}"),
        format!("test=1&u=admin&search_did_number=370;hash={hash}"),
    ] {
        let page = site.send(&ask("GET", &query));
        assert!(page.text().contains("hash=***"), "{}", page.text());
        assert!(!page.text().contains(&hash[..20]), "{}", page.text());
    }
}
