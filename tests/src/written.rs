//! Files that repeat a declaration or an answer: made anew by tests, and compared with
//! what stands in the repository. `cargo xtask write` sets `DIDS_WRITE`, and what differs
//! is written instead.

use std::fs;
use std::path::PathBuf;

use crate::manifest::in_repository;

/// A file of the repository, under work.
pub struct Written {
    path: &'static str,
    text: String,
}

impl Written {
    /// A file that is partly written by hand.
    pub fn read(path: &'static str) -> Self {
        let text = fs::read_to_string(in_repository(path));
        let text = text.unwrap_or_else(|error| panic!("{path}: {error}"));
        Self { path, text }
    }

    /// A file that is made whole.
    pub fn whole(path: &'static str, text: String) -> Self {
        Self { path, text }
    }

    /// What is in it by now.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Puts what was made between the marks of this name.
    pub fn put(&mut self, name: &str, made: &str) {
        let begin = format!("<!-- written by cargo xtask write: {name} -->\n");
        let place = self.text.split_once(&begin);
        let place =
            place.and_then(|(before, rest)| Some((before, rest.split_once("<!-- end -->")?)));
        let Some((before, (_, after))) = place else {
            panic!("{}: the marks of {name} are missing", self.path);
        };
        self.text = format!("{before}{begin}\n{made}\n<!-- end -->{after}");
    }

    /// Puts the answer of each call of curl in the block that follows it: `answer` is told
    /// the commands. Gives the languages of these blocks.
    ///
    /// # Panics
    /// No answer follows a call.
    pub fn put_answers(&mut self, answer: impl Fn(&str) -> String) -> Vec<String> {
        let mut languages = Vec::new();
        let mut pieces: Vec<String> = self.text.split("```").map(str::to_owned).collect();
        for at in (1..pieces.len()).step_by(2) {
            let Some(call) = pieces[at]
                .strip_prefix("sh\n")
                .filter(|it| it.starts_with("curl "))
            else {
                continue;
            };
            let made = answer(call).replace("\r\n", "\n");
            let shown = pieces.get_mut(at + 2).expect("a block follows a call");
            let (language, _) = shown.split_once('\n').expect("a block has lines");
            assert_ne!(language, "sh", "{}: a call without an answer", self.path);
            languages.push(language.to_owned());
            *shown = format!("{language}\n{made}");
        }
        self.text = pieces.join("```");
        languages
    }

    /// Compares the file with it, or writes it.
    ///
    /// # Panics
    /// The file differs, and shall not be written.
    pub fn end(self) {
        let file: PathBuf = in_repository(self.path);
        let found = fs::read_to_string(&file).unwrap_or_default();
        if found == self.text {
            return;
        }
        if std::env::var_os("DIDS_WRITE").is_some() {
            fs::write(&file, &self.text).expect("the file is written");
            eprintln!("written: {}", self.path);
            return;
        }
        let lines = found.lines().zip(self.text.lines()).enumerate();
        let differs = lines.into_iter().find(|(_, (old, new))| old != new);
        panic!(
            "{} is not as its sources say (from line {:?}): `cargo xtask write` writes it anew",
            self.path,
            differs.map(|(at, (old, new))| (at + 1, old, new)),
        );
    }
}
