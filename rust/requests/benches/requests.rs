//! How long the queue's acts take when many wait.
#![allow(missing_docs)] // The macros of criterion make public functions.

use std::hint::black_box;

use criterion::{criterion_group, criterion_main, Criterion};
use cups_requests::{Id, Listener, RequestQueue, Waiter};

const POOLS: [&str; 4] = ["adult/en", "adult/nl", "adult/de", "teen/en"];
const TOPICS: usize = 40;

/// Requests spread over the pools and topics; who waits longest is nowhere near the first in memory.
fn queue(size: u64) -> RequestQueue {
    let topics: Vec<_> = (0..TOPICS).map(|topic| format!("topic-{topic}")).collect();
    let mut queue = RequestQueue::new(21_600_000);
    for step in 0..size {
        let mixed = step.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        let index = usize::try_from(mixed % 1_000).unwrap_or(0);
        let waiter = Waiter {
            id: id(&format!("01j{mixed:020}{:03}", step % 1_000)),
            pool: POOLS[index % POOLS.len()],
            topic: &topics[index / POOLS.len() % TOPICS],
            asker: asker(step % 50_000),
            severity: i16::from(mixed % 20 == 0),
            first_at: i64::try_from(mixed % 10_000_000).unwrap_or(0),
            fence: 0,
            shown: b"someone",
        };
        queue.add(&waiter).expect("ids are unique");
    }
    queue
}

fn id(text: &str) -> Id {
    Id::parse(text).expect("26 letters")
}

fn asker(number: u64) -> Id {
    id(&format!("{number:026}"))
}

fn listener(queue: &mut RequestQueue, blocked: u64) -> Listener {
    let refused = ["topic-1", "topic-2", "topic-4", "topic-9"];
    queue.listener(["adult/en", "adult/nl"], refused, (0..blocked).map(asker)).expect("few names")
}

fn claims(criterion: &mut Criterion) {
    let owner = asker(99_999);
    for (name, blocked) in [("nobody blocked", 0), ("50 blocked", 50)] {
        let mut queue = queue(100_000);
        let listener = listener(&mut queue, blocked);
        criterion.bench_function(&format!("claim_next and release, 100k wait, {name}"), |bencher| {
            bencher.iter(|| {
                let claim = queue.claim_next(owner, &listener, 1_000, 60_000).expect("many wait");
                queue.release(claim.id, claim.fence)
            });
        });
        criterion.bench_function(&format!("50 candidates, 100k wait, {name}"), |bencher| {
            bencher.iter(|| queue.candidates(&listener).take(50).map(|rank| black_box(rank.due)).sum::<i64>());
        });
    }
    let full = queue(100_000);
    let mut queue = full.clone();
    let anything = queue.listener(["adult/en", "adult/nl"], [], []).expect("few names");
    criterion.bench_function("claim_next and release, 100k wait, nothing refused", |bencher| {
        bencher.iter(|| {
            let claim = queue.claim_next(owner, &anything, 1_000, 60_000).expect("many wait");
            queue.release(claim.id, claim.fence)
        });
    });
    let listener = listener(&mut queue, 0);
    criterion.bench_function("claim_next, 100k wait, the queue is emptied", |bencher| {
        let mut queue = full.clone();
        bencher.iter(|| {
            let claim = queue.claim_next(owner, &listener, 1_000, 60_000);
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
        let ids: Vec<_> = queue.ids().step_by(7).collect();
        // The middle of the queue, in an order that no cache foresees.
        let mut next = 0;
        let mut id = move || {
            next = (next + 7_919) % ids.len();
            ids[next]
        };
        criterion.bench_function(&format!("place, {name} wait"), |bencher| {
            bencher.iter_batched(&mut id, |id| queue.place(id), criterion::BatchSize::SmallInput);
        });
        criterion.bench_function(&format!("claim and release in the middle, {name} wait"), |bencher| {
            bencher.iter_batched(
                &mut id,
                |id| {
                    let claim = queue.claim(id, asker(99_999), 1_000, 60_000).expect("it waits");
                    queue.release(id, claim.fence)
                },
                criterion::BatchSize::SmallInput,
            );
        });
    }
}

criterion_group!(benches, claims, places);
criterion_main!(benches);
