//! The flat JSON object of D23, read by hand.

/// Reads a flat JSON object into its members, in order and with duplicates:
/// strings as they are, numbers as written, `true` and `false` as `1` and `0`,
/// null members left out. `None` when it is nested, malformed or no object.
pub fn members(body: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut reader = Reader {
        text: std::str::from_utf8(body).ok()?,
        at: 0,
    };
    let mut members = Vec::new();
    reader.expect('{')?;
    if reader.next_is('}') {
        reader.expect('}')?;
        return reader.ends().then_some(members);
    }
    loop {
        reader.skip_space();
        let name = reader.string()?;
        reader.expect(':')?;
        reader.skip_space();
        if let Some(value) = reader.scalar()? {
            members.push((name.into_bytes(), value.into_bytes()));
        }
        if reader.next_is(',') {
            reader.expect(',')?;
            continue;
        }
        reader.expect('}')?;
        return reader.ends().then_some(members);
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip_space(&mut self) {
        let rest = self.rest();
        let trimmed = rest.trim_start_matches([' ', '\t', '\n', '\r']);
        self.at += rest.len() - trimmed.len();
    }

    fn next_is(&mut self, wanted: char) -> bool {
        self.skip_space();
        self.rest().starts_with(wanted)
    }

    fn expect(&mut self, wanted: char) -> Option<()> {
        self.next_is(wanted).then(|| self.at += 1)
    }

    fn ends(&mut self) -> bool {
        self.skip_space();
        self.rest().is_empty()
    }

    /// One character, whatever it is.
    fn take(&mut self) -> Option<char> {
        let c = self.rest().chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// A value; the inner `None` is null.
    fn scalar(&mut self) -> Option<Option<String>> {
        if self.rest().starts_with('"') {
            return self.string().map(Some);
        }
        for (word, value) in [("true", Some("1")), ("false", Some("0")), ("null", None)] {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Some(value.map(str::to_owned));
            }
        }
        self.number().map(Some)
    }

    fn string(&mut self) -> Option<String> {
        let mut out = String::new();
        if self.take()? != '"' {
            return None;
        }
        loop {
            match self.take()? {
                '"' => return Some(out),
                '\\' => out.push(self.escape()?),
                c if c < ' ' => return None,
                c => out.push(c),
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        Some(match self.take()? {
            '"' => '"',
            '\\' => '\\',
            '/' => '/',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => {
                let first = self.four_digits()?;
                if !(0xD800..0xDC00).contains(&first) {
                    // A lone low surrogate is no character.
                    return char::from_u32(first);
                }
                if self.take()? != '\\' || self.take()? != 'u' {
                    return None;
                }
                let second = self.four_digits()?;
                if !(0xDC00..0xE000).contains(&second) {
                    return None;
                }
                char::from_u32(0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00))?
            }
            _ => return None,
        })
    }

    fn four_digits(&mut self) -> Option<u32> {
        let mut value = 0;
        for _ in 0..4 {
            value = value * 16 + self.take()?.to_digit(16)?;
        }
        Some(value)
    }

    /// A number, as written.
    fn number(&mut self) -> Option<String> {
        let start = self.at;
        self.skip_one(&['-']);
        if !self.skip_one(&['0']) {
            self.digits()?;
        }
        if self.skip_one(&['.']) {
            self.digits()?;
        }
        if self.skip_one(&['e', 'E']) {
            self.skip_one(&['+', '-']);
            self.digits()?;
        }
        Some(self.text[start..self.at].to_owned())
    }

    fn skip_one(&mut self, wanted: &[char]) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += 1;
        }
        found
    }

    fn digits(&mut self) -> Option<()> {
        let rest = self.rest();
        let count = rest.bytes().take_while(u8::is_ascii_digit).count();
        self.at += count;
        (count > 0).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Option<Vec<(String, String)>> {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let pairs = members(body.as_bytes())?;
        Some(pairs.into_iter().map(|(n, v)| (text(n), text(v))).collect())
    }

    #[test]
    fn d23_scalars() {
        let body = r#" { "a" : "x\u00e9\ud83d\ude00\n" , "b":-1.50E+2,"c":true,"d":false,"e":null,"a":0 } "#;
        let pairs = read(body).unwrap();
        let expected = [
            ("a", "xé😀\n"),
            ("b", "-1.50E+2"),
            ("c", "1"),
            ("d", "0"),
            ("a", "0"),
        ];
        assert_eq!(pairs.len(), expected.len());
        for (pair, (name, value)) in pairs.iter().zip(expected) {
            assert_eq!((pair.0.as_str(), pair.1.as_str()), (name, value));
        }
        assert_eq!(read("{}"), Some(vec![]));
    }

    #[test]
    fn d23_malformed() {
        for body in [
            "",
            " ",
            "[]",
            "1",
            "null",
            "{",
            "{}x",
            "{,}",
            r#"{"a":1,}"#,
            r#"{"a"}"#,
            r#"{a:1}"#,
            r#"{"a":[]}"#,
            r#"{"a":{}}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":.5}"#,
            r#"{"a":-}"#,
            r#"{"a":+1}"#,
            r#"{"a":1e}"#,
            r#"{"a":"x}"#,
            r#"{"a":"\x"}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\udc00"}"#,
            r#"{"a":"\u12"}"#,
            r#"{"a":nul}"#,
            r#"{"a":truex}"#,
            r#"{"a":'x'}"#,
            "{\"a\":\"\n\"}",
            "\u{feff}{}",
        ] {
            assert_eq!(read(body), None, "{body}");
        }
        assert_eq!(members(b"{\"a\":\"\xFF\"}"), None);
    }
}
