//! The pass over the bytes.

use super::{Kind, Limits, Node};
use crate::{Error, Result};
use std::borrow::Cow;
use std::collections::HashSet;

/// Reads `text` into a tape; `nodes` gives its memory.
pub(super) fn tape(text: &str, limits: &Limits, nodes: Vec<Node>) -> Result<Vec<Node>> {
    let mut reader = Reader { text, bytes: text.as_bytes(), at: 0, nodes, keys: Vec::new(), limits };
    if text.starts_with('\u{feff}') {
        return Err(Error::malformed("$: a byte order mark is not JSON: remove it", 0));
    }
    let read = reader.space().and_then(|()| reader.value(1)).and_then(|()| reader.end());
    match read {
        Ok(()) => Ok(reader.nodes),
        Err(stop) => Err((*stop).into_error()),
    }
}

/// Resolves the escapes of a string that was read.
pub(super) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let (read, skip) = match chars.next() {
            Some('b') => ('\u{8}', 1),
            Some('f') => ('\u{c}', 1),
            Some('n') => ('\n', 1),
            Some('r') => ('\r', 1),
            Some('t') => ('\t', 1),
            Some('u') => wide(after),
            Some(other) => (other, other.len_utf8()),
            None => return out,
        };
        out.push(read);
        rest = after.get(skip..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// Resolves `uXXXX` or `uXXXX\uXXXX`, and says how long it was.
fn wide(after: &str) -> (char, usize) {
    let hex = |from: usize| after.get(from..from + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    let first = hex(1).unwrap_or(0xFFFD);
    if !(0xD800..0xDC00).contains(&first) {
        return (char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER), 5);
    }
    let second = hex(7).unwrap_or(0xDC00);
    let code = 0x10000 + ((first - 0xD800) << 10) + second.wrapping_sub(0xDC00);
    (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 11)
}

/// Why reading ended, and on the way out where.
struct Stop {
    error: Error,
    /// From the innermost step to the outermost.
    path: Vec<String>,
}

impl Stop {
    fn at(at: usize, what: &str) -> Box<Self> {
        Self::of(Error::malformed(what, at))
    }

    fn of(error: Error) -> Box<Self> {
        Box::new(Self { error, path: Vec::new() })
    }

    fn into_error(self) -> Error {
        let path: String = self.path.iter().rev().map(String::as_str).collect();
        match self.error {
            Error::Malformed { what, at } => Error::malformed(format!("${path}: {what}"), at),
            other => other,
        }
    }
}

type Step = std::result::Result<(), Box<Stop>>;

struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<Node>,
    /// The keys of the objects that are open.
    keys: Vec<u32>,
    limits: &'a Limits,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    #[expect(clippy::unnecessary_wraps, reason = "a step like the others")]
    fn space(&mut self) -> Step {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
        Ok(())
    }

    fn end(&mut self) -> Step {
        self.space()?;
        if self.at < self.bytes.len() {
            return Err(Stop::at(self.at, "something follows the value"));
        }
        Ok(())
    }

    fn push(&mut self, start: usize, kind: Kind) -> std::result::Result<usize, Box<Stop>> {
        if self.nodes.len() >= self.limits.values {
            return Err(Stop::of(Error::TooMany { limit: self.limits.values }));
        }
        let index = self.nodes.len();
        // The size of the text was checked against 2³² before.
        self.nodes.push(Node { start: start as u32, end: 0, next: 0, kind, plain: true });
        Ok(index)
    }

    fn close(&mut self, index: usize, end: usize, plain: bool) {
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(index) {
            node.end = end as u32;
            node.next = next;
            node.plain = plain;
        }
    }

    fn value(&mut self, depth: usize) -> Step {
        match self.peek() {
            Some(b'"') => self.string(),
            Some(b'{') => self.map(depth),
            Some(b'[') => self.list(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b't') => self.word("true", Kind::Bool),
            Some(b'f') => self.word("false", Kind::Bool),
            Some(b'n') => self.word("null", Kind::Null),
            Some(_) => Err(Stop::at(self.at, "not a JSON value")),
            None => Err(Stop::at(self.at, "the text ends where a value should begin")),
        }
    }

    fn word(&mut self, word: &str, kind: Kind) -> Step {
        let start = self.at;
        if self.text.get(start..start + word.len()) != Some(word) {
            return Err(Stop::at(start, "not a JSON value"));
        }
        self.at += word.len();
        let index = self.push(start, kind)?;
        self.close(index, self.at, true);
        Ok(())
    }

    fn deeper(&self, depth: usize) -> Step {
        if depth > self.limits.depth {
            return Err(Stop::of(Error::TooDeep { limit: self.limits.depth }));
        }
        Ok(())
    }

    fn list(&mut self, depth: usize) -> Step {
        self.deeper(depth)?;
        let index = self.push(self.at, Kind::List)?;
        self.at += 1;
        self.space()?;
        if self.peek() == Some(b']') {
            self.at += 1;
            self.close(index, self.at, true);
            return Ok(());
        }
        for item in 0_usize.. {
            self.value(depth + 1).map_err(|mut stop| {
                stop.path.push(format!("[{item}]"));
                stop
            })?;
            self.space()?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => break,
                _ => return Err(Stop::at(self.at, "a comma or ] is missing")),
            }
            self.space()?;
        }
        self.at += 1;
        self.close(index, self.at, true);
        Ok(())
    }

    fn map(&mut self, depth: usize) -> Step {
        self.deeper(depth)?;
        let index = self.push(self.at, Kind::Map)?;
        let mark = self.keys.len();
        self.at += 1;
        self.space()?;
        if self.peek() == Some(b'}') {
            self.at += 1;
            self.close(index, self.at, true);
            return Ok(());
        }
        let mut seen = 0_u64;
        loop {
            if self.peek() != Some(b'"') {
                return Err(Stop::at(self.at, "a key in double quotes is missing"));
            }
            let key = self.nodes.len();
            self.string()?;
            self.known(key, mark, &mut seen)?;
            self.member(depth).map_err(|mut stop| {
                stop.path.push(super::super::path::step(&self.decoded(key as u32)));
                stop
            })?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => break,
                _ => return Err(Stop::at(self.at, "a comma or } is missing")),
            }
            self.space()?;
        }
        self.at += 1;
        self.close(index, self.at, true);
        self.all_differ(mark)?;
        self.keys.truncate(mark);
        Ok(())
    }

    /// Reads the colon and the value of a member.
    fn member(&mut self, depth: usize) -> Step {
        self.space()?;
        if self.peek() != Some(b':') {
            return Err(Stop::at(self.at, "a colon is missing"));
        }
        self.at += 1;
        self.space()?;
        self.value(depth + 1)?;
        self.space()
    }

    /// Keeps a key, and refuses one that a small object already has.
    ///
    /// `seen` is a filter of 64 places: most keys are new and need no comparison.
    fn known(&mut self, key: usize, mark: usize, seen: &mut u64) -> Step {
        let plain = self.nodes.get(key).is_some_and(|node| node.plain);
        let decoded = self.decoded(key as u32);
        let bytes = decoded.as_bytes();
        let last = |back: usize| bytes.get(bytes.len().wrapping_sub(back)).copied().unwrap_or_default();
        let mixed = bytes.len() * 7 + usize::from(last(1)) * 3 + usize::from(last(3)) * 5;
        let place = 1_u64 << ((mixed + usize::from(bytes.first().copied().unwrap_or_default())) % 64);
        let few = self.keys.len() - mark < FEW;
        if few && (*seen & place != 0 || !plain) {
            let twice = self.keys.iter().skip(mark).any(|other| self.decoded(*other) == decoded);
            if twice {
                return Err(self.twice(&decoded, key as u32));
            }
        }
        *seen |= place;
        self.keys.push(key as u32);
        Ok(())
    }

    /// Refuses a large object that has a key twice.
    fn all_differ(&self, mark: usize) -> Step {
        if self.keys.len() - mark < FEW {
            return Ok(());
        }
        let mut names = HashSet::new();
        for key in self.keys.iter().skip(mark) {
            let decoded = self.decoded(*key);
            if names.contains(&decoded) {
                return Err(self.twice(&decoded, *key));
            }
            names.insert(decoded);
        }
        Ok(())
    }

    fn twice(&self, key: &str, node: u32) -> Box<Stop> {
        let at = self.nodes.get(node as usize).map_or(0, |node| node.start as usize);
        let mut stop = Stop::at(at, "the key is there twice");
        stop.path.push(super::super::path::step(key));
        stop
    }

    fn decoded(&self, node: u32) -> Cow<'a, str> {
        let Some(node) = self.nodes.get(node as usize) else { return Cow::Borrowed("") };
        let raw = self.text.get(node.start as usize..node.end as usize).unwrap_or_default();
        if node.plain { Cow::Borrowed(raw) } else { Cow::Owned(unescape(raw)) }
    }

    fn string(&mut self) -> Step {
        self.at += 1;
        let start = self.at;
        let mut plain = true;
        loop {
            self.at = stop_byte(self.bytes, self.at);
            match self.peek() {
                Some(b'"') => break,
                Some(b'\\') => {
                    plain = false;
                    self.escape()?;
                }
                Some(_) => return Err(Stop::at(self.at, "a control character stands in a string unescaped")),
                None => return Err(Stop::at(start, "the string has no end")),
            }
        }
        let index = self.push(start, Kind::Text)?;
        self.close(index, self.at, plain);
        self.at += 1;
        Ok(())
    }

    fn escape(&mut self) -> Step {
        let at = self.at;
        match self.bytes.get(at + 1) {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 2,
            Some(b'u') => match self.hex(at + 2) {
                Some(0xD800..0xDC00) => {
                    let follows = self.bytes.get(at + 6..at + 8) == Some(b"\\u");
                    let low = if follows { self.hex(at + 8) } else { None };
                    if !low.is_some_and(|low| (0xDC00..0xE000).contains(&low)) {
                        return Err(Stop::at(at, "a surrogate stands alone"));
                    }
                    self.at += 12;
                }
                Some(0xDC00..0xE000) => return Err(Stop::at(at, "a surrogate stands alone")),
                Some(_) => self.at += 6,
                None => return Err(Stop::at(at, "\\u needs four hexadecimal digits")),
            },
            _ => return Err(Stop::at(at, "an unknown escape")),
        }
        Ok(())
    }

    fn hex(&self, from: usize) -> Option<u32> {
        let digits = self.bytes.get(from..from + 4)?;
        digits.iter().try_fold(0, |sum, digit| Some(sum * 16 + (*digit as char).to_digit(16)?))
    }

    fn digits(&mut self) -> usize {
        let from = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - from
    }

    fn number(&mut self) -> Step {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let leading_zero = self.peek() == Some(b'0');
        let whole = self.digits();
        if whole == 0 || (leading_zero && whole > 1) {
            return Err(Stop::at(start, "not a JSON number"));
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(Stop::at(start, "not a JSON number"));
            }
        }
        let power = matches!(self.peek(), Some(b'e' | b'E'));
        if power {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(Stop::at(start, "not a JSON number"));
            }
        }
        // Below 300 digits and without an exponent no number leaves the range of a double.
        let long = power || self.at - start > 300;
        let finite = |raw: &str| raw.parse::<f64>().is_ok_and(f64::is_finite);
        if long && !self.text.get(start..self.at).is_some_and(finite) {
            return Err(Stop::at(start, "the number is beyond an IEEE 754 double"));
        }
        let index = self.push(start, Kind::Number)?;
        self.close(index, self.at, true);
        Ok(())
    }
}

/// Finds the next quote, backslash or control character, eight bytes at a time.
pub(in super::super) fn stop_byte(bytes: &[u8], mut at: usize) -> usize {
    while let Some(Ok(chunk)) = bytes.get(at..at + 8).map(TryInto::<[u8; 8]>::try_into) {
        let word = u64::from_le_bytes(chunk);
        // The lowest mark is exact; a borrow can only add marks above a true one.
        let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
        let marks = zero(word ^ (ONES * 0x22)) | zero(word ^ (ONES * 0x5C)) | control;
        if marks != 0 {
            return at + (marks.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    while let Some(byte) = bytes.get(at) {
        if matches!(byte, b'"' | b'\\' | 0..=0x1F) {
            break;
        }
        at += 1;
    }
    at
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// An object with fewer keys than this is checked for duplicates as it is read.
const FEW: usize = 48;
