//! What a new connection says of itself before it asks anything.
//!
//! A session inherits every default of its server, and `init_connect` changes more of
//! them. What they change of a SELECT's meaning is said here and not inherited. Limits
//! of time, memory, disk and connections stay as the operator set them: reaching one is
//! an error and never a shorter answer. So does the time zone: it must be the one that
//! MOR writes in, and that is the server's.
//!
//! Considered and left too: how the server finds rows (`optimizer_switch`,
//! `join_cache_level`, `big_tables`, the query cache); what only writes, DDL or `SHOW` use
//! (`completion_type`, `sql_safe_updates`, `low_priority_updates`,
//! `sql_quote_show_create`); and what our SQL does not use (`div_precision_increment`,
//! `default_week_format`, `lc_time_names`, `old_mode`, `sql_auto_is_null`, default
//! collations of character sets).

/// One statement, for the component, whatever host carries it, and for the import.
///
/// Both servers know the first part. `/*M! */` is read by MariaDB alone, and `/*!50720 */`
/// by MySQL alone, of every version that has JSON.
pub const SESSION: &str = concat!(
    "SET SESSION ",
    // Turned off and on: that ends a transaction that `init_connect` began. Inside one,
    // every answer is of the moment of the first, and tables stay locked against ALTER.
    "autocommit = 0, autocommit = 1, ",
    // It cuts a SELECT without LIMIT.
    "sql_select_limit = 18446744073709551615, ",
    // `max_join_size` then refuses no join for what the planner believes of its size.
    "sql_big_selects = 1, ",
    // It cuts a page that is put together, at 1,024 bytes on MySQL.
    "group_concat_max_len = 67108864, ",
    // Of longer texts only so many bytes are sorted, so that pages would overlap.
    "max_sort_length = 1024, ",
    // No mode: quotes, ||, NOT, backslashes, the length of a CHAR and zero dates mean
    // what they do by default. A number, because a mode of MariaDB's takes '' for NULL.
    "sql_mode = 0, ",
    // Texts travel as UTF-8, and literals are compared without regard to case.
    "character_set_client = utf8mb4, character_set_results = utf8mb4, ",
    "collation_connection = utf8mb4_general_ci",
    // What nobody committed is not read, and nothing is written, by no function of a
    // view either. System-versioned tables are read as they are now.
    " /*M! , tx_isolation = 'REPEATABLE-READ', tx_read_only = 1, ",
    "system_versioning_asof = DEFAULT */",
    " /*!50720 , transaction_isolation = 'REPEATABLE-READ', transaction_read_only = 1 */",
);

/// An expression that is true where [`SESSION`] was said: a proxy that shares the
/// server's connections among its clients may answer over another one. The length of a
/// page is not among it: a server may cap it, and a page that is cut is noticed.
#[macro_export]
macro_rules! is_said {
    () => {
        "@@session.autocommit = 1 AND @@session.sql_select_limit = 18446744073709551615 \
         AND @@session.sql_mode = ''"
    };
}
