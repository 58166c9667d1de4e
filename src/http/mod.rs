//! HTTP: bytes and headers in, and the bytes of answers out; the log. WASI 0.3 by
//! default, WASI 0.2 with the feature `wasi02`.
//!
//! What an answer says is decided below; here is only how bytes move, and what the
//! host is told.

#[cfg(target_arch = "wasm32")]
mod log;
#[cfg(target_arch = "wasm32")]
mod shared;
#[cfg(all(target_arch = "wasm32", feature = "wasi02"))]
mod wasi02;
#[cfg(all(target_arch = "wasm32", not(feature = "wasi02")))]
mod wasi03;

/// Whether a caller's request id is taken over: 1 to 64 characters of a small
/// alphabet, so that it can stand in a header and in a log line as it is.
pub fn is_request_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=64).contains(&id.len()) && id.bytes().all(allowed)
}

/// Whether a text is a `traceparent` (W3C Trace Context, version 00), which is
/// repeated in the log.
pub fn is_trace_parent(text: &str) -> bool {
    let fits = |(at, byte): (usize, u8)| match at {
        2 | 35 | 52 => byte == b'-',
        _ => byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'),
    };
    text.starts_with("00") && text.len() == 55 && text.bytes().enumerate().all(fits)
}

#[cfg(test)]
mod tests {
    use super::{is_request_id, is_trace_parent};

    #[test]
    fn a_request_id_is_short_and_of_a_small_alphabet() {
        assert!(is_request_id("a"));
        assert!(is_request_id(&"A-z_0.9".repeat(9)));
        for bad in ["", "a b", "a\n", "ä", &"x".repeat(65)] {
            assert!(!is_request_id(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_trace_parent_has_four_parts_of_hex() {
        let good = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        assert!(is_trace_parent(good));
        for bad in [
            "",
            "00",
            &good.to_uppercase(),
            good.trim_start_matches('0'),
            &format!("{good}-x"),
        ] {
            assert!(!is_trace_parent(bad), "{bad:?}");
        }
    }
}
