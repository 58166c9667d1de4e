//! Examples of multipart bodies.

use super::*;

const TYPE: &str = "multipart/form-data; boundary=x";

fn read(body: &str) -> Option<Vec<(String, String, bool)>> {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let parts = parts(TYPE, body.replace('\n', "\r\n").as_bytes())?;
    Some(
        parts
            .into_iter()
            .map(|part| (text(part.name), text(part.content), part.is_file))
            .collect(),
    )
}

fn one(head: &str, content: &str) -> Option<Vec<(String, String, bool)>> {
    read(&format!("--x\n{head}\n\n{content}\n--x--\n"))
}

#[test]
fn d36_parts() {
    let body = "--x\nContent-Disposition: form-data; name=\"u\"\n\nadmin\n--x \t\n\
                content-disposition:form-data;name=p\nContent-Type: text/plain\n\n\n--x\n\
                Content-Disposition: form-data; name=\"f\"; filename=\"\"\n\na\nb\n--x--";
    let pair = |name: &str, content: &str, is_file| (name.to_owned(), content.to_owned(), is_file);
    let wanted = [
        pair("u", "admin", false),
        pair("p", "", false),
        pair("f", "a\r\nb", true),
    ];
    assert_eq!(read(body).unwrap(), wanted);
    for end in ["\n", " \n\n"] {
        assert_eq!(read(&format!("{body}{end}")).unwrap(), wanted);
    }
    assert_eq!(read("--x--").unwrap(), []);
    assert_eq!(read("\n--x--\n").unwrap(), []);
}

#[test]
fn d36_names() {
    for (head, name, is_file) in [
        (
            "Content-Disposition: form-data; name=\"a\\\"b\\\\c\\d\"",
            "a\"b\\c\\d",
            false,
        ),
        ("Content-Disposition: Form-Data ; NAME=a", "a", false),
        (
            "Content-Disposition: form-data; name=\"a;b=c\"; x=y",
            "a;b=c",
            false,
        ),
        ("Content-Disposition: form-data; name=\"\"", "", false),
        (
            "Content-Disposition: form-data; name=a; filename*=utf-8''x",
            "a",
            true,
        ),
        (
            "X: y\nContent-Disposition: form-data; filename=x; name=a;",
            "a",
            true,
        ),
    ] {
        let part = &one(head, "v").expect(head)[0];
        assert_eq!((part.0.as_str(), part.2), (name, is_file), "{head}");
    }
    for head in [
        "Content-Disposition: form-data",
        "Content-Disposition: attachment; name=a",
        "Content-Disposition: form-data; name=a; name=b",
        "Content-Disposition: form-data; name*=utf-8''a",
        "Content-Disposition: form-data; name=\"a",
        "Content-Disposition: form-data; name=\"a\"b",
        "Content-Disposition: form-data; name",
        "Content-Disposition : form-data; name=a",
        "Content-Disposition: form-data;\n name=a",
        "Content-Disposition: form-data; name=a\nContent-Disposition: form-data; name=a",
        "Content-Type: text/plain",
        "no header",
    ] {
        assert!(one(head, "v").is_none(), "{head}");
    }
}

#[test]
fn d36_malformed() {
    let part = "Content-Disposition: form-data; name=a\n\nv\n";
    for body in [
        String::new(),
        "x".to_owned(),
        "--x".to_owned(),
        "--x-".to_owned(),
        "--x--x".to_owned(),
        format!("--x\n{part}"),
        format!("--x\n{part}--x"),
        format!("--x\n{part}--x-\n"),
        format!("--x\n{part}--xy\n{part}--x--"),
        format!("--x\n{part}--x--\n--x\n{part}--x--"),
        format!("before\n--x\n{part}--x--"),
        format!("\u{FEFF}--x\n{part}--x--"),
        format!("--y\n{part}--y--"),
        "--x\nContent-Disposition: form-data; name=a\n--x--".to_owned(),
    ] {
        assert!(read(&body).is_none(), "{body}");
    }
    // Line ends are CRLF.
    assert!(parts(TYPE, format!("--x\n{part}--x--").as_bytes()).is_none());
}

#[test]
fn d36_boundaries() {
    for (kind, wanted) in [
        ("multipart/form-data; boundary=a", Some("a")),
        (
            "multipart/form-data;BOUNDARY=\"a b\";charset=utf-8",
            Some("a b"),
        ),
        (
            "multipart/form-data; charset=utf-8; boundary=--=_x:1 ; y=z",
            Some("--=_x:1"),
        ),
        ("multipart/form-data", None),
        ("multipart/form-data; boundary", None),
        ("multipart/form-data; boundary=", None),
        ("multipart/form-data; boundary=\"\"", None),
        ("multipart/form-data; boundary=\"a \"", None),
        ("multipart/form-data; boundary=\u{e9}", None),
    ] {
        assert_eq!(boundary(kind).as_deref(), wanted, "{kind}");
    }
    let of = |length| format!("multipart/form-data; boundary={}", "b".repeat(length));
    assert!(boundary(&of(70)).is_some() && boundary(&of(71)).is_none());
}
