//! Writing, cutting, approving and sending: two people, one frozen text, and what blocks it.

use crate::desk::{Desk, House, draft, kind, says, sentence};
use crate::store::on_both;
use aldis::desk::compose::CapDraft;
use aldis::desk::release::{self, Purpose};
use aldis::desk::{compose, consent};
use aldis::error::{Error, Result};
use aldis_model::Id;

on_both!(
    a_draft_says_something_and_rests_on_its_case,
    whoever_wrote_or_proposed_it_cannot_approve_it,
    only_the_text_that_was_proposed_can_be_approved,
    a_release_is_approved_once_and_not_after_it_was_rejected,
    nothing_is_released_before_somebody_decided_to_warn,
    what_points_at_the_source_blocks_a_release,
    a_registered_name_blocks_a_release,
    a_registered_name_stands_in_no_part_of_an_alert,
    an_empty_version_is_refused,
    what_a_partner_said_needs_consent_to_this_text_for_this_audience,
    it_is_sent_once_and_only_when_approved,
    own_staff_told_opens_the_question_about_the_public,
    a_warning_aimed_at_one_victim_leaves_the_public_out,
    an_update_or_cancel_needs_something_to_replace,
    a_preview_shows_what_is_withheld_and_why,
);

fn problems<T: std::fmt::Debug>(result: Result<T>) -> Vec<(String, String)> {
    match result {
        Err(Error::Blocked(problems)) => problems.into_iter().map(|p| (p.rule.to_owned(), p.says)).collect(),
        other => panic!("blocked, not {other:?}"),
    }
}

fn a_draft_says_something_and_rests_on_its_case(house: &House) {
    let desk = house.desk("NORTHPORT");
    let decided = desk.decided();
    let elsewhere = desk.take_in("A ferry was late.", "GREEN");
    let good = draft(&decided.report);
    let with = |change: &dyn Fn(&mut compose::Draft)| {
        let mut changed = good.clone();
        change(&mut changed);
        desk.draft(&decided.duty, &changed)
    };
    desk.unchanged(|| {
        for (words, refused) in [
            ("subject", with(&|d| d.subject = " ".into())),
            ("subject", with(&|d| d.subject = "Two\nlines".into())),
            ("subject", with(&|d| d.subject = "x".repeat(121))),
            ("sentences", with(&|d| d.portions.clear())),
            ("sentence 1", with(&|d| d.portions[0].text = "  ".into())),
            ("in the past", with(&|d| d.ends_at = Some("2031-05-04T07:00:00Z".parse().unwrap()))),
            ("not in this case", with(&|d| d.portions[1].basis = vec![elsewhere.clone()])),
            ("CAP category", with(&|d| d.cap.category = vec!["Gossip".into()])),
            ("CAP needs", with(&|d| d.cap.category.clear())),
            ("CAP urgency", with(&|d| d.cap.urgency = "Very".into())),
            ("an area is", with(&|d| d.cap.polygon = "1,2 3,4".into())),
            ("an area is", with(&|d| d.cap.circle = "95,0 5".into())),
            ("an area is", with(&|d| d.cap.geocode = vec!["7".into()])),
        ] {
            assert!(says(refused).contains(words), "{words}");
        }
    });
    let mut area = good.clone();
    area.cap =
        CapDraft { polygon: "1,2 3,4 5,6 1,2".into(), circle: "60.1,24.9 5".into(), ..good.cap.clone() };
    desk.draft(&decided.duty, &area).unwrap();
    assert_eq!(desk.findings(), []);
}

fn whoever_wrote_or_proposed_it_cannot_approve_it(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    // A senior officer may draft too, and then another one must approve.
    let text = draft(&decided.report);
    let warning = desk.write("Senior", |tx, ctx| compose::draft(tx, ctx, &decided.duty, &text)).unwrap();
    let deputy = desk.office("Deputy", aldis_model::role::Role::Senior);
    let sealer = &desk.node.sealer;
    let proposed = |by: &str| {
        desk.write(by, |tx, ctx| release::propose(tx, ctx, sealer, &warning, "ALBA", Purpose::Alert)).unwrap()
    };
    let by_deputy = proposed(&deputy);
    let by_analyst = proposed("Analyst");
    desk.unchanged(|| {
        assert_eq!(kind(desk.approve("Senior", &by_deputy)), "second person", "the author");
        assert_eq!(kind(desk.approve(&deputy, &by_deputy)), "second person", "the proposer");
        assert_eq!(kind(desk.approve("Senior", &by_analyst)), "second person", "the author again");
        assert_eq!(kind(desk.approve("Analyst", &by_analyst)), "forbidden");
    });
    desk.approve(&deputy, &by_analyst).unwrap();
}

fn only_the_text_that_was_proposed_can_be_approved(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let release = desk.propose(&warning, "ALBA", Purpose::Alert).unwrap();
    // Nothing in the program changes a portion; somebody does it behind its back.
    let before = "Avoid large gatherings in Lowtown over the next 48 hours.";
    let sql = |from: &str, to: &str| format!("UPDATE portion SET body = '{to}' WHERE body = '{from}'");
    desk.place.tamper(&sql(before, "Stay at home."));
    desk.unchanged(|| assert_eq!(kind(desk.approve("Senior", &release)), "conflict"));
    desk.place.tamper(&sql("Stay at home.", before));
    desk.approve("Senior", &release).unwrap();
    assert_eq!(desk.findings(), []);
}

fn a_release_is_approved_once_and_not_after_it_was_rejected(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let first = desk.propose(&warning, "ALBA", Purpose::Alert).unwrap();
    let second = desk.propose(&warning, "ALBA", Purpose::Alert).unwrap();
    assert_eq!(desk.open_tasks("approve"), 2);
    let reject = |id: &Id, why: &str| desk.write("Senior", |tx, ctx| release::reject(tx, ctx, id, why));
    desk.unchanged(|| assert!(says(reject(&first, " ")).contains("say why")));
    reject(&first, "say less").unwrap();
    desk.approve("Senior", &second).unwrap();
    assert_eq!(desk.open_tasks("approve"), 0);
    desk.unchanged(|| {
        assert_eq!(kind(desk.approve("Senior", &first)), "conflict");
        assert_eq!(kind(desk.approve("Senior", &second)), "conflict");
        assert_eq!(kind(reject(&second, "too late")), "conflict");
        assert_eq!(kind(desk.send(&first)), "second person", "rejected");
    });
}

fn nothing_is_released_before_somebody_decided_to_warn(house: &House) {
    let (desk, _alba) = house.pair();
    let report = desk.take_in("The hall was named.", "GREEN");
    let (_, duty) = desk.case_on(&report);
    let mut text = draft(&report);
    text.portions.remove(0);
    let warning = desk.draft(&duty, &text).unwrap();
    let release = desk.propose(&warning, "PUBLIC", Purpose::Alert).unwrap();
    desk.unchanged(|| assert!(says(desk.approve("Senior", &release)).contains("nobody has decided to warn")));
}

fn public_text(desk: &Desk, text: &str) -> Result<Id> {
    let decided = desk.decided();
    let mut written = draft(&decided.report);
    written.portions = vec![sentence(text, "CLEAR", &[&decided.report])];
    let warning = desk.draft(&decided.duty, &written).unwrap();
    desk.propose(&warning, "PUBLIC", Purpose::Alert)
}

fn what_points_at_the_source_blocks_a_release(house: &House) {
    let (desk, _alba) = house.pair();
    let blocked = |text: &str| problems(public_text(&desk, text));
    assert_eq!(blocked("A contact told us to avoid Lowtown.")[0].0, "TF-05");
    assert_eq!(blocked("Avoid Lowtown and write to desk@northport.test at once.")[0].0, "TF-09");
    let word_for_word = blocked("Men of the Grey Tide mean to attack.");
    assert_eq!(word_for_word[0].0, "TF-08");
    assert!(word_for_word[0].1.contains("men of the grey tide"), "{word_for_word:?}");
    public_text(&desk, "Avoid large gatherings in Lowtown.").unwrap();
}

fn a_registered_name_blocks_a_release(house: &House) {
    let (desk, _alba) = house.pair();
    let cover = desk.registers("Ilse Brandvold", "RED");
    let found = problems(public_text(&desk, "Ilse Brandvold should stay away from Lowtown."));
    assert_eq!(found[0].0, "RR-06");
    assert!(found[0].1.contains(cover.as_str()));
    // Neither the text nor the line above it may carry the name.
    let decided = desk.decided();
    let mut written = draft(&decided.report);
    written.subject = "News of Ilse Brandvold".into();
    written.portions.remove(0);
    let warning = desk.draft(&decided.duty, &written).unwrap();
    assert_eq!(problems(desk.propose(&warning, "PUBLIC", Purpose::Alert))[0].0, "RR-06");
}

fn a_registered_name_stands_in_no_part_of_an_alert(house: &House) {
    let (desk, _alba) = house.pair();
    desk.registers("Ilse Brandvold", "RED");
    let decided = desk.decided();
    let put: [fn(&mut aldis::desk::compose::CapDraft); 5] = [
        |cap| cap.contact = "ask Ilse Brandvold, +358 9 1234 5678".into(),
        |cap| cap.web = "https://news.test/people/Ilse-Brandvold".into(),
        |cap| cap.area = "the street of Ilse Brandvold".into(),
        |cap| cap.event = "Attack on Ilse Brandvold".into(),
        |cap| cap.geocode = vec!["HOUSE=Ilse Brandvold".into()],
    ];
    for put in put {
        let mut written = draft(&decided.report);
        written.portions.remove(0);
        put(&mut written.cap);
        let warning = desk.draft(&decided.duty, &written).unwrap();
        let proposed = desk.unchanged(|| desk.propose(&warning, "PUBLIC", Purpose::Alert));
        assert!(proposed.is_err(), "{:?}", written.cap);
        let found = problems(proposed);
        assert!(found.iter().any(|(rule, _)| rule == "RR-06"), "{:?}: {found:?}", written.cap);
    }
}

fn an_empty_version_is_refused(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let mut written = draft(&decided.report);
    written.portions.truncate(1);
    let warning = desk.draft(&decided.duty, &written).unwrap();
    desk.unchanged(|| {
        let found = problems(desk.propose(&warning, "PUBLIC", Purpose::Alert));
        assert!(found[0].1.contains("nothing in this warning may go to PUBLIC"));
        let unknown = desk.propose(&warning, "NOBODY", Purpose::Alert);
        assert_eq!(kind(unknown), "not found");
    });
    desk.propose(&warning, "ALBA", Purpose::Alert).unwrap();
}

fn what_a_partner_said_needs_consent_to_this_text_for_this_audience(house: &House) {
    let (desk, _alba) = house.pair();
    let report = desk.take_from("They mean the hall.", "AMBER+STRICT REL NORTHPORT", Some("ALBA"), None);
    let (case, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    desk.step("Senior", &duty, "decide_warn", crate::desk::decision()).unwrap();
    let text = "Avoid large gatherings in Lowtown.";
    let mut written = draft(&report);
    written.portions = vec![sentence(text, "CLEAR", &[&report])];
    let warning = desk.draft(&duty, &written).unwrap();
    let to = |audience: &str| desk.propose(&warning, audience, Purpose::Alert);
    let found = problems(to("PUBLIC"));
    assert!(found[0].0 == "RR-01" && found[0].1.contains("ALBA's consent"), "{found:?}");
    let ask = |audience: &str, text: &str, yes: bool| {
        let id =
            desk.write("Analyst", |tx, ctx| consent::ask(tx, ctx, &case, "Alba", audience, text)).unwrap();
        desk.write("Liaison", |tx, ctx| consent::answered(tx, ctx, &id, yes, "by telephone")).unwrap();
        id
    };
    ask("PUBLIC", "Avoid large gatherings in Lowtown", true);
    ask("HALL", text, true);
    ask("PUBLIC", text, false);
    assert_eq!(problems(to("PUBLIC"))[0].0, "RR-01", "another text, another audience, and a no");
    let given = ask("PUBLIC", text, true);
    to("PUBLIC").unwrap();
    to("HALL").unwrap();
    // Back to the originator itself no consent is needed; to a third party it is.
    to("ALBA").unwrap();
    assert_eq!(problems(to("OFFICER"))[0].0, "RR-01");
    desk.unchanged(|| {
        let again = desk.write("Liaison", |tx, ctx| consent::answered(tx, ctx, &given, false, "no"));
        assert_eq!(kind(again), "conflict");
        let nothing = desk.write("Analyst", |tx, ctx| consent::ask(tx, ctx, &case, "ALBA", "PUBLIC", " "));
        assert_eq!(kind(nothing), "refused");
    });
}

fn it_is_sent_once_and_only_when_approved(house: &House) {
    let (desk, alba) = house.pair();
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let release = desk.propose(&warning, "ALBA", Purpose::Alert).unwrap();
    desk.unchanged(|| assert_eq!(kind(desk.send(&release)), "second person"));
    desk.approve("Senior", &release).unwrap();
    let later = desk.now().plus(3_600_000_000);
    desk.write("Senior", |tx, ctx| release::send(tx, ctx, &desk.node.sealer, &release, Some(later))).unwrap();
    desk.unchanged(|| assert_eq!(kind(desk.send(&release)), "conflict"));
    // Not before its time.
    desk.later(59);
    desk.work();
    assert_eq!(alba.count("SELECT count(*) FROM inbound"), 0);
    desk.later(1);
    desk.work();
    assert_eq!(alba.count("SELECT count(*) FROM inbound"), 1);
}

fn own_staff_told_opens_the_question_about_the_public(house: &House) {
    let (desk, _alba) = house.pair();
    let sent = desk.sent_to("STAFF");
    assert_eq!(desk.open_tasks("public-equivalence"), 1);
    // Telling our own people does not discharge the duty.
    assert_eq!(desk.state(&sent.duty), "WARN_APPROVED");
    // Intending to publish keeps it open; publishing closes it.
    desk.write("Senior", |tx, ctx| {
        aldis::desk::escalate::decide_public(tx, ctx, &sent.warning, "publish", "they must know too")
    })
    .unwrap();
    assert_eq!(desk.open_tasks("public-equivalence"), 1);
    desk.released(&sent.warning, "PUBLIC", Purpose::Alert);
    desk.work();
    assert_eq!(desk.open_tasks("public-equivalence"), 0);
    assert!(desk.kinds().contains(&"nds.decision".to_owned()));
    assert_eq!(desk.findings(), []);
}

fn a_warning_aimed_at_one_victim_leaves_the_public_out(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let mut written = draft(&decided.report);
    written.targeted = true;
    let warning = desk.draft(&decided.duty, &written).unwrap();
    desk.released(&warning, "STAFF", Purpose::Alert);
    assert_eq!(desk.open_tasks("public-equivalence"), 0);
}

fn an_update_or_cancel_needs_something_to_replace(house: &House) {
    let (desk, alba) = house.pair();
    let sent = desk.sent_to("ALBA");
    desk.unchanged(|| {
        for purpose in [Purpose::Update, Purpose::Cancel] {
            let refused = desk.propose(&sent.warning, "PUBLIC", purpose);
            assert!(says(refused).contains("was sent nothing yet"));
        }
    });
    desk.work();
    let (update, _) = desk.released(&sent.warning, "ALBA", Purpose::Update);
    let found = desk.read("Senior", |tx, ctx| release::find(tx, ctx, &update)).unwrap().into_inner();
    assert_eq!(found.replaces, Some(sent.release));
    desk.work();
    let got = alba.read("Liaison", aldis::desk::inbound::list).unwrap().into_inner();
    let mut kinds: Vec<_> = got.iter().map(|inbound| inbound.kind.as_str()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["alert", "update"]);
}

fn a_preview_shows_what_is_withheld_and_why(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let preview = |audience: &str| {
        desk.read("Analyst", |tx, ctx| compose::preview(tx, ctx, &desk.node.sealer, &warning, audience))
            .unwrap()
            .into_inner()
    };
    let public = preview("PUBLIC");
    assert_eq!(public.text, "Avoid large gatherings in Lowtown over the next 48 hours.");
    assert_eq!(public.portions.iter().map(|p| p.2.is_some()).collect::<Vec<_>>(), [false, true]);
    assert_eq!(public.tlp, "TLP:CLEAR");
    let partner = preview("ALBA");
    assert_eq!(partner.portions.iter().filter(|p| p.2.is_some()).count(), 2);
    assert_eq!(partner.tlp, "TLP:AMBER+STRICT");
    assert_eq!(partner.problems, []);
}
