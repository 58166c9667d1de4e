//! What is measured, started: the component, the empty one, the native twin; and
//! how they are asked.

use crate::data::{self, Data, Place};
use crate::server::Server as Database;
use crate::twin::Twin;
use anyhow::{Context, Result};
use dids_get::api::signature::sign;
use dids_host::{Server, Settings};
use dids_tests::data::SQLITE;
use dids_tests::spin::Spin;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The key of everybody in the databases.
const KEY: &str = "secret";

/// A component that is served.
pub enum Served {
    /// By the local host, in this process.
    Local(Server),
    /// By Spin.
    Spin(Spin),
}

impl Served {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        match self {
            Self::Local(server) => server.address(),
            Self::Spin(spin) => spin.address(),
        }
    }

    /// The group of its processes, if they are not this one.
    pub fn group(&self) -> Option<u32> {
        match self {
            Self::Local(_) => None,
            Self::Spin(spin) => Some(spin.group()),
        }
    }

    /// How many instances were made, where the host tells.
    pub fn instances(&self) -> Option<u64> {
        match self {
            Self::Local(server) => Some(server.stats().instances_created),
            Self::Spin(_) => None,
        }
    }

    /// The largest memory of an instance, in bytes, where the host tells.
    pub fn memory(&self) -> Option<u64> {
        match self {
            Self::Local(server) => Some(server.stats().guest_memory_peak),
            Self::Spin(_) => None,
        }
    }
}

/// Everything a bar needs.
pub struct Bench {
    /// The component.
    pub wasm: PathBuf,
    /// The component for WASI 0.2.
    pub wasm02: PathBuf,
    /// The component that does nothing.
    pub empty: PathBuf,
    /// The databases, smallest first.
    pub data: Vec<Data>,
    /// Where SQLite files are kept, and the schema they have.
    pub folder: PathBuf,
    pub schema: String,
    /// The server that has a copy of each, if it is to be measured.
    pub server: Option<Database>,
    /// Whether Spin serves, or the local host.
    pub on_spin: bool,
    /// Short rounds.
    pub quick: bool,
}

impl Bench {
    /// The database that most bars are about.
    pub fn largest(&self) -> Result<&Data> {
        self.data.last().context("no database")
    }

    /// The smallest database.
    pub fn smallest(&self) -> Result<&Data> {
        self.data.first().context("no database")
    }

    /// Provides the databases of these sizes.
    pub fn fill(&mut self, sizes: &[u64]) -> Result<()> {
        let data = sizes.iter().map(|rows| self.data(*rows));
        self.data = data.collect::<Result<_>>()?;
        Ok(())
    }

    /// A database of another size.
    pub fn data(&self, rows: u64) -> Result<Data> {
        let file = data::file(&self.folder, &self.schema, rows)?;
        let place = match &self.server {
            Some(server) => server.copy(&file, rows)?,
            None => Place::Sqlite,
        };
        Ok(Data { rows, file, place })
    }

    /// The component with a database.
    pub fn component(&self, data: &Data) -> Result<Served> {
        match &data.place {
            Place::Sqlite => self.serve(&self.wasm, SQLITE, Some(&data.file)),
            Place::Server { url, .. } => self.serve(&self.wasm, url, None),
        }
    }

    /// The component that does nothing.
    pub fn empty(&self) -> Result<Served> {
        self.serve(&self.empty, SQLITE, Some(&self.smallest()?.file))
    }

    fn serve(&self, wasm: &Path, database: &str, file: Option<&Path>) -> Result<Served> {
        if self.on_spin {
            return Ok(Served::Spin(Spin::start(wasm, database, file)));
        }
        let mut settings = Settings::new(wasm);
        let variable = ("database".to_owned(), database.to_owned());
        settings.variables.extend([variable]);
        let file = file.map(|file| ("default".to_owned(), file.to_owned()));
        settings.sqlite.extend(file);
        Ok(Served::Local(Server::start(settings)?))
    }

    /// The native twin with a database.
    pub fn twin(&self, data: &Data) -> Result<Twin> {
        Twin::start(data)
    }

    /// How long one round of load lasts.
    pub fn round(&self) -> Duration {
        Duration::from_millis(if self.quick { 500 } else { 3000 })
    }

    /// How often a list that takes seconds is read: servers take many.
    pub fn lists(&self) -> usize {
        if self.quick || self.server.is_some() {
            2
        } else {
            5
        }
    }

    /// So many, or fewer in a hurry.
    pub fn times(&self, times: usize) -> usize {
        if self.quick {
            times.div_ceil(4).max(3)
        } else {
            times
        }
    }
}

/// The target of an admin's request with these parameters.
pub fn admin(parameters: &str) -> String {
    target("admin", parameters)
}

/// The target of somebody's request with these parameters.
pub fn target(who: &str, parameters: &str) -> String {
    let hash = sign(&[], KEY);
    format!("/billing/api/dids_get?u={who}&hash={hash}&{parameters}")
}
