//! An HTTP request as it goes over the wire.

use std::fmt;

/// A request.
#[derive(Clone, Default)]
pub struct Ask {
    pub method: String,
    /// Path and query, raw: `/billing/api?u=admin`.
    pub target: String,
    pub content_type: Option<String>,
    /// Headers beside the content type.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Ask {
    /// The path, as it is written.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or("")
    }

    /// The query, as it is written.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }

    /// The values of all lines of a header.
    pub fn header_lines(&self, name: &str) -> Vec<&str> {
        let lines = self.headers.iter();
        lines
            .filter(|line| line.0.eq_ignore_ascii_case(name))
            .map(|line| line.1.as_str())
            .collect()
    }

    /// The same request with one more header.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

impl fmt::Debug for Ask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let body = self.body.escape_ascii();
        writeln!(f, "\n{} {}", self.method, self.target)?;
        writeln!(f, "Content-Type: {:?}", self.content_type)?;
        for (name, value) in &self.headers {
            writeln!(f, "{name}: {value}")?;
        }
        write!(f, "{} bytes: {body}", self.body.len())
    }
}
