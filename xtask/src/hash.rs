//! `cargo xtask hash`

use anyhow::{Context, Result};
use dids_get::api::signature::sign;
use std::ffi::OsString;

pub const ABOUT: &str = "\
Prints the hash of a call made with this API secret key: SHA-1 over the values
of the hash-listed parameters in their order, then the key. Nothing that
dids_get documents is hash-listed, so its hash needs the key alone. With - the
key is read from the standard input and stays out of the shell's history.";

pub fn run(arguments: Vec<OsString>) -> Result<()> {
    let mut arguments = arguments.into_iter().map(|argument| {
        argument
            .into_string()
            .map_err(|other| anyhow::anyhow!("{} is not UTF-8", other.display()))
    });
    let mut key = arguments
        .next()
        .context("give the API secret key, or - to type it")??;
    if key == "-" {
        key.clear();
        std::io::stdin().read_line(&mut key)?;
        key.truncate(key.trim_end_matches(['\r', '\n']).len());
    }
    let given = arguments.collect::<Result<Vec<_>>>()?;
    let mut pairs = Vec::new();
    for pair in &given {
        let pair = pair
            .split_once('=')
            .with_context(|| format!("{pair} is not NAME=VALUE"))?;
        pairs.push(pair);
        if !pair.1.is_empty() && !is_listed(pair) {
            eprintln!("note: {} is not hash-listed and does not count", pair.0);
        }
    }
    println!("{}", sign(&pairs, &key));
    Ok(())
}

fn is_listed(pair: (&str, &str)) -> bool {
    sign(&[pair], "") != sign(&[], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hash_listed_parameters_count() {
        assert!(is_listed(("user_id", "1")));
        assert!(!is_listed(("search_status", "free")));
        assert!(!is_listed(("User_id", "1")));
    }
}
