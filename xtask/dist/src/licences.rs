//! The licences of everything in a component, with their texts: who hands the
//! files on has to hand these on.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::crates::{Crate, Id};

/// How files with a licence, or with a notice that has to go with it, begin.
const NAMES: [&str; 6] = [
    "license",
    "licence",
    "copying",
    "copyright",
    "notice",
    "unlicense",
];

/// One text for all: the crates with their licences, then each text once, with
/// the crates it came with. `standard` has the texts of licences by name, for
/// crates that only name theirs.
pub fn notices(crates: &BTreeMap<Id, Crate>, standard: &Path) -> Result<String> {
    let mut list = String::new();
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((name, version), it) in crates {
        let crate_ = format!("{name} {version}");
        list += &format!("{crate_}: {}\n", it.licence);
        let mut found = in_folder(&it.folder)?;
        if found.is_empty() {
            found = by_name(it, standard).with_context(|| format!("the licence of {crate_}"))?;
            let authors = it.authors.join(", ");
            list += &format!("    names its licence only; its authors: {authors}\n");
        }
        for text in found {
            texts.entry(text).or_default().push(crate_.clone());
        }
    }
    let mut texts: Vec<_> = texts.into_iter().map(|(text, of)| (of, text)).collect();
    texts.sort();
    let rule = "=".repeat(72);
    for (of, text) in texts {
        list += &format!("\n{rule}\n{}\n{rule}\n\n{text}\n", of.join(", "));
    }
    Ok(list)
}

/// The texts in the files of a crate that are named like a licence, each once.
fn in_folder(folder: &Path) -> Result<Vec<String>> {
    let mut texts = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name.to_lowercase();
        if path.is_file() && NAMES.iter().any(|known| name.starts_with(known)) {
            texts.push(text_of(&path)?);
        }
    }
    texts.sort();
    texts.dedup();
    Ok(texts)
}

/// The texts of the licences in an expression such as `MIT OR Apache-2.0`.
fn by_name(it: &Crate, standard: &Path) -> Result<Vec<String>> {
    let words = it.licence.split([' ', '(', ')']);
    let names = words.filter(|word| !matches!(*word, "" | "OR" | "AND" | "WITH"));
    let texts = names.map(|name| {
        // An exception goes by its name without the word.
        let name = name.replace("-exception", "");
        let files = [format!("{name}.txt"), format!("{name}-exception.txt")];
        let mut paths = files.iter().map(|file| standard.join(file));
        match paths.find(|path| path.is_file()) {
            Some(path) => text_of(&path),
            None => bail!("there is no text of {name} in {}", standard.display()),
        }
    });
    texts.collect()
}

/// A file without differences that are none: ends of lines, space around.
fn text_of(path: &Path) -> Result<String> {
    let bytes = fs::read(path).with_context(|| path.display().to_string())?;
    let text = String::from_utf8_lossy(&bytes).replace("\r\n", "\n");
    Ok(text.trim_matches(['\n', ' ', '\u{feff}']).to_owned())
}
