//! What every program here has to know of a MySQL server, in one place.
//!
//! | module | what is in it |
//! |---|---|
//! | [`address`] | reads `mysql://USER:PASSWORD@HOST:PORT/DATABASE` |
//! | [`session`] | what a connection says of itself before it asks anything |
//! | [`fault`] | what a failure is, and how much of a text of others may be logged |
//! | [`types`] | the types of a result: Spin's, and those Spin lacks |
//!
//! Without dependencies, and small: the WebAssembly of the component and of the provider
//! have it inside.
//! No type here shows what it holds by `Debug` or `Display`.

pub mod address;
pub mod fault;
pub mod session;
pub mod text;
pub mod types;

pub use address::{Address, Refused};
pub use fault::{Failure, Kind};

/// Percent-encodes everything but letters, digits and `-._~`.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for &byte in text.as_bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => {
                encoded.push('%');
                for half in [byte >> 4, byte & 15] {
                    let digit = char::from_digit(half.into(), 16).unwrap_or('0');
                    encoded.push(digit.to_ascii_uppercase());
                }
            }
        }
    }
    encoded
}
