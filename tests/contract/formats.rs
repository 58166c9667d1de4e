//! Section 8, D31: JSON and CSV for who asks for them, and XML for everyone else.

use dids_tests::client::Reply;
use dids_tests::harness::Site;
use dids_tests::model::tables::{Columns, Did};

use crate::asking::*;
use crate::town::*;

fn accepting(site: &Site, caller: &str, query: &str, accept: &str) -> Reply {
    let ask = ask("POST", &signed(caller, query)).with("Accept", accept);
    let reply = site.send(&ask);
    assert_eq!(reply.header("vary"), Some("Accept"), "{accept}");
    reply
}

/// What clients send when nobody told them what to accept.
pub const UNASKED: [&str; 14] = [
    // curl, PHP's curl, Python's requests, Postman, Node's fetch, Ruby, Java's HttpClient in Spring.
    "*/*",
    // Firefox, Chrome, Safari; Python's urllib and Go send no such header.
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/jxl,image/webp,*/*;q=0.8",
    // Axios and Angular.
    "application/json, text/plain, */*",
    // jQuery, that was asked for JSON, for text, for XML.
    "application/json, text/javascript, */*; q=0.01",
    "text/plain, */*; q=0.01",
    "application/xml, text/xml, */*; q=0.01",
    // Java's HttpURLConnection, old and new.
    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    "text/html, image/gif, image/jpeg, */*; q=0.2",
    // Excel's WEBSERVICE, and Word, as old Internet Explorers did.
    "image/gif, image/jpeg, image/pjpeg, application/x-ms-application, application/xaml+xml, application/vnd.ms-excel, */*",
    // Libraries for XML.
    "application/xml, text/xml, application/json",
    "",
];

/// What asks for neither form by name.
const NEITHER: [&str; 6] = [
    "text/xml",
    "image/png",
    "application/json;q=0",
    "application/vnd.api+json",
    "application/*",
    "text/*, application/json",
];

fn kind_of(reply: &Reply) -> &str {
    reply.header("content-type").unwrap()
}

#[test]
fn d31_what_clients_send_unasked_is_answered_in_xml() {
    let site = Site::open(&town());
    let plain = site.list("admin", "");
    assert_eq!(plain.header("vary"), Some("Accept"));
    for accept in UNASKED.into_iter().chain(NEITHER) {
        let reply = accepting(&site, "admin", "", accept);
        assert_eq!(kind_of(&reply), "text/xml; charset=utf-8", "{accept}");
        assert_eq!(reply.body, plain.body, "{accept}");
    }
}

#[test]
fn d31_only_where_one_is_named_and_no_room_is_left() {
    let site = Site::open(&town());
    let (json, csv) = ("application/json", "text/csv; charset=utf-8");
    let xml = "text/xml; charset=utf-8";
    for (accept, kind) in [
        ("application/json", json),
        ("Application/JSON; charset=utf-8", json),
        ("application/json, text/html, text/plain;q=0.9", json),
        ("application/json;q=0.001", json),
        ("text/csv", csv),
        ("text/csv;header=present;q=1.000", csv),
        // Both: the higher weight, then JSON.
        ("text/csv, application/json", json),
        ("text/csv;q=0.7, application/json;q=0.69", csv),
        ("text/csv;q=0, application/json;q=0.1", json),
        // Room for XML, whatever its weight.
        ("application/json, text/xml;q=0.001", xml),
        ("application/json, application/xml;q=0.1", xml),
        ("text/csv, text/*;q=0.1", xml),
        ("application/json, application/*;q=0.1", xml),
        ("application/json, */*;q=0.1", xml),
        // Except where it is refused.
        ("application/json, text/xml;q=0, */*;q=0.000", json),
        ("application/json;x=\"a, */*\"", json),
        // A weight that is none counts as 1.
        ("application/json;q=x", json),
        ("application/json, */*;q=x", xml),
    ] {
        assert_eq!(
            kind_of(&accepting(&site, "admin", "", accept)),
            kind,
            "{accept}"
        );
    }
    // Several lines are one list.
    let ask = ask("POST", &signed("admin", ""))
        .with("Accept", json)
        .with("Accept", "*/*");
    assert_eq!(kind_of(&site.send(&ask)), xml);
}

#[test]
fn d31_json_byte_for_byte() {
    let mut tables = town();
    did(&mut tables, ANNA).comment = text("\"a\\b\"/\u{1}\t\r\n\u{8}\u{c}\u{7f}\u{2028}é");
    let site = Site::open(&tables);
    let reply = accepting(&site, "admin", "search_user=3", "application/json");
    assert_eq!(kind_of(&reply), "application/json");
    let anna = r#"{"did":"37060000001","did_number":"37060000001","provider":"Baltic Tel","language":"en","status":"Active","did_status":"active","ai_agent_compatible":true,"routes_to_openai_project_id":"proj_1","updated_at":"2026-05-27T07:35:57Z","owner":"Anna Smith","device":"SIP/anna-desk","dial_plan":"","simultaneous_call_limit":"2","comment":"\"a\\b\"/\u0001\t\r\n\b\fDEL LS é","tone_zone":"lt","id":11,"device_id":1,"user_id":3}"#;
    let anna = anna.replace("DEL LS ", "\u{7f}\u{2028}");
    assert_eq!(reply.text(), format!("{{\"dids\":[\n{anna}\n]}}\n"));
    let two = accepting(&site, "shop", "", "application/json");
    let ben = r#"{"did":"37060000003","did_number":"37060000003","language":"lt","status":"Closed","did_status":"closed","ai_agent_compatible":false,"routes_to_openai_project_id":"","owner":"Jones","device":"FAX/102","dial_plan":"Reception (ivr)","simultaneous_call_limit":"Unlimited","comment":"the shop's note","tone_zone":"","id":13,"device_id":2,"user_id":4,"reserved_for_user_till":"2026-06-09T12:00:00Z"}"#;
    let shop = r#"{"did":"37060000004","did_number":"37060000004","language":"","status":"Reserved","did_status":"reserved","ai_agent_compatible":false,"routes_to_openai_project_id":"","device":"","dial_plan":"","simultaneous_call_limit":"Unlimited","tone_zone":"","id":14}"#;
    assert_eq!(two.text(), format!("{{\"dids\":[\n{ben},\n{shop}\n]}}\n"));
    let none = accepting(&site, "admin", "from=99", "application/json");
    assert_eq!((none.status, none.text()), (200, "{\"dids\":[]}\n"));
}

#[test]
fn d31_csv_byte_for_byte() {
    let mut tables = town();
    did(&mut tables, BEN).reseller_comment = text("a, \"b\"\r\n =1+1");
    let site = Site::open(&tables);
    let reply = accepting(&site, "ben", "", "text/csv");
    assert_eq!(kind_of(&reply), "text/csv; charset=utf-8");
    let file = Some("attachment; filename=\"dids.csv\"");
    assert_eq!(reply.header("content-disposition"), file);
    let head = "did,did_number,language,status,did_status,ai_agent_compatible,\
                routes_to_openai_project_id,updated_at,owner,device,simultaneous_call_limit,\
                comment,id,device_id,user_id,reserved_for_user_till\r\n";
    let row = "37060000003,37060000003,lt,Closed,closed,false,,,Jones,FAX/102,Unlimited,\
               \"a, \"\"b\"\"\r\n =1+1\",13,2,4,2026-06-09T12:00:00Z\r\n";
    assert_eq!(reply.text(), format!("{head}{row}"));
    let none = accepting(&site, "ben", "search_status=free", "text/csv");
    assert_eq!((none.status, none.text()), (200, head));
    assert_eq!(none.header("content-disposition"), file);
    // Only columns that the server has.
    tables.columns = Columns::OLD;
    let old = accepting(
        &Site::open(&tables),
        "ben",
        "search_status=free",
        "text/csv",
    );
    let short = head.replace(
        "ai_agent_compatible,routes_to_openai_project_id,updated_at,",
        "",
    );
    assert_eq!(old.text(), short);
}

#[test]
fn d31_errors_have_statuses() {
    let mut tables = town();
    unset(&mut tables, "API_Secret_Key", 5);
    user(&mut tables, "anna").api_restricted = Some(1);
    user(&mut tables, "anna").api_permission_group_id = Some(3);
    tables.acc_group_rights.clear();
    set(&mut tables, "Allow_API", "0", 2);
    set(&mut tables, "Allow_GET_API", "0", 0);
    set(&mut tables, "XML_API_Extension", "1", 0);
    let site = Site::open(&tables);
    let list = |caller: &str| ask("POST", &signed(caller, ""));
    for (ask, status, error) in [
        (list("shop"), 403, "API Requests are disabled"),
        (
            ask("GET", &signed("admin", "")),
            403,
            "GET Requests are disabled",
        ),
        (list("pat"), 401, "Access Denied"),
        (list("carrier"), 401, "API must have Secret Key"),
        (ask("POST", "u=admin&hash=x"), 401, "Incorrect hash"),
        (list("anna"), 403, "API method not permitted: dids_get"),
        (list("clerk"), 403, "You are not authorized to manage DIDs"),
        (
            at("POST", "/api?action=user_get"),
            404,
            "There is no such API",
        ),
        (at("POST", "/nowhere"), 404, "Not found"),
        (at("PUT", "/api"), 405, "Method not allowed"),
        (
            ask("POST", "u=%00"),
            400,
            "Invalid character in parameter u",
        ),
        (
            ask("POST", "U[]%22%3C%3E=1"),
            400,
            "Unknown parameter U[]\"<>",
        ),
    ] {
        let json = site.send(&ask.clone().with("Accept", "application/json"));
        let escaped = error.replace('"', "\\\"");
        assert_eq!(
            (json.status, kind_of(&json)),
            (status, "application/json"),
            "{error}"
        );
        assert_eq!(json.text(), format!("{{\"error\":\"{escaped}\"}}\n"));
        let csv = site.send(&ask.with("Accept", "text/csv"));
        assert_eq!(
            (csv.status, kind_of(&csv)),
            (status, "text/plain; charset=utf-8"),
            "{error}"
        );
        assert_eq!(csv.text(), format!("{error}\n"));
        assert_eq!(csv.header("content-disposition"), None, "{error}");
        for reply in [json, csv] {
            assert_eq!(reply.header("vary"), Some("Accept"), "{error}");
            let allow = (status == 405).then_some("GET, POST");
            assert_eq!(reply.header("allow"), allow, "{error}");
        }
    }
}

#[test]
fn d31_the_html_view_wins() {
    let site = Site::open(&town());
    for accept in ["application/json", "text/csv"] {
        let page = accepting(&site, "admin", "test=1", accept);
        assert_eq!(
            (page.status, kind_of(&page)),
            (200, "text/html; charset=utf-8")
        );
        // D25 with `test=1` is the XML page, as D9 has it.
        let refused = accepting(&site, "admin", "test=1&search_x=1", accept);
        assert_eq!(
            (refused.status, kind_of(&refused)),
            (400, "text/xml; charset=utf-8")
        );
        let denied = accepting(&site, "pat", "test=1", accept);
        assert_eq!(
            (denied.status, kind_of(&denied)),
            (200, "text/html; charset=utf-8")
        );
    }
}

#[test]
fn d31_probes_are_plain_text() {
    let site = Site::open(&town());
    for accept in ["application/json", "text/csv", "text/html"] {
        let reply = site.send(&at("GET", "/healthz").with("Accept", accept));
        assert_eq!((reply.text(), reply.header("vary")), ("ok", None));
        assert_eq!(kind_of(&reply), "text/plain; charset=utf-8");
    }
}

#[test]
fn d31_long_lists_are_whole_in_every_format() {
    let mut tables = town();
    let sample = tables.dids[0].clone();
    let like_it = |id| Did {
        id,
        did: text(&format!("37060{id:07}")),
        ..sample.clone()
    };
    tables.dids = (1..=5_000).map(like_it).collect();
    let site = Site::open(&tables);
    for accept in ["application/json", "text/csv"] {
        let ask = ask("POST", &signed("admin", "")).with("Accept", accept);
        let expected = dids_tests::model::answer(&tables, &ask);
        let reply = site.send(&ask);
        assert!(reply.whole, "{accept}");
        assert!(Some(reply.body) == expected.body, "{accept}");
    }
}
