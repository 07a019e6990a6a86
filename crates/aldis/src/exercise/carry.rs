//! The steps of those who carry a warning and of those who answer it.

use super::play::Play;
use super::steps::Act;
use crate::ctx::Ctx;
use crate::desk::deliver::{Reply, Statement};
use crate::desk::{acknowledge, deliver, escalate, inbound};
use crate::error::{Error, Result};
use crate::node::Node;
use aldis_model::Id;
use aldis_model::answer::Answer;
use aldis_model::task::Task;

impl Play<'_> {
    pub(super) fn act_on_delivery(&mut self, node: &Node, ctx: &Ctx, act: &Act) -> Result<()> {
        match act {
            Act::Hand { delivery, statement, place, witness, handed_at, answer, said } => {
                let id = self.named(delivery)?;
                let (place, witness) = (place.as_deref(), witness.as_deref());
                let answer = answer.as_deref().map(answer_named).transpose()?;
                let reply = answer.map(|answer| Reply { answer, words: said });
                let statement = Statement { words: statement, at: *handed_at, place, witness, reply };
                node.db.write(|tx| deliver::by_hand(tx, ctx, &id, &statement))
            }
            Act::Retry { delivery } => {
                let id = self.named(delivery)?;
                node.db.write(|tx| deliver::retry(tx, ctx, &id, None))
            }
            Act::Told { delivery, answer, note, said_by } => {
                let id = self.named(delivery)?;
                let answer = answer_named(answer)?;
                let said = acknowledge::Said {
                    answer,
                    note,
                    by: said_by,
                    at: ctx.now,
                    key_id: None,
                    text_hash: None,
                    evidence: None,
                };
                node.db.write(|tx| acknowledge::told(tx, ctx, &id, &said))
            }
            Act::AnswerLink { delivery, answer, note } => {
                let token = node.sealer.link_token(&self.named(delivery)?);
                let answer = answer_named(answer)?;
                node.db.write(|tx| acknowledge::on_page(tx, ctx, &token, answer, note))
            }
            Act::OpenInbound { nth } => {
                let id = self.inbound(node, ctx, *nth)?;
                node.db.write(|tx| inbound::open(tx, ctx, &id))
            }
            Act::AnswerInbound { nth, answer, note } => {
                let (id, answer) = (self.inbound(node, ctx, *nth)?, answer_named(answer)?);
                node.db.write(|tx| inbound::answer(tx, ctx, node.signer(), &id, answer, note))
            }
            Act::Settle { delivery, kind, decision } => {
                let id = self.named(delivery)?;
                let kind = Task::find(kind).ok_or_else(|| Error::refused("there is no such task"))?;
                node.db.write(|tx| acknowledge::settle(tx, ctx, &id, kind, decision))
            }
            Act::DecideLapse { warning, decision, reason } => {
                let id = self.named(warning)?;
                node.db.write(|tx| escalate::decide_lapse(tx, ctx, &id, decision, reason))
            }
            Act::DecidePublic { warning, decision, reason } => {
                let id = self.named(warning)?;
                node.db.write(|tx| escalate::decide_public(tx, ctx, &id, decision, reason))
            }
            _ => Ok(()),
        }
    }

    /// Finds the nth warning a node received, from 1; the last one if no number is given.
    fn inbound(&self, node: &Node, ctx: &Ctx, nth: Option<usize>) -> Result<Id> {
        let newest_first = node.db.read(|tx| inbound::list(tx, ctx))?.into_inner();
        let at = nth.map_or(Some(0), |nth| newest_first.len().checked_sub(nth));
        let found = at.and_then(|at| newest_first.get(at));
        found.map(|inbound| inbound.id.clone()).ok_or_else(|| Error::refused("no such warning was received"))
    }
}

fn answer_named(word: &str) -> Result<Answer> {
    Answer::find(word)
        .ok_or_else(|| Error::refused("an answer is read, call_me, do_not_accept, not_me or acted"))
}
