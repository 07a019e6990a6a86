//! The steps of an exercise: what people do, and what must hold on the way.
//!
//! Source: `docs/reference/exercise-format.md`.

use super::format::{AudiencePlan, SubjectPlan};
use crate::desk::compose::CapDraft;
use crate::error::{Error, Result};
use aldis_model::Time;
use aldis_model::tearline::Transformation;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

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
        handed_at: Option<Time>,
        answer: Option<String>,
        #[serde(default)]
        said: String,
    },
    TellList {
        list: String,
        how: String,
    },
    ReviewList {
        list: String,
        words: String,
    },
    RateDanger {
        subject: String,
        case: Option<String>,
        impact: String,
        factors: BTreeMap<String, u8>,
        #[serde(default)]
        events: Vec<String>,
    },
    SetTier {
        subject: String,
        case: Option<String>,
        tier: String,
        reasons: String,
    },
    Protector {
        subject: String,
        audience: String,
        basis: String,
    },
    Measure {
        subject: String,
        case: Option<String>,
        measure: String,
        owner: String,
        reasons: String,
        r#as: String,
    },
    ChangeMeasure {
        measure: String,
        status: String,
        words: String,
    },
    AskName {
        subject: String,
        case: Option<String>,
        reason: String,
        r#as: String,
    },
    DecideName {
        opening: String,
        agrees: bool,
        #[serde(default)]
        words: String,
    },
    ReadName {
        opening: String,
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
    Tie {
        report: String,
        upstream: String,
        relation: String,
        why: String,
    },
    DecideTie {
        report: String,
        upstream: String,
        confirm: bool,
        reason: String,
    },
    ImportGrade {
        report: String,
        scale: String,
        code: String,
        #[serde(default)]
        reasons: String,
    },
    DescribeSource {
        report: String,
        factors: BTreeMap<String, String>,
    },
    StateElement {
        duty: String,
        element: String,
        finding: String,
        report: Option<String>,
        #[serde(default)]
        quoted: String,
        #[serde(default)]
        statement: String,
    },
    SetTtl {
        duty: String,
        ttl: String,
        reasons: String,
    },
    AskSecondReader {
        duty: String,
        reasons: String,
    },
    SecondRead {
        duty: String,
        agrees: bool,
        reasons: String,
    },
    Suspect {
        case: String,
        name: String,
        likelihood: String,
        chain: Vec<String>,
        reasons: String,
    },
    Expedite {
        duty: String,
        reason: String,
        tried: Vec<TriedPlan>,
        subject: String,
        text: String,
        audience: String,
        approver: String,
        r#as: String,
    },
    Ratify {
        duty: String,
        result: String,
        reasons: String,
    },
    Forecast {
        case: String,
        question: String,
        likelihood: String,
        #[serde(default = "icd203")]
        yardstick: String,
        confidence: Option<String>,
        partner: Option<String>,
        reasons: String,
        r#as: String,
    },
    Resolve {
        forecast: String,
        outcome: String,
    },
    Suppose {
        case: String,
        body: String,
        r#as: String,
    },
    Evidence {
        case: String,
        body: String,
        report: Option<String>,
        #[serde(default)]
        claimed: String,
        r#as: String,
    },
    Rate {
        hypothesis: String,
        evidence: String,
        rating: String,
    },
    SayOpinion {
        report: String,
        audience: String,
        object: Option<String>,
        view: String,
        explanation: String,
        #[serde(default = "green")]
        label: String,
        r#as: String,
    },
    ApproveOpinion {
        opinion: String,
    },
    RejectOpinion {
        opinion: String,
        reason: String,
    },
    WithdrawOpinion {
        opinion: String,
        reason: String,
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
    /// How it was written anew.
    #[serde(default)]
    pub transformed: Vec<Transformation>,
}

/// A senior officer who was tried before a warning was expedited.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriedPlan {
    /// Who.
    pub who: String,
    /// When.
    pub at: Time,
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
    pub quoted: Option<String>,
    pub full: Option<bool>,
    pub why: Vec<String>,
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
    pub independent: Option<usize>,
    pub roots: Option<usize>,
    pub rests_on: Option<String>,
    pub suggested_credible: Option<String>,
    pub suggested_ttl: Option<String>,
    pub forecasts: Option<usize>,
    pub hypothesis: Option<String>,
    pub against: Option<u32>,
    pub whole: Option<bool>,
    pub subject: Option<String>,
    pub tier: Option<String>,
    pub measures: BTreeMap<String, String>,
}

/// Reads one step, naming its number in whatever is wrong.
pub(super) fn read_step(number: usize, step: &Value) -> Result<Step> {
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

fn icd203() -> String {
    "icd203".to_owned()
}

fn green() -> String {
    "TLP:GREEN".to_owned()
}

fn alert() -> String {
    "alert".to_owned()
}
