//! Pages that are made from the program, so that they cannot say something else.
//!
//! `ALDIS_BLESS=1 cargo test -p aldis docs` writes them again.

use aldis_model::duty::{Deliverer, Detail, Element, Harm, Impending, State, Ttl};
use aldis_model::duty::{TRANSITIONS, VictimKind, limit_us};
use aldis_model::event::Kind;
use aldis_model::task::Task;
use std::fmt::Write;
use std::path::Path;

fn same_as_file(name: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference").join(name);
    if std::env::var_os("ALDIS_BLESS").is_some() {
        std::fs::write(&path, made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == made, "{name} is out of date: ALDIS_BLESS=1 cargo test -p aldis docs");
}

fn words<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> String {
    all.iter().map(|one| format!("`{}`", word(*one))).collect::<Vec<_>>().join(", ")
}

fn hours(us: Option<i64>) -> String {
    match us {
        None => "—".to_owned(),
        Some(us) if us % 3_600_000_000 == 0 => format!("{} h", us / 3_600_000_000),
        Some(us) => format!("{} min", us / 60_000_000),
    }
}

#[test]
fn the_page_on_the_duty_to_warn_is_the_table_of_the_program() {
    let mut page = String::from(
        "# The duty to warn\n\nMade from `aldis_model::duty`. One duty is one victim in one case. A step that is not in \
         the table cannot happen; a refused step names everything that is missing and changes nothing.\n\n## Steps\n\n\
         `a|b`: one or the other. `a?`: optional. Fields after `+` are needed by a guard. `officer`, `releaser` and \
         `arbiter` are filled in with who acts. Times (`deadline`, `expiry`, `time`, `date`) are RFC 3339.\n\n\
         | from | step | to | condition | fields |\n|---|---|---|---|---|\n",
    );
    for row in TRANSITIONS {
        let cell = |list: &[&str]| list.join(", ").replace('|', "\\|");
        let also = if row.also.is_empty() { String::new() } else { format!(" + {}", cell(row.also)) };
        let guard = if row.guard.is_empty() { "—" } else { row.guard };
        let required = cell(row.required);
        writeln!(page, "| {} | {} | {} | {guard} | {required}{also} |", row.from, row.event, row.to).unwrap();
    }
    page.push_str("\n## Words\n\n");
    for (field, list) in [
        ("`harm`, `harm_types`", words(Harm::ALL, Harm::as_str)),
        ("`impending`", words(Impending::ALL, Impending::as_str)),
        ("`victim_kind`", words(VictimKind::ALL, VictimKind::as_str)),
        ("`specific_elements`", words(Detail::ALL, Detail::as_str)),
        ("`missing_elements`, `doubts`", words(Element::ALL, Element::as_str)),
        ("`ttl`, `first_impression_ttl`", words(Ttl::ALL, Ttl::as_str)),
        ("`deliverer`", words(Deliverer::ALL, Deliverer::as_str)),
    ] {
        writeln!(page, "- {field}: {list}").unwrap();
    }
    page.push_str(
        "- `independent_sources`: a list of `{\"report\": id, \"origins\": [name], \"grade\": \"B2\"}`; reports that share an origin count once; origins and grades are those of the desk, whatever is given\n\
         - `waiver_code`: `W-A` already aware, `W-B` own part in an armed conflict, `W-C` terrorist or violent criminal (the basis is a report graded C3 or better, for one named person), \
         `W-D` endangers our own sources, `W-E` endangers another service's sources (its answer is on file: `particulars.originator` is `{\"date\", \"answer\", \"audience\", \"text\"}`, and the consent asked for that audience and exactly that text was refused), `W-F` no way to warn\n\
         - `alternatives_tried`: a list of `{\"tried\": \"wording\" | \"intermediary\" | \"anonymous\", \"result\": words}`; W-D and W-E need all three\n\
         - `who_tried`: a list of `{\"who\": name, \"time\": time}`; `waiver_declined`: `{\"code\": \"W-D\", \"reasons\": words}`; `trigger`: `\"time_passed\"` or `{\"new_report\": id}`\n\n\
         ## Clocks\n\nThe longest stay in a state before somebody is late.\n\n| state | critical | else |\n|---|---|---|\n",
    );
    for state in State::ALL {
        let (critical, other) = (limit_us(*state, Ttl::Critical), limit_us(*state, Ttl::High));
        writeln!(page, "| {state} | {} | {} |", hours(critical), hours(other)).unwrap();
    }
    page.push_str("\nSource: ICD 191; 7 FAM 052; the limits and the machine are ours.\n");
    same_as_file("duty-to-warn.md", &page);
}

#[test]
fn the_page_on_the_record_lists_every_kind_of_entry_and_every_question() {
    let mut page = String::from(
        "# The record: entries and questions\n\nMade from the program. `aldis timeline CASE --at TIME --questions` answers \
         the questions as of a time from the ledger alone; each answer names the entries it rests on.\n\n## Questions\n\n",
    );
    for answered in aldis::desk::questions::answer(&[]) {
        let outside = answered.outside.map(|why| format!(" *Not from the record of a case: {why}.*"));
        writeln!(page, "- **{}** {}{}", answered.id, answered.question, outside.unwrap_or_default()).unwrap();
    }
    page.push_str(
        "\nNot in the record: how long a report stayed open on somebody's screen, and who read one without being \
         the first and without doing anything with it.\n",
    );
    page.push_str("\n## Kinds of entry\n\n");
    for kind in Kind::ALL {
        writeln!(page, "- `{kind}`").unwrap();
    }
    page.push_str("\n## What waits for a person\n\n| task | words | button |\n|---|---|---|\n");
    for task in Task::ALL {
        writeln!(page, "| `{task}` | {} | {} |", task.title(), task.button()).unwrap();
    }
    same_as_file("after-action.md", &page);
}
