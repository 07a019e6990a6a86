//! What screening costs: pages read before, pages and words never seen, changes,
//! and exact matching of the same pages beside it.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;

use aldis_names::NameKind;
use aldis_names::screen::{Entry, Facts, Index, Scratch};

use super::clock::{Took, part, time};
use super::{Document, Row, count_words, pages, register};

/// Figures by name.
pub type Report = BTreeMap<String, f64>;

/// How often all pages are read.
const ROUNDS: usize = 20;
/// How often words never seen are asked for, each time by a new memory.
const COLD_ROUNDS: usize = 3;

/// Measures pages of about 3,000 Slavic words.
pub fn speed(index: &mut Index, rows: &[Row], documents: &[Document], report: &mut Report) {
    let pages = pages(documents);
    report.insert("page_words".to_owned(), mean(pages.iter().map(|page| count_words(page))));
    report.insert("page_bytes".to_owned(), mean(pages.iter().map(String::len)));
    cold(index, &pages, documents, report);
    unseen(index, &pages, report);
    let warm = warm(index, &pages, report);
    exact(rows, &pages, warm, report);
    changes(index, report);
}

/// Pages and capitalised words that a new memory has never seen.
fn cold(index: &Index, pages: &[String], documents: &[Document], report: &mut Report) {
    let first: Vec<Took> = pages
        .iter()
        .map(|page| {
            let mut scratch = laid_out(index);
            time(|| index.screen(page, &mut scratch))
        })
        .collect();
    put(report, "cold_page", part(&first, 50));
    let words = capitalised(documents);
    let text = words.join(". ");
    let rounds: Vec<Took> = (0..COLD_ROUNDS)
        .map(|_| {
            let mut scratch = laid_out(index);
            time(|| index.screen(&text, &mut scratch))
        })
        .collect();
    #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
    let count = words.len().max(1) as f64;
    let took = part(&rounds, 50);
    let each = Took { wall_us: took.wall_us / count, processor_us: took.processor_us / count };
    put(report, "cold_word", each);
}

/// A memory whose tables are laid out before the clock starts.
fn laid_out(index: &Index) -> Scratch {
    let mut scratch = Scratch::default();
    let _ = index.screen("Aaa Bbb", &mut scratch);
    scratch
}

/// Up to 4,000 different words with a capital.
fn capitalised(documents: &[Document]) -> Vec<&str> {
    let mut seen = HashSet::new();
    let words = documents
        .iter()
        .filter(|document| document.lang == "ru")
        .flat_map(|document| document.text.split(|c: char| !c.is_alphanumeric()));
    let named = |word: &&str| word.chars().next().is_some_and(char::is_uppercase) && word.chars().count() > 1;
    words.filter(named).filter(|word| seen.insert(*word)).take(4000).collect()
}

/// Pages read for the first time when the other half of them has been read.
fn unseen(index: &Index, pages: &[String], report: &mut Report) {
    let mut all = Vec::new();
    let (front, back) = pages.split_at(pages.len() / 2);
    for (taught, asked) in [(front, back), (back, front)] {
        let mut scratch = Scratch::default();
        taught.iter().for_each(|page| drop(index.screen(page, &mut scratch)));
        all.extend(asked.iter().map(|page| time(|| index.screen(page, &mut scratch))));
    }
    put(report, "unseen_page_p50", part(&all, 50));
    put(report, "unseen_page_p99", part(&all, 99));
}

/// Pages that have all been read before, other pages last. Gives the median.
pub fn warm(index: &Index, pages: &[String], report: &mut Report) -> Took {
    let mut scratch = Scratch::default();
    pages.iter().for_each(|page| drop(index.screen(page, &mut scratch)));
    let rounds = (0..ROUNDS).flat_map(|_| pages);
    let all: Vec<Took> = rounds.map(|page| time(|| index.screen(page, &mut scratch))).collect();
    let median = part(&all, 50);
    put(report, "warm_p50", median);
    put(report, "warm_p99", part(&all, 99));
    median
}

/// Exact matching of all names, without regard to words or capitals.
fn exact(rows: &[Row], pages: &[String], warm: Took, report: &mut Report) {
    let mut patterns: Vec<&str> =
        rows.iter().flat_map(|row| &row.names).map(String::as_str).filter(|name| !name.is_empty()).collect();
    patterns.sort_unstable();
    patterns.dedup();
    let rounds = || (0..ROUNDS).flat_map(|_| pages);
    if let Ok(exact) = daachorse::DoubleArrayAhoCorasick::<u32>::new(&patterns) {
        let all: Vec<Took> =
            rounds().map(|page| time(|| exact.find_overlapping_iter(page).count())).collect();
        compare(report, "daachorse", warm, part(&all, 50));
    }
    if let Ok(exact) = daachorse::CharwiseDoubleArrayAhoCorasickBuilder::new().build::<_, _, u32>(&patterns) {
        let all: Vec<Took> =
            rounds().map(|page| time(|| exact.find_overlapping_iter(page).count())).collect();
        compare(report, "daachorse_charwise", warm, part(&all, 50));
    }
}

fn compare(report: &mut Report, name: &str, warm: Took, peer: Took) {
    put(report, &format!("{name}_p50"), peer);
    report.insert(format!("warm_to_{name}"), warm.processor_us / peer.processor_us.max(1e-9));
}

/// Names added and removed one by one.
fn changes(index: &mut Index, report: &mut Report) {
    let entries: Vec<Entry> = (0..2000)
        .map(|n| Entry {
            id: format!("new-{n}"),
            kind: NameKind::Person,
            names: vec![format!("Sergei{} Skripalov{n}", n % 7)],
            allow: Vec::new(),
            facts: Facts::default(),
        })
        .collect();
    let added: Vec<Took> = entries.iter().map(|entry| time(|| index.add(entry))).collect();
    put(report, "add_p50", part(&added, 50));
    put(report, "add_p99", part(&added, 99));
    let removed: Vec<Took> = entries.iter().map(|entry| time(|| index.remove(&entry.id))).collect();
    put(report, "remove_p50", part(&removed, 50));
    put(report, "remove_p99", part(&removed, 99));
}

/// Measures the same pages against registers of growing size; the last size is
/// all rows there are.
///
/// # Errors
///
/// If an index cannot be written to `folder`.
pub fn growth(
    rows: &[Row],
    documents: &[Document],
    folder: &Path,
    report: &mut Report,
) -> Result<(), Box<dyn std::error::Error>> {
    let pages = pages(documents);
    let mut medians = Vec::new();
    for (size, names) in [("10k", 10_000), ("100k", 100_000), ("all", usize::MAX)] {
        let file = folder.join(format!("growth.{}.{size}.index", std::process::id()));
        Index::write(&register(rows, names), &file)?;
        let index = Index::open(&file)?;
        let mut own = Report::new();
        let median = warm(&index, &pages, &mut own);
        let stats = index.stats();
        #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
        report.insert(format!("growth_{size}_names"), stats.names as f64);
        put(report, &format!("growth_{size}_warm_p50"), median);
        medians.push(median.processor_us);
        std::fs::remove_file(&file)?;
    }
    if let [least, .., most] = medians.as_slice() {
        report.insert("growth_ratio".to_owned(), most / least.max(1e-9));
    }
    Ok(())
}

/// Reports both times of something.
fn put(report: &mut Report, name: &str, took: Took) {
    report.insert(format!("{name}_us"), took.wall_us);
    report.insert(format!("{name}_processor_us"), took.processor_us);
}

#[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
fn mean(all: impl ExactSizeIterator<Item = usize>) -> f64 {
    let count = all.len().max(1);
    all.sum::<usize>() as f64 / count as f64
}
