//! `room`: all are in one room; one says so many texts at once, waits until all have all of them, and says the next.

use std::time::{Duration, Instant};

use super::{broken, settle, troubles};
use crate::args::Args;
use crate::net::{Net, What};
use crate::report::{Latencies, Report};
use crate::setup::{Places, Setup, Window, ANSWER_WITHIN, SETUP_WITHIN};
use crate::Outcome;

pub fn run(args: &Args) -> Outcome<()> {
    let setup = Setup::new(args)?;
    let count: usize = args.get("count", 1000)?;
    let bursts: Vec<usize> = args.list("bursts", "1,16")?;
    let measured = Duration::from_secs_f64(args.get("seconds", 2.0)?);
    let warm_up = Duration::from_secs_f64(args.get("warm-up", 0.5)?);
    args.finish()?;
    let mut net = setup.net(count, Places::Rooms(1))?;
    net.open_all(0..count, setup.at_once, SETUP_WITHIN)?;
    settle(&mut net, Duration::from_millis(700))?;
    let mut room = Room { run: setup.run, next: 0, latencies: Latencies::default() };
    for burst in bursts {
        let warming = Instant::now();
        while warming.elapsed() < warm_up {
            room.round(&mut net, burst)?;
        }
        room.latencies.clear();
        let began_at = room.next;
        let window = Window::open(&setup.server)?;
        while window.elapsed() < measured {
            room.round(&mut net, burst)?;
        }
        let messages = room.next - began_at;
        let mut report = Report::default();
        window.close(&mut report)?;
        report
            .word("mode", "room")
            .count("in_flight", burst)
            .count("messages", messages)
            .count("deliveries", u64::from(messages) * count as u64)
            .latencies("delivery", &mut room.latencies);
        troubles(&net, &mut report);
        report.print();
    }
    Ok(())
}

struct Room {
    run: u32,
    next: u32,
    latencies: Latencies,
}

impl Room {
    fn round(&mut self, net: &mut Net, burst: usize) -> Outcome<()> {
        let first = self.next;
        let channel = net.conns[0].person.channel.clone();
        for _ in 0..burst {
            let text = net.dialect.publish(self.run, &channel, self.next);
            net.queue(0, &text);
            self.next += 1;
        }
        let said = Instant::now();
        net.flush(0)?;
        let mut left = burst * net.conns.len();
        while left > 0 {
            let events = net.poll(Duration::from_millis(500))?;
            let took = said.elapsed();
            for event in events {
                match event.what {
                    What::Delivered(number) if number >= first => {
                        left -= 1;
                        self.latencies.add(took);
                    }
                    What::Refused(_) | What::Closed => return Err(broken(net)),
                    _ => {}
                }
            }
            if took > ANSWER_WITHIN {
                return Err(format!("{left} deliveries did not come").into());
            }
        }
        Ok(())
    }
}
