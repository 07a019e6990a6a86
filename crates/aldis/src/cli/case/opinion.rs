//! Forecasts side by side, and the board of competing explanations.

use crate::cli::files::{read_input, write_output};
use crate::cli::session::{DONE, Result, Session, id};
use crate::desk::board::{self, NewItem};
use crate::desk::forecasts::{self, NewForecast};
use crate::error::Error;
use aldis_model::ach::Rating;
use aldis_model::forecast::{Outcome, Yardstick};
use aldis_model::scale::notes;
use aldis_model::{Id, Time};
use serde_json::json;
use std::path::PathBuf;

/// Forecasts side by side: give, list, resolve, score
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis case forecast list C-9QW3E4RT --as Mara
  $ aldis case forecast score --as Mara")]
pub(in crate::cli) enum Forecast {
    Give(Give),
    List(List),
    Resolve(Resolve),
    Score(Score),
}

impl Forecast {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Give(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Resolve(args) => args.run(session),
            Self::Score(args) => args.run(session),
        }
    }
}

/// Competing explanations: show the board, add hypotheses and evidence, rate
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis case board show C-9QW3E4RT --as Mara
  $ aldis case board rate HY-9QW3E4RT EV-5TGB6YHN II --as Mara")]
pub(in crate::cli) enum Board {
    Show(Show),
    Suppose(Suppose),
    Add(Add),
    File(File),
    Rate(Rate),
}

impl Board {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Show(args) => args.run(session),
            Self::Suppose(args) => args.run(session),
            Self::Add(args) => args.run(session),
            Self::File(args) => args.run(session),
            Self::Rate(args) => args.run(session),
        }
    }
}

/// Give a forecast on a case, or record a partner's
#[derive(clap::Args)]
#[command(after_help = "\
A word is kept as given and no number is turned into one. Yardsticks: icd203 and phia; a word that is
not on the yardstick is answered with those that are. What was forecast before stays.

Examples:
  $ aldis case forecast give C-9QW3E4RT --question 'an attack before Sunday' --likelihood likely \\
      --reasons 'two reports' --as Mara
  $ aldis case forecast give C-9QW3E4RT --question 'an attack before Sunday' --partner ALLY --yardstick phia \\
      --likelihood 'realistic possibility' --reasons 'as told' --as Mara")]
pub(in crate::cli) struct Give {
    /// The case
    case: String,
    /// What may happen, so that one can say later whether it did
    #[arg(long, value_name = "TEXT")]
    question: String,
    /// How likely it is
    #[arg(long, value_name = "WORDS")]
    likelihood: String,
    /// The yardstick of the word
    #[arg(long, value_name = "NAME", default_value = "icd203")]
    yardstick: String,
    /// How well founded it is: low, moderate or high
    #[arg(long, value_name = "WORD")]
    confidence: Option<String>,
    /// The partner whose word it is
    #[arg(long, value_name = "NAME")]
    partner: Option<String>,
    /// By when it would happen
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reasons: String,
}

impl Give {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let yardstick: Yardstick = self.yardstick.parse().map_err(Error::refused)?;
        let new = NewForecast {
            question: &self.question,
            partner: self.partner.as_deref(),
            yardstick,
            likelihood: &self.likelihood,
            confidence: self.confidence.as_deref().map(str::parse).transpose().map_err(Error::refused)?,
            until: self.until.as_deref().map(str::parse::<Time>).transpose().map_err(Error::from)?,
            reasons: &self.reasons,
        };
        let made = session.desk()?.write(|tx, ctx| forecasts::give(tx, ctx, &case, &new))?;
        let notes: Vec<String> = notes(&self.reasons).iter().map(aldis_model::scale::Note::says).collect();
        for note in &notes {
            session.out.say(format!("note: {note}"));
        }
        session.out.object(DONE, &json!({ "id": made, "case": case, "notes": notes }), made.as_str())?;
        Ok(0)
    }
}

/// List the forecasts of a case, none replacing another
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis case forecast list C-9QW3E4RT --as Mara
  $ aldis case forecast list C-9QW3E4RT --as Mara --json | jq '.items[] | {forecaster, likelihood, outcome}'")]
pub(in crate::cli) struct List {
    /// The case
    case: String,
}

impl List {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let found = session.desk()?.read(|tx, ctx| forecasts::of_case(tx, ctx, &case))?.into_inner();
        session.out.list(
            &found,
            None,
            &["ID", "GIVEN", "WHO", "LIKELIHOOD", "OUTCOME", "QUESTION"],
            |one| {
                vec![
                    one.id.to_string(),
                    one.given_at.minute(),
                    one.forecaster.clone(),
                    one.likelihood.clone(),
                    one.outcome.clone().unwrap_or_default(),
                    one.question.clone(),
                ]
            },
        )?;
        Ok(0)
    }
}

/// Say what became of a forecast
#[derive(clap::Args)]
#[command(after_help = "\
Outcomes: happened, partly, not, unknown, warned-and-prevented. The last two are not scored. Nobody
resolves a forecast of their own.

Examples:
  $ aldis case forecast resolve FC-9QW3E4RT happened --as Ines
  $ aldis case forecast resolve FC-9QW3E4RT warned-and-prevented --as Ines --json")]
pub(in crate::cli) struct Resolve {
    /// The forecast
    forecast: String,
    /// What became of it
    outcome: String,
}

impl Resolve {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let forecast = id(&self.forecast)?;
        let outcome: Outcome = self.outcome.parse().map_err(Error::refused)?;
        session.desk()?.write(|tx, ctx| forecasts::resolve(tx, ctx, &forecast, outcome))?;
        session.out.object(DONE, &json!({ "id": forecast, "outcome": outcome }), outcome.as_str())?;
        Ok(0)
    }
}

/// Show how well your own forecasts held, or a partner's
#[derive(clap::Args)]
#[command(after_help = "\
Brier score on the middle of each word's band: 0 is best. Fewer than 10 show their count only.

Examples:
  $ aldis case forecast score --as Mara
  $ aldis case forecast score --partner ALLY --as Mara --json | jq .brier")]
pub(in crate::cli) struct Score {
    /// The partner
    #[arg(long, value_name = "NAME")]
    partner: Option<String>,
}

impl Score {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let partner = self.partner.as_deref();
        let found = session.desk()?.read(|tx, ctx| forecasts::record(tx, ctx, partner))?.into_inner();
        let score = found.brier.map_or_else(
            || "too few for a score: 10 are needed".to_owned(),
            |brier| format!("Brier score {brier:.3}"),
        );
        let text = format!(
            "{}: {} forecasts with an outcome, {} left out; {score}",
            found.forecaster, found.scored, found.excluded
        );
        session.out.object("aldis.score/1", &found, text)?;
        Ok(0)
    }
}

/// Show the board of competing explanations of a case
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis case board show C-9QW3E4RT --as Mara
  $ aldis case board show C-9QW3E4RT --as Mara --json | jq '.hypotheses[] | {body, inconsistency}'")]
pub(in crate::cli) struct Show {
    /// The case
    case: String,
}

impl Show {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let found = session.desk()?.read(|tx, ctx| board::of_case(tx, ctx, &case))?.into_inner();
        let counts = |counts: &std::collections::BTreeMap<String, u32>| {
            counts.iter().map(|(by, count)| format!("{by} {count}")).collect::<Vec<_>>().join(", ")
        };
        let mut text = String::new();
        for one in &found.hypotheses {
            text += &format!("{} {} (against it: {})\n", one.id, one.body, counts(&one.inconsistency));
        }
        for item in &found.evidence {
            text += &format!("{} {} (sets apart: {})\n", item.id, item.body, counts(&item.diagnosticity));
            for one in &found.hypotheses {
                text += &format!("    {}: {}\n", one.id, found.cell(&one.id, &item.id));
            }
        }
        session.out.object("aldis.board/1", &found, text)?;
        Ok(0)
    }
}

/// Put a hypothesis on the board
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis case board suppose C-9QW3E4RT 'The group means the hall' --as Mara
  $ aldis case board suppose C-9QW3E4RT 'Somebody boasts' --as Mara --json | jq -r .id")]
pub(in crate::cli) struct Suppose {
    /// The case
    case: String,
    /// What may explain it
    body: String,
}

impl Suppose {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let made = session.desk()?.write(|tx, ctx| board::suppose(tx, ctx, &case, &self.body))?;
        session.out.object(DONE, &json!({ "id": made, "case": case }), made.as_str())?;
        Ok(0)
    }
}

/// Put evidence or a claim of responsibility on the board
#[derive(clap::Args)]
#[command(after_help = "\
A file is hashed and kept as it came; it comes back as plain bytes only.

Examples:
  $ aldis case board add C-9QW3E4RT 'A van before the house' --report R-7K2MQ4ZD --as Mara
  $ aldis case board add C-9QW3E4RT 'A video' --claimed 'Grey Tide' --file claim.mp4 --as Mara")]
pub(in crate::cli) struct Add {
    /// The case
    case: String,
    /// What it is
    body: String,
    /// The report it is from
    #[arg(long)]
    report: Option<String>,
    /// Who claims responsibility
    #[arg(long, value_name = "NAME", default_value = "")]
    claimed: String,
    /// A file that came with it
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Add {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let report = self.report.as_deref().map(id).transpose()?;
        let path = self.file.as_ref().map(|path| path.to_string_lossy().into_owned());
        let bytes = path.as_deref().map(|path| read_input(path, FILE_MAX)).transpose()?;
        let name = self.file.as_ref().and_then(|path| path.file_name()).map(|name| name.to_string_lossy());
        let new = NewItem {
            body: &self.body,
            report: report.as_ref(),
            claimed: &self.claimed,
            file: name.as_deref().zip(bytes.as_deref()),
        };
        let made = session.desk()?.write(|tx, ctx| board::add(tx, ctx, &case, &new))?;
        session.out.object(DONE, &json!({ "id": made, "case": case }), made.as_str())?;
        Ok(0)
    }
}

/// Write the file of an item of evidence, byte for byte
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis case board file EV-9QW3E4RT -o claim.bin --as Mara
  $ aldis case board file EV-9QW3E4RT --as Mara | sha256sum")]
pub(in crate::cli) struct File {
    /// The item
    evidence: String,
    /// The file to write [default: stdout]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl File {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let item = id(&self.evidence)?;
        let bytes = session.desk()?.read(|tx, ctx| board::file(tx, ctx, &item))?.into_inner();
        write_output(session, self.output.as_deref(), &bytes)?;
        Ok(0)
    }
}

/// Rate how evidence fits a hypothesis
#[derive(clap::Args)]
#[command(after_help = "\
Ratings: CC very consistent, C consistent, N neither, I inconsistent, II very inconsistent, NA.

Examples:
  $ aldis case board rate HY-9QW3E4RT EV-5TGB6YHN II --as Mara
  $ aldis case board rate HY-9QW3E4RT EV-5TGB6YHN NA --as Ines --json")]
pub(in crate::cli) struct Rate {
    /// The hypothesis
    hypothesis: String,
    /// The item of evidence
    evidence: String,
    /// The rating
    rating: String,
}

impl Rate {
    pub(in crate::cli) fn run(self, session: &Session<'_>) -> Result<u8> {
        let (hypothesis, item): (Id, Id) = (id(&self.hypothesis)?, id(&self.evidence)?);
        let rating: Rating = self.rating.parse().map_err(Error::refused)?;
        session.desk()?.write(|tx, ctx| board::rate(tx, ctx, &hypothesis, &item, rating))?;
        let shown = json!({ "id": item, "hypothesis": hypothesis, "rating": rating });
        session.out.object(DONE, &shown, rating.as_str())?;
        Ok(0)
    }
}

const FILE_MAX: usize = 5 << 20;
