//! What every command needs: the node, the officer who acts, and a word for what went wrong.

use super::out::Out;
use super::{Global, Surroundings, keys};
use crate::config::{Config, Overrides};
use crate::ctx::Ctx;
use crate::db::{Db, Tx};
use crate::desk::office;
use crate::error::Error;
use crate::exchange::{Channels, Live, Rehearsing, worker};
use crate::node::{Keys, Node, World};
use aldis_model::Id;
use std::ffi::OsString;
use std::fmt;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The result of a command.
pub(super) type Result<T> = std::result::Result<T, Failure>;

/// Why a command failed, and what it was looking for.
#[derive(Debug)]
pub(super) struct Failure {
    /// What went wrong.
    pub(super) error: Error,
    about: Option<String>,
}

impl Failure {
    /// Returns the exit code.
    pub(super) const fn exit_code(&self) -> u8 {
        self.error.exit_code()
    }

    /// Names the ids among the arguments, if what is missing has no name yet.
    pub(super) fn about_ids_in(mut self, args: &[OsString]) -> Self {
        let ids: Vec<&str> =
            args.iter().filter_map(|arg| arg.to_str()).filter(|arg| arg.parse::<Id>().is_ok()).collect();
        if self.about.is_none() && !ids.is_empty() {
            self.about = Some(ids.join(" or "));
        }
        self
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self { error, about: None }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Error::from(error).into()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.error, &self.about) {
            (Error::NotFound, Some(what)) => {
                write!(f, "{what} is not here, or not for the officer who acts to see")
            }
            (error, _) => error.fmt(f),
        }
    }
}

/// Says what a result is about, for a message that names it.
pub(super) trait About<T> {
    /// Names what was looked for.
    fn about(self, what: impl fmt::Display) -> Result<T>;
}

impl<T> About<T> for std::result::Result<T, Error> {
    fn about(self, what: impl fmt::Display) -> Result<T> {
        self.map_err(|error| Failure { error, about: Some(what.to_string()) })
    }
}

/// One run of the program.
pub(super) struct Session<'a> {
    /// The machine around.
    pub(super) around: &'a Surroundings,
    /// Where words go.
    pub(super) out: &'a Out,
    global: &'a Global,
}

impl<'a> Session<'a> {
    pub(super) const fn new(around: &'a Surroundings, global: &'a Global, out: &'a Out) -> Self {
        Self { around, out, global }
    }

    /// Says whether nothing may be kept.
    pub(super) const fn is_dry_run(&self) -> bool {
        self.global.dry_run
    }

    /// Returns the node's folder: option, environment, `aldis-data` here, the user's data folder.
    pub(super) fn data(&self) -> PathBuf {
        if let Some(data) = &self.global.data {
            return data.clone();
        }
        if let Some(data) = self.var("ALDIS_DATA") {
            return data.into();
        }
        let (here, home) = (PathBuf::from("aldis-data"), self.var("XDG_DATA_HOME"));
        match home.map(|home| Path::new(home).join("aldis")) {
            Some(home) if !here.exists() && home.join("aldis.toml").exists() => home,
            _ => here,
        }
    }

    /// Returns a variable of the environment that is not empty.
    pub(super) fn var(&self, name: &str) -> Option<&'a str> {
        self.around.vars.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Reads the configuration, with the environment over the file and `over` over both.
    pub(super) fn config(&self, over: Overrides) -> Result<Config> {
        let var = |name| self.var(name).map(str::to_owned);
        let overrides = Overrides {
            listen: over.listen.or_else(|| var("ALDIS_LISTEN")),
            public_url: over.public_url.or_else(|| var("ALDIS_PUBLIC_URL")),
            database: over.database.or_else(|| var("ALDIS_DB")),
            exercise: over.exercise
                || self.var("ALDIS_EXERCISE").is_some_and(|word| !["0", "no", "false"].contains(&word)),
        };
        Ok(Config::load(&self.data(), overrides)?)
    }

    /// Opens the node that the configuration describes.
    pub(super) fn open(&self, config: Config) -> Result<Arc<Node>> {
        let keys = keys::read(&config.data)?;
        let live = Live::new(&config.ways, &keys.signing);
        let channels: Arc<dyn Channels> =
            if config.exercise { Arc::new(Rehearsing(live)) } else { Arc::new(live) };
        let world = World { clock: self.around.clock.clone(), chance: self.around.chance.clone(), channels };
        // Opening publishes, and a server or another command that publishes at the same moment uses the
        // same temporary file (`log::Log::write_file`). Remove when each process has a name of its own.
        for _ in 0..OPEN_AGAIN {
            match Node::open(config.clone(), open_db(&config)?, &keys, world.clone()) {
                Err(Error::Broken(_)) => {
                    // Waiting equally long would make the two meet again.
                    let mut random = [0];
                    self.around.chance.fill("wait", &mut random);
                    let [wait_ms] = random;
                    std::thread::sleep(Duration::from_millis(20 + u64::from(wait_ms)));
                }
                other => return Ok(other?),
            }
        }
        let db = open_db(&config)?;
        Ok(Node::open(config, db, &keys, world)?)
    }

    /// Opens the store and the keys as they are, without publishing anything.
    pub(super) fn store(&self) -> Result<(Config, Db, Keys)> {
        let config = self.config(Overrides::default())?;
        let keys = keys::read(&config.data)?;
        let db = open_db(&config)?;
        Ok((config, db, keys))
    }

    /// Opens the node with its own settings.
    pub(super) fn node(&self) -> Result<Arc<Node>> {
        self.open(self.config(Overrides::default())?)
    }

    /// Opens the node for the officer who acts.
    pub(super) fn desk(&self) -> Result<Desk<'_>> {
        let node = self.node()?;
        let add = "add one with `aldis user add NAME --role ROLE --as ADMIN`; \
                   `aldis user list` shows who there is";
        let Some(name) = self.global.officer.as_deref().or_else(|| self.var("ALDIS_AS")) else {
            let says = format!("say which officer acts: --as NAME or ALDIS_AS; {add}");
            return Err(Error::Forbidden(says).into());
        };
        let actor = node.db.read(|tx| office::by_name(tx, &node.config.org, name));
        let actor = actor.map_err(|error| match error {
            Error::NotFound => Error::Forbidden(format!("there is no officer {name:?}: {add}")),
            other => other,
        })?;
        let ctx = node.ctx(actor);
        Ok(Desk { node, ctx, session: self })
    }

    /// Asks whether to do what cannot be taken back; without a terminal only `--yes` says so.
    pub(super) fn confirm(&self, what: &str) -> Result<()> {
        if self.global.yes || self.global.dry_run {
            return Ok(());
        }
        let refused = || Error::Refused(format!("{what} This cannot be taken back: add --yes to do it"));
        if self.out.is_json() || !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err(refused().into());
        }
        write!(io::stderr(), "{what} This cannot be taken back. Go on? [y/N] ")?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer)?;
        if answer.trim().eq_ignore_ascii_case("y") { Ok(()) } else { Err(refused().into()) }
    }
}

fn open_db(config: &Config) -> std::result::Result<Db, Error> {
    match config.database.as_str() {
        "" => Db::open_sqlite(&config.data.join("aldis.db")),
        url => Db::open_pg(url),
    }
}

/// A node with the officer who acts.
pub(super) struct Desk<'a> {
    /// The node.
    pub(super) node: Arc<Node>,
    /// Who acts, and when.
    pub(super) ctx: Ctx,
    session: &'a Session<'a>,
}

impl Desk<'_> {
    /// Runs a reading verb.
    pub(super) fn read<T>(
        &self,
        verb: impl FnOnce(&mut Tx<'_>, &Ctx) -> std::result::Result<T, Error>,
    ) -> std::result::Result<T, Error> {
        self.node.db.read(|tx| verb(tx, &self.ctx))
    }

    /// Runs a verb in one transaction and publishes the log; in a dry run, takes it back.
    pub(super) fn write<T>(
        &self,
        verb: impl FnOnce(&mut Tx<'_>, &Ctx) -> std::result::Result<T, Error>,
    ) -> std::result::Result<T, Error> {
        if !self.session.is_dry_run() {
            let done = self.node.db.write(|tx| verb(tx, &self.ctx))?;
            if let Err(error) = self.node.publish() {
                // It is done and will be published with the next entry: do not say that it failed.
                self.session.out.say(format!("done, but the log could not be published yet: {error}"));
            }
            return Ok(done);
        }
        let mut tried = None;
        let undone: std::result::Result<(), Error> = self.node.db.write(|tx| {
            tried = Some(verb(tx, &self.ctx)?);
            // A verb that fails leaves nothing behind.
            Err(Error::refused("dry run"))
        });
        match (tried, undone) {
            (Some(done), _) => {
                self.session.out.say("dry run: nothing was kept");
                Ok(done)
            }
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(Error::broken("a dry run that did nothing")),
        }
    }

    /// Does what is due, as a running server would; what fails stays due and is only spoken of.
    pub(super) fn work(&self) {
        if self.session.is_dry_run() {
            return;
        }
        if let Err(error) = worker::run_due(&self.node) {
            self.session.out.say(format!("what is due could not be done yet: {error}"));
        }
    }
}

/// Reads an id; a malformed one is answered like an unknown one.
pub(super) fn id(text: &str) -> Result<Id> {
    let wanted = text.trim().to_ascii_uppercase();
    wanted.parse().map_err(Error::from).about(text)
}

/// How often opening is tried again before its failure is told.
const OPEN_AGAIN: usize = 8;

/// The schema of what an act gives back.
pub(super) const DONE: &str = "aldis.done/1";
