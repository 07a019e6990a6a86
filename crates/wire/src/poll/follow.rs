//! Follows a collection from its mark to its end, page by page.

use super::read::{Page, key};
use crate::stix::Timestamp;
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// How far a collection was followed. Kept between polls, and between pages so that a killed poll goes on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Objects added after this are new; none before the first poll.
    pub added_after: Option<String>,
    /// The date of the newest object seen in the poll that is under way.
    #[serde(default)]
    pub newest: Option<String>,
    /// The cursor of the page to ask for next, while a poll is under way.
    #[serde(default)]
    pub next: Option<String>,
    /// The date that the poll under way asks from; none between polls.
    #[serde(default)]
    pub from: Option<String>,
    /// What was received lately, by [`key`], oldest first; at most 20,000.
    #[serde(default)]
    pub seen: VecDeque<String>,
}

/// How many objects are remembered, so that what an overlap brings again is passed over.
const REMEMBERED: usize = 20_000;
/// How many pages one poll may have.
const PAGES: u32 = 1_000_000;

/// What comes after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// There is another page.
    Again,
    /// The collection was read to its end.
    Done,
}

/// One poll.
#[derive(Debug)]
pub struct Follow {
    mark: Mark,
    overlap_us: i64,
    limit: u32,
    pages: u32,
    empty: u32,
    /// The keys of the last page.
    last: Vec<String>,
}

impl Follow {
    /// Begins or resumes a poll: `overlap_s` seconds before the mark, `limit` objects a page.
    pub fn new(mark: Mark, overlap_s: u32, limit: u32) -> Self {
        let mut follow = Self {
            mark,
            overlap_us: i64::from(overlap_s) * 1_000_000,
            limit,
            pages: 0,
            empty: 0,
            last: Vec::new(),
        };
        // A cursor goes on from the date it was given for, not from one that this poll would begin at.
        if follow.mark.from.is_none() {
            follow.mark.from = follow.begin();
        }
        follow
    }

    /// Returns what follows the question mark of the next request, each value still to be escaped.
    ///
    /// A cursor is sent with the filters of the first page: servers that hold the filters in the cursor
    /// pass over them, and servers that do not would otherwise begin anew.
    pub fn query(&self) -> Vec<(&'static str, String)> {
        let mut query = vec![("limit", self.limit.to_string())];
        query.extend(self.mark.from.clone().map(|from| ("added_after", from)));
        query.extend(self.mark.next.clone().map(|next| ("next", next)));
        query
    }

    /// Returns how far this poll is, to be kept after the objects of the page were.
    pub const fn mark(&self) -> &Mark {
        &self.mark
    }

    /// Takes a page and the header `X-TAXII-Date-Added-Last`, and returns the objects that are new.
    ///
    /// # Errors
    ///
    /// [`Error::Unsupported`] if the server repeats itself, so that the poll would never end. The mark
    /// is unchanged then.
    pub fn take<'a>(&mut self, page: &Page<'a>, last: Option<&str>) -> Result<(Vec<&'a str>, Step)> {
        let endless = || Error::unsupported("a collection without an end: the server repeats itself");
        let last = last.filter(|last| Timestamp::parse(last).is_ok());
        let keys: Vec<String> = page.objects.iter().map(|object| key(object)).collect();
        let mut fresh = Vec::new();
        let mut seen: std::collections::BTreeSet<&str> = self.mark.seen.iter().map(String::as_str).collect();
        for (object, key) in page.objects.iter().zip(&keys) {
            if seen.insert(key) {
                fresh.push((*object, key.clone()));
            }
        }
        let empty = if fresh.is_empty() && page.more { self.empty + 1 } else { 0 };
        // A page of nothing new with more to come is a rest of the overlap, or a server that filters
        // after it has counted; without end it is neither. The same cursor may stand for one page after
        // the other, as at medallion: only with the same page does it lead nowhere.
        let is_repeated = page.next.is_some() && page.next == self.mark.next && keys == self.last;
        if empty > EMPTY || self.pages >= PAGES || (empty > 0 && is_repeated) {
            return Err(endless());
        }
        let newest = later(self.mark.newest.as_deref(), last);
        let (next, from) = match (page.more, &page.next, last) {
            (false, _, _) => (None, None),
            (true, Some(next), _) => (Some(next.clone()), self.mark.from.clone()),
            // More without `next`: go on by date, a microsecond early, for others with the same date.
            (true, None, Some(last)) => {
                let from = earlier(last, 1);
                if from.is_none() || from == self.mark.from {
                    return Err(endless());
                }
                (None, from)
            }
            (true, None, None) => {
                return Err(Error::unsupported(
                    "a page that is not the last and says neither `next` nor a date: the rest cannot be asked for",
                ));
            }
        };
        (self.empty, self.pages) = (empty, self.pages + 1);
        let objects = fresh.iter().map(|(object, _)| *object).collect();
        self.last.clone_from(&keys);
        self.mark.seen.extend(fresh.into_iter().map(|(_, key)| key));
        while self.mark.seen.len() > REMEMBERED {
            self.mark.seen.pop_front();
        }
        self.mark.newest = newest;
        (self.mark.next, self.mark.from) = (next, from);
        if page.more {
            return Ok((objects, Step::Again));
        }
        // Without the header the mark stays: what comes again is known, what is new is not lost.
        self.mark.added_after = later(self.mark.added_after.as_deref(), self.mark.newest.as_deref());
        self.mark.newest = None;
        Ok((objects, Step::Done))
    }

    /// Forgets the cursor after the server has refused it, and begins at the mark again; `false` if
    /// there was none, so that the refusal is about something else.
    pub fn lose_cursor(&mut self) -> bool {
        self.mark.from = self.begin();
        self.mark.next.take().is_some()
    }

    fn begin(&self) -> Option<String> {
        self.mark.added_after.as_deref().and_then(|mark| earlier(mark, self.overlap_us))
    }
}

/// How many pages in a row may bring nothing new.
const EMPTY: u32 = 1_000;

/// Returns the later of two dates as written.
fn later(a: Option<&str>, b: Option<&str>) -> Option<String> {
    let us = |text: &str| Timestamp::parse(text).ok().map(|time| time.unix_us());
    [a, b].into_iter().flatten().max_by_key(|text| us(text)).map(str::to_owned)
}

fn earlier(text: &str, by_us: i64) -> Option<String> {
    let us = Timestamp::parse(text).ok()?.unix_us().checked_sub(by_us)?;
    let time = jiff::Timestamp::from_microsecond(us).ok()?;
    Some(time.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string())
}
