//! The index as callers see it: base, changing part, and texts cut into blocks.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use super::base::Base;
use super::build;
use super::changes::{self, Change, Journal};
use super::delta::Delta;
use super::engine::{Block, Families, Found, HITS_MAX, Layer, screen};
use super::evidence;
use super::name::{Role, spellings};
use super::region::casing;
use super::text::{Word, words};
use super::types::{Alarm, Changed, Entry, Hit, Options, Price, Refused, Register, Script, Stats, check};
use crate::NameKind;

/// The register, searchable.
#[derive(Debug)]
pub struct Index {
    base: Option<Base>,
    delta: Delta,
    /// Which index this is and how often it has grown, so that a scratch knows
    /// what it still may remember.
    identity: u64,
    grown: u64,
}

/// What screening remembers between texts: words already seen. Bounded in size,
/// at most some 70 MB; one for each thread. It may serve any number of texts,
/// and best serves one index.
#[derive(Debug, Default)]
pub struct Scratch {
    base: Layer,
    delta: Layer,
    words: Vec<Word>,
    of: (u64, u64),
}

/// What one text has told so far.
#[derive(Debug, Default)]
pub(super) struct Told {
    base: Families,
    delta: Families,
}

impl Default for Index {
    fn default() -> Self {
        Self::new()
    }
}

impl Index {
    /// Makes an empty index.
    #[must_use]
    pub fn new() -> Self {
        static MADE: AtomicU64 = AtomicU64::new(1);
        Self { base: None, delta: Delta::default(), identity: MADE.fetch_add(1, Ordering::Relaxed), grown: 0 }
    }

    /// Builds an index in memory.
    ///
    /// # Errors
    ///
    /// [`Refused::Entry`] if there are more than 16 million names.
    pub fn build(register: &Register) -> Result<Self, Refused> {
        Ok(Self::of(Base::from_bytes(build::build(&register.entries)?)?))
    }

    pub(super) fn of(base: Base) -> Self {
        Self { base: Some(base), ..Self::new() }
    }

    /// Writes the index of a register to a file, complete or not at all, and
    /// forgets what was changed in the one that was there. Two calls with the same
    /// entries write the same bytes.
    ///
    /// # Errors
    ///
    /// [`Refused::Io`] if the file or its folder cannot be written.
    pub fn write(register: &Register, path: &Path) -> Result<(), Refused> {
        build::write(&build::build(&register.entries)?, path)?;
        changes::forget(path).map_err(Refused::Io)
    }

    /// Opens a file that [`Index::write`] made, with all changes that
    /// [`Index::change`] made since; the file is mapped, not read.
    ///
    /// # Errors
    ///
    /// [`Refused::Io`] if it cannot be read, [`Refused::File`] if it is not whole.
    pub fn open(path: &Path) -> Result<Self, Refused> {
        let base = Base::open(path)?;
        let changes = changes::read(path, base.sum())?;
        Self::of(base).with(&changes)
    }

    /// Changes the index file itself: removes the entries with these identifiers,
    /// then adds the entries of a register, each in place of the one with its
    /// identifier. All of it is on the disk, beside the file, when this returns,
    /// or nothing is; whoever opens the file from then on sees it. Several
    /// programs may change one file.
    ///
    /// # Errors
    ///
    /// [`Refused::Absent`] if there is nothing to remove, [`Refused::Entry`] if
    /// the changes have grown too many, [`Refused::Io`] and [`Refused::File`] as
    /// for [`Index::open`]. Nothing changes then.
    pub fn change(path: &Path, add: &Register, remove: &[String]) -> Result<Changed, Refused> {
        let base = Base::open(path)?;
        let (mut journal, before) = Journal::open(path, base.sum())?;
        // Whoever built the index anew meanwhile did so without these changes.
        if changes::build_of(path)? != base.sum() {
            return Err(Refused::File("it was replaced just now".to_owned()));
        }
        let changed = Self::of(base).with(&before)?.apply(add, remove)?;
        if !remove.is_empty() || !add.is_empty() {
            journal.append(&Change { remove: remove.to_vec(), add: add.entries.clone() })?;
        }
        Ok(changed)
    }

    /// Does in memory what [`Index::change`] does to a file.
    ///
    /// # Errors
    ///
    /// [`Refused::Absent`] if there is nothing to remove; what comes before it in
    /// the list is removed then.
    pub fn apply(&mut self, add: &Register, remove: &[String]) -> Result<Changed, Refused> {
        let mut changed = Changed { removed: remove.len(), ..Changed::default() };
        if let Some(absent) = remove.iter().find(|id| !self.remove(id)) {
            return Err(Refused::Absent(absent.clone()));
        }
        for entry in &add.entries {
            if self.remove(&entry.id) {
                changed.replaced += 1
            } else {
                changed.added += 1
            }
            self.add(entry)?;
        }
        changed.entries = self.len();
        Ok(changed)
    }

    fn with(mut self, changes: &[Change]) -> Result<Self, Refused> {
        for change in changes {
            for id in &change.remove {
                self.remove(id);
            }
            change.add.iter().try_for_each(|entry| self.add(entry))?;
        }
        Ok(self)
    }

    /// Adds an entry, or puts it in place of the one with the same identifier.
    /// The next text sees it.
    ///
    /// # Errors
    ///
    /// [`Refused::Entry`] as for [`Register::push`]; nothing changes then.
    pub fn add(&mut self, entry: &Entry) -> Result<(), Refused> {
        check(entry)?;
        self.remove(&entry.id);
        self.delta.add(entry);
        self.grown += 1;
        Ok(())
    }

    /// Removes an entry and tells whether there was one.
    pub fn remove(&mut self, id: &str) -> bool {
        let base = self.base.as_mut().is_some_and(|base| base.remove(id));
        self.delta.remove(id) || base
    }

    /// Counts the entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.stats().entries
    }

    /// Tells whether nothing is watched.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Finds the names of the register in `text` with the shipped thresholds.
    #[must_use]
    pub fn screen(&self, text: &str, scratch: &mut Scratch) -> Vec<Hit> {
        self.screen_with(text, &Options::default(), scratch)
    }

    /// Finds the names of the register in `text`, in text order, then by
    /// identifier; one entry has no two hits that overlap. At most 10,000 hits
    /// come from 64 KiB of text.
    #[must_use]
    pub fn screen_with(&self, text: &str, options: &Options, scratch: &mut Scratch) -> Vec<Hit> {
        let (mut hits, mut told, mut from) = (Vec::new(), Told::default(), 0);
        while from < text.len() {
            let end = super::stream::cut(text.as_bytes(), from, true).unwrap_or(text.len());
            let block = text.get(from..end).unwrap_or("");
            self.block(block, from, options, scratch, &mut told, &mut hits);
            from = end;
        }
        hits
    }

    /// Screens one block that begins at byte `offset` of its text.
    pub(super) fn block(
        &self,
        text: &str,
        offset: usize,
        options: &Options,
        scratch: &mut Scratch,
        told: &mut Told,
        hits: &mut Vec<Hit>,
    ) {
        scratch.serve(self);
        let mut all = std::mem::take(&mut scratch.words);
        all.clear();
        words(text, &mut all);
        let block = Block { text, words: &all, casing: casing(&all) };
        let mut found: Vec<Found> = Vec::with_capacity(all.len() / 32);
        if let Some(base) = &self.base {
            screen(base, block, options, &mut scratch.base, &mut told.base, &mut found);
        }
        if !self.delta.is_empty() {
            screen(&self.delta, block, options, &mut scratch.delta, &mut told.delta, &mut found);
        }
        scratch.words = all;
        for mut hit in best(found).take(HITS_MAX) {
            hit.span.start += offset;
            hit.span.end += offset;
            hits.push(hit);
        }
    }

    /// Says what watching these names would cost in false alarms, before they
    /// are added: the sum over all names, each found by two words or by its only
    /// one. Mentions of somebody else who is spelled the same come on top.
    #[must_use]
    pub fn price(&self, kind: NameKind, names: &[&str]) -> Price {
        let scripts = [Script::Latin, Script::Cyrillic, Script::Arabic, Script::Hebrew];
        let size = self.base.as_ref().map_or(0, Base::names) + self.delta.names();
        let alarms = scripts.map(|script| {
            let options = Options::default().among(size, script);
            let sum: f64 =
                names.iter().map(|name| price_of(name, kind, script, &options) * observed(script)).sum();
            #[expect(clippy::cast_possible_truncation, reason = "a price needs no more")]
            Alarm { script, per_million_words: (sum * 1e6) as f32 }
        });
        Price { alarms: alarms.to_vec() }
    }

    /// Gives the size.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let base = self.base.as_ref();
        let removed = base.map_or(0, Base::removed_count);
        Stats {
            entries: base.map_or(0, Base::entries) - removed + self.delta.entries(),
            names: base.map_or(0, Base::names) + self.delta.names(),
            words: base.map_or(0, Base::words) + self.delta.words(),
            base_bytes: base.map_or(0, Base::size),
            added: self.delta.entries(),
            removed,
        }
    }
}

impl Scratch {
    /// Forgets what another index, or an earlier state of this one, has taught.
    fn serve(&mut self, index: &Index) {
        let (identity, grown) = self.of;
        if identity != index.identity {
            self.base.clear();
        }
        if (identity, grown) != (index.identity, index.grown) {
            self.delta.clear();
        }
        self.of = (index.identity, index.grown);
    }
}

/// What is reported of the chances once the whole name has been read: a factor
/// for each script, fitted on every other development document at 896 thousand
/// names; the rest of the documents, and 96 thousand names, judge it.
fn observed(script: Script) -> f64 {
    match script {
        Script::Cyrillic => 1.0 / 89.0,
        Script::Arabic | Script::Hebrew => 1.0 / 55.0,
        Script::Latin | Script::Han | Script::Other => 1.0 / 59.0,
    }
}

/// The chance that a word of ordinary text begins a false hit of a name, with
/// the shipped thresholds: that of the widest likeness at which it is reported.
fn price_of(name: &str, kind: NameKind, script: Script, options: &Options) -> f64 {
    let Some(spelling) = spellings(name, kind).into_iter().next() else { return 0.0 };
    let cased = matches!(script, Script::Latin | Script::Cyrillic);
    let share = |place: usize, least: f32, cased: bool| {
        let word = spelling.parts.get(place).map_or("", |part| part.text.as_str());
        evidence::share(&crate::sound::of(word).kept(), script, least, cased)
    };
    if let Some(lone) = spelling.lone {
        if spelling.parts.len() > 1 && kind == NameKind::Person {
            return 0.0;
        }
        let chance = share(lone, 0.97, false);
        return if reported(1.0, chance, true, options) { chance } else { 0.0 };
    }
    let places = |fits: fn(Role) -> bool| -> Vec<usize> {
        let fits = |place: &usize| spelling.parts.get(*place).is_some_and(|part| fits(part.role));
        (0..spelling.parts.len()).filter(fits).collect()
    };
    // A patronymic tells little beside two other words, but it must be there beside one.
    let named = places(|role| role.telling() && role != Role::Patronymic);
    let telling = if named.len() < 2 { places(Role::telling) } else { named };
    let chance = |least: f32| {
        let mut rare: Vec<f64> = telling.iter().map(|place| share(*place, least, cased)).collect();
        rare.sort_by(f64::total_cmp);
        let needed = if kind == NameKind::Person { 2 } else { telling.len().max(2) };
        rare.iter().take(needed).product::<f64>() * f64::from(super::engine::TOGETHER_BITS).exp2()
    };
    let tiers = [0.86_f32, 0.92, 0.97].into_iter().map(|least| (least, chance(least)));
    tiers
        .into_iter()
        .find(|(least, chance)| reported(*least, *chance, false, options))
        .map_or(0.0, |tier| tier.1)
}

fn reported(score: f32, chance: f64, lone: bool, options: &Options) -> bool {
    #[expect(clippy::cast_possible_truncation, reason = "a price needs no more")]
    let bits = -chance.max(1e-30).log2() as f32;
    super::engine::enough(score, bits, lone, options)
}

/// Keeps, for each entry, the best of the hits that overlap, in text order.
fn best(found: Vec<Found>) -> impl Iterator<Item = Hit> {
    // Hits are large: they are put in order by their places and moved once.
    let mut order: Vec<(usize, &Hit)> = found.iter().map(|found| &found.hit).enumerate().collect();
    order.sort_by(|(_, a), (_, b)| {
        let longer = (b.span.end - b.span.start).cmp(&(a.span.end - a.span.start));
        let better = b.full.cmp(&a.full).then(b.score.total_cmp(&a.score)).then(longer);
        a.id.cmp(&b.id).then(better).then(a.span.cmp(&b.span)).then_with(|| a.name.cmp(&b.name))
    });
    let mut kept: Vec<(usize, &Hit)> = Vec::with_capacity(order.len());
    let mut own: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for (at, hit) in order {
        if kept.last().is_none_or(|(_, last)| last.id != hit.id) {
            own.clear();
        }
        // Kept spans do not overlap, so only the last one before the end can touch.
        let touches = own.range(..hit.span.end).next_back().is_some_and(|(_, end)| *end > hit.span.start);
        if !touches {
            own.insert(hit.span.start, hit.span.end);
            kept.push((at, hit));
        }
    }
    kept.sort_by(|(_, a), (_, b)| a.span.cmp(&b.span).then_with(|| a.id.cmp(&b.id)));
    let kept: Vec<usize> = kept.into_iter().map(|(at, _)| at).collect();
    let mut all: Vec<Option<Found>> = found.into_iter().map(Some).collect();
    kept.into_iter().filter_map(move |at| all.get_mut(at).and_then(Option::take)).map(|found| found.hit)
}
