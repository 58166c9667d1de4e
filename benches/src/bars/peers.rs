//! The page of 25 against what others would use instead, over the same file.

use super::{grouped, times};
use crate::check;
use crate::client::Ask;
use crate::cost;
use crate::data::Place;
use crate::load::{alternate, closed, median};
use crate::peer::Peer;
use crate::report::Line;
use crate::site::{Bench, admin};
use anyhow::{Context, Result, bail, ensure};
use std::net::SocketAddr;
use std::path::Path;

const CLIENTS: usize = 16;
const ROWS: u64 = 25;

/// The same rows by a query that Datasette is given, as a list of objects.
const QUERY: &str = "select+d.id,d.did,d.status,d.language,d.comment,d.user_id,d.device_id,\
    d.updated_at,p.name+as+provider,o.first_name,o.last_name,v.name+as+device,l.name+as+plan\
    +from+dids+d+left+join+providers+p+on+p.id=d.provider_id+left+join+users+o+on+o.id=d.user_id\
    +left+join+devices+v+on+v.id=d.device_id+left+join+dialplans+l+on+l.id=d.dialplan_id\
    +order+by+d.did,d.id+limit+25";

/// The page of the script and of Datasette, each checked before it is timed.
pub fn page(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let Place::Sqlite(file) = &data.place else {
        bail!("it is a file that they read");
    };
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    let target = admin(&format!("max_results={ROWS}"));
    let page = check::same(component.address(), twin.address, &target, ROWS)?;
    let text = check::text(component.address(), &page)?;

    let script = Peer::php(file).and_then(|peer| {
        let theirs = check::text(peer.address, &page)?;
        ensure!(theirs == text, "the script answers otherwise");
        Ok((peer, page.clone()))
    });
    let datasette = Peer::datasette(&bench.peers, file).and_then(|peer| {
        let ask = Ask::get(&datasette_target(file));
        let theirs = check::text(peer.address, &ask)?;
        let ids = text.split("<id>").skip(1);
        let ids: Vec<_> = ids.filter_map(|rest| rest.split('<').next()).collect();
        let is_there = |id: &&str| theirs.contains(&format!("\"id\": {id},"));
        ensure!(ids.iter().all(is_there), "other rows: {theirs:.300}");
        Ok((peer, ask))
    });
    let mut lines = Vec::new();
    for (name, peer, most) in [
        ("a PHP script with 4 workers", script, 2.5),
        ("Datasette", datasette, 0.0),
    ] {
        let what = format!("page of {ROWS} rows, {CLIENTS} clients");
        let (peer, ask) = match peer {
            Ok(peer) => peer,
            Err(error) => {
                lines.push(Line {
                    what,
                    against: format!("{name}: left out, {error:#}"),
                    ..Line::default()
                });
                continue;
            }
        };
        let round = |address: SocketAddr, ask: &Ask| {
            let asks = std::slice::from_ref(ask);
            closed(address, asks, CLIENTS, bench.round())
        };
        let (mut of_ours, mut of_theirs) = (Vec::new(), Vec::new());
        let [ours, theirs] = alternate(
            bench.times(5),
            [
                &mut || {
                    let load = round(component.address(), &page)?;
                    of_ours.push(load.cost);
                    Ok(load.per_second)
                },
                &mut || {
                    let before = peer.processor_time()?;
                    let load = round(peer.address, &ask)?;
                    of_theirs.push((peer.processor_time()? - before) / load.answers());
                    Ok(load.per_second)
                },
            ],
        )?;
        let of_ours = median(of_ours).context("no rounds")?;
        let of_theirs = median(of_theirs).context("no rounds")?;
        lines.push(Line {
            what,
            figure: format!("{} requests/s", grouped(ours)),
            against: format!("{} requests/s, {name}", grouped(theirs)),
            ratio: times(ours, theirs),
            bar: if most > 0.0 { "≥ 2.5 ×" } else { "" },
            reached: ours >= most * theirs,
        });
        lines.push(Line {
            what: "its processor time".to_owned(),
            figure: cost::shown(of_ours),
            against: format!("{}, {name}", cost::shown(of_theirs)),
            ratio: times(of_theirs, of_ours),
            ..Line::default()
        });
    }
    Ok(lines)
}

fn datasette_target(file: &Path) -> String {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    format!("/{name}.json?sql={QUERY}&_shape=array")
}
