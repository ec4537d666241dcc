//! `overload`: texts in rooms at a rate that grows until the server no longer keeps up, and then at multiples of what it could do.
//!
//! The load is open: it does not wait for answers. A text counts as done when whoever said it hears it too, as refused when the
//! server says so with a code, and as unanswered if neither has come some seconds after the end. Who is cut comes back.

use std::time::{Duration, Instant};

use crate::args::Args;
use crate::net::{Net, What};
use crate::report::{Latencies, Report};
use crate::setup::{Places, Setup, Window, SETUP_WITHIN};
use crate::Outcome;

/// A step of the ramp is kept up with if so much of it is done.
const KEPT_UP: f64 = 0.85;
const GROWTH: f64 = 1.5;
/// A page waits about so long before it comes back.
const COME_BACK: Duration = Duration::from_millis(500);
/// What was said is waited for so long after a step.
const PATIENCE: Duration = Duration::from_secs(5);

pub fn run(args: &Args) -> Outcome<()> {
    let setup = Setup::new(args)?;
    let count: usize = args.get("count", 200)?;
    let rooms: usize = args.get("rooms", 20)?;
    let from: f64 = args.get("from", 500.0)?;
    let times: Vec<f64> = args.list("times", "2,3")?;
    let seconds: f64 = args.get("seconds", 2.0)?;
    args.finish()?;
    let mut net = setup.net(count, Places::Rooms(rooms))?;
    net.open_all(0..count, setup.at_once, SETUP_WITHIN)?;
    net.resume = true;
    let mut load = Load { run: setup.run, next: 0 };
    load.step(&mut net, from, 1.0)?;
    let (mut rate, mut capacity) = (from, 0.0_f64);
    loop {
        let step = load.step(&mut net, rate, 1.0)?;
        capacity = capacity.max(step.goodput());
        if step.goodput() < rate * KEPT_UP {
            break;
        }
        rate *= GROWTH;
    }
    for share in std::iter::once(1.0).chain(times) {
        let window = Window::open(&setup.server)?;
        let mut step = load.step(&mut net, capacity * share, seconds)?;
        let mut report = Report::default();
        window.close(&mut report)?;
        report
            .word("mode", "overload")
            .number("times", share)
            .number("offered_per_s", capacity * share)
            .number("goodput_per_s", step.goodput())
            .count("refused_with_code", step.refused)
            .count("unsent", step.unsent)
            .count("unanswered", step.unanswered)
            .count("lost", net.tally.lost)
            .latencies("delivery", &mut step.took)
            .latencies("refusal", &mut step.refusals);
        report.print();
    }
    Ok(())
}

struct Load {
    run: u32,
    next: u32,
}

struct Step {
    seconds: f64,
    done: u64,
    refused: u64,
    /// Not even taken by the socket: the server had stopped to read.
    unsent: u64,
    unanswered: u64,
    took: Latencies,
    refusals: Latencies,
}

impl Step {
    /// Texts a second that all got, until the last of them had come.
    fn goodput(&self) -> f64 {
        self.done as f64 / self.seconds
    }
}

impl Load {
    fn step(&mut self, net: &mut Net, rate: f64, seconds: f64) -> Outcome<Step> {
        let first = self.next;
        let mut step = Step {
            seconds,
            done: 0,
            refused: 0,
            unsent: 0,
            unanswered: 0,
            took: Latencies::default(),
            refusals: Latencies::default(),
        };
        let mut said: Vec<Instant> = Vec::new();
        let mut again: Vec<(Instant, usize)> = Vec::new();
        let began = Instant::now();
        let (length, mut open) = (Duration::from_secs_f64(seconds), 0_u64);
        while began.elapsed() < length || (open > 0 && began.elapsed() < length + PATIENCE) {
            let due = (began.elapsed().min(length).as_secs_f64() * rate) as usize;
            while said.len() < due {
                said.push(Instant::now());
                let from = self.next as usize % net.conns.len();
                let text = net.dialect.publish(self.run, &net.conns[from].person.channel, self.next);
                self.next += 1;
                if net.send(from, &text)? {
                    open += 1;
                } else {
                    step.unsent += 1;
                }
            }
            while again.first().is_some_and(|(when, _)| *when <= Instant::now()) {
                net.open(again.remove(0).1)?;
            }
            for event in net.poll(Duration::from_millis(1))? {
                let (What::Delivered(number) | What::Refused(number)) = event.what else {
                    if event.what == What::Closed {
                        again.push((Instant::now() + COME_BACK, event.conn));
                    }
                    continue;
                };
                let Some(text) = number.checked_sub(first).and_then(|at| said.get(at as usize)) else {
                    continue;
                };
                if event.what == What::Refused(number) {
                    step.refused += 1;
                    step.refusals.add(text.elapsed());
                    open = open.saturating_sub(1);
                } else {
                    step.took.add(text.elapsed());
                    if event.conn == number as usize % net.conns.len() {
                        open = open.saturating_sub(1);
                        step.done += 1;
                        step.seconds = began.elapsed().as_secs_f64().max(seconds);
                    }
                }
            }
        }
        for (_, number) in again {
            net.open(number)?;
        }
        step.unanswered = open;
        Ok(step)
    }
}
