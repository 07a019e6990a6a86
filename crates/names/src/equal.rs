//! Names that mean the same without sounding alike: Alexander and Alejandro,
//! a native spelling and its usual Latin one.
//!
//! A [`Class`] is a small number; two words are equal when they share one. Most
//! words have no class, a few have several.

use crate::words;

/// One meaning of a word; comparing them is all there is to do with them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(pub u32);

/// How many classes a word has at most.
pub const CLASSES_MAX: usize = 4;

/// Gives the classes of a word, in ascending order; empty for most words.
#[must_use]
pub fn classes(word: &str) -> ([Class; CLASSES_MAX], usize) {
    let mut all = [Class(0); CLASSES_MAX];
    let groups = words::given_groups(word);
    let mut count = 0;
    for (slot, &group) in all.iter_mut().zip(groups) {
        *slot = Class(u32::from(group));
        count += 1;
    }
    if let Some(found) = all.get_mut(..count) {
        found.sort_unstable();
    }
    (all, count)
}

/// Tells whether two words share a class.
#[must_use]
pub fn are_equal(a: &str, b: &str) -> bool {
    let ((left, n), (right, m)) = (classes(a), classes(b));
    left.iter().take(n).any(|class| right.iter().take(m).any(|other| other == class))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_a_given_name_share_a_class() {
        assert!(are_equal("Alexander", "Олександр") && are_equal("Alejandro", "Aleksandr"));
        assert!(!are_equal("Sergei", "Yulia") && !are_equal("Skripal", "Skripal"));
    }
}
