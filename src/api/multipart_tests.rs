use super::*;

fn parsed(body: &str) -> Option<Vec<(String, String)>> {
    let pairs = read(body.as_bytes(), "b")?.into_iter();
    let text = |pair: Pair| match pair.is_file {
        true => (pair.name, "a file".to_owned()),
        false => (pair.name, String::from_utf8(pair.value).unwrap()),
    };
    Some(pairs.map(text).collect())
}

fn part(headers: &str, value: &str) -> String {
    format!("--b\r\n{headers}\r\n\r\n{value}\r\n")
}

const NAMED: &str = "Content-Disposition: form-data; name=\"u\"";

#[test]
fn d36_parts_are_parameters_and_files_are_not() {
    let file = part(&format!("{NAMED}; filename=\"\"\r\nContent-Type: x/y"), "z");
    let body = format!("{}{}{file}--b--\r\n", part(NAMED, "admin"), part(NAMED, ""));
    let expected = [("u", "admin"), ("u", ""), ("u", "a file")];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(parsed(&body).unwrap(), expected);
    assert_eq!(parsed("--b--").unwrap(), [], "no parts are no parameters");
    assert_eq!(parsed("\r\n--b-- \t\r\n").unwrap(), []);
    assert_eq!(parsed("\r\n \t\r\n\r\n--b--").unwrap(), []);
}

#[test]
fn d36_values_may_hold_line_ends_and_dashes() {
    for value in ["a\r\n", "\r\n", "a\r\n--", "-b", "a\nb", "\r\n-b"] {
        let body = format!("{}--b--", part(NAMED, value));
        assert_eq!(parsed(&body).unwrap()[0].1, value, "{value:?}");
    }
    let spaced = part(NAMED, "x").replace("--b\r\n", "--b  \t\r\n");
    assert_eq!(parsed(&format!("{spaced}--b--")).unwrap()[0].1, "x");
}

#[test]
fn d36_names_are_quoted_in_more_than_one_way() {
    for (written, name) in [
        (r#"name="a\"b""#, "a\"b"),
        (r#"name="a;b=c""#, "a;b=c"),
        (r#"NAME = u "#, "u"),
        (r#"x=y; name="""#, ""),
        (r#"name="a\b""#, "a\\b"),
    ] {
        let head = format!("content-disposition:form-data; {written}");
        let body = format!("{}--b--", part(&head, "v"));
        assert_eq!(parsed(&body).unwrap()[0].0, name, "{written}");
    }
}

#[test]
fn d36_what_is_not_understood_is_malformed() {
    let good = part(NAMED, "v");
    for bad in [
        String::new(),
        "--b".into(),
        "--b\r\n".into(),
        "--c--".into(),
        "x--b--".into(),
        " --b--".into(),
        "\n--b--".into(),
        "before\r\n--b--".into(),
        "--b--\r\nafter".into(),
        good.clone(),
        format!("{good}--bx--"),
        format!("{good}--b--x"),
        format!("{good}--b--").replace("\r\n", "\n"),
        format!("{}--b--", part("Content-Type: text/plain", "v")),
        format!("{}--b--", part("Content-Disposition: form-data", "v")),
        format!(
            "{}--b--",
            part("Content-Disposition: attachment; name=u", "v")
        ),
        format!("{}--b--", part("no header", "v")),
        format!("{}--b--", part(&format!("{NAMED}; name=v"), "v")),
        format!("{}--b--", part(&format!("{NAMED}\r\n{NAMED}"), "v")),
        format!(
            "{}--b--",
            part(
                &format!("{NAMED}\r\nContent-Transfer-Encoding: base64"),
                "v"
            )
        ),
        format!("--b\r\n{NAMED}\r\n\r\n--b--"),
    ] {
        assert_eq!(parsed(&bad), None, "{bad:?}");
    }
}

#[test]
fn d36_a_boundary_is_found_and_checked() {
    assert_eq!(
        boundary(" charset=utf-8; Boundary=\"a b\"").as_deref(),
        Some("a b")
    );
    assert_eq!(boundary("boundary=x;y=z").as_deref(), Some("x"));
    assert!(boundary(&format!("boundary={}", "x".repeat(70))).is_some());
    let long = format!("boundary={}", "x".repeat(71));
    for bad in [
        "",
        "boundary",
        "boundary=",
        "boundary=\"x",
        "boundary=\"x \"",
        &long,
    ] {
        assert_eq!(boundary(bad), None, "{bad:?}");
    }
    assert_eq!(boundary("boundary=a; boundary=b"), None);
}
