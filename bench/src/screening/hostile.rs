//! Registers and texts made to be dear: what they cost, and whether the name in
//! them is found all the same.
//!
//! Every case is made by dice, so that it is the same each time and needs no
//! corpus. A case is judged by what it finds and by its memory; its time stands
//! beside that of ordinary text in the same run.

use aldis_names::NameKind;
use aldis_names::screen::{Entry, Facts, Index, Options, Refused, Register, Scratch, Stream};

use super::clock::{Took, time};
use crate::dice::Dice;
use crate::machine;

/// What became of a case.
#[derive(Debug, serde::Serialize)]
pub struct Case {
    /// What was done.
    pub name: String,
    /// Entries of the register.
    pub entries: usize,
    /// Bytes of text.
    pub bytes: u64,
    /// Seconds to build the register.
    pub build_s: f64,
    /// Seconds of a processor to read the text.
    pub read_s: f64,
    /// Nanoseconds of a processor for one byte.
    pub ns_per_byte: f64,
    /// Hits that had to be there, and hits that were.
    pub wanted: usize,
    /// Hits that were.
    pub found: usize,
    /// The most memory of the process while the case ran, in MiB.
    pub peak_mib: u64,
}

/// The one who is to be found everywhere.
const NAME: &str = "Sergei Skripal";

fn entry(id: String, names: Vec<String>) -> Entry {
    Entry { id, kind: NameKind::Person, names, allow: Vec::new(), facts: Facts::default() }
}

fn register(entries: impl Iterator<Item = Entry>) -> Result<Register, Refused> {
    let mut register = Register::new();
    register.push(entry("wanted".to_owned(), vec![NAME.to_owned()]))?;
    entries.into_iter().try_for_each(|entry| register.push(entry))?;
    Ok(register)
}

/// Makes a word of so many syllables, with a capital.
fn word(dice: &mut Dice, syllables: usize) -> String {
    const HEADS: [&str; 16] =
        ["b", "d", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "z", "sh", "ch", "kh"];
    const VOWELS: [&str; 5] = ["a", "e", "i", "o", "u"];
    let mut word: String =
        (0..syllables).flat_map(|_| [dice.pick(&HEADS), dice.pick(&VOWELS)]).flatten().copied().collect();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

/// Entries of a given and a family name, from so many given names.
fn people(count: usize, given: usize) -> impl Iterator<Item = Entry> {
    let mut dice = Dice::new(7);
    let given: Vec<String> = (0..given.max(1)).map(|_| word(&mut dice, 2)).collect();
    (0..count).map(move |n| {
        let family = word(&mut dice, 3);
        let name = format!("{} {family}", dice.pick(&given).map_or("", String::as_str));
        entry(format!("p{n}"), vec![name])
    })
}

/// Gives one of `words`, in turn.
fn of<W: AsRef<str>>(words: &[W], at: usize) -> &str {
    words.get(at % words.len().max(1)).map_or("", AsRef::as_ref)
}

/// Prose of words that come again, with a name now and then.
fn prose(bytes: usize) -> String {
    let mut dice = Dice::new(11);
    let words: Vec<String> = (0..4000)
        .map(|_| {
            let syllables = 1 + dice.below(3);
            word(&mut dice, syllables).to_lowercase()
        })
        .collect();
    let given: Vec<String> = (0..200).map(|_| word(&mut dice, 2)).collect();
    let mut text = String::with_capacity(bytes + 64);
    while text.len() < bytes {
        for _ in 0..12 {
            text.push_str(dice.pick(&words).map_or("", String::as_str));
            text.push(' ');
        }
        text.push_str(dice.pick(&given).map_or("", String::as_str));
        text.push_str(" walked on. ");
    }
    text
}

/// Runs one case: `pieces` gives the text piece by piece, `rounds` times.
fn run(name: &str, register: &Register, piece: &str, rounds: usize, wanted: usize) -> Result<Case, Refused> {
    machine::forget_peak();
    let mut index = Err(Refused::Entry(String::new()));
    let built = time(|| index = Index::build(register));
    let index = index?;
    let mut found = 0;
    let took: Took = time(|| {
        let mut scratch = Scratch::default();
        let mut stream = Stream::new(&index, Options::default());
        for _ in 0..rounds {
            stream.feed(piece.as_bytes(), &mut scratch, &mut |hit| found += usize::from(hit.id == "wanted"));
        }
        stream.finish(&mut scratch, &mut |hit| found += usize::from(hit.id == "wanted"));
    });
    let bytes = (piece.len() * rounds) as u64;
    #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
    let ns_per_byte = took.processor_us * 1e3 / bytes.max(1) as f64;
    Ok(Case {
        name: name.to_owned(),
        entries: register.len(),
        bytes,
        build_s: built.wall_us / 1e6,
        read_s: took.processor_us / 1e6,
        ns_per_byte,
        wanted,
        found,
        peak_mib: machine::peak_mib(),
    })
}

/// Runs all cases and hands each on when it is done; `small` makes them a hundredth in size.
///
/// # Errors
///
/// If a register is refused.
pub fn all(small: bool, told: &mut dyn FnMut(Case)) -> Result<(), Refused> {
    let scale = |full: usize| if small { (full / 100).max(1) } else { full };
    let planted = |text: String| format!("{text}\n\nThen {NAME} came.\n\n");
    let many = register(people(scale(100_000), 2000))?;

    let page = planted(prose(1 << 20));
    told(run("ordinary text, 64 MiB", &many, &page, scale(64), scale(64))?);
    told(run("a text of 1 GiB", &many, &page, scale(1024), scale(1024))?);

    let mut dice = Dice::new(3);
    let strange: String = (0..scale(1_000_000)).map(|_| format!("{} ", word(&mut dice, 3))).collect();
    told(run("a million words with capitals, none twice", &many, &planted(strange), 1, 1)?);

    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZАБВГДЕЖЗИКЛМНОПРСТУФХЦЧШЭЮЯ".chars().cycle();
    let one = register(
        letters.take(scale(1_000_000)).enumerate().map(|(n, c)| entry(format!("l{n}"), vec![c.to_string()])),
    )?;
    let initials: String = "A. B. C. Д. Е. Ж. was here, and A B C too. ".repeat(scale(10_000));
    told(run("a million names of one letter", &one, &planted(initials), 1, 1)?);
    drop(one);

    let mut dice = Dice::new(5);
    let aliases: Vec<String> =
        (0..scale(10_000)).map(|n| format!("Sergei {}{}", word(&mut dice, 3), n % 10)).collect();
    let text: String = aliases.iter().map(|name| format!("the man {name} was there. ")).collect();
    let alias = register([entry("alias".to_owned(), aliases)].into_iter())?;
    told(run("an entry of 10,000 names, all in the text", &alias, &planted(text), 1, 1)?);

    // Every word leads to thousands of names, and every pair of words to some.
    let few: Vec<String> = (0..40).map(|_| word(&mut dice, 2)).collect();
    let common = register((0..scale(100_000)).map(|n| {
        let name = format!("{} {} {}", of(&few, n), of(&few, n / 40), of(&few, n / 1600));
        entry(format!("c{n}"), vec![name])
    }))?;
    let run_on: String =
        (0..scale(100_000)).map(|_| format!("{} ", dice.pick(&few).map_or("", String::as_str))).collect();
    told(run("names that share all their words, in one sentence", &common, &planted(run_on), 1, 1)?);
    let caseless = "محمد علي حسن احمد ".repeat(scale(20_000));
    let arabic = ["محمد", "علي", "حسن", "احمد", "عمر", "سعيد"];
    let arabs = register((0..scale(100_000)).map(|n| {
        let name = format!("{} {} {}", of(&arabic, n), of(&arabic, n / 6), word(&mut dice, 3));
        entry(format!("a{n}"), vec![name])
    }))?;
    told(run("the same in a script without capitals", &arabs, &planted(caseless), 1, 1)?);
    drop((common, arabs));

    // Look-alike letters of two alphabets, and letters without width between them.
    let masks: [fn(&str) -> String; 4] = [
        |name| name.replace('e', "е").replace('a', "а"),
        |name| name.replace('S', "Ѕ").replace('i', "і"),
        |name| name.replace('r', "r\u{200b}").replace('k', "k\u{2060}"),
        |name| name.replace('e', "3").replace('a', "4"),
    ];
    let masked: Vec<String> =
        masks.iter().map(|mask| format!("The man {} came in.\n\n", mask(NAME))).collect();
    let times = scale(10_000);
    told(run("masked letters", &many, &masked.concat(), times, times * masked.len())?);

    let marks = format!("S{} ", "e\u{301}\u{200d}\u{300}".repeat(20_000)).repeat(scale(100));
    told(run("words of 200 KB of marks", &many, &planted(marks), 1, 1)?);
    told(run("8 MiB without a space", &many, &planted("X".repeat(scale(8 << 20))), 1, 1)?);
    let noise: Vec<u8> = (0..scale(8 << 20)).map(|_| dice.roll().to_le_bytes()[0]).collect();
    told(run("8 MiB of noise", &many, &planted(String::from_utf8_lossy(&noise).into_owned()), 1, 1)?);
    Ok(())
}
