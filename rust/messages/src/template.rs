//! A frame that was written once, with places for what differs.

/// How a frame is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Text,
    /// `MessagePack`.
    Packed,
}

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The number of a message.
    Seq,
    /// When it was said.
    At,
    /// Its words.
    Text,
    /// What its sender calls it.
    Reference,
}

/// A part of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// As it is.
    Bytes(Box<[u8]>),
    /// A place.
    Field(Field),
}

/// What is put in.
#[derive(Clone, Copy, Debug)]
pub struct Values<'a> {
    /// 0 or more.
    pub seq: u64,
    /// 0 or more.
    pub at: u64,
    /// Any words.
    pub text: &'a str,
    /// Any words.
    pub reference: &'a str,
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// How it is written.
    pub format: Format,
    /// In order.
    pub pieces: Vec<Piece>,
}

impl Template {
    /// Writes the frame, behind what `out` holds.
    pub fn write(&self, values: &Values<'_>, out: &mut Vec<u8>) {
        for piece in &self.pieces {
            let field = match piece {
                Piece::Bytes(bytes) => {
                    out.extend_from_slice(bytes);
                    continue;
                }
                Piece::Field(field) => *field,
            };
            match (field, self.format) {
                (Field::Seq, Format::Text) => decimal(values.seq, out),
                (Field::At, Format::Text) => decimal(values.at, out),
                (Field::Text, Format::Text) => quoted(values.text, out),
                (Field::Reference, Format::Text) => quoted(values.reference, out),
                (Field::Seq, Format::Packed) => packed_number(values.seq, out),
                (Field::At, Format::Packed) => packed_number(values.at, out),
                (Field::Text, Format::Packed) => packed_words(values.text, out),
                (Field::Reference, Format::Packed) => packed_words(values.reference, out),
            }
        }
    }
}

fn decimal(mut number: u64, out: &mut Vec<u8>) {
    let mut digits = [0; 20];
    let mut from = digits.len();
    loop {
        from -= 1;
        digits[from] = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[from..]);
}

fn quoted(words: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let bytes = words.as_bytes();
    let mut from = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= b' ' && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[from..at]);
        from = at + 1;
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            8 => out.extend_from_slice(b"\\b"),
            12 => out.extend_from_slice(b"\\f"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => {
                let hex = |digit: u8| b"0123456789abcdef"[usize::from(digit)];
                out.extend_from_slice(&[b'\\', b'u', b'0', b'0', hex(byte >> 4), hex(byte & 15)]);
            }
        }
    }
    out.extend_from_slice(&bytes[from..]);
    out.push(b'"');
}

#[allow(clippy::cast_possible_truncation)] // Each arm is of what fits.
fn packed_number(number: u64, out: &mut Vec<u8>) {
    match number {
        0..=0x7f => out.push(number as u8),
        0x80..=0xff => out.extend_from_slice(&[0xcc, number as u8]),
        0x100..=0xffff => {
            out.push(0xcd);
            out.extend_from_slice(&(number as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(0xce);
            out.extend_from_slice(&(number as u32).to_be_bytes());
        }
        _ => {
            out.push(0xcf);
            out.extend_from_slice(&number.to_be_bytes());
        }
    }
}

#[allow(clippy::cast_possible_truncation)] // Each arm is of what fits; a frame is no longer than 4 GiB.
fn packed_words(words: &str, out: &mut Vec<u8>) {
    match words.len() {
        length @ 0..=31 => out.push(0xa0 | length as u8),
        length @ 32..=0xff => out.extend_from_slice(&[0xd9, length as u8]),
        length @ 0x100..=0xffff => {
            out.push(0xda);
            out.extend_from_slice(&(length as u16).to_be_bytes());
        }
        length => {
            out.push(0xdb);
            out.extend_from_slice(&(length as u32).to_be_bytes());
        }
    }
    out.extend_from_slice(words.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format, field: Field, values: &Values<'_>) -> Vec<u8> {
        let pieces = vec![Piece::Bytes((*b"<").into()), Piece::Field(field), Piece::Bytes((*b">").into())];
        let mut out = Vec::new();
        Template { format, pieces }.write(values, &mut out);
        out
    }

    fn values(seq: u64, text: &str) -> Values<'_> {
        Values { seq, at: 0, text, reference: "r" }
    }

    #[test]
    fn numbers() {
        for (number, packed) in [
            (0, &[0][..]),
            (127, &[127]),
            (128, &[0xcc, 128]),
            (256, &[0xcd, 1, 0]),
            (65_536, &[0xce, 0, 1, 0, 0]),
            (1 << 32, &[0xcf, 0, 0, 0, 1, 0, 0, 0, 0]),
        ] {
            assert_eq!(written(Format::Text, Field::Seq, &values(number, "")), format!("<{number}>").into_bytes());
            assert_eq!(written(Format::Packed, Field::Seq, &values(number, "")), [b"<", packed, b">"].concat());
        }
        assert_eq!(written(Format::Text, Field::Seq, &values(u64::MAX, "")), b"<18446744073709551615>");
    }

    #[test]
    fn words() {
        let text = "a\"\\\u{1}\u{8}\u{c}\n\r\té😀/\u{7f}";
        let found = written(Format::Text, Field::Text, &values(0, text));
        assert_eq!(found, "<\"a\\\"\\\\\\u0001\\b\\f\\n\\r\\té😀/\u{7f}\">".as_bytes());
        for (length, head) in
            [(31, vec![0xbf]), (32, vec![0xd9, 32]), (256, vec![0xda, 1, 0]), (65_536, vec![0xdb, 0, 1, 0, 0])]
        {
            let text = "x".repeat(length);
            let expected = [b"<", head.as_slice(), text.as_bytes(), b">"].concat();
            assert_eq!(written(Format::Packed, Field::Text, &values(0, &text)), expected);
        }
    }
}
