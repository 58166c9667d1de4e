//! Answers as bytes: one form of output is one file.
//!
//! What is said in an answer is decided above, as [`Value`]s and texts; here is
//! only how they are written. Nothing here knows a DID or a parameter.

pub mod csv;
pub mod html;
pub mod json;
pub mod time;
pub mod xml;

/// The formats that a caller chooses by `Accept` (D31).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The page of the vendor's contract.
    Xml,
    /// One object.
    Json,
    /// A table for spreadsheets.
    Csv,
}

/// What stands in an element, before any escaping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'d> {
    /// The element is left out.
    Absent,
    /// Pieces, one after the other.
    Text([&'d [u8]; 4]),
    /// A whole number.
    Number(i64),
    /// A number where other rows have a word: a text where there are types.
    NumberText(i64),
    /// `true` or `false`.
    Flag(bool),
    /// RFC 3339.
    Time([u8; 20]),
}

impl<'d> Value<'d> {
    /// The empty text.
    pub const EMPTY: Self = Self::Text([b"", b"", b"", b""]);

    /// A text of one piece.
    pub fn of(text: &'d [u8]) -> Self {
        Self::Text([text, b"", b"", b""])
    }

    /// Hands over the bytes as they are, piece by piece; none of an absent value.
    #[inline]
    pub fn each(&self, mut write: impl FnMut(&[u8])) {
        match self {
            Self::Absent => {}
            Self::Text(pieces) => {
                for piece in pieces.iter().filter(|piece| !piece.is_empty()) {
                    write(piece);
                }
            }
            Self::Number(number) | Self::NumberText(number) => {
                write(itoa::Buffer::new().format(*number).as_bytes());
            }
            Self::Flag(flag) => write(if *flag { b"true" } else { b"false" }),
            Self::Time(time) => write(time),
        }
    }
}

/// A list in one form of output. It is made for the elements of one role; each
/// row then has a value for each of them, in their order.
pub trait Render: Send {
    /// The HTTP content type.
    fn content_type(&self) -> &'static str;

    /// What stands before the first row.
    fn head(&mut self, out: &mut Vec<u8>);

    /// One row.
    fn row(&mut self, out: &mut Vec<u8>, values: &[Value<'_>]);

    /// What stands before a row.
    fn before(&mut self, _out: &mut Vec<u8>, _is_first: bool) {}

    /// What stands after the last of so many rows.
    fn tail(&mut self, out: &mut Vec<u8>, rows: u64);

    /// Whether, after the tail, the same rows are wanted once more, with a head
    /// and a tail of their own.
    fn again(&mut self) -> bool {
        false
    }

    /// Whether a list without rows is a document of its own, and not an error.
    fn may_be_empty(&self) -> bool {
        false
    }

    /// Bytes of a row beside its values, rather too many: a buffer that grows
    /// while it is filled is twice as large at last.
    fn markup(&self) -> usize;
}
