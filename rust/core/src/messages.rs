//! `Lane`, `SaidBatch` and `MessageLog`, over `cups-messages`: what people say, from the reactor to the writer and back, without an object of
//! Python's for each frame, check and answer.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use cups_messages::{read, Field, Format, Limits, Log, Piece, Template, Values};
use cups_reactor::{Class, Post};
use cups_screening::Turn;
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::arguments::{unsigned, Moment};
use crate::error::CoreError;
use crate::pace::Pace;
use crate::reactor::Reactor;
use crate::screening::Screening;

/// A part of a frame as Python has it: bytes, or the name of a field.
#[derive(FromPyObject)]
enum PieceIn<'py> {
    Field(Bound<'py, PyString>),
    Bytes(Bound<'py, PyBytes>),
}

fn template(format: Format, pieces: Vec<PieceIn<'_>>) -> PyResult<Template> {
    let made = |piece: PieceIn<'_>| {
        Ok(match piece {
            PieceIn::Bytes(bytes) => Piece::Bytes(bytes.as_bytes().into()),
            PieceIn::Field(name) => Piece::Field(match name.to_str()? {
                "seq" => Field::Seq,
                "at" => Field::At,
                "text" => Field::Text,
                "ref" => Field::Reference,
                _ => return Err(CoreError::Range("a field", "seq, at, text or ref").into()),
            }),
        })
    };
    Ok(Template { format, pieces: pieces.into_iter().map(made).collect::<PyResult<_>>()? })
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The last messages of a channel as they were told.
#[pyclass(module = "cups._core", frozen)]
pub(crate) struct MessageLog(Mutex<Log>);

#[pymethods]
impl MessageLog {
    #[new]
    fn new(tail: i64, keep: i64) -> Result<Self, CoreError> {
        Ok(Self(Mutex::new(Log::new(unsigned("tail", tail)?, unsigned("keep", keep)?))))
    }

    /// The number of the last event.
    #[getter]
    fn tail(&self) -> u64 {
        locked(&self.0).tail()
    }

    /// An event that is kept elsewhere.
    fn moved(&self, tail: i64) -> Result<(), CoreError> {
        locked(&self.0).moved(unsigned("tail", tail)?);
        Ok(())
    }

    /// Gives away what came in, each with its author, and the number of the last for which there was no room.
    #[allow(clippy::type_complexity)] // A tuple for Python.
    fn take<'py>(&self, py: Python<'py>) -> (Vec<(Bound<'py, PyString>, Bound<'py, PyBytes>)>, u64) {
        let late = locked(&self.0).take();
        let told = late.told.iter().map(|(author, frame)| (PyString::new(py, author), PyBytes::new(py, frame)));
        (told.collect(), late.dropped)
    }

    fn __len__(&self) -> usize {
        locked(&self.0).len()
    }
}

/// The name of a message by whom, where and as what it was sent. No id has a line's end in it.
fn sent_as(key: &mut String, channel: &str, author: &str, reference: &str) {
    key.clear();
    for part in [channel, "\n", author, "\n", reference] {
        key.push_str(part);
    }
}

/// The numbers of messages by channel, author and ref.
#[pyclass(module = "cups._core", frozen)]
pub(crate) struct Refs(Mutex<foldhash::HashMap<Box<str>, i64>>);

#[pymethods]
impl Refs {
    #[new]
    fn new(sent: Vec<(PyBackedStr, PyBackedStr, PyBackedStr, i64)>) -> Self {
        let refs = Self(Mutex::default());
        for (channel, author, reference, seq) in sent {
            refs.put(&channel, &author, &reference, seq);
        }
        refs
    }

    fn get(&self, channel: &str, author: &str, r#ref: &str) -> Option<i64> {
        let mut key = String::new();
        sent_as(&mut key, channel, author, r#ref);
        locked(&self.0).get(&*key).copied()
    }

    fn put(&self, channel: &str, author: &str, r#ref: &str, seq: i64) {
        let mut key = String::new();
        sent_as(&mut key, channel, author, r#ref);
        locked(&self.0).insert(key.into(), seq);
    }

    fn clear(&self) {
        locked(&self.0).clear();
    }

    fn __len__(&self) -> usize {
        locked(&self.0).len()
    }
}

/// One person's place in one channel, however many connections they are there with.
struct Place {
    number: u64,
    kind: Py<PyString>,
    channel: Py<PyString>,
    author: Py<PyString>,
    names: (Box<str>, Box<str>),
    /// The author as the log has them.
    by: Arc<str>,
    /// Of what they said lately, for screening.
    key: Box<str>,
    group: Box<str>,
    seats: AtomicUsize,
    /// The accounts and channels whose rights count here.
    rests_on: Mutex<HashSet<Box<str>>>,
    /// Free to write here, as far as the writer knows.
    standing: Mutex<Option<Arc<Standing>>>,
    log: Mutex<Option<Py<MessageLog>>>,
}

/// Under which somebody may write.
struct Standing {
    /// The frames that tell of it, as text and packed.
    told: [Template; 2],
    limits: Py<PyTuple>,
    from: i64,
    until: i64,
    listener: bool,
}

/// What a connection holds.
struct Seats {
    /// Its frames go the long way for now.
    held: bool,
    /// The tick in which something of it went the long way: what follows goes behind it.
    passed: u64,
    /// What its frames are counted by.
    frames: Py<PyString>,
    places: Vec<Arc<Place>>,
}

struct Item {
    conn: u64,
    place: Arc<Place>,
    /// The ref, and the text behind it.
    words: Box<str>,
    reference: usize,
    /// Once it may be said: its number, and how it is told.
    said: Option<(u64, Arc<Standing>)>,
}

impl Item {
    fn reference(&self) -> &str {
        &self.words[..self.reference]
    }

    fn text(&self) -> &str {
        &self.words[self.reference..]
    }
}

/// What several connections said within one turn.
#[pyclass(module = "cups._core")]
pub(crate) struct SaidBatch {
    items: Vec<Item>,
    at: i64,
}

#[pymethods]
impl SaidBatch {
    /// When it was said.
    #[getter]
    fn at(&self) -> i64 {
        self.at
    }

    fn __len__(&self) -> usize {
        self.items.len()
    }

    /// Whose it is and what they call it: (connection, ref).
    fn refs(&self) -> Vec<(u64, &str)> {
        self.items.iter().map(|item| (item.conn, item.reference())).collect()
    }

    /// Channel, author and ref of each of these, one behind the other.
    fn sent<'py>(&self, py: Python<'py>, first: usize, last: usize) -> Vec<Bound<'py, PyString>> {
        let items = self.items.iter().take(last).skip(first);
        let sent = |item: &Item| {
            let (channel, author) = (item.place.channel.bind(py).clone(), item.place.author.bind(py).clone());
            [channel, author, PyString::new(py, item.reference())]
        };
        items.flat_map(sent).collect()
    }

    /// Channel, seq, rev, author, ref, text, time and None of each of these that was said, one behind the other.
    #[allow(clippy::cast_possible_wrap)] // Numbers of events came from there.
    fn rows<'py>(&self, py: Python<'py>, first: usize, last: usize) -> PyResult<Bound<'py, PyList>> {
        let rows = PyList::empty(py);
        let at = self.at.into_pyobject(py)?;
        for item in self.items.iter().take(last).skip(first) {
            let Some((seq, _)) = &item.said else { continue };
            let seq = (*seq as i64).into_pyobject(py)?;
            rows.append(item.place.channel.bind(py))?;
            rows.append(&seq)?;
            rows.append(&seq)?;
            rows.append(item.place.author.bind(py))?;
            rows.append(item.reference())?;
            rows.append(item.text())?;
            rows.append(&at)?;
            rows.append(py.None())?;
        }
        Ok(rows)
    }

    /// (connection, kind, channel, author, ref, text) of one.
    #[allow(clippy::type_complexity)] // A tuple for Python.
    fn item(&self, at: usize) -> PyResult<(u64, &Py<PyString>, &Py<PyString>, &Py<PyString>, &str, &str)> {
        let item = self.items.get(at).ok_or_else(|| PyIndexError::new_err(at))?;
        let place = &item.place;
        Ok((item.conn, &place.kind, &place.channel, &place.author, item.reference(), item.text()))
    }

    /// The channel, and the frame that tells of it, of one that was said.
    #[allow(clippy::cast_sign_loss)] // Moments are positive.
    fn told<'py>(&self, py: Python<'py>, at: usize) -> PyResult<(Bound<'py, PyString>, Bound<'py, PyBytes>)> {
        let missing = || PyIndexError::new_err(at);
        let item = self.items.get(at).ok_or_else(missing)?;
        let (seq, standing) = item.said.as_ref().ok_or_else(missing)?;
        let mut frame = Vec::new();
        let values = Values { seq: *seq, at: self.at as u64, text: item.text(), reference: item.reference() };
        standing.told[0].write(&values, &mut frame);
        Ok((item.place.channel.bind(py).clone(), PyBytes::new(py, &frame)))
    }

    /// By which limits each of these was counted that were said.
    fn limits<'py>(&self, py: Python<'py>, first: usize, last: usize) -> Vec<Bound<'py, PyTuple>> {
        let items = self.items.iter().take(last).skip(first);
        items.filter_map(|item| Some(item.said.as_ref()?.1.limits.bind(py).clone())).collect()
    }

    /// For each channel of these: whether a listener has spoken, and whether somebody else has since.
    fn spoken<'py>(&self, py: Python<'py>, first: usize, last: usize) -> Vec<(Bound<'py, PyString>, bool, bool)> {
        let mut found: Vec<(&Place, bool, bool)> = Vec::new();
        let mut known: HashMap<&str, usize> = HashMap::new();
        for item in self.items.get(first..last).unwrap_or_default() {
            let Some((_, standing)) = &item.said else { continue };
            let at = *known.entry(&item.place.names.0).or_insert_with(|| {
                found.push((&item.place, false, false));
                found.len() - 1
            });
            let (_, listener, others) = &mut found[at];
            *listener |= standing.listener;
            *others = !standing.listener;
        }
        found.into_iter().map(|(place, listener, others)| (place.channel.bind(py).clone(), listener, others)).collect()
    }
}

/// Every place that somebody sits in, found by what it rests on.
#[derive(Default)]
struct Places {
    all: HashMap<u64, Arc<Place>>,
    by_names: HashMap<(Box<str>, Box<str>), u64>,
    /// By the accounts and channels on whose rights they rest.
    resting_on: HashMap<Box<str>, HashSet<u64>>,
    serial: u64,
}

impl Places {
    fn get(&self, channel: &str, author: &str) -> Option<Arc<Place>> {
        let number = self.by_names.get(&(channel.into(), author.into()))?;
        self.all.get(number).map(Arc::clone)
    }

    fn enter(&mut self, make: impl FnOnce(u64) -> Place) -> Arc<Place> {
        self.serial += 1;
        let place = Arc::new(make(self.serial));
        self.by_names.insert(place.names.clone(), place.number);
        self.all.insert(place.number, Arc::clone(&place));
        self.rest(&place, &place.names.0);
        self.rest(&place, &place.names.1);
        place
    }

    fn rest(&mut self, place: &Place, id: &str) {
        if locked(&place.rests_on).insert(id.into()) {
            self.resting_on.entry(id.into()).or_default().insert(place.number);
        }
    }

    fn forget(&mut self, place: &Place) {
        self.all.remove(&place.number);
        self.by_names.remove(&place.names);
        for id in locked(&place.rests_on).drain() {
            if let Some(numbers) = self.resting_on.get_mut(&id) {
                numbers.remove(&place.number);
                if numbers.is_empty() {
                    self.resting_on.remove(&id);
                }
            }
        }
    }
}

/// What the loop's thread has in hand.
#[derive(Default)]
struct Hands {
    seats: HashMap<u64, Seats>,
    tick: u64,
    taken: Vec<Item>,
}

/// See the module. Both threads use it: what they share is locked, for moments in which nothing of Python's runs.
#[pyclass(module = "cups._core", frozen)]
pub(crate) struct Lane {
    pace: Py<Pace>,
    screening: Py<Screening>,
    rule: Py<PyString>,
    limits: Limits,
    ack: Template,
    places: Mutex<Places>,
    hands: Mutex<Hands>,
    /// Authors whom somebody does not hear: the caller tells what they say.
    watched: Mutex<Arc<HashSet<Box<str>>>>,
}

#[pymethods]
impl Lane {
    #[new]
    #[pyo3(signature = (pace, screening, *, rule, max_ref, max_text, ack))]
    fn new(
        pace: Py<Pace>,
        screening: Py<Screening>,
        rule: Py<PyString>,
        max_ref: i64,
        max_text: i64,
        ack: Vec<PieceIn<'_>>,
    ) -> PyResult<Self> {
        let limits = Limits { reference: unsigned("max_ref", max_ref)?, text: unsigned("max_text", max_text)? };
        let ack = template(Format::Text, ack)?;
        let (places, hands, watched) = (Mutex::default(), Mutex::default(), Mutex::default());
        Ok(Self { pace, screening, rule, limits, ack, places, hands, watched })
    }

    /// This connection has entered a channel, and speaks JSON.
    #[allow(clippy::too_many_arguments, clippy::needless_pass_by_value)] // They are those of the interface.
    fn sit(
        &self,
        py: Python<'_>,
        conn: i64,
        frames: Py<PyString>,
        kind: Py<PyString>,
        channel: Bound<'_, PyString>,
        author: Bound<'_, PyString>,
        group: &str,
        log: Py<MessageLog>,
    ) -> PyResult<()> {
        let conn = unsigned("conn", conn)?;
        let names: (Box<str>, Box<str>) = (channel.to_str()?.into(), author.to_str()?.into());
        let mut places = locked(&self.places);
        let place = places.get(&names.0, &names.1).unwrap_or_else(|| {
            places.enter(|number| Place {
                number,
                kind,
                key: format!("{}:{}", names.0, names.1).into(),
                by: Arc::from(&*names.1),
                names,
                channel: channel.unbind(),
                author: author.unbind(),
                group: group.into(),
                seats: AtomicUsize::new(0),
                rests_on: Mutex::default(),
                standing: Mutex::new(None),
                log: Mutex::new(None),
            })
        });
        drop(places);
        let before = locked(&place.log).replace(log);
        drop(before);
        let mut hands = locked(&self.hands);
        let seats = hands.seats.entry(conn).or_insert_with(|| Seats {
            held: false,
            passed: 0,
            frames: frames.clone_ref(py),
            places: Vec::new(),
        });
        if !seats.places.iter().any(|known| Arc::ptr_eq(known, &place)) {
            place.seats.fetch_add(1, Ordering::Relaxed);
            seats.places.push(place);
        }
        Ok(())
    }

    /// It has left it.
    fn rise(&self, conn: i64, channel: &str) {
        let left = self.seated(conn, |seats| {
            let at = seats.places.iter().position(|place| &*place.names.0 == channel)?;
            Some(seats.places.swap_remove(at))
        });
        if let Some(Some(place)) = left {
            self.left(&place);
        }
    }

    /// It is gone, or says nothing by this way any more.
    fn gone(&self, conn: i64) {
        let seats = u64::try_from(conn).ok().and_then(|conn| locked(&self.hands).seats.remove(&conn));
        for place in seats.into_iter().flat_map(|seats| seats.places) {
            self.left(&place);
        }
    }

    /// What it says goes the long way until `free`.
    fn hold(&self, conn: i64) {
        self.seated(conn, |seats| seats.held = true);
    }

    /// Undoes `hold`.
    fn free(&self, conn: i64) {
        self.seated(conn, |seats| seats.held = false);
    }

    /// Counts what came by the limit of frames; what is over it is taken out: (connection, ref, until when).
    fn admit(&self, py: Python<'_>, batch: &mut SaidBatch, now: Moment) -> PyResult<Vec<(u64, String, i64)>> {
        let (mut refused, mut failed) = (Vec::new(), None);
        let hands = locked(&self.hands);
        let mut pace = self.pace.bind(py).borrow_mut();
        batch.at = now.0;
        batch.items.retain(|item| {
            // Whoever has gone meanwhile is counted no more.
            let Some(seats) = hands.seats.get(&item.conn) else { return true };
            match pace.count(self.rule.bind(py), seats.frames.bind(py), now.0) {
                Ok(0) => true,
                Ok(until) => {
                    refused.push((item.conn, item.reference().to_owned(), until));
                    false
                }
                Err(error) => {
                    failed = Some(error);
                    true
                }
            }
        });
        drop((hands, pace));
        failed.map_or(Ok(refused), Err)
    }

    /// Whether somebody sits here of whom it is not known that they may write.
    fn asks(&self, channel: &str, author: &str) -> bool {
        let place = locked(&self.places).get(channel, author);
        place.is_some_and(|place| locked(&place.standing).is_none())
    }

    /// They may, under these limits, from a moment on until another, unless `fall` says otherwise before.
    #[pyo3(signature = (channel, author, *, text, packed, limits, start, until, listener, others))]
    #[allow(clippy::too_many_arguments, clippy::needless_pass_by_value)] // They are those of the interface.
    fn stand(
        &self,
        channel: &str,
        author: &str,
        text: Vec<PieceIn<'_>>,
        packed: Vec<PieceIn<'_>>,
        limits: Py<PyTuple>,
        start: i64,
        until: i64,
        listener: bool,
        others: Vec<String>,
    ) -> PyResult<()> {
        let told = [template(Format::Text, text)?, template(Format::Packed, packed)?];
        let standing = Arc::new(Standing { told, limits, from: start, until, listener });
        let mut places = locked(&self.places);
        if let Some(place) = places.get(channel, author) {
            for id in others {
                places.rest(&place, &id);
            }
            *locked(&place.standing) = Some(standing);
        }
        Ok(())
    }

    /// What was known of whoever rests on this account or channel holds no more.
    fn fall(&self, id: &str) {
        let places = locked(&self.places);
        for number in places.resting_on.get(id).into_iter().flatten() {
            if let Some(place) = places.all.get(number) {
                *locked(&place.standing) = None;
            }
        }
    }

    /// Nor of anybody.
    fn fall_all(&self) {
        for place in locked(&self.places).all.values() {
            *locked(&place.standing) = None;
        }
    }

    /// Numbers what may be said from `start` on, up to the first that needs to be looked at more closely: where that is, and the seconds that
    /// screening took.
    #[allow(clippy::cast_sign_loss)] // Numbers of events are positive.
    fn run(
        &self,
        py: Python<'_>,
        batch: &mut SaidBatch,
        start: usize,
        tails: &Bound<'_, PyDict>,
        refs: &Refs,
    ) -> PyResult<(usize, f64)> {
        let screening = self.screening.get().core();
        let (at, mut seconds, mut end, mut key) = (batch.at, 0.0, start, String::new());
        for item in batch.items.iter_mut().skip(start) {
            let place = &item.place;
            let standing = locked(&place.standing).clone();
            let Some(standing) = standing.filter(|standing| standing.from <= at && at < standing.until) else { break };
            let channel = place.channel.bind(py);
            let Some(tail) = tails.get_item(channel)? else { break };
            sent_as(&mut key, &place.names.0, &place.names.1, item.reference());
            if locked(&refs.0).contains_key(&*key) {
                break;
            }
            let turn = Turn::new(item.reference());
            let began = Instant::now();
            let (_, verdict) = screening.recheck(&place.key, &place.names.1, turn, item.text(), at);
            seconds += began.elapsed().as_secs_f64();
            if !verdict.hits.is_empty() {
                break;
            }
            // Counted only where it is not refused; who is too fast hears it on the long way.
            if self.pace.bind(py).borrow_mut().count_all(standing.limits.bind(py), at)? != 0 {
                break;
            }
            screening.said(&place.key, turn, item.text(), at);
            let seq = tail.extract::<i64>()? + 1;
            tails.set_item(channel, seq)?;
            locked(&refs.0).insert(key.as_str().into(), seq);
            item.said = Some((seq as u64, standing));
            end += 1;
        }
        Ok((end, seconds))
    }

    /// What this author says is told by the caller, from the next call of `tell` on.
    fn watch(&self, author: &str) {
        Arc::make_mut(&mut locked(&self.watched)).insert(author.into());
    }

    /// Undoes `watch`.
    fn unwatch(&self, author: &str) {
        Arc::make_mut(&mut locked(&self.watched)).remove(author);
    }

    /// Acks what was said, and tells it to everybody in its channel, each in the format that somebody speaks; up to the first whose author is
    /// watched. How far that was, and which are left to be told, since their author has left the channel meanwhile, and it may be empty, or be
    /// read anew.
    #[allow(clippy::cast_sign_loss, clippy::too_many_arguments)] // Moments are positive; the arguments are those of the interface.
    fn tell(
        &self,
        py: Python<'_>,
        reactor: &Bound<'_, Reactor>,
        batch: &SaidBatch,
        first: usize,
        last: usize,
        text: bool,
        packed: bool,
    ) -> (usize, Vec<usize>) {
        let watched = Arc::clone(&locked(&self.watched));
        let (mut reactor, mut left) = (reactor.borrow_mut(), Vec::new());
        let reactor = reactor.core();
        let (mut frame, mut packed_frame, mut tag) = (Vec::new(), Vec::new(), String::new());
        for (at, item) in batch.items.iter().enumerate().take(last).skip(first) {
            let Some((seq, standing)) = &item.said else { continue };
            let place = &item.place;
            if !watched.is_empty() && watched.contains(&place.names.1) {
                return (at, left);
            }
            let values = Values { seq: *seq, at: batch.at as u64, text: item.text(), reference: item.reference() };
            frame.clear();
            // An ack has no text; there, the field is the channel.
            self.ack.write(&Values { text: &place.names.0, ..values }, &mut frame);
            reactor.send(item.conn, &frame, Class::Control, None);
            frame.clear();
            standing.told[0].write(&values, &mut frame);
            let Some(log) = locked(&place.log).as_ref().map(|log| log.clone_ref(py)) else {
                left.push(at);
                continue;
            };
            if !locked(&log.get().0).told(*seq, &place.by, &frame) {
                continue; // it was part of what they were told when they entered
            }
            packed_frame.clear();
            if packed {
                standing.told[1].write(&values, &mut packed_frame);
            }
            tag.clear();
            // The name under which it can be taken back.
            let _ = write!(tag, "{}/{seq}", place.names.0);
            let post = Post {
                text: text.then_some(&frame),
                packed: packed.then_some(&packed_frame),
                class: Class::Message,
                key: None,
                tag: Some(&tag),
                skip: &[],
            };
            reactor.publish(&place.group, &post);
        }
        (last, left)
    }

    /// How many connections sit somewhere.
    fn __len__(&self) -> usize {
        locked(&self.hands).seats.len()
    }
}

impl Lane {
    /// A tick of the reactor begins.
    pub fn begin(&self) {
        locked(&self.hands).tick += 1;
    }

    /// Takes a text message, if it is what goes this way.
    pub fn take(&self, conn: u64, data: &[u8]) -> bool {
        let hands = &mut *locked(&self.hands);
        let Some(seats) = hands.seats.get_mut(&conn) else { return false };
        // What follows something that goes the long way stays behind it.
        let free = !seats.held && seats.passed != hands.tick;
        let Some(item) = free.then(|| item(self.limits, conn, seats, data)).flatten() else {
            seats.passed = hands.tick;
            return false;
        };
        hands.taken.push(item);
        true
    }

    /// Something else of this connection goes the long way.
    pub fn passes(&self, conn: u64) {
        let hands = &mut *locked(&self.hands);
        if let Some(seats) = hands.seats.get_mut(&conn) {
            seats.passed = hands.tick;
        }
    }

    /// What was taken since the last call.
    pub fn taken(&self) -> Option<SaidBatch> {
        let items = std::mem::take(&mut locked(&self.hands).taken);
        (!items.is_empty()).then_some(SaidBatch { items, at: 0 })
    }

    fn seated<T>(&self, conn: i64, act: impl FnOnce(&mut Seats) -> T) -> Option<T> {
        let conn = u64::try_from(conn).ok()?;
        locked(&self.hands).seats.get_mut(&conn).map(act)
    }

    /// One seat less; with the last, what was known of the place is forgotten, also by what is under way.
    fn left(&self, place: &Place) {
        if place.seats.fetch_sub(1, Ordering::Relaxed) == 1 {
            locked(&self.places).forget(place);
            *locked(&place.standing) = None;
            locked(&place.log).take();
        }
    }
}

fn item(limits: Limits, conn: u64, seats: &Seats, data: &[u8]) -> Option<Item> {
    let send = read(std::str::from_utf8(data).ok()?, limits)?;
    let place = seats.places.iter().find(|place| *place.names.0 == *send.channel)?;
    let words = [send.reference, &send.text].concat().into();
    Some(Item { conn, place: Arc::clone(place), words, reference: send.reference.len(), said: None })
}
