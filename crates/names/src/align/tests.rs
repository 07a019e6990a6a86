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
    fn a_bound_never_exceeds_a_cost(
        a in "[a-zA-Zа-яА-Я]{1,12}|[ا-ي]{1,8}|[가-힣]{1,5}|[一-龥]{1,4}",
        b in "[a-zA-Zа-яА-Я]{1,12}|[ا-ي]{1,8}|[가-힣]{1,5}|[一-龥]{1,4}",
    ) {
        let (a, b) = (of(&a), of(&b));
        let cost = cost(&a, &b, 4000).unwrap_or(4000);
        prop_assert!(!Bound::new(&a, b.writing()).exceeds(b.codes(), cost));
    }
}
