//! `aldis case`: cases, whom they may concern, and the steps of the duty to warn.

mod opinion;
mod threshold;

use super::files::read_input;
use super::session::{DONE, Result, Session, id};
use crate::desk::{case, compose, determine};
use crate::error::Error;
use aldis_model::duty::VictimKind;
use serde_json::{Map, Value, json};

/// Cases: reports, victims, threshold, duty to warn, forecasts, competing explanations
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis case open --title 'Concert in Lowtown' --report R-7K2MQ4ZD --as Mara
  $ aldis case show C-9QW3E4RT --as Mara")]
pub(super) enum Case {
    Open(Open),
    List(List),
    Show(Show),
    Victim(Victim),
    Element(threshold::ElementOf),
    Threshold(threshold::Threshold),
    Ttl(threshold::TtlOf),
    SecondRead(threshold::SecondRead),
    Suspect(threshold::Suspect),
    Origins(threshold::Origins),
    Step(Step),
    Expedite(threshold::Expedite),
    Ratify(threshold::Ratify),
    #[command(subcommand)]
    Forecast(opinion::Forecast),
    #[command(subcommand)]
    Board(opinion::Board),
}

impl Case {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Open(args) => args.run(session),
            Self::List(args) => args.run(session),
            Self::Show(args) => args.run(session),
            Self::Victim(args) => args.run(session),
            Self::Step(args) => args.run(session),
            Self::Element(args) => args.run(session),
            Self::Threshold(args) => args.run(session),
            Self::Ttl(args) => args.run(session),
            Self::SecondRead(args) => args.run(session),
            Self::Suspect(args) => args.run(session),
            Self::Origins(args) => args.run(session),
            Self::Expedite(args) => args.run(session),
            Self::Ratify(args) => args.run(session),
            Self::Forecast(args) => args.run(session),
            Self::Board(args) => args.run(session),
        }
    }
}

/// Open a case on a report, which becomes its basis
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis case open --title 'Concert in Lowtown' --report R-7K2MQ4ZD --as Mara
  $ aldis case open --title 'Concert in Lowtown' --report R-7K2MQ4ZD --as Mara --json | jq -r .id")]
pub(super) struct Open {
    /// What the case is about, without names of people at risk
    #[arg(long)]
    title: String,
    /// The first report
    #[arg(long)]
    report: String,
}

impl Open {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let report = id(&self.report)?;
        let made = session.desk()?.write(|tx, ctx| case::open(tx, ctx, &self.title, &report))?;
        session.out.object(DONE, &json!({ "id": made, "report": report }), made.as_str())?;
        Ok(0)
    }
}

/// List cases, newest first
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis case list --as Mara
  $ aldis case list --as Mara --json | jq -r '.items[].id'")]
pub(super) struct List {}

impl List {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let found = session.desk()?.read(case::list)?.into_inner();
        session.out.list(&found, None, &["ID", "OPENED", "LABEL", "TITLE"], |case| {
            vec![case.id.to_string(), case.opened_at.minute(), case.label.to_string(), case.title.clone()]
        })?;
        Ok(0)
    }
}

/// Show a case with its reports, duties and warnings
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis case show C-9QW3E4RT --as Mara
  $ aldis case show C-9QW3E4RT --as Mara --json | jq '.duties[] | {id, victim, state, due_at}'")]
pub(super) struct Show {
    /// The case
    case: String,
}

impl Show {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let id = id(&self.case)?;
        let (case, reports, duties, warnings) = session.desk()?.read(|tx, ctx| {
            let case = case::find(tx, ctx, &id)?.into_inner();
            let reports = case::reports(tx, ctx, &id)?.into_inner();
            let duties = determine::of_case(tx, ctx, &id)?.into_inner();
            Ok((case, reports, duties, compose::list(tx, ctx, Some(&id))?.into_inner()))
        })?;
        let mut text = format!("{}  {}\n{}\nopened {}\n", case.id, case.label, case.title, case.opened_at);
        for linked in &reports {
            let grade = linked.grade.as_deref().unwrap_or("--");
            text += &format!("{} {} {grade} {}\n", linked.relation, linked.report, linked.title);
        }
        for duty in &duties {
            let due = duty.due_at.map_or_else(String::new, |due| format!(", next step by {due}"));
            text += &format!("duty {} to {}: {} {}{due}\n", duty.id, duty.victim, duty.state, duty.ttl);
        }
        for warning in &warnings {
            text += &format!("warning {} {}\n", warning.id, warning.subject);
        }
        let shown = json!({
            "id": case.id, "title": case.title, "label": case.label, "opened_at": case.opened_at,
            "closed_at": case.closed_at, "reports": reports, "duties": duties, "warnings": warnings,
        });
        session.out.object("aldis.case/1", &shown, text)?;
        Ok(0)
    }
}

/// Name whom or what a case may concern; opens a duty to warn
#[derive(clap::Args)]
#[command(after_help = "\
Kinds: named_person, identifiable_group, institution, place_of_business, structure, location.

Examples:
  $ aldis case victim C-9QW3E4RT --kind location 'Lantern Hall' --as Mara
  $ aldis case victim C-9QW3E4RT --kind named_person PR-044AB2CD --as Mara")]
pub(super) struct Victim {
    /// The case
    case: String,
    /// What kind of victim
    #[arg(long)]
    kind: String,
    /// A cover name, a place, a group
    name: String,
}

impl Victim {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let case = id(&self.case)?;
        let kind: VictimKind = self.kind.parse().map_err(Error::refused)?;
        let duty = session.desk()?.write(|tx, ctx| case::add_victim(tx, ctx, &case, kind, &self.name))?;
        session.out.object(DONE, &json!({ "id": duty, "case": case }), duty.as_str())?;
        Ok(0)
    }
}

/// Take a step of the duty to warn
#[derive(clap::Args)]
#[command(after_help = "\
Steps: triage, assess, query, resolve_victim, route_to_protector, submit, decide_warn,
decide_waive, object, arbitrate, expire_or_new_info, exhausted, alternate_route, report_action,
refuse, review_dismissal, reoffer, stand_down, close, new_info. A step that is refused names every
field it misses. Fields that say who acts are filled in. A value that starts with [ or { is JSON.

Examples:
  $ aldis case step D-3ER5T6YU triage --field 'harm_types=[\"intentional_killing\"]' \\
      --field first_impression_ttl=TTL-HIGH --as Mara
  $ aldis case step D-3ER5T6YU decide_warn --fields - --as Ines < decision.json")]
pub(super) struct Step {
    /// The duty
    duty: String,
    /// The step
    event: String,
    /// A field of the step; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    field: Vec<String>,
    /// All fields as a JSON object; `-` reads it from stdin
    #[arg(long, value_name = "JSON")]
    fields: Option<String>,
}

impl Step {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let duty = id(&self.duty)?;
        let fields = self.read()?;
        let state = session.desk()?.write(|tx, ctx| determine::act(tx, ctx, &duty, &self.event, &fields))?;
        let shown = json!({ "id": duty, "step": self.event, "state": state });
        session.out.object(DONE, &shown, state.as_str())?;
        Ok(0)
    }

    fn read(&self) -> Result<Map<String, Value>> {
        let mut fields = match self.fields.as_deref() {
            None => Map::new(),
            Some("-") => object(&String::from_utf8_lossy(&read_input("-", FIELDS_MAX)?))?,
            Some(json) => object(json)?,
        };
        for field in &self.field {
            let (name, value) = field
                .split_once('=')
                .ok_or_else(|| Error::Refused(format!("--field {field:?}: write it as name=value")))?;
            fields.insert(name.trim().to_owned(), read_value(name, value)?);
        }
        Ok(fields)
    }
}

fn object(text: &str) -> Result<Map<String, Value>> {
    match serde_json::from_str(text) {
        Ok(Value::Object(map)) => Ok(map),
        Ok(_) => Err(Error::refused("--fields is a JSON object: {\"name\": value, …}").into()),
        Err(error) => Err(Error::Refused(format!("--fields: {error}")).into()),
    }
}

/// Reads a value as text, unless it looks like JSON that text cannot say.
fn read_value(name: &str, value: &str) -> Result<Value> {
    let trimmed = value.trim_start();
    if trimmed.starts_with(['[', '{']) || ["true", "false", "null"].contains(&trimmed) {
        return serde_json::from_str(value)
            .map_err(|error| Error::Refused(format!("--field {name}: {error}")).into());
    }
    Ok(Value::String(value.to_owned()))
}

const FIELDS_MAX: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_names_every_step_and_every_kind_of_victim() {
        let tree = super::super::tree();
        let case = tree.find_subcommand("case").unwrap();
        let help = |verb: &str| case.find_subcommand(verb).unwrap().get_after_help().unwrap().to_string();
        let words = help("step").replace('\n', " ");
        for (event, _) in determine::BY_HAND {
            assert!(
                words.contains(&format!(" {event},")) || words.contains(&format!(" {event}.")),
                "{event}"
            );
        }
        for kind in VictimKind::ALL {
            assert!(help("victim").contains(kind.as_str()), "{kind:?}");
        }
    }

    #[test]
    fn a_digit_stays_text_and_a_list_becomes_one() {
        assert_eq!(read_value("info_grade", "2").unwrap(), json!("2"));
        assert_eq!(read_value("harm", "[\"x\"]").unwrap(), json!(["x"]));
        assert!(read_value("harm", "[x").is_err());
    }
}
