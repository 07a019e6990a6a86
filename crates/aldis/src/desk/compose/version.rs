//! A version of a warning before anybody approved it: the cut for one audience and what blocks it.
//!
//! Rule: `model::tearline`. The whole text an audience would read is looked at as that audience would:
//! against what it may not see, against the register, and against what larger audiences are told.

use super::Warning;
use crate::ctx::Ctx;
use crate::db::{Row, Tx};
use crate::desk::visible::shown;
use crate::desk::{consent, partners, protectors};
use crate::error::Result;
use crate::seal::Sealer;
use aldis_model::gate::{Audience, Ladder, may_see};
use aldis_model::role::Action;
use aldis_model::tearline::{self, Above, Basis, Cut, Problem, Told};
use aldis_model::{Digest, Id, Label, Labelled, Released, Tlp};
use serde::Serialize;

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
    let found = super::find(tx, ctx, warning)?.into_inner();
    let audience = partners::known(tx, ctx, audience)?.into_inner();
    let made = version(tx, ctx, sealer, &found, &audience)?;
    let portions = super::portions(tx, warning)?;
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
pub(in crate::desk) struct Version {
    /// What is kept; `None` if nothing may go.
    pub(in crate::desk) cut: Option<Cut>,
    /// What blocks it.
    pub(in crate::desk) problems: Vec<Problem>,
    /// Kept portions that are less restricted than what they rest on.
    pub(in crate::desk) declassified: Vec<i64>,
    /// Registered people whom it names to their protector, and who may know of the entries.
    pub(in crate::desk) identities: Vec<(Id, Label)>,
}

impl Version {
    pub(in crate::desk) fn text(&self) -> Option<Released<String>> {
        self.cut.as_ref().and_then(Cut::text)
    }
}

/// Cuts a warning for an audience and looks for what blocks the version.
pub(in crate::desk) fn version(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    warning: &Warning,
    audience: &partners::Recipient,
) -> Result<Version> {
    let who = audience.audience();
    let gate = consent::gate(tx, &warning.case)?;
    let portions = super::portions(tx, &warning.id)?;
    let reports = basis(tx, &warning.case)?;
    let mut made =
        Version { cut: None, problems: Vec::new(), declassified: Vec::new(), identities: Vec::new() };
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
    let line = Line::of(tx, ctx, warning, &who, &made)?;
    let mut outgoing = format!("{}\n{}", warning.subject, text.get());
    let mut whole = outgoing.clone();
    if audience.channel == "cap" {
        // An alert says this too. Whom to ask and where to read more are meant to be looked up: they are not
        // searched for what leads back to somebody, but nobody in the register may stand in them either.
        let cap = &warning.cap;
        outgoing = format!("{outgoing}\n{}\n{}\n{}", cap.event, cap.area, cap.geocode.join(" "));
        // In an address the words of a name stand between strokes and signs.
        let web: String = cap.web.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
        whole = format!("{outgoing}\n{}\n{web}", cap.contact);
    }
    let above = Above {
        withheld: &line.withheld,
        reports: &line.reports,
        actors: &line.actors,
        open: &format!("{}\n{}", warning.subject, warning.cap.area),
        contact: &warning.cap.contact,
    };
    made.problems.extend(tearline::lint(&outgoing, &above));
    for person in named(tx, sealer, &who, &whole)? {
        match protectors::may_be_told(tx, ctx, &person.subject, &who.id)? {
            true if made.cut.as_ref().is_some_and(|cut| cut.tlp == Tlp::Red) => {
                made.identities.push((person.subject, person.label));
            }
            true => made.problems.push(person.problem(ctx, "its protector is told under RED only")),
            false => made.problems.push(person.problem(ctx, "say it without the name")),
        }
    }
    let dropped = made.cut.as_ref().map(|cut| cut.dropped.clone()).unwrap_or_default();
    let others = told(tx, ctx, warning, audience)?;
    made.problems.extend(tearline::smaller_gets_less(&Told { audience: who, dropped }, &others));
    Ok(made)
}

/// What stands above the line for one audience.
struct Line {
    withheld: Vec<String>,
    reports: Vec<String>,
    actors: Vec<String>,
}

impl Line {
    /// Collects what this audience may not see, withheld portions and the reports behind them, and who the
    /// case names.
    ///
    /// Only what the reader may see counts: he cannot have copied from anything else, and a problem that
    /// only a hidden text raises would tell him what stands in it.
    fn of(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Warning, who: &Audience, made: &Version) -> Result<Self> {
        let mut line = Self { withheld: Vec::new(), reports: Vec::new(), actors: Vec::new() };
        for row in tx.rows(BODIES, &[(&warning.case).into()])? {
            let label = row.label(1)?;
            if !may_see(who, &label) {
                line.reports
                    .extend(ctx.show(Labelled::new(row.text(0)?, label)).ok().map(Released::into_inner));
            }
        }
        for row in tx.rows(ACTORS, &[(&warning.case).into()])? {
            let named = ctx.show(Labelled::new(row.text(0)?, row.label(1)?)).ok();
            line.actors.extend(named.map(Released::into_inner));
        }
        let dropped = made.cut.as_ref().map(|cut| cut.dropped.clone()).unwrap_or_default();
        for row in tx.rows(super::PORTIONS, &[(&warning.id).into()])? {
            if dropped.contains(&row.int(0)?) {
                line.withheld.push(row.text(1)?);
            }
        }
        Ok(line)
    }
}

/// Lists what other audiences of the warning are told that may be around this one or inside it, as far as the
/// reader may know of them; rejected versions do not count.
///
/// Those on the same rung never are, and of another organisation only the public: among thousands of
/// recipients, the others need not be read for it.
fn told(tx: &mut Tx<'_>, ctx: &Ctx, warning: &Warning, but: &partners::Recipient) -> Result<Vec<Told>> {
    let mut values = vec![(&warning.id).into(), (&but.id).into()];
    let rows = if but.ladder == Ladder::Public.as_str() {
        tx.rows(&format!("{TOLD} {IN_ORDER}"), &values)?
    } else {
        let mut rows = tx.rows(&format!("{TOLD} AND a.ladder = 'public' {IN_ORDER}"), &values)?;
        values.push(but.org.as_str().into());
        let others = Ladder::ALL.into_iter().filter(|rung| rung.as_str() != but.ladder);
        values.extend(others.filter(|rung| *rung != Ladder::Public).map(|rung| rung.as_str().into()));
        rows.extend(tx.rows(&format!("{TOLD} AND {AROUND} {IN_ORDER}"), &values)?);
        rows
    };
    let told = |row: &Row| {
        let dropped = row.text(1)?;
        let told = Told {
            audience: partners::described(&row.text(0)?, &row.text(2)?, &row.text(3)?, &row.text(4)?),
            dropped: dropped.split(',').filter_map(|at| at.parse().ok()).collect(),
        };
        Ok(Labelled::new(told, row.label(5)?))
    };
    Ok(shown(ctx, rows.iter().map(told))?.into_inner())
}

/// Finds registered people in an outgoing text; nobody but themselves may be told.
///
/// This looks at the whole register, whoever asks: a name that goes out cannot be called back. So an
/// author can learn that a name he wrote is watched over. He does not learn under which cover name
/// unless he may see the entry.
pub(in crate::desk) fn registered(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    who: &Audience,
    outgoing: &str,
) -> Result<Vec<Problem>> {
    let found = named(tx, sealer, who, outgoing)?;
    Ok(found.into_iter().map(|person| person.problem(ctx, "say it without the name")).collect())
}

/// A registered person whom a text names.
struct Named {
    subject: Id,
    label: Label,
    words: String,
}

impl Named {
    fn problem(self, ctx: &Ctx, so: &str) -> Problem {
        let cover = ctx.show(Labelled::new(self.subject, self.label));
        let cover = cover.map_or_else(|_| "somebody".to_owned(), |id| id.into_inner().to_string());
        let says = format!("\"{}\" may be {cover}, who is in the register: {so}", self.words);
        Problem { rule: "RR-06", says }
    }
}

/// Finds whom of the register a text names to an audience that is not that person.
fn named(tx: &mut Tx<'_>, sealer: &Sealer, who: &Audience, outgoing: &str) -> Result<Vec<Named>> {
    let mut all = Vec::new();
    for found in sealer.screen(tx, outgoing)? {
        let row = tx.row(SUBJECT_KIND, &[found.subject.as_str().into()])?;
        let themselves = who.ladder == Ladder::Person && found.subject == who.id;
        if row.text(0)? == "person" && !themselves {
            let words = outgoing.get(found.start..found.end).unwrap_or_default().to_owned();
            all.push(Named { subject: found.subject.parse()?, label: row.label(1)?, words });
        }
    }
    Ok(all)
}

fn basis(tx: &mut Tx<'_>, case: &Id) -> Result<Vec<(Id, Basis)>> {
    let rows = tx.rows(BASIS, &[case.into()])?;
    rows.iter()
        .map(|row| Ok((row.id(0)?, Basis { originator: row.text(1)?, label: row.label(2)? })))
        .collect()
}

const BODIES: &str = "-- desk::compose::above_the_line reports
    SELECT r.body, r.label FROM case_report c JOIN report r ON r.id = c.report_id
     WHERE c.case_id = $1 ORDER BY r.id";

const BASIS: &str = "-- desk::compose::basis
    SELECT r.id, r.originator, r.label FROM case_report c JOIN report r ON r.id = c.report_id
     WHERE c.case_id = $1 ORDER BY r.id";

const SUBJECT_KIND: &str = "-- desk::compose::registered
    SELECT kind, label FROM subject WHERE id = $1";

// A suspicion has its own label; what somebody accepted in a report is as closed as the report.
const ACTORS: &str = "-- desk::compose::version actors
    SELECT s.name, s.label FROM suspect s WHERE s.case_id = $1
    UNION
    SELECT p.quoted, r.label FROM case_report c JOIN report r ON r.id = c.report_id
      JOIN proposal p ON p.report_id = r.id
     WHERE c.case_id = $1 AND p.decided = 'accepted' AND p.kind IN ('person', 'organisation')";

const TOLD: &str = "-- desk::compose::version told
    SELECT a.name, r.dropped, a.org, a.ladder, a.ceiling, r.label
      FROM audience a JOIN release r ON r.audience_id = a.id AND r.warning_id = $1
     WHERE r.rejected_at IS NULL AND a.id <> $2";

// Only the rungs that are named let an index find the few among many.
const AROUND: &str = "a.org = $3 AND a.ladder IN ($4, $5, $6, $7, $8)";

const IN_ORDER: &str = "ORDER BY r.drafted_at, r.id";
