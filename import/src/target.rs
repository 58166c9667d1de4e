//! The copy: a new SQLite file beside the one it will replace.
//!
//! It takes the old file's place only when it is whole, checked and on the disk.
//! Until then it is a file of its own, which is removed if anything goes wrong; one
//! that was left by a process that was killed is removed by the next copy. A lock on
//! the file, which ends with its process, tells the two apart.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use dids_get::db::schema::Schema;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, Statement, params_from_iter};
use tempfile::NamedTempFile;

use super::stop::Stop;
use super::tables::Table;
use crate::Error;
use crate::create::replace;

const SCHEMA: &str = include_str!("../../db/schema.sql");
const TRIGRAM: &str = include_str!("../../db/trigram.sql");
/// What every SQLite file begins with.
const MAGIC: &[u8] = b"SQLite format 3\0";
/// Nothing needs to survive a crash before the file is whole, so there is neither a
/// journal nor a wait for the disk; both come back when the file is opened again.
const FAST: &str = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
    PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -16384";
/// Steps of SQLite's machine between two looks whether to stop.
const STEPS: i32 = 100_000;

/// A copy in the making.
pub(super) struct Copy {
    // In this order they end: the database before its file.
    connection: Connection,
    fresh: NamedTempFile,
    target: PathBuf,
    /// The schema's indexes, which are quicker made when the rows are there.
    indexes: Vec<String>,
    trigram: bool,
}

impl Copy {
    /// An empty one, for what a server has.
    pub fn begin(target: &Path, schema: &Schema, stop: &Stop) -> Result<Self, Error> {
        // Of a link, what it leads to is replaced.
        let target = target.canonicalize().unwrap_or_else(|_| target.to_owned());
        refuse_others(&target)?;
        let trigram = has_trigram(&target);
        let fresh = beside(&target).map_err(|error| cannot(&target, error))?;
        let mut connection = Connection::open(fresh.path())?;
        let stop = stop.clone();
        connection.progress_handler(STEPS, Some(move || stop.is_set()))?;
        connection.execute_batch(FAST)?;
        connection.execute_batch(SCHEMA)?;
        connection.execute_batch(&Table::lacking(schema))?;
        let indexes = take_indexes(&connection)?;
        connection.execute_batch("BEGIN")?;
        Ok(Self {
            connection,
            fresh,
            target,
            indexes,
            trigram,
        })
    }

    /// What writes rows of a table.
    pub fn writer(&self, table: &'static Table, schema: &Schema) -> Result<Writer<'_>, Error> {
        let statement = self.connection.prepare(&table.insert(schema))?;
        let target = &self.target;
        Ok(Writer {
            statement,
            table,
            target,
        })
    }

    /// Makes the indexes.
    pub fn index(&self) -> Result<(), Error> {
        let indexes = self.indexes.iter().map(String::as_str);
        let trigram = self.trigram.then_some(TRIGRAM);
        for batch in indexes.chain(trigram).chain(["COMMIT"]) {
            let done = self.connection.execute_batch(batch);
            done.map_err(|error| cannot(&self.target, error))?;
        }
        Ok(())
    }

    /// Checks that the file is sound and has as many rows as were read.
    pub fn check(&self, counts: &[(&'static str, u64)]) -> Result<(), Error> {
        let check = "PRAGMA quick_check";
        let found: String = self.connection.query_row(check, [], |row| row.get(0))?;
        if found != "ok" {
            return Err(Error::new(format!("the copy is damaged: {found}")));
        }
        for (table, read) in counts {
            let count = format!("SELECT count(*) FROM {table}");
            let written: i64 = self.connection.query_row(&count, [], |row| row.get(0))?;
            if u64::try_from(written) != Ok(*read) {
                return Err(Error::new(format!(
                    "{read} {table} were read, but the copy has {written}"
                )));
            }
        }
        Ok(())
    }

    /// Puts it in the place of the old file.
    pub fn replace(self) -> Result<(), Error> {
        let Self {
            connection,
            fresh,
            target,
            ..
        } = self;
        connection.close().map_err(|(_, error)| error)?;
        // When `fresh` ends, the file it would remove has another name.
        keep_permissions(fresh.as_file(), &target).map_err(|error| cannot(&target, error))?;
        replace(fresh.path(), &target)
    }
}

/// Writes rows of one table.
pub(super) struct Writer<'c> {
    statement: Statement<'c>,
    table: &'static Table,
    target: &'c Path,
}

impl Writer<'_> {
    pub fn write(&mut self, row: &[mysql_async::Value]) -> Result<(), Error> {
        let name = self.table.name;
        if self.table.has_id() && row.first() == Some(&mysql_async::Value::NULL) {
            return Err(Error::new(format!("{name}: there is a row without an id")));
        }
        let values: Option<Vec<_>> = row.iter().map(value).collect();
        let values = values.ok_or_else(|| Error::new(format!("{name}: an unexpected type")))?;
        let written = self.statement.execute(params_from_iter(values));
        written
            .map(drop)
            .map_err(|error| match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => cannot(self.target, error),
                _ => Error::new(format!("{name}: {error}")),
            })
    }
}

fn value(value: &mysql_async::Value) -> Option<ToSqlOutput<'_>> {
    use mysql_async::Value as V;
    Some(match value {
        V::NULL => ToSqlOutput::Borrowed(ValueRef::Null),
        V::Int(number) => (*number).into(),
        V::UInt(number) => i64::try_from(*number).ok()?.into(),
        V::Bytes(text) => match String::from_utf8_lossy(text) {
            // A host may refuse a text that is not UTF-8.
            std::borrow::Cow::Owned(mended) => mended.into(),
            std::borrow::Cow::Borrowed(text) => text.into(),
        },
        V::Float(_) | V::Double(_) | V::Date(..) | V::Time(..) => return None,
    })
}

/// A file of another kind is not overwritten: names on a command line are mixed up
/// easily.
fn refuse_others(target: &Path) -> Result<(), Error> {
    let mut head = Vec::new();
    let length = MAGIC.len() as u64;
    match File::open(target).and_then(|file| file.take(length).read_to_end(&mut head)) {
        Ok(0) => Ok(()),
        Ok(_) if head == MAGIC => Ok(()),
        Ok(_) => Err(Error::new(format!(
            "{} is no SQLite file, and stays",
            target.display()
        ))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(cannot(target, error)),
    }
}

/// Whether the old file has the index of db/trigram.sql. One that cannot be read
/// needs none.
fn has_trigram(target: &Path) -> bool {
    let sql = "SELECT 1 FROM sqlite_schema WHERE name = 'dids_trigram'";
    Connection::open_with_flags(target, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(|old| old.prepare(sql)?.exists([]))
        .unwrap_or(false)
}

/// Drops the indexes, for which it gives the statements that make them again.
fn take_indexes(connection: &Connection) -> Result<Vec<String>, Error> {
    let sql = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    let mut statement = connection.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let indexes: Vec<(String, String)> = rows.collect::<Result<_, _>>()?;
    for (name, _) in &indexes {
        connection.execute_batch(&format!("DROP INDEX {name}"))?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

/// A new file that nobody else may read, after those that were left are removed.
fn beside(target: &Path) -> std::io::Result<NamedTempFile> {
    let (folder, name) = match (target.parent(), target.file_name()) {
        (Some(folder), Some(name)) if folder.as_os_str().is_empty() => (Path::new("."), name),
        (Some(folder), Some(name)) => (folder, name),
        _ => return Err(std::io::ErrorKind::InvalidInput.into()),
    };
    let mut prefix = name.to_owned();
    prefix.push(".import-");
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let is_one = name
            .as_encoded_bytes()
            .starts_with(prefix.as_encoded_bytes());
        if is_one && is_left(&entry.path()) {
            // Another copy may be removing it as well.
            let _ = fs::remove_file(entry.path());
        }
    }
    let fresh = tempfile::Builder::new()
        .prefix(&prefix)
        .tempfile_in(folder)?;
    #[cfg(unix)]
    fresh.as_file().lock()?;
    Ok(fresh)
}

#[cfg(unix)]
fn is_left(file: &Path) -> bool {
    File::open(file).is_ok_and(|file| file.try_lock().is_ok())
}

/// A lock would keep SQLite out, and a file in use cannot be removed anyway.
#[cfg(not(unix))]
fn is_left(_: &Path) -> bool {
    true
}

/// Gives a file the old one's mode and owner: whoever could read that one, and
/// nobody else, can read this one.
fn keep_permissions(fresh: &File, old: &Path) -> std::io::Result<()> {
    let Ok(old) = old.metadata() else {
        return Ok(());
    };
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let new = fresh.metadata()?;
        if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
            fchown(fresh, Some(old.uid()), Some(old.gid())).map_err(|error| {
                let reason = format!("its user and group cannot be kept: {error}");
                std::io::Error::new(error.kind(), reason)
            })?;
        }
    }
    fresh.set_permissions(old.permissions())
}

fn cannot(target: &Path, error: impl std::fmt::Display) -> Error {
    Error::new(format!("{} cannot be written: {error}", target.display()))
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(format!("the copy cannot be made: {error}"))
    }
}
