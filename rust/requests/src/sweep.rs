//! Comparing the index with the table, row by row, while both change.
//!
//! A pass begins, every row of the table is compared, and what no row was compared with is what the table does not have.
//! Whatever enters during a pass counts as compared: it is newer than what was read of the table.

use crate::id::Id;
use crate::queue::{RequestQueue, Waiter};

/// How a row of the table compares with the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The same, waiting or claimed.
    Same,
    /// The index does not know it.
    Missing,
    /// The index knows it with another pool, topic, asker, severity or time: its rank would be wrong.
    Different,
}

impl RequestQueue {
    /// Begins a pass; one before it that was not ended counts no more.
    pub fn begin_pass(&mut self) {
        self.pass = self.pass.wrapping_add(1);
    }

    /// Compares a waiting row of the table with the index.
    pub fn compare(&mut self, row: &Waiter<'_>) -> Found {
        let stands_at = self.stands_at(row.pool, row.topic);
        let pass = self.pass;
        let Some(request) = self.requests.get_mut(&row.id) else {
            return Found::Missing;
        };
        request.seen = pass;
        let same = stands_at == Some((request.place.pool, request.place.topic))
            && (request.asker, request.severity, request.first_at) == (row.asker, row.severity, row.first_at);
        if same {
            Found::Same
        } else {
            Found::Different
        }
    }

    /// What this pass has not met. O(n): it walks everything, once.
    #[must_use]
    pub fn unseen(&self) -> Vec<Id> {
        self.requests.iter().filter(|(_, request)| request.seen != self.pass).map(|(id, _)| *id).collect()
    }
}
