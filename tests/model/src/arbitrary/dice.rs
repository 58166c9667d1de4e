//! Random bytes, spent one by one.

/// Random bytes to choose with. When they are used up, they are all 0.
pub struct Dice<'a> {
    bytes: &'a [u8],
}

impl<'a> Dice<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Dice { bytes }
    }

    /// The next byte.
    pub fn roll(&mut self) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                *first
            }
            None => 0,
        }
    }

    /// A number below `count` (at most 256); 0 for the byte 0.
    pub fn below(&mut self, count: usize) -> usize {
        usize::from(self.roll()) * count / 256
    }

    /// True in about so many cases of a hundred; false for the byte 0.
    pub fn rarely(&mut self, percent: usize) -> bool {
        usize::from(self.roll()) * 100 / 256 >= 100 - percent
    }

    /// One of a pool; the first for the byte 0.
    pub fn pick<'p, T>(&mut self, pool: &'p [T]) -> &'p T {
        &pool[self.below(pool.len())]
    }

    /// One to three pieces of a pool, joined.
    pub fn join(&mut self, pool: &[&[u8]]) -> Vec<u8> {
        let mut out = Vec::new();
        for _ in 0..=self.below(3) {
            let piece: &&[u8] = self.pick(pool);
            out.extend_from_slice(piece);
        }
        out
    }
}
