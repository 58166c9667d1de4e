//! What a guest's connections are on this side. The generated bindings name these types,
//! and the interfaces, which use the bindings, say what can be done with them.

use std::path::PathBuf;

use crate::stats::Live;

/// A connection to an SQLite file.
pub struct Sqlite {
    /// Lost for good once a TEXT value is not UTF-8: on Spin that ends the thread
    /// which holds the connection, and every later call fails.
    pub(crate) database: Option<File>,
    pub(crate) _live: Live,
}

/// An SQLite file, opened by the first statement.
pub(crate) struct File {
    pub(crate) path: PathBuf,
    pub(crate) connection: Option<rusqlite::Connection>,
}

/// A connection to a MySQL server.
pub struct Mysql {
    pub(crate) connection: mysql_async::Conn,
    pub(crate) _live: Live,
}
