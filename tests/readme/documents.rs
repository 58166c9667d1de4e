//! docs/api.md and docs/operating.md: their scripts. (The answers that they show,
//! tests/written makes and compares.)

use dids_tests::readme::{OPERATING, script};

use crate::running::{Running, shell};
use crate::{THERE, up};

/// What the examples begin with, told where they are served.
fn beginning(up: &Running) -> String {
    script("export DIDS=").replace(THERE, up.address())
}

/// The rows of what a script printed in CSV; the demo's texts have line ends in them.
fn rows(csv: &str) -> Vec<String> {
    let mut rows = Vec::new();
    let mut is_quoted = false;
    let mut row = String::new();
    for line in csv.split_inclusive('\n') {
        row.push_str(line);
        is_quoted ^= line.matches('"').count() % 2 == 1;
        if !is_quoted {
            rows.push(std::mem::take(&mut row));
        }
    }
    rows
}

#[test]
fn d32_a_cursor_leads_through_the_whole_list() {
    let (up, folder) = (up(), tempfile::tempdir().unwrap());
    let beginning = format!("cd {}\n{}", folder.path().display(), beginning(&up));
    let printed = shell(&format!("{beginning}{}", script("cursor=")));
    let all = shell(&format!(
        "{beginning}curl -sS -H 'Accept: text/csv' -d \"$CALLER\" \"$DIDS\" | tail -n +2"
    ));
    assert_eq!(rows(&printed).len(), 5_000);
    assert_eq!(rows(&printed), rows(&all));
    // One place in the list, whoever is there: the reseller's own rows.
    let of_reseller = shell(&format!(
        "{beginning}cursor=$(curl -s -D - -o page.xml -d \"$CALLER&max_results=1\" \"$DIDS\" \
         | sed -n 's/^x-next-cursor: *\\([0-9a-f]*\\).*/\\1/p')\n\
         curl -s -d \"u=baltic&hash=e1c99d3eb30ea020d32e766da878e3d85a96c23d&cursor=$cursor\" \"$DIDS\""
    ));
    assert_eq!(of_reseller.matches("<did_number>").count(), 969);
    assert!(!of_reseller.contains("<provider>"));
}

#[test]
fn d33_a_total_is_told_to_who_asks() {
    let up = up();
    let call = |prefer: &str| {
        shell(&format!(
            "{}curl -s -o /dev/null -w '%header{{x-total-count}} %header{{preference-applied}}' \
             {prefer} -d \"$CALLER&max_results=1&from=4000\" \"$DIDS\"",
            beginning(&up)
        ))
    };
    assert_eq!(call("-H 'Prefer: count=exact'"), "5000 count=exact");
    assert_eq!(call(""), " ");
}

/// What `journalctl` would print, as a log of the outcomes that alerts look for.
const LOG: &str = r#"{"log":"dids_get","id":"1","version":"0","caller":"admin:0","rows":1,"ms":2,"outcome":"ok"}
{"log":"dids_get","note":"connection dropped: MySQL: Input/output error"}
Serving on http://127.0.0.1:8080
{"log":"dids_get","id":"2","version":"0","rows":0,"ms":9,"outcome":"unavailable","failure":"x"}
{"log":"dids_get","id":"3","version":"0","caller":"admin:0","rows":5,"ms":2,"outcome":"aborted","failure":"x"}
{"log":"dids_get","id":"4","version":"0","caller":"user:7","filters":"search_status","rows":1,"ms":5000,"outcome":"ok"}
{"log":"dids_get","id":"5","version":"0","rows":0,"ms":2,"outcome":"incorrect_hash"}
{"log":"dids_get","id":"6","version":"0","rows":0,"ms":2,"outcome":"unknown_parameter"}
"#;

#[test]
fn alerts_are_found_in_the_log() {
    let command = script("journalctl ");
    let (_, query) = command.split_once("| ").expect("a pipe");
    // What the table says, in the place of the word.
    let rows = OPERATING
        .lines()
        .filter_map(|line| line.strip_prefix("| `."));
    let conditions: Vec<_> = rows.filter_map(|row| row.split_once('`')).collect();
    assert!(conditions.len() > 5, "the table has conditions");
    let folder = tempfile::tempdir().unwrap();
    let found = |log: &str, condition: &str| {
        let file = folder.path().join("log");
        std::fs::write(&file, log).unwrap();
        let query = query.replace("CONDITION", &format!(".{condition}"));
        shell(&format!("cat {} | {query}", file.display()))
    };
    let (ok, _) = LOG.split_once('\n').unwrap();
    for (condition, _) in conditions {
        assert_eq!(found(LOG, condition).lines().count(), 1, "{condition}");
        assert_eq!(found(ok, condition), "", "{condition}");
    }
}
