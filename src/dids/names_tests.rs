use super::*;
use crate::api::body::of_query;

fn checked(query: &str) -> String {
    match check(&of_query(query)) {
        Ok(()) => "fine".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// Whether a name is refused with a value that restricts nothing, and with another.
fn refused_with(name: &str) -> [bool; 2] {
    let encoded: String = name.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let refused = |value: &str| match &*checked(&format!("{encoded}={value}")) {
        "fine" => false,
        text => text == format!("Unknown parameter {}", Name::from(name)),
    };
    assert_eq!(refused("+%0a"), refused("+aLL"), "{name}");
    [refused(""), refused("0")]
}

const FILTERS: &str = "search search_ search[] Search_Status search-status searchStatus \
    search.status searching s_search_status S-Search s.filters filter FilterBy filter[status] \
    s_filter[x] .search _search_status [filter]";
const BROKEN: [&str; 11] = [
    "a b",
    "amp;x",
    "{}",
    "x\u{ad}",
    "\u{feff}u",
    "u\t",
    "x=y",
    "x%5B",
    "a\\b",
    "\u{fffd}",
    "\0",
];
const RESTRICTING: &str = "status did_status didStatus s_status S.did-Status status[0] s_user[] \
    [status] s_[status] user user_id USERID device owner did DialPlan dial_plan id language \
    hide_terminated_dids updatedSince did_exact maxResults max-results FROM s_from U u[] p. \
    hash[x] Action test- cursor_ limit offset page perPage per-page page_size pageSize \
    s_limit[1] a_i_agent_compatible T.O.N.E.zone";
const IGNORED: &str = "_ s_ - [] x s_call_type order_by format username utf8 s_did_pattern \
    research my_search a[status] x_from valid_from statuses user_ids s_s_status s__x ss_status \
    pages perpages x.status number";

#[test]
fn d25_names_are_read_as_people_read_them() {
    for name in FILTERS.split_whitespace().chain(BROKEN) {
        assert_eq!(refused_with(name), [true, true], "{name}");
    }
    for name in RESTRICTING.split_whitespace() {
        assert_eq!(refused_with(name), [false, true], "{name}");
    }
    let documented = PARAMETERS.iter().map(|parameter| parameter.name);
    for name in IGNORED.split_whitespace().chain([""]).chain(documented) {
        assert_eq!(refused_with(name), [false, false], "{name}");
    }
}

#[test]
fn d25_a_filter_within_a_value_is_refused() {
    for (query, name) in [
        ("x=1;search_status=free", "x"),
        ("s_user=all%26SEARCH_status", "s_user"),
        ("test=search_&test=1", "test"),
        ("action=dids_get;Search_", "action"),
        ("=my_search_x", ""),
        ("status=;search_x", "status"),
        // Each occurrence is looked at, and the first is named.
        ("status=1&status=", "status"),
        ("status=&limit=2&U=1", "limit"),
    ] {
        assert_eq!(checked(query), format!("Unknown parameter {name}"));
    }
    let free = "p=search_1&u=search_&hash=search_x&search_did_owner=search_&x=search&y=research-_";
    assert_eq!(checked(free), "fine");
}
