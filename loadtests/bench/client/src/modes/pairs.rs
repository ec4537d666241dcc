//! `pairs`: texts between two people each. So many pairs talk at once, one of them so many texts in a row, and where all of these have
//! arrived the next pair has its turn.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{broken, settle, troubles};
use crate::args::Args;
use crate::dialect::Dialect;
use crate::net::{Net, What};
use crate::report::{Latencies, Report};
use crate::setup::{Places, Setup, Window, ANSWER_WITHIN, SETUP_WITHIN};
use crate::Outcome;

pub fn run(args: &Args) -> Outcome<()> {
    let setup = Setup::new(args)?;
    let pairs: usize = args.get("pairs", 500)?;
    let talking: usize = args.get("talking", 16)?;
    let in_flight: Vec<usize> = args.list("in-flight", "1,32")?;
    let measured = Duration::from_secs_f64(args.get("seconds", 2.0)?);
    let warm_up = Duration::from_secs_f64(args.get("warm-up", 0.5)?);
    args.finish()?;
    let mut net = setup.net(pairs * 2, Places::Pairs)?;
    net.open_all(0..pairs * 2, setup.at_once, SETUP_WITHIN)?;
    settle(&mut net, Duration::from_millis(300))?;
    let mut talk = Talk {
        run: setup.run,
        next: 0,
        turns: 0,
        arrived: 0,
        under_way: HashMap::new(),
        left: vec![0; pairs],
        latencies: Latencies::default(),
    };
    for most in in_flight {
        // Everybody has written once: what a server looks up about somebody who is new is not what this measures.
        talk.go(&mut net, talking.min(pairs), most, warm_up, pairs * 2)?;
        talk.latencies.clear();
        talk.arrived = 0;
        let window = Window::open(&setup.server)?;
        talk.go(&mut net, talking.min(pairs), most, measured, 0)?;
        let mut report = Report::default();
        window.close(&mut report)?;
        report
            .word("mode", "pairs")
            .count("in_flight", most)
            .count("messages", talk.arrived)
            .latencies("delivery", &mut talk.latencies);
        troubles(&net, &mut report);
        report.print();
    }
    Ok(())
}

struct Talk {
    run: u32,
    next: u32,
    turns: usize,
    arrived: u64,
    /// Who is to get which text, and when it was said.
    under_way: HashMap<u32, (usize, Instant)>,
    /// Texts of each pair that have not arrived.
    left: Vec<usize>,
    latencies: Latencies,
}

impl Talk {
    /// The next pair has its turn: one of the two says so many texts, and the other one the next time.
    fn turn(&mut self, net: &mut Net, most: usize) -> Outcome<()> {
        let pairs = self.left.len();
        let pair = self.turns % pairs;
        let from = pair * 2 + (self.turns / pairs) % 2;
        let to = from ^ 1;
        self.turns += 1;
        self.left[pair] = most;
        // A channel of Centrifuge is one person's; a chat is both people's.
        let reader = if net.dialect == Dialect::Centrifuge { to } else { from };
        let channel = net.conns[reader].person.channel.clone();
        for _ in 0..most {
            let text = net.dialect.publish(self.run, &channel, self.next);
            self.under_way.insert(self.next, (to, Instant::now()));
            self.next += 1;
            net.queue(from, &text);
        }
        net.flush(from)
    }

    /// Keeps so many pairs talking for a time, until there have been so many turns since the start, and lets the last text arrive.
    fn go(&mut self, net: &mut Net, talking: usize, most: usize, time: Duration, turns: usize) -> Outcome<()> {
        let began = Instant::now();
        for _ in 0..talking {
            self.turn(net, most)?;
        }
        while !self.under_way.is_empty() {
            for event in net.poll(Duration::from_millis(500))? {
                match event.what {
                    What::Delivered(number) => {
                        let Some(&(to, said)) = self.under_way.get(&number) else {
                            continue;
                        };
                        if event.conn == to {
                            self.under_way.remove(&number);
                            self.latencies.add(said.elapsed());
                            self.arrived += 1;
                            self.left[to / 2] -= 1;
                            if self.left[to / 2] == 0 && (began.elapsed() < time || self.turns < turns) {
                                self.turn(net, most)?;
                            }
                        }
                    }
                    What::Refused(_) | What::Closed => return Err(broken(net)),
                    _ => {}
                }
            }
            if began.elapsed() > time + ANSWER_WITHIN {
                return Err(format!("{} texts did not arrive", self.under_way.len()).into());
            }
        }
        Ok(())
    }
}
