//! The main job from end to end: a report becomes an answered, provable warning.

use crate::desk::{Desk, clock};
use aldis::desk::compose::{CapDraft, Draft, Sentence};
use aldis::desk::release::Purpose;
use aldis::desk::{
    acknowledge, case, compose, deliver, determine, gather, inbound, publish, release, review, watch,
};
use aldis::log;
use aldis::sim::SimNet;
use aldis_model::Id;
use aldis_model::answer::Answer;
use aldis_model::duty::VictimKind;
use aldis_model::gate::Ladder;
use serde_json::json;

fn take_in(desk: &Desk, text: &str, label: &str) -> Id {
    let incoming = gather::Incoming {
        bytes: text.as_bytes(),
        media_type: Some("text/plain"),
        channel: "manual",
        source: "own collection",
        originator: None,
        origin: None,
        label: label.parse().unwrap(),
    };
    let documents = gather::read(&incoming).unwrap();
    let ctx = desk.by("Duty");
    desk.node.db.write(|tx| gather::accept(tx, &ctx, &incoming, &documents[0])).unwrap()
}

fn step(desk: &Desk, by: &str, duty: &Id, event: &str, fields: serde_json::Value) {
    let ctx = desk.by(by);
    let fields = fields.as_object().unwrap().clone();
    desk.node.db.write(|tx| determine::act(tx, &ctx, duty, event, &fields)).unwrap();
}

#[test]
fn a_report_becomes_an_answered_provable_warning() {
    let clock = clock();
    let net = SimNet::new(clock.clone());
    let north = Desk::new("NORTHPORT", &clock, &net);
    let alba = Desk::new("ALBA", &clock, &net);
    north.knows(&alba);
    alba.knows(&north);
    north.audience("ALBA", Ladder::Partner, "node", "ALBA");
    north.audience("PUBLIC", Ladder::Public, "cap", "");

    let text = "A contact with direct access says men of the Grey Tide mean to attack a concert in Lowtown \
                tomorrow. The Lantern Hall was named.";
    let report = take_in(&north, text, "TLP:RED");
    north.work();
    let (analyst, senior) = (north.by("Analyst"), north.by("Senior"));
    north.node.db.write(|tx| gather::open(tx, &analyst, &report)).unwrap();
    let case = north.node.db.write(|tx| case::open(tx, &analyst, "Concert in Lowtown", &report)).unwrap();
    let duty = north
        .node
        .db
        .write(|tx| case::add_victim(tx, &analyst, &case, VictimKind::Location, "Lantern Hall"))
        .unwrap();
    step(
        &north,
        "Analyst",
        &duty,
        "triage",
        json!({"harm_types": ["intentional_killing"], "first_impression_ttl": "TTL-HIGH"}),
    );
    step(
        &north,
        "Analyst",
        &duty,
        "assess",
        json!({
            "harm": ["intentional_killing"], "impending": "near_<=7d", "victim_kind": "location",
            "place": "Lantern Hall", "source_grade": "B", "info_grade": "2",
            "specific_elements": ["who", "where", "when"], "confidence": "moderate",
            "independent_sources": [{"report": report.as_str(), "origins": ["OWN"]}], "reasons": "direct access"
        }),
    );
    step(
        &north,
        "Analyst",
        &duty,
        "submit",
        json!({"case_summary": "Attack on a hall", "proposed_decision": "warn"}),
    );
    step(
        &north,
        "Senior",
        &duty,
        "decide_warn",
        json!({
            "deliverer": "foreign_liaison", "method": "node", "means": "signed envelope",
            "substance_limits": "no source", "deadline": "2031-05-05T08:00:00Z"
        }),
    );
    let sentence = |text: &str, label: &str| Sentence {
        text: text.into(),
        label: label.parse().unwrap(),
        basis: vec![report.clone()],
    };
    let draft = Draft {
        subject: "Security alert for Lowtown".into(),
        ends_at: Some("2031-05-06T08:00:00Z".parse().unwrap()),
        targeted: false,
        cap: CapDraft { area: "Lowtown".into(), geocode: vec!["LOCAL=7".into()], ..CapDraft::default() },
        portions: vec![
            sentence("The Grey Tide plans violence at the Lantern Hall.", "AMBER+STRICT REL ALBA"),
            sentence("Avoid large gatherings in Lowtown over the next 48 hours.", "CLEAR"),
        ],
    };
    let warning = north.node.db.write(|tx| compose::draft(tx, &analyst, &duty, &draft)).unwrap();
    let mut sent = vec![];
    for audience in ["ALBA", "PUBLIC"] {
        let sealer = &north.node.sealer;
        let id = north
            .node
            .db
            .write(|tx| release::propose(tx, &analyst, sealer, &warning, audience, Purpose::Alert))
            .unwrap();
        assert!(north.node.db.write(|tx| release::approve(tx, &analyst, sealer, &id)).is_err());
        north.node.db.write(|tx| release::approve(tx, &senior, sealer, &id)).unwrap();
        sent.push(north.node.db.write(|tx| release::send(tx, &senior, sealer, &id, None)).unwrap());
    }
    north.work();

    // The partner has the fuller text, the public the other one.
    let liaison = alba.by("Liaison");
    let got = alba.node.db.read(|tx| inbound::list(tx, &liaison)).unwrap().into_inner();
    assert!(got[0].body.contains("Lantern Hall") && got[0].body.contains("Avoid"));
    let publisher =
        publish::Publisher { title: "Northport", url: "http://northport.test", sender: "aldis/NORTHPORT" };
    let system = north.node.system();
    let feed = north.node.db.read(|tx| publish::feed(tx, &system, &publisher)).unwrap().into_inner();
    assert!(
        feed.contains("Avoid large gatherings") && !feed.contains("Lantern") && !feed.contains("Grey Tide")
    );

    // The partner does not accept; that opens a review within the hour.
    let id = &got[0].id;
    alba.node
        .db
        .write(|tx| inbound::answer(tx, &liaison, alba.node.signer(), id, Answer::DoNotAccept, "blackmail"))
        .unwrap();
    alba.work();
    let floor = north.node.db.read(|tx| watch::floor(tx, &senior)).unwrap().into_inner();
    assert!(floor.waiting.iter().any(|task| task.kind == "dismissed"), "{floor:?}");
    let seen = north.node.db.read(|tx| determine::find(tx, &senior, &duty)).unwrap().into_inner();
    assert_eq!(seen.state.as_str(), "DISMISSED");
    let delivery = north.node.db.read(|tx| deliver::find(tx, &senior, &sent[0])).unwrap().into_inner();
    assert_eq!(delivery.answer.as_deref(), Some("do_not_accept"));
    let settled = |tx: &mut aldis::db::Tx<'_>| {
        acknowledge::settle(
            tx,
            &senior,
            &sent[0],
            aldis_model::task::Task::Dismissed,
            "re-deliver with more detail",
        )
    };
    north.node.db.write(settled).unwrap();

    // The record says all of it, and both ledgers are whole.
    let auditor = north.by("Auditor");
    let timeline = north.node.db.read(|tx| review::timeline(tx, &auditor, &case, None)).unwrap().into_inner();
    assert!(timeline.iter().any(|entry| entry.kind == "dismissal.received"), "{timeline:#?}");
    for desk in [&north, &alba] {
        desk.work();
        let verdict = log::verify(&desk.node.db, desk.node.log.folder(), &desk.node.verifier()).unwrap();
        assert_eq!(verdict.findings, [], "{verdict:?}");
        assert!(verdict.entries > 5 && verdict.rows > 10 && verdict.tiles > 0);
    }
}
