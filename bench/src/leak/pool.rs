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
        for prefix in PREFIXES {
            let bytes = dice.roll().to_be_bytes();
            let random = std::array::from_fn(|at| bytes.get(at).copied().unwrap_or_default());
            ids.push(Id::from_random(prefix, random));
        }
        entries.extend([-1, 0, 1, 2, 17, 40, i64::MAX]);
        let of_one_world = of_one_world.into_iter().collect();
        Ok(Self { ids, of_one_world, entries: entries.into_iter().collect() })
    }

    /// Lists the ids of things that are in one of the worlds only.
    pub fn of_one_world(&self) -> impl Iterator<Item = &Id> {
        self.of_one_world.iter()
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

const TABLES: [&str; 12] = [
    "report",
    "proposal",
    "hit",
    "subject",
    "case_file",
    "duty",
    "warning",
    "release",
    "delivery",
    "inbound",
    "consent",
    "consent_inbound",
];

const PREFIXES: [&str; 12] = ["R", "P", "H", "PR", "C", "D", "W", "L", "V", "IN", "CO", "CI"];
