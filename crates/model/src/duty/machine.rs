//! Holds a duty to warn and the one way in which it changes.

use serde::{Deserialize, Serialize};

use super::fields::{At, By, Step};
use super::limits::{self, RATIFY_WITHIN_US, ladder_us, limit_us};
use super::refused::{Fault, Faults};
use super::transition::{Transition, permitted};
use super::waiver::Waiver;
use super::{Event, Harm, Impending, Proposal, Refused, State, Ttl, VictimKind};
use crate::digest::Digest;

/// Says who acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// A person, named by id.
    Human {
        /// Id of the person; a blank one counts as nobody.
        id: String,
    },
    /// A program: it may propose, never decide.
    Machine,
}

impl Actor {
    /// Gives the id of the human, if there is one.
    #[must_use]
    pub fn human(&self) -> Option<&str> {
        match self {
            Self::Human { id } => Some(id.trim()).filter(|id| !id.is_empty()),
            Self::Machine => None,
        }
    }
}

/// Is one state that a duty passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    /// What led there; absent for the first state.
    pub event: Option<Event>,
    /// The state entered.
    pub state: State,
    /// When, in microseconds.
    pub at_us: i64,
    /// Who did it; absent for the first state.
    pub actor: Option<Actor>,
}

/// Says on whose word a text may leave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// A releaser signed it.
    Released {
        /// Id of the releaser.
        releaser: String,
    },
    /// It was sent first and is reviewed afterwards.
    Expedited {
        /// Why it could not wait.
        reason: String,
        /// Who approved on the scene.
        approver: String,
        /// When it was sent, in microseconds.
        at_us: i64,
        /// What the review found; absent until it was held.
        ratified: Option<Ratified>,
    },
}

super::words::words! {
    /// Says what the review of an expedited dispatch found.
    Ratified {
        /// It was right.
        Ratified = "ratified",
        /// It was right and is corrected; it cannot be withdrawn.
        WithCorrection = "ratified-with-correction",
        /// It was wrong; it cannot be withdrawn.
        ShouldNotHaveBeenSent = "should-not-have-been-sent",
    }
}

/// Is the duty to warn one victim in one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Duty {
    pub(super) state: State,
    pub(super) authors: Vec<String>,
    pub(super) trace: Vec<Passed>,
    pub(super) harm: Vec<Harm>,
    pub(super) ttl: Ttl,
    pub(super) impending: Option<Impending>,
    /// What kind of victim was assessed; absent before, and in what was stored before it was kept.
    #[serde(default)]
    pub(super) victim_kind: Option<VictimKind>,
    pub(super) now: Running,
}

/// Holds what belongs to one run from RECEIVED or REOPENED to CLOSED.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Running {
    pub(super) query_deadline_us: Option<i64>,
    pub(super) proposal: Option<Proposal>,
    pub(super) waiver: Option<Waiver>,
    pub(super) text_hash: Option<Digest>,
    /// Who that text is for; another audience may get the same words.
    #[serde(default)]
    pub(super) audience: Option<String>,
    pub(super) authority: Option<Authority>,
    /// Channel and receiver (or address) of every attempt with this text.
    pub(super) tried: Vec<(String, String)>,
    pub(super) ladder_step: u8,
    pub(super) first_delivered_us: Option<i64>,
}

impl Duty {
    /// Opens a duty for a report.
    ///
    /// `author` is whoever wrote the report and may therefore not waive; a
    /// blank author excludes nobody. `cue` is the urgency that the report seems
    /// to have and sets the first clock.
    #[must_use]
    pub fn received(author: &str, cue: Ttl, now_us: i64) -> Self {
        let first = Passed { event: None, state: State::Received, at_us: now_us, actor: None };
        let mut duty = Self {
            state: State::Received,
            authors: Vec::new(),
            trace: vec![first],
            harm: Vec::new(),
            ttl: cue,
            impending: None,
            victim_kind: None,
            now: Running::default(),
        };
        duty.add_author(author);
        duty
    }

    /// Gives the state.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// Gives the threat-to-life grade that drives the clocks.
    #[must_use]
    pub const fn ttl(&self) -> Ttl {
        self.ttl
    }

    /// Lists who wrote the reports, in order of arrival.
    #[must_use]
    pub fn authors(&self) -> &[String] {
        &self.authors
    }

    /// Lists every state passed, the present one last.
    #[must_use]
    pub fn trace(&self) -> &[Passed] {
        &self.trace
    }

    /// Tells whether `state` was passed since the report came in or the case
    /// was last reopened.
    #[must_use]
    pub fn has_passed(&self, state: State) -> bool {
        let run = self.trace.iter().rev().map(|passed| passed.state);
        let since_reopened = run.take_while(|passed| *passed != State::Reopened);
        since_reopened.into_iter().any(|passed| passed == state)
    }

    /// Gives the last waiver of this run.
    #[must_use]
    pub const fn waiver(&self) -> Option<&Waiver> {
        self.now.waiver.as_ref()
    }

    /// Gives the hash of the text that may leave or has left.
    #[must_use]
    pub const fn text_hash(&self) -> Option<Digest> {
        self.now.text_hash
    }

    /// Gives the audience whose answer discharges the duty.
    #[must_use]
    pub fn audience(&self) -> Option<&str> {
        self.now.audience.as_deref()
    }

    /// Gives on whose word the text may leave or has left.
    #[must_use]
    pub const fn authority(&self) -> Option<&Authority> {
        self.now.authority.as_ref()
    }

    /// Gives the kind of victim that was assessed; `None` before.
    #[must_use]
    pub const fn victim_kind(&self) -> Option<VictimKind> {
        self.victim_kind
    }

    /// Grades the threat to life anew; the state stays and its clocks follow.
    ///
    /// # Errors
    ///
    /// [`Refused`] if the actor is no human, no reason is given, or the case is closed.
    pub fn regrade(self, ttl: Ttl, reasons: &str, actor: &Actor) -> Result<Self, Refused> {
        let mut faults = Faults::default();
        if actor.human().is_none() {
            faults.push(Fault::HumanOnly);
        }
        if reasons.trim().is_empty() {
            faults.missing("reasons");
        }
        faults.guard(self.state != State::Closed, "the case is closed: reopen it with what is new");
        if !faults.is_empty() {
            return Err(self.refuse("set_ttl", faults.into_vec()));
        }
        Ok(Self { ttl, ..self })
    }

    /// Tells whether the harm is expected within 24 hours.
    #[must_use]
    pub fn is_imminent(&self) -> bool {
        self.ttl == Ttl::Critical || self.impending == Some(Impending::Imminent)
    }

    /// Gives the time at which the present state was entered.
    #[must_use]
    pub fn entered_us(&self) -> i64 {
        self.trace.last().map_or(0, |passed| passed.at_us)
    }

    /// Gives the time at which the next step is late; `None` if no clock runs.
    #[must_use]
    pub fn due_us(&self) -> Option<i64> {
        let limit = limit_us(self.state, self.ttl).map(|limit| self.entered_us().saturating_add(limit));
        match self.state {
            State::NeedsInfo => self.now.query_deadline_us.or(limit),
            State::Waived => self.now.waiver.as_ref().map(|waiver| waiver.expiry_us).or(limit),
            State::Delivered => self.ladder_due_us(self.next_ladder_step()).or(limit),
            State::NoAckEscalated => self.ladder_due_us(self.next_ladder_step()).or(limit),
            _ => limit,
        }
    }

    /// Gives the time by which an expedited dispatch must be reviewed; `None`
    /// if there was none or the review was held.
    #[must_use]
    pub fn ratification_due_us(&self) -> Option<i64> {
        match &self.now.authority {
            Some(Authority::Expedited { at_us, ratified: None, .. }) => {
                Some(at_us.saturating_add(RATIFY_WITHIN_US))
            }
            _ => None,
        }
    }

    /// Takes one step; everything typed and untyped comes through here.
    pub(super) fn step<F: Step>(self, fields: F, actor: &Actor, now_us: i64) -> Result<Self, Refused> {
        let row = permitted(self.state, F::EVENT).find(|row| row.to == F::TO);
        let Some(row) = row.filter(|_| F::FROM.contains(&self.state)) else {
            return Err(self.refuse(F::EVENT.as_str(), vec![Fault::NotPermitted]));
        };
        let mut faults = Faults::default();
        fields.blanks(&mut faults);
        self.check_actor(row, actor, &mut faults);
        fields.check(&At { duty: &self, actor, now_us }, &mut faults);
        if !faults.is_empty() {
            return Err(self.refuse(F::EVENT.as_str(), faults.into_vec()));
        }
        let mut next = self;
        fields.record(&mut next, &By { actor, now_us });
        next.state = F::TO;
        next.trace.push(Passed {
            event: Some(F::EVENT),
            state: F::TO,
            at_us: now_us,
            actor: Some(actor.clone()),
        });
        Ok(next)
    }

    pub(super) fn check_actor(&self, row: &Transition, actor: &Actor, faults: &mut Faults) {
        if row.human_only() && actor.human().is_none() {
            faults.push(Fault::HumanOnly);
        }
    }

    pub(super) fn refuse(self, event: &str, faults: Vec<Fault>) -> Refused {
        Refused { state: self.state, duty: Box::new(self), event: event.to_owned(), faults }
    }

    pub(super) fn add_author(&mut self, author: &str) {
        let author = author.trim();
        if !author.is_empty() {
            self.authors.push(author.to_owned());
        }
    }

    /// Gives the step that a time-out would reach; the last one repeats.
    pub(super) fn next_ladder_step(&self) -> u8 {
        self.now.ladder_step.saturating_add(1).min(3)
    }

    /// Gives the time of a ladder step, 1 to 3.
    pub(super) fn ladder_due_us(&self, step: u8) -> Option<i64> {
        let after_us = *ladder_us(self.ttl).get(usize::from(step).checked_sub(1)?)?;
        Some(self.now.first_delivered_us?.saturating_add(after_us))
    }

    /// Gives the longest life of a waiver for this duty.
    pub(super) fn waiver_max_us(&self) -> i64 {
        limits::waiver_max_us(self.is_imminent())
    }
}
