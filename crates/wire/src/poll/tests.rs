use super::*;
use proptest::prelude::*;

const DAY: &str = "2030-01-01T00:00:";

fn object(number: usize) -> String {
    format!(r#"{{"id":"indicator--{number}","modified":"{DAY}00.000Z"}}"#)
}

fn date(number: usize) -> String {
    format!("{DAY}{:02}.{:06}Z", number / 1_000_000, number % 1_000_000)
}

/// How a server differs from the standard.
#[derive(Clone, Copy, Debug, Default)]
struct Ways {
    without_next: bool,
    without_more: bool,
    drops_filters: bool,
}

/// Answers a query over objects numbered from 1, object `n` added at `date(n)`.
fn serve(query: &[(&str, String)], count: usize, size: usize, ways: Ways) -> (String, Option<String>) {
    let value = |name| query.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str());
    let after = (1..=count)
        .find(|n| value("added_after").is_none_or(|after| date(*n).as_str() > after))
        .unwrap_or(count + 1);
    let start = match value("next") {
        Some(next) => next.parse().unwrap(),
        None => after,
    };
    let start = if ways.drops_filters { start } else { start.max(after) };
    let end = (start + size).min(count + 1);
    let more = end <= count;
    let objects: Vec<String> = (start..end).map(object).collect();
    let mut body = format!(r#"{{"objects":[{}]"#, objects.join(","));
    if !ways.without_more {
        body.push_str(&format!(r#","more":{more}"#));
    }
    if more && !ways.without_next {
        body.push_str(&format!(r#","next":"{end}""#));
    }
    body.push('}');
    (body, (start < end).then(|| date(end - 1)))
}

/// Polls to the end, through a kill after `killed` pages, and returns what arrived in order.
fn poll(mark: Mark, count: usize, size: usize, ways: Ways, killed: usize) -> (Vec<String>, Mark) {
    let mut follow = Follow::new(mark, 0, 10);
    let mut got = Vec::new();
    for turn in 0.. {
        if turn == killed {
            let kept = serde_json::to_string(follow.mark()).unwrap();
            follow = Follow::new(serde_json::from_str(&kept).unwrap(), 0, 10);
        }
        let (body, last) = serve(&follow.query(), count, size, ways);
        let (new, step) = follow.take(&page(body.as_bytes()).unwrap(), last.as_deref()).unwrap();
        got.extend(new.into_iter().map(str::to_owned));
        if step == Step::Done {
            break;
        }
    }
    (got, follow.mark().clone())
}

proptest! {
    #[test]
    fn each_object_arrives_once_whatever_the_server_leaves_out(
        count in 0_usize..60, more in 0_usize..30, size in 2_usize..9, killed in 0_usize..12,
        without_next: bool, without_more: bool, drops_filters: bool,
    ) {
        // A page that says neither is the last one: that server is not of this world.
        let ways = Ways { without_next: without_next && !without_more, without_more, drops_filters };
        let (got, mark) = poll(Mark::default(), count, size, ways, killed);
        prop_assert_eq!(got, (1..=count).map(object).collect::<Vec<_>>());
        prop_assert_eq!(&mark.next, &None);
        let (got, _) = poll(mark, count + more, size, ways, killed);
        prop_assert_eq!(got, (count + 1..=count + more).map(object).collect::<Vec<_>>());
    }

    #[test]
    fn no_bytes_break_a_reader(bytes: Vec<u8>, text in "\\PC{0,60}") {
        let _ = (discovery(&bytes), root(&bytes), collections(&bytes), page(&bytes), status(&bytes), says(&bytes));
        if let Ok(root) = resolve("https://a.example/taxii2/", &text) {
            prop_assert!(root.starts_with("https://a.example/") && root.ends_with('/'), "{}", root);
        }
        let _ = kind_is_readable(&text);
    }
}

#[test]
fn an_overlap_brings_what_was_committed_late_and_nothing_twice() {
    let mark = poll(Mark::default(), 3, 9, Ways::default(), 99).1;
    let mut follow = Follow::new(mark, 60, 10);
    assert_eq!(follow.query()[1], ("added_after", "2029-12-31T23:59:00.000003Z".to_owned()));
    let late = format!(r#"{{"objects":[{},{},{}]}}"#, object(2), object(77), object(3));
    let read = page(late.as_bytes()).unwrap();
    let (new, step) = follow.take(&read, Some(&date(3))).unwrap();
    assert_eq!((new, step), (vec![object(77).as_str()], Step::Done));
}

#[test]
fn a_stopped_poll_goes_on_from_its_date_and_not_from_its_beginning() {
    let ways = Ways { without_next: true, ..Ways::default() };
    let mut follow = Follow::new(Mark::default(), 0, 10);
    for _ in 0..3 {
        let (body, last) = serve(&follow.query(), 20, 4, ways);
        follow.take(&page(body.as_bytes()).unwrap(), last.as_deref()).unwrap();
    }
    let asked = follow.query();
    let kept = serde_json::to_string(follow.mark()).unwrap();
    // Whatever overlap the next poll has: this one is under way.
    let resumed = Follow::new(serde_json::from_str(&kept).unwrap(), 3_600, 10);
    assert_eq!(resumed.query(), asked);
    assert!(asked[1].1 > date(8), "{asked:?}");
    let (_, done) = poll(serde_json::from_str(&kept).unwrap(), 20, 4, ways, 99);
    assert_eq!((done.from, done.next), (None, None), "nothing is under way");
}

#[test]
fn a_collection_without_an_end_is_noticed() {
    let body = format!(r#"{{"objects":[{}],"more":true,"next":"x"}}"#, object(1));
    let read = page(body.as_bytes()).unwrap();
    let mut follow = Follow::new(Mark::default(), 0, 10);
    assert_eq!(follow.take(&read, None).unwrap().1, Step::Again);
    let before = follow.mark().clone();
    assert!(follow.take(&read, None).is_err());
    assert_eq!(follow.mark(), &before);

    let mut follow = Follow::new(Mark::default(), 0, 10);
    let endless = (0..).map(|n| format!(r#"{{"objects":[],"more":true,"next":"{n}"}}"#));
    assert!(endless.take(2_000).any(|body| follow.take(&page(body.as_bytes()).unwrap(), None).is_err()));

    let mut follow = Follow::new(Mark::default(), 0, 10);
    let read = Page { objects: vec![], more: true, next: None };
    assert!(follow.take(&read, None).is_err(), "nothing says where to go on");
    assert_eq!(follow.take(&read, Some(&date(1))).unwrap().1, Step::Again);
    assert!(follow.take(&read, Some(&date(1))).is_err(), "the date does not move");
}

#[test]
fn one_cursor_for_all_pages_leads_through_an_overlap_of_known_objects() {
    let known = (1..=6).map(|number| key(&object(number))).collect();
    let mut follow = Follow::new(Mark { seen: known, added_after: Some(date(6)), ..Mark::default() }, 60, 2);
    for pair in [[1, 2], [3, 4], [5, 6]] {
        let body =
            format!(r#"{{"objects":[{},{}],"more":true,"next":"x"}}"#, object(pair[0]), object(pair[1]));
        let read = page(body.as_bytes()).unwrap();
        assert_eq!(follow.take(&read, Some(&date(pair[1]))).unwrap(), (vec![], Step::Again));
    }
    let body = format!(r#"{{"objects":[{}]}}"#, object(7));
    let read = page(body.as_bytes()).unwrap();
    assert_eq!(follow.take(&read, Some(&date(7))).unwrap(), (vec![object(7).as_str()], Step::Done));
}

#[test]
fn without_a_date_the_mark_stays_where_it_was() {
    let mut follow = Follow::new(Mark { added_after: Some(date(5)), ..Mark::default() }, 0, 10);
    for last in [None, Some("yesterday"), Some("2030-02-30T00:00:00Z"), Some("2001-01-01T00:00:00Z")] {
        follow.take(&page(b"{}").unwrap(), last).unwrap();
        assert_eq!(follow.mark().added_after, Some(date(5)));
    }
}

#[test]
fn a_cursor_that_the_server_has_forgotten_is_dropped_once() {
    let mark = Mark { added_after: Some(date(5)), next: Some("gone".into()), ..Mark::default() };
    let mut follow = Follow::new(mark, 0, 10);
    assert!(follow.lose_cursor());
    assert!(follow.query().iter().all(|(name, _)| *name != "next"));
    assert_eq!(follow.query()[1].1, date(5));
    assert!(!follow.lose_cursor());
}

#[test]
fn a_root_is_absolute_or_relative_and_never_elsewhere() {
    let server = "https://a.example:8443/taxii2/";
    for (root, whole) in [
        ("/api1/", "https://a.example:8443/api1/"),
        ("api1", "https://a.example:8443/api1/"),
        ("https://a.example:8443/x/api1", "https://a.example:8443/x/api1/"),
        ("https://a.example:8443", "https://a.example:8443/"),
    ] {
        assert_eq!(resolve(server, root).unwrap(), whole);
    }
    for bad in [
        "http://a.example:8443/api1/",
        "https://a.example/api1/",
        "https://a.example:84430/x",
        "https://b.example/",
        "//b.example/api1/",
        "https://a.example:8443@b.example/",
        "/a/../b/",
        "/a b/",
        "/a?x",
        "/a#x",
        "\\\\b.example\\",
    ] {
        assert!(resolve(server, bad).is_err(), "{bad}");
    }
    for bad in ["ftp://a.example/", "https:///x", "https://user:word@a.example/", "a.example"] {
        assert!(resolve(bad, "/api1/").is_err(), "{bad}");
    }
}

#[test]
fn taxii_2_0_and_web_pages_are_refused_and_say_so() {
    for good in [
        "application/taxii+json;version=2.1",
        "application/taxii+json; version=\"2.1\"",
        "Application/TAXII+JSON",
        "application/json; charset=utf-8",
        "",
    ] {
        assert!(kind_is_readable(good).is_ok(), "{good}");
    }
    for (bad, says) in [
        ("application/vnd.oasis.taxii+json; version=2.0", "TAXII 2.0"),
        ("application/taxii+json;version=2.0", "TAXII 2.0"),
        ("application/taxii+json;version=3", "another version"),
        ("text/html; charset=utf-8", "a web page"),
        ("text/plain", "neither"),
    ] {
        assert!(kind_is_readable(bad).unwrap_err().to_string().contains(says), "{bad}");
    }
    assert!(page(br#"{"type":"bundle","objects":[]}"#).unwrap_err().to_string().contains("TAXII 2.0"));
}

#[test]
fn an_id_that_leads_elsewhere_is_refused() {
    for bad in ["", "../x", "a/b", "..", "a?b", "a b"] {
        let body = format!(r#"{{"collections":[{{"id":"{bad}"}}]}}"#);
        assert!(collections(body.as_bytes()).is_err(), "{bad}");
        assert!(status(format!(r#"{{"id":"{bad}","status":"pending"}}"#).as_bytes()).is_err(), "{bad}");
    }
    assert!(collections(b"{}").unwrap().is_empty());
}

#[test]
fn an_error_says_its_title_by_whatever_name() {
    assert_eq!(says(br#"{"title":"No","description":"x"}"#), "No");
    assert_eq!(says(br#"{"name":"No\u001b[2J"}"#), "No[2J");
    assert_eq!(says(b"<html>"), "");
    assert_eq!(says(format!(r#"{{"title":"{}"}}"#, "x".repeat(999)).as_bytes()).len(), 200);
}

#[test]
fn what_may_pass_is_asked_again_and_nothing_else() {
    assert_eq!(retry(Some(503), Some("120"), 0, 0, 0), Retry::Wait(120));
    assert_eq!(retry(Some(429), Some("Thu, 01 Jan 1970 00:01:40 GMT"), 40_000_000, 0, 0), Retry::Wait(60));
    assert_eq!(retry(Some(429), Some("soon"), 0, 2, 0), Retry::Wait(4));
    assert_eq!(retry(None, None, 0, 3, 128), Retry::Wait(12));
    assert_eq!(retry(Some(503), Some("86400"), 0, 0, 0), Retry::Stop);
    assert_eq!(retry(None, None, 0, 6, 0), Retry::Stop);
    for status in [400, 401, 403, 404, 406, 413, 415, 422] {
        assert_eq!(retry(Some(status), Some("1"), 0, 0, 0), Retry::Stop);
    }
}

#[test]
fn a_root_says_how_much_it_takes_or_nothing() {
    let says = |body: &str| root(body.as_bytes()).unwrap().max_content_length;
    assert_eq!(says(r#"{"title":"x","versions":[],"max_content_length":9765625}"#), Some(9_765_625));
    assert_eq!(says(r#"{"title":"x"}"#), None);
    assert!(root(br#"{"max_content_length":-1}"#).is_err() && root(b"[]").is_err());
}

#[test]
fn a_status_lists_failures_in_both_forms() {
    let body = br#"{"id":"s-1","status":"complete","success_count":1,"failure_count":2,"pending_count":0,
        "successes":[{"id":"a--1","version":"x"}],"failures":[{"id":"b--1","message":"no"},"c--1"]}"#;
    let read = status(body).unwrap();
    assert!(read.complete);
    assert_eq!(read.successes, ["a--1"]);
    assert_eq!(read.failures, [("b--1".to_owned(), "no".to_owned()), ("c--1".to_owned(), String::new())]);
}

#[test]
fn two_contents_under_one_version_are_two_things() {
    let (a, b) = (r#"{"id":"x--1","modified":"t"}"#, r#"{"id":"x--1","modified":"t","n":1}"#);
    assert_ne!(key(a), key(b));
    assert_eq!(key(a), key(a));
}
