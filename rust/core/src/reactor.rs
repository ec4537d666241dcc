//! `Reactor`, over `cups-reactor`.

use std::os::fd::{IntoRawFd, RawFd};

use cups_reactor::{sys, Class, Event, Limits, Network, Post, Settings};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::arguments::{unsigned, Words};
use crate::error::CoreError;
use crate::messages::Lane;

/// So many connections are written without letting other threads run meanwhile: less than it takes to let them.
const ALONE: usize = 8;

/// The kind of the event that holds what was said.
const SAID: u8 = 7;

/// WebSocket connections on one epoll descriptor.
#[pyclass(module = "cups._core")]
pub(crate) struct Reactor {
    reactor: cups_reactor::Reactor,
    lane: Option<Py<Lane>>,
}

impl Reactor {
    pub fn core(&mut self) -> &mut cups_reactor::Reactor {
        &mut self.reactor
    }
}

#[pymethods]
impl Reactor {
    #[new]
    #[pyo3(
        signature = (
            *, max_head_bytes=16_384, max_frame_bytes=65_536, max_fragments=64, max_connections=20_000,
            max_connections_per_address=512, exempt_addresses=None, control_frames_burst=60, control_frames_per_s=10,
            head_timeout_s=5.0, frame_timeout_s=20.0, heartbeat_s=25.0, pong_timeout_s=20.0, send_timeout_s=10.0,
            close_timeout_s=3.0, outbox_bytes=1_048_576, outbox_frames=4096, lazy_ms=8.0, lazy_us_each=0.0, lazy_most_ms=100.0, coalesce_ms=5.0,
            flush_connections=256, ring=true, busy_answer=None, head_answer=None
        ),
        // An empty tuple and empty bytes are not rendered by themselves.
        text_signature = "(*, max_head_bytes=16384, max_frame_bytes=65536, max_fragments=64, max_connections=20000, \
            max_connections_per_address=512, exempt_addresses=(), control_frames_burst=60, control_frames_per_s=10, \
            head_timeout_s=5.0, frame_timeout_s=20.0, heartbeat_s=25.0, pong_timeout_s=20.0, send_timeout_s=10.0, \
            close_timeout_s=3.0, outbox_bytes=1048576, outbox_frames=4096, lazy_ms=8.0, lazy_us_each=0.0, lazy_most_ms=100.0, coalesce_ms=5.0, \
            flush_connections=256, ring=True, busy_answer=b'', head_answer=b'')"
    )]
    #[allow(clippy::too_many_arguments, clippy::needless_pass_by_value)] // They are the settings, by name.
    fn new(
        max_head_bytes: i64,
        max_frame_bytes: i64,
        max_fragments: i64,
        max_connections: i64,
        max_connections_per_address: i64,
        exempt_addresses: Option<Words<'_>>,
        control_frames_burst: i64,
        control_frames_per_s: i64,
        head_timeout_s: f64,
        frame_timeout_s: f64,
        heartbeat_s: f64,
        pong_timeout_s: f64,
        send_timeout_s: f64,
        close_timeout_s: f64,
        outbox_bytes: i64,
        outbox_frames: i64,
        lazy_ms: f64,
        lazy_us_each: f64,
        lazy_most_ms: f64,
        coalesce_ms: f64,
        flush_connections: i64,
        ring: bool,
        busy_answer: Option<&[u8]>,
        head_answer: Option<&[u8]>,
    ) -> PyResult<Self> {
        let exempt: Vec<&str> = exempt_addresses.as_ref().map_or_else(|| Ok(Vec::new()), Words::collect)?;
        let exempt: Result<Vec<Network>, _> = exempt.into_iter().map(str::parse).collect();
        let exempt_addresses = exempt.map_err(|_| CoreError::Range("exempt_addresses", "IP addresses or networks"))?;
        let settings = Settings {
            max_head_bytes: unsigned("max_head_bytes", max_head_bytes)?,
            max_frame_bytes: unsigned("max_frame_bytes", max_frame_bytes)?,
            max_fragments: unsigned("max_fragments", max_fragments)?,
            max_connections: unsigned("max_connections", max_connections)?,
            max_connections_per_address: unsigned("max_connections_per_address", max_connections_per_address)?,
            exempt_addresses,
            control_frames_burst: unsigned("control_frames_burst", control_frames_burst)?,
            control_frames_per_s: unsigned("control_frames_per_s", control_frames_per_s)?,
            head_timeout: head_timeout_s,
            frame_timeout: frame_timeout_s,
            heartbeat: heartbeat_s,
            pong_timeout: pong_timeout_s,
            send_timeout: send_timeout_s,
            close_timeout: close_timeout_s,
            outbox: Limits {
                max_bytes: unsigned("outbox_bytes", outbox_bytes)?,
                max_frames: unsigned("outbox_frames", outbox_frames)?,
            },
            lazy: lazy_ms / 1000.0,
            lazy_each: lazy_us_each / 1e6,
            lazy_most: lazy_most_ms / 1000.0,
            coalesce: coalesce_ms / 1000.0,
            flush_connections: unsigned("flush_connections", flush_connections)?,
            ring,
            busy_answer: busy_answer.unwrap_or_default().to_vec(),
            head_answer: head_answer.unwrap_or_default().to_vec(),
        };
        Ok(Self { reactor: cups_reactor::Reactor::new(settings).map_err(CoreError::from)?, lane: None })
    }

    /// The epoll descriptor.
    fn fileno(&self) -> RawFd {
        self.reactor.fileno()
    }

    /// Accepts from a copy of this listening socket.
    fn listen(&mut self, fd: RawFd) -> Result<(), CoreError> {
        Ok(self.reactor.listen(sys::duplicate(fd)?)?)
    }

    /// Accepts nothing any more.
    fn stop_listening(&mut self) {
        self.reactor.stop_listening();
    }

    /// Reads, parses, accepts, looks at the timers; what has happened, as (kind, conn, data).
    fn tick<'py>(&mut self, py: Python<'py>, now: f64) -> PyResult<Bound<'py, PyList>> {
        let events = PyList::empty(py);
        let mut failed = None;
        let lane = self.lane.as_ref().map(Py::get);
        if let Some(lane) = lane {
            lane.begin();
        }
        self.reactor.tick(now, &mut |conn, event: Event<'_>| {
            match (lane, &event) {
                (Some(lane), Event::Text(data)) if lane.take(conn, data) => return,
                (Some(lane), _) => lane.passes(conn),
                (None, _) => {}
            }
            let told = record(py, conn, event).and_then(|record| events.append(record));
            failed = failed.take().or(told.err());
        });
        if let Some(batch) = lane.and_then(Lane::taken) {
            // What was said came before whatever went the long way after it.
            events.insert(0, (SAID, 0, batch))?;
        }
        failed.map_or(Ok(events), Err)
    }

    /// Hands what people say to this from now on.
    fn use_lane(&mut self, lane: Py<Lane>) {
        self.lane = Some(lane);
    }

    /// Something waits for the next tick that the descriptor does not show.
    #[getter]
    fn pending(&self) -> bool {
        self.reactor.pending()
    }

    /// Writes; seconds after which to call again.
    fn flush(&mut self, py: Python<'_>, now: f64) -> Option<f64> {
        if self.reactor.dirty() > ALONE {
            py.detach(|| self.reactor.flush(now))
        } else {
            self.reactor.flush(now)
        }
    }

    /// Takes over an upgraded socket; its number.
    fn adopt(&mut self, fd: RawFd, format: i64, data: &[u8], now: f64) -> Result<u64, CoreError> {
        Ok(self.reactor.adopt(sys::take(fd)?, format, data, now)?)
    }

    /// Answers an offered head; from now on it is a WebSocket.
    fn upgrade(&mut self, conn: i64, answer: &[u8], format: i64) -> Result<(), CoreError> {
        Ok(self.reactor.upgrade(number(conn), answer, format)?)
    }

    /// Gives an offered socket away.
    fn release(&mut self, conn: i64) -> Result<RawFd, CoreError> {
        Ok(self.reactor.release(number(conn))?.into_raw_fd())
    }

    /// The peer's address.
    fn peer(&self, conn: i64) -> Result<String, CoreError> {
        Ok(self.reactor.peer(number(conn))?)
    }

    /// Queues bytes as they are.
    fn write(&mut self, conn: i64, data: &[u8]) -> bool {
        self.reactor.write(number(conn), data)
    }

    /// Queues one message for one connection.
    #[pyo3(signature = (conn, payload, cls, key=None, tag=None))]
    fn send(
        &mut self,
        conn: i64,
        payload: &[u8],
        cls: i64,
        key: Option<&str>,
        tag: Option<&str>,
    ) -> Result<bool, CoreError> {
        Ok(self.reactor.send_tagged(number(conn), payload, Class::try_from(cls)?, key, tag))
    }

    /// No more messages until `resume`.
    fn pause(&mut self, conn: i64) {
        self.reactor.pause(number(conn));
    }

    /// Undoes a pause, and goes on behind a diverted message.
    fn resume(&mut self, conn: i64) {
        self.reactor.resume(number(conn));
    }

    /// Writes a close frame behind what waits, or instead of it.
    #[pyo3(signature = (conn, code, reason, discard=false))]
    fn close(&mut self, conn: i64, code: i64, reason: &str, discard: bool) -> Result<(), CoreError> {
        self.reactor.close(number(conn), unsigned("code", code)?, reason, discard);
        Ok(())
    }

    /// Closes the socket at once.
    fn abort(&mut self, conn: i64) {
        self.reactor.abort(number(conn));
    }

    /// False if it was in already.
    fn join(&mut self, py: Python<'_>, conn: i64, group: &str) -> PyResult<bool> {
        if conn < 0 {
            return Err(pyo3::exceptions::PyKeyError::new_err(conn.into_pyobject(py)?.unbind()));
        }
        Ok(self.reactor.join(number(conn), group).map_err(CoreError::from)?)
    }

    /// False if it was not in.
    fn leave(&mut self, conn: i64, group: &str) -> bool {
        self.reactor.leave(number(conn), group)
    }

    /// The connections in a group, ascending.
    fn members(&self, group: &str) -> Vec<u64> {
        self.reactor.members(group)
    }

    /// The groups of a connection, sorted.
    fn groups<'py>(&self, py: Python<'py>, conn: i64) -> Vec<Bound<'py, PyString>> {
        self.reactor.groups(number(conn)).iter().map(|name| PyString::new(py, name)).collect()
    }

    /// How many connections are in a group.
    fn count(&self, group: &str) -> usize {
        self.reactor.count(group)
    }

    /// Queues one shared message for a group; for how many.
    #[pyo3(
        signature = (group, text, packed, cls, key=None, tag=None, skip=None),
        // An empty tuple is not rendered by itself.
        text_signature = "($self, group, text, packed, cls, key=None, tag=None, skip=())"
    )]
    #[allow(clippy::too_many_arguments)] // They are those of the interface.
    fn publish(
        &mut self,
        group: &str,
        text: Option<&[u8]>,
        packed: Option<&[u8]>,
        cls: i64,
        key: Option<&str>,
        tag: Option<&str>,
        skip: Option<Vec<u64>>,
    ) -> Result<usize, CoreError> {
        let skip = skip.unwrap_or_default();
        let post = Post { text, packed, class: Class::try_from(cls)?, key, tag, skip: &skip };
        Ok(self.reactor.publish(group, &post))
    }

    /// Takes back what waits under a tag; how many outboxes held one.
    fn retract(&mut self, tag: &str) -> usize {
        self.reactor.retract(tag)
    }

    /// Takes back what waits for one connection under tags that begin so; how many.
    fn withdraw(&mut self, conn: i64, prefix: &str) -> usize {
        self.reactor.withdraw(number(conn), prefix)
    }

    /// (frames, bytes) waiting.
    fn depth(&self, conn: i64) -> (usize, usize) {
        self.reactor.depth(number(conn))
    }

    /// Counters and sizes.
    fn statistics<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let statistics = self.reactor.statistics();
        let dict = PyDict::new(py);
        for (name, value) in statistics.named() {
            dict.set_item(name, value)?;
        }
        Ok(dict)
    }
}

fn record<'py>(py: Python<'py>, conn: u64, event: Event<'_>) -> PyResult<Bound<'py, PyTuple>> {
    let (kind, data) = match event {
        Event::Head(data) => (0, data),
        Event::Text(data) => (1, data),
        Event::Binary(data) => (2, data),
        Event::Diverted(data) => (3, data),
        Event::DivertedLast(data) => (4, data),
        Event::Ended(reason) => return (5, conn, reason as u8).into_pyobject(py),
        Event::Overflowed => return (6, conn, 0).into_pyobject(py),
    };
    (kind, conn, PyBytes::new(py, data)).into_pyobject(py)
}

/// No connection has the number 0, nor a negative one.
fn number(conn: i64) -> u64 {
    u64::try_from(conn).unwrap_or(0)
}
