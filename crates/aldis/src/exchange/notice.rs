//! The printed notice an officer hands over: made from what the gate passed, when somebody prints it.

use super::Rehearsal;
use crate::desk::deliver::Attempt;
use crate::error::{Error, Result};
use aldis_model::Released;
use aldis_wire::notice::{self, NotPrinted, Notice};

/// Makes the notice of an attempt.
///
/// # Errors
///
/// [`Error::Refused`] if the text does not fit on the page or has letters that cannot be printed.
pub fn notice(attempt: &Attempt, exercise: bool) -> Result<Released<Rehearsal>> {
    let release = attempt.release.get();
    let lines: Vec<String> = release.body.lines().map(str::to_owned).collect();
    let hash = release.text_hash.to_string();
    let made = notice::pdf(&Notice {
        language: &attempt.recipient.language,
        lines: &lines,
        label: &release.tlp,
        code_words: &release.code_words,
        reference: hash.get(..12).unwrap_or(&hash),
        exercise,
    });
    let bytes = made.map_err(|error| match error {
        NotPrinted::Broken(what) => Error::Broken(what),
        says => Error::refused(says),
    })?;
    let how = vec![
        "printed, and handed over by an officer".to_owned(),
        format!("one page A4, PDF, language {}", attempt.recipient.language),
    ];
    Ok(attempt.release.clone().map(|_| Rehearsal { how, bytes }))
}
