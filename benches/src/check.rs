//! Nothing is timed before its answer is known to be right: status, number of
//! rows, and the same bytes from the component and from its native twin.

use crate::client::{Ask, Client};
use crate::load::runtime;
use anyhow::{Result, ensure};
use memchr::memmem;
use sha1::{Digest, Sha1};
use std::net::SocketAddr;

/// What stands once in each row.
const ROW: &[u8] = b"<id>";

/// An answer, boiled down.
#[derive(Default)]
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
    let mut ask = Ask::get(target);
    let (ours, native) = (sum(component, &ask)?, sum(twin, &ask)?);
    for (who, found) in [("component", ours.rows), ("native twin", native.rows)] {
        ensure!(
            found == rows,
            "{target}: {who}: {found} rows instead of {rows}"
        );
    }
    let bytes = ours.bytes;
    ensure!(
        native.bytes == bytes && ours.digest.finalize() == native.digest.finalize(),
        "{target}: the component and its native twin answer differently"
    );
    ask.bytes = Some(bytes);
    Ok(ask)
}

/// How many rows an answer has.
pub fn rows(address: SocketAddr, ask: &Ask) -> Result<u64> {
    Ok(sum(address, ask)?.rows)
}

/// A whole answer as text.
pub fn text(address: SocketAddr, ask: &Ask) -> Result<String> {
    let mut body = Vec::new();
    runtime()?.block_on(async {
        let mut client = Client::connect(address).await?;
        client
            .ask_into(ask, |piece| body.extend_from_slice(piece))
            .await
    })?;
    Ok(String::from_utf8(body)?)
}

fn sum(address: SocketAddr, ask: &Ask) -> Result<Sum> {
    runtime()?.block_on(async {
        let mut sum = Sum::default();
        let mut client = Client::connect(address).await?;
        client.ask_into(ask, |piece| sum.add(piece)).await?;
        Ok(sum)
    })
}
