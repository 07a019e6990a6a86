//! Plays a scenario through the real pipeline and says what did not hold.
//!
//! Real nodes with real stores, keys and ledgers; officers who act in their roles; inputs that arrive
//! at their times; a clock that is moved; and expectations, of which the strictest is about bytes:
//! everything an audience could obtain is collected after every step and searched.
//!
//! Deliberately absent: any way for an exercise to reach the outside. The network is in memory.

mod carry;
mod check;
mod format;
mod obtain;
mod opinion;
mod play;
mod protect;
mod search;
mod stage;
mod steps;
mod threshold;

pub use check::Failure;
pub use format::{Exercise, Scenario};

use crate::desk::questions::Answered;
use crate::error::{Error, Result};
use aldis_model::{Digest, Id};
use play::Play;
use serde::Serialize;
use std::path::Path;

/// How an exercise is run.
pub struct Options<'a> {
    /// A scenario whose inputs and expectations take the place of the exercise's own.
    pub scenario: Option<&'a Path>,
    /// Is told each step as it happens.
    pub tell: &'a mut dyn FnMut(&str),
}

/// The outcome of an exercise.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// Always `aldis.exercise-outcome/1`.
    pub schema: &'static str,
    /// The exercise's short name.
    pub id: String,
    /// How many steps were played.
    pub steps: usize,
    /// How many expectations were checked.
    pub checked: usize,
    /// How many different byte strings the audiences could obtain.
    pub obtained: usize,
    /// What did not hold; empty when it passed.
    pub failures: Vec<Failure>,
    /// The after-action questions, answered from the ledgers for each case that was opened.
    pub cases: Vec<OfCase>,
}

/// A case of an exercise, as its record tells it afterwards.
#[derive(Clone, Debug, Serialize)]
pub struct OfCase {
    /// The node it was opened on.
    pub node: String,
    /// The case.
    pub case: Id,
    /// The questions and their answers.
    pub answers: Vec<Answered>,
}

/// Runs the exercise in a file.
///
/// # Errors
///
/// [`Error::Refused`] if the file cannot be read or understood. What does not hold is not an error
/// but a failure in the outcome.
pub fn run_file(path: &Path, options: Options<'_>) -> Result<Outcome> {
    let mut exercise = Exercise::parse(&read(path)?)
        .map_err(|error| Error::Refused(format!("{}: {error}", path.display())))?;
    if let Some(path) = options.scenario {
        let scenario: Scenario = serde_json::from_str(&read(path)?)
            .map_err(|error| Error::Refused(format!("{}: {error}", path.display())))?;
        exercise.play_scenario(scenario);
    }
    run(&exercise, options.tell)
}

/// Runs an exercise.
///
/// # Errors
///
/// [`Error::Refused`] if it names something it does not define; [`Error::Broken`] if a store fails.
pub fn run(exercise: &Exercise, tell: &mut dyn FnMut(&str)) -> Result<Outcome> {
    let mut play = Play::prepare(exercise)?;
    play.perform(tell)?;
    let mut outcome = play.outcome();
    outcome.cases = play.cases()?;
    if let Some(twin) = &exercise.twin {
        let what = twin.without.as_deref().map_or(twin.input.as_str(), |alias| alias);
        tell(&format!("once more with another world: {what}"));
        let mut other = exercise.clone();
        for input in other.inputs.iter_mut().filter(|input| input.id == twin.input) {
            input.text.clone_from(&twin.text);
        }
        if let Some(alias) = &twin.without {
            let mut found = 0;
            for node in other.nodes.values_mut() {
                let before = node.register.len();
                node.register.retain(|entry| entry.alias != *alias);
                found += before - node.register.len();
            }
            if found != 1 {
                return Err(Error::Refused(format!("twin: {alias:?} is no entry of a register")));
            }
        }
        let mut second = Play::prepare(&other)?;
        second.perform(&mut |_| {})?;
        for audience in &twin.audiences {
            outcome.checked += 1;
            let (one, two) = (play.everything(audience), second.everything(audience));
            if let Some(difference) = first_difference(&one, &two) {
                let says = format!("{audience} can tell the two worlds apart: {difference}");
                outcome.failures.push(Failure { step: 0, says, bytes: String::new() });
            }
        }
    }
    Ok(outcome)
}

fn first_difference(one: &[(String, Vec<u8>)], two: &[(String, Vec<u8>)]) -> Option<String> {
    if one.len() != two.len() {
        return Some(format!("{} against {} byte strings", one.len(), two.len()));
    }
    let differs = one.iter().zip(two).find(|(a, b)| a != b);
    differs.map(|(a, b)| {
        format!("{} ({}) against {} ({})", a.0, Digest::of(&a.1).short(), b.0, Digest::of(&b.1).short())
    })
}

fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).map_err(|error| Error::Refused(format!("{}: {error}", path.display())))
}
