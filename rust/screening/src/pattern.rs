//! The small language that rules are written in, for people who know words and not regular expressions.
//!
//! `kill myself` is these two words in a row; `(kill|end) myself` either; `[really] want` with or without; `suicid*` a beginning and `*cide` an
//! end of a word; `~3` up to three other words of the same sentence; `^` and `$`, first and last, the beginning and end of a sentence; `?` a question's end.
//! Disguises need no mention: texts are read with theirs undone. A pattern becomes either plain texts, or one regular expression
//! (linear in the text, bounded in size), with the texts of which one must be there for it to match at all.

use regex::{Regex, RegexBuilder};

use crate::fold;

/// A pattern that stands for no more than so many texts is looked up as these.
const MOST_TEXTS: usize = 64;
/// Bytes of one compiled expression.
const MOST_BYTES: usize = 1 << 20;
const DEEPEST: usize = 8;
const LONGEST: usize = 4000;

/// A part of a pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Word(String),
    Beginning(String),
    Ending(String),
    Question,
    Gap(u32),
    Maybe(Box<Node>),
    Either(Vec<Vec<Node>>),
}

/// A parsed pattern.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Phrase {
    pub nodes: Vec<Node>,
    pub starts: bool,
    pub ends: bool,
}

/// What a pattern is looked for by.
#[derive(Debug)]
pub(crate) enum Matcher {
    /// One of these texts, spaces included.
    Texts(Vec<String>),
    /// An expression; texts of which one is in everything that it matches; and more such.
    Expression(Regex, Vec<String>, Vec<Vec<String>>),
}

impl Phrase {
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.len() > LONGEST {
            return Err(format!("is longer than {LONGEST} bytes"));
        }
        let chars: Vec<char> = text.trim().chars().collect();
        let starts = chars.first() == Some(&'^');
        let ends = chars.len() > 1 && chars.last() == Some(&'$');
        let body = &chars[usize::from(starts)..chars.len() - usize::from(ends)];
        let mut parser = Parser { chars: body, at: 0, depth: 0 };
        let nodes = parser.sequence(&[])?;
        if parser.at < body.len() {
            return Err(format!("has a {:?} that closes nothing", body[parser.at]));
        }
        if nodes.is_empty() {
            return Err("is empty".into());
        }
        Ok(Self { nodes, starts, ends })
    }

    /// Every word and beginning in it, for the vocabulary.
    pub fn each_word(&self, word: &mut impl FnMut(&str, bool)) {
        each_word(&self.nodes, word);
    }

    /// It spans no more words than these, a sentence's end counted as one.
    pub fn words(&self) -> usize {
        words(&self.nodes)
    }

    /// To look for anywhere. An error if it could match anything at all.
    pub fn matcher(&self) -> Result<Matcher, String> {
        if let Some(texts) = texts(&self.nodes) {
            return Ok(Matcher::Texts(texts.into_iter().map(|text| format!(" {text}")).collect()));
        }
        let mut all = each_needed(&self.nodes);
        let needed = rarest(&all).ok_or("has no word that must be there")?;
        let needed = all.swap_remove(needed);
        Ok(Matcher::Expression(compile(&format!(" {}", expression(&self.nodes)))?, needed, all))
    }

    /// To look for right before a place (the end of the text searched).
    pub fn before(&self) -> Result<Regex, String> {
        compile(&format!(" {}$", expression(&self.nodes)))
    }

    /// To look for right after a place (the beginning of the text searched).
    pub fn after(&self) -> Result<Regex, String> {
        compile(&format!("^ {}", expression(&self.nodes)))
    }

    /// To look for anywhere in a stretch.
    pub fn within(&self) -> Result<Regex, String> {
        compile(&format!(" {}", expression(&self.nodes)))
    }
}

/// Bounded in size, linear in time.
pub(crate) fn compile(expression: &str) -> Result<Regex, String> {
    RegexBuilder::new(expression)
        .size_limit(MOST_BYTES)
        .dfa_size_limit(MOST_BYTES)
        .nest_limit(32)
        .build()
        .map_err(|error| error.to_string().lines().last().unwrap_or("does not compile").trim().to_owned())
}

struct Parser<'a> {
    chars: &'a [char],
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn sequence(&mut self, until: &[char]) -> Result<Vec<Node>, String> {
        let mut nodes = Vec::new();
        while let Some(&ch) = self.chars.get(self.at) {
            match ch {
                _ if until.contains(&ch) => break,
                ' ' | '\t' => self.at += 1,
                '(' => nodes.push(Node::Either(self.alternatives(')')?)),
                '[' => nodes.push(Node::Maybe(Box::new(Node::Either(self.alternatives(']')?)))),
                '?' => {
                    self.at += 1;
                    nodes.push(Node::Question);
                }
                '~' => nodes.push(self.gap()?),
                ')' | ']' | '|' => break,
                '^' | '$' => return Err(format!("has a {ch:?} that is neither first nor last")),
                _ => nodes.extend(self.word()?),
            }
        }
        Ok(nodes)
    }

    fn alternatives(&mut self, close: char) -> Result<Vec<Vec<Node>>, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("is nested more than {DEEPEST} deep"));
        }
        let mut all = Vec::new();
        loop {
            self.at += 1;
            let one = self.sequence(&['|', close])?;
            if one.is_empty() {
                return Err("has an alternative without words: use [ ] for what may be missing".into());
            }
            all.push(one);
            match self.chars.get(self.at) {
                Some('|') => {}
                Some(found) if *found == close => break,
                _ => return Err(format!("lacks a {close:?}")),
            }
        }
        self.at += 1;
        self.depth -= 1;
        Ok(all)
    }

    fn gap(&mut self) -> Result<Node, String> {
        self.at += 1;
        let digits: String = self.chars[self.at..].iter().take_while(|ch| ch.is_ascii_digit()).collect();
        self.at += digits.len();
        match digits.parse() {
            Ok(most @ 1..=12) => Ok(Node::Gap(most)),
            _ => Err("has a ~ without a number from 1 to 12".into()),
        }
    }

    fn word(&mut self) -> Result<Vec<Node>, String> {
        let from = self.at;
        while self
            .chars
            .get(self.at)
            .is_some_and(|ch| !matches!(ch, ' ' | '\t' | '(' | ')' | '[' | ']' | '|' | '?' | '~' | '^' | '$'))
        {
            self.at += 1;
        }
        let written: String = self.chars[from..self.at].iter().collect();
        // A hyphen parts words, as it does in texts.
        written
            .split(['-', '/', '_', '.'])
            .filter(|part| !part.is_empty())
            .map(|part| {
                let word = fold::word(part);
                let stars = part.matches('*').count();
                if word.is_empty() {
                    return Err(format!("has no letters in {written:?}"));
                }
                match (part.starts_with('*'), part.ends_with('*'), stars) {
                    (false, false, 0) => Ok(Node::Word(word)),
                    (false, true, 1) => Ok(Node::Beginning(word)),
                    (true, false, 1) => Ok(Node::Ending(word)),
                    _ => Err(format!("has a * inside of {written:?}: it goes first or last")),
                }
            })
            .collect()
    }
}

fn each_word(nodes: &[Node], take: &mut impl FnMut(&str, bool)) {
    for node in nodes {
        match node {
            Node::Word(word) => take(word, false),
            Node::Beginning(word) => take(word, true),
            Node::Ending(_) | Node::Gap(_) | Node::Question => {}
            Node::Maybe(inner) => each_word(std::slice::from_ref(inner), take),
            Node::Either(all) => all.iter().for_each(|one| each_word(one, take)),
        }
    }
}

fn words(nodes: &[Node]) -> usize {
    let of = |node: &Node| match node {
        Node::Word(_) | Node::Beginning(_) | Node::Ending(_) | Node::Question => 1,
        Node::Gap(most) => *most as usize,
        Node::Maybe(inner) => words(std::slice::from_ref(inner)),
        Node::Either(all) => all.iter().map(|one| words(one)).max().unwrap_or(0),
    };
    nodes.iter().map(of).sum()
}

/// All texts of a sequence, each word followed by a space; None if they are too many or not texts alone.
fn texts(nodes: &[Node]) -> Option<Vec<String>> {
    let mut all = vec![String::new()];
    for node in nodes {
        let options = match node {
            Node::Word(word) => vec![format!("{word} ")],
            Node::Question => vec!["? ".to_owned()],
            Node::Maybe(inner) => {
                let mut options = texts(std::slice::from_ref(inner))?;
                options.push(String::new());
                options
            }
            Node::Either(several) => {
                let mut options = Vec::new();
                for one in several {
                    options.extend(texts(one)?);
                }
                options
            }
            Node::Beginning(_) | Node::Ending(_) | Node::Gap(_) => return None,
        };
        if all.len() * options.len() > MOST_TEXTS {
            return None;
        }
        all = all.iter().flat_map(|start| options.iter().map(move |end| format!("{start}{end}"))).collect();
    }
    all.iter().all(|text| !text.is_empty()).then_some(all)
}

fn expression(nodes: &[Node]) -> String {
    let mut made = String::new();
    for node in nodes {
        match node {
            Node::Word(word) => {
                made.push_str(&regex::escape(word));
                made.push(' ');
            }
            Node::Beginning(word) => {
                made.push_str(&regex::escape(word));
                made.push_str("[^ ]* ");
            }
            Node::Ending(word) => {
                made.push_str("[^ ]*");
                made.push_str(&regex::escape(word));
                made.push(' ');
            }
            Node::Question => made.push_str(r"\? "),
            Node::Gap(most) => {
                made.push_str("(?:[^ .?]+ ){0,");
                made.push_str(&most.to_string());
                made.push('}');
            }
            Node::Maybe(inner) => {
                made.push_str("(?:");
                made.push_str(&expression(std::slice::from_ref(inner)));
                made.push_str(")?");
            }
            Node::Either(all) => {
                made.push_str("(?:");
                made.push_str(&all.iter().map(|one| expression(one)).collect::<Vec<_>>().join("|"));
                made.push(')');
            }
        }
    }
    made
}

/// For each part of a sequence that cannot be missing, texts of which at least one stands in everything that the sequence matches.
fn each_needed(nodes: &[Node]) -> Vec<Vec<String>> {
    let of = |node: &Node| match node {
        Node::Word(word) => Some(vec![format!(" {word} ")]),
        Node::Beginning(word) => Some(vec![format!(" {word}")]),
        Node::Ending(word) => Some(vec![format!("{word} ")]),
        Node::Either(all) => {
            let of_one = |one: &Vec<Node>| {
                let mut all = each_needed(one);
                rarest(&all).map(|rarest| all.swap_remove(rarest))
            };
            all.iter().map(of_one).collect::<Option<Vec<_>>>().map(|all| all.concat())
        }
        Node::Question | Node::Gap(_) | Node::Maybe(_) => None,
    };
    nodes.iter().filter_map(of).collect()
}

/// Of such texts, those that are least common.
fn rarest(all: &[Vec<String>]) -> Option<usize> {
    (0..all.len()).max_by_key(|&at| {
        let shortest = all[at].iter().map(String::len).min().unwrap_or(0);
        (shortest, usize::MAX - all[at].len())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, text: &str) -> bool {
        match Phrase::parse(pattern).and_then(|phrase| phrase.matcher()).unwrap() {
            Matcher::Texts(texts) => texts.iter().any(|one| text.contains(one.as_str())),
            Matcher::Expression(regex, needed, besides) => {
                let found = regex.is_match(text);
                for needed in besides.iter().chain([&needed]) {
                    assert!(!found || needed.iter().any(|one| text.contains(one.as_str())), "{needed:?} in {text:?}");
                }
                found
            }
        }
    }

    #[test]
    fn words_alternatives_options_and_gaps() {
        assert!(matches("kill myself", " i will kill myself "));
        assert!(!matches("kill myself", " i will skill myself "));
        assert!(matches("(kill|end) [it] all", " end all "));
        assert!(matches("(kill|end) [it] all", " kill it all "));
        assert!(matches("suicid*", " so suicidal "));
        assert!(matches("want ~2 die", " want to just die "));
        assert!(!matches("want ~2 die", " want to . die "));
        assert!(!matches("want ~1 die", " want to just die "));
        assert!(matches("are you (safe|ok) ?", " are you safe ? "));
    }

    #[test]
    fn mistakes_are_told() {
        for (pattern, why) in [
            ("(kill", "lacks"),
            ("kill)", "closes nothing"),
            ("", "empty"),
            ("~3", "no word"),
            ("a ~99 b", "1 to 12"),
            ("k*ll", "first or last"),
            ("(a|)", "without words"),
            ("a ^ b", "neither first"),
            ("((((((((((a))))))))))", "nested"),
        ] {
            let found = Phrase::parse(pattern).and_then(|phrase| phrase.matcher()).unwrap_err();
            assert!(found.contains(why), "{pattern}: {found}");
        }
    }
}
