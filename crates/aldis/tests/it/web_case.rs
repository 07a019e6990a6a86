//! The pages on what a case rests on and on competing explanations, read and used by officers.

use crate::browser::Browser;
use crate::desk::{Desk, House};
use crate::store::Store;
use aldis::desk::board::{self, NewItem};
use aldis_model::Id;
use axum::http::StatusCode;

fn desk() -> (Desk, Id, Id) {
    let desk = House::on(Store::Sqlite).desk("NORTHPORT");
    let first =
        desk.take_in("They will come to the Lantern Hall tomorrow, say the men at the harbour bar.", "GREEN");
    let echo =
        desk.take_in("They will come to the Lantern Hall tomorrow, say the men at the harbour bar!", "GREEN");
    desk.work();
    let (case, _) = desk.case_on(&first);
    desk.write("Analyst", |tx, ctx| {
        aldis::desk::case::link(tx, ctx, &case, &echo, aldis::desk::case::Relation::Basis)
    })
    .unwrap();
    (desk, case, echo)
}

fn enter(desk: &Desk, name: &str) -> Browser {
    Browser::signed_in(&desk.node, &desk.admin(), name)
}

#[test]
fn the_page_of_a_case_counts_origins_and_leads_to_its_basis() {
    let (desk, case, echo) = desk();
    let mut analyst = enter(&desk, "Analyst");
    let page = analyst.get(&format!("/cases/{case}"));
    assert!(page.body.contains("All basis reports meet one origin."), "{}", page.body);
    let basis = analyst.get(&format!("/cases/{case}/basis"));
    assert_eq!(basis.status, StatusCode::OK);
    for words in ["One independent origin", "reprints", "not decided, so it counts", "It rests on 2 reports"]
    {
        assert!(basis.body.contains(words), "{words} not in {}", basis.body);
    }
    let report = analyst.get(&format!("/reports/{echo}"));
    assert!(report.body.contains("It rests on that report"), "{}", report.body);
    let tie = desk.column("SELECT id FROM tie").remove(0);
    let fields = [("decide", "reject"), ("reason", "")];
    let refused = analyst.act(&format!("/reports/{echo}/ties/{tie}"), &fields);
    assert!(refused.body.contains("say why"), "{}", refused.body);
    let fields = [("decide", "reject"), ("reason", "each heard it himself")];
    assert_eq!(
        analyst.act(&format!("/reports/{echo}/ties/{tie}"), &fields).leads_to(),
        format!("/reports/{echo}")
    );
    assert_eq!(desk.findings(), []);
}

#[test]
fn an_officer_states_grades_reads_and_forecasts_on_one_page() {
    let (desk, case, echo) = desk();
    let duty = desk.column("SELECT id FROM duty").remove(0);
    desk.step("Analyst", &duty.parse().unwrap(), "triage", crate::desk::triage()).unwrap();
    let place = format!("/cases/{case}/basis");
    let mut analyst = enter(&desk, "Analyst");
    let element = [
        ("do", "element"),
        ("duty", duty.as_str()),
        ("finding", "specific where"),
        ("report", echo.as_str()),
        ("quoted", "the Lantern Hall"),
    ];
    assert_eq!(analyst.act(&place, &element).leads_to(), place);
    let ttl = [("do", "ttl"), ("duty", duty.as_str()), ("ttl", "TTL-CRITICAL"), ("reasons", "tomorrow")];
    assert_eq!(analyst.act(&place, &ttl).leads_to(), place);
    let ask = [("do", "read"), ("duty", duty.as_str()), ("agrees", "ask"), ("reasons", "a rumour")];
    assert_eq!(analyst.act(&place, &ask).leads_to(), place);
    let forecast = [
        ("do", "forecast"),
        ("question", "an attack tomorrow"),
        ("likelihood", "phia realistic possibility"),
        ("confidence", "low"),
        ("reasons", "two voices"),
    ];
    assert_eq!(analyst.act(&place, &forecast).leads_to(), place);
    let page = analyst.get(&place).body;
    for words in ["the Lantern Hall</bdi>", "TTL-CRITICAL", "realistic possibility", "an attack tomorrow"] {
        assert!(page.contains(words), "{words} not in {page}");
    }
    let no_word = [("do", "forecast"), ("question", "x"), ("likelihood", "phia 70"), ("reasons", "x")];
    assert!(analyst.act(&place, &no_word).body.contains("no word of phia"));
    let mut senior = enter(&desk, "Senior");
    let made = desk.column("SELECT id FROM forecast").remove(0);
    let resolve = [("do", "resolve"), ("forecast", made.as_str()), ("outcome", "not")];
    assert_eq!(senior.act(&place, &resolve).leads_to(), place);
    assert_eq!(desk.findings(), []);
}

#[test]
fn a_suspect_is_named_and_a_warning_sent_before_the_decision_by_forms() {
    let (desk, case, echo) = desk();
    desk.audience("OFFICER", aldis_model::gate::Ladder::Officers, "hand", "");
    let duty: Id = desk.column("SELECT id FROM duty").remove(0).parse().unwrap();
    let place = format!("/cases/{case}/basis");
    let mut analyst = enter(&desk, "Analyst");
    let suspect = [
        ("do", "suspect"),
        ("name", "men of the bar"),
        ("likelihood", "likely"),
        ("chain", echo.as_str()),
        ("reasons", "their own words"),
    ];
    assert_eq!(analyst.act(&place, &suspect).leads_to(), place);
    assert!(analyst.get(&place).body.contains("men of the bar"));
    assert!(!analyst.get(&place).body.contains("Send it now"), "not before the threshold is met");
    desk.step("Analyst", &duty, "triage", crate::desk::triage()).unwrap();
    let mut met = crate::desk::assessment(&echo);
    met["impending"] = serde_json::json!("imminent_<=24h");
    desk.step("Analyst", &duty, "assess", met).unwrap();
    desk.later(10);
    let sent = [
        ("do", "expedite"),
        ("duty", duty.as_str()),
        ("reason", "men at the door"),
        ("tried", "Senior | 2031-05-04 08:00"),
        ("audience", "OFFICER"),
        ("approver", "Duty"),
        ("subject", "Danger tonight"),
        ("text", "Leave by the back door now."),
    ];
    assert!(analyst.get(&place).body.contains("Send it now"));
    assert_eq!(analyst.act(&place, &sent).leads_to(), place);
    assert_eq!(desk.state(&duty), "DISPATCHED");
    let mut senior = enter(&desk, "Senior");
    assert!(senior.get(&place).body.contains("Review the warning"));
    let review =
        [("do", "ratify"), ("duty", duty.as_str()), ("result", "ratified"), ("reasons", "it was right")];
    assert_eq!(senior.act(&place, &review).leads_to(), place);
    assert!(!senior.get(&place).body.contains("Review the warning"));
    assert_eq!(desk.findings(), []);
}

#[test]
fn a_file_of_a_claim_leaves_as_plain_bytes_and_never_as_a_page() {
    let (desk, case, _) = desk();
    let place = format!("/cases/{case}/board");
    let mut analyst = enter(&desk, "Analyst");
    for body in ["They mean it", "Somebody boasts"] {
        assert_eq!(analyst.act(&place, &[("do", "suppose"), ("body", body)]).leads_to(), place);
    }
    let html = b"<script>alert(1)</script>";
    let new = NewItem {
        body: "a page with a claim",
        claimed: "Grey <b>Tide</b>",
        file: Some(("claim.html", html)),
        ..NewItem::default()
    };
    let item = desk.write("Analyst", |tx, ctx| board::add(tx, ctx, &case, &new)).unwrap();
    let hypothesis = desk.column("SELECT id FROM hypothesis ORDER BY id").remove(0);
    let rate = [("do", "rate"), ("evidence", item.as_str()), (hypothesis.as_str(), "II")];
    assert_eq!(analyst.act(&place, &rate).leads_to(), place);
    let page = analyst.get(&place).body;
    assert!(page.contains("Analyst II") && page.contains("Speaks against it"), "{page}");
    assert!(!page.contains("<b>Tide") && !page.contains("<script"), "{page}");
    let file = analyst.get(&format!("/evidence/{item}"));
    assert_eq!(file.body.as_bytes(), html);
    assert!(file.header("content-type").starts_with("text/plain"), "{:?}", file.headers);
    assert!(file.header("content-disposition").starts_with("attachment"), "{:?}", file.headers);
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    let other = [("do", "burn"), ("body", "x")];
    assert_eq!(analyst.act(&place, &other).status, StatusCode::NOT_FOUND);
}

#[test]
fn a_case_above_the_reader_has_neither_page() {
    let desk = House::on(Store::Sqlite).desk("NORTHPORT");
    let secret = desk.take_in("Our man says so.", "RED");
    let (case, _) = desk.case_on(&secret);
    let mut junior = enter(&desk, "Junior");
    for page in ["basis", "board"] {
        let hidden = junior.get(&format!("/cases/{case}/{page}"));
        assert_eq!(hidden.status, StatusCode::NOT_FOUND);
        assert_eq!(hidden.status, junior.get(&format!("/cases/C-00000000/{page}")).status);
    }
}
