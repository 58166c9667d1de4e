//! What is asked of every page, on every screen.

use crate::chromium::Chromium;

/// A phone held upright, a tablet, a desk.
pub const WIDTHS: [u32; 3] = [360, 768, 1280];
pub const SCHEMES: [&str; 2] = ["light", "dark"];

const MEASURE: &str = include_str!("measure.js");

/// Measures what is shown now: what would be cut off, overlap or be hard to read.
pub fn faults(browser: &mut Chromium) -> Vec<String> {
    let faults = browser.eval(MEASURE);
    let faults = faults.as_array().expect("a list").iter();
    faults
        .map(|fault| fault.as_str().expect("a sentence").to_owned())
        .collect()
}

/// Looks at the page on every screen, and at what the browser complains of.
pub fn is_fit_for_every_screen(browser: &mut Chromium, what: &str) {
    for width in WIDTHS {
        for scheme in SCHEMES {
            browser.screen(width, scheme);
            let faults = faults(browser);
            assert!(faults.is_empty(), "{what}, {width} {scheme}: {faults:#?}");
            browser.draw(&format!("{what}-{width}-{scheme}"));
        }
    }
    assert_eq!(browser.complaints(), [""; 0], "{what}");
}

#[test]
fn what_is_wrong_with_a_page_is_noticed() {
    let mut browser = Chromium::start();
    browser.screen(768, "light");
    let mut page = |body: &str| {
        let page = format!(
            "data:text/html,<!DOCTYPE html><html style=background:white><meta http-equiv=Content-Security-Policy \
             content=\"script-src 'none'\"><body>{body}</body>"
        );
        browser.open(&page);
        (
            faults(&mut browser).join(", "),
            browser.complaints().join(", "),
        )
    };
    assert_eq!(page("<p>A good page</p>"), (String::new(), String::new()));
    for (body, fault) in [
        (
            "<p style=width:800px>Wide</p>",
            "the page is 808 pixels wide",
        ),
        ("<p style=color:silver>Pale</p>", "a contrast of 1.8"),
        ("<p style=font-size:8px>Small</p>", "letters of 8 pixels"),
        ("<p style=height:9px>Low</p>", "in a height of 9"),
        (
            "<p style='width:20px;overflow:hidden'>Narrow</p>",
            "in a width of 20",
        ),
        ("", "nothing is shown"),
        ("<hr>", "there is no text"),
    ] {
        let (faults, complaints) = page(body);
        assert!(faults.contains(fault), "{body}: {faults}");
        assert_eq!(complaints, "");
    }
    for body in [
        "<script>1</script>",
        "<img src=x onerror=1>",
        "<p onclick=1>",
    ] {
        let (_, complaints) = page(body);
        assert!(
            complaints.contains("Content Security Policy"),
            "{body}: {complaints}"
        );
    }
}
