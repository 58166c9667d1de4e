use super::super::filters::MAX_ITEMS;
use super::*;
use crate::api::body::of_query;
use crate::api::caller::Role;
use crate::db::filter::Pattern;

const ADMIN: Caller = Caller {
    id: 0,
    role: Role::Admin,
    own_providers: false,
};

fn asked(query: &str) -> Result<Asked, ApiError> {
    Asked::parse(of_query(query))
}

fn search(query: &str, caller: Caller) -> Search {
    let asked = asked(query).map_err(|error| error.to_string()).unwrap();
    asked.honoured_by(&caller, Columns::ALL).unwrap()
}

fn filters(query: &str) -> Vec<Filter> {
    search(query, ADMIN).filters
}

#[test]
fn d17_a_term_is_looked_for_anywhere_or_is_a_pattern() {
    let number = |term: &str| match filters(&format!("search_did_number={term}")).as_slice() {
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
fn d21_paging_that_is_not_positive_is_not_set() {
    let paging = |query: &str| {
        let found = search(query, ADMIN);
        (found.offset, found.limit)
    };
    for none in ["", "0", "-5", "-99999999999999999999", "%2B0"] {
        let found = paging(&format!("from={none}&max_results={none}"));
        assert_eq!(found, (0, None), "{none}");
    }
    assert_eq!(paging("from=26&max_results=%2B25"), (25, Some(25)));
    assert!(search("from=99999999999999999999", ADMIN).is_empty());
    assert_eq!(paging("max_results=99999999999999999999").1, Some(u64::MAX));
}

fn refused(query: &str) -> String {
    match asked(query) {
        Ok(_) => "fine".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn d25_values_that_restrict_must_be_understood() {
    for (query, expected) in [
        ("max_results=100.0&from=x", "Not a whole number: from"),
        ("max_results=100.0", "Not a whole number: max_results"),
        ("from=--1", "Not a whole number: from"),
        ("from=%2B", "Not a whole number: from"),
        ("from=-0&max_results=+12+", "fine"),
        (
            "search_hide_terminated_dids=true",
            "Invalid value of search_hide_terminated_dids",
        ),
        (
            "search_hide_terminated_dids=all",
            "Invalid value of search_hide_terminated_dids",
        ),
        (
            "search_hide_terminated_dids=x&from=x",
            "Not a whole number: from",
        ),
        ("search_hide_terminated_dids=+0+&from=&max_results=", "fine"),
        (
            "search_updated_since=all",
            "Not a time: search_updated_since",
        ),
        ("search_updated_since=", "fine"),
        (
            "search_did_id=1,,2",
            "Too many or empty items: search_did_id",
        ),
        (
            "search_did_exact=1,+",
            "Too many or empty items: search_did_exact",
        ),
        ("search_did_exact=all&search_did_id=x", "fine"),
        (
            "cursor=x&search_did_id=,",
            "Too many or empty items: search_did_id",
        ),
        ("cursor=x", "Invalid cursor"),
        ("cursor=&from=1", "fine"),
    ] {
        assert_eq!(refused(query), expected, "{query}");
    }
    let items = |count| vec!["1"; count].join(",");
    assert_eq!(
        refused(&format!("search_did_id={}", items(MAX_ITEMS))),
        "fine"
    );
    assert_ne!(
        refused(&format!("search_did_id={}", items(MAX_ITEMS + 1))),
        "fine"
    );
}

#[test]
fn d27_all_is_not_set_but_for_texts() {
    let all = "search_status=ALL&search_dialplan=all&search_user=All&search_device=all&\
               search_provider=aLL&search_language=all";
    assert_eq!(filters(all), []);
    assert_eq!(filters("search_did_number=all").len(), 1);
    assert_eq!(filters("search_did_owner=all").len(), 1);
}

#[test]
fn d28_a_plus_before_digits_is_dropped() {
    let plain = filters("search_did_number=3706");
    assert_eq!(filters("search_did_number=%2B3706"), plain);
    assert_eq!(filters("search_did_number=+%2B3706"), plain);
    for kept in ["%2B", "%2B37a", "%2B37%25"] {
        let found = filters(&format!("search_did_number={kept}"));
        assert!(format!("{found:?}").contains('+'), "{kept}");
    }
}

#[test]
fn d35_items_become_numbers_and_ids() {
    let numbers =
        |items: &[&str]| Filter::Numbers(items.iter().map(|item| (*item).into()).collect());
    assert_eq!(
        filters("search_did_exact=%2B370,+371+"),
        [numbers(&["+370", "370", "371"])]
    );
    assert_eq!(filters("search_did_id=1,x,+2"), [Filter::Ids(vec![1, 2])]);
    assert_eq!(filters("search_did_id=x,1.5"), [Filter::Nothing]);
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
fn d25_a_filter_within_one_that_is_ignored() {
    let user = Caller {
        role: Role::User,
        ..ADMIN
    };
    let of = |query: &str, caller| match asked(query)
        .ok()
        .unwrap()
        .honoured_by(&caller, Columns::ALL)
    {
        Ok(search) => search.ignored.join(" "),
        Err(error) => error.to_string(),
    };
    assert_eq!(of("search_dialplan=5", user), "search_dialplan");
    let hidden = "search_status=a&search_dialplan=5;Search_x";
    assert_eq!(of(hidden, user), "Unknown parameter search_dialplan");
    assert_eq!(of(hidden, ADMIN), "");
}

#[test]
fn a_literal_is_the_longest_part_of_every_match() {
    let literal = |term| Pattern::new(term).literal();
    assert_eq!(literal("370600").as_deref(), Some("370600"));
    assert_eq!(literal("37%0600_1").as_deref(), Some("0600"));
    assert_eq!(literal("a!b").as_deref(), Some("a!b"));
    assert_eq!(literal("%žo_ž%"), None);
    assert_eq!(literal("12"), None);
}
