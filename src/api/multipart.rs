//! `multipart/form-data` (RFC 7578, D36), as PHP's curl sends an array, `curl -F`,
//! and the forms of browsers.
//!
//! Ours, because the well-kept parsers are made for files that are streamed: they
//! bring an asynchronous runtime's traits along, for bodies that are 64 KiB here
//! and in memory. It is strict: what it does not understand is malformed, since a
//! part that is overlooked may be a filter.

use super::parameters::Pair;
use crate::text::{find, split_once};

/// The longest boundary that RFC 2046 allows.
const MAX_BOUNDARY: usize = 70;

/// The boundary among the parameters of a media type.
pub fn boundary(parameters: &str) -> Option<String> {
    let mut found = Attributes(parameters).filter(|(name, _)| name == "boundary");
    let (_, value) = found.next()?;
    let is_one = found.next().is_none() && (1..=MAX_BOUNDARY).contains(&value.len());
    let printable = |byte: u8| (b' '..=b'~').contains(&byte);
    (is_one && value.bytes().all(printable) && !value.ends_with(' ')).then_some(value)
}

/// The parts of a body; `None` where it is malformed.
pub fn read(body: &[u8], boundary: &str) -> Option<Vec<Pair>> {
    let delimiter = [b"\r\n--", boundary.as_bytes()].concat();
    // Nothing but empty lines stands before the first delimiter: a text would belong
    // to no part, and may be meant as one.
    let mut start = body;
    while let Some(next) = blanks(start).strip_prefix(b"\r\n") {
        start = next;
    }
    let mut rest = start.strip_prefix(delimiter.get(2..)?)?;
    let mut pairs = Vec::new();
    loop {
        if let Some(end) = rest.strip_prefix(b"--") {
            let is_nothing = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
            return end.iter().all(is_nothing).then_some(pairs);
        }
        let part = blanks(rest).strip_prefix(b"\r\n")?;
        // Headers end at an empty line, which is the first where there are none.
        let (head, content) = match part.strip_prefix(b"\r\n") {
            Some(content) => (&[][..], content),
            None => cut(part, b"\r\n\r\n")?,
        };
        let (value, next) = match content.strip_prefix(delimiter.get(2..)?) {
            // An empty part whose line end is the one of the empty line.
            Some(_) => return None,
            None => cut(content, &delimiter)?,
        };
        let (name, is_file) = disposition(head)?;
        let value = if is_file { &[] } else { value }.to_vec();
        pairs.push(Pair {
            name,
            value,
            is_file,
        });
        rest = next;
    }
}

/// What stands before a text's first occurrence, and after it.
fn cut<'a>(bytes: &'a [u8], text: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = find(bytes, text)?;
    Some((bytes.get(..at)?, bytes.get(at + text.len()..)?))
}

/// Without the blanks before it.
fn blanks(bytes: &[u8]) -> &[u8] {
    let is_blank = |byte: &&u8| matches!(**byte, b' ' | b'\t');
    let count = bytes.iter().take_while(is_blank).count();
    bytes.get(count..).unwrap_or_default()
}

/// The name of a part by its headers, and whether it is a file: also where the
/// file's name is empty.
fn disposition(head: &[u8]) -> Option<(String, bool)> {
    let head = String::from_utf8_lossy(head);
    let mut named = None;
    let mut rest = &*head;
    while !rest.is_empty() {
        let (line, next) = split_once(rest, "\r\n").unwrap_or((rest, ""));
        rest = next;
        if line.is_empty() {
            continue;
        }
        let (header, value) = line.split_once(':')?;
        if header.eq_ignore_ascii_case("content-disposition") {
            let (kind, attributes) = value.split_once(';')?;
            if named.is_some() || !kind.trim().eq_ignore_ascii_case("form-data") {
                return None;
            }
            let attributes: Vec<(String, String)> = Attributes(attributes).collect();
            let mut names = attributes.iter().filter(|(name, _)| name == "name");
            let (_, name) = names.next()?;
            let is_file =
                |(name, _): &(String, String)| matches!(&**name, "filename" | "filename*");
            let is_file = attributes.iter().any(is_file);
            named = names.next().is_none().then(|| (name.clone(), is_file));
            named.as_ref()?;
        } else if header.eq_ignore_ascii_case("content-transfer-encoding") {
            // Another one (RFC 7578 has abandoned them) would hide the value.
            let plain = ["7bit", "8bit", "binary"];
            let value = value.trim();
            plain
                .iter()
                .find(|known| value.eq_ignore_ascii_case(known))?;
        }
    }
    named
}

/// Attributes as in `; name="value"; other=token`: names in lower case, values
/// without their quotes. It ends where it is no such list.
struct Attributes<'a>(&'a str);

impl Iterator for Attributes<'_> {
    type Item = (String, String);

    fn next(&mut self) -> Option<Self::Item> {
        let text = self.0.trim_start_matches([' ', '\t', ';']);
        let (name, rest) = text.split_once('=')?;
        let name = name.trim().to_ascii_lowercase();
        let rest = rest.trim_start_matches([' ', '\t']);
        let value = if let Some(quoted) = rest.strip_prefix('"') {
            let mut value = String::new();
            let mut characters = quoted.chars();
            loop {
                match characters.next()? {
                    '"' => break,
                    // Browsers write a quote as %22; curl puts a backslash before it.
                    '\\' if characters.as_str().starts_with(['"', '\\']) => {
                        value.extend(characters.next());
                    }
                    other => value.push(other),
                }
            }
            self.0 = characters.as_str();
            value
        } else {
            let (token, rest) = rest.split_once(';').unwrap_or((rest, ""));
            self.0 = rest;
            token.trim().to_owned()
        };
        Some((name, value))
    }
}

#[cfg(test)]
#[path = "multipart_tests.rs"]
mod tests;
