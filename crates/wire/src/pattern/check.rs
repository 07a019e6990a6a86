//! One comparison made ready: its constants are read once, and each value of the path is tried.
//!
//! Source: STIX 2.1, section 9.6.

use super::ast::{How, Literal, Path, Step, Test};
use super::error::PatternError;
use super::expression::Expression;
use super::like::Like;
use super::net::Net;
use super::observe::Observation;
use super::value::{Standing, View, Work, any, stand};
use serde_json::Value;
use std::cmp::Ordering;

/// One comparison with its prepared constants.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) path: Path,
    pub(super) negated: bool,
    pub(super) how: Ready,
}

#[derive(Debug)]
pub(super) enum Ready {
    Exists,
    Equal(Literal),
    Unequal(Literal),
    /// True for `Less` if the first flag is set, for `Equal` the second, for `Greater` the third.
    Order(Literal, [bool; 3]),
    In(Vec<Literal>),
    Like(Like),
    Matches(Box<Expression>),
    Subset(Net),
    Superset(Net),
}

impl Check {
    /// Reads the constants of a comparison.
    ///
    /// # Errors
    ///
    /// [`PatternError::Meaning`] if a set mixes kinds or a network is none.
    pub(super) fn new(Test { path, negated, how }: Test) -> Result<Self, PatternError> {
        let net = |operand: &str, operator: &str| {
            Net::parse(operand).ok_or_else(|| {
                PatternError::meaning(format!(
                    "{operator} needs an IPv4 or IPv6 address or CIDR block, not “{operand}”"
                ))
            })
        };
        let how = match how {
            How::Exists => Ready::Exists,
            How::Equal(constant) => Ready::Equal(constant),
            How::Unequal(constant) => Ready::Unequal(constant),
            How::Less(constant) => Ready::Order(constant, [true, false, false]),
            How::LessEqual(constant) => Ready::Order(constant, [true, true, false]),
            How::Greater(constant) => Ready::Order(constant, [false, false, true]),
            How::GreaterEqual(constant) => Ready::Order(constant, [false, true, true]),
            How::In(members) => {
                let kinds = members.first().map(Literal::kind);
                if let Some(other) = members.iter().find(|member| Some(member.kind()) != kinds) {
                    let first = kinds.unwrap_or_default();
                    let what = format!("a set holds constants of one kind, not {first} and {}", other.kind());
                    return Err(PatternError::meaning(what));
                }
                Ready::In(members)
            }
            How::Like(operand) => Ready::Like(Like::new(&operand)),
            How::Matches(operand) => Ready::Matches(Box::new(Expression::new(&operand))),
            How::Subset(operand) => Ready::Subset(net(&operand, "ISSUBSET")?),
            How::Superset(operand) => Ready::Superset(net(&operand, "ISSUPERSET")?),
        };
        Ok(Self { path, negated, how })
    }

    pub(super) fn can_fail(&self) -> bool {
        let constants: &[Literal] = match &self.how {
            Ready::Equal(constant) | Ready::Unequal(constant) | Ready::Order(constant, _) => {
                std::slice::from_ref(constant)
            }
            Ready::In(members) => members,
            _ => &[],
        };
        let endings = ["_hex", "_bin", "_ref", "_refs"];
        let special =
            |step: &Step| matches!(step, Step::Key(key) if endings.iter().any(|end| key.ends_with(end)));
        constants.iter().any(|constant| matches!(constant, Literal::Time(_)))
            || self.path.steps.iter().any(special)
    }

    pub(super) fn holds_for(
        &self,
        seen: &Observation,
        kind: &str,
        object: &Value,
        work: &mut Work,
    ) -> Result<bool, PatternError> {
        if self.path.kind != kind {
            return Ok(false);
        }
        if let Ready::Exists = self.how {
            let exists = any(seen, View::Json(object), &self.path.steps, work, &mut |_| Ok(true))?;
            return Ok(exists != self.negated);
        }
        any(seen, View::Json(object), &self.path.steps, work, &mut |view| self.passes(seen, view))
    }

    /// Says whether one value passes.
    fn passes(&self, seen: &Observation, view: &View<'_>) -> Result<bool, PatternError> {
        let answer = match &self.how {
            Ready::Exists => true,
            Ready::Equal(constant) => stand(seen, view, constant)?.is_equal(),
            Ready::Unequal(constant) => !stand(seen, view, constant)?.is_equal(),
            Ready::Order(constant, [less, equal, greater]) => match stand(seen, view, constant)? {
                Standing::Ordered(Ordering::Less) => *less,
                Standing::Ordered(Ordering::Equal) => *equal,
                Standing::Ordered(Ordering::Greater) => *greater,
                Standing::Apart => false,
                Standing::Unlike => return Ok(false),
            },
            Ready::In(members) => {
                let mut found = false;
                for member in members {
                    found |= stand(seen, view, member)?.is_equal();
                    if found {
                        break;
                    }
                }
                found
            }
            Ready::Like(like) => match view {
                View::Json(Value::String(text)) => like.in_text(text),
                View::Bytes(bytes) => like.in_bytes(bytes),
                _ => false,
            },
            Ready::Matches(expression) => {
                expression.text().map_err(|refusal| PatternError::meaning(refusal.to_string()))?;
                match view {
                    View::Json(Value::String(text)) => expression.in_text(text),
                    View::Bytes(bytes) => expression.in_bytes(bytes),
                    _ => false,
                }
            }
            Ready::Subset(net) => address(view).is_some_and(|inner| net.contains(inner)),
            Ready::Superset(net) => address(view).is_some_and(|outer| outer.contains(*net)),
        };
        Ok(answer != self.negated)
    }
}

/// Reads a value as a network.
pub(super) fn address(view: &View<'_>) -> Option<Net> {
    match view {
        View::Json(Value::String(text)) => Net::parse(text),
        _ => None,
    }
}
