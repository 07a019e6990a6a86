//! Small words of the pages: what a code is called and which class it is drawn with.

use crate::error::{Error, Result};
use aldis_model::answer::Answer;
use aldis_model::task::Priority;
use aldis_model::{Label, Time, Tlp};

/// Returns the class that draws a TLP label in its own colour.
pub(crate) fn tlp_class(label: impl std::fmt::Display) -> &'static str {
    let text = label.to_string();
    match text.split(' ').next().and_then(|word| word.parse().ok()) {
        Some(Tlp::Red) | None => "tr",
        Some(Tlp::Amber | Tlp::AmberStrict) => "ta",
        Some(Tlp::Green) => "tg",
        Some(Tlp::Clear) => "tc",
    }
}

/// Returns the shape beside a priority, so that colour is never alone.
pub(crate) const fn shape(priority: &Priority) -> &'static str {
    match priority {
        Priority::Critical => "\u{25b2}",
        Priority::High => "\u{25a0}",
        Priority::Routine => "\u{25cf}",
    }
}

/// Shows a time, or a dash where there is none.
pub(crate) fn when(time: &Option<Time>) -> String {
    time.map_or_else(|| "–".to_owned(), Time::minute)
}

/// Says what was answered, in an officer's words.
pub(crate) fn answer_words(answer: &Option<String>) -> &str {
    match answer {
        Some(word) => match Answer::find(word) {
            Some(answer) => answer.words(),
            None => word,
        },
        None => "not yet",
    }
}

/// Says how a channel is called.
pub(crate) fn channel_words(channel: &str) -> &str {
    match channel {
        "node" => "partner's node",
        "mail" => "mail with link",
        "webhook" => "webhook",
        "text" => "short message",
        "hand" => "in person",
        "cap" => "public CAP feed",
        other => other,
    }
}

/// Reads a time as an officer writes it, `2031-05-06 08:00`; without an offset it is UTC.
///
/// Pages ask for it as a text: a browser's own control shows 05/06, which half of the world reads as
/// June.
///
/// # Errors
///
/// [`Error::Refused`] if it is not a time.
pub(crate) fn utc(text: &str) -> Result<Time> {
    let text = text.trim().replacen(' ', "T", 1);
    let local = text.trim_end_matches(['Z', 'z']);
    let whole = match local.len() {
        16 => format!("{local}:00Z"),
        19 => format!("{local}Z"),
        _ => text,
    };
    Ok(whole.parse()?)
}

/// Writes a time as [`utc`] reads it, with seconds only where there are any.
pub(crate) fn control(time: Time) -> String {
    let text = time.to_string().replacen('T', " ", 1);
    let text = text.trim_end_matches('Z');
    text.strip_suffix(":00").unwrap_or(text).to_owned()
}

/// Reads a label from a TLP label and the words that restrict it further.
///
/// # Errors
///
/// [`Error::Refused`] if it is not a label.
pub(crate) fn label(tlp: &str, rest: &str) -> Result<Label> {
    if tlp.is_empty() {
        return Err(Error::refused("choose a TLP label: who may see it?"));
    }
    Ok(format!("{tlp} {rest}").parse()?)
}

/// Lists the TLP labels from closed to free, as an officer chooses them.
pub(crate) fn tlps() -> Vec<&'static str> {
    Tlp::ALL.iter().rev().map(|tlp| tlp.as_str()).collect()
}
