//! What any method of MOR's API needs: the request line, bodies and parameters
//! with their limits, the signature, the gate, and who calls.
//!
//! What a single method means by its parameters belongs to that method's room.

pub mod accept;
pub mod body;
pub mod caller;
pub mod callers;
pub mod gate;
pub mod multipart;
pub mod names;
pub mod parameters;
pub mod route;
pub mod signature;
