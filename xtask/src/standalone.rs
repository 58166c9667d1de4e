//! `cargo xtask standalone`

use crate::no_arguments;
use crate::process::{self, step};
use crate::workspace::Workspace;
use anyhow::Result;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

pub const ABOUT: &str = "\
Builds the component for hosts that lack Spin's interfaces, such as wasmtime:
with a provider of them plugged in, for WASI 0.3 and for WASI 0.2; prints the
paths and sizes. SQLite is then part of the file, so C has to be compiled.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    no_arguments(&arguments)?;
    let workspace = Workspace::find()?;
    let components = [workspace.component()?, workspace.component02()?];
    for file in build(&workspace, &components)? {
        let kilobytes = file.metadata()?.len() as f64 / 1000.0;
        println!("{} ({kilobytes:.1} kB)", file.display());
    }
    Ok(())
}

/// Makes the files of the components for WASI 0.3 and 0.2.
pub fn build(workspace: &Workspace, components: &[PathBuf; 2]) -> Result<[PathBuf; 2]> {
    let [component, component02] = components;
    let provider = workspace.provider()?;
    step("Plugging them together");
    // The whole workspace, as in `test`: what is compiled there is not compiled again.
    let mut build = workspace.cargo();
    build.args(["build", "--profile=host", "--workspace", "--bin=dids-plug"]);
    process::run(&mut build)?;
    let program = format!("host/dids-plug{}", std::env::consts::EXE_SUFFIX);
    let program = workspace.target.join(program);
    let standalone = component.with_file_name("dids_get.standalone.wasm");
    let standalone02 = component.with_file_name("dids_get.standalone.p2.wasm");
    for (component, output) in [(component, &standalone), (component02, &standalone02)] {
        let mut plug = Command::new(&program);
        process::run(plug.arg(component).arg(&provider).arg(output))?;
    }
    Ok([standalone, standalone02])
}
