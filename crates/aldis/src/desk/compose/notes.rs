//! Notes to the author of a version about its words of likelihood; they block nothing.
//!
//! Rule: `model::scale::notes` (ICD 203).

use super::Preview;
use aldis_model::scale::{Note, notes};

impl Preview {
    /// Says where the text mixes the two rows of likelihood words, or likelihood and confidence in one
    /// sentence; empty is fine.
    #[must_use]
    pub fn notes(&self) -> Vec<String> {
        notes(&self.text).iter().map(Note::says).collect()
    }
}
