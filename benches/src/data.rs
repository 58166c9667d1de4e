//! The databases: made once, kept, and made again when what makes them changes.

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

const TOWN: &str = include_str!("data.sql");
const BLOCK: &str = include_str!("block.sql");
/// The DIDs made in one go, between two signs of progress.
const STEP: u64 = 50_000;

/// A database and its size.
#[derive(Clone, Debug)]
pub struct Data {
    /// The number of DIDs.
    pub rows: u64,
    /// The SQLite file with them.
    pub file: PathBuf,
    /// Where they are asked for.
    pub place: Place,
}

/// Where a database is.
#[derive(Clone, Debug)]
pub enum Place {
    /// In the SQLite file.
    Sqlite,
    /// On a MariaDB or MySQL server.
    Server {
        /// The value of the component's variable `database`.
        url: String,
        /// The same database, for native clients.
        native: String,
    },
}

/// The SQLite database of so many DIDs.
pub fn file(folder: &Path, schema: &str, rows: u64) -> Result<PathBuf> {
    let file = folder.join(format!("{rows}.db"));
    let made_from = fingerprint(schema);
    if version(&file) != Some(made_from) {
        fs::create_dir_all(folder)?;
        make(&file, schema, rows, made_from)
            .with_context(|| format!("making {}", file.display()))?;
    }
    Ok(file)
}

/// A number for everything the databases are made of.
fn fingerprint(schema: &str) -> i32 {
    let mut hasher = DefaultHasher::new();
    (schema, TOWN, BLOCK).hash(&mut hasher);
    i32::from_ne_bytes((hasher.finish() as u32).to_ne_bytes())
}

fn version(file: &Path) -> Option<i32> {
    // To open what is not there would make it.
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE).ok()?;
    connection
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .ok()
}

fn make(file: &Path, schema: &str, rows: u64, version: i32) -> Result<()> {
    let fresh = file.with_extension("new");
    for stale in [&fresh, file] {
        for ending in ["", "-wal", "-shm"] {
            let mut name = stale.as_os_str().to_owned();
            name.push(ending);
            let _ = fs::remove_file(name);
        }
    }
    let mut connection = Connection::open(&fresh)?;
    connection.execute_batch(
        "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; PRAGMA cache_size = -400000",
    )?;
    connection.execute_batch(schema)?;
    // Indexes are quicker made when the rows are there.
    let indexes = indexes(&connection)?;
    let work = connection.transaction()?;
    for (name, _) in &indexes {
        work.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    work.execute_batch(TOWN)?;
    for first in (1..=rows).step_by(STEP as usize) {
        let last = rows.min(first + STEP - 1);
        work.execute(BLOCK, [first.cast_signed(), last.cast_signed()])?;
        progress(&format!("{last} of {rows} DIDs"))?;
    }
    for (name, statement) in &indexes {
        progress(&format!("{rows} DIDs: index {name}"))?;
        work.execute_batch(statement)?;
    }
    work.pragma_update(None, "user_version", version)?;
    work.commit()?;
    connection.execute_batch("PRAGMA journal_mode = WAL")?;
    connection.close().map_err(|(_, error)| error)?;
    fs::rename(&fresh, file)?;
    progress(&format!("{rows} DIDs: done\n"))
}

fn indexes(connection: &Connection) -> Result<Vec<(String, String)>> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// On a terminal each sign of progress replaces the one before.
pub fn progress(what: &str) -> Result<()> {
    let mut screen = std::io::stderr();
    if screen.is_terminal() {
        write!(screen, "\r    making the database: {what:40}")?;
    } else {
        writeln!(screen, "    making the database: {what}")?;
    }
    Ok(screen.flush()?)
}
