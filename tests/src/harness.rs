//! The component, running, with a database made of tables.
//!
//! `DIDS_BACKEND` chooses what it runs on and with which database:
//! `local-sqlite` (the default: the local host, in this process),
//! `local-mariadb` and `local-mysql` (the same with a private server), `spin-`,
//! `wasmtime-`, `jco-` or `wash-` before any of the three databases (the programs that
//! `DIDS_SPIN`, `DIDS_WASMTIME`, `DIDS_JCO` and `DIDS_WASH` name; all but the first with
//! the file that `DIDS_STANDALONE_WASM` names). Tests that look inside (at the log,
//! the counters, with faults) use the local host whatever is chosen.
//! `DIDS_GET_WASM` names the component, `DIDS_HOST_VERSION` the version of a third-party host.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use dids_host::{Server, Settings, Stats};

use crate::client::{self, Reply};
use crate::data::Data;
use crate::model::{Ask, Tables};
use crate::secrets;
use crate::spin::Spin;
use crate::standalone::{Given, Standalone, ThirdParty};

/// A running component with a database.
pub struct Site {
    host: Host,
    data: Data,
    in_turn: bool,
}

/// A running host. When it is dropped it ends at once; only the local one waits for answers.
pub enum Host {
    Local(Server),
    Spin(Spin),
    Standalone(Standalone),
}

impl Host {
    fn third_party(data: &Data) -> Self {
        let Some(host) = ThirdParty::chosen() else {
            let file = data.is_file().then(|| data.file());
            let spin = Spin::start(&component(), &data.variable(), file.as_deref());
            return Host::Spin(spin);
        };
        let given = Given {
            database: data.variable(),
            folder: data.is_file().then(|| data.folder()),
            environment: &[],
        };
        Host::Standalone(Standalone::start(host, &given))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        match self {
            Host::Local(server) => server.address(),
            Host::Spin(spin) => spin.address(),
            Host::Standalone(standalone) => standalone.address(),
        }
    }
}

impl Site {
    /// Serves these tables on the backend that is chosen.
    pub fn open(tables: &Tables) -> Self {
        let backend = std::env::var("DIDS_BACKEND");
        let backend = backend.as_deref().unwrap_or("local-sqlite");
        match backend.split_once('-') {
            Some(("local", "sqlite" | "mariadb" | "mysql")) => Self::inside(tables),
            Some(("spin" | "wasmtime" | "jco" | "wash", "sqlite" | "mariadb" | "mysql")) => {
                let data = Data::of(tables, "");
                Site::of(Host::third_party(&data), data)
            }
            _ => panic!("DIDS_BACKEND: there is no backend {backend}"),
        }
    }

    /// Another host of the third party that is chosen, with the same database.
    pub fn beside(&self) -> Host {
        Host::third_party(&self.data)
    }

    /// Serves these tables on the local host, where a test can look inside.
    pub fn inside(tables: &Tables) -> Self {
        Self::inside_with(tables, |_| ())
    }

    /// The same, with more done to the database.
    pub fn inside_with_sql(tables: &Tables, sql: &str) -> Self {
        Self::on_local_host(Data::of(tables, sql), |_| ())
    }

    /// The same, where instances end a second after their last request, for tests that wait
    /// until they have.
    pub fn inside_and_ending(tables: &Tables, sql: &str) -> Self {
        Self::on_local_host(Data::of(tables, sql), |settings| {
            settings.idle_limit = Duration::from_secs(1);
        })
    }

    /// The same, with the host's settings changed.
    pub fn inside_with(tables: &Tables, change: impl FnOnce(&mut Settings)) -> Self {
        Self::on_local_host(Data::of(tables, ""), change)
    }

    /// Serves a database that is there, whatever backend is chosen.
    pub fn on_local_host(data: Data, change: impl FnOnce(&mut Settings)) -> Self {
        looks_inside();
        let mut settings = Settings::new(component());
        data.give(&mut settings);
        // However busy the machine is, an instance is there for the next request.
        settings.idle_limit = Duration::from_secs(3_600);
        change(&mut settings);
        if let Some(address) = settings.variables.get("database") {
            secrets::note_address(address);
        }
        let host = Host::Local(Server::start(settings).expect("the host starts"));
        Site::of(host, data)
    }

    fn of(host: Host, data: Data) -> Self {
        let in_turn = false;
        Site {
            host,
            data,
            in_turn,
        }
    }

    /// The same site, where a request is sent when no instance of the local host does
    /// anything more: so the one that was asked last is asked, and not a new one.
    pub fn in_turn(mut self) -> Self {
        self.in_turn = true;
        self
    }

    /// The server inside this process.
    pub fn server(&self) -> &Server {
        match &self.host {
            Host::Local(server) => server,
            Host::Spin(_) | Host::Standalone(_) => panic!("only the local host can be looked into"),
        }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.host.address()
    }

    /// The SQLite file.
    pub fn database(&self) -> PathBuf {
        self.data.file()
    }

    /// Runs SQL in the database.
    pub fn run_sql(&self, sql: &str) {
        self.data.run(sql);
    }

    /// What runs SQL in the database, from any thread.
    pub fn writer(&self) -> Box<dyn Fn(&str) + Send + Sync> {
        self.data.writer()
    }

    /// Sends a request.
    pub fn send(&self, ask: &Ask) -> Reply {
        self.send_with(ask, &[])
    }

    /// Sends a request with more headers.
    pub fn send_with(&self, ask: &Ask, headers: &[(&str, &str)]) -> Reply {
        if let (true, Host::Local(server)) = (self.in_turn, &self.host) {
            let began = Instant::now();
            let is_busy = |stats: &Stats| stats.instances_idle != stats.instances_live;
            while is_busy(&server.stats()) {
                let waited = began.elapsed();
                assert!(waited < Duration::from_secs(60), "{:?}", server.stats());
                thread::sleep(Duration::from_micros(200));
            }
        }
        client::send(self.address(), ask, headers)
    }
}

impl Drop for Site {
    /// Looks for secrets in all that was written, whatever the test was about.
    fn drop(&mut self) {
        if let (Host::Local(server), false) = (&self.host, thread::panicking()) {
            secrets::assert_not_in_log(&server.log());
        }
    }
}

/// Says so where a test runs on the local host and another one is chosen.
pub fn looks_inside() {
    if std::env::var("DIDS_BACKEND").is_ok_and(|backend| !backend.starts_with("local-")) {
        // `cargo xtask test` counts those that say so.
        println!("elsewhere: this test looks inside the local host");
    }
}

/// The component under test.
pub fn component() -> PathBuf {
    built("DIDS_GET_WASM", "dids_get.wasm")
}

/// The same for WASI 0.2.
pub fn component02() -> PathBuf {
    built("DIDS_GET_WASM02", "dids_get.p2.wasm")
}

fn built(variable: &str, name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/wasm32-wasip2/release");
    let file = std::env::var_os(variable).map_or_else(|| folder.join(name), PathBuf::from);
    let found = file.canonicalize();
    found.unwrap_or_else(|_| panic!("no component at {}: run cargo xtask test", file.display()))
}
