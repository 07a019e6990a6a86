//! Builds the base from a register: the same register gives the same bytes,
//! whatever the order of its entries.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write as _;
use std::path::Path;

use super::base::{HEADER, MAGIC, SECTIONS, VERSION, checksum, slot};
use super::name::{Role, spellings};
use super::sounds::{Stored, keys, link, order, store};
use super::store::{COUNT_MAX, leads, name_bytes, posting};
use super::types::{Entry, Facts, Refused};
use crate::sound::Sounds;

/// Builds the bytes of a base. Of entries with the same identifier the last counts.
pub(super) fn build(entries: &[Entry]) -> Result<Vec<u8>, Refused> {
    let mut sorted: Vec<(usize, &Entry)> = entries.iter().enumerate().collect();
    sorted.sort_by(|a, b| a.1.id.cmp(&b.1.id).then(b.0.cmp(&a.0)));
    sorted.dedup_by(|a, b| a.1.id == b.1.id);
    let entries: Vec<&Entry> = sorted.into_iter().map(|(_, entry)| entry).collect();
    let mut draft = Draft::default();
    for (at, entry) in entries.iter().enumerate() {
        draft.entry(narrow(at)?, entry)?;
    }
    draft.finish(&entries)
}

/// Writes the bytes beside `path` and puts them in its place, whole or not at all.
pub(super) fn write(bytes: &[u8], path: &Path) -> Result<(), Refused> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let written = (|| {
        let mut file = File::create(&part)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(&part, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    })();
    if written.is_err() {
        // What is left of a failed write is of no use to anybody.
        let _ = std::fs::remove_file(&part);
    }
    written.map_err(Refused::Io)
}

#[derive(Default)]
struct Draft<'e> {
    words: HashMap<String, u32>,
    /// Entry, name as registered, words in the order of first use, and its postings.
    names: Vec<Named>,
    registered: u64,
    ids: Vec<&'e str>,
}

struct Named {
    entry: u32,
    kind: crate::NameKind,
    allowed: bool,
    parts: Vec<(u32, Role)>,
    leads: Vec<(u32, u32)>,
}

impl<'e> Draft<'e> {
    fn entry(&mut self, at: u32, entry: &'e Entry) -> Result<(), Refused> {
        self.ids.push(&entry.id);
        for name in &entry.names {
            let allowed = entry.allow.contains(name);
            let spellings = spellings(name, entry.kind);
            self.registered += u64::from(!spellings.is_empty());
            for spelling in spellings {
                let mut words = Vec::with_capacity(spelling.parts.len());
                for part in &spelling.parts {
                    let next = narrow(self.words.len())?;
                    words.push(*self.words.entry(part.text.clone()).or_insert(next));
                }
                let parts = words.iter().copied().zip(spelling.parts.iter().map(|p| p.role)).collect();
                narrow(self.names.len())?;
                self.names.push(Named {
                    entry: at,
                    kind: entry.kind,
                    allowed,
                    parts,
                    leads: leads(&spelling, &words),
                });
            }
        }
        Ok(())
    }

    fn finish(mut self, entries: &[&Entry]) -> Result<Vec<u8>, Refused> {
        let mut words: Vec<(u64, String, u32, Sounds)> = std::mem::take(&mut self.words)
            .into_iter()
            .map(|(word, old)| {
                let form = crate::sound::of(&word).kept();
                (form.skeleton(), word, old, form)
            })
            .collect();
        words.sort_unstable_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
        let mut renumbered = vec![0_u32; words.len()];
        for (new, (_, _, old, _)) in (0..).zip(&words) {
            renumbered.iter_mut().skip(*old as usize).take(1).for_each(|at| *at = new);
        }
        let renumber = |old: u32| renumbered.get(old as usize).copied().unwrap_or(old);

        let (forms, groups) = forms(&words);
        let mut postings: Vec<(u32, u32, u32)> = Vec::new();
        let (mut name_starts, mut names) = (Starts::default(), Vec::new());
        for (at, name) in (0..).zip(&self.names) {
            let parts: Vec<(u32, Role)> =
                name.parts.iter().map(|(word, role)| (renumber(*word), *role)).collect();
            name_starts.push(&names)?;
            names.extend(name_bytes(name.entry, name.kind, name.allowed, &parts));
            postings.extend(name.leads.iter().map(|(first, second)| {
                (
                    renumber(*first),
                    if *second >= super::store::PHRASE { *second } else { renumber(*second) },
                    at,
                )
            }));
        }
        name_starts.push(&names)?;
        postings.sort_unstable();
        postings.dedup();
        let (mut posting_starts, mut posted) = (Starts::default(), Vec::with_capacity(postings.len() * 6));
        let mut rest = postings.iter().peekable();
        for word in 0..narrow(words.len())? {
            posting_starts.push(&posted)?;
            while let Some((_, second, name)) = rest.next_if(|(first, _, _)| *first == word) {
                posted.extend(posting(*second, *name));
            }
        }
        posting_starts.push(&posted)?;
        let (word_starts, letters) = strings(words.iter().map(|w| w.1.as_str()))?;
        let (id_starts, ids) = strings(self.ids.iter().copied())?;
        let (fact_starts, facts) = facts(entries)?;
        Ok(assemble(&[
            groups,
            forms.concat(),
            posting_starts.0,
            posted,
            name_starts.0,
            names,
            word_starts,
            letters,
            id_starts,
            ids,
            fact_starts,
            facts,
            self.registered.to_le_bytes().to_vec(),
        ]))
    }
}

/// The forms in the order of their skeleton, and the table that finds them.
fn forms(words: &[(u64, String, u32, Sounds)]) -> (Vec<Stored>, Vec<u8>) {
    let mut keyed: Vec<(u64, Stored)> = Vec::with_capacity(words.len());
    for (at, (_, word, _, form)) in (0..).zip(words).filter(|(_, word)| !word.3.is_empty()) {
        let stored = store(form, at);
        keyed.extend(keys(word, form).into_iter().map(|key| (key, stored)));
    }
    keyed.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| order(&a.1).cmp(&order(&b.1))));
    let (keys, mut forms): (Vec<u64>, Vec<Stored>) = keyed.into_iter().unzip();
    let mut groups: Vec<(u64, u32, u32)> = Vec::new();
    for (at, key) in (0..).zip(&keys) {
        match groups.last_mut() {
            Some((last, _, count)) if last == key => *count += 1,
            _ => groups.push((*key, at, 1)),
        }
    }
    let mut table = vec![[0_u8; 16]; (groups.len() * 5 / 4 + 1).next_power_of_two()];
    let mask = table.len() - 1;
    for (key, first, count) in groups {
        let list = first as usize..(first + count) as usize;
        forms.get_mut(list).into_iter().for_each(link);
        let mut at = slot(key) & mask;
        while table.get(at).is_some_and(|taken| taken.get(12..) != Some(&[0; 4])) {
            at = (at + 1) & mask;
        }
        let bytes = key.to_le_bytes().into_iter().chain(first.to_le_bytes()).chain(count.to_le_bytes());
        table.iter_mut().skip(at).take(1).flatten().zip(bytes).for_each(|(to, from)| *to = from);
    }
    (forms, table.concat())
}

#[derive(Default)]
struct Starts(Vec<u8>);

impl Starts {
    fn push(&mut self, body: &[u8]) -> Result<(), Refused> {
        let at = u32::try_from(body.len()).map_err(|_| too_many())?;
        self.0.extend(at.to_le_bytes());
        Ok(())
    }
}

fn strings<'s>(all: impl Iterator<Item = &'s str>) -> Result<(Vec<u8>, Vec<u8>), Refused> {
    let (mut starts, mut body) = (Starts::default(), Vec::new());
    for one in all {
        starts.push(&body)?;
        body.extend(one.as_bytes());
    }
    starts.push(&body)?;
    Ok((starts.0, body))
}

fn facts(entries: &[&Entry]) -> Result<(Vec<u8>, Vec<u8>), Refused> {
    let (mut starts, mut body) = (Vec::new(), Vec::new());
    for (at, entry) in (0_u32..).zip(entries) {
        if entry.facts != Facts::default() {
            starts.extend(at.to_le_bytes());
            Starts::default().push(&body)?;
            starts.extend(u32::try_from(body.len()).map_err(|_| too_many())?.to_le_bytes());
            body.extend(super::discriminate::pack(&entry.facts));
        }
    }
    Ok((starts, body))
}

fn assemble(sections: &[Vec<u8>; SECTIONS]) -> Vec<u8> {
    let mut out = vec![0; HEADER];
    let mut directory = Vec::new();
    for section in sections {
        out.resize(out.len().next_multiple_of(8), 0);
        directory.extend((out.len() as u64).to_le_bytes());
        directory.extend((section.len() as u64).to_le_bytes());
        out.extend(section);
    }
    let length = out.len() as u64;
    out.splice(32..HEADER, directory);
    let sum = checksum(out.get(32..).unwrap_or(&[]));
    let version = u64::from(VERSION) | (SECTIONS as u64) << 32;
    let head = MAGIC.iter().copied().chain([version, length, sum].into_iter().flat_map(u64::to_le_bytes));
    out.iter_mut().zip(head).for_each(|(to, from)| *to = from);
    out
}

fn narrow(count: usize) -> Result<u32, Refused> {
    u32::try_from(count).ok().filter(|count| *count < COUNT_MAX).ok_or_else(too_many)
}

fn too_many() -> Refused {
    Refused::Entry("a register has at most 16 million names and 4 GB of them".to_owned())
}
