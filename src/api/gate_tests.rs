use super::*;
use crate::api::body::of_query;

/// SHA-1 of `secret` and of `reseller`.
const ADMIN_HASH: &str = "e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";

/// A user's row: `[id, type, [owner, own providers, manage, restricted, group, level]]`.
fn row(id: i64, kind: &str, numbers: &str) -> String {
    format!(r#"[{id},"{kind}",[{numbers}]]"#)
}

/// CallerFacts about one user and settings given as `(owner, name, value)`.
fn facts(user: &str, settings: &[(i64, &str, &str)]) -> CallerFacts {
    let count = settings.len();
    let settings: Vec<String> = settings
        .iter()
        .zip(1..)
        .map(|((owner, name, value), id)| format!(r#"[{id},{owner},"{name}","{value}"]"#))
        .collect();
    let json = format!("[{user},[{}],{count}]", settings.join(","));
    CallerFacts::decode(json.as_bytes()).unwrap()
}

fn admit(facts: &CallerFacts, hash: &str) -> Result<Caller, ApiError> {
    call(facts, Method::Post, &format!("u=x&hash={hash}"))
}

fn call(facts: &CallerFacts, method: Method, query: &str) -> Result<Caller, ApiError> {
    facts.admit(method, &of_query(query))
}

const ADMIN: &str = r#"[0,"admin",[0,0,null,null,null,null]]"#;
const RESELLER: &str = r#"[5,"reseller",[0,0,null,null,null,null]]"#;
const OPEN: [(i64, &str, &str); 2] = [(0, "Allow_API", "1"), (0, "API_Secret_Key", "secret")];

#[test]
fn the_first_failure_of_the_order_is_told() {
    let everything_wrong = r#"[5,"partner",[0,0,0,0,0,0]]"#;
    let denied = |settings: &[(i64, &str, &str)]| {
        call(&facts(everything_wrong, settings), Method::Get, "u=x")
    };
    assert_eq!(denied(&[]), Err(ApiError::ApiDisabled));
    assert_eq!(denied(&[(0, "Allow_API", "1")]), Err(ApiError::GetDisabled));
    let both = [(0, "Allow_API", "1"), (0, "Allow_GET_API", "1")];
    assert_eq!(denied(&both), Err(ApiError::AccessDenied));
    let reseller = RESELLER;
    assert_eq!(
        admit(&facts(reseller, &both), ""),
        Err(ApiError::ApiDisabled)
    );
    let own = [both[0], (5, "Allow_API", "1")];
    assert_eq!(
        admit(&facts(reseller, &own), ""),
        Err(ApiError::NoSecretKey)
    );
    let keyed = [own[0], own[1], (5, "API_Secret_Key", "k")];
    assert_eq!(
        admit(&facts(reseller, &keyed), ""),
        Err(ApiError::IncorrectHash)
    );
}

#[test]
fn only_1_is_on_and_the_lowest_id_wins() {
    for value in ["", "0", "true", "01", " 1"] {
        let off = facts(ADMIN, &[(0, "Allow_API", value), (0, "Allow_API", "1")]);
        assert_eq!(
            admit(&off, ADMIN_HASH),
            Err(ApiError::ApiDisabled),
            "{value:?}"
        );
    }
    assert!(admit(&facts(ADMIN, &OPEN), ADMIN_HASH).is_ok());
}

#[test]
fn d4_partners_and_unknown_types_are_denied() {
    for kind in ["partner", "Admin", "", "superadmin"] {
        let user = row(9, kind, "0,0,0,0,0,0");
        assert_eq!(
            admit(&facts(&user, &OPEN), ADMIN_HASH),
            Err(ApiError::AccessDenied)
        );
    }
    assert_eq!(
        admit(&facts("null", &OPEN), ADMIN_HASH),
        Err(ApiError::AccessDenied)
    );
    let nameless = call(
        &facts(ADMIN, &OPEN),
        Method::Post,
        &format!("u=&hash={ADMIN_HASH}"),
    );
    assert_eq!(nameless, Err(ApiError::AccessDenied));
}

#[test]
fn d22_the_admins_key_opens_and_settings_do_not() {
    let user = row(6, "user", "5,0,0,0,0,0");
    for caller in [RESELLER, &user] {
        let own = [
            OPEN[0],
            OPEN[1],
            (5, "Allow_API", "1"),
            (5, "API_Secret_Key", "k"),
        ];
        assert!(admit(&facts(caller, &own), ADMIN_HASH).is_ok());
        let unchecked = [
            own[0],
            own[1],
            own[2],
            own[3],
            (0, "API_Disable_hash_checking", "1"),
        ];
        assert_eq!(
            admit(&facts(caller, &unchecked), ""),
            Err(ApiError::IncorrectHash)
        );
        let excused = [own[0], own[2], (5, "API_Disable_hash_checking", "1")];
        assert!(admit(&facts(caller, &excused), "").is_ok());
    }
}

#[test]
fn d16_a_restriction_needs_a_group() {
    let caller = |kind: &str, rest: &str| {
        let user = row(7, kind, &format!("null,0,1,1,{rest}"));
        let on = [
            OPEN[0],
            OPEN[1],
            (7, "Allow_API", "1"),
            (7, "API_Secret_Key", "secret"),
        ];
        admit(&facts(&user, &on), ADMIN_HASH)
    };
    for kind in ["user", "accountant"] {
        assert!(caller(kind, "null,null").is_ok());
        assert!(caller(kind, "0,null").is_ok());
        for (level, allowed) in [
            ("null", false),
            ("0", false),
            ("1", true),
            ("2", true),
            ("3", false),
        ] {
            let rest = format!("4,{level}");
            assert_eq!(caller(kind, &rest).is_ok(), allowed, "{kind} {level}");
        }
    }
    assert!(caller("reseller", "4,null").is_ok());
}

#[test]
fn a_restriction_is_told_before_a_missing_right() {
    let accountant = |rest: &str| {
        let user = row(7, "accountant", &format!("0,0,{rest}"));
        admit(&facts(&user, &OPEN), ADMIN_HASH)
    };
    assert_eq!(accountant("null,0,0,0"), Err(ApiError::NotAuthorized));
    assert_eq!(accountant("0,0,0,0"), Err(ApiError::NotAuthorized));
    assert!(accountant("2,0,0,0").is_ok());
    let both = accountant("0,1,1,null");
    assert_eq!(both, Err(ApiError::NotPermitted));
}

/// Whether a type can be printed by `Debug`: the constant of the type itself
/// exists if it can, and hides the trait's.
struct Of<T>(std::marker::PhantomData<T>);
trait Otherwise {
    const PRINTS: bool = false;
}
impl<T> Otherwise for Of<T> {}
impl<T: std::fmt::Debug> Of<T> {
    const PRINTS: bool = true;
}

#[test]
fn d7_what_holds_keys_or_values_cannot_be_printed() {
    let prints = [
        Of::<Parameters>::PRINTS,
        Of::<CallerFacts>::PRINTS,
        Of::<Setting>::PRINTS,
        Of::<crate::db::statement::Statement>::PRINTS,
        Of::<crate::db::statement::Value>::PRINTS,
    ];
    // The first shows names alone.
    assert_eq!(prints, [true, false, false, false, false]);
}

#[test]
fn settings_that_do_not_add_up_are_no_facts() {
    let cut = b"[null,[],1]";
    assert!(CallerFacts::decode(cut).is_err());
    assert!(CallerFacts::decode(b"").is_err());
}
