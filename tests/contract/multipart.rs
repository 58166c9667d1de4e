//! Section 1, D36: parameters from `multipart/form-data`.

use dids_tests::client::{Connection, Reply};
use dids_tests::harness::Site;

use crate::asking::*;
use crate::town::*;

const KIND: &str = "multipart/form-data; boundary=x";

/// A body with these parts, as PHP's curl and Postman write them.
fn body(parts: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    parts.iter().map(part).collect::<String>() + "--x--\r\n"
}

/// Sends a body, signed in the query.
fn send(site: &Site, kind: &str, body: impl Into<Vec<u8>>) -> Reply {
    let mut ask = ask_by_body(kind, body);
    ask.target += &format!("?{}", signed("admin", ""));
    site.send(&ask)
}

#[test]
fn d36_everything_may_come_from_parts() {
    let site = Site::open(&town());
    let hash = sha1("secret");
    let parts = [("u", "admin"), ("hash", &hash), ("max_results", "2")];
    let reply = site.send(&ask_by_body(KIND, body(&parts)));
    assert_eq!(reply.ids(), ALL[..2]);
    let mut ask = ask_by_body(
        KIND,
        body(&[&parts[..2], &[("action", "dids_get")]].concat()),
    );
    ask.target = "/billing/api/".into();
    assert_eq!(site.send(&ask).ids(), ALL);
    let reply = send(&site, KIND, body(&[("search_status", "free")]));
    assert_eq!(reply.ids(), [FREE, SPARE]);
}

#[test]
fn d36_forms_that_clients_write() {
    let site = Site::open(&town());
    let body = body(&[("search_status", "free")]);
    let close = "--x--\r\n";
    for (kind, body) in [
        (
            "Multipart/Form-Data; charset=utf-8; BOUNDARY=\"x\"",
            body.clone(),
        ),
        (
            KIND,
            body.replace("name=\"search_status\"", "name=search_status"),
        ),
        (
            KIND,
            body.replace("Content-Disposition: ", "content-disposition:"),
        ),
        (
            KIND,
            body.replace("\r\n\r\n", "\r\nContent-Type: text/plain\r\n\r\n"),
        ),
        (KIND, body.replace("--x\r\n", "--x \t\r\n")),
        (KIND, body.replace(close, "--x--")),
        (KIND, body.replace(close, "--x-- \r\n\r\n")),
        (KIND, format!("\r\n{body}")),
        (KIND, format!("\r\n\r\n \t\r\n{body}")),
    ] {
        let reply = send(&site, kind, body.as_str());
        assert_eq!(reply.ids(), [FREE, SPARE], "{kind} {body}");
    }
    // Before the hyphens of a delimiter a boundary may have some of its own.
    let kind = "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxk";
    let body = body.replace("--x", "------WebKitFormBoundary7MA4YWxk");
    assert_eq!(send(&site, kind, body).ids(), [FREE, SPARE]);
}

#[test]
fn d36_a_body_that_comes_in_pieces() {
    let site = Site::open(&town());
    let mut connection = Connection::open(site.address());
    let head = format!(
        "POST /api/dids_get?{} HTTP/1.1\r\nHost: x\r\nContent-Type: {KIND}\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        signed("admin", "")
    );
    connection.write(head.as_bytes());
    for piece in body(&[("search_status", "free")]).as_bytes().chunks(3) {
        connection.write(format!("{:x}\r\n", piece.len()).as_bytes());
        connection.write(&[piece, b"\r\n"].concat());
    }
    connection.write(b"0\r\n\r\n");
    assert_eq!(connection.read("POST").ids(), [FREE, SPARE]);
}

#[test]
fn d36_values_are_taken_as_they_are() {
    let site = Site::open(&town());
    for (value, found) in [
        (" free\r\n", &[FREE, SPARE][..]),
        ("fr%65e", &[]),
        ("fr+ee", &[]),
        ("", &ALL),
        ("free\r\n--y", &[]),
    ] {
        let reply = send(&site, KIND, body(&[("search_status", value)]));
        assert_eq!(reply.ids(), found, "{value}");
    }
    let reply = send(&site, KIND, body(&[("search_did_owner", "a\r\n--xy")]));
    assert_eq!(reply.error(), "Malformed multipart body");
    for value in [&b"\0"[..], b"\xFF"] {
        let plain = body(&[("search_status", "@")]).into_bytes();
        let at = plain.iter().position(|byte| *byte == b'@').unwrap();
        let reply = send(
            &site,
            KIND,
            [&plain[..at], value, &plain[at + 1..]].concat(),
        );
        let error = "Invalid character in parameter search_status";
        assert_eq!((reply.status, reply.error()), (400, error));
    }
}

#[test]
fn d36_no_parts_are_no_parameters() {
    let site = Site::open(&town());
    for body in ["--x--", "--x--\r\n", "\r\n--x--\r\n", ""] {
        assert_eq!(send(&site, KIND, body).ids(), ALL, "{body}");
    }
}

#[test]
fn d36_files_are_not_looked_at() {
    let site = Site::open(&town());
    let file = |name: &str, file: &str| {
        body(&[("search_status", "free"), (name, "\0\u{fffd}")]).replace(
            &format!("name=\"{name}\""),
            &format!("name=\"{name}\"; {file}"),
        )
    };
    for (name, given) in [
        ("photo", "filename=\"a.png\""),
        ("x", "filename=\"\""),
        ("", "filename*=utf-8''a"),
    ] {
        let reply = send(&site, KIND, file(name, given));
        assert_eq!(reply.ids(), [FREE, SPARE], "{name} {given}");
    }
}

#[test]
fn d36_malformed_bodies() {
    let site = Site::open(&town());
    let whole = body(&[("search_status", "free")]);
    let disposition = "Content-Disposition: form-data; name=\"search_status\"";
    for body in [
        "x".to_owned(),
        "search_status=free".to_owned(),
        "--x".to_owned(),
        "--x--x".to_owned(),
        whole.replace("--x--\r\n", ""),
        whole.replace("--x--\r\n", "--x\r\n"),
        whole.replace("\r\n", "\n"),
        whole.replace("--x", "--y"),
        whole.replace("--x\r\n", "--xy\r\n"),
        format!("preamble\r\n{whole}"),
        format!("\r\n\r\npreamble\r\n\r\n{whole}"),
        format!("\n{whole}"),
        format!(" {whole}"),
        format!("\u{feff}{whole}"),
        format!("--x--\r\n{whole}"),
        format!("{whole}epilogue"),
        whole.replace(disposition, "Content-Type: text/plain"),
        whole.replace(disposition, "Content-Disposition: form-data"),
        whole.replace(disposition, "Content-Disposition: attachment; name=\"u\""),
        whole.replace(disposition, &format!("{disposition}; name=\"x\"")),
        whole.replace(disposition, &format!("{disposition}\r\n{disposition}")),
        whole.replace("; name", ";\r\n name"),
        whole.replace("status\"", "status"),
        whole.replace("\r\n\r\n", "\r\n"),
    ] {
        let reply = send(&site, KIND, body.as_str());
        let found = (reply.status, reply.error());
        assert_eq!(found, (400, "Malformed multipart body"), "{body}");
    }
    for kind in [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=y",
        "multipart/form-data; x=boundary=x",
    ] {
        let reply = send(&site, kind, whole.as_str());
        let found = (reply.status, reply.error());
        assert_eq!(found, (400, "Malformed multipart body"), "{kind}");
    }
}

#[test]
fn d36_the_limits_are_those_of_forms() {
    let site = Site::open(&town());
    let parts = |count| body(&vec![("x", ""); count]);
    // `u` and `hash` are in the query.
    assert_eq!(send(&site, KIND, parts(254)).ids(), ALL);
    let reply = send(&site, KIND, parts(255));
    assert_eq!(
        (reply.status, reply.error()),
        (400, "More than 256 parameters")
    );
    // Files count.
    let files = parts(255).replace("name=\"x\"", "name=\"x\"; filename=\"\"");
    assert_eq!(send(&site, KIND, files).error(), "More than 256 parameters");
    let long = |length| body(&[("x", &"a".repeat(length))]);
    assert_eq!(send(&site, KIND, long(1_024)).ids(), ALL);
    let error = "A parameter value is longer than 1024 bytes";
    assert_eq!(send(&site, KIND, long(1_025)).error(), error);
    let file = |length| long(length).replace("name=\"x\"", "name=\"x\"; filename=\"\"");
    let around = file(0).len();
    assert_eq!(send(&site, KIND, file(65_536 - around)).ids(), ALL);
    assert_eq!(send(&site, KIND, file(65_537 - around)).status, 413);
}

#[test]
fn d2_of_two_parts_the_last_wins_and_the_query_first() {
    let site = Site::open(&town());
    let parts = [
        ("search_status", "active"),
        ("search_status", "free"),
        ("u", "shop"),
    ];
    assert_eq!(send(&site, KIND, body(&parts)).ids(), [FREE, SPARE]);
}
