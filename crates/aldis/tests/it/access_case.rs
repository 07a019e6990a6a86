//! The verbs between report and decision: each asks who acts, and what is above the ceiling is not there.

use crate::desk::{Desk, House, kind};
use crate::store::on_both;
use aldis::desk::board::{self, NewItem};
use aldis::desk::elements::{self, Stated};
use aldis::desk::expedite::{self, Expedited};
use aldis::desk::forecasts::{self, NewForecast};
use aldis::desk::provenance::{self, NewTie};
use aldis::desk::suspects::{self, NewSuspect};
use aldis::desk::{grade, reading, sources, threat};
use aldis::error::Result;
use aldis_model::Id;
use aldis_model::ach::Rating;
use aldis_model::duty::{Element, Ratified, Ttl};
use aldis_model::forecast::{Outcome, Yardstick};
use aldis_model::grade::Likelihood;
use aldis_model::provenance::Tie;
use aldis_model::role::Action as A;
use aldis_model::scale::{Code, Descriptor, Factor};

on_both!(whoever_may_not_is_told_so, what_is_above_the_ceiling_is_not_there);

/// Things of a case that is above a junior officer's ceiling.
struct Known {
    report: Id,
    case: Id,
    duty: Id,
    tie: Id,
    forecast: Id,
    hypothesis: Id,
    item: Id,
}

fn known(desk: &Desk) -> Known {
    let report =
        desk.take_in("Our man at the table says that the Lantern Hall was named by all of them.", "RED");
    let (case, duty) = desk.case_on(&report);
    desk.take_in("Our man at the table says that the Lantern Hall was named by all of them!", "RED");
    desk.work();
    crate::opinion::every_kind_of_row(desk, &case);
    let first = |sql: &str| desk.column(sql).first().expect("a sample").parse::<Id>().unwrap();
    Known {
        tie: first("SELECT id FROM tie"),
        forecast: first("SELECT id FROM forecast"),
        hypothesis: first("SELECT id FROM hypothesis"),
        item: first("SELECT id FROM evidence"),
        report,
        case,
        duty,
    }
}

type Tried = (&'static str, A, Result<()>);

fn writes(desk: &Desk, by: &str, known: &Known) -> Vec<Tried> {
    let Known { report, case, duty, tie, forecast, hypothesis, item } = known;
    let new_tie = NewTie { upstream: None, name: "The Courier", relation: Tie::Cites, why: "named" };
    let why = Descriptor::of([(Factor::Access, "at the table".to_owned())]);
    let stated =
        Stated { element: Element::Harm, finding: "kidnapping", report: None, quoted: "", statement: "seen" };
    let chain = [report.clone()];
    let suspect =
        NewSuspect { name: "a man", likelihood: Likelihood::Likely, chain: &chain, reasons: "seen" };
    let word = NewForecast {
        question: "it happens",
        partner: None,
        yardstick: Yardstick::Icd203,
        likelihood: "likely",
        confidence: None,
        until: None,
        reasons: "seen",
    };
    let told = NewForecast { partner: Some("ALBA"), ..word.clone() };
    let evidence = NewItem { body: "a van", ..NewItem::default() };
    let sent = Expedited {
        reason: "now".into(),
        tried: vec![("Senior".into(), desk.now())],
        subject: "Danger".into(),
        text: "Leave now.".into(),
        audience: "OFFICER".into(),
        approver: "Duty".into(),
    };
    let sealer = &desk.node.sealer;
    let import = |tx: &mut aldis::db::Tx<'_>, ctx: &aldis::ctx::Ctx| {
        grade::import(tx, ctx, report, Code::Police352, "2C", "as given")
    };
    vec![
        ("tie", A::Grade, desk.write(by, |tx, ctx| provenance::tie(tx, ctx, report, &new_tie)).map(|_| ())),
        ("decide tie", A::Grade, desk.write(by, |tx, ctx| provenance::decide(tx, ctx, tie, true, "so"))),
        ("propose ties", A::Screen, desk.write(by, |tx, ctx| provenance::propose(tx, ctx, report))),
        ("import", A::Grade, desk.write(by, import)),
        ("describe", A::Grade, desk.write(by, |tx, ctx| sources::describe(tx, ctx, report, &why))),
        ("element", A::Assess, desk.write(by, |tx, ctx| elements::state(tx, ctx, duty, &stated)).map(|_| ())),
        ("ttl", A::Assess, desk.write(by, |tx, ctx| threat::set_ttl(tx, ctx, duty, Ttl::High, "seen"))),
        ("ask reader", A::Assess, desk.write(by, |tx, ctx| reading::ask(tx, ctx, duty, "a rumour"))),
        (
            "second reader",
            A::Assess,
            desk.write(by, |tx, ctx| reading::second(tx, ctx, duty, true, "a rumour")).map(|_| ()),
        ),
        ("suspect", A::Assess, desk.write(by, |tx, ctx| suspects::name(tx, ctx, case, &suspect)).map(|_| ())),
        (
            "expedite",
            A::Draft,
            desk.write(by, |tx, ctx| expedite::expedite(tx, ctx, sealer, duty, &sent)).map(|_| ()),
        ),
        (
            "ratify",
            A::Decide,
            desk.write(by, |tx, ctx| expedite::ratify(tx, ctx, duty, Ratified::Ratified, "right")),
        ),
        ("forecast", A::Assess, desk.write(by, |tx, ctx| forecasts::give(tx, ctx, case, &word)).map(|_| ())),
        (
            "partner's forecast",
            A::Answer,
            desk.write(by, |tx, ctx| forecasts::give(tx, ctx, case, &told)).map(|_| ()),
        ),
        (
            "resolve",
            A::Decide,
            desk.write(by, |tx, ctx| forecasts::resolve(tx, ctx, forecast, Outcome::Unknown)),
        ),
        ("suppose", A::Assess, desk.write(by, |tx, ctx| board::suppose(tx, ctx, case, "so")).map(|_| ())),
        ("evidence", A::Assess, desk.write(by, |tx, ctx| board::add(tx, ctx, case, &evidence)).map(|_| ())),
        (
            "rate",
            A::Assess,
            desk.write(by, |tx, ctx| board::rate(tx, ctx, hypothesis, item, Rating::Neutral)),
        ),
    ]
}

fn reads(desk: &Desk, by: &str, known: &Known) -> Vec<Tried> {
    let Known { report, case, duty, item, .. } = known;
    vec![
        ("ties", A::ReadDesk, desk.read(by, |tx, ctx| provenance::of_report(tx, ctx, report)).map(|_| ())),
        ("notes", A::ReadDesk, desk.read(by, |tx, ctx| sources::notes(tx, ctx, report)).map(|_| ())),
        ("statement", A::ReadDesk, desk.read(by, |tx, ctx| sources::statement(tx, ctx, case)).map(|_| ())),
        ("elements", A::ReadDesk, desk.read(by, |tx, ctx| elements::of_duty(tx, ctx, duty)).map(|_| ())),
        ("suspects", A::ReadDesk, desk.read(by, |tx, ctx| suspects::of_case(tx, ctx, case)).map(|_| ())),
        ("forecasts", A::ReadDesk, desk.read(by, |tx, ctx| forecasts::of_case(tx, ctx, case)).map(|_| ())),
        ("board", A::ReadDesk, desk.read(by, |tx, ctx| board::of_case(tx, ctx, case)).map(|_| ())),
        ("file", A::ReadDesk, desk.read(by, |tx, ctx| board::file(tx, ctx, item)).map(|_| ())),
    ]
}

fn whoever_may_not_is_told_so(house: &House) {
    let desk = house.desk("NORTHPORT");
    let known = known(&desk);
    let mut refused = 0;
    desk.unchanged(|| {
        // Officers who may write nothing of it, and the machine, which has proposed these ties before.
        for by in ["Auditor", "root", "system"] {
            let role = desk.by(by).actor.role;
            for (name, action, result) in writes(&desk, by, &known) {
                if !role.may(action) {
                    assert_eq!(kind(result), "forbidden", "{name} by {by}");
                    refused += 1;
                }
            }
        }
        for (name, _, result) in reads(&desk, "root", &known) {
            assert_eq!(kind(result), "forbidden", "{name} by the administrator");
        }
    });
    assert_eq!(refused, 53);
}

fn what_is_above_the_ceiling_is_not_there(house: &House) {
    let desk = house.desk("NORTHPORT");
    let known = known(&desk);
    let unknown = |prefix: &str| format!("{prefix}-00000000").parse::<Id>().unwrap();
    let nothing = Known {
        report: unknown("R"),
        case: unknown("C"),
        duty: unknown("D"),
        tie: unknown("TE"),
        forecast: unknown("FC"),
        hypothesis: unknown("HY"),
        item: unknown("EV"),
    };
    desk.unchanged(|| {
        let words = |known: &Known| -> Vec<String> {
            let tried = writes(&desk, "Junior", known).into_iter().chain(reads(&desk, "Junior", known));
            tried.map(|(name, _, result)| format!("{name}: {result:?}")).collect()
        };
        let (hidden, absent) = (words(&known), words(&nothing));
        assert_eq!(hidden, absent, "what is above looks as if it did not exist");
    });
}
