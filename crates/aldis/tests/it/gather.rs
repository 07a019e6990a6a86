//! Taking in reports: what is kept, what is proposed, and what is refused.

use crate::desk::{House, kind, says};
use crate::store::on_both;
use aldis::desk::gather::{self, Incoming};
use aldis_model::Digest;

on_both!(
    every_format_is_kept_verbatim_and_read_as_text,
    a_feed_becomes_a_report_an_item,
    what_cannot_be_read_is_refused_and_leaves_nothing,
    a_proposal_is_decided_once,
    opening_twice_is_one_act,
    lists_go_back_page_by_page,
);

const HTML: &str = "<!doctype html><html lang=\"en\"><head><title>Bridge closed</title></head><body><article>\
    <h1>Bridge closed</h1><p>The police closed the Old Bridge in Lowtown on Sunday evening after a parcel was \
    found under the northern arch. Traffic is led over the New Bridge until further notice.</p>\
    <script>alert('x')</script></article></body></html>";

const MAIL: &str = "From: Door <door@hall.test>\r\nTo: desk@northport.test\r\nSubject: Somebody asked for the \
    side door\r\nDate: Sun, 04 May 2031 07:30:00 +0000\r\nMessage-ID: <1@hall.test>\r\nMIME-Version: 1.0\r\n\
    Content-Type: text/plain; charset=utf-8\r\n\r\nTwo men asked where the side door leads.\r\n";

const CAP: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>N-1</identifier><sender>met@north.test</sender>
<sent>2031-05-04T07:00:00-00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>en</language><category>Met</category><event>Gale</event><urgency>Expected</urgency>
<severity>Severe</severity><certainty>Likely</certainty><headline>Gale in the north</headline>
<description>Gusts of a hundred kilometres an hour.</description>
<area><areaDesc>North</areaDesc></area></info></alert>"#;

const FEED: &str = r#"<?xml version="1.0"?><rss version="2.0"><channel><title>Harbour News</title>
<link>http://news.test/</link><description>News</description>
<item><title>Crane fell</title><description>A crane fell into the harbour.</description>
<pubDate>Sun, 04 May 2031 06:00:00 GMT</pubDate><guid>http://news.test/1</guid></item>
<item><title>Ferry late</title><description>The ferry was two hours late.</description>
<guid>http://news.test/2</guid></item></channel></rss>"#;

fn incoming<'a>(bytes: &'a [u8], media_type: &'a str) -> Incoming<'a> {
    Incoming {
        bytes,
        media_type: Some(media_type),
        channel: "file",
        source: "Harbour News",
        originator: None,
        origin: None,
        label: "GREEN".parse().unwrap(),
    }
}

fn every_format_is_kept_verbatim_and_read_as_text(house: &House) {
    let desk = house.desk("NORTHPORT");
    for (bytes, media_type, stored, title, words) in [
        ("Somebody was seen.\nTwice.", "text/plain", "text", "Somebody was seen.", "Twice."),
        (HTML, "text/html", "html", "Bridge closed", "under the northern arch"),
        (MAIL, "message/rfc822", "mail", "Somebody asked for the side door", "Two men asked"),
        (CAP, "application/cap+xml", "cap", "Gale in the north", "Gusts of a hundred"),
    ] {
        let incoming = incoming(bytes.as_bytes(), media_type);
        let documents = gather::read(&incoming).unwrap();
        let id = desk.write("Duty", |tx, ctx| gather::accept(tx, ctx, &incoming, &documents[0])).unwrap();
        let report = desk.read("Analyst", |tx, ctx| gather::find(tx, ctx, &id)).unwrap().into_inner();
        assert_eq!(report.title, title);
        assert!(report.body.contains(words), "{}", report.body);
        assert!(!report.body.contains("alert('x')"));
        assert_eq!(report.sha256, Digest::of(bytes.as_bytes()));
        let original = desk.read("Analyst", |tx, ctx| gather::original(tx, ctx, &id)).unwrap();
        assert_eq!(original.get(), bytes.as_bytes());
        let kinds = desk.column(&format!("SELECT kind FROM report WHERE id = '{id}'"));
        assert_eq!(kinds, [stored]);
    }
    assert_eq!(desk.open_tasks("read"), 4);
    assert_eq!(desk.findings(), []);
}

fn a_feed_becomes_a_report_an_item(house: &House) {
    let desk = house.desk("NORTHPORT");
    let incoming = incoming(FEED.as_bytes(), "application/rss+xml");
    let documents = gather::read(&incoming).unwrap();
    assert_eq!(documents.len(), 2);
    for document in &documents {
        desk.write("Duty", |tx, ctx| gather::accept(tx, ctx, &incoming, document)).unwrap();
    }
    assert_eq!(desk.column("SELECT title FROM report ORDER BY title"), ["Crane fell", "Ferry late"]);
}

fn what_cannot_be_read_is_refused_and_leaves_nothing(house: &House) {
    let desk = house.desk("NORTHPORT");
    for (bytes, media_type) in [
        (b"\xff\xfe\xfd not a text \x80".as_slice(), "text/plain"),
        (b"", "text/plain"),
        (b"  \n\t\n ", "text/plain"),
        (b"<html><body></body></html>", "text/html"),
    ] {
        let refused = gather::read(&incoming(bytes, media_type));
        assert_eq!(kind(refused), "refused", "{bytes:?}");
    }
    let mut nameless = incoming(b"Something happened.", "text/plain");
    let documents = gather::read(&nameless).unwrap();
    nameless.source = "  ";
    desk.unchanged(|| {
        let refused = desk.write("Duty", |tx, ctx| gather::accept(tx, ctx, &nameless, &documents[0]));
        assert!(says(refused).contains("name the source"));
    });
}

fn a_proposal_is_decided_once(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("Ilse Brandvold met Joren Maas in Lowtown on 3 May 2031.", "GREEN");
    let proposals = desk.read("Analyst", |tx, ctx| gather::proposals(tx, ctx, &report)).unwrap().into_inner();
    assert!(proposals.len() > 1, "{proposals:?}");
    let body = desk.read("Analyst", |tx, ctx| gather::find(tx, ctx, &report)).unwrap().into_inner().body;
    for proposal in &proposals {
        let span = usize::try_from(proposal.start).unwrap()..usize::try_from(proposal.end).unwrap();
        assert_eq!(&body[span], proposal.quoted, "the span points at the words");
    }
    let (first, second) = (&proposals[0].id, &proposals[1].id);
    desk.write("Analyst", |tx, ctx| gather::decide(tx, ctx, first, true)).unwrap();
    desk.write("Analyst", |tx, ctx| gather::decide(tx, ctx, second, false)).unwrap();
    desk.unchanged(|| {
        let again = desk.write("Second", |tx, ctx| gather::decide(tx, ctx, first, false));
        assert_eq!(kind(again), "conflict");
    });
    let proposals = desk.read("Analyst", |tx, ctx| gather::proposals(tx, ctx, &report)).unwrap().into_inner();
    let decided: Vec<_> = proposals.iter().filter_map(|p| p.decided.as_deref()).collect();
    assert_eq!(decided, ["accepted", "rejected"]);
    let unknown = "P-00000000".parse().unwrap();
    let unknown = desk.write("Analyst", |tx, ctx| gather::decide(tx, ctx, &unknown, true));
    assert_eq!(kind(unknown), "not found");
}

fn opening_twice_is_one_act(house: &House) {
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in("Something happened.", "GREEN");
    desk.write("Analyst", |tx, ctx| gather::open(tx, ctx, &report)).unwrap();
    assert_eq!(desk.open_tasks("read"), 0);
    desk.later(5);
    desk.unchanged(|| desk.write("Second", |tx, ctx| gather::open(tx, ctx, &report)).unwrap());
    assert_eq!(desk.kinds().iter().filter(|kind| *kind == "report.opened").count(), 1);
}

fn lists_go_back_page_by_page(house: &House) {
    let desk = house.desk("NORTHPORT");
    let mut taken: Vec<_> = (0..7).map(|n| desk.take_in(&format!("Report {n}."), "GREEN")).collect();
    let mut listed = Vec::new();
    let mut before = None;
    loop {
        let page = desk.read("Analyst", |tx, ctx| gather::list(tx, ctx, before.as_ref(), 3)).unwrap();
        let page: Vec<_> = page.into_inner().into_iter().map(|report| report.id).collect();
        let Some(last) = page.last() else { break };
        before = Some(last.clone());
        listed.extend(page);
    }
    taken.sort();
    listed.sort();
    assert_eq!(taken, listed, "each report stands on exactly one page");
}
