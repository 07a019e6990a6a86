//! Reads one run of capitalised words: which of them are a body, a place or a
//! person.

use std::ops::Range;

use super::MentionKind::{Organisation, Person, Place};
use super::known;
use super::page::Page;
use super::{Draft, draft};
use crate::gazetteer;
use crate::words;

/// Finds the runs of capitalised words that may belong together.
pub(super) fn runs(page: &Page<'_>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < page.words.len() {
        if !page.words.get(at).is_some_and(super::page::Word::is_name_like) {
            at += 1;
            continue;
        }
        let start = at;
        at += 1;
        while at - start < RUN_MAX {
            match joins(page, start, at) {
                0 => break,
                step => at += step,
            }
        }
        found.push(start..at);
    }
    found
}

const RUN_MAX: usize = 16;

/// Tells how many words after a run that ends before `at` belong to it.
fn joins(page: &Page<'_>, start: usize, at: usize) -> usize {
    let gap = page.gap_after(at - 1);
    let Some(word) = page.words.get(at) else { return 0 };
    if !matches!(gap, " " | "\u{a0}" | "-" | " & " | ". ") || word.closed {
        return 0;
    }
    // "John F. Kennedy", "J. Smith": a dot only after an initial.
    if gap == ". "
        && page
            .words
            .get(at - 1)
            .is_none_or(|w| w.token.text.chars().count() > 1 && !is_short_title(w.token.text))
    {
        return 0;
    }
    let number = word.token.text.chars().all(|c| c.is_ascii_digit()) && word.token.text.len() <= 5;
    if word.is_name_like() || (number && gap == " ") {
        return 1;
    }
    let spaced = |i: usize| matches!(page.gap_after(i), " " | "\u{a0}" | "-");
    let capital = |i: usize| page.words.get(i).is_some_and(super::page::Word::is_name_like) && spaced(i - 1);
    let folded = word.part.folded.as_str();
    let has_head = page.folded(start, at).iter().any(|f| known::is_head(f));
    match folded {
        "of" | "for" | "in" if has_head && capital(at + 1) => 2,
        "of" if has_head
            && page.words.get(at + 1).is_some_and(|w| w.part.folded == "the")
            && capital(at + 2) =>
        {
            3
        }
        "and" if capital(at + 1) && topic(page, start, at) && head_follows(page, at + 1) => 2,
        _ if words::is_particle(folded) && folded.len() > 1 && capital(at + 1) && folded != "the" => 2,
        _ => 0,
    }
}

fn is_short_title(word: &str) -> bool {
    matches!(
        word,
        "Mr" | "Mrs"
            | "Ms"
            | "Dr"
            | "Prof"
            | "St"
            | "Gen"
            | "Col"
            | "Capt"
            | "Lt"
            | "Sgt"
            | "Sen"
            | "Rep"
            | "Gov"
            | "Г"
    )
}

/// "Intelligence and Security Committee" is one body, "Putin and the FSB" two.
fn topic(page: &Page<'_>, start: usize, at: usize) -> bool {
    at > start && page.words.get(at - 1).is_some_and(|w| TOPICS.contains(&w.part.folded.as_str()))
}

fn head_follows(page: &Page<'_>, from: usize) -> bool {
    (from..from + 3)
        .take_while(|i| page.words.get(*i).is_some_and(super::page::Word::is_name_like))
        .any(|i| page.words.get(i).is_some_and(|w| known::is_head(&w.part.folded)))
}

const TOPICS: &[&str] = &[
    "intelligence",
    "security",
    "defence",
    "defense",
    "health",
    "foreign",
    "science",
    "economic",
    "trade",
    "justice",
    "education",
    "culture",
    "energy",
    "finance",
    "law",
    "research",
    "strategic",
    "food",
    "drug",
    "analysis",
    "peace",
];

/// Reads one run into drafts of mentions.
pub(super) fn read(page: &Page<'_>, run: Range<usize>, out: &mut Vec<Draft>) {
    let (mut from, to) = (run.start, run.end);
    while from < to
        && page.words.get(from).is_some_and(|w| w.common && !w.title && !starts_known(page, from, to))
    {
        from += 1;
    }
    if from >= to {
        return;
    }
    if let Some(found) = whole(page, from, to) {
        out.push(found);
        return;
    }
    let mut at = from;
    let mut titled = false;
    while at < to {
        let Some(word) = page.words.get(at) else { break };
        if let Some((back, after)) = body(page, at, to) {
            let after = absorb(page, after, to);
            out.push(draft(Organisation, at - back..after, "listed body"));
            at = after;
        } else if let Some(after) = given_name_run(page, at, to) {
            out.push(draft(Person, at..after, "given name and family name"));
            at = after;
        } else if let Some((back, after)) = place(page, at, to) {
            out.push(draft(Place, at - back..after, "listed place"));
            at = after;
        } else if word.title || !word.is_plain() {
            titled = word.title || (titled && word.common);
            at += 1;
            continue;
        } else {
            let after = plain_run(page, at, to);
            out.extend(unlisted(page, at, after, titled));
            at = after;
        }
        titled = false;
    }
}

fn starts_known(page: &Page<'_>, at: usize, to: usize) -> bool {
    body(page, at, to).is_some() || place(page, at, to).is_some() || given_name_run(page, at, to).is_some()
}

/// Reads a run that is one name as a whole because of its head word.
fn whole(page: &Page<'_>, from: usize, to: usize) -> Option<Draft> {
    let folded = page.folded(from, to);
    let says_something = || {
        page.words
            .get(from..to)
            .is_some_and(|ws| ws.iter().any(|w| w.is_plain() && !known::is_head(&w.part.folded)))
    };
    if page.gaps(from, to).any(|gap| gap == " & ") && folded.len() <= 5 {
        return Some(draft(Organisation, from..to, "names joined by &"));
    }
    if folded.len() < 2 || page.words.get(from)?.loud {
        return None;
    }
    let listed = |after: Option<(usize, usize)>| after.is_some_and(|(_, after)| after == to);
    if listed(body(page, from, to)) || listed(place(page, from, to)) {
        return None;
    }
    let (first, last) = (folded.first()?, folded.last()?);
    let inner = folded.iter().any(|f| matches!(*f, "of" | "in" | "for"));
    let headed = known::is_head(last) || (inner && folded.iter().any(|f| known::is_head(f)));
    let cyrillic =
        known::is_head(first) && page.words.get(from)?.token.text.chars().any(crate::fold::is_cyrillic);
    // "CIA Director", "Putin's Office": a title inside is a person's, not a body's.
    let titled = page.words.get(from..to)?.iter().any(|w| w.title && !known::is_head(&w.part.folded));
    if (headed || cyrillic) && !titled && (says_something() || inner) {
        return Some(draft(Organisation, from..to, "head word of a body"));
    }
    if known::is_place_head(last) && says_something() && !titled {
        return Some(draft(Place, from..to, "head word of a place"));
    }
    None
}

/// Finds a listed body at `at`: how many words before it belong to it, and where it ends.
fn body(page: &Page<'_>, at: usize, to: usize) -> Option<(usize, usize)> {
    let before =
        usize::from(at > 0 && page.words.get(at - 1)?.part.folded == "the" && page.gap_after(at - 1) == " ");
    for back in (0..=before).rev() {
        for after in (at + 1..=to.min(at + known::WORDS_MAX)).rev() {
            let folded = page.folded(at - back, after);
            if !known::is_body(&folded) {
                continue;
            }
            let one = folded.len() == 1;
            let word = page.words.get(at)?;
            let shouts = word.token.is_all_caps();
            if one
                && ((known::is_acronym(&folded) && !shouts && !word.token.text.contains(char::is_numeric))
                    || (word.common && !shouts))
            {
                continue;
            }
            return Some((back, after));
        }
    }
    None
}

/// Takes the words after a listed body that belong to its name ("Fox News Digital").
fn absorb(page: &Page<'_>, from: usize, to: usize) -> usize {
    let mut at = from;
    while at < to && at < from + 2 {
        let Some(word) = page.words.get(at) else { break };
        if !word.is_plain() || word.is_given() || place(page, at, to).is_some() || word.token.is_all_caps() {
            break;
        }
        at += 1;
    }
    // A person may follow: "CIA Calder Walton".
    if at == from + 2 { from } else { at }
}

/// Finds a listed place at `at`, also in a Slavic case.
fn place(page: &Page<'_>, at: usize, to: usize) -> Option<(usize, usize)> {
    let before =
        usize::from(at > 0 && page.words.get(at - 1)?.part.folded == "the" && page.gap_after(at - 1) == " ");
    for back in (0..=before).rev() {
        for after in (at + 1..=to.min(at + gazetteer::WORDS_MAX)).rev() {
            let span = page.span(at - back, after)?;
            let name = page.text.get(span.start..span.end)?;
            let the = back > 0;
            let Some(found) = gazetteer::place(name) else { continue };
            // "the West" is a place, "the Moscow" is Moscow without its article.
            if the && !found.name.to_lowercase().starts_with("the ") {
                continue;
            }
            let shouts = page.words.get(at)?.token.is_all_caps();
            if found.name.chars().filter(|c| c.is_alphabetic()).count() <= 3
                && !shouts
                && found.name.is_ascii()
            {
                let short = found.name.chars().all(|c| !c.is_lowercase());
                if short {
                    continue;
                }
            }
            return Some((back, after));
        }
    }
    let word = page.words.get(at)?;
    let in_case =
        crate::score::nominatives(word.token.text).iter().any(|form| gazetteer::place(form).is_some());
    (in_case && word.token.text.chars().any(crate::fold::is_cyrillic)).then_some((0, at + 1))
}

/// Finds a given name with the words of the name after it.
fn given_name_run(page: &Page<'_>, at: usize, to: usize) -> Option<usize> {
    let word = page.words.get(at)?;
    if !word.is_given() || word.token.is_all_caps() && !word.loud && to - at < 2 {
        return None;
    }
    let mut after = at + 1;
    while after < to && after < at + 5 {
        let next = page.words.get(after)?;
        let joint = matches!(page.gap_after(after - 1), " " | "\u{a0}" | "-" | ". ");
        let particle = words::is_particle(&next.part.folded);
        let ends = next.demonym
            || next.title
            || (next.common && !next.is_given())
            || known::is_head(&next.part.folded);
        if !joint || (ends && !particle) || next.part.role == crate::score::Role::Number {
            break;
        }
        after += 1;
    }
    if after == at + 1 {
        let alone = !word.common && !word.demonym && !word.loud && place(page, at, at + 1).is_none();
        return (alone && !word.token.is_all_caps() && word.token.text.chars().count() > 2 && !word.opens)
            .then_some(after);
    }
    // "May Day", "Will He": an ordinary word needs a family name that is none.
    if word.common && word.opens && page.words.get(at + 1)?.is_given() {
        return None;
    }
    Some(after)
}

/// "Amesbury, England": what stands before a comma and a listed place is in it.
fn place_before_place(page: &Page<'_>, to: usize) -> bool {
    page.gap_after(to - 1) == ", "
        && page.words.get(to).is_some_and(|w| w.is_name_like())
        && place(page, to, to + 3).is_some()
}

const PLACE_NOUNS: &[&str] = &[
    "city",
    "town",
    "village",
    "district",
    "region",
    "province",
    "suburb",
    "suburbs",
    "outskirts",
    "port",
    "capital",
    "north",
    "south",
    "east",
    "west",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "state",
    "county",
    "island",
    "streets",
];

fn plain_run(page: &Page<'_>, at: usize, to: usize) -> usize {
    let mut after = at + 1;
    while after < to {
        let Some(word) = page.words.get(after) else { break };
        let particle = words::is_particle(&word.part.folded) && !word.token.is_capital();
        if (!word.is_plain() && !particle)
            || body(page, after, to).is_some()
            || place(page, after, to).is_some()
        {
            break;
        }
        after += 1;
    }
    after
}

/// Judges words that no list knows.
fn unlisted(page: &Page<'_>, from: usize, to: usize, titled: bool) -> Option<Draft> {
    let all = page.words.get(from..to)?;
    let first = all.first()?;
    let credit = page.gap_after(to - 1).starts_with('/') && all.len() == 2;
    if first.loud && !credit {
        return None;
    }
    let shouts = all.iter().any(|w| w.token.is_all_caps() && w.token.text.chars().count() > 1);
    if shouts && !credit {
        return None;
    }
    let hyphen_tail = page.gap_after(to - 1) == "-";
    if titled && all.len() <= 3 && !hyphen_tail {
        return Some(draft(Person, from..to, "after a title"));
    }
    if place_before_place(page, to) && all.len() <= 2 && !all.iter().all(|w| page.is_ordinary(w)) {
        return Some(draft(Place, from..to, "before a listed place"));
    }
    let led = from.checked_sub(1).and_then(|i| page.words.get(i)).filter(|_| page.gap_after(from - 1) == " ");
    let number = all.iter().any(|w| w.token.text.chars().any(char::is_numeric));
    let led = led.is_some_and(|w| match w.part.folded.as_str() {
        "in" | "near" | "outside" => true,
        "of" => from
            .checked_sub(2)
            .and_then(|i| page.words.get(i))
            .is_some_and(|w| PLACE_NOUNS.contains(&w.part.folded.as_str())),
        _ => false,
    });
    if led && all.len() <= 2 && !number && !all.iter().any(|w| page.is_ordinary(w)) {
        return Some(draft(Place, from..to, super::PLACE_GUESS));
    }
    let short =
        all.iter().any(|w| w.token.text.chars().count() < 2 && w.part.role != crate::score::Role::Initial);
    let head = all.iter().any(|w| known::is_head(&w.part.folded) || page.is_ordinary(w));
    ((2..=3).contains(&all.len()) && !short && !number && !head).then(|| {
        draft(Person, from..to, if credit { "credit in capitals" } else { "two or three capitalised words" })
    })
}

impl<'t> Page<'t> {
    fn gaps(&self, from: usize, to: usize) -> impl Iterator<Item = &'t str> {
        (from..to.saturating_sub(1)).map(|i| self.gap_after(i))
    }
}
