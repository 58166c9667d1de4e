//! Spin's SQLite, MySQL and variables interfaces on plain WASI 0.2.
//!
//! Hosts other than Spin run WASI's HTTP but not Spin's interfaces. This is a
//! component that exports them and asks of its host only files, sockets, clocks
//! and the environment; `cargo xtask standalone` plugs it into the component,
//! whose file then runs on such hosts unchanged.
//!
//! | interface | module | on |
//! |---|---|---|
//! | `fermyon:spin/variables` | [`variables`] | the environment |
//! | `spin:sqlite/sqlite` | [`sqlite`] | a file of a granted folder, and SQLite itself |
//! | `fermyon:spin/mysql` | [`mysql`] | a TCP connection, and a MySQL client |
//!
//! It compiles natively as well, for its tests. The local host of `cargo xtask up`
//! answers the same interfaces, but stays apart: it is to behave as Spin does,
//! gaps and faults included, and this is to be relied on.

pub mod mysql;
pub mod sqlite;
pub mod variables;

/// What is exported; generated code, hence the exceptions.
#[allow(
    unsafe_code,
    missing_docs,
    clippy::all,
    clippy::pedantic,
    clippy::restriction
)]
pub mod bindings {
    wit_bindgen::generate!({
        path: "../wit",
        inline: "
            package mor:dids-provider;

            world provider {
              export spin:sqlite/sqlite@3.0.0;
              export fermyon:spin/rdbms-types@2.0.0;
              export fermyon:spin/mysql@2.0.0;
              export fermyon:spin/variables@2.0.0;
            }
        ",
    });
}

/// What the interfaces are exported from.
pub struct Provider;

#[cfg(target_arch = "wasm32")]
#[allow(unsafe_code)]
mod exported {
    use super::{Provider, bindings};
    bindings::export!(Provider with_types_in bindings);
}

/// The largest result, in bytes, as with Spin; the same for both databases.
const LARGEST_RESULT: usize = 128 << 20;
