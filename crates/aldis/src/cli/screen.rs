//! `aldis screen`: compares texts that are no reports with the register or with an index of public names.

mod against;
mod place;

use super::session::{Result, Session};
use crate::ctx::Ctx;
use crate::desk::screen;
use crate::error::Error;
use against::{Against, Found};
use aldis_names::screen::{Index, Options, Partial};
use place::Ruler;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, Read};
use std::path::PathBuf;

/// Find who may be meant in a text; without --index, who of the register, by cover name only
///
/// A text is read in pieces, however long it is. A file that ends in .jsonl holds one document a line:
/// {"id","text"}. Spans count bytes, `char_start` and `char_end` count characters; score is 0 to 1;
/// ordinary text has such a match once in 2^bits words. That somebody asked the register is on the
/// record. Exits with 0 whether or not anything is found, 2 if the input cannot be read.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis screen article.txt --as Mara
  $ aldis screen - --index public.names --jsonl < articles.jsonl | jq -r '[.id, .quoted] | @tsv'")]
pub(super) struct Screen {
    /// The text, or documents in a .jsonl file; `-` is stdin
    file: String,
    /// Compare with this index, as `aldis names build` wrote it, instead of the register
    #[arg(long, value_name = "FILE")]
    index: Option<PathBuf>,
    /// Print one JSON object a line, as found
    #[arg(long, conflicts_with = "json")]
    jsonl: bool,
    /// Read documents, one JSON object a line, whatever the file is called
    #[arg(long)]
    documents: bool,
    /// With --index: the lowest score, 0 to 1 [default: as shipped]
    #[arg(long, value_name = "N", requires = "index")]
    score: Option<f32>,
    /// With --index: the lowest evidence in bits [default: as shipped]
    #[arg(long, value_name = "N", requires = "index")]
    bits: Option<f32>,
    /// With --index: a family name alone: never, with-full, review [default: with-full]
    #[arg(long, value_name = "WHEN", requires = "index")]
    partial: Option<String>,
}

/// One line of a .jsonl file.
#[derive(Deserialize)]
struct Document {
    id: String,
    text: String,
}

/// A match as it is printed.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<&'a str>,
    #[serde(flatten)]
    found: &'a Found,
    line: Option<u64>,
    char_start: Option<u64>,
    char_end: Option<u64>,
}

impl Screen {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let mut against = self.against(session)?;
        let (input, total) = open(&self.file)?;
        let is_jsonl = std::path::Path::new(&self.file)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl"));
        let mut told = Told { session, jsonl: self.jsonl, count: 0, done: 0, next: PROGRESS, total };
        told.begin()?;
        if self.documents || is_jsonl {
            documents(&self.file, input, &mut against, &mut told)?;
        } else {
            text(&self.file, input, &mut against, &mut told)?;
        }
        told.end()?;
        Ok(0)
    }

    fn against(&self, session: &Session<'_>) -> Result<Against> {
        let Some(path) = &self.index else {
            let desk = session.desk()?;
            // In a dry run the question is taken back, and the answer is the same.
            let ask = |tx: &mut crate::db::Tx<'_>, ctx: &Ctx| screen::ask(tx, ctx, &desk.node.sealer);
            return Ok(Against::Register(desk.write(ask)?));
        };
        let shipped = Options::default();
        let partial = match self.partial.as_deref() {
            None => shipped.partial,
            Some("never") => Partial::Never,
            Some("with-full") => Partial::WithFull,
            Some("review") => Partial::Review,
            Some(other) => {
                return Err(Error::Refused(format!("--partial {other:?}: never, with-full or review")).into());
            }
        };
        let options = Options {
            score_min: self.score.unwrap_or(shipped.score_min),
            bits_min: self.bits.unwrap_or(shipped.bits_min),
            partial,
        };
        if !(0.0..=1.0).contains(&options.score_min) || !(0.0..=100.0).contains(&options.bits_min) {
            return Err(Error::refused("--score is 0 to 1, --bits is 0 to 100").into());
        }
        let index = Index::open(path).map_err(|error| super::names::refused(path, &error))?;
        Ok(Against::Index(Box::new(index), options, Box::default()))
    }
}

type Input = Box<dyn Read>;

/// Opens the input and says how long it is, if that can be known.
fn open(file: &str) -> Result<(Input, Option<u64>)> {
    if file == "-" {
        return Ok((Box::new(io::stdin()), None));
    }
    let unreadable = |error: io::Error| Error::Refused(format!("{file}: {error}"));
    let opened = std::fs::File::open(file).map_err(unreadable)?;
    let about = opened.metadata().map_err(unreadable)?;
    if about.is_dir() {
        return Err(Error::Refused(format!("{file} is a folder: name a file")).into());
    }
    Ok((Box::new(opened), about.is_file().then_some(about.len())))
}

/// Screens one text piece by piece.
fn text(name: &str, mut input: Input, against: &mut Against, told: &mut Told<'_, '_>) -> Result<()> {
    let mut ruler = Ruler::default();
    let mut reading = against.begin();
    let mut piece = vec![0; PIECE];
    let mut found = Vec::new();
    loop {
        let count = input.read(&mut piece).map_err(|error| Error::Refused(format!("{name}: {error}")))?;
        let Some(piece) = piece.get(..count).filter(|piece| !piece.is_empty()) else { break };
        ruler.feed(piece);
        reading.feed(piece, &mut |one| found.push(one));
        found.drain(..).try_for_each(|one| told.one(None, &one, &mut ruler))?;
        told.progress(count);
    }
    reading.finish(&mut |one| found.push(one));
    found.drain(..).try_for_each(|one| told.one(None, &one, &mut ruler))
}

/// Screens documents, one a line.
fn documents(name: &str, input: Input, against: &mut Against, told: &mut Told<'_, '_>) -> Result<()> {
    let mut input = BufReader::new(input);
    for number in 1_u64.. {
        let mut line = Vec::new();
        let limit = u64::try_from(DOCUMENT_MAX).unwrap_or(u64::MAX);
        let wrong = |says: String| Error::Refused(format!("{name}, line {number}: {says}"));
        let count =
            (&mut input).take(limit + 1).read_until(b'\n', &mut line).map_err(|e| wrong(e.to_string()))?;
        if count == 0 {
            break;
        }
        if count > DOCUMENT_MAX {
            return Err(wrong(format!("a document has at most {} MiB", DOCUMENT_MAX >> 20)).into());
        }
        told.progress(count);
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let document: Document = serde_json::from_slice(&line)
            .map_err(|error| wrong(format!("{error}; a document is {{\"id\",\"text\"}}")))?;
        let mut ruler = Ruler::default();
        ruler.feed(document.text.as_bytes());
        for found in against.screen(&document.text) {
            told.one(Some(&document.id), &found, &mut ruler)?;
        }
    }
    Ok(())
}

/// Prints what is found as it is found.
struct Told<'s, 'o> {
    session: &'s Session<'o>,
    jsonl: bool,
    count: u64,
    done: u64,
    next: u64,
    total: Option<u64>,
}

impl Told<'_, '_> {
    fn begin(&self) -> Result<()> {
        if self.session.out.is_json() {
            self.session.out.bytes(b"{\"schema\":\"aldis.list/1\",\"items\":[")?;
        }
        Ok(())
    }

    fn one(&mut self, document: Option<&str>, found: &Found, ruler: &mut Ruler) -> Result<()> {
        let place = ruler.place(found.start, found.end);
        let line = place.map(|place| place.line);
        let shown = Line {
            document,
            found,
            line,
            char_start: place.map(|place| place.char_start),
            char_end: place.map(|place| place.char_end),
        };
        self.count += 1;
        if self.jsonl || self.session.out.is_json() {
            let mut text = serde_json::to_string(&shown).map_err(Error::broken)?;
            if self.jsonl {
                text.push('\n');
            } else if self.count > 1 {
                text.insert(0, ',');
            }
            return Ok(self.session.out.bytes(text.as_bytes())?);
        }
        let mut text = String::new();
        if self.count == 1 {
            text.push_str("  LINE  SCORE  BITS  WHO          WORDS\n");
        }
        let at = line.map_or_else(|| "?".to_owned(), |line| line.to_string());
        // Writing into a String cannot fail.
        let _ = write!(
            text,
            "{at:>6}  {:>5.2}  {:>4.1}  {:<11}  {}  ({})",
            found.score,
            found.bits,
            found.id,
            found.quoted.replace(['\n', '\t'], " "),
            found.why.join(", ")
        );
        if let Some(document) = document {
            let _ = write!(text, "  in {document}");
        }
        Ok(self.session.out.text(text)?)
    }

    fn progress(&mut self, bytes: usize) {
        self.done += u64::try_from(bytes).unwrap_or(0);
        if self.done < self.next {
            return;
        }
        self.next = self.done + PROGRESS;
        if self.session.out.is_json() || self.jsonl {
            let done =
                serde_json::json!({ "schema": "aldis.progress/1", "done": self.done, "total": self.total });
            self.session.out.say(done.to_string());
        } else {
            let of = self.total.map(|total| format!(" of {}", total >> 20)).unwrap_or_default();
            self.session.out.say(format!("{}{of} MiB read, {} found", self.done >> 20, self.count));
        }
    }

    fn end(&self) -> Result<()> {
        if self.session.out.is_json() {
            self.session
                .out
                .bytes(format!("],\"next\":null,\"total_visible\":{}}}\n", self.count).as_bytes())?;
        } else if !self.jsonl {
            self.session.out.say(format!("{} found in {} bytes", self.count, self.done));
        }
        Ok(())
    }
}

const PIECE: usize = 64 << 10;
const PROGRESS: u64 = 8 << 20;
const DOCUMENT_MAX: usize = 64 << 20;
