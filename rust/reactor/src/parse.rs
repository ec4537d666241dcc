//! The fast path: whole, masked, unfragmented frames. A pure function over the bytes that have come.

use crate::header::{opcode, read, Header, Read};

/// Why a frame is not taken here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It begins a fragmented message.
    Fragment,
    /// Nothing that follows can be understood without it; it is so many bytes long, if that can be known.
    Malformed(usize),
}

/// What stands at the beginning of the bytes.
#[derive(Debug, PartialEq, Eq)]
pub enum Parsed<'a> {
    /// A message, UTF-8.
    Text(&'a [u8]),
    /// A message.
    Binary(&'a [u8]),
    /// Wants a pong with the same payload.
    Ping(&'a [u8]),
    /// Wants nothing.
    Pong,
    /// Wants a close frame with the same payload: nothing, or a code that a client may send and a reason in UTF-8.
    Close(&'a [u8]),
    /// A message that is longer than allowed.
    TooBig,
    /// To be handed on, as it came.
    Divert(Why),
    /// So many bytes are needed in all.
    Short(usize),
}

/// Parses one frame; the second number is how many bytes it took, 0 for what is not taken. Payloads are unmasked in
/// place; what is not taken stays as it came.
pub fn parse(bytes: &mut [u8], max_payload: usize) -> (Parsed<'_>, usize) {
    let header = match read(bytes) {
        Read::Short(wanted) => return (Parsed::Short(wanted), 0),
        Read::Malformed => return (Parsed::Divert(Why::Malformed(0)), 0),
        Read::Whole(header) => header,
    };
    if header.opcode == opcode::CONTINUATION {
        return (Parsed::Divert(Why::Malformed(0)), 0);
    }
    if header.padded {
        return (Parsed::Divert(Why::Malformed(0)), 0);
    }
    let Some(payload) = usize::try_from(header.payload).ok().filter(|payload| *payload <= max_payload) else {
        // A control frame is longer than allowed only if next to nothing is allowed.
        return (Parsed::TooBig, 0);
    };
    let whole = header.size + payload;
    if !header.fin {
        return (Parsed::Divert(Why::Fragment), 0);
    }
    if bytes.len() < whole {
        return (Parsed::Short(whole), 0);
    }
    take(&mut bytes[..whole], header)
}

fn take(frame: &mut [u8], header: Header) -> (Parsed<'_>, usize) {
    let whole = frame.len();
    let (head, payload) = frame.split_at_mut(header.size);
    let mask = *head.last_chunk::<4>().expect("a header ends with its mask");
    if header.opcode == opcode::PONG {
        return (Parsed::Pong, whole);
    }
    unmask(payload, mask);
    match header.opcode {
        opcode::TEXT if std::str::from_utf8(payload).is_err() => {
            unmask(payload, mask);
            (Parsed::Divert(Why::Malformed(whole)), 0)
        }
        opcode::CLOSE if !is_close(payload) => {
            unmask(payload, mask);
            (Parsed::Divert(Why::Malformed(whole)), 0)
        }
        opcode::TEXT => (Parsed::Text(payload), whole),
        opcode::CLOSE => (Parsed::Close(payload), whole),
        opcode::PING => (Parsed::Ping(payload), whole),
        _ => (Parsed::Binary(payload), whole),
    }
}

/// Whether a close frame may carry this (RFC 6455, 5.5.1 and 7.4): a code that is defined for the wire, or one for
/// libraries and applications.
fn is_close(payload: &[u8]) -> bool {
    let Some((code, reason)) = payload.split_first_chunk::<2>() else {
        return payload.is_empty();
    };
    let code = u16::from_be_bytes(*code);
    matches!(code, 1000..=1003 | 1007..=1013 | 3000..=4999) && std::str::from_utf8(reason).is_ok()
}

/// Masks or unmasks in place.
pub fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    let wide = u64::from_ne_bytes([mask[0], mask[1], mask[2], mask[3], mask[0], mask[1], mask[2], mask[3]]);
    let mut chunks = payload.chunks_exact_mut(8);
    for chunk in &mut chunks {
        if let Some(bytes) = chunk.first_chunk_mut::<8>() {
            *bytes = (u64::from_ne_bytes(*bytes) ^ wide).to_ne_bytes();
        }
    }
    for (byte, mask) in chunks.into_remainder().iter_mut().zip(mask.into_iter().cycle()) {
        *byte ^= mask;
    }
}
