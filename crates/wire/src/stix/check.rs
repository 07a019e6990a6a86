//! Says which rules of STIX 2.1 an object breaks, and where.
//!
//! The property tables are data beside this file; a rule that a table cannot
//! state is a function in `rules`. A MUST that is broken makes the object
//! invalid; a SHOULD is a warning, or an error if [`Options::strict`] asks for
//! it. What an extension defines is the business of its own schema and is
//! checked for well-formed names only.
//!
//! Source: STIX 2.1 (OASIS, June 2021).

use super::{Kind, Limits, Tree, Value};
use crate::Result;

mod bundle;
mod custom;
mod marked;
mod options;
mod pattern;
mod problem;
mod rules;
mod stream;
mod table;
mod text;
mod walk;

pub use bundle::Seen;
pub use options::{CHECKS, Check, Options};
pub use problem::{Problem, Severity};
pub use stream::{Judged, check_stream};

/// What was found about one object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// The broken rules, in the order of the text; at most [`MOST`].
    pub problems: Vec<Problem>,
    /// How many more there are than `problems` holds.
    pub more: usize,
}

/// How many broken rules of one object are listed.
pub const MOST: usize = 100;

impl Findings {
    /// Says whether every MUST is kept, and every SHOULD if `strict`.
    pub fn is_valid(&self, strict: bool) -> bool {
        self.more == 0 && !self.problems.iter().any(|p| strict || p.severity == Severity::Must)
    }

    fn add(&mut self, problem: Problem) {
        if self.problems.len() < MOST {
            self.problems.push(problem);
        } else {
            self.more += 1;
        }
    }
}

/// Reads and checks one object, one whole bundle, or a list of them.
///
/// # Errors
///
/// Those of [`Tree::read`]: the bytes are no JSON value within the limits.
pub fn check(bytes: &[u8], limits: &Limits, options: &Options) -> Result<Findings> {
    let tree = Tree::read(bytes, limits)?;
    Ok(check_value(tree.root(), options))
}

/// Checks one object, one whole bundle, or a list of them that was read.
pub fn check_value(value: Value<'_>, options: &Options) -> Findings {
    let mut findings = Findings::default();
    let root = walk::Place::root();
    if value.kind() == Kind::List {
        for (at, one) in value.items().enumerate() {
            top(one, options, &root.item(at), &mut findings);
        }
    } else {
        top(value, options, &root, &mut findings);
    }
    findings
}

/// Checks the properties of a bundle that was read without its objects.
fn check_around(value: Value<'_>, any_objects: bool, options: &Options) -> Findings {
    let mut findings = Findings::default();
    bundle::around(value, any_objects, options, &mut findings);
    findings
}

fn top(value: Value<'_>, options: &Options, place: &walk::Place<'_>, findings: &mut Findings) {
    if value.get("type").and_then(Value::as_plain) == Some("bundle") {
        bundle::check(value, options, place, findings);
    } else {
        walk::object(value, options, place, None, findings);
    }
}

/// Checks one object that stands in a bundle.
///
/// The difference is that an object without `spec_version` is one of STIX 2.0
/// there, and only its identity and its times are looked at.
pub fn check_member(value: Value<'_>, options: &Options) -> Findings {
    let mut findings = Findings::default();
    bundle::member(value, options, &walk::Place::root(), &mut findings);
    findings
}

/// Says whether a value is an object of STIX 2.0: it has `created` and no `spec_version`.
fn is_older(value: Value<'_>) -> bool {
    value.kind() == Kind::Map
        && value.get("spec_version").is_none_or(|version| version.as_plain() == Some("2.0"))
        && value.get("created").is_some()
}

#[cfg(test)]
mod tests;
