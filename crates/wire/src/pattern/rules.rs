//! The rules that a pattern can break although it follows the grammar.
//!
//! A finding that is an error makes the pattern invalid; a warning says what cannot be matched here.
//!
//! Source: STIX 2.1, sections 9.2 to 9.7 and 10.6 (hash algorithms).

use super::Version;
use super::ast::{Compare, How, Literal, Observe, Path, Qualifier, Step, Test};
use super::expression::{Expression, Refusal};
use super::net::Net;

/// A rule that a pattern breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A short name for the rule, which stays the same.
    pub rule: &'static str,
    /// What is wrong.
    pub says: String,
    /// Whether the pattern is valid all the same.
    pub warning: bool,
}

pub(super) fn findings(root: &Observe, version: Version) -> Vec<Finding> {
    let mut found = Vec::new();
    observe(root, version, &mut found);
    found
}

fn error(rule: &'static str, says: String) -> Finding {
    Finding { rule, says, warning: false }
}

fn observe(part: &Observe, version: Version, found: &mut Vec<Finding>) {
    match part {
        Observe::One(compare) => each(compare, found),
        Observe::And(parts) | Observe::Or(parts) | Observe::Then(parts) => {
            parts.iter().for_each(|part| observe(part, version, found));
        }
        Observe::Qualified(part, qualifiers) => {
            // The reference looks at qualifiers of a bracket, not at those of a group.
            if version == Version::V21 && matches!(part.as_ref(), Observe::One(_)) {
                doubled(qualifiers, found);
            }
            observe(part, version, found);
        }
    }
}

fn doubled(qualifiers: &[Qualifier], found: &mut Vec<Finding>) {
    let name = |qualifier: &Qualifier| match qualifier {
        Qualifier::Within(_) => "WITHIN",
        Qualifier::During { .. } => "START … STOP",
        Qualifier::Repeats(_) => "REPEATS",
    };
    for (at, qualifier) in qualifiers.iter().enumerate() {
        if qualifiers.iter().take(at).any(|earlier| name(earlier) == name(qualifier)) {
            found.push(error(
                "qualifier-once",
                format!("{} qualifies one observation twice", name(qualifier)),
            ));
            return;
        }
    }
}

fn each(compare: &Compare, found: &mut Vec<Finding>) {
    match compare {
        Compare::Test(one) => test(one, found),
        Compare::And(parts) | Compare::Or(parts) => parts.iter().for_each(|part| each(part, found)),
    }
}

fn test(test: &Test, found: &mut Vec<Finding>) {
    match &test.how {
        How::Equal(constant) | How::Unequal(constant) => hash(&test.path, constant, found),
        How::In(members) => {
            members.iter().for_each(|member| hash(&test.path, member, found));
            let first = members.first().map(Literal::kind);
            if members.iter().any(|member| Some(member.kind()) != first) {
                found.push(error(
                    "set-of-one-kind",
                    format!("{}: a set holds constants of one kind", test.path),
                ));
            }
        }
        How::Subset(operand) | How::Superset(operand) if Net::parse(operand).is_none() => {
            let says = format!("{}: “{operand}” is no IPv4 or IPv6 address or CIDR block", test.path);
            found.push(error("network", says));
        }
        How::Matches(operand) => match Expression::new(operand).text() {
            Ok(_) => {}
            Err(refusal @ Refusal::Malformed(_)) => {
                found.push(error("expression", format!("{}: {refusal}", test.path)));
            }
            Err(refusal @ Refusal::Unsupported(_)) => {
                let says = format!("{}: {refusal}", test.path);
                found.push(Finding { rule: "expression-not-matched", says, warning: true });
            }
        },
        _ => {}
    }
}

/// Checks a hash by the algorithm that its path names last.
fn hash(path: &Path, constant: &Literal, found: &mut Vec<Finding>) {
    let Literal::Text(text) = constant else { return };
    let Some(Step::Key(algorithm)) = path.steps.last() else { return };
    if !path.steps.iter().any(|step| matches!(step, Step::Key(key) if key == "hashes")) {
        return;
    }
    let plain = algorithm.to_ascii_uppercase().replace('-', "");
    let sound = match HASHES.iter().find(|(name, _)| *name == plain) {
        Some((_, lengths)) => lengths.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit()),
        None if plain == "SSDEEP" => {
            let chars =
                text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'+' | b':' | b'.'));
            (1..=128).contains(&text.len()) && chars
        }
        None => true,
    };
    if !sound {
        found.push(error("hash", format!("{path}: “{text}” is no {algorithm} hash")));
    }
}

/// Algorithms and the numbers of hexadecimal digits that their hashes have.
const HASHES: [(&str, &[usize]); 13] = [
    ("MD5", &[32]),
    ("MD6", &[32, 40, 56, 64, 96, 128]),
    ("RIPEMD160", &[40]),
    ("SHA1", &[40]),
    ("SHA224", &[56]),
    ("SHA256", &[64]),
    ("SHA384", &[96]),
    ("SHA512", &[128]),
    ("SHA3224", &[56]),
    ("SHA3256", &[64]),
    ("SHA3384", &[96]),
    ("SHA3512", &[128]),
    ("WHIRLPOOL", &[128]),
];
