//! A throw-away instance of two nodes with invented data that plays the whole flow.
//!
//! Everything is real: two stores, two ledgers, two servers on this machine that speak over HTTP. Only
//! the people and what they say are invented. Each step prints one line: what happened and who was
//! told. Afterwards both ledgers are verified and the console stays up.

use crate::config::{Config, Ways};
use crate::ctx::{Actor, Chance, Clock, Ctx};
use crate::db::{Db, Tx};
use crate::desk::case::Relation;
use crate::desk::compose::{CapDraft, Draft, Sentence};
use crate::desk::release::Purpose;
use crate::desk::{
    case, compose, deliver, determine, gather, grade, inbound, office, partners, register, release, screen,
};
use crate::error::{Error, Result};
use crate::exchange::{Live, worker};
use crate::log;
use crate::node::{Keys, Node, World};
use aldis_model::answer::Answer;
use aldis_model::duty::VictimKind;
use aldis_model::gate::Ladder;
use aldis_model::role::Role;
use aldis_model::time::HOUR_US;
use aldis_model::{Id, Label, Tlp};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// The two nodes of the demo.
pub struct Demo {
    /// The desk whose console is shown.
    pub north: Arc<Node>,
    /// The partner.
    pub alba: Arc<Node>,
}

/// Where the demo's servers listen, as addresses others can reach.
pub struct Urls {
    /// The desk's.
    pub north: String,
    /// The partner's.
    pub alba: String,
}

impl Demo {
    /// Opens both nodes in `folder`, with officers and keys exchanged.
    ///
    /// # Errors
    ///
    /// [`Error::Broken`] if a store cannot be made.
    pub fn open(
        folder: &Path,
        urls: &Urls,
        clock: &Arc<dyn Clock>,
        chance: &Arc<dyn Chance>,
    ) -> Result<Self> {
        let open = |name: &str, title: &str, url: &str| {
            let data = folder.join(name);
            std::fs::create_dir_all(&data)?;
            let db = Db::open_sqlite(&data.join("aldis.db"))?;
            let mut config = Config::new(&data, name);
            title.clone_into(&mut config.title);
            url.clone_into(&mut config.public_url);
            let mut keys = Keys { signing: [0; 32], seal: [0; 32] };
            chance.fill("key", &mut keys.signing);
            chance.fill("key", &mut keys.seal);
            let world = World {
                clock: clock.clone(),
                chance: chance.clone(),
                channels: Arc::new(Live::new(&Ways::default(), &keys.signing)),
            };
            Node::open(config, db, &keys, world)
        };
        let north = open("NORTHPORT", "Northport Fusion Centre", &urls.north)?;
        let alba = open("ALBA", "Embassy of Alba", &urls.alba)?;
        let demo = Self { north, alba };
        demo.people()?;
        Ok(demo)
    }

    fn people(&self) -> Result<()> {
        for (node, officers) in
            [(&self.north, OFFICERS.as_slice()), (&self.alba, &[("I. Sand", Role::Liaison)])]
        {
            let admin = staff(node, Role::Admin);
            for (name, role) in officers {
                let new = office::NewOfficer {
                    name,
                    role: *role,
                    ceiling: Tlp::Red,
                    compartments: &[],
                    email: None,
                };
                node.db.write(|tx| office::add(tx, &admin, &new))?;
            }
        }
        know(&self.north, &self.alba)?;
        know(&self.alba, &self.north)?;
        let liaison = staff(&self.north, Role::Liaison);
        let audience = |name, title, ladder: Ladder, channel, address| partners::NewAudience {
            name,
            title,
            ladder,
            org: name,
            ceiling: ladder.ceiling(),
            channel,
            address,
            language: "en",
        };
        self.north.db.write(|tx| {
            let alba = audience("ALBA", "Embassy of Alba", Ladder::Partner, "node", "ALBA");
            partners::add_audience(tx, &liaison, &alba)?;
            partners::add_audience(tx, &liaison, &audience("PUBLIC", "Public", Ladder::Public, "cap", ""))
        })?;
        Ok(())
    }

    /// Makes a one-time sign-in link for an officer of the desk.
    ///
    /// # Errors
    ///
    /// [`Error::NotFound`] if there is no such officer.
    pub fn sign_in_link(&self, officer: &str) -> Result<String> {
        let admin = staff(&self.north, Role::Admin);
        let token = self.north.db.write(|tx| office::invite(tx, &admin, officer))?;
        Ok(format!("{}/in/{token}", self.north.config.public_url))
    }

    /// Plays the flow; `tell` is told each step as it is done.
    ///
    /// # Errors
    ///
    /// Whatever a verb refuses: then the demo is broken, and says so.
    pub fn play(&self, tell: &mut dyn FnMut(&str)) -> Result<()> {
        let north = &self.north;
        let person = self.register_person()?;
        tell(&format!(
            "register     a person at risk enters the register; every screen says {person}, no name"
        ));
        let first = self.gather(FIRST_REPORT, "TLP:RED", "Northport sources desk", None)?;
        let second = self.gather(SECOND_REPORT, "TLP:AMBER", "Embassy of Alba", Some("ALBA"))?;
        tell(&format!("gather       {first} and {second} arrive; kept verbatim, names and places proposed"));
        worker::run_due(north)?;
        let analyst = self.officer("L. Ferro")?;
        let hits = north.db.read(|tx| screen::hits(tx, &analyst, &first))?.into_inner();
        let hit = hits.first().ok_or_else(|| Error::broken("the demo's report must match the register"))?;
        tell(&format!(
            "screen       \"{}\" may be {} ({}); a person decides",
            hit.quoted, hit.subject, hit.why
        ));
        north.db.write(|tx| screen::decide(tx, &analyst, &hit.id, true, "same city, same trade"))?;
        let case = self.grade_and_open(&analyst, &first, &second)?;
        tell(&format!("grade        {first} is B2, {second} is C3; case {case} opened"));
        let duty = self.determine(&analyst, &case, &first, &person)?;
        tell(&format!("determine    threshold met; M. Duarte decides to warn ({duty})"));
        let deliveries = self.release(&analyst, &duty, &first, tell)?;
        worker::run_due(north)?;
        worker::run_due(&self.alba)?;
        let senior = self.officer("M. Duarte")?;
        let to_alba = deliveries.first().ok_or_else(|| Error::broken("nothing was sent"))?;
        let seen = north.db.read(|tx| deliver::find(tx, &senior, to_alba))?.into_inner();
        tell(&format!(
            "deliver      Embassy of Alba: {} (a machine's signed receipt, not an answer)",
            seen.progress
        ));
        tell(&format!("publish      CAP 1.2 alert in {}/feed/alerts.atom", north.config.public_url));
        self.answer(tell)?;
        let floor = north.db.read(|tx| crate::desk::watch::floor(tx, &senior))?.into_inner();
        let waits = floor.waiting.iter().any(|task| task.kind == "dismissed");
        if !waits {
            return Err(Error::broken("a dismissal must reach the senior officer"));
        }
        tell(
            "escalate     the dismissal waits for M. Duarte on the watch floor; an answer is due within the hour",
        );
        let third = self.arrive(THIRD_REPORT, "TLP:CLEAR", "open web", Some("OPEN WEB"))?;
        worker::run_due(north)?;
        tell(&format!("gather       {third} arrives and waits to be read"));
        tell(&format!("review       who knew what when: {}/record/{case}", north.config.public_url));
        self.verify(tell)
    }

    fn register_person(&self) -> Result<Id> {
        let keeper = self.officer("A. Lind")?;
        let new = register::NewSubject {
            kind: "person",
            names: &["Ilya Varga".to_owned(), "Илья Варга".to_owned()],
            category: "journalist in exile",
            tier: "T2",
            purpose: "protection against a hostile state",
            label: Label::plain(Tlp::AmberStrict),
        };
        self.north.db.write(|tx| register::add(tx, &keeper, &self.north.sealer, &new))
    }

    /// Takes a report in and reads it as the first person.
    fn gather(&self, text: &str, label: &str, source: &str, originator: Option<&str>) -> Result<Id> {
        let (id, duty) = (self.arrive(text, label, source, originator)?, self.officer("K. Osei")?);
        self.north.db.write(|tx| gather::open(tx, &duty, &id))?;
        Ok(id)
    }

    fn arrive(&self, text: &str, label: &str, source: &str, originator: Option<&str>) -> Result<Id> {
        let duty = self.officer("K. Osei")?;
        let incoming = gather::Incoming {
            bytes: text.as_bytes(),
            media_type: Some("text/plain"),
            channel: "manual",
            source,
            originator,
            origin: None,
            label: label.parse()?,
        };
        let documents = gather::read(&incoming)?;
        let document = documents.first().ok_or(Error::NotFound)?;
        self.north.db.write(|tx| gather::accept(tx, &duty, &incoming, document))
    }

    fn grade_and_open(&self, analyst: &Ctx, first: &Id, second: &Id) -> Result<Id> {
        let graded = |grade: &str| -> Result<grade::Graded> {
            Ok(grade::Graded {
                grade: grade.parse().map_err(Error::refused)?,
                likelihood: "likely".parse().ok(),
                confidence: "moderate".parse().ok(),
                reasons: "source history known".to_owned(),
            })
        };
        let (one, two) = (graded("B2")?, graded("C3")?);
        self.north.db.write(|tx| {
            grade::grade(tx, analyst, first, &one)?;
            grade::grade(tx, analyst, second, &two)?;
            let case = case::open(tx, analyst, "Plan against a reading at the Lantern Hall", first)?;
            case::link(tx, analyst, &case, second, Relation::Basis)?;
            Ok(case)
        })
    }

    fn determine(&self, analyst: &Ctx, case: &Id, report: &Id, person: &Id) -> Result<Id> {
        let senior = self.officer("M. Duarte")?;
        let deadline = senior.now.plus(6 * HOUR_US).micros();
        let victim =
            |tx: &mut Tx<'_>| case::add_victim(tx, analyst, case, VictimKind::NamedPerson, person.as_str());
        let duty = self.north.db.write(victim)?;
        let steps: [(&Ctx, &str, Value); 4] = [
            (
                analyst,
                "triage",
                json!({
                "harm_types": ["intentional_killing"], "first_impression_ttl": "TTL-HIGH" }),
            ),
            (
                analyst,
                "assess",
                json!({
                "harm": ["intentional_killing"], "impending": "near_<=7d", "victim_kind": "named_person",
                "victim_ref": person, "source_grade": "B", "info_grade": "2",
                "specific_elements": ["who", "where", "when"], "confidence": "moderate",
                "independent_sources": [{ "report": report, "origins": ["own"] }],
                "reasons": "named person, named hall, this week" }),
            ),
            (
                analyst,
                "submit",
                json!({
                "case_summary": "Violence planned at a public reading", "proposed_decision": "warn" }),
            ),
            (
                &senior,
                "decide_warn",
                json!({
                "deliverer": "foreign_liaison", "method": "node", "means": "signed envelope and public alert",
                "substance_limits": "no source, no name", "deadline": deadline }),
            ),
        ];
        for (ctx, event, fields) in steps {
            let fields = fields.as_object().cloned().unwrap_or_default();
            self.north.db.write(|tx| determine::act(tx, ctx, &duty, event, &fields))?;
        }
        Ok(duty)
    }

    fn release(&self, analyst: &Ctx, duty: &Id, report: &Id, tell: &mut dyn FnMut(&str)) -> Result<Vec<Id>> {
        let (north, senior) = (&self.north, self.officer("M. Duarte")?);
        let sentence = |text: &str, label: &str| -> Result<Sentence> {
            Ok(Sentence {
                text: text.to_owned(),
                label: label.parse()?,
                basis: vec![report.clone()],
                transformed: vec![],
            })
        };
        let draft = Draft {
            subject: "Security alert: public events in Lowtown".to_owned(),
            ends_at: Some(senior.now.plus(48 * HOUR_US)),
            targeted: false,
            cap: CapDraft {
                area: "Lowtown".to_owned(),
                circle: "54.30,18.60 8".to_owned(),
                ..CapDraft::default()
            },
            portions: vec![
                sentence(
                    "The Grey Tide, a hired group, plans violence at the Lantern Hall this week.",
                    "AMBER+STRICT REL ALBA",
                )?,
                sentence("Avoid public readings in Lowtown over the next 48 hours.", "CLEAR")?,
                sentence("If you see something unusual, call the emergency number.", "CLEAR")?,
            ],
        };
        let warning = north.db.write(|tx| compose::draft(tx, analyst, duty, &draft))?;
        tell(&format!("compose      {warning}: three sentences, each with its own label"));
        let mut deliveries = Vec::new();
        for (audience, title) in [("ALBA", "Embassy of Alba"), ("PUBLIC", "the public")] {
            let propose = |tx: &mut Tx<'_>| {
                release::propose(tx, analyst, &north.sealer, &warning, audience, Purpose::Alert)
            };
            let id = north.db.write(propose)?;
            match north.db.write(|tx| release::approve(tx, analyst, &north.sealer, &id)) {
                Err(Error::Forbidden(_) | Error::SecondPerson(_)) => {}
                _ => return Err(Error::broken("an author must not approve")),
            }
            north.db.write(|tx| release::approve(tx, &senior, &north.sealer, &id))?;
            deliveries.push(north.db.write(|tx| release::send(tx, &senior, &north.sealer, &id, None))?);
            let found = north.db.read(|tx| release::find(tx, &senior, &id))?.into_inner();
            let sentences = found.body.lines().count();
            tell(&format!(
                "release      {id} for {title}: {sentences} of 3 sentences, {}, approved by a second person",
                found.tlp
            ));
        }
        Ok(deliveries)
    }

    /// The partner reads, and does not accept.
    fn answer(&self, tell: &mut dyn FnMut(&str)) -> Result<()> {
        let alba = &self.alba;
        let officer = by_name(alba, "I. Sand")?;
        let received = alba.db.read(|tx| inbound::list(tx, &officer))?.into_inner();
        let warning = received.first().ok_or_else(|| Error::broken("the partner received nothing"))?;
        alba.db.write(|tx| inbound::open(tx, &officer, &warning.id))?;
        alba.db.write(|tx| {
            inbound::answer(
                tx,
                &officer,
                alba.signer(),
                &warning.id,
                Answer::DoNotAccept,
                "Too general; we see no plan.",
            )
        })?;
        worker::run_due(alba)?;
        tell(
            "acknowledge  Embassy of Alba answers: does not accept, \"Too general; we see no plan.\" (signed)",
        );
        Ok(())
    }

    fn verify(&self, tell: &mut dyn FnMut(&str)) -> Result<()> {
        for node in [&self.north, &self.alba] {
            node.publish()?;
            let verdict = log::verify(&node.db, node.log.folder(), &node.verifier())?;
            if let Some(finding) = verdict.findings.first() {
                return Err(Error::Proof(format!("{}: {}", finding.place, finding.says)));
            }
            let (entries, rows) = (verdict.entries, verdict.rows);
            tell(&format!(
                "verify       ledger of {} is whole: {entries} entries, {rows} rows",
                node.config.title
            ));
        }
        Ok(())
    }

    fn officer(&self, name: &str) -> Result<Ctx> {
        by_name(&self.north, name)
    }
}

fn by_name(node: &Node, name: &str) -> Result<Ctx> {
    let actor = node.db.read(|tx| office::by_name(tx, &node.config.org, name))?;
    Ok(node.ctx(actor))
}

fn know(node: &Node, other: &Node) -> Result<()> {
    let (ctx, key) = (staff(node, Role::Liaison), other.verifier().to_string());
    let new = partners::NewPartner {
        name: &other.config.org,
        title: &other.config.title,
        url: Some(&other.config.public_url),
        verifier: Some(&key),
        verified_how: Some("read out over the telephone by both duty officers"),
        ceiling: Tlp::AmberStrict,
    };
    node.db.write(|tx| partners::add(tx, &ctx, &new)).map(|_| ())
}

/// Whoever sets the demo up; named as such in the record.
fn staff(node: &Node, role: Role) -> Ctx {
    let org = &node.config.org;
    node.ctx(Actor::officer("demo-staff", "demo staff", role, org, Tlp::Red, Default::default()))
}

const OFFICERS: [(&str, Role); 6] = [
    ("K. Osei", Role::Duty),
    ("L. Ferro", Role::Analyst),
    ("M. Duarte", Role::Senior),
    ("A. Lind", Role::CaseOfficer),
    ("R. Okafor", Role::Liaison),
    ("T. Abel", Role::Auditor),
];

const FIRST_REPORT: &str = "A contact with direct access says men of the Grey Tide were paid to hurt the writer Ilia Warga at \
his reading in the Lantern Hall in Lowtown this week. Heard by telephone in Uzbek.";

const SECOND_REPORT: &str =
    "Separate reporting: the Grey Tide has hired a van and asked about the exits of a hall in Lowtown.";

const THIRD_REPORT: &str = "Posts in Lowtown speak of a van that circles the Lantern Hall every evening.";
