//! Writes a pattern back, so that reading it again gives the same pattern.

use super::ast::{Compare, How, Literal, Observe, Path, Qualifier, Step, Test};
use super::literal::to_hex;
use std::fmt::{self, Display, Formatter};

impl Display for Observe {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(compare) => write!(f, "[{compare}]"),
            Self::And(parts) => {
                chain(f, parts, " AND ", |part| matches!(part, Self::And(_) | Self::Or(_) | Self::Then(_)))
            }
            Self::Or(parts) => chain(f, parts, " OR ", |part| matches!(part, Self::Or(_) | Self::Then(_))),
            Self::Then(parts) => chain(f, parts, " FOLLOWEDBY ", |part| matches!(part, Self::Then(_))),
            Self::Qualified(part, qualifiers) => {
                match part.as_ref() {
                    Self::One(_) => write!(f, "{part}")?,
                    _ => write!(f, "({part})")?,
                }
                qualifiers.iter().try_for_each(|qualifier| write!(f, " {qualifier}"))
            }
        }
    }
}

impl Display for Qualifier {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Within(span) => write!(f, "WITHIN {span} SECONDS"),
            Self::During { start, stop } => write!(f, "START t'{start}' STOP t'{stop}'"),
            Self::Repeats(times) => write!(f, "REPEATS {times} TIMES"),
        }
    }
}

impl Display for Compare {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Test(test) => write!(f, "{test}"),
            Self::And(parts) => chain(f, parts, " AND ", |part| !matches!(part, Self::Test(_))),
            Self::Or(parts) => chain(f, parts, " OR ", |part| matches!(part, Self::Or(_))),
        }
    }
}

impl Display for Test {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (path, not) = (&self.path, if self.negated { "NOT " } else { "" });
        match &self.how {
            How::Exists => write!(f, "{not}EXISTS {path}"),
            How::Equal(constant) => write!(f, "{path} {not}= {constant}"),
            How::Unequal(constant) => write!(f, "{path} {not}!= {constant}"),
            How::Less(constant) => write!(f, "{path} {not}< {constant}"),
            How::LessEqual(constant) => write!(f, "{path} {not}<= {constant}"),
            How::Greater(constant) => write!(f, "{path} {not}> {constant}"),
            How::GreaterEqual(constant) => write!(f, "{path} {not}>= {constant}"),
            How::Like(text) => write!(f, "{path} {not}LIKE {}", Quoted(text)),
            How::Matches(text) => write!(f, "{path} {not}MATCHES {}", Quoted(text)),
            How::Subset(text) => write!(f, "{path} {not}ISSUBSET {}", Quoted(text)),
            How::Superset(text) => write!(f, "{path} {not}ISSUPERSET {}", Quoted(text)),
            How::In(members) => {
                write!(f, "{path} {not}IN (")?;
                chain(f, members, ", ", |_| false)?;
                f.write_str(")")
            }
        }
    }
}

impl Display for Path {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.kind)?;
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Key(key) => {
                    let dot = if at == 0 { "" } else { "." };
                    let start = key.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
                    let bare = start
                        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
                    if bare && !["true", "false"].contains(&key.as_str()) {
                        write!(f, "{dot}{key}")?;
                    } else {
                        write!(f, "{dot}{}", Quoted(key))?;
                    }
                }
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Any => f.write_str("[*]")?,
            }
        }
        Ok(())
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(number) => write!(f, "{number}"),
            Self::Float(number) => {
                // The grammar knows no exponent, and neither does this form.
                let text = number.to_string();
                write!(f, "{text}{}", if text.contains('.') { "" } else { ".0" })
            }
            Self::Text(text) => write!(f, "{}", Quoted(text)),
            Self::Bytes(bytes) => write!(f, "h'{}'", to_hex(bytes)),
            Self::Bool(answer) => write!(f, "{answer}"),
            Self::Time(time) => write!(f, "t'{time}'"),
        }
    }
}

/// A text in single quotes.
struct Quoted<'a>(&'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "'{}'", self.0.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

fn chain<T: Display>(
    f: &mut Formatter<'_>,
    parts: &[T],
    between: &str,
    bracket: fn(&T) -> bool,
) -> fmt::Result {
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        if bracket(part) { write!(f, "({part})")? } else { write!(f, "{part}")? }
    }
    Ok(())
}
