//! Walks from an object to the values of a property, and compares values with constants.
//!
//! A property whose name ends in `_hex` or `_bin` holds bytes; one that ends in `_ref` or `_refs`
//! leads to the objects it names, and what it does not lead to is passed over. Kinds that cannot
//! be compared are unequal and in no order, and then `NOT` does not make an order true.
//!
//! Source: STIX 2.1, sections 9.1, 9.6 and 9.7.

use super::ast::{Literal, Step};
use super::error::PatternError;
use super::literal::{Time, base64, hex};
use super::observe::Observation;
use serde_json::Value;
use std::borrow::Cow;
use std::cmp::Ordering;

/// A value that a path leads to.
pub(super) enum View<'a> {
    /// A value as it stands.
    Json(&'a Value),
    /// What a `_hex` or `_bin` property holds.
    Bytes(Vec<u8>),
    /// The list of objects that a `_refs` property names.
    Objects(Vec<&'a Value>),
}

/// How much walking is left.
pub(super) struct Work {
    pub(super) left: u64,
    pub(super) limit: u64,
}

impl Work {
    pub(super) const fn new(limit: u64) -> Self {
        Self { left: limit, limit }
    }

    pub(super) fn spend(&mut self, steps: u64) -> Result<(), PatternError> {
        let left = self.left.checked_sub(steps);
        self.left = left.ok_or(PatternError::TooMuchWork { limit: self.limit })?;
        Ok(())
    }
}

/// Calls `check` with the values at the end of `steps` until one answers yes; says whether one did.
pub(super) fn any<'a>(
    seen: &'a Observation,
    from: View<'a>,
    steps: &[Step],
    work: &mut Work,
    check: &mut dyn FnMut(&View<'a>) -> Result<bool, PatternError>,
) -> Result<bool, PatternError> {
    work.spend(1)?;
    let Some((step, rest)) = steps.split_first() else {
        return check(&from);
    };
    match (step, from) {
        (Step::Key(key), View::Json(Value::Object(object))) => match object.get(key) {
            Some(value) => match enter(seen, key, value)? {
                Some(view) => any(seen, view, rest, work, check),
                None => Ok(false),
            },
            None => Ok(false),
        },
        (Step::Index(index), View::Json(Value::Array(list))) => {
            match usize::try_from(*index).ok().and_then(|at| list.get(at)) {
                Some(value) => any(seen, View::Json(value), rest, work, check),
                None => Ok(false),
            }
        }
        (Step::Index(index), View::Objects(list)) => {
            match usize::try_from(*index).ok().and_then(|at| list.get(at)) {
                Some(value) => any(seen, View::Json(value), rest, work, check),
                None => Ok(false),
            }
        }
        (Step::Any, View::Json(Value::Array(list))) => {
            for value in list {
                if any(seen, View::Json(value), rest, work, check)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        (Step::Any, View::Objects(list)) => {
            for value in list {
                if any(seen, View::Json(value), rest, work, check)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        _ => Ok(false),
    }
}

/// Reads the value of the property `key` as its name says.
fn enter<'a>(seen: &'a Observation, key: &str, value: &'a Value) -> Result<Option<View<'a>>, PatternError> {
    let wrong =
        |what: &str| Err(PatternError::data(place(seen), format!("a property whose name ends in {what}")));
    let name = |value: &'a Value| value.as_str().map(|name| seen.object(name));
    if key.ends_with("_ref") {
        return match name(value) {
            Some(found) => Ok(found.map(View::Json)),
            None => wrong("_ref does not hold a string"),
        };
    }
    if key.ends_with("_refs") {
        let Some(list) = value.as_array() else { return wrong("_refs does not hold a list of strings") };
        let mut objects = Vec::with_capacity(list.len());
        for value in list {
            match name(value) {
                Some(found) => objects.extend(found),
                None => return wrong("_refs does not hold a list of strings"),
            }
        }
        return Ok((!objects.is_empty()).then_some(View::Objects(objects)));
    }
    let decode = match key {
        _ if key.ends_with("_hex") => hex,
        _ if key.ends_with("_bin") => base64,
        _ => return Ok(Some(View::Json(value))),
    };
    match value.as_str().and_then(decode) {
        Some(bytes) => Ok(Some(View::Bytes(bytes))),
        None => wrong("_hex or _bin does not hold such bytes"),
    }
}

fn place(seen: &Observation) -> String {
    seen.id.clone().unwrap_or_else(|| "the observation".to_owned())
}

/// How a value stands to a constant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// In an order.
    Ordered(Ordering),
    /// Of kinds that can be compared, but this value cannot.
    Apart,
    /// Of kinds that cannot be compared.
    Unlike,
}

impl Standing {
    pub(super) fn is_equal(self) -> bool {
        self == Self::Ordered(Ordering::Equal)
    }
}

/// Compares a value with a constant.
///
/// # Errors
///
/// [`PatternError::Data`] if the constant is a moment and the value a string that is none.
pub(super) fn stand(
    seen: &Observation,
    view: &View<'_>,
    constant: &Literal,
) -> Result<Standing, PatternError> {
    let ordered = Standing::Ordered;
    Ok(match (view, constant) {
        (View::Json(Value::String(text)), Literal::Text(constant)) => ordered(text.as_str().cmp(constant)),
        (View::Json(Value::String(text)), Literal::Time(constant)) => match Time::parse(text) {
            Some(time) => ordered(time.cmp(constant)),
            None => {
                return Err(PatternError::data(
                    place(seen),
                    "a string compared with a timestamp is not one in UTC",
                ));
            }
        },
        (View::Json(Value::String(text)), Literal::Bytes(constant)) => {
            latin(text).map_or(Standing::Apart, |text| ordered(text.as_ref().cmp(constant)))
        }
        (View::Bytes(bytes), Literal::Bytes(constant)) => ordered(bytes.cmp(constant)),
        (View::Bytes(bytes), Literal::Text(constant)) => {
            latin(constant).map_or(Standing::Apart, |text| ordered(bytes.as_slice().cmp(text.as_ref())))
        }
        (View::Json(Value::Bool(value)), Literal::Bool(constant)) => {
            // Equal or not, never before or after: the grammar knows no order of them.
            if value == constant { ordered(Ordering::Equal) } else { Standing::Apart }
        }
        (View::Json(Value::Number(number)), Literal::Int(constant)) => match number.as_i64() {
            Some(number) => ordered(number.cmp(constant)),
            None => against_float(number.as_f64(), *constant).map_or(Standing::Apart, ordered),
        },
        (View::Json(Value::Number(number)), Literal::Float(constant)) => {
            let order = match number.as_i64() {
                Some(number) => against_float(Some(*constant), number).map(Ordering::reverse),
                None => number.as_f64().and_then(|number| number.partial_cmp(constant)),
            };
            order.map_or(Standing::Apart, ordered)
        }
        _ => Standing::Unlike,
    })
}

/// Compares a float with a whole number, exactly.
fn against_float(float: Option<f64>, whole: i64) -> Option<Ordering> {
    let float = float?;
    // Beyond this, every float is above or below all of i64.
    if float >= 9.3e18 {
        return Some(Ordering::Greater);
    }
    if float <= -9.3e18 {
        return Some(Ordering::Less);
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded above; the fraction is compared after")]
    let floor = float.floor() as i128;
    let fraction = if float > float.floor() { Ordering::Greater } else { Ordering::Equal };
    Some(floor.cmp(&i128::from(whole)).then(fraction))
}

/// Returns one byte for each character; `None` if one is above U+00FF.
pub(super) fn latin(text: &str) -> Option<Cow<'_, [u8]>> {
    if text.is_ascii() {
        return Some(Cow::Borrowed(text.as_bytes()));
    }
    text.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect::<Option<Vec<u8>>>().map(Cow::Owned)
}
