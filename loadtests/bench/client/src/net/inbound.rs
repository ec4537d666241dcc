//! What comes in on a connection: the answer to the upgrade, frames, what they say, and whether a channel's numbers are whole.

use std::mem;

use super::{Event, Net, What};
use crate::conn::Stage;
use crate::dialect::{Dialect, Position, Said, State};
use crate::{websocket, Outcome};

impl Net {
    pub(super) fn connected(&mut self, number: usize) {
        let (dialect, resume) = (self.dialect, self.resume);
        let conn = &mut self.conns[number];
        let ticket = conn.ticket.as_deref().filter(|_| resume);
        let head = dialect.head(conn.port, &conn.path, &conn.person, ticket);
        conn.unsent.extend_from_slice(head.as_bytes());
        conn.stage = Stage::Upgrading;
    }

    pub(super) fn receive(&mut self, number: usize) -> Outcome<()> {
        let mut scratch = mem::take(&mut self.scratch);
        let outcome = loop {
            match self.conns[number].read(&mut scratch) {
                Ok(None) => break Ok(()),
                Ok(Some(0)) | Err(_) => {
                    self.lose(number);
                    break Ok(());
                }
                Ok(Some(count)) => {
                    self.tally.bytes += count as u64;
                    let held = mem::take(&mut self.conns[number].unread);
                    let used = if held.is_empty() {
                        self.take(number, &scratch[..count]).map(|used| scratch[used..count].to_vec())
                    } else {
                        let mut all = held;
                        all.extend_from_slice(&scratch[..count]);
                        self.take(number, &all).map(|used| all.split_off(used))
                    };
                    match used {
                        Ok(rest) if self.conns[number].stream.is_some() => {
                            self.conns[number].unread = rest;
                        }
                        Ok(_) => {}
                        Err(error) => break Err(error),
                    }
                    if count < scratch.len() {
                        break Ok(());
                    }
                }
            }
        };
        self.scratch = scratch;
        outcome
    }

    /// Goes over the whole frames in these bytes; how many bytes they were.
    fn take(&mut self, number: usize, bytes: &[u8]) -> Outcome<usize> {
        let mut at = 0;
        if self.conns[number].stage == Stage::Upgrading {
            let Some(end) = memchr::memmem::find(bytes, b"\r\n\r\n") else {
                return Ok(0);
            };
            if !bytes.starts_with(b"HTTP/1.1 101") {
                let status = String::from_utf8_lossy(&bytes[..bytes.len().min(12)]).into_owned();
                *self.tally.refusals.entry(status).or_default() += 1;
                self.lose(number);
                return Ok(bytes.len());
            }
            at = end + 4;
            self.upgraded(number)?;
        }
        while let Some(header) = websocket::header(&bytes[at..]) {
            let Some(payload) = bytes.get(at + header.start..at + header.end()) else {
                break;
            };
            at += header.end();
            if !header.whole {
                return Err("the server sent a fragment".into());
            }
            match header.opcode {
                websocket::TEXT => self.text(number, payload)?,
                websocket::PING => {
                    self.frame(number, websocket::PONG, payload);
                    self.flush(number)?;
                }
                websocket::CLOSE => {
                    if self.conns[number].stage != Stage::Closing {
                        let code = payload.first_chunk().map_or(0, |code| u16::from_be_bytes(*code));
                        *self.tally.refusals.entry(format!("closed {code}")).or_default() += 1;
                        self.frame(number, websocket::CLOSE, payload);
                        self.flush(number)?;
                    }
                    self.lose(number);
                    return Ok(bytes.len());
                }
                _ => {}
            }
        }
        Ok(at)
    }

    fn upgraded(&mut self, number: usize) -> Outcome<()> {
        self.conns[number].stage = Stage::Arriving;
        match self.dialect.greeting() {
            _ if self.upgrade_only => self.ready(number),
            Some(greeting) => {
                self.frame(number, websocket::TEXT, greeting.as_bytes());
                self.flush(number)?;
            }
            None if self.dialect == Dialect::Plain => self.ready(number),
            None => {}
        }
        Ok(())
    }

    fn ready(&mut self, number: usize) {
        self.conns[number].stage = Stage::Ready;
        self.tell(number, What::Ready);
    }

    fn tell(&mut self, conn: usize, what: What) {
        self.events.push(Event { conn, what });
    }

    /// The connection is over, however that came.
    pub(super) fn lose(&mut self, number: usize) {
        if self.conns[number].stage == Stage::Closed {
            return;
        }
        if self.conns[number].stage != Stage::Closing {
            self.tally.lost += 1;
        }
        self.conns[number].drop_socket(false);
        self.tell(number, What::Closed);
    }

    fn text(&mut self, number: usize, message: &[u8]) -> Outcome<()> {
        let mut answers: Vec<String> = Vec::new();
        let dialect = self.dialect;
        dialect.read(message, |said| match said {
            Said::Delivered(text, seq) => {
                if let Some(seq) = seq {
                    self.follow(number, seq);
                }
                self.tell(number, What::Delivered(text));
            }
            Said::Acked(text) => self.tell(number, What::Acked(text)),
            Said::Refused(text, code) => {
                *self.tally.refusals.entry(code.to_owned()).or_default() += 1;
                self.tell(number, What::Refused(text));
            }
            Said::Light => self.tally.light += 1,
            Said::Welcome(ticket) => {
                let conn = &mut self.conns[number];
                if let Some(ticket) = ticket {
                    conn.ticket = Some(ticket.to_owned());
                }
                if conn.person.channel.is_empty() {
                    self.ready(number);
                } else {
                    let since = conn.position.as_ref().filter(|_| self.resume);
                    answers.push(dialect.enter(&conn.person.channel, since));
                }
            }
            Said::Entered(state) => self.entered(number, &state),
            Said::Beat(answer) => answers.push(String::from_utf8_lossy(answer).into_owned()),
            Said::Other => {}
        });
        for answer in answers {
            self.frame(number, websocket::TEXT, answer.as_bytes());
            self.flush(number)?;
        }
        Ok(())
    }

    /// The next event of a channel has to be the one after the last.
    fn follow(&mut self, number: usize, seq: u64) {
        let Some(position) = self.conns[number].position.as_mut() else {
            return;
        };
        if seq > position.seq + 1 {
            self.tally.gaps += 1;
        } else if seq <= position.seq {
            self.tally.doubles += 1;
        }
        position.seq = position.seq.max(seq);
    }

    fn entered(&mut self, number: usize, state: &State<'_>) {
        if self.resume && self.conns[number].position.is_some() {
            let position = self.conns[number].position.as_ref();
            if !state.recovered || position.is_some_and(|at| at.epoch != state.epoch) {
                self.tally.unrecovered += 1;
            } else {
                for &seq in &state.missed {
                    self.follow(number, seq);
                }
                if self.conns[number].position.as_ref().is_some_and(|at| at.seq != state.seq) {
                    self.tally.gaps += 1;
                }
            }
        }
        self.conns[number].position = Some(Position { epoch: state.epoch.to_owned(), seq: state.seq });
        if self.conns[number].stage == Stage::Arriving {
            self.ready(number);
        }
    }
}
