use super::*;
use crate::dids::search::PARAMETERS;

fn checked(query: &str) -> String {
    let parameters = Parameters::new(Vec::new(), Vec::new(), query, &PARAMETERS);
    match check(&parameters, &PARAMETERS) {
        Ok(()) => "fine".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn encoded(name: &str) -> String {
    name.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

#[test]
fn d25a_an_unknown_filter_is_refused() {
    for name in [
        "search_reseller",
        "search_",
        "search_x[]",
        "Search_Reseller",
        "filter[search_status]",
        "?search_status",
        "x;search_user",
        "search\\_x",
    ] {
        let expected = format!("Unknown parameter {name}");
        assert_eq!(checked(&format!("{}=3", encoded(name))), expected);
    }
}

#[test]
fn d25b_a_name_that_is_nearly_ours_is_refused() {
    for name in [
        "search_status[]",
        "search_status[0]",
        "u[]",
        "P",
        "HASH",
        "Search_status",
        "from ",
        " max_results",
        "amp;search_status",
        "amp;x",
        "AMP;u",
        "\u{feff}search_user",
        "search\\_status",
        "{\"search_status\":\"free\"}",
    ] {
        let expected = format!("Malformed parameter {name}");
        assert_eq!(checked(&format!("{}=1", encoded(name))), expected);
    }
}

#[test]
fn d25_other_unknown_names_stay_ignored() {
    for query in [
        "s_user=all&s_call_type=all&s_device=all&s_reseller=all",
        "research=1&x-from=2&valid_from=3&userid[]=4&_=5&=6&searching=7&research_x=8",
        "message=https://x/?from=1;to=2&url=a=b%26c=d&p=search_status",
    ] {
        assert_eq!(checked(query), "fine", "{query}");
    }
}

#[test]
fn d25_a_filter_within_a_value_is_refused() {
    for query in [
        "x=1;search_status=free",
        "s_user=%26search_status%3Dfree",
        "test=0?search_user=1",
        "hash=0;SEARCH_user=1",
    ] {
        let name = query.split('=').next().unwrap();
        assert_eq!(checked(query), format!("Malformed parameter {name}"));
    }
}

#[test]
fn d25_unknown_filters_come_before_malformed_names() {
    let both = checked("U=1&search_x=2&search_y=3");
    assert_eq!(both, "Unknown parameter search_x");
    assert_eq!(checked("search_user=1&U=1&P=2"), "Malformed parameter U");
}
