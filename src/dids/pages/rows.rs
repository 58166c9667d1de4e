//! The rows of one page: read from the database's value, looked at for their order, and
//! rendered. What cannot be answered as it is says why, and the list asks otherwise.

use super::{MAX_ROWS, Pages};
use crate::db::column::Columns;
use crate::dids::{cursor, row};

/// The bytes a page from the database should not much exceed.
const TARGET_BYTES: u64 = 512 * 1024;

/// Why a page's value is not answered.
pub(super) enum Refusal {
    /// The rows are not in order.
    Disorder,
    /// It cannot be read, or not all of it.
    Unreadable(String),
}

impl From<&str> for Refusal {
    fn from(reason: &str) -> Self {
        Self::Unreadable(reason.to_owned())
    }
}

/// A page's value as it came, and what was asked for.
pub(super) struct Value<'a> {
    pub bytes: Option<&'a [u8]>,
    pub columns: Columns,
    pub is_sorted: bool,
}

impl Pages {
    /// Renders the rows wanted and tells whether more follow.
    pub(super) fn render(
        &mut self,
        value: &Value<'_>,
        wanted: u64,
        out: &mut Vec<u8>,
    ) -> Result<bool, Refusal> {
        let page = row::RowSet::read(value.bytes).map_err(Refusal::Unreadable)?;
        let bytes = value.bytes.map_or(0, <[u8]>::len);
        // Or one follows that is too long to be handed over: the page after this
        // one fails, where a page without a cursor would say that the list ends.
        let more = page.count > wanted || !self.looks_ahead && page.count == wanted;
        out.reserve(self.room(bytes, page.count, more));
        let mut taken = 0;
        let mut last = None;
        let mut before = None;
        for row in page.rows(value.columns) {
            let did = row.map_err(|_| "unreadable page")?;
            // The row that is not taken too: it may belong before the last one.
            let place = Some(did.order());
            if !value.is_sorted && place <= before {
                return Err(Refusal::Disorder);
            }
            before = place;
            if taken == wanted {
                break;
            }
            let is_first = self.is_first && taken == 0;
            if is_first {
                self.render.head(out);
            }
            self.render.before(out, is_first);
            let (render, role) = (&mut self.render, self.caller.role);
            self.shown
                .with_values(&did, role, |values| render.row(out, values));
            taken += 1;
            if taken == wanted && more {
                let place = cursor::place_of(&did);
                last = Some(place.ok_or("the bytes of a number are no hex")?);
            }
        }
        if taken != page.count.min(wanted) {
            return Err("the page does not hold the rows it counts".into());
        }
        if more && last == self.after {
            return Err("the order of the numbers does not advance".into());
        }
        self.is_first &= taken == 0;
        self.in_pass += taken;
        self.rows = self.rows.max(self.in_pass);
        self.after = last.or(self.after.take());
        let bytes = u64::try_from(bytes.max(1)).unwrap_or(u64::MAX);
        self.next_rows = (TARGET_BYTES * taken.max(1) / bytes).clamp(1, self.most_rows);
        Ok(more)
    }

    /// The buffer for the rows to come. In few sizes, so that each page of a list
    /// fits where the one before was.
    fn room(&self, bytes: usize, count: u64, more: bool) -> usize {
        let count = usize::try_from(count.min(MAX_ROWS))
            .unwrap_or_default()
            .max(1);
        let most = usize::try_from(self.most_rows.min(MAX_ROWS)).unwrap_or_default();
        // A page of a list may be followed by a longer one.
        let rows = if more && !self.is_callers_page() {
            most
        } else {
            count
        };
        let row = bytes / count + self.render.markup();
        row.saturating_mul(rows).min(1 << 24).next_power_of_two()
    }
}
