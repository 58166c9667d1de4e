//! The caller's signature: which parameters are hashed, in which order, and how
//! a received hash is compared (contract section 2, D6 to D8).
//!
//! For `dids_get` the hash never changes, so key and hash are both passwords:
//! nothing here implements `Debug` over them, and the comparison takes the same
//! time whatever is wrong.

use crate::api::parameters::Parameters;
use sha1::{Digest, Sha1};
use subtle::{Choice, ConstantTimeEq};

/// The hash-listed parameters of all methods of the API, in hashing order. None
/// of them is a parameter of `dids_get`, so its hash is that of the key alone.
/// One text, with blanks between the names: a list of texts has a pointer for each.
pub const HASH_LISTED: &str = "\
    user_id period_start period_end direction calltype device balance users block email mtype \
    tariff_id u0 u1 u2 u3 u4 u5 u6 u7 u8 u9 u10 u11 u12 u13 u14 u15 u16 u17 u18 u19 u20 u21 u22 \
    u23 u24 u25 u26 u27 u28 ay am ad by bm bd pswd user_warning_email_hour pgui pcsv ppdf \
    recording_forced_enabled i4 tax4_enabled tax2_enabled accountant_type_invalid \
    block_at_conditional tax3_enabled accountant_type tax1_value show_zero_calls \
    warning_email_active compound_tax tax4_name allow_loss_calls tax3_name tax2_name credit \
    tax1_name total_tax_name tax2_value tax4_value i1 tax3_value cyberplat_active i2 i3 \
    recording_enabled email_warning_sent_test own_providers a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 s_user \
    s_call_type s_device s_provider s_hgc s_did s_destination order_by order_desc only_did \
    description pin type devicegroup_id phonebook_id number name speeddial s_user_id s_from \
    provider_id s_till s_transaction s_completed s_username s_first_name s_last_name \
    s_paymenttype s_amount_max s_currency s_number s_pin p_currency paymenttype tax_in_amount \
    amount transaction payer_email fee id quantity callerid cardgroup_id status date_from \
    date_till s_reseller_did s_did_pattern lcr_id dst src message server_ip device_type \
    device_username device_password login_url login_username username first_name last_name \
    full_name nice_balance warning_email_balance nice_warning_email_balance currency user_email \
    company_email company primary_device_pin login_password user_ip date auth_code \
    transaction_id customer_name company_name url trans_id cc_purchase_details payment_amount \
    payment_payer_first_name payment_payer_last_name payment_payer_email payment_seller_email \
    payment_receiver_email payment_date payment_free payment_currency payment_type payment_fee \
    call_list email_name email_to_user_id caller_id device_id calldate source destination \
    billsec calls_string did forward_to callflow_action state forward_to_device external_number \
    did_id device_calerid src_callerid custom fax_device device_location_id location_id \
    cli_number";

/// The hash for these parameters and this key, in lower-case hex: the values of
/// the hash-listed ones that are not empty, in the fixed order, then the key.
pub fn sign(parameters: &[(&str, &str)], key: &str) -> String {
    let value = |name: &str| {
        let last = parameters.iter().rev().find(|(known, _)| *known == name);
        last.map(|(_, value)| *value)
    };
    let mut hasher = Sha1::new();
    for value in HASH_LISTED.split_ascii_whitespace().filter_map(value) {
        hasher.update(value);
    }
    hasher.update(key);
    hex::encode(hasher.finalize())
}

/// Whether `received` is the hash of this call made with one of `keys`, with
/// the hash-listed parameters or without them (D6). An empty key is no key and
/// verifies nothing, but costs the same work (D5).
pub fn verify(received: &str, parameters: &Parameters, keys: &[&[u8]]) -> bool {
    let mut digest = [0u8; 20];
    let well_formed = hex::decode_to_slice(received, &mut digest).is_ok();
    let listed = listed_values(parameters);
    let mut verified = Choice::from(0);
    for key in keys {
        let usable = Choice::from(u8::from(!key.is_empty()));
        for values in [listed.as_slice(), b""] {
            let made = Sha1::new()
                .chain_update(values)
                .chain_update(key)
                .finalize();
            verified |= made.as_slice().ct_eq(&digest) & usable;
        }
    }
    bool::from(verified & Choice::from(u8::from(well_formed)))
}

/// What was hashed in place of the key alone, where a wrong hash is that of a
/// common wrong recipe with one of `keys` (D29). Only who knows the key can hit
/// one.
pub fn recipe(
    received: &str,
    parameters: &Parameters,
    filters: impl Iterator<Item = &'static str>,
    keys: &[&[u8]],
) -> Option<String> {
    let mut digest = [0u8; 20];
    hex::decode_to_slice(received, &mut digest).ok()?;
    let made = |pieces: &[&[u8]]| {
        let mut hasher = Sha1::new();
        pieces.iter().for_each(|piece| hasher.update(piece));
        bool::from(hasher.finalize().as_slice().ct_eq(&digest))
    };
    let value = |name: &str| parameters.bytes(name).unwrap_or_default();
    let (user, password) = (value("u"), value("p"));
    let with = |before: &[&[u8]], after: &[u8]| {
        let usable = keys.iter().filter(|key| !key.is_empty());
        let mut pieces = usable.map(|key| [before, &[*key, after]].concat());
        pieces.any(|pieces| made(&pieces))
    };
    if with(&[], b"\n") {
        return Some("the key and a line feed behind it".to_owned());
    }
    if with(&[user], b"") {
        return Some("u and the key".to_owned());
    }
    if with(&[user, password], b"") {
        return Some("u, p and the key".to_owned());
    }
    let mut filters = filters.filter(|name| {
        let trimmed = parameters.trimmed(name).unwrap_or_default();
        with(&[value(name)], b"") || with(&[trimmed.as_bytes()], b"")
    });
    filters.next().map(|name| format!("{name} and the key"))
}

/// The hash-listed parameters of a call that are not empty, in their order.
pub fn listed(parameters: &Parameters) -> impl Iterator<Item = &'static str> {
    // None is documented for this method.
    let names = parameters
        .may_be_listed()
        .then(|| HASH_LISTED.split_ascii_whitespace());
    let value = |name: &str| parameters.bytes(name).unwrap_or_default();
    names
        .into_iter()
        .flatten()
        .filter(move |name| !value(name).is_empty())
}

/// Their values, joined.
fn listed_values(parameters: &Parameters) -> Vec<u8> {
    let values = listed(parameters).filter_map(|name| parameters.bytes(name));
    values.flatten().copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::body::of_query;

    fn call(query: &str) -> Parameters {
        of_query(query)
    }

    #[test]
    fn published_vectors_verify() {
        let vector = |listed: &[(&str, &str)], key| sign(listed, key);
        assert_eq!(
            vector(&[("user_id", "1231252454580answered")], "Very Sercet Key"),
            "b93c35d5c6183288322122561a3da7e09abb63b7"
        );
        assert_eq!(
            vector(&[("user_id", "123")], "456789"),
            "f7c3bc1d808e04732adf679965ccc34ca7ae3441"
        );
        assert_eq!(
            vector(&[("user_id", "6511")], "secret"),
            "f7de355c9b4421ce6c705b4b32c89dbcaca51e46"
        );
    }

    #[test]
    fn listed_values_are_joined_in_the_fixed_order() {
        let params = call("calltype=answered&period_end=1252454580&user_id=123&period_start=");
        let with = "b93c35d5c6183288322122561a3da7e09abb63b7";
        assert!(!verify(with, &params, &[b"Very Sercet Key "]));
        assert_eq!(listed_values(&params), b"1231252454580answered");
        assert!(verify(with, &params, &[b"Very Sercet Key"]));
    }

    #[test]
    fn d6_the_hash_of_the_key_alone_is_accepted_too() {
        let params = call("user_id=6511");
        assert!(verify(&sign(&[], "secret"), &params, &[b"secret"]));
        assert!(verify(
            &sign(&[("user_id", "6511")], "secret"),
            &params,
            &[b"secret"]
        ));
    }

    #[test]
    fn d7_only_forty_hex_digits_are_a_hash() {
        let params = call("");
        let right = sign(&[], "secret");
        assert!(verify(&right.to_uppercase(), &params, &[b"secret"]));
        for wrong in [
            "",
            "0",
            right.trim_start_matches('e'),
            &format!("{right}0"),
            &format!(" {right}"),
            &"z".repeat(40),
        ] {
            assert!(!verify(wrong, &params, &[b"secret"]), "{wrong:?}");
        }
    }

    #[test]
    fn d8_the_vendors_example_is_rejected() {
        let params = call("search_status=free");
        assert!(verify(
            "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4",
            &params,
            &[b"secret"]
        ));
        assert!(!verify(
            "6e79d4a82f68102f43be11d873177f47817f84df",
            &params,
            &[b"secret"]
        ));
    }

    #[test]
    fn d29_a_wrong_recipe_is_recognised() {
        let filters = || ["search_status"].into_iter();
        let found = |text: &str, query: &str| {
            let hash = hex::encode(Sha1::digest(text));
            recipe(&hash, &call(query), filters(), &[b"", b"secret"])
        };
        let query = "u=admin&p=word&search_status=+free";
        let name = |text: &str| found(text, query).unwrap_or_default();
        assert_eq!(name("adminsecret"), "u and the key");
        assert_eq!(name("adminwordsecret"), "u, p and the key");
        assert_eq!(name("secret\n"), "the key and a line feed behind it");
        assert_eq!(name("freesecret"), "search_status and the key");
        assert_eq!(name(" freesecret"), "search_status and the key");
        for other in ["admin", "wrongsecret", "adminwordsecret\n", "admin\n"] {
            assert_eq!(found(other, query), None, "{other}");
        }
        assert_eq!(recipe("x", &call(query), filters(), &[b"secret"]), None);
    }

    #[test]
    fn d22_either_key_verifies_unless_empty() {
        let params = call("");
        assert!(verify(&sign(&[], "b"), &params, &[b"a", b"b"]));
        assert!(!verify(&sign(&[], ""), &params, &[b"", b""]));
    }
}
