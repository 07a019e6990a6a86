//! Writes the reference of the command line from its own tree, so that the two cannot differ.

use clap::{Arg, Command};
use std::fmt::Write;

/// Writes `docs/reference/cli.md`.
pub(super) fn reference(mut tree: Command) -> String {
    tree.build();
    let mut text = HEAD.to_owned();
    text.push_str("## Global options\n\n");
    options(&mut text, tree.get_arguments().filter(|arg| arg.is_global_set()));
    commands(&mut text, &tree, "aldis");
    text
}

fn commands(text: &mut String, parent: &Command, path: &str) {
    for command in parent.get_subcommands().filter(|command| !command.is_hide_set()) {
        let path = format!("{path} {}", command.get_name());
        if command.has_subcommands() {
            // Writing into a String cannot fail.
            let _ = writeln!(text, "\n## {path}\n\n{}.", about(command));
            commands(text, command, &path);
        } else {
            let level = if path.split(' ').count() > 2 { "###" } else { "##" };
            let _ = writeln!(text, "\n{level} {path}\n\n{}.\n", about(command));
            one(text, command);
        }
    }
}

fn one(text: &mut String, command: &Command) {
    let usage = command.clone().render_usage().to_string();
    let _ = writeln!(text, "```text\n{}\n```\n", usage.trim_start_matches("Usage: "));
    let own = |arg: &&Arg| !arg.is_global_set() && !["help", "version"].contains(&arg.get_id().as_str());
    let before = text.len();
    options(text, command.get_arguments().filter(own));
    if text.len() > before {
        text.push('\n');
    }
    let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let (notes, examples) = notes.split_once("Examples:\n").unwrap_or((&notes, ""));
    if !notes.trim().is_empty() {
        let _ = writeln!(text, "{}\n", notes.trim());
    }
    let examples: Vec<&str> = examples.lines().map(|line| line.strip_prefix("  ").unwrap_or(line)).collect();
    let _ = writeln!(text, "```console\n{}\n```", examples.join("\n"));
}

fn about(command: &Command) -> String {
    let about = command.get_long_about().or_else(|| command.get_about());
    let text = about.map(ToString::to_string).unwrap_or_default();
    text.replace("\n\n", ".\n\n").trim_end_matches('.').to_owned()
}

fn options<'a>(text: &mut String, args: impl Iterator<Item = &'a Arg>) {
    let mut rows = String::new();
    for arg in args {
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        let default: Vec<String> =
            arg.get_default_values().iter().map(|value| value.to_string_lossy().into_owned()).collect();
        let hidden =
            default.is_empty() || arg.is_hide_default_value_set() || !arg.get_action().takes_values();
        let default = if hidden { String::new() } else { format!(" [default: {}]", default.join(" ")) };
        let _ = writeln!(rows, "| `{}` | {} |", name(arg), format!("{help}{default}").replace('|', "\\|"));
    }
    if !rows.is_empty() {
        let _ = write!(text, "| | |\n|---|---|\n{rows}");
    }
}

fn name(arg: &Arg) -> String {
    let value = arg.get_value_names().unwrap_or_default().first().map(|name| format!("<{name}>"));
    let value = value.filter(|_| arg.get_action().takes_values()).unwrap_or_default();
    if arg.is_positional() {
        return value;
    }
    let flags = [arg.get_short().map(|c| format!("-{c}")), arg.get_long().map(|long| format!("--{long}"))];
    let flags = flags.into_iter().flatten().collect::<Vec<_>>().join(", ");
    format!("{flags} {value}").trim_end().to_owned()
}

const HEAD: &str = "\
# The command line

<!-- Written by `aldis docs`: do not edit. A test compares. -->

One noun, one verb: `aldis report add`. Data goes to stdout, talk to stderr. `--json` prints one object
with a `schema`, or a list `{\"schema\":\"aldis.list/1\",\"items\":[…],\"next\":null,\"total_visible\":3}`;
`next` is the cursor of the next page, and while there is one `total_visible` is null. An act answers
with `aldis.done/1` and the `id` of what it made or changed. Fields are only ever added; a removal gets
a new number.

With `--json` an error is one line of problem details (RFC 9457) on stderr: `type`
(`https://aldis.example/problems/` and the code), `title`, `status`, `detail`, `code`. Something you may
not see is answered exactly as something that does not exist.

Options come before the environment, the environment before `aldis.toml`: `ALDIS_DATA`, `ALDIS_AS`,
`ALDIS_LISTEN`, `ALDIS_PUBLIC_URL`, `ALDIS_DB`, `ALDIS_EXERCISE`.

| exit | meaning |
|---|---|
| 0 | done |
| 1 | something failed here, or a check found something wrong (`doctor`, `exercise run`) |
| 2 | usage: the input or the act is wrong, and the message says what to do |
| 3 | not found |
| 4 | not allowed, or nobody said who acts |
| 5 | changed meanwhile, or exists already |
| 6 | a second person must act |
| 7 | blocked by the release rules |
| 8 | a proof or signature is wrong, or the log is not whole |
| 9 | another machine cannot be reached |
| 10 | something is overdue (`watch --check`) |
| 11 | partly done: rows were left out (`names build --skip-bad`), or a poll stopped (`taxii poll`) |

";
