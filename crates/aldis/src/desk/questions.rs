//! Answers the after-action questions about a case, as of any time, from the ledger alone.
//!
//! Each answer names the entries it rests on, so that a reader can ask for their proofs. "Nothing on
//! record" is an answer too: it says that the record holds no such act up to that time.
//!
//! Source: `docs/reference/after-action.md`.

mod people;

use super::review::Happened;
use aldis_model::Time;
use serde::Serialize;
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

fn found(id: &'static str, question: &'static str, lines: Vec<Line<'_>>) -> Answered {
    let entries: BTreeSet<i64> = lines.iter().map(|(entry, _)| entry.index).collect();
    let answer = lines.into_iter().map(|(entry, line)| format!("{} {line}", entry.at)).collect();
    Answered { id, question, answer, entries: entries.into_iter().collect(), outside: None }
}

fn of_kind<'a>(timeline: &'a [Happened], kinds: &'a [&str]) -> impl Iterator<Item = &'a Happened> {
    timeline.iter().filter(move |entry| kinds.contains(&entry.kind.as_str()))
}

fn lines<'a>(timeline: &'a [Happened], kinds: &[&str], say: impl Fn(&Happened) -> String) -> Vec<Line<'a>> {
    let wanted = timeline.iter().filter(|entry| kinds.contains(&entry.kind.as_str()));
    wanted.map(|entry| (entry, say(entry))).collect()
}

fn first_report_and_reader(timeline: &[Happened]) -> Vec<Line<'_>> {
    let received = of_kind(timeline, &["report.received"]).next();
    let read = of_kind(timeline, &["report.opened"]).next();
    let mut lines = Vec::new();
    lines.extend(
        received.map(|e| (e, format!("first report {} from {}", e.field("report"), e.field("source")))),
    );
    lines.extend(read.map(|e| (e, format!("first read by {}", e.field("by")))));
    lines
}

fn grades(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["report.graded", "report.regraded"], |e| {
        let before = if e.field("before").is_empty() {
            String::new()
        } else {
            format!(" (was {})", e.field("before"))
        };
        format!(
            "{} graded {}{before} {} by {}: {}",
            e.field("report"),
            e.field("grade"),
            e.field("likelihood"),
            e.field("by"),
            e.field("reasons")
        )
    })
}

fn threshold(timeline: &[Happened]) -> Vec<Line<'_>> {
    let met = of_kind(timeline, &["threshold.element"]).find(|e| e.field("state") == "ASSESSED_MET");
    met.map(|e| {
        (e, format!("threshold met for {} by {}: {}", e.field("victim"), e.field("by"), e.field("fields")))
    })
    .into_iter()
    .collect()
}

fn durations(timeline: &[Happened]) -> Vec<Line<'_>> {
    let steps: [(&str, &[&str]); 6] = [
        ("receipt", &["report.received"]),
        ("threshold", &["threshold.element"]),
        ("decision", &["decision.warn", "decision.waive"]),
        ("dispatch", &["release.sent"]),
        ("delivery", &["transport.receipt", "cap.published"]),
        ("acknowledgement", &["ack.received", "dismissal.received", "question.received"]),
    ];
    let mut lines: Vec<Line<'_>> = Vec::new();
    let mut start: Option<Time> = None;
    for (name, kinds) in steps {
        // An element is stated before the threshold is judged.
        let judged = |e: &&Happened| e.kind != "threshold.element" || !e.field("state").is_empty();
        let of_kind = timeline.iter().filter(|e| kinds.contains(&e.kind.as_str()));
        let Some(entry) = of_kind.into_iter().find(judged) else { continue };
        let from = *start.get_or_insert(entry.at);
        lines.push((entry, format!("{name}: {} min after receipt", entry.at.since(from) / 60_000_000)));
    }
    lines
}

fn decisions(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["decision.warn", "decision.waive"], |e| {
        format!("{} for {} by {}: {}", e.field("state"), e.field("victim"), e.field("by"), e.field("fields"))
    })
}

fn waivers(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["waiver.expired"], |e| {
        format!("waiver for {} ended, state {}", e.field("victim"), e.field("state"))
    })
}

fn dependent(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["tie.proposed", "tie.decided"], |e| {
        let up = if e.field("upstream").is_empty() { e.field("named") } else { e.field("upstream") };
        let word = if e.kind == "tie.proposed" { "may rest on" } else { e.field("decided") };
        let why = if e.field("why").is_empty() { e.field("reason") } else { e.field("why") };
        format!("{} {word} {} {up}: {why}", e.field("report"), e.field("relation"))
    })
}

fn expedited(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["expedite.used", "expedite.ratified"], |e| match e.kind.as_str() {
        "expedite.used" => format!(
            "{} told before the decision, approved by {}: {}; to be told afterwards: {}",
            e.field("audience"),
            e.field("approver"),
            e.field("reason"),
            e.field("tell")
        ),
        _ => format!(
            "reviewed by {}: {}, {} min late: {}",
            e.field("by"),
            e.field("result"),
            e.field("late_min"),
            e.field("reasons")
        ),
    })
}

fn consents(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut lines: Vec<Line<'_>> = Vec::new();
    for e in of_kind(timeline, &["consent.requested", "consent.answered"]) {
        let asked =
            of_kind(timeline, &["consent.requested"]).find(|a| a.field("consent") == e.field("consent"));
        let took = asked.map_or(0, |asked| e.at.since(asked.at) / 60_000_000);
        let line = match e.kind.as_str() {
            "consent.requested" => {
                format!("{} asked for {}: {:?}", e.field("originator"), e.field("audience"), e.field("text"))
            }
            _ => format!(
                "{} answered {} after {took} min: {}",
                e.field("originator"),
                e.field("answer"),
                e.field("words")
            ),
        };
        lines.push((e, line));
    }
    lines
}

fn without_match(timeline: &[Happened]) -> Vec<Line<'_>> {
    let runs = of_kind(timeline, &["screen.run"]);
    let runs = runs.filter(|run| {
        of_kind(timeline, &["screen.hit"]).all(|hit| hit.field("report") != run.field("report"))
    });
    runs.map(|run| (run, format!("{} compared with the register: no match you may see", run.field("report"))))
        .collect()
}

fn texts(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["release.approved"], |e| {
        let dropped = if e.field("dropped").is_empty() { "nothing" } else { e.field("dropped") };
        format!(
            "{} may read (SHA-256 {}, {}): {:?}; left out sentences: {dropped}; written down from stricter: {}",
            e.field("audience"),
            e.field("text_hash"),
            e.field("tlp"),
            e.field("text"),
            e.field("declassified")
        )
    })
}

fn above_label(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["release.checked"], |e| {
        format!(
            "{} checked for {}: problems {}; the gate passed text {}",
            e.field("release"),
            e.field("audience"),
            e.field("problems"),
            e.field("text_hash")
        )
    })
}

fn public_and_staff(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["nds.opened", "nds.decision", "publication.delayed", "cap.published"], |e| {
        match e.kind.as_str() {
            "nds.opened" => {
                format!("decision about the public opened because {} is told", e.field("because"))
            }
            "cap.published" => format!("public told, text {}", e.field("text_hash")),
            _ => format!("{}: {} ({})", e.field("decision"), e.field("reason"), e.field("by")),
        }
    })
}

fn simultaneous(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["transport.receipt", "cap.published"], |e| {
        format!("{} told by {}", e.field("audience"), e.field("channel"))
    })
}

fn channels(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["release.sent", "transport.failed", "transport.receipt", "cap.published"], |e| match e
        .kind
        .as_str()
    {
        "transport.failed" => format!(
            "{} by {} failed, attempt {}: {}",
            e.field("audience"),
            e.field("channel"),
            e.field("attempt"),
            e.field("error")
        ),
        "release.sent" => format!("{} sent by {}", e.field("audience"), e.field("channel")),
        _ => format!(
            "{} delivered by {}, text {}",
            e.field("audience"),
            e.field("channel"),
            e.field("text_hash")
        ),
    })
}

const HUMAN_ANSWERS: [&str; 3] = ["ack.received", "question.received", "dismissal.received"];

fn acknowledged(timeline: &[Happened]) -> Vec<Line<'_>> {
    let answers = lines(timeline, &HUMAN_ANSWERS, |e| {
        let key = if e.field("key_id").is_empty() { "no key" } else { e.field("key_id") };
        format!(
            "{} answered {} ({key}) over text {}",
            e.field("audience"),
            e.field("answer"),
            e.field("text_hash")
        )
    });
    let receipts = lines(timeline, &["transport.receipt"], |e| {
        format!(
            "{}: machine receipt or officer's statement over text {}; not an acknowledgement",
            e.field("audience"),
            e.field("text_hash")
        )
    });
    let machines = lines(timeline, &["cap.receipt"], |e| {
        format!(
            "{}: CAP {} over text {}; a machine's word, not an acknowledgement",
            e.field("sender"),
            e.field("receipt"),
            e.field("text_hash")
        )
    });
    answers.into_iter().chain(receipts).chain(machines).collect()
}

fn silent(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["ack.timeout", "escalation.step"], |e| {
        format!(
            "{} silent, step {}: {} called, {}",
            e.field("audience"),
            e.field("step"),
            e.field("notified"),
            e.field("outcome")
        )
    })
}

fn dismissed(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["dismissal.received", "dismissal.reviewed"], |e| match e.kind.as_str() {
        "dismissal.received" => {
            format!("{} does not accept: {:?} ({})", e.field("audience"), e.field("note"), e.field("said_by"))
        }
        _ => format!("reviewed by {}: {}", e.field("by"), e.field("decision")),
    })
}

fn asked_back(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["question.received", "question.answered"], |e| match e.kind.as_str() {
        "question.received" => format!("{} asks: {}", e.field("audience"), e.field("note")),
        _ => format!("answered by {}: {}", e.field("by"), e.field("decision")),
    })
}

fn lapsed(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["lapse.prompted", "lapse.decided", "window.lapsed"], |e| match e.kind.as_str() {
        "lapse.prompted" => {
            format!("asked: the window of {} ends at {}", e.field("warning"), e.field("ends_at"))
        }
        "lapse.decided" => format!("{} by {}: {}", e.field("decision"), e.field("by"), e.field("reason")),
        _ => format!("the window of {} ended; decided before: {}", e.field("warning"), e.field("decided")),
    })
}

fn corrected(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["cap.updated", "cap.cancelled", "correction.sent"], |e| {
        format!("{} {} by {}", e.kind, e.field("audience"), e.field("channel"))
    })
}

fn partners_knew(timeline: &[Happened]) -> Vec<Line<'_>> {
    let mut known = Vec::new();
    for sent in of_kind(timeline, &["transport.receipt"]) {
        let approved =
            of_kind(timeline, &["release.approved"]).find(|e| e.field("release") == sent.field("release"));
        let text = approved.map_or("", |entry| entry.field("text"));
        let by_human =
            of_kind(timeline, &HUMAN_ANSWERS).any(|e| e.field("delivery") == sent.field("delivery"));
        let how = if by_human { "and a human answered" } else { "no human answer by then" };
        known.push((sent, format!("{} had been given {text:?}, {how}", sent.field("audience"))));
    }
    known
}

fn changed(timeline: &[Happened]) -> Vec<Line<'_>> {
    lines(timeline, &["report.regraded", "release.rejected", "erasure.done"], |e| {
        format!("{} {} was {} by {}", e.kind, e.field("report"), e.field("before"), e.field("by"))
    })
}

fn complete(timeline: &[Happened]) -> Vec<Line<'_>> {
    let jumps = lines(timeline, &["clock.jump"], |_| "the clock jumped".to_owned());
    let ends = [timeline.first(), timeline.last()].into_iter().flatten();
    let span =
        ends.map(|e| (e, format!("entry {} of the ledger; `aldis log verify` rebuilds all of it", e.index)));
    jumps.into_iter().chain(span).collect()
}

fn provable(timeline: &[Happened]) -> Vec<Line<'_>> {
    let last = timeline.last();
    last.map(|e| {
        (e, format!("`aldis log prove {}` makes an offline proof for each entry named here", e.index))
    })
    .into_iter()
    .collect()
}

fn public_knowledge(timeline: &[Happened]) -> Vec<Line<'_>> {
    let open = timeline.iter().filter(|e| e.label.tlp == aldis_model::Tlp::Clear);
    let kinds = ["report.received", "statement.attached", "report.linked", "cap.published"];
    let open = open.filter(|e| kinds.contains(&e.kind.as_str()));
    open.map(|e| (e, format!("{} {}", e.kind, e.field("title")))).collect()
}

const QUESTIONS: [(&str, &str, Rule); 39] = [
    (
        "AQ-01",
        "When did the first report reach us, and when did a human first read it?",
        first_report_and_reader,
    ),
    ("AQ-02", "Who could have read it, and who opened it?", people::readers),
    ("AQ-03", "What grade and likelihood did each reader give, and was it changed?", grades),
    ("AQ-04", "Which reports were truly independent, which shared a source?", dependent),
    ("AQ-05", "When did the case first meet the threshold by its own recorded elements?", threshold),
    (
        "AQ-06",
        "How long from receipt to threshold, decision, dispatch, delivery, acknowledgement?",
        durations,
    ),
    ("AQ-07", "Who decided to warn or to waive, under which code, on what basis?", decisions),
    ("AQ-08", "When did the waiver expire and was it decided again?", waivers),
    ("AQ-09", "Was any step expedited and was it ratified within the hour?", expedited),
    ("AQ-10", "Which originators were asked for consent, when, what did they answer?", consents),
    ("AQ-11", "Which exact text did each receiver get, and what did each version leave out?", texts),
    ("AQ-12", "Did any release contain something above its label?", above_label),
    (
        "AQ-13",
        "Did the public receive the same or similar information as our own staff, and when?",
        public_and_staff,
    ),
    ("AQ-14", "Were all named organisations told within ten minutes of each other?", simultaneous),
    ("AQ-15", "Which channels were tried, which failed, what was the fall-back?", channels),
    ("AQ-16", "Who acknowledged, with which key, over which text?", acknowledged),
    ("AQ-17", "Who did not acknowledge and what did we do at each step of the ladder?", silent),
    ("AQ-18", "Who dismissed the warning, in which words, and what did we do next?", dismissed),
    ("AQ-19", "What did the receiver ask back, when did we answer?", asked_back),
    ("AQ-20", "Did the window lapse while the threat stood, and who noticed?", lapsed),
    ("AQ-21", "Was the alert updated or cancelled in every channel?", corrected),
    ("AQ-22", "What did we know before: all earlier reports?", |timeline| {
        lines(timeline, &["report.received", "report.linked", "statement.attached"], |e| {
            format!("{} {} from {} ({})", e.field("report"), e.field("title"), e.field("source"), e.kind)
        })
    }),
    ("AQ-23", "Which register entries were affected, and when was each reviewed?", people::entries),
    ("AQ-24", "What tier was suggested, what tier was set, by whom, why?", people::tiers),
    ("AQ-25", "Which measures were proposed, accepted, refused, in force?", people::measures),
    (
        "AQ-26",
        "Did the person at risk get the advice in a language they understand, and what did they say?",
        people::advice,
    ),
    ("AQ-28", "Which searches returned nothing?", without_match),
    ("AQ-29", "Which rules and lists were in force when the machine proposed something?", people::rules),
    ("AQ-30", "Which proposals of the machine were accepted, and how fast?", people::proposals),
    ("AQ-31", "Who used the identity of the protected person?", |timeline| {
        lines(timeline, &["identity.read"], |e| {
            format!("{} opened by {}: {}", e.field("subject"), e.field("by"), e.field("reason"))
        })
    }),
    (
        "AQ-33",
        "Which entries of the register came with this case, and are they still justified?",
        people::created,
    ),
    (
        "AQ-35",
        "What did each partner know by then, according to deliveries and acknowledgements?",
        partners_knew,
    ),
    ("AQ-36", "Who changed or corrected a record, and what was there before?", changed),
    ("AQ-37", "Is the log complete?", complete),
    ("AQ-38", "Can an outsider with only the checkpoints verify this?", provable),
    ("AQ-39", "What was known publicly?", public_knowledge),
    ("AQ-40", "What outcome followed, and how did the forecasts and grades do?", people::outcome),
    ("AQ-41", "Which lessons were drawn?", people::lessons),
    ("AQ-42", "What was erased since, and what proof of the decision remains?", |timeline| {
        lines(timeline, &["erasure.done"], |e| {
            format!("erased by {}: {}; the entry's hash stays", e.field("by"), e.field("reason"))
        })
    }),
];

/// What does not concern a warning, or is not kept so that nobody can be found by it.
const OUTSIDE: [(&str, &str, &str); 3] = [
    (
        "AQ-27",
        "Which standing interests of partners matched, and did the partner hear of it?",
        "no standing interest of a partner is kept, so nothing is matched for one: a partner hears what \
         people released to it, which AQ-11 and AQ-35 tell",
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
