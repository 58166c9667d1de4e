//! What is measured, started: the component, the empty one, the native twin; and
//! how they are asked.

use crate::data::{self, Data};
use crate::twin::Twin;
use anyhow::{Context, Result};
use dids_get::signature::sign;
use dids_host::{Server, Settings};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The key of everybody in the databases.
const KEY: &str = "secret";

/// Everything a bar needs.
pub struct Bench {
    /// The component.
    pub wasm: PathBuf,
    /// The component for WASI 0.2, if it was built.
    pub wasm02: Option<PathBuf>,
    /// The component that does nothing.
    pub empty: PathBuf,
    /// The databases, smallest first.
    pub data: Vec<Data>,
    /// Where databases are kept, and the schema they have.
    pub folder: PathBuf,
    pub schema: String,
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

    /// A database of another size.
    pub fn data(&self, rows: u64) -> Result<Data> {
        data::database(&self.folder, &self.schema, rows)
    }

    /// The component with a database.
    pub fn component(&self, data: &Data) -> Result<Server> {
        component(&self.wasm, &data.file)
    }

    /// The component that does nothing.
    pub fn empty(&self) -> Result<Server> {
        Ok(Server::start(Settings::new(&self.empty))?)
    }

    /// The native twin with a database.
    pub fn twin(&self, data: &Data) -> Result<Twin> {
        Twin::start(&data.file)
    }

    /// How long one round of load lasts.
    pub fn round(&self) -> Duration {
        Duration::from_millis(if self.quick { 500 } else { 3000 })
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

/// A component with a database.
fn component(wasm: &Path, file: &Path) -> Result<Server> {
    let mut settings = Settings::new(wasm);
    let database = ("default".to_owned(), file.to_owned());
    settings.sqlite.extend([database]);
    let variable = ("database".to_owned(), "sqlite:default".to_owned());
    settings.variables.extend([variable]);
    Ok(Server::start(settings)?)
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
