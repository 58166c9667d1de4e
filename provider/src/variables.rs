//! `fermyon:spin/variables` from the environment: `SPIN_VARIABLE_<NAME>`, the
//! names that Spin's own command reads.

use crate::Provider;
use crate::bindings::exports::fermyon::spin::variables::{Error, Guest};
use std::env::{self, VarError};

/// The defaults of spin.toml, for the variables that the component asks for.
const DEFAULTS: &[(&str, &str)] = &[("database", "sqlite:default")];

impl Guest for Provider {
    fn get(name: String) -> Result<String, Error> {
        let variable = format!("SPIN_VARIABLE_{}", name.to_ascii_uppercase());
        match env::var(&variable) {
            Ok(value) => Ok(value),
            // Not the error's own text, which shows the value.
            Err(VarError::NotUnicode(_)) => {
                Err(Error::Provider(format!("{variable} is not UTF-8")))
            }
            Err(VarError::NotPresent) => default(&name).ok_or(Error::Undefined(name)),
        }
    }
}

fn default(name: &str) -> Option<String> {
    let found = DEFAULTS.iter().find(|(known, _)| *known == name);
    found.map(|(_, value)| (*value).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_those_of_the_manifest() {
        let manifest = include_str!("../../spin.toml");
        for (name, value) in DEFAULTS {
            let line = format!("\n{name} = {{ default = \"{value}\"");
            assert!(manifest.contains(&line), "{name}");
        }
    }

    #[test]
    fn the_environment_wins() {
        // Cargo sets no such variables, and nothing here may: other threads read.
        assert_eq!(Provider::get("database".into()).ok(), default("database"));
        let unknown = Provider::get("other".into());
        assert!(matches!(unknown, Err(Error::Undefined(name)) if name == "other"));
    }
}
