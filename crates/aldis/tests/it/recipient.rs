//! What every page behind a link keeps to, in each of its languages: message, phrase and receipt.

use crate::browser::Browser;
use crate::web::sample;
use axum::http::StatusCode;

const LANGUAGES: [(&str, &str); 5] =
    [("en", "ltr"), ("ru", "ltr"), ("uk", "ltr"), ("ar", "rtl"), ("fa", "rtl")];

/// Checks one page: nothing is run, drawn or fetched, the frame names nobody, and leaving comes first.
fn keeps_to_the_rules(what: &str, body: &str, language: &str, direction: &str) {
    let lower = body.to_lowercase();
    let absent =
        ["<script", "<svg", "<img", "<link", "<iframe", "<object", "@font-face", "url(", "@import", " src="];
    for word in absent {
        assert!(!lower.contains(word), "{what}: {word}");
    }
    let runs = lower.split_whitespace().find(|word| word.starts_with("on") && word.contains("=\""));
    assert_eq!(runs, None, "{what}");
    assert!(!lower.contains("northport") && !lower.contains("aldis"), "{what} names the desk");
    assert!(lower.contains(&format!("<html lang=\"{language}\" dir=\"{direction}\">")), "{what}");
    let title = body.split("<title>").nth(1).and_then(|rest| rest.split("</title>").next()).unwrap();
    assert!(!title.is_empty() && title.chars().count() < 40, "{what}: {title}");
    assert!(body.contains("name=\"robots\" content=\"noindex\""), "{what}");
    let stops = ["<a ", "<button", "<input", "<textarea", "<select", "tabindex"];
    let first = stops.iter().filter_map(|stop| body.find(stop)).min().unwrap();
    assert!(body[first..].starts_with("<a class=\"btn\" rel=\"noreferrer\""), "{what}: leaving is not first");
    assert!(!body.contains("tabindex"), "{what}: the order of stops is the order of the page");
}

#[test]
fn every_page_behind_a_link_keeps_to_the_rules_in_five_languages() {
    let sample = sample();
    let mut browser = Browser::new(&sample.north.node);
    let token = sample.token();
    let mut titles = std::collections::BTreeSet::new();
    for (language, direction) in LANGUAGES {
        let message = browser.get(&format!("/a/{token}?l={language}"));
        let nothing = browser.get(&format!("/a/unknown?l={language}"));
        assert_eq!((message.status, nothing.status), (StatusCode::OK, StatusCode::NOT_FOUND));
        for (what, answer) in [("message", &message), ("nothing", &nothing)] {
            keeps_to_the_rules(&format!("{what} in {language}"), &answer.body, language, direction);
            let policy = answer.header("content-security-policy");
            assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.header("referrer-policy"), "no-referrer");
            let title = answer.body.split("<title>").nth(1).unwrap().split('<').next().unwrap().to_owned();
            titles.insert(title);
        }
    }
    assert_eq!(titles.len(), 5, "one title a language, whatever the page says: {titles:?}");
    sample.north.later(2);
    let receipt = browser.post(&format!("/a/{token}?l=fa"), &[("a", "read")]).leads_to();
    for (language, direction) in LANGUAGES {
        let page = browser.get(&receipt.replace("l=fa", &format!("l={language}")));
        assert_eq!(page.status, StatusCode::OK);
        keeps_to_the_rules(&format!("receipt in {language}"), &page.body, language, direction);
    }
}

#[test]
fn a_links_secret_has_160_bits_and_stands_alone_in_its_path() {
    let sample = sample();
    let tokens: Vec<String> =
        sample.deliveries.values().map(|id| sample.north.node.sealer.link_token(id)).collect();
    for token in &tokens {
        // 32 letters of an alphabet of 32.
        assert_eq!(token.len(), 32);
        assert!(token.bytes().all(|byte| b"abcdefghjkmnpqrstvwxyz0123456789".contains(&byte)));
    }
    let apart: std::collections::BTreeSet<_> = tokens.iter().collect();
    assert_eq!(apart.len(), tokens.len());
    let mail = sample.north.net.mail();
    let links: Vec<&str> = mail
        .iter()
        .flat_map(|mail| mail.body.split_whitespace())
        .filter(|word| word.contains("/a/"))
        .collect();
    assert!(!links.is_empty());
    for link in links {
        let (_, token) = link.split_once("/a/").unwrap();
        assert_eq!(token.len(), 32, "{link}");
    }
}

#[test]
fn a_thousand_looks_change_nothing() {
    let sample = sample();
    let mut browser = Browser::new(&sample.north.node);
    let link = format!("/a/{}", sample.token());
    sample.north.unchanged(|| {
        for round in 0..1_000 {
            if round % 50 == 0 {
                sample.north.later(1);
            }
            assert_eq!(browser.get(&link).status, StatusCode::OK);
            if round % 50 == 0 {
                // What a mail scanner sends first.
                let head = browser.request("HEAD", &link).body(axum::body::Body::empty()).unwrap();
                assert_eq!(browser.send(head).status, StatusCode::OK);
            }
        }
    });
}

#[test]
fn the_words_to_ask_for_stand_on_the_recipients_page_and_on_ours() {
    let sample = sample();
    let words = sample
        .north
        .column(&format!("SELECT code_words FROM release WHERE id = '{}'", sample.releases["HALL"]));
    assert_eq!(words[0].split(' ').count(), 3, "{words:?}");
    let page = Browser::new(&sample.north.node).get(&format!("/a/{}", sample.token()));
    assert!(page.body.contains(&words[0]), "{}", page.body);
    let ours = sample.signed_in("Duty").get(&format!("/warnings/{}", sample.warning));
    assert!(ours.body.contains(&words[0]), "whoever is asked can read them out");
}
