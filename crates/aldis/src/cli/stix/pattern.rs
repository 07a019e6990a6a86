//! `aldis stix pattern`: says whether patterns are valid, and where they are not.

use super::super::files::read_input;
use super::super::session::{Result, Session};
use crate::error::Error;
use aldis_wire::pattern::{Finding, Limits, Matcher, Pattern as Read, PatternError, Version};
use serde_json::json;

/// STIX patterns
#[derive(clap::Subcommand)]
#[command(after_help = "\
Examples:
  $ aldis stix pattern check \"[file:hashes.MD5 = '79054025255fb1a26e4bc422aef54eb4']\"
  $ aldis stix pattern check patterns.txt --json | jq .problems")]
pub(in super::super) enum Pattern {
    Check(Check),
}

impl Pattern {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        match self {
            Self::Check(args) => args.run(session),
        }
    }
}

/// Check patterns against the grammar and the rules of STIX
///
/// Exits with 1 if one is invalid.
#[derive(clap::Args)]
#[command(after_help = "\
A file holds one pattern a line; empty lines and lines that start with # are passed over.

Examples:
  $ aldis stix pattern check \"[file:name LIKE 'note%'] REPEATS 5 TIMES WITHIN 60 SECONDS\"
  $ aldis stix pattern check - < patterns.txt")]
pub(in super::super) struct Check {
    /// A pattern, a file of patterns, or - for stdin
    #[arg(value_name = "PATTERN|FILE", allow_hyphen_values = true)]
    input: String,
    #[command(flatten)]
    grammar: Grammar,
}

/// The version of STIX.
#[derive(clap::Args)]
pub(super) struct Grammar {
    /// The version of STIX whose grammar applies: 2.0 or 2.1
    #[arg(long, value_name = "VERSION", default_value = "2.1", value_parser = ["2.0", "2.1"])]
    stix_version: String,
}

impl Grammar {
    pub(super) fn version(&self) -> Version {
        if self.stix_version == "2.0" { Version::V20 } else { Version::V21 }
    }
}

impl Check {
    fn run(self, session: &Session<'_>) -> Result<u8> {
        let is_file = self.input == "-"
            || (!looks_like_one(&self.input) && std::path::Path::new(&self.input).is_file());
        let lines = if is_file { lines(&self.input)? } else { vec![(0, self.input.clone())] };
        let (mut text, mut problems, mut invalid) = (String::new(), Vec::new(), 0);
        for (line, pattern) in &lines {
            let found = problems_of(pattern, self.grammar.version());
            invalid += usize::from(found.iter().any(|problem| !problem.warning));
            for mut problem in found {
                let place = if is_file { format!("{}:{line}: ", self.input) } else { String::new() };
                let warning = if problem.warning { "warning: " } else { "" };
                text += &format!("{place}{warning}{}\n", problem.says);
                problem.at = is_file.then_some(*line);
                problems.push(problem);
            }
        }
        let checked = lines.len();
        if is_file {
            text += &format!("{checked} patterns, {invalid} invalid\n");
        } else if invalid == 0 {
            text += "valid\n";
        }
        let shown =
            json!({ "checked": checked, "valid": invalid == 0, "invalid": invalid, "problems": problems });
        session.out.object("aldis.pattern-check/1", &shown, text)?;
        Ok(if invalid == 0 { 0 } else { INVALID })
    }
}

/// What is wrong with one pattern.
#[derive(Default, serde::Serialize)]
struct Problem {
    /// The line of the file.
    at: Option<usize>,
    rule: &'static str,
    says: String,
    /// Whether the pattern is valid all the same.
    warning: bool,
    /// The line and the column in the pattern, from 1.
    line: Option<usize>,
    column: Option<usize>,
    expected: Option<String>,
    found: Option<String>,
}

/// Returns what is wrong with one pattern; empty if nothing is.
fn problems_of(text: &str, version: Version) -> Vec<Problem> {
    match Read::parse(text, version, &Limits::default()) {
        Err(error) => {
            let mut problem = Problem { rule: "syntax", says: error.to_string(), ..Problem::default() };
            if let PatternError::Syntax(fault) = error {
                (problem.line, problem.column) = (Some(fault.line), Some(fault.column));
                (problem.expected, problem.found) = (Some(fault.expected), Some(fault.found));
            }
            vec![problem]
        }
        Ok(pattern) => {
            let found = pattern.findings().into_iter();
            let problem = |it: Finding| Problem {
                rule: it.rule,
                says: it.says,
                warning: it.warning,
                ..Problem::default()
            };
            found.map(problem).collect()
        }
    }
}

/// Says whether a word starts as a pattern does, so that no file is looked for.
fn looks_like_one(word: &str) -> bool {
    word.trim_start().starts_with(['[', '('])
}

/// Reads a file of patterns: each with the number of its line.
pub(super) fn lines(path: &str) -> Result<Vec<(usize, String)>> {
    let bytes = read_input(path, FILE_MAX)?;
    if bytes.len() > FILE_MAX {
        return Err(Error::refused(format!("{path}: longer than {FILE_MAX} bytes; split it")).into());
    }
    let text = String::from_utf8(bytes).map_err(|_| Error::refused(format!("{path}: not UTF-8")))?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
    let patterns = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    Ok(patterns.map(|(at, line)| (at + 1, line.to_owned())).collect())
}

/// Makes one pattern ready to be matched.
pub(super) fn compiled(text: &str, version: Version) -> std::result::Result<Matcher, PatternError> {
    let limits = Limits::default();
    let matcher = Read::parse(text, version, &limits)?.compile(&limits)?;
    matcher.prepare()?;
    Ok(matcher)
}

const INVALID: u8 = 1;
const FILE_MAX: usize = 256 << 20;
