//! The protocols of the servers: what a client says to each, and what can be told from an answer by a quick look at its bytes.
//!
//! Every text that a run publishes begins with a mark and its number in letters, `#qqqqqqvx`, so that a delivery is known in any
//! dialect. Digits would look like somebody's phone number, and vowels would make words that our server may hold back.

use std::fmt::Write;

use memchr::{memchr, memmem};

/// What people say.
pub const WORDS: &str = "It has been a long day, and it helps to write it down where somebody reads along. Thank you.";
/// Digits of a text's number, and the letters that stand for them.
const DIGITS: usize = 8;
const LETTERS: &[u8; 10] = b"qwxzvyjhrm";
/// Replies of Centrifuge bear the number of their command; those of publications begin here.
const FIRST_PUBLICATION: u32 = 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// docs/protocol.md
    Cups,
    /// Centrifuge's JSON protocol.
    Centrifuge,
    /// What one says all others hear, or the partner; there is no arriving.
    Plain,
}

impl std::str::FromStr for Dialect {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text {
            "cups" => Ok(Self::Cups),
            "centrifuge" => Ok(Self::Centrifuge),
            "plain" => Ok(Self::Plain),
            _ => Err(()),
        }
    }
}

/// What the server says in one message, as far as a run wants to know it.
#[derive(Debug, PartialEq, Eq)]
pub enum Said<'a> {
    /// One is signed in, and may enter channels; with it may come a ticket to come back with.
    Welcome(Option<&'a str>),
    Entered(State<'a>),
    /// A text of this run, and its number in the channel if it has one.
    Delivered(u32, Option<u64>),
    Acked(u32),
    Refused(u32, &'a str),
    /// The server asks whether one is there: the answer.
    Beat(&'static [u8]),
    /// Typing, presence and the like.
    Light,
    Other,
}

/// A channel as of entering it.
#[derive(Debug, PartialEq, Eq)]
pub struct State<'a> {
    pub epoch: &'a str,
    pub seq: u64,
    pub recovered: bool,
    /// The numbers of the events that were missed, if it was recovered.
    pub missed: Vec<u64>,
}

/// Who connects, and where to.
#[derive(Clone, Default)]
pub struct Person {
    pub token: String,
    pub channel: String,
}

/// A place in a channel: its epoch and the last number held.
#[derive(Clone, Debug)]
pub struct Position {
    pub epoch: String,
    pub seq: u64,
}

impl Dialect {
    pub fn head(self, port: u16, path: &str, person: &Person, ticket: Option<&str>) -> String {
        let path = match self {
            Self::Cups => "/live",
            Self::Centrifuge => "/connection/websocket",
            Self::Plain => path,
        };
        let mut head = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nOrigin: http://127.0.0.1:{port}\r\n"
        );
        if self == Self::Cups {
            let ticket = ticket.map_or(String::new(), |ticket| format!(", cups.ticket.{ticket}"));
            let _ = write!(head, "Cookie: cups={}\r\nSec-WebSocket-Protocol: cups.v1.json{ticket}\r\n", person.token);
        }
        head + "\r\n"
    }

    /// What is said right after the upgrade.
    pub fn greeting(self) -> Option<&'static str> {
        (self == Self::Centrifuge).then_some(r#"{"id":1,"connect":{}}"#)
    }

    pub fn enter(self, channel: &str, since: Option<&Position>) -> String {
        match (self, since) {
            (Self::Centrifuge, None) => {
                format!(r#"{{"id":2,"subscribe":{{"channel":"{channel}"}}}}"#)
            }
            (Self::Centrifuge, Some(at)) => format!(
                r#"{{"id":2,"subscribe":{{"channel":"{channel}","recover":true,"epoch":"{}","offset":{}}}}}"#,
                at.epoch, at.seq
            ),
            (_, None) => format!(r#"{{"type":"subscribe","ref":"enter","channel":"{channel}"}}"#),
            (_, Some(at)) => format!(
                r#"{{"type":"subscribe","ref":"enter","channel":"{channel}","since":{{"epoch":"{}","seq":{}}}}}"#,
                at.epoch, at.seq
            ),
        }
    }

    pub fn leave(self, channel: &str) -> String {
        match self {
            Self::Centrifuge => format!(r#"{{"id":3,"unsubscribe":{{"channel":"{channel}"}}}}"#),
            _ => format!(r#"{{"type":"unsubscribe","ref":"leave","channel":"{channel}"}}"#),
        }
    }

    /// Says a text of about a hundred characters; `run` keeps the refs of one run apart from another's.
    pub fn publish(self, run: u32, channel: &str, number: u32) -> String {
        self.say(run, channel, number, WORDS)
    }

    /// Says any words without quotation marks.
    pub fn say(self, run: u32, channel: &str, number: u32, words: &str) -> String {
        let mark = mark(number);
        match self {
            Self::Cups => {
                format!(r#"{{"type":"send","ref":"{run:x}-{number}","channel":"{channel}","text":"{mark} {words}"}}"#)
            }
            Self::Centrifuge => format!(
                r#"{{"id":{},"publish":{{"channel":"{channel}","data":{{"text":"{mark} {words}"}}}}}}"#,
                number + FIRST_PUBLICATION
            ),
            Self::Plain => format!(r#"{{"text":"{mark} {words}"}}"#),
        }
    }

    /// Says that one types, or has read up to somewhere: what the latest replaces.
    pub fn hint(self, channel: &str, name: &str) -> String {
        match self {
            Self::Cups => format!(r#"{{"type":"typing","channel":"{channel}"}}"#),
            Self::Centrifuge => {
                format!(r#"{{"id":4,"publish":{{"channel":"{channel}","data":{{"types":"{name}"}}}}}}"#)
            }
            Self::Plain => format!(r#"{{"types":"{name}"}}"#),
        }
    }

    /// Tells what a message says; Centrifuge puts several into one, a line each.
    pub fn read<'a>(self, message: &'a [u8], mut each: impl FnMut(Said<'a>)) {
        match self {
            Self::Cups => each(cups(message)),
            Self::Plain => {
                each(number(message).map_or(Said::Light, |number| Said::Delivered(number, None)));
            }
            Self::Centrifuge => {
                for line in message.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
                    each(centrifuge(line));
                }
            }
        }
    }
}

fn cups(message: &[u8]) -> Said<'_> {
    let Some(rest) = message.strip_prefix(br#"{"type":""#) else {
        return Said::Other;
    };
    match rest.first() {
        Some(b'm') if rest.starts_with(b"message") => {
            number(rest).map_or(Said::Other, |number| Said::Delivered(number, integer(rest, br#""message":{"seq":"#)))
        }
        Some(b'a') if rest.starts_with(b"ack") => reference(rest).map_or(Said::Other, Said::Acked),
        Some(b'e') if rest.starts_with(b"error") => {
            Said::Refused(reference(rest).unwrap_or(u32::MAX), word(rest, br#""code":""#).unwrap_or("?"))
        }
        Some(b's') if rest.starts_with(b"subscribed") => Said::Entered(State {
            epoch: word(rest, br#""epoch":""#).unwrap_or(""),
            seq: integer(rest, br#","seq":"#).unwrap_or(0),
            recovered: memmem::find(rest, br#""recovered":true"#).is_some(),
            missed: integers(rest, br#"{"seq":"#),
        }),
        Some(b'w') if rest.starts_with(b"welcome") => Said::Welcome(word(rest, br#""ticket":""#)),
        Some(b't' | b'p' | b'r') => Said::Light,
        _ => Said::Other,
    }
}

fn centrifuge(line: &[u8]) -> Said<'_> {
    if line == b"{}" {
        return Said::Beat(b"{}");
    }
    if line.starts_with(br#"{"push""#) {
        return number(line).map_or(Said::Light, |number| Said::Delivered(number, integer(line, br#""offset":"#)));
    }
    let Some(id) = integer(line, br#"{"id":"#).and_then(|id| u32::try_from(id).ok()) else {
        return Said::Other;
    };
    let published = id.saturating_sub(FIRST_PUBLICATION);
    if memmem::find(line, br#""error":{"#).is_some() {
        return Said::Refused(published, word(line, br#""message":""#).unwrap_or("?"));
    }
    match id {
        1 => Said::Welcome(None),
        2 => {
            let missed = integers(line, br#"},"offset":"#);
            Said::Entered(State {
                epoch: word(line, br#""epoch":""#).unwrap_or(""),
                seq: integers(line, br#""offset":"#).into_iter().max().unwrap_or(0),
                recovered: memmem::find(line, br#""recovered":true"#).is_some(),
                missed,
            })
        }
        3 | 4 => Said::Other,
        _ => Said::Acked(published),
    }
}

/// What a text of ours begins with.
fn mark(number: u32) -> String {
    let digits = format!("{number:0DIGITS$}");
    std::iter::once('#').chain(digits.bytes().map(|digit| char::from(LETTERS[usize::from(digit - b'0')]))).collect()
}

/// The number of a text of ours.
fn number(message: &[u8]) -> Option<u32> {
    let at = memchr(b'#', message)?;
    let letters = message.get(at + 1..at + 1 + DIGITS)?.iter();
    let digits = letters.map(|letter| LETTERS.iter().position(|known| known == letter).unwrap_or(0));
    Some(digits.fold(0, |value, digit| value * 10 + digit as u32))
}

/// The number in a ref of ours, `run-number`.
fn reference(message: &[u8]) -> Option<u32> {
    word(message, br#""ref":""#)?.rsplit_once('-')?.1.parse().ok()
}

fn digits(bytes: &[u8]) -> u64 {
    bytes.iter().take_while(|byte| byte.is_ascii_digit()).fold(0, |value, digit| value * 10 + u64::from(digit - b'0'))
}

fn integer(bytes: &[u8], before: &[u8]) -> Option<u64> {
    memmem::find(bytes, before).map(|at| digits(&bytes[at + before.len()..]))
}

fn integers(bytes: &[u8], before: &[u8]) -> Vec<u64> {
    memmem::find_iter(bytes, before).map(|at| digits(&bytes[at + before.len()..])).collect()
}

fn word<'a>(bytes: &'a [u8], before: &[u8]) -> Option<&'a str> {
    let start = memmem::find(bytes, before)? + before.len();
    let length = memchr(b'"', &bytes[start..])?;
    std::str::from_utf8(&bytes[start..start + length]).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(dialect: Dialect, message: &str) -> Vec<String> {
        let mut found = Vec::new();
        dialect.read(message.as_bytes(), |said| found.push(format!("{said:?}")));
        found
    }

    #[test]
    fn what_is_published_is_known_again() {
        let cups = r##"{"type":"message","channel":"c","message":{"seq":7,"rev":7,"text":"#qqqqqqvx It has"}}"##;
        assert_eq!(only(Dialect::Cups, cups), ["Delivered(42, Some(7))"]);
        let two = "{\"push\":{\"channel\":\"r\",\"pub\":{\"data\":{\"text\":\"#qqqqqqqw x\"},\"offset\":9}}}\n{}";
        assert_eq!(only(Dialect::Centrifuge, two), ["Delivered(1, Some(9))", "Beat([123, 125])"]);
        assert_eq!(only(Dialect::Plain, &Dialect::Plain.publish(1, "", 3)), ["Delivered(3, None)"]);
    }

    #[test]
    fn answers_are_told_from_each_other() {
        assert_eq!(only(Dialect::Cups, r#"{"type":"ack","ref":"1f-12","seq":1}"#), ["Acked(12)"]);
        let refused = r#"{"type":"error","ref":"1f-12","code":"too-fast","detail":""}"#;
        assert_eq!(only(Dialect::Cups, refused), [r#"Refused(12, "too-fast")"#]);
        assert_eq!(only(Dialect::Centrifuge, r#"{"id":1001,"publish":{}}"#), ["Acked(1)"]);
        let entered = r#"{"type":"subscribed","ref":"enter","epoch":"e","seq":5,"recovered":true,"messages":[{"seq":4,"rev":4},{"seq":5,"rev":5}]}"#;
        assert_eq!(
            only(Dialect::Cups, entered),
            [r#"Entered(State { epoch: "e", seq: 5, recovered: true, missed: [4, 5] })"#]
        );
    }
}
