//! Reads a text twice: as words, with the disguises undone, and as its surface, where signs and digits still stand.
//!
//! The words are what language rules are matched on: folded tokens between single spaces, with `.` and `?` for the ends of sentences. The surface
//! is what contact details are matched on. Both know where in the original each part came from.

mod gist;
mod line;
mod pieces;
mod surface;
mod word;
mod words;

use crate::needs::Met;

pub(crate) use gist::{nothing_across, Gist, Spoken, FEWEST_SPELLED};
pub(crate) use pieces::{pieces, plain_pieces, Gap, Piece, Pieces, LONGEST_TOKEN};
pub(crate) use surface::{plain_surface, surface, Surface};
pub(crate) use word::{has_number, has_run, number_kinds, shortened, Numbers, Reader, Word};
pub(crate) use words::{is_apart, joined, Part, Words, Writer};

/// A text that was read: its pieces, each with its word, its surface, and which expressions have what they need.
#[derive(Debug)]
pub(crate) struct Heard {
    pub pieces: Pieces,
    /// As many as there are pieces.
    pub parts: Vec<Part>,
    pub surface: Surface,
    pub met: Met,
    pub gist: Gist,
}
