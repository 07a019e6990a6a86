//! What every verb is told: who acts, when, and where chance comes from.
//!
//! Time, randomness and identity arrive here and nowhere else, so that an exercise runs on a
//! simulated clock and a test repeats to the byte.

use crate::error::{Error, Result};
use aldis_model::gate::{Audience, Gate, Ladder};
use aldis_model::role::{Action, Role};
use aldis_model::{Id, Labelled, Released, Time, Tlp};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Returns this moment.
    fn now(&self) -> Time;

    /// Returns what the machine says of the time, with a count nobody can move; `None` if it has none.
    fn reading(&self) -> Option<aldis_model::clock::Reading> {
        None
    }

    /// Names the machine whose count it is.
    fn machine(&self) -> String {
        String::new()
    }
}

/// Gives random bytes.
///
/// A named stream each for ids, salts and tokens: a seeded source then gives the same public ids
/// whatever else happened, which is what the two-world comparison relies on.
pub trait Chance: Send + Sync {
    /// Fills `out` from the stream.
    fn fill(&self, stream: &str, out: &mut [u8]);
}

/// Who acts.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The officer's id, or `system`.
    pub id: String,
    /// The officer's name as colleagues know it; stays inside.
    pub name: String,
    /// In which role.
    pub role: Role,
    /// What this person may see.
    pub viewer: Audience,
}

impl Actor {
    /// Describes an officer of `org`.
    pub fn officer(
        id: &str,
        name: &str,
        role: Role,
        org: &str,
        ceiling: Tlp,
        compartments: BTreeSet<String>,
    ) -> Self {
        let mut viewer = Audience::new(org, org, Ladder::Own, ceiling);
        viewer.compartments = compartments;
        Self { id: id.to_owned(), name: name.to_owned(), role, viewer }
    }

    /// Describes the program itself: it carries everything and decides nothing.
    pub fn system(org: &str) -> Self {
        Self::officer("system", "Aldis", Role::System, org, Tlp::Red, BTreeSet::new())
    }
}

/// What every verb is told.
#[derive(Clone)]
pub struct Ctx {
    /// This moment.
    pub now: Time,
    /// Who acts.
    pub actor: Actor,
    /// Our own organisation, in key form.
    pub org: String,
    /// Whether this is an exercise, in which nothing leaves.
    pub exercise: bool,
    chance: Arc<dyn Chance>,
}

impl Ctx {
    /// Puts a context together.
    pub fn new(now: Time, actor: Actor, org: &str, exercise: bool, chance: Arc<dyn Chance>) -> Self {
        Self { now, actor, org: org.to_owned(), exercise, chance }
    }

    /// Says that the actor may do `action`.
    ///
    /// # Errors
    ///
    /// [`Error::Forbidden`], in words that do not depend on the thing.
    pub fn may(&self, action: Action) -> Result<()> {
        if self.actor.role.may(action) {
            return Ok(());
        }
        let who = self.actor.role.with_article();
        // Whoever could do it is named, so that nobody is sent to somebody who may not either.
        let able: Vec<_> =
            Role::ALL.into_iter().filter(|role| *role != Role::System && role.may(action)).collect();
        let ask = able.iter().map(|role| role.with_article()).collect::<Vec<_>>().join(" or ");
        Err(Error::Forbidden(format!("{who} may not {action}: ask {ask}")))
    }

    /// Says that the actor is none of those who did the first part, by their ids.
    ///
    /// # Errors
    ///
    /// [`Error::SecondPerson`] with these words.
    pub fn is_second_to(&self, first: &[&str], says: &str) -> Result<()> {
        if first.contains(&self.actor.id.as_str()) {
            return Err(Error::SecondPerson(says.to_owned()));
        }
        Ok(())
    }

    /// Says that the actor may approve what these wrote or proposed.
    ///
    /// # Errors
    ///
    /// [`Error::SecondPerson`] if he is one of them.
    pub fn may_approve_of(&self, authors: &[&str]) -> Result<()> {
        self.is_second_to(authors, "whoever wrote it cannot approve it: a second person must")
    }

    /// Passes a thing to the actor.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if the actor may not see it, exactly as if it did not exist.
    pub fn show<T>(&self, thing: Labelled<T>) -> Result<Released<T>> {
        Gate::default().release(&self.actor.viewer, thing).ok_or(Error::NotFound)
    }

    /// Makes a new random id.
    pub fn id(&self, prefix: &str) -> Id {
        Id::from_random(prefix, self.random(prefix))
    }

    /// Takes `N` random bytes from a stream.
    pub fn random<const N: usize>(&self, stream: &str) -> [u8; N] {
        let mut out = [0; N];
        self.chance.fill(stream, &mut out);
        out
    }

    /// Takes a secret of 160 bits in letters that survive a URL and a telephone.
    pub fn token(&self) -> String {
        let letter =
            |byte: &u8| char::from(TOKEN_LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'a'));
        self.random::<32>("token").iter().map(letter).collect()
    }

    /// Returns the same moment for another actor.
    pub fn acting_as(&self, actor: Actor) -> Self {
        Self { actor, ..self.clone() }
    }

    /// Returns the same act at another moment.
    pub fn at(&self, now: Time) -> Self {
        Self { now, ..self.clone() }
    }

    /// Returns the same moment for the program itself.
    pub fn as_system(&self) -> Self {
        self.acting_as(Actor::system(&self.org))
    }
}

const TOKEN_LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstvwxyz0123456789";
