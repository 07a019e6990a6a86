//! What a desk relies on, asked the way a desk asks: a family name alone is for a person to review.

use super::*;
use crate::NameKind;
use proptest::prelude::*;

const DESK: Options = Options { score_min: 0.6, bits_min: 0.0, partial: Partial::Review };

fn entry(id: &str, names: &[&str], kind: NameKind) -> Entry {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    Entry { id: id.to_owned(), kind, names, allow: Vec::new(), facts: Facts::default() }
}

fn register() -> Index {
    index(vec![
        entry("skripal", &["Sergei Skripal", "Сергей Викторович Скрипаль"], NameKind::Person),
        entry("navalny", &["Alexei Navalny"], NameKind::Person),
        entry("poteyev", &["Aleksandr Poteyev"], NameKind::Person),
        entry("crocus", &["Crocus City Hall"], NameKind::Place),
        entry("iskp", &["ISIS-K", "Islamic State Khorasan", "IS"], NameKind::Organisation),
    ])
}

fn index(entries: Vec<Entry>) -> Index {
    let mut register = Register::new();
    entries.into_iter().for_each(|entry| register.push(entry).unwrap());
    Index::build(&register).unwrap()
}

fn screen(index: &Index, text: &str) -> Vec<Hit> {
    index.screen_with(text, &DESK, &mut Scratch::default())
}

fn found(text: &str) -> Vec<(String, String)> {
    screen(&register(), text).into_iter().map(|hit| (hit.id, hit.quoted)).collect()
}

fn seen(id: &str, quoted: &str) -> (String, String) {
    (id.to_owned(), quoted.to_owned())
}

#[test]
fn a_full_name_is_found_in_any_spelling_and_order() {
    for text in
        ["Sergei Skripal spoke.", "Then Сергея Скрипаля отравили", "SKRIPAL, Sergey", "by Sergey V. Skripal,"]
    {
        let hits = screen(&register(), text);
        assert!(
            hits.iter().any(|hit| hit.id == "skripal" && hit.full && hit.score >= 0.75),
            "{text}: {hits:?}"
        );
    }
}

#[test]
fn a_damaged_surname_alone_is_a_review_hit() {
    let hits = screen(&register(), "amazed by the brazenness of the attack on Scrifal. We");
    let hit = hits.first().unwrap();
    assert_eq!((hit.id.as_str(), hit.quoted.as_str()), ("skripal", "Scrifal"));
    assert!(hit.score >= 0.5 && hit.score < 0.75 && !hit.full, "{hit:?}");
}

#[test]
fn spellings_of_one_name_meet() {
    for (written, registered) in [
        ("Scrifal", "Skripal"),
        ("Скрипаль", "Skripal"),
        ("Navalni", "Navalny"),
        ("Навальный", "Navalny"),
        ("Потеев", "Poteyev"),
        ("Хрущёв", "Khrushchev"),
        ("سكريبال", "Skripal"),
    ] {
        let index = index(vec![entry("one", &[&format!("Sergei {registered}")], NameKind::Person)]);
        let given = if written.is_ascii() {
            "Sergei"
        } else if written < "ء" {
            "Сергей"
        } else {
            "سيرغي"
        };
        let hits = screen(&index, &format!("{given} {written}"));
        assert!(hits.iter().any(|hit| hit.full), "{written} {registered} {hits:?}");
    }
}

#[test]
fn slavic_cases_are_read() {
    assert_eq!(found("Суд над Навальным"), [seen("navalny", "Навальным")]);
    assert_eq!(found("письмо Скрипаля"), [seen("skripal", "Скрипаля")]);
}

#[test]
fn another_given_name_speaks_against_the_entry() {
    let (index, text) = (register(), "Later Yulia Skripal left.");
    assert!(index.screen(text, &mut Scratch::default()).is_empty());
    // Whoever asks for family names alone is shown hers, and told whose given name stands there.
    let hits = screen(&index, text);
    let other = Reason::OtherGiven { text: "Yulia".to_owned() };
    assert!(hits.iter().all(|hit| !hit.full && hit.why.contains(&other)), "{hits:?}");
}

#[test]
fn coordinated_names_share_their_surname() {
    assert_eq!(found("when Sergei and Yulia Skripal were"), [seen("skripal", "Sergei and Yulia Skripal")]);
}

#[test]
fn places_and_organisations_stand_whole() {
    assert_eq!(found("stormed Crocus City Hall outside"), [seen("crocus", "Crocus City Hall")]);
    assert_eq!(found("a city hall with a crocus"), []);
    assert_eq!(
        found("the Islamic State Khorasan, ISIS-K"),
        [seen("iskp", "Islamic State Khorasan"), seen("iskp", "ISIS-K")]
    );
}

#[test]
fn short_aliases_need_their_capitals() {
    assert!(found("this is what it Is").is_empty());
    assert_eq!(found("claimed by IS today"), [seen("iskp", "IS")]);
}

#[test]
fn common_words_are_no_surnames() {
    let index = index(vec![
        entry("1", &["Petro Long"], NameKind::Person),
        entry("2", &["A B"], NameKind::Person),
        entry("3", &["A"], NameKind::Person),
    ]);
    assert!(screen(&index, "Long ago. The Petrov case. A B c, B A").iter().all(|hit| hit.id == "2"));
}

#[test]
fn a_removed_entry_has_no_hits() {
    let mut index = register();
    index.remove("skripal");
    assert!(screen(&index, "Sergei Skripal and Scrifal").is_empty());
    assert_eq!(index.len(), 4);
}

#[test]
fn a_long_repetition_stays_bounded() {
    let mut index = register();
    for id in 0..300 {
        index.add(&entry(&format!("x{id}"), &[&format!("Sergei Skripal {id}")], NameKind::Person)).unwrap();
    }
    assert!(screen(&index, &"Sergei Skripal ".repeat(500)).len() <= 10_000);
}

#[test]
fn the_watched_people_are_found_in_the_three_articles() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpora/articles");
    let Ok(files) = std::fs::read_dir(folder) else {
        println!("skipped: {folder} is absent");
        return;
    };
    let mut quoted: Vec<String> = Vec::new();
    for file in files.flatten() {
        let text = std::fs::read_to_string(file.path()).unwrap();
        for hit in screen(&register(), &text) {
            println!("{:.2} {} {:?}", hit.score, hit.id, hit.quoted);
            assert_eq!(text.get(hit.span.start..hit.span.end), Some(hit.quoted.as_str()));
            quoted.push(hit.quoted);
        }
    }
    for name in
        ["Scrifal", "Alexei Navalni", "Alexei Navalny", "Poteyev", "Aleksandr Poteyev", "Crocus City Hall"]
    {
        assert!(quoted.iter().any(|q| q == name), "{name} is missing from {quoted:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_screened_without_panic(text in "\\PC{0,200}") {
        for hit in screen(&register(), &text) {
            prop_assert_eq!(text.get(hit.span.start..hit.span.end), Some(hit.quoted.as_str()));
        }
    }

    #[test]
    fn an_index_built_twice_gives_the_same_hits(names in prop::collection::vec("[A-Z][a-z]{2,6} [A-Z][a-z]{3,8}", 1..6)) {
        let build = || index(people(&names));
        let text = names.join(" and then ");
        prop_assert_eq!(screen(&build(), &text), screen(&build(), &text));
    }

    #[test]
    fn removing_removes_all_hits(names in prop::collection::vec("[A-Z][a-z]{2,6} [A-Z][a-z]{3,8}", 1..6)) {
        let mut index = index(people(&names));
        index.remove("0");
        prop_assert!(screen(&index, &names.join(", ")).iter().all(|hit| hit.id != "0"));
    }
}

fn people(names: &[String]) -> Vec<Entry> {
    names.iter().enumerate().map(|(id, name)| entry(&id.to_string(), &[name], NameKind::Person)).collect()
}
