//! Why a call was refused, in words for the person who is debugging it: the likely
//! cause and what to look at. Only of what the caller sent, and what the error
//! itself tells already.

use crate::api::parameters::Parameters;
use crate::api::signature;
use crate::error::ApiError;

/// The likely cause, as plain text.
pub fn of(error: ApiError, parameters: &Parameters) -> String {
    let text = match error {
        ApiError::IncorrectHash => return incorrect_hash(parameters),
        ApiError::NoSuchApi => {
            "The method is named by the last part of the path, or by the parameter action where \
             the path ends in /api. This service has dids_get."
        }
        ApiError::ApiDisabled => {
            "Allow API is off in the settings of the server or, for resellers and their users, in \
             those of the reseller."
        }
        ApiError::GetDisabled => {
            "Allow GET API is off in the settings: send the same parameters by POST."
        }
        ApiError::AccessDenied => {
            "The parameter u must be the username of an admin, accountant, reseller or user. \
             Check its spelling; partners may not call."
        }
        ApiError::NoSecretKey => {
            "No API Secret Key is set for whoever signs this user's calls: the admin, or the \
             user's reseller."
        }
        ApiError::NotPermitted => {
            "The user's API permission group does not have dids_get at read or write."
        }
        ApiError::NotAuthorized => {
            "The accountant's permission group does not have the right to manage DIDs."
        }
        ApiError::NoDidsFound => {
            "The call was accepted, but no DID that this user may see matches every filter above. \
             Leave filters out one by one; from counts from 1."
        }
        _ => "",
    };
    text.to_owned()
}

/// Never the hash itself, nor a part of it.
fn incorrect_hash(parameters: &Parameters) -> String {
    let received = parameters.get("hash").unwrap_or_default();
    let hex = received.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut text = match received.chars().count() {
        0 => "No hash was received; it is the parameter hash.".to_owned(),
        40 if hex => "The hash received is 40 hexadecimal digits, as it should be.".to_owned(),
        length => {
            let kind = if hex {
                "hexadecimal digits"
            } else {
                "characters, not all hexadecimal"
            };
            format!("The hash received is {length} {kind}; it should be 40 hexadecimal digits.")
        }
    };
    let listed: Vec<&str> = signature::listed(parameters).collect();
    text += " It is the SHA1 of ";
    if !listed.is_empty() {
        text += "the values of ";
        text += &listed.join(", ");
        text += ", in this order, and then ";
    }
    text += "the API Secret Key";
    text += if listed.is_empty() {
        ", since no parameter of this call counts."
    } else {
        "; the key alone is accepted too."
    };
    text += " The key is the one of the admin or, for resellers and their users, the reseller's.";
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cause(query: &str) -> String {
        of(ApiError::IncorrectHash, &Parameters::from_form(b"", query))
    }

    #[test]
    fn an_incorrect_hash_is_explained_without_it() {
        assert!(cause("u=x").starts_with("No hash was received"));
        assert!(cause("hash=abc").contains("is 3 hexadecimal digits; it should be 40"));
        assert!(cause("hash=secret%21").contains("is 7 characters, not all hexadecimal"));
        assert!(cause("hash=abcdef").contains("no parameter of this call counts"));
        assert!(!cause("hash=abcdef").contains("abcdef"));
        let whole = cause(&format!("hash={}&did=37&user_id=5&x=1", "a".repeat(40)));
        assert!(whole.contains("40 hexadecimal digits, as it should"));
        assert!(
            whole.contains("the values of user_id, did, in this order"),
            "{whole}"
        );
    }
}
