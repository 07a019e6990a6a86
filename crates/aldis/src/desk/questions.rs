//! Answers the after-action questions about a case, as of any time, from the ledger alone.
//!
//! Each answer names the entries it rests on, so that a reader can ask for their proofs. "Nothing on
//! record" is an answer too: it says that the record holds no such act up to that time.
//!
//! Source: `docs/reference/after-action.md`.

mod deciding;
mod people;
mod record;
mod reports;
mod telling;

use super::review::Happened;
use aldis_model::Time;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeSet;

/// One question answered.
#[derive(Clone, Debug, Serialize)]
pub struct Answered {
    /// The question's number, such as `AQ-16`.
    pub id: &'static str,
    /// The question.
    pub question: &'static str,
    /// What the record says, a line each; empty means nothing on record.
    pub answer: Vec<String>,
    /// The entries it rests on.
    pub entries: Vec<i64>,
    /// Why the record of one case cannot answer it; such a question has no answer and no entries.
    pub outside: Option<&'static str>,
}

/// Answers every question in the order of their numbers; what the record of one case cannot answer comes
/// with the reason.
///
/// `timeline` is what [`super::review::timeline`] gave for the case and the time.
pub fn answer(timeline: &[Happened]) -> Vec<Answered> {
    let answers = QUESTIONS.iter().map(|(id, question, rule)| found(id, question, rule(timeline)));
    let outside = OUTSIDE.iter().map(|(id, question, reason)| Answered {
        id,
        question,
        answer: Vec::new(),
        entries: Vec::new(),
        outside: Some(reason),
    });
    let mut all: Vec<Answered> = answers.chain(outside).collect();
    all.sort_by_key(|answered| answered.id);
    all
}

type Line<'a> = (&'a Happened, String);
type Rule = for<'a> fn(&'a [Happened]) -> Vec<Line<'a>>;

/// Puts an answer together; a line that says the same as one before is left out, its entry is not.
fn found(id: &'static str, question: &'static str, lines: Vec<Line<'_>>) -> Answered {
    let entries: BTreeSet<i64> = lines.iter().map(|(entry, _)| entry.index).collect();
    let mut answer: Vec<String> = Vec::new();
    for (entry, line) in lines {
        let line = format!("{} {line}", entry.at);
        if !answer.contains(&line) {
            answer.push(line);
        }
    }
    Answered { id, question, answer, entries: entries.into_iter().collect(), outside: None }
}

fn of_kind<'a>(timeline: &'a [Happened], kinds: &'a [&str]) -> impl Iterator<Item = &'a Happened> {
    timeline.iter().filter(move |entry| kinds.contains(&entry.kind.as_str()))
}

fn lines<'a>(timeline: &'a [Happened], kinds: &[&str], say: impl Fn(&Happened) -> String) -> Vec<Line<'a>> {
    let wanted = timeline.iter().filter(|entry| kinds.contains(&entry.kind.as_str()));
    wanted.map(|entry| (entry, say(entry))).collect()
}

/// Returns a field's text, or these words if it is empty.
fn or<'a>(entry: &'a Happened, name: &str, otherwise: &'a str) -> &'a str {
    Some(entry.field(name)).filter(|text| !text.is_empty()).unwrap_or(otherwise)
}

/// Writes `before`, the field and `after`; nothing if the field is empty.
fn part(entry: &Happened, before: &str, name: &str, after: &str) -> String {
    let text = entry.field(name);
    if text.is_empty() { String::new() } else { format!("{before}{text}{after}") }
}

/// Writes the fields of a step as a reader reads them: names with blanks, moments as times, no ids of officers.
fn prose(fields: &str) -> String {
    match serde_json::from_str(fields) {
        Ok(Value::Object(map)) => {
            let shown = map.iter().filter(|(name, _)| !["officer", "arbiter"].contains(&name.as_str()));
            let parts =
                shown.map(|(name, value)| format!("{}: {}", name.replace('_', " "), words(name, value)));
            parts.collect::<Vec<_>>().join("; ")
        }
        _ => fields.to_owned(),
    }
}

fn words(name: &str, value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if MOMENTS.contains(&name) => {
            number.as_i64().map_or_else(|| number.to_string(), |us| Time::from_micros(us).to_string())
        }
        Value::Array(items) => items.iter().map(|item| words(name, item)).collect::<Vec<_>>().join(", "),
        Value::Object(map) => {
            let parts =
                map.iter().map(|(name, value)| format!("{} {}", name.replace('_', " "), words(name, value)));
            format!("({})", parts.collect::<Vec<_>>().join(", "))
        }
        other => other.to_string(),
    }
}

/// Fields of a step that hold a moment in microseconds.
const MOMENTS: [&str; 5] = ["deadline", "expiry", "time", "date", "due_at"];

const QUESTIONS: [(&str, &str, Rule); 39] = [
    (
        "AQ-01",
        "When did the first report reach us, and when did a human first read it?",
        reports::first_and_reader,
    ),
    ("AQ-02", "Who could have read it, and who opened it?", reports::readers),
    ("AQ-03", "What grade and likelihood did each reader give, and was it changed?", reports::grades),
    ("AQ-04", "Which reports were truly independent, which shared a source?", reports::independent),
    (
        "AQ-05",
        "When did the case first meet the threshold by its own recorded elements?",
        deciding::threshold,
    ),
    (
        "AQ-06",
        "How long from receipt to threshold, decision, dispatch, delivery, acknowledgement?",
        deciding::durations,
    ),
    ("AQ-07", "Who decided to warn or to waive, under which code, on what basis?", deciding::decisions),
    ("AQ-08", "When did the waiver expire and was it decided again?", deciding::waivers),
    ("AQ-09", "Was any step expedited and was it ratified within the hour?", deciding::expedited),
    ("AQ-10", "Which originators were asked for consent, when, what did they answer?", deciding::consents),
    ("AQ-11", "Which exact text did each receiver get, and what did each version leave out?", telling::texts),
    ("AQ-12", "Did any release contain something above its label?", telling::above_label),
    (
        "AQ-13",
        "Did the public receive the same or similar information as our own staff, and when?",
        telling::public_and_staff,
    ),
    ("AQ-14", "Were all named organisations told within ten minutes of each other?", telling::together),
    ("AQ-15", "Which channels were tried, which failed, what was the fall-back?", telling::channels),
    ("AQ-16", "Who acknowledged, with which key, over which text?", telling::acknowledged),
    ("AQ-17", "Who did not acknowledge and what did we do at each step of the ladder?", telling::silent),
    ("AQ-18", "Who dismissed the warning, in which words, and what did we do next?", telling::dismissed),
    ("AQ-19", "What did the receiver ask back, when did we answer?", telling::asked_back),
    ("AQ-20", "Did the window lapse while the threat stood, and who noticed?", telling::lapsed),
    ("AQ-21", "Was the alert updated or cancelled in every channel?", telling::corrected),
    ("AQ-22", "What did we know before: all earlier reports?", reports::before),
    ("AQ-23", "Which register entries were affected, and when was each reviewed?", people::entries),
    ("AQ-24", "What tier was suggested, what tier was set, by whom, why?", people::tiers),
    ("AQ-25", "Which measures were proposed, accepted, refused, in force?", people::measures),
    (
        "AQ-26",
        "Did the person at risk get the advice in a language they understand, and what did they say?",
        people::advice,
    ),
    ("AQ-28", "Which searches returned nothing?", reports::without_match),
    ("AQ-29", "Which rules and lists were in force when the machine proposed something?", reports::rules),
    ("AQ-30", "Which proposals of the machine were accepted, and how fast?", reports::proposals),
    ("AQ-31", "Who knew the name of the protected person, and who had it opened?", people::identity),
    (
        "AQ-33",
        "Which entries of the register came with this case, and are they still justified?",
        people::created,
    ),
    (
        "AQ-35",
        "What did each partner know by then, according to deliveries and acknowledgements?",
        telling::partners_knew,
    ),
    ("AQ-36", "Who changed or corrected a record, and what was there before?", record::changed),
    ("AQ-37", "Is the log complete?", record::complete),
    ("AQ-38", "Can an outsider with only the checkpoints verify this?", record::provable),
    ("AQ-39", "What was known publicly?", reports::public),
    ("AQ-40", "What outcome followed, and how did the forecasts and grades do?", people::outcome),
    ("AQ-41", "Which lessons were drawn?", people::lessons),
    ("AQ-42", "What was erased since, and what proof of the decision remains?", record::erased),
];

/// What does not concern a warning, or is not kept so that nobody can be found by it.
const OUTSIDE: [(&str, &str, &str); 3] = [
    (
        "AQ-27",
        "Which standing interests of partners matched, and did the partner hear of it?",
        "no standing interest of a partner is kept (a row of that kind in a list is checked and forgotten as \
         every other), so nothing is matched for one: a partner hears what people released to it, which AQ-11 \
         and AQ-35 tell",
    ),
    (
        "AQ-32",
        "Was any query about this person made outside a case?",
        "who compared a text with the register is on record (screen.asked), what was asked is not: a record \
         of names asked for would itself be a list of people",
    ),
    (
        "AQ-34",
        "How many entries of the register grew, expired or were removed in the quarter; which metric alarmed?",
        "this is about the register as a whole and no case: the entries metric.alarm and list.refused in \
         the record of all tell",
    ),
];
