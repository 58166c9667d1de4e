//! A native client at the same database: plain SELECTs of what a page's request has to
//! know, and what one question a request instead of two would save.

use super::{percent, shown, times};
use crate::check;
use crate::client::Client;
use crate::load::{alternate, ms, runtime};
use crate::report::Line;
use crate::site::{Bench, admin};
use crate::twin::connection::Connection;
use anyhow::{Result, ensure};
use dids_get::api::caller::Role;
use dids_get::db::ahead::together;
use dids_get::db::filter::Scope;
use dids_get::db::gate::gate;
use dids_get::db::page::PageQuery;
use dids_get::db::plan::Plan;
use dids_get::db::schema::Schema;
use dids_get::db::statement::Statement;
use dids_get::dids::row::needed_by;
use std::cell::RefCell;
use std::time::Instant;

const ROWS: u64 = 25;
/// Settings of the admin's that the databases have.
const SET: usize = 3;

/// Who calls and what is set, without which nobody may be answered: as anybody would
/// ask for it, and as much as the component reads of it for an admin.
const CALLER: &str = "SELECT id, usertype, owner_id, own_providers, acc_group_id, \
    api_restricted, api_permission_group_id FROM users WHERE username = 'admin'";
const SETTINGS: &str = "SELECT id, owner_id, name, value FROM conflines WHERE owner_id = 0 \
    AND name IN ('Allow_API', 'Allow_GET_API', 'API_Secret_Key', 'XML_API_Extension', \
    'API_Disable_hash_checking')";
/// The rows of a page as anybody would ask for them, with the columns that an admin is
/// shown.
const ROWS_ALONE: &str = "SELECT d.id, d.did, d.status, d.user_id, d.device_id, d.reseller_id, \
    d.closed_till, d.language, d.comment, d.reseller_comment, d.call_limit, d.tonezone, \
    d.ai_agent_compatible, d.routes_to_openai_project_id, d.updated_at, p.name AS provider, \
    o.username, o.first_name, o.last_name, r.username AS reseller_username, \
    r.first_name AS reseller_first_name, r.last_name AS reseller_last_name, \
    v.device_type, v.name AS device_name, v.extension, l.name AS dialplan, l.dptype \
    FROM dids d LEFT JOIN providers p ON p.id = d.provider_id \
    LEFT JOIN users o ON o.id = d.user_id LEFT JOIN users r ON r.id = d.reseller_id \
    LEFT JOIN devices v ON v.id = d.device_id LEFT JOIN dialplans l ON l.id = d.dialplan_id \
    ORDER BY d.did, d.id LIMIT 25";

/// The component's page against the plain SELECTs, and what of it is due to the two
/// statements: one client each.
pub fn plain_select(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let (component, twin) = (bench.component(data)?, bench.twin(data)?);
    let target = admin(&format!("max_results={ROWS}"));
    let page = check::same(component.address(), twin.address, &target, ROWS)?;
    let text = check::text(component.address(), &page)?;
    let mut connection = Connection::open(&data.place)?;
    for id in connection.ids("SELECT id FROM dids ORDER BY did, id LIMIT 25")? {
        ensure!(text.contains(&format!("<id>{id}</id>")), "other rows");
    }
    let [gate, asked] = statements(&mut connection)?;
    let connection = RefCell::new(connection);
    let select = |sql: &str, wanted: usize| {
        let rows = connection.borrow_mut().rows(sql)?;
        ensure!(rows == wanted, "{rows} rows instead of {wanted}: {sql}");
        Ok(())
    };
    let runtime = runtime()?;
    let mut client = runtime.block_on(Client::connect(component.address()))?;
    let [ours, two, rows, plain] = alternate(
        bench.times(400),
        [
            &mut || Ok(ms(runtime.block_on(client.ask(&page))?.whole)),
            &mut || {
                let start = Instant::now();
                for statement in [&gate, &asked] {
                    connection.borrow_mut().value(statement)?;
                }
                Ok(ms(start.elapsed()))
            },
            &mut || {
                let start = Instant::now();
                select(ROWS_ALONE, ROWS as usize)?;
                Ok(ms(start.elapsed()))
            },
            &mut || {
                let start = Instant::now();
                select(CALLER, 1)?;
                select(SETTINGS, SET)?;
                select(ROWS_ALONE, ROWS as usize)?;
                Ok(ms(start.elapsed()))
            },
        ],
    )?;
    let line = |what: String, figure: f64| Line {
        what,
        figure: shown(figure),
        against: format!("{}, plain SELECTs by a native client", shown(plain)),
        ratio: times(figure, plain),
        ..Line::default()
    };
    Ok(vec![
        Line {
            bar: "≤ 1.5 ×",
            reached: ours <= 1.5 * plain,
            ..line(format!("page of {ROWS} rows, 1 client"), ours)
        },
        line("its two statements, by that client".to_owned(), two),
        line("the SELECT of its rows alone".to_owned(), rows),
    ])
}

/// The gate's and the page's statement, as the component asks them.
fn statements(connection: &mut Connection) -> Result<[Statement; 2]> {
    let dialect = connection.dialect();
    let columns = connection.value(&Schema::question(dialect))?;
    let schema = Schema::read(dialect, columns.as_deref())?;
    let page = PageQuery {
        wanted: needed_by(Role::Admin),
        plan: &Plan::NONE,
        // One more tells whether more follow.
        limit: ROWS + 1,
        ..PageQuery::every(Scope::All, &[])
    };
    Ok([gate(&schema, "admin"), page.statement(&schema)])
}

/// The gate's and the page's question one after the other against both in one
/// statement, by a native client.
pub fn one_question(bench: &Bench) -> Result<Vec<Line>> {
    let data = bench.largest()?;
    let connection = RefCell::new(Connection::open(&data.place)?);
    let ask = |statement: &Statement| connection.borrow_mut().value(statement);
    let [gate, page] = statements(&mut connection.borrow_mut())?;
    let both = together(&gate, &page, connection.borrow().dialect());
    let length = |value: Option<Vec<u8>>| value.unwrap_or_default().len();
    ensure!(
        length(ask(&both)?) == length(ask(&gate)?) + 1 + length(ask(&page)?),
        "one statement answers otherwise"
    );
    let time = |statements: &[&Statement]| {
        let start = Instant::now();
        for statement in statements {
            ask(statement)?;
        }
        Ok(ms(start.elapsed()))
    };
    let [two, one] = alternate(
        bench.times(2000),
        [&mut || time(&[&gate, &page]), &mut || time(&[&both])],
    )?;
    Ok(vec![Line {
        what: "gate and page in one statement, by a native client".to_owned(),
        figure: shown(one),
        against: format!("{}, in two", shown(two)),
        ratio: percent(one, two),
        ..Line::default()
    }])
}
