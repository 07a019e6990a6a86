//! Counts what a poller that follows the specification never receives while others write.
//!
//! Writers add small envelopes as fast as they can. The poller reads all pages by `next`, then begins
//! again with `added_after` set to the last `X-TAXII-Date-Added-Last` it saw, and so on until the
//! writers are done and a page is empty. Whatever is on the server and was never received is lost.

use super::wire::{Reply, Wire, field};
use super::{envelope, id};
use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What one run gave.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    /// Objects the server acknowledged.
    pub added: u64,
    /// Of these, never received.
    pub lost: u64,
    /// Received twice.
    pub twice: u64,
    /// Requests the poller made.
    pub polls: u64,
}

/// Runs four writers and one poller. Writers spread over all hosts; the poller changes hosts.
///
/// # Errors
///
/// Those of the sockets, or an answer that is not the expected one.
pub fn run(
    hosts: &[String],
    authorization: &str,
    objects: &str,
    first: u64,
    total: u64,
    each: u64,
) -> io::Result<Run> {
    let writing = AtomicUsize::new(WRITERS);
    let per_writer = total / WRITERS as u64;
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|number| {
                let host = hosts.get(number % hosts.len()).cloned().unwrap_or_default();
                let (writing, from) = (&writing, first + number as u64 * per_writer);
                scope.spawn(move || {
                    let done = write(&host, authorization, objects, from, per_writer, each);
                    writing.fetch_sub(1, Ordering::SeqCst);
                    done
                })
            })
            .collect();
        let (received, twice, polls) = poll(hosts, authorization, objects, &writing)?;
        let mut run = Run { twice, polls, ..Run::default() };
        for writer in writers {
            run.added += writer.join().map_err(|_| io::Error::other("a writer panicked"))??;
        }
        let expected = first..first + per_writer * WRITERS as u64;
        run.lost = expected.filter(|number| !received.contains(&id(*number))).count() as u64;
        Ok(run)
    })
}

fn write(
    host: &str,
    authorization: &str,
    objects: &str,
    first: u64,
    total: u64,
    each: u64,
) -> io::Result<u64> {
    let (mut wire, mut reply, mut added) = (Wire::connect(host, authorization)?, Reply::default(), 0);
    while added < total {
        let count = each.min(total - added);
        wire.ask("POST", objects, envelope(first + added, count).as_bytes(), &mut reply)?;
        if reply.status != 202 {
            return Err(io::Error::other(format!(
                "{}: {}",
                reply.status,
                String::from_utf8_lossy(&reply.body)
            )));
        }
        added += count;
    }
    Ok(added)
}

fn poll(
    hosts: &[String],
    authorization: &str,
    objects: &str,
    writing: &AtomicUsize,
) -> io::Result<(BTreeSet<String>, u64, u64)> {
    let wires: io::Result<Vec<Wire>> = hosts.iter().map(|host| Wire::connect(host, authorization)).collect();
    let mut wires = wires?;
    let (mut received, mut twice, mut polls) = (BTreeSet::new(), 0, 0);
    let (mut after, mut next, mut reply) = (String::new(), String::new(), Reply::default());
    loop {
        // Asked before the page: whatever was acknowledged by then must be on it or on one before.
        let done = writing.load(Ordering::SeqCst) == 0;
        let mut path = format!("{objects}?limit=1000");
        if !after.is_empty() {
            path.push_str(&format!("&added_after={after}"));
        }
        if !next.is_empty() {
            path.push_str(&format!("&next={next}"));
        }
        let turn = usize::try_from(polls).unwrap_or(0) % wires.len();
        let Some(wire) = wires.get_mut(turn) else { continue };
        wire.ask("GET", &path, b"", &mut reply)?;
        polls += 1;
        if reply.status != 200 {
            return Err(io::Error::other(format!(
                "{}: {}",
                reply.status,
                String::from_utf8_lossy(&reply.body)
            )));
        }
        let ids = ids(&reply.body);
        let empty = ids.is_empty();
        for id in ids {
            twice += u64::from(!received.insert(id));
        }
        next = field(&reply.body, "next").unwrap_or_default();
        if next.is_empty() {
            after = reply.last.take().unwrap_or(after);
            if done && empty {
                return Ok((received, twice, polls));
            }
        }
    }
}

/// Finds the ids in a page of indicators, without reading the rest of it.
fn ids(body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    text.split("\"id\":")
        .skip(1)
        .filter_map(|rest| rest.trim_start().split('"').nth(1).map(str::to_owned))
        .collect()
}

const WRITERS: usize = 4;
