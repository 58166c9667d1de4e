//! `docs/openapi.yaml`: what it says of the component is so, and it says all.

mod answers;
mod document;

use std::collections::BTreeSet;

use dids_get::api::body::MAX_BODY;
use dids_get::api::caller::{Role, Roles};
use dids_get::dids::elements::{ELEMENTS, Element};
use dids_get::dids::parameters::{MAX_LIST, MAX_PARAMETERS, MAX_VALUE, PARAMETERS};
use dids_get::error::ApiError;
use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;
use answers::is_described_at;
use document::{Node, document};

/// The paths of the API.
const PATHS: [&str; 2] = ["/api", "/api/dids_get"];

/// Who calls in each role.
const CALLERS: [(Role, &str); 4] = [
    (Role::Admin, "admin"),
    (Role::Accountant, "clerk"),
    (Role::Reseller, "carrier"),
    (Role::User, "anna"),
];

fn names(roles: Roles) -> Vec<String> {
    let roles = CALLERS.iter().filter(|(role, _)| roles.has(*role));
    roles.map(|(role, _)| role.name().to_owned()).collect()
}

#[test]
fn parameters_are_those_that_the_component_knows() {
    let body = document().at(&["components", "schemas", "Call", "properties"]);
    let documented: Vec<&str> = PARAMETERS.iter().map(|parameter| parameter.name).collect();
    assert_eq!(body.keys(), documented);
    for path in PATHS {
        let parameters = document().at(&["paths", path, "parameters"]).items();
        let is_header = |it: &&Node| it.at(&["in"]).text() == "header";
        let headers: Vec<_> = parameters.iter().filter(is_header).collect();
        let names: Vec<_> = headers.iter().map(|it| it.at(&["name"]).text()).collect();
        assert_eq!(names, ["Prefer", "X-Request-Id"]);
        let (parameters, _) = parameters.split_at(parameters.len() - headers.len());
        let named = parameters.iter().map(|it| it.at(&["name"]).text());
        // In the path that names the method, `action` is ignored.
        let known = documented
            .iter()
            .filter(|name| path == "/api" || **name != "action");
        assert!(named.eq(known.map(|name| (*name).to_owned())), "{path}");
        for parameter in parameters {
            let name = parameter.at(&["name"]).text();
            assert_eq!(parameter.at(&["in"]).text(), "query", "{name}");
            for schema in [parameter.at(&["schema"]), body.at(&[&name])] {
                assert_eq!(
                    schema.at(&["description"]).text(),
                    parameter.at(&["description"]).text()
                );
            }
        }
    }
}

#[test]
fn parameters_are_honoured_for_the_roles_named() {
    let mut tables = town();
    // So that hiding them leaves nothing.
    for did in &mut tables.dids {
        did.status = text("terminated");
    }
    let site = Site::open(&tables);
    for (name, parameter) in document().at(&["components", "parameters"]).entries() {
        let nothing = match name {
            "Prefer" | "X-Request-Id" => continue,
            "search_hide_terminated_dids" => "1",
            "search_updated_since" => "9999-01-01T00:00:00Z",
            "from" => "1000000",
            _ if name.starts_with("search_") => "nothing",
            _ => {
                assert_eq!(
                    parameter.at(&["x-roles"]).texts(),
                    names(Roles::ALL),
                    "{name}"
                );
                continue;
            }
        };
        for (role, caller) in CALLERS {
            let ignored = !site.ids(caller, &format!("{name}={nothing}")).is_empty();
            let named = parameter
                .at(&["x-roles"])
                .texts()
                .contains(&role.to_string());
            assert_ne!(ignored, named, "{name} for {role}");
        }
    }
}

#[test]
fn elements_are_those_of_the_table() {
    let documented = document().at(&["components", "schemas", "Did", "properties"]);
    let elements: Vec<_> = ELEMENTS.iter().map(|element| element.name).collect();
    assert_eq!(documented.keys(), elements);
    for Element {
        name, about, roles, ..
    } in ELEMENTS
    {
        let element = documented.at(&[*name]);
        assert_eq!(element.at(&["description"]).text(), *about);
        assert_eq!(element.at(&["x-roles"]).texts(), names(*roles), "{name}");
    }
}

#[test]
fn lists_of_every_role_are_described() {
    let site = Site::open(&town());
    let elements = document().at(&["components", "schemas", "Did", "properties"]);
    for (role, caller) in CALLERS {
        for method in ["GET", "POST"] {
            let reply = site.send(&ask(method, &signed(caller, "")));
            is_described_at(&reply, "/api/dids_get", method);
            for (name, element) in elements.entries() {
                let shown = !reply.elements(name).is_empty();
                let may = element.at(&["x-roles"]).texts().contains(&role.to_string());
                assert!(may || !shown, "{name} for {role}");
            }
        }
    }
    let page = site.list("admin", "test=1");
    is_described_at(&page, "/api/dids_get", "POST");
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(page.header("content-security-policy").is_some());
}

/// Every error there is, once for each parameter that it can name.
pub fn errors() -> Vec<ApiError> {
    use ApiError::*;
    let whole = [
        NoSuchApi,
        ApiDisabled,
        GetDisabled,
        AccessDenied,
        NoSecretKey,
        IncorrectHash,
        NotPermitted,
        NotAuthorized,
        NoDidsFound,
        NotFound,
        MethodNotAllowed("GET, POST"),
        BodyNeedsPost,
        UnsupportedMediaType,
        TwoMediaTypes("TYPE".into(), "TYPE".into()),
        UnsupportedEncoding,
        MalformedJson,
        MalformedMultipart,
        InvalidCursor,
        IncompleteBody,
        Unavailable,
        BodyTooLarge(MAX_BODY),
        TooManyParameters(MAX_PARAMETERS),
        ValueTooLong(MAX_VALUE),
        ValueTooLong(MAX_LIST),
        NotWhole("from"),
        NotWhole("max_results"),
        InvalidValue("search_hide_terminated_dids"),
        NotATime("search_updated_since"),
        NeedsColumn("search_updated_since", "dids.updated_at"),
        BadItems("search_did_exact"),
        BadItems("search_did_id"),
        UnknownParameter("NAME".into()),
    ];
    let terms = PARAMETERS.iter().filter_map(|parameter| {
        let most = parameter.most_characters?;
        Some(TermTooLong(parameter.name, most))
    });
    let named = PARAMETERS
        .iter()
        .map(|parameter| InvalidCharacter(parameter.name));
    whole.into_iter().chain(terms).chain(named).collect()
}

#[test]
fn error_texts_are_the_components() {
    for (response, status) in [
        ("Answer", 200),
        ("Refused", 400),
        ("NotFound", 404),
        ("MethodNotAllowed", 405),
        ("TooLarge", 413),
        ("UnsupportedBody", 415),
        ("Unavailable", 503),
        // Told by their status in JSON and CSV alone.
        ("Unauthorized", 401),
        ("Forbidden", 403),
        ("NoSuchApi", 404),
    ] {
        let of_format = ["Unauthorized", "Forbidden", "NoSuchApi"].contains(&response);
        let response = document().at(&["components", "responses", response]);
        let kind = if of_format {
            "application/json"
        } else {
            "text/xml"
        };
        let schema = response.at(&["content", kind, "schema", "properties", "error"]);
        let errors = errors().into_iter().filter(|error| match of_format {
            true => error.status() == 200 && error.http_status() == status,
            false => error.status() == status,
        });
        let mut texts: Vec<_> = errors.map(|error| error.to_string()).collect();
        let mut documented = schema.choices();
        texts.sort();
        documented.sort();
        assert_eq!(documented, texts, "{status}");
    }
}

#[test]
fn outcomes_are_the_components() {
    let header = document().at(&["components", "headers", "X-Dids-Outcome", "schema"]);
    let codes = errors().into_iter().map(|error| error.code().to_owned());
    let codes: BTreeSet<String> = ["ok".to_owned()].into_iter().chain(codes).collect();
    assert_eq!(header.choices().into_iter().collect::<BTreeSet<_>>(), codes);
}
