use super::{ApiError, Name};

#[test]
fn texts_and_statuses_are_the_contracts() {
    let name = || Name::from("search_x");
    #[rustfmt::skip]
    let exact = [
        (ApiError::NoSuchApi, 200, 404, "There is no such API"),
        (ApiError::IncorrectHash, 200, 401, "Incorrect hash"),
        (ApiError::NotPermitted, 200, 403, "API method not permitted: dids_get"),
        (ApiError::NotFound, 404, 404, "Not found"),
        (ApiError::MethodNotAllowed("GET"), 405, 405, "Method not allowed"),
        (ApiError::BodyTooLarge(65536), 413, 413, "Request body is larger than 65536 bytes"),
        (ApiError::BodyNeedsPost, 400, 400, "A body needs POST"),
        (ApiError::UnsupportedEncoding, 415, 415, "Unsupported content encoding"),
        (ApiError::UnknownParameter(name()), 400, 400, "Unknown parameter search_x"),
        (ApiError::NotWhole("from"), 400, 400, "Not a whole number: from"),
        (ApiError::Unavailable, 503, 503, "Service temporarily unavailable"),
    ];
    for (error, status, http_status, text) in exact {
        let statuses = (error.status(), error.http_status());
        assert_eq!(statuses, (status, http_status), "{text}");
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn d25_a_name_is_repeated_up_to_64_characters() {
    let long = "š".repeat(Name::MAX + 1);
    let error = ApiError::UnknownParameter(Name::from(long.as_str()));
    let expected = format!("Unknown parameter {}", "š".repeat(Name::MAX));
    assert_eq!(error.to_string(), expected);
}

#[test]
fn d7_a_name_is_repeated_without_a_hash_in_it() {
    let hash = "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";
    let name = |text: &str| Name::from(text).to_string();
    assert_eq!(
        name(&format!("{{\"hash\":\"{hash}\"}}")),
        "{\"hash\":\"***\"}"
    );
    assert_eq!(name(hash), "***");
    // Encoded twice, what stands before it looks like digits of it.
    let twice = name(&format!("hash%3D{hash}%26search_status"));
    assert_eq!(twice, "hash%***%26search_status");
    assert_eq!(name(&"a".repeat(39)), "a".repeat(39), "no hash");
    assert_eq!(name(&"x".repeat(70)), "x".repeat(64));
    assert_eq!(name("a\n\u{7f}"), "a\u{fffd}\u{fffd}");
}
