//! What test programs print: their results, and what they leave out and say so
//! (`tests/src/skips.rs`).

use std::collections::BTreeSet;

/// What a test may say that it does: nothing, a part, or all of it on another
/// host or database.
pub const KINDS: [&str; 3] = ["skipped", "in part", "elsewhere"];

/// What one test program gave.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Program {
    /// The tests it ran.
    pub tests: BTreeSet<String>,
    pub passed: u64,
    pub failed: u64,
    pub ignored: u64,
    /// How long it ran.
    pub seconds: f64,
    pub notes: BTreeSet<Note>,
}

/// What a test said of itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// One of [`KINDS`].
    pub kind: &'static str,
    pub test: String,
    pub why: String,
}

impl Note {
    /// Reads a note. It may stand behind the beginning of another line, since
    /// tests run while results are printed.
    fn read(line: &str) -> Option<Self> {
        let noted = |kind| {
            let (_, rest) = line.split_once(&format!("{kind}: "))?;
            let (test, why) = rest.split_once(": ")?;
            let is_test = test.contains("::") && !test.contains(' ');
            is_test.then(|| Self {
                kind,
                test: test.to_owned(),
                why: why.trim_end().to_owned(),
            })
        };
        KINDS.into_iter().find_map(noted)
    }
}

/// The results of test programs, read line by line.
#[derive(Default)]
pub struct Results {
    pub programs: Vec<Program>,
    /// What `tests/rate.rs` measured, such as `900 requests/s`.
    pub rate: Option<String>,
    current: Program,
}

impl Results {
    /// A line like `test result: ok. 3 passed; 0 failed; 1 ignored; ...` ends
    /// every test program.
    pub fn read(&mut self, line: &str) {
        if let Some(counts) = line.strip_prefix("test result: ") {
            if let Some((_, counts)) = counts.split_once(". ") {
                self.current.count(counts);
                self.programs.push(std::mem::take(&mut self.current));
            }
            return;
        }
        if let Some((_, rate)) = line.split_once("measured: ")
            && rate.trim_end().ends_with(" requests/s")
        {
            self.rate = Some(rate.trim_end().to_owned());
        }
        self.current.notes.extend(Note::read(line));
        let test = line.strip_prefix("test ");
        if let Some((test, _)) = test.and_then(|rest| rest.split_once(" ... ")) {
            self.current.tests.insert(test.to_owned());
        }
    }
}

impl Program {
    fn count(&mut self, counts: &str) {
        for count in counts.split("; ") {
            let Some((number, what)) = count.split_once(' ') else {
                continue;
            };
            let number = number.parse().unwrap_or(0);
            match what.trim() {
                "passed" => self.passed = number,
                "failed" => self.failed = number,
                "ignored" => self.ignored = number,
                what => {
                    let time = what.strip_prefix("in ").and_then(|it| it.strip_suffix('s'));
                    let time = time.and_then(|seconds| seconds.parse().ok());
                    self.seconds += time.unwrap_or(0.0);
                }
            }
        }
    }

    /// How many tests said this.
    pub fn noted(&self, kind: &str) -> u64 {
        let said = self.notes.iter().filter(|note| note.kind == kind);
        let tests: BTreeSet<&str> = said.map(|note| note.test.as_str()).collect();
        tests.len() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_belong_to_the_program_that_they_end() {
        let mut results = Results::default();
        for line in [
            "running 5 tests\n",
            "test a::test result: ok. 9 passed ... ok\n",
            "skipped: a::b: it has no file: none\n",
            "test a::c ... in part: a::d: the rest is slow\n",
            "ok\n",
            "skipped: this is no test: nor a note\n",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.10s\n",
            "test e ... FAILED\n",
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 1.00s\n",
            "test result:",
            "measured: 900 requests/s\n",
        ] {
            results.read(line);
        }
        let [first, second] = &*results.programs else {
            panic!("two programs");
        };
        assert_eq!((first.passed, first.failed, first.ignored), (3, 0, 1));
        assert_eq!((second.passed, second.failed), (1, 2));
        assert_eq!((first.seconds, second.seconds), (0.1, 1.0));
        assert_eq!(results.rate.as_deref(), Some("900 requests/s"));
        assert!(first.tests.contains("a::c") && second.tests.contains("e"));
        let notes = first.notes.iter();
        let notes: Vec<_> = notes
            .map(|note| (note.kind, &*note.test, &*note.why))
            .collect();
        assert_eq!(
            notes,
            [
                ("in part", "a::d", "the rest is slow"),
                ("skipped", "a::b", "it has no file: none"),
            ]
        );
        assert_eq!((first.noted("skipped"), second.noted("skipped")), (1, 0));
    }
}
