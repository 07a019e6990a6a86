use super::MentionKind::{Date, Organisation, Person, Place};
use super::*;
use proptest::prelude::*;

fn read(text: &str) -> Vec<(MentionKind, String)> {
    propose(text).into_iter().map(|m| (m.kind, m.text)).collect()
}

fn has(text: &str, kind: MentionKind, quoted: &str) {
    assert!(read(text).contains(&(kind, quoted.to_owned())), "{text}: {:?}", propose(text));
}

fn lacks(text: &str, quoted: &str) {
    assert!(!read(text).iter().any(|(_, q)| q.contains(quoted)), "{text}: {:?}", propose(text));
}

#[test]
fn coordinated_names_are_two_people() {
    let text = "when Sergei and Yulia Skripal were poisoned in Salisbury, England";
    has(text, Person, "Sergei");
    has(text, Person, "Yulia Skripal");
    has(text, Place, "Salisbury");
    has(text, Place, "England");
}

#[test]
fn bylines_name_people() {
    for name in ["Paul Sonne", "Eric Schmitt", "Michael Schwirtz"] {
        has("- By Paul Sonne, Eric Schmitt and Michael Schwirtz\n", Person, name);
    }
}

#[test]
fn capitals_alone_are_no_organisation() {
    lacks("Last year, IT and other British spy agencies were accused.", "IT");
    has("told the CIA and MI5 that", Organisation, "CIA");
}

#[test]
fn peoples_are_neither_places_nor_people() {
    lacks("The Russian officials and the Russians left.", "Russian");
}

#[test]
fn a_teaser_is_passed_over() {
    lacks("READ NEXT: Supreme Court Hands Biden Admin Significant Immigration Win\n", "Court");
}

#[test]
fn a_surname_is_remembered_within_a_text() {
    let text = "We met Calder Walton. Then Walton left. The attack on Waltonn was odd.";
    assert_eq!(read(text).iter().filter(|(k, _)| *k == Person).count(), 3);
}

#[test]
fn an_acronym_in_brackets_is_an_organisation_everywhere() {
    assert_eq!(
        read("Previously, the (QZX) assessed that. The QZX promises."),
        [(Organisation, "QZX".to_owned()), (Organisation, "QZX".to_owned())]
    );
}

#[test]
fn an_acronym_with_an_article_acts() {
    has("Later the SMU said that it left.", Organisation, "SMU");
    lacks("Later the QDR test failed, and QDR too.", "QDR");
}

#[test]
fn head_words_make_bodies() {
    has(
        "by the Parliamentary Intelligence and Security Committee.",
        Organisation,
        "Parliamentary Intelligence and Security Committee",
    );
    has("the U.S. Embassy in Moscow put out", Organisation, "U.S. Embassy in Moscow");
    has("according to the Ministry of Defence today", Organisation, "Ministry of Defence");
}

#[test]
fn russian_text_is_read() {
    let text = "Вчера Сергей Скрипаль был отравлен в Солсбери. По данным ФСБ, Скрипаля искали в Москве.";
    has(text, Person, "Сергей Скрипаль");
    has(text, Person, "Скрипаля");
    has(text, Place, "Москве");
    has(text, Organisation, "ФСБ");
    has(text, Date, "Вчера");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn mentions_quote_the_text_and_do_not_overlap(text in "(\\PC|[A-Z][a-z]{1,8} |The |of |and |\\n|“|\\. ){0,60}") {
        let mut end = 0;
        for mention in propose(&text) {
            prop_assert_eq!(text.get(mention.span.start..mention.span.end), Some(mention.text.as_str()));
            prop_assert!(mention.span.start >= end);
            end = mention.span.end;
        }
    }
}

/// Counts against the gold of the three articles: an overlap of the same kind
/// counts as lenient, the same span as strict.
#[test]
fn the_three_articles_are_read_well_enough() {
    let corpora = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpora");
    let Ok(files) = std::fs::read_dir(format!("{corpora}/gather/gold")) else {
        println!("skipped: {corpora} is absent");
        return;
    };
    let mut paths: Vec<_> =
        files.flatten().map(|f| f.path()).filter(|p| p.to_string_lossy().contains("mentions")).collect();
    paths.sort();
    let (mut said, mut gold_count, mut strict, mut lenient, mut lenient_said) = (0.0, 0.0, 0.0, 0.0, 0.0);
    let (mut dates, mut date_gold, mut date_hits) = (0.0, 0.0, 0.0);
    for path in paths {
        let gold: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        let text = std::fs::read_to_string(format!("{corpora}/articles/{}", gold["file"].as_str().unwrap()))
            .unwrap();
        let at: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        let wanted: Vec<(Vec<&str>, Span, &str)> = gold["mentions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|m| {
                let place = |key: &str| at[usize::try_from(m[key].as_u64().unwrap()).unwrap()];
                let mut kinds = vec![m["type"].as_str().unwrap()];
                kinds.extend(m["alt"].as_array().into_iter().flatten().filter_map(|k| k.as_str()));
                (kinds, Span { start: place("start"), end: place("end") }, m["text"].as_str().unwrap())
            })
            .collect();
        let proposed = propose(&text);
        let overlap = |a: Span, b: Span| a.start < b.end && b.start < a.end;
        for (kind, name) in [(Person, "PER"), (Organisation, "ORG"), (Place, "LOC"), (Date, "DATE")] {
            let ours: Vec<&Mention> = proposed.iter().filter(|m| m.kind == kind).collect();
            let main: Vec<_> = wanted.iter().filter(|(k, ..)| k[0] == name).collect();
            let any: Vec<_> = wanted.iter().filter(|(k, ..)| k.contains(&name)).collect();
            for (kinds, span, quoted) in &main {
                let fits = |m: &&Mention| overlap(m.span, *span) && kinds.contains(&code(m.kind));
                if kind == Date {
                    date_gold += 1.0;
                    date_hits += f64::from(u8::from(
                        proposed.iter().any(|m| m.kind == Date && overlap(m.span, *span)),
                    ));
                } else {
                    gold_count += 1.0;
                    strict += f64::from(u8::from(proposed.iter().any(|m| fits(&m) && m.span == *span)));
                    lenient += f64::from(u8::from(proposed.iter().any(|m| fits(&m))));
                }
                if !proposed.iter().any(|m| fits(&m) && m.span == *span) {
                    println!("missed {name} {quoted:?} {}", span.start);
                }
            }
            for m in ours {
                let right = any.iter().any(|(_, span, _)| overlap(*span, m.span));
                if kind == Date {
                    dates += 1.0;
                } else {
                    said += 1.0;
                    lenient_said += f64::from(u8::from(right));
                }
                if !right {
                    println!("wrong {name} {:?} {} ({})", m.text, m.span.start, m.note);
                }
            }
        }
    }
    let f1 = |hit: f64, said: f64, gold: f64| 2.0 * hit / (said + gold);
    let (precision, recall) = (lenient_said / said, lenient / gold_count);
    let lenient_f1 = 2.0 * precision * recall / (precision + recall);
    let strict_f1 = f1(strict, said, gold_count);
    println!(
        "people, bodies, places: strict F1 {strict_f1:.3}, lenient F1 {lenient_f1:.3}; dates {:.3}",
        f1(date_hits, dates, date_gold)
    );
    assert!(strict_f1 >= 0.75 && lenient_f1 >= 0.80, "{strict_f1} {lenient_f1}");
}

fn code(kind: MentionKind) -> &'static str {
    match kind {
        Person => "PER",
        Organisation => "ORG",
        Place => "LOC",
        Date => "DATE",
    }
}

/// Each text made a careless rule look back over everything once per word.
#[test]
fn long_repetitions_take_no_more_time_than_their_length() {
    for piece in
        ["A.", "1.1/", "Aa ", "Aa-", "“A ", "the USA (USA) ", "Sergei and ", "A & B ", "Ministry of "]
    {
        let text = piece.repeat(6_000);
        let _ = (propose(&text), date::find(&text));
    }
}
