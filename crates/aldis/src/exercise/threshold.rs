//! The steps between a report and a decision: where it is from, what bears the threshold, who read it.

use super::check::Failure;
use super::play::Play;
use super::steps::{Act, Expect, Step};
use crate::ctx::Ctx;
use crate::desk::elements::{self, Stated};
use crate::desk::expedite::{self, Expedited};
use crate::desk::provenance::{self, NewTie};
use crate::desk::suspects::{self, NewSuspect};
use crate::desk::{case, grade, reading, sources, threat};
use crate::error::{Error, Result};
use crate::node::Node;
use aldis_model::Id;
use aldis_model::provenance::Tie;
use aldis_model::scale::Descriptor;
use std::str::FromStr;

impl Play<'_> {
    pub(super) fn act_on_source(&mut self, node: &Node, ctx: &Ctx, act: &Act) -> Result<()> {
        match act {
            Act::Tie { report, upstream, relation, why } => {
                let (id, up) = (self.named(report)?, self.named(upstream).ok());
                let relation: Tie = word(relation)?;
                let name = if up.is_some() { "" } else { upstream.as_str() };
                let new = NewTie { upstream: up.as_ref(), name, relation, why };
                node.db.write(|tx| provenance::tie(tx, ctx, &id, &new)).map(|_| ())
            }
            Act::DecideTie { report, upstream, confirm, reason } => {
                let (id, up) = (self.named(report)?, self.named(upstream)?);
                let ties = node.db.read(|tx| provenance::of_report(tx, ctx, &id))?.into_inner();
                let open =
                    |tied: &provenance::Tied| tied.upstream.as_ref() == Some(&up) && tied.decided.is_none();
                let tie = ties.into_iter().find(open).ok_or(Error::NotFound)?.id;
                node.db.write(|tx| provenance::decide(tx, ctx, &tie, *confirm, reason))
            }
            Act::ImportGrade { report, scale, code, reasons } => {
                let (id, scale) = (self.named(report)?, word(scale)?);
                node.db.write(|tx| grade::import(tx, ctx, &id, scale, code, reasons))
            }
            Act::DescribeSource { report, factors } => {
                let id = self.named(report)?;
                let factors = factors.iter().map(|(factor, says)| Ok((word(factor)?, says.clone())));
                let descriptor = Descriptor::of(factors.collect::<Result<Vec<_>>>()?);
                node.db.write(|tx| sources::describe(tx, ctx, &id, &descriptor))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn act_on_threshold(&mut self, node: &Node, ctx: &Ctx, act: &Act) -> Result<()> {
        match act {
            Act::StateElement { duty, element, finding, report, quoted, statement } => {
                let id = self.named(duty)?;
                let report = report.as_ref().map(|name| self.named(name)).transpose()?;
                let stated =
                    Stated { element: word(element)?, finding, report: report.as_ref(), quoted, statement };
                node.db.write(|tx| elements::state(tx, ctx, &id, &stated)).map(|_| ())
            }
            Act::SetTtl { duty, ttl, reasons } => {
                let (id, ttl) = (self.named(duty)?, word(ttl)?);
                node.db.write(|tx| threat::set_ttl(tx, ctx, &id, ttl, reasons))
            }
            Act::AskSecondReader { duty, reasons } => {
                let id = self.named(duty)?;
                node.db.write(|tx| reading::ask(tx, ctx, &id, reasons))
            }
            Act::SecondRead { duty, agrees, reasons } => {
                let id = self.named(duty)?;
                node.db.write(|tx| reading::second(tx, ctx, &id, *agrees, reasons)).map(|_| ())
            }
            Act::Suspect { case, name, likelihood, chain, reasons } => {
                let id = self.named(case)?;
                let chain = chain.iter().map(|name| self.named(name)).collect::<Result<Vec<_>>>()?;
                let likelihood = likelihood.parse().map_err(Error::refused)?;
                let name = self.stage.cover(name);
                let new = NewSuspect { name: &name, likelihood, chain: &chain, reasons };
                node.db.write(|tx| suspects::name(tx, ctx, &id, &new)).map(|_| ())
            }
            Act::Expedite { duty, reason, tried, subject, text, audience, approver, r#as } => {
                let id = self.named(duty)?;
                let sent = Expedited {
                    reason: reason.clone(),
                    tried: tried.iter().map(|tried| (tried.who.clone(), tried.at)).collect(),
                    subject: subject.clone(),
                    text: text.clone(),
                    audience: self.stage.cover(audience),
                    approver: approver.clone(),
                };
                let made = node.db.write(|tx| expedite::expedite(tx, ctx, &node.sealer, &id, &sent))?;
                self.call(r#as, made.1);
                Ok(())
            }
            Act::Ratify { duty, result, reasons } => {
                let (id, result) = (self.named(duty)?, word(result)?);
                node.db.write(|tx| expedite::ratify(tx, ctx, &id, result, reasons))
            }
            _ => Ok(()),
        }
    }

    /// Checks where reports go back to, and what the machine suggests about a duty.
    pub(super) fn expect_threshold(
        &mut self,
        step: &Step,
        expect: &Expect,
        node: &Node,
        ctx: &Ctx,
    ) -> Result<()> {
        let reports = match (&expect.report, &expect.case) {
            (Some(name), _) => vec![self.named(name)?],
            (None, Some(name)) => {
                let id = self.named(name)?;
                let linked = node.db.read(|tx| case::reports(tx, ctx, &id))?.into_inner();
                linked
                    .into_iter()
                    .filter(|linked| linked.relation == "basis")
                    .map(|linked| linked.report)
                    .collect()
            }
            _ => Vec::new(),
        };
        if expect.independent.is_some() || expect.roots.is_some() {
            let found = node.db.read(|tx| provenance::origins(tx, ctx, &reports))?.into_inner();
            let roots: std::collections::BTreeSet<_> = found.roots.values().flatten().collect();
            self.holds(step, "independent origins", expect.independent.as_ref(), &found.independent);
            self.holds(step, "origins at the end of all ties", expect.roots.as_ref(), &roots.len());
        }
        if let (Some(up), Some(report)) = (&expect.rests_on, reports.first()) {
            let up: Id = self.named(up)?;
            let ties = node.db.read(|tx| provenance::of_report(tx, ctx, report))?.into_inner();
            let tied = ties.iter().any(|tied| tied.upstream.as_ref() == Some(&up));
            self.holds(step, "it rests on that report", Some(&true), &tied);
        }
        self.expect_opinion(step, expect, node, ctx)?;
        let Some(duty) = &expect.duty else { return Ok(()) };
        if expect.suggested_credible.is_some() || expect.suggested_ttl.is_some() {
            let id = self.named(duty)?;
            let found = node.db.read(|tx| elements::of_duty(tx, ctx, &id))?.into_inner();
            let (credible, ttl) = (found.suggested_credible, found.suggested_ttl.unwrap_or_default());
            self.holds(step, "suggested: credible", expect.suggested_credible.as_ref(), &credible);
            self.holds(step, "suggested: threat to life", expect.suggested_ttl.as_ref(), &ttl);
        }
        Ok(())
    }

    pub(super) fn holds<T: PartialEq + std::fmt::Debug>(
        &mut self,
        step: &Step,
        what: &str,
        expected: Option<&T>,
        found: &T,
    ) {
        let Some(expected) = expected else { return };
        self.checked += 1;
        if expected != found {
            let says = format!("{what}: expected {expected:?}, found {found:?}");
            self.failures.push(Failure { step: step.number, says, bytes: String::new() });
        }
    }
}

pub(super) fn word<T: FromStr>(text: &str) -> Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    text.parse().map_err(Error::refused)
}
