//! The part of an index that changes: what was added since the base was built.

use std::collections::HashMap;

use super::name::{Role, spellings};
use super::sounds::{Stored, keys, link, order, store};
use super::store::{COUNT_MAX, NameRef, Posting, Store, leads, name_bytes, posting, second};
use super::types::{Entry, Facts};

/// Entries in memory.
#[derive(Debug, Default)]
pub(super) struct Delta {
    by_word: HashMap<String, u32>,
    words: Vec<String>,
    forms: HashMap<u64, Vec<Stored>>,
    postings: Vec<Vec<Posting>>,
    names: Vec<Vec<u8>>,
    entries: Vec<Slot>,
    by_id: HashMap<String, u32>,
    names_count: usize,
}

#[derive(Debug)]
struct Slot {
    id: String,
    facts: Vec<u8>,
    removed: bool,
    names: usize,
}

impl Delta {
    pub(super) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub(super) fn entries(&self) -> usize {
        self.by_id.len()
    }

    pub(super) fn names(&self) -> usize {
        self.names_count
    }

    pub(super) fn words(&self) -> usize {
        self.words.len()
    }

    /// Adds an entry; the caller has checked it and removed its predecessor.
    pub(super) fn add(&mut self, entry: &Entry) {
        let Some(at) = narrow(self.entries.len()) else { return };
        let mut count = 0;
        for name in &entry.names {
            let allowed = entry.allow.contains(name);
            let spellings = spellings(name, entry.kind);
            count += usize::from(!spellings.is_empty());
            for spelling in spellings {
                let Some(name) = narrow(self.names.len()) else { return };
                let words: Vec<u32> = spelling.parts.iter().map(|part| self.intern(&part.text)).collect();
                let parts: Vec<(u32, Role)> =
                    words.iter().copied().zip(spelling.parts.iter().map(|part| part.role)).collect();
                self.names.push(name_bytes(at, entry.kind, allowed, &parts));
                for (first, other) in leads(&spelling, &words) {
                    if let Some(list) = self.postings.get_mut(first as usize) {
                        let place = list.partition_point(|p| second(p) <= other);
                        list.insert(place, posting(other, name));
                    }
                }
            }
        }
        let facts = if entry.facts == Facts::default() {
            Vec::new()
        } else {
            super::discriminate::pack(&entry.facts)
        };
        self.entries.push(Slot { id: entry.id.clone(), facts, removed: false, names: count });
        self.by_id.insert(entry.id.clone(), at);
        self.names_count += count;
    }

    /// Hides an entry; tells whether it was there.
    pub(super) fn remove(&mut self, id: &str) -> bool {
        let Some(at) = self.by_id.remove(id) else { return false };
        if let Some(slot) = self.entries.get_mut(at as usize) {
            slot.removed = true;
            self.names_count -= slot.names;
        }
        true
    }

    fn intern(&mut self, word: &str) -> u32 {
        if let Some(at) = self.by_word.get(word) {
            return *at;
        }
        let at = narrow(self.words.len()).unwrap_or(COUNT_MAX);
        let form = crate::sound::of(word).kept();
        if !form.is_empty() {
            for key in keys(word, &form) {
                let (list, stored) = (self.forms.entry(key).or_default(), store(&form, at));
                let place = list.partition_point(|other| order(other) < order(&stored));
                list.insert(place, stored);
                let beside = place.saturating_sub(1)..list.len().min(place + 2);
                list.get_mut(beside).into_iter().for_each(link);
            }
        }
        self.by_word.insert(word.to_owned(), at);
        self.words.push(word.to_owned());
        self.postings.push(Vec::new());
        at
    }
}

impl Store for Delta {
    fn forms(&self, skeleton: u64) -> &[Stored] {
        self.forms.get(&skeleton).map_or(&[], Vec::as_slice)
    }

    fn postings(&self, word: u32) -> &[Posting] {
        self.postings.get(word as usize).map_or(&[], Vec::as_slice)
    }

    fn name(&self, name: u32) -> Option<NameRef<'_>> {
        self.names.get(name as usize).and_then(|bytes| NameRef::new(bytes))
    }

    fn word(&self, word: u32) -> &str {
        self.words.get(word as usize).map_or("", String::as_str)
    }

    fn id(&self, entry: u32) -> &str {
        self.entries.get(entry as usize).map_or("", |slot| slot.id.as_str())
    }

    fn facts(&self, entry: u32) -> &[u8] {
        self.entries.get(entry as usize).map_or(&[], |slot| slot.facts.as_slice())
    }

    fn size(&self) -> usize {
        self.names_count
    }

    fn is_removed(&self, entry: u32) -> bool {
        self.entries.get(entry as usize).is_none_or(|slot| slot.removed)
    }
}

fn narrow(count: usize) -> Option<u32> {
    u32::try_from(count).ok().filter(|count| *count < COUNT_MAX)
}
