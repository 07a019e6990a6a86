//! Makes `crates/names/models/background.bin`: how much of ordinary text each
//! sound pattern makes up, by script; and `plain.bin`, the words of dictionaries.
//!
//! It reads three lists and nothing else, draws no random number, and writes the
//! same bytes each time; the log says what went in. `bench/names/background.sh`
//! fetches the lists and calls it.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use aldis_names::align;
use aldis_names::sound::{Sounds, forms, of};
use clap::Parser;

/// Makes the background model.
///
/// Example:
///   names_background --words words.tsv --names names.tsv --out background.bin \
///     --plain plain.txt --plain-out plain.bin
#[derive(Parser)]
struct Arguments {
    /// Lines of script, word, and the negative logarithm of its share times 100, the commonest first.
    #[arg(long)]
    words: PathBuf,
    /// Lines that begin with a Latin and a native spelling of a name.
    #[arg(long)]
    names: PathBuf,
    /// Where to write the model.
    #[arg(long)]
    out: PathBuf,
    /// Ordinary words, one a line, as `plain.py` writes them.
    #[arg(long)]
    plain: PathBuf,
    /// Where to write the model of ordinary words.
    #[arg(long)]
    plain_out: PathBuf,
}

/// The scripts in the order of the model, with the number of words kept and the
/// part of a script's texts that a word's own language is taken to make up.
const SCRIPTS: [(&str, usize, f64); 5] = [
    ("latin", 64_000, 0.4),
    ("cyrillic", 44_000, 0.6),
    ("arabic", 60_000, 0.6),
    ("hebrew", 14_000, 1.0),
    ("other", 5_000, 0.5),
];
/// How often a word that is no name begins with a capital; as in `evidence.rs`.
const CAPITAL_SHARE: f64 = 0.06;
/// Where names have no capitals, a word that is commoner than its bearers would
/// make it is an ordinary one: "was" is also written as Cannes.
const SHARE_PER_BEARER: f64 = 40e-7;
const STEPS: f64 = 4.0;
const TAILS: usize = 9;
const STORED_MAX: usize = 17;
/// Likeness up to which a rare word is taken for a name.
const LEAST: f32 = 0.85;

struct Word {
    letters: String,
    share: f64,
    named: bool,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments = Arguments::parse();
    let (mut names, mut bearers) = (HashSet::new(), HashMap::<String, f64>::new());
    for line in std::fs::read_to_string(&arguments.names)?.lines().skip(1) {
        names.extend(line.split('\t').take(2).map(str::to_lowercase));
        if let [_, native, _, count] = line.split('\t').collect::<Vec<_>>().as_slice() {
            *bearers.entry(plain_letters(native)).or_default() += count.parse().unwrap_or(0.0);
        }
    }
    println!("{} names", names.len());
    let mut words: BTreeMap<String, Vec<Word>> = BTreeMap::new();
    for line in std::fs::read_to_string(&arguments.words)?.lines() {
        let mut fields = line.split('\t');
        let (Some(script), Some(word), Some(step)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let share = 10_f64.powf(-step.parse::<f64>()? / 100.0);
        let named = if matches!(script, "arabic" | "hebrew") {
            bearers.get(&plain_letters(word)).is_some_and(|count| share <= count * SHARE_PER_BEARER)
        } else {
            names.contains(word)
        };
        words.entry(script.to_owned()).or_default().push(Word { letters: word.to_owned(), share, named });
    }
    let mut model = b"ALDISBG1".to_vec();
    for (script, kept, part) in SCRIPTS {
        let all = words.remove(script).unwrap_or_default();
        model.extend(one(script, all, kept, part));
    }
    println!("{} bytes", model.len());
    std::fs::write(&arguments.out, model)?;
    let text = std::fs::read_to_string(&arguments.plain)?;
    let mut plain: Vec<u32> = text.lines().map(aldis_names::plain::key).collect();
    plain.sort_unstable();
    plain.dedup();
    println!("plain: {} words as {} keys", text.lines().count(), plain.len());
    std::fs::write(
        &arguments.plain_out,
        plain.iter().flat_map(|key| key.to_be_bytes()).collect::<Vec<u8>>(),
    )?;
    Ok(())
}

/// Writes the letters of Arabic script that are one to most writers as one.
fn plain_letters(word: &str) -> String {
    let plain = |c: char| match c {
        'أ' | 'إ' | 'آ' => 'ا',
        'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ة' => 'ه',
        other => other,
    };
    word.chars().map(plain).collect()
}

/// The section of one script.
fn one(script: &str, mut all: Vec<Word>, kept: usize, part: f64) -> Vec<u8> {
    let cased = matches!(script, "latin" | "cyrillic" | "other");
    let worth = |word: &Word| word.share * if cased && !word.named { CAPITAL_SHARE } else { 1.0 };
    all.iter_mut().for_each(|word| word.share *= part);
    all.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then_with(|| a.letters.cmp(&b.letters)));
    let rare = all.split_off(kept.min(all.len()));
    let mut merged: BTreeMap<(u64, Vec<u8>, u8, bool), f64> = BTreeMap::new();
    for word in &all {
        for form in forms(&word.letters).as_slice() {
            let codes: Vec<u8> = form.codes().iter().take(STORED_MAX).copied().collect();
            let shape = u8::try_from(codes.len()).unwrap_or(0) | (form.writing() as u8) << 5;
            *merged.entry((form.skeleton(), codes, shape, word.named)).or_default() += word.share;
        }
    }
    let mut body = Vec::new();
    for ((_, codes, shape, named), share) in &merged {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "it lies between 0 and 127"
        )]
        let price = (-share.log2() * STEPS).round().clamp(0.0, 127.0) as u8;
        body.extend([*shape, price | u8::from(*named) << 7]);
        body.extend(codes);
    }
    let tail = tail(&all, &rare, cased);
    println!(
        "{script}: {} words as {} forms, {} rare words, tail {tail:?}",
        all.len(),
        merged.len(),
        rare.len()
    );
    let mut out = u32::try_from(body.len()).unwrap_or(0).to_le_bytes().to_vec();
    out.extend(tail.iter().flat_map(|share| share.to_le_bytes()));
    out.extend(body);
    out
}

/// What share of text rare words like a name make up, on average over names, by
/// the length of the skeleton.
fn tail(kept: &[Word], rare: &[Word], cased: bool) -> [f32; TAILS] {
    let mut by_skeleton: HashMap<u64, Vec<(Sounds, f64)>> = HashMap::new();
    for word in rare.iter().take(600_000) {
        let sounds = of(&word.letters);
        let share = word.share * if cased && !word.named { CAPITAL_SHARE } else { 1.0 };
        by_skeleton.entry(sounds.skeleton()).or_default().push((sounds, share));
    }
    let (mut sums, mut counts) = ([0.0_f64; TAILS], [0_u32; TAILS]);
    for word in kept.iter().filter(|word| word.named).step_by(7) {
        let name = of(&word.letters);
        let length = (64 - name.skeleton().leading_zeros()).div_ceil(4) as usize;
        let like = |other: &Sounds| align::likeness(&name, other) >= LEAST;
        let share: f64 = by_skeleton
            .get(&name.skeleton())
            .into_iter()
            .flatten()
            .filter(|(other, _)| like(other))
            .map(|(_, share)| share)
            .sum();
        let bin = length.min(TAILS - 1);
        if let (Some(sum), Some(count)) = (sums.get_mut(bin), counts.get_mut(bin)) {
            *sum += share;
            *count += 1;
        }
    }
    #[expect(clippy::cast_possible_truncation, reason = "a share needs no more")]
    std::array::from_fn(|bin| {
        let (sum, count) = (sums.get(bin).copied().unwrap_or(0.0), counts.get(bin).copied().unwrap_or(0));
        // A bin without names is worth what the smallest list could tell.
        (sum / f64::from(count.max(1))).max(1e-8) as f32
    })
}
