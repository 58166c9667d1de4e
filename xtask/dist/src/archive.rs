//! The archive: the same files give the same bytes, wherever and whenever.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};
use tar::{Builder, Header};

use crate::{PROGRAM, links};

/// Every file has the time 1980-01-01, the earliest that all archives can tell:
/// the real one would make each archive another.
const TIME: u64 = 315_532_800;

/// The files of a release, by their paths in its folder.
#[derive(Default)]
pub struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    /// Puts a file in.
    pub fn add(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.0.insert(path.to_owned(), bytes.into());
    }

    /// Puts in a file, or all files below a folder, under a name of their own.
    pub fn copy(&mut self, from: &Path, to: &str) -> Result<()> {
        if !from.is_dir() {
            let bytes = fs::read(from).with_context(|| from.display().to_string())?;
            self.add(to, bytes);
            return Ok(());
        }
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            if !is_made(&name) {
                self.copy(&entry.path(), &format!("{to}/{name}"))?;
            }
        }
        Ok(())
    }

    /// Changes every file of this name, wherever it is.
    pub fn change(&mut self, name: &str, change: impl Fn(&str) -> Result<String>) -> Result<()> {
        for (path, bytes) in &mut self.0 {
            if path.rsplit('/').next() == Some(name) {
                let changed = change(std::str::from_utf8(bytes)?);
                *bytes = changed.with_context(|| path.clone())?.into_bytes();
            }
        }
        Ok(())
    }

    /// Makes plain text of the documents' links to what is not here.
    pub fn drop_dead_links(&mut self) -> Result<()> {
        let documents = self.0.iter().filter(|(path, _)| path.ends_with(".md"));
        let mut changed = Vec::new();
        for (path, bytes) in documents {
            let text = std::str::from_utf8(bytes)?;
            let kept = links::kept(text, path, |target| self.has(target));
            changed.push((path.clone(), kept));
        }
        changed
            .iter()
            .for_each(|(path, text)| self.add(path, &**text));
        Ok(())
    }

    /// Whether there is such a file, or a folder with one.
    fn has(&self, path: &str) -> bool {
        let below = format!("{path}/");
        self.0.keys().any(|it| it == path || it.starts_with(&below))
    }

    /// The SHA-256 of a file, in hex.
    pub fn sha256(&self, path: &str) -> Result<String> {
        let bytes = self.0.get(path).with_context(|| format!("no {path}"))?;
        Ok(hex::encode(Sha256::digest(bytes)))
    }

    /// What `sha256sum --check` reads, for all of them.
    pub fn sums(&self) -> String {
        let line = |(path, bytes)| format!("{}  {path}\n", hex::encode(Sha256::digest(bytes)));
        self.0.iter().map(line).collect()
    }

    /// Writes them as a folder, in the place of what was there, and as an archive
    /// of that folder; gives the archive's path.
    pub fn write(&self, output: &Path, name: &str) -> Result<PathBuf> {
        let folder = output.join(name);
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        for (path, bytes) in &self.0 {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().context("no folder")?)?;
            fs::write(&file, bytes)?;
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt as _;
                fs::set_permissions(file, fs::Permissions::from_mode(mode(path)))?;
            }
        }
        let archive = output.join(format!("{name}.tar.gz"));
        fs::write(&archive, self.packed(name)?)?;
        Ok(archive)
    }

    /// The bytes of the archive.
    fn packed(&self, name: &str) -> Result<Vec<u8>> {
        let compressed = GzBuilder::new().write(Vec::new(), Compression::best());
        let mut archive = Builder::new(compressed);
        for (path, bytes) in &self.0 {
            let mut header = Header::new_ustar();
            header.set_size(bytes.len() as u64);
            header.set_mode(mode(path));
            header.set_mtime(TIME);
            header.set_uid(0);
            header.set_gid(0);
            archive.append_data(&mut header, format!("{name}/{path}"), bytes.as_slice())?;
        }
        Ok(archive.into_inner()?.finish()?)
    }
}

/// Whether the documents' commands make this in a folder of the repository: what git
/// ignores there.
fn is_made(name: &str) -> bool {
    ["node_modules", "package-lock.json", "__pycache__"].contains(&name) || name.ends_with(".wasm")
}

/// Only the program can be started.
fn mode(path: &str) -> u32 {
    if path == PROGRAM { 0o755 } else { 0o644 }
}
