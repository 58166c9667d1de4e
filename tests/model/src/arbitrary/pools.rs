//! The values the random rows are made of. The first of each pool is plain.

/// Beginnings of numbers.
pub const PREFIXES: [&[u8]; 8] = [
    b"37060", b"37061", b"3706", b"0044", b"abc", b"ABC", b"+1 ", b"a_b",
];

/// Ends of numbers. Ill-formed sequences are followed by ASCII, so that everyone
/// counts them as one character.
pub const SUFFIXES: [&[u8]; 16] = [
    b"1",
    b"2",
    b"12",
    b"",
    b"1",
    b"99",
    b"x",
    b"X",
    b"%",
    b"_5",
    b"\\",
    "é".as_bytes(),
    "😀1".as_bytes(),
    b"'<&>\"",
    b"\xFFz",
    b"\r\n\x01",
];

/// Statuses, those with special rules more often.
pub const STATUSES: [&[u8]; 16] = [
    b"free",
    b"free",
    b"free",
    b"reserved",
    b"active",
    b"active",
    b"closed",
    b"closed",
    b"closed",
    b"terminated",
    b"terminated",
    b"Closed",
    b"TERMINATED",
    b"broken",
    b"",
    "é<b>".as_bytes(),
];

/// Languages.
pub const LANGUAGES: [&[u8]; 12] = [
    b"en", b"", b"lt", b"EN", b"Lt", b" ", b"   ", b"\t", b"all", b"en ", b"l&t", b"\xC3",
];

/// Pieces of names, which search terms are tried on.
pub const NAME_PIECES: [&[u8]; 16] = [
    b"Anna",
    b"Ona",
    b"test",
    b"Test",
    b"O'Neil",
    b"<i>",
    b"&",
    "é".as_bytes(),
    "😀".as_bytes(),
    b"100%",
    b"_",
    b"\\",
    b" ",
    b"\t",
    b"\xFFz",
    b"\xC3z\x01",
];

/// Blank names.
pub const BLANKS: [&[u8]; 5] = [b"", b" ", b"\t", b"  ", b" \t\r\n\x0C"];

/// Pieces of texts that are only shown.
pub const TEXT_PIECES: [&[u8]; 28] = [
    b"text",
    b"",
    b" ",
    b"<b>&amp;</b>",
    b"]]>",
    b"<!-- -->",
    b"\"'",
    b"''",
    b"\r\n",
    b"\r",
    b"\n",
    b"\t",
    b"\x01",
    b"\x1F",
    b"\x7F",
    "\u{85}\u{2028}".as_bytes(),
    "\u{FFFD}\u{FFFE}\u{FFFF}".as_bytes(),
    "\u{1FFFE}".as_bytes(),
    "😀".as_bytes(),
    "ąžuolas".as_bytes(),
    b"\xFF",
    b"\x80",
    b"\xC0\xAF",
    b"\xC3",
    b"\xE2\x82",
    b"\xED\xA0\x80",
    b"\xF0\x9F\x98",
    b"\xF4\x90\x80\x80",
];

/// Stored times: readable, tolerated, zero and unreadable ones.
pub const TIMES: [&[u8]; 32] = [
    b"2026-05-27 07:35:57",
    b"2026-06-09 12:00:00",
    b"2006-01-01 00:00:00",
    b"2024-02-29 23:59:59",
    b"2026-05-27T07:35:57",
    b"2026-05-27 07:35:57Z",
    b"2026-05-27T07:35:57Z",
    b"2026-05-27 07:35:57.999999",
    b"2026-05-27T07:35:57.5Z",
    b"9999-12-31 23:59:59",
    b"1970-01-01 00:00:00",
    b"2000-02-29 00:00:00",
    b"0000-00-00 00:00:00",
    b"0000-00-00 00:00:00",
    b"",
    b"soon",
    b"2026-02-29 00:00:00",
    b"1900-02-29 00:00:00",
    b"2026-02-30 00:00:00",
    b"2026-04-31 00:00:00",
    b"2026-13-01 00:00:00",
    b"2026-00-10 00:00:00",
    b"2026-05-27 24:00:00",
    b"2026-05-27 07:60:00",
    b"2026-05-27 07:35:60",
    b"2026-05-27 07:35:57.",
    b"2026-05-27 07:35:57+02:00",
    b" 2026-05-27 07:35:57 ",
    b"2026-05-27",
    b"2026-05-27 07:35",
    b"2026-05-27 07:35:5\xFF",
    "\u{FF12}026-05-27 07:35:57".as_bytes(),
];

/// User names; some are equal without regard to case.
pub const USERNAMES: [&[u8]; 12] = [
    b"bob",
    b"anna",
    b"ANNA",
    b"carol",
    b"Bob",
    b"dan",
    b"admin",
    b"tele com",
    b"a+b&c=d%20",
    "rėmėjas".as_bytes(),
    b"<eve>",
    b"",
];

/// Types of users beside the admin.
pub const USERTYPES: [&[u8]; 16] = [
    b"user",
    b"user",
    b"user",
    b"user",
    b"user",
    b"reseller",
    b"reseller",
    b"reseller",
    b"reseller",
    b"accountant",
    b"accountant",
    b"accountant",
    b"admin",
    b"partner",
    b"simple",
    b"",
];

/// Types of devices.
pub const DEVICE_TYPES: [&[u8]; 8] = [
    b"SIP", b"IAX2", b"FAX", b"Fax", b"Virtual", b"H323", b"", b"S<&>IP",
];

/// Types of dial plans.
pub const DIALPLAN_TYPES: [&[u8]; 6] = [b"ivr", b"authbypin", b"queue", b"", b" ", b"a\xFF&b"];

/// Values of a switch that is on, then off, then values that only look like on.
pub const NEARLY_ON: [&[u8]; 7] = [b"0", b"", b" 1", b"1 ", b"01", b"true", b"\xFF"];

/// Secret keys.
pub const KEYS: [&[u8]; 6] = [
    b"secret",
    b"456789",
    b"Very Sercet Key",
    b"other",
    "raktas ė".as_bytes(),
    b" ",
];

/// Groups of rights an accountant may be in.
pub const ACCOUNTANT_GROUPS: [Option<i64>; 7] = [
    Some(1),
    Some(1),
    Some(2),
    Some(2),
    Some(3),
    Some(3),
    Some(0),
];

/// Levels of an accountant's right.
pub const ACCOUNTANT_LEVELS: [Option<i64>; 8] = [
    Some(1),
    Some(2),
    Some(1),
    Some(2),
    Some(1),
    Some(3),
    Some(0),
    None,
];

/// What callers accept: some XML, some JSON or CSV.
pub const ACCEPTS: [&str; 16] = [
    "application/json",
    "text/csv",
    "application/json",
    "text/csv;q=0.5, Application/JSON;q=0.4",
    "application/json, text/html",
    "application/json, text/plain, */*",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2",
    "*/*",
    "",
    "application/json, text/xml;q=0",
    "application/json, application/*;q=0.001",
    "text/csv;header=\"a,*/*\", application/json;q=x;q=0",
    "application/json;q=0, text/csv;q=0.000",
    "application/json;q=1.000;ext,,",
    "application/vnd.api+json, text/json",
];

/// What callers prefer.
pub const PREFERENCES: [&str; 8] = [
    "count=exact",
    "count=exact",
    "Count = \"exact\"; x=y",
    "return=minimal, count=exact",
    "count=none, count=exact",
    "count=Exact",
    "x=\"a,count=exact\"",
    "",
];
