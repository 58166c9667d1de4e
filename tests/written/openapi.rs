//! docs/openapi.yaml: `openapi.yaml` beside this file, with what follows from the
//! declarations at its lines in double braces.

use dids_get::api::body::of_query;
use dids_get::api::caller::{Caller, Role, Roles};
use dids_get::db::column::{COLUMNS, Columns, Kind as Stored};
use dids_get::dids::elements::{ELEMENTS, Element};
use dids_get::dids::parameters::{Kind, MAX_LIST, MAX_VALUE, PARAMETERS, Parameter};
use dids_get::dids::row::RowSet;
use dids_get::dids::search::Asked;
use dids_get::error::{REFUSALS, Refusal};
use dids_get::render::Value;
use dids_tests::asking::ask_by_body;
use dids_tests::harness::Site;

use crate::documents::{honoured_for, is_always_there, shown};

/// A call that the description shows, and for whose answer the demo data has rows.
struct Call {
    name: &'static str,
    about: &'static str,
    /// As a form.
    sent: &'static str,
}

const CALLS: [Call; 7] = [
    Call {
        name: "one_number",
        about: "The admin looks a number up.",
        sent: "u=admin&hash=e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4&search_did_number=12125550100",
    },
    Call {
        name: "page_of_a_reseller",
        about: "A reseller reads its active numbers by pages of one. This is the third.",
        sent: "u=baltic&hash=e1c99d3eb30ea020d32e766da878e3d85a96c23d&search_status=active&from=3&max_results=1",
    },
    Call {
        name: "users_own",
        about: "A user's closed numbers.",
        sent: "u=ona&hash=e1c99d3eb30ea020d32e766da878e3d85a96c23d&search_status=closed&max_results=1",
    },
    Call {
        name: "wrong_hash",
        about: "The hash of the vendor's own example, which follows another rule.",
        sent: "u=admin&hash=6e79d4a82f68102f43be11d873177f47817f84df",
    },
    Call {
        name: "nothing_found",
        about: "No DID matches.",
        sent: "u=admin&hash=e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4&search_did_number=0000%",
    },
    Call {
        name: "without_the_right",
        about: "An accountant who may not manage DIDs.",
        sent: "u=bookkeeper&hash=e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4",
    },
    Call {
        name: "restricted",
        about: "An API-restricted user whose group lacks the method.",
        sent: "u=restricted&hash=e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4",
    },
];

/// The whole document.
pub fn document(site: &Site) -> String {
    let head = "# The method as OpenAPI, for generators and clients. `cargo xtask write` writes it\n\
                # from the declarations and from tests/written/openapi.yaml.\n";
    let frame = include_str!("openapi.yaml");
    let (_, frame) = frame.split_once("\n\n").expect("a comment at its head");
    let mut text = head.to_owned();
    for line in frame.lines() {
        let inner = line.trim();
        let name = inner
            .strip_prefix("{{")
            .and_then(|rest| rest.strip_suffix("}}"));
        match name {
            None => text += &format!("{line}\n"),
            Some(name) => {
                let indent = &line[..line.len() - inner.len()];
                for made in made(name, site).lines() {
                    text += format!("{indent}{made}").trim_end();
                    text.push('\n');
                }
            }
        }
    }
    text
}

/// What stands at the line of this name.
fn made(name: &str, site: &Site) -> String {
    let words: Vec<&str> = name.split(' ').collect();
    match words[..] {
        ["references"] => references(|_| true),
        ["references", "without", "action"] => references(|name| name != "action"),
        ["parameters"] => PARAMETERS.iter().map(parameter).collect(),
        ["members"] => {
            let member =
                |it: &Parameter| format!("{0}: {{$ref: '#/components/schemas/{0}'}}\n", it.name);
            PARAMETERS.iter().map(member).collect()
        }
        ["schemas"] => PARAMETERS.iter().map(schema).collect(),
        ["calls"] => CALLS.iter().map(call).collect(),
        ["answers", media] => CALLS.iter().map(|call| answer(call, media, site)).collect(),
        ["outcomes"] => {
            let codes = REFUSALS
                .iter()
                .map(|refusal| format!("- {}\n", refusal.code));
            format!("- ok\n{}", codes.collect::<String>())
        }
        ["errors", status] => errors(|it| it.status.to_string() == status),
        ["errors", status, of_format] => {
            errors(|it| it.status.to_string() == status && it.http_status.to_string() == of_format)
        }
        ["did"] => did(),
        _ => panic!("nothing makes {name}"),
    }
}

/// A text, quoted.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

fn references(wanted: fn(&str) -> bool) -> String {
    let names = PARAMETERS.iter().map(|parameter| parameter.name);
    let reference = |name| format!("- $ref: '#/components/parameters/{name}'\n");
    names.filter(|name| wanted(name)).map(reference).collect()
}

fn parameter(parameter: &Parameter) -> String {
    let name = parameter.name;
    format!(
        "{name}:\n  name: {name}\n  in: query\n  description: {}\n  schema: {{$ref: '#/components/schemas/{name}'}}\n",
        description(parameter)
    )
}

fn description(parameter: &Parameter) -> String {
    let honoured = match honoured_for(parameter) {
        "all" => String::new(),
        roles => format!(" (for {roles}; ignored for others)"),
    };
    quoted(&format!("{}{honoured}", parameter.about))
}

/// What a value looks like follows from what becomes of one.
fn schema(parameter: &Parameter) -> String {
    let items = "^ *[^\\s\\u0000,][^\\u0000,]*(, *[^\\s\\u0000,][^\\u0000,]*){0,99}$";
    let of_any = || match outcome(parameter.name, "x") {
        "not_whole" => "type: integer\n  minimum: 1".into(),
        "invalid_value" => "enum: ['0', '1']".into(),
        "invalid_cursor" => format!("type: string\n  maxLength: 128\n  pattern: {WITHOUT_NUL}"),
        "not_a_time" => "type: string\n  format: date-time".into(),
        "no_dids_found" => "anyOf: [{type: integer}, {const: all}]".into(),
        _ => text(parameter.most_characters.unwrap_or(MAX_VALUE)),
    };
    let kind = match (parameter.name, parameter.kind) {
        ("action", _) => "enum: [dids_get]".into(),
        ("hash", _) => "type: string\n  pattern: '^[0-9A-Fa-f]{40}$'".into(),
        (_, Kind::View) => "enum: ['0', '1']".into(),
        _ if parameter.most_bytes == MAX_LIST => {
            format!("type: string\n  maxLength: {MAX_LIST}\n  pattern: '{items}'")
        }
        _ => of_any(),
    };
    let description = description(parameter);
    format!(
        "{}:\n  description: {description}\n  {kind}\n",
        parameter.name
    )
}

/// What becomes of a request for the admin that has this parameter alone.
fn outcome(name: &str, value: &str) -> &'static str {
    let admin = Caller {
        id: 0,
        role: Role::Admin,
        own_providers: false,
    };
    let asked = Asked::parse(of_query(&format!("{name}={value}")));
    match asked.and_then(|asked| asked.honoured_by(&admin, Columns::ALL)) {
        Err(error) => error.code(),
        Ok(search) if search.matches_nothing() => "no_dids_found",
        Ok(_) => "ok",
    }
}

const WITHOUT_NUL: &str = "'^[^\\u0000]*$'";

fn text(most: usize) -> String {
    format!("type: string\n  maxLength: {most}\n  pattern: {WITHOUT_NUL}")
}

fn call(call: &Call) -> String {
    let sent = call.sent.split('&').filter_map(|pair| pair.split_once('='));
    let members = sent.map(|(name, value)| format!("    {name}: {}\n", quoted(value)));
    format!(
        "{}:\n  summary: {}\n  value:\n    action: dids_get\n{}",
        call.name,
        quoted(call.about),
        members.collect::<String>()
    )
}

/// The answer to a call, where it is one of this media type with status 200.
fn answer(call: &Call, media: &str, site: &Site) -> String {
    let ask = ask_by_body("application/x-www-form-urlencoded", call.sent);
    let reply = site.send(&ask.with("Accept", media));
    if reply.status != 200 {
        return String::new();
    }
    let lines = reply.text().lines().map(|line| format!("    {line}\n"));
    format!("{}:\n  value: |\n{}", call.name, lines.collect::<String>())
}

fn errors(wanted: impl Fn(&&Refusal) -> bool) -> String {
    let refusals = REFUSALS.iter().filter(wanted);
    let line = |it: &Refusal| format!("- `{}`: {}.\n", shown(it.text), it.happened);
    refusals.map(line).collect()
}

/// The members of a row.
fn did() -> String {
    let always = ELEMENTS.iter().filter(|element| is_always_there(element));
    let always: Vec<_> = always.map(|element| element.name).collect();
    let members: String = ELEMENTS.iter().map(member).collect();
    format!(
        "required: [{}]\nadditionalProperties: false\nproperties:\n{members}",
        always.join(", ")
    )
}

fn member(element: &Element) -> String {
    let roles = [Role::Admin, Role::Accountant, Role::Reseller, Role::User];
    let roles = roles.into_iter().filter(|role| element.roles.has(*role));
    let roles: Vec<_> = roles.map(Role::name).collect();
    let shown_to = if element.roles == Roles::ALL {
        String::new()
    } else {
        format!(" (shown to {})", roles.join(", "))
    };
    format!(
        "  {}:\n    description: {}\n    {}\n",
        element.name,
        quoted(&format!("{}{shown_to}", element.about)),
        type_of(element)
    )
}

/// The type of an element, from its value in a row that has everything.
fn type_of(element: &Element) -> &'static str {
    let columns = COLUMNS.iter().map(|column| match column.kind {
        Stored::Text => ",\"closed\"",
        Stored::Integer => ",1",
        Stored::Time => ",\"2026-01-01 12:00:00\"",
    });
    let page = format!("[1,\"370\",null{}]1", columns.collect::<String>());
    let rows = RowSet::read(Some(page.as_bytes())).expect("a page");
    let did = rows
        .rows(Columns::ALL)
        .next()
        .expect("a row")
        .expect("a whole row");
    match (element.value)(&did, Role::Admin) {
        Value::Number(_) => "type: integer",
        Value::Flag(_) => "type: boolean",
        Value::Time(_) => "type: string\n    format: date-time",
        _ => "type: string",
    }
}
