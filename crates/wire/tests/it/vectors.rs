//! The folders of accepted and rejected inputs, which other implementations
//! can run too.

use aldis_wire::{Limits, Result, article, cap, exchange::Message, misp, stix, taxii};
use std::path::Path;

type Reader = fn(&[u8]) -> Result<()>;

fn html(bytes: &[u8]) -> Result<()> {
    article::read(bytes, Some("text/html"), &Limits::default()).map(drop)
}

fn mail(bytes: &[u8]) -> Result<()> {
    article::read(bytes, Some("message/rfc822"), &Limits::default()).map(drop)
}

fn feed(bytes: &[u8]) -> Result<()> {
    article::read_all(bytes, Some("application/atom+xml"), &Limits::default()).map(drop)
}

/// Strict: a finding is a refusal.
fn alert(bytes: &[u8]) -> Result<()> {
    let reading = cap::read(bytes, &Limits::default())?;
    match reading.findings.first() {
        None => Ok(()),
        Some(finding) => {
            Err(aldis_wire::Error::Malformed { what: format!("{}: {}", finding.path, finding.rule), at: 0 })
        }
    }
}

fn message(bytes: &[u8]) -> Result<()> {
    let text = std::str::from_utf8(bytes)
        .map_err(|error| aldis_wire::Error::NotText { encoding: "UTF-8".into(), at: error.valid_up_to() })?;
    Message::parse(text).map(drop)
}

/// Strict for what every object must keep; advice is no refusal.
fn objects(bytes: &[u8]) -> Result<()> {
    let mut first = None;
    stix::check::check_stream(bytes, stix::Limits::default(), &stix::check::Options::default(), |judged| {
        let musts = |findings: stix::check::Findings| {
            let must = |p: &stix::check::Problem| p.severity == stix::check::Severity::Must;
            findings.problems.into_iter().find(must).map(|p| p.to_string())
        };
        first = first.take().or(judged.findings.map_or_else(|error| Some(error.to_string()), musts));
    })?;
    first.map_or(Ok(()), |what| Err(aldis_wire::Error::Malformed { what, at: 0 }))
}

/// Strict: a finding is a refusal.
fn pattern(bytes: &[u8]) -> Result<()> {
    use aldis_wire::pattern::{Limits, Pattern, Version};
    let wrong = |what: String| aldis_wire::Error::Malformed { what, at: 0 };
    let text = std::str::from_utf8(bytes).map_err(|error| wrong(error.to_string()))?;
    let read = Pattern::parse(text, Version::V21, &Limits::default());
    match read.map_err(|error| wrong(error.to_string()))?.findings().first() {
        None => Ok(()),
        Some(finding) => Err(wrong(finding.says.clone())),
    }
}

/// Strict: an object that would fail alone refuses the whole.
fn addition(bytes: &[u8]) -> Result<()> {
    taxii::objects(bytes)?.into_iter().try_for_each(|raw| taxii::Object::read(raw).map(drop))
}

/// Strict: an event that would be passed over alone refuses the whole.
fn events(bytes: &[u8]) -> Result<()> {
    let mut events = misp::Events::new(bytes, misp::LIMITS);
    let mut found = 0;
    while let Some((event, _)) = events.next_event()? {
        event?;
        found += 1;
    }
    if found == 0 { Err(aldis_wire::Error::Malformed { what: "no event".into(), at: 0 }) } else { Ok(()) }
}

const READERS: [(&str, Reader); 9] = [
    ("html", html),
    ("mail", mail),
    ("feed", feed),
    ("cap", alert),
    ("exchange", message),
    ("stix", objects),
    ("pattern", pattern),
    ("taxii", addition),
    ("misp", events),
];

fn run(verdict: &str, accepts: bool) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors").join(verdict);
    for (name, reader) in READERS {
        let files = crate::files(&root.join(name));
        assert!(files.len() >= 2, "vectors/{verdict}/{name} is nearly empty");
        for (file, bytes) in &files {
            let result = reader(bytes);
            assert_eq!(result.is_ok(), accepts, "vectors/{verdict}/{name}/{file}: {result:?}");
        }
        println!("vectors/{verdict}/{name}: {}", files.len());
    }
}

#[test]
fn every_accepted_vector_is_accepted() {
    run("accepted", true);
}

#[test]
fn every_rejected_vector_is_rejected() {
    run("rejected", false);
}
