//! Loads a server with one kind of request on several kept connections and counts answers.

#![allow(clippy::disallowed_methods, reason = "a bench measures how long it takes")]

use super::wire::{Reply, Wire};
use super::{envelope, id};
use crate::dice::Dice;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Where to ask, and as whom.
#[derive(Clone, Debug)]
pub struct Target {
    /// `host:port`, one for each server process.
    pub hosts: Vec<String>,
    /// The header `Authorization`.
    pub authorization: String,
    /// The path of the collection's objects.
    pub objects: String,
}

/// What one load gave.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figure {
    /// Answers, or objects where objects are counted.
    pub count: f64,
    /// The same per second.
    pub per_second: f64,
    /// The middle of all waits, in milliseconds.
    pub p50_ms: f64,
    /// Ninety-nine of a hundred waits are shorter, in milliseconds.
    pub p99_ms: f64,
}

/// Adds `total` objects in envelopes of `each` on `clients` connections; counts objects.
///
/// # Errors
///
/// Those of the sockets, or another answer than 202.
pub fn add(target: &Target, clients: usize, first: u64, total: u64, each: u64) -> io::Result<Figure> {
    let next = AtomicU64::new(0);
    let start = Instant::now();
    let waits = each_client(target, clients, |wire, reply, _| {
        let from = next.fetch_add(each, Ordering::SeqCst);
        if from >= total {
            return Ok(None);
        }
        let body = envelope(first + from, each.min(total - from));
        let begun = Instant::now();
        wire.ask("POST", &target.objects, body.as_bytes(), reply)?;
        expect(reply, &[202])?;
        Ok(Some(begun.elapsed()))
    })?;
    #[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
    let count = total as f64;
    let per_second = count / start.elapsed().as_secs_f64();
    Ok(Figure { count, per_second, ..figure(waits, start.elapsed()) })
}

/// What is asked again and again.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Pages of so many, after one of these dates.
    Pages(usize, Vec<String>),
    /// One object out of so many, by its id.
    Object(u64),
    /// What was added after the last date: nothing.
    Nothing(String),
    /// A resource by its path.
    Path(String),
}

/// Asks for `length` on `clients` connections; counts answers.
///
/// # Errors
///
/// Those of the sockets, or another answer than 200.
pub fn ask(target: &Target, clients: usize, length: Duration, kind: &Kind) -> io::Result<Figure> {
    let start = Instant::now();
    let waits = each_client(target, clients, |wire, reply, dice| {
        if start.elapsed() > length {
            return Ok(None);
        }
        let path = match kind {
            Kind::Pages(limit, dates) => match dice.pick(dates) {
                Some(date) => format!("{}?limit={limit}&added_after={date}", target.objects),
                None => format!("{}?limit={limit}", target.objects),
            },
            Kind::Object(count) => format!("{}{}/", target.objects, id(dice.roll() % count)),
            Kind::Nothing(date) => format!("{}?added_after={date}", target.objects),
            Kind::Path(path) => path.clone(),
        };
        let begun = Instant::now();
        wire.ask("GET", &path, b"", reply)?;
        expect(reply, &[200, 206])?;
        Ok(Some(begun.elapsed()))
    })?;
    Ok(figure(waits, start.elapsed()))
}

/// Walks all pages of 1,000 and returns the date of each page's last object, and the walk's figure.
///
/// # Errors
///
/// As [`ask`].
pub fn walk(target: &Target) -> io::Result<(Vec<String>, Figure)> {
    let host = target.hosts.first().cloned().unwrap_or_default();
    let (mut wire, mut reply) = (Wire::connect(&host, &target.authorization)?, Reply::default());
    let (mut dates, mut waits, start, mut path) =
        (Vec::new(), Vec::new(), Instant::now(), format!("{}?limit=1000", target.objects));
    loop {
        let begun = Instant::now();
        wire.ask("GET", &path, b"", &mut reply)?;
        expect(&reply, &[200])?;
        waits.push(begun.elapsed());
        dates.extend(reply.last.take());
        match super::wire::field(&reply.body, "next") {
            Some(next) => path = format!("{}?limit=1000&next={next}", target.objects),
            None => return Ok((dates, figure(waits, start.elapsed()))),
        }
    }
}

fn expect(reply: &Reply, statuses: &[u16]) -> io::Result<()> {
    if statuses.contains(&reply.status) {
        return Ok(());
    }
    let body =
        String::from_utf8_lossy(reply.body.get(..reply.body.len().min(300)).unwrap_or_default()).into_owned();
    Err(io::Error::other(format!("{}: {body}", reply.status)))
}

fn each_client(
    target: &Target,
    clients: usize,
    one: impl Fn(&mut Wire, &mut Reply, &mut Dice) -> io::Result<Option<Duration>> + Sync,
) -> io::Result<Vec<Duration>> {
    let client = |number: usize| {
        let host = target.hosts.get(number % target.hosts.len().max(1)).cloned().unwrap_or_default();
        let (mut wire, mut reply) = (Wire::connect(&host, &target.authorization)?, Reply::default());
        let (mut dice, mut waits) = (Dice::new(number as u64 + 1), Vec::new());
        while let Some(wait) = one(&mut wire, &mut reply, &mut dice)? {
            waits.push(wait);
        }
        Ok::<_, io::Error>(waits)
    };
    std::thread::scope(|scope| {
        let client = &client;
        let threads: Vec<_> = (0..clients).map(|number| scope.spawn(move || client(number))).collect();
        let mut all = Vec::new();
        for thread in threads {
            all.extend(thread.join().map_err(|_| io::Error::other("a client panicked"))??);
        }
        Ok(all)
    })
}

fn figure(mut waits: Vec<Duration>, took: Duration) -> Figure {
    waits.sort_unstable();
    let at = |pct: usize| waits.get((waits.len() * pct / 100).min(waits.len().saturating_sub(1)));
    let ms = |pct| at(pct).map_or(0.0, |wait| wait.as_secs_f64() * 1_000.0);
    #[expect(clippy::cast_precision_loss, reason = "a rate for reading")]
    let count = waits.len() as f64;
    Figure { count, per_second: count / took.as_secs_f64(), p50_ms: ms(50), p99_ms: ms(99) }
}
