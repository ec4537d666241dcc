//! `pairs`: texts between two people each, so many under way in all; where one has arrived the next is sent, by another pair.

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
    let in_flight: Vec<usize> = args.list("in-flight", "1,32")?;
    let measured = Duration::from_secs_f64(args.get("seconds", 2.0)?);
    let warm_up = Duration::from_secs_f64(args.get("warm-up", 0.5)?);
    args.finish()?;
    let mut net = setup.net(pairs * 2, Places::Pairs)?;
    net.open_all(0..pairs * 2, setup.at_once, SETUP_WITHIN)?;
    settle(&mut net, Duration::from_millis(300))?;
    let mut talk =
        Talk { run: setup.run, next: 0, arrived: 0, under_way: HashMap::new(), latencies: Latencies::default() };
    for most in in_flight {
        talk.go(&mut net, most, warm_up)?;
        talk.latencies.clear();
        talk.arrived = 0;
        let window = Window::open(setup.server)?;
        talk.go(&mut net, most, measured)?;
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
    arrived: u64,
    /// Who is to get which text, and when it was said.
    under_way: HashMap<u32, (usize, Instant)>,
    latencies: Latencies,
}

impl Talk {
    /// Says the next text: the pairs take turns, and in each pair the two.
    fn say(&mut self, net: &mut Net) -> Outcome<()> {
        let (number, pairs) = (self.next as usize, net.conns.len() / 2);
        let from = number % pairs * 2 + (number / pairs) % 2;
        let to = from ^ 1;
        // A channel of Centrifuge is one person's; a chat is both people's.
        let reader = if net.dialect == Dialect::Centrifuge { to } else { from };
        let channel = net.conns[reader].person.channel.clone();
        let text = net.dialect.publish(self.run, &channel, self.next);
        self.under_way.insert(self.next, (to, Instant::now()));
        self.next += 1;
        net.send(from, &text)?;
        Ok(())
    }

    /// Keeps so many under way for a time, and lets the last arrive.
    fn go(&mut self, net: &mut Net, most: usize, time: Duration) -> Outcome<()> {
        let began = Instant::now();
        for _ in 0..most {
            self.say(net)?;
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
                            if began.elapsed() < time {
                                self.say(net)?;
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
