//! One report: the original with what was found in it, and everything a person says about it.

use super::fields::Fields;
use super::reply::{file, page};
use super::visit::{Desk, Frame, Visit};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::case::{self, Case, Relation};
use crate::desk::gather::{self, Proposal, Report};
use crate::desk::grade::{self, Given, Graded};
use crate::desk::provenance::{self, Tied};
use crate::desk::screen::{self, Hit};
use crate::error::{Error, Result};
use aldis_model::grade::{Confidence, Grade, InfoCredibility, Likelihood, SourceReliability};
use aldis_model::scale::DIAGONAL_NOTICE_PCT;
use aldis_model::{Id, Released};
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

/// A stretch of the text, marked or not.
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) kind: String,
}

impl Piece {
    /// Returns the class it is drawn with: what may be a registered person stands out.
    fn class(&self) -> &str {
        self.kind.split(' ').next().unwrap_or_default()
    }
}

#[derive(Template)]
#[template(path = "report.html")]
struct Page {
    frame: Frame,
    report: Report,
    pieces: Vec<Piece>,
    proposals: Vec<Proposal>,
    hits: Vec<Hit>,
    given: Vec<Given>,
    cases: Vec<Case>,
    mine: Vec<Case>,
    ties: Vec<Tied>,
    diagonal: Option<u8>,
    fields: Fields,
}

impl Page {
    fn is_diagonal(&self, share: &u8) -> bool {
        *share > DIAGONAL_NOTICE_PCT
    }

    fn sources(&self) -> &'static [SourceReliability] {
        SourceReliability::ALL
    }

    fn infos(&self) -> &'static [InfoCredibility] {
        InfoCredibility::ALL
    }

    fn likelihoods(&self) -> &'static [Likelihood] {
        Likelihood::ALL
    }

    fn confidences(&self) -> &'static [Confidence] {
        Confidence::ALL
    }

    fn relations(&self) -> [Relation; 3] {
        Relation::ALL
    }
}

/// Shows a report. Nothing is recorded: that a person reads it is said by a button.
pub(crate) async fn one(visit: Visit, Path(id): Path<String>) -> Response {
    visit.show(move |desk| show(desk, &id.parse()?, &Fields::default())).await
}

fn show(desk: &Desk, id: &Id, fields: &Fields) -> Result<Response> {
    let frame = desk.frame("gather", &format!("Report {id}"));
    let fields = fields.clone();
    let found = desk.read(|tx, ctx| whole(tx, ctx, id))?;
    let diagonal = desk.read(grade::own_diagonal).unwrap_or_default();
    page(found.map(|((((((report, proposals), hits), given), cases), mine), ties)| Page {
        frame,
        pieces: pieces(&report.body, &proposals, &hits),
        report,
        proposals,
        hits,
        given,
        cases: cases.into_iter().filter(|case| case.closed_at.is_none()).collect(),
        mine,
        ties,
        diagonal,
        fields,
    }))
}

type Whole = ((((((Report, Vec<Proposal>), Vec<Hit>), Vec<Given>), Vec<Case>), Vec<Case>), Vec<Tied>);

fn whole(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Whole>> {
    let report = gather::find(tx, ctx, id)?;
    let (proposals, hits) = (gather::proposals(tx, ctx, id)?, screen::hits(tx, ctx, id)?);
    let (given, cases) = (grade::given(tx, ctx, id)?, case::list(tx, ctx)?);
    let mut mine = Vec::new();
    for case in cases.get().iter().take(CASES_LOOKED_AT) {
        if case::reports(tx, ctx, &case.id)?.get().iter().any(|linked| linked.report == *id) {
            mine.push(case::find(tx, ctx, &case.id)?);
        }
    }
    let ties = provenance::of_report(tx, ctx, id)?;
    Ok(report.zip(proposals).zip(hits).zip(given).zip(cases).zip(Released::collect(mine)).zip(ties))
}

/// Cuts the text where something was found; where two overlap, a hit goes before a proposal and the
/// earlier before the later.
fn pieces(body: &str, proposals: &[Proposal], hits: &[Hit]) -> Vec<Piece> {
    let at = |number: i64| usize::try_from(number).unwrap_or(0);
    let hits = hits.iter().filter(|hit| hit.decided.as_deref() != Some("rejected"));
    let proposals = proposals.iter().filter(|proposal| proposal.decided.as_deref() != Some("rejected"));
    let mut spans: Vec<(usize, usize, usize, String)> = hits
        .map(|hit| (0, at(hit.start), at(hit.end), format!("hit {}", hit.subject)))
        .chain(proposals.map(|found| (1, at(found.start), at(found.end), found.kind.clone())))
        .collect();
    spans.sort();
    let mut taken: Vec<(usize, usize, String)> = Vec::new();
    for (_, start, end, kind) in spans {
        if start < end && taken.iter().all(|(from, to, _)| end <= *from || *to <= start) {
            taken.push((start, end, kind));
        }
    }
    taken.sort();
    let mut pieces = Vec::new();
    let mut from = 0;
    for (start, end, kind) in taken {
        pieces.push(Piece { text: cut(body, from, start), kind: String::new() });
        pieces.push(Piece { text: cut(body, start, end), kind });
        from = end;
    }
    pieces.push(Piece { text: cut(body, from, body.len()), kind: String::new() });
    pieces
}

fn cut(body: &str, from: usize, to: usize) -> String {
    body.get(from..to).unwrap_or_default().to_owned()
}

/// Returns the original, byte for byte.
pub(crate) async fn original(visit: Visit, Path(id): Path<String>) -> Response {
    visit
        .show(move |desk| {
            let id: Id = id.parse()?;
            let bytes = desk.read(|tx, ctx| gather::original(tx, ctx, &id))?;
            Ok(file(&format!("{id}.original.txt"), bytes))
        })
        .await
}

/// Records that a person reads it.
pub(crate) async fn open(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    act(visit, id, fields, |desk, id, _| desk.write(|tx, ctx| gather::open(tx, ctx, id))).await
}

/// Accepts or rejects a proposal.
pub(crate) async fn propose(
    visit: Visit,
    Path((id, proposal)): Path<(String, String)>,
    fields: Fields,
) -> Response {
    act(visit, id, fields, move |desk, _, fields| {
        let (proposal, accept) = (proposal.parse()?, fields.get("decide") == "accept");
        desk.write(|tx, ctx| gather::decide(tx, ctx, &proposal, accept))
    })
    .await
}

/// Confirms or rejects a hit.
pub(crate) async fn hit(visit: Visit, Path((id, hit)): Path<(String, String)>, fields: Fields) -> Response {
    act(visit, id, fields, move |desk, _, fields| {
        let (hit, confirm) = (hit.parse()?, fields.get("decide") == "confirm");
        let reason =
            fields.some("reason").ok_or_else(|| Error::refused("say why it is this person, or why not"))?;
        desk.write(|tx, ctx| screen::decide(tx, ctx, &hit, confirm, reason))
    })
    .await
}

/// Confirms or rejects that it rests on an earlier report.
pub(crate) async fn tied(visit: Visit, Path((id, tie)): Path<(String, String)>, fields: Fields) -> Response {
    act(visit, id, fields, move |desk, _, fields| {
        let (tie, confirm) = (tie.parse()?, fields.get("decide") == "confirm");
        desk.write(|tx, ctx| provenance::decide(tx, ctx, &tie, confirm, fields.get("reason")))
    })
    .await
}

/// Grades the report.
pub(crate) async fn grade(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    act(visit, id, fields, |desk, id, fields| {
        let graded = graded(fields)?;
        desk.write(|tx, ctx| grade::grade(tx, ctx, id, &graded))
    })
    .await
}

fn graded(fields: &Fields) -> Result<Graded> {
    let grade = format!("{}{}", fields.get("source"), fields.get("info"));
    let choose = |_| Error::refused("choose a letter for the source and a digit for the information");
    Ok(Graded {
        grade: grade.parse::<Grade>().map_err(choose)?,
        likelihood: fields.some("likelihood").map(str::parse).transpose().map_err(Error::refused)?,
        confidence: fields.some("confidence").map(str::parse).transpose().map_err(Error::refused)?,
        reasons: fields.get("reasons").to_owned(),
    })
}

/// Opens a case on the report.
pub(crate) async fn case(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let opened = desk.write(|tx, ctx| case::open(tx, ctx, fields.get("title"), &id));
            desk.done(opened, |case| format!("/cases/{case}"), |desk| show(desk, &id, fields))
        })
        .await
}

/// Ties the report to a case.
pub(crate) async fn link(visit: Visit, Path(id): Path<String>, fields: Fields) -> Response {
    act(visit, id, fields, |desk, id, fields| {
        let case: Id = fields.get("case").parse()?;
        let relation = Relation::find(fields.get("relation"));
        let relation = relation.ok_or_else(|| Error::refused("choose basis, context or statement"))?;
        desk.write(|tx, ctx| case::link(tx, ctx, &case, id, relation))
    })
    .await
}

/// Runs a verb on the report and shows it again.
async fn act(
    visit: Visit,
    id: String,
    fields: Fields,
    verb: impl FnOnce(&Desk, &Id, &Fields) -> Result<()> + Send + 'static,
) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let id: Id = id.parse()?;
            let done = verb(desk, &id, fields);
            desk.done(done, |()| format!("/reports/{id}"), |desk| show(desk, &id, fields))
        })
        .await
}

/// Finds the report a hit is in, among the newest that were screened.
pub(super) fn of_hit(desk: &Desk, hit: &Id) -> Result<Id> {
    let reports = desk.read(|tx, ctx| gather::list(tx, ctx, None, 500))?;
    for report in reports.get().iter().filter(|report| report.screened_at.is_some()) {
        let hits = desk.read(|tx, ctx| screen::hits(tx, ctx, &report.id))?;
        if hits.get().iter().any(|found| found.id == *hit) {
            return Ok(report.id.clone());
        }
    }
    Err(Error::NotFound)
}

const CASES_LOOKED_AT: usize = 100;
