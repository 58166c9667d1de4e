//! A plain HTTP/1.1 client.
//!
//! It sends a request as it is written, byte by byte, and shows an answer as it
//! came: its headers in their order, how its body was framed, and whether it was
//! whole or aborted, which is what client libraries hide.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use crate::model::Ask;
use crate::secrets;

/// No answer may take longer.
const PATIENCE: Duration = Duration::from_secs(60);

/// An answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// Whether the body came to its announced end. A transfer that was broken
    /// off is not whole, and its `body` is what arrived.
    pub whole: bool,
}

impl Reply {
    /// A header's value. Its name is written in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|header| header.0 == name);
        found.map(|header| header.1.as_str())
    }

    /// Whether the body came in chunks, so that its length was not announced.
    pub fn is_chunked(&self) -> bool {
        self.header("transfer-encoding") == Some("chunked")
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("an answer is UTF-8")
    }

    /// The text of the XML error page; panics when it is anything else.
    pub fn error(&self) -> &str {
        let before = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<page>\n  <error>";
        let inner = self.text().strip_prefix(before);
        let inner = inner.and_then(|rest| rest.strip_suffix("</error>\n</page>\n"));
        inner.unwrap_or_else(|| panic!("no error page: {}", self.text()))
    }

    /// The XML that the HTML view shows, its last block.
    pub fn shown_xml(&self) -> String {
        let (_, block) = self.text().rsplit_once("<pre ").expect("a block");
        let (_, block) = block.split_once('>').expect("its start");
        let (block, _) = block.split_once("</pre>").expect("the block's end");
        unescaped(block)
    }

    /// The texts of all elements of this name, as they stand in the XML.
    pub fn elements(&self, name: &str) -> Vec<&str> {
        let (open, close) = (format!("      <{name}>"), format!("</{name}>\n"));
        let rest = self.text().split(&open).skip(1);
        rest.map(|rest| rest.split(&close).next().unwrap())
            .collect()
    }

    /// The ids of the DIDs listed, in their order.
    pub fn ids(&self) -> Vec<i64> {
        let ids = self.elements("id");
        ids.iter().map(|id| id.parse().unwrap()).collect()
    }
}

/// The text that a piece of HTML shows.
pub fn unescaped(html: &str) -> String {
    assert!(!html.contains(['<', '>']), "{html}");
    let html = html.replace("&lt;", "<").replace("&gt;", ">");
    let html = html.replace("&quot;", "\"").replace("&#39;", "'");
    html.replace("&amp;", "&")
}

/// Sends one request over a connection of its own and reads the answer.
pub fn send(address: SocketAddr, ask: &Ask, headers: &[(&str, &str)]) -> Reply {
    let mut connection = Connection::open(address);
    let mut head = written(ask, headers);
    head.truncate(head.len() - 2);
    head.extend_from_slice(b"Connection: close\r\n\r\n");
    connection.write(&head);
    connection.write(&ask.body);
    connection.read(&ask.method)
}

/// The head of a request, up to and with its empty line.
pub fn written(ask: &Ask, headers: &[(&str, &str)]) -> Vec<u8> {
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: dids.test\r\n",
        ask.method, ask.target
    );
    if let Some(kind) = &ask.content_type {
        head += &format!("Content-Type: {kind}\r\n");
    }
    if !ask.body.is_empty() || ask.method == "POST" {
        head += &format!("Content-Length: {}\r\n", ask.body.len());
    }
    let own = ask.headers.iter().map(|(name, value)| (&**name, &**value));
    for (name, value) in own.chain(headers.iter().copied()) {
        head += &format!("{name}: {value}\r\n");
    }
    (head + "\r\n").into_bytes()
}

/// A connection, for those tests that care what is sent when.
pub struct Connection {
    stream: BufReader<TcpStream>,
}

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let stream = BufReader::new(stream);
        Connection { stream }
    }

    /// Writes bytes as they are. A server that has answered already need not
    /// read the rest, so an error here is none.
    pub fn write(&mut self, bytes: &[u8]) {
        let _ = self.stream.get_mut().write_all(bytes);
    }

    /// Says that nothing more will be written, as a caller who hangs up does.
    pub fn end_writing(&mut self) {
        // A server that has hung up already is past being told.
        let _ = self.stream.get_mut().shutdown(Shutdown::Write);
    }

    /// Reads whatever comes until the server hangs up, however it does that.
    pub fn read_all(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let ended = self.stream.read_to_end(&mut bytes);
        let kind = ended.err().map(|error| error.kind());
        assert!(
            [None, Some(io::ErrorKind::ConnectionReset)].contains(&kind),
            "reading to the end: {kind:?}"
        );
        bytes
    }

    /// Reads the answer to a request of this method. A connection that ends
    /// before an answer begins gives the status 0.
    pub fn read(&mut self, method: &str) -> Reply {
        if self.stream.fill_buf().is_ok_and(<[u8]>::is_empty) {
            return Reply {
                status: 0,
                headers: Vec::new(),
                body: Vec::new(),
                whole: false,
            };
        }
        let mut reply = self.read_head();
        let whole = self.read_body(method, &mut reply);
        reply.whole = whole.is_ok();
        if let Err(error) = whole {
            let broken = [io::ErrorKind::UnexpectedEof, io::ErrorKind::ConnectionReset];
            assert!(broken.contains(&error.kind()), "reading a body: {error}");
        }
        secrets::assert_no_hash_in("an answer", &reply.body);
        for (name, value) in &reply.headers {
            secrets::assert_no_hash_in(name, value.as_bytes());
        }
        reply
    }

    /// Reads the status line and the headers of an answer.
    pub fn read_head(&mut self) -> Reply {
        let status = self.line().expect("an answer begins");
        let mut words = status.split(' ');
        assert_eq!(words.next(), Some("HTTP/1.1"), "{status}");
        let status = words.next().unwrap().parse().unwrap();
        let mut headers = Vec::new();
        loop {
            let line = self.line().expect("the headers come to an end");
            if line.is_empty() {
                break;
            }
            let (name, value) = line.split_once(':').expect("a header");
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        Reply {
            status,
            headers,
            body: Vec::new(),
            whole: false,
        }
    }

    fn read_body(&mut self, method: &str, reply: &mut Reply) -> io::Result<()> {
        if method == "HEAD" || reply.status == 204 {
            return Ok(());
        }
        if reply.is_chunked() {
            return self.read_chunks(&mut reply.body);
        }
        if let Some(length) = reply.header("content-length") {
            let length = length.parse().expect("a length");
            return self.read_exactly(length, &mut reply.body);
        }
        panic!("an answer with neither a length nor chunks: {reply:?}");
    }

    fn read_chunks(&mut self, body: &mut Vec<u8>) -> io::Result<()> {
        loop {
            let line = self.line()?;
            let size = u64::from_str_radix(&line, 16).expect("a chunk's size");
            self.read_exactly(size, body)?;
            if !self.line()?.is_empty() {
                panic!("a chunk is longer than it said");
            }
            if size == 0 {
                return Ok(());
            }
        }
    }

    fn read_exactly(&mut self, length: u64, body: &mut Vec<u8>) -> io::Result<()> {
        let read = (&mut self.stream).take(length).read_to_end(body)?;
        if read as u64 == length {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }

    /// Reads as many bytes as are asked for, fewer at the end.
    pub fn read_some(&mut self, length: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut part = (&mut self.stream).take(length);
        part.read_to_end(&mut bytes).expect("bytes come");
        bytes
    }

    /// Reads up to and with these bytes.
    pub fn read_until(&mut self, end: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let last = *end.last().expect("something to wait for");
        while !bytes.ends_with(end) {
            let read = self.stream.read_until(last, &mut bytes);
            assert!(read.expect("bytes come") > 0, "the end did not come");
        }
        bytes
    }

    /// Reads up to and with these bytes, and tells whether they came; no pause may be as
    /// long as this.
    pub fn finds(&mut self, end: &[u8], pause: Duration) -> bool {
        let stream = self.stream.get_mut();
        stream.set_read_timeout(Some(pause)).unwrap();
        let mut bytes = Vec::new();
        let last = *end.last().expect("something to wait for");
        while !bytes.ends_with(end) {
            if !self
                .stream
                .read_until(last, &mut bytes)
                .is_ok_and(|read| read > 0)
            {
                return false;
            }
        }
        true
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let whole = line.strip_suffix("\r\n");
        whole
            .map(str::to_owned)
            .ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
    }
}
