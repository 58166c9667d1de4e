use super::*;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Every text of up to `longest` of these pieces.
fn texts(pieces: &[&str], longest: usize, test: &mut impl FnMut(&str)) {
    fn extend(text: &mut String, pieces: &[&str], left: usize, test: &mut impl FnMut(&str)) {
        test(text);
        for piece in pieces.iter().filter(|_| left > 0) {
            text.push_str(piece);
            extend(text, pieces, left - 1, test);
            text.truncate(text.len() - piece.len());
        }
    }
    extend(&mut String::new(), pieces, longest, test);
}

/// Both readers read the same, or neither reads anything.
fn same<'de, T: Deserialize<'de> + PartialEq + fmt::Debug>(json: &'de str) {
    let theirs: Option<T> = serde_json::from_str(json).ok();
    assert_eq!(read(json.as_bytes()).ok(), theirs, "{json:?}");
}

#[test]
fn numbers_and_words_are_serde_jsons() {
    let pieces = ["0", "7", "-", "+", ".", "e", "E", " ", "null", "true", "f"];
    texts(&pieces, 5, &mut |json| {
        let theirs = serde_json::from_str::<&RawValue>(json).is_ok();
        assert_eq!(
            read::<IgnoredAny>(json.as_bytes()).is_ok(),
            theirs,
            "{json:?}"
        );
    });
    texts(&["0", "9", "-", "null", "\n"], 6, &mut |json| {
        if !json.trim_start().trim_start_matches('-').starts_with('0') {
            same::<Option<i64>>(json);
        }
    });
    for number in [i64::MAX, i64::MIN, 999_999_999_999_999_999] {
        same::<i64>(&number.to_string());
        same::<i64>(&format!("{number}0"));
    }
}

#[test]
fn strings_are_what_serde_json_takes_for_them() {
    let pieces = [
        "\"", "\\", "u", "00e9", "d83d", "de00", "n", "/", "é", "\u{1f}", " ",
    ];
    texts(&pieces, 4, &mut |inside| {
        same::<String>(inside);
        same::<String>(&format!("\"{inside}\""));
    });
    for escapes in [
        r"\ud83d\ude00",
        r"\ud83d\u00e9",
        r"\ud83dx",
        r"\b\f\n\r\t\/\\\x",
    ] {
        same::<String>(&format!("\"{escapes}\""));
    }
}

#[test]
fn arrays_and_objects_are_serde_jsons() {
    let pieces = ["[", "]", "{", "}", ",", ":", "\"a\"", " ", "null"];
    texts(&pieces, 6, &mut |json| {
        same::<Vec<Option<String>>>(json);
        same::<BTreeMap<String, Option<String>>>(json);
        same::<(String, [String; 1])>(json);
    });
}

#[test]
fn values_follow_each_other() {
    let mut reader = Reader(b"[1][2, 3] [] ");
    let mut next = || reader.value::<Vec<i64>>().transpose().unwrap();
    assert_eq!([next(), next()], [Some(vec![1]), Some(vec![2, 3])]);
    assert_eq!([next(), next()], [Some(vec![]), None]);
}
