//! A request line, a content type, the end of a path and a body.

use dids_get::api::caller::{Caller, Role};
use dids_get::api::parameters::{DOCUMENTED, MAX_NEEDLE, MAX_PARAMETERS, MAX_VALUE};
use dids_get::api::route::{Method, Route, below_route};
use dids_get::dids::search::Search;

use super::pieces::Pieces;

/// Whatever is asked, it is refused or within the limits.
pub fn check(input: &[u8]) {
    let mut pieces = Pieces(input);
    let method = Method::parse(&pieces.text());
    let (target, end, kind) = (pieces.text(), pieces.text(), pieces.text());
    let below = below_route(&target, Some(&end));
    assert!(
        target.ends_with(below),
        "{target:?} below {end:?}: {below:?}"
    );
    assert_eq!(below_route(&target, None), target);

    let Ok(Route::Api(head)) = Route::parse(method, below, Some(&kind)) else {
        return;
    };
    assert_ne!(head.method, Method::Other);
    let Ok(parameters) = head.parameters(pieces.0) else {
        return;
    };
    for name in DOCUMENTED {
        let value = parameters.bytes(name).unwrap_or_default();
        let text = std::str::from_utf8(value).expect("a documented value is text");
        assert!(text.len() <= MAX_VALUE && !text.contains('\0'), "{name}");
        if matches!(name, "search_did_number" | "search_did_owner") {
            let needle = parameters.trimmed(name).unwrap_or_default();
            assert!(needle.chars().count() <= MAX_NEEDLE, "{name}");
        }
    }
    // Names only: a value may be the hash.
    let names = format!("{parameters:?}");
    assert!(names.matches(", ").count() < MAX_PARAMETERS + input.len());
    for role in [Role::Admin, Role::Accountant, Role::Reseller, Role::User] {
        let caller = Caller {
            id: 7,
            role,
            own_providers: false,
        };
        let search = Search::new(&parameters, &caller);
        assert_eq!(search.filters.len(), search.used.len());
        assert_ne!(search.limit, Some(0));
    }
}
