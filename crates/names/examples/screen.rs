//! Screens standard input against a small register.
//!
//! ```sh
//! echo "Вчера Сергея Скрипаля видели в городе" | cargo run -p aldis-names --example screen
//! ```

use std::io::Read;

use aldis_names::NameKind;
use aldis_names::screen::{Entry, Facts, Index, Options, Register, Scratch, Stream};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut register = Register::new();
    register.push(Entry {
        id: "E1".to_owned(),
        kind: NameKind::Person,
        names: vec!["Sergei Skripal".to_owned()],
        allow: Vec::new(),
        facts: Facts { born: vec![1951], ..Facts::default() },
    })?;
    let index = Index::build(&register)?;
    for alarm in index.price(NameKind::Person, &["Sergei Skripal"]).alarms {
        eprintln!("{:?}: {:.3} false alarms in a million words", alarm.script, alarm.per_million_words);
    }
    let mut show = |hit: aldis_names::screen::Hit| {
        println!("{} {:?} score {:.2}, {:.0} bits", hit.id, hit.quoted, hit.score, hit.bits);
        hit.why.iter().for_each(|why| println!("  {why}"));
    };
    let (mut scratch, mut stream) = (Scratch::default(), Stream::new(&index, Options::default()));
    let mut piece = vec![0; 65_536];
    let mut input = std::io::stdin().lock();
    loop {
        let read = input.read(&mut piece)?;
        if read == 0 {
            break;
        }
        stream.feed(piece.get(..read).unwrap_or(&[]), &mut scratch, &mut show);
    }
    stream.finish(&mut scratch, &mut show);
    Ok(())
}
