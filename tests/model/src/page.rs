//! The elements of a row: the contract's section 3.

use super::gate::{Caller, Role};
use super::tables::{Device, Dialplan, Did, Tables, User};
use super::text::{bytes, is_blank, number, same};
use super::times::rfc3339;

/// An element of a row: its name and its text, not yet escaped.
pub type Element = (&'static str, Vec<u8>);

/// One row: its elements in their order, those the role may see.
pub fn elements(tables: &Tables, caller: &Caller, did: &Did) -> Vec<Element> {
    let is_office = matches!(caller.role, Role::Admin | Role::Accountant);
    let is_user = caller.role == Role::User;
    let columns = tables.columns;
    let mut row: Vec<Element> = Vec::new();

    row.push(("did", bytes(&did.did).to_vec()));
    row.push(("did_number", bytes(&did.did).to_vec()));
    if is_office {
        row.push(("provider", provider(tables, did)));
    }
    row.push(("language", bytes(&did.language).to_vec()));
    row.push(("status", capitalised(bytes(&did.status))));
    row.push(("did_status", bytes(&did.status).to_vec()));
    if columns.ai_agent_compatible {
        let flag = number(did.ai_agent_compatible) != 0;
        row.push(("ai_agent_compatible", flag.to_string().into_bytes()));
    }
    if columns.routes_to_openai_project_id {
        let project = bytes(&did.routes_to_openai_project_id).to_vec();
        row.push(("routes_to_openai_project_id", project));
    }
    if columns.updated_at
        && let Some(time) = rfc3339(&did.updated_at)
    {
        row.push(("updated_at", time.into_bytes()));
    }
    if is_office && number(did.reseller_id) > 0 {
        row.push(("reseller", display_name_of(tables, number(did.reseller_id))));
    }
    if let Some(owner) = owner(tables, did) {
        row.push(("owner", owner));
    }
    row.push((
        "device",
        tables
            .device(number(did.device_id))
            .map_or(Vec::new(), device),
    ));
    if !is_user {
        let plan = tables.dialplan(number(did.dialplan_id));
        row.push(("dial_plan", plan.map_or(Vec::new(), dial_plan)));
    }
    let limit = match number(did.call_limit) {
        0 => "Unlimited".to_owned(),
        calls => calls.to_string(),
    };
    row.push(("simultaneous_call_limit", limit.into_bytes()));
    if let Some(comment) = comment(caller, did) {
        row.push(("comment", comment));
    }
    if !is_user {
        row.push(("tone_zone", bytes(&did.tonezone).to_vec()));
    }
    row.push(("id", did.id.to_string().into_bytes()));
    if number(did.device_id) > 0 {
        row.push(("device_id", number(did.device_id).to_string().into_bytes()));
    }
    if number(did.user_id) > 0 {
        row.push(("user_id", number(did.user_id).to_string().into_bytes()));
    }
    if same(bytes(&did.status), b"closed")
        && let Some(time) = rfc3339(&did.closed_till)
    {
        row.push(("reserved_for_user_till", time.into_bytes()));
    }
    row
}

/// The names of all elements, in their order.
pub const ELEMENTS: &str = "did did_number provider language status did_status ai_agent_compatible \
     routes_to_openai_project_id updated_at reseller owner device dial_plan \
     simultaneous_call_limit comment tone_zone id device_id user_id \
     reserved_for_user_till";

/// Those a role may see of a server's DIDs.
pub fn columns(tables: &Tables, caller: &Caller) -> Vec<&'static str> {
    let has = tables.columns;
    let is_shown = |name: &&str| match *name {
        "provider" | "reseller" => matches!(caller.role, Role::Admin | Role::Accountant),
        "dial_plan" | "tone_zone" => caller.role != Role::User,
        "ai_agent_compatible" => has.ai_agent_compatible,
        "routes_to_openai_project_id" => has.routes_to_openai_project_id,
        "updated_at" => has.updated_at,
        _ => true,
    };
    ELEMENTS.split_whitespace().filter(is_shown).collect()
}

/// The owner as shown; none when a reseller holds the DID and no user does.
pub fn owner(tables: &Tables, did: &Did) -> Option<Vec<u8>> {
    let user = number(did.user_id);
    if number(did.reseller_id) > 0 && user <= 0 {
        return None;
    }
    Some(display_name_of(tables, user))
}

fn display_name_of(tables: &Tables, id: i64) -> Vec<u8> {
    tables.user(id).map_or(Vec::new(), display_name)
}

/// D13: first and last name, or the one there is, or the user name.
fn display_name(user: &User) -> Vec<u8> {
    let first = bytes(&user.first_name);
    let last = bytes(&user.last_name);
    let username = bytes(&user.username);
    match (is_blank(first), is_blank(last), is_blank(username)) {
        (false, false, _) => [first, b" ", last].concat(),
        (false, true, _) => first.to_vec(),
        (true, false, _) => last.to_vec(),
        (true, true, false) => username.to_vec(),
        (true, true, true) => Vec::new(),
    }
}

/// The provider's name; a blank one counts as missing.
fn provider(tables: &Tables, did: &Did) -> Vec<u8> {
    let row = tables.provider(number(did.provider_id));
    let name = row.map_or(&b""[..], |row| bytes(&row.name));
    if is_blank(name) {
        Vec::new()
    } else {
        name.to_vec()
    }
}

/// `TYPE/name`; for FAX devices or without a name `TYPE/extension`.
fn device(device: &Device) -> Vec<u8> {
    let kind = bytes(&device.device_type);
    let name = bytes(&device.name);
    let place = if same(kind, b"FAX") || is_blank(name) {
        bytes(&device.extension)
    } else {
        name
    };
    [kind, b"/", place].concat()
}

/// `name (type)`; without a type only the name, without a name nothing.
fn dial_plan(plan: &Dialplan) -> Vec<u8> {
    let name = bytes(&plan.name);
    let kind = bytes(&plan.dptype);
    match (is_blank(name), is_blank(kind)) {
        (true, _) => Vec::new(),
        (false, true) => name.to_vec(),
        (false, false) => [name, b" (", kind, b")"].concat(),
    }
}

/// The text with its first letter a capital, when it is an ASCII letter.
fn capitalised(text: &[u8]) -> Vec<u8> {
    let mut text = text.to_vec();
    if let Some(first) = text.first_mut() {
        first.make_ascii_uppercase();
    }
    text
}

/// D24: the reseller's comment where a reseller stands between the admin and the
/// caller.
fn comment(caller: &Caller, did: &Did) -> Option<Vec<u8>> {
    let held_by_reseller = number(did.reseller_id) > 0;
    match caller.role {
        Role::Reseller => did.reseller_comment.clone(),
        Role::User if held_by_reseller => did.reseller_comment.clone(),
        _ => did.comment.clone(),
    }
}
