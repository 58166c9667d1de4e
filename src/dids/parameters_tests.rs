use super::super::search::Asked;
use super::*;
use crate::api::body::of_query;
use crate::api::route::{Head, Method, Route};

fn sent(query: &str) -> Result<(), ApiError> {
    check_limits(&mut of_query(query))
}

#[test]
fn d3_limits_hold_on_both_sides() {
    let value = |length| sent(&format!("x={}", "v".repeat(length)));
    assert!(value(MAX_VALUE).is_ok());
    assert_eq!(value(MAX_VALUE + 1), Err(ApiError::ValueTooLong(MAX_VALUE)));
    let many = |count: usize| sent(&"x=1&".repeat(count));
    assert!(many(MAX_PARAMETERS).is_ok());
    assert_eq!(
        many(MAX_PARAMETERS + 1),
        Err(ApiError::TooManyParameters(MAX_PARAMETERS))
    );
    for name in ["search_did_number", "search_did_owner"] {
        let term = |length| sent(&format!("{name}= {} ", "š".repeat(length)));
        assert!(term(MAX_TERM).is_ok());
        assert_eq!(
            term(MAX_TERM + 1),
            Err(ApiError::TermTooLong(name, MAX_TERM))
        );
    }
}

#[test]
fn d3_the_length_is_that_of_the_decoded_bytes() {
    assert!(sent(&format!("x={}", "%ff".repeat(MAX_VALUE))).is_ok());
    let long = sent(&format!("x={}", "%ff".repeat(MAX_VALUE + 1)));
    assert_eq!(long, Err(ApiError::ValueTooLong(MAX_VALUE)));
}

#[test]
fn d3_nul_and_bad_utf8_are_refused_where_documented() {
    for Parameter { name, .. } in PARAMETERS.iter() {
        for bad in ["%00", "a%ff", "%c3%28"] {
            let refused = sent(&format!("{name}={bad}"));
            assert_eq!(refused, Err(ApiError::InvalidCharacter(name)), "{bad}");
        }
        assert!(sent(&format!("{name}=%ef%bf%bd")).is_ok());
    }
    assert!(sent("other=%00%ff").is_ok());
    assert!(sent("u=%ff&u=fine").is_ok(), "the value that wins counts");
}

/// What a POST to `/api` with this query is answered.
fn post(query: &str, content_types: &str, body: &str) -> String {
    let head = Head {
        target: &format!("/api?{query}"),
        content_types,
        ..Head::default()
    };
    let Ok(Route::Api(call)) = Route::parse(Method::Post, &head) else {
        panic!("no call: {query}");
    };
    match call.decode(body.as_bytes()).and_then(Asked::parse) {
        Ok(_) => "fine".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn d25_refusals_come_in_the_contracts_order() {
    let long = format!("x={}&search_x=1&from=x", "v".repeat(MAX_VALUE + 1));
    let too_long = ApiError::ValueTooLong(MAX_VALUE).to_string();
    assert_eq!(post(&long, "application/json", "{"), too_long);
    let (_, query) = long.split_once('&').unwrap();
    let malformed = "Malformed JSON body";
    assert_eq!(post(query, "application/json", "{"), malformed);
    let malformed = "Malformed multipart body";
    assert_eq!(post(query, "multipart/form-data", "{"), malformed);
    let body = "limit=2&search_y=3";
    assert_eq!(post(query, "", body), "Unknown parameter limit");
    assert_eq!(post(query, "", ""), "Unknown parameter search_x");
    assert_eq!(post("from=x", "", ""), "Not a whole number: from");
}

#[test]
fn d36_files_count_and_may_not_be_parameters() {
    let part = |name: &str| {
        format!("--b\r\nContent-Disposition: form-data; name={name}; filename=f\r\n\r\n\r\n")
    };
    let of = |parts: String| post("", "multipart/form-data; boundary=b", &(parts + "--b--"));
    assert_eq!(of(part("x").repeat(MAX_PARAMETERS)), "fine");
    let many = of(part("x").repeat(MAX_PARAMETERS + 1));
    assert_eq!(
        many,
        ApiError::TooManyParameters(MAX_PARAMETERS).to_string()
    );
    for name in ["u", "search_user", "search_x", "Status", "limit"] {
        let expected = format!("Unknown parameter {name}");
        assert_eq!(of(part("x") + &part(name) + &part("user")), expected);
    }
}

#[test]
fn d7_passwords_are_marked_as_secret() {
    let secret = PARAMETERS.iter().filter(|parameter| parameter.secret);
    let secret: Vec<&str> = secret.map(|parameter| parameter.name).collect();
    assert_eq!(secret, ["hash", "p"]);
}
