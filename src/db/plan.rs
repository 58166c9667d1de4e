//! What is found out about a list before its first page: how its rows are best
//! looked for, where that is worth a question of its own. A plan changes how
//! long pages take, never what is in them.

use super::filter::Filter;
use super::index::Column;
use super::port::Database;
use super::recent::Recent;
use super::schema::Schema;
use super::statement::Statement;
use super::trigram::Trigram;
use crate::error::Failure;

/// How the rows of a list are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// A rare part of the number, to be found by index.
    trigram: Option<Trigram>,
    /// A moment since which few rows changed.
    recent: Option<Recent>,
}

/// The index by which few rows are found.
pub(super) enum LookUp<'a> {
    /// Of db/trigram.sql.
    Trigram(&'a Trigram),
    /// On `updated_at`.
    Recent(&'a Recent),
}

impl Plan {
    /// Nothing is found out.
    pub const NONE: Self = Self {
        trigram: None,
        recent: None,
    };

    /// The plan for a list with these filters. Most need nothing to be asked.
    ///
    /// # Errors
    /// The database's failure.
    pub fn choose(database: &mut dyn Database, filters: &[Filter]) -> Result<Self, Failure> {
        let mut plan = Self::best(filters);
        while plan != Self::NONE {
            let reply = database.ask(&mut |session| plan.question(&session.schema))?;
            if reply.value.as_deref() == Some(b"1") {
                break;
            }
            let look_up = plan.look_up(&reply.session.schema);
            let by_trigram = matches!(look_up, Some(LookUp::Trigram(_)));
            // Of the numbers with a frequent part few may have changed.
            plan = Self {
                trigram: None,
                recent: plan.recent.filter(|_| by_trigram),
            };
        }
        Ok(plan)
    }

    /// The plan that these filters allow, if a database says that it is worth it.
    pub fn best(filters: &[Filter]) -> Self {
        Self {
            trigram: Trigram::of(filters),
            recent: Recent::of(filters),
        }
    }

    /// Asks whether the plan is worth it, answered by 0 or 1, of a database that
    /// can follow it.
    pub fn question(&self, schema: &Schema) -> Option<Statement> {
        self.look_up(schema).map(|look_up| match look_up {
            LookUp::Trigram(trigram) => trigram.is_rare(),
            LookUp::Recent(recent) => recent.is_rare(schema),
        })
    }

    /// The index that a database has for it.
    pub(super) fn look_up(&self, schema: &Schema) -> Option<LookUp<'_>> {
        let trigram = self.trigram.as_ref().filter(|_| schema.trigram);
        let has_index = || schema.indexes.by(Column::Updated).is_some();
        let recent = || self.recent.as_ref().filter(|_| has_index());
        trigram
            .map(LookUp::Trigram)
            .or_else(|| recent().map(LookUp::Recent))
    }
}
