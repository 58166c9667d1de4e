//! A database on a database server that lasts as long as its test.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use super::{DatabaseServer, READER, Session};

/// Names of databases that are gone: a host that takes long to start can serve the next
/// one of a name.
static FREE: Mutex<Vec<String>> = Mutex::new(Vec::new());

const SCHEMA: &str = include_str!("../../../db/mysql.sql");
const GRANT: &str = include_str!("../../../db/mysql-grant.sql");

/// Grants the reader what operators are told to grant, in a database of this name. Every
/// table must exist for that; the grants stay when it is gone.
fn grant(session: &mut Session, name: &str) {
    session.run(&format!("CREATE DATABASE {name}; USE {name}; {SCHEMA}"));
    for grant in GRANT.lines().filter(|line| line.starts_with("GRANT")) {
        let grant = grant.replace("dids_get", READER.0);
        session.run(&grant.replace(" mor.", &format!(" {name}.")));
    }
    session.run(&format!("DROP DATABASE {name}"));
}

/// A database with a name that no other has.
pub struct Database {
    server: Arc<DatabaseServer>,
    name: String,
}

impl Database {
    /// Makes a database and runs scripts in it.
    pub fn create(server: &Arc<DatabaseServer>, scripts: &[&str]) -> Self {
        static NTH: AtomicU64 = AtomicU64::new(0);
        let free = FREE.lock().expect("no test failed here").pop();
        let name = free.unwrap_or_else(|| format!("site_{}", NTH.fetch_add(1, Relaxed)));
        let mut session = server.session("");
        let mut granted = server.granted.lock().expect("no test failed here");
        if granted.insert(name.clone()) {
            grant(&mut session, &name);
        }
        drop(granted);
        session.run(&format!("CREATE DATABASE {name}; USE {name}"));
        for script in scripts.iter().filter(|script| !script.is_empty()) {
            session.run(script);
        }
        Database {
            server: Arc::clone(server),
            name,
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server it is on.
    pub fn server(&self) -> &Arc<DatabaseServer> {
        &self.server
    }

    /// The value of the component's variable `database`.
    pub fn url(&self) -> String {
        self.server.url(&self.name)
    }

    /// The same, for root.
    pub fn root_url(&self) -> String {
        self.server.url_of(("root", ""), &self.name)
    }

    /// A session in it, as root.
    pub fn session(&self) -> Session {
        self.server.session(&self.name)
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let root = self.server.url_of(("root", ""), "");
        // A server that is down takes its databases along when it is removed. One
        // that is in use by a test that failed is left, and not waited for.
        if let Ok(mut session) = Session::open(&root) {
            let drop = format!(
                "SET lock_wait_timeout = 2; DROP DATABASE IF EXISTS {}",
                self.name
            );
            if session.try_run(&drop).is_ok() {
                let mut free = FREE.lock().expect("no test failed here");
                free.push(std::mem::take(&mut self.name));
            }
        }
    }
}
