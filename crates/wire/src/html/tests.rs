use super::*;

fn page(source: &str) -> Result<Document> {
    read(source.as_bytes(), None, &Limits::default())
}

#[test]
fn scripts_and_styles_never_appear() {
    let document = page(
        "<html lang=en><title>Alert</title><style>.x{color:red}</style><script>var evil=1</script>\
         <p>Avoid the square.<noscript>track</noscript><script>evil()</script><p>Stay home.</html>",
    )
    .unwrap();
    assert_eq!(document.text, "Avoid the square.\n\nStay home.");
    assert_eq!(document.title.as_deref(), Some("Alert"));
    assert_eq!(document.language.as_deref(), Some("en"));
}

#[test]
fn the_body_of_json_ld_comes_first_and_a_teaser_does_not() {
    let body = "The embassy of Freedonia asks its citizens to stay away from the square.";
    let source = |body: &str, shown: &str| {
        format!(
            "<script type=\"application/ld+json\">{{\"@type\":\"NewsArticle\",\"headline\":\"Stay away\",\
             \"datePublished\":\"2031-03-07T18:05:00+03:00\",\"articleBody\":\"{body}\",\
             \"author\":[{{\"name\":\"A. Writer\"}}]}}</script><body><p>{shown}</p>"
        )
    };
    let document = page(&source(body, "Short.")).unwrap();
    assert_eq!(document.text, body);
    assert_eq!(document.title.as_deref(), Some("Stay away"));
    assert_eq!(document.author.as_deref(), Some("A. Writer"));
    assert_eq!(document.dates[0].origin, "json-ld datePublished");
    assert_eq!(document.dates[0].rfc3339.as_deref(), Some("2031-03-07T18:05:00+03:00"));
    let long = "Much longer text stands on the page itself. ".repeat(20);
    assert!(page(&source("Teaser.", &long)).unwrap().text.starts_with("Much longer"));
}

#[test]
fn every_date_keeps_its_origin() {
    let document = page(
        "<meta property='article:published_time' content='2031-03-07'><time datetime='2031-03-08T10:00Z'>x</time>\
         <time>last week</time><p>text</p>",
    )
    .unwrap();
    let found: Vec<(&str, &str, bool)> = document
        .dates
        .iter()
        .map(|date| (date.origin.as_str(), date.raw.as_str(), date.rfc3339.is_some()))
        .collect();
    assert_eq!(
        found,
        [
            ("meta article:published_time", "2031-03-07", false),
            ("time", "2031-03-08T10:00Z", true),
            ("time", "last week", false)
        ]
    );
}

#[test]
fn a_declared_legacy_encoding_is_decoded() {
    let mut bytes = b"<meta charset=windows-1251><p>".to_vec();
    bytes.extend(b"\xcf\xf0\xe8\xe2\xe5\xf2");
    assert_eq!(read(&bytes, None, &Limits::default()).unwrap().text, "Привет");
}

#[test]
fn depth_bombs_are_refused_before_parsing() {
    for tag in [
        "<div>",
        "<span>",
        "<b>",
        "<svg><g>",
        "<table>",
        "<div><table></div>",
        "<button><p>",
        "<rt>",
        "<ul><li>",
    ] {
        let bomb = tag.repeat(100_000);
        assert_eq!(page(&bomb), Err(Error::TooDeep { limit: 200 }), "{tag}");
    }
}

#[test]
fn unclosed_paragraphs_and_rows_are_no_bomb() {
    let flat = "<p>word ".repeat(2_000);
    assert!(page(&flat).unwrap().text.starts_with("word\n\nword"));
    let rows = format!("<table>{}</table>", "<tr><td>a<td>b".repeat(1_000));
    assert!(page(&rows).is_ok());
}

#[test]
fn a_page_that_multiplies_formatting_is_refused() {
    let open: String = (0..150).map(|n| format!("<b id={n}>")).collect();
    let bomb = format!("{open}{}", "<p>x".repeat(50_000));
    assert_eq!(page(&bomb), Err(Error::TooMany { limit: 200_000 }));
}

#[test]
fn too_many_attributes_or_bytes_are_refused() {
    let attributes: String = (0..100_000).map(|n| format!(" a{n}=1")).collect();
    assert_eq!(page(&format!("<p{attributes}>x")), Err(Error::TooMany { limit: 200_000 }));
    let large = vec![b'x'; 100 * 1024 * 1024];
    assert_eq!(read(&large, None, &Limits::default()), Err(Error::TooLarge { limit: 10 * 1024 * 1024 }));
}

#[test]
fn markup_in_a_script_is_not_counted() {
    let script = format!("<script>{}</script><p>text", "document.write('<div>');".repeat(5_000));
    assert_eq!(page(&script).unwrap().text, "text");
}

#[test]
fn a_page_without_text_is_refused() {
    assert!(matches!(page("<html><script>x</script></html>"), Err(Error::Malformed { .. })));
}
