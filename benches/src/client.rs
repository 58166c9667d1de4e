//! A plain HTTP/1.1 client over one kept-alive connection.
//!
//! It does as little as possible, because it runs on the same cores as what it
//! measures: a body is handed over as it arrives and never gathered.

use anyhow::{Context, Result, bail, ensure};
use bytes::{Buf, Bytes, BytesMut};
use memchr::memmem;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Bytes asked of the socket at a time.
const READ: usize = 256 * 1024;

/// A request as it goes over the wire, and what is known of its answer.
#[derive(Clone, Debug)]
pub struct Ask {
    wire: Bytes,
    /// The length of the right answer, once it was checked: see [`crate::check`].
    pub bytes: Option<u64>,
}

impl Ask {
    /// A GET of this target.
    pub fn get(target: &str) -> Self {
        Self::with(target, "")
    }

    /// The same with another line of its head.
    pub fn with(target: &str, line: &str) -> Self {
        let end = if line.is_empty() { "" } else { "\r\n" };
        let wire = format!("GET {target} HTTP/1.1\r\nHost: bench\r\n{line}{end}\r\n");
        Self {
            wire: wire.into(),
            bytes: None,
        }
    }
}

/// What an answer was and how long it took, from before the request was sent.
#[derive(Clone, Copy, Debug)]
pub struct Reply {
    /// Bytes of the body.
    pub bytes: u64,
    /// Until the last one was.
    pub whole: Duration,
}

/// What is still to come of a body.
#[derive(Clone, Copy, Debug)]
enum Left {
    Nothing,
    Bytes(u64),
    /// In chunks; so many bytes of this one.
    Chunk(u64),
}

/// A connection.
pub struct Client {
    address: SocketAddr,
    stream: TcpStream,
    buffer: BytesMut,
    /// The head of the answer before.
    head: BytesMut,
    left: Left,
    /// Whether the server ends the connection after the answer, as PHP's does.
    is_last: bool,
}

impl Client {
    /// Connects.
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        Ok(Self {
            address,
            stream: open(address).await?,
            buffer: BytesMut::new(),
            head: BytesMut::new(),
            left: Left::Nothing,
            is_last: false,
        })
    }

    /// A header of the answer before.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = std::str::from_utf8(&self.head).ok()?.lines();
        lines.find_map(|line| {
            let (known, value) = line.split_once(':')?;
            known.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Sends a request and reads its answer to the end, which must have the
    /// length it should have.
    pub async fn ask(&mut self, ask: &Ask) -> Result<Reply> {
        self.ask_into(ask, |_| ()).await
    }

    /// The same, and shows each piece of the body to `look`.
    pub async fn ask_into(&mut self, ask: &Ask, mut look: impl FnMut(&[u8])) -> Result<Reply> {
        let start = Instant::now();
        self.begin(ask).await?;
        let mut bytes = 0;
        while let Some(piece) = self.piece().await? {
            bytes += piece.len() as u64;
            look(&piece);
        }
        let whole = start.elapsed();
        if let Some(expected) = ask.bytes {
            ensure!(bytes == expected, "{bytes} bytes instead of {expected}");
        }
        Ok(Reply { bytes, whole })
    }

    /// Sends a request and waits until the first byte of its body. What follows
    /// is left: the connection is of no further use.
    pub async fn first_byte(mut self, ask: &Ask) -> Result<Duration> {
        let start = Instant::now();
        self.begin(ask).await?;
        ensure!(self.piece().await?.is_some(), "an empty body");
        Ok(start.elapsed())
    }

    /// Sends a request and reads the head of its answer.
    pub async fn begin(&mut self, ask: &Ask) -> Result<()> {
        if self.is_last {
            self.stream = open(self.address).await?;
            self.buffer.clear();
        }
        self.stream.write_all(&ask.wire).await?;
        let end = loop {
            if let Some(end) = memmem::find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            self.fill().await?;
        };
        self.head = self.buffer.split_to(end);
        let head = std::str::from_utf8(&self.head).context("a head that is not text")?;
        ensure!(head.starts_with("HTTP/1.1 200 "), "{head}");
        self.left = left(head)?;
        let connection = self.header("connection").unwrap_or_default();
        self.is_last = connection.eq_ignore_ascii_case("close");
        Ok(())
    }

    /// The next piece of the body; `None` after the last one.
    pub async fn piece(&mut self) -> Result<Option<BytesMut>> {
        loop {
            let left = match &mut self.left {
                Left::Nothing | Left::Bytes(0) => return Ok(None),
                Left::Chunk(0) => {
                    self.left = self.next_chunk().await?;
                    continue;
                }
                Left::Bytes(left) | Left::Chunk(left) => left,
            };
            if self.buffer.is_empty() {
                self.buffer.reserve(READ);
                if self.stream.read_buf(&mut self.buffer).await? == 0 {
                    bail!("the answer ends before its end");
                }
            }
            let here = self.buffer.len().min(usize::try_from(*left)?);
            *left -= here as u64;
            let ends_chunk = matches!(self.left, Left::Chunk(0));
            let piece = self.buffer.split_to(here);
            if ends_chunk {
                self.need(2).await?;
                self.buffer.advance(2);
            }
            return Ok(Some(piece));
        }
    }

    /// Reads the line with a chunk's length; after the last, the end.
    async fn next_chunk(&mut self) -> Result<Left> {
        let end = loop {
            if let Some(end) = memmem::find(&self.buffer, b"\r\n") {
                break end;
            }
            self.fill().await?;
        };
        let line = self.buffer.split_to(end + 2);
        let digits = std::str::from_utf8(&line)?.trim_end();
        let size = u64::from_str_radix(digits, 16).context("a chunk's length")?;
        if size > 0 {
            return Ok(Left::Chunk(size));
        }
        self.need(2).await?;
        self.buffer.advance(2);
        Ok(Left::Nothing)
    }

    async fn need(&mut self, bytes: usize) -> Result<()> {
        while self.buffer.len() < bytes {
            self.fill().await?;
        }
        Ok(())
    }

    async fn fill(&mut self) -> Result<()> {
        self.buffer.reserve(READ);
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            bail!("the connection was closed");
        }
        Ok(())
    }
}

async fn open(address: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// How the body that follows this head is framed.
fn left(head: &str) -> Result<Left> {
    for line in head.lines() {
        let Some((name, value)) = line.split_once(':') else {
            continue;
        };
        let value = value.trim();
        if name.eq_ignore_ascii_case("content-length") {
            return Ok(Left::Bytes(value.parse()?));
        }
        if name.eq_ignore_ascii_case("transfer-encoding") && value == "chunked" {
            return Ok(Left::Chunk(0));
        }
    }
    bail!("an answer without a length: {head}")
}
