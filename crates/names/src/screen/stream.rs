//! Texts that come in pieces. A text is always read in the same blocks, however
//! it comes, so pieces and whole give the same hits.

use super::types::{Hit, Options};
use super::whole::{Index, Scratch, Told};

/// Screens a text that comes in pieces, in bounded memory; the hits are those of
/// the whole text, with spans counted from its beginning.
#[derive(Debug)]
pub struct Stream<'i> {
    index: &'i Index,
    options: Options,
    held: Vec<u8>,
    offset: usize,
    told: Told,
}

impl<'i> Stream<'i> {
    /// Begins a text.
    #[must_use]
    pub fn new(index: &'i Index, options: Options) -> Self {
        Self { index, options, held: Vec::new(), offset: 0, told: Told::default() }
    }

    /// Takes the next piece, cut anywhere, and gives the hits that are certain
    /// by now. Bytes that are not UTF-8 count as signs between words.
    pub fn feed(&mut self, piece: &[u8], scratch: &mut Scratch, found: &mut dyn FnMut(Hit)) {
        for part in piece.chunks(BLOCK) {
            self.held.extend_from_slice(part);
            let mut from = 0;
            while let Some(end) = cut(&self.held, from, false) {
                self.screen(from, end, scratch, found);
                from = end;
            }
            self.held.drain(..from);
            self.offset += from;
        }
    }

    /// Ends the text and gives the rest of its hits.
    pub fn finish(mut self, scratch: &mut Scratch, found: &mut dyn FnMut(Hit)) {
        let mut from = 0;
        while from < self.held.len() {
            let end = cut(&self.held, from, true).unwrap_or(self.held.len());
            self.screen(from, end, scratch, found);
            from = end;
        }
    }

    fn screen(&mut self, from: usize, end: usize, scratch: &mut Scratch, found: &mut dyn FnMut(Hit)) {
        let bytes = self.held.get(from..end).unwrap_or(&[]);
        let mut hits = Vec::new();
        let text = readable(bytes);
        self.index.block(&text, self.offset + from, &self.options, scratch, &mut self.told, &mut hits);
        hits.into_iter().for_each(found);
    }
}

/// How many bytes are read together.
const BLOCK: usize = 64 * 1024;
/// How far before the end of a block a good place to cut is sought.
const SLACK: usize = 16 * 1024;

/// Gives the end of the block that begins at `from`: the end of a paragraph, or
/// of a sentence, a line, a word, or a letter, whichever is found within the
/// last quarter of a block. Nothing, if more of the text is needed to tell.
pub(super) fn cut(bytes: &[u8], from: usize, complete: bool) -> Option<usize> {
    let full = from + BLOCK;
    if bytes.len() <= full {
        return complete.then_some(bytes.len());
    }
    let tail = bytes.get(full - SLACK..full)?;
    let after = |at: usize| Some(full - SLACK + at);
    let ends: [fn(&[u8]) -> bool; 4] = [
        |pair| pair == b"\n\n",
        |pair| matches!(pair, b".\n" | b"!\n" | b"?\n"),
        |pair| matches!(pair, [b'.' | b'!' | b'?', b' ']),
        |pair| matches!(pair, [b'\n' | b' ', _]),
    ];
    for end in ends {
        if let Some(at) = tail.windows(2).rposition(end) {
            return after(at + 1);
        }
    }
    let letter = (full - 3..=full).rev().find(|at| bytes.get(*at).is_some_and(|byte| byte & 0xc0 != 0x80));
    letter.or(Some(full))
}

/// Reads bytes as text of the same length: what is not UTF-8 becomes a sign that
/// parts words, so that spans stay true.
fn readable(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    if let Ok(text) = str::from_utf8(bytes) {
        return text.into();
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|_| '\u{1a}'));
    }
    text.into()
}
