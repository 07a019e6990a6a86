//! Consent between nodes: one text, one audience, asked through the gate, answered by a person, kept once.

use crate::desk::{Desk, House, draft, kind, says, sentence};
use crate::store::on_both;
use aldis::desk::consent::{self, Question};
use aldis::desk::release::Purpose;
use aldis::exchange;
use aldis_ledger::note;
use aldis_model::Id;
use aldis_wire::exchange::{ConsentAnswer, Message};

on_both!(
    an_originator_is_asked_through_its_node_and_the_release_follows,
    a_no_is_kept_and_the_text_stays,
    silence_waits_for_a_call,
    only_what_the_originator_may_read_and_another_wrote_is_asked,
    the_audience_is_named_by_its_rung_unless_somebody_says_more,
    an_answer_counts_once_and_for_the_text_that_was_sent,
    a_question_is_answered_once_by_a_senior_officer,
);

const TEXT: &str = "Avoid large gatherings in Lowtown.";

struct Alba {
    north: Desk,
    alba: Desk,
    case: Id,
    warning: Id,
}

/// A warning whose only sentence rests on what ALBA reported.
fn from_alba(house: &House, text: &str, label: &str) -> Alba {
    let (north, alba) = house.pair();
    let report = north.take_from("They mean the hall.", "AMBER+STRICT REL NORTHPORT", Some("ALBA"), None);
    let (case, duty) = north.case_on(&report);
    north.submitted(&report, &duty);
    north.step("Senior", &duty, "decide_warn", crate::desk::decision()).unwrap();
    let mut written = draft(&report);
    written.portions = vec![sentence(text, label, &[&report])];
    let warning = north.draft(&duty, &written).unwrap();
    Alba { north, alba, case, warning }
}

impl Alba {
    fn ask(&self, by: &str, audience: &str, text: &str, shown_as: &str) -> aldis::error::Result<Id> {
        let (sealer, signer) = (&self.north.node.sealer, self.north.node.signer());
        let asked = Question { case: &self.case, originator: "alba", audience, text };
        self.north.write(by, |tx, ctx| consent::ask_node(tx, ctx, sealer, signer, &asked, shown_as))
    }

    fn received(&self) -> Vec<consent::Inbound> {
        self.alba.read("Senior", consent::list).unwrap().into_inner()
    }

    fn reply(&self, by: &str, yes: bool, words: &str) -> aldis::error::Result<()> {
        let (id, signer) = (self.received()[0].id.clone(), self.alba.node.signer());
        self.alba.write(by, |tx, ctx| consent::reply(tx, ctx, signer, &id, yes, words))
    }

    fn asked(&self) -> Vec<consent::Asked> {
        self.north.read("Analyst", |tx, ctx| consent::of_case(tx, ctx, &self.case)).unwrap().into_inner()
    }

    fn both_whole(&self) {
        assert_eq!(self.north.findings(), []);
        assert_eq!(self.alba.findings(), []);
    }
}

/// Asks a partner through its node about the open sentence of a warning in a case.
pub fn ask_about_open_sentence(desk: &Desk, case: &Id, originator: &str, audience: &str) {
    let sql = format!(
        "SELECT p.body FROM portion p JOIN warning w ON w.id = p.warning_id
                        WHERE w.case_id = '{case}' AND p.label = 'TLP:CLEAR' ORDER BY p.position"
    );
    let text = desk.column(&sql).remove(0);
    let asked = Question { case, originator, audience, text: &text };
    let (sealer, signer) = (&desk.node.sealer, desk.node.signer());
    desk.write("Liaison", |tx, ctx| consent::ask_node(tx, ctx, sealer, signer, &asked, "")).unwrap();
}

/// Answers the partner's question that arrived.
pub fn reply_to_question(desk: &Desk) {
    let got = desk.read("Senior", consent::list).unwrap().into_inner();
    let signer = desk.node.signer();
    desk.write("Senior", |tx, ctx| consent::reply(tx, ctx, signer, &got[0].id, true, "agreed")).unwrap();
}

fn an_originator_is_asked_through_its_node_and_the_release_follows(house: &House) {
    let all = from_alba(house, TEXT, "CLEAR");
    assert_eq!(kind(all.north.propose(&all.warning, "PUBLIC", Purpose::Alert)), "blocked");
    all.ask("Liaison", "PUBLIC", TEXT, "").unwrap();
    assert_eq!(all.north.open_tasks("consent"), 1);
    all.north.work();
    let got = all.received();
    assert_eq!((got.len(), got[0].body.as_str(), got[0].rung.as_str()), (1, TEXT, "public"));
    assert_eq!(all.alba.open_tasks("consent-asked"), 1);
    assert_eq!(kind(all.north.propose(&all.warning, "PUBLIC", Purpose::Alert)), "blocked", "not answered");
    all.reply("Senior", true, "agreed").unwrap();
    assert_eq!(all.alba.open_tasks("consent-asked"), 0);
    all.alba.work();
    let asked = all.asked();
    assert_eq!((asked[0].answer.as_deref(), asked[0].words.as_str()), (Some("yes"), "agreed"));
    assert_eq!((all.north.open_tasks("consent"), all.north.open_tasks("consented")), (0, 1));
    all.north.propose(&all.warning, "PUBLIC", Purpose::Alert).unwrap();
    assert_eq!(all.north.open_tasks("consented"), 0);
    // The yes was for these readers only.
    assert_eq!(kind(all.north.propose(&all.warning, "OFFICER", Purpose::Alert)), "blocked");
    all.both_whole();
}

fn a_no_is_kept_and_the_text_stays(house: &House) {
    let all = from_alba(house, TEXT, "CLEAR");
    all.ask("Liaison", "PUBLIC", TEXT, "").unwrap();
    all.north.work();
    all.reply("Senior", false, "").unwrap();
    all.alba.work();
    assert_eq!(all.asked()[0].answer.as_deref(), Some("no"));
    assert_eq!(kind(all.north.propose(&all.warning, "PUBLIC", Purpose::Alert)), "blocked");
    all.both_whole();
}

fn silence_waits_for_a_call(house: &House) {
    let all = from_alba(house, TEXT, "CLEAR");
    let id = all.ask("Liaison", "PUBLIC", TEXT, "").unwrap();
    all.north.work();
    all.north.later(61);
    all.north.work();
    let late = format!(
        "SELECT count(*) FROM task WHERE kind = 'consent' AND thing = '{id}'
                          AND done_at IS NULL AND due_at < {}",
        all.north.now().micros()
    );
    assert_eq!(all.north.count(&late), 1);
    // A call settles it, and the node's late answer does not overwrite what was said.
    all.north.write("Liaison", |tx, ctx| consent::answered(tx, ctx, &id, false, "by telephone")).unwrap();
    assert_eq!(all.north.open_tasks("consent"), 0);
    all.reply("Senior", true, "").unwrap();
    all.alba.work();
    assert_eq!(all.asked()[0].answer.as_deref(), Some("no"));
    all.both_whole();
}

fn only_what_the_originator_may_read_and_another_wrote_is_asked(house: &House) {
    let all = from_alba(house, "The men named in the report stay away.", "RED");
    let text = "The men named in the report stay away.";
    all.north.unchanged(|| {
        let above = all.ask("Liaison", "PUBLIC", text, "");
        assert!(says(above).contains("may read says exactly this"));
        let other = all.ask("Liaison", "PUBLIC", "Something else.", "");
        assert!(says(other).contains("may read says exactly this"), "the same words for what is not there");
    });
    let house = House::on(house.store);
    let all = from_alba(&house, TEXT, "CLEAR");
    all.north.unchanged(|| {
        assert_eq!(kind(all.ask("Analyst", "PUBLIC", TEXT, "")), "second person");
        assert_eq!(kind(all.ask("Liaison", "NOBODY", TEXT, "")), "not found");
        assert_eq!(kind(all.ask("Auditor", "PUBLIC", TEXT, "")), "forbidden");
        let asked = Question { case: &all.case, originator: "HALL", audience: "PUBLIC", text: TEXT };
        let (sealer, signer) = (&all.north.node.sealer, all.north.node.signer());
        let hall =
            all.north.write("Liaison", |tx, ctx| consent::ask_node(tx, ctx, sealer, signer, &asked, ""));
        assert!(says(hall).contains("has no node here"));
    });
    let name = "Ilia Warga";
    all.north.registers(name, "TLP:RED");
    all.north.unchanged(|| {
        let named = all.ask("Liaison", "PUBLIC", TEXT, name);
        assert_eq!(kind(named), "blocked", "a name of the register goes to no partner");
    });
}

fn the_audience_is_named_by_its_rung_unless_somebody_says_more(house: &House) {
    let all = from_alba(house, TEXT, "CLEAR");
    let (sealer, text) = (&all.north.node.sealer, TEXT);
    let asked = Question { case: &all.case, originator: "ALBA", audience: "HALL", text };
    all.north.unchanged(|| {
        let seen =
            all.north.read("Liaison", |tx, ctx| consent::rehearse(tx, ctx, sealer, &asked, "")).unwrap();
        assert_eq!(seen.get().audience, "a partner and those it protects");
        assert!(!Message::ConsentRequest(seen.into_inner()).to_line().contains("HALL"));
    });
    all.ask("Liaison", "HALL", TEXT, "the Lantern Hall").unwrap();
    all.north.work();
    assert_eq!(all.received()[0].audience, "the Lantern Hall");
}

fn an_answer_counts_once_and_for_the_text_that_was_sent(house: &House) {
    let all = from_alba(house, TEXT, "CLEAR");
    all.ask("Liaison", "PUBLIC", TEXT, "").unwrap();
    all.north.work();
    let got = all.received().remove(0);
    let answer = |consents, text_hash: &str, from: &str| {
        let message = ConsentAnswer {
            id: "M-ANSWER01".into(),
            from: from.into(),
            to: "NORTHPORT".into(),
            message: got.message.clone(),
            text_hash: text_hash.into(),
            consents,
            note: None,
            by: "senior".into(),
            at: "2031-05-04T09:00:00Z".into(),
        };
        let line = Message::ConsentAnswer(message).checked().unwrap().to_line();
        note::sign(&line, &[all.alba.node.signer()]).unwrap()
    };
    let hash = got.text_hash.to_string();
    let yes = answer(true, &hash, "ALBA");
    let receive = |envelope: &str| exchange::receive(&all.north.node, envelope.as_bytes());
    all.north.unchanged(|| {
        assert_eq!(kind(receive(&answer(true, &"0f".repeat(32), "ALBA"))), "proof", "another text");
        let unknown = yes.replacen(&got.message, "M-NOTHING1", 1);
        assert_eq!(kind(receive(&unknown)), "proof", "altered");
    });
    receive(&yes).unwrap();
    all.north.unchanged(|| {
        receive(&yes).unwrap();
        assert_eq!(kind(receive(&answer(false, &hash, "ALBA"))), "conflict");
    });
    all.both_whole();
}

fn a_question_is_answered_once_by_a_senior_officer(house: &House) {
    let all = from_alba(house, TEXT, "AMBER+STRICT");
    all.ask("Liaison", "PUBLIC", TEXT, "").unwrap();
    all.north.work();
    let envelope = house.net.envelopes().last().unwrap().body.clone();
    all.alba.unchanged(|| {
        exchange::receive(&all.alba.node, envelope.as_bytes()).unwrap();
        assert_eq!(kind(all.reply("Analyst", true, "")), "forbidden");
        assert_eq!(kind(all.reply("Liaison", true, "")), "forbidden");
        assert_eq!(kind(all.reply("Senior", true, &"x".repeat(1_025))), "refused");
        let id = all.received()[0].id.clone();
        // Above a junior officer's ceiling there is no question.
        assert_eq!(
            kind(all.alba.read("Junior", |tx, ctx| consent::find(tx, ctx, &id)).map(|_| ())),
            "not found"
        );
        assert_eq!(all.alba.read("Junior", consent::list).unwrap().get().len(), 0);
    });
    all.reply("Senior", true, "").unwrap();
    all.alba.unchanged(|| assert_eq!(kind(all.reply("Senior", false, "")), "conflict"));
    all.both_whole();
}
