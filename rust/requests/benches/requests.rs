//! How long the queue's acts take when many wait.
#![allow(missing_docs)] // The macros of criterion make public functions.

use std::hint::black_box;

use criterion::{criterion_group, criterion_main, Criterion};
use cups_requests::{Listener, RequestQueue, Waiter};

const POOLS: [&str; 4] = ["adult/en", "adult/nl", "adult/de", "teen/en"];
const TOPICS: usize = 40;

/// Requests spread over the pools and topics; who waits longest is nowhere near the first in memory.
fn queue(size: u64) -> RequestQueue {
    let topics: Vec<_> = (0..TOPICS).map(|topic| format!("topic-{topic}")).collect();
    let mut queue = RequestQueue::new();
    for step in 0..size {
        let mixed = step.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        let index = usize::try_from(mixed % 1_000).unwrap_or(0);
        let waiter = Waiter {
            id: &format!("01J{mixed:020}{step:06}"),
            pool: POOLS[index % POOLS.len()],
            topic: &topics[index / POOLS.len() % TOPICS],
            asker: &format!("asker-{}", step % 50_000),
            severity: i64::from(mixed % 20 == 0),
            first_at: i64::try_from(mixed % 10_000_000).unwrap_or(0),
            fence: 0,
        };
        queue.add(&waiter).expect("ids are unique");
    }
    queue
}

fn listener(blocked: &[String]) -> Listener<'_> {
    Listener {
        pools: vec!["adult/en", "adult/nl"],
        refused_topics: ["topic-1", "topic-2", "topic-4", "topic-9"].into(),
        blocked: blocked.iter().map(String::as_str).collect(),
    }
}

fn claims(criterion: &mut Criterion) {
    let blocked: Vec<_> = (0..50).map(|asker| format!("asker-{asker}")).collect();
    for (name, blocked) in [("nobody blocked", &blocked[..0]), ("50 blocked", &blocked[..])] {
        let mut queue = queue(100_000);
        let listener = listener(blocked);
        criterion.bench_function(&format!("claim_next and release, 100k wait, {name}"), |bencher| {
            bencher.iter(|| {
                let claim = queue.claim_next("owner", &listener, 1_000, 60_000).expect("many wait");
                queue.release(&claim.id, claim.fence)
            });
        });
        criterion.bench_function(&format!("50 candidates, 100k wait, {name}"), |bencher| {
            bencher.iter(|| queue.candidates(&listener).take(50).map(|rank| black_box(rank.first_at)).sum::<i64>());
        });
    }
    let full = queue(100_000);
    let mut queue = full.clone();
    let anything = Listener { pools: vec!["adult/en", "adult/nl"], ..Listener::default() };
    criterion.bench_function("claim_next and release, 100k wait, nothing refused", |bencher| {
        bencher.iter(|| {
            let claim = queue.claim_next("owner", &anything, 1_000, 60_000).expect("many wait");
            queue.release(&claim.id, claim.fence)
        });
    });
    let listener = listener(&[]);
    criterion.bench_function("claim_next, 100k wait, the queue is emptied", |bencher| {
        let mut queue = full.clone();
        bencher.iter(|| {
            let claim = queue.claim_next("owner", &listener, 1_000, 60_000);
            if claim.is_none() {
                queue.expire(i64::MAX);
            }
            claim.map(|claim| claim.fence)
        });
    });
}

fn places(criterion: &mut Criterion) {
    for (name, size) in [("10k", 10_000), ("100k", 100_000), ("1M", 1_000_000)] {
        let mut queue = queue(size);
        let ids: Vec<_> = queue.ids().step_by(7).map(str::to_owned).collect();
        // The middle of the queue, in an order that no cache foresees.
        let mut next = 0;
        let mut id = move || {
            next = (next + 7_919) % ids.len();
            ids[next].clone()
        };
        criterion.bench_function(&format!("place, {name} wait"), |bencher| {
            bencher.iter_batched(&mut id, |id| queue.place(&id), criterion::BatchSize::SmallInput);
        });
        criterion.bench_function(&format!("claim and release in the middle, {name} wait"), |bencher| {
            bencher.iter_batched(
                &mut id,
                |id| {
                    let claim = queue.claim(&id, "owner", 1_000, 60_000).expect("it waits");
                    queue.release(&id, claim.fence)
                },
                criterion::BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, claims, places);
criterion_main!(benches);
