//! Names as people, frameworks and other APIs write them.

use super::dice::Dice;

/// A name in another spelling, in which a reader finds it still.
pub fn spelled(name: &str, dice: &mut Dice) -> String {
    let words: Vec<&str> = name.split('_').collect();
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    let capitals: Vec<String> = words.iter().map(|word| capital(word)).collect();
    let spelled = match dice.below(8) {
        0 => name.to_owned(),
        1 => words.join("-"),
        2 => words.join("."),
        3 => words.concat(),
        4 => capitals.concat(),
        5 => words[0].to_owned() + &capitals[1..].concat(),
        6 => capitals.join("-"),
        _ => name.to_ascii_uppercase(),
    };
    let before = *dice.pick(&["", "", "", "", "", "s_", "S.", "s-", "_"]);
    let behind = *dice.pick(&["", "", "", "", "[]", "[0]", "[x][y]", "[", "_", "-"]);
    format!("{before}{spelled}{behind}")
}

/// What reaches a server of a name that went wrong on its way: whatever its value, it
/// can be no plain name.
pub fn damaged(name: &str, dice: &mut Dice) -> String {
    match dice.below(15) {
        0 => format!("amp;{name}"),
        1 => format!(" {name}"),
        2 => format!("{name}\t"),
        3 => format!("{name}\0"),
        4 => format!("{name}\u{A0}"),
        5 => format!("\u{FEFF}{name}"),
        6 => name.replace('_', "\u{AD}_"),
        7 => name.chars().map(|c| format!("{c}\0")).collect(),
        8 => format!("?{name}"),
        9 => format!("{{\"{name}\":\"free\"}}"),
        10 => format!("{name}\\_"),
        11 => format!("%5B{name}"),
        12 => format!("{name}={name}"),
        13 => format!("{name}{}", "é<&>\"'\\\r\n\u{7F}\u{85}\u{FFFF}".repeat(9)),
        _ => format!("{{\"hash\":\"{}\",\"{name}\":1}}", "0aB9".repeat(10)),
    }
}
