//! A multipart body, written and read back, and whatever else comes as one (D36).

use dids_get::api::multipart;

use super::pieces::Pieces;

/// A body that is put together is read as what it was made of; any other is
/// refused, or read without a value that is not in it.
pub fn check(input: &[u8]) {
    let mut pieces = Pieces(input);
    let written = multipart::boundary(&format!("boundary=\"{}\"", pieces.text()));
    let boundary = written.unwrap_or_else(|| "b".to_owned());
    if let Some(pairs) = multipart::read(pieces.0, &boundary) {
        let size: usize = pairs.iter().map(|pair| pair.value.len()).sum();
        assert!(size + pairs.len() <= pieces.0.len());
    }
    round_trip(&mut pieces, &boundary);
}

fn round_trip(pieces: &mut Pieces<'_>, boundary: &str) {
    let (mut body, mut expected) = (Vec::new(), Vec::new());
    while pieces.are_left() {
        let (name, value) = (pieces.text(), pieces.bytes());
        let is_plain = !name.contains(['\r', '\n', '\0']);
        let delimiter = format!("--{boundary}").into_bytes();
        let is_safe = !value
            .windows(delimiter.len())
            .any(|window| window == delimiter);
        if !is_plain || !is_safe {
            return;
        }
        let quoted = name.replace('\\', "\\\\").replace('"', "\\\"");
        let head =
            format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{quoted}\"\r\n\r\n");
        body.extend(head.bytes().chain(value.iter().copied()).chain(*b"\r\n"));
        expected.push((name, value));
    }
    body.extend(format!("--{boundary}--\r\n").bytes());
    let pairs = multipart::read(&body, boundary).expect("a whole body");
    assert!(pairs.iter().all(|pair| !pair.is_file));
    let pairs = pairs.into_iter().map(|pair| (pair.name, pair.value));
    assert_eq!(pairs.collect::<Vec<_>>(), expected);
}
