//! The model against the contract's own examples.

use super::ask::Ask;
use super::request::{Route, route};
use super::tables::{Confline, Device, Dialplan, Did, Provider, Tables, Text, User};
use super::{Expected, answer};

fn text(text: &str) -> Text {
    Some(text.as_bytes().to_vec())
}

fn user(id: i64, username: &str, usertype: &str, first: &str, last: &str) -> User {
    User {
        id,
        username: text(username),
        usertype: text(usertype),
        first_name: text(first),
        last_name: text(last),
        ..User::default()
    }
}

/// The example of the vendor's page, without its slips.
fn example() -> Tables {
    let setting = |id, name: &str, value, owner_id| {
        let name = name.to_owned();
        Confline {
            id,
            name,
            value: text(value),
            owner_id,
        }
    };
    Tables {
        users: vec![
            user(0, "admin", "admin", "System", "Admin"),
            user(2, "enduser", "user", "User", "Resellers"),
            user(3, "shop", "reseller", "Test", "Reseller"),
        ],
        devices: vec![Device {
            id: 2,
            name: text("105"),
            extension: text("9105"),
            device_type: text("IAX2"),
            user_id: Some(2),
        }],
        providers: vec![Provider {
            id: 1,
            name: text("Test Provider"),
        }],
        dialplans: vec![Dialplan {
            id: 4,
            name: text("testDialPlan"),
            dptype: text("authbypin"),
        }],
        conflines: vec![
            setting(1, "Allow_API", "1", 0),
            setting(2, "API_Secret_Key", "secret", 0),
            setting(3, "Allow_API", "1", 3),
            setting(4, "API_Secret_Key", "shopkey", 3),
        ],
        dids: vec![
            Did {
                id: 6502,
                did: text("37066000002"),
                status: text("closed"),
                reseller_id: Some(3),
                dialplan_id: Some(4),
                closed_till: text("2026-06-09 12:00:00"),
                comment: text("a < b & \"c\"\r\n\u{1}"),
                ..Did::default()
            },
            Did {
                id: 6501,
                did: text("37066000001"),
                status: text("active"),
                user_id: Some(2),
                device_id: Some(2),
                reseller_id: Some(3),
                provider_id: Some(1),
                closed_till: text("2006-01-01 00:00:00"),
                language: text("language"),
                reseller_comment: Some(b"of the reseller \xFF".to_vec()),
                tonezone: text("it"),
                ai_agent_compatible: Some(1),
                updated_at: text("2026-05-27 07:35:57"),
                ..Did::default()
            },
        ],
        ..Tables::default()
    }
}

fn post(query: &str) -> Ask {
    Ask {
        method: "POST".to_owned(),
        target: format!("/billing/api/?action=dids_get&{query}"),
        ..Ask::default()
    }
}

fn xml(tables: &Tables, query: &str) -> String {
    let Expected {
        status,
        content_type,
        body,
        ..
    } = answer(tables, &post(query));
    assert_eq!(
        (status, content_type.as_str()),
        (200, "text/xml; charset=utf-8")
    );
    String::from_utf8(body.unwrap()).unwrap()
}

const ADMIN: &str = "u=admin&hash=e5e9fa1ba31ecd1ae84f75caaa474f3a663f05f4";

#[test]
fn the_admin_sees_everything() {
    let expected = r#"<?xml version="1.0" encoding="UTF-8"?>
<page>
  <dids>
    <did>
      <did>37066000001</did>
      <did_number>37066000001</did_number>
      <provider>Test Provider</provider>
      <language>language</language>
      <status>Active</status>
      <did_status>active</did_status>
      <ai_agent_compatible>true</ai_agent_compatible>
      <routes_to_openai_project_id></routes_to_openai_project_id>
      <updated_at>2026-05-27T07:35:57Z</updated_at>
      <reseller>Test Reseller</reseller>
      <owner>User Resellers</owner>
      <device>IAX2/105</device>
      <dial_plan></dial_plan>
      <simultaneous_call_limit>Unlimited</simultaneous_call_limit>
      <tone_zone>it</tone_zone>
      <id>6501</id>
      <device_id>2</device_id>
      <user_id>2</user_id>
    </did>
    <did>
      <did>37066000002</did>
      <did_number>37066000002</did_number>
      <provider></provider>
      <language></language>
      <status>Closed</status>
      <did_status>closed</did_status>
      <ai_agent_compatible>false</ai_agent_compatible>
      <routes_to_openai_project_id></routes_to_openai_project_id>
      <reseller>Test Reseller</reseller>
      <device></device>
      <dial_plan>testDialPlan (authbypin)</dial_plan>
      <simultaneous_call_limit>Unlimited</simultaneous_call_limit>
      <comment>a &lt; b &amp; "c"&#13;
REPLACED</comment>
      <tone_zone></tone_zone>
      <id>6502</id>
      <reserved_for_user_till>2026-06-09T12:00:00Z</reserved_for_user_till>
    </did>
  </dids>
</page>
"#;
    let expected = expected.replace("REPLACED", "\u{FFFD}");
    assert_eq!(xml(&example(), ADMIN), expected);
}

#[test]
fn a_user_sees_the_own_and_less_of_it() {
    let hash = hex::encode(super::gate::sha1(&[b"secret"]));
    let expected = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<page>
  <dids>
    <did>
      <did>37066000001</did>
      <did_number>37066000001</did_number>
      <language>language</language>
      <status>Active</status>
      <did_status>active</did_status>
      <ai_agent_compatible>true</ai_agent_compatible>
      <routes_to_openai_project_id></routes_to_openai_project_id>
      <updated_at>2026-05-27T07:35:57Z</updated_at>
      <owner>User Resellers</owner>
      <device>IAX2/105</device>
      <simultaneous_call_limit>Unlimited</simultaneous_call_limit>
      <comment>of the reseller \u{FFFD}</comment>
      <id>6501</id>
      <device_id>2</device_id>
      <user_id>2</user_id>
    </did>
  </dids>
</page>
";
    // `search_did_owner` and `search_dialplan` are not a user's to ask for.
    let query = format!("u=EndUser&hash={hash}&search_did_owner=x&search_dialplan=99");
    assert_eq!(xml(&example(), &query), expected);
}

fn error(text: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page>\n  <error>{text}</error>\n</page>\n"
    )
}

#[test]
fn errors_in_their_order() {
    let mut tables = example();
    let shop = hex::encode(super::gate::sha1(&[b"shopkey"]));
    let page = "u=admin&hash=6e79d4a82f68102f43be11d873177f47817f84df";
    assert_eq!(xml(&tables, page), error("Incorrect hash"), "D8");
    assert_eq!(xml(&tables, "u=who"), error("Access Denied"));
    assert_eq!(
        xml(&tables, &format!("{ADMIN}&from=3")),
        error("No DIDs found")
    );
    assert_eq!(xml(&tables, "action=x"), error("There is no such API"));
    assert!(xml(&tables, &format!("u=shop&hash={shop}")).contains("<id>6502</id>"));
    // D22: the admin's key opens a reseller's door, but for no admin does a
    // reseller's.
    assert!(xml(&tables, &ADMIN.replace("admin", "shop")).contains("<id>6502</id>"));
    assert_eq!(
        xml(&tables, &format!("u=admin&hash={shop}")),
        error("Incorrect hash")
    );
    tables.conflines[3].value = text("");
    let closed = xml(&tables, &ADMIN.replace("admin", "shop"));
    assert_eq!(closed, error("API must have Secret Key"));
    tables.conflines[0].value = text(" 1");
    assert_eq!(xml(&tables, "u=who"), error("API Requests are disabled"));

    let get = Ask {
        method: "GET".to_owned(),
        ..post(ADMIN)
    };
    let body = answer(&example(), &get).body.unwrap();
    assert_eq!(
        String::from_utf8(body).unwrap(),
        error("GET Requests are disabled")
    );
}

#[test]
fn paths() {
    for path in ["/billing/api", "//billing//api/", "/api", "/api/", "/api//"] {
        assert_eq!(route(path), Route::ByAction, "{path}");
    }
    for path in [
        "/billing/api/dids_get",
        "/billing/api/dids_get/",
        "/api/dids_get",
        "/api/dids_get/",
    ] {
        assert_eq!(route(path), Route::DidsGet, "{path}");
    }
    for path in ["/api/x", "/billing/api/user_get/", "/api/DIDS_GET"] {
        assert_eq!(route(path), Route::OtherName, "{path}");
    }
    for path in [
        "/",
        "",
        "/billing",
        "/apix",
        "/api/x/y",
        "/billing/billing/api",
        "/API",
    ] {
        assert_eq!(route(path), Route::Unknown, "{path}");
    }
}
