//! What property tests put texts together from: words, and parts of words, that the rules of those tests know.

pub const WORDS: &[&str] = &[
    "i",
    "you",
    "want",
    "to",
    "die",
    "kill",
    "myself",
    "my",
    "self",
    "sui",
    "cide",
    "suicidal",
    "k",
    "l",
    "end",
    "it",
    "all",
    "dont",
    "game",
    "are",
    "ok",
    "?",
    ".",
    ",",
    "bye",
    "!",
    "but",
    "iwanttodie",
    "k1ll",
    "\n",
];

/// These and some more, which one test alone is about.
pub fn words_and(more: &[&'static str]) -> Vec<&'static str> {
    [WORDS, more].concat()
}
