//! Reads the feeds of other TAXII 2.1 servers into the desk, each by a thread of its own: a server that
//! hangs holds up neither deliveries nor timers nor another feed.
//!
//! Objects are gathered over pages, because a report and what it refers to may be on different ones, up to
//! [`OBJECTS`]; then what they amount to is taken in as `aldis import` takes it in, and the mark moves in
//! the same transaction. Of one poll at most [`NEW`] reports are new: where there are more, the mark stays,
//! and the next poll recognises what was taken in and goes on behind it.
//!
//! Source: `docs/how-to/poll-another-server.md`; TAXII 2.1 (OASIS, June 2021), section 5.4.

mod run;

pub use run::{Polling, start};

use super::elsewhere::{Elsewhere, Login, SECRET_MAX, Surroundings, Tls};
use super::import::{self, Bring, Outcome};
use crate::config::Feed;
use crate::db::Tx;
use crate::desk::feeds::{self, Came, Turn};
use crate::error::{Error, Result};
use crate::node::Node;
use aldis_model::time::MINUTE_US;
use aldis_model::{Label, Tlp};
use aldis_wire::poll::Mark;
use aldis_wire::stix::{Collected, Collector, Limits};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;
use zeroize::Zeroizing;

/// Reads a feed, if it is its time. Returns how many reports are new; none if it was not its time.
///
/// # Errors
///
/// [`Error::Remote`] or [`Error::Refused`] if the server could not be read: what came before that is taken
/// in, and the failure is on the watch floor. [`Error::Conflict`] if another program reads the feed.
pub fn poll(node: &Node, feed: &Feed, around: &dyn Surroundings) -> Result<Option<usize>> {
    let ctx = node.system();
    let Some(mut turn) = node.db.write(|tx| feeds::begin(tx, &ctx, &feed.name, &feed.place()))? else {
        return Ok(None);
    };
    let every_us = i64::from(feed.every_min) * MINUTE_US;
    let read = read(node, feed, &mut turn, around);
    let ctx = node.system();
    match read {
        Ok(new) => {
            let next = ctx.now.plus(every_us);
            node.db.write(|tx| feeds::done(tx, &ctx, &turn, next))?;
            Ok(Some(new))
        }
        Err(Error::Conflict(says)) => Err(Error::Conflict(says)),
        Err(error) => {
            let why = match &error {
                // What failed here is for whoever keeps the machine.
                Error::Broken(_) => {
                    "this node could not keep what came: see what aldis serve says".to_owned()
                }
                error => error.to_string(),
            };
            node.db.write(|tx| feeds::failed(tx, &ctx, &turn, &why, every_us))?;
            Err(error)
        }
    }
}

/// Objects of some pages, and the mark behind them.
struct Window {
    collector: Collector,
    mark: Mark,
    objects: usize,
    bytes: usize,
    /// How many could not be read, and why the first could not.
    unread: usize,
    why: String,
    /// Whether the collection was read to its end.
    is_last: bool,
}

/// Reads window after window until the collection ends or enough is new.
fn read(node: &Node, feed: &Feed, turn: &mut Turn, around: &dyn Surroundings) -> Result<usize> {
    let server = open(&node.config.data, feed, around)?;
    let root = server.root_of(feed.root.as_deref(), &feed.collection)?;
    let mut new = 0;
    for _ in 0..WINDOWS {
        let (window, done) = fetch(&server, &root, feed, turn.mark.clone());
        let is_last = window.is_last;
        // What came before a failure is kept: the next poll goes on behind it.
        let (taken, is_whole) = take_in(node, feed, turn, window, NEW - new)?;
        new += taken;
        done?;
        if is_last || !is_whole || new >= NEW {
            break;
        }
    }
    Ok(new)
}

fn fetch(server: &Elsewhere<'_>, root: &str, feed: &Feed, mark: Mark) -> (Window, Result<()>) {
    let mut window = Window {
        collector: Collector::default(),
        mark: mark.clone(),
        objects: 0,
        bytes: 0,
        unread: 0,
        why: String::new(),
        is_last: true,
    };
    let limits = Limits::default();
    let done = server.poll(root, &feed.collection, mark, feed.overlap_s, |objects, mark| {
        for object in objects {
            if let Err(error) = window.collector.add(object.as_bytes(), &limits) {
                window.unread += 1;
                if window.why.is_empty() {
                    window.why = error.to_string();
                }
            }
            window.objects += 1;
            window.bytes += object.len();
        }
        window.mark = mark.clone();
        let is_full = window.objects >= OBJECTS || window.bytes >= BYTES;
        window.is_last = !is_full;
        Ok(if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    });
    (window, done.map(|_| ()))
}

/// Takes in what a window amounts to, and moves the mark behind it unless there is more than `most`.
fn take_in(node: &Node, feed: &Feed, turn: &mut Turn, window: Window, most: usize) -> Result<(usize, bool)> {
    let Window { collector, mark, unread, why, .. } = window;
    if mark == turn.mark && unread == 0 {
        return Ok((0, true));
    }
    let collected = collector.finish();
    let ctx = node.system();
    let came = Came { left_out: unread + collected.left_out, why, ..Came::default() };
    let (taken, is_whole) = node.db.write(|tx| {
        let (came, label, is_whole) = receive(tx, &ctx, feed, &collected, came, most)?;
        let mark = if is_whole { &mark } else { &turn.mark };
        feeds::keep(tx, &ctx, turn, mark, &came, &label)?;
        Ok((came.taken, is_whole))
    })?;
    if is_whole {
        turn.mark = mark;
    }
    Ok((taken, is_whole))
}

fn receive(
    tx: &mut Tx<'_>,
    ctx: &crate::ctx::Ctx,
    feed: &Feed,
    collected: &Collected,
    mut came: Came,
    most: usize,
) -> Result<(Came, Label, bool)> {
    let unmarked = feed.unmarked();
    let bring = Bring {
        format: "stix",
        source: Some(feed.source.as_deref().unwrap_or(&feed.name)),
        originator: feed.originator.as_deref(),
        label: &unmarked,
    };
    // What could not be read may have been marked in any way.
    let mut label = if came.left_out > 0 { Label::plain(Tlp::Red) } else { unmarked.clone() };
    for (at, intake) in collected.intakes.iter().enumerate() {
        if came.taken >= most {
            return Ok((came, label, false));
        }
        label = label.join(&import::label(intake, &unmarked));
        let outcome = collected
            .original(at)
            .map_err(Error::refused)
            .and_then(|original| import::receive(tx, ctx, &bring, intake, &original));
        let why = match outcome {
            Ok(Outcome::Taken { .. }) => {
                came.taken += 1;
                continue;
            }
            Ok(Outcome::Known(_) | Outcome::Older(_)) => {
                came.known += 1;
                continue;
            }
            Ok(Outcome::People(count)) => format!("a list of {count} people: see aldis list import"),
            Ok(Outcome::Ours) => "it says that we made it".to_owned(),
            Err(Error::Refused(why)) => why,
            Err(error) => return Err(error),
        };
        came.left_out += 1;
        if came.why.is_empty() {
            came.why = format!("{}: {why}", intake.id);
        }
    }
    Ok((came, label, true))
}

/// Opens the server; files are read each time, so that a new password needs no new start.
fn open<'a>(data: &Path, feed: &Feed, around: &'a dyn Surroundings) -> Result<Elsewhere<'a>> {
    let file = |path: &std::path::PathBuf, max: usize| -> Result<Zeroizing<Vec<u8>>> {
        let path = data.join(path);
        let mut bytes = Zeroizing::new(Vec::new());
        let unreadable = |error: std::io::Error| Error::Refused(format!("{}: {error}", path.display()));
        let opened = std::fs::File::open(&path).map_err(unreadable)?;
        let limit = u64::try_from(max).unwrap_or(u64::MAX).saturating_add(1);
        opened.take(limit).read_to_end(&mut bytes).map_err(unreadable)?;
        Ok(bytes)
    };
    let secret = feed.secret_file.as_ref().map(|path| Login::secret(&file(path, SECRET_MAX)?)).transpose()?;
    let login = match (&feed.user, secret) {
        (Some(user), Some(secret)) => Login::Basic(user.clone(), secret),
        (None, Some(secret)) => Login::Bearer(secret),
        (_, None) => Login::Open,
    };
    let ours = match (&feed.certificate, &feed.key_file) {
        (Some(certificate), Some(key)) => Some((file(certificate, PEM_MAX)?.to_vec(), file(key, PEM_MAX)?)),
        _ => None,
    };
    let authorities = feed.authority.as_ref().map(|path| file(path, PEM_MAX)).transpose()?;
    let tls = Tls { authorities: authorities.map(|bytes| bytes.to_vec()), ours };
    Elsewhere::new(&feed.address, login, &tls, around)
}

/// How many reports of one poll may be new: people read them.
pub const NEW: usize = 200;
/// How many objects are gathered before they are taken in, and how many bytes.
pub const OBJECTS: usize = 10_000;
const BYTES: usize = 16 << 20;
/// How many times that one poll may read.
const WINDOWS: usize = 1_000;
const PEM_MAX: usize = 1 << 20;
