//! Whether any phrase may lie in a row of words, told word by word, in one pass for all patterns.
//!
//! Patterns are cut at their gaps into stretches of words next to each other, and all stretches are one automaton, whose states are made when a text
//! comes to them ([`crate::walk`]). What is told here is never too little: only where a phrase may be, texts are searched.

use foldhash::HashMap;

use crate::clues::Partial;
use crate::pattern::{Node, Phrase};

/// The end of a question is the first label.
pub(crate) const QUESTION: u32 = 0;

/// A part of a pattern between its gaps.
#[derive(Debug)]
pub(crate) struct Stretch {
    /// The one that must have been there before it, and how many words may lie between them.
    pub before: Option<(u32, u32)>,
    /// The pattern is there with it,
    pub last: bool,
    /// but may go on.
    pub open: bool,
    pub conversation: bool,
    /// Its words.
    pub least: u32,
    pub most: u32,
    /// How far behind its end the next one may end.
    pub lasts: u32,
}

/// All patterns. A place is what is expected next: the words that lead on from it, by their labels.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    words: HashMap<Box<str>, u32>,
    beginnings: Partial,
    endings: Partial,
    labels: u32,
    /// Where a first word leads.
    first: HashMap<u32, Vec<u32>>,
    next: HashMap<(u32, u32), Vec<u32>>,
    /// For each place its words, until all are learned.
    edges: Vec<Vec<(u32, u32)>>,
    /// Other places that one stands for as well.
    also: Vec<Vec<u32>>,
    /// Stretches that are there when a place is reached,
    pub ends: Vec<Option<u32>>,
    /// and whether it belongs to a pattern of conversations.
    pub conversation: Vec<bool>,
    pub stretches: Vec<Stretch>,
    entries: Vec<u32>,
    /// A pattern may be there without any of its words having been read: nothing can be told.
    pub blind: bool,
    heard: bool,
}

impl Steps {
    /// Learns the next pattern.
    pub fn learn(&mut self, phrase: &Phrase, conversation: bool) {
        self.heard = conversation;
        let mut parts: Vec<(u32, Vec<&Node>)> = vec![(0, Vec::new())];
        for node in &phrase.nodes {
            match (node, parts.last_mut()) {
                (Node::Gap(most), Some((gap, nodes))) if nodes.is_empty() => *gap += most,
                (Node::Gap(most), _) => parts.push((*most, Vec::new())),
                (_, Some((_, nodes))) => nodes.push(node),
                (_, None) => {}
            }
        }
        let mut before = None;
        let mut skipped = 0;
        let count = parts.iter().rposition(|(_, nodes)| least(nodes) > 0).map_or(0, |at| at + 1);
        self.blind |= count == 0;
        for (at, (gap, nodes)) in parts[..count].iter().enumerate() {
            skipped += gap;
            let (least, most) = (least(nodes), most(nodes));
            if least == 0 {
                skipped += most;
                continue;
            }
            let before = before.replace(u32::try_from(self.stretches.len()).unwrap_or(u32::MAX));
            let before = before.map(|known| (known, skipped));
            if let Some((known, between)) = before {
                self.stretches[known as usize].lasts = between + most;
            }
            let whole = at + 1 == count;
            let open = whole && count < parts.len();
            self.stretch(nodes, Stretch { before, last: whole, open, conversation, least, most, lasts: 0 });
            skipped = 0;
        }
    }

    fn stretch(&mut self, nodes: &[&Node], stretch: Stretch) {
        let end = self.end(stretch);
        let entry = nodes.iter().rev().fold(end, |after, node| self.one(node, after));
        self.entries.push(entry);
    }

    fn end(&mut self, stretch: Stretch) -> u32 {
        let place = self.place();
        self.ends[place as usize] = u32::try_from(self.stretches.len()).ok();
        self.stretches.push(stretch);
        place
    }

    fn place(&mut self) -> u32 {
        self.edges.push(Vec::new());
        self.also.push(Vec::new());
        self.ends.push(None);
        self.conversation.push(self.heard);
        u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX)
    }

    fn label(&mut self, node: &Node) -> Option<u32> {
        // The first is a question's end.
        let next = self.labels + 1;
        let label = match node {
            Node::Word(word) => *self.words.entry(word.as_str().into()).or_insert(next),
            Node::Beginning(word) => self.beginnings.add(word, next),
            Node::Ending(word) => self.endings.add(word, next),
            Node::Question => QUESTION,
            Node::Gap(_) | Node::Maybe(_) | Node::Either(_) => return None,
        };
        self.labels = self.labels.max(label);
        Some(label)
    }

    /// The place from which a node leads on to `after`.
    fn one(&mut self, node: &Node, after: u32) -> u32 {
        let place = match node {
            Node::Maybe(inner) => {
                let place = self.one(inner, after);
                self.also[place as usize].push(after);
                return place;
            }
            // Within alternatives: as good as there.
            Node::Gap(_) => {
                let conversation = self.heard;
                let (before, last, open) = (None, true, true);
                return self.end(Stretch { before, last, open, conversation, least: 0, most: 0, lasts: 0 });
            }
            _ => self.place(),
        };
        match node {
            Node::Either(all) => {
                for one in all {
                    let rest = one.iter().skip(1).rev().fold(after, |after, node| self.one(node, after));
                    match one.first().map(|first| (first, self.label(first))) {
                        Some((_, Some(label))) => self.edges[place as usize].push((label, rest)),
                        Some((first, None)) => {
                            let first = self.one(first, rest);
                            self.also[place as usize].push(first);
                        }
                        None => self.also[place as usize].push(rest),
                    }
                }
            }
            _ => {
                if let Some(label) = self.label(node) {
                    self.edges[place as usize].push((label, after));
                }
            }
        }
        place
    }

    /// After the last pattern was learned.
    pub fn arrange(&mut self) {
        let mut reached = Vec::new();
        for entry in std::mem::take(&mut self.entries) {
            reached.clear();
            self.reach(entry, &mut reached);
            for &place in &reached {
                self.blind |= self.ends[place as usize].is_some();
                for &(label, to) in &self.edges[place as usize] {
                    self.first.entry(label).or_default().push(to);
                }
            }
        }
        for targets in self.first.values_mut() {
            targets.sort_unstable();
            targets.dedup();
        }
        for (place, edges) in std::mem::take(&mut self.edges).into_iter().enumerate() {
            for (label, to) in edges {
                self.next.entry((u32::try_from(place).unwrap_or(u32::MAX), label)).or_default().push(to);
            }
        }
    }

    /// Adds a place and all that it stands for, but for those that are there.
    fn reach(&self, place: u32, reached: &mut Vec<u32>) {
        let mut at = reached.len();
        reached.push(place);
        while at < reached.len() {
            reached.extend_from_slice(&self.also[reached[at] as usize]);
            at += 1;
        }
    }

    /// Where a word of these labels leads from these places and from nowhere, in order.
    pub fn from(&self, places: &[u32], labels: &[u32], reached: &mut Vec<u32>) {
        reached.clear();
        for label in labels {
            for &to in self.first.get(label).into_iter().flatten() {
                self.reach(to, reached);
            }
            for &place in places {
                for &to in self.next.get(&(place, *label)).into_iter().flatten() {
                    self.reach(to, reached);
                }
            }
        }
        reached.sort_unstable();
        reached.dedup();
    }

    /// What a word is to the patterns.
    pub fn labels(&self, word: &str) -> Vec<u32> {
        let mut labels: Vec<u32> = self.words.get(word).copied().into_iter().collect();
        labels.extend(self.beginnings.begin(word));
        labels.extend(self.endings.end(word));
        labels
    }
}

fn least(nodes: &[&Node]) -> u32 {
    let of = |node: &Node| match node {
        Node::Word(_) | Node::Beginning(_) | Node::Ending(_) | Node::Question => 1,
        Node::Gap(_) | Node::Maybe(_) => 0,
        Node::Either(all) => all.iter().map(|one| least(&one.iter().collect::<Vec<_>>())).min().unwrap_or(0),
    };
    nodes.iter().map(|node| of(node)).sum()
}

fn most(nodes: &[&Node]) -> u32 {
    let of = |node: &Node| match node {
        Node::Word(_) | Node::Beginning(_) | Node::Ending(_) | Node::Question => 1,
        Node::Gap(most) => *most,
        Node::Maybe(inner) => most(&[inner]),
        Node::Either(all) => all.iter().map(|one| most(&one.iter().collect::<Vec<_>>())).max().unwrap_or(0),
    };
    nodes.iter().map(|node| of(node)).sum()
}
