//! What the desk knows about a step that its fields only claim: who wrote, who read, what is graded,
//! where reports go back to.

use super::Seen;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::{case, office, provenance};
use crate::error::{Error, Result};
use aldis_model::duty::{self, WaiverCode};
use aldis_model::grade::Grade;
use aldis_model::label::key;
use aldis_model::{Digest, Id, Time};
use serde_json::{Map, Value, json};

/// Completes the fields of a step and refuses what the desk knows to be otherwise.
pub(super) fn completed(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    before: &Seen,
    event: &str,
    fields: &Map<String, Value>,
) -> Result<Map<String, Value>> {
    let mut fields = filled(ctx, event, fields)?;
    if event == "assess" {
        evidence(tx, ctx, before, &mut fields)?;
        if let Some(elements) = fields.get_mut("elements").and_then(Value::as_object_mut) {
            evidence(tx, ctx, before, elements)?;
        }
        second_reader(tx, before, &mut fields)?;
    }
    if waives(event, &fields) {
        waiver(tx, ctx, before, &mut fields)?;
    }
    Ok(fields)
}

fn waives(event: &str, fields: &Map<String, Value>) -> bool {
    match event {
        "decide_waive" | "exhausted" => true,
        _ => event == "arbitrate" && fields.get("ruling").and_then(Value::as_str) == Some("waive"),
    }
}

/// Takes the origins and the grade of each report from the desk, not from who assesses.
fn evidence(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen, fields: &mut Map<String, Value>) -> Result<()> {
    let Some(cited) = fields.get_mut("independent_sources").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    let basis = basis(tx, ctx, &before.case)?;
    let ids: Vec<Id> = basis.iter().map(|linked| linked.report.clone()).collect();
    let paths = provenance::paths_of(tx, ctx, &ids)?;
    for item in cited.iter_mut().filter_map(Value::as_object_mut) {
        let named = item.get("report").and_then(Value::as_str).unwrap_or_default().to_owned();
        let Some(linked) = basis.iter().find(|linked| linked.report.as_str() == named) else {
            return Err(Error::Refused(format!(
                "independent_sources: {named:?} is not a basis of this case: link it first"
            )));
        };
        item.insert("origins".to_owned(), json!(paths.reach(&named)));
        item.remove("grade");
        item.remove("mapped");
        if let Some(grade) = &linked.grade {
            item.insert("grade".to_owned(), json!(grade));
            if is_mapped(tx, &linked.report)? {
                item.insert("mapped".to_owned(), json!(true));
            }
        }
    }
    Ok(())
}

fn basis(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Vec<case::Linked>> {
    let reports = case::reports(tx, ctx, case)?.into_inner();
    Ok(reports.into_iter().filter(|linked| linked.relation == "basis").collect())
}

/// Tells whether the last grade of a report was mapped from another scale.
pub(in crate::desk) fn is_mapped(tx: &mut Tx<'_>, report: &Id) -> Result<bool> {
    let rows = tx.rows(LAST_CODE, &[report.into()])?;
    Ok(rows.first().map(|row| row.opt_text(0)).transpose()?.flatten().is_some())
}

/// Requires that the second reader is an officer who read it since it was last assessed, and agreed.
fn second_reader(tx: &mut Tx<'_>, before: &Seen, fields: &mut Map<String, Value>) -> Result<()> {
    let Some(named) = fields.get("second_reader").and_then(Value::as_str).map(str::to_owned) else {
        return Ok(());
    };
    let officers = office::list(tx)?;
    let found = officers.iter().find(|officer| officer.id.as_str() == named || officer.name == named);
    let Some(officer) = found else {
        return Err(Error::Refused(format!("second_reader: there is no officer {named:?}")));
    };
    let values = [(&before.id).into(), officer.id.as_str().into(), before.changed_at.into()];
    let agreed = tx.rows(AGREED, &values)?.first().map(|row| row.text(0)).transpose()?;
    match agreed.as_deref() {
        Some("yes") => {}
        Some(_) => {
            return Err(Error::Refused(format!(
                "{} read it and does not agree: doubt is resolved in favour of warning",
                officer.name
            )));
        }
        None => {
            return Err(Error::SecondPerson(format!(
                "{} has not read it yet: the second reader reads first and says so",
                officer.name
            )));
        }
    }
    fields.insert("second_reader".to_owned(), json!(officer.id));
    Ok(())
}

/// Checks what a waiver rests on: who wrote, how its basis is graded, whether the originator was asked.
fn waiver(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen, fields: &mut Map<String, Value>) -> Result<()> {
    ctx.is_second_to(&[&before.author], "the author of the assessment cannot waive the warning")?;
    if !tx.rows(IS_AUTHOR, &[(&before.case).into(), ctx.actor.id.as_str().into()])?.is_empty() {
        return Err(Error::SecondPerson("the author of the report cannot waive the warning".to_owned()));
    }
    let code = fields.get("waiver_code").and_then(Value::as_str).and_then(|code| code.parse().ok());
    match code {
        Some(WaiverCode::Offender) => offender(tx, ctx, before, fields),
        Some(WaiverCode::ForeignSources) => foreign_sources(tx, ctx, before, fields),
        _ => Ok(()),
    }
}

/// Requires that an originator of this case answered about this very text for this very audience, and
/// that the last answer was no: what it agreed to may be sent.
fn foreign_sources(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen, fields: &Map<String, Value>) -> Result<()> {
    let asked = fields.get("particulars").and_then(|given| given.get("originator"));
    let given = |name: &str| asked.and_then(|asked| asked.get(name)).and_then(Value::as_str).unwrap_or("");
    let (audience, text) = (key(given("audience")), given("text"));
    let reports = basis(tx, ctx, &before.case)?;
    let hash = Digest::of(text.as_bytes());
    let mut last = None;
    for row in tx.rows(ANSWERED, &[(&before.case).into(), audience.as_str().into(), hash.into()])? {
        let originator = row.text(0)?;
        let is_theirs = |linked: &case::Linked| {
            linked.originator == originator || linked.label.originators.contains(&originator)
        };
        if last.is_none() && originator != ctx.org && reports.iter().any(is_theirs) {
            last = Some((originator, row.text(1)?));
        }
    }
    match last {
        None => Err(Error::refused(
            "W-E needs the originator's answer on file to this text for this audience: ask for consent to a form \
             of words, record what they say, and name the audience and that text in particulars.originator",
        )),
        Some((originator, answer)) if answer == "yes" => Err(Error::Refused(format!(
            "{originator} agreed to this text for {audience}: send it, there is nothing to waive"
        ))),
        Some(_) => Ok(()),
    }
}

/// Takes the grade of the basis from the report that bears it.
fn offender(tx: &mut Tx<'_>, ctx: &Ctx, before: &Seen, fields: &mut Map<String, Value>) -> Result<()> {
    let Some(given) = fields.get_mut("particulars").and_then(Value::as_object_mut) else { return Ok(()) };
    let Some(named) = given.get("basis_report").and_then(Value::as_str).map(str::to_owned) else {
        return Ok(());
    };
    let reports = basis(tx, ctx, &before.case)?;
    let Some(linked) = reports.iter().find(|linked| linked.report.as_str() == named) else {
        return Err(Error::Refused(format!("basis_report: {named:?} is not a basis of this case")));
    };
    let Some(grade) = &linked.grade else {
        return Err(Error::Refused(format!("W-C needs a graded basis: nobody has graded {named}")));
    };
    if is_mapped(tx, &linked.report)? {
        return Err(Error::Refused(format!(
            "W-C needs a basis graded here: the grade of {named} is mapped from another scale"
        )));
    }
    let claimed: Option<Grade> =
        given.get("basis_grade").and_then(Value::as_str).and_then(|grade| grade.parse().ok());
    if claimed.is_some_and(|claimed| claimed.to_string() != *grade) {
        return Err(Error::Refused(format!("basis_grade: {named} is graded {grade}")));
    }
    given.insert("basis_grade".to_owned(), json!(grade));
    Ok(())
}

/// Fills in who acts where the table asks for it, and turns written times into microseconds.
fn filled(ctx: &Ctx, event: &str, fields: &Map<String, Value>) -> Result<Map<String, Value>> {
    let mut fields = fields.clone();
    let asks = |name: &str| {
        let rows = duty::TRANSITIONS.iter().filter(|row| row.event.as_str() == event);
        rows.flat_map(|row| row.field_names()).any(|field| field == name)
    };
    for name in ["officer", "releaser", "arbiter"] {
        if asks(name) && !fields.contains_key(name) {
            fields.insert(name.to_owned(), Value::String(ctx.actor.id.clone()));
        }
    }
    for (name, value) in &mut fields {
        times_to_micros(name, value)?;
    }
    Ok(fields)
}

fn times_to_micros(name: &str, value: &mut Value) -> Result<()> {
    match value {
        Value::String(text) if TIME_FIELDS.contains(&name) => {
            let time: Time = text.parse()?;
            *value = Value::from(time.micros());
        }
        Value::Array(items) => {
            for item in items {
                times_to_micros(name, item)?;
            }
        }
        Value::Object(map) => {
            for (name, item) in map.iter_mut() {
                times_to_micros(name, item)?;
            }
        }
        _ => {}
    }
    Ok(())
}

const TIME_FIELDS: [&str; 4] = ["deadline", "expiry", "time", "date"];

const LAST_CODE: &str = "-- desk::determine::is_mapped
    SELECT c.scale FROM grade g LEFT JOIN grade_code c ON c.id = g.id
     WHERE g.report_id = $1 ORDER BY g.graded_at DESC, g.id DESC LIMIT 1";

const AGREED: &str = "-- desk::determine::second_reader
    SELECT agrees FROM second_reading WHERE duty_id = $1 AND read_by = $2 AND read_at >= $3
     ORDER BY read_at DESC, id DESC LIMIT 1";

const IS_AUTHOR: &str = "-- desk::determine::waiver author
    SELECT a.id FROM case_report c JOIN author a ON a.report_id = c.report_id
     WHERE c.case_id = $1 AND c.relation = 'basis' AND a.officer_id = $2 LIMIT 1";

const ANSWERED: &str = "-- desk::determine::waiver originator
    SELECT originator, answer FROM consent
     WHERE case_id = $1 AND audience = $2 AND text_hash = $3 AND answered_at IS NOT NULL
     ORDER BY answered_at DESC, id DESC";
