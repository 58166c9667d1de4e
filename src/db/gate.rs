//! The gate's question: the caller's row, the settings and the rights, in one
//! round trip, answered as one JSON array (see [`crate::api::gate::CallerFacts`]).

use super::dialect::DialectSql;
use super::statement::{Statement, Value};
use crate::db::schema::Schema;

/// Asks everything the gate wants to know about the user named.
///
/// An unknown name takes the same statement and finds the settings of owner 0
/// (D5). Of several users that match, the one whose name is the same byte for byte
/// answers, else the lowest id (D30).
pub fn gate(schema: &Schema, user_name: &str) -> Statement {
    let dialect = DialectSql::of(schema.dialect);
    let (concat, and, end) = dialect.concat;
    let (text, as_text) = dialect.text;
    let mut sql = Statement::default();
    sql.push(dialect.short_answer.0)
        .push(concat)
        .push("'['")
        .push(and);
    user(&mut sql, schema);
    // The count tells whether the settings are whole.
    sql.push(and)
        .push("',['")
        .push(and)
        .push("(SELECT ")
        .push(concat)
        .push("COALESCE(GROUP_CONCAT(JSON_ARRAY(s.id, s.owner_id, ")
        .push(text)
        .push("s.name")
        .push(as_text)
        .push(", ")
        .push(text)
        .push("s.value")
        .push(as_text)
        .push(")), '')")
        .push(and)
        .push("'],'")
        .push(and)
        .push("COUNT(*)")
        .push(end)
        .push(
            " FROM conflines s WHERE s.name IN ('Allow_API', 'Allow_GET_API', 'API_Secret_Key', \
             'XML_API_Extension', 'API_Disable_hash_checking') \
             AND s.owner_id IN (0, COALESCE(CASE c.usertype WHEN 'reseller' THEN c.id \
             WHEN 'user' THEN c.owner_id END, 0)))",
        )
        .push(and)
        .push("']'")
        .push(end)
        .push(dialect.short_answer.1)
        // Not the caller's row as a derived table: SQLite would fill that, and
        // for each setting look through it, six times as slow as this.
        .push(
            " FROM (SELECT 1 AS one) AS base LEFT JOIN users c ON c.id = \
             (SELECT u.id FROM users u WHERE ",
        );
    dialect.equals(&mut sql, schema, "u.username", user_name);
    // The name as it is stored before one that differs by case (D30).
    let (bytes_of, as_bytes) = dialect.exact;
    sql.push(" ORDER BY ")
        .push(bytes_of)
        .push("u.username")
        .push(as_bytes)
        .push(" = ")
        .wrap(dialect.exact, Value::Text(user_name.to_owned()))
        .push(" DESC, u.id LIMIT 1)");
    sql
}

/// The caller's row as a JSON array, or the word null.
fn user(sql: &mut Statement, schema: &Schema) {
    let dialect = DialectSql::of(schema.dialect);
    let when = |exists: bool, expression| if exists { expression } else { "NULL" };
    let restriction = schema.restricts_calls();
    let numbers = [
        "c.owner_id",
        "c.own_providers",
        "(SELECT MIN(COALESCE(g.value, 0)) FROM acc_group_rights g \
         JOIN acc_rights a ON a.id = g.acc_right_id \
         WHERE a.name = 'manage_dids_opt_1' AND g.acc_group_id = c.acc_group_id)",
        when(restriction, "c.api_restricted"),
        when(restriction, "c.api_permission_group_id"),
        when(
            restriction && schema.has("api_permissions.level"),
            "(SELECT MIN(COALESCE(p.level, 0)) FROM api_permissions p \
             WHERE p.api_permission_group_id = c.api_permission_group_id \
             AND p.method = 'dids_get')",
        ),
    ];
    sql.push("CASE WHEN c.id IS NULL THEN 'null' ELSE JSON_ARRAY(c.id, ")
        .push(dialect.text.0)
        .push("c.usertype")
        .push(dialect.text.1)
        .push(", JSON_ARRAY(");
    for (at, number) in numbers.into_iter().enumerate() {
        sql.push(if at == 0 { "" } else { ", " })
            .push(dialect.integer.0)
            .push(number)
            .push(dialect.integer.1);
    }
    sql.push(")) END");
}
