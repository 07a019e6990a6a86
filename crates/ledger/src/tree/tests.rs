//! Holds the tree against published roots, against another implementation, and against forgers.

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;
use tlog_tiles::tlog as other;

/// The leaves of the certificate-transparency test suite and their roots, size 0 first.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Large enough to cross the edge of a second-level tile.
const LARGE: u64 = 65_600;
static TREE: LazyLock<Tree> = LazyLock::new(|| (0..LARGE).map(nth).collect());
static STORED: LazyLock<Stored> = LazyLock::new(Stored::large);

/// Sizes at which a power of two or a tile begins or ends.
const SIZES: [u64; 17] =
    [1, 2, 3, 7, 8, 9, 255, 256, 257, 511, 512, 513, 4096, 65_535, 65_536, 65_537, LARGE];

#[test]
fn the_roots_are_the_published_ones() {
    let mut frontier = Frontier::new();
    let tree: Tree = LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect();
    for (size, want) in (0..).zip(ROOTS) {
        assert_eq!(hex(&frontier.root()), want);
        assert_eq!(hex(&tree.root_at(size).unwrap()), want);
        LEAVES.get(size as usize).iter().for_each(|leaf| frontier.push(leaf_hash(leaf)));
    }
    assert_eq!(tree.root(), frontier.root());
    assert_eq!(tree.root_at(9), Err(Error::OutOfRange { index: 9, size: 8 }));
}

/// Computed by a second program, straight from the recursion in RFC 6962 section 2.1.
#[test]
fn the_proofs_are_those_of_the_definition() {
    let tree: Tree = LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect();
    let inclusion: Vec<_> = inclusion_proof(&tree, 5, 7).unwrap().iter().map(hex).collect();
    assert_eq!(
        inclusion,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ]
    );
    let consistency: Vec<_> = consistency_proof(&tree, 3, 7).unwrap().iter().map(hex).collect();
    assert_eq!(
        consistency,
        [
            "0298d122906dcfc10892cb53a73992fc5b9f493ea4c9badb27b791b4127a7fe7",
            "07506a85fd9dd2f120eb694f86011e5bb4662e5c415a62917033d4a9624487e7",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "837dbb152e9b079010717e84e865da4ebc0fa198a806d59d31bf15accef22d0e",
        ]
    );
}

#[test]
fn both_implementations_agree_at_the_edges() {
    for size in SIZES {
        agree_on_root(size);
        for index in [0, 1, size / 2, size - 1].into_iter().filter(|index| *index < size) {
            agree_on_inclusion(index, size);
        }
        for old in SIZES.into_iter().filter(|old| *old <= size) {
            agree_on_consistency(old, size);
        }
    }
}

#[test]
fn every_pair_of_small_sizes_is_consistent_and_no_other_root_is() {
    let wrong = leaf_hash(b"wrong");
    for new in 0..=40 {
        let new_root = TREE.root_at(new).unwrap();
        for old in 0..=new {
            let old_root = TREE.root_at(old).unwrap();
            let proof = consistency_proof(&*TREE, old, new).unwrap();
            assert_eq!(verify_consistency(old, &old_root, new, &new_root, &proof), Ok(()));
            assert!(verify_consistency(old, &wrong, new, &new_root, &proof).is_err());
            // Nothing ties an empty log to a root: every log begins with it.
            assert_eq!(verify_consistency(old, &old_root, new, &wrong, &proof).is_ok(), old == 0 && new > 0);
            // Twice the size is one level more, which the proof does not climb.
            if old > 0 && old < new {
                assert!(verify_consistency(old, &old_root, 2 * new, &new_root, &proof).is_err());
            }
            let longer = [proof.as_slice(), &[wrong]].concat();
            assert!(verify_consistency(old, &old_root, new, &new_root, &longer).is_err());
            if let [_, shorter @ ..] = proof.as_slice() {
                assert!(verify_consistency(old, &old_root, new, &new_root, shorter).is_err());
            }
        }
    }
}

#[test]
fn what_lies_outside_the_log_is_refused() {
    let out = |index, size| Err(Error::OutOfRange { index, size });
    assert_eq!(inclusion_proof(&*TREE, 4, 4), out(4, 4).map(|()| vec![]));
    assert_eq!(consistency_proof(&*TREE, 5, 4), out(5, 4).map(|()| vec![]));
    assert_eq!(verify_inclusion(&nth(0), 0, 0, &[], &empty_root()), out(0, 0));
    assert_eq!(verify_consistency(5, &nth(0), 4, &nth(0), &[]), out(5, 4));
    assert!(verify_consistency(0, &nth(0), 0, &nth(0), &[]).is_err());
    let missing = Err(Error::Missing { level: 16, index: 1 });
    assert_eq!(root_at(&*TREE, 1 << 17), Err(Error::Missing { level: 17, index: 0 }));
    assert_eq!(inclusion_proof(&*TREE, 0, 1 << 17), missing);
}

#[test]
fn a_frontier_reports_every_subtree_it_completes() {
    let (mut frontier, mut count) = (Frontier::new(), 0);
    for index in 0..600 {
        frontier.push_with(nth(index), |level, index, hash| {
            assert_eq!(TREE.get(level, index), Some(hash));
            count += 1;
        });
    }
    assert_eq!(count, 600 + 300 + 150 + 75 + 37 + 18 + 9 + 4 + 2 + 1);
}

#[test]
fn a_frontier_of_the_wrong_length_is_refused() {
    assert!(Frontier::from_bytes(&[]).is_err());
    assert!(Frontier::from_bytes(&[0; 7]).is_err());
    assert_eq!(Frontier::from_bytes(&[0; 8]), Ok(Frontier::new()));
    assert!(Frontier::from_bytes(&[0; 40]).is_err());
    assert!(Frontier::from_bytes(&[255; 8 + 64 * 32]).is_err());
}

proptest! {
    #[test]
    fn a_frontier_continues_where_it_was_stored(size in 0_u64..700, more in 0_u64..20) {
        let mut frontier = Frontier::new();
        (0..size).for_each(|index| frontier.push(nth(index)));
        let mut again = Frontier::from_bytes(&frontier.to_bytes()).unwrap();
        prop_assert_eq!(&again, &frontier);
        (size..size + more).for_each(|index| again.push(nth(index)));
        prop_assert_eq!(again.root(), TREE.root_at(size + more).unwrap());
    }

    #[test]
    fn both_implementations_agree_anywhere(size in 1..=LARGE, at in any::<u64>(), old in any::<u64>()) {
        agree_on_root(size);
        agree_on_inclusion(at % size, size);
        agree_on_consistency(old % size + 1, size);
    }

    #[test]
    fn an_inclusion_proof_verifies_and_no_flipped_bit_does(
        size in 1..=2000_u64,
        at in any::<u64>(),
        bit in any::<usize>(),
    ) {
        let index = at % size;
        let (leaf, root) = (nth(index), TREE.root_at(size).unwrap());
        let proof = inclusion_proof(&*TREE, index, size).unwrap();
        prop_assert_eq!(verify_inclusion(&leaf, index, size, &proof, &root), Ok(()));

        let mut hashes = [&[leaf, root], proof.as_slice()].concat();
        flip(&mut hashes, bit);
        prop_assert!(verify_inclusion(&hashes[0], index, size, &hashes[2..], &hashes[1]).is_err());
        for other in (0..size).filter(|other| *other != index).take(50) {
            prop_assert!(verify_inclusion(&leaf, other, size, &proof, &root).is_err());
        }
    }

    #[test]
    fn a_consistency_proof_with_a_flipped_bit_is_refused(
        new in 2..=2000_u64,
        old in any::<u64>(),
        bit in any::<usize>(),
    ) {
        let old = old % (new - 1) + 1;
        let mut hashes = vec![TREE.root_at(old).unwrap(), TREE.root_at(new).unwrap()];
        hashes.extend(consistency_proof(&*TREE, old, new).unwrap());
        prop_assert_eq!(verify_consistency(old, &hashes[0], new, &hashes[1], &hashes[2..]), Ok(()));
        flip(&mut hashes, bit);
        prop_assert!(verify_consistency(old, &hashes[0], new, &hashes[1], &hashes[2..]).is_err());
    }

    #[test]
    fn verifiers_refuse_noise_without_panic(
        a in any::<u64>(),
        b in any::<u64>(),
        proof in prop::collection::vec(any::<Hash>(), 0..70),
        root in any::<Hash>(),
    ) {
        prop_assert!(verify_inclusion(&nth(0), a, b, &proof, &root).is_err());
        prop_assert!(verify_consistency(a.max(1), &nth(0), b, &root, &proof).is_err());
    }

    #[test]
    fn a_frontier_reads_any_bytes_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(mut frontier) = Frontier::from_bytes(&bytes) {
            prop_assert_eq!(frontier.to_bytes(), bytes);
            frontier.push(nth(0));
        }
    }
}

fn agree_on_root(size: u64) {
    let theirs = other::tree_hash(size, &*STORED).unwrap();
    assert_eq!(TREE.root_at(size).unwrap(), theirs.0, "root of {size}");
}

fn agree_on_inclusion(index: u64, size: u64) {
    let root = TREE.root_at(size).unwrap();
    let ours = inclusion_proof(&*TREE, index, size).unwrap();
    let theirs = other::prove_record(size, index, &*STORED).unwrap();
    assert_eq!(ours, theirs.iter().map(|hash| hash.0).collect::<Vec<_>>(), "{index} in {size}");
    assert_eq!(verify_inclusion(&nth(index), index, size, &ours, &root), Ok(()));
    other::check_record(&theirs, size, other::Hash(root), index, other::Hash(nth(index))).unwrap();
}

fn agree_on_consistency(old: u64, new: u64) {
    let (old_root, new_root) = (TREE.root_at(old).unwrap(), TREE.root_at(new).unwrap());
    let ours = consistency_proof(&*TREE, old, new).unwrap();
    let theirs = other::prove_tree(new, old, &*STORED).unwrap();
    assert_eq!(ours, theirs.iter().map(|hash| hash.0).collect::<Vec<_>>(), "{old} to {new}");
    assert_eq!(verify_consistency(old, &old_root, new, &new_root, &ours), Ok(()));
    other::check_tree(&theirs, new, other::Hash(new_root), old, other::Hash(old_root)).unwrap();
}

/// The same tree in the order of the other implementation.
struct Stored(Vec<other::Hash>);

impl Stored {
    fn large() -> Self {
        let mut stored = Self(Vec::new());
        for index in 0..LARGE {
            let more = other::stored_hashes_for_record_hash(index, other::Hash(nth(index)), &stored);
            stored.0.extend(more.unwrap());
        }
        stored
    }
}

impl other::HashReader for Stored {
    fn read_hashes(&self, indexes: &[u64]) -> Result<Vec<other::Hash>, other::Error> {
        Ok(indexes.iter().map(|index| self.0[*index as usize]).collect())
    }
}

fn nth(index: u64) -> Hash {
    leaf_hash(&index.to_be_bytes())
}

fn flip(hashes: &mut [Hash], bit: usize) {
    let bit = bit % (hashes.len() * 256);
    hashes[bit / 256][bit % 256 / 8] ^= 1 << (bit % 8);
}

fn hex(hash: &Hash) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
