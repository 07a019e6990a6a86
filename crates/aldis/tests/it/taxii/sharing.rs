//! What was sent to a partner is in the collection it reads: once, followed by what corrects it.

use super::{Tool, WITHHELD, collection, desk, objects_of, told_without};
use crate::desk::{House, draft, sentence};
use crate::store::on_both;
use aldis::desk::release::{self, Purpose};
use aldis::desk::{deliver, partners};
use aldis_model::Tlp;
use aldis_model::gate::Ladder;
use serde_json::Value;

on_both!(
    what_was_sent_is_published_once_and_follows_its_corrections,
    the_copies_of_two_audiences_share_no_id,
    nothing_that_was_withheld_is_in_the_bytes,
    nothing_is_published_where_the_partner_may_add,
    another_partner_gets_the_same_bytes_as_before,
    red_is_for_people_and_not_for_tools,
    what_a_collection_never_held_is_not_taken_back_in_it,
    a_clock_that_goes_back_still_gives_later_versions,
    a_version_waits_for_its_time,
);

fn objects(desk: &crate::desk::Desk, partner: &str, path: &str) -> Vec<Value> {
    Tool::of(desk, partner).get(path).json()["objects"].as_array().cloned().unwrap_or_default()
}

fn report(desk: &crate::desk::Desk, partner: &str, path: &str) -> Value {
    let all = objects(desk, partner, path);
    let mut reports = all.into_iter().filter(|one| one["type"] == "report");
    let one = reports.next().unwrap();
    assert!(reports.next().is_none());
    one
}

fn what_was_sent_is_published_once_and_follows_its_corrections(house: &House) {
    let desk = desk(house);
    let own = objects_of(&collection(&desk, "ALBA", "read"));
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let release = desk.propose(&warning, "ALBA", Purpose::Alert).unwrap();
    desk.approve("Senior", &release).unwrap();
    desk.work();
    assert!(objects(&desk, "ALBA", &own).is_empty(), "approved, and not sent");
    desk.send(&release).unwrap();
    desk.work();
    let alert = report(&desk, "ALBA", &own);
    assert!(alert.get("revoked").is_none());
    let count = desk.count("SELECT count(*) FROM taxii_object");
    // The worker may die after its commit and do it again.
    desk.place.tamper("UPDATE outbox SET done_at = NULL, leased_until = 0 WHERE kind = 'share'");
    desk.work();
    assert_eq!(desk.count("SELECT count(*) FROM taxii_object"), count);

    let mut versions = vec![alert.clone()];
    for purpose in [Purpose::Update, Purpose::Cancel] {
        desk.released(&warning, "ALBA", purpose);
        desk.work();
        let next = report(&desk, "ALBA", &own);
        assert_eq!((&next["id"], &next["created"]), (&alert["id"], &alert["created"]));
        let before = versions.last().unwrap()["modified"].as_str().unwrap().to_owned();
        assert!(next["modified"].as_str().unwrap() > before.as_str());
        versions.push(next);
    }
    assert_eq!(versions[2]["revoked"], true);
    assert!(versions[1].get("revoked").is_none());
    assert_eq!(desk.findings(), []);
}

fn the_copies_of_two_audiences_share_no_id(house: &House) {
    let desk = desk(house);
    let decided = desk.decided();
    let paths = ["ALBA", "GAMMA"].map(|partner| {
        desk.audience(partner, Ladder::Partner, "hand", "");
        (partner, objects_of(&collection(&desk, partner, "read")))
    });
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    for (partner, _) in &paths {
        desk.released(&warning, partner, Purpose::Alert);
    }
    desk.work();
    let [alba, gamma] = paths.map(|(partner, path)| objects(&desk, partner, &path));
    let own = |all: &[Value], kind: &str| -> Vec<String> {
        let of_kind = all.iter().filter(|one| one["type"] == kind && one["name"] != "Aldis");
        of_kind.map(|one| one["id"].as_str().unwrap().to_owned()).collect()
    };
    for kind in ["report", "identity"] {
        let (one, other) = (own(&alba, kind), own(&gamma, kind));
        assert_eq!((one.len(), other.len()), (1, 1), "{kind}");
        assert_ne!(one, other, "{kind}");
    }
}

fn nothing_that_was_withheld_is_in_the_bytes(house: &House) {
    let shapes = WITHHELD.map(|kept| {
        let house = House::on(house.store);
        let desk = desk(&house);
        let own = objects_of(&collection(&desk, "ALBA", "read"));
        let (_, closed) = told_without(&desk, kept);
        desk.work();
        let bytes = String::from_utf8(Tool::of(&desk, "ALBA").get(&own).bytes).unwrap();
        for word in &closed {
            assert!(!bytes.contains(word), "{word} in {bytes}");
        }
        // Ids differ by chance from desk to desk; everything else must not.
        let report = report(&desk, "ALBA", &own);
        (bytes.len(), report["name"].clone(), report["description"].clone())
    });
    assert_eq!(shapes[0], shapes[1]);
    assert_eq!(shapes[0], shapes[2]);
}

fn nothing_is_published_where_the_partner_may_add(house: &House) {
    let desk = desk(house);
    let both = objects_of(&collection(&desk, "ALBA", "read-write"));
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    desk.sent_to("ALBA");
    desk.work();
    assert!(objects(&desk, "ALBA", &both).is_empty());
}

fn another_partner_gets_the_same_bytes_as_before(house: &House) {
    let desk = desk(house);
    let [alba, gamma] = ["ALBA", "GAMMA"].map(|partner| objects_of(&collection(&desk, partner, "read")));
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let manifest = gamma.replace("/objects/", "/manifest/");
    let seen = || {
        let paths = [gamma.as_str(), manifest.as_str(), "/taxii2/desk/collections/", &alba];
        paths.map(|path| Tool::of(&desk, "GAMMA").get(path))
    };
    let before = seen();
    desk.sent_to("ALBA");
    desk.work();
    assert!(!objects(&desk, "ALBA", &alba).is_empty());
    assert_eq!(seen(), before);
    before[3].is_refusal(404);
    Tool::of(&desk, "ALBA").get(&gamma).is_refusal(404);
}

/// Adds named officers of a partner as an audience.
fn officers_of(desk: &crate::desk::Desk, partner: &str) {
    let new = partners::NewAudience {
        name: "OFFICERS",
        title: "Named officers",
        ladder: Ladder::Officers,
        org: partner,
        ceiling: Tlp::Red,
        channel: "hand",
        address: "",
        language: "en",
    };
    desk.write("Liaison", |tx, ctx| partners::add_audience(tx, ctx, &new)).unwrap();
}

fn red_is_for_people_and_not_for_tools(house: &House) {
    let desk = desk(house);
    let own = objects_of(&collection(&desk, "ALBA", "read"));
    officers_of(&desk, "ALBA");
    let decided = desk.decided();
    let texts = ["The men were seen at the hall.", "Close the hall on the fifth of May."];
    let warnings = ["RED REL OFFICERS", "AMBER+STRICT REL OFFICERS"].map(|label| {
        let mut draft = draft(&decided.report);
        let text = texts[usize::from(label.starts_with("AMBER"))];
        draft.portions = vec![sentence(text, label, &[&decided.report])];
        desk.draft(&decided.duty, &draft).unwrap()
    });
    let (_, delivery) = desk.released(&warnings[0], "OFFICERS", Purpose::Alert);
    desk.work();
    assert!(objects(&desk, "ALBA", &own).is_empty());
    let queued = desk.read("Senior", |tx, ctx| deliver::find(tx, ctx, &delivery)).unwrap();
    assert_eq!(queued.get().progress, "queued", "a person still carries it");
    // The same people's version below RED is there.
    desk.released(&warnings[1], "OFFICERS", Purpose::Alert);
    desk.work();
    assert_eq!(report(&desk, "ALBA", &own)["description"], texts[1]);
    assert_eq!(desk.findings(), []);
}

fn what_a_collection_never_held_is_not_taken_back_in_it(house: &House) {
    let desk = desk(house);
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let sent = desk.sent_to("ALBA");
    desk.work();
    let late = objects_of(&collection(&desk, "ALBA", "read"));
    desk.work();
    assert!(objects(&desk, "ALBA", &late).is_empty(), "it was sent before");
    desk.released(&sent.warning, "ALBA", Purpose::Cancel);
    desk.work();
    assert!(objects(&desk, "ALBA", &late).is_empty(), "what is taken back was never here");
}

fn a_clock_that_goes_back_still_gives_later_versions(house: &House) {
    let desk = desk(house);
    let own = objects_of(&collection(&desk, "ALBA", "read"));
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let sent = desk.sent_to("ALBA");
    desk.work();
    let mut last = report(&desk, "ALBA", &own);
    for _ in 0..2 {
        desk.later(-10);
        desk.released(&sent.warning, "ALBA", Purpose::Update);
        desk.later(30);
        desk.work();
        let next = report(&desk, "ALBA", &own);
        assert!(next["modified"].as_str() > last["modified"].as_str(), "{next} after {last}");
        assert_eq!(next["created"], last["created"]);
        last = next;
    }
}

fn a_version_waits_for_its_time(house: &House) {
    let desk = desk(house);
    let own = objects_of(&collection(&desk, "ALBA", "read"));
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let release = desk.propose(&warning, "ALBA", Purpose::Alert).unwrap();
    desk.approve("Senior", &release).unwrap();
    let not_before = Some(desk.now().plus(3_600_000_000));
    let sealer = &desk.node.sealer;
    desk.write("Senior", |tx, ctx| release::send(tx, ctx, sealer, &release, not_before)).unwrap();
    desk.work();
    assert!(objects(&desk, "ALBA", &own).is_empty());
    desk.later(60);
    desk.work();
    report(&desk, "ALBA", &own);
}
