use super::*;
use crate::NameKind;
use proptest::prelude::*;

fn entry(id: &str, kind: NameKind, names: &[&str]) -> Entry {
    Entry {
        id: id.to_owned(),
        kind,
        names: names.iter().map(|name| (*name).to_owned()).collect(),
        allow: Vec::new(),
        facts: Facts::default(),
    }
}

fn entries() -> Vec<Entry> {
    vec![
        entry("skripal", NameKind::Person, &["Sergei Skripal"]),
        entry("navalny", NameKind::Person, &["Alexei Navalny"]),
        entry("poteyev", NameKind::Person, &["Aleksandr Nikolayevich Poteyev"]),
        entry("crocus", NameKind::Place, &["Crocus City Hall"]),
        entry("shi", NameKind::Person, &["施明德"]),
        entry("iskp", NameKind::Organisation, &["Islamic State Khorasan"]),
    ]
}

fn index() -> Index {
    let mut register = Register::new();
    entries().into_iter().for_each(|entry| register.push(entry).unwrap());
    Index::build(&register).unwrap()
}

fn found(text: &str) -> Vec<(String, String)> {
    let hits = index().screen(text, &mut Scratch::default());
    hits.into_iter().map(|hit| (hit.id, hit.quoted)).collect()
}

fn one(id: &str, quoted: &str) -> Vec<(String, String)> {
    vec![(id.to_owned(), quoted.to_owned())]
}

#[test]
fn a_full_name_is_found_in_any_spelling_script_order_and_case() {
    for (text, quoted) in [
        ("Then Сергея Скрипаля отравили, as was said in the town", "Сергея Скрипаля"),
        ("The man SKRIPAL, Sergey was in the town of his", "SKRIPAL, Sergey"),
        ("the report by Sergey V. Skripal was read in town", "Sergey V. Skripal"),
        ("the man named Sergei Scrifal lives in the town", "Sergei Scrifal"),
        ("قال سيرغي سكريبال في المدينة", "سيرغي سكريبال"),
        ("nobody wrote sergei skripal with small letters in this town", "sergei skripal"),
        ("NOBODY WROTE SERGEI SKRIPAL IN SMALL LETTERS THERE", "SERGEI SKRIPAL"),
    ] {
        assert_eq!(found(text), one("skripal", quoted), "{text}");
    }
    assert_eq!(found("the man Alexei Navalni was in the town"), one("navalny", "Alexei Navalni"));
}

#[test]
fn a_patronymic_may_be_missing_but_not_differ() {
    assert_eq!(found("the man Александр Потеев was in town"), one("poteyev", "Александр Потеев"));
    assert_eq!(found("by Aleksandr Nikolayevich Poteyev was said").len(), 1);
    assert!(found("by Aleksandr Sergeyevich Poteyev was said in town").is_empty());
}

#[test]
fn a_family_name_is_found_with_and_without_its_glide() {
    let names = ["Aleksandr Poteyev", "Александр Николаевич Потеев", "Alexander Poteev"];
    for registered in names {
        let mut index = Index::new();
        index.add(&entry("one", NameKind::Person, &[registered])).unwrap();
        for text in
            ["Alexander Poteev", "Aleksandr Poteyev", "Александр Потеев", "Aleksandr Nikolayevich Poteyev"]
        {
            let hits = index.screen(&format!("In the town {text} lived."), &mut Scratch::default());
            assert_eq!(hits.len(), 1, "{text} for {registered}");
            assert!(hits.iter().all(|hit| hit.full && !hit.why.is_empty()), "{hits:?}");
        }
    }
}

#[test]
fn another_given_name_or_a_longer_family_name_is_somebody_else() {
    assert!(found("Later Yulia Skripal left the town").is_empty());
    assert!(found("Later Sergei Skripal-Ivanov left the town").is_empty());
    assert_eq!(found("when Sergei and Yulia Skripal were there").len(), 1);
}

#[test]
fn a_family_name_alone_counts_beside_a_full_name_only() {
    let text = "the man Sergei Skripal lived here. Later the town knew Skripal well";
    let hits = index().screen(text, &mut Scratch::default());
    let seen: Vec<(&str, bool)> = hits.iter().map(|hit| (hit.quoted.as_str(), hit.full)).collect();
    assert_eq!(seen, [("Sergei Skripal", true), ("Skripal", false)]);
    assert!(hits.iter().any(|hit| hit.why.contains(&Reason::Resolved)));
    assert!(found("Later the town knew Skripal well").is_empty());
    let review = Options { partial: Partial::Review, ..Options::default() };
    let hits = index().screen_with("the attack on Scrifal was bad", &review, &mut Scratch::default());
    assert_eq!(hits.iter().map(|hit| hit.quoted.as_str()).collect::<Vec<_>>(), ["Scrifal"]);
}

#[test]
fn names_that_are_no_persons_stand_whole_and_in_order() {
    assert_eq!(found("they stormed Crocus City Hall outside"), one("crocus", "Crocus City Hall"));
    assert!(found("a city hall with a crocus, and Hall City Crocus").is_empty());
    assert_eq!(found("the Islamic State Khorasan said").len(), 1);
}

#[test]
fn han_names_are_found_inside_running_text() {
    assert_eq!(found("昨天施明德在城里"), one("shi", "施明德"));
    assert!(found("昨天明德在城里").is_empty());
}

#[test]
fn an_ordinary_word_alarms_only_where_it_is_allowed() {
    let mut index = Index::new();
    let mut watched = entry("actor", NameKind::Group, &["Turla", "Star"]);
    index.add(&watched).unwrap();
    let mut scratch = Scratch::default();
    let text = "the Star of the show, and the Turla malware";
    assert_eq!(index.screen(text, &mut scratch).len(), 1);
    watched.allow = vec!["Star".to_owned()];
    index.add(&watched).unwrap();
    let options = Options { bits_min: 8.0, ..Options::default() };
    assert_eq!(index.screen_with(text, &options, &mut scratch).len(), 2);
}

#[test]
fn facts_near_the_mention_raise_and_lower_a_hit() {
    let mut watched = entry("skripal", NameKind::Person, &["Sergei Skripal"]);
    watched.facts = Facts { born: vec![1951], places: vec!["Salisbury".to_owned()], ..Facts::default() };
    let mut index = Index::new();
    index.add(&watched).unwrap();
    let mut scratch = Scratch::default();
    let hit = |text: &str, scratch: &mut Scratch| index.screen(text, scratch).into_iter().next().unwrap();
    let plain = hit("the man Sergei Skripal spoke", &mut scratch);
    let agrees = hit("the man Sergei Skripal, 1951, of Salisbury spoke", &mut scratch);
    let contradicts = hit("the man Sergei Skripal, born in 1988, spoke", &mut scratch);
    assert!(agrees.bits > plain.bits + 10.0 && contradicts.bits < plain.bits - 5.0);
    assert_eq!(agrees.why.iter().filter(|why| matches!(why, Reason::Agrees { .. })).count(), 2);
    assert!(contradicts.why.iter().any(|why| matches!(why, Reason::Contradicts { fact: "born", .. })));
}

#[test]
fn a_common_name_is_dearer_than_a_rare_one() {
    let index = Index::new();
    let latin = |name: &str| {
        let price = index.price(NameKind::Person, &[name]);
        price.alarms.iter().find(|alarm| alarm.script == Script::Latin).unwrap().per_million_words
    };
    assert!(latin("John Smith") > 20.0 * latin("Zbigniew Wertyporoch"));
}

#[test]
fn what_is_added_or_removed_is_seen_by_the_next_text() {
    let (mut index, mut scratch) = (index(), Scratch::default());
    let text = "the men Sergei Skripal and Ivan Wertyporoch spoke";
    assert_eq!(index.screen(text, &mut scratch).len(), 1);
    index.add(&entry("new", NameKind::Person, &["Ivan Wertyporoch"])).unwrap();
    assert_eq!(index.screen(text, &mut scratch).len(), 2);
    assert!(index.remove("skripal") && !index.remove("skripal"));
    assert_eq!(index.screen(text, &mut scratch).len(), 1);
    assert!(index.remove("new"));
    assert!(index.screen(text, &mut scratch).is_empty());
    assert_eq!(index.stats().entries, 5);
}

#[test]
fn an_entry_without_id_or_letters_is_refused() {
    let mut register = Register::new();
    assert!(register.push(entry("", NameKind::Person, &["A Person"])).is_err());
    assert!(register.push(entry("x", NameKind::Person, &["--", ""])).is_err());
    assert!(register.push(entry("x", NameKind::Person, &[])).is_err());
    assert!(register.is_empty());
}

#[test]
fn a_file_is_whole_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names.index");
    let mut register = Register::new();
    entries().into_iter().for_each(|entry| register.push(entry).unwrap());
    Index::write(&register, &path).unwrap();
    let opened = Index::open(&path).unwrap();
    let text = "Then Сергея Скрипаля отравили, as was said in the town";
    assert_eq!(opened.screen(text, &mut Scratch::default()), index().screen(text, &mut Scratch::default()));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);

    let whole = std::fs::read(&path).unwrap();
    let broken = folder.path().join("broken.index");
    for at in (0..whole.len()).step_by(whole.len() / 97 + 1) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        std::fs::write(&broken, &bytes).unwrap();
        assert!(matches!(Index::open(&broken), Err(Refused::File(_))), "byte {at}");
        std::fs::write(&broken, &whole[..at]).unwrap();
        assert!(matches!(Index::open(&broken), Err(Refused::File(_))), "length {at}");
    }
    assert!(matches!(Index::open(&folder.path().join("absent")), Err(Refused::Io(_))));
}

#[test]
fn a_file_with_a_forged_checksum_is_read_without_harm() {
    let register = Register { entries: entries() };
    let bytes = build::build(&register.entries).unwrap();
    for at in (32..bytes.len()).step_by(7) {
        let mut forged = bytes.clone();
        forged[at] ^= 0xff;
        let sum = base::checksum(&forged[32..]);
        forged[24..32].copy_from_slice(&sum.to_le_bytes());
        if let Ok(base) = base::Base::from_bytes(forged) {
            let index = Index::of(base);
            let _ = index.screen("Sergei Skripal and 施明德 at Crocus City Hall", &mut Scratch::default());
        }
    }
}

#[test]
fn hostile_registers_and_texts_are_bounded() {
    let mut register = Register::new();
    for n in 0..600_u32 {
        let letter = char::from_u32('A' as u32 + n % 26).unwrap();
        register.push(entry(&format!("letter-{n}"), NameKind::Person, &[&letter.to_string()])).unwrap();
    }
    let aliases: Vec<String> = (0..300).map(|n| format!("Ivan Ivanov{}", "a".repeat(n % 7))).collect();
    let aliases: Vec<&str> = aliases.iter().map(String::as_str).collect();
    register.push(entry("many", NameKind::Person, &aliases)).unwrap();
    let index = Index::build(&register).unwrap();
    let mut scratch = Scratch::default();
    let hits = index.screen("the man Ivan Ivanov was in town", &mut scratch);
    assert_eq!(hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>(), ["many"]);
    assert!(index.screen(&"Ivan Ivanov ".repeat(300), &mut scratch).len() <= 20_000);
    assert!(index.screen(&"A B C ".repeat(300), &mut scratch).is_empty());
    let hits = index.screen("the man Iv\u{200b}an Ivаnоv was in town", &mut scratch);
    assert_eq!(hits.len(), 1, "zero width and look-alike letters");
}

fn some_names() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("[A-Z][a-z]{3,6} [A-Z][a-z]{5,9}", 1..6)
}

fn register_of(names: &[String]) -> Register {
    let mut register = Register::new();
    for (id, name) in names.iter().enumerate() {
        register.push(entry(&id.to_string(), NameKind::Person, &[name])).unwrap();
    }
    register
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn screening_is_total(text in "\\PC{0,200}") {
        for hit in index().screen(&text, &mut Scratch::default()) {
            prop_assert_eq!(text.get(hit.span.start..hit.span.end), Some(hit.quoted.as_str()));
        }
    }

    #[test]
    fn bytes_in_pieces_give_the_hits_of_the_whole(bytes in prop::collection::vec(any::<u8>(), 0..300), piece in 1_usize..97, times in 1_usize..700) {
        let index = index();
        let mut text = bytes.repeat(times.min(140_000 / bytes.len().max(1)));
        text.extend(b" the man Sergei Skripal was here. ".repeat(times));
        let stream = |piece: usize| {
            let (mut hits, mut scratch) = (Vec::new(), Scratch::default());
            let mut stream = Stream::new(&index, Options::default());
            text.chunks(piece).for_each(|part| stream.feed(part, &mut scratch, &mut |hit| hits.push(hit)));
            stream.finish(&mut scratch, &mut |hit| hits.push(hit));
            hits
        };
        prop_assert_eq!(stream(piece * 101), stream(text.len().max(1)));
        if let Ok(whole) = str::from_utf8(&text) {
            prop_assert_eq!(stream(piece * 101), index.screen(whole, &mut Scratch::default()));
        }
    }

    #[test]
    fn an_index_built_twice_is_the_same_to_the_byte(names in some_names()) {
        let mut turned = register_of(&names).entries;
        turned.reverse();
        prop_assert_eq!(build::build(&register_of(&names).entries).unwrap(), build::build(&turned).unwrap());
    }

    #[test]
    fn what_was_added_later_is_found_as_if_built_in(names in some_names()) {
        let built = Index::build(&register_of(&names)).unwrap();
        let mut added = Index::new();
        register_of(&names).entries.iter().for_each(|entry| added.add(entry).unwrap());
        let text = format!("he wrote {} in the town", names.join(" and then of "));
        prop_assert_eq!(built.screen(&text, &mut Scratch::default()), added.screen(&text, &mut Scratch::default()));
    }

    #[test]
    fn removing_an_entry_removes_its_hits_and_no_others(names in some_names()) {
        let mut index = Index::build(&register_of(&names)).unwrap();
        let text = format!("he wrote {} in the town", names.join(" and then of "));
        let mut scratch = Scratch::default();
        let mut before = index.screen(&text, &mut scratch);
        index.remove("0");
        before.retain(|hit| hit.id != "0");
        prop_assert_eq!(index.screen(&text, &mut scratch), before);
    }

    #[test]
    fn what_is_remembered_of_other_texts_changes_no_hit(
        texts in prop::collection::vec(prop::collection::vec(0_usize..12, 1..8), 2..6),
    ) {
        let pieces = ["Sergei", "Skripal", "Crocus", "City", "Hall", "of", "the", "and", "Julia", "Petrov,", "S.", "went."];
        let index = index();
        let mut scratch = Scratch::default();
        for text in texts {
            let text: Vec<&str> = text.iter().filter_map(|at| pieces.get(*at).copied()).collect();
            let text = format!("it was {} in town", text.join(" "));
            prop_assert_eq!(index.screen(&text, &mut scratch), index.screen(&text, &mut Scratch::default()));
        }
    }
}
