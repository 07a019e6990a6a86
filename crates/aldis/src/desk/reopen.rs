//! Finds cases that a new report is about: below the threshold, waived or closed.
//!
//! Not a verb: confirming a match, accepting a name and linking a report call this inside theirs. A case
//! is matched by its victim, its suspects and the names accepted in its reports. The machine reopens a
//! case only with what its readers may know: a report that is more restricted than the case opens a
//! task for whoever may see both, because a case that moves would tell the others that there is more.

use super::determine::{self, Seen};
use super::tasks;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::Result;
use aldis_model::duty::{HOUR_US, State};
use aldis_model::task::{Priority, Task};
use aldis_model::{Id, Label};
use serde_json::json;

/// Reopens what is about one of `names`, on the word of a report.
pub(super) fn about(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id, label: &Label, names: &[String]) -> Result<()> {
    let wanted: Vec<String> = names.iter().map(|name| key(name)).filter(|name| !name.is_empty()).collect();
    let mut found: Vec<(String, String)> = Vec::new();
    for row in tx.rows(ENDED, &[])? {
        let (duty, case, name) = (row.text(0)?, row.text(1)?, row.text(2)?);
        if wanted.contains(&key(&name)) && found.iter().all(|(known, _)| *known != duty) {
            found.push((duty, case));
        }
    }
    for (duty, case) in found {
        if !is_linked(tx, &case, report)? {
            one(tx, ctx, &duty, report, label)?;
        }
    }
    Ok(())
}

/// Reopens the duties of a case that got a new basis.
pub(super) fn of_case(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, report: &Id, label: &Label) -> Result<()> {
    for row in tx.rows(ENDED_OF, &[case.into()])? {
        let duty = row.text(0)?;
        one(tx, ctx, &duty, report, label)?;
    }
    Ok(())
}

fn one(tx: &mut Tx<'_>, ctx: &Ctx, duty: &str, report: &Id, label: &Label) -> Result<()> {
    let found = determine::seen_by_machine(tx, duty)?;
    if found.label.join(label) != found.label {
        return ask(tx, ctx, &found, label);
    }
    let (event, fields) = match found.state {
        State::Waived => ("expire_or_new_info", json!({ "trigger": { "new_report": report.as_str() } })),
        _ => ("new_info", json!({ "report": report.as_str() })),
    };
    determine::follow(tx, &ctx.as_system(), &found.id, event, fields).map(|_| ())
}

fn ask(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Seen, label: &Label) -> Result<()> {
    let both = duty.label.join(label);
    let new = tasks::New {
        kind: Task::Reopen,
        priority: Priority::High,
        case: Some(&duty.case),
        thing: duty.id.as_str(),
        note: &duty.victim,
        label: &both,
        due: ctx.now.plus(HOUR_US),
    };
    tasks::open(tx, &ctx.as_system(), &new)
}

fn is_linked(tx: &mut Tx<'_>, case: &str, report: &Id) -> Result<bool> {
    Ok(!tx.rows(LINKED, &[case.into(), report.into()])?.is_empty())
}

/// Compares names as people write them: case, blanks and punctuation make no other name.
fn key(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(aldis_names::fold::fold).collect::<Vec<_>>().join(" ")
}

// Places are matched by the victim only: half of all reports name the same city.
const ENDED: &str = "-- desk::reopen::about
    SELECT d.id, d.case_id, d.victim FROM duty d
     WHERE d.state IN ('ASSESSED_NOT_MET', 'WAIVED', 'CLOSED')
     UNION
    SELECT d.id, d.case_id, s.name FROM duty d JOIN suspect s ON s.case_id = d.case_id
     WHERE d.state IN ('ASSESSED_NOT_MET', 'WAIVED', 'CLOSED')
     UNION
    SELECT d.id, d.case_id, p.quoted
      FROM duty d JOIN case_report c ON c.case_id = d.case_id AND c.relation = 'basis'
      JOIN proposal p ON p.report_id = c.report_id AND p.decided = 'accepted'
     WHERE d.state IN ('ASSESSED_NOT_MET', 'WAIVED', 'CLOSED') AND p.kind IN ('person', 'organisation')
     ORDER BY 1, 3";

const ENDED_OF: &str = "-- desk::reopen::of_case
    SELECT id FROM duty WHERE case_id = $1 AND state IN ('ASSESSED_NOT_MET', 'WAIVED', 'CLOSED') ORDER BY id";

const LINKED: &str = "-- desk::reopen::about linked
    SELECT id FROM case_report WHERE case_id = $1 AND report_id = $2";
