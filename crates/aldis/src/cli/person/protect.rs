//! `aldis person rate`, `tier`, `measure`: what a machine suggests for somebody, and what people decide.

use super::super::session::{DONE, Result, Session, id};
use crate::desk::danger::{self, Known};
use crate::desk::measures::{self, NewMeasure};
use crate::desk::{protectors, register};
use crate::error::Error;
use aldis_model::Id;
use aldis_model::measure::Status;
use aldis_model::risk::Tier;
use serde_json::json;
use std::collections::BTreeMap;

/// Show an entry: its tier, the ratings of the danger, the measures and who protects it
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person show PR-7K2MQ4ZD --as Lena
  $ aldis person show PR-7K2MQ4ZD --as Lena --json | jq -r '.measures[].id'")]
pub(in super::super) struct Show {
    /// The cover name
    subject: String,
}

impl Show {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.subject)?;
        let found = session.desk()?.read(|tx, ctx| {
            let subject = register::find(tx, ctx, &id)?;
            let found =
                subject.zip(danger::of_subject(tx, ctx, &id)?).zip(measures::of_subject(tx, ctx, &id)?);
            Ok(found.zip(protectors::of_subject(tx, ctx, &id)?))
        })?;
        let (((subject, ratings), measures), protectors) = found.into_inner();
        let mut text = format!("{id} {} {}, {}", subject.tier, subject.category, subject.purpose);
        for one in &ratings {
            text.push_str(&format!("\n  {} suggests {}: {}", one.at, one.suggested, one.why.join("; ")));
        }
        for one in &measures {
            let (what, status) = (one.title(), &one.status);
            text.push_str(&format!("\n  {} {} {what}: {status}, by {}", one.id, one.measure, one.owner));
        }
        for one in &protectors {
            text.push_str(&format!("\n  {} protected by {}: {}", one.id, one.audience, one.basis));
        }
        let object = json!({
            "subject": subject, "ratings": ratings, "measures": measures, "protectors": protectors,
        });
        session.out.object("aldis.person/1", &object, text)?;
        Ok(0)
    }
}

/// Rate the danger for somebody; a rating suggests a tier and sets nothing
///
/// Factors: I, K, A, H, V1 to V9, C1 to C6, each from 0; leave out what nobody knows. Events: E01 to E18.
/// All are described in docs/reference/protection.md.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person rate PR-7K2MQ4ZD --impact critical --factor I=4 --factor K=3 --as Lena
  $ aldis person rate PR-7K2MQ4ZD --impact severe --factor V2=2 --event E03 --case C-9QW3E4RT --as Lena")]
pub(in super::super) struct Rate {
    /// The cover name
    subject: String,
    /// The harm that is feared: negligible, minor, moderate, severe or critical
    #[arg(long, value_name = "WORD")]
    impact: String,
    /// A factor and its value; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    factor: Vec<String>,
    /// An event that stands; may be repeated
    #[arg(long, value_name = "EVENT")]
    event: Vec<String>,
    /// The case it is about
    #[arg(long)]
    case: Option<String>,
}

impl Rate {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let (subject, case) = (id(&self.subject)?, self.case.as_deref().map(id).transpose()?);
        let mut factors = BTreeMap::new();
        for given in &self.factor {
            let wrong = || Error::Refused(format!("{given:?} is not NAME=VALUE, such as I=4"));
            let (name, value) = given.split_once('=').ok_or_else(wrong)?;
            factors.insert(name.to_owned(), value.parse::<u8>().map_err(|_| wrong())?);
        }
        let known =
            Known { case: case.as_ref(), impact: &self.impact, factors: &factors, events: &self.event };
        let desk = session.desk()?;
        let made = desk.write(|tx, ctx| danger::rate(tx, ctx, &subject, &known))?;
        let rated = desk.read(|tx, ctx| danger::of_subject(tx, ctx, &subject))?.into_inner();
        let tier = rated.iter().find(|one| one.id == made).map_or("", |one| one.suggested.as_str());
        let object = json!({ "id": made, "subject": subject, "suggested": tier });
        session.out.object(DONE, &object, format!("{made} suggests {tier}"))?;
        Ok(0)
    }
}

/// Set the tier of somebody, or confirm it at a review
///
/// Below the suggested tier somebody else than who rated sets it; below what an event leaves, a senior
/// officer.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person tier PR-7K2MQ4ZD T4 --reasons 'a plan was overheard; ends with the arrest' --as Ines
  $ aldis person tier PR-7K2MQ4ZD T1 --reasons 'reviewed, nothing new' --case C-9QW3E4RT --as Ines")]
pub(in super::super) struct SetTier {
    /// The cover name
    subject: String,
    /// T0 to T5
    tier: String,
    /// What is known, and what would change it
    #[arg(long, value_name = "TEXT")]
    reasons: String,
    /// The case it is about
    #[arg(long)]
    case: Option<String>,
}

impl SetTier {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let (subject, case) = (id(&self.subject)?, self.case.as_deref().map(id).transpose()?);
        let tier: Tier = self.tier.parse().map_err(Error::refused)?;
        let set = |tx: &mut crate::db::Tx<'_>, ctx: &crate::ctx::Ctx| {
            danger::set_tier(tx, ctx, &subject, case.as_ref(), tier, &self.reasons)
        };
        session.desk()?.write(set)?;
        let object = json!({ "id": subject, "tier": tier.as_str() });
        session.out.object(DONE, &object, format!("{subject} is {}", tier.as_str()))?;
        Ok(0)
    }
}

/// Propose a measure for somebody and print its id
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person measure PR-7K2MQ4ZD M40 --owner 'city police' --reasons 'a plan was overheard' --as Lena
  $ aldis person measure PR-7K2MQ4ZD M40 --owner 'city police' --reasons 'as before' --as Lena --json")]
pub(in super::super) struct Propose {
    /// The cover name
    subject: String,
    /// Its number: M01 to M58, in docs/reference/protection.md
    measure: String,
    /// Who carries it out
    #[arg(long)]
    owner: String,
    /// Why; without the person's yes: why it is in the person's interest all the same
    #[arg(long, value_name = "TEXT")]
    reasons: String,
    /// The case it is for
    #[arg(long)]
    case: Option<String>,
}

impl Propose {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let (subject, case) = (id(&self.subject)?, self.case.as_deref().map(id).transpose()?);
        let new = NewMeasure {
            measure: &self.measure,
            case: case.as_ref(),
            owner: &self.owner,
            reasons: &self.reasons,
        };
        let made: Id = session.desk()?.write(|tx, ctx| measures::propose(tx, ctx, &subject, &new))?;
        session.out.object(DONE, &json!({ "id": made, "subject": subject }), made.as_str())?;
        Ok(0)
    }
}

/// Record what has become of a measure
#[derive(clap::Args)]
#[command(after_help = "\
Statuses: proposed, accepted, refused, ordered, in_place, failed, ended.

Examples:
  $ aldis person measured M-5TG6YH7U accepted --words 'she said yes on the telephone' --as Lena
  $ aldis person measured M-5TG6YH7U in_place --words 'patrols since noon' --as Lena")]
pub(in super::super) struct Change {
    /// The measure by its id
    measure: String,
    /// What it is now
    status: String,
    /// What the person said, or how it was put in force
    #[arg(long, value_name = "TEXT")]
    words: String,
}

impl Change {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.measure)?;
        let status = Status::find(&self.status).ok_or_else(|| {
            Error::Refused(format!("{:?} is no status of a measure: see --help", self.status))
        })?;
        session.desk()?.write(|tx, ctx| measures::change(tx, ctx, &id, status, &self.words))?;
        let text = format!("{id} {}", status.as_str());
        session.out.object(DONE, &json!({ "id": id, "status": status.as_str() }), text)?;
        Ok(0)
    }
}
