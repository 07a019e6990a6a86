//! Words of the lists by a hash of their letters or of their sounds, to be asked
//! for every word of a name.
//!
//! Most words stand on no list, and a filter small enough for the nearest cache
//! says so. The keys lie close together, apart from what they lead to.

/// A hash, and what the filter of every list has of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key {
    hash: u64,
    bits: u64,
}

impl Key {
    #[inline]
    pub(crate) fn new(hash: u64) -> Self {
        Self { hash, bits: bits(hash) }
    }
}

/// A list, read once and then only asked.
pub(crate) struct Listed<V> {
    /// Four bits for each key, in one number.
    filter: Vec<u64>,
    /// Keys, each from its place on to the first free one; zero is free.
    keys: Vec<u64>,
    /// For each key the number of its value.
    numbers: Vec<u16>,
    values: Vec<V>,
}

/// Keys to a number of the filter; three of a hundred that are not there pass then.
const KEYS: usize = 8;

impl<V: Copy + PartialEq> Listed<V> {
    /// Takes at most 65,536 different values; what is beyond is left out.
    pub(crate) fn new(entries: impl ExactSizeIterator<Item = (u64, V)>) -> Self {
        let slots = (entries.len() * 2).next_power_of_two().max(2);
        let rooms = (entries.len() / KEYS).next_power_of_two();
        let mut list = Self {
            filter: vec![0; rooms],
            keys: vec![0; slots],
            numbers: vec![0; slots],
            values: Vec::new(),
        };
        for (key, value) in entries.filter(|(key, _)| *key != 0) {
            let known = list.values.iter().position(|known| *known == value);
            let Ok(number) = u16::try_from(known.unwrap_or(list.values.len())) else { continue };
            if known.is_none() {
                list.values.push(value);
            }
            let room = list.room(key);
            list.filter.iter_mut().skip(room).take(1).for_each(|room| *room |= bits(key));
            let mut at = list.place(key);
            while list.keys.get(at).is_some_and(|taken| *taken != 0 && *taken != key) {
                at = (at + 1) % slots;
            }
            list.keys.iter_mut().skip(at).take(1).for_each(|slot| *slot = key);
            list.numbers.iter_mut().skip(at).take(1).for_each(|slot| *slot = number);
        }
        list
    }

    /// Looks a key up.
    #[inline]
    pub(crate) fn get(&self, key: Key) -> Option<V> {
        let Key { hash: key, bits } = key;
        if self.filter.get(self.room(key)).is_some_and(|room| room & bits == bits) {
            self.find(key)
        } else {
            None
        }
    }

    fn find(&self, key: u64) -> Option<V> {
        let mut at = self.place(key);
        loop {
            match *self.keys.get(at)? {
                0 => return None,
                found if found == key => break,
                _ => at = (at + 1) & (self.keys.len() - 1),
            }
        }
        self.values.get(usize::from(*self.numbers.get(at)?)).copied()
    }

    /// Asks the memory for the place of a key.
    #[inline]
    pub(crate) fn ask(&self, key: u64) {
        #[cfg(target_arch = "x86_64")]
        if let Some(place) = self.keys.get(self.place(key)) {
            safe_arch::prefetch_t0(place);
        }
    }

    #[inline]
    fn room(&self, key: u64) -> usize {
        usize::try_from(key >> 40).unwrap_or(0) & (self.filter.len() - 1)
    }

    #[inline]
    fn place(&self, key: u64) -> usize {
        usize::try_from(key >> 32).unwrap_or(0) & (self.keys.len() - 1)
    }
}

#[inline]
fn bits(key: u64) -> u64 {
    1 << (key & 63) | 1 << (key >> 6 & 63) | 1 << (key >> 12 & 63) | 1 << (key >> 18 & 63)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_list_gives_what_was_put_in_and_nothing_else(
            all in proptest::collection::hash_map(1_u64.., 0_u8..40, 0..300),
            others: Vec<u64>,
        ) {
            let list = Listed::new(all.iter().map(|(key, value)| (*key, *value)));
            for key in all.keys().chain(&others) {
                prop_assert_eq!(list.get(Key::new(*key)), all.get(key).copied());
            }
        }
    }
}
