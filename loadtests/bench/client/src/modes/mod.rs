//! One file for each way of loading a server.

pub mod handshakes;
pub mod idle;
pub mod mixed;
pub mod overload;
pub mod pairs;
pub mod room;
pub mod stalled;
pub mod storm;

use std::time::Duration;

use crate::net::{Net, What};
use crate::report::Report;
use crate::setup::{Window, ANSWER_WITHIN};
use crate::Outcome;

/// What all modes tell of what went wrong.
fn troubles(net: &Net, report: &mut Report) {
    let refused: u64 = net.tally.refusals.values().sum();
    report.count("refused", refused).count("lost", net.tally.lost);
}

/// Waits until so many deliveries of numbers in a range have come.
fn await_deliveries(net: &mut Net, numbers: std::ops::Range<u32>, mut count: usize) -> Outcome<()> {
    let began = std::time::Instant::now();
    while count > 0 {
        for event in net.poll(Duration::from_millis(100))? {
            match event.what {
                What::Delivered(number) if numbers.contains(&number) => count -= 1,
                What::Refused(_) | What::Closed => return Err(broken(net)),
                _ => {}
            }
        }
        if began.elapsed() > ANSWER_WITHIN {
            return Err(format!("{count} deliveries did not come").into());
        }
    }
    Ok(())
}

fn broken(net: &Net) -> Box<dyn std::error::Error> {
    format!("refused or closed in a run that goes without: {:?}", net.tally.refusals).into()
}

/// Takes what comes until everything has been quiet for so long.
fn settle(net: &mut Net, quiet: Duration) -> Outcome<()> {
    let window = Window::open(&crate::server::Server::default())?;
    while !net.poll(quiet)?.is_empty() && window.elapsed() < ANSWER_WITHIN {}
    Ok(())
}
