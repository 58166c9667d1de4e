//! MariaDB and MySQL: where their programs are, and how each is set up.
//!
//! MariaDB is the one that Debian installs, or that `DIDS_MARIADB` names. MySQL is unpacked by
//! `cargo xtask test`, and not installed; `DIDS_MYSQL` names another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Which database server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// MariaDB, which most MOR databases are on.
    Mariadb,
    /// MySQL.
    Mysql,
}

/// Options that make either fast and keep it to itself. Nothing survives a crash of
/// the machine, and nothing needs to.
const BOTH: [&str; 10] = [
    "--bind-address=127.0.0.1",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",
    "--innodb-buffer-pool-size=64M",
    "--innodb-doublewrite=0",
    "--innodb-file-per-table=0",
    // A server that is killed keeps what was committed.
    "--innodb-flush-log-at-trx-commit=2",
    "--performance-schema=0",
    "--skip-log-bin",
    "--skip-name-resolve",
];
const MARIADB: [&str; 3] = [
    "--debug-no-sync",
    "--innodb-log-file-size=16M",
    "--sync-frm=0",
];
const MYSQL: [&str; 3] = [
    "--innodb-redo-log-capacity=32M",
    "--mysqlx=OFF",
    "--secure-file-priv=NULL",
];
/// Lets root in by TCP: names are not resolved, so its own `localhost` is nowhere.
const ROOT: &str = "CREATE USER root@'127.0.0.1'; \
    GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n";

impl Kind {
    /// The one that `DIDS_BACKEND` names, and MariaDB where it names none.
    pub fn chosen() -> Self {
        match std::env::var("DIDS_BACKEND") {
            Ok(backend) if backend.ends_with("-mysql") => Kind::Mysql,
            _ => Kind::Mariadb,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Mariadb => "MariaDB",
            Kind::Mysql => "MySQL",
        }
    }

    /// Makes the server's own tables.
    pub(super) fn install(self, folder: &Path) {
        let script = folder.join("install.sql");
        let mut command = self.server();
        match self {
            Kind::Mariadb => {
                fs::write(&script, tables()).expect("a script");
                fs::create_dir_all(folder.join("data")).expect("a folder");
                command.arg("--bootstrap");
                command.stdin(fs::File::open(&script).expect("the script"));
            }
            Kind::Mysql => {
                fs::write(&script, ROOT).expect("a script");
                command.arg("--initialize-insecure");
                command.arg(format!("--init-file={}", script.display()));
            }
        }
        let output = command.args(self.settings(folder)).output();
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", self.name()));
        let log = [output.stdout, output.stderr].concat();
        let log = String::from_utf8_lossy(&log);
        assert!(output.status.success(), "{}: {log}", self.name());
    }

    /// The server's program, which its options are to follow.
    pub(super) fn server(self) -> Command {
        let program = match self {
            Kind::Mariadb => mariadbd(),
            Kind::Mysql => mysqld(),
        };
        assert!(
            program.is_file(),
            "there is no {}: `cargo xtask test` fetches it",
            program.display()
        );
        let mut command = Command::new(program);
        command.arg("--no-defaults");
        command
    }

    /// The options of every server of this kind, and of what makes its tables.
    pub(super) fn settings(self, folder: &Path) -> Vec<String> {
        let mut options = Vec::new();
        #[cfg(unix)]
        if fs::metadata(folder).is_ok_and(|it| std::os::unix::fs::MetadataExt::uid(&it) == 0) {
            options.push("--user=root".into());
        }
        options.push(in_folder("datadir", folder, "data"));
        options.push(in_folder("pid-file", folder, "pid"));
        // A server that starts removes what another one has in a folder they share.
        options.push(in_folder("tmpdir", folder, "tmp"));
        let own: &[&str] = match self {
            Kind::Mariadb => &MARIADB,
            Kind::Mysql => &MYSQL,
        };
        options.extend(BOTH.iter().chain(own).map(|option| (*option).to_owned()));
        options
    }
}

pub(super) fn in_folder(option: &str, folder: &Path, name: &str) -> String {
    format!("--{option}={}", folder.join(name).display())
}

/// The program that `cargo xtask test` unpacks.
fn mysqld() -> PathBuf {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/servers/mysql/mysqld");
    std::env::var_os("DIDS_MYSQL").map_or(program, PathBuf::from)
}

/// Debian's, whose folder has the scripts, or the one that is named.
fn mariadbd() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|place| place.join("mariadbd"));
    let installed = places.find_map(|file| file.canonicalize().ok());
    let named = std::env::var_os("DIDS_MARIADB").map(PathBuf::from);
    named.or(installed).unwrap_or_else(|| "mariadbd".into())
}

/// What makes MariaDB's own tables: its scripts, as `mariadb-install-db` runs them, without the
/// texts of its help.
fn tables() -> String {
    let program = mariadbd();
    let here = program.parent().expect("a folder");
    let mut places = [
        "usr/share/mariadb",
        "usr/share/mysql",
        "../share/mariadb",
        "../share/mysql",
    ]
    .into_iter();
    let place = places.find_map(|place| here.join(place).read_dir().ok());
    let files = place.expect("scripts beside the server").flatten();
    let files: Vec<PathBuf> = files.map(|file| file.path()).collect();
    let named = |end: &str| {
        files
            .iter()
            .find(|file| file.to_string_lossy().ends_with(end))
    };
    let mut script =
        "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n".to_owned();
    for end in [
        "_system_tables.sql",
        "_system_tables_data.sql",
        "_gis_sp_bootstrap.sql",
    ] {
        let file = named(end).unwrap_or_else(|| panic!("no {end}"));
        script += &fs::read_to_string(file).expect("a script");
    }
    script
}
