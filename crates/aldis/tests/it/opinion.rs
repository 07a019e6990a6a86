//! Forecasts side by side and competing explanations: nothing is overwritten, averaged or decided.

use crate::desk::{Desk, House, kind, says};
use crate::store::on_both;
use aldis::desk::board::{self, NewItem};
use aldis::desk::case::{self, Relation};
use aldis::desk::forecasts::{self, NewForecast};
use aldis::error::Result;
use aldis_model::Id;
use aldis_model::ach::Rating;
use aldis_model::forecast::{Outcome, Yardstick};
use aldis_model::role::Role;

on_both!(
    a_later_word_stands_beside_the_earlier,
    nobody_scores_their_own_forecast,
    fewer_than_ten_show_their_count_only,
    everybody_rates_for_himself,
    a_claim_keeps_its_file_as_it_came,
    what_is_above_a_reader_is_not_on_his_board,
    a_version_that_mixes_words_of_likelihood_is_noted_and_not_blocked,
);

fn forecast<'a>(likelihood: &'a str, partner: Option<&'a str>) -> NewForecast<'a> {
    NewForecast {
        question: "an attack before Sunday",
        partner,
        yardstick: Yardstick::Icd203,
        likelihood,
        confidence: None,
        until: Some("2031-05-10T00:00:00Z".parse().unwrap()),
        reasons: "two reports",
    }
}

fn give(desk: &Desk, by: &str, case: &Id, new: &NewForecast<'_>) -> Result<Id> {
    desk.write(by, |tx, ctx| forecasts::give(tx, ctx, case, new))
}

fn case_of(desk: &Desk) -> Id {
    let report = desk.take_in("The hall was named.", "GREEN");
    desk.case_on(&report).0
}

/// Fills the tables of this chapter, for the test of the ledger.
pub fn every_kind_of_row(desk: &Desk, case: &Id) {
    give(desk, "Analyst", case, &forecast("likely", None)).unwrap();
    let one = desk.write("Analyst", |tx, ctx| board::suppose(tx, ctx, case, "They mean it")).unwrap();
    let item = claim(desk, case, b"<script>alert(1)</script>").unwrap();
    desk.write("Analyst", |tx, ctx| board::rate(tx, ctx, &one, &item, Rating::Consistent)).unwrap();
}

fn claim(desk: &Desk, case: &Id, bytes: &[u8]) -> Result<Id> {
    let new = NewItem {
        body: "a page with a claim",
        claimed: "Grey Tide",
        file: Some(("claim.html", bytes)),
        ..NewItem::default()
    };
    desk.write("Analyst", |tx, ctx| board::add(tx, ctx, case, &new))
}

fn a_later_word_stands_beside_the_earlier(house: &House) {
    let desk = house.desk("NORTHPORT");
    let case = case_of(&desk);
    give(&desk, "Analyst", &case, &forecast("probably", None)).unwrap();
    desk.later(1);
    give(&desk, "Analyst", &case, &forecast("very likely", None)).unwrap();
    give(&desk, "Second", &case, &forecast("unlikely", None)).unwrap();
    let phia = NewForecast { yardstick: Yardstick::Phia, ..forecast("realistic possibility", Some("Alba")) };
    give(&desk, "Liaison", &case, &phia).unwrap();
    desk.unchanged(|| {
        assert!(says(give(&desk, "Analyst", &case, &forecast("70", None))).contains("likely"), "no number");
        assert_eq!(kind(give(&desk, "Analyst", &case, &forecast("realistic possibility", None))), "refused");
        assert_eq!(kind(give(&desk, "Duty", &case, &forecast("likely", None))), "forbidden");
    });
    let found = desk.read("Senior", |tx, ctx| forecasts::of_case(tx, ctx, &case)).unwrap().into_inner();
    let lines: std::collections::BTreeSet<_> =
        found.iter().map(|one| (one.forecaster.as_str(), one.likelihood.as_str())).collect();
    let all = [
        ("ALBA", "realistic possibility"),
        ("Analyst", "likely"),
        ("Analyst", "very likely"),
        ("Second", "unlikely"),
    ];
    assert_eq!(lines, all.into_iter().collect());
    assert_eq!(desk.findings(), []);
}

fn nobody_scores_their_own_forecast(house: &House) {
    let desk = house.desk("NORTHPORT");
    let case = case_of(&desk);
    let own = give(&desk, "Senior", &case, &forecast("likely", None)).unwrap();
    let resolve = |by: &str| desk.write(by, |tx, ctx| forecasts::resolve(tx, ctx, &own, Outcome::Happened));
    let deputy = desk.office("Deputy", Role::Senior);
    desk.unchanged(|| {
        assert_eq!(kind(resolve("Senior")), "second person");
        assert_eq!(kind(resolve("Analyst")), "forbidden");
    });
    resolve(&deputy).unwrap();
    desk.unchanged(|| assert_eq!(kind(resolve(&deputy)), "conflict", "the first word on the outcome stands"));
    assert_eq!(desk.findings(), []);
}

fn fewer_than_ten_show_their_count_only(house: &House) {
    let desk = house.desk("NORTHPORT");
    let case = case_of(&desk);
    let record = || desk.read("Analyst", |tx, ctx| forecasts::record(tx, ctx, None)).unwrap().into_inner();
    for number in 0..12 {
        let made = give(&desk, "Analyst", &case, &forecast("likely", None)).unwrap();
        let outcome = match number {
            3 => Outcome::Unknown,
            5 => Outcome::Prevented,
            _ => Outcome::Happened,
        };
        let before = record();
        assert_eq!(before.brier, None, "{} are too few", before.scored);
        desk.write("Senior", |tx, ctx| forecasts::resolve(tx, ctx, &made, outcome)).unwrap();
    }
    let record = record();
    assert_eq!((record.scored, record.excluded), (10, 2));
    assert!((record.brier.unwrap() - 0.325_f64.powi(2)).abs() < 1e-9);
    let partner = desk.read("Analyst", |tx, ctx| forecasts::record(tx, ctx, Some("ALBA"))).unwrap();
    assert_eq!(partner.get().scored, 0);
}

fn everybody_rates_for_himself(house: &House) {
    let desk = house.desk("NORTHPORT");
    let case = case_of(&desk);
    let suppose = |body: &str| desk.write("Analyst", |tx, ctx| board::suppose(tx, ctx, &case, body));
    let (means, boasts) = (suppose("They mean it").unwrap(), suppose("Somebody boasts").unwrap());
    let add = |body| {
        let new = NewItem { body, ..NewItem::default() };
        desk.write("Analyst", |tx, ctx| board::add(tx, ctx, &case, &new))
    };
    let van = add("a van before the hall").unwrap();
    let rate = |by: &str, one: &Id, item: &Id, rating| {
        desk.write(by, |tx, ctx| board::rate(tx, ctx, one, item, rating))
    };
    rate("Analyst", &means, &van, Rating::Inconsistent).unwrap();
    desk.later(1);
    rate("Analyst", &means, &van, Rating::Consistent).unwrap();
    rate("Analyst", &boasts, &van, Rating::VeryInconsistent).unwrap();
    rate("Second", &boasts, &van, Rating::Neutral).unwrap();
    desk.unchanged(|| {
        assert_eq!(kind(suppose(" ")), "refused");
        assert_eq!(kind(rate("Duty", &means, &van, Rating::Neutral)), "forbidden");
        let other = case_of_other(&desk);
        assert_eq!(kind(other), "not found");
    });
    let found = desk.read("Senior", |tx, ctx| board::of_case(tx, ctx, &case)).unwrap().into_inner();
    let against: Vec<_> = found.hypotheses.iter().map(|one| one.inconsistency.clone()).collect();
    assert_eq!(against[0], [("Analyst".to_owned(), 0)].into_iter().collect(), "the last rating counts");
    let both = [("Analyst".to_owned(), 2), ("Second".to_owned(), 0)].into_iter().collect();
    assert_eq!(against[1], both, "nothing is averaged");
    assert_eq!(found.evidence[0].diagnosticity.get("Analyst"), Some(&3));
    assert_eq!(found.cell(&boasts, &van), "Analyst II, Second N");
    assert_eq!(desk.count("SELECT count(*) FROM rating"), 4, "the earlier rating stays");
    assert_eq!(desk.findings(), []);
}

fn case_of_other(desk: &Desk) -> Result<()> {
    let unknown: Id = "HY-00000000".parse().unwrap();
    desk.write("Analyst", |tx, ctx| board::rate(tx, ctx, &unknown, &unknown, Rating::Neutral))
}

fn a_claim_keeps_its_file_as_it_came(house: &House) {
    let desk = house.desk("NORTHPORT");
    let case = case_of(&desk);
    let page = b"<html><script>alert(1)</script>";
    let item = claim(&desk, &case, page).unwrap();
    let back = desk.read("Senior", |tx, ctx| board::file(tx, ctx, &item)).unwrap().into_inner();
    assert_eq!(back, page);
    let found = desk.read("Senior", |tx, ctx| board::of_case(tx, ctx, &case)).unwrap().into_inner();
    let hash = aldis_model::Digest::of(page).to_string();
    assert_eq!(found.evidence[0].sha256.as_deref(), Some(hash.as_str()));
    desk.unchanged(|| {
        assert_eq!(kind(claim(&desk, &case, b"")), "refused");
        assert!(says(claim(&desk, &case, &vec![0; (5 << 20) + 1])).contains("5 MB"));
    });
    assert_eq!(desk.findings(), []);
}

fn what_is_above_a_reader_is_not_on_his_board(house: &House) {
    let desk = house.desk("NORTHPORT");
    let case = case_of(&desk);
    let secret = desk.take_in("Our man says so.", "RED");
    desk.write("Analyst", |tx, ctx| case::link(tx, ctx, &case, &secret, Relation::Context)).unwrap();
    let one = desk.write("Analyst", |tx, ctx| board::suppose(tx, ctx, &case, "They mean it")).unwrap();
    let new = NewItem { body: "what our man says", report: Some(&secret), ..NewItem::default() };
    let item = desk.write("Analyst", |tx, ctx| board::add(tx, ctx, &case, &new)).unwrap();
    desk.write("Analyst", |tx, ctx| board::rate(tx, ctx, &one, &item, Rating::Inconsistent)).unwrap();
    let found = desk.read("Junior", |tx, ctx| board::of_case(tx, ctx, &case)).unwrap().into_inner();
    assert_eq!((found.hypotheses.len(), found.evidence.len(), found.ratings.len()), (1, 0, 0));
    assert!(found.hypotheses[0].inconsistency.is_empty(), "not even a number of what is above");
    let guessed = desk.write("Junior", |tx, ctx| board::rate(tx, ctx, &one, &item, Rating::Neutral));
    assert_eq!(kind(guessed), "not found");
    assert_eq!(kind(desk.read("Junior", |tx, ctx| board::file(tx, ctx, &item)).map(|_| ())), "not found");
}

fn a_version_that_mixes_words_of_likelihood_is_noted_and_not_blocked(house: &House) {
    let (desk, _alba) = house.pair();
    let decided = desk.decided();
    let mut text = crate::desk::draft(&decided.report);
    let says = "Violence is likely on Friday with high confidence. It is improbable on Sunday.";
    text.portions = vec![crate::desk::sentence(says, "CLEAR", &[])];
    let warning = desk.draft(&decided.duty, &text).unwrap();
    let preview = |tx: &mut aldis::db::Tx<'_>, ctx: &aldis::ctx::Ctx| {
        aldis::desk::compose::preview(tx, ctx, &desk.node.sealer, &warning, "PUBLIC")
    };
    let preview = desk.read("Analyst", preview).unwrap().into_inner();
    assert_eq!((preview.notes().len(), preview.problems.len()), (2, 0), "{:?}", preview.problems);
    desk.propose(&warning, "PUBLIC", aldis::desk::release::Purpose::Alert).unwrap();
}
