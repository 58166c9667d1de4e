//! `multipart/form-data`, read line by line (D36, RFC 7578).

use super::text::{is_blanks, same};

/// A part: its name, its content, and whether it is a file.
pub struct Part {
    pub name: Vec<u8>,
    pub content: Vec<u8>,
    pub is_file: bool,
}

/// Bytes a boundary may have (RFC 2046).
const BOUNDARY_LIMIT: usize = 70;

/// The parts of a body; `None` when it is malformed.
pub fn parts(content_type: &str, body: &[u8]) -> Option<Vec<Part>> {
    let delimiter = format!("--{}", boundary(content_type)?);
    let mut parts = Vec::new();
    // What stands before the first delimiter and behind the last one is nothing but
    // empty lines: a filter could hide there.
    let first = find(body, delimiter.as_bytes())?;
    let before = String::from_utf8(body[..first].to_vec()).ok()?;
    let mut lines: Vec<&str> = before.split("\r\n").collect();
    let is_blank = |line: &str| line.chars().all(|c| " \t".contains(c));
    if lines.pop() != Some("") || !lines.into_iter().all(is_blank) {
        return None;
    }
    let mut rest = &body[first + delimiter.len()..];
    loop {
        if let Some(end) = rest.strip_prefix(b"--") {
            let is_nothing = end.iter().all(|b| b" \t\r\n".contains(b));
            return is_nothing.then_some(parts);
        }
        let line_end = find(rest, b"\r\n")?;
        if !is_blanks(&rest[..line_end]) {
            return None;
        }
        rest = &rest[line_end + 2..];
        let (name, is_file) = disposition(&mut rest)?;
        // A part without content ends with the empty line that begins it.
        let end = [b"\r\n", delimiter.as_bytes()].concat();
        let at = find(rest, &end)?;
        parts.push(Part {
            name,
            content: rest[..at].to_vec(),
            is_file,
        });
        rest = &rest[at + end.len()..];
    }
}

/// The boundary that a content type names.
fn boundary(content_type: &str) -> Option<String> {
    let parameters = parameters(content_type.as_bytes())?;
    let found = parameters.iter().find(|(name, _)| same(name, b"boundary"));
    let boundary = String::from_utf8(found?.1.clone()).ok()?;
    let fits = (1..=BOUNDARY_LIMIT).contains(&boundary.len())
        && boundary.bytes().all(|b| (b' '..=b'~').contains(&b))
        && !boundary.ends_with(' ');
    fits.then_some(boundary)
}

/// Reads the header lines of a part up to and with the empty line: its name, and
/// whether it is a file.
fn disposition(rest: &mut &[u8]) -> Option<(Vec<u8>, bool)> {
    let mut found = None;
    loop {
        let end = find(rest, b"\r\n")?;
        let line = &rest[..end];
        *rest = &rest[end + 2..];
        if line.is_empty() {
            return found;
        }
        let colon = line.iter().position(|&b| b == b':')?;
        let (name, value) = (&line[..colon], &line[colon + 1..]);
        // No line goes on with the one before it, and no name has blanks.
        if name.is_empty() || !name.iter().all(u8::is_ascii_graphic) {
            return None;
        }
        if !same(name, b"content-disposition") {
            continue;
        }
        let kind = value.split(|&b| b == b';').next()?;
        if found.is_some() || !same(kind.trim_ascii(), b"form-data") {
            return None;
        }
        found = Some(name_of(&parameters(value)?)?);
    }
}

/// The one `name` among a part's parameters, and whether there is a file name.
fn name_of(parameters: &[(Vec<u8>, Vec<u8>)]) -> Option<(Vec<u8>, bool)> {
    let named = |wanted: &'static [u8]| {
        parameters
            .iter()
            .filter(move |(name, _)| same(name, wanted))
    };
    let is_file = named(b"filename").count() + named(b"filename*").count() > 0;
    if named(b"name").count() != 1 {
        return None;
    }
    named(b"name")
        .next()
        .map(|(_, value)| (value.clone(), is_file))
}

/// Names and values behind the first `;` of a header's value. `None` when one is
/// neither a token nor a whole quoted string.
fn parameters(header: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut found = Vec::new();
    let mut rest = match header.iter().position(|&b| b == b';') {
        Some(at) => &header[at + 1..],
        None => return Some(found),
    };
    loop {
        rest = rest.trim_ascii_start();
        if rest.is_empty() {
            return Some(found);
        }
        if let Some(after) = rest.strip_prefix(b";") {
            rest = after;
            continue;
        }
        let equals = rest.iter().position(|&b| b == b'=')?;
        let name = rest[..equals].to_vec();
        if name.is_empty() || !name.iter().all(|b| b.is_ascii_graphic() && *b != b';') {
            return None;
        }
        rest = &rest[equals + 1..];
        let value = if rest.starts_with(b"\"") {
            quoted(&mut rest)?
        } else {
            let end = rest.iter().position(|&b| b == b';').unwrap_or(rest.len());
            let value = rest[..end].trim_ascii_end().to_vec();
            rest = &rest[end..];
            value
        };
        found.push((name, value));
        rest = rest.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b";") {
            return None;
        }
    }
}

/// Reads a quoted string. A backslash is one, unless a quote or another one follows.
fn quoted(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let mut value = Vec::new();
    let mut at = 1;
    loop {
        match (rest.get(at)?, rest.get(at + 1)) {
            (b'"', _) => {
                *rest = &rest[at + 1..];
                return Some(value);
            }
            (b'\\', Some(next @ (b'"' | b'\\'))) => {
                value.push(*next);
                at += 2;
            }
            (other, _) => {
                value.push(*other);
                at += 1;
            }
        }
    }
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|part| part == wanted)
}

#[cfg(test)]
#[path = "multipart_tests.rs"]
mod tests;
