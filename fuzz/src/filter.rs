//! Any search of any caller, as SQL.

use dids_get::api::body;
use dids_get::api::caller::{Caller, Role};
use dids_get::api::parameters::Parameters;
use dids_get::db::column::Columns;
use dids_get::db::filter::Scope;
use dids_get::db::gate::gate;
use dids_get::db::index::Indexes;
use dids_get::db::page::PageQuery;
use dids_get::db::page::Place;
use dids_get::db::plan::Plan;
use dids_get::db::schema::{Dialect, Schema};
use dids_get::db::statement::Statement;
use dids_get::db::statement::Value;
use dids_get::dids::row::RowSet as Rows;
use dids_get::dids::row::needed_by;
use dids_get::dids::search::Asked;
use rusqlite::Connection;
use rusqlite::types::Value as Bound;

use super::pieces::Pieces;

const TABLES: [&str; 2] = [
    include_str!("../../db/schema.sql"),
    include_str!("../../db/trigram.sql"),
];
/// A DID for every mix of holders, with numbers that are no numbers.
const ROWS: &str = "
INSERT INTO users (id, username, usertype, owner_id) VALUES
  (0, 'admin', 'admin', 0), (1, 'it''s', 'reseller', 0), (2, '%_!', 'user', 1);
INSERT INTO dids (did, user_id, reseller_id, status, language, updated_at)
  SELECT 'x' || u.value || '-' || r.value || n.value, u.value, r.value, 'free', l.value,
         '2026-05-27 07:35:57'
  FROM json_each('[0, 1, 2, null]') u, json_each('[0, 1, 2, null]') r,
       json_each('[\"%\", \"abc\", \"''\"]') n, json_each('[\"\", \"en\"]') l;
";

thread_local! {
    static DATABASE: Connection = {
        let database = Connection::open_in_memory().expect("a database");
        for script in TABLES.into_iter().chain([ROWS]) {
            database.execute_batch(script).expect("a script that runs");
        }
        database
    };
}

/// Valid, with a value for each placeholder, and blind to what the caller may
/// not see.
pub fn check(input: &[u8]) {
    let mut pieces = Pieces(input);
    let role = pieces.pick(&[Role::Admin, Role::Accountant, Role::Reseller, Role::User]);
    let (id, own_providers) = (pieces.pick(&[0, 1, 2]), pieces.pick(&[true, false]));
    let caller = Caller {
        id,
        role,
        own_providers,
    };
    let schema = schema(pieces.number());
    let after = after(&mut pieces);
    let offset = pieces.pick(&[0, 1, 3, u64::MAX]);
    let parameters = Parameters::new(Ok(body::form(pieces.0)), Vec::new());
    let Ok(asked) = Asked::parse(parameters) else {
        return;
    };
    let user_name = asked.parameters().get("u").unwrap_or_default();
    runs(&gate(&schema, user_name));
    let Ok(search) = asked.honoured_by(&caller, Columns::ALL) else {
        return;
    };
    let mut plan = Plan::NONE;
    if pieces.0.len() % 3 > 0 {
        plan = Plan::best(&search.filters);
    }
    if let Some(question) = plan.question(&schema) {
        runs(&question);
    }
    let page = PageQuery {
        scope: caller.scope(),
        wanted: needed_by(role),
        filters: &search.filters,
        plan: &plan,
        after: after.as_ref(),
        offset,
        limit: search.limit.unwrap_or(u64::MAX),
        sorted: pieces.0.len() % 2 == 0,
    };
    let mysql = Schema {
        dialect: Dialect::Mysql,
        ..schema
    };
    for schema in [schema, mysql] {
        let statement = page.statement(&schema);
        let places = statement.text.matches('?').count();
        assert_eq!(places, statement.values.len(), "{}", statement.text);
    }
    let total = runs(&page.total(&schema));
    assert!(total.iter().all(u8::is_ascii_digit), "a count");
    let value = runs(&page.statement(&schema));
    let rows = Rows::read(Some(&value)).expect("a page");
    for did in rows.rows(page.present(&schema)) {
        let did = did.expect("a row");
        let is_visible = match caller.scope() {
            Scope::All => true,
            Scope::Reseller(id) => did.reseller_id.0 == id,
            Scope::User(id) => did.user_id.0 == id,
        };
        assert!(is_visible, "{caller:?} sees {did:?}");
    }
}

/// A server with some of the columns that not every one has.
fn schema(flags: i64) -> Schema {
    let has = |flag: usize| flags >> flag & 1 != 0;
    Schema {
        dialect: Dialect::Sqlite,
        optional: Columns::which(Schema::OPTIONAL, |at, _| has(at)),
        is_case_sensitive: has(6),
        number_is_binary: has(7),
        // Columns of users are of no use to a list, so these tell which indexes there are.
        trigram: has(3),
        indexes: if has(4) { indexes() } else { Indexes::NONE },
    }
}

/// Those of db/schema.sql.
fn indexes() -> Indexes {
    thread_local! {
        static INDEXES: Indexes = {
            let answer = runs(&Schema::question(Dialect::Sqlite));
            let schema = Schema::read(Dialect::Sqlite, Some(&answer));
            schema.expect("MOR's tables").indexes
        };
    }
    INDEXES.with(|indexes| *indexes)
}

fn after(pieces: &mut Pieces<'_>) -> Option<Place> {
    let kind = pieces.pick(&[0, 1, 2, 3]);
    let (number, id) = (pieces.bytes(), pieces.number());
    (kind > 0).then(|| Place {
        number: (kind > 1).then_some(number),
        is_bytes: kind > 2,
        id,
    })
}

/// The one value that SQLite answers.
fn runs(statement: &Statement) -> Vec<u8> {
    DATABASE.with(|database| {
        let mut prepared = database.prepare_cached(&statement.text);
        let prepared = prepared.as_mut().unwrap_or_else(|error| {
            panic!("{error}: {}", statement.text);
        });
        assert!(prepared.readonly(), "{}", statement.text);
        let values = statement.values.iter().map(|value| match value {
            Value::Integer(number) => Bound::Integer(*number),
            Value::Text(text) => Bound::Text(text.clone()),
            Value::Bytes(bytes) => Bound::Blob(bytes.clone()),
        });
        let values = rusqlite::params_from_iter(values);
        let value = prepared.query_row(values, |row| {
            let value = row.get_ref(0)?;
            Ok(value.as_bytes_or_null()?.unwrap_or_default().to_vec())
        });
        value.unwrap_or_else(|error| panic!("{error}: {}", statement.text))
    })
}
