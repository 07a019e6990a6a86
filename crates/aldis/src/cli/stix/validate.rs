//! `aldis stix validate`: which rules of STIX 2.1 the objects of a file break.

use super::super::session::{Result, Session};
use crate::error::Error;
use aldis_wire::stix::Limits;
use aldis_wire::stix::check::{Findings, Judged, Options, Severity, check_stream};
use serde_json::{Value, json};

/// Check STIX 2.1 objects: a bundle, a TAXII envelope, a list or one object, of any size
///
/// A broken MUST makes an object invalid, a broken SHOULD is a warning. The names for --disable and
/// --enable are those of the reference validator, as are their numbers. Exits with 1 if anything is
/// invalid.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis stix validate bundle.json
  $ aldis stix validate - --strict --disable extensions-use,uuid-check --json < bundle.json")]
pub(in super::super) struct Validate {
    /// The file; `-` is stdin
    file: String,
    /// Take warnings for errors
    #[arg(long)]
    strict: bool,
    /// Refuse types that the standard does not define
    #[arg(long)]
    strict_types: bool,
    /// Refuse properties that the standard does not define
    #[arg(long)]
    strict_properties: bool,
    /// Leave recommendations out, by name, number or group; `all` leaves out every one
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    disable: Vec<String>,
    /// Look at these recommendations only
    #[arg(long, value_name = "CHECK", value_delimiter = ',')]
    enable: Vec<String>,
    /// The largest object that is read, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=1024))]
    object_max: u16,
}

/// Shows each verdict as it is reached.
struct Told<'s, 'o> {
    session: &'s Session<'o>,
    strict: bool,
    total: Option<u64>,
    next: u64,
    objects: u64,
    invalid: u64,
    warnings: u64,
    shown: bool,
    failed: Result<()>,
}

impl Validate {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let mut options = Options::default();
        options.strict = self.strict;
        options.strict_types = self.strict_types;
        options.strict_properties = self.strict_properties;
        let unknown =
            |error: aldis_wire::Error| Error::Refused(format!("{error}; see docs/reference/stix.md"));
        if !self.enable.is_empty() {
            let names: Vec<&str> = self.enable.iter().map(String::as_str).collect();
            options.enable_only(&names).map_err(unknown)?;
        }
        for name in &self.disable {
            options.disable(name).map_err(unknown)?;
        }
        let (input, total) = super::open(&self.file)?;
        let limits = Limits { bytes: usize::from(self.object_max) << 20, ..Limits::default() };
        let mut told = Told {
            session,
            strict: self.strict,
            total,
            next: PROGRESS,
            objects: 0,
            invalid: 0,
            warnings: 0,
            shown: false,
            failed: Ok(()),
        };
        if session.out.is_json() {
            session.out.bytes(b"{\"schema\":\"aldis.stix-verdicts/1\",\"items\":[")?;
        }
        let end = check_stream(input, limits, &options, |judged| told.one(&judged));
        std::mem::replace(&mut told.failed, Ok(()))?;
        told.end(&self.file, end.err())
    }
}

impl Told<'_, '_> {
    fn one(&mut self, judged: &Judged<'_>) {
        if self.failed.is_err() {
            return;
        }
        let is_object = judged.number.is_some() || judged.kind.as_deref() != Some("bundle");
        self.objects += u64::from(is_object);
        let valid = judged.findings.as_ref().is_ok_and(|findings| findings.is_valid(self.strict));
        self.invalid += u64::from(!valid);
        if let Ok(findings) = &judged.findings {
            let should = findings.problems.iter().filter(|p| p.severity == Severity::Should).count();
            self.warnings += if self.strict { 0 } else { should as u64 };
        }
        self.failed = self.show(judged, valid);
        self.progress(judged.offset);
    }

    fn show(&mut self, judged: &Judged<'_>, valid: bool) -> Result<()> {
        if self.session.out.is_json() {
            let comma = if self.shown { "," } else { "" };
            self.shown = true;
            let item = self.item(judged, valid);
            return Ok(self.session.out.bytes(format!("{comma}{item}").as_bytes())?);
        }
        let lines = match &judged.findings {
            Err(error) => vec![format!("  {error}")],
            Ok(findings) => lines(findings),
        };
        if lines.is_empty() {
            return Ok(());
        }
        let word = if valid { "warning" } else { "invalid" };
        let place = judged.number.map_or_else(String::new, |number| format!("objects[{number}] "));
        let name = judged.id.as_deref().or(judged.kind.as_deref()).unwrap_or("without an id");
        Ok(self.session.out.text(format!("{word}  {place}{name:.300}\n{}", lines.join("\n")))?)
    }

    fn item(&self, judged: &Judged<'_>, valid: bool) -> Value {
        let problems: Vec<Value> = match &judged.findings {
            Err(error) => vec![json!({
                "path": "$", "severity": "error", "section": "3", "check": null, "what": error.to_string()
            })],
            Ok(findings) => findings
                .problems
                .iter()
                .map(|problem| {
                    let must = self.strict || problem.severity == Severity::Must;
                    json!({
                        "path": problem.path,
                        "severity": if must { "error" } else { "warning" },
                        "section": problem.section,
                        "check": (!problem.check.is_empty()).then_some(problem.check),
                        "what": problem.what,
                    })
                })
                .collect(),
        };
        let more = judged.findings.as_ref().map_or(0, |findings| findings.more);
        json!({
            "number": judged.number, "type": judged.kind, "id": judged.id, "valid": valid,
            "problems": problems, "more": more
        })
    }

    fn progress(&mut self, done: u64) {
        if done < self.next {
            return;
        }
        self.next = done + PROGRESS;
        if self.session.out.is_json() {
            let progress = json!({ "schema": "aldis.progress/1", "done": done, "total": self.total });
            self.session.out.say(progress.to_string());
        } else {
            let of = self.total.map(|total| format!(" of {}", total >> 20)).unwrap_or_default();
            let (objects, invalid) = (self.objects, self.invalid);
            self.session
                .out
                .say(format!("{}{of} MiB read, {objects} objects, {invalid} invalid", done >> 20));
        }
    }

    /// Says what it came to; `stopped` is why the rest could not be read.
    fn end(self, file: &str, stopped: Option<aldis_wire::Error>) -> Result<u8> {
        let (objects, invalid, warnings) = (self.objects, self.invalid, self.warnings);
        let valid = stopped.is_none() && invalid == 0 && objects > 0;
        let stopped = stopped.map(|error| error.to_string());
        if self.session.out.is_json() {
            let mut sum = json!({
                "objects": objects, "invalid": invalid, "warnings": warnings, "valid": valid, "stopped": stopped
            })
            .to_string();
            sum.replace_range(..1, "],");
            self.session.out.bytes(format!("{sum}\n").as_bytes())?;
        } else {
            if let Some(error) = stopped {
                self.session.out.text(format!("invalid  {file}\n  {error}; the rest was not read"))?;
            }
            let word = if valid { "valid" } else { "not valid" };
            let says = format!("{file}: {word}; {objects} objects, {invalid} invalid, {warnings} warnings");
            self.session.out.say(says);
        }
        Ok(u8::from(!valid))
    }
}

fn lines(findings: &Findings) -> Vec<String> {
    let mut lines: Vec<String> = findings.problems.iter().map(|problem| format!("  {problem}")).collect();
    if findings.more > 0 {
        lines.push(format!("  and {} more", findings.more));
    }
    lines
}

const PROGRESS: u64 = 16 << 20;
