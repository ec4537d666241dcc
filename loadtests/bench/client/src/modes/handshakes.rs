//! `handshakes`: connecting, arriving and closing, over and over, so many at a time.
//!
//! With `--resume 1` everybody was there before, and comes back with the ticket and the position they had; with
//! `--upgrade-only 1` nothing is said behind the upgrade.

use std::time::{Duration, Instant};

use super::{broken, troubles};
use crate::args::Args;
use crate::net::{Net, What};
use crate::report::{Latencies, Report};
use crate::setup::{Places, Setup, Window, SETUP_WITHIN};
use crate::Outcome;

pub fn run(args: &Args) -> Outcome<()> {
    let setup = Setup::new(args)?;
    let count: usize = args.get("count", 500)?;
    let at_once: usize = args.get("concurrent", 16)?;
    let measured = Duration::from_secs_f64(args.get("seconds", 2.0)?);
    let warm_up = Duration::from_secs_f64(args.get("warm-up", 0.5)?);
    let resume = args.get("resume", 0)? != 0;
    let upgrade_only = args.get("upgrade-only", 0)? != 0;
    args.finish()?;
    let mut net = setup.net(count, Places::Rooms(1))?;
    net.upgrade_only = upgrade_only;
    if resume {
        net.open_all(0..count, setup.at_once, SETUP_WITHIN)?;
        close_all(&mut net)?;
        net.resume = true;
    }
    let mut turns =
        Turns { next: 0, done: 0, under_way: 0, began: vec![Instant::now(); count], took: Latencies::default() };
    turns.go(&mut net, at_once, warm_up)?;
    (turns.done, turns.took) = (0, Latencies::default());
    let window = Window::open(&setup.server)?;
    turns.go(&mut net, at_once, measured)?;
    let mut report = Report::default();
    window.close(&mut report)?;
    report
        .word("mode", "handshakes")
        .count("handshakes", turns.done)
        .count("with_ticket", net.conns.iter().filter(|conn| resume && conn.ticket.is_some()).count())
        .count("unrecovered", net.tally.unrecovered)
        .latencies("ready", &mut turns.took);
    troubles(&net, &mut report);
    report.print();
    Ok(())
}

/// Closes everybody properly, and waits for it.
fn close_all(net: &mut Net) -> Outcome<()> {
    let mut left = net.conns.len();
    for number in 0..left {
        net.close(number)?;
    }
    let began = Instant::now();
    while left > 0 {
        left -= net.poll(Duration::from_millis(100))?.iter().filter(|event| event.what == What::Closed).count();
        if began.elapsed() > SETUP_WITHIN {
            return Err(format!("{left} connections did not close").into());
        }
    }
    Ok(())
}

struct Turns {
    next: usize,
    done: u64,
    under_way: usize,
    began: Vec<Instant>,
    took: Latencies,
}

impl Turns {
    /// Goes on for a time, and lets the last come to their end.
    fn go(&mut self, net: &mut Net, at_once: usize, time: Duration) -> Outcome<()> {
        let began = Instant::now();
        while began.elapsed() < time || self.under_way > 0 {
            while self.under_way < at_once && began.elapsed() < time {
                let number = self.next % net.conns.len();
                self.next += 1;
                self.began[number] = Instant::now();
                net.open(number)?;
                self.under_way += 1;
            }
            for event in net.poll(Duration::from_millis(100))? {
                match event.what {
                    What::Ready => {
                        self.took.add(self.began[event.conn].elapsed());
                        net.close(event.conn)?;
                    }
                    What::Closed if net.tally.lost > 0 => return Err(broken(net)),
                    What::Closed => {
                        self.under_way -= 1;
                        self.done += 1;
                    }
                    _ => {}
                }
            }
            if began.elapsed() > time + SETUP_WITHIN {
                return Err(format!("{} handshakes did not end", self.under_way).into());
            }
        }
        Ok(())
    }
}
