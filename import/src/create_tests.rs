//! Files that are replaced whole, and never by something older.

use tempfile::TempDir;

use super::*;

const TABLE: &str = "CREATE TABLE t (x)";
const ONE: &str = "CREATE TABLE t (x); INSERT INTO t VALUES (1)";

fn count(file: &Path) -> i64 {
    let connection = Connection::open(file).unwrap();
    let sql = "SELECT count(*) FROM t";
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A database with two rows, of which the second is in its log only, as a program
/// leaves it that is killed.
fn with_log(folder: &Path) -> PathBuf {
    let file = folder.join("db");
    let open = folder.join("open");
    let writer = Connection::open(&open).unwrap();
    let begin = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0";
    writer.execute_batch(begin).unwrap();
    writer.execute_batch(ONE).unwrap();
    let _ = writer.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    writer.execute_batch("INSERT INTO t VALUES (2)").unwrap();
    for ending in ["", "-wal"] {
        let (from, to) = (with_ending(&open, ending), with_ending(&file, ending));
        fs::copy(from, to).unwrap();
    }
    drop(writer);
    fs::remove_file(open).unwrap();
    assert_eq!(names(folder), ["db", "db-wal"]);
    file
}

#[test]
fn replaces_a_database_whole_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("db");
    create_database(&file, &[TABLE, "INSERT INTO t VALUES (1), (2)"]).unwrap();
    assert_eq!(count(&file), 2);
    let failed = create_database(&file, &[TABLE, "INSERT INTO nothing VALUES (1)"]);
    assert!(failed.unwrap_err().to_string().contains("SQL script 2"));
    assert_eq!(count(&file), 2);
    let wal = "PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)";
    create_database(&file, &[wal]).unwrap();
    assert_eq!(count(&file), 1);
    assert_eq!(names(folder.path()), ["db"]);
}

#[test]
fn what_is_beside_a_file_is_merged_first() {
    let folder = TempDir::new().unwrap();
    let file = with_log(folder.path());
    // Where this ends, a crash leaves both rows, and no file that the next takes for its own.
    drop(settle(&file).unwrap());
    assert_eq!(names(folder.path()), ["db"]);
    assert_eq!(count(&file), 2);

    let folder = TempDir::new().unwrap();
    let file = with_log(folder.path());
    create_database(&file, &[ONE]).unwrap();
    assert_eq!(count(&file), 1);
    assert_eq!(names(folder.path()), ["db"]);
}

#[test]
fn a_file_that_is_being_written_stays() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("db");
    create_database(&file, &[ONE]).unwrap();
    let writer = Connection::open(&file).unwrap();
    writer
        .execute_batch("BEGIN; INSERT INTO t VALUES (2)")
        .unwrap();
    let failed = create_database(&file, &[TABLE]).unwrap_err().to_string();
    assert!(failed.contains("stays as it is"), "{failed}");
    writer.execute_batch("COMMIT").unwrap();
    drop(writer);
    assert_eq!(count(&file), 2);
    assert_eq!(names(folder.path()), ["db"]);
    create_database(&file, &[ONE]).unwrap();
    assert_eq!(count(&file), 1);
}

#[test]
fn a_damaged_file_with_a_log_stays() {
    let folder = TempDir::new().unwrap();
    let file = with_log(folder.path());
    fs::write(&file, vec![7; 8192]).unwrap();
    fs::write(with_ending(&file, "-wal"), "no log").unwrap();
    let failed = create_database(&file, &[ONE]).unwrap_err().to_string();
    assert!(failed.contains("SQLite cannot merge them"), "{failed}");
    assert_eq!(fs::read(&file).unwrap(), [7; 8192]);
}

#[test]
fn what_stands_beside_nothing_goes() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("db");
    fs::write(with_ending(&file, "-wal"), "of a database that is gone").unwrap();
    create_database(&file, &[ONE]).unwrap();
    assert_eq!(count(&file), 1);
    assert_eq!(names(folder.path()), ["db"]);
}
