//! `deploy/container/`, as far as it goes without an engine for containers: the same
//! scripts in the same order, the same user, the same files of nginx, the same
//! wasmtime as the tests'.

use std::sync::Arc;

use dids_tests::data::Data;
use dids_tests::harness::Site;
use dids_tests::manifest::{in_repository, read};
use dids_tests::server::{Database, DatabaseServer, Kind};

use crate::asking::*;
use crate::proxy::Proxy;
use dids_tests::upstream::Upstream;

fn file(name: &str) -> String {
    read(&in_repository("deploy/container").join(name))
}

#[test]
fn the_compose_files_demo_answers() {
    let compose = file("compose.yaml");
    let server = Arc::new(DatabaseServer::start_of(Kind::Mariadb, "UTC", &[]));
    let mut root = server.session("");
    root.run("CREATE DATABASE mor; USE mor");
    let scripts = compose.lines().filter(|line| line.contains("initdb.d/"));
    let mut count = 0;
    for line in scripts {
        let (script, place) = line
            .trim()
            .trim_start_matches("- ")
            .split_once(':')
            .unwrap();
        count += 1;
        assert!(place.contains(&format!("/{count}-")), "run in this order");
        root.run(&file(script));
    }
    assert_eq!(count, 3);
    let user = ("dids_get", "change-this-password");
    assert!(compose.contains(&format!("mysql://{}:{}@database:3306/mor", user.0, user.1)));
    let data = Data::Server(Database::create(&server, &[]));
    let site = Site::on_local_host(data, |settings| {
        let url = server.url_of(user, "mor");
        settings.variables.insert("database".into(), url);
    });
    let proxy = Proxy::start(site.address(), Upstream::named("mor").address);
    let list = |user: &str, key: &str| {
        let query = format!("u={user}&hash={}", sha1(key));
        proxy.send(&ask("POST", &query), &[]).ids().len()
    };
    assert_eq!(list("admin", "secret"), 1_000);
    assert_eq!(list("anna", "secret"), 100);
    assert_eq!(list("shop", "shop-secret"), 200);
    assert_eq!(list("ben", "shop-secret"), 100);
}

#[test]
fn the_image_has_the_wasmtime_of_the_tests() {
    let (image, tests) = (
        file("Dockerfile"),
        read(&in_repository("xtask/src/hosts.rs")),
    );
    let (_, rest) = tests.split_once("\"--version=").expect("a version");
    let version = rest.split('"').next().expect("its end");
    assert!(image.contains(&format!("wasmtime-cli --version={version} ")));
    let features = "run,serve,component-model,component-model-async,cranelift,\
                    pooling-allocator,cache";
    assert!(image.contains(features) && tests.contains(features));
}

/// What the service of systemd is started with, of which each option was thought about.
#[test]
fn the_image_starts_what_the_service_does() {
    let service = read(&in_repository("deploy/systemd/dids-get.service"));
    let image = file("Dockerfile");
    let (_, start) = service.split_once("ExecStart=").expect("a start");
    let words = start
        .split("\n#")
        .next()
        .expect("its end")
        .split_whitespace();
    let options = words.filter(|word| word.starts_with('-') && !word.starts_with("--addr"));
    let mut count = 0;
    for option in options.take_while(|word| !word.contains('[')) {
        assert!(image.contains(&format!("\"{option}\"")), "{option}");
        count += 1;
    }
    assert!(count >= 7, "{count} options");
}
