//! The gate's question: the caller's row, the settings and the rights, in one
//! round trip, answered as one JSON object (see [`crate::gate::Facts`]).

use super::Statement;
use super::dialect::Words;
use crate::schema::Schema;

/// Asks everything the gate wants to know about the user named.
///
/// An unknown name takes the same statement and finds the settings of owner 0
/// (D5); of several users the lowest id answers.
pub fn gate(schema: &Schema, user_name: &str) -> Statement {
    let words = Words::of(schema.dialect);
    let [open, between, close, end] = words.concat;
    let mut sql = Statement::default();
    sql.push(open);
    user(&mut sql, schema);
    sql.push(between)
        .push("COALESCE((SELECT GROUP_CONCAT(JSON_OBJECT('id', s.id, 'owner', s.owner_id, 'name', ")
        .push(words.text.0)
        .push("s.name")
        .push(words.text.1)
        .push(", 'value', ")
        .push(words.text.0)
        .push("s.value")
        .push(words.text.1)
        .push(
            ")) FROM conflines s WHERE s.name IN ('Allow_API', 'Allow_GET_API', 'API_Secret_Key', \
             'XML_API_Extension', 'API_Disable_hash_checking') \
             AND s.owner_id IN (0, COALESCE(c.key_owner, 0))), '')",
        )
        .push(close)
        .push(end)
        .push(
            " FROM (SELECT 1 AS one) AS base LEFT JOIN (SELECT u.*, CASE u.usertype \
             WHEN 'reseller' THEN u.id WHEN 'user' THEN u.owner_id ELSE 0 END AS key_owner \
             FROM users u WHERE ",
        );
    words.equals(&mut sql, schema, "u.username", user_name);
    sql.push(" ORDER BY u.id LIMIT 1) AS c ON 1 = 1")
        .push(words.end);
    sql
}

/// The caller's row as a JSON object, or the word null.
fn user(sql: &mut Statement, schema: &Schema) {
    let words = Words::of(schema.dialect);
    sql.push("CASE WHEN c.id IS NULL THEN 'null' ELSE JSON_OBJECT('id', c.id, 'usertype', ")
        .push(words.text.0)
        .push("c.usertype")
        .push(words.text.1);
    let mut number = |name: &'static str, expression: &'static str| {
        sql.push(name)
            .push(words.integer.0)
            .push(expression)
            .push(words.integer.1);
    };
    number(", 'owner_id', ", "c.owner_id");
    number(", 'own_providers', ", "c.own_providers");
    number(
        ", 'manage_dids', ",
        "(SELECT MIN(COALESCE(g.value, 0)) FROM acc_group_rights g \
         JOIN acc_rights a ON a.id = g.acc_right_id \
         WHERE a.name = 'manage_dids_opt_1' AND g.acc_group_id = c.acc_group_id)",
    );
    if schema.api_restriction {
        number(", 'restricted', ", "c.api_restricted");
        number(", 'permission_group', ", "c.api_permission_group_id");
        if schema.api_permissions {
            number(
                ", 'permission', ",
                "(SELECT MIN(COALESCE(p.level, 0)) FROM api_permissions p \
                 WHERE p.api_permission_group_id = c.api_permission_group_id \
                 AND p.method = 'dids_get')",
            );
        }
    }
    sql.push(") END");
}
