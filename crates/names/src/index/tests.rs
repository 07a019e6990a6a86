use super::*;
use proptest::prelude::*;

fn register() -> Index<&'static str> {
    let mut index = Index::new();
    index.add("skripal", &["Sergei Skripal", "Сергей Викторович Скрипаль"], NameKind::Person);
    index.add("navalny", &["Alexei Navalny"], NameKind::Person);
    index.add("poteyev", &["Aleksandr Poteyev"], NameKind::Person);
    index.add("crocus", &["Crocus City Hall"], NameKind::Place);
    index.add("iskp", &["ISIS-K", "Islamic State Khorasan", "IS"], NameKind::Organisation);
    index
}

fn found(text: &str) -> Vec<(&'static str, String)> {
    register().screen(text).into_iter().map(|h| (h.id, h.quoted)).collect()
}

#[test]
fn a_full_name_is_found_in_any_spelling_and_order() {
    for text in
        ["Sergei Skripal spoke.", "Then Сергея Скрипаля отравили", "SKRIPAL, Sergey", "by Sergey V. Skripal,"]
    {
        let hits = register().screen(text);
        assert!(hits.iter().any(|h| h.id == "skripal" && h.score >= FULL_SCORE), "{text}: {hits:?}");
    }
}

#[test]
fn a_damaged_surname_alone_is_a_review_hit() {
    let hits = register().screen("amazed by the brazenness of the attack on Scrifal. We");
    let hit = hits.first().unwrap();
    assert_eq!((hit.id, hit.quoted.as_str()), ("skripal", "Scrifal"));
    assert!(hit.score >= REVIEW_SCORE && hit.score < FULL_SCORE, "{hit:?}");
}

#[test]
fn slavic_cases_are_read() {
    assert_eq!(found("Суд над Навальным"), [("navalny", "Навальным".to_owned())]);
    assert_eq!(found("письмо Скрипаля"), [("skripal", "Скрипаля".to_owned())]);
}

#[test]
fn another_given_name_speaks_against_the_entry() {
    assert!(found("Later Yulia Skripal left.").is_empty());
}

#[test]
fn coordinated_names_share_their_surname() {
    assert_eq!(
        found("when Sergei and Yulia Skripal were"),
        [("skripal", "Sergei and Yulia Skripal".to_owned())]
    );
}

#[test]
fn places_and_organisations_stand_whole() {
    assert_eq!(found("stormed Crocus City Hall outside"), [("crocus", "Crocus City Hall".to_owned())]);
    assert_eq!(found("a city hall with a crocus"), []);
    assert_eq!(
        found("the Islamic State Khorasan, ISIS-K"),
        [("iskp", "Islamic State Khorasan".to_owned()), ("iskp", "ISIS-K".to_owned())]
    );
}

#[test]
fn short_aliases_need_their_capitals() {
    assert!(found("this is what it Is").is_empty());
    assert_eq!(found("claimed by IS today"), [("iskp", "IS".to_owned())]);
}

#[test]
fn common_words_are_no_surnames() {
    let mut index = Index::new();
    index.add(1, &["Petro Long"], NameKind::Person);
    index.add(2, &["A B"], NameKind::Person);
    index.add(3, &["A"], NameKind::Person);
    assert!(index.screen("Long ago. The Petrov case. A B c, B A").iter().all(|h| h.id == 2));
}

#[test]
fn a_removed_entry_has_no_hits() {
    let mut index = register();
    index.remove(&"skripal");
    assert!(index.screen("Sergei Skripal and Scrifal").is_empty());
    assert_eq!(index.len(), 4);
}

#[test]
fn a_long_repetition_stays_bounded() {
    let mut index = register();
    for id in 0..300 {
        index.add(
            Box::leak(format!("x{id}").into_boxed_str()),
            &[format!("Sergei Skripal {id}")],
            NameKind::Person,
        );
    }
    assert!(index.screen(&"Sergei Skripal ".repeat(500)).len() <= HITS_MAX);
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
        for hit in register().screen(&text) {
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
        for hit in register().screen(&text) {
            prop_assert_eq!(text.get(hit.span.start..hit.span.end), Some(hit.quoted.as_str()));
        }
    }

    #[test]
    fn an_index_built_twice_gives_the_same_hits(names in prop::collection::vec("[A-Z][a-z]{2,6} [A-Z][a-z]{3,8}", 1..6)) {
        let build = || {
            let mut index = Index::new();
            for (id, name) in names.iter().enumerate() {
                index.add(id, &[name], NameKind::Person);
            }
            index
        };
        let text = names.join(" and then ");
        prop_assert_eq!(build().screen(&text), build().screen(&text));
    }

    #[test]
    fn removing_removes_all_hits(names in prop::collection::vec("[A-Z][a-z]{2,6} [A-Z][a-z]{3,8}", 1..6)) {
        let mut index = Index::new();
        for (id, name) in names.iter().enumerate() {
            index.add(id, &[name], NameKind::Person);
        }
        index.remove(&0);
        prop_assert!(index.screen(&names.join(", ")).iter().all(|h| h.id != 0));
    }
}
