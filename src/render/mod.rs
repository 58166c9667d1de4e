//! Answers as bytes: one form of output is one file.
//!
//! What is said in an answer is decided above; here is only how it is written.

pub mod html;
pub mod time;
pub mod xml;
