//! HTTP on one side, the component on the other.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Either, Full};
use hyper::body::Incoming;
use hyper::header::{
    CONTENT_ENCODING, CONTENT_TYPE, HOST, HeaderMap, HeaderValue, TRANSFER_ENCODING,
};
use hyper::http::uri::{Authority, PathAndQuery, Scheme, Uri};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use wasmtime_wasi_http::handler::{ProxyHandler, TrapOrPanicError};

use crate::body::{Fate, GuestBody};
use crate::guest::Shared;
use crate::worker::Workers;

/// How long requests under way may take when the server stops.
const LAST_REQUESTS: Duration = Duration::from_secs(5);
/// How long to wait when no connection can be accepted, for example because the
/// process has no file descriptors left.
const ACCEPT_AGAIN: Duration = Duration::from_millis(50);

type Answer = Response<Either<GuestBody, Full<Bytes>>>;

/// Serves until told to stop, then lets requests under way finish.
pub(crate) async fn serve(
    listener: TcpListener,
    workers: Workers,
    server: Arc<Shared>,
    address: SocketAddr,
    mut stop: oneshot::Receiver<()>,
) {
    let handler = ProxyHandler::new(workers);
    let open = GracefulShutdown::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            // Told to, or abandoned by a server that is gone.
            _ = &mut stop => break,
        };
        let Ok((stream, _)) = accepted else {
            tokio::time::sleep(ACCEPT_AGAIN).await;
            continue;
        };
        // Without TCP_NODELAY the end of a small streamed body waits for the client's
        // delayed acknowledgement, some 40 ms.
        let _ = stream.set_nodelay(!server.as_spin);
        let handler = handler.clone();
        let server = Arc::clone(&server);
        let service = service_fn(move |request| {
            let handler = handler.clone();
            let server = Arc::clone(&server);
            async move { Ok::<_, Infallible>(answer(&handler, server, address, request).await) }
        });
        let builder = Builder::new(TokioExecutor::new());
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let connection = open.watch(connection.into_owned());
        // An error here is the client's (it went away) or an unfinished body's,
        // which is in the log already.
        tokio::spawn(async move { connection.await.ok() });
    }
    drop(listener);
    let _ = tokio::time::timeout(LAST_REQUESTS, open.shutdown()).await;
}

async fn answer(
    handler: &ProxyHandler<Workers>,
    server: Arc<Shared>,
    address: SocketAddr,
    mut request: Request<Incoming>,
) -> Answer {
    let opened = request.method() == Method::GET && request.uri().path() == "/";
    if let Some(page) = server.playground.as_ref().filter(|_| opened) {
        return page.response().map(Either::Right);
    }
    let Some(uri) = absolute(&request, address) else {
        return plain(StatusCode::BAD_REQUEST, "The Host header is not valid.\n");
    };
    *request.uri_mut() = uri;
    tell_of_encodings(request.headers_mut());
    server.counters.requests.fetch_add(1, Relaxed);
    let fate = Fate::default();
    let request = request.map(|body| body.map_err(Into::into).boxed_unsync());
    match handler.handle(fate.clone(), request).await {
        Ok(response) => response.map(|inner| {
            Either::Left(GuestBody {
                inner,
                fate,
                journal: Arc::clone(&server.journal),
            })
        }),
        Err(error) => {
            // A trap is logged where its instance ends.
            if !error.is::<TrapOrPanicError>() {
                let line = format!("a request failed: {error:?}");
                server.journal.line(&line);
            }
            plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The component failed; the host's log says why.\n",
            )
        }
    }
}

/// Lets the component know how its body is still encoded. Of a transfer's encodings only
/// the chunks are undone here, and wasmtime does not show the component the header.
fn tell_of_encodings(headers: &mut HeaderMap) {
    let sent = headers.get_all(TRANSFER_ENCODING).into_iter();
    let codings = sent.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let undone = |coding: &[u8]| coding.trim_ascii().eq_ignore_ascii_case(b"chunked");
    let left = codings.filter(|coding| !undone(coding));
    let left: Vec<_> = left
        .filter_map(|it| HeaderValue::from_bytes(it).ok())
        .collect();
    for coding in left {
        headers.append(CONTENT_ENCODING, coding);
    }
}

/// The request's address with scheme and host, which components expect and
/// HTTP/1.1 sends apart.
fn absolute(request: &Request<Incoming>, address: SocketAddr) -> Option<Uri> {
    let uri = request.uri();
    let authority = match (uri.authority(), request.headers().get(HOST)) {
        (Some(authority), _) => authority.clone(),
        (None, Some(host)) => Authority::try_from(host.as_bytes()).ok()?,
        (None, None) => Authority::try_from(address.to_string()).ok()?,
    };
    let root = || PathAndQuery::from_static("/");
    Uri::builder()
        .scheme(uri.scheme().cloned().unwrap_or(Scheme::HTTP))
        .authority(authority)
        .path_and_query(uri.path_and_query().cloned().unwrap_or_else(root))
        .build()
        .ok()
}

fn plain(status: StatusCode, text: &'static str) -> Answer {
    let mut response = Response::new(Either::Right(Full::from(text)));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
