//! What CAP needs beside the text of a warning, checked when it is written.
//!
//! Source: CAP 1.2 (OASIS, July 2010), section 3.2.

use crate::desk::publish;
use crate::error::{Error, Result};
use aldis_wire::cap::{Category, Certainty, ResponseType, Severity, Urgency};
use serde::{Deserialize, Serialize};

/// What CAP needs beside the text. Words are those of CAP 1.2.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CapDraft {
    /// `Security`, `CBRNE`, …; at least one.
    pub category: Vec<String>,
    /// The kind of event, such as `Security Alert`.
    pub event: String,
    /// What to do: `Avoid`, `Monitor`, ….
    pub response: Vec<String>,
    /// `Immediate`, `Expected`, `Future`, `Past`.
    pub urgency: String,
    /// `Extreme`, `Severe`, `Moderate`, `Minor`.
    pub severity: String,
    /// `Observed`, `Likely`, `Possible`, `Unlikely`.
    pub certainty: String,
    /// The area in words.
    pub area: String,
    /// The area as `lat,lon lat,lon …`, closed; empty if there is none.
    pub polygon: String,
    /// The area as `lat,lon radius-km`; empty if there is none.
    pub circle: String,
    /// The area as `name=value` codes.
    pub geocode: Vec<String>,
    /// Language of the text.
    pub language: String,
    /// A page with more; empty if there is none.
    pub web: String,
    /// Whom to ask; empty if nobody.
    pub contact: String,
}

impl Default for CapDraft {
    fn default() -> Self {
        Self {
            category: vec!["Security".to_owned()],
            event: "Security Alert".to_owned(),
            response: vec!["Avoid".to_owned(), "Monitor".to_owned()],
            urgency: "Expected".to_owned(),
            severity: "Extreme".to_owned(),
            certainty: "Possible".to_owned(),
            area: String::new(),
            polygon: String::new(),
            circle: String::new(),
            geocode: Vec::new(),
            language: "en".to_owned(),
            web: String::new(),
            contact: String::new(),
        }
    }
}

impl CapDraft {
    pub(super) fn check(&self) -> Result<()> {
        let known = |list: &str, word: &String, found: bool| {
            if found { Ok(()) } else { Err(Error::Refused(format!("{word:?} is not a CAP {list}"))) }
        };
        if self.category.is_empty() || self.event.trim().is_empty() {
            return Err(Error::refused("CAP needs at least one category and an event"));
        }
        self.category.iter().try_for_each(|word| known("category", word, Category::parse(word).is_some()))?;
        self.response
            .iter()
            .try_for_each(|word| known("response type", word, ResponseType::parse(word).is_some()))?;
        let polygon = self.polygon.is_empty() || publish::polygon(&self.polygon).is_some();
        let circle = self.circle.is_empty() || publish::circle(&self.circle).is_some();
        if !polygon || !circle || self.geocode.iter().any(|code| !code.contains('=')) {
            let says =
                "an area is lat,lon lat,lon … (four points or more, closed), lat,lon radius-km or name=value";
            return Err(Error::refused(says));
        }
        known("urgency", &self.urgency, Urgency::parse(&self.urgency).is_some())?;
        known("severity", &self.severity, Severity::parse(&self.severity).is_some())?;
        known("certainty", &self.certainty, Certainty::parse(&self.certainty).is_some())
    }
}
