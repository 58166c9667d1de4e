//! A JSON body, against `serde_json`.

use dids_get::api::body::Form;
use dids_get::api::parameters::Parameters;
use serde_json::{Map, Value};

/// Both accept it, with the same values, or neither does (D23).
pub fn check(input: &[u8]) {
    // The byte order mark that is dropped before an object.
    let input = input.strip_prefix(b"\xef\xbb\xbf").unwrap_or(input);
    let ours = Form::Json.read(input).ok();
    let ours = ours.map(|pairs| Parameters::new(Ok(pairs), Vec::new()));
    let theirs = read(input);
    match (ours, theirs) {
        (Some(_), None) if input.is_empty() => {}
        // A number so large that only its text can be kept is a number to us.
        (Some(_), None) if has_large_number(input) => {}
        (None, None) => {}
        (Some(ours), Some(theirs)) => {
            for (name, value) in theirs {
                let ours = ours.bytes(&name).map(String::from_utf8_lossy);
                match value {
                    Value::String(text) => assert_eq!(ours.as_deref(), Some(&*text), "{name:?}"),
                    Value::Bool(flag) => {
                        let flag = if flag { "1" } else { "0" };
                        assert_eq!(ours.as_deref(), Some(flag), "{name:?}");
                    }
                    // As written, so only read again.
                    Value::Number(number) => {
                        let ours = ours.expect("a number is a value");
                        let again: Value = serde_json::from_str(&ours).expect("a number");
                        assert_eq!(again, Value::Number(number), "{name:?}");
                    }
                    // Counts as absent; an earlier one of the name then holds.
                    Value::Null => {}
                    nested => panic!("{name:?}: {nested} was accepted"),
                }
            }
        }
        (ours, theirs) => panic!("ours {ours:?}, theirs {theirs:?}: {}", input.escape_ascii()),
    }
}

/// The object of scalars that the text holds, if it is one.
fn read(input: &[u8]) -> Option<Map<String, Value>> {
    let value: Value = serde_json::from_slice(input).ok()?;
    let Value::Object(members) = value else {
        return None;
    };
    (!nests(input)).then_some(members)
}

/// Whether any bracket stands outside strings but the outermost: a nested value
/// that a later one of the same name has replaced.
fn nests(input: &[u8]) -> bool {
    let (mut is_text, mut is_escaped, mut brackets) = (false, false, 0);
    for byte in input {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b'[' | b'{' if !is_text => brackets += 1,
            _ => {}
        }
    }
    brackets > 1
}

fn has_large_number(input: &[u8]) -> bool {
    let exponent = |pair: &[u8]| matches!(pair, [b'0'..=b'9', b'e' | b'E']);
    input.windows(2).any(exponent)
        || input
            .windows(300)
            .any(|run| run.iter().all(u8::is_ascii_digit))
}
