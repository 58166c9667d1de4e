//! Filters as a caller sends them, in whatever spelling and wherever they stand: what
//! a reader would take for a filter must not be answered by rows that it excludes.
//!
//! The one exception is the vendor's: a filter that the caller's role may not use is
//! ignored. (A later value that replaces an earlier one is no exception: the earlier
//! one is not asked any more. No filter is sent twice here.)

use proptest::collection::vec;
use proptest::prelude::{Strategy, any};

use super::dice::Dice;
use super::draft::Pairs;
use super::spellings::{damaged, spelled};
use super::{ASK_DICE, filters, requests, tables};
use crate::ask::Ask;
use crate::gate::{self, Caller};
use crate::request::Request;
use crate::rows;
use crate::tables::{Did, Tables};

/// A request, and the filters a reader finds in it.
#[derive(Clone, Debug)]
pub struct Sent {
    pub ask: Ask,
    /// Names and values, as they are meant.
    pub filters: Pairs,
    /// The user name of the caller.
    caller: Vec<u8>,
}

/// A database and requests with filters to it.
pub fn scenario(asks: usize) -> impl Strategy<Value = (Tables, Vec<Sent>)> {
    let dice = vec(vec(any::<u8>(), ASK_DICE), asks);
    (tables(), dice).prop_map(|(tables, dice)| {
        let sent = dice.iter().map(|dice| sent(&tables, &mut Dice::new(dice)));
        let sent = sent.collect();
        (tables, sent)
    })
}

impl Sent {
    /// The first of the listed DIDs that one of the filters excludes.
    pub fn excluded<'a>(&self, tables: &'a Tables, listed: &[i64]) -> Option<&'a Did> {
        let user = gate::named(tables, &self.caller)?;
        let caller = Caller {
            role: gate::role(user)?,
            user,
        };
        let mut dids = tables.dids.iter().filter(|did| listed.contains(&did.id));
        dids.find(|did| {
            let mut filters = self.filters.iter();
            filters.any(|(name, value)| is_excluded(tables, &caller, name, value, did))
        })
    }
}

fn is_excluded(tables: &Tables, caller: &Caller, name: &str, value: &[u8], did: &Did) -> bool {
    if !crate::names::is_documented(name.as_bytes()) {
        // Nobody knows what it excludes.
        return true;
    }
    !rows::is_wanted(tables, caller, &Request::of(&[(name, value)]), did)
}

/// A signed request with one or two filters.
fn sent(tables: &Tables, dice: &mut Dice) -> Sent {
    let mut query = Pairs::new();
    let (path, _) = requests::credentials(tables, &mut query, dice);
    let caller = query.iter().find(|pair| pair.0 == "u");
    let caller = caller.map(|pair| pair.1.clone()).unwrap_or_default();
    let nothing = Did::default();
    let row = if tables.dids.is_empty() {
        &nothing
    } else {
        dice.pick(&tables.dids)
    };
    let mut asked = Pairs::new();
    for _ in 0..=dice.below(2) {
        let (name, value) = match dice.below(30) {
            29 => ("search_reseller".to_owned(), b"3".to_vec()),
            _ => filters::filter(tables, row, dice),
        };
        if asked.iter().all(|filter| filter.0 != name) {
            asked.push((name, value));
        }
    }
    let write = |(name, value): &(String, Vec<u8>)| written(name, value, dice);
    let written: Pairs = asked.iter().map(write).collect();
    let in_query = form(&query);
    let mut ask = Ask {
        method: "POST".to_owned(),
        target: format!("{path}?{in_query}"),
        ..Ask::default()
    };
    place(&mut ask, &written, dice);
    Sent {
        ask,
        filters: asked,
        caller,
    }
}

/// A name and a value in which a reader finds this filter.
fn written(name: &str, value: &[u8], dice: &mut Dice) -> (String, Vec<u8>) {
    let text = String::from_utf8_lossy(value);
    let by_name = |name: String| (name, value.to_vec());
    let within = |name: &str, value: String| (name.to_owned(), value.into_bytes());
    let short = name.trim_start_matches("search_");
    // Without its prefix a name restricts only by a value.
    let is_set = !value.trim_ascii().is_empty() && !value.trim_ascii().eq_ignore_ascii_case(b"all");
    match dice.below(100) {
        0..=4 => by_name(spelled(name, dice)),
        5..=9 if is_set => by_name(spelled(short, dice)),
        10 if is_set => by_name(short.to_owned()),
        11 => by_name(format!("filter[{short}]")),
        12 => by_name(format!("search[{short}]")),
        13..=15 => by_name(damaged(name, dice)),
        16 => within("s_user", format!("all;{name}={text}")),
        17 => within("data", format!("{{\"{name}\":\"{text}\"}}")),
        18 => within("x", format!("1&{name}={text}")),
        19 => within("test", format!("0;{name}={text}")),
        20 => within("action", format!("dids_get;{name}={text}")),
        21 => (format!("{{\"{name}\":\"{text}\"}}"), Vec::new()),
        _ => by_name(name.to_owned()),
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// Puts parameters somewhere into a request.
fn place(ask: &mut Ask, pairs: &Pairs, dice: &mut Dice) {
    let form = form(pairs);
    let kind = |kind: &str| Some(kind.to_owned());
    match dice.below(40) {
        0 => (ask.content_type, ask.body) = (kind(FORM), form.into_bytes()),
        1 => (ask.content_type, ask.body) = (None, form.into_bytes()),
        2 => (ask.content_type, ask.body) = (kind("text/plain"), form.into_bytes()),
        3 => {
            ask.method = "GET".to_owned();
            (ask.content_type, ask.body) = (kind(FORM), form.into_bytes());
        }
        4 => {
            (ask.content_type, ask.body) = (kind(FORM), form.into_bytes());
            ask.headers
                .push(("Content-Encoding".to_owned(), "gzip".to_owned()));
        }
        5 => (ask.content_type, ask.body) = (kind("application/json"), form.into_bytes()),
        6 => (ask.content_type, ask.body) = (kind("application/json"), json(pairs)),
        // As curl sends what is given with `-d`.
        7 => (ask.content_type, ask.body) = (kind(FORM), json(pairs)),
        8 => (ask.content_type, ask.body) = (None, json(pairs)),
        9 => (ask.content_type, ask.body) = (kind("text/plain"), json(pairs)),
        10 => {
            let nested = [b"{\"params\":", &json(pairs)[..], b"}"].concat();
            (ask.content_type, ask.body) = (kind("application/json"), nested);
        }
        11..=16 => {
            let as_files = dice.rarely(10);
            let parts = multipart(pairs, as_files);
            let body = match dice.below(8) {
                0 => format!("{parts}--y--\r\n"),
                1 => format!("--x--\r\n{parts}--x--\r\n"),
                2 => format!("preamble\r\n{parts}--x--\r\n"),
                3 => parts.replace("\r\n", "\n") + "--x--\n",
                _ => format!("{parts}--x--\r\n"),
            };
            let kinds = [
                "multipart/form-data; boundary=x",
                "multipart/form-data; boundary=y",
            ];
            let kind = if dice.rarely(10) { kinds[1] } else { kinds[0] };
            (ask.content_type, ask.body) = (Some(kind.to_owned()), body.into_bytes());
        }
        17 => {
            let body = [b"\xEF\xBB\xBF", form.as_bytes()].concat();
            (ask.content_type, ask.body) = (kind(FORM), body);
        }
        18 => {
            // UTF-16, as far as it goes.
            let pair = |(name, value): &(String, Vec<u8>)| {
                format!("{name}={}", String::from_utf8_lossy(value))
            };
            let plain = pairs.iter().map(pair).collect::<Vec<_>>().join("&");
            let wide = plain.bytes().flat_map(|byte| [byte, 0]).collect();
            (ask.content_type, ask.body) = (kind(FORM), wide);
        }
        19 => ask.target += &format!("&;{form}"),
        20 => {
            ask.method = "GET".to_owned();
            ask.target += &format!("&{form}");
        }
        _ => ask.target += &format!("&{form}"),
    }
}

fn form(pairs: &Pairs) -> String {
    let escaped = |text: &[u8]| -> String {
        let escape = |byte: &u8| match byte {
            b'a'..=b'z' | b'0'..=b'9' | b'_' => char::from(*byte).to_string(),
            _ => format!("%{byte:02X}"),
        };
        text.iter().map(escape).collect()
    };
    let pair = |(name, value): &(String, Vec<u8>)| {
        format!("{}={}", escaped(name.as_bytes()), escaped(value))
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}

fn json(pairs: &Pairs) -> Vec<u8> {
    let string = |text: &[u8]| {
        let escape = |c: char| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c < ' ' => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        };
        let text: String = String::from_utf8_lossy(text).chars().map(escape).collect();
        format!("\"{text}\"")
    };
    let member = |(name, value): &(String, Vec<u8>)| {
        format!("{}:{}", string(name.as_bytes()), string(value))
    };
    let members: Vec<String> = pairs.iter().map(member).collect();
    format!("{{{}}}", members.join(",")).into_bytes()
}

fn multipart(pairs: &Pairs, as_files: bool) -> String {
    let part = |(name, value): &(String, Vec<u8>)| {
        // In a file of another name nobody looks for filters.
        let file = match as_files && !["x", "data", "s_user"].contains(&&**name) {
            true => "; filename=\"f\"",
            false => "",
        };
        let (name, value) = (name.replace('"', "\\\""), String::from_utf8_lossy(value));
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{value}\r\n")
    };
    pairs.iter().map(part).collect()
}

#[cfg(test)]
mod tests {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;

    use super::*;
    use crate::answer;

    /// The ids in an XML list.
    fn ids(body: &[u8]) -> Vec<i64> {
        let text = String::from_utf8_lossy(body);
        let rest = text.split("      <id>").skip(1);
        let id = |rest: &str| rest.split('<').next().unwrap().parse().unwrap();
        rest.map(id).collect()
    }

    #[test]
    fn d25_no_row_that_a_sent_filter_excludes() {
        let mut runner = TestRunner::deterministic();
        let strategy = scenario(20);
        let (mut lists, mut refusals) = (0, 0);
        for _ in 0..2_500 {
            let (tables, asks) = strategy.new_tree(&mut runner).unwrap().current();
            for sent in asks {
                let expected = answer(&tables, &sent.ask);
                let listed = ids(&expected.body.unwrap_or_default());
                if let Some(did) = sent.excluded(&tables, &listed) {
                    panic!("{sent:?}\nlists {}\n{tables:?}", did.id);
                }
                lists += usize::from(!listed.is_empty());
                refusals += usize::from(expected.status >= 400);
            }
        }
        println!("{lists} lists, {refusals} refusals of 50,000");
        assert!(lists > 8_000 && refusals > 15_000);
    }
}
