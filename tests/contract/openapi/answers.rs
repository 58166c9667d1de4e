//! Answers are as the document says: status, headers, content, examples.

use dids_get::answer::{Answer, Body};
use dids_get::render::Format;
use dids_tests::client::Reply;
use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Ask;

use super::document::{Node, document};
use super::{PATHS, errors};
use crate::asking::*;
use crate::faults::fail;
use crate::town::*;

const JSON: &str = "application/json";

/// Headers that are HTTP's own, and not documented.
const OF_HTTP: [&str; 5] = [
    "content-type",
    "content-length",
    "transfer-encoding",
    "connection",
    "date",
];

/// An answer must be as one of these responses says: status, headers, content.
fn is_described(reply: &Reply, response: Node) {
    let about = reply.text();
    let documented = response.at(&["headers"]).entries();
    for (name, header) in &documented {
        let value = reply.header(&name.to_ascii_lowercase());
        assert!(
            value.is_some() || header.get("required").is_none(),
            "{name}: {about}"
        );
        assert!(
            value.is_none_or(|value| header.at(&["schema"]).allows(value)),
            "{name}"
        );
    }
    for (name, _) in &reply.headers {
        let known = documented
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(name));
        assert!(known || OF_HTTP.contains(&name.as_str()), "{name}: {about}");
    }
    if response.get("content").is_none() {
        assert_eq!(about, "");
        return;
    }
    let kind = reply.header("content-type").expect("a content type");
    // JSON's is UTF-8, and has no parameter for it.
    let kind = match kind.strip_suffix("; charset=utf-8") {
        Some(kind) => kind,
        None => {
            assert_eq!(kind, "application/json");
            kind
        }
    };
    let schema = response.at(&["content", kind, "schema"]);
    match kind {
        "text/xml" => {
            let page = roxmltree::Document::parse(about).expect("it is XML");
            assert_eq!(
                page.root_element().tag_name().name(),
                schema.at(&["xml", "name"]).text()
            );
            schema.describes(page.root_element());
        }
        "application/json" => {
            let value = serde_json::from_str(about).expect("it is JSON");
            schema.describes_json(&value);
        }
        _ => assert!(schema.allows(about), "{about}"),
    }
}

/// The response of an operation to an answer.
pub fn is_described_at(reply: &Reply, path: &str, method: &str) {
    let operation = document().at(&["paths", path, &method.to_lowercase()]);
    is_described(
        reply,
        operation.at(&["responses", &reply.status.to_string()]),
    );
}

#[test]
fn every_described_status_is_answered() {
    let mut tables = town();
    user(&mut tables, "anna").api_restricted = Some(1);
    user(&mut tables, "anna").api_permission_group_id = Some(99);
    let site = Site::inside(&tables);
    let mut tried = 0;
    for (path, item) in document().at(&["paths"]).entries() {
        for (method, operation) in item.entries() {
            if !["get", "post", "head"].contains(&method) {
                continue;
            }
            for (status, response) in operation.at(&["responses"]).entries() {
                let mut ask = at(&method.to_uppercase(), path);
                ask.target += &format!("?action=dids_get&{}", signed("admin", ""));
                match status {
                    "400" => ask.target += "u=%00",
                    "401" => ask.target += "hash=0",
                    "403" => ask.target += &signed("anna", ""),
                    "404" => ask.target += "action=user_get",
                    "415" => {
                        ask.content_type = Some("text/plain".into());
                        ask.body = b"u=admin".to_vec();
                    }
                    "413" => {
                        ask.content_type = Some("application/json".into());
                        ask.body = vec![b' '; 65_537];
                    }
                    "503" => site.server().faults().set(|_| fail()),
                    _ => assert_eq!(status, "200"),
                }
                if ["401", "403", "404"].contains(&status) {
                    ask = ask.with("Accept", JSON);
                }
                let reply = site.send(&ask);
                site.server().faults().clear();
                assert_eq!(reply.status.to_string(), status, "{ask:?}");
                is_described(&reply, response);
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 32, "so many are documented");
}

#[test]
fn other_paths_and_methods_are_answered_as_described() {
    let site = Site::open(&town());
    let responses = document().at(&["components", "responses"]);
    for method in ["GET", "POST", "PATCH"] {
        for path in ["/", "/billing", "/api/a/b", "/openapi.yaml"] {
            let reply = site.send(&at(method, path));
            assert_eq!(reply.status, 404, "{path}");
            is_described(&reply, responses.at(&["NotFound"]));
        }
    }
    for (path, item) in document().at(&["paths"]).entries() {
        for method in ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"] {
            if item.get(&method.to_lowercase()).is_none() {
                let reply = site.send(&at(method, path));
                assert_eq!(reply.status, 405, "{method} {path}");
                // Without the body that the description has.
                if method == "HEAD" {
                    continue;
                }
                is_described(&reply, responses.at(&["MethodNotAllowed"]));
            }
        }
    }
}

#[test]
fn every_example_is_true_in_every_way_to_call() {
    let site = Site::on_local_host(Data::demo(), |_| ());
    let post = document().at(&["paths", "/api/dids_get", "post"]);
    let answers = post.at(&["responses", "200", "content", "text/xml", "examples"]);
    let calls = post.at(&["requestBody", "content"]).entries();
    let servers = document().at(&["servers"]).items();
    for (kind, media) in calls {
        let examples = media.at(&["examples"]);
        assert_eq!(examples.keys(), answers.keys());
        for (name, example) in examples.entries() {
            let right = answers.at(&[name, "value"]).text();
            let members = example.at(&["value"]).entries();
            for server in &servers {
                let server = server.at(&["url"]).text();
                let prefix = server.trim_start_matches("http://127.0.0.1:3000");
                for path in PATHS
                    .iter()
                    .flat_map(|path| [path.to_string(), format!("{path}/")])
                {
                    for ask in ways(kind, &format!("{prefix}{path}"), &members) {
                        let reply = site.send(&ask);
                        assert_eq!(reply.text(), right, "{name}: {ask:?}");
                        is_described_at(&reply, path.trim_end_matches('/'), &ask.method);
                    }
                }
            }
        }
    }
}

#[test]
fn examples_in_json_are_true() {
    let site = Site::on_local_host(Data::demo(), |_| ());
    let post = document().at(&["paths", "/api/dids_get", "post"]);
    let examples = post.at(&["responses", "200", "content", JSON, "examples"]);
    let calls = post.at(&["requestBody", "content", JSON, "examples"]);
    assert!(examples.keys().len() > 1);
    for (name, example) in examples.entries() {
        let members = calls.at(&[name, "value"]).entries();
        for ask in ways(JSON, "/api/dids_get", &members) {
            let reply = site.send(&ask.with("Accept", JSON));
            assert_eq!(reply.text(), example.at(&["value"]).text(), "{name}");
        }
    }
}

/// A call by GET, by POST, and with its parameters in a body.
fn ways(kind: &str, path: &str, members: &[(&str, Node)]) -> [Ask; 3] {
    let form = members.iter().map(|(name, value)| {
        let value = value.text().replace('%', "%25");
        format!("{name}={value}")
    });
    let form = form.collect::<Vec<_>>().join("&");
    let json = members.iter().map(|(name, value)| {
        let value = value.text();
        // Numbers as numbers.
        match value.parse::<i64>() {
            Ok(_) if *name != "search_did_number" => format!("\"{name}\":{value}"),
            _ => format!("\"{name}\":\"{value}\""),
        }
    });
    let json = format!("{{{}}}", json.collect::<Vec<_>>().join(","));
    let mut by_body = at("POST", path);
    by_body.content_type = Some(kind.into());
    by_body.body = match kind {
        "application/json" => json.into(),
        "multipart/form-data" => {
            by_body.content_type = Some(format!("{kind}; boundary=between"));
            let parts = members.iter().map(|(name, value)| {
                let head = format!("Content-Disposition: form-data; name=\"{name}\"");
                format!("--between\r\n{head}\r\n\r\n{}\r\n", value.text())
            });
            format!("{}--between--\r\n", parts.collect::<String>()).into()
        }
        _ => form.clone().into(),
    };
    let target = format!("{path}?{form}");
    [at("GET", &target), at("POST", &target), by_body]
}

#[test]
fn refusals_in_the_examples_are_the_components() {
    let responses = document().at(&["components", "responses"]);
    let pages = errors().into_iter().map(|error| {
        let page = Answer::refusal(&error, Format::Xml);
        match page.body {
            Body::Whole(bytes) => String::from_utf8(bytes).unwrap(),
            Body::Pages(..) => panic!("an error is a single page"),
        }
    });
    let pages: Vec<_> = pages.collect();
    for name in [
        "Refused",
        "NotFound",
        "MethodNotAllowed",
        "TooLarge",
        "UnsupportedBody",
        "Unavailable",
    ] {
        let examples = responses.at(&[name, "content", "text/xml", "examples"]);
        for (_, example) in examples.entries() {
            assert!(pages.contains(&example.at(&["value"]).text()), "{name}");
        }
    }
}
