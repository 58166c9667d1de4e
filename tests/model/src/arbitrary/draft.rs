//! A request that is not yet encoded, and the encoding.

use super::dice::Dice;
use crate::ask::Ask;

/// Names and values, not yet encoded.
pub type Pairs = Vec<(String, Vec<u8>)>;

/// How a body is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum BodyForm {
    Form,
    Json,
    Multipart,
}

/// A request before it is encoded.
pub struct Draft {
    pub method: String,
    pub path: String,
    pub in_query: Pairs,
    pub in_body: Pairs,
    pub body_form: BodyForm,
    pub content_type: Option<String>,
    pub headers: Vec<(String, String)>,
    /// Put at the end of the query as it is.
    pub raw_query: String,
    /// Put before the body as it is.
    pub raw_body_first: Vec<u8>,
    /// Put at the end of the body as it is.
    pub raw_body: Vec<u8>,
    /// Names of parts of a multipart body that are files.
    pub files: Vec<String>,
}

impl Draft {
    /// Adds a parameter where most of them are.
    pub fn add(&mut self, name: &str, value: &[u8]) {
        self.place().push((name.to_owned(), value.to_vec()));
    }

    /// Adds a parameter in front of the others, so that a later one of the same
    /// name wins over it.
    pub fn add_first(&mut self, name: &str, value: &[u8]) {
        self.place().insert(0, (name.to_owned(), value.to_vec()));
    }

    /// Takes a parameter out.
    pub fn remove(&mut self, name: &str) {
        self.in_query.retain(|pair| pair.0 != name);
        self.in_body.retain(|pair| pair.0 != name);
    }

    /// Replaces a parameter.
    pub fn set(&mut self, name: &str, value: &[u8]) {
        self.remove(name);
        self.add(name, value);
    }

    fn place(&mut self) -> &mut Pairs {
        if self.in_body.is_empty() {
            &mut self.in_query
        } else {
            &mut self.in_body
        }
    }

    /// Adds a header.
    pub fn add_header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Encodes the request.
    pub fn finish(mut self, dice: &mut Dice) -> Ask {
        let mut query = form(&self.in_query, dice);
        if !query.is_empty() && !self.raw_query.is_empty() {
            query.push('&');
        }
        query += &self.raw_query;
        let target = if query.is_empty() && !dice.rarely(50) {
            self.path
        } else {
            format!("{}?{query}", self.path)
        };
        let mut body = match self.body_form {
            BodyForm::Json if !self.in_body.is_empty() => json(&self.in_body, dice),
            BodyForm::Multipart if !self.in_body.is_empty() => {
                let boundary = *dice.pick(&BOUNDARIES);
                self.content_type = Some(format!("multipart/form-data; boundary={boundary}"));
                multipart(&self.in_body, &self.files, boundary.trim_matches('"'), dice)
            }
            _ => form(&self.in_body, dice).into_bytes(),
        };
        body.splice(..0, self.raw_body_first);
        body.extend(self.raw_body);
        Ask {
            method: self.method,
            target,
            content_type: self.content_type,
            headers: self.headers,
            body,
        }
    }
}

/// Boundaries as clients choose them.
const BOUNDARIES: [&str; 4] = [
    "------------------------d74496d66958873e",
    "----WebKitFormBoundary7MA4YWxkTrZu0gW",
    "\"=_a b:1\"",
    "x",
];

/// Writes the parts of a multipart body.
fn multipart(
    pairs: &[(String, Vec<u8>)],
    files: &[String],
    boundary: &str,
    dice: &mut Dice,
) -> Vec<u8> {
    let padding = *dice.pick(&["", "", "", " ", "\t "]);
    let kind = *dice.pick(&["", "", "Content-Type: text/plain; charset=utf-8\r\n"]);
    let mut out = Vec::new();
    let mut part = |name: &str, more: &str, value: &[u8]| {
        let name = name.replace('\\', "\\\\").replace('"', "\\\"");
        let disposition = format!("Content-Disposition: form-data; name=\"{name}\"{more}");
        let head = format!("--{boundary}{padding}\r\n{disposition}\r\n{kind}\r\n");
        out.extend_from_slice(head.as_bytes());
        out.extend_from_slice(value);
        out.extend_from_slice(b"\r\n");
    };
    for (name, value) in pairs {
        part(name, "", value);
    }
    for name in files {
        part(name, "; filename=\"a.txt\"", b"\0\xFF");
    }
    let end = *dice.pick(&["\r\n", "", " \r\n"]);
    out.extend_from_slice(format!("--{boundary}--{end}").as_bytes());
    out
}

/// Writes `name=value&name=value`.
fn form(pairs: &[(String, Vec<u8>)], dice: &mut Dice) -> String {
    let plus = dice.rarely(50);
    let lower = dice.rarely(50);
    let encode = |text: &[u8]| {
        let mut out = String::new();
        for &b in text {
            match b {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => out.push(b as char),
                b' ' if plus => out.push('+'),
                _ if lower => out += &format!("%{b:02x}"),
                _ => out += &format!("%{b:02X}"),
            }
        }
        out
    };
    let pieces = pairs
        .iter()
        .map(|(name, value)| match value.is_empty() && lower {
            true => encode(name.as_bytes()),
            false => format!("{}={}", encode(name.as_bytes()), encode(value)),
        });
    pieces.collect::<Vec<_>>().join("&")
}

/// Writes a flat JSON object: numbers as numbers and switches as booleans where
/// that is possible and the dice say so.
fn json(pairs: &[(String, Vec<u8>)], dice: &mut Dice) -> Vec<u8> {
    let as_scalars = dice.rarely(50);
    let escaped = dice.rarely(50);
    let mut out = b"{".to_vec();
    for (place, (name, value)) in pairs.iter().enumerate() {
        if place > 0 {
            out.extend_from_slice(b", ");
        }
        out.extend_from_slice(&json_string(name.as_bytes(), false));
        out.push(b':');
        let text = std::str::from_utf8(value).unwrap_or("");
        let is_plain_number = text.parse::<i32>().is_ok_and(|n| n.to_string() == text);
        match text {
            "1" if as_scalars && escaped => out.extend_from_slice(b"true"),
            "0" if as_scalars && escaped => out.extend_from_slice(b"false"),
            "1.5" if as_scalars => out.extend_from_slice(b"1.5"),
            _ if as_scalars && is_plain_number => out.extend_from_slice(value),
            _ => out.extend_from_slice(&json_string(value, escaped)),
        }
    }
    out.push(b'}');
    out
}

/// Writes a JSON string. Bytes that are not UTF-8 go in as they are.
fn json_string(text: &[u8], escaped: bool) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(text) else {
        return [b"\"", text, b"\""].concat();
    };
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out += "\\\"",
            '\\' => out += "\\\\",
            c if c < ' ' || (escaped && !c.is_ascii_alphanumeric()) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    out += &format!("\\u{unit:04x}");
                }
            }
            c => out.push(c),
        }
    }
    (out + "\"").into_bytes()
}
