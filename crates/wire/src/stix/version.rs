//! Which of two versions of an object is the newer one, and whether both may be.
//!
//! Source: STIX 2.1 section 3.6.

use super::Envelope;
use std::cmp::Ordering;

/// Why two objects cannot be versions of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unrelated {
    /// The ids differ.
    #[error("the ids differ: these are two objects")]
    Id,
    /// `created` differs, which every version must keep.
    #[error("created differs: every version of an object must keep it")]
    Created,
    /// The later one follows a version that took the object back.
    #[error("the object was revoked: no version may follow")]
    Revoked,
    /// Both have the same time and another text.
    #[error("both say the same modified time and differ: a change needs a later one")]
    Changed,
}

/// Compares two versions of one object: `Less` if `a` is the older one.
///
/// Objects without `modified` have no versions: the same text is `Equal`.
///
/// # Errors
///
/// [`Unrelated`] if the rules for versions do not allow both.
pub fn compare(a: &Envelope<'_>, b: &Envelope<'_>) -> Result<Ordering, Unrelated> {
    if a.id != b.id {
        return Err(Unrelated::Id);
    }
    if a.created != b.created {
        return Err(Unrelated::Created);
    }
    let order = a.version().cmp(&b.version());
    match order {
        Ordering::Less if a.revoked => Err(Unrelated::Revoked),
        Ordering::Greater if b.revoked => Err(Unrelated::Revoked),
        Ordering::Equal if a.raw != b.raw && !same(a.raw, b.raw) => Err(Unrelated::Changed),
        order => Ok(order),
    }
}

/// Says whether two texts are the same object, whatever the order and the white space.
fn same(a: &str, b: &str) -> bool {
    let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
    read(a).is_some_and(|a| Some(a) == read(b))
}

#[cfg(test)]
mod tests {
    use super::super::Limits;
    use super::*;

    fn text(created: &str, modified: &str, more: &str) -> String {
        format!(
            r#"{{"type":"report","id":"report--84e4d88f-44ea-4bcd-bbf3-b2c1c320bcb3",
               "created":"2020-01-01T00:00:{created}Z","modified":"2020-01-01T00:00:{modified}Z"{more}}}"#
        )
    }

    fn order(a: &str, b: &str) -> Result<Ordering, Unrelated> {
        let read = |text| Envelope::read(str::as_bytes(text), &Limits::default()).unwrap();
        compare(&read(a), &read(b))
    }

    #[test]
    fn the_later_modified_is_the_newer_version() {
        let old = text("00.000", "01.000", "");
        let new = text("00.000", "01.0001", "");
        assert_eq!(order(&old, &new), Ok(Ordering::Less));
        assert_eq!(order(&new, &old), Ok(Ordering::Greater));
        assert_eq!(order(&old, &text("00.000", "01.000", " ")), Ok(Ordering::Equal));
    }

    #[test]
    fn what_the_rules_forbid_is_named() {
        let one = text("00.000", "01.000", "");
        let other = one.replace("84e4d88f", "94e4d88f");
        assert_eq!(order(&one, &other), Err(Unrelated::Id));
        assert_eq!(order(&one, &text("00.001", "02.000", "")), Err(Unrelated::Created));
        assert_eq!(order(&one, &text("00.000", "01.000", r#","name":"x""#)), Err(Unrelated::Changed));
        let revoked = text("00.000", "02.000", r#","revoked":true"#);
        assert_eq!(order(&one, &revoked), Ok(Ordering::Less));
        assert_eq!(order(&revoked, &text("00.000", "03.000", "")), Err(Unrelated::Revoked));
    }
}
