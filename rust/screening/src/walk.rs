//! A walk through the words of a text on the automaton of [`crate::steps`], and the states of it that texts have come to.

use std::sync::Arc;

use foldhash::HashMap;

use crate::steps::{Steps, Stretch, QUESTION};

/// Symbols: a word that no pattern holds,
pub(crate) const OTHER: u32 = 0;
/// the end of a sentence, and that of a question.
pub(crate) const STOPPED: u32 = 1;
pub(crate) const ASKED: u32 = 2;

/// States and steps between them that are remembered; beyond that all are forgotten, and made again as texts come to them.
const MOST_STATES: usize = if cfg!(test) { 60 } else { 8_192 };
const MOST_STEPS: usize = 65_536;
const MOST_PLACES: usize = 524_288;
/// Stretches that wait for the next of their pattern, of which those are let go of that wait for nothing any more.
const MANY_WAITING: usize = 32;
const UNKNOWN: u32 = u32::MAX;

/// Whether a pattern may lie in what was read, and whether more of it may follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    Nothing,
    Pattern,
    Open,
}

#[derive(Debug)]
struct State {
    places: Arc<[u32]>,
    /// Whole patterns that end here.
    found: Seen,
    /// Stretches that end here: the first of their patterns, and others.
    begun: Box<[u32]>,
    more: Box<[u32]>,
    /// The state with what belongs to conversations alone.
    across: u32,
}

/// Shared by all texts.
#[derive(Debug)]
pub(crate) struct Ways {
    /// Changes when all is forgotten.
    pub generation: u64,
    states: Vec<State>,
    known: HashMap<Arc<[u32]>, u32>,
    steps: HashMap<u64, u32>,
    symbols: Vec<Box<[u32]>>,
    symbol_of: HashMap<Box<[u32]>, u32>,
    places: usize,
    reached: Vec<u32>,
}

/// Where a text has come to.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    state: u32,
    at: u32,
    /// Stretches with their ends.
    waiting: Vec<(u32, u32)>,
}

/// Where a message ended, for the next one of a conversation.
#[derive(Clone, Debug)]
pub(crate) struct Reached {
    generation: u64,
    state: u32,
    /// Stretches, and how many words ago they ended.
    waiting: Box<[(u32, u32)]>,
}

impl Ways {
    pub fn new() -> Self {
        let mut ways = Self {
            generation: 0,
            states: Vec::new(),
            known: HashMap::default(),
            steps: HashMap::default(),
            symbols: vec![Box::default(), Box::default(), [QUESTION].into()],
            symbol_of: HashMap::default(),
            places: 0,
            reached: Vec::new(),
        };
        ways.forget();
        ways
    }

    fn forget(&mut self) {
        self.generation += 1;
        self.states.clear();
        self.known.clear();
        self.steps.clear();
        self.places = 0;
        let places: Arc<[u32]> = Arc::new([]);
        self.known.insert(Arc::clone(&places), 0);
        self.states.push(State {
            places,
            found: Seen::Nothing,
            begun: Box::default(),
            more: Box::default(),
            across: 0,
        });
    }

    /// The symbol of a word.
    pub fn symbol(&mut self, steps: &Steps, word: &str) -> u32 {
        let mut labels = steps.labels(word);
        if labels.is_empty() {
            return OTHER;
        }
        labels.sort_unstable();
        let next = u32::try_from(self.symbols.len()).unwrap_or(u32::MAX);
        let symbols = &mut self.symbols;
        *self.symbol_of.entry(labels.into()).or_insert_with_key(|labels| {
            symbols.push(labels.clone());
            next
        })
    }

    /// Between texts.
    pub fn make_room(&mut self) {
        if self.states.len() > MOST_STATES || self.steps.len() > MOST_STEPS || self.places > MOST_PLACES {
            self.forget();
        }
    }

    /// Whether what was reached is known still.
    pub fn remembers(&self, reached: &Reached) -> bool {
        reached.generation == self.generation
    }

    /// Begins a walk where a message before ended, if one did. False if that is not known any more.
    pub fn begin(&mut self, after: Option<&Reached>, walk: &mut Walk) -> bool {
        walk.waiting.clear();
        (walk.state, walk.at) = (0, 0);
        let Some(after) = after else { return true };
        if !self.remembers(after) {
            return false;
        }
        // Their ends lie before the beginning: all is counted from further back.
        walk.at = after.waiting.iter().map(|&(_, ago)| ago).max().unwrap_or(0);
        walk.state = after.state;
        walk.waiting.extend(after.waiting.iter().map(|&(stretch, ago)| (stretch, walk.at - ago)));
        true
    }

    /// Goes on by a word: what ends with it.
    pub fn step(&mut self, steps: &Steps, walk: &mut Walk, symbol: u32) -> Seen {
        walk.at += 1;
        if symbol <= STOPPED {
            walk.state = 0;
            if symbol == STOPPED {
                // No pattern goes over it.
                walk.waiting.clear();
            }
            return Seen::Nothing;
        }
        let key = u64::from(walk.state) << 32 | u64::from(symbol);
        walk.state = match self.steps.get(&key) {
            Some(&next) => next,
            None => self.make(steps, walk.state, symbol),
        };
        let state = &self.states[walk.state as usize];
        if state.begun.is_empty() && state.more.is_empty() {
            return state.found;
        }
        state.found.max(walk.ends(steps, state))
    }

    fn make(&mut self, steps: &Steps, state: u32, symbol: u32) -> u32 {
        let mut reached = std::mem::take(&mut self.reached);
        steps.from(&self.states[state as usize].places, &self.symbols[symbol as usize], &mut reached);
        let next = self.state(steps, &reached);
        self.reached = reached;
        self.steps.insert(u64::from(state) << 32 | u64::from(symbol), next);
        next
    }

    fn state(&mut self, steps: &Steps, places: &[u32]) -> u32 {
        if let Some(&known) = self.known.get(places) {
            return known;
        }
        let places: Arc<[u32]> = places.into();
        let number = u32::try_from(self.states.len()).unwrap_or(u32::MAX);
        let ends: Vec<u32> = places.iter().filter_map(|&place| steps.ends[place as usize]).collect();
        let of = |stretch: &u32| &steps.stretches[*stretch as usize];
        let alone = |stretch: &u32| of(stretch).before.is_none();
        self.places += places.len();
        self.known.insert(Arc::clone(&places), number);
        self.states.push(State {
            found: ends
                .iter()
                .filter(|stretch| alone(stretch))
                .map(|stretch| of(stretch).seen())
                .max()
                .unwrap_or(Seen::Nothing),
            begun: ends.iter().copied().filter(|stretch| alone(stretch) && !of(stretch).last).collect(),
            more: ends.iter().copied().filter(|stretch| !alone(stretch)).collect(),
            places,
            across: UNKNOWN,
        });
        number
    }

    /// Where it ended, as far as it matters to conversations.
    pub fn end(&mut self, steps: &Steps, walk: &Walk) -> Reached {
        let waits = |&&(stretch, end): &&(u32, u32)| {
            let stretch = &steps.stretches[stretch as usize];
            stretch.conversation && walk.at - end < stretch.lasts
        };
        let waiting = walk.waiting.iter().filter(waits).map(|&(stretch, end)| (stretch, walk.at - end)).collect();
        let mut state = self.states[walk.state as usize].across;
        if state == UNKNOWN {
            let places = Arc::clone(&self.states[walk.state as usize].places);
            let kept: Vec<u32> = places.iter().copied().filter(|&place| steps.conversation[place as usize]).collect();
            state = self.state(steps, &kept);
            self.states[walk.state as usize].across = state;
        }
        Reached { generation: self.generation, state, waiting }
    }
}

impl Walk {
    /// Stretches end here: whether the last of a pattern does, and those before it are where they must be.
    fn ends(&mut self, steps: &Steps, state: &State) -> Seen {
        let (here, mut seen) = (self.at, Seen::Nothing);
        let lasts = |&(stretch, end): &(u32, u32)| here - end <= steps.stretches[stretch as usize].lasts;
        if self.waiting.len() > MANY_WAITING {
            self.waiting.retain(lasts);
        }
        for &number in &state.more {
            let stretch = &steps.stretches[number as usize];
            let Some((before, gap)) = stretch.before else { continue };
            let fits = |&(known, end): &(u32, u32)| {
                known == before && end + stretch.least <= here && here <= end + gap + stretch.most
            };
            if self.waiting.iter().any(fits) {
                seen = seen.max(stretch.seen());
                if !stretch.last {
                    self.waiting.push((number, here));
                }
            }
        }
        self.waiting.extend(state.begun.iter().map(|&number| (number, here)));
        seen
    }
}

impl Stretch {
    /// What is there when it ends, and whatever it needs is there before it.
    fn seen(&self) -> Seen {
        match (self.last, self.open) {
            (false, _) => Seen::Nothing,
            (true, false) => Seen::Pattern,
            (true, true) => Seen::Open,
        }
    }
}
