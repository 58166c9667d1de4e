//! The head of a request and a body.

use dids_get::api::accept;
use dids_get::api::caller::{Caller, Role};
use dids_get::api::parameters::{MAX_PARAMETERS, Parameter, Parameters};
use dids_get::api::route::{Head, Method, Route, below};
use dids_get::dids::search::{self, PARAMETERS, Search};

use super::pieces::Pieces;

/// Whatever is asked, it is refused or within the limits.
pub fn check(input: &[u8]) {
    let mut pieces = Pieces(input);
    let method = Method::parse(&pieces.text());
    let (target, base, kind) = (pieces.text(), pieces.text(), pieces.text());
    let target = below(&target, &base);
    let head = Head {
        target,
        content_type: &kind,
        accept: &base,
        prefer: &base,
        ..Head::default()
    };
    // An answer in another format is asked for by its name.
    let is_xml = accept::format(&base) == dids_get::render::Format::Xml;
    let named = |(name, _): &(&str, _)| base.to_ascii_lowercase().contains(name);
    assert!(is_xml || accept::NAMED.iter().any(named));

    let Ok(Route::Api(call)) = Route::parse(method, &head) else {
        return;
    };
    assert!(matches!(call.method, Method::Get | Method::Post));
    let (parameters, checked) = call.parameters(pieces.0, &PARAMETERS, search::check);
    if checked.is_err() {
        return;
    }
    assert!(call.method == Method::Post || pieces.0.is_empty());
    for Parameter {
        name,
        most_bytes,
        most_characters,
        ..
    } in PARAMETERS.iter()
    {
        let value = parameters.bytes(name).unwrap_or_default();
        let text = std::str::from_utf8(value).expect("a documented value is text");
        assert!(text.len() <= *most_bytes && !text.contains('\0'), "{name}");
        let characters = parameters.trimmed(name).unwrap_or_default().chars().count();
        assert!(
            most_characters.is_none_or(|most| characters <= most),
            "{name}"
        );
    }
    let pairs = parameters.pairs().count() + parameters.files().len();
    assert!(pairs <= MAX_PARAMETERS);
    restricts(&parameters);
}

/// No filter that was sent is neither used, nor ignored for the role, nor refused,
/// nor one that means not set.
fn restricts(parameters: &Parameters) {
    for role in [Role::Admin, Role::Accountant, Role::Reseller, Role::User] {
        let caller = Caller {
            id: 7,
            role,
            own_providers: false,
        };
        let search = Search::new(parameters, &caller);
        assert_eq!(search.filters.len(), search.used.len());
        assert_ne!(search.limit, Some(0));
        for pair in parameters
            .pairs()
            .filter(|pair| pair.name.starts_with("search_"))
        {
            let value = parameters.trimmed(&pair.name).unwrap_or_default();
            let is_unset = value.bytes().all(|byte| byte == b'%')
                || value.eq_ignore_ascii_case("all")
                || value == "0";
            let named = |names: &[&str]| names.contains(&pair.name.as_str());
            assert!(
                is_unset || named(&search.used) || named(&search.ignored),
                "{value}"
            );
        }
    }
}
