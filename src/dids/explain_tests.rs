use super::*;
use crate::api::body::of_query;

fn parameters(query: &str) -> Parameters {
    of_query(query)
}

fn cause_of(query: &str) -> String {
    incorrect_hash(&parameters(query), None).join(" ")
}

#[test]
fn an_incorrect_hash_is_explained_without_it() {
    assert!(cause_of("u=x").starts_with("No hash was received"));
    assert!(cause_of("hash=abc").contains("is 3 hexadecimal digits; it should be 40"));
    assert!(cause_of("hash=secret%21").contains("is 7 characters, not all hexadecimal"));
    assert!(cause_of("hash=abcdef").contains("no parameter of this call counts"));
    assert!(!cause_of("hash=abcdef").contains("abcdef"));
    let whole = cause_of(&format!("hash={}&did=37&user_id=5&x=1", "a".repeat(40)));
    assert!(whole.contains("40 hexadecimal digits, as it should"));
    assert!(
        whole.contains("the values of user_id, did, in this order"),
        "{whole}"
    );
}

#[test]
fn d29_a_wrong_recipe_is_named_first() {
    let recipe = Some("u and the key".to_owned());
    let causes = incorrect_hash(&parameters("hash=1"), recipe);
    assert!(causes[0].starts_with("The hash received is the SHA1 of u and the key."));
}

#[test]
fn commands_hold_neither_hash_nor_password() {
    let about = about(&parameters(
        "u=o'x&hash=geheim&p=wort&test=1&search_status=a+b&x=y",
    ));
    let (_, json) = &about.commands[0];
    assert!(json.contains("--data-urlencode 'u=o'\\''x'"), "{json}");
    assert!(
        json.contains("--data-urlencode 'search_status=a b'"),
        "{json}"
    );
    let shown = format!("{about:?}");
    assert!(
        !shown.contains("geheim") && !shown.contains("wort"),
        "{shown}"
    );
}
