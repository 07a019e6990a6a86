use super::*;
use crate::sound::of;
use proptest::prelude::*;

fn like(a: &str, b: &str) -> f32 {
    likeness(&of(a), &of(b))
}

#[test]
fn transliterations_are_near_and_other_names_are_not() {
    for (a, b) in [
        ("Scrifal", "Скрипаль"),
        ("Navalni", "Навальный"),
        ("سكريبال", "Skripal"),
        ("Poteev", "Poteyev"),
        ("Потеев", "Poteyev"),
        ("Mohammed", "محمد"),
        ("Yevgeny", "Евгений"),
        ("Шевченко", "Shevchenko"),
    ] {
        assert!(like(a, b) >= 0.7, "{a} / {b}: {} {:?} {:?}", like(a, b), of(a), of(b));
    }
    for (a, b) in [("Skripal", "Navalny"), ("Ivanov", "Petrov"), ("Kim", "Tim"), ("محمد", "Ahmad")] {
        assert!(like(a, b) < 0.7, "{a} / {b}: {}", like(a, b));
    }
}

#[test]
fn a_cost_above_the_limit_is_no_cost() {
    let (a, b) = (of("Skripal"), of("Navalny"));
    let all = cost(&a, &b, u16::MAX).unwrap();
    assert_eq!(cost(&a, &b, all), Some(all));
    assert_eq!(cost(&a, &b, all - 1), None);
}

#[test]
fn the_empty_word_is_like_nothing() {
    assert!(like("", "Skripal") <= 0.0 && like("", "") <= 0.0);
}

proptest! {
    #[test]
    fn costs_are_symmetric_and_nothing_for_the_same_word(a in "\\PC{0,30}", b in "\\PC{0,30}") {
        let (a, b) = (of(&a), of(&b));
        prop_assert_eq!(cost(&a, &b, 4000), cost(&b, &a, 4000));
        prop_assert_eq!(cost(&a, &a, 0), Some(0));
        let like = likeness(&a, &b);
        prop_assert!((0.0..=1.0).contains(&like));
    }

    #[test]
    fn a_register_reckons_what_the_rows_reckon(
        a in "[a-zA-Z]{1,24}|[а-я]{1,16}|[ا-ي]{1,9}|[가-힣]{1,5}|[一-龥]{1,4}",
        b in "[a-d]{1,24}|[a-zа-я]{1,16}|[ا-ي]{1,5}|[가-힣]{1,3}|[अ-ह]{1,9}",
        limit in 0_u16..400,
    ) {
        let (a, b) = (of(&a), of(&b));
        let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
        let rows = by_rows(costs(a.writing(), b.writing()), short, long, limit);
        prop_assert_eq!(cost(&a, &b, limit), if a.codes() == b.codes() { Some(0) } else { rows });
    }

    #[test]
    fn words_aligned_after_one_another_cost_what_each_costs_alone(
        word in "[a-zA-Zа-яА-Я]{1,14}|[ا-ي]{1,9}|[가-힣]{1,5}|[一-龥]{1,4}",
        others in prop::collection::vec("[a-d]{1,14}|[a-zа-я]{1,9}|[ا-ي]{1,5}|[가-힣]{1,3}", 1..12),
        limit in 0_u16..250,
        sorted: bool,
    ) {
        let word = of(&word).kept();
        let mut others: Vec<Sounds> = others.iter().map(|other| of(other).kept()).collect();
        if sorted {
            others.sort();
        }
        for writing in [Writing::Alphabet, Writing::Abjad, Writing::Syllables] {
            let Some(mut many) = Many::new(&word, writing, limit) else { continue };
            let mut before = [0; crate::sound::STORED_MAX];
            for other in others.iter().filter(|other| other.writing() == writing && !other.is_empty()) {
                let codes = other.to_block().0;
                let shared = codes.iter().zip(before).take_while(|(a, b)| *a == b).count();
                prop_assert_eq!(many.cost(&codes, other.len(), shared), cost(&word, other, limit));
                before = codes;
            }
        }
    }
}
