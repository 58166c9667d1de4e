//! The host on the command line: `dids-host serve` and `create`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;

use dids_host::{Log, Playground, Server, Settings, create_database, wait_for_signal};
use lexopt::prelude::*;

const USAGE: &str = "\
dids-host serve --wasm FILE [--listen ADDRESS] [--sqlite LABEL=FILE]... [--variable NAME=VALUE]...
                [--playground demo|own]
    Serves a component over HTTP, by default on 127.0.0.1:3000, until Ctrl-C.
    The environment gives variables too: SPIN_VARIABLE_<NAME>. --variable wins.
    --playground puts a form for trying the method out at /: with the accounts of
    the demo data, or for accounts of your own.
dids-host create FILE SCRIPT.sql...
    Creates or replaces an SQLite file by running SQL scripts.
";

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dids-host: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Failure> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(Value(command)) if command == "serve" => serve(arguments),
        Some(Value(command)) if command == "create" => create(arguments),
        Some(Short('h') | Long("help")) => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(format!("say what to do:\n{USAGE}").into()),
    }
}

fn serve(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    let mut wasm = None;
    let mut settings = Settings::new("");
    settings.listen.set_port(3000);
    settings.log = Log::Stderr;
    settings.variables = env::vars_os().filter_map(variable).collect();
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("wasm") => wasm = Some(arguments.value()?),
            Long("listen") => settings.listen = address(arguments.value()?)?,
            Long("sqlite") => {
                let (label, file) = pair(arguments.value()?.string()?)?;
                settings.sqlite.insert(label, file.into());
            }
            Long("variable") => {
                let (name, value) = pair(arguments.value()?.string()?)?;
                settings.variables.insert(name, value);
            }
            Long("playground") => settings.playground = playground(&arguments.value()?.string()?)?,
            Value(_) => return Err("serve takes options only: dids-host --help".into()),
            other => return Err(other.unexpected().into()),
        }
    }
    settings.wasm = wasm
        .ok_or("say which component to serve: --wasm FILE")?
        .into();
    let server = Server::start(settings)?;
    wait_for_signal()?;
    server.stop();
    Ok(())
}

fn create(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    let Some(Value(file)) = arguments.next()? else {
        return Err("say which file to create".into());
    };
    let mut scripts = Vec::new();
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(script) => scripts.push(read(script)?),
            other => return Err(other.unexpected().into()),
        }
    }
    let scripts: Vec<&str> = scripts.iter().map(String::as_str).collect();
    Ok(create_database(Path::new(&file), &scripts)?)
}

fn read(script: OsString) -> Result<String, Failure> {
    let shown = script.to_string_lossy().into_owned();
    fs::read_to_string(script).map_err(|error| format!("{shown}: {error}").into())
}

/// A variable of the application, if this one of the environment is meant so.
fn variable((name, value): (OsString, OsString)) -> Option<(String, String)> {
    let name = name.into_string().ok()?;
    let name = name.strip_prefix("SPIN_VARIABLE_")?.to_ascii_lowercase();
    Some((name, value.into_string().ok()?))
}

fn address(text: OsString) -> Result<SocketAddr, Failure> {
    let address = text.to_str().and_then(|text| text.parse().ok());
    address.ok_or_else(|| "--listen takes an address like 127.0.0.1:3000".into())
}

fn playground(accounts: &str) -> Result<Playground, Failure> {
    match accounts {
        "demo" => Ok(Playground::Demo),
        "own" => Ok(Playground::Own),
        _ => Err("--playground takes demo or own".into()),
    }
}

/// A name and what belongs to it. What lacks its `=` is not repeated: it may be the
/// URL of a database.
fn pair(text: String) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((left, right)) => Ok((left.to_owned(), right.to_owned())),
        None => Err("--sqlite takes LABEL=FILE, --variable takes NAME=VALUE".into()),
    }
}
