//! The database: all SQL, and the only calls to one.
//!
//! Statements are made of constants, every value is bound. Each question is
//! answered by *one* value (see [`statement`]). Only [`spin`] touches the host.

mod access;
pub mod ahead;
pub mod column;
mod condition;
pub mod dialect;
pub mod filter;
pub mod gate;
pub mod index;
pub mod kept;
pub mod mor;
pub mod page;
pub mod plan;
pub mod port;
mod recent;
pub mod schema;
#[cfg(target_arch = "wasm32")]
pub mod spin;
pub mod statement;
pub mod trigram;
pub mod value;
