//! `storm`: all connections are cut at once, something is said in every room meanwhile, and all come back at once.
//!
//! In each room one more, who is not cut, does the talking. Nobody may miss an event or get one twice.

use std::time::{Duration, Instant};

use super::{await_deliveries, settle, troubles};
use crate::args::Args;
use crate::net::{Net, What};
use crate::report::{Latencies, Report};
use crate::setup::{Places, Setup, Window, SETUP_WITHIN};
use crate::Outcome;

/// Texts in each room: before the cut, while everybody is away, and when all are back.
const BEFORE: u32 = 3;
const MEANWHILE: u32 = 2;

pub fn run(args: &Args) -> Outcome<()> {
    let setup = Setup::new(args)?;
    let count: usize = args.get("count", 5000)?;
    let rooms: usize = args.get("rooms", 50)?;
    args.finish()?;
    let all = count + rooms;
    // The talkers come first: number r is in room r, and so is everybody whose number leaves r.
    let mut net = setup.net(all, Places::Rooms(rooms))?;
    net.open_all(0..all, setup.at_once, SETUP_WITHIN)?;
    settle(&mut net, Duration::from_millis(700))?;
    let mut said = 0;
    let mut say = |net: &mut Net, texts: u32, to: usize| -> Outcome<()> {
        let first = said;
        for _ in 0..texts {
            for room in 0..rooms {
                let text = net.dialect.publish(setup.run, &net.conns[room].person.channel, said);
                net.send(room, &text)?;
                said += 1;
            }
        }
        await_deliveries(net, first..said, texts as usize * to)
    };
    say(&mut net, BEFORE, all)?;

    for number in rooms..all {
        net.reset(number);
    }
    say(&mut net, MEANWHILE, rooms)?;
    settle(&mut net, Duration::from_millis(300))?;

    net.resume = true;
    let window = Window::open(&setup.server)?;
    let mut took = come_back(&mut net, rooms..all, &window)?;
    let mut report = Report::default();
    window.close(&mut report)?;
    say(&mut net, 1, all)?;
    let expected = u64::from(BEFORE + MEANWHILE + 1);
    let behind = net.conns.iter().filter(|conn| conn.position.as_ref().is_none_or(|at| at.seq < expected)).count();
    report
        .word("mode", "storm")
        .count("connections", count)
        .count("gaps", net.tally.gaps + behind as u64)
        .count("doubles", net.tally.doubles)
        .count("unrecovered", net.tally.unrecovered)
        .latencies("back", &mut took);
    troubles(&net, &mut report);
    report.print();
    Ok(())
}

/// Everybody connects at once; who is refused tries again after a moment, as a page does.
fn come_back(net: &mut Net, numbers: std::ops::Range<usize>, window: &Window) -> Outcome<Latencies> {
    let mut took = Latencies::default();
    let mut left = numbers.len();
    let mut again: Vec<(Instant, usize)> = Vec::new();
    for number in numbers {
        net.open(number)?;
    }
    while left > 0 {
        for event in net.poll(Duration::from_millis(20))? {
            match event.what {
                What::Ready => {
                    took.add(window.elapsed());
                    left -= 1;
                }
                What::Closed => {
                    again.push((Instant::now() + Duration::from_millis(500), event.conn));
                }
                _ => {}
            }
        }
        let now = Instant::now();
        while let Some(at) = again.iter().position(|(when, _)| *when <= now) {
            net.open(again.swap_remove(at).1)?;
        }
        if window.elapsed() > SETUP_WITHIN {
            return Err(format!("{left} did not come back").into());
        }
    }
    Ok(took)
}
