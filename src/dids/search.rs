//! From the parameters of a request to the search that its caller may make.
//!
//! [`Asked`] is made once a request, before anybody knows who calls: every filter,
//! paging and the cursor as values, or the error of the first that is not understood. A
//! [`Search`] is made of it for a caller and holds what is honoured for the role: a
//! filter that the role may not use is dropped here and nowhere else.

use super::cursor::Cursor;
use super::names;
use super::parameters::{Kind, PARAMETERS, Paging, Parameter, UPDATED_SINCE, check_limits};
use crate::api::caller::Caller;
use crate::api::parameters::Parameters;
use crate::db::column::Columns;
use crate::db::filter::Filter;
use crate::error::ApiError;

/// What a request asks for, whoever sent it.
pub struct Asked {
    parameters: Parameters,
    filters: Vec<(&'static Parameter, Filter)>,
    paging: Paging,
}

/// What a caller asked for and may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The filters, all of which hold together.
    pub filters: Vec<Filter>,
    /// 0-based index of the first row.
    pub offset: u64,
    /// The place of the row before the first one, instead (D32).
    pub cursor: Option<Cursor>,
    /// The most rows to return; `None` for every one.
    pub limit: Option<u64>,
    /// Names of the parameters that became filters, for the log.
    pub used: Vec<&'static str>,
    /// Names of those that were sent and may not be used by the caller.
    pub ignored: Vec<&'static str>,
}

impl Asked {
    /// Understands every parameter.
    ///
    /// # Errors
    /// The first of D3, D23, D36, and D25's names and values, D32, D34 and D35 with
    /// them.
    pub fn parse(mut parameters: Parameters) -> Result<Self, ApiError> {
        check_limits(&mut parameters)?;
        if let Some(error) = parameters.malformed() {
            return Err(error.clone());
        }
        names::check(&parameters)?;
        let (mut filters, mut paging) = (Vec::new(), Paging::default());
        for parameter in &PARAMETERS {
            let Some(value) = parameters.trimmed(parameter.name) else {
                continue;
            };
            let parsed = match parameter.kind {
                Kind::Identity | Kind::View => Ok(None),
                Kind::Filter(parse) => parse(value),
                Kind::Paging(parse) => parse(value, &mut paging).map(|()| None),
            };
            let filter = parsed.map_err(|wrong| wrong(parameter.name))?;
            filters.extend(filter.map(|filter| (parameter, filter)));
        }
        Ok(Self {
            parameters,
            filters,
            paging,
        })
    }

    /// The parameters as they came, for the gate and the HTML view.
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// What this caller may ask for of it, on a server with these columns.
    ///
    /// # Errors
    /// A filter is not understood, which only the role or the columns tell: one that is
    /// ignored for the role has another in its value, which is meant for every role
    /// (D25), or the server lacks its column (D34).
    pub fn honoured_by(&self, caller: &Caller, columns: Columns) -> Result<Search, ApiError> {
        let Paging {
            offset,
            limit,
            ref cursor,
            ..
        } = self.paging;
        let mut search = Search {
            filters: Vec::with_capacity(self.filters.len()),
            offset,
            cursor: cursor.clone(),
            limit,
            used: Vec::new(),
            ignored: Vec::new(),
        };
        for (parameter, filter) in &self.filters {
            if (parameter.honoured)(caller) {
                search.used.push(parameter.name);
                search.filters.push(filter.clone());
            } else {
                search.ignored.push(parameter.name);
            }
        }
        let value = |name| self.parameters.bytes(name).unwrap_or_default();
        let mut ignored = search.ignored.iter().copied();
        if let Some(name) = ignored.find(|name| names::holds_filter(value(name))) {
            return Err(ApiError::UnknownParameter(name.into()));
        }
        match search.needs(columns) {
            Some(error) => Err(error),
            None => Ok(search),
        }
    }
}

impl Search {
    /// The error where a filter is about a column that the server lacks (D34).
    pub fn needs(&self, columns: Columns) -> Option<ApiError> {
        let lacks = !columns.has_named("d.updated_at");
        (lacks && self.used.contains(&UPDATED_SINCE))
            .then_some(ApiError::NeedsColumn(UPDATED_SINCE, "dids.updated_at"))
    }

    /// Whether no DID can match, wherever the page begins.
    pub fn matches_nothing(&self) -> bool {
        self.filters.contains(&Filter::Nothing)
    }

    /// Whether no DID can be in the page, so that the database need not be asked.
    pub fn is_empty(&self) -> bool {
        self.matches_nothing() || self.offset > i64::MAX as u64
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
