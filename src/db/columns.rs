//! A set of columns, by their places in the list that declares them.

/// Some of at most 64 columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Columns(u64);

impl Columns {
    /// Every column.
    pub const ALL: Self = Self(u64::MAX);
    /// No column.
    pub const NONE: Self = Self(0);

    /// Those for which the condition holds.
    pub fn which<T>(columns: &[T], mut holds: impl FnMut(usize, &T) -> bool) -> Self {
        let bit = |(at, column)| if holds(at, column) { 1 << at } else { 0 };
        let bits = columns.iter().enumerate().map(bit);
        Self(bits.fold(0, |all, bit: u64| all | bit))
    }

    /// Whether the column at this place is one of them.
    #[inline]
    pub fn has(self, at: usize) -> bool {
        self.0 >> at & 1 == 1
    }
}
