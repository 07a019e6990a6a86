//! Media types, refusals, discovery, and who may ask.

use super::{MEDIA, Tool, collection, desk, envelope, indicator, objects_of};
use crate::desk::House;
use crate::store::on_both;
use axum::http::Method;
use axum::http::header::{ACCEPT, CONTENT_TYPE};

on_both!(
    nobody_is_told_anything_before_saying_who_he_is,
    every_refusal_is_taxii_with_a_title,
    an_accept_that_means_us_is_answered_and_another_is_not,
    a_body_of_another_type_or_size_is_refused,
    discovery_root_and_collections_are_found_with_both_slash_forms,
    reading_and_adding_need_their_right,
);

fn nobody_is_told_anything_before_saying_who_he_is(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let mut tool = Tool::of(&desk, "ALBA");
    for authorization in [None, Some("Bearer wrong"), Some("Basic !!!"), Some("Basic QTpC"), Some("Odd x")] {
        tool.authorization = authorization.map(str::to_owned);
        let first = tool.get("/taxii2/");
        first.is_refusal(401);
        let ways: Vec<_> = first.headers.get_all("www-authenticate").iter().collect();
        assert_eq!(ways.len(), 2, "{ways:?}");
        let paths =
            ["/taxii2/nowhere", "/taxii2/desk/collections/x/", &objects_of(&own), "/taxii2/desk/collections"];
        for path in paths {
            // A wrong password may be tried ten times a minute.
            desk.later(1);
            assert_eq!(tool.get(path), first, "{path}");
            assert_eq!(tool.post(path, "{}"), first, "{path}");
            assert_eq!(tool.ask(Method::GET, path, &[(ACCEPT.as_str(), "text/html")], ""), first, "{path}");
        }
    }
    assert_eq!(desk.findings(), []);
}

fn every_refusal_is_taxii_with_a_title(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    for path in
        ["/taxii2/nowhere", "/taxii2/desk/nowhere/", "/taxii2/desk/collections/x/", "/taxii2/desk/status/x/"]
    {
        tool.get(path).is_refusal(404);
    }
    tool.get(&format!("{}{}/", objects_of(&own), super::id("url", 1))).is_refusal(404);
    tool.get(&format!("{}{}/versions/", objects_of(&own), super::id("url", 1))).is_refusal(404);
    tool.delete(&format!("{}{}/", objects_of(&own), super::id("url", 1))).is_refusal(404);
    for query in [
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=",
        "added_after=yesterday",
        "added_after=2024-02-30T00:00:00Z",
        "next=zzz",
        "next=",
        "match[version]=newest",
        "match[id]=",
    ] {
        for resource in ["objects", "manifest"] {
            tool.get(&format!("/taxii2/desk/collections/{own}/{resource}/?{query}")).is_refusal(400);
        }
    }
    let wrong = tool.ask(Method::PUT, &objects_of(&own), &[], "");
    wrong.is_refusal(405);
    assert_eq!(wrong.header("allow"), "GET, HEAD, POST");
    tool.post("/taxii2/desk/collections/", "{}").is_refusal(405);
    tool.delete("/taxii2/").is_refusal(405);
}

fn an_accept_that_means_us_is_answered_and_another_is_not(house: &House) {
    let desk = desk(house);
    let tool = Tool::of(&desk, "ALBA");
    for accept in [
        MEDIA,
        "application/taxii+json; version=2.1",
        "application/taxii+json",
        "*/*",
        "text/html, */*;q=0.1",
    ] {
        let reply = tool.ask(Method::GET, "/taxii2/", &[(ACCEPT.as_str(), accept)], "");
        assert_eq!((reply.status, reply.header("content-type")), (200, MEDIA), "{accept}");
    }
    assert_eq!(tool.ask(Method::GET, "/taxii2/", &[], "").status, 200);
    for accept in ["application/taxii+json;version=2.0", "application/vnd.oasis.taxii+json", "text/html"] {
        tool.ask(Method::GET, "/taxii2/", &[(ACCEPT.as_str(), accept)], "").is_refusal(406);
    }
}

fn a_body_of_another_type_or_size_is_refused(house: &House) {
    let desk = desk(house);
    let own = collection(&desk, "ALBA", "read-write");
    let tool = Tool::of(&desk, "ALBA");
    let body = envelope(&[indicator(1, 1)]);
    let as_type = |kind: &str| {
        tool.ask(Method::POST, &objects_of(&own), &[(CONTENT_TYPE.as_str(), kind)], body.clone())
    };
    for kind in
        ["application/json", "application/taxii+json;version=2.0", "application/stix+json;version=2.1"]
    {
        desk.unchanged(|| as_type(kind).is_refusal(415));
    }
    desk.unchanged(|| tool.ask(Method::POST, &objects_of(&own), &[], body.clone()).is_refusal(415));
    assert_eq!(as_type("application/taxii+json").status, 202);
    let root = tool.get("/taxii2/desk/").json();
    let most = usize::try_from(root["max_content_length"].as_u64().unwrap()).unwrap();
    // One that does not say how long it is, and one that says more than it is.
    desk.unchanged(|| tool.post(&objects_of(&own), " ".repeat(most + 1)).is_refusal(413));
    let length = (most + 1).to_string();
    let headers = [(CONTENT_TYPE.as_str(), MEDIA), ("content-length", length.as_str())];
    desk.unchanged(|| tool.ask(Method::POST, &objects_of(&own), &headers, body.clone()).is_refusal(413));
}

fn discovery_root_and_collections_are_found_with_both_slash_forms(house: &House) {
    let desk = desk(house);
    let tool = Tool::of(&desk, "ALBA");
    assert_eq!(tool.get("/taxii2/desk/collections/").json(), serde_json::json!({}));
    let own = collection(&desk, "ALBA", "read");
    for path in
        ["/taxii2", "/taxii2/desk", "/taxii2/desk/collections", &format!("/taxii2/desk/collections/{own}")]
    {
        let reply = tool.get(path);
        assert_eq!((reply.status, reply.header("content-type")), (200, MEDIA), "{path}");
        assert_eq!(tool.get(&format!("{path}/")), reply, "{path}");
        assert_eq!(tool.ask(Method::HEAD, path, &[], "").status, 200);
    }
    let discovery = tool.get("/taxii2/").json();
    assert_eq!(discovery["api_roots"][0], "http://northport.test/taxii2/desk/");
    let root = tool.get("/taxii2/desk/").json();
    assert!(root["title"].is_string() && root["max_content_length"].is_u64());
    assert_eq!(root["versions"], serde_json::json!([MEDIA]));
    let listed = tool.get("/taxii2/desk/collections/").json();
    assert_eq!(listed["collections"][0], tool.get(&format!("/taxii2/desk/collections/{own}/")).json());
    assert_eq!(listed["collections"][0]["can_read"], true);
    assert_eq!(listed["collections"][0]["can_write"], false);
}

fn reading_and_adding_need_their_right(house: &House) {
    let desk = desk(house);
    let (read, write) = (collection(&desk, "ALBA", "read"), collection(&desk, "ALBA", "write"));
    let tool = Tool::of(&desk, "ALBA");
    let body = envelope(&[indicator(1, 1)]);
    desk.unchanged(|| tool.post(&objects_of(&read), body.clone()).is_refusal(403));
    assert_eq!(tool.post(&objects_of(&write), body).status, 202);
    let object = format!("{}{}/", objects_of(&write), super::id("indicator", 1));
    tool.get(&objects_of(&write)).is_refusal(403);
    tool.get(&format!("/taxii2/desk/collections/{write}/manifest/")).is_refusal(403);
    tool.get(&object).is_refusal(403);
    tool.get(&format!("{object}versions/")).is_refusal(403);
    desk.unchanged(|| tool.delete(&object).is_refusal(403));
}
