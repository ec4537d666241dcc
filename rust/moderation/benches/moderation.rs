//! How long one warning takes.
#![allow(missing_docs)] // The macros of criterion make public functions.

use criterion::{criterion_group, criterion_main, Criterion};
use cups_moderation::{Warning, WarningLadder};

fn warnings(criterion: &mut Criterion) {
    let persons: Vec<_> = (0..10_000).map(|person| format!("01JABCDEFGHJKMNPQRS{person:07}")).collect();
    let mut ladder = WarningLadder::default();
    let (mut next, mut at) = (0, 1_700_000_000_000);
    criterion.bench_function("warn, 10k persons", |bencher| {
        bencher.iter(|| {
            at += 1_000;
            next = (next + 7_919) % persons.len();
            ladder.warn(&Warning { person: &persons[next], room: "room:a", moderator: "kim", at })
        });
    });
    criterion.bench_function("standing", |bencher| {
        bencher.iter(|| ladder.standing(&persons[next], at));
    });
}

criterion_group!(benches, warnings);
criterion_main!(benches);
