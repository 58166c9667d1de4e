use super::*;
use crate::api::parameters::{DOCUMENTED, MAX_NEEDLE, MAX_PARAMETERS, MAX_VALUE};

fn post(target: &str, content_type: &str, body: &[u8]) -> Result<Parameters, ApiError> {
    match Route::parse(Method::Post, target, Some(content_type))? {
        Route::Api(head) => head.parameters(body),
        other => panic!("{other:?}"),
    }
}

fn form(query: &str, body: &str) -> Result<Parameters, ApiError> {
    let target = format!("/api/dids_get?{query}");
    post(
        &target,
        "application/x-www-form-urlencoded; charset=UTF-8",
        body.as_bytes(),
    )
}

fn json(body: &str) -> Result<Parameters, ApiError> {
    post("/api/dids_get", "Application/JSON", body.as_bytes())
}

#[test]
fn paths_name_the_method_or_leave_it_to_action() {
    let ours = |target: &str| match Route::parse(Method::Post, target, None) {
        Ok(Route::Api(head)) => Some(head.is_ours(&head.parameters(b"").unwrap())),
        _ => None,
    };
    for root in ["/api", "/billing/api"] {
        for (rest, expected) in [
            ("?action=dids_get", Some(true)),
            ("/?action=dids_get", Some(true)),
            ("/dids_get?action=other", Some(true)),
            ("/dids_get/", Some(true)),
            ("?action=DIDS_GET", Some(false)),
            ("", Some(false)),
            ("/other?action=dids_get", Some(false)),
            ("/other/", Some(false)),
            ("/dids_get/more", None),
            ("//", None),
            ("x", None),
        ] {
            assert_eq!(ours(&format!("{root}{rest}")), expected, "{root}{rest}");
        }
    }
    assert_eq!(ours("/"), None);
    assert_eq!(ours("/billing"), None);
}

#[test]
fn d1_get_and_post_alone_and_an_unknown_path_before_the_method() {
    let route = |method, target| Route::parse(method, target, None);
    assert_eq!(
        route(Method::Other, "/api"),
        Err(ApiError::MethodNotAllowed("GET, POST"))
    );
    assert_eq!(route(Method::Other, "/nowhere"), Err(ApiError::NotFound));
    assert_eq!(route(Method::Get, "/healthz"), Ok(Route::Health));
    assert_eq!(route(Method::Get, "/readyz?x"), Ok(Route::Ready));
    assert_eq!(
        route(Method::Post, "/readyz"),
        Err(ApiError::MethodNotAllowed("GET"))
    );
    assert_eq!(Method::parse("get"), Method::Other);
}

#[test]
fn d2_the_query_wins_even_empty_and_the_last_of_a_place() {
    let parameters = form("a=1&a=2&b=", "a=3&b=4&c=5&c=6").unwrap();
    let got = ["a", "b", "c", "d", "A"].map(|name| parameters.get(name));
    assert_eq!(got, [Some("2"), Some(""), Some("6"), None, None]);
}

#[test]
fn d2_values_are_decoded_once_and_a_bad_escape_stays_as_written() {
    let parameters = form(
        "search_did_number=%203706%25%20&u=+x%2By&p=100%&from=%zz",
        "",
    )
    .unwrap();
    assert_eq!(parameters.trimmed("search_did_number"), Some("3706%"));
    assert_eq!(parameters.get("u"), Some(" x+y"));
    assert_eq!(parameters.get("p"), Some("100%"));
    assert_eq!(parameters.get("from"), Some("%zz"));
}

#[test]
fn d3_limits_hold_on_both_sides() {
    let value = |length| form(&format!("x={}", "v".repeat(length)), "");
    assert!(value(MAX_VALUE).is_ok());
    assert_eq!(value(MAX_VALUE + 1), Err(ApiError::ValueTooLong));
    let many = |count: usize| form(&"x=1&".repeat(count - 1), "y=1");
    assert!(many(MAX_PARAMETERS).is_ok());
    assert_eq!(many(MAX_PARAMETERS + 1), Err(ApiError::TooManyParameters));
    let body = |length: usize| form("", &format!("&{}", "&".repeat(length - 1)));
    assert!(body(MAX_BODY).is_ok());
    assert_eq!(body(MAX_BODY + 1), Err(ApiError::BodyTooLarge));
    for name in ["search_did_number", "search_did_owner"] {
        let needle = |length| form(&format!("{name}= {} ", "š".repeat(length)), "");
        assert!(needle(MAX_NEEDLE).is_ok());
        assert_eq!(needle(MAX_NEEDLE + 1), Err(ApiError::NeedleTooLong(name)));
    }
}

#[test]
fn d3_the_length_is_that_of_the_decoded_bytes() {
    assert!(form(&format!("x={}", "%ff".repeat(MAX_VALUE)), "").is_ok());
    let long = form(&format!("x={}", "%ff".repeat(MAX_VALUE + 1)), "");
    assert_eq!(long, Err(ApiError::ValueTooLong));
}

#[test]
fn d3_nul_and_bad_utf8_are_refused_in_documented_parameters_alone() {
    for name in DOCUMENTED {
        for bad in ["%00", "a%ff", "%c3%28"] {
            let refused = form(&format!("{name}={bad}"), "");
            assert_eq!(refused, Err(ApiError::InvalidCharacter(name)), "{bad}");
        }
        assert!(form(&format!("{name}=%ef%bf%bd"), "").is_ok());
    }
    assert!(form("other=%00%ff", "").is_ok());
    assert!(
        form("u=%ff&u=fine", "").is_ok(),
        "the value that wins counts"
    );
}

#[test]
fn d23_json_scalars_become_text() {
    let parameters =
        json(r#"{"u":"ad\u006din","from":1.50,"test":true,"p":false,"hash":null}"#).unwrap();
    let got = ["u", "from", "test", "p", "hash"].map(|name| parameters.get(name));
    assert_eq!(
        got,
        [Some("admin"), Some("1.50"), Some("1"), Some("0"), None]
    );
    assert!(json("").is_ok(), "an empty body is no parameters");
    assert_eq!(
        json(r#"{"u":"a","u":"b","u":null}"#).unwrap().get("u"),
        Some("b")
    );
}

#[test]
fn d23_nested_or_malformed_json_is_refused() {
    for body in [
        " ",
        "{",
        "[]",
        "1",
        r#"{"a":[]}"#,
        r#"{"a":{}}"#,
        r#"{"a":1}x"#,
        "{'a':1}",
        r#"{"a":"\ud800"}"#,
    ] {
        assert_eq!(json(body), Err(ApiError::MalformedJson), "{body}");
    }
    let not_utf8 = post("/api/dids_get", "application/json", b"{\"u\":\"\xff\"}");
    assert_eq!(not_utf8, Err(ApiError::MalformedJson));
    assert_eq!(
        json(r#"{"u":"\u0000"}"#),
        Err(ApiError::InvalidCharacter("u"))
    );
}

#[test]
fn d23_a_body_of_another_type_or_on_get_is_ignored() {
    assert_eq!(
        post("/api/dids_get", "text/plain", b"u=x")
            .unwrap()
            .get("u"),
        None
    );
    let Ok(Route::Api(head)) = Route::parse(Method::Get, "/api", Some("application/json")) else {
        panic!("no route");
    };
    assert!(!head.wants_body());
    assert_eq!(head.parameters(b"{").unwrap().get("u"), None);
}

#[test]
fn d7_debug_output_shows_no_value() {
    assert_eq!(
        format!("{:?}", form("hash=secret", "").unwrap()),
        r#"{"hash"}"#
    );
    let route = Route::parse(Method::Post, "/api?hash=secret", None).unwrap();
    let shown = format!("{route:?}");
    assert!(
        shown.contains("Post") && !shown.contains("secret"),
        "{shown}"
    );
}

#[test]
fn a_target_is_cut_to_what_is_below_the_route() {
    let below = |end| below_route("/a/billing/api?u=/api", Some(end));
    assert_eq!(below("/billing/api"), "/billing/api?u=/api");
    assert_eq!(below("/a/billing/api"), "/a/billing/api?u=/api");
    for no_end in ["", "/", "/billing", "/b/billing/api", "illing/api"] {
        assert_eq!(below(no_end), "/a/billing/api?u=/api", "{no_end}");
    }
    assert_eq!(below_route("/api", None), "/api");
    assert_eq!(below_route("/a", Some("")), "/a");
    assert_eq!(below_route("", Some("")), "");
}
