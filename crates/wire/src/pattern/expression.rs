//! Regular expressions of `MATCHES`: PCRE spelling, linear-time engine.
//!
//! The expression is rewritten to the syntax of the `regex` crate and searched anywhere in the
//! value. What needs backtracking (look-around, back references, atomic groups, possessive
//! quantifiers, recursion) is named and refused; nothing is silently matched in another way.
//!
//! Source: STIX 2.1, section 9.6 (PCRE, NFC); pcre2pattern(3).

use super::like::nfc;
use regex::bytes;
use std::fmt;
use std::sync::OnceLock;

/// An expression that is compiled when it is first needed.
#[derive(Debug)]
pub(super) struct Expression {
    pcre: String,
    text: OnceLock<Result<regex::Regex, Refusal>>,
    bytes: OnceLock<Option<bytes::Regex>>,
}

/// Why an expression is not matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It is correct PCRE, and needs what a linear-time engine has not.
    Unsupported(String),
    /// It is no regular expression, or too large.
    Malformed(String),
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupported(what) => {
                write!(
                    f,
                    "MATCHES with {what} cannot be matched here: the engine takes linear time and does not backtrack"
                )
            }
            Self::Malformed(what) => write!(f, "MATCHES needs a regular expression: {what}"),
        }
    }
}

impl Expression {
    pub(super) fn new(pcre: &str) -> Self {
        Self { pcre: nfc(pcre).into_owned(), text: OnceLock::new(), bytes: OnceLock::new() }
    }

    /// Compiles the expression.
    pub(super) fn text(&self) -> Result<&regex::Regex, &Refusal> {
        self.text.get_or_init(|| compile(&self.pcre)).as_ref()
    }

    /// Says whether the expression matches somewhere in `text`, which is normalised first.
    pub(super) fn in_text(&self, text: &str) -> bool {
        self.text().is_ok_and(|regex| regex.is_match(&nfc(text)))
    }

    /// Says whether the expression matches somewhere in `bytes`; one with a character above U+00FF does not.
    pub(super) fn in_bytes(&self, bytes: &[u8]) -> bool {
        let regex = self.bytes.get_or_init(|| {
            let latin: Option<String> = self.pcre.chars().map(latin).collect();
            let syntax = translate(&latin?).ok()?;
            let mut builder = bytes::RegexBuilder::new(&syntax);
            builder
                .unicode(false)
                .size_limit(SIZE_MAX)
                .dfa_size_limit(SIZE_MAX)
                .nest_limit(NEST_MAX)
                .build()
                .ok()
        });
        regex.as_ref().is_some_and(|regex| regex.is_match(bytes))
    }

    /// Returns texts of which each matching value holds at least one; `None` if there are none to rely on.
    pub(super) fn needed(&self) -> Option<Vec<Vec<u8>>> {
        self.text().ok()?;
        let hir = regex_syntax::Parser::new().parse(&translate(&self.pcre).ok()?).ok()?;
        if let Some(one) = inner(&hir).filter(|literal| literal.len() >= NEEDED_MIN) {
            return Some(vec![one]);
        }
        let mut prefixes = regex_syntax::hir::literal::Extractor::new();
        let found = prefixes.limit_total(64).extract(&hir);
        let found: Vec<Vec<u8>> =
            found.literals()?.iter().map(|literal| literal.as_bytes().to_vec()).collect();
        (!found.is_empty() && found.iter().all(|literal| literal.len() >= NEEDED_MIN)).then_some(found)
    }
}

/// Returns the longest text that every match holds, as far as concatenations show it.
fn inner(hir: &regex_syntax::hir::Hir) -> Option<Vec<u8>> {
    use regex_syntax::hir::HirKind;
    match hir.kind() {
        HirKind::Literal(literal) => Some(literal.0.to_vec()),
        HirKind::Capture(group) => inner(&group.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => inner(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().filter_map(inner).max_by_key(Vec::len),
        _ => None,
    }
}

/// Writes a character for the engine of bytes; `None` above U+00FF.
fn latin(c: char) -> Option<String> {
    match u32::from(c) {
        0..128 => Some(c.to_string()),
        code @ 128..256 => Some(format!("\\x{code:02x}")),
        _ => None,
    }
}

fn compile(pcre: &str) -> Result<regex::Regex, Refusal> {
    let syntax = translate(pcre)?;
    let mut builder = regex::RegexBuilder::new(&syntax);
    builder.size_limit(SIZE_MAX).dfa_size_limit(SIZE_MAX).nest_limit(NEST_MAX);
    builder.build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            Refusal::Malformed(format!("it compiles to more than {SIZE_MAX} bytes"))
        }
        // The last line says what is wrong; the others draw the expression.
        error => {
            let says = error.to_string();
            Refusal::Malformed(
                says.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
            )
        }
    })
}

/// Rewrites PCRE to the syntax of the engine.
fn translate(pcre: &str) -> Result<String, Refusal> {
    let mut rewrite =
        Rewrite { out: String::with_capacity(pcre.len() + 8), rest: pcre, lines: has_flag_m(pcre) };
    rewrite.run()?;
    Ok(rewrite.out)
}

struct Rewrite<'a> {
    out: String,
    rest: &'a str,
    /// Whether `(?m)` makes `$` match before every line end.
    lines: bool,
}

impl Rewrite<'_> {
    fn take(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next();
        self.rest = chars.as_str();
        c
    }

    fn run(&mut self) -> Result<(), Refusal> {
        let mut quantified = false;
        while let Some(c) = self.take() {
            let was_quantified = std::mem::take(&mut quantified);
            match c {
                '\\' => self.escape()?,
                '[' => self.class()?,
                '(' => self.group()?,
                '$' if !self.lines => self.out.push_str("(?:\\n?\\z)"),
                ']' | '}' => self.out.extend(['\\', c]),
                '+' if was_quantified => return unsupported("a possessive quantifier"),
                '*' | '+' | '?' => {
                    self.out.push(c);
                    quantified = !was_quantified;
                }
                '{' => quantified = self.counted(),
                c => self.out.push(c),
            }
        }
        Ok(())
    }

    /// Reads `{n}`, `{n,}`, `{n,m}` or `{,m}`; any other bracket is a character.
    fn counted(&mut self) -> bool {
        let count = self.rest.split_once('}').filter(|(count, _)| {
            let (least, most) = count.split_once(',').unwrap_or((count, count));
            let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
            digits(least) && digits(most) && !(least.is_empty() && most.is_empty())
        });
        let Some((count, rest)) = count else {
            self.out.push_str("\\{");
            return false;
        };
        let zero = if count.starts_with(',') { "0" } else { "" };
        self.out.push_str(&format!("{{{zero}{count}}}"));
        self.rest = rest;
        true
    }

    fn escape(&mut self) -> Result<(), Refusal> {
        let Some(c) = self.take() else {
            return Err(Refusal::Malformed("it ends in a lone “\\”".to_owned()));
        };
        match c {
            'Z' => self.out.push_str("(?:\\n?\\z)"),
            'h' => self.out.push_str("[\\t\\p{Zs}]"),
            'N' => self.out.push_str("[^\\n]"),
            'R' => self.out.push_str("(?:\\r\\n|[\\n\\x0b\\x0c\\r\\x{85}\\x{2028}\\x{2029}])"),
            'Q' => {
                let (quoted, rest) = self.rest.split_once("\\E").unwrap_or((self.rest, ""));
                self.out.push_str(&regex::escape(quoted));
                self.rest = rest;
            }
            _ => self.shared(c)?,
        }
        Ok(())
    }

    /// Rewrites what is spelled alike inside and outside a class.
    fn shared(&mut self, c: char) -> Result<(), Refusal> {
        match c {
            'E' => {}
            'e' => self.out.push_str("\\x1b"),
            '<' | '>' | ' ' | '\'' | '"' => self.out.push(c),
            '0' => {
                let octal: String = self.rest.chars().take(2).take_while(|c| c.is_digit(8)).collect();
                self.rest = self.rest.get(octal.len()..).unwrap_or("");
                let code = u32::from_str_radix(&octal, 8).unwrap_or(0);
                self.out.push_str(&format!("\\x{code:02x}"));
            }
            '1'..='9' | 'g' | 'k' => return unsupported("a back reference"),
            'K' | 'G' | 'X' | 'C' | 'c' | 'o' | 'H' | 'V' => return unsupported(&format!("“\\{c}”")),
            c if !c.is_ascii() => self.out.push(c),
            c => self.out.extend(['\\', c]),
        }
        Ok(())
    }

    fn class(&mut self) -> Result<(), Refusal> {
        self.out.push('[');
        if self.rest.starts_with('^') {
            self.take();
            self.out.push('^');
        }
        if self.rest.starts_with(']') {
            self.take();
            self.out.push_str("\\]");
        }
        while let Some(c) = self.take() {
            match c {
                ']' => {
                    self.out.push(']');
                    return Ok(());
                }
                '[' => match self.rest.split_once(":]").filter(|_| self.rest.starts_with(':')) {
                    Some((name, rest))
                        if name.bytes().skip(1).all(|b| b.is_ascii_lowercase() || b == b'^') =>
                    {
                        self.out.push_str(&format!("[{name}:]"));
                        self.rest = rest;
                    }
                    _ => self.out.push_str("\\["),
                },
                '\\' => match self.take() {
                    Some('b') => self.out.push_str("\\x08"),
                    Some('h') => self.out.push_str("\\t\\p{Zs}"),
                    Some(c) => self.shared(c)?,
                    None => break,
                },
                '&' | '~' => self.out.extend(['\\', c]),
                '-' if self.rest.starts_with('-') => self.out.push_str("\\-"),
                c => self.out.push(c),
            }
        }
        Err(Refusal::Malformed("a “[” is not closed".to_owned()))
    }

    fn group(&mut self) -> Result<(), Refusal> {
        if self.rest.starts_with('*') {
            return unsupported("a verb such as “(*UTF)”");
        }
        for (start, name) in NO_GROUPS {
            if self.rest.starts_with(start) {
                return unsupported(name);
            }
        }
        if self.rest.starts_with("?#") {
            let (_, rest) = self.rest.split_once(')').unwrap_or(("", ""));
            self.rest = rest;
            return Ok(());
        }
        self.out.push('(');
        if let Some(rest) = self.rest.strip_prefix('?') {
            self.out.push('?');
            self.rest = rest;
        }
        Ok(())
    }
}

fn unsupported<T>(what: &str) -> Result<T, Refusal> {
    Err(Refusal::Unsupported(what.to_owned()))
}

/// Says whether a group of flags holds `m`.
fn has_flag_m(pcre: &str) -> bool {
    pcre.split("(?").skip(1).any(|group| {
        let flags = group.split([')', ':', '-']).next().unwrap_or("");
        flags.bytes().all(|b| b.is_ascii_alphabetic()) && flags.contains('m')
    })
}

const NO_GROUPS: [(&str, &str); 13] = [
    ("?=", "look-ahead"),
    ("?!", "look-ahead"),
    ("?<=", "look-behind"),
    ("?<!", "look-behind"),
    ("?>", "an atomic group"),
    ("?|", "a branch reset"),
    ("?(", "a conditional group"),
    ("?R", "recursion"),
    ("?&", "recursion"),
    ("?P>", "recursion"),
    ("?P=", "a back reference"),
    ("?+", "recursion"),
    ("?C", "a callout"),
];

/// A text shorter than this is in too many values to be worth looking for.
const NEEDED_MIN: usize = 3;
const SIZE_MAX: usize = 1 << 20;
const NEST_MAX: u32 = 100;

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pcre: &str, text: &str) -> bool {
        Expression::new(pcre).in_text(text)
    }

    #[test]
    fn pcre_spelling_means_what_it_means_there() {
        for (pcre, text, expected) in [
            ("^a$", "a\n", true),
            ("^a\\Z", "a\n", true),
            ("^a\\z", "a\n", false),
            (".+\\@example\\.com$", "x@example.com", true),
            ("[[]x]", "[x]", true),
            ("[]x]", "]", true),
            ("[a&&b]", "&", true),
            ("a{b}", "a{b}", true),
            ("a{2}", "aa", true),
            ("\\<a\\>", "<a>", true),
            ("\\Qa.b\\E", "a.b", true),
            ("\\Qa.b\\E", "axb", false),
            ("(?m)^a$", "b\na\nc", true),
            ("[[:digit:]]", "7", true),
            ("\\x61", "a", true),
            ("a(?#note)b", "ab", true),
            ("(?i)ABC", "abc", true),
        ] {
            assert_eq!(matches(pcre, text), expected, "{pcre} in {text:?}");
        }
    }

    #[test]
    fn what_needs_backtracking_is_named() {
        for (pcre, what) in [
            ("(?=a)", "look-ahead"),
            ("(?<!a)b", "look-behind"),
            ("(a)\\1", "a back reference"),
            ("a++", "a possessive quantifier"),
            ("(?>a)", "an atomic group"),
        ] {
            assert_eq!(
                Expression::new(pcre).text().unwrap_err(),
                &Refusal::Unsupported(what.to_owned()),
                "{pcre}"
            );
        }
    }

    #[test]
    fn an_expression_that_grows_too_large_is_refused() {
        let refusal = Expression::new("((a{1000}){1000}){1000}");
        assert!(matches!(refusal.text(), Err(Refusal::Malformed(_))));
    }

    #[test]
    fn what_a_match_needs_is_found_inside() {
        assert_eq!(Expression::new("^.*evil[0-9]+").needed(), Some(vec![b"evil".to_vec()]));
        assert_eq!(
            Expression::new("^(?:foobar|quux)").needed(),
            Some(vec![b"foobar".to_vec(), b"quux".to_vec()])
        );
        assert_eq!(Expression::new(".*").needed(), None);
    }
}
