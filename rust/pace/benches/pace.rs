//! How long one check takes.
#![allow(missing_docs)] // The macros of criterion make public functions.

use criterion::{criterion_group, criterion_main, Criterion};
use cups_pace::{Pace, Rule};

fn checks(criterion: &mut Criterion) {
    let mut pace = Pace::new();
    for (name, burst, period_ms) in [("message", 5, 1_000), ("room", 50, 20), ("sign-in", 3, 60_000)] {
        pace.set_rule(name, Rule::new(burst, period_ms).expect("a good rule"));
    }
    let mut now = 1_700_000_000_000;
    criterion.bench_function("check, one key", |bencher| {
        bencher.iter(|| {
            now += 1;
            pace.check("message", "01JABCDEFGHJKMNPQRSTVWXYZ0", now, 1)
        });
    });
    let keys: Vec<_> = (0..100_000).map(|key| format!("01JABCDEFGHJKMNPQRS{key:07}")).collect();
    let mut next = 0;
    criterion.bench_function("check, 100k keys", |bencher| {
        bencher.iter(|| {
            now += 1;
            next = (next + 7_919) % keys.len();
            pace.check("message", &keys[next], now, 1)
        });
    });
    criterion.bench_function("check_all, three rules", |bencher| {
        bencher.iter(|| {
            now += 1;
            next = (next + 7_919) % keys.len();
            pace.check_all(&[("message", &keys[next]), ("room", "room:a"), ("sign-in", &keys[next])], now)
        });
    });
    criterion.bench_function("sweep, 100k keys that stay", |bencher| {
        bencher.iter(|| pace.sweep(1_700_000_000_000));
    });
}

criterion_group!(benches, checks);
criterion_main!(benches);
