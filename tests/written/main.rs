//! Everything in the repository that repeats something else: tables of the documents, the
//! description for OpenAPI, golden pages, answers that the documents show. It is made anew
//! from the declarations, by the reference model or by the component, and compared. `cargo
//! xtask write` writes it.

mod documents;
mod openapi;

use std::collections::BTreeSet;
use std::process::Command;

use dids_tests::asking::{ask, signed};
use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::model::tables::Columns;
use dids_tests::model::{self, Tables};
use dids_tests::town::town;
use dids_tests::written::Written;

/// Where the examples of the documents are served.
const THERE: &str = "127.0.0.1:3000";

#[test]
fn golden_pages_are_the_models() {
    let old = Tables {
        columns: Columns::OLD,
        ..town()
    };
    for (path, tables, caller) in [
        ("tests/contract/golden/admin.xml", &town(), "admin"),
        ("tests/contract/golden/reseller.xml", &town(), "shop"),
        ("tests/contract/golden/user_of_reseller.xml", &town(), "ben"),
        ("tests/contract/golden/user_of_admin.xml", &town(), "anna"),
        (
            "tests/contract/golden/admin_of_old_server.xml",
            &old,
            "admin",
        ),
        ("tests/contract/golden/user_of_old_server.xml", &old, "anna"),
    ] {
        let page = model::answer(tables, &ask("POST", &signed(caller, "")));
        let page = page.body.expect("the model knows the whole page");
        Written::whole(path, String::from_utf8(page).expect("UTF-8")).end();
    }
}

#[test]
fn documents_are_written() {
    let site = Site::on_local_host(Data::demo(), |_| ());
    let folder = tempfile::tempdir().expect("a folder for what calls save");
    let here = site.address().to_string();
    let mut languages = Vec::new();
    for mut document in documents::documents() {
        let blocks = document.text().split("```");
        let beginning = blocks.filter_map(|block| block.strip_prefix("sh\n"));
        let beginning = beginning.filter(|block| block.starts_with("export DIDS="));
        let beginning: String = beginning.collect::<String>().replace(THERE, &here);
        let put = document.put_answers(|call| {
            let call = call.replace(THERE, &here);
            let mut shell = Command::new("sh");
            shell.current_dir(folder.path());
            let output = shell.args(["-c", &format!("{beginning}{call}")]).output();
            let output = output.expect("there is a shell");
            assert!(output.status.success(), "{call}");
            String::from_utf8(output.stdout).expect("UTF-8")
        });
        languages.extend(put);
        document.end();
    }
    assert!(languages.len() > 12, "{languages:?}");
    let languages: BTreeSet<_> = languages.iter().map(String::as_str).collect();
    assert_eq!(languages, BTreeSet::from(["csv", "json", "text", "xml"]));
    Written::whole("docs/openapi.yaml", openapi::document(&site)).end();
}
