//! The page at `/` for trying the method out: a form with every parameter, the
//! hash step by step, the call as a line of curl, and the answer.
//!
//! It is this host's and not the component's, so that nothing of it is deployed;
//! `--playground` switches it on. What it offers follows the core's own lists. The
//! key stays in the browser, which makes the hash of it: only that is sent.

use bytes::Bytes;
use dids_get::api::caller::{Caller, Role};
use dids_get::api::signature::{HASH_LISTED, sign};
use dids_get::db::filter::Filter;
use dids_get::dids::parameters::{Kind, PARAMETERS, Paging, Parameter};
use dids_get::render::html;
use dids_get::text::escape;
use http_body_util::Full;
use hyper::Response;
use hyper::header::{HeaderMap, HeaderName, HeaderValue};

const PAGE: &str = include_str!("playground/page.html");
const STYLE: &str = include_str!("playground/style.css");
const SCRIPT: &str = include_str!("playground/script.js");
/// Its head lists the accounts.
const DEMO: &str = include_str!("../../db/demo.sql");

/// What a browser may do with the page. The hashes are those of the script and of
/// the styles; the last style is that of the HTML view, whose look is used,
/// and which is itself shown in a frame under this policy.
const POLICY: &str = "default-src 'none'; connect-src 'self'; \
    script-src 'sha256-iGHB32uY7xAcmZddjrAyMJF9h7jQxY62zt3qSVuNiJo='; \
    style-src 'sha256-LU3NTU2xqUoeE/iNi3eztbgkSx8yF+8mhZQqbla/Ww0=' \
    'sha256-EmjIPEHH9LaYXtBRaCUDhyOJRO50bsFHBVOKz83v+BA='; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Without a field: the page gives them itself, and the password `p` is ignored.
fn is_given(parameter: &Parameter) -> bool {
    matches!(parameter.kind, Kind::Identity | Kind::View)
}

const ROLES: [Role; 4] = [Role::Admin, Role::Accountant, Role::Reseller, Role::User];

/// What is served at `/`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Playground {
    /// Whatever the component answers there.
    Off,
    /// The page, with the accounts of the demo data to choose from.
    Demo,
    /// The page, which asks for user and key.
    Own,
}

/// The page as it is sent.
#[derive(Debug)]
pub(crate) struct Page {
    headers: HeaderMap,
    body: Bytes,
}

impl Page {
    pub(crate) fn response(&self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body.clone()));
        *response.headers_mut() = self.headers.clone();
        response
    }
}

impl Playground {
    /// The page, if there is to be one.
    pub(crate) fn page(self) -> Option<Page> {
        let accounts = match self {
            Self::Off => return None,
            Self::Demo => accounts(),
            Self::Own => String::new(),
        };
        let page = PAGE
            .replace("{{accounts}}", &accounts)
            .replace("{{fields}}", &fields())
            .replace("{{listed}}", HASH_LISTED)
            .replace("{{page style}}", html::STYLE)
            .replace("{{style}}", STYLE)
            .replace("{{script}}", SCRIPT);
        let headers = [
            ("content-type", "text/html; charset=utf-8"),
            ("content-security-policy", POLICY),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
        ]
        .map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        });
        Some(Page {
            headers: headers.into_iter().collect(),
            body: page.into(),
        })
    }
}

/// The demo accounts, as a list to choose from: the rows of the script's head whose
/// fourth column is the hash of the third.
fn accounts() -> String {
    let mut list = String::new();
    for row in DEMO.lines().filter_map(|line| line.strip_prefix("--   ")) {
        let words: Vec<&str> = row.split_whitespace().collect();
        let [user, role, key, hash, count, remarks @ ..] = words.as_slice() else {
            continue;
        };
        if *hash != sign(&[], key) {
            continue;
        }
        let mut shown = format!("{user}: {role}");
        if *count != "-" {
            shown += &format!(", {count} DIDs");
        }
        if !remarks.is_empty() {
            shown += &format!(", {}", remarks.join(" "));
        }
        list += &format!(
            "<option value=\"{user}\" data-role=\"{role}\" data-key=\"{key}\" data-hash=\"{hash}\">\
             {}</option>\n",
            escaped(&shown)
        );
    }
    format!(
        "<div class=\"field wide\"><label for=\"account\">Demo account</label>\n\
         <select id=\"account\">\n{list}</select></div>\n"
    )
}

/// A field for each parameter, labelled with its name.
fn fields() -> String {
    let fields = PARAMETERS.iter().filter(|parameter| !is_given(parameter));
    fields.map(field).collect()
}

fn field(parameter: &Parameter) -> String {
    let name = parameter.name;
    let caller = |role| Caller {
        id: 1,
        role,
        own_providers: true,
    };
    let roles = ROLES
        .iter()
        .filter(|role| (parameter.honoured)(&caller(**role)));
    let roles: Vec<&str> = roles.map(|role| role.name()).collect();
    let hint = escaped(parameter.about);
    let attributes = format!("id=\"{name}\" name=\"{name}\" aria-describedby=\"{name}-hint\"");
    let label = format!("<label for=\"{name}\">{name}</label>");
    // What is offered follows from what a value means.
    let means = |value| match parameter.kind {
        Kind::Filter(parse) => parse(value).ok().flatten(),
        _ => None,
    };
    let mut paging = Paging::default();
    if let Kind::Paging(parse) = parameter.kind {
        let _ = parse(parameter.example, &mut paging);
    }
    let control = match (means("1"), means("")) {
        (Some(Filter::Status(_)), _) => {
            let statuses = html::STATUSES.map(|status| format!("<option>{status}</option>"));
            format!(
                "{label}<select {attributes}><option value=\"\">any</option>{}</select>",
                statuses.concat()
            )
        }
        (Some(Filter::NotTerminated), _) => format!(
            "{label}<span><input type=\"checkbox\" value=\"1\" {attributes}> hide them</span>"
        ),
        (_, Some(Filter::NoLanguage)) => format!(
            "{label}<input {attributes}><span><input type=\"checkbox\" id=\"empty\" \
             data-empty=\"{name}\"> <label for=\"empty\">empty: DIDs without one</label></span>"
        ),
        // Without a limit a first list would be long.
        _ if paging.limit.is_some() => {
            let limit = parameter.example;
            format!("{label}<input value=\"{limit}\" {attributes}>")
        }
        _ => format!("{label}<input {attributes}>"),
    };
    format!(
        "<div class=\"field\" data-roles=\"{}\">{control}\
         <small id=\"{name}-hint\" data-hint=\"{hint}\">{hint}</small></div>\n",
        roles.join(" ")
    )
}

fn escaped(text: &str) -> String {
    let mut out = Vec::new();
    escape(&mut out, text.as_bytes());
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::prelude::{BASE64_STANDARD, Engine};
    use sha2::{Digest, Sha256};

    #[test]
    fn the_policy_allows_one_script_and_the_styles() {
        for text in [SCRIPT, STYLE, html::STYLE] {
            let hash = BASE64_STANDARD.encode(Sha256::digest(text));
            assert!(
                POLICY.contains(&format!("'sha256-{hash}'")),
                "{hash}: {text}"
            );
        }
        assert_eq!(POLICY.matches("sha256-").count(), 3);
        assert!(!POLICY.contains("unsafe"));
    }

    #[test]
    fn every_parameter_has_a_field_or_is_given() {
        let fields = fields();
        for parameter in PARAMETERS.iter() {
            let name = format!(" name=\"{}\"", parameter.name);
            let expected = usize::from(!is_given(parameter));
            assert_eq!(fields.matches(&name).count(), expected, "{name}");
        }
        let owner = fields
            .split("<div ")
            .find(|field| field.contains("search_did_owner"));
        assert!(owner.unwrap().contains("data-roles=\"admin accountant\""));
    }

    #[test]
    fn the_accounts_are_those_of_the_demo_data() {
        let accounts = accounts();
        assert_eq!(accounts.matches("<option ").count(), 13, "{accounts}");
        assert!(
            accounts
                .contains("<option value=\"ona\" data-role=\"user\" data-key=\"baltic-secret\"")
        );
    }
}
