//! The gate: what a partner may see, what is recorded of it, and who counts as whom.

use super::{AMBER, Tool, collection, desk, id, indicator, objects_of, token, url};
use crate::desk::{House, draft, kind};
use crate::store::on_both;
use aldis::desk::partners;
use aldis::desk::release::Purpose;
use aldis::desk::share::collections::{self, NewCollection};
use aldis::desk::share::credentials::{self, Proof};
use aldis::desk::share::publish::{self, StixObject};
use aldis::taxii::secret;
use aldis_model::gate::Ladder;
use aldis_model::{Digest, Id, Label, Released, Tlp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

on_both!(
    what_is_anothers_looks_exactly_like_what_is_not_there,
    what_others_do_moves_nothing_a_partner_can_see,
    what_a_partner_brought_is_labelled_by_its_markings_and_the_unknown_is_red,
    only_an_approved_version_for_this_partner_is_published_to_it,
    what_may_no_longer_be_seen_is_not_there,
    a_byte_changed_behind_our_back_is_found,
    who_read_up_to_where_is_recorded_once_and_not_per_poll,
    wrong_credentials_wait_and_right_ones_that_were_proven_do_not,
    a_revoked_credential_is_refused_at_once,
    collections_and_credentials_are_for_those_who_keep_partners,
);

fn what_is_anothers_looks_exactly_like_what_is_not_there(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    Tool::of(&desk, "ALBA").add(&own, &[indicator(1, 1)]);
    let gamma = Tool::of(&desk, "GAMMA");
    let nothing = "00000000-0000-4000-8000-000000000000";
    for rest in [
        "/",
        "/objects/",
        "/manifest/",
        "/objects/?limit=1&match[version]=all",
        &format!("/objects/{}/", id("indicator", 1)),
        &format!("/objects/{}/versions/", id("indicator", 1)),
    ] {
        let path = |collection: &str| format!("/taxii2/desk/collections/{collection}{rest}");
        gamma.get(&path(&own)).is_refusal(404);
        assert_eq!(gamma.get(&path(&own)), gamma.get(&path(nothing)), "{rest}");
        assert_eq!(gamma.delete(&path(&own)), gamma.delete(&path(nothing)), "{rest}");
        let body = || super::envelope(&[indicator(1, 1)]);
        assert_eq!(gamma.post(&path(&own), body()), gamma.post(&path(nothing), body()), "{rest}");
    }
    assert_eq!(gamma.get("/taxii2/desk/collections/").bytes, b"{}");
    assert_eq!(desk.count("SELECT count(*) FROM taxii_object"), 1);
}

fn what_others_do_moves_nothing_a_partner_can_see(house: &House) {
    let answers = [false, true].map(|busy| {
        let house = House::on(house.store);
        let desk = desk(&house);
        let own = collection(&desk, "ALBA", "read-write");
        let other = collection(&desk, "GAMMA", "read-write");
        let (alba, gamma) = (Tool::of(&desk, "ALBA"), Tool::of(&desk, "GAMMA"));
        let mut answers = Vec::new();
        for number in 0..4 {
            if busy {
                gamma.add(&other, &[indicator(number, 1), indicator(number + 50, 1)]);
                gamma.get(&objects_of(&other));
                desk.work();
            }
            alba.add(&own, &[indicator(number, 1)]);
            for path in ["objects/", "manifest/", "objects/?limit=1&match[version]=all"] {
                let reply = alba.get(&format!("/taxii2/desk/collections/{own}/{path}"));
                let next = reply.json()["next"].as_str().unwrap_or_default().to_owned();
                let text = String::from_utf8(reply.bytes.clone()).unwrap().replace(&next, "");
                answers.push((text, reply.header("x-taxii-date-added-last").to_owned(), reply.status));
            }
        }
        answers
    });
    assert_eq!(answers[0], answers[1]);
}

fn what_a_partner_brought_is_labelled_by_its_markings_and_the_unknown_is_red(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let unknown = "marking-definition--00000000-0000-4000-8000-000000000001";
    let granular = indicator(3, 1).replacen(
        "{",
        &format!("{{\"granular_markings\":[{{\"marking_ref\":\"{unknown}\",\"selectors\":[\"pattern\"]}}],"),
        1,
    );
    tool.add(&own, &[indicator(1, 1), url(2, "x"), granular, indicator(4, 1).replace(AMBER, unknown)]);
    let labels = desk.column("SELECT label FROM taxii_object ORDER BY id, version");
    assert_eq!(labels, ["TLP:AMBER", "TLP:RED CAV UNKNOWN", "TLP:RED CAV UNKNOWN", "TLP:RED"]);
    // What it brought goes back to it, and its record is as closed as what it holds.
    assert_eq!(tool.get(&objects_of(&own)).all("id").len(), 4);
    assert_eq!(desk.column("SELECT label FROM entry WHERE kind = 'taxii.taken'"), ["TLP:RED CAV UNKNOWN"]);
    assert_eq!(desk.findings(), []);
}

fn released(text: String) -> Released<StixObject> {
    Released::constant("").map(|_| StixObject::new(text))
}

fn only_an_approved_version_for_this_partner_is_published_to_it(house: &House) {
    let desk = desk(house);
    let (alba, gamma) = (collection(&desk, "ALBA", "read"), collection(&desk, "GAMMA", "read"));
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let decided = desk.decided();
    let warning = desk.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let release = desk.propose(&warning, "ALBA", Purpose::Alert).unwrap();
    let publish = |collection: &str, release: &Id, text: String| {
        desk.write("system", |tx, ctx| publish::publish(tx, ctx, collection, release, vec![released(text)]))
    };
    desk.unchanged(|| assert_eq!(kind(publish(&alba, &release, indicator(1, 1))), "forbidden"));
    desk.approve("Senior", &release).unwrap();
    desk.unchanged(|| assert_eq!(kind(publish(&gamma, &release, indicator(1, 1))), "forbidden"));
    desk.unchanged(|| assert_eq!(kind(publish(&alba, &release, "{}".to_owned())), "refused"));
    desk.unchanged(|| {
        assert_eq!(kind(publish(&alba, &"L-NONE".parse().unwrap(), indicator(1, 1))), "not found")
    });
    desk.unchanged(|| assert_eq!(kind(publish("nowhere", &release, indicator(1, 1))), "not found"));
    assert_eq!(publish(&alba, &release, indicator(1, 1)).unwrap(), 1);
    desk.unchanged(|| assert_eq!(publish(&alba, &release, indicator(1, 1)).unwrap(), 0));
    let other = indicator(1, 1).replace("a.example", "b.example");
    desk.unchanged(|| assert_eq!(kind(publish(&alba, &release, other)), "conflict"));
    let page = Tool::of(&desk, "ALBA").get(&objects_of(&alba));
    assert_eq!(page.bytes, format!("{{\"objects\":[{}]}}", indicator(1, 1)).into_bytes());
    // Nobody but us takes it back.
    let both = collection(&desk, "ALBA", "read-write");
    publish(&both, &release, indicator(1, 1)).unwrap();
    let object = format!("{}{}/", objects_of(&both), id("indicator", 1));
    desk.unchanged(|| Tool::of(&desk, "ALBA").delete(&object).is_refusal(403));
    let no_officer = desk.write("Analyst", |tx, ctx| publish::publish(tx, ctx, &alba, &release, Vec::new()));
    assert_eq!(kind(no_officer), "forbidden");
    assert_eq!(desk.findings(), []);
}

fn what_may_no_longer_be_seen_is_not_there(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let sent = desk.sent_to("ALBA");
    let objects: Vec<_> = (10..16).map(|number| released(indicator(number, 1))).collect();
    desk.write("system", |tx, ctx| publish::publish(tx, ctx, &own, &sent.release, objects)).unwrap();
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1), indicator(2, 1)]);
    assert_eq!(tool.get(&objects_of(&own)).all("id").len(), 8);
    desk.place.tamper("UPDATE partner SET ceiling = 'TLP:GREEN' WHERE name = 'ALBA'");
    let page = tool.get(&objects_of(&own));
    assert_eq!(page.all("id"), [id("indicator", 1), id("indicator", 2)]);
    let one = tool.get(&format!("{}?limit=1", objects_of(&own)));
    assert_eq!((one.all("id"), &one.json()["more"]), (vec![id("indicator", 1)], &json!(true)));
    assert_eq!(
        tool.get(&format!("{}{}/", objects_of(&own), id("indicator", 12))).all("id"),
        Vec::<String>::new()
    );
}

fn a_byte_changed_behind_our_back_is_found(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1), indicator(1, 2), indicator(2, 1)]);
    tool.delete(&format!("{}{}/", objects_of(&own), id("indicator", 2)));
    assert_eq!(desk.findings(), []);
    for (harm, repair) in [
        (
            "UPDATE taxii_object SET label = 'TLP:CLEAR' WHERE superseded_at IS NULL",
            "UPDATE taxii_object SET label = 'TLP:AMBER'",
        ),
        ("UPDATE taxii_object SET source = 'GAMMA'", "UPDATE taxii_object SET source = 'ALBA'"),
        ("UPDATE taxii_object SET version = version + 7", "UPDATE taxii_object SET version = version - 7"),
        (
            "UPDATE taxii_object SET superseded_at = 7",
            "UPDATE taxii_object SET superseded_at = NULL WHERE version = (SELECT max(version) FROM taxii_object)",
        ),
        ("UPDATE taxii_gone SET version = version + 1", "UPDATE taxii_gone SET version = version - 1"),
        (
            "UPDATE taxii_object SET place = place + 4000000",
            "UPDATE taxii_object SET place = place - 4000000",
        ),
    ] {
        desk.place.tamper(harm);
        assert!(!desk.findings().is_empty(), "{harm}");
        desk.place.tamper(repair);
        assert_eq!(desk.findings(), [], "{repair}");
    }
    desk.place.tamper("DELETE FROM taxii_object WHERE superseded_at IS NOT NULL");
    assert!(!desk.findings().is_empty());
}

fn who_read_up_to_where_is_recorded_once_and_not_per_poll(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1), indicator(2, 1)]);
    for _ in 0..5 {
        tool.get(&objects_of(&own));
        desk.work();
    }
    let polled = "SELECT count(*) FROM entry WHERE kind = 'taxii.polled'";
    assert_eq!(desk.count(polled), 1);
    let mark = || desk.count("SELECT up_to FROM taxii_mark");
    let first = mark();
    assert_eq!(first, desk.now().micros() + 1);
    desk.later(30);
    tool.add(&own, &[indicator(3, 1)]);
    tool.get(&objects_of(&own));
    tool.get(&format!("{}?limit=1", objects_of(&own)));
    desk.work();
    assert!(mark() > first);
    assert_eq!(desk.count(polled), 1);
    desk.later(40);
    tool.add(&own, &[indicator(4, 1)]);
    tool.get(&objects_of(&own));
    desk.work();
    assert_eq!((desk.count(polled), desk.count("SELECT count(*) FROM taxii_mark")), (2, 1));
    assert_eq!(desk.findings(), []);
}

fn basic(user: &str, password: &str) -> Option<String> {
    Some(format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))))
}

fn wrong_credentials_wait_and_right_ones_that_were_proven_do_not(house: &House) {
    let desk = desk(house);
    let add = |password: &str| {
        let hash = secret::hash(&desk.by("Liaison"), password).unwrap();
        assert!(!hash.contains(password) && hash.starts_with("$argon2id$"));
        let proof = Proof::Basic(hash);
        desk.write("Liaison", |tx, ctx| credentials::add(tx, ctx, "ALBA", &proof, "")).unwrap().to_string()
    };
    let (user, other) = (add("open sesame"), add("another"));
    let mut tool = Tool::of(&desk, "ALBA");
    let mut status = |authorization: Option<String>| {
        tool.authorization = authorization;
        tool.get("/taxii2/").status
    };
    assert_eq!(status(basic(&user, "open sesame")), 200);
    for number in 0..10 {
        assert_eq!(status(basic(&user, &format!("wrong {number}"))), 401);
        assert_eq!(status(basic("nobody", "x")), 401);
    }
    assert_eq!((status(basic(&user, "wrong")), status(basic("nobody", "x"))), (429, 429));
    // Who proved it before goes on; others are not kept waiting by it.
    assert_eq!((status(basic(&user, "open sesame")), status(basic(&other, "another"))), (200, 200));
    desk.later(1);
    assert_eq!(status(basic(&user, "wrong")), 401);
    // What is remembered runs out.
    desk.later(11);
    assert_eq!((status(basic(&user, "wrong")), status(basic(&user, "open sesame"))), (401, 200));
}

fn a_revoked_credential_is_refused_at_once(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1)]);
    let one: Id = desk.column("SELECT id FROM taxii_credential ORDER BY created_at, id")[0].parse().unwrap();
    let of_gamma = desk.write("Liaison", |tx, ctx| credentials::revoke(tx, ctx, "NOBODY", Some(&one)));
    assert_eq!(kind(of_gamma), "not found");
    desk.write("Liaison", |tx, ctx| credentials::revoke(tx, ctx, "ALBA", None)).unwrap();
    tool.get(&objects_of(&own)).is_refusal(401);
    desk.unchanged(|| tool.post(&objects_of(&own), super::envelope(&[indicator(2, 1)])).is_refusal(401));
    assert_eq!(
        kind(desk.write("Liaison", |tx, ctx| credentials::revoke(tx, ctx, "ALBA", None))),
        "not found"
    );
    let gamma = Tool::of(&desk, "GAMMA");
    assert_eq!(gamma.get("/taxii2/").status, 200);
    desk.place.tamper("UPDATE partner SET suspended_at = 1 WHERE name = 'GAMMA'");
    gamma.get("/taxii2/").is_refusal(401);
    assert!(!desk.dump().join("").contains(&token("ALBA")), "a token is kept");
}

fn collections_and_credentials_are_for_those_who_keep_partners(house: &House) {
    let desk = desk(house);
    let new = |partner: &'static str, title: &'static str, read: bool| NewCollection {
        partner,
        title,
        description: None,
        can_read: read,
        can_write: false,
        label: Label::plain(Tlp::Green),
    };
    let add =
        |by: &str, new: NewCollection<'_>| kind(desk.write(by, |tx, ctx| collections::add(tx, ctx, &new)));
    let proof = Proof::Bearer(Digest::of(b"x"));
    let credential = |by: &str, partner: &str| {
        kind(desk.write(by, |tx, ctx| credentials::add(tx, ctx, partner, &proof, "")))
    };
    for by in ["Duty", "Analyst", "Auditor", "root", "system"] {
        desk.unchanged(|| {
            assert_eq!(
                (add(by, new("ALBA", "x", true)), credential(by, "ALBA")),
                ("forbidden", "forbidden"),
                "{by}"
            )
        });
        assert_eq!(kind(desk.write(by, |tx, ctx| credentials::revoke(tx, ctx, "ALBA", None))), "forbidden");
    }
    for wrong in [new("NOBODY", "x", true), new("ALBA", "  ", true), new("ALBA", "x", false)] {
        desk.unchanged(|| assert_eq!(add("Liaison", wrong.clone()), "refused"));
    }
    assert_eq!((credential("Liaison", "NOBODY"), credential("Liaison", "ALBA")), ("refused", "done"));
    assert_eq!(credential("Liaison", "GAMMA"), "conflict");
    let closed = NewCollection { label: "RED COMP TIDE".parse().unwrap(), ..new("ALBA", "Closed", true) };
    assert_eq!((add("Senior", closed), add("Senior", new("ALBA", "Open", true))), ("done", "done"));
    let titles = |by: &str| {
        let found = desk.read(by, partners::list).and_then(|_| desk.read(by, collections::list)).unwrap();
        found.into_iter().map(|one| one.title).collect::<Vec<_>>()
    };
    assert_eq!((titles("Senior"), titles("Junior")), (vec!["Open".to_owned()], vec!["Open".to_owned()]));
}
