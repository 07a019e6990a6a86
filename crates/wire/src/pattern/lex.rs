//! Cuts a pattern into tokens, each with its place.
//!
//! White space, `/* … */` and `// …` separate tokens. Keywords are upper case, `true` and `false`
//! lower case.
//!
//! Source: STIX 2.1, section 9 and its grammar.

use super::error::PatternError;
use super::literal::Time;

/// A token.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    /// A name or a keyword.
    Word(&'a str),
    /// A whole number with its sign.
    Int(&'a str),
    /// A number with a point and its sign.
    Float(&'a str),
    /// A text between its quotes, escapes kept.
    Text(&'a str),
    /// The digits of `h'…'`.
    Hex(&'a str),
    /// The digits of `b'…'`.
    Base64(&'a str),
    /// The moment of `t'…'`.
    Time(Time),
    /// `=`, `!=`, `<`, `<=`, `>`, `>=` or one of `[](),:.*`.
    Mark(&'static str),
    /// The end of the text.
    End,
}

/// Reads tokens from left to right.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) const fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// Returns the next token with the bytes where it starts and ends.
    pub(super) fn next(&mut self) -> Result<(Token<'a>, usize, usize), PatternError> {
        self.skip()?;
        let start = self.at;
        let rest = self.rest();
        let Some(&first) = rest.as_bytes().first() else {
            return Ok((Token::End, start, start));
        };
        let token = match first {
            b'\'' => Token::Text(self.quoted(0)?),
            b'h' | b'b' | b't' if rest.as_bytes().get(1) == Some(&b'\'') => self.tagged(first)?,
            b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
                let long = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
                Token::Word(self.take(long.count()))
            }
            b'0'..=b'9' | b'+' | b'-' => self.number()?,
            b'.' if rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => self.number()?,
            _ => self.mark()?,
        };
        Ok((token, start, self.at))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn take(&mut self, length: usize) -> &'a str {
        let taken = self.rest().get(..length).unwrap_or("");
        self.at += taken.len();
        taken
    }

    fn fault(&self, expected: impl Into<String>) -> PatternError {
        let rest = self.rest();
        let found = rest.split(char::is_whitespace).next().unwrap_or("");
        let found = if rest.is_empty() { "the end".to_owned() } else { format!("“{found}”") };
        PatternError::syntax(self.text, self.at, expected, &found)
    }

    fn skip(&mut self) -> Result<(), PatternError> {
        loop {
            let rest = self.rest();
            let bare = rest.trim_start();
            self.at += rest.len() - bare.len();
            if bare.starts_with("//") {
                self.at += bare.find(['\r', '\n']).unwrap_or(bare.len());
            } else if bare.starts_with("/*") {
                let end = bare.get(2..).and_then(|inside| inside.find("*/"));
                self.at += end.ok_or_else(|| self.fault("“*/” after “/*”"))? + 4;
            } else {
                return Ok(());
            }
        }
    }

    /// Reads `'…'` that starts `skip` bytes from here.
    fn quoted(&mut self, skip: usize) -> Result<&'a str, PatternError> {
        let rest = self.rest();
        let inside = rest.get(skip + 1..).unwrap_or("");
        let mut bytes = inside.bytes().enumerate();
        while let Some((at, byte)) = bytes.next() {
            match byte {
                b'\'' => {
                    self.at += skip + 1 + at + 1;
                    return Ok(inside.get(..at).unwrap_or(""));
                }
                b'\\' if !matches!(bytes.next(), Some((_, b'\\' | b'\''))) => {
                    self.at += skip + 1 + at;
                    return Err(self.fault("“\\\\” or “\\'”, the only escapes in a string"));
                }
                _ => {}
            }
        }
        Err(self.fault("a closing quote for this string"))
    }

    /// Reads `h'…'`, `b'…'` or `t'…'`.
    fn tagged(&mut self, tag: u8) -> Result<Token<'a>, PatternError> {
        let start = self.at;
        let inside = self.quoted(1)?;
        let wrong = |lexer: &mut Self, expected: &str| {
            lexer.at = start;
            Err(lexer.fault(expected))
        };
        match tag {
            b'h' if inside.len().is_multiple_of(2) && inside.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Ok(Token::Hex(inside))
            }
            b'h' => wrong(self, "pairs of hexadecimal digits in h'…'"),
            b'b' if is_base64(inside) => Ok(Token::Base64(inside)),
            b'b' => wrong(self, "padded base64 in b'…'"),
            _ => match Time::parse(inside) {
                Some(time) => Ok(Token::Time(time)),
                None => wrong(self, "an existing moment as t'YYYY-MM-DDThh:mm:ss[.fraction]Z'"),
            },
        }
    }

    fn number(&mut self) -> Result<Token<'a>, PatternError> {
        let bytes = self.rest().as_bytes();
        let digits = |from: usize| bytes.iter().skip(from).take_while(|b| b.is_ascii_digit()).count();
        let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
        let whole = digits(sign);
        let point = sign + whole;
        let fraction = if bytes.get(point) == Some(&b'.') { digits(point + 1) } else { 0 };
        if fraction > 0 {
            return Ok(Token::Float(self.take(point + 1 + fraction)));
        }
        if whole == 0 {
            return Err(self.fault("a digit after the sign"));
        }
        if whole > 1 && bytes.get(sign) == Some(&b'0') {
            return Err(self.fault("a number without leading zeros"));
        }
        Ok(Token::Int(self.take(point)))
    }

    fn mark(&mut self) -> Result<Token<'a>, PatternError> {
        let rest = self.rest();
        // The longer spelling comes first.
        for (spelling, mark) in MARKS {
            if rest.starts_with(spelling) {
                self.at += spelling.len();
                return Ok(Token::Mark(mark));
            }
        }
        Err(self.fault("a name, a constant, an operator or a bracket"))
    }
}

/// Says whether groups of four characters, the last one padded, make up `text`.
fn is_base64(text: &str) -> bool {
    let bare = text.trim_end_matches('=');
    text.len().is_multiple_of(4)
        && text.len() - bare.len() <= 2
        && bare.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/'))
}

const MARKS: [(&str, &str); 16] = [
    ("==", "="),
    ("=", "="),
    ("!=", "!="),
    ("<>", "!="),
    ("<=", "<="),
    ("<", "<"),
    (">=", ">="),
    (">", ">"),
    ("[", "["),
    ("]", "]"),
    ("(", "("),
    (")", ")"),
    (",", ","),
    (":", ":"),
    (".", "."),
    ("*", "*"),
];
