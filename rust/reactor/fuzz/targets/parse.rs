//! The fast path over any bytes, whole and cut in two: the same frames, and nothing else touched.
#![no_main]

use cups_reactor::parse::{parse, Parsed};
use libfuzzer_sys::fuzz_target;

/// All that is taken, and where it stops.
fn frames(pieces: &[&[u8]], max: usize) -> (Vec<(u8, Vec<u8>)>, usize) {
    let (mut carry, mut seen, mut at) = (Vec::new(), Vec::new(), 0);
    for piece in pieces {
        carry.extend_from_slice(piece);
        loop {
            let before = carry.clone();
            let (parsed, taken) = parse(&mut carry, max);
            match parsed {
                Parsed::Text(payload) => {
                    assert!(std::str::from_utf8(payload).is_ok() && payload.len() <= max);
                    seen.push((1, payload.to_vec()));
                }
                Parsed::Binary(payload) => {
                    assert!(payload.len() <= max);
                    seen.push((2, payload.to_vec()));
                }
                Parsed::Ping(payload) => {
                    assert!(payload.len() <= 125);
                    seen.push((9, payload.to_vec()));
                }
                Parsed::Pong => seen.push((10, Vec::new())),
                Parsed::Close(payload) => {
                    assert!(payload.is_empty() || (payload.len() >= 2 && std::str::from_utf8(&payload[2..]).is_ok()));
                    seen.push((8, payload.to_vec()));
                }
                Parsed::Short(need) => {
                    assert!(need > carry.len());
                    assert_eq!(carry, before);
                    break;
                }
                Parsed::TooBig | Parsed::Divert(_) => {
                    assert_eq!(carry, before);
                    break;
                }
            }
            carry.drain(..taken);
            at += taken;
        }
    }
    (seen, at)
}

fuzz_target!(|data: &[u8]| {
    let Some((&[cut, max], stream)) = data.split_first_chunk::<2>() else {
        return;
    };
    let cut = usize::from(cut).min(stream.len());
    assert_eq!(frames(&[stream], usize::from(max)), frames(&[&stream[..cut], &stream[cut..]], usize::from(max)));
});
