//! What time alone brings about.

use cups_rooms::Class;

use crate::connection::Phase;
use crate::events::End;
use crate::header::{frame, opcode};
use crate::reactor::Reactor;

impl Reactor {
    /// Looks at all connections whose deadline has come; most have been heard of since, and get a new one.
    pub(crate) fn look_at_timers(&mut self) {
        let mut due = std::mem::take(&mut self.due);
        self.wheel.advance(self.now, &mut due);
        for slot in due.drain(..) {
            if self.connections[slot as usize].is_some() {
                self.look_at(slot);
            }
        }
        self.due = due;
    }

    fn look_at(&mut self, slot: u32) {
        let (now, timeouts) = (self.now, self.timeouts);
        let connection = self.connection(slot);
        let deadline = connection.deadline(&timeouts);
        if deadline > now {
            return self.wheel.set(slot, deadline);
        }
        let passed = |since: Option<f64>, patience: f64| since.is_some_and(|since| since + patience <= now);
        match &connection.phase {
            Phase::Head => return self.end(slot, End::Incomplete),
            Phase::Closing(closing) => {
                let reason = closing.reason;
                return self.end(slot, reason);
            }
            // Nobody is told: it has ended before.
            Phase::Parting(_) => return self.end(slot, End::Closed),
            _ => {}
        }
        if passed(connection.blocked, timeouts.send) {
            return self.end(slot, End::Stalled);
        }
        if passed(connection.incomplete, timeouts.frame) {
            return self.end(slot, End::Incomplete);
        }
        if passed(connection.pinged, timeouts.pong) {
            return self.end(slot, End::Unanswered);
        }
        connection.pinged = Some(now);
        self.counters.heartbeats += 1;
        self.queue(slot, frame(opcode::PING, &[]), Class::Control, None);
        let deadline = self.connection(slot).deadline(&timeouts);
        self.wheel.set(slot, deadline);
    }
}
