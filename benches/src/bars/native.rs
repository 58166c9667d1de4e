//! A native client at the same server: plain SELECTs of what a page's request has to know.

use super::shown;
use crate::check;
use crate::client::Client;
use crate::data::Place;
use crate::load::{alternate, ms, runtime};
use crate::report::{Bar, Line};
use crate::site::{Bench, admin};
use crate::twin::connection::connect;
use anyhow::{Result, bail, ensure};
use mysql::prelude::Queryable;
use std::time::Instant;

const ROWS: u64 = 25;

/// What is asked, and how many rows the databases have of it: who calls and what is set,
/// without which nobody may be answered, as anybody would ask for it; and the rows with the
/// columns that an admin is shown.
const PLAIN: [(&str, u64); 3] = [
    (
        "SELECT id, usertype, owner_id, own_providers, acc_group_id, api_restricted, \
        api_permission_group_id FROM users WHERE username = 'admin'",
        1,
    ),
    (
        "SELECT id, owner_id, name, value FROM conflines WHERE owner_id = 0 AND name IN \
        ('Allow_API', 'Allow_GET_API', 'API_Secret_Key', 'XML_API_Extension', \
        'API_Disable_hash_checking')",
        3,
    ),
    (
        "SELECT d.id, d.did, d.status, d.user_id, d.device_id, d.reseller_id, \
        d.closed_till, d.language, d.comment, d.reseller_comment, d.call_limit, d.tonezone, \
        d.ai_agent_compatible, d.routes_to_openai_project_id, d.updated_at, p.name AS provider, \
        o.username, o.first_name, o.last_name, r.username AS reseller_username, \
        r.first_name AS reseller_first_name, r.last_name AS reseller_last_name, \
        v.device_type, v.name AS device_name, v.extension, l.name AS dialplan, l.dptype \
        FROM dids d LEFT JOIN providers p ON p.id = d.provider_id \
        LEFT JOIN users o ON o.id = d.user_id LEFT JOIN users r ON r.id = d.reseller_id \
        LEFT JOIN devices v ON v.id = d.device_id LEFT JOIN dialplans l ON l.id = d.dialplan_id \
        ORDER BY d.did, d.id LIMIT 25",
        ROWS,
    ),
];

/// The component's page against the plain SELECTs, one client each.
pub fn plain_selects(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let Place::Server { native, .. } = &data.place else {
        bail!("it is a server that a native client asks");
    };
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    let target = admin(&format!("max_results={ROWS}"));
    let page = check::same(component.address(), twin.address, &target, ROWS)?;
    let text = check::text(component.address(), &page)?;
    let mut connection = connect(native)?;
    let [.., (rows, _)] = PLAIN;
    for row in connection.query::<mysql::Row, _>(rows)? {
        let id: Option<i64> = row.get(0);
        let id = format!("<id>{}</id>", id.unwrap_or_default());
        ensure!(text.contains(&id), "other rows");
    }
    let runtime = runtime()?;
    let mut client = runtime.block_on(Client::connect(component.address()))?;
    let [ours, plain] = alternate(
        bench.times(400),
        [
            &mut || Ok(ms(runtime.block_on(client.ask(&page))?.whole)),
            &mut || {
                let start = Instant::now();
                for (sql, wanted) in PLAIN {
                    // As text, which is what most clients send.
                    let rows = connection.query::<mysql::Row, _>(sql)?.len() as u64;
                    ensure!(rows == wanted, "{rows} rows instead of {wanted}: {sql}");
                }
                Ok(ms(start.elapsed()))
            },
        ],
    )?;
    Ok(vec![Line {
        what: format!("page of {ROWS} rows, 1 client"),
        figure: shown(ours),
        against: format!("{}, plain SELECTs by a native client", shown(plain)),
        ratio: ours / plain,
        bar: Bar::AtMost(1.5),
    }])
}
