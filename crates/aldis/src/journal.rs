//! Writes what happened into the ledger, in the transaction in which it happened.
//!
//! An entry's fields are salted one by one, so that one can be disclosed or erased without the
//! others. The field `rows` names every row the verb wrote with the hash of its content: this is how
//! `aldis log verify` finds a byte changed behind the program's back.
//!
//! Source: `docs/explanation/ledger.md`; RFC 6962, section 2.1.

use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::{Error, Result};
use aldis_ledger::commitment::{Entry, Field};
use aldis_model::Digest;
use aldis_model::event::Event;

/// Appends an event and returns its number in the ledger, from 0.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn append(tx: &mut Tx<'_>, ctx: &Ctx, event: Event) -> Result<i64> {
    let label = tx.label(&event.label)?;
    let rows = tx.take_touched()?;
    let mut fields = vec![
        ("kind", event.kind.as_str().to_owned()),
        ("at", ctx.now.micros().to_string()),
        ("actor", ctx.actor.id.clone()),
        ("role", ctx.actor.role.to_string()),
        ("org", ctx.org.clone()),
        ("label", event.label.to_string()),
    ];
    if let Some(case) = &event.case {
        fields.push(("case", case.to_string()));
    }
    fields.extend(event.fields);
    if !rows.is_empty() {
        fields.push(("rows", rows_text(rows.iter().map(|(table, id, digest)| (table.as_str(), id, digest)))));
    }
    let fields = fields.into_iter().map(|(name, value)| Field::open(name, value, ctx.random("salt")));
    let entry = Entry::new(ctx.random("salt"), fields.collect()).map_err(Error::broken)?;
    let index = next_index(tx)?;
    let case = event.case.as_ref().map(|case| case.as_str().to_owned());
    tx.exec(
        APPEND,
        &[
            index.into(),
            entry.leaf().as_slice().into(),
            entry.to_json().into(),
            event.kind.as_str().into(),
            case.into(),
            label,
            ctx.now.into(),
        ],
    )?;
    Ok(index)
}

/// Returns the number the next entry will get.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn next_index(tx: &mut Tx<'_>) -> Result<i64> {
    tx.row(NEXT, &[])?.int(0)
}

fn rows_text<'a>(rows: impl Iterator<Item = (&'a str, &'a String, &'a Option<Digest>)>) -> String {
    let line = |(table, id, digest): (&str, &String, &Option<Digest>)| {
        let digest = digest.map_or_else(|| "-".to_owned(), |digest| digest.to_string());
        format!("{table} {id} {digest}")
    };
    rows.map(line).collect::<Vec<_>>().join("\n")
}

const APPEND: &str = "-- journal::append
    INSERT INTO entry (idx, leaf, fields, kind, case_id, label, at) VALUES ($1, $2, $3, $4, $5, $6, $7)";

const NEXT: &str = "-- journal::next_index
    SELECT coalesce(max(idx), -1) + 1 FROM entry";
