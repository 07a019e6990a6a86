//! Goes through a bundle of any size, one object at a time.
//!
//! The source is read in blocks. An object is held while it is looked at and
//! then forgotten, so that memory does not grow with the file. What stands
//! around the objects, the type and the id of the bundle, is kept as
//! [`Stream::head`].
//!
//! Read are: a bundle, a TAXII envelope, a list of objects, and one object
//! alone; [`Stream::of`] reads any other object that holds a list the same way. An object that cannot be read is handed on as it is, one beyond the
//! limits is passed over and named, and the next one follows; only a text whose
//! end cannot be found stops the reading.
//!
//! Source: STIX 2.1 section 8; TAXII 2.1 section 3.7; RFC 8259.

use super::json::stop_byte;
use super::{Limits, Tree};
use crate::{Error, Result};
use std::io::Read;

#[cfg(test)]
mod tests;

/// A source of objects that is read block by block.
#[derive(Debug)]
pub struct Stream<R> {
    source: R,
    limits: Limits,
    block: Vec<u8>,
    /// Where in `block` the next byte is, and where the bytes end.
    at: usize,
    end: usize,
    /// How many bytes of the source were before `block`.
    before: u64,
    /// The object, or the member of the bundle, that is being read.
    value: Vec<u8>,
    head: Vec<u8>,
    state: State,
    /// Why the value that was just passed over is not in `value`.
    refused: Option<Error>,
    number: usize,
    had_objects: bool,
    /// The member that holds the list.
    list: &'static str,
    /// Whether another value may follow.
    many: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Start,
    /// Between the members of the outermost object.
    Member,
    /// Between the objects of the list; the flag says whether it is the root.
    Object {
        root: bool,
        first: bool,
    },
    Done,
}

/// One object of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// The number in the list, from 0; `None` for an object that stands alone.
    pub number: Option<usize>,
    /// Whether it stands in a bundle or an envelope, not in a plain list or alone.
    pub bundled: bool,
    /// The object as it arrived; it is empty if it was `refused`.
    pub bytes: &'a [u8],
    /// Why the object was passed over: it is larger or deeper than the limits.
    pub refused: Option<Error>,
}

impl<R: Read> Stream<R> {
    /// Begins to read. `limits` apply to each object, not to the whole.
    pub fn new(source: R, limits: Limits) -> Self {
        Self::of(source, limits, OBJECTS)
    }

    /// Begins to read an object that holds its list under another name than `objects`.
    pub fn of(source: R, limits: Limits, list: &'static str) -> Self {
        Self {
            list,
            many: false,
            source,
            limits,
            block: vec![0; BLOCK],
            at: 0,
            end: 0,
            before: 0,
            value: Vec::new(),
            head: b"{".to_vec(),
            state: State::Start,
            refused: None,
            number: 0,
            had_objects: false,
        }
    }

    /// Lets one value follow another, as in a file with one object a line; numbers begin anew.
    #[must_use]
    pub fn many(mut self) -> Self {
        self.many = true;
        self
    }

    /// Returns how many bytes were taken from the source and looked at.
    pub fn offset(&self) -> u64 {
        self.before + self.at as u64
    }

    /// Returns what stands around the objects, as an object without `objects`;
    /// whole once the stream has ended. Empty, `{}`, for a list or an object alone.
    pub fn head(&self) -> Vec<u8> {
        let mut head = self.head.clone();
        head.push(b'}');
        head
    }

    /// Says whether there was a list of objects, even an empty one.
    pub fn had_objects(&self) -> bool {
        self.had_objects
    }

    /// Returns the next object, or nothing at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the end of a value cannot be found or the source
    /// fails, [`Error::TooLarge`] and [`Error::TooDeep`] if what stands around
    /// the objects is beyond the limits; the stream has ended then.
    pub fn next_piece(&mut self) -> Result<Option<Piece<'_>>> {
        let found = self.step();
        let bundled = matches!(self.state, State::Object { root: false, .. });
        match found {
            Ok(Some(number)) => {
                Ok(Some(Piece { number, bundled, bytes: &self.value, refused: self.refused.take() }))
            }
            Ok(None) => Ok(None),
            Err(error) => {
                self.state = State::Done;
                Err(error)
            }
        }
    }

    fn step(&mut self) -> Result<Option<Option<usize>>> {
        loop {
            match self.state {
                State::Done => return Ok(None),
                State::Start => {
                    if let Some(alone) = self.start()? {
                        return Ok(Some(alone));
                    }
                }
                State::Member => {
                    if let Some(alone) = self.member()? {
                        return Ok(Some(alone));
                    }
                }
                State::Object { root, first } => {
                    if self.object(root, first)? {
                        self.number += 1;
                        return Ok(Some(Some(self.number - 1)));
                    }
                }
            }
        }
    }

    /// Looks at what the source begins with.
    fn start(&mut self) -> Result<Option<Option<usize>>> {
        self.head.truncate(1);
        (self.number, self.had_objects) = (0, false);
        match self.mark()? {
            Some(b'[') => {
                self.at += 1;
                self.had_objects = true;
                self.state = State::Object { root: true, first: true };
                Ok(None)
            }
            Some(b'{') => {
                self.at += 1;
                self.state = State::Member;
                if self.mark()? == Some(b'}') {
                    self.at += 1;
                    self.close()?;
                    self.value = b"{}".to_vec();
                    return Ok(Some(None));
                }
                Ok(None)
            }
            Some(_) => Err(self.wrong("$: neither an object nor a list")),
            None => Err(self.wrong("$: there is nothing to read")),
        }
    }

    /// Reads one member of the outermost object.
    fn member(&mut self) -> Result<Option<Option<usize>>> {
        if self.mark()? != Some(b'"') {
            return Err(self.wrong("$: a key in double quotes is missing"));
        }
        self.value.clear();
        self.span()?;
        let key = std::mem::take(&mut self.value);
        if self.mark()? != Some(b':') {
            return Err(self.wrong("$: a colon is missing"));
        }
        self.at += 1;
        let opened = self.mark()?;
        if opened == Some(b'[') && self.is_objects(&key)? {
            self.at += 1;
            self.had_objects = true;
            self.state = State::Object { root: false, first: true };
            return Ok(None);
        }
        if self.head.len() > 1 {
            self.head.push(b',');
        }
        self.head.extend_from_slice(&key);
        self.head.push(b':');
        self.span()?;
        self.head.append(&mut self.value);
        if self.head.len() > self.limits.bytes {
            return Err(Error::TooLarge { limit: self.limits.bytes });
        }
        self.after_member()
    }

    /// Says whether this key opens the list of a bundle or a TAXII envelope.
    fn is_objects(&self, key: &[u8]) -> Result<bool> {
        let is = |key: &[u8]| {
            Ok::<_, Error>(Tree::read(key, &self.limits)?.root().as_text().as_deref() == Some(self.list))
        };
        if !is(key)? {
            return Ok(false);
        }
        if self.had_objects {
            return Err(self.wrong(&format!("$.{}: the key is there twice", self.list)));
        }
        if self.list != OBJECTS {
            return Ok(true);
        }
        // An object that says its type first, and is no bundle, is read whole.
        let head = self.head();
        let tree = Tree::read(&head, &self.limits)?;
        Ok(tree.root().get("type").is_none_or(|kind| kind.as_text().as_deref() == Some("bundle")))
    }

    fn after_member(&mut self) -> Result<Option<Option<usize>>> {
        match self.mark()? {
            Some(b',') => {
                self.at += 1;
                self.state = State::Member;
                Ok(None)
            }
            Some(b'}') => {
                self.at += 1;
                self.close()?;
                if self.had_objects {
                    return Ok(None);
                }
                self.value = self.head();
                self.head.truncate(1);
                Ok(Some(None))
            }
            _ => Err(self.wrong("$: a comma or } is missing")),
        }
    }

    /// Reads one object of the list; false at the end of the list.
    fn object(&mut self, root: bool, first: bool) -> Result<bool> {
        let next = self.mark()?;
        if next == Some(b']') {
            self.at += 1;
            if root {
                self.close()?;
            } else {
                self.after_member()?;
            }
            return Ok(false);
        }
        if !first {
            if next != Some(b',') {
                return Err(self.wrong_at("a comma or ] is missing"));
            }
            self.at += 1;
            self.mark()?;
        }
        self.value.clear();
        self.state = State::Object { root, first: false };
        self.span()?;
        Ok(true)
    }

    /// Checks that nothing follows.
    fn close(&mut self) -> Result<()> {
        self.state = State::Done;
        match self.mark()? {
            None => Ok(()),
            Some(_) if self.many => {
                self.state = State::Start;
                Ok(())
            }
            Some(_) => Err(self.wrong("$: something follows the value")),
        }
    }

    /// Skips white space and returns the next byte, without taking it.
    fn mark(&mut self) -> Result<Option<u8>> {
        loop {
            while let Some(byte) = self.block.get(self.at..self.end).and_then(<[u8]>::first) {
                if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                    return Ok(Some(*byte));
                }
                self.at += 1;
            }
            if !self.fill()? {
                return Ok(None);
            }
        }
    }

    /// Reads the next block once the last one was taken; false at the end.
    fn fill(&mut self) -> Result<bool> {
        self.before += self.end as u64;
        (self.at, self.end) = (0, 0);
        loop {
            match self.source.read(&mut self.block) {
                Ok(read) => {
                    self.end = read;
                    return Ok(read > 0);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.wrong(&format!("reading failed: {error}"))),
            }
        }
    }

    /// Takes one value into `value`, up to its end; one beyond the limits is
    /// passed over and not kept.
    fn span(&mut self) -> Result<()> {
        let mut scan = Scan::default();
        loop {
            let block = self.block.get(self.at..self.end).unwrap_or_default();
            let taken = scan.take(block);
            if self.refused.is_none() {
                self.value.extend_from_slice(block.get(..taken).unwrap_or_default());
            }
            self.at += taken;
            if self.value.len() > self.limits.bytes {
                self.refuse(Error::TooLarge { limit: self.limits.bytes });
            }
            if scan.deepest > self.limits.depth {
                self.refuse(Error::TooDeep { limit: self.limits.depth });
            }
            if scan.over {
                break;
            }
            if !self.fill()? {
                if scan.scalar {
                    break;
                }
                return Err(self.wrong_at("the text ends inside a value"));
            }
        }
        match self.refused.take() {
            // One object of a list can be passed over; the rest can go on.
            Some(error) if matches!(self.state, State::Object { .. }) => {
                self.refused = Some(error);
                Ok(())
            }
            Some(error) => Err(error),
            None => Ok(()),
        }
    }

    fn refuse(&mut self, error: Error) {
        self.value = Vec::new();
        self.refused.get_or_insert(error);
    }

    fn wrong(&self, what: &str) -> Error {
        Error::malformed(what, usize::try_from(self.offset()).unwrap_or(usize::MAX))
    }

    fn wrong_at(&self, what: &str) -> Error {
        match self.state {
            State::Object { root, .. } => {
                let list = if root { String::new() } else { format!(".{}", self.list) };
                self.wrong(&format!("${list}[{}]: {what}", self.number))
            }
            _ => self.wrong(&format!("$: {what}")),
        }
    }
}

/// Finds the end of a value without judging it.
#[derive(Debug, Default)]
struct Scan {
    depth: usize,
    deepest: usize,
    in_text: bool,
    escaped: bool,
    /// A number or a word, which ends where something else begins.
    scalar: bool,
    over: bool,
}

impl Scan {
    /// Returns how many bytes of `block` belong to the value.
    fn take(&mut self, block: &[u8]) -> usize {
        let mut at = 0;
        while !self.over {
            if self.in_text {
                at = self.text(block, at);
                if self.in_text {
                    return block.len();
                }
                self.over = self.depth == 0;
                continue;
            }
            let Some(byte) = block.get(at) else { return block.len() };
            match byte {
                b'"' if !self.scalar => self.in_text = true,
                b'{' | b'[' if !self.scalar => {
                    self.depth += 1;
                    self.deepest = self.deepest.max(self.depth);
                }
                b'}' | b']' if self.depth > 0 => {
                    self.depth -= 1;
                    self.over = self.depth == 0;
                }
                b',' | b'}' | b']' | b':' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 => {
                    self.over = true;
                    return at;
                }
                _ => self.scalar = self.depth == 0,
            }
            at += 1;
        }
        at
    }

    /// Goes on inside a string and returns where it stopped.
    fn text(&mut self, block: &[u8], mut at: usize) -> usize {
        while at < block.len() {
            if self.escaped {
                self.escaped = false;
                at += 1;
                continue;
            }
            at = stop_byte(block, at);
            match block.get(at) {
                Some(b'"') => {
                    self.in_text = false;
                    return at + 1;
                }
                Some(b'\\') => self.escaped = true,
                _ => {}
            }
            at += 1;
        }
        at.min(block.len())
    }
}

/// The member that holds the list of a bundle or an envelope.
const OBJECTS: &str = "objects";

/// The size of a block in bytes.
const BLOCK: usize = 256 * 1024;
