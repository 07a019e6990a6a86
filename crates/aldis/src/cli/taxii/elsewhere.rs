//! `aldis taxii collections` and `poll`: the servers of others; needs no node.

use super::kept::Kept;
use crate::cli::files::read_input;
use crate::cli::session::{Result, Session};
use crate::error::Error;
use crate::exchange::elsewhere::{self, Elsewhere, Login, SECRET_MAX, Tls};
use aldis_wire::poll::Collection;
use serde_json::json;
use std::cell::Cell;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Duration;
use zeroize::Zeroizing;

/// Which server, and how we say who we are to it.
#[derive(clap::Args)]
pub(crate) struct Server {
    /// The address of the server's discovery, such as https://host/taxii2/
    address: String,
    /// The name for Basic; without it a secret is a token
    #[arg(long)]
    user: Option<String>,
    /// The file of the password or token; `-` is stdin
    #[arg(long, value_name = "FILE")]
    secret_file: Option<String>,
    /// Our client certificate with its chain, in PEM
    #[arg(long, value_name = "FILE", requires = "key_file")]
    certificate: Option<String>,
    /// The key of our client certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key_file: Option<String>,
    /// The authorities to trust, in PEM, in place of the usual ones
    #[arg(long, value_name = "FILE")]
    authority: Option<String>,
}

/// The machine around, as a client of another server needs it.
pub(super) struct Around<'s, 'o>(pub(super) &'s Session<'o>);

impl elsewhere::Surroundings for Around<'_, '_> {
    fn now_us(&self) -> i64 {
        self.0.around.clock.now().micros()
    }

    fn spread(&self) -> u8 {
        let mut random = [0];
        self.0.around.chance.fill("wait", &mut random);
        let [spread] = random;
        spread
    }

    fn pause(&self, wait: Duration) -> bool {
        self.0.out.say(format!("the server is busy or away: again in {} s", wait.as_secs()));
        std::thread::sleep(wait);
        true
    }
}

impl Server {
    pub(super) fn open<'a>(&self, around: &'a Around<'_, '_>) -> Result<Elsewhere<'a>> {
        let secret = self.secret_file.as_deref().map(secret).transpose()?;
        let login = match (&self.user, secret) {
            (Some(user), Some(secret)) => Login::Basic(user.clone(), secret),
            (None, Some(secret)) => Login::Bearer(secret),
            (None, None) => Login::Open,
            (Some(_), None) => {
                return Err(Error::refused("a name goes with --secret-file FILE, or - for stdin").into());
            }
        };
        let pem = |file: &String| read_input(file, PEM_MAX);
        let ours = match (&self.certificate, &self.key_file) {
            (Some(certificate), Some(key)) => Some((pem(certificate)?, Zeroizing::new(pem(key)?))),
            _ => None,
        };
        let tls = Tls { authorities: self.authority.as_ref().map(pem).transpose()?, ours };
        Ok(Elsewhere::new(&self.address, login, &tls, around)?)
    }
}

/// List the collections of another TAXII 2.1 server
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis taxii collections https://taxii.example/taxii2/ --user noor --secret-file password.txt
  $ aldis taxii collections https://taxii.example/taxii2/ --secret-file - --json < token.txt | jq -r '.items[].id'")]
pub(crate) struct Collections {
    #[command(flatten)]
    server: Server,
}

/// One collection, and the root that has it.
#[derive(serde::Serialize)]
struct Item {
    root: String,
    #[serde(flatten)]
    one: Collection,
}

impl Collections {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let around = Around(session);
        let server = self.server.open(&around)?;
        let mut items = Vec::new();
        for root in server.roots()? {
            for one in server.collections(&root)? {
                items.push(Item { root: root.clone(), one });
            }
        }
        session.out.list(&items, None, &["id", "we may", "root", "title"], |item| {
            let may = [(item.one.can_read, "read"), (item.one.can_write, "write")];
            let may: Vec<&str> = may.iter().filter(|(can, _)| *can).map(|(_, word)| *word).collect();
            vec![item.one.id.clone(), may.join(", "), item.root.clone(), item.one.title.clone()]
        })?;
        Ok(0)
    }
}

/// Fetch what is new in a collection of another TAXII 2.1 server
///
/// Objects are appended to a file, one a line, as they were sent. How far the collection was followed
/// is kept in a file beside it, so that the next poll brings what is new, and one that was stopped
/// goes on. Nothing is believed or taken into the desk. Exits with 9 if the server cannot be reached or
/// is no TAXII 2.1, and with 11 if something came before that.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis taxii poll https://taxii.example/taxii2/ --collection 472c94ae --to feed.jsonl --user noor --secret-file password.txt
  $ aldis taxii poll https://taxii.example/taxii2/ --collection 472c94ae --to feed.jsonl --dry-run --json")]
pub(crate) struct Poll {
    #[command(flatten)]
    server: Server,
    /// The collection, by its id
    #[arg(long, value_name = "ID")]
    collection: String,
    /// The API root that has it; looked for if it is left out
    #[arg(long, value_name = "ADDRESS")]
    root: Option<String>,
    /// The file that new objects are appended to
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The file that keeps how far we are; otherwise FILE.mark
    #[arg(long, value_name = "FILE")]
    mark: Option<PathBuf>,
    /// Seconds before the last object to begin, for objects that come late
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    overlap: u32,
}

impl Poll {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let around = Around(session);
        let server = self.server.open(&around)?;
        let mark_file = self.mark.clone().unwrap_or_else(|| {
            let mut name = self.to.clone().into_os_string();
            name.push(".mark");
            name.into()
        });
        let dry = session.is_dry_run();
        let (mut kept, mark) = match dry {
            true => (None, Kept::look(&mark_file)?),
            false => Kept::open(&self.to, &mark_file).map(|(kept, mark)| (Some(kept), mark))?,
        };
        let root = server.root_of(self.root.as_deref(), &self.collection)?;
        let count = Cell::new(0_u64);
        let done = server.poll(&root, &self.collection, mark, self.overlap, |objects, mark| {
            if let Some(kept) = &mut kept {
                kept.page(objects, mark)?;
            }
            count.set(count.get() + objects.len() as u64);
            session.out.say(format!("{} new objects", count.get()));
            Ok(ControlFlow::Continue(()))
        });
        let new = count.get();
        let said = json!({ "collection": self.collection, "root": root, "new": new, "complete": done.is_ok(), "dry_run": dry });
        let text = format!("{new} new objects{}", if dry { ", nothing kept" } else { "" });
        match done {
            Ok(_) => session.out.object("aldis.taxii-poll/1", &said, text)?,
            Err(Error::Remote(says)) if new > 0 && !dry => {
                session.out.say(format!("stopped: {says}; poll again to go on"));
                session.out.object("aldis.taxii-poll/1", &said, text)?;
                return Ok(PARTLY);
            }
            Err(error) => return Err(error.into()),
        }
        Ok(0)
    }
}

fn secret(file: &str) -> Result<Zeroizing<String>> {
    let bytes = Zeroizing::new(read_input(file, SECRET_MAX)?);
    Ok(Login::secret(&bytes)?)
}

const PEM_MAX: usize = 1 << 20;
/// The exit code for what was done in part.
const PARTLY: u8 = 11;
