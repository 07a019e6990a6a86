//! Cuts the tree into files of 256 hashes, and reads hashes back out of them.
//!
//! A tile that is full never changes again; only the right edge is written
//! anew. Paths are read strictly: one tile has one path. Nothing here checks
//! that a tile belongs to a root; the proofs made from it will tell.
//! Deliberately absent: pruning and compression.
//!
//! Source: C2SP tlog-tiles v0.1, "Merkle Tree" and "Log entries".

use crate::tree::{Hashes, node_hash};
use crate::{Error, Hash, Result, malformed};
use std::fmt;
use std::str::FromStr;

/// The number of hashes or leaves in a full tile.
pub const FULL: u16 = 256;

/// What a tile holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// Tree hashes of the level 0 to 63, in steps of eight tree levels.
    Hashes(u8),
    /// The leaves themselves.
    Entries,
}

/// The place of one tile: layer, index within the layer, and width.
///
/// The width is 1 to 256; less than 256 makes a partial tile, which only the
/// right edge has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    layer: Layer,
    index: u64,
    width: u16,
}

impl Tile {
    /// Names a tile.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the level is above 63 or the width not 1 to 256.
    pub fn new(layer: Layer, index: u64, width: u16) -> Result<Self> {
        if matches!(layer, Layer::Hashes(64..)) {
            return Err(malformed(TILE, "level above 63"));
        }
        if !(1..=FULL).contains(&width) {
            return Err(malformed(TILE, "width outside 1 to 256"));
        }
        Ok(Self { layer, index, width })
    }

    /// Tells what the tile holds.
    pub fn layer(&self) -> Layer {
        self.layer
    }

    /// Tells the index within the layer.
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Tells the number of hashes or leaves, 1 to 256.
    pub fn width(&self) -> u16 {
        self.width
    }

    /// Reads a path such as `tile/0/x001/234.p/56` or `tile/entries/000`.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] for every path that [`Tile::path`] would not write.
    pub fn parse(path: &str) -> Result<Self> {
        let tile = read_path(path)?;
        // Writing it again catches every second spelling: leading zeros, signs, "x000/", ".p/256".
        if tile.path() == path { Ok(tile) } else { Err(malformed(TILE, "not the only spelling")) }
    }

    /// Writes the path below the log's prefix, without a leading slash.
    pub fn path(&self) -> String {
        let mut index = format!("{:03}", self.index % GROUP);
        let mut rest = self.index / GROUP;
        while rest > 0 {
            index = format!("x{:03}/{index}", rest % GROUP);
            rest /= GROUP;
        }
        let layer = match self.layer {
            Layer::Hashes(level) => level.to_string(),
            Layer::Entries => ENTRIES.to_owned(),
        };
        match self.width {
            FULL => format!("tile/{layer}/{index}"),
            width => format!("tile/{layer}/{index}.p/{width}"),
        }
    }

    /// Collects the bytes of a tile of hashes.
    ///
    /// # Errors
    ///
    /// [`Error::Missing`] if `hashes` lacks one; [`Error::Malformed`] if the
    /// tile holds entries or lies beyond any tree.
    pub fn bytes<H: Hashes + ?Sized>(&self, hashes: &H) -> Result<Vec<u8>> {
        let Layer::Hashes(tile_level @ 0..8) = self.layer else {
            return Err(malformed(TILE, "no hashes at this level"));
        };
        let first =
            self.index.checked_mul(u64::from(FULL)).ok_or(malformed(TILE, "index beyond any tree"))?;
        let level = tile_level * HEIGHT;
        let mut bytes = Vec::with_capacity(usize::from(self.width) * 32);
        for index in (first..).take(usize::from(self.width)) {
            bytes.extend(hashes.get(level, index).ok_or(Error::Missing { level, index })?);
        }
        Ok(bytes)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())
    }
}

impl FromStr for Tile {
    type Err = Error;

    fn from_str(path: &str) -> Result<Self> {
        Self::parse(path)
    }
}

/// Lists the tiles of hashes to write when a log grows from `old` to `new` leaves.
///
/// Low levels first, from left to right; empty if the log does not grow.
pub fn hash_tiles(old: u64, new: u64) -> impl Iterator<Item = Tile> {
    (0..8).flat_map(move |level| {
        layer_tiles(Layer::Hashes(level), old >> (level * HEIGHT), new >> (level * HEIGHT))
    })
}

/// Lists the bundles of leaves to write when a log grows from `old` to `new` leaves.
///
/// From left to right; empty if the log does not grow.
pub fn entry_bundles(old: u64, new: u64) -> impl Iterator<Item = Tile> {
    layer_tiles(Layer::Entries, old, new)
}

/// Writes the leaves of one bundle, each behind its length.
///
/// # Errors
///
/// [`Error::TooLarge`] for more than 256 leaves or one above 65,535 bytes.
pub fn encode_bundle<E: AsRef<[u8]>>(leaves: &[E]) -> Result<Vec<u8>> {
    if leaves.len() > usize::from(FULL) {
        return Err(Error::TooLarge { what: "bundle", max: usize::from(FULL) });
    }
    let mut bytes = Vec::new();
    for leaf in leaves.iter().map(AsRef::as_ref) {
        let max = usize::from(u16::MAX);
        let len = u16::try_from(leaf.len()).map_err(|_| Error::TooLarge { what: "leaf", max })?;
        bytes.extend(len.to_be_bytes());
        bytes.extend(leaf);
    }
    Ok(bytes)
}

/// Reads the leaves of one bundle.
///
/// # Errors
///
/// [`Error::Malformed`] if a leaf is cut short; [`Error::TooLarge`] for more
/// than 256 leaves.
pub fn decode_bundle(mut bytes: &[u8]) -> Result<Vec<&[u8]>> {
    let mut leaves = Vec::new();
    while !bytes.is_empty() {
        if leaves.len() == usize::from(FULL) {
            return Err(Error::TooLarge { what: "bundle", max: usize::from(FULL) });
        }
        let (len, rest) = bytes.split_first_chunk().ok_or(malformed("bundle", "length cut short"))?;
        let len = usize::from(u16::from_be_bytes(*len));
        let (leaf, rest) = rest.split_at_checked(len).ok_or(malformed("bundle", "leaf cut short"))?;
        leaves.push(leaf);
        bytes = rest;
    }
    Ok(leaves)
}

/// Reads the hashes of a log out of its tiles.
///
/// `read` receives a tile of the log at this size and gives its bytes; those of
/// a wider tile with the same index will do as well. It is asked once for every
/// hash, so a slow reader wants a cache of its own.
pub struct TileHashes<F> {
    size: u64,
    read: F,
}

impl<F: Fn(&Tile) -> Option<Vec<u8>>> TileHashes<F> {
    /// Takes the tiles of a log of `size` leaves.
    pub fn new(size: u64, read: F) -> Self {
        Self { size, read }
    }
}

impl<F: Fn(&Tile) -> Option<Vec<u8>>> Hashes for TileHashes<F> {
    fn get(&self, level: u8, index: u64) -> Option<Hash> {
        let (tile_level, climb) = (level / HEIGHT, level % HEIGHT);
        if tile_level >= 8 {
            return None;
        }
        // The hash stands `climb` levels above `count` neighbouring hashes of the tile.
        let count = 1_u64 << climb;
        let first = index.checked_mul(count)?;
        let stored = self.size >> (tile_level * HEIGHT);
        if first.checked_add(count)? > stored {
            return None;
        }
        let (tile_index, offset) = (first / u64::from(FULL), (first % u64::from(FULL)) as usize);
        let width = (stored - tile_index * u64::from(FULL)).min(u64::from(FULL)) as u16;
        let bytes = (self.read)(&Tile::new(Layer::Hashes(tile_level), tile_index, width).ok()?)?;
        let (hashes, _) = bytes.as_chunks::<32>();
        fold(hashes.get(offset..offset + count as usize)?)
    }
}

/// Hashes a complete subtree down to its root; nothing for an empty one.
fn fold(hashes: &[Hash]) -> Option<Hash> {
    match hashes {
        [] => None,
        [hash] => Some(*hash),
        _ => {
            let (left, right) = hashes.split_at_checked(hashes.len() / 2)?;
            Some(node_hash(&fold(left)?, &fold(right)?))
        }
    }
}

fn layer_tiles(layer: Layer, old: u64, new: u64) -> impl Iterator<Item = Tile> {
    let full = u64::from(FULL);
    let tiles = if old < new { old / full..new.div_ceil(full) } else { 0..0 };
    tiles.map(move |index| Tile { layer, index, width: (new - index * full).min(full) as u16 })
}

fn read_path(path: &str) -> Result<Tile> {
    let path = path.strip_prefix("tile/").ok_or(malformed(TILE, "no tile/ in front"))?;
    let (layer, path) = path.split_once('/').ok_or(malformed(TILE, "no index"))?;
    let layer = match layer {
        ENTRIES => Layer::Entries,
        level => Layer::Hashes(level.parse().map_err(|_| malformed(TILE, "level not a small number"))?),
    };
    let (index, width) = match path.split_once(".p/") {
        None => (path, FULL),
        Some((index, width)) => {
            (index, width.parse().map_err(|_| malformed(TILE, "width not a small number"))?)
        }
    };
    let mut number = 0_u64;
    for group in index.split('/') {
        let group: u64 = group
            .trim_start_matches('x')
            .parse()
            .ok()
            .filter(|group| *group < GROUP)
            .ok_or(malformed(TILE, "index not in groups of three digits"))?;
        number = number
            .checked_mul(GROUP)
            .and_then(|number| number.checked_add(group))
            .ok_or(malformed(TILE, "index beyond any tree"))?;
    }
    Tile::new(layer, number, width)
}

/// The tree levels that one tile spans.
const HEIGHT: u8 = 8;
const GROUP: u64 = 1000;
const ENTRIES: &str = "entries";
const TILE: &str = "tile path";

#[cfg(test)]
mod tests;
