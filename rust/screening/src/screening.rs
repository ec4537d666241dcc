//! The rules in force, and what was said lately.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::ruleset::Ruleset;
use crate::verdict::{decide, Verdict};
use crate::window::{Window, WindowLimits};

/// Usable from any thread. Two locks, never held together: the rules' only for taking or replacing the reference, the window's
/// only for looking up or adding a few texts.
#[derive(Debug)]
pub struct Screening {
    rules: RwLock<Arc<Ruleset>>,
    window: Mutex<Window>,
}

impl Screening {
    /// With these rules, and nothing said yet.
    #[must_use]
    pub fn new(rules: Ruleset, limits: WindowLimits) -> Self {
        Self { rules: RwLock::new(Arc::new(rules)), window: Mutex::new(Window::new(limits)) }
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
        (rules, verdict)
    }

    /// Judges what somebody is about to say in a channel (`key` is both), with what they said before. `name` tells the message from others of theirs.
    #[must_use]
    pub fn check(&self, key: &str, person: &str, name: &str, text: &str, now: i64) -> (Arc<Ruleset>, Verdict) {
        let rules = self.rules();
        let earlier: Vec<String> =
            self.with_window(|window| window.earlier(key, name, now).into_iter().map(str::to_owned).collect());
        let earlier: Vec<&str> = earlier.iter().map(String::as_str).collect();
        let verdict = decide(&rules, rules.hits_after(&earlier, text), person);
        (rules, verdict)
    }

    /// Works on what was said lately.
    pub fn with_window<T>(&self, work: impl FnOnce(&mut Window) -> T) -> T {
        work(&mut self.window.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
