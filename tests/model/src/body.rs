//! The body of a request: how it is read, and the parameters in it.

use super::ask::Ask;
use super::names::echo;
use super::request::Refusal;
use super::{json, multipart};

/// Bytes a body may have (D3).
pub const BODY_LIMIT: usize = 65_536;

/// A parameter as it was sent.
pub struct Pair {
    pub name: Vec<u8>,
    pub value: Vec<u8>,
    /// A part with a file name, whose content is not looked at (D36).
    pub is_file: bool,
}

impl Pair {
    fn new((name, value): (Vec<u8>, Vec<u8>)) -> Self {
        Pair {
            name,
            value,
            is_file: false,
        }
    }
}

/// The parameters of a body, or the text of the refusal when it is malformed.
pub type Parameters = Result<Vec<Pair>, &'static str>;

/// Reads the body of a request by GET or POST. A refusal is one of D25's bodies and of
/// the body's length.
pub fn parameters(ask: &Ask) -> Result<Parameters, Refusal> {
    if ask.body.is_empty() {
        return Ok(Ok(Vec::new()));
    }
    if ask.method == "GET" {
        return Err(Refusal::new(400, "A body needs POST"));
    }
    let mut types: Vec<&str> = ask.content_type.iter().map(|kind| kind.trim()).collect();
    types.extend(
        ask.header_lines("content-type")
            .iter()
            .map(|kind| kind.trim()),
    );
    types.retain(|kind| !kind.is_empty());
    types.dedup();
    let content_type = *types.first().unwrap_or(&"");
    let media_type = content_type.split(';').next().unwrap_or("").trim();
    let is = |kind: &str| media_type.eq_ignore_ascii_case(kind);
    let is_form = media_type.is_empty() || is("application/x-www-form-urlencoded");
    let (is_json, is_multipart) = (is("application/json"), is("multipart/form-data"));
    let mut text = "Unsupported media type: send application/x-www-form-urlencoded, \
                    multipart/form-data or application/json"
        .to_owned();
    if let [one, other, ..] = &types[..] {
        let (one, other) = (echo(one.as_bytes()), echo(other.as_bytes()));
        text += &format!(" (received: {one} and {other})");
    }
    if types.len() > 1 || !is_form && !is_json && !is_multipart {
        return Err(Refusal::new(415, text));
    }
    // A field that is sent twice is one with a comma.
    for encoding in ask.header_lines("content-encoding").join(",").split(',') {
        if !["", "identity"].contains(&&*encoding.trim().to_ascii_lowercase()) {
            return Err(Refusal::new(415, "Unsupported content encoding"));
        }
    }
    if ask.body.len() > BODY_LIMIT {
        let text = format!("Request body is larger than {BODY_LIMIT} bytes");
        return Err(Refusal::new(413, text));
    }
    if is_multipart {
        return Ok(multipart_pairs(content_type, &ask.body));
    }
    // D23: one byte order mark is dropped.
    let body = ask.body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&ask.body);
    if is_form || body.is_empty() {
        return Ok(Ok(form_pairs(body)));
    }
    let members = json::members(body).ok_or("Malformed JSON body");
    Ok(members.map(|members| members.into_iter().map(Pair::new).collect()))
}

fn multipart_pairs(content_type: &str, body: &[u8]) -> Parameters {
    let parts = multipart::parts(content_type, body).ok_or("Malformed multipart body")?;
    let pair = |part: multipart::Part| Pair {
        name: part.name,
        value: part.content,
        is_file: part.is_file,
    };
    Ok(parts.into_iter().map(pair).collect())
}

/// Reads `name=value&name=value`. A piece without `=` is a name with an empty
/// value; an empty piece is nothing.
pub fn form_pairs(text: &[u8]) -> Vec<Pair> {
    let pieces = text.split(|&b| b == b'&').filter(|piece| !piece.is_empty());
    let pair = |piece: &[u8]| match piece.iter().position(|&b| b == b'=') {
        Some(at) => (decode(&piece[..at]), decode(&piece[at + 1..])),
        None => (decode(piece), Vec::new()),
    };
    pieces.map(pair).map(Pair::new).collect()
}

/// Decodes `+` and percent escapes. An invalid escape stays as written (D2).
fn decode(text: &[u8]) -> Vec<u8> {
    let digit = |at: usize| (*text.get(at)? as char).to_digit(16);
    let mut out = Vec::new();
    let mut at = 0;
    while at < text.len() {
        match (text[at], digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
                continue;
            }
            (b'+', _, _) => out.push(b' '),
            (other, _, _) => out.push(other),
        }
        at += 1;
    }
    out
}
