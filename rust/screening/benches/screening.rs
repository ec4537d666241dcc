//! One message against few and many rules.

#![allow(missing_docs)] // The macro's function has none.

use std::hint::black_box;

use criterion::{criterion_group, criterion_main, Criterion};
use cups_screening::{Action, Class, Lexicon, Rule, Ruleset};

const TEXT: &str = "honestly the last few weeks were hard and i do not know who to talk to, my sister says it gets better but i can not sleep";

fn rules(count: usize) -> Ruleset {
    let all: Vec<Rule> = (0..count)
        .map(|number| Rule {
            id: format!("r{number}"),
            class: Class::Hate,
            action: Action::Hold,
            share: 1000,
            conversation: false,
            patterns: vec![format!("(word{number}|term{}) [so] phrase{}", number * 7, number % 97)],
            unless: Vec::new(),
            only: Vec::new(),
            unquoted: false,
            allow: false,
            digits: 0,
            needs: Vec::new(),
        })
        .collect();
    Ruleset::new(&all, Lexicon::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn screening(criterion: &mut Criterion) {
    for count in [100, 10_000] {
        let rules = rules(count);
        criterion.bench_function(&format!("a message, {count} rules"), |bench| {
            bench.iter(|| black_box(rules.hits(black_box(TEXT))));
        });
    }
}

criterion_group!(benches, screening);
criterion_main!(benches);
