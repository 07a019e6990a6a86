//! States the elements of the threshold one by one, each with what bears it and who says so.
//!
//! Rule: `model::duty::threshold`. From what is stated the machine suggests whether the threat is
//! credible, whether it is specific and how urgent it is; a person decides by `assess`.

use super::visible::shown;
use super::{case, determine, gather, provenance};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use aldis_model::duty::{
    Credible, Detail, Element, Elements, Evidence, Harm, Impending, VictimKind, suggest_credible,
};
use aldis_model::event::{Event, Kind};
use aldis_model::grade::Grade;
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;

/// One element as an officer states it.
#[derive(Clone, Debug)]
pub struct Stated<'a> {
    /// Which element.
    pub element: Element,
    /// What is found: a word of that element, such as `kidnapping` or `who`.
    pub finding: &'a str,
    /// The report that bears it.
    pub report: Option<&'a Id>,
    /// The words in it, exactly; empty means the report as a whole.
    pub quoted: &'a str,
    /// What the officer says himself; may be empty where a report speaks.
    pub statement: &'a str,
}

/// States an element of the threshold. What was stated before stays beside it.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if the finding is no word of that element, nothing bears it,
/// the report is no basis of the case or the words do not stand in it.
pub fn state(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, stated: &Stated<'_>) -> Result<Id> {
    ctx.may(Action::Assess)?;
    let found = determine::find(tx, ctx, duty)?.into_inner();
    check_word(stated)?;
    let statement = stated.statement.trim();
    if stated.report.is_none() && statement.is_empty() {
        return Err(Error::refused("say what bears it: a report, words in a report, or a statement"));
    }
    if statement.len() > STATEMENT_MAX {
        return Err(Error::refused("a statement has at most 2000 letters"));
    }
    let mut label = found.label.clone();
    let mut span = None;
    if let Some(report) = stated.report {
        let linked = case::reports(tx, ctx, &found.case)?.into_inner();
        if !linked.iter().any(|linked| linked.report == *report && linked.relation == "basis") {
            return Err(Error::Refused(format!("{report} is not a basis of this case: link it first")));
        }
        let report = gather::find(tx, ctx, report)?.into_inner();
        label = label.join(&report.label);
        span = span_of(&report.body, stated.quoted)?;
    }
    let id = ctx.id("EL");
    let stored = tx.label(&label)?;
    let bound = |at: usize| i64::try_from(at).unwrap_or(i64::MAX);
    tx.insert(
        Table::Element,
        INSERT,
        &[
            (&id).into(),
            duty.into(),
            stated.element.as_str().into(),
            stated.finding.into(),
            stated.report.map(Id::as_str).into(),
            span.map(|(start, _)| bound(start)).into(),
            span.map(|(_, end)| bound(end)).into(),
            statement.into(),
            stored,
            ctx.actor.id.as_str().into(),
            ctx.now.into(),
        ],
    )?;
    let event = Event::new(Kind::ThresholdElement, label)
        .case(Some(&found.case))
        .with("duty", duty)
        .with("victim", found.victim)
        .with("element", stated.element)
        .with("finding", stated.finding)
        .with_some("report", stated.report)
        .with("quoted", stated.quoted)
        .with("statement", statement)
        .with("by", &ctx.actor.name);
    journal::append(tx, ctx, event)?;
    Ok(id)
}

fn check_word(stated: &Stated<'_>) -> Result<()> {
    let word = stated.finding;
    let known = match stated.element {
        Element::Harm => word.parse::<Harm>().is_ok(),
        Element::Impending => word.parse::<Impending>().is_ok(),
        Element::Victim => word.parse::<VictimKind>().is_ok(),
        Element::Credible => word.parse::<Credible>().is_ok(),
        Element::Specific => word.parse::<Detail>().is_ok(),
    };
    if known {
        return Ok(());
    }
    let words = match stated.element {
        Element::Harm => list(Harm::ALL),
        Element::Impending => list(Impending::ALL),
        Element::Victim => list(VictimKind::ALL),
        Element::Credible => list(Credible::ALL),
        Element::Specific => list(Detail::ALL),
    };
    Err(Error::Refused(format!("{word:?} is no finding of {}: choose {words}", stated.element)))
}

fn list<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn span_of(body: &str, quoted: &str) -> Result<Option<(usize, usize)>> {
    if quoted.is_empty() {
        return Ok(None);
    }
    let start = body.find(quoted);
    let start =
        start.ok_or_else(|| Error::refused("these words do not stand in the report, letter by letter"))?;
    Ok(Some((start, start + quoted.len())))
}

/// An element as its reader sees it.
#[derive(Clone, Debug, Serialize)]
pub struct Seen {
    /// Its id.
    pub id: Id,
    /// Which element.
    pub element: String,
    /// What is found.
    pub finding: String,
    /// The report that bears it.
    pub report: Option<Id>,
    /// The words in it; empty for the report as a whole.
    pub quoted: String,
    /// What the officer said.
    pub statement: String,
    /// Who stated it, by name.
    pub by: String,
    /// When.
    pub at: Time,
    /// Its label.
    pub label: Label,
}

/// The elements of a duty and what the machine makes of them.
#[derive(Clone, Debug, Serialize)]
pub struct Threshold {
    /// Everything stated, oldest first.
    pub stated: Vec<Seen>,
    /// Elements about which nothing is stated that meets the threshold.
    pub missing: Vec<String>,
    /// Suggested by the grades and origins of the reports; never "not credible".
    pub suggested_credible: String,
    /// Suggested by the details stated.
    pub suggested_specific: bool,
    /// The threat-to-life grade that would follow; absent while nothing is stated.
    pub suggested_ttl: Option<String>,
    /// How many independent origins the basis has: exact for 0, 1 and "2 or more".
    pub independent: usize,
}

/// Reads what is stated about a duty, as far as the reader may see it, with suggestions from just that.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn of_duty(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id) -> Result<Released<Threshold>> {
    let found = determine::find(tx, ctx, duty)?.into_inner();
    let rows = tx.rows(OF_DUTY, &[duty.into()])?;
    let stated = shown(ctx, rows.iter().map(labelled))?;
    let cited = evidence(tx, ctx, &found.case)?;
    Ok(stated.map(|stated| threshold(stated, &cited)))
}

/// Reads the basis of a case as evidence: origins followed, last grades.
fn evidence(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Vec<Evidence>> {
    let linked = case::reports(tx, ctx, case)?.into_inner();
    let basis: Vec<_> = linked.into_iter().filter(|linked| linked.relation == "basis").collect();
    let ids: Vec<Id> = basis.iter().map(|linked| linked.report.clone()).collect();
    let paths = provenance::paths_of(tx, ctx, &ids)?;
    let cite = |linked: case::Linked| {
        let mapped = determine::is_mapped(tx, &linked.report)?;
        Ok(Evidence {
            report: linked.report.to_string(),
            origins: paths.reach(linked.report.as_str()).into_iter().collect(),
            grade: linked.grade.as_deref().and_then(|grade| grade.parse().ok()),
            mapped,
        })
    };
    basis.into_iter().map(cite).collect()
}

fn threshold(stated: Vec<Seen>, cited: &[Evidence]) -> Threshold {
    let of = |element: Element| stated.iter().filter(move |seen| seen.element == element.as_str());
    let last = |element: Element| of(element).next_back().map(|seen| seen.finding.clone());
    let suggested = suggested_credible(cited);
    let elements = Elements {
        harm: of(Element::Harm).filter_map(|seen| seen.finding.parse().ok()).collect(),
        impending: last(Element::Impending)
            .and_then(|word| word.parse().ok())
            .unwrap_or(Impending::NotImpending),
        victim: last(Element::Victim).and_then(|word| word.parse().ok()),
        credible: last(Element::Credible).and_then(|word| word.parse().ok()).unwrap_or(suggested),
        specific: of(Element::Specific).filter_map(|seen| seen.finding.parse().ok()).collect(),
        doubts: Vec::new(),
        attackers_in_position: false,
    };
    Threshold {
        missing: elements.missing().iter().map(ToString::to_string).collect(),
        suggested_credible: suggested.to_string(),
        suggested_specific: elements.is_specific(),
        suggested_ttl: (!stated.is_empty()).then(|| elements.suggest_ttl().to_string()),
        independent: aldis_model::duty::independent_count(cited),
        stated,
    }
}

/// Suggests the best that any graded report of the basis carries.
fn suggested_credible(cited: &[Evidence]) -> Credible {
    let of = |grade: &Grade| suggest_credible(grade.source, grade.info, cited);
    let all: Vec<Credible> = cited.iter().filter_map(|each| each.grade.as_ref()).map(of).collect();
    let best = [Credible::GradedCredible, Credible::Plausible];
    best.into_iter().find(|each| all.contains(each)).unwrap_or(Credible::CannotJudge)
}

fn labelled(row: &Row) -> Result<Labelled<Seen>> {
    let label = row.label(9)?;
    let body = row.opt_text(10)?.unwrap_or_default();
    let at = |index: usize| row.int(index).ok().and_then(|at| usize::try_from(at).ok());
    let span = at(5).zip(at(6)).map(|(start, end)| start..end);
    let seen = Seen {
        id: row.id(0)?,
        element: row.text(2)?,
        finding: row.text(3)?,
        report: row.opt_id(4)?,
        quoted: span.and_then(|span| body.get(span)).unwrap_or_default().to_owned(),
        statement: row.text(7)?,
        by: row.text(8)?,
        at: row.time(1)?,
        label: label.clone(),
    };
    Ok(Labelled::new(seen, label))
}

const STATEMENT_MAX: usize = 2_000;

const INSERT: &str = "-- desk::elements::state
    INSERT INTO element (id, duty_id, element, finding, report_id, span_start, span_end, statement, label,
                         stated_by, stated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

const OF_DUTY: &str = "-- desk::elements::of_duty
    SELECT e.id, e.stated_at, e.element, e.finding, e.report_id, e.span_start, e.span_end, e.statement,
           coalesce(o.name, e.stated_by), e.label, r.body
      FROM element e LEFT JOIN report r ON r.id = e.report_id LEFT JOIN officer o ON o.id = e.stated_by
     WHERE e.duty_id = $1 ORDER BY e.stated_at, e.id";
