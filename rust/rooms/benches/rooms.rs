//! How long it takes to queue a frame for a room and to take it out again.
#![allow(missing_docs)] // The macros of criterion make public functions.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{criterion_group, criterion_main, Criterion, Throughput};
use cups_rooms::{Class, Fanout, Limits, Parcel};

const MEMBERS: u64 = 1_000;

fn room() -> Fanout<Arc<[u8]>> {
    let mut fanout = Fanout::new(Limits::default()).expect("good limits");
    for conn in 0..MEMBERS {
        fanout.connect(conn).expect("it is new");
        fanout.join(conn, "room:a").expect("it is connected");
    }
    fanout
}

fn parcel<'a>(payload: &Arc<[u8]>, class: Class, key: Option<&'a str>, tag: Option<&'a str>) -> Parcel<'a, Arc<[u8]>> {
    Parcel { payload: Arc::clone(payload), size: payload.len(), class, key, tag }
}

fn drain_all(fanout: &mut Fanout<Arc<[u8]>>) {
    for conn in 0..MEMBERS {
        fanout.drain(conn, 65_536, |frame| {
            black_box(Arc::clone(frame));
        });
    }
}

fn deliveries(criterion: &mut Criterion) {
    let payload: Arc<[u8]> = vec![b'x'; 200].into();
    let mut group = criterion.benchmark_group("1000 members");
    for burst in [1, 16] {
        let mut fanout = room();
        group.throughput(Throughput::Elements(MEMBERS * burst));
        group.bench_function(format!("publish {burst}, drain all"), |bencher| {
            bencher.iter(|| {
                for _ in 0..burst {
                    fanout.publish("room:a", parcel(&payload, Class::Message, None, Some("room:a/1")), None);
                }
                drain_all(&mut fanout);
            });
        });
    }
    let mut fanout = room();
    group.throughput(Throughput::Elements(MEMBERS * 16));
    group.bench_function("publish 4 messages and 12 of typing that conflate, drain all", |bencher| {
        bencher.iter(|| {
            for step in 0..16 {
                if step % 4 == 0 {
                    fanout.publish("room:a", parcel(&payload, Class::Message, None, None), None);
                } else {
                    fanout.publish("room:a", parcel(&payload, Class::Typing, Some("typing:ann"), None), None);
                }
            }
            drain_all(&mut fanout);
        });
    });
    let mut fanout = room();
    for seq in 0..1_000 {
        let tag = format!("room:a/{seq}");
        fanout.publish("room:a", parcel(&payload, Class::Message, None, Some(&tag)), None);
    }
    group.throughput(Throughput::Elements(MEMBERS));
    group.bench_function("retract one of 1000 frames that nobody has read, publish it again", |bencher| {
        bencher.iter(|| {
            let outboxes = fanout.retract("room:a/500");
            fanout.publish("room:a", parcel(&payload, Class::Message, None, Some("room:a/500")), None);
            outboxes
        });
    });
    group.finish();
    criterion.bench_function("join and leave", |bencher| {
        bencher.iter(|| {
            fanout.leave(500, "room:a");
            fanout.join(500, "room:a")
        });
    });
    criterion.bench_function("send and drain one", |bencher| {
        let mut fanout = room();
        bencher.iter(|| {
            fanout.send(7, parcel(&payload, Class::Message, None, None));
            fanout.drain(7, 65_536, |frame| {
                black_box(Arc::clone(frame));
            });
        });
    });
}

criterion_group!(benches, deliveries);
criterion_main!(benches);
