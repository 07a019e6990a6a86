//! Holds the tiles against another implementation, which also reads ours.

use super::*;
use crate::tree::{Tree, consistency_proof, inclusion_proof, leaf_hash, root_at};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use tlog_tiles::{tile as other, tlog};

const LARGE: u64 = 66_000;
static TREE: LazyLock<Tree> = LazyLock::new(|| (0..LARGE).map(nth).collect());

#[test]
fn a_path_names_one_tile() {
    for (path, layer, index, width) in [
        ("tile/0/000", Layer::Hashes(0), 0, 256),
        ("tile/0/x001/234.p/56", Layer::Hashes(0), 1234, 56),
        ("tile/63/x001/x234/067", Layer::Hashes(63), 1_234_067, 256),
        ("tile/entries/999.p/1", Layer::Entries, 999, 1),
        ("tile/2/x018/x446/x744/x073/x709/x551/615", Layer::Hashes(2), u64::MAX, 256),
    ] {
        let tile = Tile::new(layer, index, width).unwrap();
        assert_eq!(tile.to_string(), path);
        assert_eq!(path.parse(), Ok(tile));
    }
}

#[test]
fn a_second_spelling_is_refused() {
    for path in [
        "",
        "tile",
        "tile/0",
        "tile/0/",
        "tile/00/000",
        "tile/+1/000",
        "tile/64/000",
        "tile/256/000",
        "tile/0/0",
        "tile/0/0000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/xx01/002",
        "tile/0/+01",
        "tile/0/000.p/0",
        "tile/0/000.p/01",
        "tile/0/000.p/256",
        "tile/0/000.p/",
        "tile/0/000.p/1.p/1",
        "tile/0/000/",
        "/tile/0/000",
        "tile/data/000",
        "tile/8/0/000",
        "tile/0/x018/x446/x744/x073/x709/x551/616",
    ] {
        assert!(Tile::parse(path).is_err(), "{path}");
    }
    assert!(Tile::new(Layer::Hashes(64), 0, 1).is_err());
    assert!(Tile::new(Layer::Entries, 0, 0).is_err());
    assert!(Tile::new(Layer::Entries, 0, 257).is_err());
}

/// The example of the specification.
#[test]
fn a_log_of_seventy_thousand_leaves_has_the_tiles_of_the_standard() {
    let tiles: Vec<_> = hash_tiles(0, 70_000).collect();
    let full = |level| tiles.iter().filter(|t| t.layer == Layer::Hashes(level) && t.width == FULL).count();
    let partial =
        |level| tiles.iter().find(|t| t.layer == Layer::Hashes(level) && t.width < FULL).unwrap().width;
    assert_eq!((full(0), partial(0)), (273, 112));
    assert_eq!((full(1), partial(1)), (1, 17));
    assert_eq!((full(2), partial(2)), (0, 1));
    assert_eq!(tiles.len(), 277);
}

#[test]
fn a_log_that_does_not_grow_writes_nothing() {
    for (old, new) in [(0, 0), (256, 256), (257, 256), (u64::MAX, u64::MAX)] {
        assert_eq!(hash_tiles(old, new).chain(entry_bundles(old, new)).count(), 0);
    }
}

#[test]
fn growth_in_steps_keeps_every_proof_readable() {
    let (mut store, mut size) = (BTreeMap::new(), 0);
    for next in [1, 3, 255, 256, 257, 1000, 65_535, 65_536, 65_537, LARGE] {
        for tile in hash_tiles(size, next) {
            store.insert(tile.path(), tile.bytes(&*TREE).unwrap());
        }
        let hashes = TileHashes::new(next, |tile: &Tile| store.get(&tile.path()).cloned());
        assert_eq!(root_at(&hashes, next), TREE.root_at(next));
        assert_eq!(consistency_proof(&hashes, size, next), consistency_proof(&*TREE, size, next));
        for index in [0, next / 3, next - 1] {
            assert_eq!(inclusion_proof(&hashes, index, next), inclusion_proof(&*TREE, index, next));
        }
        size = next;
    }
}

#[test]
fn a_full_tile_serves_for_the_partial_one_that_was_deleted() {
    let hashes = TileHashes::new(300, |tile: &Tile| {
        let Layer::Hashes(level) = tile.layer() else { return None };
        let width = if level == 0 { FULL } else { tile.width() };
        Tile::new(tile.layer(), tile.index(), width).ok()?.bytes(&*TREE).ok()
    });
    assert_eq!(root_at(&hashes, 300), TREE.root_at(300));
    // The wide tile holds more, but the log of that size has not got it.
    assert_eq!(hashes.get(0, 300), None);
}

#[test]
fn a_missing_or_short_tile_gives_no_hash() {
    assert_eq!(TileHashes::new(300, |_: &Tile| None).get(0, 0), None);
    assert_eq!(TileHashes::new(300, |_: &Tile| Some(vec![0; 31])).get(0, 0), None);
    let zeros = TileHashes::new(u64::MAX, |_: &Tile| Some(vec![0; 8192]));
    for level in 0..=u8::MAX {
        assert_eq!(zeros.get(level, u64::MAX), None);
    }
    assert!(Tile::new(Layer::Entries, 0, 1).unwrap().bytes(&*TREE).is_err());
    assert!(Tile::new(Layer::Hashes(8), 0, 1).unwrap().bytes(&*TREE).is_err());
    assert!(Tile::new(Layer::Hashes(0), u64::MAX, 1).unwrap().bytes(&*TREE).is_err());
    let missing = Tile::new(Layer::Hashes(2), 0, 2).unwrap().bytes(&*TREE);
    assert_eq!(missing, Err(Error::Missing { level: 16, index: 1 }));
}

#[test]
fn the_other_implementation_reads_our_tiles() {
    for size in [1, 255, 256, 257, 65_535, 65_536, 65_537, LARGE] {
        let root = tlog::Hash(TREE.root_at(size).unwrap());
        let reader = other::TileHashReader::new(size, root, &Ours);
        for index in [0, size / 2, size - 1] {
            let proof = tlog::prove_record(size, index, &reader).unwrap();
            tlog::check_record(&proof, size, root, index, tlog::Hash(nth(index))).unwrap();
        }
    }
}

#[test]
fn a_bundle_is_read_as_written_and_refused_when_cut() {
    let leaves = [b"".as_slice(), b"a", &[7; 65_535]];
    let bytes = encode_bundle(&leaves).unwrap();
    assert_eq!(&bytes[..6], [0, 0, 0, 1, b'a', 255]);
    assert_eq!(decode_bundle(&bytes), Ok(leaves.to_vec()));
    assert!(decode_bundle(&bytes[..bytes.len() - 1]).is_err());
    assert!(decode_bundle(&[0]).is_err());
    assert_eq!(decode_bundle(&[]), Ok(vec![]));
    assert!(encode_bundle(&[vec![0; 65_536]]).is_err());
    assert!(encode_bundle(&[b""; 257]).is_err());
    assert!(decode_bundle(&[0; 2 * 257]).is_err());
}

proptest! {
    #[test]
    fn both_implementations_write_the_same_tiles(old in 0..LARGE, more in 0_u64..3000) {
        let new = old + more;
        let ours: Vec<_> = hash_tiles(old, new).map(|tile| tile.path()).collect();
        let theirs: Vec<_> = other::Tile::new_tiles(8, old, new).iter().map(their_path).collect();
        prop_assert_eq!(ours, theirs);
        let lowest: Vec<_> = hash_tiles(old, new)
            .filter(|tile| tile.layer == Layer::Hashes(0))
            .map(|tile| tile.path().replacen("tile/0/", "tile/entries/", 1))
            .collect();
        prop_assert_eq!(entry_bundles(old, new).map(|tile| tile.path()).collect::<Vec<_>>(), lowest);
    }

    #[test]
    fn both_implementations_agree_on_paths(
        level in 0..64_u8,
        index in any::<u64>(),
        shift in 0..64,
        width in 1..=256_u16,
    ) {
        let ours = Tile::new(Layer::Hashes(level), index >> shift, width).unwrap();
        let theirs = other::Tile::new(8, level, index >> shift, width.into(), false);
        prop_assert_eq!(ours.path(), their_path(&theirs));
        prop_assert_eq!(Tile::parse(&ours.path()), Ok(ours));
    }

    #[test]
    fn what_is_read_is_written_the_same(path in "tile/([0-9]{1,2}|entries)(/x?[0-9]{3}){1,4}(\\.p/[0-9]{1,3})?") {
        if let Ok(tile) = Tile::parse(&path) {
            prop_assert_eq!(tile.path(), path);
        }
    }

    #[test]
    fn any_text_is_read_without_panic(
        path in "\\PC{0,40}",
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let _ = Tile::parse(&path);
        let _ = Tile::parse(&format!("tile/{path}"));
        if let Ok(leaves) = decode_bundle(&bytes) {
            prop_assert_eq!(encode_bundle(&leaves), Ok(bytes.clone()));
        }
    }

    #[test]
    fn any_hash_of_the_log_is_found_in_its_tiles(size in 1..=LARGE, level in 0..20_u8, at in any::<u64>()) {
        let hashes = TileHashes::new(size, |tile: &Tile| tile.bytes(&*TREE).ok());
        let count = size >> level;
        if count > 0 {
            prop_assert_eq!(hashes.get(level, at % count), TREE.get(level, at % count));
        }
        prop_assert_eq!(hashes.get(level, count), None);
    }
}

/// Our tiles, offered to the other implementation.
struct Ours;

impl other::TileReader for Ours {
    fn height(&self) -> u8 {
        8
    }

    fn read_tiles(&self, tiles: &[other::Tile]) -> Result<Vec<Vec<u8>>, tlog::Error> {
        let bytes = |tile: &other::Tile| {
            assert_eq!(tile.height(), 8);
            Tile::parse(&their_path(tile)).unwrap().bytes(&*TREE).unwrap()
        };
        Ok(tiles.iter().map(bytes).collect())
    }

    fn save_tiles(&self, _: &[other::Tile], _: &[Vec<u8>]) {}
}

/// The other implementation writes the height, which tlog-tiles leaves out.
fn their_path(tile: &other::Tile) -> String {
    tile.path().replacen("tile/8/", "tile/", 1)
}

fn nth(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}
