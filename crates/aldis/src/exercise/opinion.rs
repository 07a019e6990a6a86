//! The steps of those who forecast, explain and say what they think of a partner's object.

use super::play::Play;
use super::steps::{Act, Expect, Step};
use super::threshold::word;
use crate::ctx::Ctx;
use crate::desk::board::{self, NewItem};
use crate::desk::forecasts::{self, NewForecast};
use crate::desk::opinions::{self, NewOpinion};
use crate::error::{Error, Result};
use crate::node::Node;
use aldis_wire::stix::map::View;

impl Play<'_> {
    pub(super) fn act_on_opinion(&mut self, node: &Node, ctx: &Ctx, act: &Act) -> Result<()> {
        match act {
            Act::Forecast { case, question, likelihood, yardstick, confidence, partner, reasons, r#as } => {
                let id = self.named(case)?;
                let new = NewForecast {
                    question,
                    partner: partner.as_deref(),
                    yardstick: word(yardstick)?,
                    likelihood,
                    confidence: confidence.as_deref().map(str::parse).transpose().map_err(Error::refused)?,
                    until: None,
                    reasons,
                };
                let made = node.db.write(|tx| forecasts::give(tx, ctx, &id, &new))?;
                self.call(r#as, made);
                Ok(())
            }
            Act::Resolve { forecast, outcome } => {
                let (id, outcome) = (self.named(forecast)?, word(outcome)?);
                node.db.write(|tx| forecasts::resolve(tx, ctx, &id, outcome))
            }
            Act::Suppose { case, body, r#as } => {
                let id = self.named(case)?;
                let made = node.db.write(|tx| board::suppose(tx, ctx, &id, body))?;
                self.call(r#as, made);
                Ok(())
            }
            Act::Evidence { case, body, report, claimed, r#as } => {
                let id = self.named(case)?;
                let report = report.as_ref().map(|name| self.named(name)).transpose()?;
                let new = NewItem { body, report: report.as_ref(), claimed, file: None };
                let made = node.db.write(|tx| board::add(tx, ctx, &id, &new))?;
                self.call(r#as, made);
                Ok(())
            }
            Act::Rate { hypothesis, evidence, rating } => {
                let (one, item) = (self.named(hypothesis)?, self.named(evidence)?);
                let rating = word(rating)?;
                node.db.write(|tx| board::rate(tx, ctx, &one, &item, rating))
            }
            Act::SayOpinion { report, audience, object, view, explanation, label, r#as } => {
                let id = self.named(report)?;
                let view = View::find(view).ok_or_else(|| Error::refused("there is no such view"))?;
                let new = NewOpinion {
                    report: &id,
                    audience,
                    object: object.as_deref(),
                    view,
                    explanation,
                    label: label.parse()?,
                };
                let made = node.db.write(|tx| opinions::propose(tx, ctx, &node.sealer, &new))?;
                self.call(r#as, made);
                Ok(())
            }
            Act::ApproveOpinion { opinion } => {
                let id = self.named(opinion)?;
                node.db.write(|tx| opinions::approve(tx, ctx, &node.sealer, &id))
            }
            Act::RejectOpinion { opinion, reason } => {
                let id = self.named(opinion)?;
                node.db.write(|tx| opinions::reject(tx, ctx, &id, reason))
            }
            Act::WithdrawOpinion { opinion, reason } => {
                let id = self.named(opinion)?;
                node.db.write(|tx| opinions::withdraw(tx, ctx, &id, reason))
            }
            _ => Ok(()),
        }
    }

    /// Checks how many forecasts stand side by side, and what all ratings count against a hypothesis.
    pub(super) fn expect_opinion(
        &mut self,
        step: &Step,
        expect: &Expect,
        node: &Node,
        ctx: &Ctx,
    ) -> Result<()> {
        let Some(case) = &expect.case else { return Ok(()) };
        let id = self.named(case)?;
        if expect.forecasts.is_some() {
            let found = node.db.read(|tx| forecasts::of_case(tx, ctx, &id))?.into_inner().len();
            self.holds(step, "forecasts side by side", expect.forecasts.as_ref(), &found);
        }
        let Some(name) = &expect.hypothesis else { return Ok(()) };
        let hypothesis = self.named(name)?;
        let found = node.db.read(|tx| board::of_case(tx, ctx, &id))?.into_inner();
        let one = found.hypotheses.iter().find(|one| one.id == hypothesis).ok_or(Error::NotFound)?;
        let against: u32 = one.inconsistency.values().sum();
        self.holds(step, "what speaks against it", expect.against.as_ref(), &against);
        Ok(())
    }
}
