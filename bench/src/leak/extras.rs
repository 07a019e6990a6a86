//! What stands beside the way of a report: briefs, lists that partners offer, danger and measures, the board
//! of a case, forecasts and suspects.
//!
//! The same acts are shared, under labels the viewer may see, and hidden, under labels he may not. Hidden
//! ones are also about people the viewer may see, because of a case that he may not.

use super::flow::Flow;
use super::pages::CIRCLE;
use super::words;
use super::world::World;
use crate::dice::Dice;
use aldis::db::Tx;
use aldis::desk::{
    board, brief, danger, forecasts, identity, lists, measures, phrase, protectors, register, suspects,
};
use aldis::error::{Error, Result};
use aldis_model::ach::Rating;
use aldis_model::forecast::Yardstick;
use aldis_model::grade::Likelihood;
use aldis_model::risk::Tier;
use aldis_model::role::Role;
use aldis_model::{Id, Label};
use std::collections::BTreeMap;

/// Adds the circle of readers, and a phrase for the named officers elsewhere in every other pair.
///
/// # Errors
///
/// Whatever the verbs give.
pub fn set_up(world: &World, seed: u64) -> Result<()> {
    let liaison = world.cleared("Liaison", Role::Liaison);
    world.act("circle", |tx| brief::add_circle(tx, &liaison, CIRCLE, "The day"))?;
    if seed.is_multiple_of(2) {
        let sealer = &world.node.sealer;
        world.act("phrase", |tx| phrase::set(tx, &liaison, sealer, "GUARD", "three green apples"))?;
    }
    Ok(())
}

/// What an act is about.
pub struct About<'a> {
    /// How closed what it makes is, where it says so itself.
    pub label: Label,
    /// The case, if there is one yet.
    pub case: Option<&'a Id>,
    /// A report of that case.
    pub report: Option<&'a Id>,
    /// Whom it is about: an entry of the register.
    pub subject: Option<Id>,
    /// Who offers a list.
    pub partner: &'static str,
}

impl<'a> About<'a> {
    /// Describes an act about a case on its way.
    pub fn flow(label: Label, flow: &'a Flow, subject: Option<Id>, partner: &'static str) -> Self {
        Self { label, case: flow.case.as_ref(), report: flow.reports.first(), subject, partner }
    }
}

/// Finds the entry of the register that everybody may see.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn open_subject(world: &World) -> Result<Option<Id>> {
    let keeper = world.cleared("Keeper", Role::CaseOfficer);
    let all = world.node.db.read(|tx| register::list(tx, &keeper))?.into_inner();
    Ok(all.into_iter().find(|one| one.label == Label::clear()).map(|one| one.id))
}

/// Does one of these acts; what a rule refuses has not happened.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn act(world: &World, name: &str, about: &About<'_>, dice: &mut Dice) -> Result<()> {
    // Drawn in one go, so that a refusal moves nothing that comes after it.
    let (which, text, number) = (dice.below(12), words::sentence(dice, 6), dice.below(3));
    done(world.act(name, |tx| put(tx, world, about, which, &text, number)))
}

/// Writes a brief of the day.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn write(world: &World, name: &str, label: &Label, dice: &mut Dice) -> Result<()> {
    let (analyst, text) = (world.cleared("Analyst", Role::Analyst), words::sentence(dice, 6));
    done(world.act(name, |tx| brief::write(tx, &analyst, CIRCLE, &text, &text, label)))
}

/// Puts an item on the board of a case that rests on a report of it.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn put_up(world: &World, name: &str, case: &Id, report: &Id, dice: &mut Dice) -> Result<()> {
    let (analyst, text) = (world.cleared("Analyst", Role::Analyst), words::sentence(dice, 6));
    let new = board::NewItem { body: &text, report: Some(report), ..board::NewItem::default() };
    done(world.act(name, |tx| board::add(tx, &analyst, case, &new)))
}

fn done<T>(done: Result<T>) -> Result<()> {
    match done {
        Err(Error::Broken(what)) => Err(Error::Broken(what)),
        _ => Ok(()),
    }
}

fn put(
    tx: &mut Tx<'_>,
    world: &World,
    about: &About<'_>,
    which: usize,
    text: &str,
    number: usize,
) -> Result<()> {
    let analyst = world.cleared("Analyst", Role::Analyst);
    let keeper = world.cleared("Keeper", Role::CaseOfficer);
    let case = || about.case.ok_or(Error::NotFound);
    let subject = || about.subject.as_ref().ok_or(Error::NotFound);
    match which {
        0 | 1 => brief::write(tx, &analyst, CIRCLE, text, text, &about.label).map(|_| ()),
        2 => {
            let duty = world.cleared("Duty", Role::Duty);
            let bytes = format!("name,purpose\n{text},\n{text},known\n");
            lists::offer(tx, &duty, about.partner, &about.label, bytes.as_bytes()).map(|_| ())
        }
        3 => {
            let factors = BTreeMap::from([("I".to_owned(), 2), ("K".to_owned(), 1)]);
            let impact = ["minor", "moderate", "severe"].get(number).copied().unwrap_or("minor");
            let known = danger::Known { case: about.case, impact, factors: &factors, events: &[] };
            // Somebody else than who sets tiers: a rating above binds whoever knows of it.
            let warden = world.cleared("Warden", Role::CaseOfficer);
            danger::rate(tx, &warden, subject()?, &known).map(|_| ())
        }
        4 => {
            let tier = [Tier::T1, Tier::T3, Tier::T4].get(number).copied().unwrap_or(Tier::T2);
            danger::set_tier(tx, &keeper, subject()?, about.case, tier, text)
        }
        5 => {
            // Others above: one that is under way stops whoever knows of it from asking again.
            let measures =
                if about.partner == "BOREAS" { ["M01", "M02", "M03"] } else { ["M04", "M05", "M06"] };
            let measure = measures.get(number).copied().unwrap_or("M07");
            let new = measures::NewMeasure { measure, case: about.case, owner: "the desk", reasons: text };
            measures::propose(tx, &keeper, subject()?, &new).map(|_| ())
        }
        // Each by somebody of his own: an open request stops its officer from asking again.
        10 => {
            let guard = world.cleared(if number == 0 { "Guard" } else { "Warden" }, Role::CaseOfficer);
            identity::ask(tx, &guard, subject()?, about.case, text).map(|_| ())
        }
        6 => protectors::name(tx, &keeper, subject()?, "GUARD", text).map(|_| ()),
        7 => board::suppose(tx, &analyst, case()?, text).map(|_| ()),
        8 => {
            let file = (number == 0).then_some(("letter.txt", text.as_bytes()));
            let claimed = if number == 0 { "a group" } else { "" };
            let new = board::NewItem { body: text, report: about.report, claimed, file };
            let item = board::add(tx, &analyst, case()?, &new)?;
            let found = board::of_case(tx, &analyst, case()?)?.into_inner();
            let Some(first) = found.hypotheses.first() else { return Ok(()) };
            board::rate(tx, &analyst, &first.id, &item, Rating::Consistent)
        }
        9 => {
            let new = forecasts::NewForecast {
                question: text,
                partner: None,
                yardstick: Yardstick::Icd203,
                likelihood: "likely",
                confidence: None,
                until: None,
                reasons: text,
            };
            forecasts::give(tx, &analyst, case()?, &new).map(|_| ())
        }
        _ => {
            let chain: Vec<Id> = about.report.into_iter().cloned().collect();
            let new = suspects::NewSuspect {
                name: text,
                likelihood: Likelihood::Likely,
                chain: &chain,
                reasons: text,
            };
            suspects::name(tx, &analyst, case()?, &new).map(|_| ())
        }
    }
}
