//! Rules of patterns that hold for every pattern and every stream.

#![expect(clippy::indexing_slicing, reason = "a helper of a test fails the test")]

use aldis_wire::pattern::ast::{Observe, Qualifier};
use aldis_wire::pattern::{Engine, Limits, Observation, Pattern, Version};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use std::collections::BTreeSet;

fn parse(text: &str) -> Pattern {
    Pattern::parse(text, Version::V21, &Limits::default()).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn matches(text: &str, seen: &[Observation]) -> Option<Vec<usize>> {
    parse(text)
        .compile(&Limits::default())
        .unwrap()
        .matches(seen)
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn quoted() -> impl Strategy<Value = String> {
    "[abé'\\\\% _]{0,4}".prop_map(|text| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'")))
}

/// A constant of one kind.
fn constants() -> impl Strategy<Value = Vec<String>> {
    prop_oneof![
        prop::collection::vec((-3_i64..4).prop_map(|number| number.to_string()), 1..3),
        prop::collection::vec((-20_i64..20).prop_map(|tenth| format!("{:.1}", tenth as f64 / 10.0)), 1..3),
        prop::collection::vec(quoted(), 1..3),
        prop::collection::vec(
            prop::collection::vec(any::<u8>(), 0..3).prop_map(|bytes| {
                format!("h'{}'", bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
            }),
            1..3
        ),
    ]
}

fn path() -> impl Strategy<Value = String> {
    let kind = select(vec!["a", "b-c"]);
    let steps = select(vec!["x", "y.z", "l[*]", "l[0]", "'q-r'", "n_ref.x", "x_hex", "n_refs[*].x"]);
    (kind, steps).prop_map(|(kind, steps)| format!("{kind}:{steps}"))
}

fn test() -> impl Strategy<Value = String> {
    let not = select(vec!["", "NOT "]);
    let like = prop_oneof![
        quoted().prop_map(|text| format!("LIKE {text}")),
        select(vec!["'^a'", "'b+$'", "'aab|bba'", "'.'"]).prop_map(|text| format!("MATCHES {text}")),
        select(vec!["'10.0.0.0/8'", "'10.1.0.0/16'", "'::/0'"]).prop_map(|net| format!("ISSUBSET {net}")),
        select(vec!["'10.1.2.3'", "'10.1.0.0/16'"]).prop_map(|net| format!("ISSUPERSET {net}")),
    ];
    let equal = (select(vec!["=", "!=", "<", "<=", ">", ">="]), constants())
        .prop_map(|(operator, constants)| format!("{operator} {}", constants[0]));
    let within = constants().prop_map(|constants| format!("IN ({})", constants.join(", ")));
    prop_oneof![
        1 => (not.clone(), path()).prop_map(|(not, path)| format!("{not}EXISTS {path}")),
        6 => (path(), not, prop_oneof![2 => equal, 1 => within, 2 => like])
            .prop_map(|(path, not, how)| format!("{path} {not}{how}")),
    ]
}

fn compare() -> impl Strategy<Value = String> {
    test().prop_recursive(3, 6, 3, |inner| {
        (prop::collection::vec(inner, 1..4), select(vec![" AND ", " OR "]))
            .prop_map(|(parts, operator)| format!("({})", parts.join(operator)))
    })
}

fn qualifier() -> impl Strategy<Value = String> {
    prop_oneof![
        (1_u32..5).prop_map(|seconds| format!("WITHIN {seconds} SECONDS")),
        (1_u32..4).prop_map(|times| format!("REPEATS {times} TIMES")),
        (0_u32..6, 1_u32..8).prop_map(|(start, length)| {
            format!("START t'2024-01-01T00:00:{start:02}Z' STOP t'2024-01-01T00:00:{:02}Z'", start + length)
        }),
    ]
}

fn pattern() -> impl Strategy<Value = String> {
    compare().prop_map(|compare| format!("[{compare}]")).prop_recursive(3, 6, 3, |inner| {
        let operator = select(vec![" AND ", " OR ", " FOLLOWEDBY "]);
        prop_oneof![
            (prop::collection::vec(inner.clone(), 2..4), operator)
                .prop_map(|(parts, operator)| format!("({})", parts.join(operator))),
            (inner, qualifier()).prop_map(|(part, qualifier)| format!("({part} {qualifier})")),
        ]
    })
}

/// A pattern whose tests are simple, so that many of them hold.
fn shape() -> impl Strategy<Value = String> {
    select(vec!["[a:x = 1]", "[a:x = 2]", "[a:x > 0]", "[a:x != 1]"]).prop_map(str::to_owned).prop_recursive(
        4,
        6,
        3,
        |inner| {
            let operator = select(vec![" AND ", " OR ", " FOLLOWEDBY "]);
            prop_oneof![
                3 => (prop::collection::vec(inner.clone(), 2..4), operator)
                    .prop_map(|(parts, operator)| format!("({})", parts.join(operator))),
                2 => (inner, qualifier()).prop_map(|(part, qualifier)| format!("({part} {qualifier})")),
            ]
        },
    )
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        (-3_i64..4).prop_map(|number| json!(number)),
        (-20_i64..20).prop_map(|tenth| json!(tenth as f64 / 10.0)),
        "[abé'\\\\]{0,4}".prop_map(|text| json!(text)),
        select(vec![json!(true), json!(null), json!("10.1.2.3"), json!("10.0.0.0/8"), json!("aab")]),
    ]
}

fn object() -> impl Strategy<Value = Value> {
    let kind = select(vec!["a", "b-c"]);
    let list = prop::collection::vec(value(), 0..3);
    (kind, value(), value(), list, value(), prop::option::of("[ab]{0,2}")).prop_map(|(kind, x, z, list, quoted, bytes)| {
        let mut object = json!({
            "type": kind, "x": x, "y": { "z": z }, "l": list, "q-r": quoted, "n_ref": "0", "n_refs": ["1", "0"],
        });
        if let Some(bytes) = bytes {
            let hex: String = bytes.bytes().map(|byte| format!("{byte:02x}")).collect();
            object["x_hex"] = json!(hex);
        }
        object
    })
}

fn seen(first: u32, length: u32, count: u32, objects: Vec<Value>) -> Observation {
    let objects: serde_json::Map<String, Value> =
        objects.into_iter().enumerate().map(|(at, object)| (at.to_string(), object)).collect();
    let document = json!({
        "type": "observed-data",
        "first_observed": format!("2024-01-01T00:00:{first:02}Z"),
        "last_observed": format!("2024-01-01T00:00:{:02}Z", first + length),
        "number_observed": count,
        "objects": objects,
    });
    Observation::read(vec![document]).unwrap().remove(0)
}

fn stream() -> impl Strategy<Value = Vec<Observation>> {
    let one = (0_u32..10, 0_u32..3, 1_u32..3, prop::collection::vec(object(), 1..3));
    prop::collection::vec(
        one.prop_map(|(first, length, count, objects)| seen(first, length, count, objects)),
        0..5,
    )
}

/// Observations of one small number each.
fn numbers() -> impl Strategy<Value = Vec<Observation>> {
    let one = (0_u32..8, 0_u32..4, 1_u32..3, 0_i64..4);
    prop::collection::vec(
        one.prop_map(|(first, length, count, x)| {
            seen(first, length, count, vec![json!({ "type": "a", "x": x })])
        }),
        0..5,
    )
}

/// One sighting: the observation, and which of its sightings.
type Sighting = (usize, u64);

/// Every binding there is, found by trying all of them.
fn bindings(part: &Observe, seen: &[Observation]) -> Vec<Vec<Sighting>> {
    let first = |sighting: &Sighting| seen[sighting.0].first;
    let last = |sighting: &Sighting| seen[sighting.0].last;
    let joined = |left: &[Vec<Sighting>], right: &[Vec<Sighting>], in_order: bool| {
        let mut all = Vec::new();
        for left in left {
            for right in right {
                let apart = left.iter().all(|one| !right.contains(one));
                let ordered = left.iter().map(first).max() <= right.iter().map(last).min();
                if apart && (ordered || !in_order) {
                    all.push([left.as_slice(), right.as_slice()].concat());
                }
            }
        }
        all
    };
    match part {
        Observe::One(_) => {
            let alone = part.to_string();
            let fit = seen
                .iter()
                .enumerate()
                .filter(|(_, one)| matches(&alone, std::slice::from_ref(*one)).is_some());
            fit.flat_map(|(at, one)| (0..one.count).map(move |number| vec![(at, number)])).collect()
        }
        Observe::Or(parts) => parts.iter().flat_map(|part| bindings(part, seen)).collect(),
        Observe::And(parts) | Observe::Then(parts) => {
            let in_order = matches!(part, Observe::Then(_));
            let parts = parts.iter().map(|part| bindings(part, seen));
            parts.reduce(|left, right| joined(&left, &right, in_order)).unwrap_or_default()
        }
        Observe::Qualified(part, qualifiers) => {
            qualifiers.iter().fold(bindings(part, seen), |all, qualifier| match *qualifier {
                Qualifier::Repeats(times) => {
                    (1..times).fold(all.clone(), |some, _| joined(&some, &all, false))
                }
                Qualifier::During { start, stop } => all
                    .into_iter()
                    .filter(|one| {
                        start < stop && one.iter().all(|one| first(one) < stop && last(one) >= start)
                    })
                    .collect(),
                Qualifier::Within(span) => {
                    let seconds: f64 = span.to_string().parse().unwrap();
                    let at =
                        |time: aldis_wire::pattern::Time| time.to_string()[17..19].parse::<f64>().unwrap();
                    let inside = |one: &Vec<Sighting>| {
                        let end = one.iter().map(last).min().unwrap();
                        one.iter().all(|one| at(first(one)) <= at(end) + seconds)
                    };
                    all.into_iter().filter(inside).collect()
                }
            })
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_pattern_comes_back_from_its_text(text in pattern()) {
        let read = parse(&text);
        let written = read.to_string();
        prop_assert_eq!(parse(&written), read, "{}", written);
    }

    #[test]
    fn a_pattern_matches_exactly_if_some_binding_exists(text in shape(), seen in numbers()) {
        let all = bindings(parse(&text).root(), &seen);
        let found = matches(&text, &seen);
        prop_assert_eq!(found.is_some(), !all.is_empty(), "{}: {:?}", text, found);
        if let Some(found) = found {
            let sets = |one: &Vec<Sighting>| one.iter().map(|(at, _)| *at).collect::<BTreeSet<_>>();
            let found = found.into_iter().collect::<BTreeSet<_>>();
            prop_assert!(all.iter().any(|one| sets(one) == found), "{}: {:?} of {:?}", text, found, all);
        }
    }

    #[test]
    fn the_engine_finds_what_each_pattern_finds_alone(
        texts in prop::collection::vec(prop_oneof![pattern(), shape()], 1..8),
        seen in prop_oneof![stream(), numbers()],
    ) {
        let limits = Limits::default();
        let compiled = texts.iter().map(|text| parse(text).compile(&limits).unwrap()).collect();
        let mut engine = Engine::new(compiled, 64, &limits).unwrap();
        let mut hit = BTreeSet::new();
        for (number, one) in seen.iter().enumerate() {
            let step = engine.push(one);
            prop_assert_eq!(step.refused, vec![]);
            for found in step.hits {
                prop_assert!(found.binding.contains(&(number as u64)));
                let bound: Vec<Observation> =
                    found.binding.iter().map(|number| seen[*number as usize].clone()).collect();
                prop_assert!(matches(&texts[found.pattern], &bound).is_some(), "{}", texts[found.pattern]);
                hit.insert(found.pattern);
            }
        }
        prop_assert_eq!(engine.forgotten(), 0);
        for (at, text) in texts.iter().enumerate() {
            prop_assert_eq!(hit.contains(&at), matches(text, &seen).is_some(), "{}", text);
        }
    }
}
