//! The command line: one noun a file, one verb a subcommand.
//!
//! Promises: data on stdout, talk on stderr; with `--json` one object or one list, and errors as
//! problem details (RFC 9457); exit codes as in [`crate::error::Error::exit_code`]. A command reads
//! its arguments, calls one verb of the desk and shows what came of it.
//!
//! Deliberately absent: colour, prompts without a terminal, secrets in arguments, rules of the trade.
//!
//! Source: `docs/reference/cli.md`, which is generated from this tree.

mod out;
mod session;

mod about;
mod brief;
mod case;
mod chain;
mod clock;
mod consent;
mod delivery;
mod demo;
mod doctor;
mod exercise;
mod files;
mod import;
mod inbound;
mod init;
mod keys;
mod list;
mod log;
mod names;
mod opinion;
mod partner;
mod person;
mod report;
mod screen;
mod serve;
mod shelf;
mod shift;
mod stix;
mod taxii;
mod timeline;
mod user;
mod warning;
mod watch;

use crate::ctx::{Chance, Clock};
use crate::error::Error;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use out::Out;
use session::{Failure, Session};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

/// What the program asks of the machine around it; `main` fills it in.
pub struct Surroundings {
    /// The environment, as far as it is UTF-8.
    pub vars: BTreeMap<String, String>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub chance: Arc<dyn Chance>,
}

/// Runs one command and returns its exit code.
pub fn run(around: &Surroundings, args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    let cli = match tree().try_get_matches_from(&args).and_then(|found| Cli::from_arg_matches(&found)) {
        Ok(cli) => cli,
        Err(error) => return misread(&error, args.iter().any(|arg| arg == "--json")),
    };
    let out = Out::new(cli.global.json, cli.global.quiet);
    let session = Session::new(around, &cli.global, &out);
    match dispatch(cli.command, &session) {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            let failure = failure.about_ids_in(&args);
            out.problem(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Answers arguments that could not be read; help and version are answers too.
fn misread(error: &clap::Error, json: bool) -> ExitCode {
    if json && error.use_stderr() {
        let text = error.to_string();
        let says = text.trim_start_matches("error: ").trim_end();
        Out::new(true, false).problem(&Failure::from(Error::refused(says)));
    } else {
        // A closed pipe is the reader's choice.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Returns the tree of all commands, for help, completion and manual pages.
fn tree() -> clap::Command {
    on_one_screen(Cli::command().max_term_width(100))
}

/// Moves what is said beyond the first line down to the examples: clap would otherwise set the whole
/// help in its long form, which does not fit a screen.
fn on_one_screen(command: clap::Command) -> clap::Command {
    let long = command.get_long_about().map(ToString::to_string).unwrap_or_default();
    let command = match long.split_once("\n\n") {
        Some((_, rest)) => {
            let notes = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            command.long_about(None::<&str>).after_help(format!("{rest}\n\n{notes}"))
        }
        None => command,
    };
    command.mut_subcommands(on_one_screen)
}

/// A warning exchange and protection desk.
#[derive(Parser)]
#[command(
    name = "aldis",
    version,
    disable_help_subcommand = true,
    after_help = "\
Examples:
  $ aldis init --organisation Northport && aldis serve
  $ aldis report add note.txt --source S-12 --label TLP:RED --as Mara

Exit codes: 0 done, 1 failed, 2 usage, 3 not found, 4 not allowed, 5 changed meanwhile,
6 a second person must act, 7 blocked by release rules, 8 proof wrong, 9 remote unreachable,
10 something overdue (watch --check), 11 partly done (names build --skip-bad, taxii poll and push, import)."
)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Options every command understands.
#[derive(clap::Args)]
#[command(next_help_heading = "Global options")]
struct Global {
    /// The node's folder [env: ALDIS_DATA; default: aldis-data here, else $XDG_DATA_HOME/aldis]
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The officer who acts [env: ALDIS_AS]
    #[arg(long = "as", global = true, value_name = "NAME")]
    officer: Option<String>,
    /// Print JSON
    #[arg(long, global = true)]
    json: bool,
    /// Say nothing but data and errors
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Do not ask before what cannot be taken back
    #[arg(long, global = true)]
    yes: bool,
    /// Try everything, keep nothing
    #[arg(long, global = true)]
    dry_run: bool,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Init),
    Serve(serve::Serve),
    Demo(demo::Play),
    Doctor(doctor::Doctor),
    Watch(watch::Watch),
    #[command(subcommand)]
    Report(report::Report),
    #[command(subcommand)]
    Case(case::Case),
    #[command(subcommand)]
    Warning(warning::Warning),
    #[command(subcommand)]
    Delivery(delivery::Delivery),
    #[command(subcommand)]
    Chain(chain::Chain),
    #[command(subcommand)]
    Shift(shift::Shift),
    #[command(subcommand)]
    Shelf(shelf::Shelf),
    #[command(subcommand)]
    Clock(clock::Clock),
    #[command(subcommand)]
    Inbound(inbound::Inbound),
    Ack(inbound::Ack),
    #[command(subcommand)]
    Consent(consent::Consent),
    #[command(subcommand)]
    Person(person::Person),
    #[command(subcommand)]
    Brief(brief::Brief),
    #[command(subcommand)]
    List(list::List),
    Screen(screen::Screen),
    #[command(subcommand)]
    Names(names::Names),
    #[command(subcommand)]
    Partner(partner::Partner),
    #[command(subcommand)]
    Audience(partner::Audience),
    #[command(subcommand)]
    Taxii(taxii::Taxii),
    #[command(subcommand)]
    Opinion(opinion::Opinion),
    Timeline(timeline::Timeline),
    #[command(subcommand)]
    Log(log::Log),
    #[command(subcommand)]
    Exercise(exercise::Exercise),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Stix(stix::Stix),
    Import(import::Import),
    Version(about::Version),
    Completion(about::Completion),
    Man(about::Man),
    #[command(hide = true)]
    Docs(about::Docs),
}

fn dispatch(command: Command, session: &Session<'_>) -> session::Result<u8> {
    match command {
        Command::Init(args) => args.run(session),
        Command::Serve(args) => args.run(session),
        Command::Demo(args) => args.run(session),
        Command::Doctor(args) => args.run(session),
        Command::Watch(args) => args.run(session),
        Command::Report(args) => args.run(session),
        Command::Case(args) => args.run(session),
        Command::Warning(args) => args.run(session),
        Command::Delivery(args) => args.run(session),
        Command::Chain(args) => args.run(session),
        Command::Shift(args) => args.run(session),
        Command::Shelf(args) => args.run(session),
        Command::Clock(args) => args.run(session),
        Command::Inbound(args) => args.run(session),
        Command::Ack(args) => args.run(session),
        Command::Consent(args) => args.run(session),
        Command::Person(args) => args.run(session),
        Command::Brief(args) => args.run(session),
        Command::List(args) => args.run(session),
        Command::Screen(args) => args.run(session),
        Command::Names(args) => args.run(session),
        Command::Partner(args) => args.run(session),
        Command::Audience(args) => args.run(session),
        Command::Taxii(args) => args.run(session),
        Command::Opinion(args) => args.run(session),
        Command::Timeline(args) => args.run(session),
        Command::Log(args) => args.run(session),
        Command::Exercise(args) => args.run(session),
        Command::User(args) => args.run(session),
        Command::Stix(args) => args.run(session),
        Command::Import(args) => args.run(session),
        Command::Version(args) => args.run(session),
        Command::Completion(args) => args.run(session),
        Command::Man(args) => args.run(session),
        Command::Docs(args) => args.run(session),
    }
}
