//! `dids-dist ROOT BUILT OUTPUT`: see the library.

use std::ffi::OsString;
use std::path::Path;

use anyhow::{Result, bail};
use dids_dist::{Machine, pack};

fn main() -> Result<()> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let [root, built, output] = arguments.as_slice() else {
        bail!("usage: dids-dist ROOT BUILT OUTPUT");
    };
    let [root, built, output] = [root, built, output].map(Path::new);
    let archive = pack(root, built, output, &Machine::this()?)?;
    let kilobytes = archive.metadata()?.len() as f64 / 1000.0;
    println!("{} ({kilobytes:.1} kB)", archive.display());
    Ok(())
}
