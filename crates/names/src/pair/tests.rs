use super::*;
use proptest::prelude::*;

fn score_of(a: &str, b: &str) -> f32 {
    score(&Name::new(a), &Name::new(b))
}

#[test]
fn spellings_of_one_person_match() {
    for (a, b) in [
        ("Scrifal", "Скрипаль"),
        ("Navalni", "Навальный"),
        ("Скрипаль", "Skripal"),
        ("سكريبال", "Skripal"),
        ("سكريبال", "Скрипаль"),
        ("Alexander Poteev", "Aleksandr Nikolayevich Poteyev"),
        ("Alexander Poteev", "Aleksandr Poteyev"),
        ("Потеев Александр Николаевич", "Alexander Poteyev"),
        ("Sergei Skripal", "Скрипаль Сергей Викторович"),
        ("Oleksandr Usyk", "Александр Усик"),
        ("Abdul Malik Houthi", "Abdulmalik al-Houthi"),
        ("S. Skripal", "Sergei Skripal"),
        ("DRAGANTODOROVIC", "Dragan Todorovic"),
        ("Xi Jinping", "习近平"),
        ("Kim Jong-un", "김정은"),
    ] {
        assert!(score_of(a, b) >= MATCH_SCORE, "{a} / {b}: {:?}", compare(a, b));
    }
}

#[test]
fn relatives_and_namesakes_are_different_people() {
    for (a, b) in [
        ("Sergei Skripal", "Yulia Skripal"),
        ("Sergei Ivanov", "Sergei Petrov"),
        ("Sergei Ivanov", "Сергей Петров"),
        ("John Smith", "Mary Smith"),
        ("Yulia Skripal", "Yulia Tymoshenko"),
        ("Sergey Stankevich", "Sergey Milosevich"),
        ("Pat Ramsey", "Sue Ramsey"),
        ("Rufus Bousquet", "Rodriguez, Rufus B"),
        ("王朝阳", "王勇超"),
        ("Skripal", "Navalny"),
    ] {
        assert!(score_of(a, b) < MATCH_SCORE, "{a} / {b}: {:?}", compare(a, b));
    }
}

#[test]
fn bodies_match_across_legal_forms_and_languages() {
    for (a, b) in [
        ("OOO Azimut", "ООО «Азимут»"),
        ("Joint Stock Company Scientific Research Institute Giricond", "АО «НИИ «Гириконд»"),
        ("Bryansk Electromechanical Plant JSC", "Joint Stock Company Bryansk Electromechanical Plant"),
    ] {
        assert!(score_of(a, b) >= MATCH_SCORE, "{a} / {b}: {:?}", compare(a, b));
    }
}

#[test]
fn numbers_must_agree() {
    for (a, b) in [
        ("Brigade 12", "Brigade 13"),
        ("APT-Q-98", "APT-Q-58"),
        ("558 Aircraft Repair Plant", "680 Aircraft Repair Plant"),
    ] {
        assert!(score_of(a, b) < MATCH_SCORE, "{a} / {b}: {:?}", compare(a, b));
    }
}

#[test]
fn nothing_is_like_the_empty_name() {
    assert!(score_of("", "Skripal") <= 0.0 && score_of("—", "…") <= 0.0 && score_of("", "") <= 0.0);
}

#[test]
fn the_reasons_quote_both_names_and_say_the_rule() {
    let found = compare("Alexander Poteev", "Aleksandr Nikolayevich Poteyev");
    let rules: Vec<_> = found.reasons.iter().map(|r| (r.left.as_str(), r.right.as_str(), r.rule)).collect();
    assert!(rules.contains(&("Alexander", "Aleksandr", Some(Rule::Equal))), "{rules:?}");
    assert!(rules.contains(&("Poteev", "Poteyev", Some(Rule::Sound))), "{rules:?}");
    assert!(rules.contains(&("", "Nikolayevich", None)), "{rules:?}");
    assert_eq!(found.why.len(), found.reasons.len());
    let turned = compare("Aleksandr Nikolayevich Poteyev", "Alexander Poteev");
    assert!(turned.reasons.iter().any(|r| r.left == "Poteyev" && r.right == "Poteev"));
}

#[test]
fn a_homoglyph_attack_is_repaired() {
    assert!(score_of("Sergei Skripаl", "Sergei Skripal") >= 1.0);
    assert!(score_of("Нaвальный Aлексей", "Навальный Алексей") >= 1.0);
}

/// Work is bounded by the parts that are kept, so a monster is as quick as a name.
#[test]
fn a_name_of_ten_thousand_words_is_compared_by_its_first() {
    let long = "Ivanov ".repeat(10_000);
    assert!(score_of(&long, "Ivanov") < 1.0);
    assert!(score_of(&long, &long) >= 1.0);
    assert!(score_of(&"a".repeat(100_000), "a") < 1.0);
}

proptest! {
    #[test]
    fn a_score_is_a_share_and_both_directions_agree(a in "\\PC{0,40}", b in "\\PC{0,40}") {
        let (there, back) = (score_of(&a, &b), score_of(&b, &a));
        prop_assert!((0.0..=1.0).contains(&there));
        prop_assert!((there - back).abs() <= 0.0);
    }

    #[test]
    fn names_of_few_letters_are_symmetric_too(a in "[a-d .]{0,30}", b in "[a-d .]{0,30}") {
        prop_assert!((score_of(&a, &b) - score_of(&b, &a)).abs() <= 0.0);
    }

    #[test]
    fn a_name_equals_itself_in_any_case_and_with_invisible_letters(name in "[A-Z][a-z]{1,9} [А-Я][а-я]{2,9}", at in 0_usize..12) {
        let chars: Vec<char> = name.chars().collect();
        let at = at.min(chars.len());
        let dotted: String = chars[..at].iter().chain(&['\u{200b}']).chain(&chars[at..]).collect();
        prop_assert!(score_of(&name, &name) >= 1.0);
        prop_assert!(score_of(&name, &dotted) >= 1.0, "{:?}", compare(&name, &dotted));
    }
}
