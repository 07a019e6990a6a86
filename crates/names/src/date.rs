//! Finds dates and time spans in a text.
//!
//! An absolute date is normalised to ISO 8601, as far as the text goes: a day
//! without a year gives `--03-04`. A relative expression ("last Friday night")
//! stays relative, because the date of an article is not known until a person
//! has confirmed it: the date a page was served is not the date it was written.
//! English, Russian and Ukrainian. Absent: other calendars, opening hours.
//!
//! Source: ISO 8601-1:2019, sections 5.2 and 5.4; truncated form as in ISO 8601:2000.

mod words;

use self::words::{DAY_PARTS, DAYS, MONTHS, NUMBERS, POINTERS, SEASONS, UNITS, WEEKDAYS};
use crate::Span;
use crate::token::{Token, gap, tokens};

/// A date expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DateFound {
    /// Where in the text.
    pub span: Span,
    /// ISO 8601 as far as the text says it; none for a relative expression.
    pub normal: Option<String>,
}

/// Finds the date expressions of `text`, in order and without overlap.
#[must_use]
pub fn find(text: &str) -> Vec<DateFound> {
    let line = Line { text, words: tokens(text) };
    let mut found = Vec::new();
    let mut at = 0;
    while at < line.words.len() {
        match line.date_at(at) {
            Some((after, span, normal)) => {
                found.push(DateFound { span, normal });
                at = after.max(at + 1);
            }
            None => at += 1,
        }
    }
    found
}

type Read = Option<(usize, Span, Option<String>)>;

struct Line<'t> {
    text: &'t str,
    words: Vec<Token<'t>>,
}

impl<'t> Line<'t> {
    fn date_at(&self, at: usize) -> Read {
        self.iso(at)
            .or_else(|| self.dotted(at))
            .or_else(|| self.calendar(at))
            .or_else(|| self.month_and_year(at))
            .or_else(|| self.relative(at))
            .or_else(|| self.amount(at))
            .or_else(|| self.year(at))
    }

    /// Gives word `at` in small letters, if it follows its predecessor closely.
    fn word(&self, at: usize, first: usize) -> Option<String> {
        let word = self.words.get(at)?;
        if at > first {
            let between = gap(self.text, self.words.get(at - 1)?, word);
            let close =
                !between.is_empty() && between.chars().all(|c| matches!(c, ' ' | '\u{a0}' | ',' | '.'));
            if !close || between.chars().count() > 2 {
                return None;
            }
        }
        Some(word.text.to_lowercase())
    }

    fn is(&self, at: usize, first: usize, list: &[&str]) -> bool {
        self.word(at, first).is_some_and(|word| list.contains(&word.as_str()))
    }

    fn until(&self, from: usize, after: usize, normal: Option<String>) -> Read {
        let (first, last) = (self.words.get(from)?, self.words.get(after.checked_sub(1)?)?);
        Some((after, Span { start: first.span.start, end: last.span.end }, normal))
    }

    /// `2024-03-05`, with or without a time and a zone.
    fn iso(&self, at: usize) -> Read {
        let start = self.words.get(at)?.span.start;
        let rest = self.text.get(start..)?;
        let day = rest.get(..10)?;
        let parts: Vec<&str> = day.split('-').collect();
        let [year, month, date] = parts.as_slice() else { return None };
        if year.len() != 4 || month.len() != 2 {
            return None;
        }
        let normal = full(year.parse().ok()?, month.parse().ok()?, date.parse().ok()?)?;
        let time = rest.get(10..).unwrap_or("");
        let clock = time.strip_prefix('T').map_or(0, |t| {
            1 + t
                .find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.' | '+' | 'Z')))
                .unwrap_or(t.len())
        });
        let clock = time.get(..clock).map_or(0, |t| t.trim_end_matches(['.', ':']).len());
        let span = Span { start, end: start + 10 + clock };
        let after = at + self.words.iter().skip(at).take_while(|w| w.span.start < span.end).count();
        Some((after, span, Some(format!("{normal}{}", time.get(..clock).unwrap_or("")))))
    }

    /// `05.03.2024` and `05/03/2024`; the order of the latter is only certain
    /// when one of the numbers is no month.
    fn dotted(&self, at: usize) -> Read {
        let start = self.words.get(at)?.span.start;
        let rest = self.text.get(start..)?;
        // One more than the longest date, so that what runs on is not taken for one.
        let end =
            rest.bytes().take(12).take_while(|b| b.is_ascii_digit() || matches!(b, b'.' | b'/')).count();
        let whole = rest.get(..end)?.trim_end_matches(['.', '/']);
        let sign = if whole.contains('/') { '/' } else { '.' };
        let numbers: Vec<u32> = whole.split(sign).map(|n| n.parse().unwrap_or(0)).collect();
        let &[a, b, year] = numbers.as_slice() else { return None };
        if whole.len() > 10 || !(1900..2100).contains(&year) {
            return None;
        }
        let normal = match sign {
            '.' => Some(full(year, b, a)?),
            _ if a > 12 => Some(full(year, b, a)?),
            _ if b > 12 => Some(full(year, a, b)?),
            _ => None,
        };
        let span = Span { start, end: start + whole.len() };
        let after = at + self.words.iter().skip(at).take_while(|w| w.span.start < span.end).count();
        Some((after, span, normal))
    }

    /// `Wednesday, May 1, 2024`, `4 March`, `5 марта 2024 года`.
    fn calendar(&self, from: usize) -> Read {
        let mut at = from;
        if self.is(at, from, WEEKDAYS) {
            at += 1;
        }
        let (month, day) = match (self.month(at, from), self.month(at + 1, from)) {
            (Some(month), _) => (month, self.day(at + 1, from)?),
            (_, Some(month)) => (month, self.day(at, from)?),
            _ if self.is(at + 1, from, &["of"]) => (self.month(at + 2, from)?, self.day(at, from)?),
            _ => return None,
        };
        // "May 20" at the start of a clause may be a verb, "may 20" always is.
        let month_word =
            self.words.iter().skip(at).take(3).find(|w| month_number(&w.text.to_lowercase()).is_some())?;
        if !month_word.is_capital() && month_word.text.is_ascii() {
            return None;
        }
        at += if self.is(at + 1, from, &["of"]) { 3 } else { 2 };
        if let Some(year) = self.year_number(at, from) {
            at += 1 + usize::from(self.is(at + 1, from, &["года", "г", "року"]));
            return self.until(from, at, Some(full(year, month, day)?));
        }
        self.until(from, at, Some(format!("--{month:02}-{day:02}")))
    }

    /// `March 2024`, `in March`, `early 2022`, `spring of 2023`.
    fn month_and_year(&self, from: usize) -> Read {
        let vague = self.is(from, from, &["early", "late", "mid", "начале", "конце"]);
        let at = from + usize::from(vague);
        if self.is(at, from, SEASONS) {
            let of = usize::from(self.is(at + 1, from, &["of"]));
            let year = self.year_number(at + 1 + of, from)?;
            return self.until(from, at + 2 + of, Some(year.to_string()));
        }
        let Some(month) = self.month(at, from) else {
            let year = self.year_number(at, from).filter(|_| vague)?;
            return self.until(from, at + 1, Some(year.to_string()));
        };
        if let Some(year) = self.year_number(at + 1, from) {
            return self.until(from, at + 2, Some(format!("{year:04}-{month:02}")));
        }
        let before = from.checked_sub(1).and_then(|i| self.words.get(i)).map(|w| w.text.to_lowercase());
        let led = before.is_some_and(|b| {
            ["in", "since", "until", "by", "of", "from", "в", "с", "до", "у"].contains(&b.as_str())
        });
        let capital = self.words.get(at)?.is_capital() || !self.words.get(at)?.text.is_ascii();
        if (led || vague) && capital { self.until(from, at + 1, Some(format!("--{month:02}"))) } else { None }
    }

    /// `last Friday night`, `in the coming days`, `yesterday`, `на прошлой неделе`.
    fn relative(&self, from: usize) -> Read {
        let mut at = from;
        if self.is(
            at,
            from,
            &["in", "over", "within", "during", "for", "earlier", "later", "в", "на", "за", "протягом"],
        ) {
            at += 1;
        }
        if self.is(at, from, &["the"]) {
            at += 1;
        }
        if self.is(at, from, POINTERS) && !self.is(at, from, &["the"]) {
            let counted = at + 1 + usize::from(self.is(at + 1, from, NUMBERS) || self.digits(at + 1, from));
            let unit = self.is(counted, from, UNITS)
                || self.is(counted, from, WEEKDAYS)
                || self.is(counted, from, SEASONS);
            if unit || self.month(counted, from).is_some() {
                let part = usize::from(self.is(counted + 1, from, DAY_PARTS));
                return self.until(from, counted + 1 + part, None);
            }
        }
        // "in the days before the attack": the words up to the event.
        if at >= from + 2
            && self.is(at, from, UNITS)
            && self.is(at + 1, from, &["before", "after", "since", "following"])
        {
            let article = usize::from(self.is(at + 2, from, &["the", "his", "her", "their"]));
            return self.until(from, at + 3 + article, None);
        }
        if self.is(from, from, DAYS) || self.is(from, from, WEEKDAYS) {
            let part = usize::from(self.is(from + 1, from, DAY_PARTS));
            return self.until(from, from + 1 + part, None);
        }
        if self.is(from, from, &["within"]) && self.is(from + 1, from, UNITS) {
            return self.until(from, from + 2, None);
        }
        None
    }

    /// `within 48 hours`, `three days ago`, `nearly two decades`, `a day before`.
    fn amount(&self, from: usize) -> Read {
        let mut at = from;
        let lead =
            ["within", "in", "nearly", "almost", "about", "over", "через", "за", "протягом", "некоторые"];
        if self.is(at, from, &["в"]) && self.is(at + 1, from, &["течение"]) {
            at += 2;
        } else if self.is(at, from, &lead) {
            at += 1;
        } else if self.is(at, from, &["more", "less"]) && self.is(at + 1, from, &["than"]) {
            at += 2;
        }
        if self.is(at, from, &["the", "next"]) {
            at += 1;
        }
        let article = self.is(at, from, &["a", "an"]);
        if !(article || self.is(at, from, NUMBERS) || self.digits(at, from)) {
            return None;
        }
        at += 1;
        if self.is(at, from, &["century"]) || self.is(at, from, UNITS) {
            at += 1;
        } else {
            return None;
        }
        let tail =
            self.is(at, from, &["ago", "later", "earlier", "before", "after", "назад", "тому", "спустя"]);
        if article && !tail {
            return None;
        }
        self.until(from, at + usize::from(tail), None)
    }

    /// `2018`, `1990s`.
    fn year(&self, from: usize) -> Read {
        let word = self.words.get(from)?;
        let digits = word.text.strip_suffix('s').unwrap_or(word.text);
        let year = year_of(digits)?;
        let before = self.text.get(..word.span.start)?.chars().next_back();
        let after = self.text.get(word.span.end..)?.chars().next();
        let number = |c: Option<char>| {
            c.is_some_and(|c| matches!(c, '$' | '€' | '£' | '#' | '%' | '/' | '-' | '_' | '№'))
        };
        let decimal = |c: Option<char>, next: Option<char>| {
            matches!(c, Some('.' | ',')) && next.is_some_and(|n| n.is_ascii_digit())
        };
        let inner = decimal(after, self.text.get(word.span.end + 1..).and_then(|t| t.chars().next()))
            || decimal(
                before,
                word.span
                    .start
                    .checked_sub(2)
                    .and_then(|i| self.text.get(i..))
                    .and_then(|t| t.chars().next()),
            );
        if number(before) || number(after) || inner {
            return None;
        }
        let normal =
            if digits.len() == word.text.len() { year.to_string() } else { format!("{}X", year / 10) };
        let suffix = usize::from(self.is(from + 1, from, &["году", "года", "год", "році", "року"]));
        self.until(from, from + 1 + suffix, Some(normal))
    }

    fn month(&self, at: usize, first: usize) -> Option<u32> {
        month_number(&self.word(at, first)?)
    }

    fn day(&self, at: usize, first: usize) -> Option<u32> {
        let word = self.word(at, first)?;
        let digits = word.trim_end_matches(|c: char| c.is_ascii_lowercase());
        let suffix = word.get(digits.len()..).unwrap_or("");
        let day: u32 = digits.parse().ok()?;
        ((1..=31).contains(&day) && digits.len() <= 2 && ["", "st", "nd", "rd", "th"].contains(&suffix))
            .then_some(day)
    }

    fn year_number(&self, at: usize, first: usize) -> Option<u32> {
        year_of(&self.word(at, first)?)
    }

    fn digits(&self, at: usize, first: usize) -> bool {
        self.word(at, first).is_some_and(|w| w.len() <= 3 && w.chars().all(|c| c.is_ascii_digit()))
    }
}

fn year_of(word: &str) -> Option<u32> {
    (word.len() == 4).then(|| word.parse().ok()).flatten().filter(|year| (1900..2100).contains(year))
}

/// Writes a day of the calendar, none if there is no such day.
fn full(year: u32, month: u32, day: u32) -> Option<String> {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    ((1..=days).contains(&day)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

fn month_number(word: &str) -> Option<u32> {
    let at = MONTHS.iter().position(|names| names.contains(&word))?;
    u32::try_from(at + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Vec<(&str, Option<String>)> {
        find(text).into_iter().map(|d| (text.get(d.span.start..d.span.end).unwrap(), d.normal)).collect()
    }

    fn one(text: &str, quoted: &str, normal: Option<&str>) {
        assert_eq!(read(text), [(quoted, normal.map(str::to_owned))], "{text}");
    }

    #[test]
    fn absolute_dates_are_normalised() {
        one("Wednesday, May 1, 2024\n", "Wednesday, May 1, 2024", Some("2024-05-01"));
        one("on 4 March we", "4 March", Some("--03-04"));
        one("published on June 29 and", "June 29", Some("--06-29"));
        one("case from 2018, when", "2018", Some("2018"));
        one("at 2024-03-05T09:10:00Z.", "2024-03-05T09:10:00Z", Some("2024-03-05T09:10:00Z"));
        one("am 05.03.2024.", "05.03.2024", Some("2024-03-05"));
        one("died in July 2018 after", "July 2018", Some("2018-07"));
        one("умер 16 февраля 2024 года в", "16 февраля 2024 года", Some("2024-02-16"));
    }

    #[test]
    fn relative_dates_stay_relative() {
        one("Moscow last Friday night and", "last Friday night", None);
        one("attack in the coming days.", "in the coming days", None);
        one("leave within 48 hours of", "within 48 hours", None);
        one("who died last month in", "last month", None);
        one("на прошлой неделе", "на прошлой неделе", None);
    }

    #[test]
    fn an_uncertain_order_is_not_guessed() {
        one("on 03/04/2024", "03/04/2024", None);
    }

    #[test]
    fn no_such_day_and_no_date_words_are_left_alone() {
        assert!(read("It may 20 times march. In all $2018 and 2,018.50 people, version 2018.1").is_empty());
        assert!(!read("2024-02-31").iter().any(|(_, n)| n.as_deref() == Some("2024-02-31")));
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,80}") {
            for date in find(&text) {
                prop_assert!(text.get(date.span.start..date.span.end).is_some());
            }
        }

        #[test]
        fn text_made_of_date_words_is_read_without_panic(text in "(may|last|2018|in|the|days|4|May|2024-03-05|T09:|/|\\.| |,){0,30}") {
            for date in find(&text) {
                prop_assert!(text.get(date.span.start..date.span.end).is_some());
            }
        }
    }
}
