//! The core with tables in memory, without HTTP or WebAssembly between.

use dids_get::answer::{Answer, Body};
use dids_get::api::callers::Callers;
use dids_get::api::route::{Head, Method, Route};
use dids_get::db::port::{Database, Question};
use dids_get::db::schema::{Dialect, Schema};
use dids_get::db::statement::Statement;
use dids_get::db::statement::Value;
use dids_get::error::Failure;
use dids_tests::model::{Ask, Tables};
use rusqlite::types::Value as Bound;
use rusqlite::{Connection, params_from_iter};

/// The tables in memory, asked as the component asks.
pub struct Native {
    connection: Connection,
    schema: Option<Schema>,
    callers: Callers,
}

impl Native {
    pub fn of(tables: &Tables) -> Self {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&tables.to_sqlite()).unwrap();
        Self {
            connection,
            schema: None,
            callers: Callers::NONE,
        }
    }

    fn value(&self, statement: &Statement) -> Result<Option<Vec<u8>>, Failure> {
        let failure = |error: rusqlite::Error| Failure(error.to_string());
        let mut prepared = self
            .connection
            .prepare_cached(&statement.text)
            .map_err(failure)?;
        let value = prepared.query_row(params_from_iter(bound(statement)), |row| {
            Ok(row.get_ref(0)?.as_bytes_or_null()?.map(<[u8]>::to_vec))
        });
        value.map_err(failure)
    }
}

/// The values of a statement, as SQLite takes them.
pub fn bound(statement: &Statement) -> Vec<Bound> {
    let bound = |value: &Value| match value {
        Value::Integer(number) => Bound::Integer(*number),
        Value::Text(text) => Bound::Text(text.clone()),
        Value::Bytes(bytes) => Bound::Blob(bytes.clone()),
    };
    statement.values.iter().map(bound).collect()
}

impl Database for Native {
    fn ask(&mut self, question: Question<'_>) -> Result<Option<Vec<u8>>, Failure> {
        let schema = match self.schema {
            Some(schema) => schema,
            None => {
                let answer = self.value(&Schema::question(Dialect::Sqlite))?;
                *self
                    .schema
                    .insert(Schema::read(Dialect::Sqlite, answer.as_deref())?)
            }
        };
        match question(&schema) {
            Some(statement) => self.value(&statement),
            None => Ok(None),
        }
    }
}

/// An answer, to its last page.
pub struct Answered {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub text: String,
}

impl Answered {
    /// A header that the answer has beside its content type.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|header| header.0 == name);
        found.map(|header| header.1.as_str())
    }

    /// The ids that the XML lists.
    pub fn ids(&self) -> Vec<i64> {
        let ids = self.text.split("      <id>").skip(1);
        let ids = ids.map(|rest| rest.split('<').next().unwrap_or_default());
        ids.map(|id| id.parse().expect("an id")).collect()
    }
}

/// Asks the API; none where the request is for something else, or refused by its head.
pub fn answered(ask: &Ask, database: &mut Native) -> Option<Answered> {
    let method = Method::parse(&ask.method);
    let header = |name: &str| ask.header_lines(name).join(", ");
    let (accept, prefer) = (header("accept"), header("prefer"));
    let mut types: Vec<&str> = ask.content_type.as_deref().into_iter().collect();
    types.extend(ask.header_lines("content-type"));
    let head = Head {
        target: &ask.target,
        content_types: &types.join("\n"),
        content_encoding: &header("content-encoding"),
        transfer_encoding: "",
        accept: &accept,
        prefer: &prefer,
    };
    let Ok(Route::Api(call)) = Route::parse(method, &head) else {
        return None;
    };
    let mut callers = std::mem::replace(&mut database.callers, Callers::NONE);
    let answer = Answer::to_call(&call, &ask.body, database, &mut callers);
    database.callers = callers;
    assert_ne!(answer.status, 503, "{ask:?}: {:?}", answer.record);
    let headers = answer.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_string(), value.to_string()));
    let headers = headers.collect();
    let bytes = match answer.body {
        Body::Whole(bytes) => bytes,
        Body::Pages(mut bytes, mut pages) => {
            while !pages.is_done() {
                pages.next(database, &mut bytes).expect("a page");
            }
            bytes
        }
    };
    Some(Answered {
        status: answer.status,
        headers,
        text: String::from_utf8(bytes).expect("an answer is UTF-8"),
    })
}
