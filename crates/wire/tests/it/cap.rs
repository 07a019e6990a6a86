//! Alerts out and in again.

use aldis_wire::Limits;
use aldis_wire::cap::{
    self, Alert, Area, Category, Certainty, Circle, Info, MsgType, Named, Point, Resource, ResponseType,
    Scope, Severity, Status, Time, Urgency,
};

const NOON_US: i64 = 1_930_651_200_000_000;
const HOUR_US: i64 = 3_600_000_000;

fn point(lat: f64, lon: f64) -> Point {
    Point { lat, lon }
}

fn full() -> Alert {
    let mut info = Info::new(Category::Security, "Security Alert");
    info.language = Some("en-GB".into());
    info.response_types = vec![ResponseType::Avoid, ResponseType::Monitor];
    info.urgency = Urgency::Expected;
    info.severity = Severity::Severe;
    info.certainty = Certainty::Possible;
    info.event_codes = vec![Named { name: "SAME".into(), value: "CDW".into() }];
    info.effective = Time::utc(NOON_US);
    info.onset = Time::with_offset(NOON_US + HOUR_US, 180);
    info.expires = Time::with_offset(NOON_US + 48 * HOUR_US, -210);
    info.sender_name = Some("Embassy of <Freedonia> & friends".into());
    info.headline = Some("Avoid \"large\" gatherings".into());
    info.description = Some("First line\nsecond line\r\nthird]]> 'quoted'".into());
    info.instruction = Some("Avoid crowds.".into());
    info.web = Some("https://freedonia.example/a?b=1&c=2".into());
    info.parameters = vec![Named { name: "n".into(), value: String::new() }];
    info.resources = vec![Resource {
        description: "map".into(),
        mime_type: "image/png".into(),
        size: Some(3),
        deref_uri: Some("AAEC".into()),
        ..Resource::default()
    }];
    info.areas = vec![Area {
        description: "Velmora".into(),
        polygons: vec![vec![point(1.5, 2.0), point(1.5, 3.0), point(0.5, 3.0), point(1.5, 2.0)]],
        circles: vec![Circle { center: point(-0.25, 179.5), radius_km: 1.5 }],
        geocodes: vec![Named { name: "ISO".into(), value: "XX".into() }],
        altitude_ft: Some(10.0),
        ceiling_ft: Some(20.5),
    }];
    let mut alert = Alert::new("urn:uuid:1", "alerts@freedonia.example", Time::utc(NOON_US).unwrap());
    alert.incidents = vec!["one".into(), "two words".into()];
    alert.codes = vec!["profile".into()];
    alert.infos = vec![info];
    alert
}

fn rules(alert: &Alert) -> Vec<(String, &'static str)> {
    alert.check().err().unwrap_or_default().into_iter().map(|problem| (problem.path, problem.rule)).collect()
}

#[test]
fn what_is_written_is_read_back_and_written_the_same() {
    let alert = full();
    let written = cap::write(&alert).unwrap();
    assert!(written.contains("<sent>2031-03-07T12:00:00-00:00</sent>"), "{written}");
    assert!(written.contains("<sender>alerts@freedonia.example</sender>"));
    assert!(written.contains("&lt;Freedonia&gt; &amp; friends"));
    let reading = cap::read(written.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(reading.findings, []);
    assert_eq!(reading.alert, alert);
    assert_eq!(cap::write(&reading.alert).unwrap(), written);
}

#[test]
fn an_update_and_a_cancellation_refer_to_something_earlier() {
    for msg_type in [MsgType::Update, MsgType::Cancel, MsgType::Ack, MsgType::Error] {
        let mut alert = full();
        alert.msg_type = msg_type;
        assert_eq!(rules(&alert)[0].0, "alert/references");
        let mut earlier = full();
        earlier.identifier = "urn:uuid:0".into();
        alert.references = vec![earlier.reference()];
        assert_eq!(rules(&alert), []);
        alert.references = vec![alert.reference()];
        assert_eq!(rules(&alert)[0].1, "a message does not refer to itself");
        earlier.sent = Time::utc(NOON_US + HOUR_US).unwrap();
        alert.references = vec![earlier.reference()];
        assert_eq!(rules(&alert)[0].1, "a reference is not later than sent");
    }
}

#[test]
fn names_that_break_references_are_refused() {
    for name in ["", "a b", "a,b", "a<b", "a&b", "a\u{a0}b", "a\nb"] {
        let mut alert = full();
        alert.identifier = name.into();
        assert_eq!(rules(&alert)[0].0, "alert/identifier", "{name:?}");
        alert.sender = name.into();
        assert!(cap::write(&alert).is_err());
    }
}

#[test]
fn a_warning_ends_after_it_was_sent() {
    let mut alert = full();
    alert.infos[0].onset = None;
    alert.infos[0].expires = Time::utc(NOON_US);
    assert!(rules(&alert).iter().any(|(_, rule)| *rule == "later than sent"));
    alert.infos[0].expires = None;
    assert!(rules(&alert).iter().any(|(_, rule)| *rule == "a public warning says when it ends"));
    alert.status = Status::Exercise;
    assert_eq!(rules(&alert), []);
    assert_eq!(alert.advice()[0].path, "alert/note");
}

#[test]
fn a_polygon_is_closed_simple_and_on_earth() {
    let cases = [
        (vec![(1.0, 1.0), (1.0, 2.0), (1.0, 1.0)], "at least four points"),
        (vec![(1.0, 1.0), (1.0, 2.0), (2.0, 2.0), (2.0, 1.0)], "the last point is the first"),
        (
            vec![(91.0, 1.0), (1.0, 2.0), (2.0, 2.0), (91.0, 1.0)],
            "latitude within 90, longitude within 180 degrees",
        ),
        (vec![(0.0, 0.0), (1.0, 1.0), (1.0, 0.0), (0.0, 1.0), (0.0, 0.0)], "the line does not cross itself"),
    ];
    for (points, rule) in cases {
        let mut alert = full();
        alert.infos[0].areas[0].polygons =
            vec![points.into_iter().map(|(lat, lon)| point(lat, lon)).collect()];
        assert_eq!(rules(&alert), [("alert/info[1]/area[1]/polygon".to_owned(), rule)]);
    }
    let mut alert = full();
    alert.infos[0].areas[0].circles[0].radius_km = f64::NAN;
    assert!(cap::write(&alert).is_err());
}

#[test]
fn a_scope_names_its_readers() {
    let mut alert = full();
    alert.scope = Scope::Restricted;
    assert_eq!(rules(&alert)[0].0, "alert/restriction");
    alert.restriction = Some("partners".into());
    assert_eq!(rules(&alert), []);
    alert.scope = Scope::Private;
    assert_eq!(rules(&alert).len(), 2);
    alert.restriction = None;
    alert.addresses = vec!["a@b.example".into(), "two words".into()];
    assert_eq!(rules(&alert), []);
    let written = cap::write(&alert).unwrap();
    assert_eq!(cap::read(written.as_bytes(), &Limits::default()).unwrap().alert, alert);
}

#[test]
fn control_characters_and_drafts_do_not_leave() {
    let mut alert = full();
    alert.infos[0].description = Some("a\u{8}b".into());
    assert_eq!(rules(&alert)[0].1, "text holds no control character");
    let mut alert = full();
    alert.status = Status::Draft;
    assert_eq!(rules(&alert)[0].0, "alert/status");
}

#[test]
fn a_tolerant_reader_falls_to_the_cautious_value() {
    let source = cap::write(&full())
        .unwrap()
        .replace("<scope>Public</scope>", "<scope>Internal</scope>")
        .replace("<severity>Severe</severity>", "<severity>High</severity>")
        .replace("<certainty>Possible</certainty>", "<certainty>Very Likely</certainty>");
    let reading = cap::read(source.as_bytes(), &Limits::default()).unwrap();
    assert_eq!(reading.alert.scope, Scope::Private);
    assert_eq!(reading.alert.infos[0].severity, Severity::Unknown);
    assert_eq!(reading.alert.infos[0].certainty, Certainty::Likely);
    assert!(reading.findings.len() >= 3);
}
