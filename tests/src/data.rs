//! Tables in a database: an SQLite file, or a database on a server.

use std::path::{Path, PathBuf};
use std::thread;

use dids_host::Settings;
use dids_import::{Import, Stop, create_database};
use tempfile::TempDir;

use crate::model::Tables;
use crate::model::mysql::Flavour;
use crate::model::tables::Did;
use crate::secrets;
use crate::server::{Database, DatabaseServer, Kind, Session};

/// The value of the component's variable `database` for an SQLite file.
pub const SQLITE: &str = "sqlite:default";

/// What lets a server run scripts that were written for SQLite too.
fn as_sqlite(kind: Kind) -> &'static str {
    match kind {
        Kind::Mariadb => "SET SESSION sql_mode = 'ANSI', max_recursive_iterations = 10000000",
        Kind::Mysql => "SET SESSION sql_mode = 'ANSI', cte_max_recursion_depth = 10000000",
    }
}

/// A database, which lasts as long as this value.
pub enum Data {
    /// An SQLite file in a folder of its own.
    Sqlite(TempDir),
    /// A database on a server.
    Server(Database),
}

/// Whether `DIDS_BACKEND` says that the tables shall be on a server.
pub fn is_on_server() -> bool {
    let is_one = |backend: String| backend.ends_with("-mariadb") || backend.ends_with("-mysql");
    std::env::var("DIDS_BACKEND").is_ok_and(is_one)
}

/// Whether `DIDS_BACKEND` says that the component shall run on jco.
pub fn is_on_jco() -> bool {
    is_on("jco-")
}

/// Whether `DIDS_BACKEND` begins with this host.
fn is_on(host: &str) -> bool {
    std::env::var("DIDS_BACKEND").is_ok_and(|backend| backend.starts_with(host))
}

/// Whether the host refuses a target with bytes beyond ASCII before the component sees it,
/// as docs/hosts.md says: Node.js does, and Spin 3, by the version in `DIDS_HOST_VERSION`.
pub fn refuses_raw_targets() -> bool {
    let is_three = |version: String| version.starts_with("3.");
    is_on_jco() || is_on("spin-") && std::env::var("DIDS_HOST_VERSION").is_ok_and(is_three)
}

impl Data {
    /// Makes the tables where the backend wants them, then runs more SQL.
    pub fn of(tables: &Tables, sql: &str) -> Self {
        if is_on_server() {
            secrets::note(tables);
            let script = tables.to_mysql(&Flavour::default());
            let server = DatabaseServer::shared();
            let as_sqlite = as_sqlite(server.kind());
            Data::Server(Database::create(&server, &[&script, as_sqlite, sql]))
        } else {
            Self::sqlite(tables, sql)
        }
    }

    /// Makes the tables in an SQLite file, then runs more SQL.
    pub fn sqlite(tables: &Tables, sql: &str) -> Self {
        if is_on_server() {
            // `cargo xtask test` counts those that say so.
            println!("elsewhere: this test is about SQLite files");
        }
        secrets::note(tables);
        let folder = TempDir::new().unwrap();
        let made = create_database(&file_in(folder.path()), &[&tables.to_sqlite(), sql]);
        made.expect("the tables are created");
        Data::Sqlite(folder)
    }

    /// The demo data, which are SQL for SQLite.
    pub fn demo() -> Self {
        let folder = TempDir::new().unwrap();
        let scripts = [
            include_str!("../../db/schema.sql"),
            include_str!("../../db/demo.sql"),
        ];
        let made = create_database(&file_in(folder.path()), &scripts);
        made.expect("the demo data are created");
        Data::Sqlite(folder)
    }

    /// Makes the tables on the shared server.
    pub fn on_server(tables: &Tables, flavour: &Flavour) -> Self {
        Self::on_server_of(Kind::chosen(), tables, flavour)
    }

    /// Makes the tables on the shared server of a kind.
    pub fn on_server_of(kind: Kind, tables: &Tables, flavour: &Flavour) -> Self {
        secrets::note(tables);
        let script = tables.to_mysql(flavour);
        let server = DatabaseServer::shared_of(kind);
        Data::Server(Database::create(&server, &[&script]))
    }

    /// Copies a database of a server into an SQLite file.
    pub fn import(url: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let import = Import::new(url, file_in(folder.path()), false).expect("a URL");
        import.run(&Stop::default()).expect("the copy is made");
        Data::Sqlite(folder)
    }

    /// Tells the host of it.
    pub fn give(&self, settings: &mut Settings) {
        if self.is_file() {
            settings.sqlite.insert("default".to_owned(), self.file());
        }
        let variable = ("database".to_owned(), self.variable());
        settings.variables.extend([variable]);
    }

    /// The value of the component's variable `database` for it.
    pub fn variable(&self) -> String {
        match self {
            Data::Sqlite(_) => SQLITE.to_owned(),
            Data::Server(database) => database.url(),
        }
    }

    /// Whether it is an SQLite file.
    pub fn is_file(&self) -> bool {
        matches!(self, Data::Sqlite(_))
    }

    /// The address of the database on a server.
    pub fn url(&self) -> String {
        match self {
            Data::Sqlite(_) => panic!("this test is about a server"),
            Data::Server(database) => database.url(),
        }
    }

    /// The folder of the SQLite file.
    pub fn folder(&self) -> &Path {
        match self {
            Data::Sqlite(folder) => folder.path(),
            Data::Server(_) => panic!("this test is about an SQLite file"),
        }
    }

    /// The SQLite file.
    pub fn file(&self) -> PathBuf {
        file_in(self.folder())
    }

    /// Runs SQL in it, over a connection of its own.
    pub fn run(&self, sql: &str) {
        self.writer()(sql);
    }

    /// What runs SQL in it, from any thread.
    pub fn writer(&self) -> Box<dyn Fn(&str) + Send + Sync> {
        match self {
            Data::Sqlite(_) => {
                let file = self.file();
                Box::new(move |sql| {
                    let connection = rusqlite::Connection::open(&file).unwrap();
                    connection.execute_batch(sql).unwrap();
                })
            }
            Data::Server(database) => {
                let url = database.root_url();
                let as_sqlite = as_sqlite(database.server().kind());
                let run = move |sql: &str| {
                    let mut session = Session::open(&url).expect("a session");
                    session.run(as_sqlite);
                    session.run(sql);
                };
                // A session waits with a runtime of its own, which cannot be done
                // on a thread that belongs to another.
                Box::new(move |sql| thread::scope(|scope| scope.spawn(|| run(sql)).join().unwrap()))
            }
        }
    }
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("dids.db")
}

/// Tables with so many DIDs in the place of theirs: like their first one, in the
/// order of their ids.
pub fn many_dids(mut tables: Tables, count: i64) -> Tables {
    let sample = tables.dids[0].clone();
    let like_it = |id| Did {
        id,
        did: Some(format!("37060{id:07}").into_bytes()),
        ..sample.clone()
    };
    tables.dids = (1..=count).map(like_it).collect();
    tables
}
