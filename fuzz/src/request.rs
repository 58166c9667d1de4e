//! The head of a request and a body.

use dids_get::api::accept;
use dids_get::api::caller::{Caller, Role};
use dids_get::api::route::{Head, Method, Route, below};
use dids_get::db::column::Columns;
use dids_get::dids::parameters::{MAX_PARAMETERS, PARAMETERS, Parameter};
use dids_get::dids::search::Asked;

use super::pieces::Pieces;

/// Whatever is asked, it is refused or within the limits.
pub fn check(input: &[u8]) {
    let mut pieces = Pieces(input);
    let method = Method::parse(&pieces.text());
    let (target, base, kind) = (pieces.text(), pieces.text(), pieces.text());
    let target = below(&target, &base);
    let head = Head {
        target,
        content_types: &kind,
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
    let Ok(asked) = call.decode(pieces.0).and_then(Asked::parse) else {
        return;
    };
    let parameters = asked.parameters();
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
    assert!(parameters.pairs().len() <= MAX_PARAMETERS);
    restricts(&asked);
}

/// No filter that was sent is neither used, nor ignored for the role, nor refused,
/// nor one that means not set.
fn restricts(asked: &Asked) {
    let parameters = asked.parameters();
    for role in [Role::Admin, Role::Accountant, Role::Reseller, Role::User] {
        let caller = Caller {
            id: 7,
            role,
            own_providers: false,
        };
        let Ok(search) = asked.honoured_by(&caller, Columns::ALL) else {
            continue;
        };
        assert_eq!(search.filters.len(), search.used.len());
        assert_ne!(search.limit, Some(0));
        for pair in parameters
            .pairs()
            .iter()
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
