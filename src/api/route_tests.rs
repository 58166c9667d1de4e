use super::*;
use crate::api::parameters::{MAX_PARAMETERS, MAX_TERM, MAX_VALUE, Parameter};
use crate::dids::search::PARAMETERS;

const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

fn call(method: Method, head: &Head<'_>, body: &[u8]) -> Result<Parameters, ApiError> {
    match Route::parse(method, head)? {
        Route::Api(call) => {
            let (parameters, checked) = call.parameters(body, &PARAMETERS, |_, _| Ok(()));
            checked.map(|()| parameters)
        }
        other => panic!("{other:?}"),
    }
}

fn post(target: &str, content_type: &str, body: &[u8]) -> Result<Parameters, ApiError> {
    let head = Head {
        target,
        content_type,
        ..Head::default()
    };
    call(Method::Post, &head, body)
}

fn form(query: &str, body: &str) -> Result<Parameters, ApiError> {
    post(&format!("/api/dids_get?{query}"), FORM, body.as_bytes())
}

fn json(body: &str) -> Result<Parameters, ApiError> {
    post("/api/dids_get", "Application/JSON", body.as_bytes())
}

fn route(method: Method, target: &str) -> Result<Route, ApiError> {
    let head = Head {
        target,
        ..Head::default()
    };
    Route::parse(method, &head)
}

#[test]
fn paths_name_the_method_or_leave_it_to_action() {
    let ours = |target: &str| match route(Method::Post, target) {
        Ok(Route::Api(call)) => {
            let (parameters, _) = call.parameters(b"", &PARAMETERS, |_, _| Ok(()));
            Some(call.names("dids_get", &parameters))
        }
        _ => None,
    };
    for root in ["/api", "/billing/api", "//billing///api"] {
        for (rest, expected) in [
            ("?action=dids_get", Some(true)),
            ("/?action=dids_get", Some(true)),
            ("/dids_get?action=other", Some(true)),
            ("/dids_get/", Some(true)),
            ("//dids_get//", Some(true)),
            ("//", Some(false)),
            ("?action=DIDS_GET", Some(false)),
            ("", Some(false)),
            ("/other?action=dids_get", Some(false)),
            ("/other/", Some(false)),
            ("/dids_get/more", None),
            ("x", None),
        ] {
            assert_eq!(ours(&format!("{root}{rest}")), expected, "{root}{rest}");
        }
    }
    assert_eq!(ours("/"), None);
    assert_eq!(ours("/billing"), None);
}

#[test]
fn d1_get_and_post_alone_and_unknown_paths_first() {
    let not_allowed = |allow| Err(ApiError::MethodNotAllowed(allow));
    assert_eq!(route(Method::Other, "/api"), not_allowed("GET, POST"));
    assert_eq!(route(Method::Head, "/api"), not_allowed("GET, POST"));
    assert_eq!(route(Method::Other, "/nowhere"), Err(ApiError::NotFound));
    assert_eq!(Method::parse("get"), Method::Other);
}

#[test]
fn d26_probes_answer_get_and_head() {
    for method in [Method::Get, Method::Head] {
        assert_eq!(route(method, "//healthz"), Ok(Route::Health));
        assert_eq!(route(method, "/readyz?x"), Ok(Route::Ready));
    }
    let refused = route(Method::Post, "/readyz");
    assert_eq!(refused, Err(ApiError::MethodNotAllowed("GET, HEAD")));
    assert_eq!(route(Method::Get, "/healthz/"), Err(ApiError::NotFound));
}

#[test]
fn d2_the_query_wins_then_the_last() {
    let parameters = form("a=1&a=2&b=", "a=3&b=4&c=5&c=6").unwrap();
    let got = ["a", "b", "c", "d", "A"].map(|name| parameters.get(name));
    assert_eq!(got, [Some("2"), Some(""), Some("6"), None, None]);
}

#[test]
fn d2_values_are_decoded_once() {
    let parameters = form(
        "search_did_number=%203706%25%20&u=+x%2By&p=100%&from=%zz&hash=a%0a",
        "",
    )
    .unwrap();
    assert_eq!(parameters.trimmed("search_did_number"), Some("3706%"));
    assert_eq!(parameters.get("u"), Some(" x+y"));
    assert_eq!(parameters.get("p"), Some("100%"));
    assert_eq!(parameters.get("from"), Some("%zz"));
    assert_eq!(parameters.trimmed("hash"), Some("a"));
}

#[test]
fn d3_limits_hold_on_both_sides() {
    let value = |length| form(&format!("x={}", "v".repeat(length)), "");
    assert!(value(MAX_VALUE).is_ok());
    assert_eq!(value(MAX_VALUE + 1), Err(ApiError::ValueTooLong(MAX_VALUE)));
    let many = |count: usize| form(&"x=1&".repeat(count - 1), "y=1");
    assert!(many(MAX_PARAMETERS).is_ok());
    assert_eq!(
        many(MAX_PARAMETERS + 1),
        Err(ApiError::TooManyParameters(MAX_PARAMETERS))
    );
    let body = |length: usize| form("", &format!("&{}", "&".repeat(length - 1)));
    assert!(body(MAX_BODY).is_ok());
    assert_eq!(body(MAX_BODY + 1), Err(ApiError::BodyTooLarge(MAX_BODY)));
    for name in ["search_did_number", "search_did_owner"] {
        let term = |length| form(&format!("{name}= {} ", "š".repeat(length)), "");
        assert!(term(MAX_TERM).is_ok());
        assert_eq!(
            term(MAX_TERM + 1),
            Err(ApiError::TermTooLong(name, MAX_TERM))
        );
    }
}

#[test]
fn d3_the_length_is_that_of_the_decoded_bytes() {
    assert!(form(&format!("x={}", "%ff".repeat(MAX_VALUE)), "").is_ok());
    let long = form(&format!("x={}", "%ff".repeat(MAX_VALUE + 1)), "");
    assert_eq!(long, Err(ApiError::ValueTooLong(MAX_VALUE)));
}

#[test]
fn d3_nul_and_bad_utf8_are_refused_where_documented() {
    for Parameter { name, .. } in PARAMETERS.iter() {
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
    assert_eq!(json("\u{feff}{\"u\":\"a\"}").unwrap().get("u"), Some("a"));
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
fn d25e_a_body_of_another_kind_is_refused() {
    let refused = |content_type, content_encoding| {
        let head = Head {
            target: "/api",
            content_type,
            content_encoding,
            ..Head::default()
        };
        assert!(
            call(Method::Post, &head, b"").is_ok(),
            "an empty body is none"
        );
        call(Method::Post, &head, b"u=x").err()
    };
    for media in [
        "text/plain",
        "application/json, application/json",
        "x",
        "text/json",
    ] {
        assert_eq!(
            refused(media, "gzip"),
            Some(ApiError::UnsupportedMediaType),
            "{media}"
        );
    }
    for encoding in ["gzip", "identity, gzip", "br"] {
        assert_eq!(refused(FORM, encoding), Some(ApiError::UnsupportedEncoding));
    }
    assert_eq!(refused("", " Identity "), None);
    assert_eq!(refused(" ; x=y", ""), None);
}

#[test]
fn d25f_a_body_needs_post() {
    let head = Head {
        target: "/api?search_x=1",
        ..Head::default()
    };
    assert_eq!(call(Method::Get, &head, b"{"), Err(ApiError::BodyNeedsPost));
    assert!(matches!(
        call(Method::Get, &head, b""),
        Err(ApiError::UnknownParameter(_))
    ));
}

#[test]
fn d25_refusals_come_in_the_contracts_order() {
    let long = format!("x={}&search_x=1", "v".repeat(MAX_VALUE + 1));
    let target = format!("/api?{long}");
    let of = |media, body| post(&target, media, body).err();
    assert_eq!(of("x/y", b"{"), Some(ApiError::UnsupportedMediaType));
    assert_eq!(
        of("application/json", b"{"),
        Some(ApiError::ValueTooLong(MAX_VALUE))
    );
    let json = post("/api?search_x=1", "application/json", b"{");
    assert_eq!(json.err(), Some(ApiError::MalformedJson));
    let parts = post("/api?search_x=1", "multipart/form-data", b"{");
    assert_eq!(parts.err(), Some(ApiError::MalformedMultipart));
}

#[test]
fn d36_a_body_without_a_type_is_a_form() {
    let parameters = post("/api", "", b"\xef\xbb\xbfu=admin").unwrap();
    assert_eq!(parameters.get("u"), Some("admin"));
}

#[test]
fn d36_files_count_and_may_not_be_parameters() {
    let part = |name: &str| {
        format!("--b\r\nContent-Disposition: form-data; name={name}; filename=f\r\n\r\n\r\n")
    };
    let of = |body: String| post("/api", "multipart/form-data; boundary=b", body.as_bytes());
    let many = |count| format!("{}--b--", part("x").repeat(count));
    assert!(of(many(MAX_PARAMETERS)).is_ok());
    let refused = of(many(MAX_PARAMETERS + 1));
    assert_eq!(refused, Err(ApiError::TooManyParameters(MAX_PARAMETERS)));
    let named = of(format!("{}--b--", part("u")));
    assert_eq!(named, Err(ApiError::MalformedParameter("u".into())));
}

#[test]
fn d7_debug_output_shows_no_value() {
    assert_eq!(
        format!("{:?}", form("hash=secret", "").unwrap()),
        r#"{"hash"}"#
    );
    let route = route(Method::Post, "/api?hash=secret").unwrap();
    let shown = format!("{route:?}");
    assert!(
        shown.contains("Post") && !shown.contains("secret"),
        "{shown}"
    );
}

#[test]
fn a_target_is_cut_to_what_is_below_the_base_path() {
    assert_eq!(below("/a/billing/api?u=1", "/a"), "/billing/api?u=1");
    assert_eq!(below("/a/b/api", "/a/b"), "/api");
    // D26: a run of slashes counts as one.
    assert_eq!(below("//a///b//api", "/a/b"), "//api");
    for (target, base) in [
        ("/ab/api", "/a"),
        ("/api", "/a"),
        ("/api", ""),
        ("/a?/b", "/a"),
    ] {
        assert_eq!(below(target, base), target, "{base}");
    }
}
