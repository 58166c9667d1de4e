//! Tables that are as bad as tables can be.

use dids_tests::model::Tables;

use crate::town::town;

/// Markup that does something wherever it is not taken as text.
pub const MARKUP: &str = "</td></pre></style><script>window.run=1</script>\
    <img src=x onerror=\"window.run=1\"><svg onload=window.run=1>&lt;'\"";

/// A town where every text is the same.
pub fn filled_with(text: &str) -> Tables {
    let mut tables = town();
    let filling = crate::town::text(text);
    for did in &mut tables.dids {
        did.did = filling.clone();
        did.status = filling.clone();
        did.language = filling.clone();
        did.comment = filling.clone();
        did.reseller_comment = filling.clone();
        did.tonezone = filling.clone();
        did.routes_to_openai_project_id = filling.clone();
    }
    for user in &mut tables.users {
        user.first_name = filling.clone();
    }
    for device in &mut tables.devices {
        device.name = filling.clone();
        device.device_type = filling.clone();
    }
    for provider in &mut tables.providers {
        provider.name = filling.clone();
    }
    for dialplan in &mut tables.dialplans {
        dialplan.name = filling.clone();
        dialplan.dptype = filling.clone();
    }
    tables
}
