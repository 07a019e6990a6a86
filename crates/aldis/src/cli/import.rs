//! `aldis import`: what other people's tools write, a file of any size.

mod files;
mod told;

use super::session::{Desk, Result, Session};
use crate::error::Error;
use crate::exchange::import::{self, Bring};
use aldis_model::Label;
use aldis_wire::intake::Intake;
use told::{Item, Told};

/// Take in what other tools write: STIX 2.1 bundles, MISP events
///
/// One report for each STIX report, grouping or MISP event, with all that belongs to it, never one for
/// each indicator. It gets the strictest label of anything in it. What was taken in before is recognised;
/// a later version is a new report. A thing that names ten or more people is a list and stays out: see
/// aldis list import. Exits with 11 if anything was not taken in.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis import --format misp events.json --source 'Alba MISP' --as Mara
  $ curl -s https://alba.example/bundle.json | aldis import --format stix - --dry-run --json --as Mara")]
pub(super) struct Import {
    /// The file; `-` is stdin
    file: String,
    /// What it is: stix or misp
    #[arg(long, value_name = "FORMAT", value_parser = ["stix", "misp"])]
    format: String,
    /// Who gave it [default: whoever made each thing]
    #[arg(long, value_name = "WHO")]
    source: Option<String>,
    /// The organisation that made it [default: what each thing says]
    #[arg(long, value_name = "NAME")]
    originator: Option<String>,
    /// Who may see what is not marked
    #[arg(long, default_value = "TLP:RED")]
    label: String,
    /// How many new reports at most; the next run goes on from there
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    most: u32,
}

impl Import {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let label: Label = self.label.parse().map_err(Error::from)?;
        let desk = session.desk()?;
        let mut taking = Taking {
            desk: &desk,
            session,
            bring: Bring {
                format: &self.format,
                source: self.source.as_deref(),
                originator: self.originator.as_deref(),
                label: &label,
            },
            most: self.most as usize,
            told: Told::new(&self.file, session.is_dry_run()),
        };
        let read = match self.format.as_str() {
            "misp" => files::misp(&mut taking, &self.file),
            _ => files::stix(&mut taking, &self.file),
        };
        let told = taking.told;
        desk.work();
        match read {
            Err(failure) if told.is_empty() => Err(failure),
            Err(failure) => {
                session.out.say(format!("stopped: {failure}"));
                told.show(session, true)
            }
            Ok(()) => told.show(session, false),
        }
    }
}

/// One import under way.
struct Taking<'a> {
    desk: &'a Desk<'a>,
    session: &'a Session<'a>,
    bring: Bring<'a>,
    most: usize,
    told: Told,
}

impl Taking<'_> {
    /// Says whether as many reports as were asked for are taken.
    fn is_full(&self) -> bool {
        self.told.taken >= self.most
    }

    /// Takes one thing in, in a transaction of its own.
    fn one(&mut self, intake: &Intake, original: &[u8]) -> Result<()> {
        let (bring, mut tried) = (&self.bring, None);
        let receive =
            |tx: &mut crate::db::Tx<'_>| import::receive(tx, &self.desk.ctx, bring, intake, original);
        let done = if self.session.is_dry_run() {
            let undone: crate::error::Result<()> = self.desk.node.db.write(|tx| {
                tried = Some(receive(tx)?);
                // A verb that fails leaves nothing behind.
                Err(Error::refused("dry run"))
            });
            match (tried, undone) {
                (Some(outcome), _) => Ok(outcome),
                (None, Err(error)) => Err(error),
                (None, Ok(())) => Err(Error::broken("a dry run that did nothing")),
            }
        } else {
            self.desk.write(|tx, ctx| import::receive(tx, ctx, bring, intake, original))
        };
        match done {
            Ok(outcome) => {
                let label = import::label(intake, bring.label);
                self.told.add(Item::of(&outcome, intake, &label));
                Ok(())
            }
            Err(Error::Refused(why)) => {
                self.told.add(Item::refused(&intake.id, &why));
                Ok(())
            }
            Err(error) => Err(error.into()),
        }
    }
}
