//! Pages: order, dates, cursors and filters.

use super::{Tool, collection, desk, id, indicator, objects_of, url};
use crate::desk::House;
use crate::store::on_both;
use std::collections::BTreeSet;

on_both!(
    what_was_sent_comes_back_byte_for_byte,
    dates_rise_in_commit_order_also_when_the_clock_goes_back,
    added_after_is_exclusive_and_the_last_date_leads_on_without_loss,
    next_leads_through_every_kind_of_page_and_is_stable,
    a_cursor_of_another_place_is_refused,
    every_form_of_match_is_honoured,
    a_page_has_a_cap,
    an_older_version_that_comes_late_is_not_the_last,
    a_walk_that_is_not_short_is_answered_all_the_same,
);

fn what_was_sent_comes_back_byte_for_byte(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let odd = indicator(1, 1).replacen("{", "{ \"x_b\" : 1.50, \"x_a\":\"\\u00e9\\/\",\t", 1);
    tool.add(&own, &[odd.clone(), url(2, "a")]);
    let page = tool.get(&objects_of(&own));
    assert_eq!(String::from_utf8(page.bytes).unwrap(), format!("{{\"objects\":[{odd},{}]}}", url(2, "a")));
    let one = tool.get(&format!("{}{}", objects_of(&own), id("indicator", 1)));
    assert_eq!(String::from_utf8(one.bytes).unwrap(), format!("{{\"objects\":[{odd}]}}"));
}

fn dates(tool: &Tool, collection: &str) -> Vec<String> {
    tool.get(&format!("/taxii2/desk/collections/{collection}/manifest/")).all("date_added")
}

fn dates_rise_in_commit_order_also_when_the_clock_goes_back(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1), indicator(2, 1)]);
    desk.clock.set(desk.now().plus(-3_600_000_000));
    tool.add(&own, &[indicator(3, 1)]);
    let now = dates(&tool, &own);
    assert_eq!(
        now,
        ["2031-05-04T08:00:00.000000Z", "2031-05-04T08:00:00.000001Z", "2031-05-04T08:00:00.000002Z"]
    );
    // What is deleted does not give its date away again.
    tool.delete(&format!("{}{}/", objects_of(&own), id("indicator", 3)));
    tool.add(&own, &[indicator(4, 1)]);
    assert_eq!(dates(&tool, &own)[2], "2031-05-04T08:00:00.000003Z");
    assert_eq!(desk.findings(), []);
}

fn added_after_is_exclusive_and_the_last_date_leads_on_without_loss(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let (mut after, mut got) = ("1970-01-01T00:00:00Z".to_owned(), Vec::new());
    for number in 0..7 {
        tool.add(&own, &[indicator(2 * number, 1), indicator(2 * number + 1, 1)]);
        let page = tool.get(&format!("{}?added_after={after}&limit=3", objects_of(&own)));
        got.extend(page.all("id"));
        after = page.header("x-taxii-date-added-last").to_owned();
        assert!(page.header("x-taxii-date-added-first") <= after.as_str());
        assert_eq!(after.len(), 27, "microseconds");
    }
    let page = tool.get(&format!("{}?added_after={after}", objects_of(&own)));
    got.extend(page.all("id"));
    assert_eq!(got, (0..14).map(|number| id("indicator", number)).collect::<Vec<_>>());
    let empty = tool.get(&format!("{}?added_after=2031-05-05T00:00:00Z", objects_of(&own)));
    assert_eq!((empty.status, empty.bytes.as_slice()), (200, b"{}".as_slice()));
    assert_eq!(empty.header("x-taxii-date-added-last"), "");
}

fn next_leads_through_every_kind_of_page_and_is_stable(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let mut all: Vec<String> = (1..8).map(|number| indicator(number, 1)).collect();
    all.extend((2..8).map(|day| indicator(1, day)));
    all.extend((1..4).map(|number| url(number, "x")));
    tool.add(&own, &all);
    let object = format!("{}{}/", objects_of(&own), id("indicator", 1));
    for (path, filter, count) in [
        (objects_of(&own), "match[type]=indicator&added_after=2020-01-01T00:00:00Z", 7),
        (objects_of(&own), "match[version]=all", 16),
        (format!("/taxii2/desk/collections/{own}/manifest/"), "match[version]=all", 16),
        (format!("{object}versions/"), "", 7),
        (object, "match[version]=all", 7),
    ] {
        // The filters are repeated, left out, or some of them are.
        for repeat in [filter, "", "added_after=2020-01-01T00:00:00Z"] {
            let (mut seen, mut next) = (Vec::new(), String::new());
            loop {
                let query = if next.is_empty() { filter.to_owned() } else { format!("{repeat}&next={next}") };
                let page = tool.get(&format!("{path}?limit=2&{query}"));
                assert_eq!(tool.get(&format!("{path}?limit=2&{query}")), page, "a retry differs");
                assert!(page.header("x-taxii-date-added-first") <= page.header("x-taxii-date-added-last"));
                let body = page.json();
                let list = if path.contains("versions") { &body["versions"] } else { &body["objects"] };
                seen.extend(list.as_array().unwrap().iter().map(ToString::to_string));
                assert_eq!(body["more"].as_bool().unwrap_or(false), body["next"].is_string());
                match body["next"].as_str() {
                    Some(token) => token.clone_into(&mut next),
                    None => break,
                }
            }
            assert_eq!(seen.len(), count, "{path} {filter} / {repeat}");
            assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), count, "{path} {filter}: shown twice");
        }
    }
}

fn a_cursor_of_another_place_is_refused(house: &House) {
    let desk = desk(house);
    let (own, other) = (collection(&desk, "ALBA", "read-write"), collection(&desk, "ALBA", "read-write"));
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1), indicator(2, 1)]);
    let next = tool.get(&format!("{}?limit=1", objects_of(&own))).json()["next"].as_str().unwrap().to_owned();
    assert_eq!(tool.get(&format!("{}?next={next}", objects_of(&own))).all("id"), [id("indicator", 2)]);
    tool.get(&format!("{}?next={next}", objects_of(&other))).is_refusal(400);
    tool.get(&format!("/taxii2/desk/collections/{own}/manifest/?next={next}")).is_refusal(400);
    tool.get(&format!("{}?next={}", objects_of(&own), &next[1..])).is_refusal(400);
    tool.get(&format!("{}?next={next}x", objects_of(&own))).is_refusal(400);
}

fn every_form_of_match_is_honoured(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1), indicator(1, 2), indicator(1, 3), indicator(2, 1), url(3, "x")]);
    let ask = |query: &str| {
        let page = tool.get(&format!("{}?{query}", objects_of(&own)));
        assert_eq!(page.status, 200, "{query}");
        let days = page.all("modified").into_iter().map(|text| text.get(8..10).unwrap_or("--").to_owned());
        let numbers = page.all("id").into_iter().map(|id| id[id.len() - 1..].to_owned());
        numbers.zip(days).map(|(number, day)| format!("{number}/{day}")).collect::<Vec<_>>().join(" ")
    };
    let one = id("indicator", 1);
    for (query, expected) in [
        ("", "1/03 2/01 3/--".to_owned()),
        ("match[version]=last", "1/03 2/01 3/--".to_owned()),
        ("match[version]=first", "1/01 2/01 3/--".to_owned()),
        ("match[version]=all", "1/01 1/02 1/03 2/01 3/--".to_owned()),
        ("match[version]=first,last", "1/01 1/03 2/01 3/--".to_owned()),
        ("match[version]=2024-01-02T00:00:00Z", "1/02".to_owned()),
        ("match[version]=2024-01-02T00:00:00.000Z,first", "1/01 1/02 2/01 3/--".to_owned()),
        ("match[type]=url", "3/--".to_owned()),
        ("match[type]=url,indicator", "1/03 2/01 3/--".to_owned()),
        ("match[type]=malware", String::new()),
        (&format!("match[id]={one}"), "1/03".to_owned()),
        (&format!("match[id]={one},{}", id("url", 3)), "1/03 3/--".to_owned()),
        (&format!("match[id]={one}&match[type]=url"), String::new()),
        (&format!("match[id]={one}&match[version]=all&match[type]=indicator"), "1/01 1/02 1/03".to_owned()),
        ("match[spec_version]=2.1", "1/03 2/01 3/--".to_owned()),
        ("match[spec_version]=2.0", String::new()),
        ("match[spec_version]=2.0,2.1&match[type]=url", "3/--".to_owned()),
        ("match[x_other]=1&limit=2", "1/03 2/01".to_owned()),
    ] {
        assert_eq!(ask(query), expected, "{query}");
    }
    let empty = tool.get(&format!("{}?match[type]=malware", objects_of(&own)));
    assert_eq!(empty.bytes, b"{}");
    let object = format!("{}{one}/", objects_of(&own));
    assert_eq!(
        tool.get(&format!("{object}?match[version]=first")).all("modified"),
        ["2024-01-01T00:00:00.000Z"]
    );
    assert_eq!(tool.get(&format!("{object}?match[version]=2020-01-01T00:00:00Z")).bytes, b"{}");
    let manifest =
        tool.get(&format!("/taxii2/desk/collections/{own}/manifest/?match[id]={one}&match[version]=all"));
    assert_eq!(manifest.all("version").len(), 3);
    assert_eq!(manifest.all("media_type")[0], "application/stix+json;version=2.1");
}

fn a_page_has_a_cap(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let all: Vec<String> = (0..1_050).map(|number| indicator(number, 1)).collect();
    tool.add(&own, &all);
    for query in ["", "?limit=5000", "?limit=99999999999999999999"] {
        let page = tool.get(&format!("{}{query}", objects_of(&own)));
        assert_eq!((page.all("id").len(), &page.json()["more"]), (1_000, &serde_json::json!(true)));
        let next = page.json()["next"].as_str().unwrap().to_owned();
        let rest = tool.get(&format!("{}?next={next}", objects_of(&own)));
        assert_eq!((rest.all("id").len(), &rest.json()["more"]), (50, &serde_json::Value::Null));
    }
    // Large objects make a page end sooner.
    let large = |number| indicator(number, 1).replace("a.example", &"x".repeat(900_000));
    tool.add(&own, &(2_000..2_006).map(large).collect::<Vec<_>>());
    tool.add(&own, &(2_006..2_012).map(large).collect::<Vec<_>>());
    let after = "added_after=2031-05-04T08:00:00.001049Z";
    let page = tool.get(&format!("{}?{after}", objects_of(&own)));
    assert!(page.bytes.len() <= (8 << 20) + 1_000 && page.json()["more"] == true, "{}", page.bytes.len());
    let next = page.json()["next"].as_str().unwrap().to_owned();
    let rest = tool.get(&format!("{}?next={next}", objects_of(&own)));
    assert_eq!(page.all("id").len() + rest.all("id").len(), 12);
}

fn an_older_version_that_comes_late_is_not_the_last(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 5)]);
    tool.add(&own, &[indicator(1, 3)]);
    tool.add(&own, &[indicator(2, 9), indicator(2, 7)]);
    assert_eq!(
        tool.get(&objects_of(&own)).all("modified"),
        ["2024-01-05T00:00:00.000Z", "2024-01-09T00:00:00.000Z"]
    );
    assert_eq!(desk.findings(), []);
}

fn a_walk_that_is_not_short_is_answered_all_the_same(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    tool.add(&own, &[indicator(1, 1)]);
    let fill = "INSERT INTO taxii_object (place, collection, id, version, kind, spec_version, source, label,
                                         digest, body)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
        SELECT o.place + n.i, o.collection, 'url--' || n.i, 1, 'url', o.spec_version, o.source, o.label,
               o.digest, o.body FROM taxii_object o, n";
    desk.db().write(|tx| tx.exec(fill, &[])).unwrap();
    // Nothing fits, and all of it is looked at.
    let none = tool.get(&format!("{}?match[spec_version]=2.0", objects_of(&own)));
    assert_eq!((none.status, none.json()), (200, serde_json::json!({})));
    // The next one in the middle of it is found as before.
    let one = tool.get(&format!("{}?match[type]=url&limit=1", objects_of(&own)));
    assert_eq!((one.status, &one.json()["more"]), (200, &serde_json::json!(true)));
    tool.get(&format!("{}url--20001/", objects_of(&own))).is_refusal(404);
    assert_eq!(tool.get(&format!("{}url--20000/", objects_of(&own))).all("id").len(), 1);
}
