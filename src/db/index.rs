//! The indexes of `dids`: which there are decides how the rows of a list are
//! found (see [`super::access`]).

use crate::text::split_once;

/// A column by which rows are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// `user_id`
    User,
    /// `reseller_id`
    Reseller,
    /// `device_id`
    Device,
    /// `dialplan_id`
    DialPlan,
    /// `provider_id`
    Provider,
    /// `status`
    Status,
    /// `language`
    Language,
    /// `updated_at`
    Updated,
}

impl Column {
    const ALL: [Self; 8] = [
        Self::User,
        Self::Reseller,
        Self::Device,
        Self::DialPlan,
        Self::Provider,
        Self::Status,
        Self::Language,
        Self::Updated,
    ];

    /// In a statement.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::User => "d.user_id",
            Self::Reseller => "d.reseller_id",
            Self::Device => "d.device_id",
            Self::DialPlan => "d.dialplan_id",
            Self::Provider => "d.provider_id",
            Self::Status => "d.status",
            Self::Language => "d.language",
            Self::Updated => "d.updated_at",
        }
    }

    /// In a statement of SQLite, where a plus keeps the planner from the index.
    pub(super) fn hidden(self) -> &'static str {
        match self {
            Self::User => "+d.user_id",
            Self::Reseller => "+d.reseller_id",
            Self::Device => "+d.device_id",
            Self::DialPlan => "+d.dialplan_id",
            Self::Provider => "+d.provider_id",
            Self::Status => "+d.status",
            Self::Language => "+d.language",
            Self::Updated => "+d.updated_at",
        }
    }
}

/// The name of an index. It is the one thing in a statement that is neither a
/// constant nor bound, so it has letters, digits and underscores alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name([u8; Name::MAX], usize);

impl Name {
    /// The longest name that MySQL allows, in ASCII.
    const MAX: usize = 64;

    /// The name, if it can stand in a statement as it is.
    pub fn new(name: &str) -> Option<Self> {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let mut bytes = [0; Self::MAX];
        let place = bytes.get_mut(..name.len())?;
        place.copy_from_slice(name.as_bytes());
        (!name.is_empty() && name.bytes().all(is_plain)).then_some(Self(bytes, name.len()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        let name = self.0.get(..self.1).unwrap_or_default();
        str::from_utf8(name).unwrap_or_default()
    }
}

/// An index that begins with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: Name,
    /// The number follows, and nothing but the id: the rows of one value come in
    /// the order of the list.
    pub is_ordered: bool,
}

/// The indexes of `dids` that matter.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Indexes {
    /// The one in the order of the list.
    pub number: Option<Name>,
    by: [Option<Index>; Column::ALL.len()],
}

impl Indexes {
    /// No index at all.
    pub const NONE: Self = Self {
        number: None,
        by: [None; Column::ALL.len()],
    };

    /// The best index that begins with a column.
    pub fn by(&self, column: Column) -> Option<Index> {
        let mut all = Column::ALL.iter().zip(self.by);
        let (_, index) = all.find(|(known, _)| **known == column)?;
        index
    }

    /// An index in the list's order among the rows of one value.
    pub fn ordered(&self, column: Column) -> Option<Index> {
        self.by(column).filter(|index| index.is_ordered)
    }

    /// Reads the columns of indexes: for each `NAME PLACE COLUMN LENGTH`, the length
    /// being `-` where the whole column is in the index, rising.
    pub(super) fn read<'a>(parts: impl Iterator<Item = &'a str>) -> Self {
        let parts: Vec<Part<'_>> = parts.filter_map(Part::read).collect();
        Self::of(&parts)
    }

    fn of(parts: &[Part<'_>]) -> Self {
        let mut indexes = Self::NONE;
        for first in parts.iter().filter(|part| part.place == "1") {
            let Some(name) = Name::new(first.index) else {
                continue;
            };
            let rest = || {
                let rest = parts.iter();
                rest.filter(|part| part.index == first.index && part.place != "1")
            };
            // InnoDB and SQLite end every index with the id.
            if first.column == "did" {
                if first.is_whole && rest().all(|part| part.is("2", "id")) {
                    indexes.number = indexes.number.or(Some(name));
                }
                continue;
            }
            let is_ordered = rest().any(|part| part.is("2", "did"))
                && rest().all(|part| part.is("2", "did") || part.is("3", "id"));
            let mut all = Column::ALL.iter().zip(&mut indexes.by);
            let is_it = |column: &Column| column.name().strip_prefix("d.") == Some(first.column);
            let Some((_, best)) = all.find(|(column, _)| is_it(column)) else {
                continue;
            };
            if best.is_none_or(|index| is_ordered && !index.is_ordered) {
                *best = Some(Index { name, is_ordered });
            }
        }
        indexes
    }
}

/// A column of an index.
struct Part<'a> {
    index: &'a str,
    place: &'a str,
    column: &'a str,
    is_whole: bool,
}

impl<'a> Part<'a> {
    #[inline(never)]
    fn read(text: &'a str) -> Option<Self> {
        let (index, rest) = split_once(text, " ")?;
        let (place, rest) = split_once(rest, " ")?;
        let (column, rest) = split_once(rest, " ")?;
        Some(Self {
            index,
            place,
            column,
            is_whole: rest.trim_ascii_end() == "-",
        })
    }

    #[inline(never)]
    fn is(&self, place: &str, column: &str) -> bool {
        self.place == place && self.column == column && self.is_whole
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, Indexes, Name};

    #[test]
    fn an_index_is_in_the_lists_order_or_is_not() {
        let parts = [
            "PRIMARY 1 id -",
            "by_number 1 did - ",
            "short 1 did 20",
            "u1 1 user_id -",
            "u2 1 user_id -",
            "u2 2 did -",
            "r 1 reseller_id -",
            "r 2 did 20",
            "s 1 status 20",
            "s 2 did -",
            "s 3 id -",
            "p 1 provider_id -",
            "p 2 did -",
            "p 3 status -",
            "l 2 did -",
        ];
        let indexes = Indexes::read(parts.into_iter());
        assert_eq!(indexes.number, Name::new("by_number"));
        let ordered = |column| indexes.ordered(column).map(|index| index.name);
        assert_eq!(ordered(Column::User), Name::new("u2"));
        assert_eq!(ordered(Column::Status), Name::new("s"));
        assert_eq!(ordered(Column::Reseller), None);
        assert!(indexes.by(Column::Reseller).is_some());
        assert_eq!(ordered(Column::Provider), None);
        assert_eq!(indexes.by(Column::Device), None);
        assert_eq!(indexes.by(Column::Language), None);
    }

    #[test]
    fn a_name_that_could_be_more_than_a_name_is_none() {
        assert_eq!(Name::new("dids_user").unwrap().as_str(), "dids_user");
        assert!(Name::new(&"x".repeat(64)).is_some());
        for bad in ["", "a b", "a*/", "a`", "ä", "a)", &"x".repeat(65)] {
            assert!(Name::new(bad).is_none(), "{bad}");
        }
    }
}
