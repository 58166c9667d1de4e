//! The client examples in `clients/`, run as an integrator would run them.

use std::net::SocketAddr;
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread;
use std::time::{Duration, Instant};

use dids_host::Action;
use dids_tests::harness::Site;
use dids_tests::model::tables::{Did, User};
use dids_tests::model::{self, Tables};

use crate::asking::*;
use crate::faults::fail;
use crate::town::*;
use dids_tests::manifest::{in_repository, read};

const CLIENTS: [(&str, &str); 4] = [
    ("bash", "dids.sh"),
    ("python3", "dids.py"),
    ("php", "dids.php"),
    ("node", "dids.mjs"),
];

/// Those that read a whole answer into objects. Their arguments are filters.
const CONVERTERS: [(&str, &str); 2] = [("node", "rows.mjs"), ("php", "rows.php")];

const NEEDED: &str = "`cargo xtask test` installs what the clients need. By hand: \
    apt-get install curl xmlstarlet python3 php-cli php-curl php-xml nodejs npm, then npm install in clients/";

/// Runs a client. `how` is its argument.
fn run(client: (&str, &str), address: SocketAddr, user: &str, key: &str, how: &str) -> Output {
    let (program, file) = client;
    let mut command = Command::new(program);
    command.arg(in_repository("clients").join(file)).arg(how);
    command.env("DIDS_URL", format!("http://{address}/billing/api"));
    command.env("DIDS_USER", user).env("DIDS_KEY", key);
    command.env("NO_PROXY", "*").stdin(Stdio::null());
    let output = command.output();
    output.unwrap_or_else(|error| panic!("{program}: {error}. {NEEDED}"))
}

/// What a client printed that had to succeed.
fn printed(output: &Output, about: (&str, &str)) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{about:?}: {errors}. {NEEDED}");
    assert_eq!(errors, "", "{about:?}");
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

/// Some pages of DIDs, whose numbers and owners have all that needs care in XML.
fn suburb() -> Tables {
    let mut tables = town();
    let names = [
        "<b>Zoë</b> & \"Söhne\"",
        "Łukasz ☎ 😀",
        "O'Brien ]]>",
        "&amp;",
        "$(id) `id` %s\\n",
        "",
    ];
    for (id, name) in (20..).zip(names) {
        let anna = user(&mut tables, "anna").clone();
        let username = text(&format!("user{id}"));
        tables.users.push(User {
            id,
            username,
            first_name: text(name),
            ..anna
        });
    }
    let sample = tables.dids.clone();
    tables.dids = (1..=2_000)
        .map(|id| Did {
            id,
            did: text(&format!("37{:08}<&>é", (id * 7_919) % 100_000)),
            user_id: Some(id % 30),
            ..sample[(id % 7) as usize].clone()
        })
        .collect();
    tables
}

/// What a client shall print of a user's DIDs: what another parser finds in the
/// model's answer.
fn lines(tables: &Tables, user: &str) -> String {
    lines_of(tables, user, "")
}

/// The same of those that a filter finds.
fn lines_of(tables: &Tables, user: &str, filter: &str) -> String {
    let answer = model::answer(tables, &ask("POST", &signed(user, filter)));
    let answer = String::from_utf8(answer.body.unwrap()).unwrap();
    let page = roxmltree::Document::parse(&answer).unwrap();
    let dids = page.descendants().filter(|it| it.has_tag_name("did"));
    let line = |did: roxmltree::Node| {
        let element = |name| {
            let found = did.children().find(|it| it.has_tag_name(name));
            found
                .and_then(|it| it.text())
                .unwrap_or_default()
                .to_owned()
        };
        format!(
            "{}\t{}\t{}\n",
            element("did_number"),
            element("status"),
            element("owner")
        )
    };
    dids.filter(|did| did.children().any(|it| it.is_element()))
        .map(line)
        .collect()
}

#[test]
fn every_client_lists_what_the_model_does() {
    let tables = suburb();
    let site = Site::open(&tables);
    // Two full pages and none after it; part of one.
    for (caller, count) in [("admin", 2_000), ("ben", 67), ("shop", 572)] {
        let right = lines(&tables, caller);
        assert_eq!(right.lines().count(), count, "{caller}");
        for client in CLIENTS {
            for how in ["pages", "stream"] {
                let output = run(client, site.address(), caller, key_of(caller), how);
                let printed = printed(&output, client);
                assert!(
                    printed == right,
                    "{client:?} {how} {caller}: {printed:.500}"
                );
            }
        }
    }
}

/// Converters of XML to objects make an object of one row and a list of two.
#[test]
fn one_row_and_many_are_read_alike() {
    let tables = suburb();
    let site = Site::open(&tables);
    for (filter, count) in [
        ("from=1", 2_000),
        ("max_results=2", 2),
        ("max_results=1", 1),
        ("search_status=none", 0),
    ] {
        let right = lines_of(&tables, "admin", filter);
        assert_eq!(right.lines().count(), count, "{filter}");
        for client in CONVERTERS {
            let output = run(client, site.address(), "admin", "secret", filter);
            assert!(printed(&output, client) == right, "{client:?} {filter}");
        }
    }
    for client in CONVERTERS {
        let output = run(client, site.address(), "admin", "wrong", "from=1");
        assert!(!output.status.success() && output.stdout.is_empty());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert_eq!(errors, "error: Incorrect hash\n", "{client:?}");
    }
}

/// Text in quotes, the first and the last of a line.
fn quoted(line: &str) -> (&str, &str) {
    let texts: Vec<_> = line.split('"').skip(1).step_by(2).collect();
    (texts[0], texts[texts.len() - 1])
}

#[test]
fn the_formulas_for_spreadsheets_find_the_numbers() {
    let tables = suburb();
    let site = Site::open(&tables);
    let readme = read(&in_repository("clients/README.md"));
    let formulas: Vec<_> = readme
        .lines()
        .filter(|line| line.starts_with('='))
        .collect();
    assert_eq!(formulas.len(), 2);
    for formula in formulas {
        let (url, path) = quoted(formula);
        let (_, target) = url.split_once("mor.example.com").expect("a URL");
        let target = target
            .replace("USER", "admin")
            .replace("HASH", &sha1("secret"));
        let reply = site.send(&at("GET", &target));
        // A cell of Excel takes no more from WEBSERVICE.
        assert!(reply.text().chars().count() <= 32_767);
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("answer.xml");
        std::fs::write(&file, &reply.body).expect("a file");
        let mut xpath = Command::new("xmlstarlet");
        xpath.args(["sel", "--text", "--template", "--match", path]);
        let output = xpath.args(["--value-of", ".", "--nl"]).arg(&file).output();
        let found = String::from_utf8(output.expect(NEEDED).stdout).expect("text");
        let numbers = lines_of(&tables, "admin", "max_results=25");
        let numbers = numbers.lines().map(|line| line.split('\t').next().unwrap());
        assert!(found.lines().eq(numbers), "{formula}: {found}");
    }
}

#[test]
fn every_client_says_what_the_api_refused() {
    let site = Site::open(&town());
    for client in CLIENTS {
        for how in ["pages", "stream"] {
            for (caller, key, error) in [
                ("admin", "wrong", "Incorrect hash"),
                ("no & body", "secret", "Access Denied"),
                // With a status of its own, 400.
                (
                    &"x".repeat(1_025),
                    "secret",
                    "A parameter value is longer than 1024 bytes",
                ),
            ] {
                let output = run(client, site.address(), caller, key, how);
                assert!(!output.status.success(), "{client:?}");
                let errors = String::from_utf8_lossy(&output.stderr);
                assert!(
                    errors.ends_with(&format!("error: {error}\n")),
                    "{client:?}: {errors}"
                );
                assert!(output.stdout.is_empty(), "{client:?}");
            }
        }
    }
}

#[test]
fn an_empty_list_is_no_error_to_a_client() {
    let mut tables = town();
    tables.dids.retain(|did| did.id != ANNA);
    let site = Site::open(&tables);
    for client in CLIENTS {
        for how in ["pages", "stream"] {
            let output = run(client, site.address(), "anna", "secret", how);
            assert_eq!(printed(&output, client), "");
        }
    }
}

#[test]
fn every_client_waits_as_long_as_a_503_says() {
    thread::scope(|scope| {
        for client in CLIENTS {
            scope.spawn(move || waits(client));
        }
    });
}

fn waits(client: (&str, &str)) {
    let tables = town();
    let site = Site::inside(&tables);
    let log = || site.server().log();
    let refused = || log().matches("outcome=unavailable").count();
    site.server().faults().set(|_| fail());
    let began = Instant::now();
    let output = thread::scope(|scope| {
        let address = site.address();
        let running = scope.spawn(move || run(client, address, "admin", "secret", "stream"));
        while refused() == 0 && !running.is_finished() {
            thread::sleep(Duration::from_millis(20));
        }
        site.server().faults().clear();
        running.join().unwrap()
    });
    assert!(began.elapsed() >= Duration::from_secs(5), "{client:?}");
    assert_eq!(printed_with_notes(&output, client), lines(&tables, "admin"));
    assert_eq!(refused(), 1, "{client:?} asked once in vain: {}", log());
}

/// curl tells of each retry.
fn printed_with_notes(output: &Output, about: (&str, &str)) -> String {
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{about:?}: {errors}. {NEEDED}");
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

#[test]
fn d11_no_client_takes_an_aborted_list_for_whole() {
    let tables = suburb();
    let site = Site::inside(&tables);
    let right = lines(&tables, "admin");
    for client in CLIENTS {
        // The list takes several pages; from the second on they fail.
        let pages = AtomicU64::new(0);
        site.server().faults().set(move |call| {
            let is_page = call.statement.contains("d.did, d.id");
            if is_page && pages.fetch_add(1, Relaxed) > 0 {
                fail()
            } else {
                Action::Pass
            }
        });
        let output = run(client, site.address(), "admin", "secret", "stream");
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{client:?}");
        assert!(errors.contains("error: "), "{client:?}: {errors}");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(
            printed.len() < right.len() && right.starts_with(&*printed),
            "{client:?}"
        );
    }
    let log = site.server().log();
    assert_eq!(log.matches("aborted").count(), CLIENTS.len(), "{log}");
}

#[test]
fn every_client_names_the_variables_it_lacks() {
    let others = [("python3", "sync.py"), ("python3", "compare.py")];
    for client in CLIENTS.into_iter().chain(CONVERTERS).chain(others) {
        let mut command = Command::new(client.0);
        command
            .arg(in_repository("clients").join(client.1))
            .arg("x=1");
        for name in ["DIDS_MOR_URL", "DIDS_URL", "DIDS_KEY"] {
            command.env_remove(name);
        }
        let output = command.env("DIDS_USER", "admin").output().expect(NEEDED);
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(
            !output.status.success() && output.stdout.is_empty(),
            "{client:?}"
        );
        assert!(
            errors.starts_with("error: not set: ") && errors.ends_with("DIDS_URL, DIDS_KEY\n"),
            "{client:?}: {errors}"
        );
    }
}
