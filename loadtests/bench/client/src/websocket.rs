//! WebSocket frames as bytes (RFC 6455): headers of either side, masked frames of a client, plain ones of a server.

/// Opcodes that occur.
pub const TEXT: u8 = 1;
pub const CLOSE: u8 = 8;
pub const PING: u8 = 9;
pub const PONG: u8 = 10;

/// A frame's header: where its payload begins and how long it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub opcode: u8,
    pub whole: bool,
    pub mask: Option<[u8; 4]>,
    pub start: usize,
    pub length: usize,
}

impl Header {
    /// One past the frame's last byte.
    pub fn end(&self) -> usize {
        self.start + self.length
    }
}

/// The header at the beginning of these bytes; `None` while it is incomplete.
pub fn header(bytes: &[u8]) -> Option<Header> {
    let (&first, &second) = (bytes.first()?, bytes.get(1)?);
    let (length, mut start) = match second & 127 {
        126 => (u16::from_be_bytes(*bytes.get(2..)?.first_chunk()?).into(), 4),
        127 => (usize::try_from(u64::from_be_bytes(*bytes.get(2..)?.first_chunk()?)).ok()?, 10),
        short => (short.into(), 2),
    };
    let mut mask = None;
    if second & 128 != 0 {
        mask = Some(*bytes.get(start..)?.first_chunk()?);
        start += 4;
    }
    Some(Header { opcode: first & 15, whole: first & 128 != 0, mask, start, length })
}

fn head(out: &mut Vec<u8>, opcode: u8, length: usize, masked: u8) {
    out.push(128 | opcode);
    if length < 126 {
        out.push(masked | u8::try_from(length).unwrap_or(125));
    } else if let Ok(length) = u16::try_from(length) {
        out.push(masked | 0x7E);
        out.extend_from_slice(&length.to_be_bytes());
    } else {
        out.push(masked | 0x7F);
        out.extend_from_slice(&(length as u64).to_be_bytes());
    }
}

/// Appends a client's frame.
pub fn masked(out: &mut Vec<u8>, opcode: u8, payload: &[u8], mask: [u8; 4]) {
    head(out, opcode, payload.len(), 128);
    out.extend_from_slice(&mask);
    out.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
}

/// Appends a server's frame.
pub fn plain(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    head(out, opcode, payload.len(), 0);
    out.extend_from_slice(payload);
}

/// Takes the mask off a payload.
pub fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    for (byte, mask) in payload.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

/// What a server answers to a client's key.
pub fn accept(key: &str) -> String {
    let mut sha = sha1_smol::Sha1::new();
    sha.update(key.as_bytes());
    sha.update(b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    base64(&sha.digest().bytes())
}

fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().chain([0, 0].iter()).take(3).fold(0_usize, |word, &byte| word << 8 | usize::from(byte));
        for place in 0..4 {
            out.push(if place <= chunk.len() { char::from(ALPHABET[word >> (18 - 6 * place) & 63]) } else { '=' });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_rfc_is_accepted() {
        assert_eq!(accept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn what_was_framed_is_read_again_whatever_its_length() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let payload = vec![b'x'; length];
            let mut frame = Vec::new();
            masked(&mut frame, TEXT, &payload, [1, 2, 3, 4]);
            let found = header(&frame).expect("it is whole");
            assert_eq!((found.opcode, found.whole, found.end()), (TEXT, true, frame.len()));
            let inside = &mut frame[found.start..];
            unmask(inside, found.mask.expect("a client masks"));
            assert_eq!(inside, payload);
            assert_eq!(header(&frame[..1]), None);
        }
    }
}
