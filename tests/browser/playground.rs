//! The form at `/` of the local host.

use dids_get::api::signature::sign;
use dids_get::dids::parameters::PARAMETERS;
use dids_host::Playground;
use dids_tests::client::Connection;
use dids_tests::data::Data;
use dids_tests::harness::Site;

use crate::asking::{Asking as _, ask};
use crate::chromium::Chromium;
use crate::filled::{MARKUP, filled_with};
use crate::form::*;
use crate::measure::is_fit_for_every_screen;
use crate::town::town;

/// The page with the demo data.
fn demo() -> Site {
    Site::on_local_host(Data::demo(), |settings| {
        settings.playground = Playground::Demo
    })
}

/// The page for a town of one's own.
fn own(data: Data) -> Site {
    Site::on_local_host(data, |settings| settings.playground = Playground::Own)
}

#[test]
fn every_demo_account_gets_its_answer() {
    let site = demo();
    let mut browser = open(&site);
    let accounts =
        browser.eval("[...account.options].map(o => [o.value, o.dataset.hash, o.dataset.key])");
    let accounts: Vec<[String; 3]> = serde_json::from_value(accounts).unwrap();
    assert_eq!(accounts.len(), 13);
    for [user, hash, key] in accounts {
        fill(&mut browser, "account", &user);
        browser.text(OUTCOME);
        assert_eq!(value_of(&mut browser, "hash"), hash, "{user}");
        let steps = text_of(&mut browser, "steps");
        assert!(
            steps.contains(&key) && steps.contains(&hash),
            "{user}: {steps}"
        );
        let answer = site.post(&format!("u={user}&hash={hash}&max_results=25"));
        assert_eq!(text_of(&mut browser, "xml"), answer.text(), "{user}");
        let shown = "page.contentDocument.querySelector('pre').textContent";
        assert_eq!(browser.text(shown), answer.text(), "{user}");
        assert_eq!(run_curl(&mut browser), answer.text(), "{user}");
    }
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn every_parameter_is_sent_and_survives_the_shell() {
    let site = demo();
    let mut browser = open(&site);
    browser.text(OUTCOME);
    let hostile = "O'Brien \"$(id)\" `id` \\ & ; < ą";
    let names = PARAMETERS.iter().map(|parameter| parameter.name);
    // A cursor goes without from, and is none of ours if it is made up.
    let fields = names.filter(|name| name.starts_with("search_"));
    for name in fields.chain(["from", "max_results"]) {
        let value = match name {
            "search_status" => "active",
            "search_did_owner" => hostile,
            "search_updated_since" => "2026-01-01 00:00:00",
            _ => "1",
        };
        fill(&mut browser, name, value);
    }
    fill(&mut browser, "more", "x=1=2\nmessage='");
    let encoded = "O%27Brien+%22%24%28id%29%22+%60id%60+%5C+%26+%3B+%3C+%C4%85";
    let hash = sign(&[("message", "'")], "secret");
    let query = format!(
        "?action=dids_get&u=admin&hash={hash}&from=1&max_results=1&search_did_number=1\
         &search_status=active\
         &search_did_owner={encoded}&search_dialplan=1&search_user=1&search_device=1\
         &search_provider=1&search_language=1&search_hide_terminated_dids=1\
         &search_updated_since=2026-01-01+00%3A00%3A00&search_did_exact=1&search_did_id=1\
         &x=1%3D2&message=%27"
    );
    let answer = send(&mut browser);
    let line = text_of(&mut browser, "curl");
    assert!(line.ends_with(&format!("{query}'")), "{line}\n{query}");
    assert!(answer.contains("No DIDs found"), "{answer}");
    assert_eq!(run_curl(&mut browser), answer);
    // Nothing but the owner stands against it.
    fill(&mut browser, "search_did_owner", "");
    for name in [
        "search_dialplan",
        "search_user",
        "search_device",
        "search_provider",
        "search_language",
        "search_updated_since",
        "search_did_exact",
        "search_did_id",
    ] {
        fill(&mut browser, name, "");
    }
    assert!(send(&mut browser).contains("<did_status>active</did_status>"));
    fill(&mut browser, "empty", "on");
    assert!(send(&mut browser).contains("<language></language>"));
    assert!(text_of(&mut browser, "curl").contains("&search_language=&"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_hash_is_the_one_the_component_makes() {
    let site = own(Data::sqlite(&town(), ""));
    let mut browser = open(&site);
    let long = [55, 56, 63, 64, 65, 200].map(|length| "k".repeat(length));
    let keys = ["secret", " blank ", "ключ ✓", "<b>&amp;"].map(str::to_owned);
    for key in keys.iter().chain(&long) {
        fill(&mut browser, "key", key);
        assert_eq!(value_of(&mut browser, "hash"), sign(&[], key), "{key}");
        // Given in another order than they are hashed in, and once too often.
        fill(
            &mut browser,
            "more",
            "number=37\nu5=4\nu5=5\nunlisted=9\nphone=",
        );
        let listed = sign(&[("u5", "5"), ("number", "37")], key);
        assert_eq!(value_of(&mut browser, "hash"), listed, "{key}");
        let steps = text_of(&mut browser, "steps");
        assert!(
            steps.contains("u5=5, number=37") && steps.contains("537•"),
            "{steps}"
        );
        fill(&mut browser, "more", "");
    }
    fill(&mut browser, "u", "admin");
    fill(&mut browser, "key", "secret");
    assert!(send(&mut browser).contains("<dids>"));
    fill(&mut browser, "hash", "wrong");
    assert!(send(&mut browser).contains("<error>Incorrect hash</error>"));
    // One that was typed stays, until it is made of something else.
    fill(&mut browser, "from", "2");
    assert_eq!(value_of(&mut browser, "hash"), "wrong");
    fill(&mut browser, "more", "number=1");
    assert_eq!(
        value_of(&mut browser, "hash"),
        sign(&[("number", "1")], "secret")
    );
}

#[test]
fn the_key_does_not_leave_the_page() {
    let mut tables = town();
    let key = "keep this to yourself";
    crate::town::set(&mut tables, "API_Secret_Key", key, 0);
    let site = own(Data::sqlite(&tables, ""));
    let mut browser = open(&site);
    assert_eq!(
        browser.eval("document.getElementById('account')"),
        serde_json::Value::Null
    );
    fill(&mut browser, "u", "admin");
    fill(&mut browser, "key", key);
    assert!(send(&mut browser).contains("<dids>"));
    assert_eq!(
        browser.text("document.getElementById('key').type"),
        "password"
    );
    let told = browser.text(
        "document.body.innerText + location + JSON.stringify(performance.getEntries()) \
         + document.documentElement.outerHTML",
    );
    assert!(told.contains(&sign(&[], key)));
    for form in [key, "keep%20this", "keep+this"] {
        assert!(!told.contains(form), "{told}");
        assert!(!site.server().log().contains(form));
    }
    // The host sees no hash either but in the address, which it does not write.
    assert!(!site.server().log().contains(&sign(&[], key)));
}

#[test]
fn markup_in_answers_stays_text() {
    let site = own(Data::sqlite(&filled_with(MARKUP), ""));
    let mut browser = open(&site);
    fill(&mut browser, "u", "admin");
    fill(&mut browser, "key", "secret");
    fill(
        &mut browser,
        "search_did_number",
        "</textarea><script>window.run=1</script>",
    );
    send(&mut browser);
    fill(&mut browser, "search_did_number", "");
    let answer = send(&mut browser);
    assert!(answer.contains("&lt;script&gt;"));
    let elements = "xml.children.length + document.querySelectorAll('img, svg').length";
    assert_eq!(browser.eval(elements), 0);
    let ran = "[window, page.contentWindow].map(it => it.run ?? 'nothing').join()";
    assert_eq!(browser.eval(ran), "nothing,nothing");
    // The frame has its style, which the policy of this page must allow.
    let border = "getComputedStyle(page.contentDocument.querySelector('pre')).borderRadius";
    assert_eq!(browser.eval(border), "8px");
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_form_is_fit_for_every_screen() {
    let site = demo();
    let mut browser = open(&site);
    browser.text(OUTCOME);
    browser.eval("document.querySelector('details').open = true");
    fill(&mut browser, "more", "number=5");
    send(&mut browser);
    is_fit_for_every_screen(&mut browser, "playground");
    let roles = [
        "textbox", "combobox", "checkbox", "button", "link", "region", "Iframe",
    ];
    let elements = browser.accessible();
    let controls = elements
        .iter()
        .filter(|(role, _)| roles.contains(&role.as_str()));
    let nameless: Vec<_> = controls
        .clone()
        .filter(|(_, name)| name.is_empty())
        .collect();
    assert!(nameless.is_empty(), "{nameless:?}");
    assert!(controls.count() > PARAMETERS.len());

    fill(&mut browser, "account", "ona");
    let ignored =
        browser.eval("[...document.querySelectorAll('.ignored label')].map(it => it.textContent)");
    assert_eq!(
        ignored,
        serde_json::json!(["search_did_owner", "search_dialplan", "search_provider"])
    );
    let site = own(Data::sqlite(&town(), ""));
    is_fit_for_every_screen(&mut open(&site), "playground-own");
}

#[test]
fn without_tls_and_from_elsewhere_the_demo_works_too() {
    let site = demo();
    let mut browser = Chromium::start();
    // Not a name of this machine's own, to the browser.
    browser.open(&format!("http://dids.test:{}/", site.address().port()));
    assert_eq!(browser.eval("isSecureContext"), false);
    assert!(browser.text(OUTCOME).starts_with("200 "));
    assert!(text_of(&mut browser, "xml").contains("<dids>"));
    assert!(text_of(&mut browser, "steps").contains("cargo xtask hash"));
    assert_eq!(browser.complaints(), [""; 0]);
}

#[test]
fn the_page_is_at_the_root_where_switched_on() {
    let on = own(Data::sqlite(&town(), ""));
    let off = Site::inside(&town());
    for (site, method, path, status) in [
        (&on, "GET", "/", 200),
        (&on, "GET", "/?x=1", 200),
        (&on, "POST", "/", 404),
        (&on, "GET", "//", 404),
        (&on, "GET", "/index.html", 404),
        (&on, "GET", "/healthz", 200),
        (&off, "GET", "/", 404),
    ] {
        let mut request = ask(method, "");
        request.target = path.into();
        assert_eq!(site.send(&request).status, status, "{method} {path}");
    }
    let mut connection = Connection::open(on.address());
    connection.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    let head = connection.read_head();
    assert_eq!(head.header("cache-control"), Some("no-store"));
    let policy = head.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
}
