//! Measures the screening of running text: what is found, what is found for
//! nothing, how fast, and how well false alarms are predicted.
//!
//! The corpora lie beside the checkout; without them the command says so and
//! ends. Times are printed as ratios to exact matching by `daachorse` in the
//! same run, with the load of the machine.

#![expect(
    clippy::indexing_slicing,
    reason = "the corpora have the shape their README tells; a bench may stop"
)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aldis_names::NameKind;
use aldis_names::screen::{Entry, Facts, Hit, Index, Options, Register, Scratch, Script};
use clap::Parser;
use serde::Deserialize;

/// Screens documents with known hits against a register.
///
/// Examples:
///   names_text
///   names_text --grown /tmp/grown.jsonl --json
#[derive(Parser)]
struct Arguments {
    /// The folder of the corpora.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/corpora/names"))]
    corpora: PathBuf,
    /// More entries to watch, one JSON object a line, as grow.py writes them.
    #[arg(long)]
    grown: Option<PathBuf>,
    /// Use only the gold register.
    #[arg(long)]
    gold_only: bool,
    /// Print hits that are not expected and expected ones that are missing.
    #[arg(long)]
    show: bool,
    /// The threshold of the score in the first table; the shipped one if it is not given.
    #[arg(long)]
    score_min: Option<f32>,
    /// The threshold of the evidence, in bits; the shipped one if it is not given.
    #[arg(long)]
    bits_min: Option<f32>,
    /// Leave out the measurement of time.
    #[arg(long)]
    no_speed: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

#[derive(Deserialize)]
struct Row {
    id: String,
    #[serde(default, rename = "type")]
    kind: String,
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Document {
    id: String,
    lang: String,
    text: String,
    expected: Vec<Expected>,
    ignore: Vec<(usize, usize)>,
}

#[derive(Deserialize)]
struct Expected {
    entity: String,
    full: bool,
    spans: Vec<(usize, usize, String)>,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    if !arguments.corpora.join("dev_docs.jsonl").exists() {
        println!("skipped: {} is absent", arguments.corpora.display());
        return Ok(());
    }
    let mut report = BTreeMap::new();
    let documents: Vec<Document> = lines(&arguments.corpora.join("dev_docs.jsonl"))?;
    let rows = rows(&arguments)?;
    let mut register = Register::new();
    for row in &rows {
        let _ = register.push(entry(row));
    }
    let file = std::env::temp_dir().join(format!("names_text.{}.index", std::process::id()));
    let mut written = Ok(());
    report.insert("build_s", time(|| written = Index::write(&register, &file)).as_secs_f64());
    written?;
    let mut index = Index::open(&file)?;
    report.insert("open_ms", time(|| Index::open(&file).is_ok()).as_secs_f64() * 1e3);
    let stats = index.stats();
    #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
    {
        report.insert("entries", stats.entries as f64);
        report.insert("names", stats.names as f64);
        report.insert("words", stats.words as f64);
        report.insert("bytes_per_name", stats.base_bytes as f64 / stats.names.max(1) as f64);
    }
    let judged = judge(&index, &rows, &documents, &arguments);
    print_table(&judged, arguments.json);
    alarms(&index, &rows, &documents, &judged, &mut report);
    if !arguments.no_speed {
        speed(&mut index, &rows, &documents, &mut report);
    }
    report.insert("load", load());
    std::fs::remove_file(&file)?;
    if arguments.json {
        println!("{}", serde_json::json!({ "text": judged.json(), "figures": report }));
    } else {
        report.iter().for_each(|(name, value)| println!("{name:28} {value:.3}"));
    }
    Ok(())
}

fn lines<T: for<'d> Deserialize<'d>>(path: &Path) -> Result<Vec<T>, Box<dyn std::error::Error>> {
    let text = std::fs::read_to_string(path)?;
    Ok(text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?)
}

/// The gold register and the rows that the corpora allow beside it.
fn rows(arguments: &Arguments) -> Result<Vec<Row>, Box<dyn std::error::Error>> {
    let mut rows: Vec<Row> = lines(&arguments.corpora.join("dev_gold_register.jsonl"))?;
    if arguments.gold_only {
        return Ok(rows);
    }
    let allowed = std::fs::read_to_string(arguments.corpora.join("dev_distractor_ids.txt"))?;
    let allowed: HashSet<&str> = allowed.lines().collect();
    let others: Vec<Row> = lines(&arguments.corpora.join("register_dev.jsonl"))?;
    rows.extend(others.into_iter().filter(|row| allowed.contains(row.id.as_str())));
    if let Some(grown) = &arguments.grown {
        rows.extend(lines::<Row>(grown)?);
    }
    Ok(rows)
}

fn entry(row: &Row) -> Entry {
    let kind = match row.kind.as_str() {
        "PER" => NameKind::Person,
        "LOC" => NameKind::Place,
        _ => NameKind::Organisation,
    };
    Entry { id: row.id.clone(), kind, names: row.names.clone(), allow: Vec::new(), facts: Facts::default() }
}

#[derive(Default, Clone)]
struct Tally {
    words: usize,
    expected: usize,
    found: usize,
    right: usize,
    spurious: usize,
}

struct Judged {
    /// By threshold, then language.
    tallies: Vec<(f32, BTreeMap<String, Tally>)>,
}

impl Judged {
    fn json(&self) -> serde_json::Value {
        let rows = self.tallies.iter().flat_map(|(score, languages)| {
            languages.iter().map(move |(language, t)| {
                serde_json::json!({ "score_min": score, "language": language, "words": t.words, "expected": t.expected,
                    "recall": t.recall(), "precision": t.precision(), "spurious_per_1000": t.per_thousand() })
            })
        });
        rows.collect()
    }

    fn shipped(&self) -> &BTreeMap<String, Tally> {
        &self.tallies[0].1
    }
}

#[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
impl Tally {
    fn recall(&self) -> f64 {
        self.found as f64 / self.expected.max(1) as f64
    }
    fn precision(&self) -> f64 {
        self.right as f64 / (self.right + self.spurious).max(1) as f64
    }
    fn per_thousand(&self) -> f64 {
        self.spurious as f64 * 1000.0 / self.words.max(1) as f64
    }
    fn add(&mut self, other: &Self) {
        self.words += other.words;
        self.expected += other.expected;
        self.found += other.found;
        self.right += other.right;
        self.spurious += other.spurious;
    }
}

/// Words of a text; Han is counted as one word for two signs.
fn count_words(text: &str) -> usize {
    let han = text.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count();
    text.split_whitespace().count() + han / 2
}

fn judge(index: &Index, rows: &[Row], documents: &[Document], arguments: &Arguments) -> Judged {
    let names: HashMap<&str, Vec<String>> = rows
        .iter()
        .map(|row| (row.id.as_str(), row.names.iter().map(|n| sorted_words(n)).collect()))
        .collect();
    let mut shipped = Options::default();
    shipped.score_min = arguments.score_min.unwrap_or(shipped.score_min);
    shipped.bits_min = arguments.bits_min.unwrap_or(shipped.bits_min);
    let mut tallies = Vec::new();
    for score_min in [shipped.score_min, 0.78, 0.86, 0.90] {
        let mut languages: BTreeMap<String, Tally> = BTreeMap::new();
        let options = Options { score_min, ..shipped };
        let mut scratch = Scratch::default();
        for document in documents {
            let hits = index.screen_with(&document.text, &options, &mut scratch);
            let show = arguments.show && tallies.is_empty();
            let tally = judge_one(document, &hits, &names, show);
            languages.entry(document.lang.clone()).or_default().add(&tally);
        }
        tallies.push((score_min, languages));
    }
    Judged { tallies }
}

/// Tells a document's right hits from the others. A hit on another entry that
/// bears the same name, or on a span that is not judged, counts as neither.
fn judge_one(document: &Document, hits: &[Hit], names: &HashMap<&str, Vec<String>>, show: bool) -> Tally {
    let mut tally = Tally { words: count_words(&document.text), ..Tally::default() };
    let bytes: Vec<usize> =
        document.text.char_indices().map(|(at, _)| at).chain([document.text.len()]).collect();
    let at = |char: usize| bytes.get(char).copied().unwrap_or(document.text.len());
    let touches = |hit: &Hit, start: usize, end: usize| hit.span.start < at(end) && at(start) < hit.span.end;
    for expected in document.expected.iter().filter(|expected| expected.full) {
        tally.expected += 1;
        let found = hits.iter().any(|hit| {
            hit.full && hit.id == expected.entity && expected.spans.iter().any(|s| touches(hit, s.0, s.1))
        });
        tally.found += usize::from(found);
        if show && !found {
            println!(
                "MISS {} {} {:?} {:?}",
                document.id,
                expected.entity,
                expected.spans[0].2,
                names.get(expected.entity.as_str())
            );
        }
    }
    let mut seen: HashSet<&str> = HashSet::new();
    for hit in hits.iter().filter(|hit| hit.full) {
        let right = document
            .expected
            .iter()
            .any(|e| e.entity == hit.id && e.spans.iter().any(|s| touches(hit, s.0, s.1)));
        if right {
            if show {
                println!(
                    "RIGHT {} {} {:?} {:?} {:.2} {:.0} {:?}",
                    document.lang, hit.id, hit.quoted, hit.name, hit.score, hit.bits, hit.why
                );
            }
            tally.right += usize::from(seen.insert(&hit.id));
            continue;
        }
        let ignored = document.ignore.iter().any(|span| touches(hit, span.0, span.1));
        let own = names.get(hit.id.as_str());
        let homonym = document.expected.iter().any(|e| {
            e.spans.iter().any(|s| touches(hit, s.0, s.1))
                && (same(own, names.get(e.entity.as_str()))
                    || hit.name.split(' ').count() > 0 && near(own, names.get(e.entity.as_str())))
        });
        if ignored || homonym || !seen.insert(&hit.id) {
            continue;
        }
        tally.spurious += 1;
        if show {
            println!(
                "SPUR {} {} {:?} {:?} {:.2} {:.0} {:?}",
                document.lang, hit.id, hit.quoted, hit.name, hit.score, hit.bits, hit.why
            );
        }
    }
    tally
}

/// The same name in two entries: by letters, or by sound.
fn same(a: Option<&Vec<String>>, b: Option<&Vec<String>>) -> bool {
    a.into_iter().flatten().any(|x| b.into_iter().flatten().any(|y| x == y))
}

fn near(a: Option<&Vec<String>>, b: Option<&Vec<String>>) -> bool {
    a.into_iter().flatten().any(|x| b.into_iter().flatten().any(|y| aldis_names::compare(x, y).score >= 0.8))
}

fn sorted_words(name: &str) -> String {
    let mut words: Vec<String> =
        name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_lowercase).collect();
    words.sort();
    words.join(" ")
}

fn print_table(judged: &Judged, json: bool) {
    if json {
        return;
    }
    println!("score lang      words expected recall precision spurious/1k");
    for (score, languages) in &judged.tallies {
        for (language, t) in languages {
            println!(
                "{score:.2}  {language:4} {:>9} {:>8} {:>6.3} {:>9.3} {:>11.3}",
                t.words,
                t.expected,
                t.recall(),
                t.precision(),
                t.per_thousand()
            );
        }
    }
}

/// Predicted against observed false alarms, by script.
fn alarms(
    index: &Index,
    rows: &[Row],
    documents: &[Document],
    judged: &Judged,
    report: &mut BTreeMap<&'static str, f64>,
) {
    let scripts: [(&[&str], Script, [&'static str; 3]); 3] = [
        (
            &["ru"],
            Script::Cyrillic,
            ["alarms_cyrillic_predicted", "alarms_cyrillic_observed", "alarms_cyrillic_ratio"],
        ),
        (
            &["en", "tr"],
            Script::Latin,
            ["alarms_latin_predicted", "alarms_latin_observed", "alarms_latin_ratio"],
        ),
        (
            &["ar", "fa"],
            Script::Arabic,
            ["alarms_arabic_predicted", "alarms_arabic_observed", "alarms_arabic_ratio"],
        ),
    ];
    // Every fiftieth entry stands for the others.
    let step = 50;
    let mut sums = [0.0_f64; 3];
    for row in rows.iter().step_by(step) {
        let names: Vec<&str> = row.names.iter().map(String::as_str).collect();
        let price = index.price(entry(row).kind, &names);
        for (sum, (_, script, _)) in sums.iter_mut().zip(&scripts) {
            *sum += price
                .alarms
                .iter()
                .filter(|a| a.script == *script)
                .map(|a| f64::from(a.per_million_words))
                .sum::<f64>();
        }
    }
    let _ = documents;
    for (sum, (languages, _, [predicted, observed, ratio])) in sums.iter().zip(&scripts) {
        let mut tally = Tally::default();
        judged
            .shipped()
            .iter()
            .filter(|(l, _)| languages.contains(&l.as_str()))
            .for_each(|(_, t)| tally.add(t));
        #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
        let expected = sum * step as f64 * tally.words as f64 / 1e6;
        #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
        let seen = tally.spurious as f64;
        report.insert(predicted, expected);
        report.insert(observed, seen);
        report.insert(ratio, expected / seen.max(0.5));
    }
}

/// Times documents of about 3,000 Slavic words.
fn speed(index: &mut Index, rows: &[Row], documents: &[Document], report: &mut BTreeMap<&'static str, f64>) {
    let mut pages: Vec<String> = vec![String::new()];
    for document in documents.iter().filter(|document| document.lang == "ru") {
        if pages.last().is_some_and(|page| count_words(page) >= 3000) {
            pages.push(String::new());
        }
        if let Some(page) = pages.last_mut() {
            page.push_str(&document.text);
            page.push_str("\n\n");
        }
    }
    pages.retain(|page| count_words(page) >= 2900);
    report.insert("page_words", mean(pages.iter().map(|page| count_words(page))));
    report.insert("page_bytes", mean(pages.iter().map(String::len)));

    let cold = times(pages.iter().map(|page| {
        let mut scratch = Scratch::default();
        // The tables of a new scratch are laid out before the clock starts.
        let _ = index.screen("Aaa Bbb", &mut scratch);
        time(|| index.screen(page, &mut scratch))
    }));
    report.insert("cold_page_us_p50", cold.0);
    // Warm: everything has been read before, other pages last.
    let mut scratch = Scratch::default();
    pages.iter().for_each(|page| drop(index.screen(page, &mut scratch)));
    let warm =
        times((0..20).flat_map(|_| 0..pages.len()).map(|at| time(|| index.screen(&pages[at], &mut scratch))));
    report.insert("warm_us_p50", warm.0);
    report.insert("warm_us_p99", warm.1);
    // New page, warm words: half the pages teach, the others are read once.
    let half = pages.len() / 2;
    let fresh = times((0..2).flat_map(|side| {
        let mut scratch = Scratch::default();
        let (taught, asked) = if side == 0 { pages.split_at(half) } else { (&pages[half..], &pages[..half]) };
        taught.iter().for_each(|page| drop(index.screen(page, &mut scratch)));
        let mut all = Vec::new();
        for page in asked {
            all.push(time(|| index.screen(page, &mut scratch)));
        }
        all
    }));
    report.insert("unseen_page_us_p50", fresh.0);
    report.insert("unseen_page_us_p99", fresh.1);

    let mut patterns: Vec<String> = rows.iter().flat_map(|row| row.names.iter().cloned()).collect();
    patterns.retain(|pattern| !pattern.is_empty());
    patterns.sort();
    patterns.dedup();
    if let Ok(exact) = daachorse::CharwiseDoubleArrayAhoCorasickBuilder::new().build::<_, _, u32>(&patterns) {
        let found = times(
            (0..20)
                .flat_map(|_| 0..pages.len())
                .map(|at| time(|| exact.find_overlapping_iter(&pages[at]).count())),
        );
        report.insert("daachorse_charwise_us_p50", found.0);
        report.insert("warm_to_daachorse_charwise", warm.0 / found.0);
    }
    if let Ok(exact) = daachorse::DoubleArrayAhoCorasick::<u32>::new(&patterns) {
        let found = times(
            (0..20)
                .flat_map(|_| 0..pages.len())
                .map(|at| time(|| exact.find_overlapping_iter(&pages[at]).count())),
        );
        report.insert("daachorse_us_p50", found.0);
        report.insert("warm_to_daachorse", warm.0 / found.0);
    }
    tokens(index, documents, report);
    changes(index, report);
}

/// The cost of a capitalised word never seen before.
fn tokens(index: &Index, documents: &[Document], report: &mut BTreeMap<&'static str, f64>) {
    let mut seen = HashSet::new();
    let words = documents
        .iter()
        .filter(|document| document.lang == "ru")
        .flat_map(|document| document.text.split(|c: char| !c.is_alphanumeric()));
    let words: Vec<&str> = words
        .filter(|w| {
            w.chars().next().is_some_and(char::is_uppercase) && w.chars().count() > 1 && seen.insert(*w)
        })
        .take(4000)
        .collect();
    let mut scratch = Scratch::default();
    let _ = index.screen("Aaa Bbb", &mut scratch);
    let text = words.join(". ");
    let spent = time(|| index.screen(&text, &mut scratch));
    #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
    report.insert("cold_word_us", spent.as_secs_f64() * 1e6 / words.len().max(1) as f64);
}

fn changes(index: &mut Index, report: &mut BTreeMap<&'static str, f64>) {
    let entries: Vec<Entry> = (0..2000)
        .map(|n| Entry {
            id: format!("new-{n}"),
            kind: NameKind::Person,
            names: vec![format!("Sergei{} Skripalov{n}", n % 7)],
            allow: Vec::new(),
            facts: Facts::default(),
        })
        .collect();
    let added = times(entries.iter().map(|entry| time(|| index.add(entry))));
    report.insert("add_us_p50", added.0);
    report.insert("add_us_p99", added.1);
    let removed = times(entries.iter().map(|entry| time(|| index.remove(&entry.id))));
    report.insert("remove_us_p50", removed.0);
    report.insert("remove_us_p99", removed.1);
}

fn time<T>(work: impl FnOnce() -> T) -> Duration {
    #[expect(clippy::disallowed_methods, reason = "a bench measures time")]
    let begun = Instant::now();
    std::hint::black_box(work());
    begun.elapsed()
}

/// The median and the 99th percentile, in microseconds.
fn times(all: impl Iterator<Item = Duration>) -> (f64, f64) {
    let mut all: Vec<f64> = all.map(|spent| spent.as_secs_f64() * 1e6).collect();
    all.sort_by(f64::total_cmp);
    let at = |part: usize| {
        all.get((all.len() * part / 100).min(all.len().saturating_sub(1))).copied().unwrap_or(0.0)
    };
    (at(50), at(99))
}

#[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
fn mean(all: impl ExactSizeIterator<Item = usize>) -> f64 {
    let count = all.len().max(1);
    all.sum::<usize>() as f64 / count as f64
}

fn load() -> f64 {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|n| n.parse().ok()).unwrap_or(0.0)
}
