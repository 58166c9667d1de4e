//! The document, and the rules of what is left out, against the sources.

use super::*;
use crate::leave_out::RULES;
use std::path::PathBuf;

/// The decisions that the contract numbers.
const DECISIONS: u32 = 39;
/// What to do about a test that is not named.
const HINT: &str = "Name it in docs/conformance.md, at the rule that it proves (of \
    its number, if it carries one) or, if it proves none, below \"Further tests\".";

/// An item of the document: a rule, and below it the tests that prove it. A name that ends
/// in `::` stands for all tests of that module.
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
    let items = rules.split("\n- ").skip(1);
    items
        .map(|item| {
            let item = item.split("\n\n").next().unwrap();
            let (text, tests) = item.split_once(":\n  `").unwrap();
            Rule {
                text: text.to_owned(),
                tests: tests.split('`').step_by(2).map(str::to_owned).collect(),
            }
        })
        .collect()
}

/// All tests that the document may name: those of the contract suite by module and
/// name, those of other programs with the program before it.
fn all_tests() -> BTreeSet<String> {
    let mut tests = contract_tests();
    add_tests(&root().join("src"), "dids_get::", &mut tests).unwrap();
    tests.extend(tests_in_sources(&root()).unwrap());
    tests
}

fn contract_tests() -> BTreeSet<String> {
    let all = tests_in_sources(&root()).unwrap();
    let names = all
        .iter()
        .filter_map(|test| test.strip_prefix("contract::"));
    names.map(str::to_owned).collect()
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
fn every_contract_test_is_named_at_its_rule() {
    let rules = rules();
    let mut missing = Vec::new();
    for test in contract_tests() {
        let numbers = numbers(&test);
        let fits = |rule: &&Rule| numbers.is_empty() || numbers.iter().any(|n| rule.carries(*n));
        if !rules.iter().filter(fits).any(|rule| rule.names(&test)) {
            missing.push(test);
        }
    }
    assert!(missing.is_empty(), "{}\n{HINT}", missing.join("\n"));
}

#[test]
fn what_is_left_out_exists() {
    let all = tests_in_sources(&root()).unwrap();
    for rule in RULES {
        let exists = all.iter().any(|test| rule.names(test));
        assert!(
            exists,
            "xtask/src/leave_out.rs: there is no test {}",
            rule.tests
        );
    }
}
