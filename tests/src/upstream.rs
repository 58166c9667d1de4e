//! An upstream that answers everything in the same way and tells what it was asked.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

/// A request as it came.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    pub method: String,
    pub target: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Seen {
    /// A header's value. Its name is written in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|header| header.0 == name);
        found.map(|header| header.1.as_str())
    }
}

/// What an answer has if more may follow it.
const ENDS: &[u8] = b"Content-Length: ";

type Answer = dyn Fn(&Seen) -> Vec<u8> + Send + Sync;

struct Inner {
    answer: Box<Answer>,
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
    /// Whether a connection is closed at its second request, without an answer, as
    /// happens to one that was closed for its age just then.
    hangs_up: bool,
}

/// A running upstream. Its threads end with the test program.
pub struct Upstream {
    pub address: SocketAddr,
    inner: Arc<Inner>,
}

/// The bytes of an answer with this content type.
pub fn answer(kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nX-Dids-Outcome: ok\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

impl Upstream {
    /// One that answers with its name.
    pub fn named(name: &'static str) -> Self {
        Self::start(false, move |_| answer("text/plain", name))
    }

    /// One that answers so, and may hang up on the second request of a connection.
    pub fn start(hangs_up: bool, give: impl Fn(&Seen) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let inner = Arc::new(Inner {
            answer: Box::new(give),
            seen: Mutex::default(),
            connections: AtomicUsize::new(0),
            hangs_up,
        });
        let shared = Arc::clone(&inner);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let shared = Arc::clone(&shared);
                shared.connections.fetch_add(1, Relaxed);
                thread::spawn(move || shared.serve(stream.expect("a connection")));
            }
        });
        Upstream { address, inner }
    }

    /// What came so far.
    pub fn seen(&self) -> Vec<Seen> {
        self.inner.list().clone()
    }

    /// How many connections were made.
    pub fn connections(&self) -> usize {
        self.inner.connections.load(Relaxed)
    }
}

impl Inner {
    fn list(&self) -> MutexGuard<'_, Vec<Seen>> {
        self.seen.lock().expect("no test failed here")
    }

    fn serve(&self, mut stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().expect("a second handle"));
        let mut is_kept = false;
        while let Some(seen) = request(&mut reader) {
            if is_kept && self.hangs_up {
                return;
            }
            is_kept = true;
            self.list().push(seen.clone());
            let answer = (self.answer)(&seen);
            // What has no length ends with the connection.
            let has_end = answer.windows(ENDS.len()).any(|part| part == ENDS);
            if stream.write_all(&answer).is_err() || !has_end {
                return;
            }
        }
    }
}

/// The next request of a connection; none at its end.
fn request(reader: &mut BufReader<TcpStream>) -> Option<Seen> {
    let line = line(reader)?;
    let mut words = line.split(' ');
    let mut seen = Seen {
        method: words.next()?.to_owned(),
        target: words.next()?.to_owned(),
        ..Seen::default()
    };
    loop {
        let line = self::line(reader)?;
        let Some((name, value)) = line.split_once(':') else {
            break;
        };
        let header = (name.to_ascii_lowercase(), value.trim().to_owned());
        seen.headers.push(header);
    }
    let length = seen.header("content-length").and_then(|it| it.parse().ok());
    seen.body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut seen.body).ok()?;
    Some(seen)
}

fn line(reader: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let read = reader.read_line(&mut line).ok()?;
    (read > 0).then(|| line.trim_end().to_owned())
}
