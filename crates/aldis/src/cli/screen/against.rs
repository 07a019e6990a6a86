//! What a text is compared with: the register, which gives cover names, or an index of public names.

use crate::seal::{self, Match, Screener};
use aldis_names::screen::{Hit, Index, Options, Scratch, Stream};
use serde::Serialize;

/// What a text is compared with.
pub(super) enum Against {
    /// The part of the register the officer may see.
    Register(Screener),
    /// An index of public names.
    Index(Box<Index>, Options, Box<Scratch>),
}

/// A match of either.
#[derive(Serialize)]
pub(super) struct Found {
    /// The cover name, or the id in the index.
    pub(super) id: String,
    /// The name that matched; never of the register.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    pub(super) quoted: String,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) score: f64,
    pub(super) bits: f64,
    full: bool,
    pub(super) why: Vec<String>,
}

/// A text that comes in pieces.
pub(super) enum Reading<'a> {
    Register(seal::Reading<'a>),
    Index(Box<Stream<'a>>, &'a mut Scratch),
}

impl Against {
    pub(super) fn screen(&mut self, text: &str) -> Vec<Found> {
        match self {
            Self::Register(screener) => screener.screen(text).into_iter().map(covered).collect(),
            Self::Index(index, options, scratch) => {
                index.screen_with(text, options, scratch).into_iter().map(named).collect()
            }
        }
    }

    pub(super) fn begin(&mut self) -> Reading<'_> {
        match self {
            Self::Register(screener) => Reading::Register(screener.begin()),
            Self::Index(index, options, scratch) => {
                Reading::Index(Box::new(Stream::new(index, *options)), scratch)
            }
        }
    }
}

impl Reading<'_> {
    pub(super) fn feed(&mut self, piece: &[u8], found: &mut dyn FnMut(Found)) {
        match self {
            Self::Register(reading) => reading.feed(piece, &mut |one| found(covered(one))),
            Self::Index(stream, scratch) => stream.feed(piece, scratch, &mut |hit| found(named(hit))),
        }
    }

    pub(super) fn finish(self, found: &mut dyn FnMut(Found)) {
        match self {
            Self::Register(reading) => reading.finish(&mut |one| found(covered(one))),
            Self::Index(stream, scratch) => stream.finish(scratch, &mut |hit| found(named(hit))),
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "thousandths of small numbers")]
fn covered(found: Match) -> Found {
    Found {
        id: found.subject,
        name: None,
        quoted: found.quoted,
        start: found.start,
        end: found.end,
        score: found.score as f64 / 1000.0,
        bits: found.bits as f64 / 1000.0,
        full: found.full,
        why: found.why.split(", ").map(str::to_owned).collect(),
    }
}

fn named(hit: Hit) -> Found {
    Found {
        score: rounded(hit.score),
        bits: rounded(hit.bits),
        why: hit.why.iter().map(ToString::to_string).collect(),
        id: hit.id,
        name: Some(hit.name),
        quoted: hit.quoted,
        start: hit.span.start,
        end: hit.span.end,
        full: hit.full,
    }
}

/// Rounds to thousandths, so that the two kinds of answers look alike.
fn rounded(number: f32) -> f64 {
    (f64::from(number) * 1000.0).round() / 1000.0
}
