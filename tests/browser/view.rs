//! The HTML view.

use dids_tests::data::Data;
use dids_tests::harness::Site;
use serde_json::json;

use crate::asking::{Asking as _, signed};
use crate::chromium::Chromium;
use crate::filled::{MARKUP, filled_with};
use crate::measure::{WIDTHS, faults, is_fit_for_every_screen};
use crate::town::*;

/// The address of a page for the browser, which calls by GET.
fn url(site: &Site, user: &str, query: &str) -> String {
    let query = signed(user, query);
    format!(
        "http://{}/billing/api/dids_get?test=1&{query}",
        site.address()
    )
}

#[test]
fn the_page_is_readable_on_every_screen() {
    let site = Site::inside(&town());
    let mut browser = Chromium::start();
    for (what, user, query) in [
        ("list", "admin", "search_language="),
        (
            "list-of-user",
            "anna",
            "search_status=active&from=1&max_results=25",
        ),
        ("nothing-found", "shop", "search_did_number=99"),
        ("incorrect-hash", "admin", "hash=e5e9fa1b"),
    ] {
        browser.open(&url(&site, user, query));
        is_fit_for_every_screen(&mut browser, what);
    }
}

#[test]
fn the_demo_data_is_readable_on_every_screen() {
    let site = Site::on_local_host(Data::demo(), |_| ());
    let mut browser = Chromium::start();
    let asked = "search_did_number=1212555&search_hide_terminated_dids=1&max_results=25";
    browser.open(&url(&site, "admin", asked));
    // The README's picture: pngquant --force --strip --speed=1 --output docs/page.png 64 \
    // target/screenshots/demo-1280-light.png
    is_fit_for_every_screen(&mut browser, "demo");
    assert_eq!(
        browser.eval("document.querySelectorAll('tbody tr').length"),
        25
    );
}

#[test]
fn long_texts_stay_on_the_screen() {
    let site = Site::inside(&filled_with(&"W".repeat(250)));
    let mut browser = Chromium::start();
    let asked = "W".repeat(64);
    browser.open(&url(&site, "admin", &format!("search_did_number={asked}")));
    is_fit_for_every_screen(&mut browser, "long-texts");
}

#[test]
fn markup_in_data_stays_text() {
    let site = Site::inside(&filled_with(MARKUP));
    let mut browser = Chromium::start();
    browser.open(&url(
        &site,
        "admin",
        "search_status=%3Cscript%3Ewindow.run=1%3C/script%3E",
    ));
    assert_eq!(browser.complaints(), [""; 0]);
    browser.open(&url(&site, "admin", ""));
    assert_eq!(browser.complaints(), [""; 0]);
    assert_eq!(browser.eval("window.run ?? 'nothing ran'"), "nothing ran");
    let active = "document.querySelectorAll('script, img, svg, iframe, link, a, form').length";
    assert_eq!(browser.eval(active), 0);
    for column in [
        "did",
        "did_status",
        "language",
        "comment",
        "routes_to_openai_project_id",
    ] {
        let cell = format!("document.querySelector('[data-c={column}]').textContent");
        assert_eq!(browser.text(&cell), MARKUP, "{column}");
    }
    let xml = site.list("admin", "");
    assert_eq!(
        browser.text("document.querySelector('pre').textContent"),
        xml.text()
    );
}

#[test]
fn a_table_on_wide_screens_cards_on_narrow() {
    let site = Site::inside(&town());
    let mut browser = Chromium::start();
    browser.open(&url(&site, "admin", ""));
    for width in WIDTHS {
        browser.screen(width, "light");
        let elements = browser.accessible();
        let count = |role: &str| elements.iter().filter(|(it, _)| it == role).count();
        // One below the other: the second value of a card is where the first is.
        let left = |nth: u32| {
            format!("document.querySelectorAll('td')[{nth}].getBoundingClientRect().left")
        };
        let (first, second) = (browser.eval(&left(0)), browser.eval(&left(1)));
        let headers = dids_get::dids::elements::ELEMENTS.len();
        if width < 600 {
            assert_eq!(count("columnheader"), 0, "{width}");
            assert_eq!(first, second, "{width}");
        } else {
            assert_eq!(count("columnheader"), headers, "{width}");
            assert_ne!(first, second, "{width}");
        }
        // Named regions, for people who hear the page.
        let regions = elements.iter().filter(|(role, _)| role == "region");
        let regions: Vec<&str> = regions.map(|(_, name)| name.as_str()).collect();
        assert_eq!(regions, ["DIDs", "XML"], "{width}");
    }
    let labels =
        browser.eval("[...document.querySelectorAll('tr:last-child td')].map(td => td.dataset.c)");
    let labels: Vec<&str> = labels
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_str().unwrap())
        .collect();
    let elements: Vec<&str> = dids_get::dids::elements::ELEMENTS
        .iter()
        .map(|element| element.name)
        .collect();
    assert_eq!(labels, elements);
}

#[test]
fn the_page_can_be_printed() {
    let site = Site::inside(&filled_with(&"W".repeat(250)));
    let mut browser = Chromium::start();
    browser.open(&url(&site, "admin", ""));
    // A4, held sideways, within its margins.
    browser.screen(1046, "light");
    browser.media("print", "light");
    let faults = faults(&mut browser);
    assert!(faults.is_empty(), "{faults:#?}");
    // Paper cannot be scrolled.
    let whole = "[...document.querySelectorAll('.scroll, pre')]\
        .map(block => getComputedStyle(block).overflow)";
    assert_eq!(browser.eval(whole), json!(["visible", "visible"]));
    browser.draw("printed");
}
