//! One warning on a node with many recipients: who is told, the texts they get, and the acts that cut,
//! approve and queue a release for each.

use crate::leak::world::ORG;
use crate::real::{self, Machine, Shifted};
use aldis::config::{Config, Mail, Ways, Webhook};
use aldis::ctx::Ctx;
use aldis::db::Db;
use aldis::desk::compose::{self, CapDraft, Draft, Sentence};
use aldis::desk::release::{self, Purpose};
use aldis::desk::{case, determine, gather, partners};
use aldis::error::{Error, Result};
use aldis::exchange::Live;
use aldis::node::{Keys, Node, World};
use aldis_model::duty::VictimKind;
use aldis_model::gate::Ladder;
use aldis_model::role::Role;
use aldis_model::{Id, Label, Tlp};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

/// How recipients are told.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// By mail.
    Mail,
    /// By webhook.
    Webhook,
}

impl By {
    const fn channel(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Webhook => "webhook",
        }
    }

    fn address(self, port: u16, number: usize) -> String {
        match self {
            Self::Mail => format!("r{number:05}@hall.test"),
            Self::Webhook => format!("http://127.0.0.1:{port}/r{number:05}"),
        }
    }
}

/// Opens a node in `folder` whose channels lead to receivers on this machine.
///
/// # Errors
///
/// [`Error::Broken`] if the disk fails.
pub fn open(folder: &Path, port: u16, hands: usize) -> Result<Arc<Node>> {
    let keys = Keys { signing: [7; 32], seal: [8; 32] };
    let mail = Mail {
        host: "127.0.0.1".to_owned(),
        port,
        from: "messages@post.test".to_owned(),
        security: "none".to_owned(),
        user: None,
        password_file: None,
        ca_file: None,
    };
    let webhook = Webhook { allow: vec!["127.0.0.1".to_owned()], ..Webhook::default() };
    let ways = Ways { mail: Some(mail), webhook, workers: hands, ..Ways::default() };
    let channels = Arc::new(Live::new(&ways, &keys.signing));
    #[allow(clippy::disallowed_methods, reason = "a bench has no main that hands the time down")]
    let clock = Shifted::new(START.parse()?, SystemTime::now());
    let world = World { clock: Arc::new(clock), chance: Arc::new(Machine), channels };
    let mut config = Config::new(folder, ORG);
    config.public_url = "http://northport.test".to_owned();
    config.ways = ways;
    Node::open(config, Db::open_sqlite(&folder.join("aldis.db"))?, &keys, world)
}

/// Enters the recipients, in groups that are told different sentences, and returns their names.
///
/// # Errors
///
/// As the verbs.
pub fn recipients(node: &Node, count: usize, by: By, port: u16) -> Result<Vec<String>> {
    let names: Vec<String> = (0..count).map(|number| format!("R{number:05}")).collect();
    let liaison = real::officer(node, "Liaison", Role::Liaison);
    for (at, some) in names.chunks(A_COMMIT).enumerate() {
        node.db.write(|tx| {
            for (offset, name) in some.iter().enumerate() {
                let number = at * A_COMMIT + offset;
                let new = partners::NewAudience {
                    name,
                    title: name,
                    ladder: Ladder::Clients,
                    org: &format!("G{}", number % GROUPS),
                    ceiling: Tlp::Amber,
                    channel: by.channel(),
                    address: &by.address(port, number),
                    language: "en",
                };
                partners::add_audience(tx, &liaison, &new)?;
            }
            Ok(())
        })?;
    }
    Ok(names)
}

/// Has somebody decide to warn, and writes one warning with a sentence for each group.
///
/// # Errors
///
/// As the verbs.
pub fn warning(node: &Node) -> Result<Id> {
    let analyst = real::officer(node, "Analyst", Role::Analyst);
    let report = take_in(node)?;
    let case = node.db.write(|tx| case::open(tx, &analyst, "Concert in Lowtown", &report))?;
    let duty =
        node.db.write(|tx| case::add_victim(tx, &analyst, &case, VictimKind::Location, "Lantern Hall"))?;
    step(
        node,
        &analyst,
        &duty,
        "triage",
        json!({"harm_types": ["intentional_killing"], "first_impression_ttl": "TTL-HIGH"}),
    )?;
    let assessed = json!({
        "harm": ["intentional_killing"], "impending": "near_<=7d", "victim_kind": "location",
        "place": "Lantern Hall", "source_grade": "B", "info_grade": "2",
        "specific_elements": ["who", "where", "when"], "confidence": "moderate",
        "independent_sources": [{"report": report, "origins": ["OWN"]}], "reasons": "direct access"
    });
    step(node, &analyst, &duty, "assess", assessed)?;
    step(
        node,
        &analyst,
        &duty,
        "submit",
        json!({"case_summary": "harm is near", "proposed_decision": "warn"}),
    )?;
    let decided = json!({
        "deliverer": "foreign_liaison", "method": "mail", "means": "link",
        "substance_limits": "no origin", "deadline": "2031-05-05T08:00:00Z"
    });
    step(node, &real::officer(node, "Senior", Role::Senior), &duty, "decide_warn", decided)?;
    let mut portions =
        vec![sentence("Avoid large gatherings in Lowtown over the next 48 hours.", "CLEAR", &report)?];
    for group in 0..GROUPS {
        let text = format!("Keep entrance {} closed until Tuesday.", group + 1);
        portions.push(sentence(&text, &format!("AMBER REL G{group}"), &report)?);
    }
    let draft = Draft {
        subject: "Security alert for Lowtown".into(),
        ends_at: Some("2031-05-06T08:00:00Z".parse()?),
        targeted: false,
        cap: CapDraft { area: "Lowtown".into(), geocode: vec!["LOCAL=7".into()], ..CapDraft::default() },
        portions,
    };
    node.db.write(|tx| compose::draft(tx, &analyst, &duty, &draft))
}

/// Cuts a version for each recipient: proposes it, has a second person approve it.
///
/// # Errors
///
/// As the verbs.
pub fn cut(node: &Node, warning: &Id, names: &[String]) -> Result<Vec<Id>> {
    let mut releases = Vec::with_capacity(names.len());
    for some in names.chunks(A_COMMIT) {
        let (analyst, senior) =
            (real::officer(node, "Analyst", Role::Analyst), real::officer(node, "Senior", Role::Senior));
        let made = node.db.write(|tx| {
            let propose = |name: &String| {
                let id = release::propose(tx, &analyst, &node.sealer, warning, name, Purpose::Alert)?;
                release::approve(tx, &senior, &node.sealer, &id)?;
                Ok(id)
            };
            some.iter().map(propose).collect::<Result<Vec<Id>>>()
        })?;
        releases.extend(made);
    }
    Ok(releases)
}

/// Puts all releases on their way at one time: all or none, in one commit.
///
/// # Errors
///
/// As the verb.
pub fn queue(node: &Node, releases: &[Id]) -> Result<usize> {
    let senior = real::officer(node, "Senior", Role::Senior);
    node.db.write(|tx| release::send_together(tx, &senior, &node.sealer, releases, None)).map(|all| all.len())
}

fn step(node: &Node, ctx: &Ctx, duty: &Id, event: &str, fields: Value) -> Result<()> {
    let fields = fields.as_object().cloned().unwrap_or_default();
    node.db.write(|tx| determine::act(tx, ctx, duty, event, &fields)).map(|_| ())
}

fn sentence(text: &str, label: &str, report: &Id) -> Result<Sentence> {
    Ok(Sentence {
        text: text.into(),
        label: label.parse()?,
        basis: vec![report.clone()],
        transformed: vec![],
    })
}

fn take_in(node: &Node) -> Result<Id> {
    let incoming = gather::Incoming {
        bytes: b"Men of the Grey Tide mean to attack a concert tomorrow. The Lantern Hall was named.",
        media_type: Some("text/plain"),
        channel: "manual",
        source: "own collection",
        originator: None,
        origin: None,
        label: Label::plain(Tlp::Red),
    };
    let documents = gather::read(&incoming)?;
    let document = documents.first().ok_or(Error::NotFound)?;
    let duty = real::officer(node, "Duty", Role::Duty);
    node.db.write(|tx| gather::accept(tx, &duty, &incoming, document))
}

const START: &str = "2031-05-04T08:00:00Z";

/// Groups of recipients that are told different sentences.
pub const GROUPS: usize = 10;

const A_COMMIT: usize = 100;
