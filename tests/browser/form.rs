//! The form of the playground, as somebody uses it.

use std::process::Command;

use dids_tests::harness::Site;

use crate::chromium::Chromium;

/// Resolves to the outcome, once there is one.
pub const OUTCOME: &str = "new Promise(resolve => { const look = () => \
    /^\\d{3} |^No /.test(outcome.textContent) ? resolve(outcome.textContent) : setTimeout(look, 5); look(); })";

/// Opens it.
pub fn open(site: &Site) -> Chromium {
    let mut browser = Chromium::start();
    browser.screen(1280, "light");
    browser.open(&format!("http://{}/", site.address()));
    browser
}

/// Does as somebody who types this into a field.
pub fn fill(browser: &mut Chromium, field: &str, value: &str) {
    let (field, value) = (format!("document.getElementById('{field}')"), quoted(value));
    browser.eval(&format!(
        "(async () => {{ if ({field}.type === 'checkbox') {field}.checked = {value} !== '';
         else {field}.value = {value};
         outcome.textContent = '';
         {field}.dispatchEvent(new Event('input', {{bubbles: true}}));
         await signing; }})()"
    ));
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap()
}

/// Presses the button and waits for the answer, of which it gives the XML.
pub fn send(browser: &mut Chromium) -> String {
    browser.eval("outcome.textContent = ''; document.querySelector('button').click()");
    let outcome = browser.text(OUTCOME);
    assert!(outcome.starts_with("200 "), "{outcome}");
    text_of(browser, "xml")
}

/// What an element shows.
pub fn text_of(browser: &mut Chromium, id: &str) -> String {
    browser.text(&format!("document.getElementById('{id}').textContent"))
}

/// What a field holds.
pub fn value_of(browser: &mut Chromium, id: &str) -> String {
    browser.text(&format!("document.getElementById('{id}').value"))
}

/// What the shown line of curl prints.
pub fn run_curl(browser: &mut Chromium) -> String {
    let line = text_of(browser, "curl");
    let run = Command::new("sh")
        .args(["-c", &format!("{line} --silent")])
        .output();
    let run = run.expect("a shell");
    assert!(run.status.success(), "{line}: is curl installed?");
    String::from_utf8(run.stdout).unwrap()
}
