//! `stalled`: texts at a steady rate in one room, where a share of the people has stopped reading; how long they take to the others.

use std::time::{Duration, Instant};

use super::{settle, troubles};
use crate::args::Args;
use crate::dialect::WORDS;
use crate::net::What;
use crate::report::{Latencies, Report};
use crate::setup::{Places, Setup, Window, SETUP_WITHIN};
use crate::Outcome;

/// The smallest that the system grants: a reader that stalls is felt by the server soon.
const RECEIVE_BUFFER: usize = 4096;
/// Texts are this many times as long as usual, so that the system's buffers are full before the measured window.
const LENGTH: usize = 38;

pub fn run(args: &Args) -> Outcome<()> {
    let setup = Setup::new(args)?;
    let count: usize = args.get("count", 1000)?;
    let share: f64 = args.get("share", 0.05)?;
    let rate: f64 = args.get("rate", 20.0)?;
    let measured = Duration::from_secs_f64(args.get("seconds", 10.0)?);
    let warm_up = Duration::from_secs_f64(args.get("warm-up", 4.0)?);
    args.finish()?;
    let stalling = (count as f64 * share).round() as usize;
    let healthy = count - stalling;
    let mut net = setup.net(count, Places::Rooms(1))?;
    net.open_all(0..healthy, setup.at_once, SETUP_WITHIN)?;
    net.receive_buffer = Some(RECEIVE_BUFFER);
    net.open_all(healthy..count, setup.at_once, SETUP_WITHIN)?;
    settle(&mut net, Duration::from_millis(700))?;
    for number in healthy..count {
        net.stall(number)?;
    }

    let channel = net.conns[0].person.channel.clone();
    let (mut said, mut delivered, mut took) = (Vec::<Instant>::new(), 0_u64, Latencies::default());
    let words = WORDS.repeat(LENGTH);
    let began = Instant::now();
    let mut window = None;
    let all = warm_up + measured;
    let mut first = 0;
    while began.elapsed() < all + Duration::from_secs(1) {
        if window.is_none() && began.elapsed() > warm_up {
            window = Some(Window::open(&setup.server)?);
            first = said.len();
        }
        let due = (began.elapsed().min(all).as_secs_f64() * rate) as usize;
        while said.len() < due {
            let text = net.dialect.say(setup.run, &channel, said.len() as u32, &words);
            said.push(Instant::now());
            net.send(0, &text)?;
        }
        for event in net.poll(Duration::from_millis(2))? {
            if let What::Delivered(number) = event.what {
                if number as usize >= first {
                    took.add(said[number as usize].elapsed());
                    delivered += 1;
                }
            }
        }
    }
    let mut report = Report::default();
    window.unwrap_or(Window::open(&setup.server)?).close(&mut report)?;
    report
        .word("mode", "stalled")
        .count("stalled", stalling)
        .count("deliveries", delivered)
        .count("missing", (((said.len() - first) * healthy) as u64).saturating_sub(delivered))
        .latencies("delivery", &mut took);
    troubles(&net, &mut report);
    report.print();
    Ok(())
}
