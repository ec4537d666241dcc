//! Frame headers: those of clients read, those of the server written.

/// Opcodes of RFC 6455.
pub(crate) mod opcode {
    pub const CONTINUATION: u8 = 0;
    pub const TEXT: u8 = 1;
    pub const BINARY: u8 = 2;
    pub const CLOSE: u8 = 8;
    pub const PING: u8 = 9;
    pub const PONG: u8 = 10;
}

/// The longest header of a client: two bytes, eight of length, four of mask.
pub const MAX_HEADER: usize = 14;

/// Payload of a control frame.
pub(crate) const MAX_CONTROL: usize = 125;

/// The header of a masked frame without reserved bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// The last frame of its message.
    pub fin: bool,
    /// What kind of frame.
    pub opcode: u8,
    /// Bytes of payload.
    pub payload: u64,
    /// Bytes of the header itself.
    pub size: usize,
    /// Whether the length took more bytes than it needs, or all 64 bits, which is not allowed.
    pub padded: bool,
}

impl Header {
    /// Close, ping, pong.
    #[must_use]
    pub fn is_control(&self) -> bool {
        self.opcode >= opcode::CLOSE
    }
}

/// What the beginning of a frame says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Read {
    /// At least so many bytes are needed.
    Short(usize),
    /// No client may send this.
    Malformed,
    /// A whole header.
    Whole(Header),
}

/// Reads a header.
#[must_use]
pub fn read(bytes: &[u8]) -> Read {
    let &[first, second, ..] = bytes else {
        return Read::Short(2);
    };
    let (fin, opcode) = (first & 0x80 != 0, first & 0x0f);
    let known = matches!(opcode, 0..=2 | 8..=10);
    if first & 0x70 != 0 || !known || second & 0x80 == 0 {
        return Read::Malformed;
    }
    let short = second & 0x7f;
    if opcode >= opcode::CLOSE && (!fin || usize::from(short) > MAX_CONTROL) {
        return Read::Malformed;
    }
    let (size, payload, least) = match short {
        126 => {
            let Some(&length) = bytes.get(2..).and_then(<[u8]>::first_chunk::<2>) else {
                return Read::Short(8);
            };
            (8, u64::from(u16::from_be_bytes(length)), 126)
        }
        127 => {
            let Some(&length) = bytes.get(2..).and_then(<[u8]>::first_chunk::<8>) else {
                return Read::Short(MAX_HEADER);
            };
            (MAX_HEADER, u64::from_be_bytes(length), 65_536)
        }
        short => (6, u64::from(short), 0),
    };
    if bytes.len() < size {
        return Read::Short(size);
    }
    Read::Whole(Header { fin, opcode, payload, size, padded: payload < least || payload >> 63 != 0 })
}

/// A whole frame of the server: never masked, never fragmented.
#[must_use]
pub fn frame(opcode: u8, payload: &[u8]) -> Box<[u8]> {
    let mut bytes = Vec::with_capacity(payload.len() + 10);
    bytes.push(0x80 | opcode);
    match (u8::try_from(payload.len()), u16::try_from(payload.len())) {
        (Ok(short @ 0..=125), _) => bytes.push(short),
        (_, Ok(middle)) => {
            bytes.push(126);
            bytes.extend_from_slice(&middle.to_be_bytes());
        }
        _ => {
            bytes.push(127);
            bytes.extend_from_slice(&(payload.len() as u64).to_be_bytes());
        }
    }
    bytes.extend_from_slice(payload);
    bytes.into_boxed_slice()
}

/// A close frame. 0 and 1005 stand for none given: a frame without a code. The reason is cut to what fits.
#[must_use]
pub fn close_frame(code: u16, reason: &str) -> Box<[u8]> {
    if matches!(code, 0 | 1005) {
        return frame(opcode::CLOSE, &[]);
    }
    let mut end = reason.len().min(MAX_CONTROL - 2);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    frame(opcode::CLOSE, &[&code.to_be_bytes(), &reason.as_bytes()[..end]].concat())
}
