//! The steps of those who protect somebody, and what a scenario expects of the danger.

use super::check::watcher;
use super::format::{ExpectedCalc, ExpectedRisk};
use super::play::Play;
use super::steps::{Act, Expect, Step};
use crate::ctx::Ctx;
use crate::desk::danger::{self, Known};
use crate::desk::measures::{self, NewMeasure};
use crate::desk::{identity, lists, protectors, register};
use crate::error::{Error, Result};
use crate::node::Node;
use aldis_model::Id;
use aldis_model::measure::Status;
use aldis_model::risk::{self, Inputs};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

impl Play<'_> {
    pub(super) fn act_on_protection(&mut self, node: &Node, ctx: &Ctx, act: &Act) -> Result<()> {
        match act {
            Act::RateDanger { subject, case, impact, factors, events } => {
                let (subject, case) = (self.subject(subject)?, self.case_named(case.as_deref())?);
                let known = Known { case: case.as_ref(), impact, factors, events };
                node.db.write(|tx| danger::rate(tx, ctx, &subject, &known)).map(|_| ())
            }
            Act::SetTier { subject, case, tier, reasons } => {
                let (subject, case) = (self.subject(subject)?, self.case_named(case.as_deref())?);
                let tier = tier.parse().map_err(Error::refused)?;
                node.db.write(|tx| danger::set_tier(tx, ctx, &subject, case.as_ref(), tier, reasons))
            }
            Act::Protector { subject, audience, basis } => {
                let (subject, audience) = (self.subject(subject)?, self.stage.cover(audience));
                node.db.write(|tx| protectors::name(tx, ctx, &subject, &audience, basis)).map(|_| ())
            }
            Act::Measure { subject, case, measure, owner, reasons, r#as } => {
                let (subject, case) = (self.subject(subject)?, self.case_named(case.as_deref())?);
                let new = NewMeasure { measure, case: case.as_ref(), owner, reasons };
                let made = node.db.write(|tx| measures::propose(tx, ctx, &subject, &new))?;
                self.call(r#as, made);
                Ok(())
            }
            Act::ChangeMeasure { measure, status, words } => {
                let id = self.named(measure)?;
                let status = Status::find(status)
                    .ok_or_else(|| Error::Refused(format!("{status:?} is not a status of a measure")))?;
                node.db.write(|tx| measures::change(tx, ctx, &id, status, words))
            }
            Act::AskName { subject, case, reason, r#as } => {
                let (subject, case) = (self.subject(subject)?, self.case_named(case.as_deref())?);
                let made = node.db.write(|tx| identity::ask(tx, ctx, &subject, case.as_ref(), reason))?;
                self.call(r#as, made);
                Ok(())
            }
            Act::DecideName { opening, agrees, words } => {
                let id = self.named(opening)?;
                node.db.write(|tx| identity::decide(tx, ctx, &id, *agrees, words))
            }
            Act::ReadName { opening } => {
                let id = self.named(opening)?;
                node.db.write(|tx| identity::read(tx, ctx, &node.sealer, &id)).map(|_| ())
            }
            Act::TellList { list, how } => {
                let id = self.named(list)?;
                node.db.write(|tx| lists::told(tx, ctx, &id, how)).map(|_| ())
            }
            Act::ReviewList { list, words } => {
                let id = self.named(list)?;
                node.db.write(|tx| lists::review(tx, ctx, &id, words))
            }
            _ => Ok(()),
        }
    }

    /// Checks the tier of somebody and what is done.
    pub(super) fn expect_protection(
        &mut self,
        step: &Step,
        expect: &Expect,
        node: &Node,
        ctx: &Ctx,
    ) -> Result<()> {
        let Some(name) = &expect.subject else { return Ok(()) };
        let id = self.subject(name)?;
        let found = node.db.read(|tx| register::find(tx, ctx, &id))?.into_inner();
        self.holds(step, &format!("tier of {name}"), expect.tier.as_ref(), &found.tier);
        let list = node.db.read(|tx| measures::of_subject(tx, ctx, &id))?.into_inner();
        for (measure, status) in &expect.measures {
            let last = list.iter().rfind(|one| one.measure == *measure).map(|one| one.status.clone());
            self.holds(
                step,
                &format!("{measure} for {name}"),
                Some(status),
                &last.unwrap_or_else(|| "nothing".to_owned()),
            );
        }
        Ok(())
    }

    /// Checks that the desk rated each of these people by these inputs, and that the rating is the expected one.
    pub(super) fn check_risk(&mut self, expected: &ExpectedRisk) -> Result<()> {
        let here = self.exercise.people.get(&expected.who).unwrap_or(&expected.who).clone();
        for who in here.split(',').map(str::trim) {
            self.check_risk_of(who, &expected.calc)?;
        }
        Ok(())
    }

    fn check_risk_of(&mut self, who: &str, calc: &ExpectedCalc) -> Result<()> {
        self.checked += 1;
        let Ok(id) = self.subject(who) else {
            self.fail(0, format!("{who:?}, whose danger is expected, is nobody in the register"));
            return Ok(());
        };
        let (impact, factors, events) = inputs(&calc.inputs)?;
        let read = Inputs::read(&impact, &factors, &events).map_err(Error::refused)?;
        let rated = risk::rate(&read);
        for (name, value) in &calc.expect {
            self.checked += 1;
            let found = match name.as_str() {
                "threat" => rated.threat.into(),
                "net_exposure" => Value::from(f64::from(rated.net_exposure_pct) / 100.0),
                "exposure" => rated.exposure.into(),
                "likelihood" => rated.likelihood.into(),
                "risk" => rated.risk.into(),
                "suggested_tier" => rated.suggested.as_str().into(),
                "why" => rated.why.clone().into(),
                _ => Value::Null,
            };
            if found != *value {
                self.fail(0, format!("danger of {who}: {name} is {found}, not {value}"));
            }
        }
        let node = self.stage.node(&self.exercise.desk)?;
        let ctx = watcher(&node);
        let kept = node.db.read(|tx| danger::of_subject(tx, &ctx, &id))?.into_inner();
        let same = |one: &danger::Danger| {
            let given = serde_json::from_str::<BTreeMap<String, u8>>(&one.factors);
            given.is_ok_and(|given| given == factors)
                && one.impact == impact
                && one.suggested == rated.suggested.as_str()
        };
        if !kept.iter().any(same) {
            self.fail(0, format!("the desk did not rate {who} by these inputs"));
        }
        Ok(())
    }

    /// Finds a register entry by its alias.
    pub(super) fn subject(&self, alias: &str) -> Result<Id> {
        Ok(self.stage.cover(alias).parse()?)
    }

    fn case_named(&self, name: Option<&str>) -> Result<Option<Id>> {
        name.map(|name| self.named(name)).transpose()
    }
}

/// Takes the inputs of a scenario apart.
fn inputs(given: &Map<String, Value>) -> Result<(String, BTreeMap<String, u8>, Vec<String>)> {
    let wrong = || Error::refused("the inputs of a danger are impact, factors from 0 to 4, and events");
    let (mut impact, mut factors, mut events) = (String::new(), BTreeMap::new(), Vec::new());
    for (name, value) in given {
        match (name.as_str(), value) {
            ("impact", Value::String(word)) => impact.clone_from(word),
            ("events", Value::Array(all)) => {
                events.extend(all.iter().filter_map(Value::as_str).map(str::to_owned));
            }
            (_, Value::Number(number)) => {
                let number = number.as_u64().and_then(|number| u8::try_from(number).ok());
                factors.insert(name.clone(), number.ok_or_else(wrong)?);
            }
            _ => return Err(wrong()),
        }
    }
    Ok((impact, factors, events))
}
