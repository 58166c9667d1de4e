//! Input cut into pieces. A line feed ends a piece, so that seeds can be read
//! and written; where the feed itself is wanted in a piece, it is `\n`.

/// What is left of an input.
pub struct Pieces<'a>(pub &'a [u8]);

impl Pieces<'_> {
    /// The next piece; nothing when all are taken.
    pub fn bytes(&mut self) -> Vec<u8> {
        let end = self.0.iter().position(|byte| *byte == b'\n');
        let (piece, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest.get(1..).unwrap_or_default();
        let mut whole = Vec::new();
        let mut bytes = piece.iter();
        while let Some(byte) = bytes.next() {
            match (byte, bytes.as_slice().first()) {
                (b'\\', Some(b'n')) => {
                    whole.push(b'\n');
                    bytes.next();
                }
                _ => whole.push(*byte),
            }
        }
        whole
    }

    /// The next piece as text.
    pub fn text(&mut self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// A number made of the next piece.
    pub fn number(&mut self) -> i64 {
        let bytes = self.bytes();
        let text = std::str::from_utf8(&bytes).ok();
        let number = text.and_then(|text| text.parse().ok());
        number.unwrap_or_else(|| bytes.first().copied().unwrap_or_default().into())
    }

    /// One of several, by the next piece.
    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.number().unsigned_abs() as usize % from.len()]
    }

    /// Whether anything is left.
    pub fn are_left(&self) -> bool {
        !self.0.is_empty()
    }
}
