//! The tables of the documents.

use dids_get::api::caller::{Caller, Role, Roles};
use dids_get::db::column::{ANONYMISED, COLUMNS};
use dids_get::db::mor::{self, Column};
use dids_get::db::value::Integer;
use dids_get::dids::elements::{ELEMENTS, Element};
use dids_get::dids::parameters::{PARAMETERS, Parameter};
use dids_get::dids::row::Did;
use dids_get::error::REFUSALS;
use dids_get::render::Value;
use dids_tests::written::Written;

/// Every document that shows an answer or has a table of the declarations.
pub fn documents() -> [Written; 4] {
    let mut api = Written::read("docs/api.md");
    api.put("parameters", &parameters());
    api.put("elements", &elements());
    api.put("errors", &errors());
    let mut operating = Written::read("docs/operating.md");
    operating.put("outcomes", &outcomes());
    let mut import = Written::read("docs/import.md");
    import.put("anonymised", &anonymised());
    [Written::read("README.md"), api, operating, import]
}

/// A table of Markdown.
fn table<const N: usize>(head: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut text = line(&head.map(str::to_owned)) + &"|---".repeat(N) + "|\n";
    text.extend(rows.into_iter().map(|row| line(&row)));
    text
}

/// The roles, in words.
fn shown_to(roles: Roles) -> &'static str {
    match roles {
        Roles::ALL => "all",
        Roles::SELLERS => "admin, accountant, reseller",
        Roles::STAFF => "admin, accountant",
        other => panic!("no words for {other:?}"),
    }
}

/// Who may use a parameter, in words.
pub fn honoured_for(parameter: &Parameter) -> &'static str {
    let may = |role, own_providers| {
        (parameter.honoured)(&Caller {
            id: 1,
            role,
            own_providers,
        })
    };
    assert!(may(Role::Admin, false) && may(Role::Accountant, false));
    let resellers = (may(Role::Reseller, false), may(Role::Reseller, true));
    match (resellers, may(Role::User, false)) {
        ((true, true), true) => "all",
        ((true, true), false) => "admin, accountant, reseller",
        ((false, true), false) => "admin, accountant, reseller with own providers",
        ((false, false), false) => "admin, accountant",
        other => panic!("no words for {other:?}"),
    }
}

fn parameters() -> String {
    let rows = PARAMETERS.iter().map(|parameter| {
        let name = format!("`{}`", parameter.name);
        [name, parameter.about.into(), honoured_for(parameter).into()]
    });
    table(["parameter", "what it is", "honoured for"], rows)
}

fn elements() -> String {
    let rows = ELEMENTS.iter().map(|element| {
        let name = format!("`{}`", element.name);
        [name, element.about.into(), shown_to(element.roles).into()]
    });
    let table = table(["element", "content", "shown to"], rows);
    let always = ELEMENTS.iter().filter(|element| is_always_there(element));
    let always: Vec<_> = always
        .map(|element| format!("`{}`", element.name))
        .collect();
    format!(
        "{table}\nThese are in every row: {}. Each of the others can be absent.\n",
        always.join(", ")
    )
}

/// Whether every row has the element, for every role.
pub fn is_always_there(element: &Element) -> bool {
    let bare = Did::default();
    let of_reseller = Did {
        reseller_id: Integer(1),
        ..Did::default()
    };
    element.roles == Roles::ALL
        && [bare, of_reseller].iter().all(|did| {
            let value = (element.value)(did, Role::User);
            !matches!(value, Value::Absent)
        })
}

/// A text with names in braces, as a reader is shown it.
pub fn shown(text: &str) -> String {
    let braces = |text: &str| text.replace(['{', '}'], "");
    let parts = text
        .split_inclusive('}')
        .map(|part| match part.split_once('{') {
            Some((before, name)) => format!("{before}{}", braces(name).to_uppercase()),
            None => part.to_owned(),
        });
    parts.collect()
}

/// Those of the API first, then by status.
fn errors() -> String {
    let mut refusals: Vec<_> = REFUSALS.iter().collect();
    refusals.sort_by_key(|refusal| refusal.status);
    let rows = refusals.into_iter().map(|refusal| {
        [
            format!("`{}`", shown(refusal.text)),
            refusal.status.to_string(),
            refusal.http_status.to_string(),
            refusal.happened.into(),
        ]
    });
    table(["`<error>`", "XML", "JSON, CSV", "cause"], rows)
}

fn outcomes() -> String {
    let ends = [
        ["`ok`", "the answer was sent, to its last byte", ""],
        [
            "`client_gone`",
            "the caller left before the end",
            "if it happens often: a proxy's time-out ends the call, see [nginx.md](nginx.md#limits)",
        ],
        [
            "`aborted`",
            "the list could not be read to its end, and the transfer was aborted",
            "read `failure`",
        ],
    ];
    let ends = ends.map(|row| row.map(str::to_owned));
    let refusals = REFUSALS.iter().map(|refusal| {
        let code = format!("`{}`", refusal.code);
        [code, refusal.happened.into(), refusal.remedy.into()]
    });
    let rows = ends.into_iter().chain(refusals);
    table(["outcome", "what happened", "what to do"], rows)
}

/// The texts that a copy has others for.
fn anonymised() -> String {
    let texts = COLUMNS.iter().zip(ANONYMISED);
    let rows = texts.filter_map(|(column, word)| {
        let Column { table, name, .. } = mor::stored(column)?;
        Some([format!("`{table}.{name}`"), format!("`{}7`", (*word)?)])
    });
    let key = [
        "`API_Secret_Key`",
        "the admin's `secret`, a reseller's `secret7`",
    ];
    let rows = rows.chain([key.map(str::to_owned)]);
    table(["column", "becomes, in the row 7"], rows)
}
