//! The console and the recipient's page, asked as a browser asks them.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "helpers of tests fail loudly")]

use crate::browser::Browser;
use crate::desk::{Desk, House, draft, sentence};
use crate::store::Store;
use aldis::config::Config;
use aldis::desk::release::Purpose;
use aldis::desk::{case, register, review};
use aldis::node::Node;
use aldis::sim::world;
use aldis_model::Id;
use axum::http::StatusCode;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A desk with something on every page.
pub struct Sample {
    pub north: Desk,
    pub alba: Desk,
    pub case: Id,
    pub duty: Id,
    pub report: Id,
    pub warning: Id,
    pub releases: BTreeMap<&'static str, Id>,
    pub deliveries: BTreeMap<&'static str, Id>,
    pub inbound: String,
}

pub fn sample() -> Sample {
    let (north, alba) = House::on(Store::Sqlite).pair();
    let names = vec!["Iryna Kovalenko".to_owned()];
    let new = register::NewSubject {
        kind: "person",
        names: &names,
        category: "journalist",
        tier: "T2",
        purpose: "protection while she reports from Lowtown",
        label: "AMBER".parse().unwrap(),
    };
    north.write("Keeper", |tx, ctx| register::add(tx, ctx, &north.node.sealer, &new)).unwrap();
    crate::lists::every_kind_of_row(&north);
    crate::brief::every_kind_of_row(&north);
    let decided = north.decided();
    north.take_in("On 6 May Iryna Kovalenko will speak at the Lantern Hall in Lowtown. Men of the Grey Tide asked when she leaves.", "TLP:AMBER");
    north.write("Analyst", |tx, ctx| aldis::desk::gather::open(tx, ctx, &decided.report)).unwrap();
    let warning = north.draft(&decided.duty, &draft(&decided.report)).unwrap();
    let (mut releases, mut deliveries) = (BTreeMap::new(), BTreeMap::new());
    for audience in ["ALBA", "PUBLIC", "HALL"] {
        north.later(2);
        let (release, delivery) = north.released(&warning, audience, Purpose::Alert);
        releases.insert(audience, release);
        deliveries.insert(audience, delivery);
        north.work();
    }
    let officer = north.propose(&warning, "OFFICER", Purpose::Alert).unwrap();
    north.approve("Senior", &officer).unwrap();
    deliveries.insert("OFFICER", north.send(&officer).unwrap());
    let staff = north.propose(&warning, "STAFF", Purpose::Alert).unwrap();
    releases.insert("STAFF", staff);
    alba.audience("NORTHPORT", aldis_model::gate::Ladder::Partner, "node", "NORTHPORT");
    let sent = alba.sent_to("NORTHPORT");
    alba.audience("PUBLIC", aldis_model::gate::Ladder::Public, "cap", "");
    crate::consent::ask_about_open_sentence(&alba, &sent.case, "NORTHPORT", "PUBLIC");
    alba.work();
    north.work();
    let victim = |tx: &mut aldis::db::Tx<'_>, ctx: &aldis::ctx::Ctx| {
        case::add_victim(
            tx,
            ctx,
            &decided.case,
            aldis_model::duty::VictimKind::IdentifiableGroup,
            "Visitors of the fair",
        )
    };
    north.write("Analyst", victim).unwrap();
    north.later(3);
    north.work();
    let inbound = north.column("SELECT id FROM inbound")[0].clone();
    let (case, duty, report) = (decided.case, decided.duty, decided.report);
    Sample { north, alba, case, duty, report, warning, releases, deliveries, inbound }
}

impl Sample {
    pub fn token(&self) -> String {
        self.north.node.sealer.link_token(&self.deliveries["HALL"])
    }

    /// Lists a path for every page of the console.
    pub fn pages(&self) -> Vec<String> {
        let hit = self.north.column("SELECT report_id FROM hit")[0].clone();
        let fresh = self.north.column("SELECT id FROM duty ORDER BY changed_at DESC")[0].clone();
        let auditor = self.north.by("Auditor");
        let entry = self.north.node.db.read(|tx| review::tail(tx, &auditor, 1)).unwrap().into_inner();
        [
            "/watch",
            "/duty",
            "/gather",
            "/inbound",
            "/warnings",
            "/people",
            "/approvals",
            "/lists",
            "/briefing",
            "/partners",
            "/record",
        ]
        .into_iter()
        .map(str::to_owned)
        .chain([
            format!("/record/entry/{}", entry[0].index),
            format!("/reports/{}", self.report),
            format!("/reports/{hit}"),
            format!("/reports/{}/opinions", self.report),
            format!("/people/{}", self.north.column("SELECT id FROM subject ORDER BY id")[0]),
            format!("/cases/{}", self.case),
            format!("/cases/{}/basis", self.case),
            format!("/cases/{}/board", self.case),
            format!("/duties/{}/write", self.duty),
            format!("/duties/{fresh}/write?from={}", self.warning),
            format!("/warnings/{}", self.warning),
            "/deliveries".to_owned(),
            "/deliveries?failed=1".to_owned(),
            "/deliveries?late=1".to_owned(),
            format!("/deliveries/{}", self.north.column("SELECT id FROM delivery ORDER BY id")[0]),
            format!("/inbound/{}", self.inbound),
            format!("/inbound/consents/{}", self.north.column("SELECT id FROM consent_inbound")[0]),
            format!("/record/{}", self.case),
            format!("/record/{}?at=2031-05-04+08:00", self.case),
        ])
        .collect()
    }

    /// Lists a path for every page that needs no session.
    pub fn open_pages(&self) -> Vec<String> {
        let link = format!("/a/{}", self.token());
        let languages = ["en", "ru", "uk", "ar", "fa"];
        let messages = languages.map(|language| format!("{link}?l={language}"));
        let phrases = languages.map(|language| format!("/a/unknown?l={language}"));
        ["/sign-in", "/in/unknown", "/nowhere", "/a/unknown"]
            .map(str::to_owned)
            .into_iter()
            .chain(messages)
            .chain(phrases)
            .collect()
    }

    /// Lets one recipient refuse the warning and the others say nothing for some hours.
    pub fn disputed(&self) {
        let (token, ctx) = (self.token(), self.north.node.system());
        let answer = aldis_model::answer::Answer::DoNotAccept;
        let say = |tx: &mut aldis::db::Tx<'_>| {
            aldis::desk::acknowledge::on_page(tx, &ctx, &token, answer, "We take this for blackmail.")
        };
        self.north.node.db.write(say).unwrap();
        self.north.later(270);
        self.north.work();
    }

    /// Fills what only a busy day fills: a roster, a shelf, a board, a late answer, a name asked for.
    pub fn busy(&self) {
        crate::shifts::every_kind_of_row(&self.north);
        crate::opinion::every_kind_of_row(&self.north, &self.case);
        let said = aldis::desk::acknowledge::Said {
            answer: aldis_model::answer::Answer::Read,
            note: "Our officer was on the road.",
            by: "the duty officer of ALBA",
            at: self.north.now(),
            key_id: None,
            text_hash: None,
            evidence: None,
        };
        let delivery = &self.deliveries["ALBA"];
        self.north.write("Duty", |tx, ctx| aldis::desk::acknowledge::told(tx, ctx, delivery, &said)).unwrap();
        let subject: Id = self.north.column("SELECT id FROM subject ORDER BY id")[0].parse().unwrap();
        let why = "She is to be told at her door.";
        self.north
            .write("Duty", |tx, ctx| aldis::desk::identity::ask(tx, ctx, &subject, Some(&self.case), why))
            .unwrap();
    }

    pub fn signed_in(&self, name: &str) -> Browser {
        Browser::signed_in(&self.north.node, &self.north.admin(), name)
    }
}

/// Opens the same store as a node in exercise mode.
pub fn exercise(desk: &Desk) -> Arc<Node> {
    let mut config = Config::new(desk.folder.path(), &desk.node.config.title);
    config.exercise = true;
    let world = world(&desk.clock, &desk.net, "exercise");
    Node::open(config, desk.place.open().unwrap(), &crate::desk::keys(&desk.node.config.org), world).unwrap()
}

#[test]
fn every_page_renders_under_a_policy_without_scripts() {
    let sample = sample();
    let mut browser = sample.signed_in("Senior");
    for path in sample.pages() {
        let answer = browser.get(&path);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
        assert!(!answer.body.contains("<script") && !answer.body.contains("style="), "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'; style-src 'self'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }
    assert_eq!(browser.get("/watch?refresh=30").header("refresh"), "30");
    assert_eq!(browser.get("/watch").header("refresh"), "");
}

#[test]
fn every_role_is_shown_a_page_or_told_who_may() {
    let sample = sample();
    for name in ["Duty", "Analyst", "Keeper", "Liaison", "Auditor", "Junior"] {
        let mut browser = sample.signed_in(name);
        for path in sample.pages() {
            let status = browser.get(&path).status;
            let fine = [StatusCode::OK, StatusCode::FORBIDDEN, StatusCode::NOT_FOUND];
            assert!(fine.contains(&status), "{name} {path}: {status}");
        }
    }
    let mut stranger = Browser::new(&sample.north.node);
    for path in sample.pages() {
        assert_eq!(stranger.get(&path).leads_to(), "/sign-in", "{path}");
    }
}

#[test]
fn a_sign_in_link_works_once_and_looking_at_it_does_not_use_it_up() {
    let sample = sample();
    let admin = sample.north.admin();
    let invite = |tx: &mut aldis::db::Tx<'_>| aldis::desk::office::invite(tx, &admin, "Duty");
    let token = sample.north.node.db.write(invite).unwrap();
    let mut browser = Browser::new(&sample.north.node);
    sample.north.unchanged(|| (0..3).for_each(|_| drop(browser.get(&format!("/in/{token}")))));
    let entered = browser.post(&format!("/in/{token}"), &[]);
    let cookie = entered.header("set-cookie");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("Secure"));
    assert_eq!(browser.get("/watch").status, StatusCode::OK);
    let again = Browser::new(&sample.north.node).post(&format!("/in/{token}"), &[]);
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.act("/sign-out", &[]).leads_to(), "/sign-in");
    assert_eq!(browser.get("/watch").leads_to(), "/sign-in");
}

#[test]
fn a_form_without_the_sessions_word_changes_nothing() {
    let sample = sample();
    let mut browser = sample.signed_in("Analyst");
    let path = format!("/reports/{}/case", sample.report);
    sample.north.unchanged(|| {
        for fields in [&[("title", "x")][..], &[("title", "x"), ("csrf", "guess")][..]] {
            assert_eq!(browser.post(&path, fields).status, StatusCode::FORBIDDEN);
        }
    });
}

#[test]
fn what_one_may_not_see_answers_byte_for_byte_like_what_is_not_there() {
    let sample = sample();
    let mut browser = sample.signed_in("Junior");
    let unknown = browser.get("/nowhere");
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for path in [
        format!("/reports/{}", sample.report),
        format!("/reports/{}/original", sample.report),
        "/reports/R-00000000".to_owned(),
        "/reports/'".to_owned(),
        format!("/cases/{}", sample.case),
        format!("/cases/{}/basis", sample.case),
        format!("/cases/{}/board", sample.case),
        format!("/warnings/{}", sample.warning),
    ] {
        let answer = browser.get(&path);
        assert_eq!((answer.status, &answer.body), (StatusCode::NOT_FOUND, &unknown.body), "{path}");
        assert_eq!(answer.headers, unknown.headers, "{path}");
    }
}

#[test]
fn reading_a_recipients_link_changes_nothing_and_one_answer_stands() {
    let sample = sample();
    let (mut browser, link) = (Browser::new(&sample.north.node), format!("/a/{}", sample.token()));
    sample.north.unchanged(|| {
        for round in 0..100 {
            if round % 50 == 0 {
                sample.north.later(1);
            }
            let answer = browser.get(&link);
            assert_eq!(answer.status, StatusCode::OK);
            assert!(answer.body.contains("Avoid large gatherings") && !answer.body.contains("Grey Tide"));
            assert!(!answer.body.to_lowercase().contains("northport") && !answer.body.contains("Aldis"));
            assert!(answer.header("content-security-policy").contains("style-src 'sha256-"));
        }
        assert_eq!(browser.post(&link, &[]).status, StatusCode::UNPROCESSABLE_ENTITY);
        let reason = browser.post(&link, &[("a", "do_not_accept")]);
        assert_eq!(reason.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reason.body.contains("Please write why"));
    });
    let before = sample.north.entries();
    let receipt = browser.post(&link, &[("a", "read")]).leads_to();
    assert!(sample.north.entries() > before);
    let shown = browser.get(&receipt).body;
    assert!(shown.contains("Answer received"), "{shown}");
    sample.north.later(1);
    sample.north.unchanged(|| {
        assert_eq!(browser.post(&link, &[("a", "read")]).leads_to(), receipt);
        let other = browser.post(&link, &[("a", "not_me")]);
        assert_eq!(other.status, StatusCode::CONFLICT);
        assert!(other.body.contains("the first one stands"));
        let forged = format!("{link}?done=ABCD-EFGH");
        assert_eq!(browser.get(&forged).status, StatusCode::NOT_FOUND);
        for _ in 0..3 {
            browser.post(&link, &[("a", "read")]);
        }
        assert_eq!(browser.post(&link, &[("a", "read")]).status, StatusCode::TOO_MANY_REQUESTS);
    });
    assert_eq!(sample.north.findings(), []);
}

#[test]
fn an_answer_after_the_link_has_run_out_is_still_taken() {
    let sample = sample();
    let (mut browser, link) = (Browser::new(&sample.north.node), format!("/a/{}", sample.token()));
    sample.north.later(40 * 24 * 60);
    assert_eq!(browser.get(&link).status, StatusCode::NOT_FOUND);
    let receipt = browser.post(&link, &[("a", "call_me")]).leads_to();
    assert!(browser.get(&receipt).body.contains("Answer received"));
    assert_eq!(sample.north.open_tasks("call-back"), 1);
}

#[test]
fn in_an_exercise_every_page_says_so() {
    let sample = sample();
    let node = exercise(&sample.north);
    let mut browser = Browser::signed_in(&node, &sample.north.admin(), "Senior");
    for path in sample.pages() {
        let answer = browser.get(&path);
        assert!(answer.body.contains("EXERCISE: nothing here leaves this server"), "{path}");
    }
    for path in sample.open_pages() {
        let body = Browser::new(&node).get(&path).body;
        let said =
            ["EXERCISE", "УЧЕНИЯ", "НАВЧАННЯ", "تمرين", "تمرین"].iter().any(|word| body.contains(word));
        assert!(said, "{path}: {body}");
    }
    let pending = sample.north.propose(&sample.warning, "OFFICER", Purpose::Update).unwrap();
    sample.north.approve("Senior", &pending).unwrap();
    let page = browser.get(&format!("/warnings/{}", sample.warning)).body;
    assert!(page.contains("Send exercise message to OFFICER inside this server"));
}

#[test]
fn whoever_wrote_it_is_told_that_a_second_person_must_approve() {
    let sample = sample();
    let mut analyst = sample.signed_in("Senior");
    let release = &sample.releases["STAFF"];
    let refused = sample.signed_in("Analyst").act(&format!("/releases/{release}/approve"), &[]);
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("There is a problem") && refused.body.contains("<title>Error: "));
    let approved = analyst.act(&format!("/releases/{release}/approve"), &[]);
    assert_eq!(approved.leads_to(), format!("/warnings/{}", sample.warning));
}

#[test]
fn the_main_job_goes_by_forms_alone() {
    let house = House::on(Store::Sqlite);
    let desk = house.desk("NORTHPORT");
    desk.audiences_without_node();
    let mut analyst = Browser::signed_in(&desk.node, &desk.admin(), "Analyst");
    let mut senior = Browser::signed_in(&desk.node, &desk.admin(), "Senior");
    let fields =
        [("text", crate::desk::REPORT), ("source", "own collection"), ("tlp", "TLP:RED"), ("rest", "")];
    let unnamed = analyst.upload(&[("text", "Kept as typed."), ("tlp", "TLP:RED")], None);
    assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unnamed.body.contains("Kept as typed."));
    let report_page = analyst.upload(&fields, None).leads_to();
    let report = report_page.rsplit('/').next().unwrap().to_owned();
    analyst.act(&format!("{report_page}/open"), &[]).leads_to();
    let grade = [
        ("source", "B"),
        ("info", "2"),
        ("likelihood", "likely"),
        ("confidence", "moderate"),
        ("reasons", "access"),
    ];
    analyst.act(&format!("{report_page}/grade"), &grade).leads_to();
    let case = analyst.act(&format!("{report_page}/case"), &[("title", "Concert")]).leads_to();
    let victim = [("kind", "location"), ("victim", "Lantern Hall")];
    analyst.act(&format!("{case}/victims"), &victim).leads_to();
    let duty = desk.column("SELECT id FROM duty")[0].clone();
    let step = format!("{case}/duties/{duty}");
    let missing = analyst.act(&step, &[("event", "triage"), ("to", "TRIAGED"), ("duty", &duty)]);
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(missing.body.contains("first_impression_ttl"), "{}", missing.body);
    for fields in [
        &[
            ("event", "triage"),
            ("to", "TRIAGED"),
            ("harm_types", "intentional_killing"),
            ("first_impression_ttl", "TTL-HIGH"),
        ][..],
        &[
            ("event", "assess"),
            ("to", "ASSESSED_MET"),
            ("harm", "intentional_killing"),
            ("impending", "near_<=7d"),
            ("victim_kind", "location"),
            ("place", "Lantern Hall"),
            ("source_grade", "B"),
            ("info_grade", "2"),
            ("specific_elements", "who"),
            ("specific_elements", "where"),
            ("specific_elements", "when"),
            ("confidence", "moderate"),
            ("independent_sources", &report),
            ("reasons", "direct access"),
        ],
        &[
            ("event", "submit"),
            ("to", "SENIOR_REVIEW"),
            ("case_summary", "Attack"),
            ("proposed_decision", "warn"),
        ],
    ] {
        analyst.act(&step, fields).leads_to();
    }
    let decide = [
        ("event", "decide_warn"),
        ("to", "WARN_APPROVED"),
        ("deliverer", "own_officer"),
        ("method", "mail"),
        ("means", "link"),
        ("substance_limits", "no source"),
        ("deadline", "2031-05-05T08:00"),
    ];
    senior.act(&step, &decide).leads_to();
    let write = [
        ("subject", "Alert for Lowtown"),
        ("ends_at", "2031-05-06T08:00"),
        ("event", "Security Alert"),
        ("category", "Security"),
        ("response", "Avoid"),
        ("urgency", "Expected"),
        ("severity", "Severe"),
        ("certainty", "Likely"),
        ("language", "en"),
        ("area", "Lowtown"),
        ("geocode", "LOCAL=7"),
        ("tlp1", "TLP:AMBER"),
        ("rest1", "HALL"),
        ("text1", "Violence is planned at the Lantern Hall."),
        ("basis1", &report),
        ("tlp2", "TLP:CLEAR"),
        ("rest2", ""),
        ("text2", "Avoid large gatherings in Lowtown."),
        ("basis2", &report),
        ("do", "save"),
    ];
    let composer = format!("/duties/{duty}/write");
    let broken =
        analyst.act(&composer, &[("subject", ""), ("tlp1", "TLP:RED"), ("text1", "Typed and kept.")]);
    assert_eq!(broken.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        broken.body.contains("Typed and kept.") && broken.body.contains("href=\"#subject\""),
        "{}",
        broken.body
    );
    let warning = analyst.act(&composer, &write).leads_to();
    let page = analyst.get(&warning).body;
    assert!(page.contains("[withheld, TLP:AMBER REL HALL]"), "{page}");
    for audience in ["HALL", "PUBLIC"] {
        analyst
            .act(&format!("{warning}/propose"), &[("audience", audience), ("purpose", "alert")])
            .leads_to();
    }
    for release in desk.column("SELECT id FROM release ORDER BY id") {
        senior.act(&format!("/releases/{release}/approve"), &[]).leads_to();
        senior.act(&format!("/releases/{release}/send"), &[("not_before", "")]).leads_to();
    }
    desk.work();
    assert_eq!(desk.net.mail().len(), 1);
    let link = desk.net.mail()[0].body.lines().find(|line| line.contains("/a/")).unwrap().to_owned();
    let link = link.split_once(".test").unwrap().1.to_owned();
    let mut recipient = Browser::new(&desk.node);
    assert!(recipient.get(&link).body.contains("Violence is planned"));
    recipient.post(&link, &[("a", "do_not_accept"), ("f", "not credible")]).leads_to();
    let floor = senior.get("/watch").body;
    assert!(floor.contains("Warning not accepted") && floor.contains("DOES NOT ACCEPT"), "{floor}");
    let delivery = desk.column("SELECT id FROM delivery WHERE channel = 'mail'")[0].clone();
    let settle = [("kind", "dismissed"), ("decision", "call the owner")];
    senior.act(&format!("/deliveries/{delivery}/settle"), &settle).leads_to();
    let feed = recipient.get("/feed/alerts.atom").body;
    assert!(feed.contains("Avoid large gatherings") && !feed.contains("Lantern"));
    let rss = recipient.get("/feed/alerts.rss").body;
    assert!(rss.contains("<description>Avoid large gatherings") && !rss.contains("Lantern"), "{rss}");
    assert_eq!(desk.findings(), []);
}

#[test]
fn a_waiver_and_an_ending_go_by_forms_as_well() {
    let house = House::on(Store::Sqlite);
    let desk = house.desk("NORTHPORT");
    let report = desk.take_in(crate::desk::REPORT, "TLP:RED");
    let (case, duty) = desk.case_on(&report);
    desk.submitted(&report, &duty);
    let mut senior = Browser::signed_in(&desk.node, &desk.admin(), "Senior");
    let step = format!("/cases/{case}/duties/{duty}");
    let waive = [
        ("event", "decide_waive"),
        ("to", "WAIVED"),
        ("waiver_code", "W-A"),
        ("basis", "they know"),
        ("expiry", "2031-05-05T08:00"),
        ("particulars.awareness.who", "the owner"),
        ("particulars.awareness.how_known", "told by police"),
        ("particulars.awareness.date", "2031-05-04T07:00"),
        ("particulars.awareness.details", "all of it"),
    ];
    senior.act(&step, &waive).leads_to();
    assert_eq!(desk.state(&duty), "WAIVED");
    let end = [("event", "stand_down"), ("to", "STOOD_DOWN"), ("reason", "the concert is cancelled")];
    senior.act(&step, &end).leads_to();
    let close = [
        ("event", "close"),
        ("to", "CLOSED"),
        ("outcome", "did_not_happen"),
        ("hindsight_grade", "B3"),
        ("lessons", "ask earlier"),
    ];
    senior.act(&step, &close).leads_to();
    assert_eq!(desk.state(&duty), "CLOSED");
}

#[test]
fn machines_get_problems_and_public_things_in_their_own_types() {
    let sample = sample();
    let mut browser = Browser::new(&sample.north.node);
    let nothing = browser.post("/exchange/v1/messages", &[]);
    assert_eq!(nothing.status, StatusCode::BAD_REQUEST);
    assert_eq!(nothing.header("content-type"), "application/problem+json");
    let large = "x".repeat(300 << 10);
    let refused = browser.post("/exchange/v1/messages", &[("x", &large)]);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let release = &sample.releases["PUBLIC"];
    let cap = browser.get(&format!("/cap/{release}.xml"));
    assert!(cap.header("content-type").starts_with("application/cap+xml"));
    assert!(cap.body.contains("Avoid large gatherings") && !cap.body.contains("Lantern"));
    let partner = &sample.releases["ALBA"];
    assert_eq!(browser.get(&format!("/cap/{partner}.xml")).status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/log/checkpoint").leads_to(), "/sign-in");
    assert_eq!(browser.get("/health/live").status, StatusCode::OK);
    assert_eq!(browser.get("/health/ready").status, StatusCode::OK);
    let envelope = sample.north.net.envelopes()[0].body.clone();
    let request = axum::http::Request::post("/exchange/v1/messages").body(envelope.into()).unwrap();
    let receipt = Browser::new(&sample.alba.node).send(request);
    assert_eq!(
        (receipt.status, receipt.header("content-type")),
        (StatusCode::OK, "text/plain; charset=utf-8")
    );
    let mut auditor = sample.signed_in("Auditor");
    assert!(auditor.get("/log/checkpoint").body.starts_with("aldis/NORTHPORT\n"));
    let by = sample.north.by("Auditor");
    let number = sample.north.node.db.read(|tx| review::tail(tx, &by, 500)).unwrap().get()[9].index;
    let proof = auditor.get(&format!("/record/entry/{number}/proof"));
    assert!(proof.header("content-disposition").contains(&format!("entry-{number}.tlog-proof")));
    assert!(aldis_ledger::Proof::parse(proof.body.as_bytes()).is_ok());
}

#[test]
fn a_sentence_of_markup_is_shown_and_not_obeyed() {
    let sample = sample();
    let text = "<script>alert(1)</script><b onclick=x>";
    let hostile = sample.north.take_in(text, "TLP:RED");
    let mut duty_page = draft(&sample.report);
    duty_page.portions = vec![sentence(text, "RED", &[])];
    let warning = sample.north.draft(&sample.duty, &duty_page).unwrap();
    let mut browser = sample.signed_in("Senior");
    for path in [format!("/reports/{hostile}"), format!("/warnings/{warning}"), "/watch".to_owned()] {
        let body = browser.get(&path).body;
        assert!(!body.contains("<script") && !body.contains("<b onclick"), "{path}");
    }
}
