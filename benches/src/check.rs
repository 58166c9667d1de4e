//! Nothing is timed before its answer is known to be right: status, number of
//! rows, and the same bytes from the component and from its native twin.

use crate::client::{Ask, Client};
use crate::load::runtime;
use anyhow::{Context, Result, ensure};
use memchr::memmem;
use sha1::{Digest, Sha1};
use std::net::SocketAddr;

/// What stands once in each row.
const ROW: &[u8] = b"<id>";

/// An answer, boiled down.
#[derive(Debug, Default)]
struct Sum {
    digest: Sha1,
    bytes: u64,
    rows: u64,
    /// The end of the piece before, in which a row's mark may have begun.
    end: Vec<u8>,
}

impl Sum {
    fn add(&mut self, piece: &[u8]) {
        self.digest.update(piece);
        self.bytes += piece.len() as u64;
        let keep = ROW.len() - 1;
        self.end.extend(piece.iter().take(keep));
        let over_the_edge = memmem::find_iter(&self.end, ROW).count();
        self.rows += (over_the_edge + memmem::find_iter(piece, ROW).count()) as u64;
        let rest = keep.max(piece.len().saturating_sub(keep));
        self.end.extend(piece.iter().skip(rest));
        self.end.drain(..self.end.len().saturating_sub(keep));
    }
}

/// Asks both for the same, and gives the request with the length of the answer,
/// which must be these rows.
pub fn same(component: SocketAddr, twin: SocketAddr, target: &str, rows: u64) -> Result<Ask> {
    let ours = sum(component, target)?;
    let native = sum(twin, target)?;
    for (who, sum) in [("component", &ours), ("native twin", &native)] {
        let found = sum.rows;
        ensure!(
            found == rows,
            "{target}: {who}: {found} rows instead of {rows}"
        );
    }
    let digest = |sum: Sum| hex::encode(sum.digest.finalize());
    let bytes = ours.bytes;
    ensure!(
        native.bytes == bytes && digest(ours) == digest(native),
        "{target}: the component and its native twin answer differently"
    );
    let mut ask = Ask::get(target);
    ask.bytes = Some(bytes);
    Ok(ask)
}

fn sum(address: SocketAddr, target: &str) -> Result<Sum> {
    runtime()?.block_on(async {
        let mut sum = Sum::default();
        let mut client = Client::connect(address).await?;
        let ask = Ask::get(target);
        let reply = client.ask_into(&ask, |piece| sum.add(piece));
        reply.await.with_context(|| target.to_owned())?;
        Ok(sum)
    })
}
