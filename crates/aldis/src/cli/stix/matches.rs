//! `aldis stix match`: matches one pattern, or a file of them, against observed data.

use super::super::session::{Result, Session};
use super::pattern::{Grammar, compiled, lines};
use crate::error::Error;
use aldis_wire::pattern::{Engine, Limits, Observation};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{self, BufReader, Read};
use std::rc::Rc;

/// Match patterns against observed data
///
/// Exits with 0 if one matches, 1 if none does, 2 if that could not be decided.
#[derive(clap::Args)]
#[command(after_help = "\
FILE holds observed-data objects, bundles or lists of them, as one JSON value or one after another.
With one pattern all of it is looked at together; with --patterns each value by itself, as it comes.

Examples:
  $ aldis stix match \"[url:value LIKE '%.example.org/%'] REPEATS 3 TIMES\" observed.json
  $ aldis stix match --patterns patterns.txt observed.ndjson --json")]
pub(in super::super) struct Match {
    /// The pattern, unless --patterns is given
    #[arg(value_name = "PATTERN", required_unless_present = "patterns")]
    first: Option<String>,
    /// The observed data, or - for stdin
    #[arg(value_name = "FILE", required_unless_present = "patterns")]
    second: Option<String>,
    /// A file of patterns, one a line
    #[arg(long, value_name = "FILE")]
    patterns: Option<String>,
    /// Pass over patterns that cannot be matched, and say so
    #[arg(long, requires = "patterns")]
    skip_invalid: bool,
    /// How many observations each pattern over several keeps
    #[arg(long, value_name = "N", default_value_t = 256, value_parser = clap::value_parser!(u16).range(1..))]
    keep: u16,
    #[command(flatten)]
    grammar: Grammar,
}

impl Match {
    pub(super) fn run(mut self, session: &Session<'_>) -> Result<u8> {
        match (self.patterns.take(), self.first.take(), self.second.take()) {
            (None, Some(pattern), Some(file)) => self.one(&pattern, &file, session),
            (Some(patterns), Some(file), None) => self.many(&patterns, &file, session),
            (Some(_), ..) => Err(Error::refused("give either a pattern or --patterns, and one FILE").into()),
            _ => Err(Error::refused("give a pattern and a FILE, or --patterns and a FILE").into()),
        }
    }

    fn one(&self, pattern: &str, file: &str, session: &Session<'_>) -> Result<u8> {
        let matcher = compiled(pattern, self.grammar.version()).map_err(Error::refused)?;
        let documents = documents(file)?.collect::<Result<Vec<_>>>()?;
        let seen =
            Observation::read(documents).map_err(|error| Error::refused(format!("{file}: {error}")))?;
        if seen.is_empty() {
            session.out.say(format!("{file} holds no observed data"));
        }
        let binding = matcher.matches(&seen).map_err(|error| Error::refused(format!("{file}: {error}")))?;
        let bound = binding.iter().flatten().filter_map(|at| Some(shown(*at as u64 + 1, seen.get(*at)?)));
        let bound: Vec<Value> = bound.collect();
        let text = match &binding {
            None => "no match\n".to_owned(),
            Some(_) => format!("match: {}\n", names(&bound)),
        };
        let shown = json!({ "matched": binding.is_some(), "observed": seen.len(), "observations": bound });
        session.out.object("aldis.pattern-match/1", &shown, text)?;
        Ok(if binding.is_some() { 0 } else { NO_MATCH })
    }

    fn many(&self, patterns: &str, file: &str, session: &Session<'_>) -> Result<u8> {
        let (places, mut engine) = self.engine(patterns, session)?;
        let mut report = Report { json: session.out.is_json(), ..Report::default() };
        report.start(session)?;
        for document in documents(file)? {
            let seen = Observation::read(vec![document?]);
            for one in seen.map_err(|error| Error::refused(format!("{file}: {error}")))? {
                let step = engine.push(&one);
                report.observed += 1;
                if report.observed.is_multiple_of(PROGRESS) {
                    session.out.say(format!("{} observations", report.observed));
                }
                for hit in step.hits {
                    let place = places.get(hit.pattern).copied().unwrap_or_default();
                    report.hit(place, &hit.binding, &one, session)?;
                }
                for (pattern, error) in step.refused {
                    report.undecided += 1;
                    if report.undecided <= UNDECIDED_MAX {
                        let place = places.get(pattern).copied().unwrap_or_default();
                        session
                            .out
                            .say(format!("{patterns}:{place}: observation {}: {error}", report.observed));
                    }
                }
            }
        }
        report.end(engine.forgotten(), session)
    }

    /// Compiles a file of patterns; returns the line of each.
    fn engine(&self, patterns: &str, session: &Session<'_>) -> Result<(Vec<usize>, Engine)> {
        let (mut places, mut matchers) = (Vec::new(), Vec::new());
        for (place, text) in lines(patterns)? {
            match compiled(&text, self.grammar.version()) {
                Ok(matcher) => {
                    places.push(place);
                    matchers.push(matcher);
                }
                Err(error) if self.skip_invalid => {
                    session.out.say(format!("{patterns}:{place}: passed over: {error}"))
                }
                Err(error) => {
                    let says = format!("{patterns}:{place}: {error} (--skip-invalid passes over it)");
                    return Err(Error::Refused(says).into());
                }
            }
        }
        let engine = Engine::new(matchers, self.keep.into(), &Limits::default());
        Ok((places, engine.map_err(|(_, error)| Error::refused(error))?))
    }
}

/// What a run over a stream has come to; hits are written as they come.
#[derive(Default)]
struct Report {
    json: bool,
    observed: u64,
    hits: u64,
    undecided: u64,
    matched: BTreeSet<usize>,
}

impl Report {
    fn start(&self, session: &Session<'_>) -> Result<()> {
        if self.json {
            session.out.bytes(b"{\"schema\":\"aldis.list/1\",\"items\":[")?;
        }
        Ok(())
    }

    fn hit(
        &mut self,
        place: usize,
        binding: &[u64],
        last: &Observation,
        session: &Session<'_>,
    ) -> Result<()> {
        let numbers: Vec<u64> = binding.iter().map(|number| number + 1).collect();
        if self.json {
            let comma = if self.hits == 0 { "" } else { "," };
            let item = json!({ "line": place, "observations": numbers, "last": shown(self.observed, last) });
            session.out.bytes(format!("{comma}{item}").as_bytes())?;
        } else {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            let id = last.id.as_deref().map(|id| format!(" ({id})")).unwrap_or_default();
            session.out.text(format!("line {place}: observation {}{id}\n", numbers.join(", ")))?;
        }
        self.hits += 1;
        self.matched.insert(place);
        Ok(())
    }

    fn end(self, forgotten: u64, session: &Session<'_>) -> Result<u8> {
        if self.json {
            session.out.bytes(format!("],\"next\":null,\"total_visible\":{}}}\n", self.hits).as_bytes())?;
        }
        let (observed, hits, matched) = (self.observed, self.hits, self.matched.len());
        session.out.say(format!("{observed} observations, {hits} matches of {matched} patterns"));
        if forgotten > 0 {
            session.out.say(format!(
                "{forgotten} observations were given up by patterns that keep no more: raise --keep"
            ));
        }
        if self.undecided > 0 {
            session.out.say(format!("{} times a pattern could not be decided", self.undecided));
        }
        Ok(match (hits, self.undecided) {
            (0, 0) => NO_MATCH,
            (0, _) => UNDECIDED,
            _ => 0,
        })
    }
}

fn shown(number: u64, seen: &Observation) -> Value {
    let (first, last) = (seen.first.to_string(), seen.last.to_string());
    json!({ "number": number, "id": seen.id, "first": first, "last": last, "count": seen.count })
}

fn names(bound: &[Value]) -> String {
    let name = |one: &Value| {
        let id = one["id"].as_str().map(|id| format!(" ({id})")).unwrap_or_default();
        format!("observation {}{id}", one["number"])
    };
    bound.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// Reads JSON values one after another, each of bounded length.
fn documents(path: &str) -> Result<impl Iterator<Item = Result<Value>>> {
    let reader: Box<dyn Read> = if path == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = std::fs::File::open(path).map_err(|error| Error::Refused(format!("{path}: {error}")))?;
        Box::new(file)
    };
    let left = Rc::new(Cell::new(VALUE_MAX));
    let reader = BufReader::new(Bounded { reader, left: left.clone() });
    let path = path.to_owned();
    let values = serde_json::Deserializer::from_reader(reader).into_iter::<Value>();
    Ok(values.map(move |value| {
        left.set(VALUE_MAX);
        value.map_err(|error| Error::Refused(format!("{path}: {error}")).into())
    }))
}

/// Fails once more is read than is left.
struct Bounded<R> {
    reader: R,
    left: Rc<Cell<usize>>,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.reader.read(buffer)?;
        let left = self.left.get().checked_sub(read);
        self.left.set(
            left.ok_or_else(|| io::Error::other(format!("one JSON value is longer than {VALUE_MAX} bytes")))?,
        );
        Ok(read)
    }
}

const NO_MATCH: u8 = 1;
const UNDECIDED: u8 = 2;
/// How many observations pass between two words about progress.
const PROGRESS: u64 = 100_000;
/// How many undecided patterns are told one by one.
const UNDECIDED_MAX: u64 = 10;
const VALUE_MAX: usize = 256 << 20;
