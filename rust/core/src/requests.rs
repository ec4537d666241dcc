//! `RequestQueue`, `Listener` and `Claim`, over `cups-requests`.

use cups_requests::{Found, Id, Waiter};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::arguments::{unsigned, Moment, Words};
use crate::error::CoreError;

/// An id in its letters.
#[derive(Clone, Copy)]
struct IdIn(Id);

impl FromPyObject<'_, '_> for IdIn {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        let text = object.cast::<PyString>()?;
        Id::parse(text.to_str()?).map(Self).ok_or_else(|| CoreError::Range("an id", "26 letters of base32").into())
    }
}

/// An id that may be none at all: whatever is no id is in no queue.
#[derive(Clone, Copy)]
struct MaybeId(Option<Id>);

impl FromPyObject<'_, '_> for MaybeId {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, '_, PyAny>) -> PyResult<Self> {
        Ok(Self(Id::parse(object.cast::<PyString>()?.to_str()?)))
    }
}

fn text(py: Python<'_>, id: Id) -> Bound<'_, PyString> {
    let letters = id.letters();
    PyString::new(py, std::str::from_utf8(&letters).unwrap_or_default())
}

fn ids(words: &Words<'_>) -> PyResult<Vec<Id>> {
    let texts: Vec<&str> = words.collect()?;
    texts
        .into_iter()
        .map(|text| Id::parse(text).ok_or_else(|| CoreError::Range("an id", "26 letters of base32").into()))
        .collect()
}

/// A lease on one request.
#[pyclass(module = "cups._core", frozen)]
pub(crate) struct Claim(cups_requests::Claim);

#[pymethods]
impl Claim {
    #[getter]
    fn id<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        text(py, self.0.id)
    }

    #[getter]
    fn fence(&self) -> u32 {
        self.0.fence
    }

    #[getter]
    fn until(&self) -> i64 {
        self.0.until
    }

    fn __repr__(&self) -> String {
        format!("Claim(id={}, fence={}, until={})", self.0.id, self.0.fence, self.0.until)
    }
}

/// Somebody who wants to listen, as one queue knows them.
#[pyclass(module = "cups._core", frozen)]
pub(crate) struct Listener(cups_requests::Listener);

#[pymethods]
impl Listener {
    /// The same person, who may not talk to these askers either.
    #[allow(clippy::needless_pass_by_value)] // Arguments are owned at this border.
    fn without(&self, askers: Words<'_>) -> PyResult<Self> {
        Ok(Self(self.0.without(ids(&askers)?)))
    }
}

/// The rank of everyone who waits.
#[pyclass(module = "cups._core")]
pub(crate) struct RequestQueue(cups_requests::RequestQueue);

type Entry<'py> = (
    Bound<'py, PyString>,
    Bound<'py, PyString>,
    Bound<'py, PyString>,
    Bound<'py, PyString>,
    i16,
    i64,
    u32,
    Bound<'py, PyBytes>,
);

fn entry<'py>(py: Python<'py>, waiter: &Waiter<'_>) -> Entry<'py> {
    (
        text(py, waiter.id),
        PyString::new(py, waiter.pool),
        PyString::new(py, waiter.topic),
        text(py, waiter.asker),
        waiter.severity,
        waiter.first_at,
        waiter.fence,
        PyBytes::new(py, waiter.shown),
    )
}

#[pymethods]
impl RequestQueue {
    #[new]
    #[pyo3(signature = (*, head_start_ms))]
    fn new(head_start_ms: i64) -> Result<Self, CoreError> {
        if head_start_ms < 0 {
            return Err(CoreError::Range("head_start_ms", "0 or more"));
        }
        Ok(Self(cups_requests::RequestQueue::new(head_start_ms)))
    }

    /// Enters a waiting request; `ValueError` if the id is present.
    #[pyo3(signature = (id, *, pool, topic, asker, severity, first_at, fence=0, shown=None))]
    #[allow(clippy::too_many_arguments)] // They are the columns of the table.
    fn add(
        &mut self,
        id: IdIn,
        pool: &str,
        topic: &str,
        asker: IdIn,
        severity: i16,
        first_at: i64,
        fence: i64,
        shown: Option<&[u8]>,
    ) -> Result<(), CoreError> {
        let (fence, shown) = (unsigned("fence", fence)?, shown.unwrap_or_default());
        let waiter = Waiter { id: id.0, pool, topic, asker: asker.0, severity, first_at, fence, shown };
        Ok(self.0.add(&waiter)?)
    }

    /// Takes a request out, whatever its state. False if it was not there.
    fn remove(&mut self, id: MaybeId) -> bool {
        id.0.is_some_and(|id| self.0.remove(id))
    }

    /// What this queue has to know of somebody who wants to listen.
    #[pyo3(signature = (*, pools, refused_topics, blocked))]
    #[allow(clippy::needless_pass_by_value)] // Arguments are owned at this border.
    fn listener(&mut self, pools: Words<'_>, refused_topics: Words<'_>, blocked: Words<'_>) -> PyResult<Listener> {
        let (pools, refused): (Vec<&str>, Vec<&str>) = (pools.collect()?, refused_topics.collect()?);
        Ok(Listener(self.0.listener(pools, refused, ids(&blocked)?).map_err(CoreError::from)?))
    }

    /// The waiting requests one listener may take, best rank first, at most `limit`.
    fn candidates<'py>(&self, py: Python<'py>, listener: &Listener, limit: i64) -> PyResult<Vec<Bound<'py, PyString>>> {
        let limit = unsigned("limit", limit)?;
        Ok(self.0.candidates(&listener.0).take(limit).map(|rank| text(py, rank.id)).collect())
    }

    /// The same, with all that is known of each.
    fn listing<'py>(&self, py: Python<'py>, listener: &Listener, limit: i64) -> PyResult<Vec<Entry<'py>>> {
        let limit = unsigned("limit", limit)?;
        let found = self.0.candidates(&listener.0).take(limit).filter_map(|rank| self.0.get(rank.id));
        Ok(found.map(|waiter| entry(py, &waiter)).collect())
    }

    /// Claims the first in rank that this owner may talk to, or None.
    #[pyo3(signature = (owner, listener, *, now, lease_ms))]
    fn claim_next(
        &mut self,
        owner: IdIn,
        listener: &Listener,
        now: Moment,
        lease_ms: i64,
    ) -> Result<Option<Claim>, CoreError> {
        Ok(self.0.claim_next(owner.0, &listener.0, now.0, lasting(lease_ms)?).map(Claim))
    }

    /// Claims this very request; None if it is not waiting.
    #[pyo3(signature = (id, owner, *, now, lease_ms))]
    fn claim(&mut self, id: MaybeId, owner: IdIn, now: Moment, lease_ms: i64) -> Result<Option<Claim>, CoreError> {
        let lease_ms = lasting(lease_ms)?;
        Ok(id.0.and_then(|id| self.0.claim(id, owner.0, now.0, lease_ms)).map(Claim))
    }

    /// Extends a lease; False for a stale fence.
    #[pyo3(signature = (id, fence, *, now, lease_ms))]
    fn renew(&mut self, id: MaybeId, fence: i64, now: Moment, lease_ms: i64) -> Result<bool, CoreError> {
        let (fence, lease_ms) = (unsigned("fence", fence)?, lasting(lease_ms)?);
        Ok(id.0.is_some_and(|id| self.0.renew(id, fence, now.0, lease_ms)))
    }

    /// Gives a claimed request back at its old rank; False for a stale fence.
    fn release(&mut self, id: MaybeId, fence: i64) -> Result<bool, CoreError> {
        let fence = unsigned("fence", fence)?;
        Ok(id.0.is_some_and(|id| self.0.release(id, fence)))
    }

    /// Returns requests whose lease ended to the waiting; their ids, oldest lease first.
    fn expire<'py>(&mut self, py: Python<'py>, now: Moment) -> Vec<Bound<'py, PyString>> {
        self.0.expire(now.0).into_iter().map(|id| text(py, id)).collect()
    }

    /// 1 for the first in its pool. None when not waiting.
    fn place(&self, id: MaybeId) -> Option<usize> {
        self.0.place(id.0?)
    }

    /// All that is known of one request. None when it is not here.
    fn get<'py>(&self, py: Python<'py>, id: MaybeId) -> Option<Entry<'py>> {
        Some(entry(py, &self.0.get(id.0?)?))
    }

    /// The request of this person, or None.
    fn of<'py>(&self, py: Python<'py>, asker: MaybeId) -> Option<Bound<'py, PyString>> {
        Some(text(py, self.0.of(asker.0?)?))
    }

    /// Everyone whose request is here.
    fn askers<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyString>> {
        self.0.askers().map(|id| text(py, id)).collect()
    }

    /// How many wait, in one pool or in all.
    #[pyo3(signature = (pool=None))]
    fn waiting(&self, pool: Option<&str>) -> usize {
        self.0.waiting(pool)
    }

    /// How many this listener may take.
    fn waiting_for(&self, listener: &Listener) -> usize {
        self.0.waiting_for(&listener.0)
    }

    /// Grows whenever something changes that this listener could see.
    fn version(&self, listener: &Listener) -> u64 {
        self.0.version(&listener.0)
    }

    /// Whether this listener may take this request.
    fn suits(&self, listener: &Listener, id: MaybeId) -> bool {
        id.0.is_some_and(|id| self.0.suits(&listener.0, id))
    }

    /// The pools in which somebody waits: the name, how many, and since when the first in rank has waited.
    fn occupied(&self) -> Vec<(String, usize, i64)> {
        self.0.occupied().map(|(pool, count, first_at)| (pool.to_owned(), count, first_at)).collect()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __contains__(&self, id: MaybeId) -> bool {
        id.0.is_some_and(|id| self.0.contains(id))
    }

    /// All waiting ids in rank order.
    fn ids<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyString>> {
        self.0.ids().map(|id| text(py, id)).collect()
    }

    /// The sizes.
    fn statistics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let statistics = self.0.statistics();
        let dict = PyDict::new(py);
        dict.set_item("waiting", statistics.waiting)?;
        dict.set_item("claimed", statistics.claimed)?;
        dict.set_item("pools", statistics.pools)?;
        dict.set_item("buckets", statistics.buckets)?;
        dict.set_item("bytes", statistics.bytes)?;
        Ok(dict)
    }

    /// Begins a comparison with the table.
    fn begin_pass(&mut self) {
        self.0.begin_pass();
    }

    /// Compares a waiting row of the table with the index: "same", "missing" or "different".
    #[pyo3(signature = (id, *, pool, topic, asker, severity, first_at))]
    fn compare(
        &mut self,
        id: IdIn,
        pool: &str,
        topic: &str,
        asker: IdIn,
        severity: i16,
        first_at: i64,
    ) -> &'static str {
        let (fence, shown) = (0, &[][..]);
        match self.0.compare(&Waiter { id: id.0, pool, topic, asker: asker.0, severity, first_at, fence, shown }) {
            Found::Same => "same",
            Found::Missing => "missing",
            Found::Different => "different",
        }
    }

    /// What the comparison has not met.
    fn unseen<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyString>> {
        self.0.unseen().into_iter().map(|id| text(py, id)).collect()
    }
}

fn lasting(lease_ms: i64) -> Result<u64, CoreError> {
    match u64::try_from(lease_ms) {
        Ok(lease_ms @ 1..) => Ok(lease_ms),
        _ => Err(CoreError::Range("lease_ms", "1 or more")),
    }
}
