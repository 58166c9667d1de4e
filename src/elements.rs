//! THE table: which elements a DID has, in their order, who is shown each, what it
//! holds, and the columns that it is made of (contract section 3).
//!
//! One entry is all that the code knows of an element. Two rooms make something of it:
//! [`crate::db::column`] the columns that are read, of a list and of a copy of whole tables;
//! [`crate::dids::elements`] and [`crate::dids::row`] the row and the answers in every format.
//! The documents are written from it too. It is a macro, so that the room of the database
//! need not know the room of the elements: it holds words, and uses nothing.
//!
//! An entry reads `NAME ROLES "sentence" { columns } |did, role| value;`, and a column
//! `field: KIND alias.column …;`, declared where it is first needed:
//!
//! - `(optional)`, behind the kind: a server may lack the column. Its element is then absent.
//! - `as "SQL"`: what is asked for, if not the column itself.
//! - `for ROLES`: who needs it, if others than are shown the element.
//! - `, plain` or `, becomes "word"`: what `dids-import --anonymize` does to a text. It tells
//!   nothing of anybody and stays, or the word and the row's id take its place.

/// Hands the table to a macro.
macro_rules! elements {
    ($make:ident) => {
        $make! {
            did ALL "the number" {}
                |did, _role| Value::of(did.number.bytes());
            did_number ALL "the number again" {}
                |did, _role| Value::of(did.number.bytes());
            provider STAFF "the provider's name; empty if there is none"
                { provider: Text p.name, becomes "Provider "; }
                |did, _role| did.provider.readable().map_or(Value::EMPTY, Value::of);
            language ALL "language code, as stored"
                { language: Text d.language, plain; }
                |did, _role| Value::of(did.language.bytes());
            status ALL "`did_status` with a capital first letter" {}
                |did, _role| capital(&did.status);
            did_status ALL "free, reserved, active, closed or terminated, as stored"
                { status: Text d.status, plain; }
                |did, _role| Value::of(did.status.bytes());
            ai_agent_compatible ALL "`true` or `false`; absent on servers without the column"
                { ai_agent_compatible: Integer(optional) d.ai_agent_compatible
                      as "COALESCE(d.ai_agent_compatible, 0)"; }
                |did, _role| match did.ai_agent_compatible {
                    None => Value::Absent,
                    Some(flag) => Value::Flag(flag != 0),
                };
            routes_to_openai_project_id ALL "may be empty; absent on servers without the column"
                { routes_to_openai_project_id: Text(optional) d.routes_to_openai_project_id
                      as "COALESCE(d.routes_to_openai_project_id, '')", becomes "proj_"; }
                |did, _role| optional(&did.routes_to_openai_project_id);
            updated_at ALL "RFC 3339, UTC; absent when not set and on servers without the column"
                { updated_at: Time(optional) d.updated_at; }
                |did, _role| moment(&did.updated_at);
            reseller STAFF "the reseller's name; absent when no reseller holds the DID"
                { reseller_id: Integer d.reseller_id for ALL;
                  reseller_username: Text r.username, becomes "user";
                  reseller_first_name: Text r.first_name, becomes "First";
                  reseller_last_name: Text r.last_name, becomes "Last"; }
                |did, _role| if did.reseller_id.0 > 0 {
                    display_name(&did.reseller_first_name, &did.reseller_last_name, &did.reseller_username)
                } else {
                    Value::Absent
                };
            owner ALL "the user's name; absent when a reseller holds the DID and no user does"
                { user_id: Integer d.user_id;
                  owner_username: Text o.username, becomes "user";
                  owner_first_name: Text o.first_name, becomes "First";
                  owner_last_name: Text o.last_name, becomes "Last"; }
                |did, _role| if did.reseller_id.0 > 0 && did.user_id.0 <= 0 {
                    Value::Absent
                } else {
                    display_name(&did.owner_first_name, &did.owner_last_name, &did.owner_username)
                };
            // Its type is NULL where there is no device, and never else.
            device ALL "`TYPE/name`, or `TYPE/extension` for FAX and unnamed devices; empty if none"
                { device_id: Integer d.device_id;
                  device_type: Text v.device_type
                      as "CASE WHEN v.id IS NULL THEN NULL ELSE COALESCE(v.device_type, '') END", plain;
                  device_name: Text v.name, becomes "device";
                  device_extension: Text v.extension, becomes "extension"; }
                |did, _role| device(did);
            dial_plan SELLERS "`name (type)`; empty if there is none"
                { dial_plan: Text l.name, becomes "Dial plan ";
                  dial_plan_type: Text l.dptype, plain; }
                |did, _role| dial_plan(did);
            simultaneous_call_limit ALL "`Unlimited` or the number"
                { call_limit: Integer d.call_limit; }
                |did, _role| match did.call_limit.0 {
                    0 => Value::of(b"Unlimited"),
                    limit => Value::NumberText(limit),
                };
            // D24.
            comment ALL "the comment; to a reseller and its users the reseller's own; absent when not set"
                { comment: Text d.comment, becomes "Comment ";
                  reseller_comment: Text d.reseller_comment for CUSTOMERS, becomes "Reseller comment "; }
                |did, role| optional(match role {
                    Role::Reseller => &did.reseller_comment,
                    Role::User if did.reseller_id.0 > 0 => &did.reseller_comment,
                    _ => &did.comment,
                });
            tone_zone SELLERS "may be empty"
                { tone_zone: Text d.tonezone, plain; }
                |did, _role| Value::of(did.tone_zone.bytes());
            id ALL "the DID's id" {}
                |did, _role| Value::Number(did.id);
            device_id ALL "absent when the DID has no device" {}
                |did, _role| positive(did.device_id.0);
            user_id ALL "absent when no user has the DID" {}
                |did, _role| positive(did.user_id.0);
            reserved_for_user_till ALL "RFC 3339, UTC; only when `did_status` is closed"
                { closed_till: Time d.closed_till; }
                |did, _role| if did.status.bytes().eq_ignore_ascii_case(b"closed") {
                    moment(&did.closed_till)
                } else {
                    Value::Absent
                };
        }
    };
}

pub(crate) use elements;
