//! Takes in what came from other people's tools: one report for each intake, with the strictest label of
//! anything in it; a list of people is not taken in; what is known already stays out.
//!
//! Source: `docs/reference/import.md`; doctrine PL-03, RR-02.

use super::marking;
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::gather::{self, Incoming};
use crate::desk::imports::{self, Known, Version};
use crate::error::{Error, Result};
use aldis_model::label::key;
use aldis_model::role::Role;
use aldis_model::{Digest, Id, Label};
use aldis_wire::intake::Intake;

/// How an import was asked for.
#[derive(Clone, Debug)]
pub struct Bring<'a> {
    /// `misp` or `stix`.
    pub format: &'a str,
    /// Who gave it; `None` means whoever made it.
    pub source: Option<&'a str>,
    /// Who made it, if the asker knows better than the thing itself.
    pub originator: Option<&'a str>,
    /// The label of what is not marked.
    pub label: &'a Label,
}

/// What came of one intake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is a new report.
    Taken {
        /// The report.
        report: Id,
        /// The report of an earlier version.
        follows: Option<Id>,
        /// Whether that one claims to be the same version.
        differs: bool,
    },
    /// It was taken in before.
    Known(Id),
    /// A later version was taken in before.
    Older(Id),
    /// It is a list of this many people: nothing of it is kept, see [`crate::desk::lists`].
    People(usize),
    /// It says that we made it: what we sent must not come back as news.
    Ours,
}

/// Takes one intake in, with the bytes it was made of.
///
/// # Errors
///
/// [`Error::Forbidden`]; [`Error::Refused`] if nobody says who made it.
pub fn receive(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    bring: &Bring<'_>,
    intake: &Intake,
    original: &[u8],
) -> Result<Outcome> {
    let named = bring.originator.or(intake.maker.as_deref()).or(bring.source);
    let maker: String = named.unwrap_or_default().trim().chars().take(NAME_MAX).collect();
    if maker.is_empty() {
        return Err(Error::refused("it does not say who made it: name the organisation with --originator"));
    }
    if bring.originator.is_none() && key(&maker) == ctx.org {
        return Ok(Outcome::Ours);
    }
    let source = bring.source.unwrap_or(&maker);
    let label = label(intake, bring.label);
    let content = Digest::of(format!("{label}\n{}", intake.document.text).as_bytes());
    if intake.people.len() >= LIST_FROM {
        return Ok(Outcome::People(intake.people.len()));
    }
    let version =
        Version { maker: &maker, foreign_id: &intake.id, at_us: intake.version_us, sha256: content };
    let (follows, differs) = match imports::look(tx, ctx, &version)? {
        Known::Same(report) => return Ok(Outcome::Known(report)),
        // The program sees everything: what it leaves out must not tell somebody else of a report that
        // is above him.
        Known::Earlier(report)
            if ctx.actor.role == Role::System && is_above(tx, ctx, &report, &maker, &label)? =>
        {
            (None, false)
        }
        Known::Earlier(report) => return Ok(Outcome::Older(report)),
        Known::New => (None, false),
        Known::Later(report) => (Some(report), false),
        Known::Differs(report) => (Some(report), true),
    };
    let incoming = Incoming {
        bytes: original,
        media_type: None,
        channel: bring.format,
        source,
        originator: Some(&maker),
        origin: None,
        label: label.clone(),
    };
    let report = gather::accept(tx, ctx, &incoming, &intake.document)?;
    imports::remember(tx, ctx, &version, &report, &label, follows.as_ref())?;
    Ok(Outcome::Taken { report, follows, differs })
}

/// Says whether somebody who may see a thing with this label might not see the report.
fn is_above(tx: &mut Tx<'_>, ctx: &Ctx, report: &Id, maker: &str, label: &Label) -> Result<bool> {
    let label = label.clone().with_originator(&key(maker));
    Ok(gather::find(tx, ctx, report)?.get().label.join(&label) != label)
}

/// Returns the label of an intake: everything that is said in it together, and what the asker says of the
/// unmarked, where it is not marked.
pub fn label(intake: &Intake, unmarked: &Label) -> Label {
    match marking::of(&intake.said) {
        Some(said) if intake.unmarked => said.join(unmarked),
        Some(said) => said,
        None => unmarked.clone(),
    }
}

/// From how many people on, a thing that names them is a list of people and not a report.
pub const LIST_FROM: usize = 10;

/// The longest name of an organisation that is taken over, in characters.
const NAME_MAX: usize = 50;
