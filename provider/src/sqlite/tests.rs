//! The interface against a file, natively.

use super::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use tempfile::TempDir;

/// A folder with a database, and a connection to it.
fn database(script: &str) -> (TempDir, Connection) {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("test.db");
    write(&file, script);
    (folder, Connection::new(file))
}

fn write(file: &Path, script: &str) {
    let writer = rusqlite::Connection::open(file).unwrap();
    writer.execute_batch(script).unwrap();
}

fn run(connection: &Connection, statement: &str, parameters: Vec<Value>) -> Result<String, String> {
    match connection.execute(statement.to_owned(), parameters) {
        Ok(result) => Ok(format!("{:?}", result.rows)),
        Err(Error::Io(text)) => Err(text),
        Err(other) => panic!("{other:?}"),
    }
}

#[test]
fn passes_every_type_both_ways() {
    let (_folder, connection) = database("");
    let values = vec![
        Value::Integer(-1),
        Value::Real(0.5),
        Value::Text(String::from("é")),
        Value::Blob(vec![255]),
        Value::Null,
    ];
    let shown = format!(
        "{:?}",
        [RowResult {
            values: values.clone()
        }]
    );
    let got = run(&connection, "SELECT ?, ?, ?, ?, ?", values);
    assert_eq!(got.unwrap(), shown);
}

#[test]
fn errors_leave_the_connection_usable() {
    let (_folder, connection) = database("CREATE TABLE t (x); INSERT INTO t VALUES (x'00')");
    for (bad, why) in [
        ("SELEC", "syntax error"),
        ("SELECT y FROM t", "no such column"),
        ("SELECT ?", "parameter"),
        ("INSERT INTO t VALUES (1)", "readonly"),
        ("SELECT CAST(x'ff' AS TEXT)", "not UTF-8"),
        (
            "SELECT zeroblob(100000000) UNION ALL SELECT zeroblob(100000000)",
            "exceeds limit",
        ),
    ] {
        let text = run(&connection, bad, vec![]).unwrap_err();
        assert!(text.contains(why), "{bad}: {text}");
        assert!(run(&connection, "SELECT x FROM t", vec![]).is_ok());
    }
}

#[test]
fn sees_what_others_write() {
    let (folder, connection) = database("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    let count = "SELECT count(*) FROM t";
    assert!(
        run(&connection, count, vec![])
            .unwrap()
            .contains("Integer(1)")
    );
    write(&folder.path().join("test.db"), "INSERT INTO t VALUES (2)");
    assert!(
        run(&connection, count, vec![])
            .unwrap()
            .contains("Integer(2)")
    );
}

/// A pair of numbers that every transaction leaves equal, and that a reader
/// without locks would sometimes find unequal.
#[test]
fn never_mixes_two_versions() {
    let script = "CREATE TABLE t (x INTEGER, y BLOB); \
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) \
        INSERT INTO t SELECT 0, zeroblob(3000) FROM n";
    let (folder, connection) = database(script);
    let file = folder.path().join("test.db");
    // However busy the machine is, it writes for as long as is read.
    let is_read = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&is_read);
    let writer = thread::spawn(move || {
        let writer = rusqlite::Connection::open(file).unwrap();
        writer.execute_batch("PRAGMA synchronous = OFF").unwrap();
        while !stop.load(Relaxed) {
            writer.execute_batch("UPDATE t SET x = x + 1").unwrap();
            thread::sleep(Duration::from_millis(5));
        }
    });
    for _ in 0..30 {
        let got = run(&connection, "SELECT max(x) - min(x) FROM t", vec![]).unwrap();
        assert!(got.contains("Integer(0)]"), "{got}");
    }
    is_read.store(true, Relaxed);
    writer.join().unwrap();
}

#[test]
fn says_why_a_file_cannot_be_read() {
    let (_folder, wal) = database("PRAGMA journal_mode = WAL; CREATE TABLE t (x)");
    let text = run(&wal, "SELECT 1", vec![]).unwrap_err();
    assert!(text.contains("WAL mode"), "{text}");
    let folder = TempDir::new().unwrap();
    let missing = Connection::new(folder.path().join("none.db"));
    let text = run(&missing, "SELECT 1", vec![]).unwrap_err();
    assert!(
        text.contains("none.db") && text.contains("granted"),
        "{text}"
    );
    std::fs::write(&missing.file, "no database, whatever its name says").unwrap();
    let text = run(&missing, "SELECT * FROM t", vec![]).unwrap_err();
    assert!(text.contains("not a database"), "{text}");
    let none = Connection::open(String::from("other"));
    assert!(matches!(none, Err(Error::Io(text)) if text.contains("SQLITE_OTHER")));
}

#[test]
fn a_journal_left_behind_is_never_ignored() {
    let (folder, connection) = database("CREATE TABLE t (x); INSERT INTO t VALUES (1)");
    let file = folder.path().join("test.db");
    // A writer that has begun to change the file itself.
    let writer = rusqlite::Connection::open(file).unwrap();
    let begin = "PRAGMA cache_size = 0; BEGIN; UPDATE t SET x = zeroblob(100000)";
    writer.execute_batch(begin).unwrap();
    let text = run(&connection, "SELECT * FROM t", vec![]).unwrap_err();
    assert!(text.contains("is being written"), "{text}");
    writer.execute_batch("COMMIT").unwrap();
    let got = run(&connection, "SELECT length(x) FROM t", vec![]).unwrap();
    assert!(got.contains("Integer(100000)"), "{got}");
}
