//! `dids-import`: the program. What it does is in the library.
//!
//! The figures of docs/import.md are of tables made like this, after `db/mysql.sql`:
//!
//! ```sql
//! INSERT INTO dids (id, did, status, user_id, device_id, reseller_id, dialplan_id,
//!     provider_id, closed_till, language, comment, call_limit, tonezone, updated_at)
//! SELECT seq, CONCAT('3706', LPAD(seq, 7, '0')), ELT(1 + seq % 3, 'active', 'free', 'closed'),
//!     IF(seq % 3 = 0, 1000 + seq % 20000, 0), IF(seq % 3 = 0, seq % 60000, 0),
//!     IF(seq % 2, 2, 0), seq % 50, 1 + seq % 20, '2026-07-15 12:00:00', 'lt',
//!     CONCAT('Ported in, folder ', seq % 900), seq % 5, 'lt', '2026-07-15 12:00:00'
//! FROM seq_1_to_1000000;
//! ```

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use dids_import::{Import, Stop, wait_for_signal};
use lexopt::prelude::*;

const USAGE: &str = "\
dids-import [mysql://USER:PASSWORD@HOST:3306/DATABASE] FILE [--anonymize] [--watch SECONDS]
    Copies what the component reads of a MOR server into an SQLite file, which is
    replaced when the copy is whole. Without a URL the environment gives it:
    SPIN_VARIABLE_DATABASE, which keeps the password out of the list of processes.
    --anonymize leaves out names, comments and keys; --watch copies again and again.
";

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run(lexopt::Parser::from_env()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dids-import: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(mut arguments: lexopt::Parser) -> Result<(), Failure> {
    let mut names = Vec::new();
    let mut anonymize = false;
    let mut watch = None;
    while let Some(argument) = arguments.next()? {
        match argument {
            Value(name) if names.len() < 2 => names.push(name),
            Long("anonymize") => anonymize = true,
            Short('h') | Long("help") => {
                print!("{USAGE}");
                return Ok(());
            }
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
