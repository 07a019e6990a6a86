//! One rule that an object breaks, and where.

use std::fmt;

/// How binding the rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// MUST: the object is not valid.
    Must,
    /// SHOULD: the object is valid, but another way is recommended.
    Should,
}

/// One rule that an object breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where, as a JSON path: `$.external_references[0].url`.
    pub path: String,
    /// How binding the rule is.
    pub severity: Severity,
    /// The section of STIX 2.1 that states the rule.
    pub section: &'static str,
    /// The name that turns a recommendation off; empty for a MUST.
    pub check: &'static str,
    /// What is wrong, without a passage of the input longer than a name.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} (STIX 2.1, {}", self.path, self.what, self.section)?;
        if !self.check.is_empty() {
            write!(f, ", {}", self.check)?;
        }
        f.write_str(")")
    }
}
