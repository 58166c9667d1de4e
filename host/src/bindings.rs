//! The host's side of the interfaces in `wit/`, generated.
//!
//! Every function is asynchronous on this side and synchronous on the guest's:
//! a call holds up its own instance, never a thread of the server.

wasmtime::component::bindgen!({
    path: "../wit",
    world: "stores",
    imports: { default: async },
    with: {
        "spin:sqlite/sqlite.connection": crate::handles::Sqlite,
        "fermyon:spin/mysql.connection": crate::handles::Mysql,
    },
});
