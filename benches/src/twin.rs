//! The native twin: the same core, compiled natively over the same database, in
//! the most direct server there is. What the component loses against it is what
//! the sandbox and the border cost.

pub mod connection;

use crate::data::{Data, Place};
use anyhow::Result;
use bytes::Bytes;
use connection::Kept;
use dids_get::answer::List;
use dids_get::answer::{Answer, Body as AnswerBody};
use dids_get::api::callers::Callers;
use dids_get::api::route::{Head, Method, Route};
use dids_get::db::port::Database;
use dids_get::error::Failure;
use dids_get::render::Format;
use http_body_util::{Either, Full};
use hyper::body::{Body, Frame, Incoming};
use hyper::header::HeaderValue;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
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

/// Threads where the database is a server: more than cores, since each of them
/// waits for it most of the time.
const WAITING: usize = 16;

/// A running twin; dropping it stops it.
pub struct Twin {
    /// Where it listens.
    pub address: SocketAddr,
    _runtime: Runtime,
}

impl Twin {
    /// Serves this database.
    pub fn start(data: &Data) -> Result<Self> {
        let mut runtime = Builder::new_multi_thread();
        if let Place::Server { .. } = data.place {
            runtime.worker_threads(WAITING);
        }
        let runtime = runtime.enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
        let address = listener.local_addr()?;
        let pool = Arc::new(Pool {
            data: data.clone(),
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
    let header = |name| {
        let value = request.headers().get(name);
        value
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let head = Head {
        target,
        accept: header("accept"),
        prefer: header("prefer"),
        ..Head::default()
    };
    let answer = match Route::parse(method, &head) {
        Ok(Route::Api(call)) => {
            pool.with(|database, callers| Answer::to_call(&call, &[], database, callers))
        }
        Ok(_) => Answer::healthy(),
        Err(error) => Answer::refusal(&error, Format::Xml),
    };
    let body = match answer.body {
        AnswerBody::Whole(bytes) => Either::Left(Full::from(bytes)),
        AnswerBody::Pages(first, list) => Either::Right(Pages {
            first: Some(first),
            list: *list,
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
    for (name, value) in answer.headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// A list under way. A page is made when the connection has room for it: that is
/// all the back-pressure it takes.
struct Pages {
    first: Option<Vec<u8>>,
    list: List,
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
            None if list.list.is_done() => return Poll::Ready(None),
            None => {
                let mut page = Vec::new();
                let mut next = |database: &mut dyn Database| list.list.next(database, &mut page);
                list.pool.with(|database, _| next(database)).map(|()| page)
            }
        };
        Poll::Ready(Some(page.map(|page| Frame::data(page.into()))))
    }
}

/// Connections that are not in use.
struct Pool {
    data: Data,
    idle: Mutex<Vec<(Kept, Callers)>>,
}

impl Pool {
    fn with<T>(&self, work: impl FnOnce(&mut dyn Database, &mut Callers) -> T) -> T {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = idle().pop();
        let new = || (Kept::new(self.data.clone()), Callers::NONE);
        let (mut database, mut callers) = kept.unwrap_or_else(new);
        let done = work(&mut database, &mut callers);
        idle().push((database, callers));
        done
    }
}
