//! Writes a warning portion by portion, and shows what each audience would read.
//!
//! Rule: `model::tearline`. Nothing here leaves: a draft is above the line, and a preview is for its
//! author.

use super::visible::shown;
use super::{case, consent, determine, partners};
use crate::ctx::Ctx;
use crate::db::{Row, Table, Tx};
use crate::error::{Error, Result};
use crate::journal;
use crate::seal::Sealer;
use aldis_model::event::{Event, Kind};
use aldis_model::gate::{Audience, Ladder, may_see};
use aldis_model::role::Action;
use aldis_model::tearline::{self, Basis, Cut, Portion, Problem};
use aldis_model::{Digest, Id, Label, Labelled, Released, Time, Tlp};
use serde::Serialize;

mod cap_draft;
mod notes;

pub use cap_draft::CapDraft;

/// A warning as its author writes it.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The line above every version: it must be fit for the public.
    pub subject: String,
    /// When the window ends, if the warning has one.
    pub ends_at: Option<Time>,
    /// Whether it concerns one victim only, rather than anybody there.
    pub targeted: bool,
    /// What CAP needs beside the text.
    pub cap: CapDraft,
    /// The sentences, in order.
    pub portions: Vec<Sentence>,
}

/// One sentence of a draft.
#[derive(Clone, Debug)]
pub struct Sentence {
    /// The text.
    pub text: String,
    /// Who may see it.
    pub label: Label,
    /// The reports it rests on; may be empty for advice.
    pub basis: Vec<Id>,
}

/// Stores a draft and returns its id.
///
/// # Errors
///
/// [`Error::NotFound`]; [`Error::Refused`] if it says nothing, or a basis is not a report of the case.
pub fn draft(tx: &mut Tx<'_>, ctx: &Ctx, duty: &Id, draft: &Draft) -> Result<Id> {
    ctx.may(Action::Draft)?;
    let duty = determine::find(tx, ctx, duty)?.into_inner();
    write(tx, ctx, &duty, draft)
}

/// Stores a draft for another verb.
pub(super) fn write(tx: &mut Tx<'_>, ctx: &Ctx, duty: &determine::Seen, draft: &Draft) -> Result<Id> {
    let reports = check(tx, ctx, &duty.case, draft)?;
    let id = ctx.id("W");
    let label = above(duty, &reports, draft);
    let stored = tx.label(&label)?;
    let author = ctx.actor.id.as_str();
    tx.insert(
        Table::Warning,
        INSERT,
        &[
            (&id).into(),
            (&duty.case).into(),
            (&duty.id).into(),
            draft.subject.trim().into(),
            author.into(),
            stored,
            draft.ends_at.into(),
            if draft.targeted { "yes" } else { "no" }.into(),
            serde_json::to_string(&draft.cap).map_err(Error::broken)?.into(),
            ctx.now.into(),
        ],
    )?;
    // What happens to the warning moves the duty: whoever may not see the one may not follow the other.
    determine::raise(tx, duty, &label)?;
    let mut event = Event::new(Kind::ReleaseDrafted, label)
        .case(Some(&duty.case))
        .with("warning", &id)
        .with("subject", draft.subject.trim())
        .with("by", &ctx.actor.name);
    for (position, portion) in (1_i64..).zip(&draft.portions) {
        insert_portion(tx, ctx, &id, position, portion)?;
        if let Some(name) = usize::try_from(position - 1).ok().and_then(|at| PORTION_FIELDS.get(at)) {
            event = event.with(name, format!("{}: {}", portion.label, portion.text.trim()));
        }
    }
    journal::append(tx, ctx, event)?;
    Ok(id)
}

/// Joins what a warning comes from: its case, what it rests on and every sentence.
///
/// A warning whose sentences are all CLEAR still names its case, and a version of it shows by what it
/// dropped that there was more.
fn above(duty: &determine::Seen, reports: &[case::Linked], draft: &Draft) -> Label {
    let rests_on = |id: &Id| draft.portions.iter().any(|portion| portion.basis.contains(id));
    let basis = reports.iter().filter(|linked| rests_on(&linked.report)).map(|linked| &linked.label);
    let labels = draft.portions.iter().map(|portion| &portion.label).chain(basis);
    labels.fold(inside(&duty.label), |all, label| all.join(&inside(label)))
}

fn insert_portion(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Id, position: i64, portion: &Sentence) -> Result<()> {
    let label = tx.label(&portion.label)?;
    let basis: Vec<&str> = portion.basis.iter().map(Id::as_str).collect();
    let id = ctx.id("S");
    tx.insert(
        Table::Portion,
        INSERT_PORTION,
        &[
            (&id).into(),
            warning.into(),
            position.into(),
            portion.text.trim().into(),
            label,
            basis.join(",").into(),
        ],
    )
}

/// Refuses what cannot be a warning, and returns the reports of the case that the author may see.
fn check(tx: &mut Tx<'_>, ctx: &Ctx, case: &Id, draft: &Draft) -> Result<Vec<case::Linked>> {
    let length = draft.subject.trim().chars().count();
    if !(1..=SUBJECT_MAX).contains(&length) || draft.subject.chars().any(char::is_control) {
        return Err(Error::refused("give the warning a subject of 1 to 120 letters on one line"));
    }
    if draft.portions.is_empty() || draft.portions.len() > PORTION_FIELDS.len() {
        return Err(Error::Refused(format!("a warning has 1 to {} sentences", PORTION_FIELDS.len())));
    }
    if draft.ends_at.is_some_and(|end| end <= ctx.now) {
        return Err(Error::refused("the window would end in the past"));
    }
    draft.cap.check()?;
    let reports = case::reports(tx, ctx, case)?.into_inner();
    for (number, portion) in (1..).zip(&draft.portions) {
        if portion.text.trim().is_empty() || portion.text.len() > TEXT_MAX {
            return Err(Error::Refused(format!("sentence {number} must have 1 to 4000 letters")));
        }
        if let Some(report) =
            portion.basis.iter().find(|id| reports.iter().all(|linked| linked.report != **id))
        {
            return Err(Error::Refused(format!(
                "sentence {number} rests on {report}, which is not in this case"
            )));
        }
    }
    Ok(reports)
}

/// What one audience would read, for the author.
#[derive(Clone, Debug, Serialize)]
pub struct Preview {
    /// The audience's name.
    pub audience: String,
    /// The audience's title.
    pub title: String,
    /// How it would be told.
    pub channel: String,
    /// The highest label among what is kept.
    pub tlp: String,
    /// Each portion: its place, label, and text or `None` where it is withheld.
    pub portions: Vec<(i64, Label, Option<String>)>,
    /// The version's text; empty if nothing may go.
    pub text: String,
    /// What blocks a release: rule and words.
    pub problems: Vec<(String, String)>,
}

/// Cuts a warning for an audience without releasing it.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn preview(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    warning: &Id,
    audience: &str,
) -> Result<Released<Preview>> {
    ctx.may(Action::ReadDesk)?;
    let found = find(tx, ctx, warning)?.into_inner();
    let audience = partners::known(tx, ctx, audience)?.into_inner();
    let made = version(tx, ctx, sealer, &found, &audience)?;
    let portions = portions(tx, warning)?;
    let kept = |position: i64| {
        let cut = made.cut.as_ref()?;
        cut.kept.iter().find(|(at, _)| *at == position).map(|(_, text)| text.get().clone())
    };
    let preview = Preview {
        audience: audience.name.clone(),
        title: audience.title.clone(),
        channel: audience.channel.clone(),
        tlp: made.cut.as_ref().map_or(Tlp::Clear, |cut| cut.tlp).to_string(),
        portions: portions.iter().map(|p| (p.position, p.label.clone(), kept(p.position))).collect(),
        text: made.text().map(Released::into_inner).unwrap_or_default(),
        problems: made.problems.iter().map(|p| (p.rule.to_owned(), p.says.clone())).collect(),
    };
    ctx.show(Labelled::new(preview, found.label))
}

/// A version before anybody approved it.
pub(super) struct Version {
    /// What is kept; `None` if nothing may go.
    pub(super) cut: Option<Cut>,
    /// What blocks it.
    pub(super) problems: Vec<Problem>,
    /// Kept portions that are less restricted than what they rest on.
    pub(super) declassified: Vec<i64>,
}

impl Version {
    pub(super) fn text(&self) -> Option<Released<String>> {
        self.cut.as_ref().and_then(Cut::text)
    }
}

/// Cuts a warning for an audience and looks for what blocks the version.
pub(super) fn version(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    warning: &Warning,
    audience: &partners::Recipient,
) -> Result<Version> {
    let who = audience.audience();
    let gate = consent::gate(tx, &warning.case)?;
    let portions = portions(tx, &warning.id)?;
    let reports = basis(tx, &warning.case)?;
    let mut made = Version { cut: None, problems: Vec::new(), declassified: Vec::new() };
    match tearline::cut(&gate, &who, &portions) {
        Ok(cut) => made.cut = Some(cut),
        Err(withheld) => {
            made.problems.push(Problem { rule: "RR-01", says: withheld.to_string() });
            return Ok(made);
        }
    }
    let Some(text) = made.text() else { return Ok(made) };
    for portion in
        portions.iter().filter(|p| made.cut.as_ref().is_some_and(|c| !c.dropped.contains(&p.position)))
    {
        let rests_on: Vec<Basis> = portion
            .basis
            .iter()
            .filter_map(|id| reports.iter().find(|r| r.0 == *id))
            .map(|r| r.1.clone())
            .collect();
        if tearline::is_declassified(&portion.label, &rests_on) {
            made.declassified.push(portion.position);
        }
        let kept = made.cut.as_ref().and_then(|cut| cut.kept.iter().find(|(at, _)| *at == portion.position));
        let Some(hash) = kept.map(|(_, text)| Digest::of(text.get().as_bytes())) else { continue };
        for originator in tearline::consents_needed(&ctx.org, &who, &rests_on) {
            if !consent::is_given(tx, &warning.case, &originator, &who.id, hash)? {
                let says = format!(
                    "sentence {} needs {originator}'s consent to this text for {}: ask, or rest it on something else",
                    portion.position, who.id
                );
                made.problems.push(Problem { rule: "RR-01", says });
            }
        }
    }
    let above = above_the_line(tx, ctx, warning, &who, &made)?;
    let mut outgoing = format!("{}\n{}", warning.subject, text.get());
    if audience.channel == "cap" {
        // An alert says this too. Whom to ask is meant to be looked up, so it is not searched.
        outgoing = format!(
            "{outgoing}\n{}\n{}\n{}",
            warning.cap.event,
            warning.cap.area,
            warning.cap.geocode.join(" ")
        );
    }
    made.problems.extend(tearline::lint(&outgoing, &above));
    made.problems.extend(registered(tx, ctx, sealer, &who, &outgoing)?);
    Ok(made)
}

/// Collects what this audience may not see: withheld portions and the reports behind them.
///
/// Only reports the reader may see count: he cannot have copied from another, and a problem that only
/// another one raises would tell him what stands in it.
fn above_the_line(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    warning: &Warning,
    who: &Audience,
    made: &Version,
) -> Result<Vec<String>> {
    let mut above = Vec::new();
    for row in tx.rows(BODIES, &[(&warning.case).into()])? {
        let label = row.label(1)?;
        if !may_see(who, &label) {
            above.extend(ctx.show(Labelled::new(row.text(0)?, label)).ok().map(Released::into_inner));
        }
    }
    let dropped = made.cut.as_ref().map(|cut| cut.dropped.clone()).unwrap_or_default();
    for row in tx.rows(PORTIONS, &[(&warning.id).into()])? {
        if dropped.contains(&row.int(0)?) {
            above.push(row.text(1)?);
        }
    }
    Ok(above)
}

/// Finds registered people in an outgoing text; nobody but themselves may be told.
///
/// This looks at the whole register, whoever asks: a name that goes out cannot be called back. So an
/// author can learn that a name he wrote is watched over. He does not learn under which cover name
/// unless he may see the entry.
pub(super) fn registered(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    who: &Audience,
    outgoing: &str,
) -> Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for found in sealer.screen(tx, outgoing)? {
        let row = tx.row(SUBJECT_KIND, &[found.subject.as_str().into()])?;
        let themselves = who.ladder == Ladder::Person && found.subject == who.id;
        if row.text(0)? == "person" && !themselves {
            let words = outgoing.get(found.start..found.end).unwrap_or_default();
            let cover = ctx.show(Labelled::new(found.subject, row.label(1)?));
            let cover = cover.map_or_else(|_| "somebody".to_owned(), Released::into_inner);
            let says = format!("\"{words}\" may be {cover}, who is in the register: say it without the name");
            problems.push(Problem { rule: "RR-06", says });
        }
    }
    Ok(problems)
}

/// A warning as its reader sees it, above the line.
#[derive(Clone, Debug, Serialize)]
pub struct Warning {
    /// Its id.
    pub id: Id,
    /// Its case.
    pub case: Id,
    /// The duty it discharges.
    pub duty: Id,
    /// The line above every version.
    pub subject: String,
    /// Who wrote it.
    pub author: String,
    /// Its label.
    pub label: Label,
    /// When its window ends.
    pub ends_at: Option<Time>,
    /// Whether it concerns one victim only.
    pub targeted: bool,
    /// What CAP needs beside the text.
    pub cap: CapDraft,
    /// When it was drafted.
    pub created_at: Time,
    /// When the window ended without a decision.
    pub lapsed_at: Option<Time>,
}

/// Finds a warning the reader may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn find(tx: &mut Tx<'_>, ctx: &Ctx, id: &Id) -> Result<Released<Warning>> {
    ctx.may(Action::ReadDesk)?;
    let row = tx.row(&format!("{SELECT} WHERE w.id = $1"), &[id.into()])?;
    ctx.show(labelled(&row)?)
}

/// Lists warnings, newest first; of one case if it is named.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn list(tx: &mut Tx<'_>, ctx: &Ctx, case: Option<&Id>) -> Result<Released<Vec<Warning>>> {
    ctx.may(Action::ReadDesk)?;
    let visible = super::visible::Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!(
        "{SELECT} WHERE ($1 = '' OR w.case_id = $1) AND {} ORDER BY w.created_at DESC, w.id DESC LIMIT 500",
        visible.condition("w.label", 1)
    );
    let case = case.map_or("", Id::as_str);
    let rows = tx.rows(&sql, &visible.with(&[case.into()]))?;
    shown(ctx, rows.iter().map(labelled))
}

/// Shows the sentences of a warning to somebody here, those he may see.
///
/// # Errors
///
/// [`Error::NotFound`].
pub fn sentences(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Id) -> Result<Released<Vec<(i64, Label, String)>>> {
    find(tx, ctx, warning)?;
    let rows = portions(tx, warning)?;
    let labelled = rows.into_iter().map(|portion| {
        let (position, label) = (portion.position, portion.label.clone());
        Ok(portion.text.map(|text| (position, label, text)))
    });
    shown(ctx, labelled)
}

fn labelled(row: &Row) -> Result<Labelled<Warning>> {
    let label = row.label(5)?;
    let warning = Warning {
        id: row.id(0)?,
        case: row.id(1)?,
        duty: row.id(2)?,
        subject: row.text(3)?,
        author: row.text(4)?,
        label: label.clone(),
        ends_at: row.opt_time(6)?,
        targeted: row.text(7)? == "yes",
        cap: serde_json::from_str(&row.text(8)?).map_err(Error::broken)?,
        created_at: row.time(9)?,
        lapsed_at: row.opt_time(10)?,
    };
    Ok(Labelled::new(warning, label))
}

/// Reads the portions of a warning, behind the gate.
pub(super) fn portions(tx: &mut Tx<'_>, warning: &Id) -> Result<Vec<Portion>> {
    let rows = tx.rows(PORTIONS, &[warning.into()])?;
    rows.iter()
        .map(|row| {
            let label = row.label(2)?;
            let basis = row.text(3)?;
            Ok(Portion {
                position: row.int(0)?,
                text: Labelled::text(row.text(1)?, label.clone()),
                label,
                basis: basis
                    .split(',')
                    .filter(|id| !id.is_empty())
                    .map(str::parse)
                    .collect::<std::result::Result<_, _>>()?,
            })
        })
        .collect()
}

fn basis(tx: &mut Tx<'_>, case: &Id) -> Result<Vec<(Id, Basis)>> {
    let rows = tx.rows(BASIS, &[case.into()])?;
    rows.iter()
        .map(|row| Ok((row.id(0)?, Basis { originator: row.text(1)?, label: row.label(2)? })))
        .collect()
}

/// A portion's label for rows that stay inside: whom it may go to says nothing about our own people.
pub(super) fn inside(label: &Label) -> Label {
    Label { rel_to: None, unnamed: label.tlp, ..label.clone() }
}

const SUBJECT_MAX: usize = 120;
const TEXT_MAX: usize = 4_000;

const PORTION_FIELDS: [&str; 40] = [
    "s01", "s02", "s03", "s04", "s05", "s06", "s07", "s08", "s09", "s10", "s11", "s12", "s13", "s14", "s15",
    "s16", "s17", "s18", "s19", "s20", "s21", "s22", "s23", "s24", "s25", "s26", "s27", "s28", "s29", "s30",
    "s31", "s32", "s33", "s34", "s35", "s36", "s37", "s38", "s39", "s40",
];

const INSERT: &str = "-- desk::compose::draft
    INSERT INTO warning (id, case_id, duty_id, subject, author, label, ends_at, targeted, cap, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";

const INSERT_PORTION: &str = "-- desk::compose::draft portion
    INSERT INTO portion (id, warning_id, position, body, label, basis) VALUES ($1, $2, $3, $4, $5, $6)";

const SELECT: &str = "-- desk::compose::find
    SELECT w.id, w.case_id, w.duty_id, w.subject, w.author, w.label, w.ends_at, w.targeted, w.cap, w.created_at,
           w.lapsed_at
      FROM warning w";

const PORTIONS: &str = "-- desk::compose::portions
    SELECT position, body, label, basis FROM portion WHERE warning_id = $1 ORDER BY position";

const BODIES: &str = "-- desk::compose::above_the_line reports
    SELECT r.body, r.label FROM case_report c JOIN report r ON r.id = c.report_id
     WHERE c.case_id = $1 ORDER BY r.id";

const BASIS: &str = "-- desk::compose::basis
    SELECT r.id, r.originator, r.label FROM case_report c JOIN report r ON r.id = c.report_id
     WHERE c.case_id = $1 ORDER BY r.id";

const SUBJECT_KIND: &str = "-- desk::compose::registered
    SELECT kind, label FROM subject WHERE id = $1";
