//! What the reactor itself costs for each recipient.
#![allow(missing_docs)] // The macros of criterion make public functions.

use criterion::{criterion_group, criterion_main, Criterion};

fn nothing(_criterion: &mut Criterion) {}

criterion_group!(benches, nothing);
criterion_main!(benches);
