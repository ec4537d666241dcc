//! `Fanout`, over `cups-rooms`. A frame is the very `bytes` object that Python handed over: queueing, sharing
//! and draining copy nothing.

use cups_rooms::{Class, Limits, Parcel};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

use crate::arguments::unsigned;
use crate::error::CoreError;

/// Who is subscribed to what, and what waits to be written to each connection.
#[pyclass(module = "cups._core")]
pub(crate) struct Fanout(cups_rooms::Fanout<Py<PyBytes>>);

#[pymethods]
impl Fanout {
    #[new]
    #[pyo3(signature = (*, max_bytes=1_048_576, max_frames=4096))]
    fn new(max_bytes: i64, max_frames: i64) -> Result<Self, CoreError> {
        let limits =
            Limits { max_bytes: unsigned("max_bytes", max_bytes)?, max_frames: unsigned("max_frames", max_frames)? };
        Ok(Self(cups_rooms::Fanout::new(limits)?))
    }

    /// A new connection, in no group; `ValueError` if the number is taken.
    fn connect(&mut self, conn: i64) -> Result<(), CoreError> {
        Ok(self.0.connect(unsigned("conn", conn)?)?)
    }

    /// Forgets the connection; the groups it was in.
    fn disconnect(&mut self, conn: i64) -> Vec<String> {
        let left = known(conn).map_or_else(Vec::new, |conn| self.0.disconnect(conn));
        left.iter().map(ToString::to_string).collect()
    }

    /// False if it was in already. `KeyError` for an unknown connection.
    fn join(&mut self, py: Python<'_>, conn: i64, group: &str) -> PyResult<bool> {
        let Some(number) = known(conn) else {
            return Err(pyo3::exceptions::PyKeyError::new_err(conn.into_pyobject(py)?.unbind()));
        };
        Ok(self.0.join(number, group).map_err(CoreError::from)?)
    }

    /// False if it was not in.
    fn leave(&mut self, conn: i64, group: &str) -> bool {
        known(conn).is_some_and(|conn| self.0.leave(conn, group))
    }

    /// The connections in a group, ascending.
    fn members(&self, group: &str) -> Vec<u64> {
        self.0.members(group)
    }

    /// The groups of a connection, sorted.
    fn groups(&self, conn: i64) -> Vec<String> {
        let groups = known(conn).map_or_else(Vec::new, |conn| self.0.groups(conn));
        groups.iter().map(ToString::to_string).collect()
    }

    /// How many connections are in a group.
    fn count(&self, group: &str) -> usize {
        self.0.count(group)
    }

    /// Queues one frame for one connection; True if its writer must be woken.
    #[pyo3(signature = (conn, frame, cls, key=None))]
    fn send(&mut self, conn: i64, frame: Bound<'_, PyBytes>, cls: i64, key: Option<&str>) -> Result<bool, CoreError> {
        let parcel = parcel(frame, cls, key, None)?;
        Ok(known(conn).is_some_and(|conn| self.0.send(conn, parcel)))
    }

    /// Queues one shared frame for all members but `skip`; the connections whose writers must be woken.
    #[pyo3(
        signature = (group, frame, cls, key=None, tag=None, skip=-1),
        // Negative defaults are not rendered by themselves.
        text_signature = "($self, group, frame, cls, key=None, tag=None, skip=-1)"
    )]
    fn publish(
        &mut self,
        group: &str,
        frame: Bound<'_, PyBytes>,
        cls: i64,
        key: Option<&str>,
        tag: Option<&str>,
        skip: i64,
    ) -> Result<Vec<u64>, CoreError> {
        Ok(self.0.publish(group, parcel(frame, cls, key, tag)?, known(skip)))
    }

    /// Takes back what waits under this tag; how many outboxes held one.
    fn retract(&mut self, tag: &str) -> usize {
        self.0.retract(tag)
    }

    /// Takes back what waits for one connection under tags that begin so; how many.
    fn withdraw(&mut self, conn: i64, prefix: &str) -> usize {
        known(conn).map_or(0, |conn| self.0.withdraw(conn, prefix))
    }

    /// Takes the next frames to write, in order, at least one if any wait.
    #[pyo3(signature = (conn, max_bytes=65536))]
    fn drain<'py>(&mut self, py: Python<'py>, conn: i64, max_bytes: i64) -> PyResult<Bound<'py, PyList>> {
        let max_bytes = unsigned("max_bytes", max_bytes)?;
        let mut frames = Vec::new();
        if let Some(conn) = known(conn) {
            self.0.drain(conn, max_bytes, |frame| frames.push(frame.clone_ref(py)));
        }
        PyList::new(py, frames)
    }

    /// Connections that went over a cap since the last call.
    fn overflowed(&mut self) -> Vec<u64> {
        self.0.overflowed()
    }

    /// (frames, bytes) waiting.
    fn depth(&self, conn: i64) -> (usize, usize) {
        known(conn).map_or((0, 0), |conn| self.0.depth(conn))
    }

    /// The sizes, and what was left out since the start.
    fn statistics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let statistics = self.0.statistics();
        let dict = PyDict::new(py);
        dict.set_item("connections", statistics.connections)?;
        dict.set_item("groups", statistics.groups)?;
        dict.set_item("memberships", statistics.memberships)?;
        dict.set_item("frames_queued", statistics.frames_queued)?;
        dict.set_item("bytes_queued", statistics.bytes_queued)?;
        dict.set_item("shed", statistics.shed)?;
        dict.set_item("conflated", statistics.conflated)?;
        dict.set_item("retracted", statistics.retracted)?;
        Ok(dict)
    }
}

fn parcel<'a>(
    frame: Bound<'_, PyBytes>,
    cls: i64,
    key: Option<&'a str>,
    tag: Option<&'a str>,
) -> Result<Parcel<'a, Py<PyBytes>>, CoreError> {
    let size = frame.as_bytes().len();
    Ok(Parcel { payload: frame.unbind(), size, class: Class::try_from(cls)?, key, tag })
}

/// A negative number is no connection.
fn known(conn: i64) -> Option<u64> {
    u64::try_from(conn).ok()
}
