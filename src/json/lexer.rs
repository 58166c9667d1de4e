//! The tokens of JSON: strings, numbers, words and what stands between.

use super::{Malformed, Reader, Result};
use crate::text::plain;
use std::borrow::Cow;

impl<'de> Reader<'de> {
    /// The next byte that is no white space.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        loop {
            match self.0 {
                [byte, ..] if *byte > b' ' => return Some(*byte),
                [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] => self.0 = rest,
                rest => return rest.first().copied(),
            }
        }
    }

    /// Takes this byte.
    #[inline]
    pub(super) fn take(&mut self, byte: u8) -> Result<()> {
        if self.peek() == Some(byte) {
            self.0 = self.0.get(1..).unwrap_or_default();
            Ok(())
        } else {
            Err(Malformed)
        }
    }

    pub(super) fn word(&mut self, word: &str) -> Result<()> {
        self.0 = self.0.strip_prefix(word.as_bytes()).ok_or(Malformed)?;
        Ok(())
    }

    /// Takes so many bytes.
    #[inline]
    fn run(&mut self, length: usize) -> &'de [u8] {
        let (run, rest) = self.0.split_at_checked(length).unwrap_or_default();
        self.0 = rest;
        run
    }

    /// A string's bytes. Databases put into one what is not UTF-8, so whoever
    /// wants text looks at them again.
    pub(super) fn string(&mut self) -> Result<Cow<'de, [u8]>> {
        self.take(b'"')?;
        let run = self.run(plain(self.0, b"\"\\", false));
        if let [b'"', rest @ ..] = self.0 {
            self.0 = rest;
            return Ok(Cow::Borrowed(run));
        }
        let mut bytes = run.to_vec();
        loop {
            match self.0 {
                [b'"', rest @ ..] => {
                    self.0 = rest;
                    return Ok(Cow::Owned(bytes));
                }
                [b'\\', rest @ ..] => {
                    self.0 = rest;
                    let escaped = self.escaped()?;
                    bytes.extend_from_slice(escaped.encode_utf8(&mut [0; 4]).as_bytes());
                }
                _ => return Err(Malformed),
            }
            bytes.extend_from_slice(self.run(plain(self.0, b"\"\\", false)));
        }
    }

    /// What stands after a backslash.
    fn escaped(&mut self) -> Result<char> {
        let (letter, rest) = self.0.split_first().ok_or(Malformed)?;
        self.0 = rest;
        Ok(match letter {
            b'"' | b'\\' | b'/' => char::from(*letter),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let second = match self.0.strip_prefix(b"\\u") {
                    Some(rest) if matches!(first, 0xd800..=0xdbff) => {
                        self.0 = rest;
                        Some(self.unit()?)
                    }
                    _ => None,
                };
                let units = [first].into_iter().chain(second);
                let decoded = char::decode_utf16(units).next();
                decoded.and_then(|decoded| decoded.ok()).ok_or(Malformed)?
            }
            _ => return Err(Malformed),
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Result<u16> {
        let (digits, rest) = self.0.split_at_checked(4).ok_or(Malformed)?;
        self.0 = rest;
        digits.iter().try_fold(0, |unit, digit| {
            let digit = char::from(*digit).to_digit(16).ok_or(Malformed)?;
            Ok(unit << 4 | u16::try_from(digit).unwrap_or_default())
        })
    }

    /// A number as it is written.
    pub(super) fn number(&mut self) -> Result<&'de [u8]> {
        let start = self.0;
        self.0 = self.0.strip_prefix(b"-").unwrap_or(self.0);
        if let [b'0', _, ..] = self.digits()? {
            return Err(Malformed);
        }
        if let [b'.', rest @ ..] = self.0 {
            self.0 = rest;
            self.digits()?;
        }
        if let [b'e' | b'E', rest @ ..] = self.0 {
            self.0 = rest;
            if let [b'+' | b'-', rest @ ..] = self.0 {
                self.0 = rest;
            }
            self.digits()?;
        }
        let length = start.len() - self.0.len();
        start.get(..length).ok_or(Malformed)
    }

    /// At least one digit.
    fn digits(&mut self) -> Result<&'de [u8]> {
        let digits = self.0.iter().take_while(|byte| byte.is_ascii_digit());
        match self.run(digits.count()) {
            [] => Err(Malformed),
            digits => Ok(digits),
        }
    }

    /// A whole number.
    pub(super) fn integer(&mut self) -> Result<i64> {
        self.peek();
        let start = self.0;
        let minus = start.strip_prefix(b"-");
        self.0 = minus.unwrap_or(start);
        let digits = self.digits()?;
        // So many cannot overflow, and checking each step is dear in WebAssembly.
        if digits.len() < 19 {
            let add = |value, digit: &u8| value * 10 + i64::from(digit - b'0');
            let value = digits.iter().fold(0, add);
            return Ok(if minus.is_some() { -value } else { value });
        }
        let length = start.len() - self.0.len();
        let text = start.get(..length).ok_or(Malformed)?;
        let text = std::str::from_utf8(text).map_err(|_| Malformed)?;
        text.parse().map_err(|_| Malformed)
    }
}
