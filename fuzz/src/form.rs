//! Query and form body, against a reader that does one thing at a time.

use dids_get::api::body;
use dids_get::api::parameters::Parameters;

use super::pieces::Pieces;

type Pairs = Vec<(String, Vec<u8>)>;

/// A body and a query mean the same to both readers.
pub fn check(input: &[u8]) {
    let mut pieces = Pieces(input);
    let query = pieces.text();
    let body = pieces.0;
    let parameters = Parameters::new(Ok(body::form(body)), body::form(query.as_bytes()));
    let mut pairs = naive(body);
    pairs.extend(naive(query.as_bytes()));
    for (name, _) in &pairs {
        let last = pairs.iter().rev().find(|(other, _)| other == name);
        let value = last.map(|(_, value)| value.as_slice());
        assert_eq!(parameters.bytes(name), value, "{name:?}");
    }
    let count = format!("{parameters:?}").len();
    let names = pairs.iter().map(|(name, _)| format!("{name:?}").len() + 2);
    assert_eq!(
        count.saturating_sub(2),
        names.sum::<usize>().saturating_sub(2)
    );
}

fn naive(text: &[u8]) -> Pairs {
    let pieces = text.split(|byte| *byte == b'&');
    let pairs = pieces.filter(|piece| !piece.is_empty()).map(|piece| {
        let end = piece.iter().position(|byte| *byte == b'=');
        let (name, value) = piece.split_at(end.unwrap_or(piece.len()));
        let name = String::from_utf8_lossy(&decoded(name)).into_owned();
        (name, decoded(value.get(1..).unwrap_or_default()))
    });
    pairs.collect()
}

/// An escape that is none stays as written (D2).
fn decoded(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((first, others)) = rest.split_first() {
        let digits = others
            .get(..2)
            .and_then(|two| std::str::from_utf8(two).ok());
        let digits = digits.filter(|two| two.bytes().all(|digit| digit.is_ascii_hexdigit()));
        let byte = digits.and_then(|two| u8::from_str_radix(two, 16).ok());
        (bytes, rest) = match (first, byte) {
            (b'%', Some(byte)) => ([bytes, vec![byte]].concat(), &others[2..]),
            (b'+', _) => ([bytes, vec![b' ']].concat(), others),
            (other, _) => ([bytes, vec![*other]].concat(), others),
        };
    }
    bytes
}
