use super::*;

const FORM: &str = "application/x-www-form-urlencoded; charset=UTF-8";

fn call(method: Method, head: &Head<'_>, body: &[u8]) -> Result<Parameters, ApiError> {
    match Route::parse(method, head)? {
        Route::Api(call) => {
            let parameters = call.decode(body)?;
            match parameters.malformed() {
                Some(error) => Err(error.clone()),
                None => Ok(parameters),
            }
        }
        other => panic!("{other:?}"),
    }
}

fn post(target: &str, content_types: &str, body: &[u8]) -> Result<Parameters, ApiError> {
    let head = Head {
        target,
        content_types,
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
        Ok(Route::Api(call)) => Some(call.is_ours(&call.decode(b"").unwrap())),
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
fn d3_a_body_has_so_many_bytes() {
    let body = |length: usize| form("", &"&".repeat(length));
    assert!(body(MAX_BODY).is_ok());
    assert_eq!(body(MAX_BODY + 1), Err(ApiError::BodyTooLarge(MAX_BODY)));
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
    assert_eq!(json(r#"{"u":"\u0000"}"#).unwrap().get("u"), Some("\0"));
}

#[test]
fn d25_a_body_of_another_kind_is_refused() {
    let refused = |content_types, content_encoding, transfer_encoding| {
        let head = Head {
            target: "/api",
            content_types,
            content_encoding,
            transfer_encoding,
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
        let error = refused(media, "gzip", "");
        assert_eq!(error, Some(ApiError::UnsupportedMediaType), "{media}");
    }
    let encoding = Some(ApiError::UnsupportedEncoding);
    for other in ["gzip", "identity, gzip", "br", "x"] {
        assert_eq!(refused(FORM, other, ""), encoding, "{other}");
        assert_eq!(refused(FORM, "", other), encoding, "{other}");
    }
    assert_eq!(refused(FORM, "chunked", ""), encoding);
    assert_eq!(refused(FORM, "", "gzip, chunked"), encoding);
    assert_eq!(refused("", " Identity ", "Chunked, identity"), None);
    assert_eq!(refused(" ; x=y", "", ""), None);
}

#[test]
fn d25_of_two_types_neither_is_believed() {
    let head = Head {
        target: "/api",
        content_types: &format!("\n{FORM}\n {FORM}\ntext/\u{1}\nx"),
        content_encoding: "gzip",
        ..Head::default()
    };
    let error = call(Method::Post, &head, b"u=x").unwrap_err().to_string();
    let end = format!("json (received: {FORM} and text/\u{fffd})");
    assert!(
        error.starts_with("Unsupported media type: send "),
        "{error}"
    );
    assert!(error.ends_with(&end), "{error}");
}

#[test]
fn d25_a_body_needs_post() {
    let head = Head {
        target: "/api",
        ..Head::default()
    };
    assert_eq!(call(Method::Get, &head, b"{"), Err(ApiError::BodyNeedsPost));
    assert!(call(Method::Get, &head, b"").is_ok());
}

#[test]
fn d36_a_body_without_a_type_is_a_form() {
    let parameters = post("/api", "", b"\xef\xbb\xbfu=admin").unwrap();
    assert_eq!(parameters.get("u"), Some("admin"));
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
    assert_eq!(below("/a/b/api", "a/b/"), "/api");
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
