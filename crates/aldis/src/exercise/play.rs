//! Performs an exercise step by step, moving the clock and letting the machines work in between.

use super::check::{self, Failure};
use super::format::{Exercise, Input};
use super::obtain::Obtained;
use super::stage::Stage;
use super::steps::{Act, Step};
use super::{OfCase, Outcome};
use crate::ctx::Ctx;
use crate::desk::case::Relation;
use crate::desk::compose::{Draft, Sentence};
use crate::desk::release::Purpose;
use crate::desk::{
    case, compose, consent, determine, gather, grade, lists, office, questions, release, review, screen,
    timers,
};
use crate::error::{Error, Result};
use crate::exchange::worker;
use crate::node::Node;
use crate::outbox;
use aldis_model::{Id, Time};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An exercise being played.
pub(super) struct Play<'a> {
    pub(super) exercise: &'a Exercise,
    pub(super) stage: Stage,
    pub(super) obtained: Obtained,
    pub(super) failures: Vec<Failure>,
    pub(super) checked: usize,
    steps: Vec<Step>,
    /// What steps called `as`, and inputs by their id.
    names: BTreeMap<String, Id>,
    now: Time,
    next_input: usize,
}

impl<'a> Play<'a> {
    pub(super) fn prepare(exercise: &'a Exercise) -> Result<Self> {
        Ok(Self {
            exercise,
            stage: Stage::set(exercise)?,
            obtained: Obtained::new()?,
            failures: Vec::new(),
            checked: 0,
            steps: exercise.acts()?,
            names: BTreeMap::new(),
            now: exercise.start,
            next_input: 0,
        })
    }

    pub(super) fn perform(&mut self, tell: &mut dyn FnMut(&str)) -> Result<()> {
        for step in std::mem::take(&mut self.steps) {
            self.move_to(step.at.unwrap_or(self.now), tell)?;
            tell(&describe(self.now, &step));
            self.step(&step)?;
            // An expectation changes nothing, so there is nothing new to collect.
            if !matches!(step.act, Act::Expect(_)) {
                self.settle()?;
            }
        }
        self.check_whole_scenario()
    }

    pub(super) fn outcome(&self) -> Outcome {
        Outcome {
            schema: "aldis.exercise-outcome/1",
            id: self.exercise.id.clone(),
            steps: self.exercise.steps.len(),
            checked: self.checked,
            obtained: self.obtained.count(),
            failures: self.failures.clone(),
            cases: Vec::new(),
        }
    }

    /// Asks the record of every case that was opened, in the order of their names.
    pub(super) fn cases(&self) -> Result<Vec<OfCase>> {
        let mut all = Vec::new();
        for (name, node) in &self.stage.nodes {
            let ctx = check::watcher(node);
            let cases = node.db.read(|tx| case::list(tx, &ctx))?.into_inner();
            for found in cases {
                let timeline = node.db.read(|tx| review::timeline(tx, &ctx, &found.id, None))?;
                let answers = questions::answer(timeline.get());
                all.push(OfCase { node: name.clone(), case: found.id, answers });
            }
        }
        Ok(all)
    }

    pub(super) fn everything(&self, audience: &str) -> Vec<(String, Vec<u8>)> {
        self.obtained.everything(audience)
    }

    /// Moves the clock, letting arrive what arrives and fire what is due on the way.
    fn move_to(&mut self, target: Time, tell: &mut dyn FnMut(&str)) -> Result<()> {
        loop {
            let input = self.exercise.inputs.get(self.next_input).filter(|input| input.t <= target);
            let machine = self.next_machine_time()?.filter(|at| *at <= target && *at > self.now);
            match (input, machine) {
                (Some(input), at) if at.is_none_or(|at| input.t <= at) => {
                    let input = input.clone();
                    self.next_input += 1;
                    self.set_clock(input.t.max(self.now));
                    tell(&format!("{}  {} arrives from {}", self.now.minute(), input.id, input.from));
                    self.take_in(&input)?;
                }
                (_, Some(at)) => self.set_clock(at),
                _ => break,
            }
            self.settle()?;
        }
        if target > self.now {
            self.set_clock(target);
            self.settle()?;
        }
        Ok(())
    }

    fn set_clock(&mut self, to: Time) {
        self.now = to;
        self.stage.clock.set(to);
    }

    /// Says when the next timer or piece of work is due on any node.
    fn next_machine_time(&self) -> Result<Option<Time>> {
        let mut next: Option<Time> = None;
        for node in self.stage.nodes.values() {
            let due = node.db.read(|tx| Ok([timers::next_at(tx)?, outbox::next_at(tx)?]))?;
            let later = due.into_iter().flatten().map(|at| at.max(self.now.plus(1)));
            next = later.chain(next).min();
        }
        Ok(next)
    }

    /// Lets all machines work until nothing is due, then collects what each audience can obtain.
    fn settle(&mut self) -> Result<()> {
        for _ in 0..ROUNDS_MAX {
            let mut done = 0;
            for node in self.stage.nodes.values() {
                done += worker::run_due(node)?;
            }
            if done == 0 {
                break;
            }
        }
        self.obtained.collect(self.exercise, &self.stage)
    }

    fn take_in(&mut self, input: &Input) -> Result<()> {
        if input.kind == "clock" {
            return Ok(());
        }
        let source = self.exercise.sources.get(&input.from).cloned().unwrap_or_default();
        let node = self.stage.node(source.node.as_deref().unwrap_or(&self.exercise.desk))?;
        if input.kind == "list" {
            return self.take_in_list(&node, input);
        }
        let channel = match input.channel.as_str() {
            channel @ ("manual" | "feed" | "mail" | "file" | "node") => channel,
            "e-mail" => "mail",
            "federation" | "STIX" => "node",
            _ => "manual",
        };
        let incoming = gather::Incoming {
            bytes: input.text.as_bytes(),
            media_type: Some(input.media_type.as_deref().unwrap_or("text/plain")),
            channel,
            source: &input.from,
            originator: source.originator.as_deref(),
            origin: source.origin.as_deref(),
            label: if input.label.trim_matches(['-', '—', ' ']).is_empty() {
                "CLEAR"
            } else {
                &input.label
            }
            .parse()?,
        };
        let documents = gather::read(&incoming)?;
        let document = documents.first().ok_or(Error::NotFound)?;
        let ctx = node.system();
        let id = node.db.write(|tx| gather::accept(tx, &ctx, &incoming, document))?;
        self.names.insert(input.id.clone(), id);
        Ok(())
    }

    /// Takes in a list: whoever sits at the desk reads the file that came.
    fn take_in_list(&mut self, node: &Node, input: &Input) -> Result<()> {
        let plan = self.exercise.lists.get(&input.id);
        let plan =
            plan.ok_or_else(|| Error::Refused(format!("lists: the rows of {} are missing", input.id)))?;
        let (label, csv) = (input.label.parse()?, plan.csv()?);
        let ctx = node.system();
        let id = node.db.write(|tx| lists::offer(tx, &ctx, &input.from, &label, &csv))?;
        self.names.insert(input.id.clone(), id);
        Ok(())
    }

    fn step(&mut self, step: &Step) -> Result<()> {
        let done = match &step.act {
            Act::Expect(expect) => return self.expect(step, expect),
            act => self.act(step, act),
        };
        match (done, &step.refused) {
            (Ok(()), None) => Ok(()),
            (Ok(()), Some(slug)) => {
                self.fail(step.number, format!("was done, but must be refused with {slug}"));
                Ok(())
            }
            (Err(error), Some(slug)) if error.slug() == slug => {
                self.checked += 1;
                Ok(())
            }
            (Err(error), _) => {
                self.fail(step.number, format!("refused with {}: {error}", error.slug()));
                Ok(())
            }
        }
    }

    pub(super) fn fail(&mut self, step: usize, says: String) {
        self.failures.push(Failure { step, says, bytes: String::new() });
    }

    /// Finds what a step or an input was called.
    pub(super) fn named(&self, name: &str) -> Result<Id> {
        match self.names.get(name) {
            Some(id) => Ok(id.clone()),
            None => name.parse().map_err(|_| Error::Refused(format!("nothing is called {name:?} here"))),
        }
    }

    pub(super) fn call(&mut self, name: &str, id: Id) {
        self.names.insert(name.to_owned(), id);
    }

    pub(super) fn node_of(&self, step: &Step) -> Result<Arc<Node>> {
        self.stage.node(step.node.as_deref().unwrap_or(&self.exercise.desk))
    }

    /// Puts who acts and when together.
    pub(super) fn ctx(&self, step: &Step, node: &Node) -> Result<Ctx> {
        let Some(by) = &step.by else { return Ok(node.system()) };
        let actor =
            node.db.read(|tx| office::by_name(tx, &node.config.org, by)).map_err(|error| match error {
                Error::NotFound => {
                    Error::Refused(format!("there is no officer {by:?} on {}", node.config.org))
                }
                other => other,
            })?;
        Ok(node.ctx(actor))
    }

    fn act(&mut self, step: &Step, act: &Act) -> Result<()> {
        let node = self.node_of(step)?;
        let ctx = self.ctx(step, &node)?;
        match act {
            Act::Read { .. } | Act::DecideProposal { .. } | Act::DecideHit { .. } | Act::Grade { .. } => {
                self.act_on_report(&node, &ctx, act)
            }
            Act::OpenCase { .. } | Act::Link { .. } | Act::Victim { .. } | Act::Step { .. } => {
                self.act_on_case(&node, &ctx, act)
            }
            Act::AskConsent { .. }
            | Act::AnswerConsent { .. }
            | Act::Draft { .. }
            | Act::Propose { .. }
            | Act::Approve { .. }
            | Act::Reject { .. }
            | Act::Send { .. } => self.act_on_warning(&node, &ctx, act),
            Act::AddSubject { subject } => self.stage.add_subject(&node.config.org, subject),
            Act::AddAudience { audience } => self.stage.add_audience(&node.config.org, audience),
            Act::Cut { address, down } => {
                let (name, what) = address.split_once(' ').unwrap_or((address, ""));
                let url = self.stage.nodes.get(name).map_or(name, |node| &node.config.public_url);
                self.stage.net.cut(format!("{url} {what}").trim_end(), *down);
                Ok(())
            }
            Act::Wait {} | Act::Expect(_) => Ok(()),
            Act::Tie { .. }
            | Act::DecideTie { .. }
            | Act::ImportGrade { .. }
            | Act::DescribeSource { .. } => self.act_on_source(&node, &ctx, act),
            Act::StateElement { .. }
            | Act::SetTtl { .. }
            | Act::AskSecondReader { .. }
            | Act::SecondRead { .. }
            | Act::Suspect { .. }
            | Act::Expedite { .. }
            | Act::Ratify { .. } => self.act_on_threshold(&node, &ctx, act),
            Act::Forecast { .. }
            | Act::Resolve { .. }
            | Act::Suppose { .. }
            | Act::Evidence { .. }
            | Act::Rate { .. }
            | Act::SayOpinion { .. }
            | Act::ApproveOpinion { .. }
            | Act::RejectOpinion { .. }
            | Act::WithdrawOpinion { .. } => self.act_on_opinion(&node, &ctx, act),
            Act::RateDanger { .. }
            | Act::SetTier { .. }
            | Act::Protector { .. }
            | Act::Measure { .. }
            | Act::ChangeMeasure { .. }
            | Act::AskName { .. }
            | Act::DecideName { .. }
            | Act::ReadName { .. }
            | Act::TellList { .. }
            | Act::ReviewList { .. } => self.act_on_protection(&node, &ctx, act),
            _ => self.act_on_delivery(&node, &ctx, act),
        }
    }

    fn act_on_report(&mut self, node: &Node, ctx: &Ctx, act: &Act) -> Result<()> {
        match act {
            Act::Read { report } => {
                let id = self.named(report)?;
                node.db.write(|tx| gather::open(tx, ctx, &id))
            }
            Act::DecideProposal { report, quoted, accept } => {
                let id = self.named(report)?;
                let proposals = node.db.read(|tx| gather::proposals(tx, ctx, &id))?.into_inner();
                let found = proposals.into_iter().find(|proposal| proposal.quoted == *quoted);
                let proposal = found.ok_or(Error::NotFound)?.id;
                node.db.write(|tx| gather::decide(tx, ctx, &proposal, *accept))
            }
            Act::DecideHit { report, subject, confirm, reason } => {
                let (id, cover) = (self.named(report)?, self.stage.cover(subject));
                let hits = node.db.read(|tx| screen::hits(tx, ctx, &id))?.into_inner();
                let open = hits.into_iter().filter(|hit| hit.subject == cover && hit.decided.is_none());
                let open: Vec<_> = open.collect();
                if open.is_empty() {
                    return Err(Error::NotFound);
                }
                open.iter().try_for_each(|hit| {
                    node.db.write(|tx| screen::decide(tx, ctx, &hit.id, *confirm, reason))
                })
            }
            Act::Grade { report, grade, likelihood, confidence, reasons } => {
                let id = self.named(report)?;
                let graded = grade::Graded {
                    grade: grade.parse().map_err(Error::refused)?,
                    likelihood: likelihood.as_deref().map(str::parse).transpose().map_err(Error::refused)?,
                    confidence: confidence.as_deref().map(str::parse).transpose().map_err(Error::refused)?,
                    reasons: reasons.clone(),
                };
                node.db.write(|tx| grade::grade(tx, ctx, &id, &graded))
            }
            _ => Ok(()),
        }
    }

    fn act_on_case(&mut self, node: &Node, ctx: &Ctx, act: &Act) -> Result<()> {
        match act {
            Act::OpenCase { report, title, r#as } => {
                let report = self.named(report)?;
                let id = node.db.write(|tx| case::open(tx, ctx, title, &report))?;
                self.call(r#as, id);
                Ok(())
            }
            Act::Link { case, report, relation } => {
                let (case, report) = (self.named(case)?, self.named(report)?);
                let relation = Relation::find(relation)
                    .ok_or_else(|| Error::refused("a relation is basis, context or statement"))?;
                node.db.write(|tx| case::link(tx, ctx, &case, &report, relation))
            }
            Act::Victim { case, kind, victim, r#as } => {
                let case = self.named(case)?;
                let kind = kind.parse().map_err(Error::refused)?;
                let victim = self.stage.cover(victim);
                let id = node.db.write(|tx| case::add_victim(tx, ctx, &case, kind, &victim))?;
                self.call(r#as, id);
                Ok(())
            }
            Act::Step { duty, event, fields } => {
                let duty = self.named(duty)?;
                let fields = self.translate(fields.clone().into());
                let fields = fields.as_object().cloned().unwrap_or_default();
                node.db.write(|tx| determine::act(tx, ctx, &duty, event, &fields)).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// Puts ids in place of the names of inputs, in the fields of a step.
    fn translate(&self, value: serde_json::Value) -> serde_json::Value {
        use serde_json::Value;
        match value {
            Value::String(text) => Value::String(match self.names.get(&text) {
                Some(id) => id.to_string(),
                None => self.stage.cover(&text),
            }),
            Value::Array(items) => Value::Array(items.into_iter().map(|item| self.translate(item)).collect()),
            Value::Object(map) => {
                Value::Object(map.into_iter().map(|(name, item)| (name, self.translate(item))).collect())
            }
            other => other,
        }
    }

    fn act_on_warning(&mut self, node: &Node, ctx: &Ctx, act: &Act) -> Result<()> {
        match act {
            Act::AskConsent { case, originator, audience, text, r#as } => {
                let (case, audience) = (self.named(case)?, self.stage.cover(audience));
                let id = node.db.write(|tx| consent::ask(tx, ctx, &case, originator, &audience, text))?;
                self.call(r#as, id);
                Ok(())
            }
            Act::AnswerConsent { consent, yes, words } => {
                let id = self.named(consent)?;
                node.db.write(|tx| consent::answered(tx, ctx, &id, *yes, words))
            }
            Act::Draft { duty, r#as, subject, ends_at, targeted, cap, portions } => {
                let duty = self.named(duty)?;
                let portions = portions.iter().map(|portion| {
                    let basis = portion.basis.iter().map(|name| self.named(name)).collect::<Result<_>>()?;
                    Ok(Sentence {
                        text: portion.text.clone(),
                        label: self.stage.label(&portion.label)?,
                        basis,
                        transformed: portion.transformed.clone(),
                    })
                });
                let draft = Draft {
                    subject: subject.clone(),
                    ends_at: *ends_at,
                    targeted: *targeted,
                    cap: cap.clone(),
                    portions: portions.collect::<Result<_>>()?,
                };
                let id = node.db.write(|tx| compose::draft(tx, ctx, &duty, &draft))?;
                self.call(r#as, id);
                Ok(())
            }
            Act::Propose { warning, audience, purpose, r#as } => {
                let (warning, audience) = (self.named(warning)?, self.stage.cover(audience));
                let purpose = Purpose::find(purpose)
                    .ok_or_else(|| Error::refused("a purpose is alert, update or cancel"))?;
                let id = node
                    .db
                    .write(|tx| release::propose(tx, ctx, &node.sealer, &warning, &audience, purpose))?;
                self.call(r#as, id);
                Ok(())
            }
            Act::Approve { release } => {
                let id = self.named(release)?;
                node.db.write(|tx| release::approve(tx, ctx, &node.sealer, &id))
            }
            Act::Reject { release, reason } => {
                let id = self.named(release)?;
                node.db.write(|tx| release::reject(tx, ctx, &id, reason))
            }
            Act::Send { release, not_before, r#as } => {
                let id = self.named(release)?;
                let delivery = node.db.write(|tx| release::send(tx, ctx, &node.sealer, &id, *not_before))?;
                self.call(r#as, delivery);
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn describe(now: Time, step: &Step) -> String {
    let who = step.by.as_deref().unwrap_or("-");
    let what = match &step.act {
        Act::Expect(_) => "expect".to_owned(),
        Act::Step { event, duty, .. } => format!("{event} {duty}"),
        act => {
            let debug = format!("{act:?}");
            debug.split([' ', '{']).next().unwrap_or_default().to_owned()
        }
    };
    format!("{}  {who:<10} {what}", now.minute())
}

const ROUNDS_MAX: usize = 50;
