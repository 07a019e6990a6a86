//! Sets the stage: nodes with officers, partners, audiences and a register.

use super::format::{AudiencePlan, Exercise, NodePlan, OfficerPlan, SubjectPlan};
use crate::config::Config;
use crate::ctx::{Actor, Ctx};
use crate::db::{Db, Tx};
use crate::desk::share::collections::{self, NewCollection};
use crate::desk::share::credentials::{self, Proof};
use crate::desk::{office, partners, register};
use crate::error::{Error, Result};
use crate::node::{Keys, Node};
use crate::seal::Discriminators;
use crate::sim::{SimClock, SimNet, world};
use aldis_model::gate::Ladder;
use aldis_model::label::key;
use aldis_model::role::Role;
use aldis_model::{Digest, Label, Tlp};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// The nodes of an exercise, in folders that are removed with it.
pub(super) struct Stage {
    pub(super) clock: Arc<SimClock>,
    pub(super) net: Arc<SimNet>,
    pub(super) nodes: BTreeMap<String, Arc<Node>>,
    /// Aliases of register entries and their cover names.
    pub(super) covers: BTreeMap<String, String>,
    /// Every audience with the node that cuts versions for it.
    pub(super) audiences: Vec<(String, AudiencePlan)>,
    /// Every partner's tool that reads a collection.
    pub(super) readers: Vec<Reader>,
    folder: PathBuf,
}

impl Stage {
    pub(super) fn set(exercise: &Exercise) -> Result<Self> {
        let clock = SimClock::at(exercise.start);
        let net = SimNet::new(clock.clone());
        let folder = fresh_folder()?;
        let mut stage = Self {
            clock,
            net,
            nodes: BTreeMap::new(),
            covers: BTreeMap::new(),
            audiences: Vec::new(),
            readers: Vec::new(),
            folder,
        };
        for (name, plan) in &exercise.nodes {
            let node = stage.open(name, plan)?;
            stage.nodes.insert(name.clone(), node);
        }
        for (name, plan) in &exercise.nodes {
            stage.people(name, plan)?;
        }
        Ok(stage)
    }

    pub(super) fn node(&self, name: &str) -> Result<Arc<Node>> {
        let node = self.nodes.get(name).cloned();
        node.ok_or_else(|| Error::Refused(format!("there is no node {name:?} in this exercise")))
    }

    fn open(&self, name: &str, plan: &NodePlan) -> Result<Arc<Node>> {
        let data = self.folder.join(key(name));
        std::fs::create_dir_all(&data)?;
        let db = Db::open_sqlite(&data.join("aldis.db"))?;
        let mut config = Config::new(&data, name);
        plan.title.clone_into(&mut config.title);
        config.public_url = format!("http://{}.exercise", key(name).to_lowercase());
        let secret = |purpose: &str| *Digest::of(format!("{purpose} {name}").as_bytes()).bytes();
        let keys = Keys { signing: secret("signing"), seal: secret("seal") };
        let node = Node::open(config, db, &keys, world(&self.clock, &self.net, name))?;
        self.net.join(&node);
        Ok(node)
    }

    fn people(&mut self, name: &str, plan: &NodePlan) -> Result<()> {
        let node = self.node(name)?;
        for officer in &plan.officers {
            add_officer(&node, officer)?;
        }
        for partner in &plan.partners {
            let other = self.node(partner)?;
            let (url, verifier) = (other.config.public_url.clone(), other.verifier().to_string());
            add_partner(&node, partner, &other.config.title, Some((&url, &verifier)))?;
        }
        for partner in &plan.other_partners {
            add_partner(&node, partner, partner, None)?;
        }
        for partner in &plan.readers {
            let reader = add_reader(&node, name, partner)?;
            self.readers.push(reader);
        }
        for subject in &plan.register {
            self.add_subject(name, subject)?;
        }
        for audience in &plan.audiences {
            self.add_audience(name, audience)?;
        }
        Ok(())
    }

    pub(super) fn add_subject(&mut self, node: &str, plan: &SubjectPlan) -> Result<()> {
        let node = self.node(node)?;
        let ctx = set_up(&node, Role::CaseOfficer);
        let new = register::NewSubject {
            kind: &plan.kind,
            names: &plan.names,
            category: &plan.category,
            tier: &plan.tier,
            purpose: &plan.purpose,
            label: plan.label.parse()?,
        };
        let year = plan.birth_year.map(|year| year.to_string()).unwrap_or_default();
        let known = Discriminators::read(&year, &plan.places, &plan.organisations, &plan.roles)?;
        // Whoever writes an exercise means the names as they are.
        let entered = |tx: &mut Tx<'_>| register::enter(tx, &ctx, &node.sealer, &new, &known, true);
        let (cover, _) = node.db.write(entered)?;
        self.covers.insert(plan.alias.clone(), cover.to_string());
        Ok(())
    }

    pub(super) fn add_audience(&mut self, node_name: &str, plan: &AudiencePlan) -> Result<()> {
        let node = self.node(node_name)?;
        let ctx = set_up(&node, Role::Liaison);
        let ladder = Ladder::find(&plan.ladder)
            .ok_or_else(|| Error::Refused(format!("{:?} is not a rung of the ladder", plan.ladder)))?;
        let ceiling: Tlp = plan.ceiling.as_deref().map_or(Ok(ladder.ceiling()), str::parse)?;
        let own = node.config.org.clone();
        let org =
            plan.org.clone().unwrap_or_else(|| if ladder == Ladder::Own { own } else { plan.name.clone() });
        let name = self.cover(&plan.name);
        let new = partners::NewAudience {
            name: &name,
            title: &plan.name,
            ladder,
            org: &org,
            ceiling,
            channel: &plan.channel,
            address: &plan.address,
            language: &plan.language,
        };
        node.db.write(|tx| partners::add_audience(tx, &ctx, &new))?;
        self.audiences.push((node_name.to_owned(), plan.clone()));
        Ok(())
    }

    /// Translates a register alias to its cover name; anything else stays.
    pub(super) fn cover(&self, name: &str) -> String {
        self.covers.get(name).cloned().unwrap_or_else(|| name.to_owned())
    }

    /// Reads a label in which register aliases may stand after REL.
    pub(super) fn label(&self, text: &str) -> Result<Label> {
        let mut label: Label = text.parse()?;
        let cover = |name: &String| {
            let alias = self.covers.iter().find(|(alias, _)| key(alias) == *name);
            alias.map_or_else(|| name.clone(), |(_, cover)| key(cover))
        };
        label.rel_to = label.rel_to.map(|names| names.iter().map(cover).collect());
        Ok(label)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What is left of a removed exercise harms nobody; an error here has no one to tell.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn add_officer(node: &Node, plan: &OfficerPlan) -> Result<()> {
    let ctx = set_up(node, Role::Admin);
    let role =
        Role::find(&plan.role).ok_or_else(|| Error::Refused(format!("{:?} is not a role", plan.role)))?;
    let new = office::NewOfficer {
        name: &plan.name,
        role,
        ceiling: plan.ceiling.parse()?,
        compartments: &plan.compartments,
        email: None,
    };
    node.db.write(|tx| office::add(tx, &ctx, &new)).map(|_| ())
}

fn add_partner(node: &Node, name: &str, title: &str, reached: Option<(&str, &str)>) -> Result<()> {
    let ctx = set_up(node, Role::Liaison);
    let new = partners::NewPartner {
        name,
        title,
        url: reached.map(|(url, _)| url),
        verifier: reached.map(|(_, key)| key),
        verified_how: reached.map(|_| "read out in person before the exercise"),
        ceiling: Tlp::AmberStrict,
    };
    node.db.write(|tx| partners::add(tx, &ctx, &new)).map(|_| ())
}

/// A partner's tool that reads a collection.
pub(super) struct Reader {
    /// The node it reads from.
    pub(super) node: String,
    /// The partner.
    pub(super) partner: String,
    /// Its bearer token.
    pub(super) token: String,
    /// The collection.
    pub(super) collection: String,
}

fn add_reader(node: &Node, name: &str, partner: &str) -> Result<Reader> {
    let ctx = set_up(node, Role::Liaison);
    let token = Digest::of(format!("tool of {partner} at {name}").as_bytes()).to_string();
    let proof = Proof::Bearer(Digest::of(token.as_bytes()));
    let new = NewCollection {
        partner,
        title: "What is released to you",
        description: None,
        can_read: true,
        can_write: false,
        label: Label::plain(Tlp::Green),
    };
    let collection = node.db.write(|tx| {
        credentials::add(tx, &ctx, partner, &proof, "the exercise")?;
        collections::add(tx, &ctx, &new)
    })?;
    Ok(Reader { node: name.to_owned(), partner: key(partner), token, collection })
}

/// Whoever sets the stage: the exercise's staff, named as such in the record.
fn set_up(node: &Node, role: Role) -> Ctx {
    let org = &node.config.org;
    node.ctx(Actor::officer("exercise-staff", "exercise staff", role, org, Tlp::Red, Default::default()))
}

fn fresh_folder() -> Result<PathBuf> {
    static COUNTER: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(0);
    let base = std::env::temp_dir();
    loop {
        let number = COUNTER.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let folder = base.join(format!("aldis-exercise-{}-{number}", std::process::id()));
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
    }
}
