//! What Spin manifests say, for tests that take their settings from them.
//!
//! Of TOML it reads what the manifests here are written in: tables, and keys
//! whose value stands on one line.

use std::path::{Path, PathBuf};
use std::{fs, iter};

/// A manifest: its tables in their order.
pub struct Manifest(Vec<Table>);

/// A table such as `[component.tenant-a]`.
#[derive(Default)]
pub struct Table {
    /// What stands in the brackets.
    pub name: String,
    keys: Vec<(String, String)>,
}

/// A file or folder of the repository.
pub fn in_repository(path: impl AsRef<Path>) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A file of the repository as text.
pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

impl Manifest {
    /// Reads a manifest of the repository, or of anywhere by an absolute path.
    pub fn read(path: impl AsRef<Path>) -> Self {
        let mut tables = vec![Table::default()];
        for line in read(&in_repository(path)).lines() {
            if line.starts_with('[') {
                let name = line.trim_matches(['[', ']']).to_owned();
                tables.push(Table { name, keys: vec![] });
            } else if let Some((key, value)) = line.split_once(" = ")
                && !line.starts_with('#')
            {
                let table = tables.last_mut().expect("there is a first");
                table.keys.push((key.to_owned(), value.to_owned()));
            }
        }
        Manifest(tables)
    }

    /// All tables of this name.
    pub fn tables(&self, name: &str) -> impl Iterator<Item = &Table> {
        self.0.iter().filter(move |table| table.name == name)
    }

    /// The table of this name.
    pub fn table(&self, name: &str) -> &Table {
        let mut tables = self.tables(name);
        let table = tables.next().unwrap_or_else(|| panic!("no [{name}]"));
        assert!(tables.next().is_none(), "[{name}] stands there twice");
        table
    }

    /// The application's variables with their defaults.
    pub fn variables(&self) -> Vec<(&str, &str)> {
        self.table("variables").defaults()
    }

    /// A value with its `{{ name }}` replaced by the application's variable.
    pub fn resolved(&self, value: &str) -> String {
        let variables = self.variables();
        let start = value.to_owned();
        let resolved = variables.iter().fold(start, |text, (name, default)| {
            text.replace(&format!("{{{{ {name} }}}}"), default)
        });
        assert!(!resolved.contains("{{"), "no variable for {value}");
        resolved
    }
}

impl Table {
    /// The keys with what stands behind their `=`.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.keys.iter();
        keys.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// The keys with the `default` in their values.
    pub fn defaults(&self) -> Vec<(&str, &str)> {
        let default = |value| {
            let (_, rest): (_, &str) = str::split_once(value, "default = \"").expect("a default");
            rest.split('"').next().expect("a text")
        };
        self.iter()
            .map(|(key, value)| (key, default(value)))
            .collect()
    }

    /// The texts in a key's value, which is one or a list of them.
    pub fn texts(&self, key: &str) -> Vec<&str> {
        let found = self.iter().find(|(known, _)| *known == key);
        let (_, value) = found.unwrap_or_else(|| panic!("[{}] has no {key}", self.name));
        value.split('"').skip(1).step_by(2).collect()
    }

    /// The one text in a key's value.
    pub fn text(&self, key: &str) -> &str {
        let texts = self.texts(key);
        assert_eq!(texts.len(), 1, "{key} of [{}]", self.name);
        texts[0]
    }
}

/// All files in a folder of the repository, those in folders below it too.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let below = paths.flat_map(|path| match path.is_dir() {
        true => files(&path),
        false => iter::once(path).collect(),
    });
    below.collect()
}
