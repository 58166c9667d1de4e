//! The interface against a file, without a guest.

use super::*;
use crate::guest::Shared;
use crate::{Action, create_database};

/// Runs statements of one connection to a fresh database.
fn with_database(name: &str, test: impl AsyncFnOnce(&mut Guest, Resource<Sqlite>)) {
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

async fn run(
    guest: &mut Guest,
    connection: &Resource<Sqlite>,
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
