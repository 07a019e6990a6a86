use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Result<Tree<'_>> {
    Tree::read(text.as_bytes(), &Limits::default())
}

fn says(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn every_value_keeps_the_text_it_was_read_from() {
    let text = r#" {"a" : [1, -2.50e+3, true, null, "x\u00e9\n"], "b":{}, "c":"" } "#;
    let tree = read(text).unwrap();
    let root = tree.root();
    assert_eq!(root.raw(), text.trim());
    let items: Vec<&str> = root.get("a").unwrap().items().map(Value::raw).collect();
    assert_eq!(items, ["1", "-2.50e+3", "true", "null", r#""x\u00e9\n""#]);
    assert_eq!(root.get("a").unwrap().items().last().unwrap().as_text().unwrap(), "xé\n");
    assert!(root.get("b").unwrap().is_empty());
    assert_eq!(root.get("c").unwrap().as_plain(), Some(""));
    assert!(root.get("d").is_none());
}

#[test]
fn a_refusal_names_the_path_and_the_rule() {
    assert_eq!(says(r#"{"a":[{"b":01}]}"#), "$.a[0].b: not a JSON number (at byte 11)");
    assert_eq!(says(r#"{"a b":{"c":1,"\u0063":2}}"#), "$['a b'].c: the key is there twice (at byte 15)");
    assert_eq!(says(r#"{"a":"\ud800"}"#), "$.a: a surrogate stands alone (at byte 6)");
    assert_eq!(says(r#"{"a":"\ud800\u0041"}"#), "$.a: a surrogate stands alone (at byte 6)");
    assert_eq!(says(r#"{"a":"\udc00"}"#), "$.a: a surrogate stands alone (at byte 6)");
    assert_eq!(says(r#"{"a":[1,1e400]}"#), "$.a[1]: the number is beyond an IEEE 754 double (at byte 8)");
    assert_eq!(says("{\"a\":\"\n\"}"), "$.a: a control character stands in a string unescaped (at byte 6)");
    assert_eq!(says("{} {}"), "$: something follows the value (at byte 3)");
    assert_eq!(says("\u{feff}{}"), "$: a byte order mark is not JSON: remove it (at byte 0)");
    assert_eq!(
        Tree::read(b"{\"a\":\"\xff\"}", &Limits::default()).unwrap_err().to_string(),
        "not valid UTF-8 text (at byte 6)"
    );
}

#[test]
fn depth_size_and_count_are_bounded() {
    let limits = Limits { bytes: 100_000, depth: 64, values: 100 };
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Tree::read(deep(64).as_bytes(), &limits).is_ok());
    assert_eq!(Tree::read(deep(65).as_bytes(), &limits).unwrap_err(), Error::TooDeep { limit: 64 });
    let bomb = "[".repeat(99_999);
    assert_eq!(Tree::read(bomb.as_bytes(), &limits).unwrap_err(), Error::TooDeep { limit: 64 });
    let many = format!("[{}0]", "0,".repeat(100));
    assert_eq!(Tree::read(many.as_bytes(), &limits).unwrap_err(), Error::TooMany { limit: 100 });
    let long = " ".repeat(100_001);
    assert_eq!(Tree::read(long.as_bytes(), &limits).unwrap_err(), Error::TooLarge { limit: 100_000 });
}

#[test]
fn a_key_is_found_twice_in_large_objects_too() {
    let keys: Vec<String> = (0..5_000).map(|at| format!("\"k{at}\":0")).collect();
    let text = format!("{{{}}}", keys.join(","));
    assert!(read(&text).is_ok());
    for again in [0, 47, 4_999] {
        let text = format!("{{{},\"k{again}\":0}}", keys.join(","));
        assert!(says(&text).starts_with(&format!("$.k{again}: the key is there twice")), "{again}");
    }
}

#[test]
fn integers_end_where_doubles_stop_being_exact() {
    let number = |text: &str| read(text).unwrap().root().as_integer();
    assert_eq!(number("9007199254740991"), Some(9_007_199_254_740_991));
    assert_eq!(number("-9007199254740991"), Some(-9_007_199_254_740_991));
    assert_eq!(number("9007199254740992"), None);
    assert_eq!(number("99999999999999999999"), None);
    assert_eq!(number("1.0"), None);
    assert_eq!(number("1e2"), None);
}

/// Values as any JSON writer makes them.
fn values() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_filter("finite", |n| n.is_finite()).prop_map(|n| serde_json::json!(n)),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 64, 8, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Into::into),
            prop::collection::hash_map(any::<String>(), inner, 0..8)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn another_reader_sees_the_same(value in values(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let text = text.unwrap();
        let tree = read(&text).unwrap();
        prop_assert_eq!(tree.root().raw(), text.as_str());
        prop_assert_eq!(serde_json::to_value(tree.root()).unwrap(), value);
    }

    #[test]
    fn what_is_accepted_is_accepted_by_another_reader(
        text in r#"[\[\]{}:,"\\u0dD8cea1 .eE+\-tfn\x00-\x20é]{0,24}"#
    ) {
        let ours = read(&text);
        let theirs = serde_json::from_str::<serde_json::Value>(&text);
        if ours.is_ok() {
            prop_assert!(theirs.is_ok(), "{text:?}");
        } else if theirs.is_ok() {
            prop_assert!(ours.unwrap_err().to_string().contains("twice"), "{text:?}");
        }
    }
}
