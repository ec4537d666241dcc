//! Follows frames by their headers, without touching what they carry: to know where a fragmented message ends, and
//! whether it stays within the limits.

use crate::header::{opcode, read, Header, Read, MAX_HEADER};

/// What a follower has come across.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// All bytes are consumed.
    Hungry,
    /// A header is complete; its payload follows.
    Frame(Header),
    /// The payload of this frame ends here.
    End(Header),
    /// Here something begins that is no frame of a client.
    Malformed,
}

/// Splits a stream of frames into headers and payloads, over any borders between reads.
#[derive(Clone, Debug, Default)]
pub struct Follower {
    head: [u8; MAX_HEADER],
    have: usize,
    /// The frame whose payload is passing, and how much of that is to come.
    passing: Option<(Header, u64)>,
}

impl Follower {
    /// Goes on to the next step; how many of the bytes that took. To be called again until it is hungry.
    pub fn next(&mut self, bytes: &[u8]) -> (usize, Step) {
        if let Some((header, rest)) = self.passing {
            let part = usize::try_from(rest).unwrap_or(usize::MAX).min(bytes.len());
            let rest = rest - part as u64;
            self.passing = (rest > 0).then_some((header, rest));
            return (part, if rest > 0 { Step::Hungry } else { Step::End(header) });
        }
        let mut taken = 0;
        loop {
            match read(&self.head[..self.have]) {
                Read::Malformed => return (taken, Step::Malformed),
                Read::Whole(header) if header.padded => return (taken, Step::Malformed),
                Read::Whole(header) => {
                    self.have = 0;
                    self.passing = Some((header, header.payload));
                    return (taken, Step::Frame(header));
                }
                Read::Short(wanted) => {
                    let part = (wanted - self.have).min(bytes.len() - taken);
                    if part == 0 {
                        return (taken, Step::Hungry);
                    }
                    self.head[self.have..self.have + part].copy_from_slice(&bytes[taken..taken + part]);
                    self.have += part;
                    taken += part;
                }
            }
        }
    }
}

/// Goes on looking for the end of a close frame; true once it is there. A follower that has lost its way, or found what it
/// was looking for, is none any more.
pub(crate) fn seek_close(follower: &mut Option<Follower>, bytes: &[u8]) -> bool {
    let mut at = 0;
    while let Some(searching) = follower {
        let (taken, step) = searching.next(&bytes[at..]);
        at += taken;
        match step {
            Step::Hungry => break,
            Step::Malformed => *follower = None,
            Step::End(header) if header.opcode == opcode::CLOSE => {
                *follower = None;
                return true;
            }
            Step::Frame(_) | Step::End(_) => {}
        }
    }
    false
}

/// What the bytes of a fragmented message have led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// More is to come.
    Going,
    /// A ping or pong has begun within the message.
    Control,
    /// The message is complete.
    Complete,
    /// A close frame has begun.
    Closing,
    /// The message is longer than allowed.
    TooBig,
    /// The message has more fragments than allowed.
    TooMany,
    /// Here something begins that has no place in a fragmented message.
    Malformed,
}

/// Limits of one message.
#[derive(Clone, Copy, Debug)]
pub struct MessageLimits {
    /// Payload bytes of all fragments.
    pub max_payload: usize,
    /// Fragments.
    pub max_fragments: u32,
}

/// A fragmented message that is passing.
#[derive(Clone, Debug, Default)]
pub struct Fragments {
    follower: Follower,
    payload: u64,
    count: u32,
}

impl Fragments {
    /// Goes on; how many bytes that took, and where it has led. To be called again after a control frame, with what is left.
    pub fn next(&mut self, bytes: &[u8], limits: MessageLimits) -> (usize, Course) {
        let mut at = 0;
        loop {
            let (taken, step) = self.follower.next(&bytes[at..]);
            at += taken;
            match step {
                Step::Hungry => return (at, Course::Going),
                Step::Malformed => return (at, Course::Malformed),
                Step::Frame(header) if header.opcode == opcode::CLOSE => return (at, Course::Closing),
                Step::Frame(header) if header.is_control() => return (at, Course::Control),
                Step::Frame(header) => {
                    if (header.opcode == opcode::CONTINUATION) != (self.count > 0) {
                        return (at, Course::Malformed);
                    }
                    self.count += 1;
                    self.payload = self.payload.saturating_add(header.payload);
                    if self.payload > limits.max_payload as u64 {
                        return (at, Course::TooBig);
                    }
                    if self.count > limits.max_fragments {
                        return (at, Course::TooMany);
                    }
                }
                Step::End(header) if header.fin && !header.is_control() => return (at, Course::Complete),
                Step::End(_) => {}
            }
        }
    }

    /// The follower alone, for a connection that is closing meanwhile.
    #[must_use]
    pub fn into_follower(self) -> Follower {
        self.follower
    }
}
