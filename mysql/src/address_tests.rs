//! Addresses as operators write them, rightly and wrongly.

use super::*;

/// User, password and the client's address of what can be read.
fn read(address: &str) -> (String, String, String) {
    match Address::read(address) {
        Ok(read) => (lossy(read.user), lossy(read.password), read.for_client()),
        Err(refused) => panic!("{address}: {refused}"),
    }
}

fn refused(address: &str) -> Refused {
    match Address::read(address) {
        Ok(_) => panic!("{address} is read"),
        Err(refused) => refused,
    }
}

#[test]
fn a_password_may_hold_any_character() {
    for (written, meant) in [
        ("plain", "plain"),
        ("a:b", "a:b"),
        ("a@b", "a@b"),
        ("a%b", "a%b"),
        ("a b", "a b"),
        ("%zz%2", "%zz%2"),
        ("ä€", "ä€"),
        ("a%3ab%3F%2f%40%25%23", "a:b?/@%#"),
        ("", ""),
    ] {
        let address = format!("mysql://us%65r:{written}@db.example.com/mor");
        let (user, password, client) = read(&address);
        assert_eq!((user.as_str(), password.as_str()), ("user", meant));
        // What the client is given means the same, and has nothing that misleads.
        let again = read(&client);
        assert_eq!((again.0, again.1), (user, password), "{client}");
        let (credentials, _) = client.rsplit_once('@').unwrap();
        let credentials = credentials.strip_prefix("mysql://").unwrap();
        assert!(!credentials.contains(['?', '/', '@', '#', ' ']), "{client}");
    }
}

#[test]
fn a_password_that_ends_an_address_early_is_refused() {
    for address in [
        "mysql://u:12?s3cret=1@127.0.0.1/mor",
        "mysql://u:12/s3cret@127.0.0.1/mor",
        "mysql://u:s3#cret@127.0.0.1/mor",
        "mysql://u:12/s3cret@127.0.0.1/mor?stmt_cache_size=7",
        "mysql://u:1234",
        "mysql://s3cret",
    ] {
        assert_eq!(refused(address), Refused::Parts, "{address}");
    }
}

#[test]
fn hosts_and_ports() {
    for (written, server) in [
        ("db", "db:3306"),
        ("db.example.com:3307", "db.example.com:3307"),
        ("127.0.0.1:", "127.0.0.1:3306"),
        ("[::1]", "[::1]:3306"),
        ("[2001:db8::7]:3307", "[2001:db8::7]:3307"),
    ] {
        let address = format!("MySQL://u:p@{written}/mor");
        let read = Address::read(&address).ok().unwrap();
        assert_eq!(read.server(), server);
        assert!(!read.host().contains('['));
        assert!(read.for_client().contains(server));
    }
    for (written, why) in [
        ("", Refused::Host),
        ("no host", Refused::Host),
        ("[::1", Refused::Host),
        ("[s3cret!]", Refused::Host),
        ("[::1]3306", Refused::Port),
        ("db:port", Refused::Port),
        ("db:65536", Refused::Port),
    ] {
        assert_eq!(refused(&format!("mysql://u:p@{written}/mor")), why);
    }
    assert_eq!(refused("postgres://u:p@db/mor"), Refused::Scheme);
    assert_eq!(refused("sqlite:default"), Refused::Scheme);
}

#[test]
fn spins_parameter_is_taken_out_and_others_stay() {
    for (written, is_encrypted, kept) in [
        ("", false, ""),
        ("?ssl-mode=DISABLED", false, ""),
        ("?SSL-Mode=preferred", true, ""),
        ("?sslmode", true, ""),
        (
            "?prefer_socket=false&ssl-mode=required&stmt_cache_size=7",
            true,
            "?prefer_socket=false&stmt_cache_size=7",
        ),
    ] {
        let address = format!("mysql://u:p@db/mor{written}");
        let read = Address::read(&address).ok().unwrap();
        assert_eq!(read.is_encrypted(), is_encrypted, "{written}");
        let client = format!("mysql://u:p@db:3306/mor{kept}");
        assert_eq!(read.for_client(), client);
    }
}
