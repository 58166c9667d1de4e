//! What every program here has to know of a MySQL server, in one place.
//!
//! | module | what is in it |
//! |---|---|
//! | [`address`] | reads `mysql://USER:PASSWORD@HOST:PORT/DATABASE` |
//! | [`secrets`] | looks through a text of others before it is written anywhere |
//! | [`types`] | the types of a result: Spin's, and those Spin lacks |
//!
//! Without dependencies, and small: the WebAssembly of the provider has it inside.
//! No type here shows what it holds by `Debug` or `Display`.

pub mod address;
pub mod secrets;
pub mod types;

pub use address::{Address, Refused, server};
pub use secrets::{Secrets, redact};

/// Undoes percent-encoding. What is no escape stays as written; what is no UTF-8
/// then becomes U+FFFD.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'%', [high, low, after @ ..]) => match (digit(*high), digit(*low)) {
                (Some(high), Some(low)) => {
                    bytes.push(high << 4 | low);
                    rest = after;
                }
                _ => bytes.push(b'%'),
            },
            _ => bytes.push(*first),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    // Below 16, so it fits.
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

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
