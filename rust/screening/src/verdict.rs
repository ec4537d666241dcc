//! What follows from the hits: for this person, now.

use crate::rules::{Action, Class};
use crate::ruleset::{Hit, Ruleset};

/// What to do with a text, and because of what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// `Pass` or `Help`: it goes through. `Hold` or `Block`: it does not.
    pub action: Action,
    /// The hit that the action comes from; None if there is none that acts.
    pub decisive: Option<Hit>,
    /// The first sign of crisis that acts: help is shown and a person called, whatever becomes of the text.
    pub concern: Option<Hit>,
    /// All hits, those of rules that only count included, each with whether it acts.
    pub hits: Vec<(Hit, bool)>,
}

/// Decides. A sign of crisis lifts what would hold contact details back: nothing delays a call for help.
pub(crate) fn decide(rules: &Ruleset, hits: Vec<Hit>, person: &str) -> Verdict {
    let mut verdict = Verdict { action: Action::Pass, decisive: None, concern: None, hits: Vec::new() };
    for hit in hits {
        let (id, class, action, share) = rules.about(hit.rule);
        let acts = action > Action::Pass && takes_part(id, person, share);
        if acts && class.is_crisis() && verdict.concern.is_none_or(|known| graver(rules, hit, known)) {
            verdict.concern = Some(hit);
        }
        verdict.hits.push((hit, acts));
    }
    let own = verdict.hits.iter().any(|(hit, acts)| *acts && rules.about(hit.rule).1 == Class::CrisisOwn);
    for &(hit, acts) in &verdict.hits {
        let (_, class, action, _) = rules.about(hit.rule);
        let lifted = own && class == Class::Contact;
        if acts && !lifted && action > verdict.action {
            verdict.action = action;
            verdict.decisive = Some(hit);
        }
    }
    verdict
}

/// One's own danger before another's, and that before abuse told of.
fn graver(rules: &Ruleset, hit: Hit, known: Hit) -> bool {
    let weight = |hit: Hit| match rules.about(hit.rule).1 {
        Class::CrisisOwn => 2,
        Class::CrisisOther => 1,
        _ => 0,
    };
    weight(hit) > weight(known)
}

/// Whether a rule acts for this person: the same answer every time, and independent between rules. FNV-1a, as it needs no secret.
fn takes_part(rule: &str, person: &str, share: u16) -> bool {
    if share == 0 || share >= 1000 {
        return share > 0;
    }
    let bytes = rule.bytes().chain(std::iter::once(0)).chain(person.bytes());
    let hash =
        bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    // The low bits of FNV are the weak ones.
    ((hash >> 32) ^ hash) % 1000 < u64::from(share)
}
