//! What can be told of a text's words without putting them together.

use crate::clues::{Clues, Present, QUESTION, STOP};
use crate::vocabulary::Vocabulary;

use super::pieces::Gap;
use super::words::{is_apart, joined, Part};

/// Letters apart that are a word spelled out.
pub(crate) const FEWEST_SPELLED: usize = 3;
/// Parts before a border that may be joined with the one after it.
const MOST_JOINED_OVER: usize = 3;

/// Of one message.
#[derive(Debug, Default)]
pub(crate) struct Gist {
    /// Its words are those of its parts, wherever one begins to read: none of them are joined, no letters are a word spelled out.
    pub plain: bool,
    /// The clues in it; of no meaning if it is not plain.
    pub present: Present,
    /// Letters alone with which it begins and ends.
    lead: usize,
    trail: usize,
}

impl Gist {
    pub fn new(parts: &[Part], trail: Gap, vocabulary: &Vocabulary, clues: &Clues) -> Self {
        let mut gist = Self { plain: true, ..Self::default() };
        let mut buffer = String::new();
        let mut ids = Vec::with_capacity(parts.len() + parts.len() / 2 + 1);
        let mut heads = Vec::new();
        let mut run = 0;
        for (at, part) in parts.iter().enumerate() {
            run = match part.word.single {
                Some(_) if is_apart(part.before) => run + 1,
                Some(_) => 1,
                None => 0,
            };
            if at + 1 == run {
                gist.lead = run;
            }
            let rest = parts[at + 1..].iter().map(|part| (&*part.word, part.before));
            if run >= FEWEST_SPELLED || joined(vocabulary, &part.word, rest, &mut buffer).is_some() {
                gist.plain = false;
                return gist;
            }
            put(&mut ids, part, part.before);
            let first = ids.len() - part.word.marks.len();
            for (nth, mark) in part.word.marks.iter().enumerate() {
                gist.present.extend_from_slice(&mark.says);
                if mark.heads {
                    heads.push(first + nth);
                }
            }
        }
        gist.trail = run;
        if trail == Gap::Question {
            ids.push(QUESTION);
        }
        let questions = ids.iter().enumerate().filter(|(_, &id)| id == QUESTION).map(|(at, _)| at);
        for at in heads.into_iter().chain(questions) {
            gist.present.extend(clues.phrases_from(&ids[at..]).map(|(_, clue)| clue));
        }
        gist.present.sort_unstable();
        gist.present.dedup();
        gist
    }

    /// Of a message of no words.
    pub fn nothing() -> Self {
        Self { plain: true, ..Self::default() }
    }

    /// What later messages need to know. `parts` are those that are kept: they may be the last ones only.
    pub fn kept(self, parts: &[Part], clues: &Clues) -> Self {
        let alone = |(at, part): &(usize, &Part)| part.word.single.is_some() && (*at == 0 || is_apart(part.before));
        let lead = parts.iter().enumerate().take_while(alone).count();
        Self { present: clues.across(&self.present).into(), lead, ..self }
    }
}

fn put(ids: &mut Vec<u32>, part: &Part, before: Gap) {
    match before {
        Gap::Stop | Gap::Dot => ids.push(STOP),
        Gap::Question => ids.push(QUESTION),
        _ => {}
    }
    ids.extend(part.word.marks.iter().map(|mark| mark.id));
}

/// A message of several.
#[derive(Clone, Copy)]
pub(crate) struct Spoken<'a> {
    pub parts: &'a [Part],
    pub trail: Gap,
    pub gist: &'a Gist,
}

/// Whether nothing that a pattern of conversations asks for lies over the border between `earlier` and `now`.
pub(crate) fn nothing_across(earlier: &[Spoken<'_>], now: Spoken<'_>, vocabulary: &Vocabulary, clues: &Clues) -> bool {
    if !now.gist.plain || earlier.iter().any(|one| !one.gist.plain) || touching(earlier, now, vocabulary) {
        return false;
    }
    let mut present = Vec::with_capacity(32);
    for one in earlier {
        present.extend_from_slice(&one.gist.present);
    }
    present.extend(now.gist.present.iter().copied().filter(|&clue| clues.is_across(clue)));
    present.sort_unstable();
    present.dedup();
    !clues.any_across(&present) && !phrase_across(earlier, now, clues)
}

/// Whether words of two messages are joined, or their letters may be a word spelled out.
fn touching(earlier: &[Spoken<'_>], now: Spoken<'_>, vocabulary: &Vocabulary) -> bool {
    let mut buffer = String::new();
    let mut last: &[Part] = &[];
    let (mut run, mut carry) = (0, Gap::Sign);
    for one in earlier.iter().chain(std::iter::once(&now)) {
        let Some(first) = one.parts.first() else {
            carry = carry.and(one.trail).and(Gap::Space);
            continue;
        };
        let between = carry.and(first.before);
        if is_apart(between) {
            for at in last.len().saturating_sub(MOST_JOINED_OVER)..last.len() {
                let rest = last[at + 1..].iter().map(|part| (&*part.word, part.before));
                let rest = rest.chain(std::iter::once((&*first.word, between)));
                if joined(vocabulary, &last[at].word, rest, &mut buffer).is_some() {
                    return true;
                }
            }
            if run > 0 && run + one.gist.lead >= FEWEST_SPELLED {
                return true;
            }
        } else {
            run = 0;
        }
        run = if one.gist.lead == one.parts.len() { run + one.gist.lead } else { one.gist.trail };
        last = one.parts;
        carry = one.trail.and(Gap::Space);
    }
    false
}

/// Whether a whole phrase lies over the border.
fn phrase_across(earlier: &[Spoken<'_>], now: Spoken<'_>, clues: &Clues) -> bool {
    let reach = clues.reach();
    let mut from = earlier.len();
    let mut parts = 0;
    while from > 0 && parts < reach {
        from -= 1;
        parts += earlier[from].parts.len();
    }
    let mut spare = parts.saturating_sub(reach);
    let mut ids = Vec::with_capacity(4 * reach + 8);
    let mut carry = Gap::Sign;
    for one in &earlier[from..] {
        let skipped = spare.min(one.parts.len());
        spare -= skipped;
        for (at, part) in one.parts.iter().enumerate().skip(skipped) {
            put(&mut ids, part, if at == 0 { carry.and(part.before) } else { part.before });
        }
        carry = if one.parts.is_empty() { carry.and(one.trail) } else { one.trail }.and(Gap::Space);
    }
    let border = ids.len();
    for (at, part) in now.parts.iter().enumerate().take(reach + 1) {
        put(&mut ids, part, if at == 0 { carry.and(part.before) } else { part.before });
    }
    let trail = if now.parts.is_empty() { carry.and(now.trail) } else { now.trail };
    if now.parts.len() <= reach + 1 && trail == Gap::Question {
        ids.push(QUESTION);
    }
    (0..border).any(|at| clues.phrases_from(&ids[at..]).any(|(to, clue)| at + to >= border && clues.is_across(clue)))
}
