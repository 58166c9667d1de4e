//! The native twin: the same core, compiled natively over the same SQLite, in
//! the most direct server there is. What the component loses against it is what
//! the sandbox and the border cost.

use anyhow::Result;
use bytes::Bytes;
use dids_get::answer::{Answer, Body as AnswerBody};
use dids_get::error::Failure;
use dids_get::listing::Listing;
use dids_get::request::{Method, Route};
use dids_get::schema::{Dialect, Schema};
use dids_get::sql::{Statement, Value};
use dids_get::store::Database;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, OpenFlags, ToSql, params_from_iter};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};

/// What the component's answers carry beside their type and length.
const HEADERS: [(&str, &str); 2] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
];

/// A running twin; dropping it stops it.
pub struct Twin {
    /// Where it listens.
    pub address: SocketAddr,
    _runtime: Runtime,
}

impl Twin {
    /// Serves this file.
    pub fn start(file: &Path) -> Result<Self> {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let pool = Arc::new(Pool {
            file: file.to_owned(),
            idle: Mutex::default(),
        });
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let pool = Arc::clone(&pool);
                let service = service_fn(move |request| {
                    let answer = answer(&request, &pool);
                    async move { Ok::<_, Infallible>(answer) }
                });
                let connection =
                    http1::Builder::new().serve_connection(TokioIo::new(stream), service);
                tokio::spawn(async move { connection.await.ok() });
            }
        });
        Ok(Self {
            address,
            _runtime: runtime,
        })
    }
}

fn answer(request: &Request<Incoming>, pool: &Arc<Pool>) -> Response<Either<Full<Bytes>, Pages>> {
    let method = Method::parse(request.method().as_str());
    let target = request
        .uri()
        .path_and_query()
        .map_or("/", |target| target.as_str());
    // Its requests are GETs: there is no body to read.
    let answer = match Route::parse(method, target, None) {
        Ok(Route::Api(head)) => pool.with(|database| Answer::to_call(&head, &[], database)),
        Ok(_) => Answer::healthy(),
        Err(error) => Answer::refusal(error),
    };
    let body = match answer.body {
        AnswerBody::Whole(bytes) => Either::Left(Full::from(bytes)),
        AnswerBody::Pages(first, listing) => Either::Right(Pages {
            first: Some(first),
            listing: *listing,
            pool: Arc::clone(pool),
        }),
    };
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or_default();
    let headers = [("content-type", answer.content_type)]
        .into_iter()
        .chain(HEADERS);
    for (name, value) in headers {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}

/// A list under way. A page is made when the connection has room for it: that is
/// all the back-pressure it takes.
struct Pages {
    first: Option<Vec<u8>>,
    listing: Listing,
    pool: Arc<Pool>,
}

impl Body for Pages {
    type Data = Bytes;
    type Error = Failure;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Failure>>> {
        let list = self.get_mut();
        let page = match list.first.take() {
            Some(first) => Ok(first),
            None if list.listing.is_done() => return Poll::Ready(None),
            None => {
                let mut page = Vec::new();
                let next = |database: &mut dyn Database| list.listing.next(database, &mut page);
                list.pool.with(next).map(|()| page)
            }
        };
        Poll::Ready(Some(page.map(|page| Frame::data(page.into()))))
    }
}

/// Connections that are not in use.
struct Pool {
    file: PathBuf,
    idle: Mutex<Vec<Sqlite>>,
}

impl Pool {
    fn with<T>(&self, work: impl FnOnce(&mut dyn Database) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let mut database = kept.unwrap_or_else(|| Sqlite::Closed(self.file.clone()));
        let done = work(&mut database);
        idle().push(database);
        done
    }
}

/// A connection, opened when first asked, as the component's.
enum Sqlite {
    Closed(PathBuf),
    Open(Connection, Schema),
}

impl Database for Sqlite {
    fn ask(&mut self, question: &dyn Fn(&Schema) -> Statement) -> Result<Option<Vec<u8>>, Failure> {
        if let Self::Closed(file) = self {
            let connection = open(file).map_err(failure)?;
            let columns =
                value(&connection, &Schema::question(Dialect::Sqlite)).map_err(failure)?;
            let schema = Schema::read(Dialect::Sqlite, columns.as_deref())?;
            *self = Self::Open(connection, schema);
        }
        match self {
            Self::Open(connection, schema) => value(connection, &question(schema)).map_err(failure),
            Self::Closed(_) => Err(Failure("the database is not open".to_owned())),
        }
    }
}

/// Opens a file as the host does.
pub fn open(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(file, flags)
}

fn value(connection: &Connection, statement: &Statement) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut prepared = connection.prepare_cached(&statement.text)?;
    let values = statement.values.iter().map(Bound);
    prepared.query_row(params_from_iter(values), |row| {
        Ok(match row.get_ref(0)? {
            ValueRef::Blob(bytes) | ValueRef::Text(bytes) => Some(bytes.to_owned()),
            _ => None,
        })
    })
}

struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Integer(number) => (*number).into(),
            Value::Text(text) => text.as_str().into(),
            Value::Bytes(bytes) => bytes.as_slice().into(),
        })
    }
}

fn failure(error: rusqlite::Error) -> Failure {
    Failure(error.to_string())
}
