//! `idle`: so many connections, signed in and in one room, that say nothing for a while; then one thing is said to all.
//!
//! With `--together 1` this is one of several clients, each with a server of its own: it says when all are in, and goes on to hold
//! still, and then to say each text, when a line comes on its standard input. Then it tells the times of the system's steady clock.
//!
//! The baseline of the memory is taken after some connections have come and gone: what a server makes once is not counted.

use std::sync::mpsc::{self, Receiver, TryRecvError};
use std::time::{Duration, Instant};

use nix::time::{clock_gettime, ClockId};

use super::{await_deliveries, settle, troubles};
use crate::args::Args;
use crate::net::Net;
use crate::report::Report;
use crate::setup::{Places, Setup, Window, SETUP_WITHIN};
use crate::Outcome;

const WARM_UP: usize = 200;
const TEXTS: u32 = 5;

pub fn run(args: &Args) -> Outcome<()> {
    let setup = Setup::new(args)?;
    let count: usize = args.get("count", 10_000)?;
    let hold = Duration::from_secs_f64(args.get("hold", 30.0)?);
    let together = args.get("together", 0)? != 0;
    args.finish()?;
    let word = together.then(listen);
    let mut net = setup.net(count, Places::Rooms(1))?;
    let warm_up = WARM_UP.min(count);
    net.open_all(0..warm_up, setup.at_once, SETUP_WITHIN)?;
    for number in 0..warm_up {
        net.close(number)?;
    }
    settle(&mut net, Duration::from_secs(2))?;
    let before = setup.server.memory()?;
    let opening = Window::open(&setup.server)?;
    // Servers beside each other share a core.
    let within = SETUP_WITHIN * if together { 3 } else { 2 };
    net.open_all(0..count, setup.at_once, within)?;
    let opened = opening.elapsed();
    settle(&mut net, Duration::from_secs(2))?;
    if let Some(word) = &word {
        println!("{{\"mode\": \"idle\", \"open\": {count}}}");
        await_word(&mut net, word)?;
    }
    // Freed by then: what arriving needed for a moment.
    let idle = Window::open(&setup.server)?;
    while idle.elapsed() < hold {
        net.poll(Duration::from_millis(200))?;
    }
    let mut report = Report::default();
    idle.close(&mut report)?;
    let after = setup.server.memory()?;
    let each = |after: u64, before: u64| (after as f64 - before as f64) * 1024.0 / count as f64;
    report
        .word("mode", "idle")
        .count("connections", count)
        .seconds("opened_s", opened)
        .number("private_each", each(after.private, before.private))
        .number("resident_each", each(after.resident, before.resident));
    if let Some(word) = &word {
        troubles(&net, &mut report);
        report.print();
        return broadcasts(&mut net, setup.run, word);
    }
    broadcast(&mut net, setup.run, &mut report)?;
    troubles(&net, &mut report);
    report.print();
    Ok(())
}

/// Each line that comes on the standard input.
fn listen() -> Receiver<()> {
    let (told, word) = mpsc::channel();
    std::thread::spawn(move || {
        for _ in std::io::stdin().lines().map_while(Result::ok) {
            if told.send(()).is_err() {
                return;
            }
        }
    });
    word
}

/// Answers pings meanwhile.
fn await_word(net: &mut Net, word: &Receiver<()>) -> Outcome<()> {
    loop {
        net.poll(Duration::from_millis(5))?;
        match word.try_recv() {
            Ok(()) => return Ok(()),
            Err(TryRecvError::Empty) => {}
            Err(TryRecvError::Disconnected) => return Err("nobody says when to go on".into()),
        }
    }
}

/// As `broadcast`, one text for each word.
fn broadcasts(net: &mut Net, run: u32, word: &Receiver<()>) -> Outcome<()> {
    let channel = net.conns[0].person.channel.clone();
    for number in 0..TEXTS {
        await_word(net, word)?;
        let text = net.dialect.publish(run, &channel, number);
        let mut report = Report::default();
        report.word("mode", "text").number("said_s", steady_clock()?);
        net.send(0, &text)?;
        await_deliveries(net, number..number + 1, net.conns.len())?;
        report.number("had_s", steady_clock()?).count("lost", net.tally.lost);
        report.print();
    }
    Ok(())
}

/// The same for all processes.
fn steady_clock() -> Outcome<f64> {
    Ok(Duration::from(clock_gettime(ClockId::CLOCK_MONOTONIC)?).as_secs_f64())
}

/// How long until the last has it: the first time, and the median of some.
fn broadcast(net: &mut Net, run: u32, report: &mut Report) -> Outcome<()> {
    let channel = net.conns[0].person.channel.clone();
    let mut took = Vec::new();
    for number in 0..TEXTS {
        let text = net.dialect.publish(run, &channel, number);
        let said = Instant::now();
        net.send(0, &text)?;
        await_deliveries(net, number..number + 1, net.conns.len())?;
        took.push(said.elapsed());
    }
    report.number("first_to_all_ms", took[0].as_secs_f64() * 1e3);
    took.sort_unstable();
    report.number("to_all_ms", took[took.len() / 2].as_secs_f64() * 1e3);
    Ok(())
}
