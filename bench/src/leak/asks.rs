//! Every question an officer may ask, through the verbs the console and the command line call.
//!
//! An answer is bytes: the serialised thing, or the error with its text. Writing verbs are asked too,
//! in a transaction that is taken back, because a refusal can tell as much as a page.

use super::flow::graded;
use super::world::World;
use aldis::ctx::Ctx;
use aldis::db::Tx;
use aldis::desk::acknowledge::Said;
use aldis::desk::case::Relation;
use aldis::desk::compose::{CapDraft, Draft, Sentence};
use aldis::desk::consent::Question;
use aldis::desk::release::Purpose;
use aldis::desk::{
    acknowledge, alarms, board, brief, case, compose, consent, danger, deliver, determine, elements,
    escalate, expedite, forecasts, gather, grade, identity, inbound, late, lists, measures, onward, opinions,
    partners, phrase, protectors, provenance, questions, reading, register, release, review, screen, share,
    sources, suspects, threat, watch, ways,
};
use aldis::error::{Error, Result};
use aldis::seal::Discriminators;
use aldis_model::ach::Rating;
use aldis_model::answer::Answer;
use aldis_model::duty::{Ratified, Ttl, VictimKind};
use aldis_model::forecast::Outcome;
use aldis_model::gate::Ladder;
use aldis_model::measure::Status;
use aldis_model::risk::Tier;
use aldis_model::task::Task;
use aldis_model::{Id, Label};
use aldis_wire::stix::map::View;
use serde::Serialize;

/// What a question names.
#[derive(Clone, Debug)]
pub struct About {
    /// The thing.
    pub id: Id,
    /// A second thing, of the kind the question needs.
    pub other: Id,
    /// An entry's number, or a length.
    pub number: i64,
    /// An audience.
    pub audience: String,
}

/// How a question is put.
pub type Put = fn(&mut Tx<'_>, &Ctx, &World, &About) -> Result<Vec<u8>>;

/// A question.
pub struct Ask {
    /// The verb.
    pub name: &'static str,
    /// The kinds of id it is about; none: it is asked a few times and names nothing.
    pub kinds: &'static [&'static str],
    /// The kind of its second id.
    pub other: &'static str,
    /// How it is put.
    pub put: Put,
}

/// Puts a reading question and returns the bytes of the answer.
pub fn read(world: &World, ctx: &Ctx, ask: &Ask, about: &About) -> Vec<u8> {
    bytes(world.node.db.read(|tx| (ask.put)(tx, ctx, world, about)))
}

/// Puts a writing question, takes back what it did, and returns the bytes of the answer.
pub fn write(world: &World, ctx: &Ctx, ask: &Ask, about: &About) -> Vec<u8> {
    let mut answer = Vec::new();
    world.acts.begin("asked");
    let taken_back = world.node.db.write(|tx| {
        answer = bytes((ask.put)(tx, ctx, world, about));
        Err::<(), Error>(Error::NotFound)
    });
    debug_assert!(taken_back.is_err(), "what was asked is taken back");
    answer
}

fn bytes(answer: Result<Vec<u8>>) -> Vec<u8> {
    answer.unwrap_or_else(|error| format!("{error:?}").into_bytes())
}

fn json(thing: &impl Serialize) -> Result<Vec<u8>> {
    serde_json::to_vec(thing).map_err(Error::broken)
}

const fn ask(name: &'static str, kinds: &'static [&'static str], other: &'static str, put: Put) -> Ask {
    Ask { name, kinds, other, put }
}

/// The reading verbs.
pub const READS: &[Ask] = &[
    ask("share::collections", &[], "V", |tx, ctx, _, _| json(&share::collections::list(tx, ctx)?)),
    ask("share::credentials", &[], "V", |tx, ctx, _, _| json(&share::credentials::list(tx, ctx, None)?)),
    ask("gather::find", &["R"], "R", |tx, ctx, _, a| json(&gather::find(tx, ctx, &a.id)?)),
    ask("gather::original", &["R"], "R", |tx, ctx, _, a| json(&gather::original(tx, ctx, &a.id)?)),
    ask("gather::proposals", &["R"], "R", |tx, ctx, _, a| json(&gather::proposals(tx, ctx, &a.id)?)),
    ask("gather::list before", &["R"], "R", |tx, ctx, _, a| {
        json(&gather::list(tx, ctx, Some(&a.id), page(a))?)
    }),
    ask("gather::list", &[], "R", |tx, ctx, _, a| json(&gather::list(tx, ctx, None, page(a))?)),
    ask("screen::hits", &["R"], "R", |tx, ctx, _, a| json(&screen::hits(tx, ctx, &a.id)?)),
    ask("grade::given", &["R"], "R", |tx, ctx, _, a| json(&grade::given(tx, ctx, &a.id)?)),
    ask("case::find", &["C"], "C", |tx, ctx, _, a| json(&case::find(tx, ctx, &a.id)?)),
    ask("case::reports", &["C"], "C", |tx, ctx, _, a| json(&case::reports(tx, ctx, &a.id)?)),
    ask("case::list", &[], "C", |tx, ctx, _, _| json(&case::list(tx, ctx)?)),
    ask("provenance::of_report", &["R"], "R", |tx, ctx, _, a| json(&provenance::of_report(tx, ctx, &a.id)?)),
    ask("provenance::origins", &["R"], "R", |tx, ctx, _, a| {
        json(&provenance::origins(tx, ctx, &[a.id.clone(), a.other.clone()])?)
    }),
    ask("sources::statement", &["C"], "C", |tx, ctx, _, a| json(&sources::statement(tx, ctx, &a.id)?)),
    ask("suspects::of_case", &["C"], "C", |tx, ctx, _, a| json(&suspects::of_case(tx, ctx, &a.id)?)),
    ask("forecasts::of_case", &["C"], "C", |tx, ctx, _, a| json(&forecasts::of_case(tx, ctx, &a.id)?)),
    ask("board::of_case", &["C"], "C", |tx, ctx, _, a| json(&board::of_case(tx, ctx, &a.id)?)),
    ask("elements::of_duty", &["D"], "D", |tx, ctx, _, a| json(&elements::of_duty(tx, ctx, &a.id)?)),
    ask("determine::find", &["D"], "D", |tx, ctx, _, a| json(&determine::find(tx, ctx, &a.id)?)),
    ask("determine::of_case", &["C"], "C", |tx, ctx, _, a| json(&determine::of_case(tx, ctx, &a.id)?)),
    ask("compose::find", &["W"], "W", |tx, ctx, _, a| json(&compose::find(tx, ctx, &a.id)?)),
    ask("compose::list of case", &["C"], "C", |tx, ctx, _, a| json(&compose::list(tx, ctx, Some(&a.id))?)),
    ask("compose::list", &[], "W", |tx, ctx, _, _| json(&compose::list(tx, ctx, None)?)),
    ask("compose::sentences", &["W"], "W", |tx, ctx, _, a| json(&compose::sentences(tx, ctx, &a.id)?)),
    ask("compose::preview", &["W"], "W", |tx, ctx, world, a| {
        json(&compose::preview(tx, ctx, &world.node.sealer, &a.id, &a.audience)?)
    }),
    ask("release::find", &["L"], "L", |tx, ctx, _, a| json(&release::find(tx, ctx, &a.id)?)),
    ask("release::of_warning", &["W"], "W", |tx, ctx, _, a| json(&release::of_warning(tx, ctx, &a.id)?)),
    ask("deliver::find", &["V"], "V", |tx, ctx, _, a| json(&deliver::find(tx, ctx, &a.id)?)),
    ask("deliver::of_warning", &["W"], "W", |tx, ctx, _, a| json(&deliver::of_warning(tx, ctx, &a.id)?)),
    ask("deliver::waiting", &[], "V", |tx, ctx, _, _| json(&deliver::waiting(tx, ctx)?)),
    ask("deliver::list", &[], "V", |tx, ctx, _, a| {
        json(&deliver::list(tx, ctx, a.number % 3 == 0, None, page(a))?)
    }),
    ask("deliver::list before", &["V"], "V", |tx, ctx, _, a| {
        json(&deliver::list(tx, ctx, false, Some(&a.id), page(a))?)
    }),
    ask("inbound::find", &["IN"], "IN", |tx, ctx, _, a| json(&inbound::find(tx, ctx, &a.id)?)),
    ask("consent::find", &["CI"], "CI", |tx, ctx, _, a| json(&consent::find(tx, ctx, &a.id)?)),
    ask("consent::list", &[], "CI", |tx, ctx, _, _| json(&consent::list(tx, ctx)?)),
    ask("consent::of_case", &["C"], "C", |tx, ctx, _, a| json(&consent::of_case(tx, ctx, &a.id)?)),
    ask("inbound::list", &[], "IN", |tx, ctx, _, _| json(&inbound::list(tx, ctx)?)),
    ask("partners", &[], "V", |tx, ctx, _, _| {
        json(&(partners::list(tx, ctx)?, partners::audiences(tx, ctx)?))
    }),
    ask("register::list", &[], "PR", |tx, ctx, _, _| json(&register::list(tx, ctx)?)),
    ask("alarms::by_subject", &[], "PR", |tx, ctx, world, _| {
        json(&alarms::by_subject(tx, ctx, &world.node.sealer)?)
    }),
    ask("watch::floor", &[], "V", |tx, ctx, _, a| {
        let mut later = ctx.clone();
        // Most arrives a day and more before the end: the counts of the last hour are asked there too.
        let hours = [0, 1, -30, -31, -32].get(page(a) % 5).copied().unwrap_or(0);
        later.now = ctx.now.plus(hours * 3_600_000_000);
        json(&watch::floor(tx, &later)?)
    }),
    ask("review::timeline", &["C"], "C", |tx, ctx, _, a| {
        let at = (a.number % 2 == 0).then(|| ctx.now.plus(-40 * 3_600_000_000));
        let timeline = review::timeline(tx, ctx, &a.id, at)?;
        json(&(&timeline, questions::answer(timeline.get())))
    }),
    ask("register::find", &["PR"], "PR", |tx, ctx, _, a| json(&register::find(tx, ctx, &a.id)?)),
    ask("danger::of_subject", &["PR"], "PR", |tx, ctx, _, a| json(&danger::of_subject(tx, ctx, &a.id)?)),
    ask("measures::of_subject", &["PR"], "PR", |tx, ctx, _, a| json(&measures::of_subject(tx, ctx, &a.id)?)),
    ask("identity::of_subject", &["PR"], "PR", |tx, ctx, _, a| json(&identity::of_subject(tx, ctx, &a.id)?)),
    ask("identity::find", &["NA"], "NA", |tx, ctx, _, a| json(&identity::find(tx, ctx, &a.id)?)),
    ask("late::list", &[], "V", |tx, ctx, _, a| json(&late::list(tx, ctx, page(a))?)),
    ask("protectors::of_subject", &["PR"], "PR", |tx, ctx, _, a| {
        json(&protectors::of_subject(tx, ctx, &a.id)?)
    }),
    ask("lists::all", &[], "LO", |tx, ctx, _, _| json(&lists::all(tx, ctx)?)),
    ask("lists::find", &["LO"], "LO", |tx, ctx, _, a| json(&lists::find(tx, ctx, &a.id)?)),
    ask("brief::of_day", &[], "B", |tx, ctx, _, _| json(&brief::of_day(tx, ctx, ctx.now)?)),
    ask("brief::readers", &["B"], "B", |tx, ctx, _, a| json(&brief::readers(tx, ctx, &a.id)?)),
    ask("opinions::of_report", &["R"], "R", |tx, ctx, _, a| json(&opinions::of_report(tx, ctx, &a.id)?)),
    ask("board::file", &["EV"], "EV", |tx, ctx, _, a| json(&board::file(tx, ctx, &a.id)?)),
    ask("forecasts::record", &[], "FC", |tx, ctx, _, _| json(&forecasts::record(tx, ctx, None)?)),
    ask("phrase::is_set", &[], "PR", |tx, ctx, _, a| json(&phrase::is_set(tx, ctx, &a.audience)?)),
    ask("review::entry", &[], "C", |tx, ctx, _, a| json(&review::entry(tx, ctx, a.number)?)),
    ask("review::committed", &[], "C", |tx, ctx, _, a| json(&review::committed(tx, ctx, a.number)?)),
    ask("review::tail", &[], "C", |tx, ctx, _, a| json(&review::tail(tx, ctx, page(a))?)),
];

fn page(about: &About) -> usize {
    usize::try_from(about.number.rem_euclid(12)).unwrap_or(1) + 1
}

/// The writing verbs.
pub const WRITES: &[Ask] = &[
    ask("screen::ask", &["R"], "R", |tx, ctx, world, a| {
        let mut screener = screen::ask(tx, ctx, &world.node.sealer)?;
        let body = gather::find(tx, ctx, &a.id)?.into_inner().body;
        json(&screener.screen(&body).into_iter().map(|found| (found.subject, found.why)).collect::<Vec<_>>())
    }),
    ask("register::enter", &[], "PR", |tx, ctx, world, a| {
        let names = [a.audience.clone()];
        let new = register::NewSubject {
            kind: "person",
            names: &names,
            category: "asked",
            tier: "T0",
            purpose: "asked",
            label: Label::clear(),
        };
        // The cover name is chance, and chance is the same in both worlds.
        let entered = register::enter(tx, ctx, &world.node.sealer, &new, &Discriminators::default(), true)?;
        json(&entered.1)
    }),
    ask("measures::propose", &["PR"], "C", |tx, ctx, _, a| {
        let measures = ["M01", "M02", "M03", "M04", "M05", "M06"];
        let measure = measures.get(page(a) % 6).copied().unwrap_or("M07");
        let case = (a.number % 2 == 0).then_some(&a.other);
        let new = measures::NewMeasure { measure, case, owner: "the desk", reasons: "asked for" };
        json(&measures::propose(tx, ctx, &a.id, &new)?)
    }),
    ask("measures::change", &["M"], "M", |tx, ctx, _, a| {
        json(&measures::change(tx, ctx, &a.id, Status::Accepted, "said yes")?)
    }),
    ask("danger::set_tier", &["PR"], "C", |tx, ctx, _, a| {
        danger::set_tier(tx, ctx, &a.id, None, Tier::T2, "known")?;
        json(&(register::find(tx, ctx, &a.id)?, danger::of_subject(tx, ctx, &a.id)?))
    }),
    ask("lists::told", &["LO"], "LO", |tx, ctx, _, a| json(&lists::told(tx, ctx, &a.id, "by telephone")?)),
    ask("lists::review", &["LO"], "LO", |tx, ctx, _, a| {
        json(&lists::review(tx, ctx, &a.id, "send it back")?)
    }),
    ask("board::rate", &["HY"], "EV", |tx, ctx, _, a| {
        json(&board::rate(tx, ctx, &a.id, &a.other, Rating::Inconsistent)?)
    }),
    ask("board::rate item", &["EV"], "HY", |tx, ctx, _, a| {
        json(&board::rate(tx, ctx, &a.other, &a.id, Rating::Neutral)?)
    }),
    ask("forecasts::resolve", &["FC"], "FC", |tx, ctx, _, a| {
        json(&forecasts::resolve(tx, ctx, &a.id, Outcome::Happened)?)
    }),
    ask("threat::set_ttl", &["D"], "D", |tx, ctx, _, a| {
        json(&threat::set_ttl(tx, ctx, &a.id, Ttl::High, "it is near")?)
    }),
    ask("reading::second", &["D"], "D", |tx, ctx, _, a| {
        json(&reading::second(tx, ctx, &a.id, true, "read again")?)
    }),
    ask("expedite::ratify", &["D"], "D", |tx, ctx, _, a| {
        json(&expedite::ratify(tx, ctx, &a.id, Ratified::Ratified, "it was right")?)
    }),
    ask("phrase::set", &[], "PR", |tx, ctx, world, a| {
        json(&phrase::set(tx, ctx, &world.node.sealer, &a.audience, "three green pears")?)
    }),
    ask("release::send_together", &["L"], "L", |tx, ctx, world, a| {
        let both = [a.id.clone(), a.other.clone()];
        json(&release::send_together(tx, ctx, &world.node.sealer, &both, None)?)
    }),
    ask("onward::pass_on", &["IN"], "IN", |tx, ctx, world, a| {
        json(&onward::pass_on(tx, ctx, world.node.signer(), &a.id, "our halls", Ladder::Clients)?)
    }),
    ask("gather::open", &["R"], "R", |tx, ctx, _, a| json(&gather::open(tx, ctx, &a.id)?)),
    ask("gather::decide", &["P"], "P", |tx, ctx, _, a| json(&gather::decide(tx, ctx, &a.id, true)?)),
    ask("screen::decide", &["H"], "H", |tx, ctx, _, a| json(&screen::decide(tx, ctx, &a.id, true, "seen")?)),
    ask("grade::grade", &["R"], "R", |tx, ctx, _, a| {
        json(&grade::grade(tx, ctx, &a.id, &graded("A1", "all agree")?)?)
    }),
    ask("case::open", &["R"], "R", |tx, ctx, _, a| json(&case::open(tx, ctx, "A case", &a.id)?)),
    ask("case::link", &["C"], "R", |tx, ctx, _, a| {
        json(&case::link(tx, ctx, &a.id, &a.other, Relation::Context)?)
    }),
    ask("case::link other", &["R"], "C", |tx, ctx, _, a| {
        json(&case::link(tx, ctx, &a.other, &a.id, Relation::Basis)?)
    }),
    ask("case::add_victim", &["C"], "C", |tx, ctx, _, a| {
        json(&case::add_victim(tx, ctx, &a.id, VictimKind::Location, "Mill")?)
    }),
    ask("determine::act", &["D"], "D", |tx, ctx, _, a| {
        let fields =
            serde_json::json!({ "harm_types": ["intentional_killing"], "first_impression_ttl": "TTL-HIGH" });
        let fields = fields.as_object().cloned().unwrap_or_default();
        json(&determine::act(tx, ctx, &a.id, "triage", &fields)?)
    }),
    ask("compose::draft", &["D"], "R", |tx, ctx, _, a| json(&compose::draft(tx, ctx, &a.id, &draft(a))?)),
    ask("release::propose", &["W"], "W", |tx, ctx, world, a| {
        json(&release::propose(tx, ctx, &world.node.sealer, &a.id, &a.audience, Purpose::Alert)?)
    }),
    ask("release::propose update", &["W"], "W", |tx, ctx, world, a| {
        let id = release::propose(tx, ctx, &world.node.sealer, &a.id, &a.audience, Purpose::Update)?;
        json(&release::find(tx, ctx, &id)?)
    }),
    ask("release::approve", &["L"], "L", |tx, ctx, world, a| {
        json(&release::approve(tx, ctx, &world.node.sealer, &a.id)?)
    }),
    ask("release::reject", &["L"], "L", |tx, ctx, _, a| json(&release::reject(tx, ctx, &a.id, "no")?)),
    ask("release::send", &["L"], "L", |tx, ctx, world, a| {
        json(&release::send(tx, ctx, &world.node.sealer, &a.id, None)?)
    }),
    ask("opinions::propose", &["R"], "R", |tx, ctx, world, a| {
        let new = opinions::NewOpinion {
            report: &a.id,
            audience: &a.audience,
            object: Some("report--5f8ae28f-040e-4bec-b801-76d9651afce5"),
            view: View::Neutral,
            explanation: "We cannot say.",
            label: Label::clear(),
        };
        let id = opinions::propose(tx, ctx, &world.node.sealer, &new)?;
        json(&(id, opinions::of_report(tx, ctx, &a.id)?))
    }),
    ask("deliver::by_hand", &["V"], "V", |tx, ctx, _, a| {
        let said =
            deliver::Statement { words: "handed over", at: None, place: None, witness: None, reply: None };
        json(&deliver::by_hand(tx, ctx, &a.id, &said)?)
    }),
    ask("deliver::rehearse", &["V"], "V", |tx, ctx, _, a| {
        let attempt = deliver::rehearse(tx, ctx, &a.id, None)?;
        json(&(attempt.recipient, attempt.release, attempt.message, attempt.answer_by))
    }),
    ask("ways::add", &[], "V", |tx, ctx, _, a| {
        json(&ways::add(tx, ctx, &a.audience, "text", "+441632960001")?)?;
        json(&ways::list(tx, ctx, &a.audience)?)
    }),
    ask("deliver::retry", &["V"], "V", |tx, ctx, _, a| json(&deliver::retry(tx, ctx, &a.id, None)?)),
    ask("acknowledge::told", &["V"], "V", |tx, ctx, _, a| {
        json(&acknowledge::told(tx, ctx, &a.id, &said(ctx))?)
    }),
    ask("acknowledge::settle", &["V"], "V", |tx, ctx, _, a| {
        json(&acknowledge::settle(tx, ctx, &a.id, Task::Dismissed, "told again")?)
    }),
    ask("inbound::open", &["IN"], "IN", |tx, ctx, _, a| json(&inbound::open(tx, ctx, &a.id)?)),
    ask("inbound::answer", &["IN"], "IN", |tx, ctx, world, a| {
        json(&inbound::answer(tx, ctx, world.node.signer(), &a.id, Answer::Read, "")?)
    }),
    ask("consent::ask", &["C"], "C", |tx, ctx, _, a| {
        json(&consent::ask(tx, ctx, &a.id, "ALLY", &a.audience, "These words.")?)
    }),
    ask("consent::ask_node", &["C"], "C", |tx, ctx, world, a| {
        let (sealer, signer) = (&world.node.sealer, world.node.signer());
        let (originator, text) = ("ALLY", "These words.");
        let asked = Question { case: &a.id, originator, audience: &a.audience, text };
        json(&consent::ask_node(tx, ctx, sealer, signer, &asked, "")?)
    }),
    ask("consent::reply", &["CI"], "CI", |tx, ctx, world, a| {
        json(&consent::reply(tx, ctx, world.node.signer(), &a.id, true, "yes")?)
    }),
    ask("consent::answered", &["CO"], "CO", |tx, ctx, _, a| {
        json(&consent::answered(tx, ctx, &a.id, true, "yes")?)
    }),
    ask("escalate::decide_lapse", &["W"], "W", |tx, ctx, _, a| {
        json(&escalate::decide_lapse(tx, ctx, &a.id, "renew", "it stands")?)
    }),
    ask("escalate::decide_public", &["W"], "W", |tx, ctx, _, a| {
        json(&escalate::decide_public(tx, ctx, &a.id, "delay", "not yet")?)
    }),
    ask("partners::add_audience", &["PR"], "PR", |tx, ctx, _, a| {
        let new = partners::NewAudience {
            name: &a.audience,
            title: "somebody",
            ladder: aldis_model::gate::Ladder::Person,
            org: "somebody",
            ceiling: aldis_model::Tlp::Red,
            channel: "hand",
            address: "",
            language: "en",
        };
        json(&partners::add_audience(tx, ctx, &new)?)
    }),
    // A step and then a look: what a verb leaves behind must not tell the worlds apart either.
    ask("gather::open, floor", &["R"], "R", |tx, ctx, _, a| {
        gather::open(tx, ctx, &a.id)?;
        json(&watch::floor(tx, ctx)?)
    }),
    ask("grade::grade, tail", &["R"], "R", |tx, ctx, _, a| {
        grade::grade(tx, ctx, &a.id, &graded("C3", "so it seems")?)?;
        json(&review::tail(tx, ctx, 3)?)
    }),
    ask("case::open, timeline", &["R"], "R", |tx, ctx, _, a| {
        let case = case::open(tx, ctx, "A case", &a.id)?;
        json(&(case::reports(tx, ctx, &case)?, review::timeline(tx, ctx, &case, None)?))
    }),
    ask("acknowledge::told, tail", &["V"], "V", |tx, ctx, _, a| {
        acknowledge::told(tx, ctx, &a.id, &said(ctx))?;
        json(&(deliver::find(tx, ctx, &a.id)?, review::tail(tx, ctx, 4)?))
    }),
    ask("compose::draft, preview", &["D"], "R", |tx, ctx, world, a| {
        let id = compose::draft(tx, ctx, &a.id, &draft(a))?;
        json(&compose::preview(tx, ctx, &world.node.sealer, &id, &a.audience)?)
    }),
];

const fn said(ctx: &Ctx) -> Said<'_> {
    Said {
        answer: Answer::Read,
        note: "",
        by: "their watch",
        at: ctx.now,
        key_id: None,
        text_hash: None,
        evidence: None,
    }
}

fn draft(about: &About) -> Draft {
    let basis = if about.number % 2 == 0 { vec![about.other.clone()] } else { Vec::new() };
    Draft {
        subject: "A warning".to_owned(),
        ends_at: None,
        targeted: true,
        cap: CapDraft { area: "Lowtown".into(), geocode: vec!["LOCAL=7".into()], ..CapDraft::default() },
        portions: vec![Sentence {
            text: "Keep away from the mill.".into(),
            label: Label::clear(),
            basis,
            transformed: vec![],
        }],
    }
}
