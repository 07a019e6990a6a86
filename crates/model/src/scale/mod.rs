//! The other scales a grade or a likelihood may be written in, and what our own words forbid.
//!
//! Words and original codes are stored; numbers are derived for display and never turned back. A number
//! in a gap, or on the edge of two bands, is not turned into a word: a person picks.
//!
//! Source: doctrine 3, "Grading and language"; ICD 203 D.6.e(2); PHIA yardstick (gov.uk, 24 March 2025);
//! STIX 2.1 appendix A; ICD 206 (sourcing).

mod descriptor;
mod diagonal;
mod import;
mod likelihood;
mod prose;
mod stix;

pub use descriptor::{Cited, Descriptor, Factor, summary};
pub use diagonal::{DIAGONAL_NOTICE_PCT, DIAGONAL_OF, diagonal_pct};
pub use import::{Code, Imported};
pub use likelihood::{Phia, icd_word, phia_word};
pub use prose::{Note, notes};
pub use stix::Scale;
