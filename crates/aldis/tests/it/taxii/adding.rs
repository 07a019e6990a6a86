//! Adding and deleting: what is kept, what is told, and that it is all or nothing.

use super::{Tool, collection, desk, envelope, id, indicator, objects_of, url};
use crate::desk::{House, kind};
use crate::store::on_both;
use aldis::desk::share::credentials;
use aldis::desk::share::take::{self, Brought};
use aldis::error::{Error, Result};
use serde_json::json;

on_both!(
    an_addition_is_answered_with_its_status_and_the_same_is_told_for_a_day,
    what_was_here_already_is_a_success_and_another_content_is_not,
    a_malformed_object_fails_alone_and_is_not_stored,
    a_body_that_is_no_envelope_changes_nothing,
    an_addition_is_kept_whole_or_not_at_all,
    deleting_asks_for_versions_and_leaves_the_record_whole,
);

fn an_addition_is_answered_with_its_status_and_the_same_is_told_for_a_day(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let status = tool.add(&own, &[indicator(1, 1), url(2, "a")]);
    assert_eq!(status["status"], "complete");
    for (field, count) in
        [("total_count", 2), ("success_count", 2), ("failure_count", 0), ("pending_count", 0)]
    {
        assert_eq!(status[field], count, "{field}");
    }
    assert_eq!(
        status["successes"][0],
        json!({"id": id("indicator", 1), "version": "2024-01-01T00:00:00.000Z"})
    );
    let path = format!("/taxii2/desk/status/{}/", status["id"].as_str().unwrap());
    let again = tool.get(&path);
    assert_eq!((again.status, again.json()), (200, status));
    // Another partner's tool finds nothing there.
    assert_eq!(Tool::of(&desk, "GAMMA").get(&path), tool.get("/taxii2/desk/status/other/"));
    desk.later(24 * 60);
    assert_eq!(tool.get(&path).status, 200);
    desk.later(2 * 60);
    tool.get(&path).is_refusal(404);
    assert!(tool.add(&own, &[])["id"].is_string());
    assert_eq!(desk.count("SELECT count(*) FROM taxii_status"), 1);
    assert_eq!(desk.findings(), []);
}

fn what_was_here_already_is_a_success_and_another_content_is_not(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 2), url(2, "a")]);
    let spaced = indicator(1, 2)
        .replace(':', " : ")
        .replace("https : ", "https:")
        .replace("T00 : 00 : 00", "T00:00:00")
        .replace("url : value", "url:value");
    let status = tool.add(&own, &[spaced, url(2, "a"), indicator(1, 2)]);
    assert_eq!(status["success_count"], 3);
    assert_eq!(status["successes"].as_array().unwrap().len(), 3);
    assert_eq!(desk.count("SELECT count(*) FROM taxii_object"), 2);
    let other = indicator(1, 2).replace("a.example", "b.example");
    let status = tool.post(&objects_of(&own), envelope(&[other, indicator(1, 1), indicator(1, 1)])).json();
    assert_eq!((&status["success_count"], &status["failure_count"]), (&json!(2), &json!(1)));
    assert!(status["failures"][0]["message"].as_str().unwrap().contains("new version"));
    assert_eq!(status["failures"][0]["id"], id("indicator", 1));
    // An observable has no version: another content is a later one.
    tool.add(&own, &[url(2, "b"), url(2, "c")]);
    let last = tool.get(&format!("{}{}/", objects_of(&own), id("url", 2)));
    assert_eq!(last.all("value"), ["https://c.example/"]);
    assert_eq!(desk.count("SELECT count(*) FROM taxii_object"), 5);
    assert_eq!(desk.findings(), []);
}

fn a_malformed_object_fails_alone_and_is_not_stored(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let good = indicator(1, 1);
    let broken = [
        "7".to_owned(),
        "{}".to_owned(),
        good.replace("\"spec_version\":\"2.1\",", "").replace("000000000001", "000000000002"),
        good.replace("2024-01-01T00:00:00.000Z", "2024-02-30T00:00:00.000Z")
            .replace("000000000001", "000000000003"),
        good.replacen("\"type\":\"indicator\"", "\"type\":\"malware\"", 1)
            .replace("000000000001", "000000000004"),
        good.replacen("{", "{\"id\":\"x\",", 1),
        format!("{{\"a\":{}{}}}", "[".repeat(500), "]".repeat(500)),
    ];
    let all: Vec<String> = broken.iter().cloned().chain([good.clone(), url(9, "x")]).collect();
    let status = tool.post(&objects_of(&own), envelope(&all)).json();
    assert_eq!(status["failure_count"], broken.len(), "{status}");
    assert_eq!(status["success_count"], 2);
    for failure in status["failures"].as_array().unwrap() {
        assert!(!failure["message"].as_str().unwrap().is_empty() && failure["version"].is_string());
    }
    assert_eq!(status["failures"][2]["id"], id("indicator", 2));
    let page = tool.get(&objects_of(&own));
    assert_eq!(page.all("id"), [id("indicator", 1), id("url", 9)]);
    assert_eq!(desk.findings(), []);
}

fn a_body_that_is_no_envelope_changes_nothing(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let bundle = format!(
        "{{\"type\": \"bundle\", \"id\": \"{}\", \"objects\": [{}]}}",
        id("bundle", 1),
        indicator(1, 1)
    );
    let cut = envelope(&[indicator(1, 1)]);
    for body in ["", "[]", "null", "{}", "{\"objects\": {}}", &bundle, &cut[..cut.len() - 3]] {
        desk.unchanged(|| tool.post(&objects_of(&own), body.to_owned()).is_refusal(400));
    }
    desk.unchanged(|| tool.post(&objects_of(&own), vec![0xff, 0xfe]).is_refusal(400));
    assert_eq!(desk.count("SELECT count(*) FROM taxii_status"), 0);
}

fn an_addition_is_kept_whole_or_not_at_all(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let objects: Vec<String> = (0..300).map(|number| indicator(number, 1)).collect();
    let brought: Vec<Brought<'_>> = objects.iter().map(|raw| Brought::read(raw)).collect();
    let credential = desk.column("SELECT id FROM taxii_credential")[0].clone();
    let refused: Result<()> = desk.unchanged(|| {
        desk.db().write(|tx| {
            let ctx = credentials::enter(tx, &desk.node.system(), &credential)?;
            let done = take::take(tx, &ctx, &own, &brought)?;
            assert_eq!(done.stored.len(), 300);
            Err(Error::refused("the machine stops here"))
        })
    });
    assert_eq!(kind(refused), "refused");
    assert_eq!(desk.count("SELECT count(*) FROM taxii_object"), 0);
    assert_eq!(desk.count("SELECT count(*) FROM taxii_status"), 0);
}

fn deleting_asks_for_versions_and_leaves_the_record_whole(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1), indicator(1, 2), indicator(1, 3), indicator(1, 4), indicator(2, 1)]);
    let object = format!("{}{}/", objects_of(&own), id("indicator", 1));
    let versions = || {
        let reply = tool.get(&format!("{object}versions/"));
        let list = reply.json()["versions"].as_array().cloned().unwrap_or_default();
        list.iter().map(|text| text.as_str().unwrap()[8..10].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(tool.delete(&format!("{object}?match[version]=2024-01-02T00:00:00Z")).status, 200);
    assert_eq!(versions(), ["01", "03", "04"]);
    // Without a word on versions it is the last.
    assert_eq!(tool.delete(&object).status, 200);
    assert_eq!(versions(), ["01", "03"]);
    assert_eq!(tool.get(&object).all("modified"), ["2024-01-03T00:00:00.000Z"]);
    assert_eq!(tool.delete(&format!("{object}?match[version]=first")).status, 200);
    assert_eq!(versions(), ["03"]);
    tool.delete(&format!("{object}?match[version]=2020-01-02T00:00:00Z")).is_refusal(404);
    assert_eq!(tool.delete(&format!("{object}?match[version]=all")).status, 200);
    tool.get(&object).is_refusal(404);
    assert_eq!(tool.get(&objects_of(&own)).all("id"), [id("indicator", 2)]);
    // The same version may come back, later than everything before.
    tool.add(&own, &[indicator(1, 4)]);
    assert_eq!(tool.get(&objects_of(&own)).all("id"), [id("indicator", 2), id("indicator", 1)]);
    assert_eq!(desk.findings(), []);
}
