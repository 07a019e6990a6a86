//! The rows of names that `aldis names build` and `aldis names add` read.

use super::super::session::{Result, Session};
use crate::error::Error;
use aldis_names::NameKind;
use aldis_names::screen::{Entry, Facts, Register};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// A row as it is written; more fields are passed over and told.
#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    names: Vec<String>,
    birth_year: Option<u16>,
    #[serde(default)]
    places: Vec<String>,
    #[serde(default)]
    organisations: Vec<String>,
    #[serde(default)]
    roles: Vec<String>,
    #[serde(flatten)]
    more: Map<String, Value>,
}

/// The rows that can be used and what is wrong with the others.
pub(super) struct Rows {
    /// The rows that can be used.
    pub(super) register: Register,
    /// The first bad rows: line, and what is wrong.
    pub(super) bad: Vec<Value>,
    pub(super) bad_count: u64,
}

struct Taken<'s, 'o> {
    session: &'s Session<'o>,
    register: Register,
    seen: HashMap<String, u64>,
    passed_over: BTreeSet<String>,
    bad: Vec<(u64, String)>,
    bad_count: u64,
}

/// Reads rows from a .jsonl or .csv file, or JSON lines from stdin if it is `-`, and tells what is wrong
/// with each.
///
/// # Errors
///
/// [`Error::Refused`] if the file cannot be read, if no row can be used, and if one cannot be and
/// `skip_bad` does not allow that.
pub(super) fn read(session: &Session<'_>, file: &str, skip_bad: bool) -> Result<Rows> {
    let mut taken = Taken {
        session,
        register: Register::new(),
        seen: HashMap::new(),
        passed_over: BTreeSet::new(),
        bad: Vec::new(),
        bad_count: 0,
    };
    taken.read(file)?;
    let Taken { register, passed_over, bad, bad_count, .. } = taken;
    for (line, says) in &bad {
        session.out.say(format!("{file}, line {line}: {says}"));
    }
    if !passed_over.is_empty() {
        let fields = passed_over.into_iter().collect::<Vec<_>>().join(", ");
        session.out.say(format!("fields that mean nothing here were passed over: {fields}"));
    }
    if bad_count > 0 && !skip_bad {
        return Err(Error::Refused(format!(
            "{bad_count} rows of {file} cannot be used, the first in line {}: {}; nothing was written; correct \
             them, or leave them out with --skip-bad",
            bad.first().map_or(0, |(line, _)| *line),
            bad.first().map_or("", |(_, says)| says.as_str()),
        ))
        .into());
    }
    if register.is_empty() {
        return Err(Error::Refused(format!("{file} holds no row that can be used")).into());
    }
    let bad = bad.iter().map(|(line, says)| json!({ "line": line, "says": says })).collect();
    Ok(Rows { register, bad, bad_count })
}

impl Taken<'_, '_> {
    fn read(&mut self, file: &str) -> Result<()> {
        let unreadable = |error: std::io::Error| Error::Refused(format!("{file}: {error}"));
        if file == "-" {
            return self.json_lines(file, &mut BufReader::new(std::io::stdin()));
        }
        let input = BufReader::new(std::fs::File::open(file).map_err(unreadable)?);
        let ending = Path::new(file).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        match ending.to_ascii_lowercase().as_str() {
            "csv" => self.csv(file, input),
            "jsonl" | "ndjson" | "json" => self.json_lines(file, &mut { input }),
            _ => Err(Error::Refused(format!(
                "{file}: call it .jsonl or .csv, so that it is clear how to read it"
            ))
            .into()),
        }
    }

    fn json_lines(&mut self, file: &str, input: &mut dyn BufRead) -> Result<()> {
        for number in 1_u64.. {
            let mut line = Vec::new();
            let unreadable = |error: std::io::Error| Error::Refused(format!("{file}: {error}"));
            let count = input.take(LINE_MAX + 1).read_until(b'\n', &mut line).map_err(unreadable)?;
            if count == 0 {
                break;
            }
            if u64::try_from(count).unwrap_or(u64::MAX) > LINE_MAX {
                return Err(Error::Refused(format!(
                    "{file}, line {number}: longer than {} MiB",
                    LINE_MAX >> 20
                ))
                .into());
            }
            if line.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            match serde_json::from_slice(&line) {
                Ok(row) => self.take(number, row),
                Err(error) => self.refuse(number, error.to_string()),
            }
        }
        Ok(())
    }

    fn csv(&mut self, file: &str, input: impl Read) -> Result<()> {
        let mut rows = csv::ReaderBuilder::new().flexible(true).from_reader(input);
        let head = rows.headers().map_err(|error| Error::Refused(format!("{file}: {error}")))?.clone();
        if !["id", "type", "names"].iter().all(|name| head.iter().any(|cell| cell.trim() == *name)) {
            return Err(Error::Refused(format!(
                "{file}: the first line must name the columns id, type and names"
            ))
            .into());
        }
        let mut record = csv::StringRecord::new();
        loop {
            let number = rows.position().line();
            match rows.read_record(&mut record) {
                Ok(false) => return Ok(()),
                Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
                    return Err(Error::Refused(format!("{file}: {error}")).into());
                }
                Err(error) => self.refuse(number, error.to_string()),
                Ok(true) => match row_of(&head, &record) {
                    Ok(row) => self.take(number, row),
                    Err(says) => self.refuse(number, says),
                },
            }
        }
    }

    fn take(&mut self, line: u64, row: Row) {
        self.passed_over.extend(row.more.into_iter().map(|(name, _)| name).take(PASSED_OVER_MAX));
        let Some(kind) = kind(&row.kind) else {
            return self
                .refuse(line, format!("{:?} is not a type: person, group, organisation or place", row.kind));
        };
        if let Some(first) = self.seen.get(&row.id) {
            let says = format!("the id {:?} stands in line {first} already", row.id);
            return self.refuse(line, says);
        }
        let facts = Facts {
            born: row.birth_year.into_iter().collect(),
            places: row.places,
            organisations: row.organisations,
            roles: row.roles,
        };
        let entry = Entry { id: row.id.clone(), kind, names: row.names, allow: Vec::new(), facts };
        match self.register.push(entry) {
            Err(error) => self.refuse(line, error.to_string()),
            Ok(()) => {
                self.seen.insert(row.id, line);
                if self.register.len().is_multiple_of(PROGRESS) {
                    self.session.out.say(format!("{} entries read", self.register.len()));
                }
            }
        }
    }

    fn refuse(&mut self, line: u64, says: String) {
        self.bad_count += 1;
        if self.bad.len() < BAD_MAX {
            self.bad.push((line, says));
        }
    }
}

/// Reads a row of CSV.
fn row_of(head: &csv::StringRecord, record: &csv::StringRecord) -> std::result::Result<Row, String> {
    let cell = |name: &str| {
        let at = head.iter().position(|cell| cell.trim() == name);
        at.and_then(|at| record.get(at)).unwrap_or_default().trim()
    };
    let list = |name: &str| {
        let parts = cell(name).split('|').map(str::trim).filter(|part| !part.is_empty());
        parts.map(str::to_owned).collect::<Vec<_>>()
    };
    let birth_year = match cell("birth_year") {
        "" => None,
        text => Some(text.parse().map_err(|_| format!("{text:?} is not a year"))?),
    };
    Ok(Row {
        id: cell("id").to_owned(),
        kind: cell("type").to_owned(),
        names: list("names"),
        birth_year,
        places: list("places"),
        organisations: list("organisations"),
        roles: list("roles"),
        more: Map::new(),
    })
}

fn kind(word: &str) -> Option<NameKind> {
    Some(match word.to_ascii_lowercase().as_str() {
        "person" | "per" => NameKind::Person,
        "group" | "grp" => NameKind::Group,
        "organisation" | "organization" | "org" => NameKind::Organisation,
        "place" | "loc" | "gpe" => NameKind::Place,
        _ => return None,
    })
}

/// The exit code of what was done in part.
pub(super) const PARTLY_DONE: u8 = 11;

const LINE_MAX: u64 = 16 << 20;
const BAD_MAX: usize = 20;
const PASSED_OVER_MAX: usize = 20;
const PROGRESS: usize = 100_000;
