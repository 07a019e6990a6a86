//! What one world has and the other has not: everything above the wall, through the real verbs.

use super::extras::{self, About};
use super::flow::{Flow, Plan, graded};
use super::script::{take_question, take_warning};
use super::tools;
use super::wall::Wall;
use super::words;
use super::world::World;
use crate::dice::Dice;
use aldis::desk::{case, gather, grade, inbound, partners, register};
use aldis::error::{Error, Result};
use aldis_model::answer::Answer;
use aldis_model::gate::Ladder;
use aldis_model::role::Role;
use aldis_model::{Id, Label, Tlp};

/// The hidden side of one world.
pub struct Hidden {
    labels: Vec<Label>,
    plain: Vec<Label>,
    dice: Dice,
    side: u64,
    count: usize,
    flows: Vec<Flow>,
    /// Whether a person at risk is hidden as an audience: it is as closed as TLP:RED.
    people: bool,
    /// The person at risk whom hidden cases write to, by cover name.
    other: String,
    /// An entry of the register that everybody may see.
    open: Option<Id>,
}

impl Hidden {
    /// Begins with nothing hidden.
    pub fn new(wall: &Wall, dice: Dice, side: u64, other: String, open: Option<Id>) -> Self {
        let labels = wall.labels(false);
        let people = labels.contains(&Label::plain(Tlp::Red));
        Self {
            labels,
            plain: wall.plain(false),
            dice,
            side,
            count: 0,
            flows: Vec::new(),
            people,
            other,
            open,
        }
    }

    /// Does up to `most` hidden acts; one that a rule refuses has simply not happened.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the store fails.
    pub fn acts(&mut self, world: &World, most: usize, seen: &Flow) -> Result<()> {
        for _ in 0..self.dice.below(most + 1) {
            self.count += 1;
            let name = format!("hidden {} {}", self.side, self.count);
            if let Err(Error::Broken(what)) = self.act(world, &name, seen) {
                return Err(Error::Broken(what));
            }
        }
        Ok(())
    }

    fn act(&mut self, world: &World, name: &str, seen: &Flow) -> Result<()> {
        match self.dice.below(26) {
            0 | 1 => self.register(world, name).map(|_| ()),
            2 | 3 => self.receive(world, name),
            4 => self.tie_seen_report(world, name, seen),
            5 | 6 => self.tie_hidden_report(world, name, seen),
            7 => self.confirm(world, name),
            9 | 10 => tools::hidden(world, name, &mut self.dice),
            11 => {
                let label = self.label();
                tools::add_collection(world, name, "CORVUS", label).map(|_| ())
            }
            20..=23 => self.beside(world, name),
            24 => extras::write(world, name, &self.label(), &mut self.dice),
            25 => {
                let case = seen.case.clone().ok_or(Error::NotFound)?;
                let report = self.report().ok_or(Error::NotFound)?.clone();
                extras::put_up(world, name, &case, &report, &mut self.dice)
            }
            8 if self.people => self.new_audience(world, name),
            _ => self.step(world, name),
        }
    }

    fn label(&mut self) -> Label {
        self.dice.pick(&self.labels).cloned().unwrap_or_else(|| Label::plain(Tlp::Red))
    }

    /// Moves one of the hidden cases on, or begins one.
    fn step(&mut self, world: &World, name: &str) -> Result<()> {
        let open: Vec<usize> = (0..self.flows.len())
            .filter(|at| self.flows.get(*at).is_some_and(|flow| !flow.is_over()))
            .collect();
        if open.len() < 2 {
            let plan = self.plan();
            self.flows.push(Flow::new(plan));
        }
        let at = self.dice.pick(&open).copied().unwrap_or(self.flows.len() - 1);
        let Some(flow) = self.flows.get_mut(at) else { return Ok(()) };
        flow.step(world, name).inspect_err(|_| flow.give_up())
    }

    fn plan(&mut self) -> Plan {
        let (label, second, above) = (self.label(), self.label(), self.label());
        let dice = &mut self.dice;
        let name = dice.pick(&words::SEEN_NAMES).copied().unwrap_or_default();
        let texts = [
            format!("{} {name} was named.", words::sentence(dice, 20)),
            format!("{} {}", words::sentence(dice, 20), words::HIDDEN_NAMES.join(", ")),
        ];
        let mut sentences = vec![
            (words::sentence(dice, 8), above),
            (words::sentence(dice, 8), Label::plain(Tlp::Amber).releasable_to("CORVUS")),
            (words::sentence(dice, 8), Label::clear()),
            (words::sentence(dice, 8), Label::plain(Tlp::Red).releasable_to(&self.other)),
        ];
        // Sometimes nothing in the warning is restricted by itself, and only its case is.
        if dice.chance_pct(30) {
            sentences = vec![(words::sentence(dice, 8), Label::clear())];
        }
        Plan {
            label,
            second,
            texts,
            subject: words::sentence(dice, 3),
            reasons: words::sentence(dice, 5),
            sentences,
            audiences: ["CORVUS", &self.other, "STAFF"].map(str::to_owned).to_vec(),
            asked: "CORVUS".to_owned(),
            is_late: false,
            dice: Dice::new(dice.roll()),
        }
    }

    fn register(&mut self, world: &World, name: &str) -> Result<Id> {
        let label = self.label();
        let names = [self.dice.pick(&words::HIDDEN_NAMES).copied().unwrap_or_default().to_owned()];
        let new = register::NewSubject {
            kind: "person",
            names: &names,
            category: "informer",
            tier: "T4",
            purpose: "spoke to us",
            label,
        };
        let keeper = world.cleared("Keeper", Role::CaseOfficer);
        world.act(name, |tx| register::add(tx, &keeper, &world.node.sealer, &new))
    }

    fn receive(&mut self, world: &World, name: &str) -> Result<()> {
        let Some(label) = self.dice.pick(&self.plain).cloned() else { return Ok(()) };
        let text = words::sentence(&mut self.dice, 9);
        let id = format!("M-HIDDEN{}X{}", self.side, self.count);
        take_warning(world, name, "CORVUS", &id, &text, &label)?;
        let question = format!("M-ASKED{}X{}", self.side, self.count);
        take_question(world, &format!("{name}q"), "CORVUS", &question, &text, &label)?;
        let liaison = world.cleared("Liaison", Role::Liaison);
        let all = world.node.db.read(|tx| inbound::list(tx, &liaison))?.into_inner();
        let Some(got) = all.iter().find(|found| found.message == id) else { return Ok(()) };
        let signer = world.node.signer();
        let answer = |tx: &mut aldis::db::Tx<'_>| {
            inbound::answer(tx, &liaison, signer, &got.id, Answer::DoNotAccept, "we know better")
        };
        world.act(&format!("{name}a"), answer)
    }

    /// Ties a report the viewer may see to a case he may not.
    fn tie_seen_report(&self, world: &World, name: &str, seen: &Flow) -> Result<()> {
        let case = self.case().ok_or(Error::NotFound)?;
        let report = seen.reports.last().ok_or(Error::NotFound)?;
        let analyst = world.cleared("Analyst", Role::Analyst);
        world.act(name, |tx| case::link(tx, &analyst, case, report, case::Relation::Basis))
    }

    /// Ties a report the viewer may not see to a case he may.
    fn tie_hidden_report(&mut self, world: &World, name: &str, seen: &Flow) -> Result<()> {
        let case = seen.case.clone().ok_or(Error::NotFound)?;
        let report = self.report().ok_or(Error::NotFound)?.clone();
        let both = [case::Relation::Context, case::Relation::Statement];
        let relation = self.dice.pick(&both).copied().unwrap_or(case::Relation::Context);
        let analyst = world.cleared("Analyst", Role::Analyst);
        world.act(name, |tx| case::link(tx, &analyst, &case, &report, relation))
    }

    /// Writes a hidden brief after everything else.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if the store fails.
    pub fn late(&mut self, world: &World, round: &str) -> Result<()> {
        if self.count == 0 || self.dice.chance_pct(30) {
            return Ok(());
        }
        let label = self.label();
        extras::write(world, &format!("hidden late {} {round}", self.side), &label, &mut self.dice)
    }

    /// Does what stands beside the way of a report, about a hidden case: also about somebody whom the viewer
    /// knows.
    fn beside(&mut self, world: &World, name: &str) -> Result<()> {
        let label = self.label();
        let hidden =
            if self.dice.chance_pct(50) { self.register(world, &format!("{name}r")).ok() } else { None };
        let flow = self.flows.iter().find(|flow| flow.case.is_some()).ok_or(Error::NotFound)?;
        let about = About::flow(label, flow, hidden.or_else(|| self.open.clone()), "CORVUS");
        extras::act(world, name, &about, &mut self.dice)
    }

    fn confirm(&mut self, world: &World, name: &str) -> Result<()> {
        let report = self.report().ok_or(Error::NotFound)?.clone();
        let analyst = world.cleared("Analyst", Role::Analyst);
        let graded = graded(self.dice.pick(&["A2", "B3", "D4"]).copied().unwrap_or("F6"), "compared")?;
        world.act(name, |tx| gather::open(tx, &analyst, &report))?;
        world.act(&format!("{name}g"), |tx| grade::grade(tx, &analyst, &report, &graded))
    }

    /// Adds a person at risk as an audience.
    fn new_audience(&mut self, world: &World, name: &str) -> Result<()> {
        let keeper = world.cleared("Keeper", Role::CaseOfficer);
        let who = self.register(world, &format!("{name}r"))?.to_string();
        let new = partners::NewAudience {
            name: &who,
            title: &who,
            ladder: Ladder::Person,
            org: &who,
            ceiling: Tlp::Red,
            channel: "hand",
            address: "",
            language: "en",
        };
        world.act(name, |tx| partners::add_audience(tx, &keeper, &new)).map(|_| ())
    }

    fn case(&self) -> Option<&Id> {
        self.flows.iter().find_map(|flow| flow.case.as_ref())
    }

    fn report(&mut self) -> Option<&Id> {
        let reports: Vec<&Id> = self.flows.iter().flat_map(|flow| &flow.reports).collect();
        let at = self.dice.below(reports.len());
        reports.get(at).copied()
    }
}
