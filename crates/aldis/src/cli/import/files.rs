//! Reads the files that are imported.

use super::super::session::Result;
use super::super::stix::open;
use super::Taking;
use super::told::Item;
use crate::error::Error;
use aldis_wire::misp::{self, Events};
use aldis_wire::stix::{Collector, Limits, Stream};

/// Takes events in one by one.
pub(super) fn misp(taking: &mut Taking<'_>, file: &str) -> Result<()> {
    let (input, total) = open(file)?;
    let mut events = Events::new(input, misp::LIMITS);
    let mut number = 0;
    loop {
        let offset = events.offset();
        let Some((event, bytes)) = events.next_event().map_err(|error| wrong(file, &error))? else { break };
        number += 1;
        if taking.is_full() {
            taking.told.more = true;
            break;
        }
        match event {
            Ok(event) => taking.one(&misp::take(&event), bytes)?,
            Err(error) => taking.told.add(Item::refused(&format!("event {number}"), &error.to_string())),
        }
        progress(taking, number, offset, total);
    }
    if number == 0 { Err(Error::Refused(format!("{file}: there is no event in it")).into()) } else { Ok(()) }
}

/// Reads all objects, then takes in what they amount to.
pub(super) fn stix(taking: &mut Taking<'_>, file: &str) -> Result<()> {
    let (input, total) = open(file)?;
    let limits = Limits::default();
    let mut stream = Stream::new(input, limits).many();
    let mut collector = Collector::default();
    let mut number = 0;
    loop {
        let offset = stream.offset();
        let Some(piece) = stream.next_piece().map_err(|error| wrong(file, &error))? else { break };
        let read = piece.refused.map_or_else(|| collector.add(piece.bytes, &limits), Err);
        if let Err(error) = read {
            taking.told.add(Item::refused(&format!("object {number}"), &error.to_string()));
        }
        number += 1;
        progress(taking, number, offset, total);
    }
    if number == 0 {
        return Err(Error::Refused(format!("{file}: there is no object in it")).into());
    }
    let collected = collector.finish();
    taking.told.left_out = collected.left_out;
    for (at, intake) in collected.intakes.iter().enumerate() {
        if taking.is_full() {
            taking.told.more = true;
            break;
        }
        match collected.original(at) {
            Ok(original) => taking.one(intake, &original)?,
            Err(error) => taking.told.add(Item::refused(&intake.id, &error.to_string())),
        }
    }
    Ok(())
}

fn progress(taking: &Taking<'_>, number: usize, offset: u64, total: Option<u64>) {
    if number.is_multiple_of(EVERY) {
        let of = total.map_or_else(String::new, |total| format!(" of {total}"));
        taking.session.out.say(format!("{number} read, {offset}{of} bytes, {} taken in", taking.told.taken));
    }
}

fn wrong(file: &str, error: &aldis_wire::Error) -> Error {
    Error::Refused(format!("{file}: {error}"))
}

/// How often progress is told, in things read.
const EVERY: usize = 1_000;
