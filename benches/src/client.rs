//! An HTTP client of one kept-alive connection, which hands a body over as it arrives.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use http_body_util::{BodyExt, Empty};
use hyper::body::Incoming;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::HOST;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// A GET, and what is known of its answer.
#[derive(Clone, Debug)]
pub struct Ask {
    target: String,
    /// The length of the right answer, once it was checked: see [`crate::check`].
    pub bytes: Option<u64>,
}

impl Ask {
    /// A GET of this target.
    pub fn get(target: &str) -> Self {
        let target = target.to_owned();
        Self {
            target,
            bytes: None,
        }
    }
}

/// What an answer was.
#[derive(Clone, Debug)]
pub struct Reply {
    /// Bytes of the body.
    pub bytes: u64,
    /// From before the request was sent until the last byte.
    pub whole: Duration,
    /// Where the next page begins, if there is one.
    pub cursor: Option<String>,
}

/// A connection.
pub struct Client {
    address: SocketAddr,
    sender: SendRequest<Empty<Bytes>>,
}

impl Client {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let sender = open(address).await?;
        Ok(Self { address, sender })
    }

    /// Sends a request and reads its answer to the end, which must have the
    /// length it should have.
    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply> {
        self.ask_into(ask, |_| ()).await
    }

    /// The same, and shows each piece of the body to `look`.
    pub async fn ask_into(&mut self, ask: &Ask, mut look: impl FnMut(&[u8])) -> Result<Reply> {
        let start = Instant::now();
        let response = self.begin(ask).await?;
        let cursor = response.headers().get("x-next-cursor");
        let cursor = cursor
            .map(|it| it.to_str().map(str::to_owned))
            .transpose()?;
        let mut body = response.into_body();
        let mut bytes = 0;
        while let Some(piece) = piece(&mut body).await? {
            bytes += piece.len() as u64;
            look(&piece);
        }
        let whole = start.elapsed();
        if let Some(expected) = ask.bytes {
            ensure!(bytes == expected, "{bytes} bytes instead of {expected}");
        }
        Ok(Reply {
            bytes,
            whole,
            cursor,
        })
    }

    /// Sends a request and waits until the first byte of its body. The rest is not read.
    pub async fn first_byte(mut self, ask: &Ask) -> Result<Duration> {
        let start = Instant::now();
        let mut body = self.begin(ask).await?.into_body();
        piece(&mut body).await?.context("an empty body")?;
        Ok(start.elapsed())
    }

    /// Sends a request and reads the head of its answer.
    pub async fn begin(&mut self, ask: &Ask) -> Result<Response<Incoming>> {
        // PHP's server ends the connection after each answer.
        if self.sender.ready().await.is_err() {
            self.sender = open(self.address).await?;
        }
        let request = Request::get(&ask.target).header(HOST, "bench");
        let response = self.sender.send_request(request.body(Empty::new())?);
        let response = response.await?;
        let status = response.status();
        ensure!(status == StatusCode::OK, "{}: {status}", ask.target);
        Ok(response)
    }
}

/// The next piece of a body; `None` after the last one.
pub async fn piece(body: &mut Incoming) -> Result<Option<Bytes>> {
    while let Some(frame) = body.frame().await {
        if let Ok(piece) = frame?.into_data() {
            return Ok(Some(piece));
        }
    }
    Ok(None)
}

async fn open(address: SocketAddr) -> Result<SendRequest<Empty<Bytes>>> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    // An error of the connection is one of the answer too.
    tokio::spawn(connection);
    Ok(sender)
}
