use super::table::{Class, Form, TABLE};
use super::*;
use proptest::prelude::*;
use serde_json::{Value as Json, json};

fn problems(object: &Json, options: &Options) -> Vec<String> {
    let text = object.to_string();
    let findings = check(text.as_bytes(), &Limits::default(), options).unwrap();
    findings.problems.iter().map(ToString::to_string).collect()
}

fn says(object: &Json) -> Vec<String> {
    problems(object, &Options::default())
}

fn tool() -> Json {
    json!({
        "type": "tool", "spec_version": "2.1", "id": "tool--00000001-0000-4000-8000-000000000000",
        "created": "2031-03-07T18:05:00.000Z", "modified": "2031-03-07T18:05:00.000Z", "name": "A tool"
    })
}

fn with(mut object: Json, name: &str, value: Json) -> Json {
    object[name] = value;
    object
}

#[test]
fn an_object_that_keeps_the_rules_has_no_problems() {
    assert_eq!(says(&tool()), [""; 0]);
}

#[test]
fn a_problem_says_where_what_and_by_which_section() {
    assert_eq!(
        says(&with(
            tool(),
            "external_references",
            json!([{ "source_name": "x", "url": "no uri", "hashes": { "MD5": "00" } }])
        )),
        [
            "$.external_references[0].hashes.MD5: not a value of this hash algorithm (STIX 2.1, 10.7)",
            "$.external_references[0].url: not a URI as RFC 3986 defines it (STIX 2.1, 2.5)",
        ]
    );
    assert_eq!(
        says(&with(tool(), "tool_types", json!(["Nail Gun"]))),
        [
            "$.tool_types[0]: not a value of tool-type-ov (STIX 2.1, 10.26, tool-types)",
            "$.tool_types[0]: should be in lower case with hyphens between words (STIX 2.1, 2.14, open-vocab-format)",
        ]
    );
}

#[test]
fn created_and_modified_have_three_digits_or_more() {
    for name in ["created", "modified"] {
        for fine in ["05.000Z", "05.0001Z", "05.123456Z", "05.123456789Z"] {
            let object = with(
                with(tool(), "modified", json!("2031-03-07T18:05:06.000Z")),
                "created",
                json!("2031-03-07T18:05:04.000Z"),
            );
            assert_eq!(
                says(&with(object, name, json!(format!("2031-03-07T18:05:{fine}")))),
                [""; 0],
                "{name} {fine}"
            );
        }
        for short in ["05Z", "05.0Z", "05.12Z"] {
            assert_eq!(
                says(&with(tool(), name, json!(format!("2031-03-07T18:05:{short}"))))
                    .into_iter()
                    .find(|what| what.contains("3.2")),
                Some(format!(
                    "$.{name}: must be precise to the millisecond, such as 12:31:12.000Z (STIX 2.1, 3.2)"
                ))
            );
        }
    }
}

#[test]
fn every_required_property_is_missed_by_name() {
    let mut missed = 0;
    for shape in TABLE.shapes.iter().filter(|shape| shape.class != Class::Part) {
        let object = json!({ "type": shape.name });
        let found = says(&object);
        for (at, (name, _)) in shape.properties.iter().enumerate() {
            if shape.required & (1 << at) != 0 && *name != "type" {
                let what =
                    format!("$.{name}: the property is required and missing (STIX 2.1, {})", shape.section);
                assert!(found.contains(&what), "{} {found:?}", shape.name);
                missed += 1;
            }
        }
    }
    assert!(missed > 120, "{missed}");
}

#[test]
fn no_property_of_any_type_takes_null_or_an_empty_list() {
    for shape in TABLE.shapes.iter().filter(|shape| shape.class != Class::Part) {
        for (name, form) in shape.properties.iter().filter(|(name, _)| *name != "type") {
            for wrong in [Json::Null, json!([])] {
                let found = says(&json!({ "type": shape.name, *name: wrong }));
                let path = format!("$.{name}: ");
                assert!(found.iter().any(|what| what.starts_with(&path)), "{} {name} {form:?}", shape.name);
            }
        }
    }
}

#[test]
fn every_reference_refuses_a_type_that_its_table_does_not_name() {
    let bundle = "bundle--00000001-0000-4000-8000-000000000000";
    let mut tried = 0;
    for shape in TABLE.shapes.iter().filter(|shape| shape.class != Class::Part) {
        for (name, form) in &shape.properties {
            let (value, path) = match form {
                Form::Ref { types, .. } if !types.is_empty() => (json!(bundle), format!("$.{name}: ")),
                Form::List(inner) if matches!(inner.as_ref(), Form::Ref { types, .. } if !types.is_empty()) => {
                    (json!([bundle]), format!("$.{name}[0]: "))
                }
                _ => continue,
            };
            let found = says(&json!({ "type": shape.name, *name: value }));
            assert!(found.iter().any(|what| what.starts_with(&path)), "{} {name}", shape.name);
            tried += 1;
        }
    }
    assert!(tried > 30, "{tried}");
}

#[test]
fn a_recommendation_can_be_turned_off_by_name_number_and_group() {
    let odd = with(tool(), "tool_types", json!(["nail-gun"]));
    for name in ["tool-types", "222", "all-vocabs", "210", "approved-values", "2", "all"] {
        let mut options = Options::default();
        options.disable(name).unwrap();
        assert_eq!(problems(&odd, &options), [""; 0], "{name}");
    }
    let mut options = Options::default();
    options.disable("uuid-check").unwrap();
    assert_eq!(problems(&odd, &options).len(), 1);
    options.enable_only(&["tool-types"]).unwrap();
    assert_eq!(problems(&odd, &options).len(), 1);
    options.enable_only(&["uuid-check"]).unwrap();
    assert_eq!(problems(&odd, &options).len(), 0);
    assert!(options.disable("tool-type").is_err());
    assert!(options.disable("0").is_err());
}

#[test]
fn a_custom_name_is_asked_for_an_extension_or_for_its_prefix() {
    let custom = with(tool(), "colour", json!("red"));
    let check = |off: &[&str]| {
        let mut options = Options::default();
        off.iter().for_each(|name| options.disable(name).unwrap());
        let found = problems(&custom, &options);
        found
            .iter()
            .map(|what| what.rsplit(", ").next().unwrap().trim_end_matches(')').to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(check(&[]), ["extensions-use"]);
    assert_eq!(check(&["extensions-use"]), ["custom-prefix"]);
    assert_eq!(check(&["extensions-use", "custom-prefix"]), ["custom-prefix-lax"]);
    assert_eq!(check(&["401", "101", "102"]), [""; 0]);
}

#[test]
fn warnings_make_nothing_invalid_unless_strict_is_asked_for() {
    let text = with(tool(), "colour", json!("red")).to_string();
    let findings = check(text.as_bytes(), &Limits::default(), &Options::default()).unwrap();
    assert!(findings.is_valid(false));
    assert!(!findings.is_valid(true));
}

#[test]
fn many_problems_are_counted_and_not_all_kept() {
    let many: Vec<Json> = (0..1_000).map(|_| json!(7)).collect();
    let text = with(tool(), "labels", json!(many)).to_string();
    let findings = check(text.as_bytes(), &Limits::default(), &Options::default()).unwrap();
    assert_eq!((findings.problems.len(), findings.more), (MOST, 900));
    assert!(!findings.is_valid(false));
}

#[test]
fn the_stream_and_the_whole_find_the_same() {
    let bundle = json!({
        "type": "bundle", "id": "bundle--00000001-0000-4000-8000-000000000000",
        "objects": [tool(), tool(), with(tool(), "created", json!("2031-02-30T00:00:00.000Z")), 7]
    });
    let whole = says(&bundle);
    let mut streamed = Vec::new();
    check_stream(bundle.to_string().as_bytes(), Limits::default(), &Options::default(), |judged| {
        let place = judged.number.map_or_else(String::new, |number| format!(".objects[{number}]"));
        let found = judged.findings.unwrap().problems;
        streamed.extend(found.iter().map(|p| p.to_string().replacen('$', &format!("${place}"), 1)));
    })
    .unwrap();
    assert_eq!(streamed, whole);
    assert_eq!(whole.len(), 4, "{whole:?}");
}

fn anything() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        ".{0,12}".prop_map(Into::into),
        Just(json!("file--00000001-0000-4000-8000-000000000000")),
        Just(json!("2031-03-07T18:05:00.000Z")),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::hash_map("[a-zA-Z_\\-]{0,8}", inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_value_anywhere_is_judged(at in any::<prop::sample::Index>(), which in any::<prop::sample::Index>(), value in anything()) {
        let shapes: Vec<_> = TABLE.shapes.iter().filter(|shape| shape.class != Class::Part).collect();
        let shape = shapes[at.index(shapes.len())];
        let (name, _) = shape.properties[which.index(shape.properties.len())];
        let mut object = json!({ "type": shape.name });
        object[name] = value;
        for path in says(&object) {
            prop_assert!(path.starts_with('$'));
        }
    }

    #[test]
    fn a_list_of_objects_is_judged_one_by_one(values in prop::collection::vec(anything(), 0..4)) {
        let all = says(&Json::Array(values.clone()));
        let each: usize = values.iter().map(|value| {
            // A list in a list is no object.
            if value.is_array() { 1 } else { says(value).len() }
        }).sum();
        prop_assert_eq!(all.len(), each);
    }
}
