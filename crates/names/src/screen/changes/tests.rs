use proptest::prelude::*;

use super::*;
use crate::NameKind;
use crate::screen::{Facts, Index, Register, Scratch};

fn entry(id: &str, name: &str) -> Entry {
    let facts = Facts { born: vec![1951], ..Facts::default() };
    let names = vec![name.to_owned()];
    Entry { id: id.to_owned(), kind: NameKind::Person, names, allow: Vec::new(), facts }
}

fn register(entries: &[Entry]) -> Register {
    let mut register = Register::new();
    entries.iter().for_each(|entry| register.push(entry.clone()).unwrap());
    register
}

/// A folder with an index of one entry.
fn built() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("public.names");
    Index::write(&register(&[entry("base", "Sergei Skripal")]), &path).unwrap();
    (folder, path)
}

fn found(path: &Path, text: &str) -> Vec<String> {
    let index = Index::open(path).unwrap();
    index.screen(text, &mut Scratch::default()).into_iter().map(|hit| hit.id).collect()
}

const TEXT: &str = "the man Sergei Skripal, then the man Alexei Navalny, were in town";

#[test]
fn a_change_is_seen_by_the_next_to_open_the_index() {
    let (_folder, path) = built();
    assert_eq!(found(&path, TEXT), ["base"]);
    let told = Index::change(&path, &register(&[entry("new", "Alexei Navalny")]), &[]).unwrap();
    assert_eq!((told.added, told.replaced, told.removed), (1, 0, 0));
    assert_eq!(found(&path, TEXT), ["base", "new"]);
    Index::change(&path, &Register::new(), &["base".to_owned()]).unwrap();
    assert_eq!(found(&path, TEXT), ["new"]);
    let told = Index::change(&path, &register(&[entry("new", "Sergei Skripal")]), &[]).unwrap();
    assert_eq!((told.added, told.replaced), (0, 1));
    assert_eq!(found(&path, TEXT), ["new"], "an entry stands in the place of the one with its id");
    let stats = Index::open(&path).unwrap().stats();
    assert_eq!((stats.entries, stats.added, stats.removed), (1, 1, 1));
}

#[test]
fn what_is_not_there_is_told_and_then_nothing_changes() {
    let (_folder, path) = built();
    let ids = ["base".to_owned(), "nobody".to_owned()];
    let refused = Index::change(&path, &register(&[entry("new", "Alexei Navalny")]), &ids).unwrap_err();
    assert!(matches!(&refused, Refused::Absent(id) if id == "nobody"), "{refused}");
    assert_eq!(found(&path, TEXT), ["base"]);
    let missing = path.with_file_name("missing.names");
    assert!(matches!(Index::change(&missing, &Register::new(), &[]), Err(Refused::Io(_))));
    assert!(!beside(&missing).exists(), "no journal without an index");
}

#[test]
fn a_change_that_a_crash_cut_off_anywhere_counts_for_nothing_and_the_next_one_holds() {
    let (_folder, path) = built();
    Index::change(&path, &register(&[entry("one", "Alexei Navalny")]), &[]).unwrap();
    let before = std::fs::read(beside(&path)).unwrap();
    Index::change(&path, &Register::new(), &["base".to_owned()]).unwrap();
    let after = std::fs::read(beside(&path)).unwrap();
    assert_eq!(found(&path, TEXT), ["one"]);
    for cut in 0..after.len() {
        std::fs::write(beside(&path), &after[..cut]).unwrap();
        let whole = if cut >= before.len() { vec!["base", "one"] } else { vec!["base"] };
        assert_eq!(found(&path, TEXT), whole, "cut behind byte {cut}");
        Index::change(&path, &register(&[entry("two", "Alexei Navalny")]), &[]).unwrap();
        assert!(found(&path, TEXT).contains(&"two".to_owned()), "cut behind byte {cut}");
    }
    // Blocks that were never written are zeros, or whatever was there before.
    for rest in [&[0_u8; 40][..], b"0123456789abcdef {\"add\":[]}\n", b"\xff\xfe\n"] {
        std::fs::write(beside(&path), [&before[..], rest].concat()).unwrap();
        assert_eq!(found(&path, TEXT), ["base", "one"], "{rest:?}");
    }
}

#[test]
fn damage_before_the_last_change_is_refused_and_not_passed_over() {
    let (_folder, path) = built();
    Index::change(&path, &register(&[entry("one", "Alexei Navalny")]), &[]).unwrap();
    let first = std::fs::read(beside(&path)).unwrap();
    Index::change(&path, &Register::new(), &["base".to_owned()]).unwrap();
    let whole = std::fs::read(beside(&path)).unwrap();
    let line = head(0).len();
    for at in [line, line + 20, first.len() - 2] {
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(beside(&path), &damaged).unwrap();
        let refused = Index::open(&path).unwrap_err().to_string();
        assert!(refused.contains("change 1 of its journal is damaged"), "{at}: {refused}");
        let refused = Index::change(&path, &Register::new(), &["one".to_owned()]).unwrap_err();
        assert!(matches!(refused, Refused::File(_)), "{at}");
        assert_eq!(std::fs::read(beside(&path)).unwrap(), damaged, "nothing is written");
    }
    std::fs::write(beside(&path), whole).unwrap();
    assert_eq!(found(&path, TEXT), ["one"]);
}

#[test]
fn changes_end_with_the_build_they_belong_to() {
    let (_folder, path) = built();
    Index::change(&path, &Register::new(), &["base".to_owned()]).unwrap();
    let journal = std::fs::read(beside(&path)).unwrap();
    Index::write(&register(&[entry("base", "Sergei Skripal")]), &path).unwrap();
    assert_eq!(found(&path, TEXT), ["base"]);
    Index::write(&register(&[entry("base", "Sergei Skripal"), entry("more", "Alexei Navalny")]), &path)
        .unwrap();
    std::fs::write(beside(&path), journal).unwrap();
    assert_eq!(found(&path, TEXT), ["base", "more"], "a journal of another build is void");
    Index::change(&path, &Register::new(), &["more".to_owned()]).unwrap();
    assert_eq!(found(&path, TEXT), ["base"]);
}

#[test]
fn two_who_change_it_at_once_both_count() {
    let (_folder, path) = built();
    std::thread::scope(|scope| {
        for who in 0..4 {
            let path = &path;
            scope.spawn(move || {
                for n in 0..8 {
                    let id = format!("{who}-{n}");
                    Index::change(path, &register(&[entry(&id, "Alexei Navalny")]), &[]).unwrap();
                }
            });
        }
    });
    assert_eq!(Index::open(&path).unwrap().stats().added, 32);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn an_index_and_its_journal_find_what_one_in_memory_finds(
        steps in proptest::collection::vec((0_usize..6, any::<bool>()), 1..12),
    ) {
        const NAMES: [&str; 6] = ["Sergei Skripal", "Alexei Navalny", "Ivan Orlov", "Олег Мирский", "Ana Petrova", "Jan Novak"];
        let text = format!("the men {} were in town", NAMES.join(", then the man "));
        let (_folder, path) = built();
        let mut memory = Index::new();
        memory.add(&entry("base", "Sergei Skripal")).unwrap();
        for (n, adds) in steps {
            let (id, ids) = (n.to_string(), [n.to_string()]);
            if adds {
                Index::change(&path, &register(&[entry(&id, NAMES[n])]), &[]).unwrap();
                memory.add(&entry(&id, NAMES[n])).unwrap();
            } else {
                prop_assert_eq!(Index::change(&path, &Register::new(), &ids).is_ok(), memory.remove(&id));
            }
        }
        let (opened, mut scratch) = (Index::open(&path).unwrap(), Scratch::default());
        prop_assert_eq!(opened.screen(&text, &mut Scratch::default()), memory.screen(&text, &mut scratch));
        prop_assert_eq!(opened.len(), memory.len());
    }

    #[test]
    fn any_bytes_are_a_journal_or_refused(bytes: Vec<u8>) {
        let whole = [head(7).into_bytes(), bytes].concat();
        if let Ok((_, kept)) = parse(&whole, 7) {
            prop_assert!(kept <= whole.len() as u64);
        }
    }
}
