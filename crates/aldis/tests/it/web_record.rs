//! The pages of the register, the partners, the record and the warnings that partners sent.

#![allow(clippy::unwrap_used, reason = "helpers of tests fail loudly")]

use crate::desk::{Desk, House, REPORT};
use crate::store::Store;
use aldis::desk::{inbound, office, review};
use aldis::web;
use aldis_ledger::{Entry, Proof};
use aldis_model::Id;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, LOCATION, SET_COOKIE};
use axum::http::{Request, StatusCode};
use tower::ServiceExt;

/// A browser in which one officer is signed in.
struct Browser<'a> {
    desk: &'a Desk,
    cookie: String,
    csrf: String,
}

struct Answer {
    status: StatusCode,
    place: String,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

impl<'a> Browser<'a> {
    fn of(desk: &'a Desk, officer: &str) -> Self {
        let admin = desk.admin();
        let token = desk.node.db.write(|tx| office::invite(tx, &admin, officer)).unwrap();
        let request = Request::post(format!("/in/{token}")).body(Body::empty()).unwrap();
        let (_, cookie) = send(desk, request);
        let mut browser = Self { desk, cookie, csrf: String::new() };
        let page = browser.get("/people");
        let (_, rest) = page.text().split_once("name=\"csrf\" value=\"").unwrap();
        browser.csrf = rest.split('"').next().unwrap().to_owned();
        browser
    }

    fn get(&self, path: &str) -> Answer {
        let request = Request::get(path).header(COOKIE, &self.cookie).body(Body::empty()).unwrap();
        send(self.desk, request).0
    }

    /// Opens a page that must be there and says these words.
    fn page(&self, path: &str, words: &[&str]) -> String {
        let answer = self.get(path);
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        for word in words {
            assert!(answer.text().contains(word), "{path} does not say {word}:\n{}", answer.text());
        }
        assert_eq!(answer.text().matches("<h1").count(), 1, "{path}");
        assert!(!answer.text().contains("style="), "{path}");
        answer.text().to_owned()
    }

    fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = ("csrf", self.csrf.as_str());
        self.post_bare(path, &[fields, &[csrf]].concat())
    }

    fn post_bare(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let pairs = fields.iter().map(|(name, value)| format!("{name}={}", quoted(value)));
        let body = pairs.collect::<Vec<_>>().join("&");
        let request = Request::post(path).header(COOKIE, &self.cookie);
        let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        send(self.desk, request.body(Body::from(body)).unwrap()).0
    }
}

fn send(desk: &Desk, request: Request<Body>) -> (Answer, String) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let response = web::router(desk.node.clone()).oneshot(request).await.unwrap();
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let cookie = header(SET_COOKIE).unwrap_or_default();
        let (status, place) = (response.status(), header(LOCATION).unwrap_or_default());
        let body = to_bytes(response.into_body(), 1 << 20).await.unwrap().to_vec();
        (Answer { status, place, body }, cookie.split(';').next().unwrap().to_owned())
    })
}

fn quoted(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn north() -> Desk {
    House::on(Store::Sqlite).desk("NORTHPORT")
}

/// Two desks, the second of which has received a warning from the first.
fn warned() -> (Desk, Desk, Id, Id) {
    let (north, alba) = House::on(Store::Sqlite).pair();
    let case = north.sent_to("ALBA").case;
    north.work();
    let received = alba.read("Liaison", inbound::list).unwrap().into_inner().remove(0).id;
    (north, alba, case, received)
}

#[test]
fn the_record_of_a_case_says_who_knew_what_when() {
    let (north, _alba, case, _) = warned();
    let auditor = Browser::of(&north, "Auditor");
    auditor.page("/record", &[case.as_str(), "Concert in Lowtown", "Newest entries", "Gathered"]);
    let words =
        ["Gathered", "Threshold assessed", "Decided to warn", "Delivered (receipt)", "(ALBA)", "AQ-16"];
    let page = auditor.page(&format!("/record/{case}"), &words);
    assert!(page.contains("role=\"img\"") && page.contains("<title id=\"pic-t\">"));
}

#[test]
fn the_record_as_of_a_time_holds_nothing_later() {
    let (north, alba, case, received) = warned();
    north.later(60);
    let answer = aldis_model::answer::Answer::DoNotAccept;
    let signer = alba.node.signer();
    alba.write("Liaison", |tx, ctx| inbound::answer(tx, ctx, signer, &received, answer, "blackmail"))
        .unwrap();
    alba.work();
    let auditor = Browser::of(&north, "Auditor");
    let now = auditor.page(&format!("/record/{case}"), &["Not accepted", "blackmail"]);
    assert!(now.contains("<strong class=\"bad\">"));
    let then = auditor.page(&format!("/record/{case}?at=2031-05-04T08:30"), &["Decided to warn", "08:30Z"]);
    assert!(!then.contains("Not accepted") && !then.contains("blackmail"));
    auditor.page(&format!("/record/{case}?at=2031-05-04T07:00Z"), &["Nothing was on record at that time"]);
    let wrong = auditor.get(&format!("/record/{case}?at=yesterday"));
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.text().contains("is not a time") && wrong.text().contains("value=\"yesterday\""));
}

#[test]
fn a_proof_and_its_entry_are_enough_to_check_it_offline() {
    let north = north();
    let decided = north.decided();
    let auditor = Browser::of(&north, "Auditor");
    let by = north.by("Auditor");
    let timeline = north.node.db.read(|tx| review::timeline(tx, &by, &decided.case, None)).unwrap();
    for entry in timeline.get() {
        let index = entry.index;
        let title = format!("Entry {index}");
        auditor.page(&format!("/record/entry/{index}"), &[&title, "Download the proof"]);
        let proof = Proof::parse(&auditor.get(&format!("/record/entry/{index}/proof")).body).unwrap();
        let json = auditor.get(&format!("/record/entry/{index}/entry.json"));
        let entry = Entry::from_json(json.text().trim_end()).unwrap();
        proof.verify(entry.leaf().as_slice(), &north.node.verifier()).unwrap();
    }
}

#[test]
fn what_an_officer_may_not_see_looks_like_what_is_not_there() {
    let (north, alba, _, received) = warned();
    let (case, junior) = (north.decided().case, Browser::of(&north, "Junior"));
    let unknown = junior.get("/record/C-00000000");
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let by = north.by("Auditor");
    let tail = north.node.db.read(|tx| review::tail(tx, &by, 500)).unwrap().into_inner();
    let index = tail.iter().find(|entry| entry.kind == "decision.warn").unwrap().index;
    for path in [
        format!("/record/{case}"),
        format!("/record/{case}?at=2031-05-04T08:00:00Z"),
        "/record/nonsense".to_owned(),
        "/record/entry/999999".to_owned(),
        format!("/record/entry/{index}"),
        format!("/record/entry/{index}/proof"),
        format!("/record/entry/{index}/entry.json"),
    ] {
        let hidden = junior.get(&path);
        assert_eq!((hidden.status, &hidden.body), (unknown.status, &unknown.body), "{path}");
    }
    assert!(!junior.page("/record", &[]).contains(case.as_str()));
    let junior = Browser::of(&alba, "Junior");
    let unknown = junior.get("/inbound/IN-00000000");
    for act in ["open", "answer"] {
        let hidden = junior.post(&format!("/inbound/{received}/{act}"), &[("answer", "read")]);
        assert_eq!((hidden.status, &hidden.body), (unknown.status, &unknown.body), "{act}");
    }
    assert_eq!(junior.get(&format!("/inbound/{received}")).body, unknown.body);
    junior.page("/inbound", &["No partner has sent a warning that you may see"]);
}

#[test]
fn a_name_goes_into_the_register_and_stands_on_no_page() {
    let north = north();
    let keeper = Browser::of(&north, "Keeper");
    keeper.page("/people", &["There is nobody in the register", "Enter somebody", "spellcheck=\"false\""]);
    let entry = [
        ("kind", "person"),
        ("names", "Vasyl Zorenko\nВасиль Зоренко"),
        ("category", "journalist"),
        ("tier", "T2"),
        ("purpose", "threatened in March"),
        ("tlp", "TLP:RED"),
    ];
    let no_purpose: Vec<_> = entry.into_iter().filter(|(name, _)| *name != "purpose").collect();
    let refused = keeper.post("/people", &no_purpose);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("journalist") && refused.text().contains("an entry without a purpose"));
    let added = keeper.post("/people", &entry);
    assert_eq!(added.status, StatusCode::SEE_OTHER);
    let (_, cover) = added.place.split_once('#').unwrap();
    let page = keeper
        .page("/people", &[cover, "journalist", "<strong>T2</strong> enhanced advice <span class=\"num\">1"]);
    let auditor = Browser::of(&north, "Auditor");
    let record = auditor.page("/record", &["Entered in the register", cover]);
    for text in [page, record, refused.text().to_owned()] {
        assert!(!text.contains("Zorenko") && !text.contains("Зоренко") && !text.contains("Vasyl"));
    }
    let junior = Browser::of(&north, "Junior").page("/people", &["nobody in the register whom you may see"]);
    assert!(!junior.contains(cover) && !junior.contains("<textarea"));
}

#[test]
fn a_tier_and_a_measure_are_decided_on_the_page_of_a_cover_name() {
    let north = north();
    let subject = north.registers_as("Joren Maas", "witness", "T1", "RED");
    let path = format!("/people/{subject}");
    let keeper = Browser::of(&north, "Keeper");
    keeper.page(&path, &["Tier in force: T1", "Nobody has rated the danger yet", "None was proposed"]);
    let no_impact = keeper.post(&path, &[("do", "rate"), ("I", "4")]);
    assert_eq!(no_impact.status, StatusCode::UNPROCESSABLE_ENTITY);
    let rate = [("do", "rate"), ("impact", "critical"), ("I", "4"), ("K", "3"), ("event", "E01")];
    assert_eq!(keeper.post(&path, &rate).status, StatusCode::SEE_OTHER);
    keeper.page(&path, &["Suggests T5", "leaves nobody below T5", "Tier in force: T1"]);
    let lower = [("do", "tier"), ("tier", "T2"), ("reasons", "patrols")];
    north.unchanged(|| assert_ne!(keeper.post(&path, &lower).status, StatusCode::SEE_OTHER));
    let set = [("do", "tier"), ("tier", "T5"), ("reasons", "a plan")];
    assert_eq!(keeper.post(&path, &set).status, StatusCode::SEE_OTHER);
    let propose = [("do", "propose"), ("measure", "M40"), ("owner", "city police"), ("reasons", "a plan")];
    assert_eq!(keeper.post(&path, &propose).status, StatusCode::SEE_OTHER);
    let page = keeper.page(&path, &["Tier in force: T5", "M40", "city police"]);
    let measure = north.column("SELECT id FROM measure")[0].clone();
    assert!(page.contains(&measure) && !page.contains("Joren") && !page.contains("Maas"));
    let change =
        [("do", "change"), ("id", measure.as_str()), ("status", "accepted"), ("words", "she said yes")];
    assert_eq!(keeper.post(&path, &change).status, StatusCode::SEE_OTHER);
    keeper.page(&path, &["accepted", "she said yes"]);
    // Who may not see the entry finds what stands at an entry that is not there, whatever is sent.
    let junior = Browser::of(&north, "Junior");
    let unknown = junior.get("/people/PR-00000000");
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(junior.get(&path).body, unknown.body);
    north.unchanged(|| {
        for form in [&rate[..], &set[..], &propose[..], &change[..]] {
            let hidden = junior.post(&path, form);
            assert_eq!((hidden.status, &hidden.body), (unknown.status, &unknown.body));
        }
    });
    assert_eq!(north.findings(), []);
}

#[test]
fn two_people_open_a_sealed_name_on_a_page_that_shows_it_once() {
    let north = north();
    let subject = north.registers_as("Joren Maas", "witness", "T1", "RED");
    let path = format!("/people/{subject}");
    let (duty, keeper) = (Browser::of(&north, "Duty"), Browser::of(&north, "Keeper"));
    duty.page(&path, &["Nobody has asked for it", "Ask a second person"]);
    north.unchanged(|| {
        let silent = duty.post(&path, &[("do", "ask-name")]);
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "without a reason");
    });
    let ask = [("do", "ask-name"), ("reasons", "to be told at the door")];
    assert_eq!(duty.post(&path, &ask).place, format!("{path}#name"));
    let id = north.column("SELECT id FROM name_opening")[0].clone();
    let (agree, read) = ([("do", "agree"), ("id", &*id)], [("do", "read-name"), ("id", &*id)]);
    assert!(!duty.page(&path, &["waits for a second person"]).contains("may read the name once"));
    assert_eq!(keeper.get(&format!("/go/{id}")).place, format!("{path}#name"), "the floor leads here");
    keeper.page(&path, &["Agree: Duty may read the name once", "Keep it sealed"]);
    assert_eq!(keeper.post(&path, &agree).status, StatusCode::SEE_OTHER);
    assert_eq!(keeper.post(&path, &read).status, StatusCode::NOT_FOUND, "only who asked");
    duty.page(&path, &["agreed, not read yet", "Show me the name once"]);
    let shown = duty.post(&path, &read);
    assert_eq!(shown.status, StatusCode::OK);
    assert!(shown.text().contains("Joren Maas"));
    let again = duty.post(&path, &read);
    assert_eq!(again.status, StatusCode::CONFLICT);
    let auditor = Browser::of(&north, "Auditor");
    let record = auditor.page("/record", &["Sealed name opened", "agreed by Keeper"]);
    for text in [again.text(), &duty.page(&path, &["read"]), &keeper.page(&path, &[]), &record] {
        assert!(!text.contains("Maas"), "it is shown once");
    }
    // Who may not see the entry finds what stands at an entry that is not there.
    let junior = Browser::of(&north, "Junior");
    for form in [&ask[..], &agree[..], &read[..]] {
        assert_eq!(junior.post(&path, form).body, junior.get("/people/PR-00000000").body);
    }
    assert_eq!(north.findings(), []);
}

#[test]
fn what_waits_for_a_second_person_stands_on_one_page_word_for_word() {
    let north = north();
    north.audiences_without_node();
    let decided = north.decided();
    let warning = north.draft(&decided.duty, &crate::desk::draft(&decided.report)).unwrap();
    let senior = Browser::of(&north, "Senior");
    senior.page("/approvals", &["No version waits", "No opinion waits"]);
    let release = north.propose(&warning, "PUBLIC", aldis::desk::release::Purpose::Alert).unwrap();
    let page = senior.page("/approvals", &["Avoid large gatherings", release.as_str(), "Left out"]);
    assert!(!page.contains("Grey Tide"), "what is left out stands nowhere");
    let own = Browser::of(&north, "Analyst").page("/approvals", &["You proposed it"]);
    assert!(!own.contains(&format!("/releases/{release}/approve")));
    let junior = Browser::of(&north, "Junior").page("/approvals", &["No version waits"]);
    assert!(!junior.contains("gatherings"));
    assert_eq!(senior.post(&format!("/releases/{release}/approve"), &[]).status, StatusCode::SEE_OTHER);
    senior.page("/approvals", &["No version waits"]);
    assert_eq!(north.findings(), []);
}

#[test]
fn an_opinion_is_written_and_decided_on_the_page_of_its_report() {
    let north = crate::taxii::desk(&House::on(Store::Sqlite));
    north.audience("ALBA", aldis_model::gate::Ladder::Partner, "hand", "");
    crate::taxii::collection(&north, "ALBA", "read");
    let report = north.take_from("A page says that the hall is watched.", "TLP:AMBER", Some("ALBA"), None);
    let path = format!("/reports/{report}/opinions");
    let (analyst, senior) = (Browser::of(&north, "Analyst"), Browser::of(&north, "Senior"));
    analyst.page(&path, &["Nobody has answered this report", "Write an opinion"]);
    let write = [
        ("do", "propose"),
        ("audience", "ALBA"),
        ("view", "disagree"),
        ("tlp", "TLP:GREEN"),
        ("object", "report--5f8ae28f-040e-4bec-b801-76d9651afce5"),
        ("explanation", "All of it goes back to a single upstream, one page."),
    ];
    let no_view: Vec<_> = write.into_iter().filter(|(name, _)| *name != "view").collect();
    let refused = analyst.post(&path, &no_view);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("choose what we think of it") && refused.text().contains("single upstream")
    );
    assert_eq!(analyst.post(&path, &write).status, StatusCode::SEE_OTHER);
    let opinion = north.column("SELECT id FROM opinion")[0].clone();
    let own = analyst.page(&path, &["single upstream", &opinion]);
    assert!(!own.contains("Approve this opinion"), "nobody approves what he wrote");
    senior.page("/approvals", &["single upstream", &opinion]);
    let decide = |word| [("do", word), ("opinion", opinion.as_str()), ("reason", "new facts")];
    north.unchanged(|| assert_eq!(analyst.post(&path, &decide("approve")).status, StatusCode::FORBIDDEN));
    assert_eq!(senior.post(&path, &decide("approve")).status, StatusCode::SEE_OTHER);
    assert_eq!(senior.post(&path, &decide("withdraw")).status, StatusCode::SEE_OTHER);
    senior.page(&path, &["withdrawn", "new facts"]);
    let other = north.take_from("Another page.", "TLP:GREEN", Some("ALBA"), None);
    let elsewhere = senior.post(&format!("/reports/{other}/opinions"), &decide("approve"));
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "an opinion is decided on its own report's page");
    let junior = Browser::of(&north, "Junior");
    let unknown = junior.get("/reports/R-00000000/opinions");
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(junior.get(&path).body, unknown.body);
    north.unchanged(|| assert_eq!(junior.post(&path, &write).body, unknown.body));
}

#[test]
fn partners_and_audiences_are_listed_and_added() {
    let (north, alba, ..) = warned();
    let liaison = Browser::of(&north, "Liaison");
    let key = north.node.verifier().to_string().replace('+', "&#43;");
    let page =
        liaison.page("/partners", &["read out by telephone", "TLP:AMBER+STRICT", "a partner organisation"]);
    assert!(page.contains(&key) || page.contains(&north.node.verifier().to_string()));
    let their_key = alba.node.verifier().to_string();
    let wrong = [
        ("name", "Carda"),
        ("ceiling", "TLP:GREEN"),
        ("url", "https://carda.test"),
        ("verifier", &their_key),
    ];
    let refused = liaison.post("/partners", &wrong);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.text().contains("how a person checked it") && refused.text().contains("https://carda.test")
    );
    let checked = [wrong.as_slice(), &[("verified_how", "by letter")]].concat();
    assert_eq!(liaison.post("/partners", &checked).status, StatusCode::SEE_OTHER);
    let audience = [
        ("name", "CARDA"),
        ("ladder", "partner"),
        ("ceiling", "TLP:GREEN"),
        ("channel", "node"),
        ("address", "CARDA"),
        ("language", "en"),
    ];
    assert_eq!(liaison.post("/audiences", &audience).status, StatusCode::SEE_OTHER);
    liaison.page("/partners", &["Partners (2)", "CARDA", "by letter"]);
    let analyst = Browser::of(&north, "Analyst");
    let page = analyst.page("/partners", &["CARDA"]);
    assert!(!page.contains("door@hall.test") && !page.contains("Add an audience"));
    assert_eq!(analyst.post("/partners", &checked).status, StatusCode::FORBIDDEN);
}

#[test]
fn a_partners_warning_is_opened_and_answered_by_a_person() {
    let (_north, alba, _, received) = warned();
    let (path, liaison) = (format!("/inbound/{received}"), Browser::of(&alba, "Liaison"));
    liaison.page("/inbound", &["Security alert for Lowtown", "not yet"]);
    liaison.page("/watch", &[&format!("href=\"/go/{received}\"")]);
    assert_eq!(liaison.get(&format!("/go/{received}")).place, path);
    alba.unchanged(|| liaison.page(&path, &["Lantern Hall", "I am reading this", "TLP:AMBER+STRICT"]));
    assert_eq!(liaison.post(&format!("{path}/open"), &[]).status, StatusCode::SEE_OTHER);
    assert!(!liaison.page(&path, &[]).contains("I am reading this"));
    let (answer, silent) = (format!("{path}/answer"), [("answer", "do_not_accept"), ("words", " ")]);
    let refused = liaison.post(&answer, &silent);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("There is a problem"));
    assert!(refused.text().contains("id=\"a-do_not_accept\" checked"));
    let unchosen = liaison.post(&answer, &[("words", "we think so")]);
    assert!(unchosen.text().contains("choose an answer") && unchosen.text().contains("we think so"));
    let given = liaison.post(&answer, &[("answer", "call_me"), ("words", "ring us")]);
    assert_eq!((given.status, given.place.as_str()), (StatusCode::SEE_OTHER, path.as_str()));
    let after = liaison.page(&path, &["The first answer stands"]);
    assert!(!after.contains("id=\"a-call_me\"") && after.contains("id=\"a-acted\""));
    assert_eq!(liaison.post(&answer, &[("answer", "read")]).status, StatusCode::CONFLICT);
    assert_eq!(alba.open_tasks("inbound"), 0);
}

#[test]
fn a_form_from_elsewhere_changes_nothing() {
    let (north, alba, _, received) = warned();
    let (keeper, liaison) = (Browser::of(&north, "Keeper"), Browser::of(&alba, "Liaison"));
    north.unchanged(|| {
        let entry =
            [("kind", "person"), ("names", "A"), ("tier", "T0"), ("purpose", "b"), ("tlp", "TLP:RED")];
        assert_eq!(keeper.post_bare("/people", &entry).status, StatusCode::FORBIDDEN);
    });
    alba.unchanged(|| {
        for path in ["/partners", "/audiences"]
            .map(str::to_owned)
            .into_iter()
            .chain([format!("/inbound/{received}/open"), format!("/inbound/{received}/answer")])
        {
            let answer = liaison.post_bare(&path, &[("csrf", "guessed"), ("answer", "read")]);
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        }
    });
}

#[test]
fn a_full_case_is_drawn_with_the_first_forty_points() {
    let north = north();
    let decided = north.decided();
    for number in 0..45 {
        let later = north.take_in(&format!("{REPORT} Again, number {number}."), "TLP:RED");
        let relation = aldis::desk::case::Relation::Statement;
        north
            .write("Analyst", |tx, ctx| aldis::desk::case::link(tx, ctx, &decided.case, &later, relation))
            .unwrap();
    }
    let page = Browser::of(&north, "Auditor")
        .page(&format!("/record/{}", decided.case), &["The picture leaves out"]);
    assert_eq!(page.matches("class=\"mid\"").count(), 40);
    assert!(page.matches("<li id=\"e").count() > 90);
}
