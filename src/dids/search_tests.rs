use super::*;
use crate::api::route::{Method, Route};

const ADMIN: Caller = Caller {
    id: 0,
    role: Role::Admin,
    own_providers: false,
};

fn search(query: &str, caller: Caller) -> Search {
    match Route::parse(Method::Post, &format!("/api/dids_get?{query}"), None).unwrap() {
        Route::Api(head) => Search::new(&head.parameters(b"").unwrap(), &caller),
        other => panic!("{other:?}"),
    }
}

fn filters(query: &str) -> Vec<Filter> {
    search(query, ADMIN).filters
}

#[test]
fn d17_a_needle_is_looked_for_anywhere_and_a_pattern_is_the_callers_own() {
    let number = |needle: &str| match filters(&format!("search_did_number={needle}")).as_slice() {
        [Filter::Number(pattern)] => pattern.as_str().to_owned(),
        other => format!("{other:?}"),
    };
    assert_eq!(number("370"), "%370%");
    assert_eq!(number("37063%25"), "37063%");
    assert_eq!(number("_70"), "_70");
    assert_eq!(number("5!\\"), "%5!!\\%");
    assert_eq!(number("%25%25"), "[]", "matches everything, NULL too");
}

#[test]
fn d18_an_empty_language_is_none_and_all_is_not_set() {
    assert_eq!(filters(""), []);
    assert_eq!(filters("search_language="), [Filter::NoLanguage]);
    assert_eq!(filters("search_language=%20"), [Filter::NoLanguage]);
    assert_eq!(filters("search_language=ALL"), []);
    assert_eq!(
        filters("search_language=en"),
        [Filter::Language("en".into())]
    );
}

#[test]
fn d19_an_id_that_is_no_whole_number_matches_nothing() {
    for bad in [
        "1.5",
        "%2B2",
        "x",
        "-",
        "1e3",
        "--1",
        "99999999999999999999",
        "all",
    ] {
        let found = search(&format!("search_dialplan={bad}"), ADMIN);
        assert_eq!(
            (found.filters.as_slice(), found.is_empty()),
            (&[Filter::Nothing][..], true)
        );
    }
    assert_eq!(filters("search_device=aLL&search_dialplan="), []);
    assert_eq!(filters("search_device=-2"), [Filter::Device(-2)]);
    assert_eq!(filters("search_user= 007 "), [Filter::Holder(7)]);
}

#[test]
fn d21_paging_that_is_no_positive_whole_number_is_not_set() {
    let paging = |query: &str| {
        let found = search(query, ADMIN);
        (found.offset, found.limit)
    };
    for none in ["", "0", "-5", "x", "1.5", "%2B3"] {
        assert_eq!(
            paging(&format!("from={none}&max_results={none}")),
            (0, None),
            "{none}"
        );
    }
    assert_eq!(paging("from=26&max_results=25"), (25, Some(25)));
    assert!(search("from=99999999999999999999", ADMIN).is_empty());
    assert_eq!(paging("max_results=99999999999999999999").1, Some(u64::MAX));
}

#[test]
fn filters_that_a_role_may_not_use_are_ignored() {
    let all = "search_did_number=1&search_status=free&search_did_owner=o&search_dialplan=1&\
               search_user=1&search_device=1&search_provider=1&search_language=en&\
               search_hide_terminated_dids=1";
    let used = |role, own_providers| {
        search(
            all,
            Caller {
                id: 5,
                role,
                own_providers,
            },
        )
        .used
        .join(" ")
    };
    assert_eq!(search(all, ADMIN).used.len(), 9);
    assert!(!used(Role::Reseller, false).contains("owner"));
    assert!(!used(Role::Reseller, false).contains("provider"));
    assert!(used(Role::Reseller, true).contains("provider"));
    let user = used(Role::User, true);
    assert!(
        !["owner", "provider", "dialplan"]
            .iter()
            .any(|name| user.contains(name)),
        "{user}"
    );
}

#[test]
fn a_literal_is_the_longest_part_that_every_match_contains() {
    let literal = |needle| Pattern::new(needle).literal();
    assert_eq!(literal("370600").as_deref(), Some("370600"));
    assert_eq!(literal("37%0600_1").as_deref(), Some("0600"));
    assert_eq!(literal("a!b").as_deref(), Some("a!b"));
    assert_eq!(literal("%žo_ž%"), None);
    assert_eq!(literal("12"), None);
}
