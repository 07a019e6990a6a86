//! Makes intakes out of the objects of a bundle: one for each thing that tells something.
//!
//! A report or a grouping is one intake, with every object it refers to, and every incident, note and
//! opinion about it. An incident, note or opinion that belongs to none is one of its own. All that is
//! left becomes one intake together: a list of ten thousand indicators is one thing to read.
//!
//! Objects may come in any order, so that nothing can be said before the last one was seen. Kept are
//! one line of each object and, up to a bound, its text; what is beyond the bound is counted.
//!
//! Deliberately absent: judging whether objects keep the rules of STIX (`check` does), and following a
//! reference to something that is not in the file.
//!
//! Source: STIX 2.1 sections 4.5, 4.8, 4.11, 4.13, 4.16 and 7.2.

mod object;
mod page;

use super::marking::{Said, said, said_by_id};
use super::{Limits, Tree};
use crate::intake::{Entry, Intake, say};
use crate::{Error, Result};
use object::Object;
use std::collections::{BTreeMap, BTreeSet};

/// Objects that were seen, until the last one is.
#[derive(Debug, Default)]
pub struct Collector {
    objects: BTreeMap<String, Object>,
    /// Markings that are defined in the file.
    said: BTreeMap<String, Said>,
    bytes: usize,
    left_out: usize,
}

/// What the objects of a file amount to.
#[derive(Debug, Default)]
pub struct Collected {
    /// The intakes, in the order of their ids; the one of what is left comes last.
    pub intakes: Vec<Intake>,
    /// How many objects were beyond the bounds and are in no intake or in no original.
    pub left_out: usize,
    members: Vec<Vec<String>>,
    objects: BTreeMap<String, Object>,
}

impl Collector {
    /// Adds one object; of two versions the later stays.
    ///
    /// # Errors
    ///
    /// Those of [`Tree::read`], and [`Error::Malformed`] if it is no object with `type` and `id`.
    pub fn add(&mut self, bytes: &[u8], limits: &Limits) -> Result<()> {
        let tree = Tree::read(bytes, limits)?;
        let root = tree.root();
        let (id, mut object) = Object::of(root)?;
        if object.kind == "marking-definition" {
            self.said.insert(id.clone(), said(root));
        }
        if self.objects.get(&id).is_some_and(|known| known.version_us > object.version_us) {
            return Ok(());
        }
        if self.objects.len() >= OBJECTS && !self.objects.contains_key(&id) {
            self.left_out += 1;
            return Ok(());
        }
        if self.bytes + bytes.len() <= BYTES {
            self.bytes += bytes.len();
            object.raw = root.raw().to_owned();
        } else {
            self.left_out += 1;
        }
        if let Some(old) = self.objects.insert(id, object) {
            self.bytes = self.bytes.saturating_sub(old.raw.len());
        }
        Ok(())
    }

    /// Says what all of them amount to.
    pub fn finish(mut self) -> Collected {
        let groups = self.groups();
        let mut collected = Collected { left_out: self.left_out, ..Collected::default() };
        for (root, members) in groups {
            collected.intakes.push(self.intake(&root, &members));
            collected.members.push(std::iter::once(root).chain(members).collect());
        }
        let taken: BTreeSet<&String> = collected.members.iter().flatten().collect();
        let makers: BTreeSet<&String> =
            self.objects.values().filter_map(|object| object.maker.as_ref()).collect();
        let rest: Vec<String> = self
            .objects
            .iter()
            .filter(|(id, object)| !taken.contains(id) && !object.is_frame() && !makers.contains(id))
            .map(|(id, _)| id.clone())
            .collect();
        if !rest.is_empty() {
            collected.intakes.push(self.rest(&rest));
            collected.members.push(rest);
        }
        collected.objects = std::mem::take(&mut self.objects);
        collected
    }

    /// Finds what tells something, and what belongs to each.
    fn groups(&self) -> Vec<(String, Vec<String>)> {
        let mut owner: BTreeMap<&str, usize> = BTreeMap::new();
        let mut groups: Vec<(String, Vec<String>)> = Vec::new();
        for kinds in [&["report", "grouping"][..], &["incident"], &["note", "opinion"]] {
            let before = groups.len();
            for (id, object) in
                self.objects.iter().filter(|(_, object)| kinds.contains(&object.kind.as_str()))
            {
                if object.raw.is_empty() || owner.contains_key(id.as_str()) {
                    continue;
                }
                // A note about a report is read with it.
                let about = object.refs.iter().find_map(|to| owner.get(to.as_str())).copied();
                match about.filter(|at| *at < before) {
                    Some(at) => {
                        owner.insert(id, at);
                        if let Some((_, members)) = groups.get_mut(at) {
                            members.push(id.clone());
                        }
                    }
                    None => {
                        owner.insert(id, groups.len());
                        groups.push((id.clone(), Vec::new()));
                    }
                }
            }
            for (at, (root, members)) in groups.iter_mut().enumerate().skip(before) {
                let refs = self.objects.get(root).map(|object| object.refs.as_slice()).unwrap_or_default();
                for to in refs.iter().take(MEMBERS) {
                    if let Some((id, _)) = self.objects.get_key_value(to) {
                        if id != root && !members.contains(id) {
                            members.push(id.clone());
                        }
                        owner.entry(id).or_insert(at);
                    }
                }
            }
        }
        // What ties two things together is read where one of them is.
        for (id, object) in self.objects.iter().filter(|(_, object)| object.is_tie()) {
            let at = object.refs.iter().find_map(|to| owner.get(to.as_str())).copied();
            if let (Some((_, members)), false) =
                (at.and_then(|at| groups.get_mut(at)), owner.contains_key(id.as_str()))
            {
                members.push(id.clone());
            }
        }
        groups
    }

    fn intake(&self, root: &str, members: &[String]) -> Intake {
        let Some(object) = self.objects.get(root) else { return self.rest(members) };
        let maker = object.maker.as_ref().and_then(|id| self.objects.get(id)).map(|maker| maker.line.clone());
        let all = || std::iter::once(object).chain(members.iter().filter_map(|id| self.objects.get(id)));
        let document = page::of(root, object, maker.as_deref(), all().skip(1), &|marks| self.meaning(marks));
        Intake {
            id: root.to_owned(),
            version_us: all().filter_map(|one| one.version_us).max(),
            maker,
            document,
            said: self.all_said(all()),
            unmarked: object.marks.is_empty(),
            people: people(all()),
            things: members.len() + 1,
            withdrawn: object.revoked,
        }
    }

    fn rest(&self, ids: &[String]) -> Intake {
        let objects: Vec<&Object> = ids.iter().filter_map(|id| self.objects.get(id)).collect();
        let makers: BTreeSet<&str> = objects
            .iter()
            .filter_map(|object| self.objects.get(object.maker.as_ref()?))
            .map(|maker| maker.line.as_str())
            .collect();
        let id = object::set_id(ids);
        let document = page::list(&id, &objects, &|marks| self.meaning(marks));
        Intake {
            id,
            version_us: objects.iter().filter_map(|object| object.version_us).max(),
            maker: makers.first().filter(|_| makers.len() == 1).map(|maker| (*maker).to_owned()),
            document,
            said: self.all_said(objects.iter().copied()),
            unmarked: objects.iter().any(|object| object.marks.is_empty()),
            people: people(objects.iter().copied()),
            things: objects.len(),
            withdrawn: !objects.is_empty() && objects.iter().all(|object| object.revoked),
        }
    }

    fn all_said<'a>(&self, objects: impl Iterator<Item = &'a Object>) -> Vec<Said> {
        let mut all = Vec::new();
        let marks: BTreeSet<&String> = objects.flat_map(|object| &object.marks).collect();
        marks.into_iter().for_each(|mark| say(&mut all, self.meaning(mark)));
        all
    }

    /// TLP is known by its id; of other markings only the definition says what they mean.
    fn meaning(&self, mark: &str) -> Said {
        match said_by_id(mark) {
            Said::Unknown => self.said.get(mark).cloned().unwrap_or(Said::Unknown),
            known => known,
        }
    }
}

impl Collected {
    /// Returns one intake as a bundle: its objects as they came, who made them, and their markings.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] if they are more than 16 MiB together.
    pub fn original(&self, at: usize) -> Result<Vec<u8>> {
        let members = self.members.get(at).map(Vec::as_slice).unwrap_or_default();
        let mut ids: BTreeSet<&String> = members.iter().collect();
        for object in members.iter().filter_map(|id| self.objects.get(id)) {
            ids.extend(object.maker.iter().chain(&object.marks));
        }
        let raws: Vec<&str> = ids
            .iter()
            .filter_map(|id| self.objects.get(*id))
            .map(|object| object.raw.as_str())
            .filter(|raw| !raw.is_empty())
            .collect();
        if raws.iter().map(|raw| raw.len() + 1).sum::<usize>() > ORIGINAL {
            return Err(Error::TooLarge { limit: ORIGINAL });
        }
        let id = object::set_id(members);
        Ok(format!(r#"{{"type":"bundle","id":"{id}","objects":[{}]}}"#, raws.join(",")).into_bytes())
    }
}

fn people<'a>(objects: impl Iterator<Item = &'a Object>) -> Vec<Entry> {
    objects.filter_map(|object| Some(Entry { reason: object.person.clone()?, ..Entry::default() })).collect()
}

/// How many objects are kept as one line each.
const OBJECTS: usize = 100_000;
/// How many bytes of objects are kept.
const BYTES: usize = 32 * 1024 * 1024;
/// How many references of one report are followed.
const MEMBERS: usize = 10_000;
/// The largest original, in bytes.
const ORIGINAL: usize = 16 * 1024 * 1024;

#[cfg(test)]
mod tests;
