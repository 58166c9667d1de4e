//! What is measured, started: the component, the empty one, the native twin; and
//! how they are asked.

use crate::data::{self, Data, Place};
use crate::server::Server as Database;
use crate::twin::Twin;
use anyhow::{Context, Result};
use dids_get::api::signature::sign;
use dids_host::{Server, Settings};
use std::path::PathBuf;
use std::time::Duration;

/// The key of everybody in the databases.
const KEY: &str = "secret";

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
    /// The folder of other programs to compare with.
    pub peers: PathBuf,
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
        self.data = sizes
            .iter()
            .map(|rows| self.data(*rows))
            .collect::<Result<_>>()?;
        Ok(())
    }

    /// A database of another size.
    pub fn data(&self, rows: u64) -> Result<Data> {
        let file = data::file(&self.folder, &self.schema, rows)?;
        let place = match &self.server {
            Some(server) => server.copy(&file, rows)?,
            None => Place::Sqlite(file),
        };
        Ok(Data { rows, place })
    }

    /// The component with a database.
    pub fn component(&self, data: &Data) -> Result<Server> {
        Ok(Server::start(self.settings(data))?)
    }

    /// How the component is started with a database.
    pub fn settings(&self, data: &Data) -> Settings {
        let mut settings = Settings::new(&self.wasm);
        let database = match &data.place {
            Place::Sqlite(file) => {
                let label = "default".to_owned();
                settings.sqlite.insert(label, file.clone());
                "sqlite:default".to_owned()
            }
            Place::Server { url, .. } => url.clone(),
        };
        settings.variables.insert("database".to_owned(), database);
        settings
    }

    /// The component that does nothing.
    pub fn empty(&self) -> Result<Server> {
        Ok(Server::start(Settings::new(&self.empty))?)
    }

    /// The native twin with a database.
    pub fn twin(&self, data: &Data) -> Result<Twin> {
        Twin::start(&data.place)
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

/// The target that makes the empty component answer so many bytes.
pub fn empty_target(bytes: u64) -> String {
    format!("/?bytes={bytes}")
}
