//! Everything a request may name: what is in either world, and what is in neither.

use super::world::World;
use crate::dice::Dice;
use aldis::desk::review;
use aldis::error::Result;
use aldis_model::Id;
use aldis_model::role::Role;
use std::collections::BTreeSet;

/// Ids and entry numbers of both worlds together, and some of neither.
pub struct Pool {
    ids: Vec<Id>,
    of_one_world: Vec<Id>,
    of_both: Vec<Id>,
    new: Vec<Id>,
    waiting: Vec<(&'static str, Vec<Id>)>,
    entries: Vec<i64>,
}

impl Pool {
    /// Collects them; ids of neither world come last.
    ///
    /// # Errors
    ///
    /// [`aldis::error::Error::Broken`] if a store fails.
    pub fn of(worlds: [&World; 2], dice: &mut Dice) -> Result<Self> {
        let (mut ids, mut entries) = (BTreeSet::new(), BTreeSet::new());
        let mut of_one_world: BTreeSet<Id> = BTreeSet::new();
        for world in worlds {
            for table in TABLES {
                let sql = format!("SELECT id FROM {table} ORDER BY id");
                let rows = world.node.db.read(|tx| tx.rows(&sql, &[]))?;
                for id in rows.iter().filter_map(|row| row.id(0).ok()) {
                    if !of_one_world.remove(&id) {
                        of_one_world.insert(id.clone());
                    }
                    ids.insert(id);
                }
            }
            let auditor = world.cleared("Auditor", Role::Auditor);
            let tail = world.node.db.read(|tx| review::tail(tx, &auditor, 500))?.into_inner();
            entries.extend(tail.iter().map(|entry| entry.index));
        }
        let mut ids: Vec<Id> = ids.into_iter().collect();
        let of_both = ids.iter().filter(|id| !of_one_world.contains(*id)).cloned().collect();
        for prefix in PREFIXES {
            let bytes = dice.roll().to_be_bytes();
            let random = std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default());
            ids.push(Id::from_random(prefix, random));
        }
        entries.extend([-1, 0, 1, 2, 17, 40, i64::MAX]);
        let of_one_world = of_one_world.into_iter().collect();
        let mut waiting = Vec::new();
        for (name, sql) in WAITING {
            let [a, b] = worlds.map(|world| world.node.db.read(|tx| tx.rows(sql, &[])));
            let b: Vec<Id> = b?.iter().filter_map(|row| row.id(0).ok()).collect();
            waiting.push((
                name,
                a?.iter().filter_map(|row| row.id(0).ok()).filter(|id| b.contains(id)).collect(),
            ));
        }
        Ok(Self {
            ids,
            of_one_world,
            of_both,
            new: Vec::new(),
            waiting,
            entries: entries.into_iter().collect(),
        })
    }

    /// Lists the ids of things that are in one of the worlds only.
    pub fn of_one_world(&self) -> impl Iterator<Item = &Id> {
        self.of_one_world.iter()
    }

    /// Remembers which things of both worlds were not there yet in another pool: these are picked first.
    #[must_use]
    pub fn since(mut self, before: &Self) -> Self {
        self.new =
            self.of_both.iter().filter(|id| before.of_both.binary_search(id).is_err()).cloned().collect();
        self
    }

    /// Picks an id of a kind that is in both worlds. `LA` is an approved release that was not sent, `VH` a
    /// delivery that waits to be handed over.
    pub fn shared(&self, kind: &str, dice: &mut Dice) -> Option<&Id> {
        if let Some((_, ids)) = self.waiting.iter().find(|(name, _)| *name == kind) {
            return dice.pick(ids);
        }
        let ids = if dice.chance_pct(60) && self.new.iter().any(|id| id.prefix() == kind) {
            &self.new
        } else {
            &self.of_both
        };
        let of_kind: Vec<&Id> = ids.iter().filter(|id| id.prefix() == kind).collect();
        dice.pick(&of_kind).copied()
    }

    /// Lists the ids of some kinds; every id if no kind is named.
    pub fn of_kinds<'a>(&'a self, kinds: &'a [&str]) -> impl Iterator<Item = &'a Id> {
        self.ids.iter().filter(move |id| kinds.is_empty() || kinds.contains(&id.prefix()))
    }

    /// Picks any id.
    pub fn any(&self, dice: &mut Dice) -> Option<&Id> {
        dice.pick(&self.ids)
    }

    /// Picks an id of a kind.
    pub fn one(&self, kind: &str, dice: &mut Dice) -> Option<&Id> {
        let of_kind: Vec<&Id> = self.ids.iter().filter(|id| id.prefix() == kind).collect();
        dice.pick(&of_kind).copied()
    }

    /// Picks an entry's number.
    pub fn entry(&self, dice: &mut Dice) -> i64 {
        dice.pick(&self.entries).copied().unwrap_or_default()
    }
}

const WAITING: [(&str, &str); 2] = [
    ("LA", "SELECT id FROM release WHERE approved_at IS NOT NULL AND sent_at IS NULL ORDER BY id"),
    ("VH", "SELECT id FROM delivery WHERE channel = 'hand' AND delivered_at IS NULL ORDER BY id"),
];

const TABLES: [&str; 24] = [
    "report",
    "proposal",
    "hit",
    "tie",
    "subject",
    "measure",
    "protector",
    "name_opening",
    "case_file",
    "duty",
    "suspect",
    "forecast",
    "hypothesis",
    "evidence",
    "warning",
    "release",
    "delivery",
    "inbound",
    "consent",
    "consent_inbound",
    "opinion",
    "brief",
    "list_offer",
    "task",
];

const PREFIXES: [&str; 24] = [
    "R", "P", "H", "TE", "PR", "M", "C", "D", "SU", "FC", "HY", "EV", "W", "L", "V", "IN", "CO", "CI", "OP",
    "B", "LO", "PT", "NA", "T",
];
