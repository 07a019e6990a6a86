//! Reads a pattern: recursive descent with a bound on brackets, length and number of comparisons.
//!
//! `AND` binds closer than `OR`, and `OR` closer than `FOLLOWEDBY`; a qualifier binds to the bracket
//! before it.
//!
//! Source: STIX 2.1, sections 9.2 to 9.8 and the published grammar.

use super::Limits;
use super::ast::{Compare, How, Literal, Observe, Path, Qualifier, Step, Test};
use super::error::PatternError;
use super::lex::{Lexer, Token};
use super::literal::{Span, Time, base64, hex, unescape};

type Result<T> = std::result::Result<T, PatternError>;

/// Reads `text` as one pattern.
///
/// `exists` says whether `EXISTS` is an operator: STIX 2.0 has none.
pub(super) fn parse(text: &str, exists: bool, limits: &Limits) -> Result<Observe> {
    if text.len() > limits.bytes {
        return Err(PatternError::TooLarge { what: "bytes", limit: limits.bytes });
    }
    let mut lexer = Lexer::new(text);
    let (token, start, end) = lexer.next()?;
    let mut parser = Parser { text, lexer, token, start, end, depth: 0, tests: 0, exists, limits };
    let pattern = parser.followed()?;
    match parser.token {
        Token::End => Ok(pattern),
        _ => Err(parser.fault("AND, OR, FOLLOWEDBY, WITHIN, START, REPEATS or the end")),
    }
}

struct Parser<'a> {
    text: &'a str,
    lexer: Lexer<'a>,
    /// The token that is looked at.
    token: Token<'a>,
    start: usize,
    end: usize,
    depth: usize,
    tests: usize,
    exists: bool,
    limits: &'a Limits,
}

impl<'a> Parser<'a> {
    fn advance(&mut self) -> Result<()> {
        (self.token, self.start, self.end) = self.lexer.next()?;
        Ok(())
    }

    fn fault(&self, expected: &str) -> PatternError {
        let found = match self.token {
            Token::End => "the end".to_owned(),
            _ => format!("“{}”", self.text.get(self.start..self.end).unwrap_or("")),
        };
        PatternError::syntax(self.text, self.start, expected, &found)
    }

    /// Takes the token if it is this keyword or mark.
    fn eat(&mut self, wanted: Token<'static>) -> Result<bool> {
        let here = self.token == wanted;
        if here {
            self.advance()?;
        }
        Ok(here)
    }

    fn expect(&mut self, wanted: Token<'static>, expected: &str) -> Result<()> {
        if self.eat(wanted)? { Ok(()) } else { Err(self.fault(expected)) }
    }

    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        self.depth += 1;
        if self.depth > self.limits.depth {
            return Err(PatternError::TooLarge { what: "levels of brackets", limit: self.limits.depth });
        }
        let read = read(self)?;
        self.depth -= 1;
        Ok(read)
    }

    /// Reads one part, and more of them while `operator` stands between.
    fn chain<T>(
        &mut self,
        operator: &'static str,
        part: fn(&mut Self) -> Result<T>,
        join: fn(Vec<T>) -> T,
    ) -> Result<T> {
        let first = part(self)?;
        if self.token != Token::Word(operator) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.eat(Token::Word(operator))? {
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn followed(&mut self) -> Result<Observe> {
        self.chain("FOLLOWEDBY", Self::any_of, Observe::Then)
    }

    fn any_of(&mut self) -> Result<Observe> {
        self.chain("OR", Self::all_of, Observe::Or)
    }

    fn all_of(&mut self) -> Result<Observe> {
        self.chain("AND", Self::observation, Observe::And)
    }

    fn observation(&mut self) -> Result<Observe> {
        let part = if self.eat(Token::Mark("["))? {
            let compare = self.deeper(Self::either)?;
            self.expect(Token::Mark("]"), "AND, OR or “]”")?;
            Observe::One(compare)
        } else if self.eat(Token::Mark("("))? {
            let inner = self.deeper(Self::followed)?;
            self.expect(Token::Mark(")"), "AND, OR, FOLLOWEDBY, a qualifier or “)”")?;
            inner
        } else {
            return Err(self.fault("“[” or “(”, where an observation starts"));
        };
        let mut qualifiers = Vec::new();
        while let Some(qualifier) = self.qualifier()? {
            qualifiers.push(qualifier);
            if qualifiers.len() > self.limits.depth {
                return Err(PatternError::TooLarge { what: "qualifiers in a row", limit: self.limits.depth });
            }
        }
        Ok(if qualifiers.is_empty() { part } else { Observe::Qualified(Box::new(part), qualifiers) })
    }

    fn qualifier(&mut self) -> Result<Option<Qualifier>> {
        if self.eat(Token::Word("WITHIN"))? {
            let (Token::Int(text) | Token::Float(text)) = self.token else {
                return Err(self.fault("a number of seconds"));
            };
            let span = Span::parse(text)
                .ok_or_else(|| self.fault("a number of seconds above 0 and at most 10^12"))?;
            self.advance()?;
            self.expect(Token::Word("SECONDS"), "SECONDS")?;
            return Ok(Some(Qualifier::Within(span)));
        }
        if self.eat(Token::Word("START"))? {
            let start = self.time()?;
            self.expect(Token::Word("STOP"), "STOP")?;
            let stop = self.time()?;
            return Ok(Some(Qualifier::During { start, stop }));
        }
        if self.eat(Token::Word("REPEATS"))? {
            let Token::Int(text) = self.token else {
                return Err(self.fault("a whole number of times"));
            };
            let times = text.trim_start_matches('+').parse::<u64>().ok().filter(|times| *times > 0);
            let times = times.ok_or_else(|| self.fault("a whole number of times above 0"))?;
            self.advance()?;
            self.expect(Token::Word("TIMES"), "TIMES")?;
            return Ok(Some(Qualifier::Repeats(times)));
        }
        Ok(None)
    }

    fn time(&mut self) -> Result<Time> {
        let Token::Time(time) = self.token else {
            return Err(self.fault("a moment as t'YYYY-MM-DDThh:mm:ss[.fraction]Z'"));
        };
        self.advance()?;
        Ok(time)
    }

    fn either(&mut self) -> Result<Compare> {
        self.chain("OR", Self::both, Compare::Or)
    }

    fn both(&mut self) -> Result<Compare> {
        self.chain("AND", Self::test, Compare::And)
    }

    fn test(&mut self) -> Result<Compare> {
        if self.eat(Token::Mark("("))? {
            let inner = self.deeper(Self::either)?;
            self.expect(Token::Mark(")"), "AND, OR or “)”")?;
            return Ok(inner);
        }
        self.tests += 1;
        if self.tests > self.limits.tests {
            return Err(PatternError::TooLarge { what: "comparisons", limit: self.limits.tests });
        }
        if self.exists {
            let negated = self.eat(Token::Word("NOT"))?;
            if self.eat(Token::Word("EXISTS"))? {
                return Ok(Compare::Test(Test { path: self.path()?, negated, how: How::Exists }));
            }
            if negated {
                return Err(self.fault("EXISTS after NOT; elsewhere NOT stands before the operator"));
            }
        }
        let path = self.path()?;
        let negated = self.eat(Token::Word("NOT"))?;
        let how = self.how()?;
        Ok(Compare::Test(Test { path, negated, how }))
    }

    fn how(&mut self) -> Result<How> {
        let text: fn(String) -> How = match self.token {
            Token::Mark("=") => return Ok(How::Equal(self.operand(true)?)),
            Token::Mark("!=") => return Ok(How::Unequal(self.operand(true)?)),
            Token::Mark("<") => return Ok(How::Less(self.operand(false)?)),
            Token::Mark("<=") => return Ok(How::LessEqual(self.operand(false)?)),
            Token::Mark(">") => return Ok(How::Greater(self.operand(false)?)),
            Token::Mark(">=") => return Ok(How::GreaterEqual(self.operand(false)?)),
            Token::Word("IN") => return self.set(),
            Token::Word("LIKE") => How::Like,
            Token::Word("MATCHES") => How::Matches,
            Token::Word("ISSUBSET") => How::Subset,
            Token::Word("ISSUPERSET") => How::Superset,
            _ => {
                return Err(self.fault(
                    "“.”, “[” or an operator: =, !=, <, <=, >, >=, IN, LIKE, MATCHES, ISSUBSET or ISSUPERSET",
                ));
            }
        };
        self.advance()?;
        let Token::Text(raw) = self.token else {
            return Err(self.fault("a string in single quotes"));
        };
        let raw = unescape(raw).into_owned();
        self.advance()?;
        Ok(text(raw))
    }

    fn set(&mut self) -> Result<How> {
        self.advance()?;
        self.expect(Token::Mark("("), "“(” after IN")?;
        let mut members = Vec::new();
        if self.eat(Token::Mark(")"))? {
            return Ok(How::In(members));
        }
        loop {
            members.push(self.literal(true)?);
            if self.eat(Token::Mark(")"))? {
                return Ok(How::In(members));
            }
            self.expect(Token::Mark(","), "“,” or “)”")?;
        }
    }

    fn operand(&mut self, bool_too: bool) -> Result<Literal> {
        self.advance()?;
        self.literal(bool_too)
    }

    fn literal(&mut self, bool_too: bool) -> Result<Literal> {
        let literal = match self.token {
            Token::Int(text) => match text.trim_start_matches('+').parse() {
                Ok(number) => Literal::Int(number),
                // JSON readers turn such a number into a float too.
                Err(_) => Literal::Float(self.float(text)?),
            },
            Token::Float(text) => Literal::Float(self.float(text)?),
            Token::Text(raw) => Literal::Text(unescape(raw).into_owned()),
            Token::Hex(digits) => {
                Literal::Bytes(hex(digits).ok_or_else(|| self.fault("hexadecimal digits"))?)
            }
            Token::Base64(digits) => Literal::Bytes(base64(digits).ok_or_else(|| self.fault("base64"))?),
            Token::Time(time) => Literal::Time(time),
            Token::Word("true") if bool_too => Literal::Bool(true),
            Token::Word("false") if bool_too => Literal::Bool(false),
            _ if bool_too => {
                return Err(self.fault("a constant: number, string, true, false, h'…', b'…' or t'…'"));
            }
            _ => return Err(self.fault("a constant with an order: number, string, h'…', b'…' or t'…'")),
        };
        self.advance()?;
        Ok(literal)
    }

    fn float(&self, text: &str) -> Result<f64> {
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| self.fault("a number below 1.8 * 10^308"))
    }

    fn path(&mut self) -> Result<Path> {
        let Some(kind) = self.name() else {
            return Err(self.fault("an object type, such as ipv4-addr, “(” or EXISTS"));
        };
        let kind = kind.to_owned();
        self.advance()?;
        self.expect(Token::Mark(":"), "“:” after the object type")?;
        let mut steps = vec![self.key()?];
        loop {
            if self.eat(Token::Mark("."))? {
                steps.push(self.key()?);
            } else if self.eat(Token::Mark("["))? {
                steps.push(self.index()?);
                self.expect(Token::Mark("]"), "“]” after the index")?;
            } else {
                return Ok(Path { kind, steps });
            }
            if steps.len() > self.limits.steps {
                return Err(PatternError::TooLarge { what: "steps in one path", limit: self.limits.steps });
            }
        }
    }

    /// Returns the word here unless it is a keyword.
    fn name(&self) -> Option<&'a str> {
        let Token::Word(word) = self.token else { return None };
        let keyword = KEYWORDS.contains(&word) || (self.exists && word == "EXISTS");
        (!keyword).then_some(word)
    }

    fn key(&mut self) -> Result<Step> {
        let key = match (self.token, self.name()) {
            (Token::Text(raw), _) => unescape(raw).into_owned(),
            (_, Some(word)) if !word.contains('-') => word.to_owned(),
            (_, Some(_)) => return Err(self.fault("a property; a name with “-” stands in single quotes")),
            _ => return Err(self.fault("a property name, or one in single quotes")),
        };
        self.advance()?;
        Ok(Step::Key(key))
    }

    fn index(&mut self) -> Result<Step> {
        let step = match self.token {
            Token::Mark("*") => Step::Any,
            Token::Int(text) => Step::Index(
                text.trim_start_matches('+')
                    .parse()
                    .map_err(|_| self.fault("an index between -2^63 and 2^63-1"))?,
            ),
            _ => return Err(self.fault("a whole number or “*”")),
        };
        self.advance()?;
        Ok(step)
    }
}

const KEYWORDS: [&str; 18] = [
    "AND",
    "OR",
    "NOT",
    "FOLLOWEDBY",
    "LIKE",
    "MATCHES",
    "ISSUPERSET",
    "ISSUBSET",
    "LAST",
    "IN",
    "START",
    "STOP",
    "SECONDS",
    "true",
    "false",
    "WITHIN",
    "REPEATS",
    "TIMES",
];
