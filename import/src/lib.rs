//! A live MOR server's tables in an SQLite file, for a component at the edge and for
//! tests.
//!
//! [`tables`] decides what is read, [`source`] reads it, [`target`] writes it, and
//! [`create`] puts a whole file in the place of an old one.
//!
//! A package of its own, so that the program can be built, and be part of a release,
//! without the local host and its compiler of WebAssembly.

mod create;
mod error;
mod progress;
mod signal;
mod source;
mod stop;
mod tables;
mod target;

use std::fmt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

pub use self::create::create_database;
pub use self::error::Error;
use self::progress::Progress;
pub use self::signal::wait_for_signal;
use self::source::{Server, Snapshot};
pub use self::stop::Stop;
use self::tables::Table;
use self::target::Copy;

/// What to copy where.
pub struct Import {
    server: Server,
    file: PathBuf,
    anonymize: bool,
}

/// What was copied.
#[derive(Debug)]
pub struct Copied {
    /// Tables and their rows.
    pub rows: Vec<(&'static str, u64)>,
    /// How long it took.
    pub time: Duration,
}

impl Import {
    /// Copies from the server and database that a `mysql://` URL names into a file;
    /// anonymised, without names, comments and keys.
    ///
    /// # Errors
    ///
    /// When the URL cannot be used. The error has nothing of it, because it may hold
    /// a password.
    pub fn new(url: &str, file: impl Into<PathBuf>, anonymize: bool) -> Result<Self, Error> {
        Ok(Self {
            server: Server::at(url)?,
            file: file.into(),
            anonymize,
        })
    }

    /// Copies once.
    ///
    /// # Errors
    ///
    /// When the copy was not made, or was stopped. The file is then as it was before.
    pub fn run(&self, stop: &Stop) -> Result<Copied, Error> {
        runtime()?.block_on(self.unless(stop))
    }

    /// Copies again and again, with this pause after each copy, until it is stopped,
    /// and tells of each copy and each failure.
    ///
    /// # Errors
    ///
    /// When the system does not let it begin.
    pub fn watch(
        &self,
        pause: Duration,
        stop: &Stop,
        mut tell: impl FnMut(Result<Copied, Error>),
    ) -> Result<(), Error> {
        runtime()?.block_on(async {
            while !stop.is_set() {
                let copied = self.unless(stop).await;
                if copied.is_ok() || !stop.is_set() {
                    tell(copied);
                }
                // What ends early was stopped, and the loop looks.
                let _ = tokio::time::timeout(pause, stop.wait()).await;
            }
            Ok(())
        })
    }

    async fn unless(&self, stop: &Stop) -> Result<Copied, Error> {
        let copied = tokio::select! {
            biased;
            () = stop.wait() => Err(Error::new("stopped")),
            copied = self.copy(stop) => copied,
        };
        copied.map_err(|error| match stop.is_set() {
            // However it was that the wish was met.
            true => Error::new(format!("stopped; {} is as it was", self.file.display())),
            false => error,
        })
    }

    async fn copy(&self, stop: &Stop) -> Result<Copied, Error> {
        let began = Instant::now();
        let mut progress = Progress::start();
        let mut server = Snapshot::take(&self.server).await?;
        let schema = server.schema;
        let copy = Copy::begin(&self.file, &schema, stop)?;
        let mut rows = Vec::new();
        for table in Table::of(&schema) {
            let mut writer = copy.writer(table, &schema)?;
            let select = table.select(&schema, self.anonymize);
            let read = server.rows(&select, |nth, row| {
                progress.rows(table.name, nth);
                writer.write(&row)
            });
            let read = read.await?;
            // In the same snapshot. A proxy, or a setting that nobody thought of, may cut
            // a result so that it looks whole; one number is not cut.
            let there = server.count(&table.count()).await?;
            if read != there {
                return Err(Error::new(format!(
                    "{name}: {read} rows came, but the server counts {there}: something cuts \
                     results, or the table is not InnoDB and was written meanwhile",
                    name = table.name
                )));
            }
            rows.push((table.name, read));
        }
        server.release().await?;
        progress.step("making indexes");
        copy.index()?;
        progress.step("checking");
        copy.check(&rows)?;
        copy.replace()?;
        let time = began.elapsed();
        Ok(Copied { rows, time })
    }
}

impl fmt::Display for Copied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (table, rows) in &self.rows {
            write!(f, "{rows} {table}, ")?;
        }
        write!(f, "in {:.1} s", self.time.as_secs_f64())
    }
}

fn runtime() -> Result<tokio::runtime::Runtime, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    runtime.map_err(|error| Error::new(format!("no runtime: {error}")))
}
