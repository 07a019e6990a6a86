//! Compares a new report with those of the last days and proposes what it may rest on.

use super::{Proposed, insert};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::error::Result;
use crate::journal;
use aldis_model::event::{Event, Kind};
use aldis_model::provenance::{Found, Print, Tie, compare, is_rare};
use aldis_model::role::{Action, Role};
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Label, Labelled, Time};
use std::collections::BTreeMap;

/// Takes the print of a report and proposes ties to earlier ones; a second run changes nothing.
///
/// Compared is what arrived within 30 days, at most the newest 1,000 of each label; byte for byte the same is
/// found at any age. What the machine cannot see, such as a translation, a person ties.
///
/// # Errors
///
/// [`crate::error::Error::NotFound`] if there is no such report.
pub fn propose(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id) -> Result<()> {
    ctx.may(Action::Screen)?;
    let row = tx.row(REPORT, &[report.into()])?;
    let (body, received_at, sha256) = (row.text(0)?, row.time(1)?, row.text(2)?);
    let label = row.label(3)?;
    // The machine compares whatever it is marked, compartments too: a tie is as closed as both its reports.
    if ctx.actor.role != Role::System {
        ctx.show(Labelled::new((), label.clone()))?;
    }
    if !tx.rows(IS_PRINTED, &[report.into()])?.is_empty() {
        return Ok(());
    }
    let print = Print::of(&body);
    keep(tx, report, received_at, &print)?;
    let mut found = same_bytes(tx, report, &sha256, received_at)?;
    for other in earlier(tx, report, received_at)?.compared(&print, &label) {
        if found.iter().all(|(id, _, _)| *id != other.0) {
            found.push(other);
        }
    }
    found.sort_by(|a, b| b.2.shared_pct.cmp(&a.2.shared_pct).then_with(|| a.0.cmp(&b.0)));
    // So many of each label: what is above a reader must not take the place of what he may see.
    let mut proposed: BTreeMap<Label, usize> = BTreeMap::new();
    for (upstream, upstream_label, why) in found {
        let both = label.join(&upstream_label);
        let count = proposed.entry(upstream_label).or_default();
        *count += 1;
        if *count > TIES_MAX {
            continue;
        }
        let new = Proposed {
            report,
            upstream: Some(&upstream),
            name: "",
            relation: why.tie,
            shared: i64::from(why.shared_pct),
            why: &why.why,
        };
        let id = insert(tx, ctx, &new, &both)?;
        let event = Event::new(Kind::TieProposed, both)
            .with("report", report)
            .with("tie", &id)
            .with("upstream", &upstream)
            .with("relation", why.tie)
            .with("shared_pct", why.shared_pct)
            .with("why", why.why)
            .with("rules", crate::RULES);
        journal::append(tx, ctx, event)?;
    }
    Ok(())
}

fn keep(tx: &mut Tx<'_>, report: &Id, received_at: Time, print: &Print) -> Result<()> {
    let values = [
        report.into(),
        received_at.into(),
        print.gram_bytes().into(),
        print.links.join("\n").into(),
        print.upstreams.join("\n").into(),
        print.names.join("\n").into(),
    ];
    tx.exec(KEEP, &values).map(|_| ())
}

fn same_bytes(tx: &mut Tx<'_>, report: &Id, sha256: &str, at: Time) -> Result<Vec<(Id, Label, Found)>> {
    let rows = tx.rows(SAME_BYTES, &[sha256.into(), report.into(), at.into()])?;
    let same = |row: &crate::db::Row| {
        let why = "the same, byte for byte".to_owned();
        Ok((row.id(0)?, row.label(1)?, Found { tie: Tie::Reprints, shared_pct: 100, why }))
    };
    rows.iter().map(same).collect()
}

struct Earlier {
    texts: Vec<(Id, String, Label, Print)>,
}

impl Earlier {
    fn compared(self, print: &Print, label: &Label) -> Vec<(Id, Label, Found)> {
        let mut found = Vec::new();
        for (id, source, other_label, other) in &self.texts {
            // Rare among what a reader of both may see: other reports must not move what is proposed.
            let beside: Vec<&Print> = self
                .texts
                .iter()
                .filter(|(_, _, each, _)| each == other_label || each == label)
                .map(|(_, _, _, each)| each)
                .collect();
            let counts: BTreeMap<u64, usize> = print
                .grams
                .iter()
                .filter(|gram| other.grams.binary_search(gram).is_ok())
                .map(|gram| {
                    let texts = beside.iter().filter(|each| each.grams.binary_search(gram).is_ok()).count();
                    (*gram, texts)
                })
                .collect();
            let rare = |gram: u64| is_rare(counts.get(&gram).copied().unwrap_or(0), beside.len());
            if let Some(why) = compare(print, other, source, rare) {
                found.push((id.clone(), other_label.clone(), why));
            }
        }
        found
    }
}

fn earlier(tx: &mut Tx<'_>, report: &Id, at: Time) -> Result<Earlier> {
    let rows = tx.rows(EARLIER, &[report.into(), at.into(), at.plus(-WINDOW_US).into()])?;
    let lines = |text: String| text.lines().map(str::to_owned).collect::<Vec<_>>();
    let texts = rows.iter().map(|row| {
        let print = Print {
            grams: Print::grams_from(&row.blob(3)?),
            links: lines(row.text(4)?),
            // What the earlier text names as its own source plays no part.
            upstreams: Vec::new(),
            names: lines(row.text(5)?),
        };
        Ok((row.id(0)?, row.text(1)?, row.label(2)?, print))
    });
    Ok(Earlier { texts: texts.collect::<Result<_>>()? })
}

const WINDOW_US: i64 = 30 * 24 * HOUR_US;

/// Ties proposed for one report to others of one label, those that share most first.
const TIES_MAX: usize = 10;

const IS_PRINTED: &str = "-- desk::provenance::propose printed
    SELECT id FROM print WHERE id = $1";

const REPORT: &str = "-- desk::provenance::propose report
    SELECT body, received_at, sha256, label FROM report WHERE id = $1";

const KEEP: &str = "-- desk::provenance::propose keep
    INSERT INTO print (id, received_at, grams, links, upstreams, names) VALUES ($1, $2, $3, $4, $5, $6)";

const SAME_BYTES: &str = "-- desk::provenance::propose same bytes
    SELECT id, label FROM
           (SELECT id, label, received_at, row_number() OVER (PARTITION BY label ORDER BY received_at, id) AS place
              FROM report WHERE sha256 = $1 AND id <> $2 AND received_at <= $3) AS same
     WHERE place <= 10 ORDER BY received_at, id";

const EARLIER: &str = "-- desk::provenance::propose earlier
    SELECT p.id, r.source || ' ' || r.originator, r.label, p.grams, p.links, p.names
      FROM (SELECT q.id, row_number() OVER (PARTITION BY o.label ORDER BY q.received_at DESC, q.id DESC) AS place
              FROM print q JOIN report o ON o.id = q.id
             WHERE q.id <> $1 AND q.received_at <= $2 AND q.received_at >= $3) AS near
      JOIN print p ON p.id = near.id JOIN report r ON r.id = p.id
     WHERE near.place <= 1000 ORDER BY p.received_at DESC, p.id DESC";
