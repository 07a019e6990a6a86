//! The board as its readers see it, and the files on it as bytes.

use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::desk::case;
use crate::desk::visible::shown;
use crate::error::Result;
use aldis_model::ach::{self, Rating};
use aldis_model::role::Action;
use aldis_model::{Id, Label, Labelled, Released, Time};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A hypothesis.
#[derive(Clone, Debug, Serialize)]
pub struct Hypothesis {
    /// Its id.
    pub id: Id,
    /// What it says.
    pub body: String,
    /// Who put it there, by name.
    pub by: String,
    /// When.
    pub at: Time,
    /// What each officer's ratings count against it, by name; lower stands better.
    pub inconsistency: BTreeMap<String, u32>,
}

/// An item of evidence.
#[derive(Clone, Debug, Serialize)]
pub struct Item {
    /// Its id.
    pub id: Id,
    /// What it is.
    pub body: String,
    /// The report it is from.
    pub report: Option<Id>,
    /// Who claims responsibility; empty if it is no claim.
    pub claimed: String,
    /// The name of the file; empty without one.
    pub file_name: String,
    /// The hash of the file.
    pub sha256: Option<String>,
    /// Its label.
    pub label: Label,
    /// Who put it there, by name.
    pub by: String,
    /// When.
    pub at: Time,
    /// How far it sets the hypotheses apart in each officer's eyes, 0 to 4.
    pub diagnosticity: BTreeMap<String, u32>,
}

/// One rating: the last of its officer for this pair.
#[derive(Clone, Debug, Serialize)]
pub struct Rated {
    /// The hypothesis.
    pub hypothesis: Id,
    /// The item.
    pub evidence: Id,
    /// CC, C, N, I, II or NA.
    pub rating: String,
    /// Who rated, by name.
    pub by: String,
}

/// A board.
#[derive(Clone, Debug, Serialize)]
pub struct Board {
    /// Its hypotheses, oldest first.
    pub hypotheses: Vec<Hypothesis>,
    /// Its evidence, oldest first.
    pub evidence: Vec<Item>,
    /// Who rated which how.
    pub ratings: Vec<Rated>,
}

impl Board {
    /// Returns what officers say about a pair, in the order of their names: `Analyst C, Second II`.
    #[must_use]
    pub fn cell(&self, hypothesis: &Id, evidence: &Id) -> String {
        let here = |rated: &&Rated| rated.hypothesis == *hypothesis && rated.evidence == *evidence;
        let mut said: Vec<String> =
            self.ratings.iter().filter(here).map(|rated| format!("{} {}", rated.by, rated.rating)).collect();
        said.sort();
        said.join(", ")
    }
}

/// Reads the board of a case, as far as the reader may see it; what is computed rests on just that.
///
/// # Errors
///
/// [`crate::error::Error::NotFound`].
pub fn of_case(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id) -> Result<Released<Board>> {
    case::find(tx, ctx, case)?;
    let rows = tx.rows(HYPOTHESES, &[case.into()])?;
    let hypotheses = shown(ctx, rows.iter().map(hypothesis))?;
    let rows = tx.rows(EVIDENCE, &[case.into()])?;
    let evidence = shown(ctx, rows.iter().map(item))?;
    let rows = tx.rows(RATINGS, &[case.into()])?;
    let ratings = shown(ctx, rows.iter().map(rated))?;
    Ok(hypotheses.zip(evidence).zip(ratings).map(|((hypotheses, evidence), ratings)| {
        computed(Board { hypotheses, evidence, ratings: last(ratings) })
    }))
}

/// Keeps the last rating of each officer for each pair.
fn last(ratings: Vec<Rated>) -> Vec<Rated> {
    let mut kept: BTreeMap<(Id, Id, String), Rated> = BTreeMap::new();
    for rated in ratings {
        kept.insert((rated.hypothesis.clone(), rated.evidence.clone(), rated.by.clone()), rated);
    }
    kept.into_values().collect()
}

fn computed(mut board: Board) -> Board {
    let who: BTreeSet<String> = board.ratings.iter().map(|rated| rated.by.clone()).collect();
    let of = |by: &str, fits: &dyn Fn(&Rated) -> bool| -> Vec<Rating> {
        let mine = board.ratings.iter().filter(|rated| rated.by == by && fits(rated));
        mine.filter_map(|rated| rated.rating.parse().ok()).collect()
    };
    let mut against = Vec::new();
    for hypothesis in &board.hypotheses {
        let counts = who.iter().map(|by| (by.clone(), of(by, &|rated| rated.hypothesis == hypothesis.id)));
        let counts = counts.filter(|(_, ratings)| !ratings.is_empty());
        against.push(counts.map(|(by, ratings)| (by, ach::inconsistency(ratings))).collect());
    }
    let mut apart = Vec::new();
    for item in &board.evidence {
        let counts = who.iter().map(|by| (by.clone(), of(by, &|rated| rated.evidence == item.id)));
        let counts = counts.filter(|(_, ratings)| !ratings.is_empty());
        apart.push(counts.map(|(by, ratings)| (by, ach::diagnosticity(ratings))).collect());
    }
    for (hypothesis, counts) in board.hypotheses.iter_mut().zip(against) {
        hypothesis.inconsistency = counts;
    }
    for (item, counts) in board.evidence.iter_mut().zip(apart) {
        item.diagnosticity = counts;
    }
    board
}

/// Returns the file of an item, byte for byte.
///
/// # Errors
///
/// [`crate::error::Error::NotFound`] if there is none or the reader may not see it.
pub fn file(tx: &mut Tx<'_>, ctx: &Ctx, item: &Id) -> Result<Released<Vec<u8>>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(FILE, &[item.into()])?;
    ctx.show(Labelled::new(row.blob(0)?, row.label(1)?))
}

/// Reads the case and the label of a thing on a board that the reader may see.
pub(super) fn on_board(tx: &mut Tx<'_>, ctx: &Ctx, sql: &str, id: &Id) -> Result<(Id, Label)> {
    let row = tx.row(sql, &[id.into()])?;
    let label = row.label(1)?;
    let case = ctx.show(Labelled::new(row.id(0)?, label.clone()))?.into_inner();
    case::find(tx, ctx, &case)?;
    Ok((case, label))
}

fn hypothesis(row: &Row) -> Result<Labelled<Hypothesis>> {
    let hypothesis = Hypothesis {
        id: row.id(0)?,
        body: row.text(1)?,
        by: row.text(2)?,
        at: row.time(3)?,
        inconsistency: BTreeMap::new(),
    };
    Ok(Labelled::new(hypothesis, row.label(4)?))
}

fn item(row: &Row) -> Result<Labelled<Item>> {
    let label = row.label(8)?;
    let item = Item {
        id: row.id(0)?,
        body: row.text(1)?,
        report: row.opt_id(2)?,
        claimed: row.text(3)?,
        file_name: row.text(4)?,
        sha256: row.opt_text(5)?,
        by: row.text(6)?,
        at: row.time(7)?,
        label: label.clone(),
        diagnosticity: BTreeMap::new(),
    };
    Ok(Labelled::new(item, label))
}

fn rated(row: &Row) -> Result<Labelled<Rated>> {
    let rated =
        Rated { hypothesis: row.id(0)?, evidence: row.id(1)?, rating: row.text(2)?, by: row.text(3)? };
    Ok(Labelled::new(rated, row.label(4)?))
}

const HYPOTHESES: &str = "-- desk::board::of_case hypotheses
    SELECT h.id, h.body, coalesce(o.name, h.said_by), h.said_at, h.label
      FROM hypothesis h LEFT JOIN officer o ON o.id = h.said_by
     WHERE h.case_id = $1 ORDER BY h.said_at, h.id";

const EVIDENCE: &str = "-- desk::board::of_case evidence
    SELECT e.id, e.body, e.report_id, e.claimed, e.file_name, e.sha256, coalesce(o.name, e.said_by), e.said_at,
           e.label
      FROM evidence e LEFT JOIN officer o ON o.id = e.said_by
     WHERE e.case_id = $1 ORDER BY e.said_at, e.id";

const RATINGS: &str = "-- desk::board::of_case ratings
    SELECT r.hypothesis_id, r.evidence_id, r.rating, coalesce(o.name, r.rated_by), r.label
      FROM rating r JOIN hypothesis h ON h.id = r.hypothesis_id LEFT JOIN officer o ON o.id = r.rated_by
     WHERE h.case_id = $1 ORDER BY r.rated_at, r.id";

const FILE: &str = "-- desk::board::file
    SELECT file, label FROM evidence WHERE id = $1 AND file IS NOT NULL";
