//! The gate: the contract's sections 2 and 4.

use sha1::{Digest as _, Sha1};

use super::request::Request;
use super::tables::{Tables, User};
use super::text::{bytes, number, same};

/// The names of the parameters that enter the hash, in their order.
const HASH_LISTED: &str = include_str!("hash_listed_parameters.txt");

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Admin,
    Accountant,
    Reseller,
    User,
}

/// A caller who passed the gate.
pub struct Caller<'a> {
    pub role: Role,
    pub user: &'a User,
}

/// Lets the caller in, or says why not, and with which status where that is said by
/// one (D31). The order of the checks is part of the contract.
pub fn pass<'a>(tables: &'a Tables, request: &Request) -> Result<Caller<'a>, (u16, &'static str)> {
    if !tables.is_on("Allow_API", 0) {
        return Err((403, "API Requests are disabled"));
    }
    if request.is_get && !tables.is_on("Allow_GET_API", 0) {
        return Err((403, "GET Requests are disabled"));
    }
    let Some(user) = named(tables, request.raw("u").unwrap_or(b"")) else {
        return Err((401, "Access Denied"));
    };
    let Some(role) = role(user) else {
        return Err((401, "Access Denied"));
    };
    let owner = key_owner(user, role);
    if !tables.is_on("Allow_API", owner) {
        return Err((403, "API Requests are disabled"));
    }
    if !tables.is_on("API_Disable_hash_checking", owner) {
        if tables.setting("API_Secret_Key", owner).is_empty() {
            return Err((401, "API must have Secret Key"));
        }
        // D22: the key owner's key or the admin's.
        if !hash_is_right(tables, request, owner) && !hash_is_right(tables, request, 0) {
            return Err((401, "Incorrect hash"));
        }
    }
    if is_refused_by_permission_group(tables, user, role) {
        return Err((403, "API method not permitted: dids_get"));
    }
    if role == Role::Accountant && tables.manage_dids(number(user.acc_group_id)) < 1 {
        return Err((403, "You are not authorized to manage DIDs"));
    }
    Ok(Caller { role, user })
}

/// The user of this name, in any case; of several, the one whose name is the same
/// byte for byte, else the lowest id (D30). An empty name names nobody.
pub fn named<'a>(tables: &'a Tables, name: &[u8]) -> Option<&'a User> {
    let users = tables.users.iter();
    let named = users.filter(|user| !name.is_empty() && same(bytes(&user.username), name));
    named.min_by_key(|user| (bytes(&user.username) != name, user.id))
}

/// The role of a user; partners and all other types have none (D4).
pub fn role(user: &User) -> Option<Role> {
    match bytes(&user.usertype) {
        b"admin" => Some(Role::Admin),
        b"accountant" => Some(Role::Accountant),
        b"reseller" => Some(Role::Reseller),
        b"user" => Some(Role::User),
        _ => None,
    }
}

/// Whose settings and key a caller's request is checked with.
pub fn key_owner(user: &User, role: Role) -> i64 {
    match role {
        Role::Admin | Role::Accountant => 0,
        Role::Reseller => user.id,
        Role::User => number(user.owner_id),
    }
}

/// Whether the hash was made with this owner's key, over the hash-listed values
/// or over nothing (D6). An empty key is no key.
fn hash_is_right(tables: &Tables, request: &Request, owner: i64) -> bool {
    let key = tables.setting("API_Secret_Key", owner);
    let Some(hash) = decode_hash(request.trimmed("hash").unwrap_or(b"")) else {
        return false;
    };
    let listed = listed_values(request);
    !key.is_empty() && (hash == sha1(&[key]) || hash == sha1(&[&listed, key]))
}

/// The values of the hash-listed parameters, joined in the list's order.
fn listed_values(request: &Request) -> Vec<u8> {
    let values = HASH_LISTED.lines().filter_map(|name| request.raw(name));
    values.collect::<Vec<_>>().concat()
}

/// SHA-1 over the parts one after another.
pub fn sha1(parts: &[&[u8]]) -> [u8; 20] {
    Sha1::digest(parts.concat()).into()
}

/// 40 hex digits of either case (D7).
fn decode_hash(text: &[u8]) -> Option<[u8; 20]> {
    hex::decode(text).ok()?.try_into().ok()
}

/// Section 4: API restricted, with a permission group that does not allow
/// `dids_get`.
fn is_refused_by_permission_group(tables: &Tables, user: &User, role: Role) -> bool {
    let group = number(user.api_permission_group_id);
    let applies = matches!(role, Role::User | Role::Accountant)
        && tables.columns.api_restricted
        && number(user.api_restricted) != 0
        && group > 0;
    applies && !matches!(tables.permission(group), 1 | 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ask::Ask;
    use crate::request::parse;

    fn hex_of(parts: &[&str]) -> String {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        hex::encode(sha1(&parts))
    }

    fn request(query: &str) -> Request {
        let ask = Ask {
            method: "POST".to_owned(),
            target: format!("/api/dids_get?{query}"),
            ..Ask::default()
        };
        parse(&ask).unwrap()
    }

    #[test]
    fn hash_vectors() {
        let vectors: [(&[&str], &str); 5] = [
            (
                &["1231252454580answered", "Very Sercet Key"],
                "b93c35d5c6183288322122561a3da7e09abb63b7",
            ),
            (
                &["123", "456789"],
                "f7c3bc1d808e04732adf679965ccc34ca7ae3441",
            ),
            (
                &["6511", "secret"],
                "f7de355c9b4421ce6c705b4b32c89dbcaca51e46",
            ),
            (&["secret"], "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4"),
            // D8: another method's example.
            (
                &["2desription13secret"],
                "6e79d4a82f68102f43be11d873177f47817f84df",
            ),
        ];
        for (parts, hash) in vectors {
            assert_eq!(hex_of(parts), hash);
        }
    }

    #[test]
    fn hash_listed_values_in_the_order_of_the_list() {
        assert_eq!(HASH_LISTED.lines().count(), 206);
        let values = |query| String::from_utf8(listed_values(&request(query))).unwrap();
        assert_eq!(
            values("u=a&hash=b&search_user=9&from=3&max_results=4&p=q&test=0"),
            ""
        );
        assert_eq!(
            values("cli_number=d&period_start=+b+&s_hgc=&amount=a&u5=c"),
            " b cad"
        );
    }

    #[test]
    fn d7_hash_forms() {
        assert_eq!(decode_hash(&[b'a'; 40]), Some([0xAA; 20]));
        assert_eq!(decode_hash(&[b'A'; 40]), Some([0xAA; 20]));
        for bad in [&[b'a'; 39][..], &[b'a'; 42], b"", &[b'g'; 40], &[b' '; 41]] {
            assert_eq!(decode_hash(bad), None);
        }
    }
}
