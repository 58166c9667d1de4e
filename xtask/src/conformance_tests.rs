//! The document against the sources, and the tables that runs are written as.

use super::*;
use crate::results::Results;
use std::path::PathBuf;

/// The decisions that the contract numbers.
const DECISIONS: u32 = 36;
/// What to do about a test that is not named.
const HINT: &str = "Name it in docs/conformance.md, in the row of the rule that it proves (of \
    its number, if it carries one) or, if it proves none, in the table \"Further tests\".";

/// A row of the document: a rule, and the tests that prove it. A name that ends in
/// `::` stands for all tests of that module.
struct Rule {
    text: String,
    tests: Vec<String>,
}

impl Rule {
    fn names(&self, test: &str) -> bool {
        let mut tests = self.tests.iter();
        tests.any(|name| name == test || (name.ends_with("::") && test.starts_with(name)))
    }

    fn carries(&self, number: u32) -> bool {
        self.text.contains(&format!("**D{number}**"))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn document() -> String {
    fs::read_to_string(root().join(DOCUMENT)).unwrap()
}

fn rules() -> Vec<Rule> {
    let document = document();
    let (rules, _) = document.split_once(RECORDED).unwrap();
    let rows = rules.lines().filter(|line| line.starts_with("| "));
    let rows = rows.filter(|line| !line.ends_with("| tests |"));
    rows.map(|row| {
        let (text, tests) = row.trim_end_matches(" |").rsplit_once(" | ").unwrap();
        let tests = tests.split('`').skip(1).step_by(2).map(str::to_owned);
        Rule {
            text: text.to_owned(),
            tests: tests.collect(),
        }
    })
    .collect()
}

/// All tests that the document may name: those of the contract suite by module and
/// name, those of other programs with the program before it.
fn all_tests() -> BTreeSet<String> {
    let mut tests = contract_tests(&root()).unwrap();
    add_tests(&root().join("src"), "dids_get::", &mut tests).unwrap();
    for entry in fs::read_dir(root().join("tests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if !["contract", "src"].contains(&name) {
            add_tests(&path, &format!("{name}::"), &mut tests).unwrap();
        }
    }
    tests
}

/// The numbers that a test's name begins with: 5 and 7 for `timing::d5_d7_refusals`.
fn numbers(test: &str) -> Vec<u32> {
    let name = test.rsplit("::").next().unwrap();
    let words = name.split('_').map(|word| word.strip_prefix('d'));
    words.map_while(|word| word?.parse().ok()).collect()
}

#[test]
fn every_rule_has_a_test_that_exists() {
    let (rules, all) = (rules(), all_tests());
    assert!(rules.len() > 100, "{} rules", rules.len());
    for rule in &rules {
        assert!(!rule.tests.is_empty(), "no test: {}", rule.text);
        for name in &rule.tests {
            let is_module = name.ends_with("::") && all.iter().any(|test| test.starts_with(name));
            assert!(all.contains(name) || is_module, "there is no test {name}");
        }
    }
}

#[test]
fn every_decision_has_a_test_with_its_number() {
    let rules = rules();
    for number in 1..=DECISIONS {
        let carrying = rules.iter().filter(|rule| rule.carries(number));
        let mut tests = carrying.flat_map(|rule| &rule.tests);
        let found = tests.any(|test| numbers(test).contains(&number));
        assert!(found, "D{number}");
    }
}

#[test]
fn every_contract_test_is_named_in_its_row() {
    let rules = rules();
    let mut missing = Vec::new();
    for test in contract_tests(&root()).unwrap() {
        let numbers = numbers(&test);
        let fits = |rule: &&Rule| numbers.is_empty() || numbers.iter().any(|n| rule.carries(*n));
        if !rules.iter().filter(fits).any(|rule| rule.names(&test)) {
            missing.push(test);
        }
    }
    assert!(missing.is_empty(), "{}\n{HINT}", missing.join("\n"));
}

#[test]
fn both_builds_are_recorded_without_a_failure() {
    let document = document();
    let (_, recorded) = document.split_once(RECORDED).unwrap();
    for build in ["WASI 0.3", "WASI 0.2"] {
        for database in ["SQLite", "MariaDB", "MySQL"] {
            let name = format!("{LOCAL}{build} | {database} | ");
            let facts: Vec<String> = recorded.lines().map(fact).collect();
            let counts = facts.iter().find_map(|fact| fact.strip_prefix(&name));
            let counts = counts.unwrap_or_else(|| panic!("no row: {name}"));
            let failed = counts.split(" | ").nth(1);
            assert_eq!(failed, Some("0"), "{name}: {counts}");
        }
    }
}

/// A run of three tests, one of which it does not know.
fn run(lines: &[&str]) -> Run {
    let mut results = Results::default();
    lines.iter().for_each(|line| results.read(line));
    let all = ["a::x", "a::y", "a::z"].map(str::to_owned).into();
    Run::new(
        "some host",
        "MariaDB 10.11",
        results.programs.remove(0),
        &all,
    )
}

#[test]
fn a_run_counts_every_test_once() {
    let run = run(&[
        "elsewhere: a::x: is about files",
        "skipped: a::x: no files",
        "test a::x ... ok",
        "in part: a::y: slow",
        "test a::y ... ok",
        "test result: ok. 2 passed; 0 failed; 0 ignored",
    ]);
    let text = tables(&[run]);
    let rows: Vec<&str> = text.lines().filter(|line| line.contains(" 1 ")).collect();
    assert_eq!(
        rows,
        [
            "| 1 | some host | MariaDB 10.11 | 1 | 0 | 1 | 1 |",
            "| elsewhere | 1 | looks inside the host, which is the local one | 1 |",
            "| in part | `a::y` | slow | 1 |",
            "| skipped | `a::x` | no files | 1 |",
        ]
    );
}

#[test]
fn lines_are_compared_without_the_numbers_of_runs() {
    let run = "| 3 | some host | MariaDB 10.11 | 1 | 0 | 1 | 1 |";
    assert_eq!(fact(run), fact(&run.replacen('3', "12", 1)));
    assert_eq!(fact(run), fact(&run.replace("10.11", "11.8")));
    assert_ne!(fact(run), fact(&run.replace("MariaDB", "MySQL")));
    assert_ne!(fact(run), fact(&run.replace("1 | 0", "1 | 1")));
    let note = "| in part | `a::y` | slow | 1, 2 |";
    assert_eq!(fact(note), fact(&note.replace("1, 2", "5")));
    assert_ne!(fact(note), fact(&note.replace("slow", "quick")));
}

#[test]
fn a_recorded_run_of_the_local_host_is_demanded() {
    let program = || Program {
        passed: 2,
        ..Program::default()
    };
    let of = |host: &str, database: &str| Run::new(host, database, program(), &BTreeSet::new());
    let local = |database: &str| of("local host, WASI 0.3", database);
    let all = || {
        vec![
            local("SQLite"),
            local("MySQL 9.7"),
            of("other 1.0", "SQLite"),
        ]
    };
    let text = tables(&all());
    assert!(differences(&text, all()).is_empty());
    // Another version, another host, or one that is not there: nothing is missing.
    let others = vec![
        local("SQLite"),
        local("MySQL 9.8"),
        of("other 2.0", "SQLite"),
    ];
    assert!(differences(&text, others).is_empty());
    let missing = differences(&text, vec![local("SQLite")]);
    let row = "not run: | local host, WASI 0.3 | MySQL | 2 | 0 | 0 | 0 |";
    assert_eq!(missing, [row]);
}

#[test]
fn servers_tell_their_versions() {
    for (line, number) in [
        (
            "mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian",
            Some("10.11"),
        ),
        (
            "/a/mysqld  Ver 9.7.4-2 for Linux on x86_64 ((Debian))",
            Some("9.7"),
        ),
        ("mysqld", None),
    ] {
        assert_eq!(version(line).as_deref(), number, "{line}");
    }
}
