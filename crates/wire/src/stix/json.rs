//! Reads one JSON text into a flat tape that borrows it.
//!
//! Every value keeps the range of bytes it was read from: what goes out again
//! is what came in. Refused, each with path and byte: invalid UTF-8, a byte
//! order mark, duplicate keys, lone surrogates, numbers beyond a double,
//! nesting or size above the [`Limits`], anything after the value.
//!
//! Source: RFC 8259; RFC 7493 sections 2.1 to 2.3.

use crate::{Error, Result};
use std::borrow::Cow;

mod read;
pub(super) use read::stop_byte;
#[cfg(test)]
mod tests;

/// How much of one object is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Size of one object in bytes; at most 4 GiB whatever is set here.
    pub bytes: usize,
    /// Nesting of lists and objects.
    pub depth: usize,
    /// Number of values and keys in one object.
    pub values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 16 * 1024 * 1024, depth: 64, values: 2_000_000 }
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `null`, which no STIX property may hold.
    Null,
    /// `true` or `false`.
    Bool,
    /// Any number.
    Number,
    /// A string.
    Text,
    /// An array.
    List,
    /// An object.
    Map,
}

/// One place on the tape. A map holds key, value, key, value; `next` is the
/// index after everything below.
#[derive(Debug, Clone, Copy)]
struct Node {
    start: u32,
    end: u32,
    next: u32,
    kind: Kind,
    /// The text has no escape, so that its bytes are its value.
    plain: bool,
}

/// The memory of a tree that is no longer needed.
#[derive(Debug, Default)]
pub struct Memory(Vec<Node>);

/// One JSON text that was read and found well-formed.
#[derive(Debug, Clone)]
pub struct Tree<'a> {
    text: &'a str,
    nodes: Vec<Node>,
}

impl<'a> Tree<'a> {
    /// Reads one value with nothing but white space around it.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`], [`Error::TooDeep`], [`Error::TooMany`],
    /// [`Error::NotText`], and [`Error::Malformed`] with the path.
    pub fn read(bytes: &'a [u8], limits: &Limits) -> Result<Self> {
        Self::read_into(bytes, limits, Memory::default())
    }

    /// Reads like [`Tree::read`], into memory that another tree has left.
    ///
    /// # Errors
    ///
    /// As [`Tree::read`].
    pub fn read_into(bytes: &'a [u8], limits: &Limits, memory: Memory) -> Result<Self> {
        let mut nodes = memory.0;
        nodes.clear();
        let limit = limits.bytes.min(u32::MAX as usize);
        if bytes.len() > limit {
            return Err(Error::TooLarge { limit });
        }
        let text = std::str::from_utf8(bytes)
            .map_err(|error| Error::NotText { encoding: "UTF-8".into(), at: error.valid_up_to() })?;
        let nodes = read::tape(text, limits, nodes)?;
        Ok(Self { text, nodes })
    }

    /// Gives the memory of the tape up for the next tree.
    pub fn into_memory(self) -> Memory {
        Memory(self.nodes)
    }

    /// Returns what was read, with the white space around it.
    pub const fn text(&self) -> &'a str {
        self.text
    }

    /// Returns the whole value.
    pub fn root(&self) -> Value<'_> {
        Value { text: self.text, nodes: &self.nodes, at: 0 }
    }
}

/// One value in a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    text: &'a str,
    nodes: &'a [Node],
    at: u32,
}

impl<'a> Value<'a> {
    /// Says what the value is.
    pub fn kind(self) -> Kind {
        self.node().kind
    }

    /// Returns the value as it was written, a string with its quotes.
    pub fn raw(self) -> &'a str {
        let node = self.node();
        let quotes = usize::from(node.kind == Kind::Text);
        let (start, end) = (node.start as usize, node.end as usize);
        self.text.get(start.wrapping_sub(quotes)..end.saturating_add(quotes)).unwrap_or_default()
    }

    /// Returns where the value begins, in bytes from the start of the text.
    pub fn offset(self) -> usize {
        self.node().start as usize
    }

    /// Returns a string with its escapes resolved; `None` if it is something else.
    pub fn as_text(self) -> Option<Cow<'a, str>> {
        let node = self.node();
        (node.kind == Kind::Text).then(|| self.text_of(node))
    }

    /// Returns a string without escapes; `None` if it is something else or has one.
    pub fn as_plain(self) -> Option<&'a str> {
        let node = self.node();
        if node.kind != Kind::Text || !node.plain {
            return None;
        }
        self.text.get(node.start as usize..node.end as usize)
    }

    /// Returns a truth value; `None` if it is something else.
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Bool).then(|| self.raw() == "true")
    }

    /// Returns a whole number between −(2⁵³)+1 and 2⁵³−1; `None` if it is something else.
    ///
    /// Source: STIX 2.1 section 2.8.
    pub fn as_integer(self) -> Option<i64> {
        let whole = self.kind() == Kind::Number && !self.raw().contains(['.', 'e', 'E']);
        let number: i64 = if whole { self.raw().parse().ok()? } else { return None };
        (number.unsigned_abs() <= MOST_INTEGER).then_some(number)
    }

    /// Returns a number as a double; `None` if it is something else.
    pub fn as_float(self) -> Option<f64> {
        if self.kind() == Kind::Number { self.raw().parse().ok() } else { None }
    }

    /// Goes through the members of an object in the order they were written;
    /// empty for anything else.
    pub fn entries(self) -> Entries<'a> {
        let node = self.node();
        let (from, to) = if node.kind == Kind::Map { (self.at + 1, node.next) } else { (0, 0) };
        Entries { text: self.text, nodes: self.nodes, at: from, end: to }
    }

    /// Goes through the values of a list in order; empty for anything else.
    pub fn items(self) -> Items<'a> {
        let node = self.node();
        let (from, to) = if node.kind == Kind::List { (self.at + 1, node.next) } else { (0, 0) };
        Items { text: self.text, nodes: self.nodes, at: from, end: to }
    }

    /// Finds a member of an object; `None` also if this is no object.
    pub fn get(self, key: &str) -> Option<Value<'a>> {
        self.entries().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Says whether a list or an object holds nothing; false for anything else.
    pub fn is_empty(self) -> bool {
        matches!(self.kind(), Kind::List | Kind::Map) && self.node().next == self.at + 1
    }

    fn node(self) -> Node {
        // A value is made from an index on the tape only.
        self.nodes.get(self.at as usize).copied().unwrap_or(NOTHING)
    }

    fn text_of(self, node: Node) -> Cow<'a, str> {
        let raw = self.text.get(node.start as usize..node.end as usize).unwrap_or_default();
        if node.plain { Cow::Borrowed(raw) } else { Cow::Owned(read::unescape(raw)) }
    }
}

/// The members of an object, in order.
#[derive(Debug, Clone)]
pub struct Entries<'a> {
    text: &'a str,
    nodes: &'a [Node],
    at: u32,
    end: u32,
}

impl<'a> Iterator for Entries<'a> {
    type Item = (Cow<'a, str>, Value<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let key = Value { text: self.text, nodes: self.nodes, at: self.at };
        let value = Value { at: self.at + 1, ..key };
        self.at = value.node().next;
        Some((key.text_of(key.node()), value))
    }
}

/// The values of a list, in order.
#[derive(Debug, Clone)]
pub struct Items<'a> {
    text: &'a str,
    nodes: &'a [Node],
    at: u32,
    end: u32,
}

impl<'a> Iterator for Items<'a> {
    type Item = Value<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let value = Value { text: self.text, nodes: self.nodes, at: self.at };
        self.at = value.node().next;
        Some(value)
    }
}

impl serde::Serialize for Value<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        match self.kind() {
            Kind::Null => serializer.serialize_unit(),
            Kind::Bool => serializer.serialize_bool(self.raw() == "true"),
            Kind::Number => match (self.raw().parse::<i64>(), self.raw().parse::<u64>()) {
                // Minus zero is no integer.
                (Ok(0), Err(_)) => serializer.serialize_f64(-0.0),
                (Ok(number), _) => serializer.serialize_i64(number),
                (_, Ok(number)) => serializer.serialize_u64(number),
                _ => serializer.serialize_f64(self.as_float().unwrap_or_default()),
            },
            Kind::Text => serializer.serialize_str(&self.as_text().unwrap_or_default()),
            Kind::List => serializer.collect_seq(self.items()),
            Kind::Map => serializer.collect_map(self.entries()),
        }
    }
}

const NOTHING: Node = Node { start: 0, end: 0, next: 0, kind: Kind::Null, plain: true };

/// The largest magnitude of a STIX integer: 2⁵³−1.
const MOST_INTEGER: u64 = 9_007_199_254_740_991;
