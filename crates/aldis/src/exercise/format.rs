//! The exercise file: a scenario, the nodes it is played on, and what people do when.
//!
//! Unknown words are refused with the place where they stand, because an expectation that is
//! misspelt and silently ignored would pass.
//!
//! Source: `docs/reference/exercise-format.md`.

use super::steps::{Step, read_step};
use crate::error::{Error, Result};
use aldis_model::Time;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// One exercise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exercise {
    /// `aldis.exercise/1`.
    pub schema: String,
    /// A short name, such as `S01`.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// Any words: where it comes from, what it tests.
    #[serde(default)]
    pub about: Value,
    /// When the clock starts.
    pub start: Time,
    /// The nodes by organisation.
    pub nodes: BTreeMap<String, NodePlan>,
    /// The node that takes in the inputs, unless an input's source says otherwise.
    pub desk: String,
    /// How the words in an input's `from` translate.
    #[serde(default)]
    pub sources: BTreeMap<String, Source>,
    /// How a scenario's audiences are called here.
    #[serde(default)]
    pub audiences: BTreeMap<String, String>,
    /// How the people a scenario speaks of are called in the register here.
    #[serde(default)]
    pub people: BTreeMap<String, String>,
    /// Between which ledger entries a scenario's timings are measured.
    #[serde(default)]
    pub measures: BTreeMap<String, Measure>,
    /// The rows of the lists that arrive, by the id of their input.
    #[serde(default)]
    pub lists: BTreeMap<String, ListPlan>,
    /// What arrives when.
    #[serde(default)]
    pub inputs: Vec<Input>,
    /// What people do, and what is expected.
    pub steps: Vec<Value>,
    /// What each audience must and must not obtain, and time limits.
    #[serde(default)]
    pub expected: Expected,
    /// A second run with another private input must give an audience the same bytes.
    pub twin: Option<Twin>,
}

/// A node and who is on it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodePlan {
    /// The organisation as shown.
    pub title: String,
    /// Its officers.
    #[serde(default)]
    pub officers: Vec<OfficerPlan>,
    /// The other nodes it has exchanged keys with.
    #[serde(default)]
    pub partners: Vec<String>,
    /// Partners without a node.
    #[serde(default)]
    pub other_partners: Vec<String>,
    /// Partners whose tools read a collection of their own.
    #[serde(default)]
    pub readers: Vec<String>,
    /// Whom it cuts versions for.
    #[serde(default)]
    pub audiences: Vec<AudiencePlan>,
    /// Its register.
    #[serde(default)]
    pub register: Vec<SubjectPlan>,
}

/// An officer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficerPlan {
    /// The name steps use.
    pub name: String,
    /// duty, analyst, senior, case-officer, liaison, auditor or admin.
    pub role: String,
    /// The highest TLP label they may read; `RED` if absent.
    #[serde(default = "red")]
    pub ceiling: String,
    /// The compartments they hold.
    #[serde(default)]
    pub compartments: Vec<String>,
}

/// An audience.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AudiencePlan {
    /// The name labels and steps use.
    pub name: String,
    /// own, officers, partner, clients, community, person or public.
    pub ladder: String,
    /// node, mail, hand or cap.
    pub channel: String,
    /// The partner's name, or a mail address.
    #[serde(default)]
    pub address: String,
    /// Its organisation; its own name if absent.
    pub org: Option<String>,
    /// The highest TLP label it may receive; its rung's if absent.
    pub ceiling: Option<String>,
    /// en, ru, uk, ar or fa.
    #[serde(default = "english")]
    pub language: String,
}

/// An entry of the register.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectPlan {
    /// The name steps use for it; the entry itself gets a cover name.
    #[serde(rename = "as")]
    pub alias: String,
    /// person, group or place.
    pub kind: String,
    /// The names, sealed at once.
    pub names: Vec<String>,
    /// What kind of people.
    #[serde(default = "unnamed_category")]
    pub category: String,
    /// T0 to T5; T1 if absent.
    #[serde(default = "tier")]
    pub tier: String,
    /// Why the entry exists.
    #[serde(default = "purpose")]
    pub purpose: String,
    /// Who may see the entry.
    #[serde(default = "red")]
    pub label: String,
    /// What tells it from namesakes; sealed at once.
    pub birth_year: Option<u16>,
    /// Where it lives or works.
    #[serde(default)]
    pub places: Vec<String>,
    /// What it belongs to.
    #[serde(default)]
    pub organisations: Vec<String>,
    /// What it does.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// Something that arrives.
#[derive(Clone, Debug, Deserialize)]
pub struct Input {
    /// When.
    pub t: Time,
    /// The name steps use.
    pub id: String,
    /// report, article, e-mail, statement …; `clock` brings nothing but the time.
    pub kind: String,
    /// How: manual, feed, e-mail, STIX, federation …
    pub channel: String,
    /// Its label; a dash means none.
    pub label: String,
    /// The text.
    pub text: String,
    /// Who gave it; see `sources`.
    pub from: String,
    /// The media type, if it is not plain text.
    pub media_type: Option<String>,
}

/// The rows of a list.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListPlan {
    /// How many.
    pub rows: usize,
    /// Each column's cells, taken in turn; `{n}` is the number of the row.
    pub columns: Vec<(String, Vec<String>)>,
}

impl ListPlan {
    /// Writes the list as CSV.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if it cannot be written.
    pub fn csv(&self) -> Result<Vec<u8>> {
        let mut out = csv::Writer::from_writer(Vec::new());
        out.write_record(self.columns.iter().map(|(name, _)| name)).map_err(Error::broken)?;
        for row in 0..self.rows {
            let cells = self.columns.iter().map(|(_, cells)| {
                let cell = cells.get(row.checked_rem(cells.len()).unwrap_or(0));
                cell.map(|cell| cell.replace("{n}", &(row + 1).to_string())).unwrap_or_default()
            });
            out.write_record(cells).map_err(Error::broken)?;
        }
        out.into_inner().map_err(Error::broken)
    }
}

/// What the words in `from` mean.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The organisation it came from; our own collection if absent.
    pub originator: Option<String>,
    /// The root the information goes back to; the source itself if absent.
    pub origin: Option<String>,
    /// The node that takes it in.
    pub node: Option<String>,
}

/// Two ledger entries a time is measured between.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// The earlier one.
    pub from: Mark,
    /// The later one.
    pub to: Mark,
}

/// The first ledger entry of a kind with these fields, or a plain time.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// The node whose ledger is read; the desk's if absent.
    pub node: Option<String>,
    /// The kind of entry, such as `report.opened`.
    pub kind: Option<String>,
    /// Fields it must have; values may name things of the exercise.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// A time instead of an entry.
    pub time: Option<Time>,
}

/// What a scenario expects.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Expected {
    /// Each audience's words.
    #[serde(default)]
    pub releases: Vec<ExpectedRelease>,
    /// Limits such as `<= 60 min` by name.
    #[serde(default)]
    pub timings: BTreeMap<String, String>,
    /// How great a danger must come out.
    #[serde(default)]
    pub risk: Vec<ExpectedRisk>,
    /// What the public alert must say.
    pub cap: Option<Map<String, Value>>,
}

/// What one audience must and must not obtain.
#[derive(Clone, Debug, Deserialize)]
pub struct ExpectedRelease {
    /// The audience, as the scenario calls it.
    pub audience: String,
    /// Words its version must contain; `A or "B"` means either.
    #[serde(default)]
    pub must: Vec<String>,
    /// Words that may stand in no byte it can obtain.
    #[serde(default)]
    pub must_not: Vec<String>,
}

/// How great somebody's danger is, from what.
#[derive(Clone, Debug, Deserialize)]
pub struct ExpectedRisk {
    /// The alias of the register entry, or what [`Exercise::people`] translates.
    pub who: String,
    /// The inputs and what must come out.
    pub calc: ExpectedCalc,
}

/// Inputs and outcome of a rating.
#[derive(Clone, Debug, Deserialize)]
pub struct ExpectedCalc {
    /// `impact`, the factors by name, `events`.
    pub inputs: Map<String, Value>,
    /// `threat`, `net_exposure`, `exposure`, `likelihood`, `risk`, `suggested_tier`, `why`.
    pub expect: Map<String, Value>,
}

/// A second run with another private input.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twin {
    /// The input that is replaced; empty: none.
    #[serde(default)]
    pub input: String,
    /// Its other text.
    #[serde(default)]
    pub text: String,
    /// The register entry that is left out; none: all are there.
    pub without: Option<String>,
    /// The audiences whose bytes must be the same.
    pub audiences: Vec<String>,
}

/// A scenario file: inputs and expectations without acts.
#[derive(Clone, Debug, Deserialize)]
pub struct Scenario {
    /// What arrives when.
    pub inputs: Vec<Input>,
    /// What is expected.
    pub expected: Expected,
}

impl Exercise {
    /// Reads an exercise file.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with the place and the word that is not understood.
    pub fn parse(text: &str) -> Result<Self> {
        let exercise: Self = serde_json::from_str(text).map_err(|error| Error::Refused(error.to_string()))?;
        if exercise.schema != "aldis.exercise/1" {
            return Err(Error::Refused(format!("schema {:?} is not aldis.exercise/1", exercise.schema)));
        }
        if !exercise.nodes.contains_key(&exercise.desk) {
            return Err(Error::Refused(format!("desk {:?} is not among the nodes", exercise.desk)));
        }
        exercise.acts()?;
        Ok(exercise)
    }

    /// Takes inputs and expectations from a scenario instead of its own; an input the scenario does not
    /// know stays.
    pub fn play_scenario(&mut self, scenario: Scenario) {
        self.inputs.retain(|own| scenario.inputs.iter().all(|input| input.id != own.id));
        self.inputs.extend(scenario.inputs);
        self.inputs.sort_by_key(|input| input.t);
        self.expected = scenario.expected;
    }

    /// Returns the steps, in order.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] naming the step.
    pub fn acts(&self) -> Result<Vec<Step>> {
        (1..).zip(&self.steps).map(|(number, step)| read_step(number, step)).collect()
    }
}

fn red() -> String {
    "RED".to_owned()
}

fn english() -> String {
    "en".to_owned()
}

fn tier() -> String {
    "T1".to_owned()
}

fn purpose() -> String {
    "protection".to_owned()
}

fn unnamed_category() -> String {
    "at risk".to_owned()
}
