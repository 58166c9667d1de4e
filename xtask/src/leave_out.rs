//! The rules by which a run leaves tests out. There are no others: a test cannot skip
//! itself, and one that no rule names fails the run if it did not run.

use std::ffi::OsString;
use std::fmt;

/// What the tests run on.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    /// The host and the database, as `DIDS_BACKEND` names them.
    pub backend: &'a str,
    pub wasi: Wasi,
    /// Whether LibreOffice was asked for.
    pub office: bool,
}

/// Which build of the component.
#[derive(Clone, Copy, PartialEq)]
pub enum Wasi {
    P3,
    P2,
}

impl fmt::Display for Wasi {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::P3 => "WASI 0.3",
            Self::P2 => "WASI 0.2",
        })
    }
}

/// Tests that are left out: which, where, and why.
pub struct Rule {
    /// One, or all of a module: its program, `::` and its name.
    pub tests: &'static str,
    place: &'static Where,
    why: &'static str,
}

/// A name for some places, and what tells whether one is among them.
type Where = (&'static str, fn(&Place<'_>) -> bool);

const SERVERS: Where = ("MariaDB, MySQL", |it| !it.backend.ends_with("-sqlite"));
const MYSQL: Where = ("MySQL", |it| it.backend.ends_with("-mysql"));
const WASI02: Where = ("WASI 0.2", |it| it.wasi == Wasi::P2);
const THIRD_PARTIES: Where = ("third-party hosts", |it| !it.is_local());
const NO_WASMTIME: Where = ("not on wasmtime", |it| !it.backend.starts_with("wasmtime-"));
const NO_SPIN: Where = ("not on Spin", |it| !it.backend.starts_with("spin-"));
const NO_PAIR: Where = ("not on Spin or wasmtime", |it| {
    !["spin-", "wasmtime-"]
        .iter()
        .any(|host| it.backend.starts_with(host))
});
const NO_OFFICE: Where = ("without `--office`", |it| !it.office);

const INSIDE: &str = "looks inside the host, which only the local one allows";
const LONG: &str = "a server's columns hold no such text; mysql::limits has long rows";
const CLIENT: &str = "tries a client, which takes minutes, whatever answers it";
const KEPT: &str = "an instance serves one request and keeps no connection";

#[rustfmt::skip]
pub const RULES: &[Rule] = &[
    rule("contract::artefact::", &THIRD_PARTIES, INSIDE),
    rule("contract::broken::", &THIRD_PARTIES, INSIDE),
    rule("contract::budget::", &THIRD_PARTIES, INSIDE),
    rule("contract::damage::", &THIRD_PARTIES, INSIDE),
    rule("contract::faults::", &THIRD_PARTIES, INSIDE),
    rule("contract::hostile::", &THIRD_PARTIES, INSIDE),
    rule("contract::logs::", &THIRD_PARTIES, INSIDE),
    rule("contract::tenants::", &THIRD_PARTIES, INSIDE),
    rule("contract::trigram::", &THIRD_PARTIES, INSIDE),
    rule("contract::damage::a_text_of_twenty_million_letters", &SERVERS, LONG),
    rule("contract::damage::d11_a_damaged_file_is_never_a_clean_wrong_answer", &SERVERS, "a server has no file of its own to damage"),
    rule("contract::damage::d11_a_guest_that_traps_is_never_a_clean_answer", &SERVERS, LONG),
    rule("contract::damage::rows_that_are_too_much_for_the_host_together", &SERVERS, LONG),
    rule("contract::faults::a_database_that_went_away_and_came_back", &SERVERS, "renames the file; a server goes away in mysql::crashes"),
    rule("contract::faults::a_file_that_is_no_database_or_has_no_tables", &SERVERS, "a server has no file; tables are missing in mysql::grants"),
    rule("contract::faults::a_locked_database_is_503_and_free_again_is_served", &SERVERS, "a reader waits for a server's locks as long as it takes, see mysql::slow"),
    rule("contract::faults::the_component_never_writes", &SERVERS, "a server's user may not write, which mysql::grants tries"),
    rule("contract::odd::a_key_that_is_not_utf8_signs_as_it_is", &SERVERS, "a server's texts are always well-formed"),
    rule("contract::replaced::", &SERVERS, "a server has no file that is replaced"),
    rule("contract::since::d34_times_as_sqlite_holds_them", &SERVERS, "a server's column has one form of a time"),
    rule("contract::walk::d32_numbers_that_are_bytes", &SERVERS, "columns of a server hold texts only"),
    rule("contract::compare::", &SERVERS, CLIENT),
    rule("contract::compare::", &WASI02, CLIENT),
    rule("contract::compare::", &THIRD_PARTIES, CLIENT),
    rule("mysql::defaults::a_user_of_ed25519_is_let_in", &MYSQL, "MySQL has no such login"),
    rule("contract::budget::kept_connections_are_not_opened_for_every_request", &WASI02, KEPT),
    rule("contract::budget::who_comes_again_is_one_question", &WASI02, KEPT),
    rule("contract::faults::a_kept_connection_that_broke_is_opened_anew", &WASI02, KEPT),
    rule("contract::together::one_instance_and_connection_serve_many_requests", &WASI02, KEPT),
    rule("contract::read_back::d31_libreoffice_opens_the_csv", &NO_OFFICE, "LibreOffice takes 276 MB: the nightly workflow has it"),
    rule("hosts::registry::", &NO_SPIN, "Spin pulls it"),
    rule("hosts::two::", &NO_PAIR, "another host is started beside it, and killed"),
    rule("hosts::container::", &NO_WASMTIME, "the image is of wasmtime"),
];

const fn rule(tests: &'static str, place: &'static Where, why: &'static str) -> Rule {
    Rule { tests, place, why }
}

impl Place<'_> {
    /// The rules that hold here.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        RULES.iter().filter(|rule| rule.place.1(self))
    }

    fn is_local(&self) -> bool {
        self.backend.starts_with("local-")
    }

    /// What runs one test alone, here too.
    pub fn command(&self, test: &str) -> String {
        let office = if self.office { " --office" } else { "" };
        match self.is_local() {
            true => format!("cargo xtask test{office} {test}"),
            false => format!("cargo xtask test --hosts={}{office} {test}", self.backend),
        }
    }
}

impl Rule {
    /// What tells this program to leave them out, if they are its own.
    pub fn skip(&self, program: &str) -> Option<OsString> {
        let name = self.tests.strip_prefix(program)?.strip_prefix("::")?;
        Some(format!("--skip={name}").into())
    }

    /// Whether it leaves out this test, whose program stands before its name.
    pub fn names(&self, test: &str) -> bool {
        test == self.tests || (self.tests.ends_with("::") && test.starts_with(self.tests))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.tests, self.place.0, self.why)
    }
}
