//! Two tenants in one application, `deploy/tenants/spin.toml`: each served as
//! the manifest says, neither sees anything of the other's.

use std::collections::BTreeSet;

use dids_host::{Server, Settings};
use dids_tests::client::{self, Reply};
use dids_tests::data::Data;
use dids_tests::harness::{Site, component, looks_inside};
use dids_tests::manifest::Manifest;
use dids_tests::model::Tables;
use dids_tests::model::tables::Did;

use crate::asking::{ask, sha1, signed};
use crate::faults::is_unavailable;
use crate::town::*;

const MANIFEST: &str = "deploy/tenants/spin.toml";
/// DIDs of each tenant: a list of several pages.
const DIDS: i64 = 5_000;
/// The keys of the admin, of the reseller `shop` and of `carrier`.
const KEYS: [(&str, i64); 3] = [("admin", 0), ("shop", 2), ("carrier", 5)];
/// Everyone who can list something, and whose key signs it.
const CALLERS: [(&str, i64); 6] = [
    ("admin", 0),
    ("clerk", 0),
    ("anna", 0),
    ("shop", 2),
    ("ben", 2),
    ("carrier", 5),
];

/// What the manifest says of one component.
struct Tenant {
    /// `a` for the component `tenant-a`.
    letter: String,
    route: String,
    source: String,
    base_path: String,
    /// The value of `database` as it is written, and as it is by default.
    database: (String, String),
    labels: Vec<String>,
    hosts: Vec<String>,
}

fn tenants() -> Vec<Tenant> {
    let manifest = Manifest::read(MANIFEST);
    let owned = |texts: Vec<&str>| texts.into_iter().map(str::to_owned).collect();
    let tenant = |route: &str, name: &str| {
        let component = manifest.table(&format!("component.{name}"));
        let variables = manifest.table(&format!("component.{name}.variables"));
        let database = variables.text("database");
        Tenant {
            letter: name.strip_prefix("tenant-").expect("a tenant").to_owned(),
            route: route.to_owned(),
            source: component.text("source").to_owned(),
            base_path: variables.text("base_path").to_owned(),
            database: (database.to_owned(), manifest.resolved(database)),
            labels: owned(component.texts("sqlite_databases")),
            hosts: owned(component.texts("allowed_outbound_hosts")),
        }
    };
    let triggers = manifest.tables("trigger.http");
    triggers
        .map(|trigger| tenant(trigger.text("route"), trigger.text("component")))
        .collect()
}

/// A tenant that is served, from tables with its letter in every text.
struct Served {
    letter: String,
    server: Server,
    _data: Data,
}

impl Tenant {
    fn serve(&self) -> Served {
        let data = Data::sqlite(&tables(&self.letter), "");
        let server = self.server(&data, &self.database.1);
        let letter = self.letter.clone();
        Served {
            letter,
            server,
            _data: data,
        }
    }

    /// A server that gives the component what the manifest grants it.
    fn server(&self, data: &Data, database: &str) -> Server {
        let mut settings = Settings::new(component());
        for label in &self.labels {
            settings.sqlite.insert(label.clone(), data.file());
        }
        let variables = [("database", database), ("base_path", &self.base_path)];
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        settings.variables.extend(variables.map(owned));
        looks_inside();
        Server::start(settings).expect("the host starts")
    }
}

impl Served {
    fn asked(&self, caller: &str, hash: &str, query: &str) -> Reply {
        let query = format!("u={caller}&hash={hash}&{query}");
        client::send(self.server.address(), &ask("POST", &query), &[])
    }
}

/// The secret key of this owner at this tenant.
fn key(letter: &str, owner: i64) -> String {
    format!("key-of-{letter}-{owner}")
}

/// What stands in every text of a tenant's, and in none of the other's.
fn mark(letter: &str) -> String {
    format!("mark-{letter}")
}

/// The town, with other keys and more DIDs, all of them marked.
fn tables(letter: &str) -> Tables {
    let (mut tables, mark) = (town(), text(&mark(letter)));
    for (_, owner) in KEYS {
        set(&mut tables, "API_Secret_Key", &key(letter, owner), owner);
    }
    for user in &mut tables.users {
        user.first_name = mark.clone();
    }
    for provider in &mut tables.providers {
        provider.name = mark.clone();
    }
    // The same ids at both: only the database tells them apart.
    let more = (100..100 + DIDS).map(|id| Did {
        id,
        status: text("active"),
        user_id: Some([3, 4, 0][id as usize % 3]),
        reseller_id: Some([0, 2, 5][id as usize % 3]),
        ..tables.dids[0].clone()
    });
    tables.dids = tables.dids.iter().cloned().chain(more).collect();
    for did in &mut tables.dids {
        did.did = text(&format!("{}-{letter}", did.id));
        did.comment = mark.clone();
        did.reseller_comment = mark.clone();
    }
    tables
}

/// Both tenants, served.
fn both() -> (Served, Served) {
    let tenants = tenants();
    (tenants[0].serve(), tenants[1].serve())
}

#[test]
fn the_manifest_gives_tenants_nothing_in_common() {
    let tenants = tenants();
    assert_eq!(tenants.len(), 2);
    for tenant in &tenants {
        let letter = &tenant.letter;
        let own = |text: &String| text.contains(&format!("tenant-{letter}"));
        assert_eq!(tenant.route, format!("/{letter}/..."));
        assert!(!tenant.labels.is_empty() && tenant.labels.iter().all(own));
        assert_eq!(tenant.database.0, format!("{{{{ {letter}_database }}}}"));
        assert_eq!(tenant.database.1, format!("sqlite:tenant-{letter}"));
        assert_eq!(tenant.hosts, [format!("{{{{ {letter}_mysql_host }}}}")]);
    }
    let distinct = |what: fn(&Tenant) -> String| {
        let values: BTreeSet<_> = tenants.iter().map(what).collect();
        values.len()
    };
    assert_eq!(distinct(|tenant| tenant.letter.clone()), 2);
    assert_eq!(distinct(|tenant| tenant.source.clone()), 1, "the same file");
    // The URL may hold a password, and no host can be reached before one is named.
    let manifest = Manifest::read(MANIFEST);
    for (name, value) in manifest.table("variables").iter() {
        assert_eq!(name.ends_with("_database"), value.contains("secret = true"));
    }
    for tenant in &tenants {
        assert_eq!(manifest.resolved(&tenant.hosts[0]), "");
    }
}

#[test]
fn no_tenant_sees_a_row_of_the_others() {
    let (a, b) = both();
    for (mine, other) in [(&a, &b), (&b, &a)] {
        let (number, text) = (format!("-{}<", other.letter), mark(&other.letter));
        for (caller, owner) in CALLERS {
            let hash = sha1(&key(&mine.letter, owner));
            for query in ["", "test=1", "search_did_number=%25", "from=4000"] {
                let reply = mine.asked(caller, &hash, query);
                assert!(reply.status == 200 && reply.whole, "{caller} {query}");
                let shown = reply.text();
                let is_others = shown.contains(&number) || shown.contains(&text);
                assert!(!is_others, "{caller} {query}");
            }
            let whole = mine.asked(caller, &hash, "").elements("did_number").len();
            assert!(whole > 1_000, "{caller}: {whole} of the own rows");
        }
        let hash = sha1(&key(&mine.letter, 0));
        let all = mine.asked("admin", &hash, "");
        assert_eq!(all.ids().len(), ALL.len() + DIDS as usize);
        assert!(all.is_chunked(), "more than a page");
    }
}

#[test]
fn no_tenant_accepts_a_hash_of_the_others() {
    let (a, b) = both();
    for (mine, other) in [(&a, &b), (&b, &a)] {
        for (caller, owner) in CALLERS {
            let query = "max_results=1";
            let own = mine.asked(caller, &sha1(&key(&mine.letter, owner)), query);
            assert_eq!(own.ids().len(), 1, "{caller}");
            for (_, owner) in KEYS {
                let hash = sha1(&key(&other.letter, owner));
                let reply = mine.asked(caller, &hash, query);
                assert_eq!(reply.error(), "Incorrect hash", "{caller}");
            }
        }
    }
}

/// Spin hands on the whole path, and says in a header what is below the route:
/// the last of that name, since callers can send one too.
#[test]
fn a_route_may_have_a_prefix() {
    let (a, b) = both();
    for tenant in [&a, &b] {
        let hash = sha1(&key(&tenant.letter, 0));
        let query = format!("?action=dids_get&u=admin&hash={hash}&max_results=1");
        let sent = |path: &str| {
            let mut ask = ask("GET", "");
            ask.target = format!("{path}{query}");
            client::send(tenant.server.address(), &ask, &[])
        };
        let letter = &tenant.letter;
        for path in [
            "/billing/api",
            "/billing/api/dids_get",
            "/api/",
            "/api/dids_get/",
        ] {
            assert_eq!(sent(&format!("/{letter}{path}")).ids().len(), 1, "{path}");
            assert_eq!(sent(&format!("/x{path}")).status, 404, "{path}");
            assert_eq!(sent(&format!("/{letter}/x{path}")).status, 404, "{path}");
        }
        for probe in ["/healthz", "/readyz"] {
            assert_eq!(sent(&format!("/{letter}{probe}")).text(), "ok", "{probe}");
        }
        assert_eq!(sent(&format!("/{letter}")).status, 404);
    }
}

#[test]
fn a_base_path_may_lack_its_slashes() {
    for (written, below) in [
        ("mor", "/mor"),
        ("/mor/", "/mor"),
        ("a/mor/...", "/a/mor"),
        ("/", ""),
    ] {
        let site = Site::inside_with(&town(), |settings| {
            let variable = ("base_path".to_owned(), written.to_owned());
            settings.variables.extend([variable]);
        });
        let mut list = ask("POST", &signed("admin", ""));
        list.target.insert_str(0, below);
        assert_eq!(site.send(&list).ids(), ALL, "{written}");
        list.target.insert_str(0, "/other");
        assert_eq!(site.send(&list).status, 404, "{written}");
    }
}

/// A header that Spin sets and anybody can send moves no path.
#[test]
fn a_header_of_spins_is_not_trusted() {
    let (a, _) = both();
    let mut ask = ask("GET", "");
    ask.target = "/other/healthz".to_owned();
    let headers = [
        ("spin-path-info", "/healthz"),
        ("spin-component-route", "/other"),
    ];
    let reply = client::send(a.server.address(), &ask, &headers);
    assert_eq!(reply.status, 404);
}

#[test]
fn no_tenant_opens_the_others_database() {
    let tenants = tenants();
    let (a, b) = (&tenants[0], &tenants[1]);
    for (mine, other) in [(a, b), (b, a)] {
        let data = Data::sqlite(&tables(&mine.letter), "");
        // As if its variable named the other's database.
        let server = mine.server(&data, &other.database.1);
        let query = format!("u=admin&hash={}", sha1(&key(&mine.letter, 0)));
        is_unavailable(&client::send(server.address(), &ask("POST", &query), &[]));
    }
}
