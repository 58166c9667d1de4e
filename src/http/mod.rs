//! The two HTTP shells: WASI 0.3 by default, WASI 0.2 with the feature
//! `wasi02`. What they share stands here: everything but how bytes move.

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

/// A line for the operator that belongs to no answer.
#[cfg(target_arch = "wasm32")]
pub(crate) fn note(text: &str) {
    eprintln!("dids_get note={text:?}");
}

#[cfg(test)]
mod tests {
    use super::is_request_id;

    #[test]
    fn a_request_id_is_short_and_of_a_small_alphabet() {
        assert!(is_request_id("a"));
        assert!(is_request_id(&"A-z_0.9".repeat(9)));
        for bad in ["", "a b", "a\n", "ä", &"x".repeat(65)] {
            assert!(!is_request_id(bad), "{bad:?}");
        }
    }
}
