//! Plugs the provider into the component: `dids-plug COMPONENT PROVIDER OUTPUT`.
//!
//! A program of its own, which `cargo xtask standalone` runs, because the crates
//! that compose components take longer to build than all of xtask.

use std::ffi::OsString;
use std::fs;

use anyhow::{Context, Result, bail};
use wac_graph::types::Package;
use wac_graph::{CompositionGraph, EncodeOptions, PackageId, plug};

fn main() -> Result<()> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let [component, provider, output] = arguments.as_slice() else {
        bail!("usage: dids-plug COMPONENT PROVIDER OUTPUT");
    };
    let whole = compose(fs::read(component)?, fs::read(provider)?)?;
    let unmet = spin_imports(whole.clone())?;
    if !unmet.is_empty() {
        bail!("it would still import {}", unmet.join(", "));
    }
    fs::write(output, whole)?;
    Ok(())
}

/// Puts the provider's exports in the place of the component's imports.
fn compose(component: Vec<u8>, provider: Vec<u8>) -> Result<Vec<u8>> {
    let mut graph = CompositionGraph::new();
    let component = register(&mut graph, "component", component)?;
    let provider = register(&mut graph, "provider", provider)?;
    plug(&mut graph, vec![provider], component)?;
    Ok(graph.encode(EncodeOptions::default())?)
}

/// What a component imports that only Spin has.
fn spin_imports(component: Vec<u8>) -> Result<Vec<String>> {
    let mut graph = CompositionGraph::new();
    let id = register(&mut graph, "whole", component)?;
    let world = &graph.types()[graph[id].ty()];
    let imports = world.imports.keys();
    let spin = imports.filter(|name| name.starts_with("spin:") || name.starts_with("fermyon:"));
    Ok(spin.cloned().collect())
}

fn register(graph: &mut CompositionGraph, name: &str, bytes: Vec<u8>) -> Result<PackageId> {
    let package = Package::from_bytes(name, None, bytes, graph.types_mut())
        .with_context(|| format!("the {name} cannot be read"))?;
    Ok(graph.register_package(package)?)
}
