use super::{is_cut_short, of_connecting, of_sqlite, of_statement};
use crate::db::kept::Proof;

const ADDRESS: &str = "mysql://reader:S3cr%40t%2Fx!@db.example.com:3306/mor";

#[test]
fn what_a_server_says_passes_with_its_number() {
    let text = r#"Server(ServerError { code: 1690, message: "BIGINT UNSIGNED value is out of range in '(year(`d`.`updated_at`) - 2036)'", state: "22003" })"#;
    let fault = of_statement(text, ADDRESS);
    assert!(
        fault
            .failure
            .0
            .starts_with("MySQL: error 1690 (22003): BIGINT UNSIGNED"),
        "{}",
        fault.failure
    );
    assert_eq!(fault.proof, Proof::Nothing);
    let same = of_statement("Server error: `ERROR 22003 (1690): BIGINT'", ADDRESS);
    assert_eq!(same.failure.0, "MySQL: error 1690 (22003): BIGINT");
}

#[test]
fn of_a_text_of_many_lines_the_first_passes() {
    let causes = "\n\nCaused by:\n    0: reader\n\nStack backtrace:\n   0: core::fmt";
    let server = format!("Server error: `ERROR 22003 (1690): BIGINT'{causes}");
    let said = of_statement(&server, ADDRESS).failure.0;
    assert_eq!(said, "MySQL: error 1690 (22003): BIGINT");
    let refused = format!("Input/output error: Connection refused{causes}");
    let said = of_connecting(&refused, ADDRESS).0;
    assert_eq!(
        said,
        "MySQL: cannot connect: Input/output error: Connection refused"
    );
}

#[test]
fn credentials_end_early_at_what_cuts_a_url() {
    for cut in ["/", "?", "#", "12/", "a@b#"] {
        assert!(is_cut_short(&format!("mysql://u:{cut}x@db/mor")), "{cut}");
        assert!(is_cut_short(&format!("mysql://{cut}x:p@db/mor")), "{cut}");
    }
    for whole in [
        ADDRESS,
        "mysql://u:a@b%c:@db/mor?ssl-mode=required",
        "mysql://db/mor",
    ] {
        assert!(!is_cut_short(whole), "{whole}");
    }
}

#[test]
fn only_some_failures_prove_a_lost_connection() {
    let proof = |text| of_statement(text, ADDRESS).proof;
    for lost in [
        "Io(Io(Os { code: 104, kind: ConnectionReset, message: \"reset\" }))",
        "Driver(ConnectionClosed)",
        "Input/output error: Broken pipe (os error 32)",
        "no connection found",
        "Server(ServerError { code: 4031, message: \"inactivity\", state: \"HY000\" })",
        "Server error: `ERROR 08S01 (1053): Server shutdown in progress'",
    ] {
        assert_eq!(proof(lost), Proof::Lost, "{lost}");
    }
    for other in [
        "Server(ServerError { code: 3024, message: \"time Io( exceeded\", state: \"HY000\" })",
        "Server(ServerError { code: 1317, message: \"interrupted\", state: \"70100\" })",
        "no answer within 30 s",
        "unable to stream query result",
        "",
    ] {
        assert_eq!(proof(other), Proof::Nothing, "{other}");
    }
    assert_eq!(
        proof("Server error: `ERROR 42S22 (1054): Unknown column'"),
        Proof::Outdated
    );
    assert_eq!(of_sqlite("no such column: d.x").proof, Proof::Outdated);
    assert_eq!(of_sqlite("database is locked").proof, Proof::Nothing);
}

#[test]
fn no_form_of_the_address_is_repeated() {
    for text in [
        "address mysql://reader:S3cr%40t%2Fx!@db.example.com:3306/mor is not permitted",
        "cannot parse mysql://reader:S3cr%40t%2Fx!@db.example.com:3306/mor",
        "bad password S3cr@t/x!",
        r#"Opts { pass: "S3cr@t\/x!" }"#,
        "bad port: s3cr",
        "invalid t/x",
        "user READER has none",
        r#"Server(ServerError { code: 1234, message: "for 'reader'@'%'", state: "HY000" })"#,
    ] {
        let said = [
            of_connecting(text, ADDRESS),
            of_statement(text, ADDRESS).failure,
        ];
        for said in said.map(|failure| failure.0.to_lowercase()) {
            for part in ["s3cr", "t/x", "reader", "example.com"] {
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
        ("mysql://u:a@b@db/mor", "no such host b@db"),
        ("mysql://:pw@db/mor", "pw is short"),
        ("mysql://gehe%C3%AFm@db/mor", "user geheïm"),
        ("mysql://u:+*_$@db/mor", "access with '+*_$'"),
        ("mysql://u:%21%21@db/mor", "access with !!"),
    ] {
        let said = of_connecting(text, address).0;
        assert!(said.ends_with("kept back)"), "{said}");
    }
    let plain = of_connecting("Connection refused (os error 111)", ADDRESS).0;
    assert!(plain.ends_with("refused (os error 111)"), "{plain}");
}

#[test]
fn a_refused_server_is_named_by_its_variable() {
    let text = format!("address {ADDRESS} is not permitted");
    let said = of_connecting(&text, ADDRESS).0;
    assert!(said.contains("set \"mysql_host\""), "{said}");
    let refused = "ServerError { code: 1045, message: \"Access denied for user 'reader'@'x'\", state: \"28000\" }";
    assert!(of_connecting(refused, ADDRESS).0.contains("error 1045"));
}
