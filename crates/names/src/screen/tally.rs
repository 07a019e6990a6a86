//! Sums up what speaks for and against a person's name in a text.

use super::name::Role;
use super::region::Item;

/// A family name less alike than this lowers the score by itself.
const SURE: f32 = 0.86;

/// Where a person's name stands, in items.
#[derive(Clone, Copy)]
pub(super) struct Places {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) family: usize,
    pub(super) given: Option<usize>,
}

/// The sum of what speaks for and against a name.
pub(super) struct Tally {
    /// Items read, for which word, how alike, in which role.
    pub(super) read: Vec<(usize, u32, u8, Role)>,
    /// How alike a family name must be to raise no doubt.
    pub(super) sure: f32,
    /// How many bits more than usual it takes, because this may be a part of another name.
    pub(super) doubt: f32,
    pub(super) alike: f32,
    pub(super) weight: f32,
    pub(super) missing: f32,
    pub(super) extra: f32,
    pub(super) telling: usize,
    /// How alike the family name is that is most alike.
    pub(super) family: f32,
    pub(super) initials: usize,
    pub(super) seen: Vec<(u32, u8)>,
    pub(super) notes: Vec<Note>,
}

/// What will be a reason if the score is good enough to tell anybody.
#[derive(Clone, Copy)]
pub(super) enum Note {
    Word(usize, u32, u8),
    Initial(usize, u32),
    Missing(u32),
    Extra(usize),
    /// A word beside the mention; whether it is a given name.
    Beside(Item, bool),
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            read: Vec::new(),
            sure: SURE,
            doubt: 0.0,
            alike: 0.0,
            weight: 0.0,
            missing: 0.0,
            extra: 0.0,
            telling: 0,
            family: 0.0,
            initials: 0,
            seen: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(super) fn add(&mut self, role: Role, likeness: f32) {
        let worth = worth(role);
        self.alike += worth * likeness;
        self.weight += worth;
        self.telling += usize::from(role.telling());
        if role == Role::Family {
            self.family = self.family.max(likeness);
        }
    }

    pub(super) fn initial(&mut self, role: Role) {
        self.initials += 1;
        let worth = 0.3 * worth(role);
        self.alike += worth * 0.85;
        self.weight += worth;
    }

    pub(super) fn miss(&mut self, role: Role) {
        self.missing += match role {
            Role::Patronymic | Role::Initial => 0.03,
            Role::Given => 0.3,
            Role::Number => 3.0,
            _ => 0.7,
        };
    }

    pub(super) fn score(&self) -> f32 {
        if self.weight <= 0.0 {
            return 0.0;
        }
        let doubt = (self.sure - self.family).max(0.0) * 0.6;
        (self.alike / (self.weight + self.missing + self.extra) - doubt).clamp(0.0, 1.0)
    }
}

pub(super) fn worth(role: Role) -> f32 {
    match role {
        Role::Given | Role::Sign => 1.0,
        Role::Family => 1.4,
        Role::Patronymic => 0.4,
        Role::Initial => 0.3,
        Role::Number => 1.5,
        Role::Filler => 0.08,
    }
}
