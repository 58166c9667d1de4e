//! Section 5: looking for numbers and owners.

use dids_tests::harness::Site;

use crate::asking::*;
use crate::filters::{EVERYONE, filters};
use crate::town::*;

const OFFICE: [&str; 2] = ["admin", "clerk"];

#[test]
fn by_number_for_all() {
    for (query, found) in [
        ("37060000003", &[BEN][..]),
        ("00000", &ALL),
        ("3706", &[ANNA, FREE, BEN, SHOP]),
        ("0002", &[FREE, CARRIER]),
        ("999", &[]),
    ] {
        filters(
            &town(),
            &format!("search_did_number={query}"),
            found,
            &EVERYONE,
        );
    }
}

#[test]
fn d17_a_percent_or_underscore_makes_a_pattern() {
    for (term, found) in [
        ("3706%25", &[ANNA, FREE, BEN, SHOP][..]),
        ("%250002", &[FREE, CARRIER]),
        ("%2560%25", &[ANNA, FREE, BEN, SHOP]),
        ("%25", &ALL),
        ("%25%25%25", &ALL),
        ("_________01", &[ANNA, OLD]),
        ("___________", &ALL),
        ("__________", &[]),
        // Whole: the pattern is not looked for inside.
        ("060%25", &[]),
        ("44_", &[]),
        ("44_%253", &[SPARE]),
    ] {
        filters(
            &town(),
            &format!("search_did_number={term}"),
            found,
            &EVERYONE,
        );
    }
}

#[test]
fn d17_letters_without_regard_to_case_and_no_escapes() {
    let mut tables = town();
    did(&mut tables, ANNA).did = text("ABC-def\\1");
    did(&mut tables, FREE).did = text("100%_x");
    did(&mut tables, BEN).did = text("[a-z]*?");
    did(&mut tables, SHOP).did = text("!!%!x");
    let site = Site::open(&tables);
    for (term, found) in [
        ("abc-DEF", &[ANNA][..]),
        ("aBc%25", &[ANNA]),
        // A backslash is an ordinary character.
        ("\\", &[ANNA]),
        ("%25\\1", &[ANNA]),
        ("100\\%25", &[]),
        ("\\%25", &[]),
        ("100%25_x", &[FREE]),
        // So are those that mean something to GLOB or to regular expressions.
        ("[a-z]*?", &[BEN]),
        ("*", &[BEN]),
        ("!", &[SHOP]),
        ("!!", &[SHOP]),
        ("!!!", &[]),
        ("!%25x", &[SHOP]),
        ("_!%25!_", &[SHOP]),
        ("!x", &[SHOP]),
        ("'", &[]),
        ("%22", &[]),
        ("' OR 1=1 --", &[]),
    ] {
        let term = term.replace(' ', "%20");
        let ids = site.ids("admin", &format!("search_did_number={term}"));
        assert_eq!(ids, found, "{term}");
    }
}

#[test]
fn d14_a_null_number_is_searched_as_empty() {
    let mut tables = town();
    did(&mut tables, ANNA).did = None;
    did(&mut tables, BEN).did = text("");
    let site = Site::open(&tables);
    let numbered = [FREE, SHOP, OLD, CARRIER, SPARE];
    for term in ["%25", "%25%25"] {
        let ids = site.ids("admin", &format!("search_did_number={term}"));
        assert_eq!(ids, [&[ANNA, BEN][..], &numbered].concat(), "{term}");
    }
    assert_eq!(site.ids("admin", "search_did_number=_%25"), numbered);
    assert_eq!(site.ids("anna", "search_did_number=%25"), [ANNA]);
}

#[test]
fn d28_a_number_in_the_international_form() {
    let mut tables = town();
    did(&mut tables, SPARE).did = text("+1 (212) x");
    let site = Site::open(&tables);
    for (term, found) in [
        ("%2B37060000001", &[ANNA][..]),
        ("+%2B37060000001+", &[ANNA]),
        ("%2B3706", &[ANNA, FREE, BEN, SHOP]),
        ("%2B0001", &[ANNA, OLD]),
        // Anything else is taken as it is written.
        ("%2B", &[SPARE]),
        ("%2B1+(", &[SPARE]),
        ("%2B3706%25", &[]),
        ("%2B%25", &[SPARE]),
        ("%2B%2B3706", &[]),
        ("3706%2B", &[]),
    ] {
        let ids = site.ids("admin", &format!("search_did_number={term}"));
        assert_eq!(ids, found, "{term}");
    }
    assert_eq!(site.ids("admin", "search_did_owner=%2B1"), [0; 0]);
}

#[test]
fn by_owner_as_shown_for_the_office() {
    for (term, found) in [
        ("anna", &[ANNA][..]),
        ("ANNA SMITH", &[ANNA]),
        ("a s", &[ANNA]),
        ("jones", &[BEN]),
        ("system admin", &[FREE, OLD, SPARE]),
        ("s%25", &[FREE, OLD, SPARE]),
        ("%25s", &[BEN]),
        ("_ones", &[BEN]),
        // Empty where it is absent: everything matches `%`.
        ("%25", &ALL),
        ("%25%25", &ALL),
        ("_%25", &[ANNA, FREE, BEN, OLD, SPARE]),
        // The user name is not what is shown.
        ("ben", &[]),
        ("test reseller", &[]),
    ] {
        let term = term.replace(' ', "+");
        filters(&town(), &format!("search_did_owner={term}"), found, &OFFICE);
    }
}

#[test]
fn by_owner_that_is_shown_otherwise() {
    let mut tables = town();
    user(&mut tables, "anna").first_name = None;
    user(&mut tables, "anna").last_name = text("  ");
    user(&mut tables, "ben").last_name = text("100%_\\");
    let site = Site::open(&tables);
    assert_eq!(site.ids("admin", "search_did_owner=ANNA"), [ANNA]);
    assert_eq!(site.ids("admin", "search_did_owner=%5C"), [BEN]);
    assert_eq!(site.ids("admin", "search_did_owner=100%25__"), [BEN]);
    assert_eq!(site.ids("admin", "search_did_owner=smith"), [0; 0]);
}
