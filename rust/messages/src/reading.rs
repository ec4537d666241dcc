//! The `send` frame of a client that speaks JSON.

use std::borrow::Cow;

/// How much of what there may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Characters of a ref.
    pub reference: usize,
    /// Characters of a text.
    pub text: usize,
}

/// What somebody wants to say, and what the answer is to be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Send<'a> {
    /// Letters, digits, `-` and `_`.
    pub reference: &'a str,
    /// Where; any string that needs no escapes.
    pub channel: &'a str,
    /// One character at least, none of them a control character but tab and line ends.
    pub text: Cow<'a, str>,
}

/// Reads a frame of exactly `type`, `ref`, `channel` and `text`, in any order, that keeps the limits. None says nothing: it may be in order all the
/// same, or be something else.
#[must_use]
pub fn read(payload: &str, limits: Limits) -> Option<Send<'_>> {
    let mut rest = Rest(payload);
    let (mut kind, mut reference, mut channel, mut text) = (None, None, None, None);
    rest.expect(b'{')?;
    loop {
        let key = rest.string()?;
        rest.expect(b':')?;
        let value = rest.string()?;
        let field = match key.plain()? {
            "type" => &mut kind,
            "ref" => &mut reference,
            "channel" => &mut channel,
            "text" => &mut text,
            _ => return None,
        };
        if field.replace(value).is_some() {
            return None;
        }
        match rest.next()? {
            b',' => {}
            b'}' => break,
            _ => return None,
        }
    }
    rest.end()?;
    if kind?.plain()? != "send" {
        return None;
    }
    let (reference, channel) = (reference?.plain()?, channel?.plain()?);
    let named = reference.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !named || reference.is_empty() || reference.len() > limits.reference {
        return None;
    }
    let text = text?.words()?;
    let fits = text.len() <= limits.text || text.chars().count() <= limits.text;
    (fits && !text.is_empty() && text.bytes().all(printable)).then_some(Send { reference, channel, text })
}

/// No control character but tab and line ends. Those above ASCII are no concern of the definition.
fn printable(byte: u8) -> bool {
    !matches!(byte, 0..=8 | 11 | 12 | 14..=31 | 127)
}

/// A string as it stands between its quotation marks.
#[derive(Clone, Copy, Debug)]
struct Quoted<'a> {
    inner: &'a str,
    escaped: bool,
}

impl<'a> Quoted<'a> {
    fn plain(self) -> Option<&'a str> {
        (!self.escaped).then_some(self.inner)
    }

    fn words(self) -> Option<Cow<'a, str>> {
        if self.escaped {
            unescaped(self.inner).map(Cow::Owned)
        } else {
            Some(Cow::Borrowed(self.inner))
        }
    }
}

fn unescaped(inner: &str) -> Option<String> {
    let mut words = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        words.push_str(&rest[..at]);
        let (ch, length) = escape(&rest[at + 1..])?;
        words.push(ch);
        rest = &rest[at + 1 + length..];
    }
    words.push_str(rest);
    Some(words)
}

/// The character that an escape stands for, and how long it is behind its backslash.
fn escape(rest: &str) -> Option<(char, usize)> {
    let ch = match rest.as_bytes().first()? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => return unicode(rest),
        _ => return None,
    };
    Some((ch, 1))
}

fn unicode(rest: &str) -> Option<(char, usize)> {
    let unit = |from: usize| {
        let digits = rest.get(from..from + 4)?;
        // A sign would be taken for part of a number.
        digits.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u16::from_str_radix(digits, 16).ok())?
    };
    let first = unit(1)?;
    if let Some(ch) = char::from_u32(u32::from(first)) {
        return Some((ch, 5));
    }
    if rest.get(5..7)? != "\\u" {
        return None;
    }
    let mut both = char::decode_utf16([first, unit(7)?]);
    match (both.next(), both.next()) {
        (Some(Ok(ch)), None) => Some((ch, 11)),
        _ => None,
    }
}

struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn space(&mut self) {
        let bytes = self.0.as_bytes();
        let space = bytes.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
        self.0 = &self.0[space..];
    }

    fn next(&mut self) -> Option<u8> {
        self.space();
        let byte = *self.0.as_bytes().first()?;
        self.0 = self.0.get(1..)?;
        Some(byte)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())
    }

    fn end(&mut self) -> Option<()> {
        self.space();
        self.0.is_empty().then_some(())
    }

    fn string(&mut self) -> Option<Quoted<'a>> {
        self.expect(b'"')?;
        let bytes = self.0.as_bytes();
        let (mut at, mut escaped) = (0, false);
        loop {
            match *bytes.get(at)? {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    at += 2;
                }
                // No JSON.
                0..=31 => return None,
                _ => at += 1,
            }
        }
        let inner = self.0.get(..at)?;
        self.0 = self.0.get(at + 1..)?;
        Some(Quoted { inner, escaped })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { reference: 8, text: 12 };

    fn text(payload: &str) -> Option<String> {
        read(payload, LIMITS).map(|send| send.text.into_owned())
    }

    #[test]
    fn what_a_page_sends_is_read() {
        let found = read(r#"{"type":"send","ref":"a-1_Z","channel":"c","text":"hello"}"#, LIMITS);
        assert_eq!(found, Some(Send { reference: "a-1_Z", channel: "c", text: "hello".into() }));
    }

    #[test]
    fn order_and_space_are_free() {
        let found = text("\n{ \"text\" : \"é 😀\" ,\t\"channel\":\"c\", \"ref\":\"r\",\r\n\"type\":\"send\" } ");
        assert_eq!(found.as_deref(), Some("é 😀"));
    }

    #[test]
    fn escapes_are_undone() {
        let found = text(r#"{"type":"send","ref":"r","channel":"c","text":"\"\\\/\n\r\t\u00e9\uD83D\uDE00"}"#);
        assert_eq!(found.as_deref(), Some("\"\\/\n\r\té😀"));
    }

    #[test]
    fn what_may_not_fit_is_left_to_the_definition() {
        let with = |text: &str| format!(r#"{{"type":"send","ref":"r","channel":"c","text":"{text}"}}"#);
        for wrong in [
            "",
            r"\u0000",
            r"\b",
            r"\f",
            "\u{7f}",
            r"\ud800",
            r"\ud800\u0041",
            r"\udc00",
            r"\u+041",
            r"\x",
            "1234567890123",
        ] {
            assert_eq!(text(&with(wrong)), None, "{wrong:?}");
        }
        for wrong in [
            r#"{"type":"edit","ref":"r","channel":"c","text":"t"}"#,
            r#"{"type":"send","ref":"","channel":"c","text":"t"}"#,
            r#"{"type":"send","ref":"a b","channel":"c","text":"t"}"#,
            r#"{"type":"send","ref":"123456789","channel":"c","text":"t"}"#,
            r#"{"type":"send","ref":"r","channel":"c","text":"t","text":"t"}"#,
            r#"{"type":"send","ref":"r","channel":"c","text":"t","reply_to":1}"#,
            r#"{"type":"send","ref":"r","channel":"c"}"#,
            r#"{"type":"send","ref":"r","channel":"c","text":1}"#,
            r#"{"type":"send","ref":"r","channel":"c","text":"t"} x"#,
            r#"{"type":"send","ref":"r","channel":"c","text":"t",}"#,
            r#"{"type":"send","ref":"r","channel":"c","text":"t""#,
            r#"{"type":"send","ref":"r","channel":"c","text":"t\"#,
            "{\"type\":\"send\",\"ref\":\"r\",\"channel\":\"c\",\"text\":\"a\nb\"}",
            "[]",
            "",
        ] {
            assert_eq!(read(wrong, LIMITS), None, "{wrong}");
        }
    }
}
