use super::*;
use proptest::prelude::*;

const ABOVE: &str = "Twelve men of the Grey Tide mean to strike the Lantern Hall; a contact heard it.";

fn check(how: &Transformation, below: &str) -> Result<(), String> {
    how.check(&[ABOVE.to_owned()], below, "").map_err(|problem| {
        assert_eq!(problem.rule, how.rule());
        problem.says
    })
}

fn path(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

fn place(to: &str) -> Transformation {
    Transformation::Place { path: path(&["Lantern Hall", "Lowtown", "Northport"]), to: to.into() }
}

fn time(hours: i64) -> Time {
    Time::from_micros(hours * HOUR_US)
}

fn window(from: i64, to: i64) -> Window {
    Window { from: time(from), to: time(to) }
}

#[test]
fn a_place_becomes_one_that_contains_it() {
    check(&place("Lowtown"), "Stay away from Lowtown.").unwrap();
    check(&place("Northport"), "Stay away from Northport.").unwrap();
    assert!(
        check(&place("Southport"), "Stay away from Southport.").unwrap_err().contains("does not contain")
    );
    assert!(check(&place("Lantern Hall"), "Stay away from Lantern Hall.").is_err(), "it is the original");
    assert!(check(&place("Northport"), "Avoid Lowtown in Northport.").unwrap_err().contains("still says"));
    assert!(check(&place("Lowtown"), "Stay away from halls.").unwrap_err().contains("does not say"));
    let elsewhere = Transformation::Place { path: path(&["Mill", "Lowtown"]), to: "Lowtown".into() };
    assert!(check(&elsewhere, "Avoid Lowtown.").unwrap_err().contains("does not stand above"));
    assert!(check(&Transformation::Place { path: vec![], to: "Lowtown".into() }, "Avoid Lowtown.").is_err());
}

#[test]
fn an_actor_becomes_an_ancestor() {
    let actor = |to: &str| Transformation::Actor { path: path(&["Grey Tide", "extremists"]), to: to.into() };
    check(&actor("extremists"), "Extremists may strike.").unwrap();
    assert!(check(&actor("police"), "The police may strike.").is_err());
    assert!(check(&actor("extremists"), "Extremists of the Grey Tide may strike.").is_err());
}

#[test]
fn a_window_becomes_one_of_four_wider_ones() {
    let to = |to| Transformation::Window { original: window(10, 12), to };
    for (from, until) in [(8, 14), (0, 24), (0, 48), (0, 168)] {
        check(&to(window(from, until)), "").unwrap();
    }
    for (from, until) in [(11, 17), (8, 13), (4, 11), (10, 12), (14, 8)] {
        assert!(check(&to(window(from, until)), "").is_err(), "{from} {until}");
    }
}

#[test]
fn no_word_points_at_the_source() {
    check(&Transformation::Source, "Information suggests violence.").unwrap();
    assert!(check(&Transformation::Source, "A contact suggests violence.").is_err());
}

#[test]
fn a_number_becomes_a_range_that_holds_it() {
    let number = |least, most| Transformation::Number { original: 12, least, most };
    check(&number(10, 20), "Between 10 and 20 men.").unwrap();
    assert!(check(&number(13, 20), "13 to 20 men.").is_err());
    assert!(check(&number(12, 12), "12 men.").is_err());
    assert!(check(&number(10, 20), "12 men.").unwrap_err().contains("still says 12"));
}

#[test]
fn a_role_is_one_that_twenty_people_have() {
    let role = |people| Transformation::Identity {
        original: "Ilse Brandvold".into(),
        role: "a resident of Lowtown".into(),
        people,
    };
    check(&role(20), "A resident of Lowtown is in danger.").unwrap();
    assert!(check(&role(19), "A resident of Lowtown is in danger.").is_err());
    assert!(check(&role(20), "A resident of Lowtown, Ilse, is in danger.").is_err());
    assert!(check(&role(20), "Somebody is in danger.").is_err());
}

#[test]
fn a_paraphrase_shares_no_five_words() {
    check(&Transformation::Paraphrase, "Violence is feared at a concert.").unwrap();
    assert!(check(&Transformation::Paraphrase, "Men of the Grey Tide mean trouble.").is_err());
}

#[test]
fn no_trace_is_left_but_whom_to_ask() {
    let how = Transformation::Traces;
    assert!(how.check(&[], "Call +358 9 1234 5678.", "").is_err());
    how.check(&[], "Call +358 9 1234 5678.", "+358 9 1234 5678").unwrap();
}

#[test]
fn a_word_of_likelihood_never_becomes_stronger() {
    let likelihood =
        |original, to, analyst: &str| Transformation::Likelihood { original, to, analyst: analyst.into() };
    for (from, original) in Likelihood::ALL.iter().enumerate() {
        for (until, to) in Likelihood::ALL.iter().enumerate() {
            assert_eq!(check(&likelihood(*original, *to, "Mara"), "").is_ok(), until <= from);
        }
    }
    assert!(check(&likelihood(Likelihood::Likely, Likelihood::Unlikely, " "), "").is_err());
}

#[test]
fn a_translation_names_who_made_it() {
    check(&Transformation::Translation { by: "M. Okafor".into() }, "").unwrap();
    assert!(check(&Transformation::Translation { by: " ".into() }, "").is_err());
}

#[test]
fn each_reads_back_as_it_was_written_and_names_nobody_in_the_record() {
    let all = [
        place("Lowtown"),
        Transformation::Window { original: window(10, 12), to: window(0, 24) },
        Transformation::Number { original: 12, least: 10, most: 20 },
        Transformation::Identity { original: "Ilse Brandvold".into(), role: "a resident".into(), people: 20 },
        Transformation::Paraphrase,
        Transformation::Likelihood {
            original: Likelihood::Likely,
            to: Likelihood::Unlikely,
            analyst: "Mara".into(),
        },
        Transformation::Translation { by: "M. Okafor".into() },
    ];
    for how in all {
        let text = serde_json::to_string(&how).unwrap();
        assert_eq!(serde_json::from_str::<Transformation>(&text).unwrap(), how, "{text}");
        assert!(how.to_string().starts_with("TF-") && !how.to_string().contains("Ilse"));
    }
    assert!(serde_json::from_str::<Transformation>(r#"{"how":"guess"}"#).is_err());
    assert!(serde_json::from_str::<Transformation>(r#"{"how":"translation","by":"x","why":1}"#).is_err());
}

proptest! {
    #[test]
    fn a_window_passes_only_if_it_contains_the_original(
        a in 0_i64..400, b in 0_i64..400, c in 0_i64..400, d in 0_i64..400,
    ) {
        let how = Transformation::Window { original: window(a, b), to: window(c, d) };
        if check(&how, "").is_ok() {
            prop_assert!(c <= a && b <= d && a <= b && [6, 24, 48, 168].contains(&(d - c)));
        }
    }

    #[test]
    fn a_range_passes_only_if_it_holds_the_number(original in -50_i64..50, least in -50_i64..50, most in -50_i64..50) {
        let how = Transformation::Number { original, least, most };
        if check(&how, "").is_ok() {
            prop_assert!(least <= original && original <= most && least < most);
        }
    }
}
