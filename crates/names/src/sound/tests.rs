use super::*;
use proptest::prelude::*;

fn same(a: &str, b: &str) {
    assert_eq!(of(a).codes(), of(b).codes(), "{a} {:?} / {b} {:?}", of(a), of(b));
}

#[test]
fn cyrillic_and_latin_spellings_have_the_same_sounds() {
    for (a, b) in [
        ("Скрипаль", "Skripal"),
        ("Навальный", "Navalny"),
        ("Александр", "Alexandr"),
        ("Каспаров", "Kasparov"),
        ("Кузнецов", "Kuznetsov"),
        ("Жданов", "Zhdanov"),
    ] {
        same(a, b);
    }
}

#[test]
fn capitals_marks_and_invisible_letters_make_no_difference() {
    same("SKRIPAL", "skripal");
    same("Ra\u{200b}mo\u{301}n", "Ramon");
    same("Łukasz", "Lukasz");
    same("Ｓｋｒｉｐａｌ", "Skripal");
    same("Harris", "Haris");
}

#[test]
fn look_alike_letters_of_another_alphabet_are_repaired() {
    same("Pоteyev", "Poteyev");
    same("Нaвальный", "Навальный");
    assert!(of("Pоteyev").is_mixed() && !of("Poteyev").is_mixed());
}

#[test]
fn digits_inside_a_word_are_letters_and_at_its_end_a_number() {
    same("G0nza1ez", "Gonza1ez");
    same("NTI5EZERANA", "NTISEZERANA");
    assert_ne!(of("Storm0558"), of("Storm"));
    assert!(of("0558").is_number() && !of("APT28").is_number());
}

#[test]
fn scripts_are_told_apart_by_how_they_write() {
    assert_eq!(of("سكريبال").writing(), Writing::Abjad);
    assert_eq!(of("习近平").writing(), Writing::Han);
    assert_eq!(of("김정은").writing(), Writing::Syllables);
    assert_eq!(of("Скрипаль").writing(), Writing::Alphabet);
    assert!(of("سكريبال").is_caseless() && !of("Σωκράτης").is_caseless());
    same("习近平", "Xijinping");
}

#[test]
fn a_word_in_a_case_offers_its_nominative() {
    for (bent, nominative) in
        [("Навального", "Навальный"), ("Путиным", "Путин"), ("Скрипаля", "Скрипаль"), ("Москвой", "Москва")]
    {
        assert!(forms(bent).as_slice().contains(&of(nominative)), "{bent}: {:?}", forms(bent).as_slice());
    }
    assert!(!forms("Навального").as_slice().contains(&of("Путин")));
}

#[test]
fn clitics_are_offered_as_variants() {
    assert!(forms("والأسد").as_slice().contains(&of("أسد")));
    assert!(forms("לנתניהו").as_slice().contains(&of("נתניהו")));
    assert!(!forms("اسد").as_slice().contains(&of("سد")));
}

#[test]
fn skeletons_are_consonant_classes_without_repetition() {
    assert_eq!(of("Skripal").skeleton(), of("Scrifal").skeleton());
    assert_ne!(of("Skripal").skeleton(), of("Skripov").skeleton());
    let (all, count) = of("Michael").skeletons();
    assert!(count > 1 && all[..count].contains(&of("Михаил").skeleton()));
}

proptest! {
    #[test]
    fn reading_is_total_on_text(word in "\\PC{0,80}") {
        let sounds = of(&word);
        prop_assert!(sounds.len() <= LEN_MAX && sounds.codes().iter().all(|c| *c > 0 && usize::from(*c) < COUNT));
        prop_assert_eq!(of_bytes(word.as_bytes()), sounds);
        prop_assert!(forms(&word).as_slice().len() <= FORMS_MAX);
    }

    #[test]
    fn reading_is_total_on_bytes(word in proptest::collection::vec(any::<u8>(), 0..80)) {
        let sounds = of_bytes(&word);
        prop_assert!(sounds.len() <= LEN_MAX);
    }

    #[test]
    fn case_and_invisible_letters_change_nothing(word in "[a-zA-Zа-яА-Я]{1,16}", at in 0_usize..16) {
        let upper: String = word.to_uppercase();
        prop_assert_eq!(of(&word.to_lowercase()), of(&upper));
        let chars: Vec<char> = word.chars().collect();
        let at = at.min(chars.len());
        let dotted: String =
            chars[..at].iter().chain(&['\u{200b}', '\u{202e}']).chain(&chars[at..]).collect();
        prop_assert_eq!(of(&word), of(&dotted));
    }
}

#[test]
fn a_double_e_before_v_may_have_a_glide() {
    for (without, with) in [("Poteev", "Poteyev"), ("Потеев", "Poteyev"), ("Алексеевна", "Alekseyevna")]
    {
        assert_eq!(glided(without).unwrap().codes(), of(with).codes(), "{without}");
    }
    assert_eq!(glided("Poteyeva").unwrap().codes(), of("Poteeva").codes());
    assert!(["Lee", "Levin", "Reyes", ""].iter().all(|word| glided(word).is_none()));
}
