use super::*;

const ADDRESS: &str = "mysql://reader:S3cr%40t%2Fx!@db.example.com:3306/mor";

#[test]
fn what_a_server_says_passes_with_its_number() {
    let text = r#"Server(ServerError { code: 1690, message: "BIGINT UNSIGNED value is out of range in '(year(`d`.`updated_at`) - 2036)'", state: "22003" })"#;
    let fault = of_statement(text, ADDRESS);
    let begin = "MySQL: error 1690 (22003): BIGINT UNSIGNED";
    assert!(fault.text.starts_with(begin), "{fault}");
    assert_eq!(fault.kind, Kind::Other);
    let same = of_statement("Server error: `ERROR 22003 (1690): BIGINT'", ADDRESS);
    assert_eq!(same.text, "MySQL: error 1690 (22003): BIGINT");
}

#[test]
fn of_a_text_of_many_lines_the_first_passes() {
    let causes = "\n\nCaused by:\n    0: reader\n\nStack backtrace:\n   0: core::fmt";
    let server = format!("Server error: `ERROR 22003 (1690): BIGINT'{causes}");
    let said = of_statement(&server, ADDRESS).text;
    assert_eq!(said, "MySQL: error 1690 (22003): BIGINT");
    let refused = format!("Input/output error: Connection refused{causes}");
    let said = of_connecting(&refused, ADDRESS).text;
    assert_eq!(
        said,
        "MySQL: cannot connect: Input/output error: Connection refused"
    );
}

#[test]
fn a_failure_is_of_the_kind_of_its_number() {
    use Kind::{Absent, Denied, Lost, Other, TooLong};
    for (text, kind) in [
        (
            "Io(Io(Os { code: 104, kind: ConnectionReset, message: \"reset\" }))",
            Lost,
        ),
        ("Driver(ConnectionClosed)", Lost),
        ("Input/output error: Broken pipe (os error 32)", Lost),
        ("no connection found", Lost),
        (
            "Server(ServerError { code: 4031, message: \"idle\", state: \"HY000\" })",
            Lost,
        ),
        (
            "Server error: `ERROR 08S01 (1053): Server shutdown in progress'",
            Lost,
        ),
        ("Server error: `ERROR 42S22 (1054): Unknown column'", Absent),
        ("Server error: `ERROR 42S02 (1146): No table'", Absent),
        (
            "Server error: `ERROR 42000 (1142): SELECT command denied'",
            Denied,
        ),
        (
            "Server error: `ERROR 42000 (1143): SELECT command denied'",
            Denied,
        ),
        (
            "Server error: `ERROR HY000 (1301): larger than max_allowed_packet'",
            TooLong,
        ),
        (
            "Server(ServerError { code: 3024, message: \"time Io( is up\", state: \"HY000\" })",
            Other,
        ),
        (
            "Server(ServerError { code: 1317, message: \"interrupted\", state: \"70100\" })",
            Other,
        ),
        ("no answer within 30 s", Other),
        ("unable to stream query result", Other),
        ("", Other),
    ] {
        assert_eq!(of_statement(text, ADDRESS).kind, kind, "{text}");
    }
    for (text, kind) in [
        ("no such column: d.x", Absent),
        ("database is locked", Other),
        ("disk I/O error", Lost),
    ] {
        assert_eq!(of_sqlite(text).kind, kind, "{text}");
    }
}

#[test]
fn who_is_refused_what_is_said_with_the_remedy() {
    for (code, words) in [
        (1045, ["for 'reader'@'x'", "ssl-mode=required"]),
        (1143, ["for 'reader'@'x'", "db/mysql-grant.sql"]),
        (1305, ["for 'reader'@'x'", "MySQL 8.0 or MariaDB 10.5"]),
    ] {
        let text = format!(
            "ServerError {{ code: {code}, message: \"denied for 'reader'@'x'\", state: \"28000\" }}"
        );
        let said = of_connecting(&text, ADDRESS).text;
        assert!(words.iter().all(|word| said.contains(word)), "{said}");
    }
}

#[test]
fn no_form_of_the_address_is_repeated() {
    for text in [
        "address mysql://reader:S3cr%40t%2Fx!@db.example.com:3306/mor is not permitted",
        "cannot parse mysql://reader:S3cr%40t%2Fx!@db.example.com:3306/mor",
        "bad password S3cr@t/x!",
        r#"Opts { pass: "S3cr@t\/x!" }"#,
        "bad port: s3cr",
        r#"Server(ServerError { code: 1234, message: "for S3cr@t/x!", state: "HY000" })"#,
        "at S3cr%2540t%252Fx!",
    ] {
        let said = [of_connecting(text, ADDRESS), of_statement(text, ADDRESS)];
        for said in said.map(|failure| failure.text.to_lowercase()) {
            for part in ["s3cr", "t/x", "example.com"] {
                assert!(!said.contains(part), "{part} in {said}");
            }
        }
    }
}

#[test]
fn pieces_of_an_unescaped_password_are_secret() {
    for (address, text) in [
        (
            "mysql://u:12?s3cret=1@127.0.0.1/mor",
            "unknown parameter s3cret",
        ),
        ("mysql://u:ge/heim@db/mor", "Unknown database 'heim@db'"),
        ("mysql://u:a@bc@db/mor", "no such host bc@db"),
        ("mysql://:pw@db/mor", "pw is short"),
        ("mysql://u:gehe%C3%AFm@db/mor", "word geheïm"),
        ("mysql://u:s3cret", "host s3cret"),
        ("mysql://u:+*_$@db/mor", "access with '+*_$'"),
        ("mysql://u:%21%21@db/mor", "access with !!"),
    ] {
        let said = of_connecting(text, address).text;
        assert!(said.ends_with(HIDDEN), "{said}");
    }
    // Of a single letter nothing can be told, and a user is no secret.
    for (text, address) in [
        ("no account of caller", "mysql://caller:a:b@h/mor"),
        (
            "SELECT command denied to user 'dids_get'@'%'",
            "mysql://dids_get:pw@h/mor",
        ),
        ("cannot up-date the upward run", "mysql://u:pw@h/mor"),
    ] {
        assert_eq!(examined(text, address), text);
    }
    let plain = of_connecting("Connection refused (os error 111)", ADDRESS).text;
    assert!(plain.ends_with("refused (os error 111)"), "{plain}");
}

#[test]
fn a_refused_server_is_named_by_its_variable() {
    let text = format!("address {ADDRESS} is not permitted");
    let said = of_connecting(&text, ADDRESS).text;
    assert!(said.contains("set \"mysql_host\""), "{said}");
}
