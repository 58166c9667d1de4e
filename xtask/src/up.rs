//! `cargo xtask up`

use crate::process::{replace, step};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use dids_get::api::signature::sign;
use lexopt::{Arg, ValueExt};
use std::ffi::OsString;
use std::net::SocketAddr;
use std::process::Command;

pub const ABOUT: &str = "\
Builds everything and serves the component on 127.0.0.1:3000, with 5,000 demo
DIDs in .data/demo.db, a form at / and calls to try. With --database mysql://... it serves
the DIDs of that server instead. The variable SPIN_VARIABLE_DATABASE does the
same and keeps the password out of the list of processes.";

/// The embedded database, which `up` fills with the demo data.
const DEMO: &str = "sqlite:default";

/// What to try on the demo data: what it shows, `u`, that account's key, and
/// the other parameters.
#[rustfmt::skip]
const CALLS: &[(&str, &str, &str, &str)] = &[
    ("Admin: three of all the DIDs", "admin", "secret", "max_results=3"),
    ("Accountant: what is free in London", "accountant", "secret", "search_status=free&search_did_number=4420%25"),
    ("Reseller: the second hundred of its own DIDs begins with these", "baltic", "baltic-secret", "from=101&max_results=3"),
    ("User: its own DIDs that are in use", "ona", "baltic-secret", "search_status=active"),
    ("Filters together: DIDs of Petraitis without a language", "admin", "secret", "search_did_owner=petraitis&search_language="),
    ("Refused: an accountant without the right", "bookkeeper", "secret", ""),
];

/// Likewise, for the browser.
const PAGE: (&str, &str, &str) = (
    "admin",
    "secret",
    "search_status=active&max_results=25&test=1",
);

struct Options {
    database: String,
    listen: SocketAddr,
}

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let options = Options::parse(arguments, std::env::var("SPIN_VARIABLE_DATABASE").ok())?;
    let workspace = Workspace::find()?;
    let wasm = workspace.component()?;
    let host = workspace.host()?;

    let mut serve = Command::new(&host);
    serve
        .current_dir(&workspace.root)
        .arg("serve")
        .arg("--wasm")
        .arg(wasm);
    serve.arg("--listen").arg(options.listen.to_string());
    // Not as an argument: a URL may hold a password.
    serve.env("SPIN_VARIABLE_DATABASE", &options.database);
    serve.arg("--playground").arg(options.accounts());
    if options.database == DEMO {
        let mut database = OsString::from("default=");
        database.push(workspace.demo_database(&host)?);
        serve.arg("--sqlite").arg(database);
    }
    println!("\n{}", calls(&options));
    step("Serving until Ctrl-C");
    replace(&mut serve)
}

impl Options {
    fn parse(arguments: Vec<OsString>, preset: Option<String>) -> Result<Self> {
        let mut database = preset.unwrap_or_else(|| DEMO.into());
        let mut listen = SocketAddr::from(([127, 0, 0, 1], 3000));
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Arg::Long("database") => database = parser.value()?.string()?,
                Arg::Long("listen") => {
                    let text = parser.value()?;
                    let address = text.to_str().and_then(|text| text.parse().ok());
                    listen = address.context("--listen takes an address like 127.0.0.1:3000")?;
                }
                // Not repeated: it may be the URL of a database.
                Arg::Value(_) => bail!("up takes options only; a database goes behind --database"),
                other => return Err(other.unexpected().into()),
            }
        }
        if database != DEMO && !database.starts_with("mysql://") {
            bail!("the database is a mysql:// URL, or {DEMO} for the demo data");
        }
        Ok(Self { database, listen })
    }

    /// Whose accounts the form offers.
    fn accounts(&self) -> &'static str {
        if self.database == DEMO { "demo" } else { "own" }
    }
}

/// What one can type once it serves.
fn calls(options: &Options) -> String {
    let site = match options.listen.port() {
        0 => format!("http://{}:PORT", options.listen.ip()),
        _ => format!("http://{}", options.listen),
    };
    let base = format!("{site}/billing/api");
    let url = |user: &str, hash: &str, more: &str| {
        let more = if more.is_empty() {
            String::new()
        } else {
            format!("&{more}")
        };
        format!("{base}?action=dids_get&u={user}&hash={hash}{more}")
    };
    if options.database != DEMO {
        let example = url("admin", "HASH", "max_results=3");
        return format!(
            "In a browser: {site}/\n\nOr try, with the hash from `cargo xtask hash API_SECRET_KEY`:\n\n  curl -X POST '{example}'\n"
        );
    }
    let mut text = format!("In a browser: {site}/\n\nOr try, in another terminal:\n\n");
    for (what, user, key, more) in CALLS {
        text.push_str(&format!(
            "  # {what}\n  curl -X POST '{}'\n\n",
            url(user, &sign(&[], key), more)
        ));
    }
    let (user, key, more) = PAGE;
    text.push_str(&format!(
        "  # For the browser: the HTML view\n  {}\n\n",
        url(user, &sign(&[], key), more)
    ));
    text.push_str("  More accounts and their keys: db/demo.sql\n");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_has_the_accounts_and_keys_of_the_calls() {
        let script = include_str!("../../db/demo.sql");
        let page = std::iter::once((PAGE.0, PAGE.1));
        for (user, key) in CALLS
            .iter()
            .map(|(_, user, key, _)| (*user, *key))
            .chain(page)
        {
            let listed = script.lines().filter_map(|line| line.strip_prefix("--   "));
            let mut rows = listed.map(|line| line.split_whitespace().collect::<Vec<_>>());
            let row = rows.find(|row| row.first() == Some(&user)).unwrap();
            assert_eq!((row[2], row[3]), (key, sign(&[], key).as_str()), "{user}");
        }
    }

    #[test]
    fn options_have_defaults_and_are_checked() {
        let parse = |arguments: &[&str], preset: Option<&str>| {
            let arguments = arguments.iter().map(OsString::from).collect();
            Options::parse(arguments, preset.map(String::from))
                .map(|options| (options.database, options.listen.port()))
        };
        assert_eq!(parse(&[], None).unwrap(), (DEMO.into(), 3000));
        assert_eq!(
            parse(&["--listen=[::1]:80"], Some("mysql://a/b")).unwrap(),
            ("mysql://a/b".into(), 80)
        );
        assert_eq!(
            parse(&["--database", "mysql://c/d"], Some("mysql://a/b")).unwrap(),
            ("mysql://c/d".into(), 3000)
        );
        assert!(parse(&["--database", "postgres://x"], None).is_err());
        assert!(parse(&["--listen", "3000"], None).is_err());
        for mistake in [
            &["mysql://u:geheim@db/mor"][..],
            &["--database", "mysq://u:geheim@db/mor"],
            &["--listen", "mysql://u:geheim@db/mor"],
            &["-pgeheim"],
        ] {
            let error = format!("{:#}", parse(mistake, None).unwrap_err());
            assert!(!error.contains("geheim"), "{error}");
        }
    }

    #[test]
    fn calls_name_the_address_but_never_a_database_url() {
        let listen = SocketAddr::from(([127, 0, 0, 1], 4000));
        let demo = calls(&Options {
            database: DEMO.into(),
            listen,
        });
        assert!(demo.starts_with("In a browser: http://127.0.0.1:4000/\n"));
        assert!(demo.contains("'http://127.0.0.1:4000/billing/api?action=dids_get&u=admin&hash=e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4&max_results=3'"));
        let live = calls(&Options {
            database: "mysql://root:geheim@db/mor".into(),
            listen,
        });
        assert!(!live.contains("geheim"));
    }
}
