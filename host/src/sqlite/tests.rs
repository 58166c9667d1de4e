//! The interface against a file, without a guest.

use super::*;
use crate::guest::Shared;
use crate::{Action, create_database};

/// Runs statements of one connection to a fresh database.
fn with_database(name: &str, test: impl AsyncFnOnce(&mut Guest, Resource<Handle>)) {
    let file = std::env::temp_dir().join(format!("dids-host-{name}-{}", std::process::id()));
    let table = "CREATE TABLE t (x); INSERT INTO t VALUES ('é'), (CAST(x'ff' AS TEXT))";
    create_database(&file, &[table]).unwrap();
    let mut shared = Shared::for_tests();
    shared.sqlite.insert(String::from("default"), file.clone());
    let engine = crate::engine::engine().unwrap();
    let mut store = Guest::store(engine, &Arc::new(shared));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let guest = store.data_mut();
        let denied = HostConnection::open(guest, String::from("other")).await;
        assert!(matches!(denied, Err(Error::AccessDenied)));
        let connection = HostConnection::open(guest, String::from("default")).await;
        test(guest, connection.unwrap()).await;
    });
    std::fs::remove_file(file).unwrap();
}

/// Gives up a connection and opens another.
async fn reopen(guest: &mut Guest, connection: Resource<Handle>) -> Resource<Handle> {
    HostConnection::drop(guest, connection).await.unwrap();
    let connection = HostConnection::open(guest, String::from("default")).await;
    connection.unwrap()
}

async fn run(
    guest: &mut Guest,
    connection: &Resource<Handle>,
    statement: &str,
    parameters: Vec<Value>,
) -> Result<String, String> {
    let connection = Resource::new_borrow(connection.rep());
    let result = guest.execute(connection, statement.to_owned(), parameters);
    let shown = |result: QueryResult| format!("{:?} {:?}", result.columns, result.rows);
    result.await.map(shown).map_err(|error| error.to_string())
}

#[test]
fn passes_every_type_both_ways() {
    with_database("types", async |guest, connection| {
        let parameters = vec![
            Value::Integer(-1),
            Value::Real(0.5),
            Value::Text(String::from("é")),
            Value::Blob(vec![255]),
            Value::Null,
        ];
        let shown = format!(
            "{:?}",
            vec![RowResult {
                values: parameters.clone()
            }]
        );
        let got = run(guest, &connection, "SELECT ?, ?, ?, ?, ?", parameters).await;
        assert!(got.unwrap().ends_with(&shown));
    });
}

#[test]
fn only_ill_formed_text_spoils_the_connection() {
    with_database("errors", async |guest, connection| {
        for bad in [
            "SELEC",
            "SELECT y FROM t",
            "SELECT ?",
            "ATTACH '/tmp/x' AS x",
        ] {
            assert!(run(guest, &connection, bad, vec![]).await.is_err(), "{bad}");
        }
        let large = "SELECT zeroblob(100000000) UNION ALL SELECT zeroblob(100000000)";
        let large = run(guest, &connection, large, vec![]).await;
        assert!(large.unwrap_err().contains("exceeds limit"));
        let fine = "SELECT x FROM t LIMIT 1";
        assert!(run(guest, &connection, fine, vec![]).await.is_ok());
        for statement in ["SELECT x FROM t", fine] {
            assert!(run(guest, &connection, statement, vec![]).await.is_err());
        }
    });
}

#[test]
fn faults_come_before_the_database() {
    with_database("faults", async |guest, connection| {
        let server = Arc::clone(&guest.server);
        server.faults.set(|call| match call.index {
            0 => Action::Fail(call.statement.clone()),
            1 => Action::Answer(vec![1]),
            _ => Action::Cut(1),
        });
        let failed = run(guest, &connection, "broken", vec![]).await;
        assert!(failed.unwrap_err().contains("broken"));
        let answered = run(guest, &connection, "broken", vec![]).await;
        assert!(answered.unwrap().contains("Blob([1])"));
        let cut = "SELECT x, x'0102' FROM t LIMIT 1";
        let cut = run(guest, &connection, cut, vec![]).await.unwrap();
        assert!(cut.contains("Text(\"\")") && cut.contains("Blob([1])"));
        let stats = server.counters.read();
        let counts = (stats.database_opens, stats.database_calls);
        assert_eq!((counts, stats.database_handles_live), ((2, 3), 1));
    });
}

#[test]
fn long_statements_are_answered_too() {
    with_database("long", async |guest, connection| {
        let long = "SELECT count(*) FROM (WITH RECURSIVE c (n) AS \
            (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000) SELECT n FROM c)";
        for _ in 0..2 {
            let counted = run(guest, &connection, long, vec![]).await;
            assert!(counted.unwrap().contains("Integer(100000)"));
            // Many times, since SQLite counts a statement's steps over its runs.
            for _ in 0..3000 {
                let short = run(guest, &connection, "SELECT 1", vec![]).await;
                assert!(short.unwrap().contains("Integer(1)"));
            }
        }
    });
}

#[test]
fn a_lock_is_waited_for() {
    with_database("lock", async |guest, connection| {
        let read = "SELECT count(*) FROM t";
        run(guest, &connection, read, vec![]).await.unwrap();
        let writer = rusqlite::Connection::open(&guest.server.sqlite["default"]).unwrap();
        writer
            .execute_batch("BEGIN EXCLUSIVE; DELETE FROM t")
            .unwrap();
        let release = std::thread::spawn(move || {
            std::thread::sleep(std::time::Duration::from_millis(200));
            writer.execute_batch("COMMIT").unwrap();
        });
        let counted = run(guest, &connection, read, vec![]).await;
        assert!(counted.unwrap().contains("Integer(0)"));
        release.join().unwrap();
    });
}

#[test]
fn only_a_connection_that_only_read_is_kept() {
    with_database("kept", async |guest, mut connection| {
        let idle = |guest: &Guest| guest.server.idle.count();
        for fine in ["SELECT 1", "select x from t limit 1"] {
            run(guest, &connection, fine, vec![]).await.unwrap();
            connection = reopen(guest, connection).await;
            assert_eq!(idle(guest), 1);
        }
        let leaves_something = [
            "CREATE TEMP TABLE mine (x)",
            "PRAGMA case_sensitive_like = 1",
            "BEGIN",
            "INSERT INTO t VALUES (1)",
            "SELECT nothing FROM t",
        ];
        for statement in leaves_something {
            let _ = run(guest, &connection, statement, vec![]).await;
            run(guest, &connection, "SELECT 1", vec![]).await.unwrap();
            connection = reopen(guest, connection).await;
            assert_eq!(idle(guest), 0, "{statement}");
        }
    });
}

#[test]
fn no_kept_connection_to_a_replaced_file_is_used() {
    with_database("replaced", async |guest, connection| {
        let read = "SELECT count(*) FROM t";
        run(guest, &connection, read, vec![]).await.unwrap();
        let file = guest.server.sqlite["default"].clone();
        let fresh = file.with_extension("fresh");
        create_database(&fresh, &["CREATE TABLE t (x)"]).unwrap();
        std::fs::rename(fresh, file).unwrap();
        let connection = reopen(guest, connection).await;
        let counted = run(guest, &connection, read, vec![]).await;
        assert!(counted.unwrap().contains("Integer(0)"));
    });
}
