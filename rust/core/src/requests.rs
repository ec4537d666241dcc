//! `RequestQueue` and `Claim`, over `cups-requests`.

use cups_requests::{Listener, Waiter};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::arguments::{unsigned, Moment, Words};
use crate::error::CoreError;

/// A lease on one request.
#[pyclass(module = "cups._core", frozen, get_all)]
pub(crate) struct Claim {
    id: Py<PyString>,
    fence: u64,
    until: i64,
}

impl Claim {
    fn new(py: Python<'_>, claim: &cups_requests::Claim) -> Self {
        Self { id: PyString::new(py, &claim.id).unbind(), fence: claim.fence, until: claim.until }
    }
}

#[pymethods]
impl Claim {
    fn __repr__(&self) -> String {
        format!("Claim(id={}, fence={}, until={})", self.id, self.fence, self.until)
    }
}

/// The rank of everyone who waits.
#[pyclass(module = "cups._core")]
pub(crate) struct RequestQueue(cups_requests::RequestQueue);

#[pymethods]
impl RequestQueue {
    #[new]
    fn new() -> Self {
        Self(cups_requests::RequestQueue::new())
    }

    /// Enters a waiting request; `ValueError` if the id is present.
    #[pyo3(signature = (id, *, pool, topic, asker, severity, first_at, fence=0))]
    #[allow(clippy::too_many_arguments)] // They are the columns of the table.
    fn add(
        &mut self,
        id: &str,
        pool: &str,
        topic: &str,
        asker: &str,
        severity: i64,
        first_at: i64,
        fence: i64,
    ) -> Result<(), CoreError> {
        let fence = unsigned("fence", fence)?;
        Ok(self.0.add(&Waiter { id, pool, topic, asker, severity, first_at, fence })?)
    }

    /// Takes a request out, whatever its state. False if it was not there.
    fn remove(&mut self, id: &str) -> bool {
        self.0.remove(id)
    }

    /// The waiting requests one listener may take, best rank first, at most `limit`.
    #[pyo3(signature = (*, pools, refused_topics, blocked, limit))]
    #[allow(clippy::needless_pass_by_value)] // Arguments are owned at this border.
    fn candidates<'py>(
        &self,
        py: Python<'py>,
        pools: Words<'py>,
        refused_topics: Words<'py>,
        blocked: Words<'py>,
        limit: i64,
    ) -> PyResult<Vec<Bound<'py, PyString>>> {
        let limit = unsigned("limit", limit)?;
        let listener = listener(&pools, &refused_topics, &blocked)?;
        Ok(self.0.candidates(&listener).take(limit).map(|rank| PyString::new(py, &rank.id)).collect())
    }

    /// Claims the first in rank that this owner may talk to, or None.
    #[pyo3(signature = (owner, *, pools, refused_topics, blocked, now, lease_ms))]
    // Named ones on the other side, and owned at this border.
    #[allow(clippy::too_many_arguments, clippy::needless_pass_by_value)]
    fn claim_next<'py>(
        &mut self,
        py: Python<'py>,
        owner: &str,
        pools: Words<'py>,
        refused_topics: Words<'py>,
        blocked: Words<'py>,
        now: Moment,
        lease_ms: i64,
    ) -> PyResult<Option<Claim>> {
        let lease_ms = lasting(lease_ms)?;
        let listener = listener(&pools, &refused_topics, &blocked)?;
        let claim = self.0.claim_next(owner, &listener, now.0, lease_ms);
        Ok(claim.map(|claim| Claim::new(py, &claim)))
    }

    /// Claims this very request; None if it is not waiting.
    #[pyo3(signature = (id, owner, *, now, lease_ms))]
    fn claim(
        &mut self,
        py: Python<'_>,
        id: &str,
        owner: &str,
        now: Moment,
        lease_ms: i64,
    ) -> Result<Option<Claim>, CoreError> {
        let claim = self.0.claim(id, owner, now.0, lasting(lease_ms)?);
        Ok(claim.map(|claim| Claim::new(py, &claim)))
    }

    /// Extends a lease; False for a stale fence.
    #[pyo3(signature = (id, fence, *, now, lease_ms))]
    fn renew(&mut self, id: &str, fence: i64, now: Moment, lease_ms: i64) -> Result<bool, CoreError> {
        Ok(self.0.renew(id, unsigned("fence", fence)?, now.0, lasting(lease_ms)?))
    }

    /// Gives a claimed request back at its old rank; False for a stale fence.
    fn release(&mut self, id: &str, fence: i64) -> Result<bool, CoreError> {
        Ok(self.0.release(id, unsigned("fence", fence)?))
    }

    /// Returns requests whose lease ended to the waiting; their ids, oldest lease first.
    fn expire<'py>(&mut self, py: Python<'py>, now: Moment) -> Vec<Bound<'py, PyString>> {
        self.0.expire(now.0).iter().map(|id| PyString::new(py, id)).collect()
    }

    /// 1 for the first in its pool. None when not waiting.
    fn place(&self, id: &str) -> Option<usize> {
        self.0.place(id)
    }

    /// How many wait, in one pool or in all.
    #[pyo3(signature = (pool=None))]
    fn waiting(&self, pool: Option<&str>) -> usize {
        self.0.waiting(pool)
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __contains__(&self, id: &str) -> bool {
        self.0.contains(id)
    }

    /// All waiting ids in rank order.
    fn ids<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyString>> {
        self.0.ids().map(|id| PyString::new(py, id)).collect()
    }

    /// The sizes.
    fn statistics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let statistics = self.0.statistics();
        let dict = PyDict::new(py);
        dict.set_item("waiting", statistics.waiting)?;
        dict.set_item("claimed", statistics.claimed)?;
        dict.set_item("pools", statistics.pools)?;
        dict.set_item("buckets", statistics.buckets)?;
        Ok(dict)
    }
}

fn listener<'a>(pools: &'a Words<'_>, refused_topics: &'a Words<'_>, blocked: &'a Words<'_>) -> PyResult<Listener<'a>> {
    Ok(Listener { pools: pools.collect()?, refused_topics: refused_topics.collect()?, blocked: blocked.collect()? })
}

fn lasting(lease_ms: i64) -> Result<u64, CoreError> {
    match u64::try_from(lease_ms) {
        Ok(lease_ms @ 1..) => Ok(lease_ms),
        _ => Err(CoreError::Range("lease_ms", "1 or more")),
    }
}
