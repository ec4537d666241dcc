//! How many checks the core makes in a second of CPU, over many keys: `checks KEYS SECONDS` prints a JSON line, for the benchmarks.
#![allow(clippy::print_stdout)] // Printing is what it is for.

use std::time::{Duration, Instant};

use cups_pace::{Pace, Rule};

fn main() {
    let mut words = std::env::args().skip(1);
    let keys: usize = words.next().and_then(|word| word.parse().ok()).unwrap_or(100_000);
    let seconds: f64 = words.next().and_then(|word| word.parse().ok()).unwrap_or(1.0);
    let mut pace = Pace::new();
    if let Ok(rule) = Rule::new(8, 1_500) {
        pace.set_rule("member-message", rule);
    }
    let keys: Vec<_> = (0..keys).map(|number| format!("01m8741xyq5phyxzrf{:08}", number * 7_919 % keys)).collect();
    let (mut now, mut checks) = (1_800_000_000_000, 0_usize);
    let began = Instant::now();
    while began.elapsed() < Duration::from_secs_f64(seconds) {
        for key in &keys {
            let _ = std::hint::black_box(pace.check("member-message", key, now, 1));
        }
        checks += keys.len();
        now += 700;
    }
    // One thread that never waits: its time on the wall is its time on the CPU, where nobody else has the core.
    println!("{{\"checks\": {checks}, \"cpu_s\": {}}}", began.elapsed().as_secs_f64());
}
