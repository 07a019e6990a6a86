//! `aldis person`: the register of people, groups and places at risk, by cover name.

mod name;
mod protect;
mod protector;

use super::files::read_input;
use super::session::{DONE, Result, Session, id};
use crate::desk::register::{self, NewSubject};
use crate::error::Error;
use crate::seal::Discriminators;
use aldis_model::Label;
use serde_json::json;

/// The register of people, groups and places at risk
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis person add --help
  $ aldis person list --as Noor")]
pub(super) enum Person {
    Add(Add),
    Describe(Describe),
    List(List),
    Show(protect::Show),
    Rate(protect::Rate),
    Tier(protect::SetTier),
    Measure(protect::Propose),
    Measured(protect::Change),
    #[command(subcommand)]
    Name(name::Name),
    Protector(protector::Name),
    Unprotect(protector::End),
}

impl Person {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Add(args) => args.run(session),
            Self::Describe(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Show(args) => args.run(session),
            Self::Rate(args) => args.run(session),
            Self::Tier(args) => args.run(session),
            Self::Measure(args) => args.run(session),
            Self::Measured(args) => args.run(session),
            Self::Name(name) => name.run(session),
            Self::Protector(args) => args.run(session),
            Self::Unprotect(args) => args.run(session),
        }
    }
}

/// Add an entry and print its cover name; the names are sealed, and only `person name` opens one
///
/// Without --name the names are read from stdin, one a line: so they stay out of the shell's history.
/// How many false alarms the names will raise is said before anything is kept; names that would raise
/// one a day or more are refused unless --noisy says that they are wanted all the same.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person add --kind person --category journalist --tier T2 --label RED \\
      --purpose 'asked for protection, file 12' --as Noor < names.txt
  $ aldis person add --kind place --name 'Lantern Hall' --category venue --tier T1 \\
      --label AMBER --purpose 'named in case C-9QW3E4RT' --as Noor")]
pub(super) struct Add {
    /// person, group or place
    #[arg(long)]
    kind: String,
    /// A name, in any script; may be repeated [default: read from stdin]
    #[arg(long)]
    name: Vec<String>,
    /// What kind of people, such as journalist
    #[arg(long)]
    category: String,
    /// How much is at stake: T0 to T5
    #[arg(long)]
    tier: String,
    /// Why the entry must exist
    #[arg(long)]
    purpose: String,
    /// Who may see the entry
    #[arg(long)]
    label: String,
    #[command(flatten)]
    known: Known,
    /// Enter names that will raise one false alarm a day or more
    #[arg(long)]
    noisy: bool,
}

/// What tells somebody from a namesake: sealed like a name.
#[derive(clap::Args)]
struct Known {
    /// The year of birth
    #[arg(long, value_name = "YEAR", default_value = "", hide_default_value = true)]
    birth_year: String,
    /// Where they live or work; may be repeated
    #[arg(long, value_name = "NAME")]
    place: Vec<String>,
    /// What they belong to; may be repeated
    #[arg(long, value_name = "NAME")]
    organisation: Vec<String>,
    /// What they do, such as editor; may be repeated
    #[arg(long, value_name = "WORDS")]
    role: Vec<String>,
}

impl Known {
    fn read(&self) -> Result<Discriminators> {
        Ok(Discriminators::read(&self.birth_year, &self.place, &self.organisation, &self.role)?)
    }
}

impl Add {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let label: Label = self.label.parse().map_err(Error::from)?;
        let known = self.known.read()?;
        let desk = session.desk()?;
        let names = if self.name.is_empty() { names_from_stdin(session)? } else { self.name };
        let new = NewSubject {
            kind: &self.kind,
            names: &names,
            category: &self.category,
            tier: &self.tier,
            purpose: &self.purpose,
            label,
        };
        let sealer = &desk.node.sealer;
        let entered = desk.write(|tx, ctx| register::enter(tx, ctx, sealer, &new, &known, self.noisy));
        let (id, forecast) = entered.map_err(|error| match error {
            Error::Refused(says) if says.contains("add a discriminator, or") => {
                Error::Refused(format!("{says}: --birth-year, --place, --organisation, --role, or --noisy"))
            }
            other => other,
        })?;
        session.out.say(forecast.to_string());
        let shown = json!({
            "id": id, "names": names.len(), "discriminators": known.count(), "forecast": forecast,
        });
        session.out.object(DONE, &shown, id.as_str())?;
        Ok(0)
    }
}

/// Add to an entry what tells it from namesakes; it is sealed and never shown again
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person describe PR-7K2MQ4ZD --birth-year 1971 --as Noor
  $ aldis person describe PR-7K2MQ4ZD --role editor --place Northport --as Noor")]
pub(super) struct Describe {
    /// The cover name
    subject: String,
    #[command(flatten)]
    known: Known,
}

impl Describe {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let (id, known) = (id(&self.subject)?, self.known.read()?);
        let desk = session.desk()?;
        desk.write(|tx, ctx| register::describe(tx, ctx, &desk.node.sealer, &id, &known))?;
        let text = format!("{id}: {} discriminators sealed", known.count());
        session.out.object(DONE, &json!({ "id": id, "discriminators": known.count() }), text)?;
        Ok(0)
    }
}

fn names_from_stdin(session: &Session<'_>) -> Result<Vec<String>> {
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        session.out.say("names, one a line; end with Ctrl-D");
    }
    let text = String::from_utf8(read_input("-", NAMES_MAX)?)
        .map_err(|_| Error::refused("the names on stdin are not UTF-8"))?;
    if text.len() > NAMES_MAX {
        return Err(Error::refused("more names than one entry can have").into());
    }
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// List the entries you may see, without names
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis person list --as Noor
  $ aldis person list --as Noor --json | jq -r '.items[] | select(.tier == \"T4\").id'")]
pub(super) struct List {}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let found = session.desk()?.read(register::list)?.into_inner();
        session.out.list(
            &found,
            None,
            &["COVER NAME", "KIND", "TIER", "CATEGORY", "LABEL", "PURPOSE"],
            |one| {
                let label = one.label.to_string();
                [one.id.as_str(), &one.kind, &one.tier, &one.category, &label, &one.purpose]
                    .map(str::to_owned)
                    .to_vec()
            },
        )?;
        Ok(0)
    }
}

const NAMES_MAX: usize = 64 << 10;
