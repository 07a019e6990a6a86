//! Reads pairs of one name in two spellings.

use std::collections::BTreeMap;

/// One name in two spellings, and how often the two were seen together.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The Latin spelling.
    pub latin: String,
    /// The spelling of the other script, or a second Latin one.
    pub other: String,
    /// How often.
    pub count: u32,
}

/// Reads lines of latin, native, language and count, parted by tabs; lines that
/// are not so are passed over and counted.
#[must_use]
pub fn read(text: &str) -> (Vec<Pair>, usize) {
    let (mut pairs, mut passed) = (Vec::new(), 0);
    for line in text.lines() {
        let cells: Vec<&str> = line.split('\t').collect();
        match cells.as_slice() {
            [latin, other, _, count] if !latin.is_empty() && !other.is_empty() => match count.parse() {
                Ok(count) => {
                    pairs.push(Pair { latin: (*latin).to_owned(), other: (*other).to_owned(), count })
                }
                Err(_) => passed += 1,
            },
            _ => passed += 1,
        }
    }
    (pairs, passed)
}

/// Pairs the Latin spellings that share a native one, each at most once. Both
/// must be a fair share of what the native spelling stands for.
#[must_use]
pub fn pivot(pairs: &[Pair]) -> Vec<Pair> {
    let mut by_native: BTreeMap<&str, Vec<&Pair>> = BTreeMap::new();
    for pair in pairs {
        by_native.entry(&pair.other).or_default().push(pair);
    }
    let mut found: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for natives in by_native.values() {
        let total: u32 = natives.iter().map(|p| p.count).sum();
        let fair: Vec<&&Pair> = natives.iter().filter(|p| p.count >= 2 && p.count * 12 >= total).collect();
        for (i, x) in fair.iter().enumerate() {
            for y in fair.iter().skip(i + 1) {
                let key = if x.latin < y.latin {
                    (x.latin.as_str(), y.latin.as_str())
                } else {
                    (y.latin.as_str(), x.latin.as_str())
                };
                *found.entry(key).or_default() += x.count.min(y.count);
            }
        }
    }
    found
        .into_iter()
        .filter(|((a, b), _)| a != b)
        .map(|((a, b), count)| Pair { latin: a.to_owned(), other: b.to_owned(), count })
        .collect()
}
