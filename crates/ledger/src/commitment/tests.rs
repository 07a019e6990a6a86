//! Shows that a leaf binds every field, hides the others, and survives their erasure.

use super::*;
use proptest::prelude::*;
use proptest::sample::Index;

/// Computed by a second program from the formulas at the top of the module.
#[test]
fn the_leaf_is_the_one_of_the_formula() {
    let hex: String = entry().leaf().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, "414c44316b7221cd80133e36ecf6ed364db539d3b88eae6d1a5a01341ee18e6e77149b64");
}

#[test]
fn erasing_forgets_the_value_and_keeps_the_leaf() {
    let mut entry = entry();
    let leaf = entry.leaf();
    entry.erase("actor").unwrap();
    entry.erase("actor").unwrap();
    assert_eq!(entry.leaf(), leaf);
    assert_eq!(entry.value("actor"), None);
    assert!(!entry.to_json().contains("desk-7"));
    assert_eq!(entry.disclose(&["actor"]), Err(Error::ErasedField { name: "actor".into() }));
    assert_eq!(entry.disclose(&["kind"]).unwrap().verify(&leaf), Ok(vec![("kind", "warning")]));
    assert_eq!(entry.erase("nobody"), Err(Error::UnknownField { name: "nobody".into() }));
}

#[test]
fn renaming_an_erased_field_changes_the_leaf() {
    let mut entry = entry();
    entry.erase("actor").unwrap();
    let renamed = entry.to_json().replace("\"actor\"", "\"witness\"");
    assert_ne!(Entry::from_json(&renamed).unwrap().leaf(), entry.leaf());
}

#[test]
fn the_order_of_fields_counts() {
    let (mut fields, leaf) = (entry().fields, entry().leaf());
    fields.reverse();
    assert_ne!(Entry::new([9; 32], fields).unwrap().leaf(), leaf);
}

#[test]
fn names_and_values_do_not_run_together() {
    let leaf = |name: &str, value: &str| {
        Entry::new([0; 32], vec![Field::open(name, value, [1; 16])]).unwrap().leaf()
    };
    assert_ne!(leaf("ab", "c"), leaf("a", "bc"));
    assert_ne!(leaf("a", ""), leaf("a", "\0"));
}

#[test]
fn an_entry_that_would_confuse_its_reader_is_refused() {
    let open = |name: &str, salt| Field::open(name, "x", [salt; 16]);
    assert!(Entry::new([0; 32], vec![open("a", 1), open("a", 2)]).is_err());
    assert!(Entry::new([0; 32], vec![open("a", 1), open("b", 1)]).is_err());
    assert!(Entry::new([0; 32], vec![open("", 1)]).is_err());
    assert!(Entry::new([0; 32], vec![open("a", 1), Field::erased("a", [0; 32])]).is_err());
    let many = |count: u16| (0..count).map(|n| Field::erased(n.to_string(), [0; 32])).collect();
    assert!(Entry::new([0; 32], many(256)).is_ok());
    assert!(Entry::new([0; 32], many(257)).is_err());
    assert!(Entry::new([0; 32], vec![]).unwrap().disclose(&[]).is_ok());
}

#[test]
fn only_what_was_named_is_disclosed() {
    let disclosure = entry().disclose(&["at", "kind"]).unwrap();
    let shown = disclosure.verify(&entry().leaf()).unwrap();
    assert_eq!(shown, [("at", "1732420000000000"), ("kind", "warning")]);
    assert!(!disclosure.to_json().contains("actor"));
    assert_eq!(entry().disclose(&["x"]), Err(Error::UnknownField { name: "x".into() }));
    assert!(entry().disclose(&["at", "at"]).is_err());
    assert_eq!(entry().disclose(&[]).unwrap().verify(&entry().leaf()), Ok(vec![]));
}

#[test]
fn the_debug_forms_show_no_value() {
    let mut entry = entry();
    entry.erase("at").unwrap();
    assert_eq!(format!("{entry:?}"), "Entry { fields: [kind: open, actor: open, at: erased], .. }");
    let disclosure = entry.disclose(&["actor"]).unwrap();
    assert_eq!(format!("{disclosure:?}"), "Disclosure { names: [\"actor\"], .. }");
}

#[test]
fn the_stored_form_is_compact_and_strict() {
    let field = r#"{"name":"a","value":"x","salt":"AQEBAQEBAQEBAQEBAQEBAQ=="}"#;
    let erased = r#"{"name":"b","digest":"AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="}"#;
    let salt = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    let json = format!(r#"{{"salt":"{salt}","fields":[{field},{erased}]}}"#);
    let entry =
        Entry::new([0; 32], vec![Field::open("a", "x", [1; 16]), Field::erased("b", [2; 32])]).unwrap();
    assert_eq!(entry.to_json(), json);
    assert_eq!(Entry::from_json(&json), Ok(entry));
    for (from, to) in [
        (r#""fields""#, r#""size":2,"fields""#),
        (r#""value":"x""#, r#""value":"x","digest":null"#),
        (r#""value":"x""#, r#""value":"x","value":"x""#),
        (r#""value":"x""#, r#""value":null"#),
        (r#""value":"x","#, ""),
        (r#""name":"b","#, ""),
        (r#""name":"b""#, r#""name":"b","value":"y""#),
        (r#""name":"b""#, r#""name":"a""#),
        ("AQEBAQEBAQEBAQEBAQEBAQ==", "AQEBAQEBAQEBAQEBAQEBAQ"),
        ("AQEBAQEBAQEBAQEBAQEBAQ==", "AQEBAQEBAQEBAQEBAQEBAR=="),
        ("AQEBAQEBAQEBAQEBAQEBAQ==", "AQ=="),
        (r#"{"salt""#, r#" {"sald""#),
    ] {
        let bad = json.replacen(from, to, 1);
        assert_ne!(bad, json);
        assert!(Entry::from_json(&bad).is_err(), "{bad}");
    }
    assert!(Entry::from_json(&format!("{json} {json}")).is_err());
}

#[test]
fn a_disclosure_that_names_a_field_twice_is_not_read() {
    let json = entry().disclose(&["kind"]).unwrap().to_json();
    let (head, field) = json.split_once("[").unwrap();
    let field = field.strip_suffix("]}").unwrap();
    assert!(Disclosure::from_json(&format!("{head}[{field}]}}")).is_ok());
    assert!(Disclosure::from_json(&format!("{head}[{field},{field}]}}")).is_err());
    assert!(Disclosure::from_json(&json.replace("\"size\":3", "\"size\":257")).is_err());
    assert!(Disclosure::from_json(&json.replace("\"size\":3", "\"size\":3,\"x\":1")).is_err());
}

proptest! {
    #[test]
    fn any_subset_verifies_and_any_erasure_keeps_the_leaf(
        values in values(),
        shown in any::<u16>(),
        erased in any::<u16>(),
    ) {
        let mut entry = make(&values);
        let leaf = entry.leaf();
        let chosen = |set: u16| (0..values.len()).filter(move |n| set >> n & 1 == 1).map(|n| format!("f{n}"));
        let names: Vec<String> = chosen(shown).collect();
        let disclosure = entry.disclose(&names.iter().map(String::as_str).collect::<Vec<_>>()).unwrap();
        let disclosure = Disclosure::from_json(&disclosure.to_json()).unwrap();
        let found: Vec<_> = disclosure.verify(&leaf).unwrap().into_iter().map(|(name, _)| name).collect();
        prop_assert_eq!(found, names);

        chosen(erased).for_each(|name| entry.erase(&name).unwrap());
        prop_assert_eq!(entry.leaf(), leaf);
        let again = Entry::from_json(&entry.to_json()).unwrap();
        prop_assert_eq!(again.leaf(), leaf);
        prop_assert_eq!(again, entry);
    }

    #[test]
    fn a_disclosure_with_anything_changed_is_refused(
        values in values(),
        at in any::<Index>(),
        what in 0..8,
        bit in any::<Index>(),
    ) {
        let entry = make(&values);
        let name = format!("f{}", at.index(values.len()));
        let mut forged = entry.disclose(&[&name]).unwrap();
        let shown = &mut forged.shown[0];
        match what {
            0 => flip(&mut forged.salt, &bit),
            1 => flip(&mut forged.root, &bit),
            2 => shown.value.push(' '),
            3 => shown.name.push(' '),
            4 => flip(&mut shown.salt, &bit),
            5 => shown.path.push([0; 32]),
            6 if !shown.path.is_empty() => {
                let at = at.index(shown.path.len());
                flip(&mut shown.path[at], &bit);
            }
            _ => shown.index = forged.size,
        }
        prop_assert!(forged.verify(&entry.leaf()).is_err());
        let mut leaf = entry.leaf();
        flip(&mut leaf, &bit);
        prop_assert!(entry.disclose(&[&name]).unwrap().verify(&leaf).is_err());
    }

    #[test]
    fn any_change_to_an_entry_changes_its_leaf(
        values in values(),
        at in any::<Index>(),
        what in 0..5,
        bit in any::<Index>(),
    ) {
        let mut entry = make(&values);
        let leaf = entry.leaf();
        let at = at.index(values.len());
        if what == 0 {
            let digest = entry.fields[at].digest();
            entry.fields[at].content = Content::Erased { digest };
        }
        let field = &mut entry.fields[at];
        match (what, &mut field.content) {
            (1, _) => flip(&mut entry.salt, &bit),
            (2, _) => field.name.push('x'),
            (3, Content::Open { value, .. }) => value.push('x'),
            (_, Content::Open { salt, .. }) => flip(salt, &bit),
            (_, Content::Erased { digest }) => flip(digest, &bit),
        }
        prop_assert_ne!(entry.leaf(), leaf);
    }

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC{0,60}", json in "[{}\\[\\]\",:a-z0-9]{0,60}") {
        prop_assert!(Entry::from_json(&text).is_err());
        prop_assert!(Disclosure::from_json(&text).is_err());
        prop_assert!(Entry::from_json(&json).is_err());
        prop_assert!(Disclosure::from_json(&json).is_err());
    }
}

fn entry() -> Entry {
    let fields = vec![
        Field::open("kind", "warning", [1; 16]),
        Field::open("actor", "desk-7", [2; 16]),
        Field::open("at", "1732420000000000", [3; 16]),
    ];
    Entry::new([9; 32], fields).unwrap()
}

fn values() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("\\PC{0,12}", 1..12)
}

fn make(values: &[String]) -> Entry {
    let field = |(n, value): (u8, &String)| Field::open(format!("f{n}"), value, [n; 16]);
    Entry::new([9; 32], (0..).zip(values).map(field).collect()).unwrap()
}

fn flip(bytes: &mut [u8], bit: &Index) {
    let bit = bit.index(bytes.len() * 8);
    bytes[bit / 8] ^= 1 << (bit % 8);
}
