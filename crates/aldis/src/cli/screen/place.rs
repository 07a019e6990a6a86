//! Counts lines and characters up to a place in a text that comes in pieces, in bounded memory.

/// Where a match stands, for a person and for programs that do not count in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The line, from 1.
    pub(super) line: u64,
    /// Characters before it.
    pub(super) char_start: u64,
    /// Characters before its end.
    pub(super) char_end: u64,
}

/// Knows the last few mebibytes of a text, and how much came before.
///
/// Matches come in the order of the text and soon after their words, so that what lies far back is
/// never asked for; if it is, there is no answer rather than a wrong one.
#[derive(Default)]
pub(super) struct Ruler {
    /// The bytes from `base` on.
    held: Vec<u8>,
    base: usize,
    /// Up to where in `held` lines and characters are counted.
    counted: usize,
    lines: u64,
    chars: u64,
}

impl Ruler {
    /// Takes the next piece of the text.
    pub(super) fn feed(&mut self, piece: &[u8]) {
        if self.held.len() > 2 * HELD {
            self.count_to(self.counted.max(self.held.len() - HELD));
            self.base += self.counted;
            self.held.drain(..self.counted);
            self.counted = 0;
        }
        self.held.extend_from_slice(piece);
    }

    /// Finds a place that starts no earlier than the one asked for before.
    pub(super) fn place(&mut self, start: usize, end: usize) -> Option<Place> {
        let from = start.checked_sub(self.base).filter(|from| *from >= self.counted)?;
        let length = characters(self.held.get(from..end.checked_sub(self.base)?)?);
        self.count_to(from);
        Some(Place { line: self.lines + 1, char_start: self.chars, char_end: self.chars + length })
    }

    fn count_to(&mut self, to: usize) {
        let passed = self.held.get(self.counted..to).unwrap_or_default();
        self.lines += passed.iter().filter(|byte| **byte == b'\n').map(|_| 1).sum::<u64>();
        self.chars += characters(passed);
        self.counted = to;
    }
}

/// Counts characters: bytes that do not continue one (RFC 3629, section 3).
fn characters(bytes: &[u8]) -> u64 {
    bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).map(|_| 1).sum()
}

const HELD: usize = 4 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_whole_text_however_it_is_cut() {
        let text = "Ährenfeld\nзалп Скрипаль\n\nend";
        let start = text.find("Скрипаль").unwrap();
        for size in 1..text.len() {
            let mut ruler = Ruler::default();
            text.as_bytes().chunks(size).for_each(|piece| ruler.feed(piece));
            let place = ruler.place(start, start + "Скрипаль".len());
            assert_eq!(place, Some(Place { line: 2, char_start: 15, char_end: 23 }), "{size}");
            let at = text.find("end").unwrap();
            assert_eq!(ruler.place(at, at + 3), Some(Place { line: 4, char_start: 25, char_end: 28 }));
            assert_eq!(ruler.place(0, 3), None, "behind the last one");
            assert_eq!(ruler.place(at, at + 30), None, "beyond the end");
        }
    }

    #[test]
    fn a_long_text_is_not_kept() {
        let mut ruler = Ruler::default();
        for _ in 0..400 {
            ruler.feed(&[b'\n'; 64 << 10]);
        }
        assert!(ruler.held.len() <= 2 * HELD + (64 << 10));
        let end = 400 * (64 << 10);
        assert_eq!(ruler.place(end - 1, end).map(|place| place.line), Some(400 * (64 << 10)));
    }
}
