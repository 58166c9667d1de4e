//! The host on the command line: `dids-host serve`, `create` and `import`.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use dids_host::{Import, Log, Playground, Server, Settings, Stop, create_database};
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
dids-host import [mysql://USER:PASSWORD@HOST:3306/DATABASE] FILE [--anonymize] [--watch SECONDS]
    Copies what the component reads of a MOR server into an SQLite file, which is
    replaced when the copy is whole. Without a URL the environment gives it:
    SPIN_VARIABLE_DATABASE, which keeps the password out of the list of processes.
    --anonymize leaves out names, comments and keys; --watch copies again and again.
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
        Some(Value(command)) if command == "import" => import(arguments),
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
            Long("listen") => settings.listen = arguments.value()?.parse()?,
            Long("sqlite") => {
                let (label, file) = pair(arguments.value()?.string()?)?;
                settings.sqlite.insert(label, file.into());
            }
            Long("variable") => {
                let (name, value) = pair(arguments.value()?.string()?)?;
                settings.variables.insert(name, value);
            }
            Long("playground") => settings.playground = playground(&arguments.value()?.string()?)?,
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

fn import(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    let mut names = Vec::new();
    let mut anonymize = false;
    let mut watch = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(name) if names.len() < 2 => names.push(name),
            Long("anonymize") => anonymize = true,
            Long("watch") => watch = Some(seconds(arguments.value()?)?),
            other => return Err(unexpected(other).into()),
        }
    }
    let file = names.pop().ok_or("say which file to make")?;
    if file.as_encoded_bytes().starts_with(b"mysql://") {
        return Err("say which file to make, after the URL".into());
    }
    let url = match names.pop() {
        Some(url) => url,
        None => env::var_os("SPIN_VARIABLE_DATABASE")
            .ok_or("say which server to copy: a mysql:// URL, or SPIN_VARIABLE_DATABASE")?,
    };
    let import = Import::new(&url.to_string_lossy(), &file, anonymize)?;
    let stop = Stop::default();
    thread::spawn({
        let stop = stop.clone();
        // Without signals to wait for, they end the program as they always do.
        move || wait_for_signal().map(|()| stop.stop())
    });
    let shown = file.display();
    let Some(pause) = watch else {
        let copied = import.run(&stop)?;
        eprintln!("{shown}: {copied}");
        return Ok(());
    };
    import.watch(pause, &stop, |copied| match copied {
        Ok(copied) => eprintln!("{shown}: {copied}"),
        Err(error) => eprintln!("{shown} is as it was: {error}"),
    })?;
    Ok(())
}

/// A pause of at least a second: less would keep the server busy for nothing.
fn seconds(text: OsString) -> Result<Duration, Failure> {
    let number = text.to_str().and_then(|text| text.parse().ok());
    let pause = number
        .filter(|seconds| *seconds > 0)
        .map(Duration::from_secs);
    pause.ok_or_else(|| "--watch takes a number of seconds, at least 1".into())
}

/// What a third name or an unknown option is answered. It may be part of a URL.
fn unexpected(argument: lexopt::Arg<'_>) -> String {
    match argument {
        Value(_) => "that is a name too many: the URL, then the file".into(),
        other => other.unexpected().to_string(),
    }
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

fn playground(accounts: &str) -> Result<Playground, Failure> {
    match accounts {
        "demo" => Ok(Playground::Demo),
        "own" => Ok(Playground::Own),
        other => Err(format!("--playground takes demo or own, and not {other}").into()),
    }
}

fn pair(text: String) -> Result<(String, String), Failure> {
    match text.split_once('=') {
        Some((left, right)) => Ok((left.to_owned(), right.to_owned())),
        None => Err(format!("\"{text}\" lacks its \"=\"").into()),
    }
}

/// Returns when the user or the system wants the program to end.
fn wait_for_signal() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        #[cfg(unix)]
        {
            use tokio::signal::unix::{SignalKind, signal};
            let mut terminate = signal(SignalKind::terminate())?;
            tokio::select! {
                interrupted = tokio::signal::ctrl_c() => interrupted,
                _ = terminate.recv() => Ok(()),
            }
        }
        #[cfg(not(unix))]
        tokio::signal::ctrl_c().await
    })
}
