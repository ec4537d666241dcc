//! The follower over any bytes, whole and byte by byte: the same course, at the same place.
#![no_main]

use cups_reactor::divert::{Course, Fragments, MessageLimits};
use libfuzzer_sys::fuzz_target;

fn follow<'a>(pieces: impl Iterator<Item = &'a [u8]>, limits: MessageLimits) -> (usize, usize, Course) {
    let mut fragments = Fragments::default();
    let (mut at, mut controls) = (0, 0);
    for piece in pieces {
        let mut rest = piece;
        loop {
            let (taken, course) = fragments.next(rest, limits);
            rest = &rest[taken..];
            at += taken;
            match course {
                Course::Control => controls += 1,
                Course::Going => {
                    assert!(rest.is_empty());
                    break;
                }
                course => return (at, controls, course),
            }
        }
    }
    (at, controls, Course::Going)
}

fuzz_target!(|data: &[u8]| {
    let limits = MessageLimits { max_payload: 1000, max_fragments: 4 };
    assert_eq!(follow(std::iter::once(data), limits), follow(data.chunks(1), limits));
});
