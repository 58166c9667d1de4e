//! How `dids_get` is called: the request line, bodies and their decoded parameters, the
//! signature, the gate, and who calls.
//!
//! What the parameters mean belongs to the room of the method ([`crate::dids`]), which
//! stands above: here they are names and values.

pub mod accept;
pub mod body;
pub mod caller;
pub mod callers;
pub mod gate;
pub mod multipart;
pub mod parameters;
pub mod route;
pub mod signature;
