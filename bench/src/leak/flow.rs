//! One case from its report to its answers, an act at a time.

use super::words;
use super::world::World;
use crate::dice::Dice;
use aldis::ctx::Ctx;
use aldis::desk::compose::{self, CapDraft, Draft, Sentence};
use aldis::desk::release::{self, Purpose};
use aldis::desk::{acknowledge, case, consent, deliver, determine, escalate, gather, grade, screen};
use aldis::error::{Error, Result};
use aldis_model::answer::Answer;
use aldis_model::duty::VictimKind;
use aldis_model::role::Role;
use aldis_model::task::Task;
use aldis_model::{Id, Label};
use serde_json::json;

/// What a case is about and who is told of it.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The label of the first report, which the case takes over.
    pub label: Label,
    /// The label of the second one.
    pub second: Label,
    /// The texts of the two reports.
    pub texts: [String; 2],
    /// The line above every version.
    pub subject: String,
    /// Why the threshold is met.
    pub reasons: String,
    /// The sentences with their labels.
    pub sentences: Vec<(String, Label)>,
    /// The audiences, by name.
    pub audiences: Vec<String>,
    /// Whom an originator is asked about.
    pub asked: String,
    /// Whether the second report joins the case only when the versions have left.
    pub is_late: bool,
    /// What is decided on the way.
    pub dice: Dice,
}

/// A case on its way.
pub struct Flow {
    plan: Plan,
    stage: usize,
    /// Its reports.
    pub reports: Vec<Id>,
    /// The case, once it is open.
    pub case: Option<Id>,
    /// The duty, once somebody is named.
    pub duty: Option<Id>,
    /// The warning, once it is written.
    pub warning: Option<Id>,
    releases: Vec<Id>,
    /// What was sent: the audience and the delivery.
    pub sent: Vec<(String, Id)>,
}

impl Flow {
    /// Begins a case that nobody has heard of yet.
    pub const fn new(plan: Plan) -> Self {
        Self {
            plan,
            stage: 0,
            reports: Vec::new(),
            case: None,
            duty: None,
            warning: None,
            releases: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// Says whether there is nothing left to do.
    pub const fn is_over(&self) -> bool {
        self.stage >= STAGES
    }

    /// Gives the case up where it is.
    pub const fn give_up(&mut self) {
        self.stage = STAGES;
    }

    /// Does the next act under a name of its own.
    ///
    /// # Errors
    ///
    /// Whatever the verb gives.
    pub fn step(&mut self, world: &World, name: &str) -> Result<()> {
        let stage = self.stage;
        self.stage += 1;
        let analyst = world.cleared("Analyst", Role::Analyst);
        let senior = world.cleared("Senior", Role::Senior);
        match stage {
            0 => self.take_in(world, name, 0),
            1 => self.take_in(world, name, 1),
            2 => world.act(name, |tx| gather::open(tx, &analyst, self.report(0)?)),
            3 => self.read(world, name, &analyst),
            4 => self.grade(world, name, &analyst),
            5 => {
                let title = self.plan.subject.clone();
                let report = self.report(0)?.clone();
                self.case = Some(world.act(name, |tx| case::open(tx, &analyst, &title, &report))?);
                Ok(())
            }
            6 if self.plan.is_late => Ok(()),
            6 => self.link(world, name, &analyst),
            7 => {
                let case = self.case()?.clone();
                let add = |tx: &mut aldis::db::Tx<'_>| {
                    case::add_victim(tx, &analyst, &case, VictimKind::Location, "Lantern Hall")
                };
                self.duty = Some(world.act(name, add)?);
                Ok(())
            }
            8..=11 => self.move_duty(world, name, stage - 8),
            12 => self.ask_consent(world, name, &analyst),
            13 => self.draft(world, name, &analyst),
            25 if self.plan.is_late => self.link(world, name, &analyst),
            14..=25 => self.release(world, name, (stage - 14) / 3, (stage - 14) % 3, &analyst, &senior),
            26..=33 => self.answer(world, name, stage - 26, &analyst, &senior),
            34 => self.regrade(world, name, &analyst),
            _ => self.decide_late(world, name, &senior),
        }
    }

    /// Ties the second report to the case.
    fn link(&self, world: &World, name: &str, analyst: &Ctx) -> Result<()> {
        let (case, report) = (self.case()?.clone(), self.report(1)?.clone());
        world.act(name, |tx| case::link(tx, analyst, &case, &report, case::Relation::Basis))
    }

    fn take_in(&mut self, world: &World, name: &str, number: usize) -> Result<()> {
        let duty = world.cleared("Duty", Role::Duty);
        let text = self.plan.texts.get(number).cloned().unwrap_or_default();
        let partner = number == 1 && !self.is_about_somebody() && self.plan.dice.chance_pct(40);
        let incoming = gather::Incoming {
            bytes: text.as_bytes(),
            media_type: Some("text/plain"),
            channel: "manual",
            source: if partner { "a partner's note" } else { "own collection" },
            originator: partner.then_some("ALLY"),
            origin: None,
            label: if number == 0 { self.plan.label.clone() } else { self.plan.second.clone() },
        };
        let documents = gather::read(&incoming)?;
        let document = documents.first().ok_or(Error::NotFound)?;
        let id = world.act(name, |tx| gather::accept(tx, &duty, &incoming, document))?;
        self.reports.push(id);
        Ok(())
    }

    /// Decides what the machine proposed about the first report.
    fn read(&self, world: &World, name: &str, analyst: &Ctx) -> Result<()> {
        let report = self.report(0)?;
        let proposals = world.node.db.read(|tx| gather::proposals(tx, analyst, report))?.into_inner();
        let hits = world.node.db.read(|tx| screen::hits(tx, analyst, report))?.into_inner();
        for (number, proposal) in proposals.iter().take(2).enumerate() {
            let yes = number == 0;
            world.act(&format!("{name}p{number}"), |tx| gather::decide(tx, analyst, &proposal.id, yes))?;
        }
        for (number, hit) in hits.iter().take(1).enumerate() {
            let reason = "compared by hand";
            world
                .act(&format!("{name}h{number}"), |tx| screen::decide(tx, analyst, &hit.id, true, reason))?;
        }
        Ok(())
    }

    fn grade(&self, world: &World, name: &str, analyst: &Ctx) -> Result<()> {
        let graded = graded("B2", "known source")?;
        world.act(name, |tx| grade::grade(tx, analyst, self.report(0)?, &graded))
    }

    /// Grades once more, now that the reports stand in a case.
    fn regrade(&self, world: &World, name: &str, analyst: &Ctx) -> Result<()> {
        let graded = graded("C3", "read again beside the others")?;
        world.act(name, |tx| grade::grade(tx, analyst, self.report(1)?, &graded))
    }

    fn move_duty(&self, world: &World, name: &str, number: usize) -> Result<()> {
        let report = self.report(0)?;
        let (role, event, fields) = match number {
            0 => (
                Role::Analyst,
                "triage",
                json!({"harm_types": ["intentional_killing"], "first_impression_ttl": "TTL-HIGH"}),
            ),
            1 => (
                Role::Analyst,
                "assess",
                json!({
                    "harm": ["intentional_killing"], "impending": "near_<=7d", "victim_kind": "location",
                    "place": "Lantern Hall", "source_grade": "B", "info_grade": "2",
                    "specific_elements": ["who", "where", "when"], "confidence": "moderate",
                    "independent_sources": [{"report": report, "origins": ["OWN"]}], "reasons": self.plan.reasons
                }),
            ),
            2 => (
                Role::Analyst,
                "submit",
                json!({"case_summary": "harm is near", "proposed_decision": "warn"}),
            ),
            _ => (
                Role::Senior,
                "decide_warn",
                json!({
                    "deliverer": "foreign_liaison", "method": "node", "means": "envelope",
                    "substance_limits": "no origin", "deadline": "2031-05-06T08:00:00Z"
                }),
            ),
        };
        let ctx = world.cleared(if role == Role::Senior { "Senior" } else { "Analyst" }, role);
        let fields = fields.as_object().cloned().unwrap_or_default();
        world.act(name, |tx| determine::act(tx, &ctx, self.duty()?, event, &fields)).map(|_| ())
    }

    fn ask_consent(&mut self, world: &World, name: &str, analyst: &Ctx) -> Result<()> {
        // Where nobody is named, nobody is asked: what was asked of a case that is open is open.
        if self.plan.asked.is_empty() {
            return Ok(());
        }
        let (case, asked) = (self.case()?.clone(), self.plan.asked.clone());
        let text = words::sentence(&mut self.plan.dice, 6);
        let id = world.act(name, |tx| consent::ask(tx, analyst, &case, "ALLY", &asked, &text))?;
        let yes = self.plan.dice.chance_pct(50);
        world.act(&format!("{name}a"), |tx| consent::answered(tx, analyst, &id, yes, "by telephone"))
    }

    fn draft(&mut self, world: &World, name: &str, analyst: &Ctx) -> Result<()> {
        let known = if self.plan.is_late { 1 } else { self.reports.len() };
        let reports: Vec<Id> = self.reports.iter().take(known).cloned().collect();
        let basis = |at: usize| if at == 0 { reports.clone() } else { Vec::new() };
        let portions = self.plan.sentences.iter().enumerate().map(|(at, (text, label))| Sentence {
            text: text.clone(),
            label: label.clone(),
            basis: basis(at),
            transformed: vec![],
        });
        let draft = Draft {
            subject: self.plan.subject.clone(),
            ends_at: Some("2031-05-06T08:00:00Z".parse()?),
            targeted: false,
            cap: CapDraft { area: "Lowtown".into(), geocode: vec!["LOCAL=7".into()], ..CapDraft::default() },
            portions: portions.collect(),
        };
        let duty = self.duty()?.clone();
        self.warning = Some(world.act(name, |tx| compose::draft(tx, analyst, &duty, &draft))?);
        Ok(())
    }

    fn release(
        &mut self,
        world: &World,
        name: &str,
        number: usize,
        part: usize,
        analyst: &Ctx,
        senior: &Ctx,
    ) -> Result<()> {
        let Some(audience) = self.plan.audiences.get(number).cloned() else { return Ok(()) };
        let sealer = &world.node.sealer;
        let warning = self.warning.clone().ok_or(Error::NotFound)?;
        if part == 0 {
            let id = world
                .act(name, |tx| release::propose(tx, analyst, sealer, &warning, &audience, Purpose::Alert))?;
            self.releases.push(id);
            return Ok(());
        }
        let id = self.releases.last().cloned().ok_or(Error::NotFound)?;
        if part == 1 {
            return world.act(name, |tx| release::approve(tx, senior, sealer, &id));
        }
        let delivery = world.act(name, |tx| release::send(tx, senior, sealer, &id, None))?;
        self.sent.push((audience, delivery));
        Ok(())
    }

    /// Hands over, takes answers and settles them; some stay silent and move up the ladder.
    fn answer(&mut self, world: &World, name: &str, part: usize, analyst: &Ctx, senior: &Ctx) -> Result<()> {
        let Some((audience, delivery)) = self.sent.get(part / 2).cloned() else { return Ok(()) };
        if audience == "PUBLIC" {
            return Ok(());
        }
        if part.is_multiple_of(2) {
            let statement = deliver::Statement {
                words: "read out and handed over",
                at: None,
                place: None,
                witness: None,
                reply: None,
            };
            let by_hand = audience == "STAFF";
            return if by_hand {
                world.act(name, |tx| deliver::by_hand(tx, senior, &delivery, &statement))
            } else {
                Ok(())
            };
        }
        let answers = [Answer::Read, Answer::DoNotAccept, Answer::CallMe, Answer::NotMe];
        let Some(answer) = answers.get(self.plan.dice.below(6)).copied() else { return Ok(()) };
        if audience.starts_with("PR-") {
            let token = world.node.sealer.link_token(&delivery);
            let system = world.node.system();
            return world.act(name, |tx| acknowledge::on_page(tx, &system, &token, answer, "in my words"));
        }
        let said = acknowledge::Said {
            answer,
            note: "told on the line",
            by: "their duty officer",
            at: analyst.now,
            key_id: None,
            text_hash: None,
            evidence: None,
        };
        world.act(name, |tx| acknowledge::told(tx, analyst, &delivery, &said))?;
        let task = match answer {
            Answer::DoNotAccept => Task::Dismissed,
            Answer::CallMe => Task::CallBack,
            _ => return Ok(()),
        };
        if !self.plan.dice.chance_pct(50) {
            return Ok(());
        }
        world.act(&format!("{name}s"), |tx| acknowledge::settle(tx, senior, &delivery, task, "told again"))
    }

    fn decide_late(&mut self, world: &World, name: &str, senior: &Ctx) -> Result<()> {
        let warning = self.warning.clone().ok_or(Error::NotFound)?;
        if self.is_about_somebody() {
            return Ok(());
        }
        if self.plan.dice.chance_pct(50) {
            return world.act(name, |tx| escalate::decide_public(tx, senior, &warning, "delay", "not yet"));
        }
        world.act(name, |tx| escalate::decide_lapse(tx, senior, &warning, "let-lapse", "it is over"))
    }

    /// Says whether only what is about one person differs: all else is in sight and must not hang on dice.
    fn is_about_somebody(&self) -> bool {
        self.plan.asked.starts_with("PR-")
    }

    fn report(&self, number: usize) -> Result<&Id> {
        self.reports.get(number).ok_or(Error::NotFound)
    }

    fn case(&self) -> Result<&Id> {
        self.case.as_ref().ok_or(Error::NotFound)
    }

    fn duty(&self) -> Result<&Id> {
        self.duty.as_ref().ok_or(Error::NotFound)
    }
}

/// Puts a grade together.
///
/// # Errors
///
/// [`Error::Refused`] if the word is no grade.
pub fn graded(word: &str, reasons: &str) -> Result<grade::Graded> {
    let grade = word.parse().map_err(Error::refused)?;
    Ok(grade::Graded { grade, likelihood: None, confidence: None, reasons: reasons.to_owned() })
}

const STAGES: usize = 36;
