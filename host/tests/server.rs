//! The server from outside, with components small enough to be written by hand.
//!
//! None of them can give a proper answer, which takes a page of types; what a
//! component that answers sees of this host, the contract's own suite tests.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process;
use std::thread;
use std::time::Duration;

use dids_host::{Server, Settings};

/// Its handler traps. Its memory has three pages.
const TRAPS: &str = r#"(component
  (import "wasi:http/types@0.2.0" (instance $types
    (export "incoming-request" (type (sub resource)))
    (export "response-outparam" (type (sub resource)))))
  (alias export $types "incoming-request" (type $request))
  (alias export $types "response-outparam" (type $out))
  (core module $code
    (memory 3)
    (func (export "handle") (param i32 i32) unreachable))
  (core instance $code (instantiate $code))
  (type $handle (func (param "request" (own $request)) (param "response-out" (own $out))))
  (func $handle (type $handle) (canon lift (core func $code "handle")))
  (component $shape
    (import "request" (type $request (sub resource)))
    (import "out" (type $out (sub resource)))
    (import "handle" (func $inner
      (param "request" (own $request)) (param "response-out" (own $out))))
    (export "handle" (func $inner)))
  (instance $handler (instantiate $shape
    (with "request" (type $request)) (with "out" (type $out)) (with "handle" (func $handle))))
  (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))"#;

fn component(name: &str, text: &str) -> PathBuf {
    let file = std::env::temp_dir().join(format!("dids-host-{name}-{}.wasm", process::id()));
    fs::write(&file, wat::parse_str(text).unwrap()).unwrap();
    file
}

fn refusal(settings: Settings) -> String {
    Server::start(settings).unwrap_err().to_string()
}

fn get(server: &Server) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(request).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn says_what_is_missing() {
    let refused = refusal(Settings::new("/nowhere/at/all.wasm"));
    assert!(refused.contains("cargo xtask build"), "{refused}");

    let file = component("empty", "(component)");
    let refused = refusal(Settings::new(&file));
    assert!(refused.contains("wasi:http/handler@0.3"), "{refused}");

    let mut settings = Settings::new(&file);
    let database = PathBuf::from("/nowhere/at/all.sqlite");
    settings.sqlite.insert(String::from("default"), database);
    let refused = refusal(settings);
    assert!(refused.contains("\"default\" is missing"), "{refused}");

    fs::write(&file, "no component").unwrap();
    let refused = refusal(Settings::new(&file));
    assert!(refused.contains("is not a component"), "{refused}");
    fs::remove_file(file).unwrap();
}

#[test]
fn names_an_import_it_does_not_have() {
    let file = component(
        "import",
        r#"(component
          (import "some:other/thing@1.0.0" (instance (export "f" (func))))
          (instance $handler)
          (export "wasi:http/incoming-handler@0.2.0" (instance $handler)))"#,
    );
    let refused = refusal(Settings::new(&file));
    assert!(refused.contains("some:other/thing@1.0.0"), "{refused}");
    fs::remove_file(file).unwrap();
}

#[test]
fn after_a_trap_the_next_request_is_served() {
    let file = component("traps", TRAPS);
    let server = Server::start(Settings::new(&file)).unwrap();
    for _ in 0..2 {
        let answer = get(&server);
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
        assert!(answer.contains("\r\ncontent-type: text/plain"), "{answer}");
    }
    while server.stats().instances_live > 0 {
        thread::sleep(Duration::from_millis(1));
    }
    let stats = server.stats();
    assert_eq!((stats.requests, stats.instances_created), (2, 2));
    assert_eq!(stats.guest_memory_peak, 3 << 16);
    assert!(server.log().contains("unreachable"), "{}", server.log());

    // The port is the server's until it stops.
    let mut settings = Settings::new(&file);
    settings.listen = server.address();
    let refused = refusal(settings);
    assert!(refused.contains("is in use"), "{refused}");
    let address = server.address();
    server.stop();
    TcpListener::bind(address).unwrap();
    fs::remove_file(file).unwrap();
}
