//! `aldis taxii push`: a file of STIX objects to a collection of another server; needs no node.

use super::elsewhere::{Around, Server};
use super::sent::Sent;
use crate::cli::session::{Result, Session};
use crate::cli::stix::open;
use crate::error::Error;
use crate::exchange::elsewhere::{Added, Elsewhere};
use crate::exchange::marking;
use aldis_model::gate::{Audience, Gate, Ladder};
use aldis_model::{Label, Labelled, Released, Tlp};
use aldis_wire::poll;
use aldis_wire::stix::marking::{Markings, Said, said, said_by_id};
use aldis_wire::stix::{Limits, Stream, Tree, Value};
use aldis_wire::taxii::Object;
use serde::Serialize;
use serde_json::json;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Add the objects of a STIX file to a collection of another TAXII 2.1 server
///
/// What is above --ceiling or not marked stays here. What the server accepted is not sent again, so that
/// a push that was stopped goes on. Exits with 9 if nothing could be sent, and with 11 if something was
/// not accepted or stays here.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  $ aldis taxii push https://taxii.example/taxii2/ bundle.json --collection 472c94ae --user noor --secret-file password.txt
  $ aldis taxii push https://taxii.example/taxii2/ - --collection 472c94ae --dry-run < bundle.json")]
pub(crate) struct Push {
    #[command(flatten)]
    server: Server,
    /// A bundle, a list of objects, or one object a line; `-` is stdin
    file: String,
    /// The collection, by its id
    #[arg(long, value_name = "ID")]
    collection: String,
    /// The API root that has it; looked for if it is left out
    #[arg(long, value_name = "ADDRESS")]
    root: Option<String>,
    /// The highest marking that its readers may see
    #[arg(long, value_name = "TLP", default_value = "TLP:GREEN")]
    ceiling: String,
    /// What an object without a marking is taken for
    #[arg(long, value_name = "TLP", default_value = "TLP:RED")]
    unmarked: String,
    /// The file of what was sent; otherwise FILE.sent, none for stdin
    #[arg(long, value_name = "FILE")]
    sent: Option<PathBuf>,
}

/// What became of the objects so far.
#[derive(Default, Serialize)]
struct Told {
    /// Accepted by the server now; on a dry run, what would be sent.
    sent: u64,
    /// Accepted before.
    known: u64,
    /// Above the ceiling, or not marked.
    withheld: u64,
    /// Not accepted, or no valid object of STIX 2.1.
    refused: u64,
    /// Which, at most 1,000, with the reason.
    failures: Vec<Failure>,
}

#[derive(Serialize)]
struct Failure {
    id: String,
    says: String,
}

/// The objects of one envelope, gathered as they are read.
#[derive(Default)]
struct Envelope {
    objects: Vec<Released<String>>,
    bytes: usize,
}

/// Who may see what, and what is sent where.
struct Sender<'a> {
    server: &'a Elsewhere<'a>,
    root: String,
    collection: &'a str,
    audience: Audience,
    unmarked: Label,
    largest: usize,
    sent: Sent,
    dry: bool,
    told: Told,
    session: &'a Session<'a>,
}

impl Push {
    pub(super) fn run(self, session: &Session<'_>) -> Result<u8> {
        let (ceiling, unmarked): (Tlp, Label) =
            (self.ceiling.parse().map_err(Error::from)?, self.unmarked.parse().map_err(Error::from)?);
        if ceiling == Tlp::Red {
            return Err(Error::refused("TLP:RED is for named people and not for collections").into());
        }
        let meanings = self.meanings()?;
        let around = Around(session);
        let server = self.server.open(&around)?;
        let root = server.root_of(self.root.as_deref(), &self.collection)?;
        let largest = server.takes(&root)?.and_then(|most| usize::try_from(most).ok());
        let sent = match self.sent_file().filter(|_| !session.is_dry_run()) {
            Some(name) => Sent::open(&name, &root, &self.collection)?,
            None => Sent::default(),
        };
        let mut sender = Sender {
            server: &server,
            root,
            collection: &self.collection,
            audience: Audience::new("COLLECTION", "COLLECTION", Ladder::Partner, ceiling),
            unmarked,
            largest: largest.unwrap_or(ENVELOPE_MAX).clamp(ENVELOPE_MIN, ENVELOPE_MAX),
            sent,
            dry: session.is_dry_run(),
            told: Told::default(),
            session,
        };
        let done = self.all(&mut sender, meanings);
        sender.end(done)
    }

    fn sent_file(&self) -> Option<PathBuf> {
        let beside = || (self.file != "-").then(|| PathBuf::from(format!("{}.sent", self.file)));
        self.sent.clone().or_else(beside)
    }

    /// Reads what the markings in the file mean; from stdin they have to come first.
    fn meanings(&self) -> Result<BTreeMap<String, Said>> {
        let mut meanings = BTreeMap::new();
        if self.file == "-" {
            return Ok(meanings);
        }
        let mut stream = Stream::new(open(&self.file)?.0, Limits::default()).many();
        while let Some(piece) = stream.next_piece().map_err(|error| self.unreadable(&error))? {
            if let Ok(tree) = Tree::read(piece.bytes, &Limits::default()) {
                learn(&mut meanings, tree.root());
            }
        }
        Ok(meanings)
    }

    fn all(&self, sender: &mut Sender<'_>, mut meanings: BTreeMap<String, Said>) -> Result<()> {
        let mut stream = Stream::new(open(&self.file)?.0, Limits::default()).many();
        let mut envelope = Envelope::default();
        while let Some(piece) = stream.next_piece().map_err(|error| self.unreadable(&error))? {
            if let Some(why) = piece.refused {
                sender.refuse("", &why.to_string());
                continue;
            }
            sender.one(&mut envelope, piece.bytes, &mut meanings)?;
        }
        sender.send(&mut envelope)
    }

    fn unreadable(&self, error: &aldis_wire::Error) -> Error {
        Error::Refused(format!("{}: {error}", self.file))
    }
}

impl Sender<'_> {
    /// Looks at one object, and sends what was gathered if this one does not fit.
    fn one(
        &mut self,
        envelope: &mut Envelope,
        bytes: &[u8],
        meanings: &mut BTreeMap<String, Said>,
    ) -> Result<()> {
        let Ok(text) = std::str::from_utf8(bytes) else {
            self.refuse("", "not UTF-8");
            return Ok(());
        };
        let (tree, object) = match (Tree::read(bytes, &Limits::default()), Object::read(text)) {
            (Ok(tree), Ok(object)) => (tree, object),
            (_, Err(error)) | (Err(error), _) => {
                let id = Tree::read(bytes, &Limits::default());
                let id = id.ok().and_then(|tree| text_of(tree.root(), "id")).unwrap_or_default();
                self.refuse(&id, &error.to_string());
                return Ok(());
            }
        };
        learn(meanings, tree.root());
        if self.sent.knows(&poll::key(text)) {
            self.told.known += 1;
            return Ok(());
        }
        let label = self.label(tree.root(), meanings);
        let Some(released) = Gate::default().release(&self.audience, Labelled::new(text.to_owned(), label))
        else {
            self.told.withheld += 1;
            return Ok(());
        };
        let size = text.len() + AROUND;
        if size + AROUND > self.largest {
            self.refuse(&object.id, &format!("larger than the {} bytes the server takes", self.largest));
            return Ok(());
        }
        if envelope.objects.len() >= OBJECTS_MAX || envelope.bytes + size + AROUND > self.largest {
            self.send(envelope)?;
        }
        envelope.bytes += size;
        envelope.objects.push(released);
        Ok(())
    }

    fn label(&self, object: Value<'_>, meanings: &BTreeMap<String, Said>) -> Label {
        // What TLP means is known to everybody.
        let known = text_of(object, "id").is_some_and(|id| said_by_id(&id) != Said::Unknown);
        if known {
            return Label::clear();
        }
        let meaning = |id: &str| meanings.get(id).cloned().unwrap_or_else(|| said_by_id(id));
        marking::label(&Markings::of(object, ""), meaning).unwrap_or_else(|| self.unmarked.clone())
    }

    fn send(&mut self, envelope: &mut Envelope) -> Result<()> {
        let Envelope { objects, .. } = std::mem::take(envelope);
        if objects.is_empty() {
            return Ok(());
        }
        if self.dry {
            self.told.sent += objects.len() as u64;
            return Ok(());
        }
        let objects = Released::collect(objects);
        let Added { accepted, refused } = self.server.add(&self.root, self.collection, &objects)?;
        self.sent.keep(&accepted)?;
        self.told.sent += accepted.len() as u64;
        for (id, says) in &refused {
            self.refuse(id, says);
        }
        let Told { sent, known, withheld, refused, .. } = &self.told;
        self.session.out.say(format!("{sent} sent, {known} known, {withheld} withheld, {refused} refused"));
        Ok(())
    }

    fn refuse(&mut self, id: &str, says: &str) {
        self.told.refused += 1;
        if self.told.failures.len() < FAILURES_MAX {
            let id: String = id.chars().filter(|c| !c.is_control()).take(200).collect();
            let name = if id.is_empty() { "an object" } else { &id };
            self.session.out.say(format!("not accepted: {name}: {says}"));
            self.told.failures.push(Failure { id, says: says.to_owned() });
        }
    }

    /// Says what became of all of them, also if it stopped in between.
    fn end(self, done: Result<()>) -> Result<u8> {
        let Told { sent, known, withheld, refused, failures } = &self.told;
        if let Err(failure) = done.as_ref().map_err(|failure| &failure.error) {
            if self.dry || !matches!(failure, Error::Remote(_)) || *sent == 0 {
                return done.map(|()| 0);
            }
            self.session.out.say(format!("stopped: {failure}; push again to go on"));
        }
        let said = json!({
            "collection": self.collection, "root": self.root, "sent": sent, "known": known,
            "withheld": withheld, "refused": refused, "failures": failures, "complete": done.is_ok(),
            "dry_run": self.dry,
        });
        let word = if self.dry { "would be sent" } else { "sent" };
        let text = format!("{sent} {word}, {known} known, {withheld} withheld, {refused} refused");
        self.session.out.object("aldis.taxii-push/1", &said, text)?;
        if *withheld > 0 {
            self.session.out.say("withheld is what is above --ceiling or has no marking (--unmarked)");
        }
        Ok(if done.is_err() || withheld + refused > 0 { PARTLY } else { 0 })
    }
}

/// Keeps what a marking definition means.
fn learn(meanings: &mut BTreeMap<String, Said>, object: Value<'_>) {
    let is = text_of(object, "type").is_some_and(|kind| kind == "marking-definition");
    if let Some(id) = text_of(object, "id").filter(|_| is && meanings.len() < MEANINGS_MAX) {
        meanings.insert(id, said(object));
    }
}

fn text_of(object: Value<'_>, name: &str) -> Option<String> {
    object.get(name).and_then(Value::as_text).map(std::borrow::Cow::into_owned)
}

/// How many objects go in one envelope.
const OBJECTS_MAX: usize = 1_000;
/// How long an envelope may be, in bytes, whatever a server takes, and at least.
const ENVELOPE_MAX: usize = 8 << 20;
const ENVELOPE_MIN: usize = 64;
/// What stands around the objects of an envelope, and more than what is between two.
const AROUND: usize = "{\"objects\":[]}".len();
const FAILURES_MAX: usize = 1_000;
const MEANINGS_MAX: usize = 10_000;
/// The exit code for what was done in part.
const PARTLY: u8 = 11;
