//! What expressions need to be tried at all: a few plain texts for each rule, looked for in one pass.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};

use crate::ruleset::MOST_EXPRESSIONS;

/// A shorter need of plain letters counts only where it stands alone: `ig` is not in `night`.
const SHORT: usize = 3;
/// Bytes of all needs together up to which they are looked for by the kind of automaton that takes the most memory.
const MOST_BYTES: usize = 4096;

/// One bit for each rule with expressions, in their order: whether what it needs is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Met([u64; MOST_EXPRESSIONS / 64]);

impl Met {
    fn set(&mut self, at: usize) {
        self.0[at / 64] |= 1 << (at % 64);
    }

    pub fn has(&self, at: usize) -> bool {
        self.0[at / 64] & (1 << (at % 64)) != 0
    }

    pub fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(other.0).for_each(|(mine, theirs)| *mine |= theirs);
    }
}

#[derive(Debug)]
pub(crate) struct Needs {
    automaton: Option<AhoCorasick>,
    /// For each text of the automaton: whose need it is, and whether it has to stand alone.
    of: Vec<(usize, bool)>,
    /// Rules that need nothing.
    always: Met,
}

impl Needs {
    /// Of rules in their order.
    pub fn new<'a>(rules: impl Iterator<Item = &'a [String]>) -> Result<Self, BuildError> {
        let (mut texts, mut of, mut always) = (Vec::new(), Vec::new(), Met::default());
        for (rule, needs) in rules.enumerate() {
            if needs.is_empty() {
                always.set(rule);
            }
            for text in needs {
                of.push((rule, text.len() <= SHORT && text.bytes().all(|byte| byte.is_ascii_alphabetic())));
                texts.push(text.as_str());
            }
        }
        let automaton = if texts.is_empty() {
            None
        } else {
            // The quickest kind, while it stays small.
            let bytes: usize = texts.iter().map(|text| text.len()).sum();
            let kind = (bytes <= MOST_BYTES).then_some(AhoCorasickKind::DFA);
            Some(AhoCorasick::builder().match_kind(MatchKind::Standard).kind(kind).build(texts)?)
        };
        Ok(Self { automaton, of, always })
    }

    pub fn met(&self, surface: &str) -> Met {
        let mut met = self.always;
        let Some(automaton) = &self.automaton else { return met };
        for found in automaton.find_overlapping_iter(surface) {
            let (rule, alone) = self.of[found.pattern().as_usize()];
            let touches = || {
                surface[..found.start()].chars().next_back().is_some_and(char::is_alphabetic)
                    || surface[found.end()..].chars().next().is_some_and(char::is_alphabetic)
            };
            if !(met.has(rule) || (alone && touches())) {
                met.set(rule);
            }
        }
        met
    }
}
