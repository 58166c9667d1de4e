//! `cargo xtask attack`

use crate::no_arguments;
use crate::process::{ask, run as start, step};
use crate::setup::{Workspace, apt};
use anyhow::{Context, Result, bail, ensure};
use dids_get::api::signature::sign;
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::thread::JoinHandle;
use std::{fs, thread};

pub const ABOUT: &str = "\
Attacks the local host, which serves the demo data, with the programs of others:
schemathesis with what docs/openapi.yaml promises, and sqlmap with every parameter but
the cursor, which no filter's paging may have beside it.
Both must find nothing, and no request may make the database fail. They are
installed in the target folder, and take some minutes.";

/// From PyPI.
const PROGRAMS: [&str; 3] = [
    "openapi-spec-validator==0.9.0",
    "schemathesis==4.32.5",
    "sqlmap==1.10.10",
];

/// Every parameter but the cursor, with values that find one DID, so that a condition
/// that is smuggled in would show.
#[rustfmt::skip]
const PARAMETERS: [(&str, &str); 18] = [
    ("u", "admin"), ("p", "x"), ("test", "0"), ("search_did_number", "1212555"),
    ("search_status", "reserved"), ("search_did_owner", "petras"), ("search_dialplan", "0"),
    ("search_user", "122"), ("search_device", "0"), ("search_provider", "6"),
    ("search_language", "en"), ("search_hide_terminated_dids", "1"), ("from", "1"),
    ("max_results", "5"), ("action", "dids_get"), ("search_did_exact", "12125550100"),
    ("search_did_id", "2401"), ("search_updated_since", "2026-03-13T04:00:55Z"),
];

/// Its key in the demo data.
const KEY: &str = "secret";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    let component = workspace.component()?;
    let host = workspace.host()?;
    let database = workspace.demo_database(&host)?;
    let tools = Tools::install(&workspace)?;
    let document = workspace.root.join("docs/openapi.yaml");
    let hash = sign(&[], KEY);

    step("The document by the rules of OpenAPI 3.1");
    start(tools.command("openapi-spec-validator").arg(&document))?;

    let site = Site::start(&host, &component, &database)?;
    let hooks = workspace.root.join("tests/attack/hooks.py");
    let hooks = format!("hooks = {:?}\n", hooks.display().to_string());
    for (caller, setting) in [("the admin", signed(&hash)), ("anyone", String::new())] {
        step(&format!("What the document promises, as {caller}"));
        let configuration = tools.folder.join("schemathesis.toml");
        fs::write(&configuration, hooks.clone() + &setting)?;
        let mut schemathesis = tools.command("schemathesis");
        schemathesis.arg("--config-file").arg(configuration);
        schemathesis.arg("run").arg(&document);
        schemathesis.args(["--url", &site.url, "--max-examples=100"]);
        // What the API cannot use it ignores, or answers with status 200, since
        // known clients read nothing else.
        schemathesis.args([
            "--exclude-checks",
            // The hooks have another in place of the second.
            "negative_data_rejection,positive_data_acceptance",
        ]);
        start(&mut schemathesis)?;
    }
    for form in [Form::Query, Form::Body, Form::Json] {
        step(&format!("SQL in every parameter, in {}", form.name()));
        tools.inject(&site.url, form, &hash)?;
    }

    let outcomes = site.stop()?;
    println!("\nWhat the component logged:");
    for (outcome, count) in &outcomes {
        println!("{count:>8}  {outcome}");
    }
    // A failure follows the code, and a line that is no answer's is more than a word.
    let is_bad = |outcome: &String| outcome.contains(' ');
    if let Some(bad) = outcomes.keys().find(|outcome| is_bad(outcome)) {
        bail!("a request that must not have happened: {bad}");
    }
    println!(
        "\nNothing was found by {} requests.",
        outcomes.values().sum::<u64>()
    );
    Ok(())
}

/// The setting of schemathesis that signs its requests.
fn signed(hash: &str) -> String {
    format!("[parameters]\n\"query.u\" = \"admin\"\n\"query.hash\" = \"{hash}\"\n")
}

/// Where the parameters stand.
#[derive(Clone, Copy)]
enum Form {
    Query,
    Body,
    Json,
}

impl Form {
    fn name(self) -> &'static str {
        match self {
            Self::Query => "the query",
            Self::Body => "a form body",
            Self::Json => "a JSON body",
        }
    }

    /// sqlmap's arguments for a request of this form.
    fn arguments(self, url: &str, hash: &str) -> Vec<String> {
        let all = PARAMETERS.iter().copied().chain([("hash", hash)]);
        let url = format!("--url={url}/api/dids_get");
        let pairs = all.clone().map(|(name, value)| format!("{name}={value}"));
        let pairs = pairs.collect::<Vec<_>>().join("&");
        match self {
            Self::Query => vec![format!("{url}?{pairs}"), "--method=POST".into()],
            Self::Body => vec![url, format!("--data={pairs}")],
            Self::Json => {
                let members = all.map(|(name, value)| format!("\"{name}\": \"{value}\""));
                let members = members.collect::<Vec<_>>().join(", ");
                let kind = "--headers=Content-Type: application/json".into();
                vec![url, format!("--data={{{members}}}"), kind]
            }
        }
    }
}

/// The attacking programs.
struct Tools {
    folder: PathBuf,
}

impl Tools {
    fn install(workspace: &Workspace) -> Result<Self> {
        let folder = workspace.target.join("attack");
        let tools = Self { folder };
        fs::create_dir_all(&tools.folder)?;
        let venv = || {
            let mut python = Command::new("python3");
            python.args(["-m", "venv"]).arg(&tools.folder);
            python
        };
        if ask(&mut venv()).is_none() {
            apt(&["python3", "python3-venv"]).context("install Python with its module venv")?;
            start(&mut venv())?;
        }
        step(&format!("Installing {}", PROGRAMS.join(", ")));
        let mut pip = tools.command("pip");
        start(
            pip.args(["install", "--quiet", "--disable-pip-version-check"])
                .args(PROGRAMS),
        )?;
        Ok(tools)
    }

    /// One of them, in its folder, where it leaves what it notes.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join("bin").join(program));
        command.current_dir(&self.folder);
        command
    }

    /// Lets sqlmap try every parameter. It succeeds whatever it finds, so its words
    /// are looked at.
    fn inject(&self, url: &str, form: Form, hash: &str) -> Result<()> {
        let mut sqlmap = self.command("sqlmap");
        sqlmap.args(form.arguments(url, hash));
        sqlmap.args([
            "--batch",
            "--flush-session",
            "--dbms=SQLite",
            "--level=3",
            "--risk=3",
        ]);
        sqlmap.args(["--threads=4", "--ignore-code=400", "--disable-coloring"]);
        let report = ask(sqlmap.arg("--output-dir=sqlmap")).context("sqlmap failed")?;
        let tried = |line: &&str| line.contains("does not seem to be injectable");
        let tried: Vec<_> = report.lines().filter(tried).collect();
        println!("{}", tried.join("\n"));
        for (name, _) in PARAMETERS.iter().chain(&[("hash", "")]) {
            // In JSON it says 'JSON u', elsewhere 'u'.
            let named = |line: &&&str| {
                let words = line.split(['\'', ' ']);
                words.into_iter().any(|word| word == *name)
            };
            if !tried.iter().any(|line| named(&line)) {
                bail!("sqlmap did not clear {name}:\n{report}");
            }
        }
        let cleared = report.contains("all tested parameters do not appear to be injectable");
        ensure!(cleared, "sqlmap found something:\n{report}");
        Ok(())
    }
}

/// The local host with the demo data.
struct Site {
    process: Child,
    url: String,
    log: Option<JoinHandle<BTreeMap<String, u64>>>,
}

impl Site {
    fn start(host: &Path, component: &Path, database: &Path) -> Result<Self> {
        let mut file = OsString::from("default=");
        file.push(database);
        let mut process = Command::new(host)
            .args(["serve", "--listen=127.0.0.1:0", "--wasm"])
            .arg(component)
            .arg("--sqlite")
            .arg(file)
            .env("SPIN_VARIABLE_DATABASE", "sqlite:default")
            .stderr(Stdio::piped())
            .spawn()?;
        let log = process.stderr.take().context("the host has no log")?;
        let mut log = BufReader::new(log);
        let mut line = String::new();
        log.read_line(&mut line)?;
        let words = line.strip_prefix("serving ").unwrap_or_default();
        let url = words.split(' ').next().unwrap_or_default().to_owned();
        ensure!(
            url.starts_with("http://"),
            "the host does not serve: {line}"
        );
        let log = Some(thread::spawn(move || outcomes(log)));
        Ok(Self { process, url, log })
    }

    /// Ends it and gives how often it logged which outcome.
    fn stop(mut self) -> Result<BTreeMap<String, u64>> {
        self.process.kill()?;
        let log = self.log.take().context("stopped already")?;
        log.join().ok().context("the log could not be read")
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn outcomes(log: BufReader<ChildStderr>) -> BTreeMap<String, u64> {
    let mut outcomes = BTreeMap::new();
    for line in log.lines().map_while(Result::ok) {
        let outcome = match line.split_once(" outcome=") {
            Some((_, outcome)) => outcome.to_owned(),
            None => line,
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    outcomes
}
