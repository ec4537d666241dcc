//! The rules in force, and what was said lately.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::conversation::Kept;
use crate::ruleset::{Hit, Ruleset};
use crate::verdict::{decide, Verdict};
use crate::window::{Window, WindowLimits};

/// Usable from any thread. The lock of the rules is held only for taking or replacing the reference, that of what was said for one check at
/// most.
#[derive(Debug)]
pub struct Screening {
    rules: RwLock<Arc<Ruleset>>,
    said: Mutex<Lately>,
}

/// Which message of a person in a channel it is.
#[derive(Clone, Copy, Debug)]
pub struct Turn<'a> {
    /// Tells it from the others.
    pub name: &'a str,
    /// Whether it was said before, and its words are changed now: it stays in its place.
    pub changed: bool,
}

impl<'a> Turn<'a> {
    /// A message that is said now.
    #[must_use]
    pub fn new(name: &'a str) -> Self {
        Self { name, changed: false }
    }
}

#[derive(Debug)]
struct Lately {
    window: Window,
    /// The last text that was checked: most often it is the next one that is said.
    checked: Option<(Box<str>, Kept)>,
}

impl Screening {
    /// With these rules, and nothing said yet.
    #[must_use]
    pub fn new(rules: Ruleset, limits: WindowLimits) -> Self {
        Self {
            rules: RwLock::new(Arc::new(rules)),
            said: Mutex::new(Lately { window: Window::new(limits), checked: None }),
        }
    }

    /// The rules in force now. Whoever is judging with them goes on with them.
    #[must_use]
    pub fn rules(&self) -> Arc<Ruleset> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts other rules in force; those before, with their counts.
    pub fn swap(&self, rules: Ruleset) -> Arc<Ruleset> {
        std::mem::replace(&mut *self.rules.write().unwrap_or_else(PoisonError::into_inner), Arc::new(rules))
    }

    /// Judges one text by itself.
    #[must_use]
    pub fn judge(&self, person: &str, text: &str) -> (Arc<Ruleset>, Verdict) {
        let rules = self.rules();
        let verdict = decide(&rules, rules.hits(text), person);
        rules.count(&verdict);
        (rules, verdict)
    }

    /// Judges what somebody is about to say in a channel (`key` is both), with what they said before; what is changed, in its place, with what
    /// they said after it as well.
    #[must_use]
    pub fn check(&self, key: &str, person: &str, turn: Turn<'_>, text: &str, now: i64) -> (Arc<Ruleset>, Verdict) {
        let (rules, hits) = self.found(key, turn, text, now);
        let verdict = decide(&rules, hits, person);
        rules.count(&verdict);
        (rules, verdict)
    }

    /// The same for a text that stands for one that was checked: it is no message of its own, so its hits are not counted again.
    #[must_use]
    pub fn recheck(&self, key: &str, person: &str, turn: Turn<'_>, text: &str, now: i64) -> (Arc<Ruleset>, Verdict) {
        let (rules, hits) = self.found(key, turn, text, now);
        let verdict = decide(&rules, hits, person);
        (rules, verdict)
    }

    fn found(&self, key: &str, turn: Turn<'_>, text: &str, now: i64) -> (Arc<Ruleset>, Vec<Hit>) {
        let rules = self.rules();
        let heard = rules.hear(text);
        let mut hits = rules.hits_in(&heard);
        let mut lately = self.lately();
        let around = lately.window.around(key, turn.name, turn.changed, now, &rules);
        rules.hits_across(&around.before, text, &heard, &mut hits);
        rules.hits_onward(&around.before, text, &around.after, &mut hits);
        lately.checked = Some((text.into(), rules.keep(heard)));
        drop(lately);
        (rules, hits)
    }

    /// Remembers what somebody has said in a channel, or changed.
    pub fn said(&self, key: &str, turn: Turn<'_>, text: &str, now: i64) {
        let mut lately = self.lately();
        let kept = lately.checked.take().filter(|(checked, _)| checked.as_ref() == text).map(|(_, kept)| kept);
        lately.window.said(key, turn.name, turn.changed, text, now, kept);
    }

    fn lately(&self) -> MutexGuard<'_, Lately> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets whoever has been silent for longer than anything is remembered; how many.
    pub fn sweep(&self, now: i64) -> usize {
        self.lately().window.sweep(now)
    }

    /// How many authors in channels are remembered.
    #[must_use]
    pub fn remembered(&self) -> usize {
        self.lately().window.len()
    }
}
