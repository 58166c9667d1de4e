//! The one engine of this process, and components compiled on it.
//!
//! The pooling allocator reserves terabytes of address space, so servers of one
//! process share it: a test suite starts many of them. For the same reason a
//! component compiled once is kept, found again by its bytes.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};

use wasmtime::component::Component;
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

use crate::Error;

/// Memory of a used pool slot that is wiped by hand instead of being returned
/// to the system: cheaper than a page fault for each page of the next instance.
const KEPT_RESIDENT: usize = 2 << 20;

/// The engine, made at the first use.
pub(crate) fn engine() -> Result<&'static Engine, Error> {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let mut pool = PoolingAllocationConfig::default();
    pool.linear_memory_keep_resident(KEPT_RESIDENT)
        .table_keep_resident(KEPT_RESIDENT);
    let mut config = Config::new();
    config
        .wasm_component_model_async(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    // Where address space is short, instances are merely slower to make.
    let made = Engine::new(&config)
        .or_else(|_| Engine::new(config.allocation_strategy(InstanceAllocationStrategy::OnDemand)));
    let engine = made.map_err(|error| Error::new(format!("wasmtime does not start: {error:#}")))?;
    Ok(ENGINE.get_or_init(|| engine))
}

/// Reads and compiles a component.
pub(crate) fn load(file: &Path) -> Result<Component, Error> {
    static COMPILED: Mutex<Vec<(Vec<u8>, Component)>> = Mutex::new(Vec::new());
    let shown = file.display();
    let bytes = fs::read(file).map_err(|error| match error.kind() {
        ErrorKind::NotFound => Error::new(format!(
            "there is no component at {shown}: build it with `cargo xtask build`"
        )),
        _ => Error::new(format!("the component {shown} cannot be read: {error}")),
    })?;
    let mut compiled = COMPILED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, component)) = compiled.iter().find(|(known, _)| *known == bytes) {
        return Ok(component.clone());
    }
    let component = Component::from_binary(engine()?, &bytes)
        .map_err(|error| Error::new(format!("{shown} is not a component: {error}")))?;
    compiled.push((bytes, component.clone()));
    Ok(component)
}
