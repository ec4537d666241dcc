//! Reads a text twice: as words, with the disguises undone, and as its surface, where signs and digits still stand.
//!
//! The words are what language rules are matched on: folded tokens between single spaces, with `.` and `?` for the ends of sentences. The surface
//! is what contact details are matched on. Both know where in the original each part came from.

use crate::fold::{leet, letters, lookalike, Letter, UNSURE};
use crate::rules::Lexicon;
use crate::vocabulary::Vocabulary;

/// A longer word is no word.
const LONGEST_TOKEN: usize = 64;
const MOST_SPELLINGS: usize = 64;
/// Letters of a word that may be blotted out next to each other.
const MOST_BLOTS: usize = 4;

/// Where one token stands: in the view, and in the original.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub at: u32,
    pub start: u32,
    pub end: u32,
    pub quoted: bool,
}

/// The words of a text. Invariant: `text` begins and ends with a space, and every token is followed by one.
#[derive(Debug)]
pub(crate) struct Words {
    pub text: String,
    pub tokens: Vec<Token>,
    /// Where in `text` a sentence begins, rising; the first is 0. Positions are those of the space before the first word.
    pub sentences: Vec<usize>,
    /// The same for parts of sentences: after a comma, or at a word such as `but`.
    pub clauses: Vec<usize>,
}

/// The surface of a text, and for each of its bytes the bytes of the original.
#[derive(Debug)]
pub(crate) struct Surface {
    pub text: String,
    pub origin: Vec<(u32, u32)>,
    pub digits: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gap {
    /// Nothing, or signs that also stand inside of words.
    Sign,
    Space,
    Comma,
    Stop,
    Question,
    /// A dot without a space after it, as in `k.i.l.l`.
    Dot,
}

/// A run of letters, digits and signs, and what stands before it.
struct Piece {
    letters: Vec<Letter>,
    before: Gap,
    quoted: bool,
}

impl Piece {
    fn text(&self) -> String {
        self.letters.iter().map(|letter| letter.ch).collect()
    }
}

fn is_blot(ch: char) -> bool {
    matches!(ch, '*' | '#')
}

/// Signs that may stand for a letter or cover one, where letters stand on both sides (or after, for those that begin words).
fn within(folded: &[Letter], at: usize) -> bool {
    let ch = folded[at].ch;
    let letter = |at: Option<usize>| at.and_then(|at| folded.get(at)).is_some_and(|letter| letter.ch.is_alphanumeric());
    let touching = |step: &dyn Fn(usize) -> Option<usize>| {
        let mut place = step(at);
        // A longer run of signs covers no word, and must not be gone over again for each of them.
        for _ in 0..MOST_BLOTS {
            if place.and_then(|at| folded.get(at)).is_some_and(|letter| is_blot(letter.ch)) {
                place = place.and_then(step);
            }
        }
        letter(place)
    };
    let before = |at: usize| at.checked_sub(1);
    let after = |at: usize| Some(at + 1);
    match ch {
        '$' | '€' => folded.get(at + 1).is_some_and(|letter| letter.ch.is_alphabetic()),
        UNSURE => true,
        '@' | '!' | '|' | '+' => letter(before(at)) && letter(after(at)),
        _ if is_blot(ch) => touching(&before) && touching(&after),
        _ => false,
    }
}

fn pieces(folded: &[Letter]) -> Vec<Piece> {
    let quotes: Vec<usize> = folded.iter().enumerate().filter(|(_, l)| l.ch == '"').map(|(at, _)| at).collect();
    let mut found: Vec<Piece> = Vec::new();
    let mut current: Vec<Letter> = Vec::new();
    let (mut before, mut pending) = (Gap::Stop, Gap::Stop);
    let mut close = |current: &mut Vec<Letter>, before: Gap, at: usize| {
        if !current.is_empty() {
            let place = quotes.partition_point(|&quote| quote < at);
            let inside = place % 2 == 1 && place < quotes.len();
            found.push(Piece { letters: std::mem::take(current), before, quoted: inside });
        }
    };
    for (at, letter) in folded.iter().enumerate() {
        let ch = letter.ch;
        if ch.is_alphanumeric() || within(folded, at) {
            if current.is_empty() {
                before = pending;
                pending = Gap::Sign;
            }
            current.push(*letter);
            if current.len() >= LONGEST_TOKEN {
                close(&mut current, before, at);
            }
            continue;
        }
        if ch == '\'' && !current.is_empty() && folded.get(at + 1).is_some_and(|next| next.ch.is_alphabetic()) {
            continue;
        }
        close(&mut current, before, at);
        let followed = folded.get(at + 1).is_some_and(|next| next.ch.is_alphanumeric());
        let gap = match ch {
            '.' if followed => Gap::Dot,
            '.' | '\n' | '!' | '…' => Gap::Stop,
            '?' => Gap::Question,
            ',' | ';' | ':' | '(' | ')' => Gap::Comma,
            ch if ch.is_whitespace() => Gap::Space,
            _ => Gap::Sign,
        };
        pending = heavier(pending, gap);
    }
    close(&mut current, before, folded.len());
    let last = pending;
    if matches!(last, Gap::Question) {
        found.push(Piece { letters: Vec::new(), before: last, quoted: false });
    }
    found
}

fn heavier(a: Gap, b: Gap) -> Gap {
    let weight = |gap: Gap| match gap {
        Gap::Sign => 0,
        Gap::Dot => 1,
        Gap::Space => 2,
        Gap::Comma => 3,
        Gap::Stop => 4,
        Gap::Question => 5,
    };
    // A dot with a space beside it ends a sentence.
    if matches!((a, b), (Gap::Dot, Gap::Space) | (Gap::Space, Gap::Dot)) {
        return Gap::Space;
    }
    if weight(a) >= weight(b) {
        a
    } else {
        b
    }
}

/// Builds [`Words`].
struct Writer<'a> {
    lexicon: &'a Lexicon,
    words: Words,
}

impl Writer<'_> {
    fn gap(&mut self, gap: Gap) {
        let here = self.words.text.len() - 1;
        match gap {
            Gap::Stop | Gap::Dot
                if here > 0 && !self.words.text.ends_with(". ") && !self.words.text.ends_with("? ") =>
            {
                self.words.text.push_str(". ");
                self.sentence();
            }
            Gap::Question if here > 0 && !self.words.text.ends_with("? ") => {
                self.words.text.push_str("? ");
                self.sentence();
            }
            Gap::Comma => self.clause(here),
            _ => {}
        }
    }

    fn sentence(&mut self) {
        let here = self.words.text.len() - 1;
        self.words.sentences.push(here);
        self.clause(here);
    }

    fn clause(&mut self, here: usize) {
        if self.words.clauses.last() != Some(&here) {
            self.words.clauses.push(here);
        }
    }

    fn word(&mut self, word: &str, from: &[Letter], quoted: bool) {
        let (Some(first), Some(last)) = (from.first(), from.last()) else { return };
        if self.lexicon.breaks.contains(word) {
            self.clause(self.words.text.len() - 1);
        }
        let at = u32::try_from(self.words.text.len()).unwrap_or(u32::MAX);
        self.words.tokens.push(Token { at, start: first.start, end: last.end.max(first.end), quoted });
        self.words.text.push_str(word);
        self.words.text.push(' ');
    }
}

/// The words of a text, its disguises undone as far as `vocabulary` knows what is behind them.
pub(crate) fn words(text: &str, vocabulary: &Vocabulary, lexicon: &Lexicon) -> Words {
    let mut folded = letters(text);
    unsure_capitals(text, &mut folded);
    let pieces = pieces(&folded);
    let empty = Words { text: String::from(" "), tokens: Vec::new(), sentences: vec![0], clauses: vec![0] };
    let mut writer = Writer { lexicon, words: empty };
    let mut at = 0;
    while at < pieces.len() {
        let piece = &pieces[at];
        let run = spelled(&pieces[at..]);
        if run >= 3 {
            writer.gap(piece.before);
            spelled_out(&mut writer, &pieces[at..at + run], vocabulary);
            at += run;
            continue;
        }
        let read = read(piece, vocabulary, lexicon);
        {
            if let Some((joined, count)) = joined(&pieces[at..], &read, vocabulary, lexicon) {
                writer.gap(piece.before);
                let all: Vec<Letter> = pieces[at..at + count].iter().flat_map(|p| p.letters.clone()).collect();
                writer.word(&joined, &all, piece.quoted);
                at += count;
                continue;
            }
        }
        writer.gap(piece.before);
        whole(&mut writer, piece, &read, vocabulary);
        at += 1;
    }
    writer.words
}

/// A capital `I` inside of a word of small letters looks like an `l`: it is read as a sign that may be either.
fn unsure_capitals(text: &str, folded: &mut [Letter]) {
    let bytes = text.as_bytes();
    let mut after_small = false;
    for letter in folded {
        let written = bytes.get(letter.start as usize).copied().unwrap_or(b' ');
        if written == b'I' && after_small {
            letter.ch = UNSURE;
        } else {
            after_small = written.is_ascii_lowercase();
        }
    }
}

/// How many pieces of one letter each follow each other here, as in `k i l l` or `k.i.l.l`.
fn spelled(pieces: &[Piece]) -> usize {
    let single = |piece: &Piece| {
        piece.letters.len() == 1 && (piece.letters[0].ch.is_alphabetic() || !leet(piece.letters[0].ch).is_empty())
    };
    let run = pieces
        .iter()
        .enumerate()
        .take_while(|(at, piece)| {
            single(piece) && (*at == 0 || matches!(piece.before, Gap::Sign | Gap::Space | Gap::Dot))
        })
        .count();
    let alphabetic = pieces[..run].iter().filter(|piece| piece.letters[0].ch.is_alphabetic()).count();
    if alphabetic * 2 > run {
        run.min(256)
    } else {
        0
    }
}

fn spelled_out(writer: &mut Writer<'_>, pieces: &[Piece], vocabulary: &Vocabulary) {
    let from: Vec<Letter> = pieces.iter().map(|piece| piece.letters[0]).collect();
    let quoted = pieces[0].quoted;
    let readings = [0, 1].map(|choice| {
        from.iter()
            .map(|letter| {
                let options = leet(letter.ch);
                options.get(choice.min(options.len().saturating_sub(1))).copied().unwrap_or(letter.ch)
            })
            .map(|ch| lookalike(ch).unwrap_or(ch))
            .collect::<Vec<char>>()
    });
    for run in &readings {
        if let Some(cut) = vocabulary.cut(run) {
            for (start, end) in cut {
                let word: String = run[start..end].iter().collect();
                writer.word(&word, &from[start..end], quoted);
            }
            return;
        }
    }
    let piece = Piece { letters: from, before: pieces[0].before, quoted };
    writer.word(&latin(&piece, vocabulary), &piece.letters, quoted);
}

/// Pieces that together are one known word, as in `su-icide`, `sui cide`; and how many.
fn joined(pieces: &[Piece], first: &str, vocabulary: &Vocabulary, lexicon: &Lexicon) -> Option<(String, usize)> {
    let mut whole = String::from(first);
    for (count, piece) in pieces.iter().enumerate().skip(1).take(3) {
        if !matches!(piece.before, Gap::Sign | Gap::Dot | Gap::Space) || piece.letters.is_empty() {
            return None;
        }
        let next = read(piece, vocabulary, lexicon);
        // Two words that are known as they are stay two.
        let both = vocabulary.has(first) && vocabulary.has(&next);
        whole.push_str(&next);
        if both && !vocabulary.is_forgiven(&whole) {
            return None;
        }
        let long = whole.chars().count() >= if piece.before == Gap::Space { 6 } else { 4 };
        if long && vocabulary.exactly(&whole) {
            return Some((whole, count + 1));
        }
        if piece.before == Gap::Space {
            return None;
        }
    }
    None
}

fn whole(writer: &mut Writer<'_>, piece: &Piece, read: &str, vocabulary: &Vocabulary) {
    let plain = piece.letters.len() >= 8 && piece.letters.iter().all(|letter| letter.ch.is_alphabetic());
    if plain && !vocabulary.has(read) {
        let run: Vec<char> = piece.letters.iter().map(|letter| letter.ch).collect();
        if let Some(cut) = vocabulary.cut_whole(&run) {
            for (start, end) in cut {
                let word: String = run[start..end].iter().collect();
                writer.word(&word, &piece.letters[start..end], piece.quoted);
            }
            return;
        }
    }
    writer.word(read, &piece.letters, piece.quoted);
}

/// One word with its disguise undone, if a known word is behind it; else as it stands, long runs of a letter shortened.
fn read(piece: &Piece, vocabulary: &Vocabulary, lexicon: &Lexicon) -> String {
    let word = undisguised(piece, vocabulary);
    lexicon.aliases.get(&word).cloned().unwrap_or(word)
}

fn undisguised(piece: &Piece, vocabulary: &Vocabulary) -> String {
    let word = latin(piece, vocabulary);
    if vocabulary.exactly(&word) || word.is_empty() {
        return word;
    }
    if word.chars().any(is_blot) {
        let blotted: String = word.chars().map(|ch| if is_blot(ch) { '*' } else { ch }).collect();
        if let Some(known) = vocabulary.uncovered(&blotted) {
            return known.to_owned();
        }
    }
    if word.chars().any(|ch| !ch.is_alphabetic()) && word.chars().any(char::is_alphabetic) {
        if let Some(known) = unleeted(&word, vocabulary) {
            return known;
        }
        return word.replace(UNSURE, "i");
    }
    let shorter = shortenings(&word);
    if let Some(known) = shorter.iter().find(|shorter| vocabulary.exactly(shorter)) {
        return known.clone();
    }
    if let Some(known) = shorter.iter().find_map(|shorter| vocabulary.corrected(shorter)) {
        return known.to_owned();
    }
    if let Some(known) = vocabulary.corrected(&word) {
        return known.to_owned();
    }
    if vocabulary.has(&word) {
        return word;
    }
    if has_run(&word, 3) && word.chars().all(char::is_alphabetic) {
        return shortened(&word, 1);
    }
    word
}

/// Look-alikes of other scripts among Latin letters, or instead of all of them where that makes a known word.
fn latin(piece: &Piece, vocabulary: &Vocabulary) -> String {
    let word = piece.text();
    if word.is_ascii() || !word.chars().any(|ch| lookalike(ch).is_some()) {
        return word;
    }
    let mapped: String = word.chars().map(|ch| lookalike(ch).unwrap_or(ch)).collect();
    let mixed = word.chars().any(|ch| ch.is_ascii_alphabetic());
    if mixed || (mapped.is_ascii() && vocabulary.has(&mapped)) {
        mapped
    } else {
        word
    }
}

fn unleeted(word: &str, vocabulary: &Vocabulary) -> Option<String> {
    let mut spellings = vec![String::new()];
    for ch in word.chars() {
        let options = if ch.is_alphabetic() { &[] } else { leet(ch) };
        let options = if options.is_empty() { std::slice::from_ref(&ch) } else { options };
        if spellings.len() * options.len() > MOST_SPELLINGS {
            return None;
        }
        spellings =
            spellings.iter().flat_map(|start| options.iter().map(move |option| format!("{start}{option}"))).collect();
    }
    spellings.into_iter().find_map(|spelling| {
        if vocabulary.has(&spelling) {
            return Some(spelling);
        }
        let shorter = shortenings(&spelling).into_iter().find(|word| vocabulary.has(word));
        shorter.or_else(|| vocabulary.corrected(&spelling).map(str::to_owned))
    })
}

/// Runs of a letter cut down to at most so many.
fn shortened(word: &str, most: usize) -> String {
    let mut short = String::with_capacity(word.len());
    let (mut last, mut run) = (None, 0);
    for ch in word.chars() {
        run = if last == Some(ch) { run + 1 } else { 1 };
        last = Some(ch);
        if run <= most {
            short.push(ch);
        }
    }
    short
}

/// All ways to take the runs of a word for one letter or two.
fn shortenings(word: &str) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut runs = Vec::<(char, usize)>::new();
    for ch in word.chars() {
        match runs.last_mut() {
            Some((last, count)) if *last == ch => *count += 1,
            _ => runs.push((ch, 1)),
        }
    }
    if runs.iter().all(|(_, count)| *count == 1) {
        return Vec::new();
    }
    for (ch, count) in runs {
        let both = count > 1 && all.len() < MOST_SPELLINGS;
        let ones: Vec<String> =
            if both { all.iter().map(|start| format!("{start}{ch}")).collect() } else { Vec::new() };
        for start in &mut all {
            start.extend(std::iter::repeat_n(ch, count.min(2)));
        }
        all.extend(ones);
    }
    all.retain(|shorter| shorter != word);
    all
}

fn has_run(word: &str, length: usize) -> bool {
    let (mut last, mut run) = (None, 0);
    word.chars().any(|ch| {
        run = if last == Some(ch) { run + 1 } else { 1 };
        last = Some(ch);
        run >= length
    })
}

/// The surface of a text: folded, single spaces, numbers spelled as words turned into digits. `\n` stays: it parts messages of a conversation.
pub(crate) fn surface(text: &str, lexicon: &Lexicon) -> Surface {
    let folded = letters(text);
    let mut made = Surface { text: String::with_capacity(folded.len()), origin: Vec::new(), digits: 0 };
    let mut at = 0;
    let mut times = 1;
    while at < folded.len() {
        let letter = folded[at];
        if letter.ch.is_alphabetic() {
            let length = folded[at..].iter().take_while(|l| l.ch.is_alphabetic()).count();
            let from = &folded[at..at + length];
            let word: String = from.iter().map(|l| l.ch).collect();
            let standing = at == 0 || !folded[at - 1].ch.is_alphabetic();
            let ends = folded.get(at + length).is_none_or(|next| !next.ch.is_alphabetic());
            match lexicon.numbers.get(word.as_str()).filter(|_| standing && ends) {
                Some(value) if value.starts_with('x') => {
                    times = value[1..].parse().unwrap_or(1);
                    for l in from {
                        made.push(l.ch, *l);
                    }
                }
                Some(value) if !value.ends_with('?') || times > 1 || made.after_digit() => {
                    let whole = Letter { ch: ' ', start: from[0].start, end: from[length - 1].end };
                    if times > 1 {
                        made.forget_word();
                    }
                    for _ in 0..times.min(4) {
                        for ch in value.trim_end_matches('?').chars() {
                            made.push(ch, whole);
                        }
                    }
                    times = 1;
                }
                _ => {
                    times = 1;
                    let mixed = from.iter().any(|l| l.ch.is_ascii_alphabetic());
                    for l in from {
                        made.push(if mixed { lookalike(l.ch).unwrap_or(l.ch) } else { l.ch }, *l);
                    }
                }
            }
            at += length;
            continue;
        }
        let ch = if letter.ch == '\n' {
            '\n'
        } else if letter.ch.is_whitespace() {
            ' '
        } else {
            letter.ch
        };
        let after_space = made.text.ends_with([' ', '\n']);
        if !((ch == ' ' || ch == '\n') && after_space) {
            made.push(ch, letter);
        }
        at += 1;
    }
    made
}

impl Surface {
    fn push(&mut self, ch: char, from: Letter) {
        self.text.push(ch);
        self.digits += usize::from(ch.is_ascii_digit());
        self.origin.resize(self.text.len(), (from.start, from.end));
    }

    fn after_digit(&self) -> bool {
        self.text.trim_end_matches(' ').ends_with(|ch: char| ch.is_ascii_digit())
    }

    /// Takes the word for "double" away again: its digit follows.
    fn forget_word(&mut self) {
        let kept = self.text.trim_end().trim_end_matches(char::is_alphabetic).len();
        self.text.truncate(kept);
        self.origin.truncate(kept);
    }
}
