//! What is tried on the core alone, natively: it takes more cases, or finer
//! measurements, than HTTP and WebAssembly leave room for.

#[path = "../../fuzz/src/lib.rs"]
mod checks;
mod fuzz;
mod lists;
mod native;
mod plans;
mod rooms;
mod timing;
mod visibility;
