//! `mixed`: what a busy room is made of, at a steady rate: messages, typing, how far people have read, coming and going.
//!
//! The load is the same for every server, so what is compared is the CPU time it takes and how long messages are under way.
//! Typing and reading are each a publication where the server knows no such thing; and so is coming and going on plain servers.

use std::time::{Duration, Instant};

use super::{settle, troubles};
use crate::args::Args;
use crate::dialect::Dialect;
use crate::net::{Net, What};
use crate::report::{Latencies, Report};
use crate::setup::{Places, Setup, Window, SETUP_WITHIN};
use crate::Outcome;

pub fn run(args: &Args) -> Outcome<()> {
    let setup = Setup::new(args)?;
    let count: usize = args.get("count", 300)?;
    let measured = Duration::from_secs_f64(args.get("seconds", 4.0)?);
    let warm_up = Duration::from_secs_f64(args.get("warm-up", 1.0)?);
    let messages: f64 = args.get("messages", 20.0)?;
    let hints: f64 = args.get("hints", 100.0)?;
    let moves: f64 = args.get("moves", 10.0)?;
    args.finish()?;
    let mut net = setup.net(count, Places::Rooms(1))?;
    net.open_all(0..count, setup.at_once, SETUP_WITHIN)?;
    net.resume = true;
    settle(&mut net, Duration::from_millis(700))?;
    let mut bustle = Bustle {
        run: setup.run,
        rates: [messages, hints, moves],
        done: [0; 3],
        said: Vec::new(),
        away: None,
        stayers: count * 9 / 10,
        took: Latencies::default(),
        delivered: 0,
    };
    bustle.go(&mut net, warm_up)?;
    bustle.took.clear();
    (bustle.delivered, net.tally.light) = (0, 0);
    let window = Window::open(&setup.server)?;
    bustle.go(&mut net, measured)?;
    let mut report = Report::default();
    window.close(&mut report)?;
    report
        .word("mode", "mixed")
        .count("deliveries", bustle.delivered)
        .count("light_deliveries", net.tally.light)
        .latencies("delivery", &mut bustle.took);
    troubles(&net, &mut report);
    report.print();
    Ok(())
}

struct Bustle {
    run: u32,
    /// Messages, hints and moves a second, and how many of each have been made.
    rates: [f64; 3],
    done: [usize; 3],
    said: Vec<Instant>,
    /// Who has left the room and comes back next.
    away: Option<usize>,
    /// The first so many only talk; the others come and go as well.
    stayers: usize,
    took: Latencies,
    delivered: u64,
}

impl Bustle {
    fn go(&mut self, net: &mut Net, time: Duration) -> Outcome<()> {
        let began = Instant::now();
        let before = self.done;
        while began.elapsed() < time {
            for (kind, before) in before.iter().enumerate() {
                let due = before + (began.elapsed().as_secs_f64() * self.rates[kind]) as usize;
                while self.done[kind] < due {
                    self.act(net, kind)?;
                    self.done[kind] += 1;
                }
            }
            for event in net.poll(Duration::from_millis(1))? {
                if let What::Delivered(number) = event.what {
                    self.took.add(self.said[number as usize].elapsed());
                    self.delivered += 1;
                }
            }
        }
        Ok(())
    }

    fn act(&mut self, net: &mut Net, kind: usize) -> Outcome<()> {
        let turn = self.done[kind];
        let from = turn * 7 % self.stayers;
        let channel = net.conns[from].person.channel.clone();
        match kind {
            0 => {
                let text = net.dialect.publish(self.run, &channel, self.said.len() as u32);
                self.said.push(Instant::now());
                net.send(from, &text)?;
            }
            1 => {
                let hint = net.dialect.hint(&channel, &format!("person{from}"));
                net.send(from, &hint)?;
            }
            _ if net.dialect == Dialect::Plain => {
                let hint = net.dialect.hint(&channel, &format!("person{turn}"));
                net.send(from, &hint)?;
            }
            _ => {
                if let Some(back) = self.away.take() {
                    let enter = net.dialect.enter(&channel, net.conns[back].position.as_ref());
                    net.send(back, &enter)?;
                } else {
                    let gone = self.stayers + turn / 2 % (net.conns.len() - self.stayers);
                    net.send(gone, &net.dialect.leave(&channel))?;
                    self.away = Some(gone);
                }
            }
        }
        Ok(())
    }
}
