//! How a sentence was written anew so that more people may read it, and the machine's check of each way.
//!
//! A transformation is named by whoever writes the sentence. The check compares what it claims with the
//! text above the line and the sentence below. It can find a mistake; it cannot say that a source is
//! safe, which is why a second person approves.
//!
//! | id | what | check |
//! |---|---|---|
//! | TF-01 | drop a sentence | [`super::smaller_gets_less`] |
//! | TF-02 | generalise a place | the result contains the original |
//! | TF-03 | widen a time window | the window contains the original and is 6 h, 24 h, 48 h or 7 d |
//! | TF-04 | generalise an actor | the result is an ancestor of the original |
//! | TF-05 | abstract the source | no word that points at one remains |
//! | TF-06 | round a number outward | the range contains the original |
//! | TF-07 | a role instead of an identity | at least 20 people have it |
//! | TF-08 | paraphrase | no five words in a row stand above the line |
//! | TF-09 | leave traces out | no pattern is found |
//! | TF-10 | a weaker word of likelihood | never stronger, and an analyst agreed |
//! | TF-11 | translate | by a named translator, or a machine that is named |
//!
//! Source: `docs/reference/release-rules.md`, transformations; ICD 203 for the bands of likelihood.

use super::lint::{Problem, overlap, source_phrases, words};
use super::traces::traces;
use crate::grade::Likelihood;
use crate::time::{HOUR_US, Time};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A span of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// Its first moment.
    pub from: Time,
    /// Its last moment; not before `from`.
    pub to: Time,
}

/// One way in which a sentence was written anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case", deny_unknown_fields)]
pub enum Transformation {
    /// TF-02: a place became a larger one. `path` leads from the place above the line to ever larger ones.
    Place {
        /// The original place and what contains it, the smallest first.
        path: Vec<String>,
        /// The place as the sentence says it.
        to: String,
    },
    /// TF-03: a time window became wider.
    Window {
        /// The window above the line.
        original: Window,
        /// The window as the sentence says it.
        to: Window,
    },
    /// TF-04: an actor became a more general one.
    Actor {
        /// The original actor and what it belongs to, the nearest first.
        path: Vec<String>,
        /// The actor as the sentence says it.
        to: String,
    },
    /// TF-05: the source was left out or abstracted.
    Source,
    /// TF-06: a number became a range.
    Number {
        /// The number above the line.
        original: i64,
        /// The least the sentence says.
        least: i64,
        /// The most the sentence says; above `least`.
        most: i64,
    },
    /// TF-07: a person became a role.
    Identity {
        /// The name above the line; it is kept nowhere but in the record.
        original: String,
        /// The role as the sentence says it.
        role: String,
        /// How many people have this role, in words that can be looked up publicly.
        people: u32,
    },
    /// TF-08: it was said in other words.
    Paraphrase,
    /// TF-09: language, dialect, handles, numbers, addresses and pictures were left out.
    Traces,
    /// TF-10: the word of likelihood became a weaker one.
    Likelihood {
        /// The word above the line.
        original: Likelihood,
        /// The word the sentence says.
        to: Likelihood,
        /// The analyst who agreed.
        analyst: String,
    },
    /// TF-11: it was translated.
    Translation {
        /// The translator by name, or the machine by name.
        by: String,
    },
}

impl Transformation {
    /// Returns its number in the list of transformations.
    pub const fn rule(&self) -> &'static str {
        match self {
            Self::Place { .. } => "TF-02",
            Self::Window { .. } => "TF-03",
            Self::Actor { .. } => "TF-04",
            Self::Source => "TF-05",
            Self::Number { .. } => "TF-06",
            Self::Identity { .. } => "TF-07",
            Self::Paraphrase => "TF-08",
            Self::Traces => "TF-09",
            Self::Likelihood { .. } => "TF-10",
            Self::Translation { .. } => "TF-11",
        }
    }

    /// Compares the claim with what stands above the line and with the sentence below.
    ///
    /// `contact` is whom to ask; it may stand in the sentence.
    ///
    /// # Errors
    ///
    /// [`Problem`] with the transformation's number, if the claim does not hold.
    pub fn check(&self, above: &[String], below: &str, contact: &str) -> Result<(), Problem> {
        let says = match self {
            Self::Place { path, to } | Self::Actor { path, to } => ancestor(path, to, above, below),
            Self::Window { original, to } => wider(*original, *to),
            Self::Source => {
                source_phrases(below).next().map(|phrase| format!("\"{phrase}\" points at the source"))
            }
            Self::Number { original, least, most } => range(*original, *least, *most, below),
            Self::Identity { original, role, people } => anybody(original, role, *people, below),
            Self::Paraphrase => {
                let run = above.iter().find_map(|text| overlap(below, text));
                run.map(|run| format!("\"{run}\" stands word for word above the line"))
            }
            Self::Traces => traces(below, contact).first().map(|what| format!("it contains {what}")),
            Self::Likelihood { original, to, analyst } => weaker(*original, *to, analyst),
            Self::Translation { by } => {
                by.trim().is_empty().then(|| "name the translator or the machine".to_owned())
            }
        };
        says.map_or(Ok(()), |says| Err(Problem { rule: self.rule(), says }))
    }
}

fn has(text: &str, name: &str) -> bool {
    let (text, name) = (words(text), words(name));
    !name.is_empty() && text.windows(name.len()).any(|window| window == name)
}

fn ancestor(path: &[String], to: &str, above: &[String], below: &str) -> Option<String> {
    let [original, larger @ ..] = path else {
        return Some("say from what to what it was generalised".into());
    };
    let same = |name: &String| words(name) == words(to);
    if !above.iter().any(|text| has(text, original)) {
        return Some(format!("\"{original}\" does not stand above the line"));
    }
    let Some(at) = larger.iter().position(same) else {
        return Some(format!("\"{to}\" does not contain \"{original}\""));
    };
    if !has(below, to) {
        return Some(format!("the sentence does not say \"{to}\""));
    }
    // What lies between the original and the result would give it away as well.
    let nearer = path.get(..=at).unwrap_or_default();
    let left = nearer.iter().find(|name| has(below, name) && !has(to, name));
    left.map(|name| format!("the sentence still says \"{name}\""))
}

fn wider(original: Window, to: Window) -> Option<String> {
    if original.to < original.from || to.to < to.from {
        return Some("a window ends after it begins".to_owned());
    }
    if to.from > original.from || to.to < original.to {
        return Some("the window does not contain the original".to_owned());
    }
    let width = to.to.since(to.from);
    (!WIDTHS_US.contains(&width)).then(|| "a widened window is 6 h, 24 h, 48 h or 7 d long".to_owned())
}

fn range(original: i64, least: i64, most: i64, below: &str) -> Option<String> {
    if !(least..=most).contains(&original) || least == most {
        return Some(format!("{least} to {most} does not hold {original} among other numbers"));
    }
    let exact = original != least && original != most && has(below, &original.to_string());
    exact.then(|| format!("the sentence still says {original}"))
}

fn anybody(original: &str, role: &str, people: u32, below: &str) -> Option<String> {
    if people < LEAST_PEOPLE {
        return Some(format!("\"{role}\" fits {people} people; at least {LEAST_PEOPLE} must have the role"));
    }
    let left = words(original).into_iter().find(|word| has(below, word) && !has(role, word));
    if let Some(word) = left {
        return Some(format!("the sentence still says \"{word}\""));
    }
    (!has(below, role)).then(|| format!("the sentence does not say \"{role}\""))
}

fn weaker(original: Likelihood, to: Likelihood, analyst: &str) -> Option<String> {
    if to.band_pct().1 > original.band_pct().1 {
        return Some(format!("\"{}\" is stronger than \"{}\"", to.as_str(), original.as_str()));
    }
    analyst.trim().is_empty().then(|| "name the analyst who agreed".to_owned())
}

impl fmt::Display for Transformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule())?;
        match self {
            Self::Place { path, to } | Self::Actor { path, to } => {
                write!(f, " {} to {to}", path.first().map_or("", String::as_str))
            }
            Self::Window { to, .. } => write!(f, " to {} until {}", to.from, to.to),
            Self::Number { original, least, most } => write!(f, " {original} to {least} until {most}"),
            // The name stands in the report; the record of the cut need not repeat it.
            Self::Identity { role, people, .. } => write!(f, " to {role}, one of {people}"),
            Self::Likelihood { original, to, analyst } => {
                write!(f, " {} to {}, {analyst} agreed", original.as_str(), to.as_str())
            }
            Self::Translation { by } => write!(f, " by {by}"),
            Self::Source | Self::Paraphrase | Self::Traces => Ok(()),
        }
    }
}

const WIDTHS_US: [i64; 4] = [6 * HOUR_US, 24 * HOUR_US, 48 * HOUR_US, 168 * HOUR_US];
const LEAST_PEOPLE: u32 = 20;

#[cfg(test)]
mod tests;
