//! Lists of exact numbers and of ids (D35).

use super::text::{same, whole_number};

/// Items a list may have.
pub const LIMIT: usize = 100;

/// The items of a list, without blanks around them; `None` when one is empty or
/// there are too many.
pub fn of(list: &[u8]) -> Option<Vec<&[u8]>> {
    let items: Vec<&[u8]> = list.split(|&b| b == b',').map(<[u8]>::trim_ascii).collect();
    let fits = items.len() <= LIMIT && items.iter().all(|item| !item.is_empty());
    fits.then_some(items)
}

/// Whether one of the items is this number, in any case; an item that begins with
/// `+` is the number without it too.
pub fn has_number(items: &[&[u8]], number: &[u8]) -> bool {
    let is = |item: &&[u8]| {
        let without = item.strip_prefix(b"+").filter(|rest| !rest.is_empty());
        same(item, number) || without.is_some_and(|rest| same(rest, number))
    };
    items.iter().any(is)
}

/// Whether one of the items is this id; what is no whole number is none (D19).
pub fn has_id(items: &[&[u8]], id: i64) -> bool {
    items
        .iter()
        .any(|item| whole_number(item) == Some(i128::from(id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d35_items() {
        assert_eq!(of(b" 1 ,2\t,x").unwrap(), [&b"1"[..], b"2", b"x"]);
        for bad in ["", ",", "1,", ",1", "1,,2", "1, ,2"] {
            assert!(of(bad.as_bytes()).is_none(), "{bad}");
        }
        let list = |count| vec!["1"; count].join(",");
        assert!(of(list(100).as_bytes()).is_some());
        assert!(of(list(101).as_bytes()).is_none());
    }

    #[test]
    fn d35_numbers_and_ids() {
        let items = of(b"370,+371,+,aB").unwrap();
        for (number, found) in [
            ("370", true),
            ("+370", false),
            ("371", true),
            ("+371", true),
            ("+", true),
            ("", false),
            ("Ab", true),
            ("37", false),
        ] {
            assert_eq!(has_number(&items, number.as_bytes()), found, "{number}");
        }
        let items = of(b"1,x,+2,007,-3,99999999999999999999").unwrap();
        for (id, found) in [
            (1, true),
            (2, false),
            (7, true),
            (-3, true),
            (i64::MAX, false),
        ] {
            assert_eq!(has_id(&items, id), found, "{id}");
        }
    }
}
