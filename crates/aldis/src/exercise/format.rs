//! The exercise file: a scenario, the nodes it is played on, and what people do when.
//!
//! Unknown words are refused with the place where they stand, because an expectation that is
//! misspelt and silently ignored would pass.
//!
//! Source: `docs/reference/exercise-format.md`.

use crate::desk::compose::CapDraft;
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
    /// Between which ledger entries a scenario's timings are measured.
    #[serde(default)]
    pub measures: BTreeMap<String, Measure>,
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

/// A second run with another private input.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Twin {
    /// The input that is replaced.
    pub input: String,
    /// Its other text.
    pub text: String,
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

/// One step: when, who, and what.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number, from 1.
    pub number: usize,
    /// When; `None` means right after the step before.
    pub at: Option<Time>,
    /// On which node; the desk's if absent.
    pub node: Option<String>,
    /// Which officer.
    pub by: Option<String>,
    /// The problem's slug, if the act must be refused.
    pub refused: Option<String>,
    /// What is done.
    pub act: Act,
}

/// What a step does.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Act {
    Read {
        report: String,
    },
    DecideProposal {
        report: String,
        quoted: String,
        accept: bool,
    },
    DecideHit {
        report: String,
        subject: String,
        confirm: bool,
        reason: String,
    },
    Grade {
        report: String,
        grade: String,
        likelihood: Option<String>,
        confidence: Option<String>,
        #[serde(default)]
        reasons: String,
    },
    OpenCase {
        report: String,
        title: String,
        r#as: String,
    },
    Link {
        case: String,
        report: String,
        relation: String,
    },
    Victim {
        case: String,
        kind: String,
        victim: String,
        r#as: String,
    },
    Step {
        duty: String,
        event: String,
        #[serde(default)]
        fields: Map<String, Value>,
    },
    AskConsent {
        case: String,
        originator: String,
        audience: String,
        text: String,
        r#as: String,
    },
    AnswerConsent {
        consent: String,
        yes: bool,
        #[serde(default)]
        words: String,
    },
    Draft {
        duty: String,
        r#as: String,
        subject: String,
        ends_at: Option<Time>,
        #[serde(default)]
        targeted: bool,
        #[serde(default)]
        cap: CapDraft,
        portions: Vec<PortionPlan>,
    },
    Propose {
        warning: String,
        audience: String,
        #[serde(default = "alert")]
        purpose: String,
        r#as: String,
    },
    Approve {
        release: String,
    },
    Reject {
        release: String,
        reason: String,
    },
    Send {
        release: String,
        not_before: Option<Time>,
        r#as: String,
    },
    Hand {
        delivery: String,
        statement: String,
        place: Option<String>,
        witness: Option<String>,
    },
    Retry {
        delivery: String,
    },
    Told {
        delivery: String,
        answer: String,
        #[serde(default)]
        note: String,
        said_by: String,
    },
    AnswerLink {
        delivery: String,
        answer: String,
        #[serde(default)]
        note: String,
    },
    OpenInbound {
        nth: Option<usize>,
    },
    AnswerInbound {
        nth: Option<usize>,
        answer: String,
        #[serde(default)]
        note: String,
    },
    Settle {
        delivery: String,
        kind: String,
        decision: String,
    },
    DecideLapse {
        warning: String,
        decision: String,
        reason: String,
    },
    DecidePublic {
        warning: String,
        decision: String,
        reason: String,
    },
    AddSubject {
        subject: SubjectPlan,
    },
    AddAudience {
        audience: AudiencePlan,
    },
    Cut {
        address: String,
        down: bool,
    },
    Wait {},
    Expect(Box<Expect>),
}

/// A sentence of a draft.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PortionPlan {
    /// The text.
    pub text: String,
    /// Its label; a subject's alias after REL is translated to the cover name.
    pub label: String,
    /// The reports it rests on.
    #[serde(default)]
    pub basis: Vec<String>,
}

/// What must hold at a step. Everything that is given is checked.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expect {
    pub duty: Option<String>,
    pub state: Option<String>,
    pub path: Vec<String>,
    pub ttl: Option<String>,
    pub delivery: Option<String>,
    pub progress: Option<String>,
    pub answer: Option<String>,
    pub ladder_step: Option<i64>,
    pub case: Option<String>,
    pub is_open: Option<bool>,
    pub task: Option<String>,
    pub about: Option<String>,
    pub waits: Option<bool>,
    pub due_within_min: Option<i64>,
    pub overdue: Option<bool>,
    pub report: Option<String>,
    pub grade: Option<String>,
    pub hit: Option<String>,
    pub no_hit: Option<String>,
    pub proposes: Vec<String>,
    pub question: Option<String>,
    pub as_of: Option<Time>,
    pub contains: Vec<String>,
    pub lacks: Vec<String>,
    pub audience: Option<String>,
    pub obtains: Vec<String>,
    pub never: Vec<String>,
    pub entry: Option<String>,
    pub entries: Option<usize>,
    pub inbound: Option<usize>,
    pub whole: Option<bool>,
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

    /// Takes inputs and expectations from a scenario instead of its own.
    pub fn play_scenario(&mut self, scenario: Scenario) {
        self.inputs = scenario.inputs;
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

fn read_step(number: usize, step: &Value) -> Result<Step> {
    let wrong = |why: String| Error::Refused(format!("step {number}: {why}"));
    let mut fields = step.as_object().cloned().ok_or_else(|| wrong("a step is an object".to_owned()))?;
    fields.remove("comment");
    let mut word = |name: &str| match fields.remove(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(format!("{name} is a text"))),
    };
    let (at, node, by, refused) = (word("at")?, word("node")?, word("by")?, word("refused")?);
    let at = at.map(|text| text.parse::<Time>()).transpose().map_err(|error| wrong(error.to_string()))?;
    let act = serde_json::from_value(Value::Object(fields)).map_err(|error| wrong(error.to_string()))?;
    Ok(Step { number, at, node, by, refused, act })
}

fn red() -> String {
    "RED".to_owned()
}

fn english() -> String {
    "en".to_owned()
}

fn alert() -> String {
    "alert".to_owned()
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
