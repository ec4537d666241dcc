//! One spelling for every way to write a letter: compatibility forms, case, accents, look-alikes, and what cannot be seen.
//!
//! Folding goes letter by letter, and remembers from which bytes of the original each letter came. What depends on the word a letter stands in
//! (look-alikes of other scripts, digits for letters) is left to [`crate::reading`].

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::UnicodeNormalization;

/// A folded letter and the bytes of the original that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Letter {
    pub ch: char,
    pub start: u32,
    pub end: u32,
}

/// The folded letters of a text.
pub(crate) fn letters(text: &str) -> Vec<Letter> {
    let mut folded = Vec::with_capacity(text.len());
    for (at, ch) in text.char_indices() {
        let (start, end) = (place(at), place(at + ch.len_utf8()));
        if ch.is_ascii() {
            if ch == '\n' || ch == '\t' || !ch.is_ascii_control() {
                folded.push(Letter { ch: ch.to_ascii_lowercase(), start, end });
            }
        } else {
            each(ch, |ch| folded.push(Letter { ch, start, end }));
        }
    }
    folded
}

/// The letters of a text that is its own folded form but for case, each in its place; None if it holds more than that.
pub(crate) fn plain(text: &str) -> Option<String> {
    is_plain(text).then(|| text.to_ascii_lowercase())
}

/// Whether a text is its own folded form but for case.
pub(crate) fn is_plain(text: &str) -> bool {
    // Without a way out in the middle: so many bytes are looked at in one step.
    let other = text.bytes().fold(false, |other, byte| other | !matches!(byte, b'\n' | b' '..=b'~'));
    // A capital that is read as either of two letters.
    // Both are asked about in any case, for the same reason.
    let pairs = text.as_bytes().iter().zip(text.as_bytes().iter().skip(1));
    let unsure = pairs.fold(false, |any, (before, here)| {
        any | (u8::from(before.is_ascii_lowercase()) & u8::from(*here == b'I') != 0)
    });
    !(other | unsure)
}

/// A word as rules and texts share it: folded, without what is neither letter nor digit.
pub(crate) fn word(text: &str) -> String {
    letters(text).iter().map(|letter| letter.ch).filter(|ch| ch.is_alphanumeric()).collect()
}

/// Places are kept in 32 bits; texts are far shorter.
fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn each(ch: char, mut take: impl FnMut(char)) {
    if unseen(ch) {
        return;
    }
    if matches!(ch, '\u{fdfa}' | '\u{fdfb}') {
        // Whole sentences in one sign: nobody disguises a word by them, and a text of them would be eighteen times as long.
        take(ch);
        return;
    }
    if let Some(plain) = enclosed(ch) {
        take(plain);
        return;
    }
    for one in std::iter::once(ch).nfkd().flat_map(char::to_lowercase).nfkd() {
        if !is_combining_mark(one) && !unseen(one) {
            match one {
                'ß' => ['s', 's'].into_iter().for_each(&mut take),
                'æ' => ['a', 'e'].into_iter().for_each(&mut take),
                'œ' => ['o', 'e'].into_iter().for_each(&mut take),
                _ => take(alike(one)),
            }
        }
    }
}

/// Zero-width, bidirectional and other format characters, fillers, tags, variation selectors, controls.
fn unseen(ch: char) -> bool {
    matches!(ch,
        '\u{0000}'..='\u{0008}' | '\u{000b}'..='\u{001f}' | '\u{007f}'..='\u{009f}' | '\u{00ad}' | '\u{034f}' | '\u{061c}'
        | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}' | '\u{0640}')
}

/// Letters in boxes and circles that the compatibility forms leave as they are.
#[allow(clippy::match_same_arms)] // One line a block.
fn enclosed(ch: char) -> Option<char> {
    let nth = |base: u32| char::from_u32(u32::from('a') + (ch as u32 - base));
    match ch {
        '\u{1f130}'..='\u{1f149}' => nth(0x1f130),
        '\u{1f150}'..='\u{1f169}' => nth(0x1f150),
        '\u{1f170}'..='\u{1f189}' => nth(0x1f170),
        '\u{1f1e6}'..='\u{1f1ff}' => nth(0x1f1e6),
        '\u{24eb}'..='\u{24f4}' | '\u{2776}'..='\u{277f}' | '\u{2780}'..='\u{2793}' => Some('#'),
        _ => None,
    }
}

/// Spellings that differ in no way that matters here.
#[allow(clippy::match_same_arms)] // One line a letter is how such a table is read.
fn alike(ch: char) -> char {
    match ch {
        'ı' | 'ɪ' => 'i',
        'ς' => 'σ',
        'ø' => 'o',
        'ł' => 'l',
        'đ' | 'ð' => 'd',
        // Small capitals.
        'ᴀ' => 'a',
        'ʙ' => 'b',
        'ᴄ' => 'c',
        'ᴅ' => 'd',
        'ᴇ' => 'e',
        'ꜰ' => 'f',
        'ɢ' => 'g',
        'ʜ' => 'h',
        'ᴊ' => 'j',
        'ᴋ' => 'k',
        'ʟ' => 'l',
        'ᴍ' => 'm',
        'ɴ' => 'n',
        'ᴏ' => 'o',
        'ᴘ' => 'p',
        'ʀ' => 'r',
        'ꜱ' => 's',
        'ᴛ' => 't',
        'ᴜ' => 'u',
        'ᴠ' => 'v',
        'ᴡ' => 'w',
        'ʏ' => 'y',
        'ᴢ' => 'z',
        // Arabic: one alef, one yeh, one heh, one kaf.
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ى' | 'ی' | 'ئ' => 'ي',
        'ؤ' => 'و',
        'ة' => 'ه',
        'ک' => 'ك',
        '؟' => '?',
        '،' => ',',
        '؛' => ';',
        '。' => '.',
        '\u{2018}' | '\u{2019}' | '\u{201b}' | '\u{2032}' | '`' | '´' | 'ʼ' => '\'',
        '\u{201c}'..='\u{201f}' | '«' | '»' | '\u{2033}' => '"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
        '•' | '·' | '∙' | '‧' | '・' => '.',
        '\u{2028}' | '\u{2029}' | '\u{0085}' => '\n',
        _ => digit(ch),
    }
}

/// Digits of the scripts that chats are written in, as ASCII.
fn digit(ch: char) -> char {
    const ZEROS: [u32; 12] = [0x660, 0x6f0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xe50, 0xed0];
    let code = ch as u32;
    for zero in ZEROS {
        if (zero..zero + 10).contains(&code) {
            return char::from_u32(u32::from('0') + code - zero).unwrap_or(ch);
        }
    }
    ch
}

/// Stands between two messages that are read as one text. No text has it: controls are left out.
pub(crate) const PART: char = '\u{2}';

/// The Latin letter that one of another script is mistaken for.
#[allow(clippy::match_same_arms)] // One line a letter.
pub(crate) fn lookalike(ch: char) -> Option<char> {
    Some(match ch {
        'а' | 'α' | 'ɑ' => 'a',
        'в' | 'β' | 'ь' => 'b',
        'с' | 'ϲ' | 'ᴄ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' | 'є' | 'ҽ' => 'e',
        'ɡ' | 'ց' => 'g',
        'н' | 'һ' | 'հ' => 'h',
        'і' | 'ι' | 'ӏ' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'ⅼ' => 'l',
        'м' => 'm',
        'п' | 'η' | 'ո' => 'n',
        'о' | 'ο' | 'σ' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'г' => 'r',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ш' | 'ω' | 'ѡ' | 'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'у' | 'γ' => 'y',
        'ᴢ' => 'z',
        _ => return None,
    })
}

/// Stands for a letter that may be `i` or `l`. No text has it: controls are left out.
pub(crate) const UNSURE: char = '\u{1}';

/// What a digit or sign may stand for inside of a word, the likeliest first.
#[allow(clippy::match_same_arms)] // One line a sign.
pub(crate) fn leet(ch: char) -> &'static [char] {
    match ch {
        '0' => &['o'],
        '1' | '|' => &['i', 'l'],
        '!' | UNSURE => &['i', 'l'],
        '2' => &['z'],
        '3' | '€' => &['e'],
        '4' | '@' => &['a'],
        '5' | '$' => &['s'],
        '6' => &['g', 'b'],
        '7' | '+' => &['t'],
        '8' => &['b'],
        '9' => &['g'],
        _ => &[],
    }
}
