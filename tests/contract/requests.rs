//! `clients/requests.http`: each request in it is sent, and answered as it says.

use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::Ask;

use dids_tests::manifest::{in_repository, read};

/// A request of the file.
struct Request {
    title: String,
    /// The status and a part of the body, from the comment.
    answers: (u16, String),
    ask: Ask,
    headers: Vec<(String, String)>,
}

/// The file's requests, as REST clients read them: `###` begins one, `@name = value`
/// makes a variable, `#` a comment, and the body stands after an empty line.
fn requests() -> Vec<Request> {
    let text = read(&in_repository("clients/requests.http"));
    let variables = text
        .lines()
        .filter_map(|line| line.strip_prefix('@')?.split_once(" = "));
    let text = variables.fold(text.clone(), |text, (name, value)| {
        text.replace(&format!("{{{{{name}}}}}"), value)
    });
    assert!(!text.contains("{{"), "every variable has a value");
    text.split("\n### ").skip(1).map(request).collect()
}

fn request(section: &str) -> Request {
    let (head, body) = section.split_once("\n\n").unwrap_or((section, ""));
    let mut lines = head.lines();
    let mut line = || lines.next().expect("a line");
    let title = line().to_owned();
    let answers = line().strip_prefix("# Answers ").expect(&title);
    let (status, part) = answers.split_once(' ').expect(&title);
    let answers = (status.parse().unwrap(), part.to_owned());
    let (method, url) = line().split_once(' ').expect(&title);
    let target = url.strip_prefix("http://127.0.0.1:3000").expect(&title);
    let headers = lines.map(|line| line.split_once(": ").expect("a header"));
    let headers: Vec<_> = headers
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let kind = headers.iter().find(|(name, _)| name == "Content-Type");
    Request {
        answers,
        ask: Ask {
            method: method.to_owned(),
            target: target.to_owned(),
            content_type: kind.map(|(_, value)| value.clone()),
            body: body.trim_end().into(),
            ..Ask::default()
        },
        headers: headers
            .into_iter()
            .filter(|(name, _)| name != "Content-Type")
            .collect(),
        title,
    }
}

#[test]
fn every_request_is_answered_as_it_says() {
    let site = Site::on_local_host(Data::demo(), |_| ());
    let requests = requests();
    assert!(requests.len() > 15, "the file is read");
    for Request {
        title,
        answers,
        ask,
        headers,
    } in requests
    {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let reply = site.send_with(&ask, &headers);
        let (status, part) = answers;
        assert_eq!(reply.status, status, "{title}");
        assert!(
            reply.text().contains(&part),
            "{title}: {part} in {}",
            reply.text()
        );
        for (name, value) in headers.iter().copied() {
            // What is asked for comes back under another name, or under its own.
            let name = match name {
                "Accept" => "content-type",
                "Prefer" => "preference-applied",
                name => &name.to_lowercase(),
            };
            let found = reply.header(name).unwrap_or_default();
            let is_kind = name == "content-type" && found.starts_with(&format!("{value};"));
            assert!(found == value || is_kind, "{title}: {name} is {found}");
        }
        let wants_total = headers.contains(&("Prefer", "count=exact"));
        assert_eq!(
            reply.header("x-total-count").is_some(),
            wants_total,
            "{title}"
        );
    }
}
