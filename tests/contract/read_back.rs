//! Section 8, D31: JSON and CSV as other programs read them, and long lists of both.

use std::collections::BTreeMap;
use std::process::Command;

use dids_tests::client::Reply;
use dids_tests::harness::Site;
use dids_tests::model::Tables;

use crate::asking::*;
use crate::broken::{Outcome, outcome};
use crate::faults::{fail, fail_from_page};
use crate::streaming::city;
use crate::town::*;

const JSON: &str = "application/json";
const CSV: &str = "text/csv";

fn accepting(site: &Site, caller: &str, query: &str, accept: &str) -> Reply {
    let reply = site.send(&ask("POST", &signed(caller, query)).with("Accept", accept));
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply
}

/// The town, whose values have all that needs care in either form.
fn awkward() -> Tables {
    let mut tables = town();
    let values = [
        "a,b",
        "\"",
        "\"\"",
        "a \"b\" c",
        "\r\n",
        "\n",
        "\r",
        ",",
        " blanks ",
        "=1+1",
        "-2",
        "@x",
        "\\",
        "\\n",
        "é☎😀",
        "\u{1}\u{1f}",
        "\u{7f}\u{85}\u{2028}",
        "</script>",
        "\t",
        "null",
        "'",
        "\u{feff}x",
        "007",
    ];
    let sample = tables.dids[2].clone();
    for (id, value) in (100..).zip(values) {
        let mut did = sample.clone();
        did.id = id;
        did.did = text(&format!("380{id}"));
        did.comment = text(value);
        did.status = text(value);
        tables.dids.push(did);
    }
    tables
}

/// The rows of the XML, name and text, as an XML parser reads them.
fn rows_of_xml(xml: &str) -> Vec<BTreeMap<String, String>> {
    let page = roxmltree::Document::parse(xml).expect("well-formed");
    let dids = page
        .descendants()
        .filter(|node| node.has_tag_name("did") && node.children().any(|child| child.is_element()));
    let elements = |did: roxmltree::Node| {
        let elements = did.children().filter(roxmltree::Node::is_element);
        elements
            .map(|it| {
                (
                    it.tag_name().name().to_owned(),
                    it.text().unwrap_or_default().to_owned(),
                )
            })
            .collect()
    };
    dids.map(elements).collect()
}

/// What the XML cannot hold it shows as U+FFFD (D10); the other forms hold it.
fn as_in_xml(text: &str) -> String {
    let forbidden =
        |c: char| c < ' ' && !"\t\n\r".contains(c) || matches!(c, '\u{fffe}' | '\u{ffff}');
    text.chars()
        .map(|c| if forbidden(c) { '\u{fffd}' } else { c })
        .collect()
}

#[test]
fn d31_json_says_what_the_xml_says() {
    let site = Site::open(&awkward());
    for caller in ["admin", "clerk", "shop", "carrier", "anna", "ben"] {
        let reply = accepting(&site, caller, "", JSON);
        let page: serde_json::Value = serde_json::from_slice(&reply.body).expect("JSON");
        let dids = page["dids"].as_array().expect("a list");
        let xml = rows_of_xml(site.list(caller, "").text());
        assert_eq!(dids.len(), xml.len(), "{caller}");
        for (did, row) in dids.iter().zip(&xml) {
            let did = did.as_object().expect("an object");
            let mut texts = BTreeMap::new();
            for (name, value) in did {
                let is_right = match name.as_str() {
                    "id" | "device_id" | "user_id" => value.is_i64(),
                    "ai_agent_compatible" => value.is_boolean(),
                    _ => value.is_string(),
                };
                assert!(is_right, "{name}: {value}");
                let shown = value.as_str().map_or_else(|| value.to_string(), as_in_xml);
                texts.insert(name.clone(), shown);
            }
            assert_eq!(texts, *row, "{caller}");
        }
    }
}

#[test]
fn d31_csv_says_what_the_xml_says() {
    let site = Site::open(&awkward());
    for caller in ["admin", "clerk", "shop", "carrier", "anna", "ben"] {
        let reply = accepting(&site, caller, "", CSV);
        let mut reader = csv::Reader::from_reader(&reply.body[..]);
        let names: Vec<String> = reader
            .headers()
            .expect("a header")
            .iter()
            .map(str::to_owned)
            .collect();
        let records: Vec<_> = reader.records().map(|row| row.expect("a record")).collect();
        let xml = rows_of_xml(site.list(caller, "").text());
        assert_eq!(records.len(), xml.len(), "{caller}");
        for (record, row) in records.iter().zip(&xml) {
            for (name, value) in names.iter().zip(record) {
                // Absent is empty.
                let shown = row.get(name).cloned().unwrap_or_default();
                assert_eq!(as_in_xml(value), shown, "{caller} {name}");
            }
            assert!(
                row.keys().all(|name| names.contains(name)),
                "{caller}: a column each"
            );
        }
    }
}

/// What Python prints, of a program that is given the list's file.
fn python(program: &str, file: &std::path::Path) -> String {
    let mut python = Command::new("python3");
    let output = python.args(["-c", program]).arg(file).output();
    let output = output.expect("Python");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn d31_pandas_reads_the_csv() {
    let site = Site::open(&awkward());
    let reply = accepting(&site, "admin", "", CSV);
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("dids.csv");
    std::fs::write(&file, &reply.body).expect("a file");
    let program = "import pandas, sys, json\n\
        table = pandas.read_csv(sys.argv[1], dtype=str, keep_default_na=False)\n\
        print(json.dumps(table.to_dict(orient='records')))\n\
        typed = pandas.read_csv(sys.argv[1], dtype={'did': str})\n\
        print(typed['id'].dtype, typed['ai_agent_compatible'].dtype, typed['did'].iloc[0])";
    let printed = python(program, &file);
    let (rows, types) = printed.trim_end().split_once('\n').expect("two lines");
    assert_eq!(types, "int64 bool 37060000001");
    let rows: Vec<BTreeMap<String, String>> = serde_json::from_str(rows).expect("JSON");
    let mut reader = csv::Reader::from_reader(&reply.body[..]);
    let right: Vec<BTreeMap<String, String>> = {
        let names = reader.headers().expect("a header").clone();
        let pairs = |row: csv::StringRecord| {
            names
                .iter()
                .zip(row.iter())
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect()
        };
        reader
            .records()
            .map(|row| pairs(row.expect("a record")))
            .collect()
    };
    assert_eq!(rows, right);
}

/// What LibreOffice has in its cells, of a CSV in UTF-8 whose columns are all texts, as
/// docs/api.md says to open it: it would compute `=1+1` otherwise, and take 007 for 7.
fn by_libreoffice(list: &[u8], columns: usize) -> Vec<csv::StringRecord> {
    let place = tempfile::tempdir().expect("a folder");
    let file = place.path().join("dids.csv");
    std::fs::write(&file, list).expect("a file");
    let texts: Vec<_> = (1..=columns).map(|column| format!("{column}/2")).collect();
    let output = Command::new("soffice")
        .arg(format!(
            "-env:UserInstallation=file://{}",
            place.path().join("profile").display()
        ))
        .args([
            "--headless",
            "--convert-to",
            "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false",
        ])
        .arg(format!("--infilter=CSV:44,34,76,1,{}", texts.join("/")))
        .arg("--outdir")
        .arg(place.path().join("out"))
        .arg(&file)
        .output()
        .expect("LibreOffice, which `cargo xtask test --office` installs");
    let written = std::fs::read(place.path().join("out/dids.csv"));
    let written = written
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(&written[..]);
    reader.records().map(|row| row.expect("a record")).collect()
}

#[test]
fn d31_libreoffice_opens_the_csv() {
    let mut tables = awkward();
    // A cell has line ends of one kind, and no controls.
    tables.dids.retain(|did| {
        let comment = did.comment.as_deref().unwrap_or_default();
        comment.iter().all(|byte| *byte >= b' ')
    });
    let site = Site::open(&tables);
    let reply = accepting(&site, "admin", "", CSV);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(&reply.body[..]);
    let right: Vec<_> = reader.records().map(|row| row.expect("a record")).collect();
    assert!(right.len() > 20, "{}", right.len());
    assert_eq!(by_libreoffice(&reply.body, right[0].len()), right);
}

#[test]
fn d11_a_list_that_fails_is_aborted_in_every_format() {
    let site = Site::inside(&city());
    for accept in [JSON, CSV] {
        let ask = ask("POST", &signed("admin", "")).with("Accept", accept);
        let right = site.send(&ask);
        assert!(right.whole && right.is_chunked(), "{accept}");
        fail_from_page(&site, 2);
        let reply = site.send(&ask);
        site.server().faults().clear();
        assert_eq!(outcome(&reply, &right, accept), Outcome::Broken);
        if accept == JSON {
            assert!(serde_json::from_slice::<serde_json::Value>(&reply.body).is_err());
        }
        assert!(site.send(&ask).body == right.body, "the next one is served");
    }
}

#[test]
fn d31_a_list_that_cannot_begin_is_503_in_its_format() {
    let site = Site::inside(&town());
    site.server().faults().set(|_| fail());
    let error = "Service temporarily unavailable";
    let query = ask("POST", &signed("admin", ""));
    let json = site.send(&query.clone().with("Accept", JSON));
    assert_eq!(
        (json.status, json.text()),
        (503, &*format!("{{\"error\":\"{error}\"}}\n"))
    );
    let csv = site.send(&query.with("Accept", CSV));
    assert_eq!((csv.status, csv.text()), (503, &*format!("{error}\n")));
    for reply in [json, csv] {
        assert!(reply.header("retry-after").is_some());
        assert_eq!(reply.header("vary"), Some("Accept"));
    }
}
