//! Builds one world of a pair: what both worlds share, and between its acts what only this one has.
//!
//! Shared are: partners, audiences, a few names of the register, a case the viewer may see, a case
//! whose releases everybody outside gets alike while everything above the line differs, a case
//! that the viewer saw until a report above him joined it, the same again when its versions had left, and
//! one that he may see whose warning goes to somebody of whom he may not know. Hidden are: whole cases, reports, matches, grades, versions, deliveries, answers, warnings from a
//! partner, consents, names of the register, audiences, and reports tied across the wall.

use super::extras::{self, About};
use super::flow::{Flow, Plan};
use super::hidden::Hidden;
use super::post::{self, PARTNERS};
use super::tools;
use super::wall::Wall;
use super::words;
use super::world::{ORG, World};
use crate::dice::Dice;
use aldis::desk::{inbound, partners, register};
use aldis::error::{Error, Result};
use aldis::exchange;
use aldis_model::answer::Answer;
use aldis_model::gate::Ladder;
use aldis_model::role::Role;
use aldis_model::time::{HOUR_US, MINUTE_US, SECOND_US};
use aldis_model::{Id, Label, Tlp};
use aldis_wire::exchange::{ConsentRequest, Message, Warning, WarningKind};

/// A finished world with the ids both worlds share by construction.
pub struct Built {
    /// The world.
    pub world: World,
    /// The case the viewer may see.
    pub seen: Flow,
    /// The case only whose releases are shared.
    pub cut: Flow,
    /// The person at risk whose link is compared, by cover name.
    pub known: String,
}

/// Builds a world. `seed` is the pair's, `side` is 0 or 1.
///
/// # Errors
///
/// Whatever an act of the shared part gives; hidden acts may be refused.
pub fn build(seed: u64, wall: &Wall, side: u64) -> Result<Built> {
    let world = World::new(seed)?;
    let [known, other] = set_up(&world, wall)?;
    extras::set_up(&world, seed)?;
    let (subject, labels) = (extras::open_subject(&world)?, wall.labels(true));
    let mut shared = Dice::new(seed ^ 0x5EED);
    let mut own = Dice::new(seed.wrapping_mul(31).wrapping_add(side + 1));
    let mut seen = Flow::new(seen_plan(wall, &mut shared));
    let mut cut = Flow::new(cut_plan(wall, &known, &other, &mut shared, &mut own));
    let mut raised = Flow::new(raised_plan(wall, &mut shared, &mut own));
    let mut late = Flow::new(late_plan(wall, &mut shared, &mut own));
    let mut whom = Flow::new(whom_plan(wall, &other, &mut shared, &mut own));
    if !wall.labels(false).contains(&Label::plain(Tlp::Red)) {
        // A person at risk is as closed as TLP:RED, and this viewer may know of this one.
        whom.give_up();
    }
    // In every fourth pair one world has nothing hidden beside the shared case.
    let busy = if side == 1 && seed.is_multiple_of(4) { 0 } else { 1 + own.below(3) };
    let mut hidden = Hidden::new(wall, own, side, other, subject.clone());
    let mut now = world.node.world.clock.now();
    let mut number = 0_usize;
    hidden.acts(&world, 4 * busy, &seen)?;
    loop {
        let open = [&seen, &cut, &raised, &late, &whom].map(|flow| !flow.is_over());
        let turns: Vec<usize> = (0..open.len()).filter(|at| open.get(*at) == Some(&true)).collect();
        let Some(turn) = shared.pick(&turns).copied() else { break };
        hidden.acts(&world, busy, &seen)?;
        now = now.plus(pause(&mut shared));
        world.advance(now)?;
        let flow = match turn {
            0 => &mut seen,
            1 => &mut cut,
            2 => &mut raised,
            3 => &mut late,
            _ => &mut whom,
        };
        number += 1;
        flow.step(&world, &format!("shared {number}"))?;
        if number.is_multiple_of(9) {
            write_to_us(&world, wall, &mut shared, number)?;
            tools::publish(&world, &format!("publish {number}"), number)?;
        }
        if number.is_multiple_of(3) {
            let label = shared.pick(&labels).cloned().unwrap_or_else(Label::clear);
            let about = About::flow(label, &seen, subject.clone(), "BOREAS");
            extras::act(&world, &format!("beside {number}"), &about, &mut shared)?;
        }
        if number.is_multiple_of(4) {
            tools::bring(&world, &format!("bring {number}"), "BOREAS", &mut shared)?;
        }
    }
    for round in 0..3 {
        hidden.acts(&world, busy, &seen)?;
        now = now.plus(if round == 2 { 30 * HOUR_US } else { 25 * MINUTE_US });
        world.advance(now)?;
    }
    for round in 0..3 {
        hidden.late(&world, &format!("{round}"))?;
        let label = shared.pick(&labels).cloned().unwrap_or_else(Label::clear);
        extras::write(&world, &format!("late {round}"), &label, &mut shared)?;
    }
    hidden.acts(&world, busy, &seen)?;
    Ok(Built { world, seen, cut, known })
}

fn pause(shared: &mut Dice) -> i64 {
    i64::try_from(shared.below(240)).unwrap_or(60) * SECOND_US
}

/// Adds partners, register and audiences, and returns the cover names of two people at risk.
fn set_up(world: &World, wall: &Wall) -> Result<[String; 2]> {
    let liaison = world.cleared("Liaison", Role::Liaison);
    for (name, _) in PARTNERS {
        let (key, url) = (world.post.signer(name)?.verifier().to_string(), post::url(name));
        let new = partners::NewPartner {
            name,
            title: name,
            url: Some(&url),
            verifier: Some(&key),
            verified_how: Some("read out by telephone"),
            ceiling: Tlp::AmberStrict,
        };
        world.act(&format!("partner {name}"), |tx| partners::add(tx, &liaison, &new))?;
    }
    tools::set_up(world, wall)?;
    let keeper = world.cleared("Keeper", Role::CaseOfficer);
    let mut covers = Vec::new();
    let names = words::SEEN_NAMES.iter().chain(&words::AUDIENCE_NAMES);
    for (name, label) in names.zip(["CLEAR", "GREEN", "RED", "RED"]) {
        let names = [(*name).to_owned()];
        let new = register::NewSubject {
            kind: "person",
            names: &names,
            category: "witness",
            tier: "T2",
            purpose: "may be threatened",
            label: label.parse()?,
        };
        let sealer = &world.node.sealer;
        let id = world.act(&format!("subject {name}"), |tx| register::add(tx, &keeper, sealer, &new))?;
        covers.push(id.to_string());
    }
    let [_, _, known, other] = <[String; 4]>::try_from(covers).map_err(|_| Error::NotFound)?;
    let people = [
        (known.as_str(), Ladder::Person, "mail", KNOWN_AT),
        (other.as_str(), Ladder::Person, "mail", "other@mail.test"),
    ];
    for (name, ladder, channel, address) in AUDIENCES.into_iter().chain(people) {
        let new = partners::NewAudience {
            name,
            title: name,
            ladder,
            org: if ladder == Ladder::Own { ORG } else { name },
            ceiling: ladder.ceiling(),
            channel,
            address,
            language: "en",
        };
        world.act(&format!("audience {name}"), |tx| partners::add_audience(tx, &liaison, &new))?;
    }
    Ok([known, other])
}

fn seen_plan(wall: &Wall, shared: &mut Dice) -> Plan {
    let labels = wall.labels(true);
    let mut label = || shared.pick(&labels).cloned().unwrap_or_else(Label::clear);
    let (first, second, inner) = (label(), label(), label());
    let [seen, hidden] = [words::SEEN_NAMES.join(" and "), words::HIDDEN_NAMES.join(" and ")];
    let mut text = |end: &str| {
        let (head, tail) = (words::sentence(shared, 14), words::sentence(shared, 9));
        format!("{head} {seen} were named. {tail}{end}")
    };
    // Names that only the hidden register may hold come last, so that their matches move no others.
    let texts = [text(&format!(" Also named: {hidden}.")), text("")];
    let mut sentences =
        vec![(words::sentence(shared, 8), inner), (words::sentence(shared, 8), Label::clear())];
    if wall.ceiling >= Tlp::Amber {
        sentences.push((words::sentence(shared, 8), rel(Tlp::Amber, "BOREAS")));
    }
    Plan {
        label: first,
        second,
        texts,
        subject: words::sentence(shared, 3),
        reasons: words::sentence(shared, 5),
        sentences,
        audiences: ["STAFF", "BOREAS", "PUBLIC"].map(str::to_owned).to_vec(),
        asked: "CORVUS".to_owned(),
        is_late: false,
        dice: Dice::new(shared.roll()),
    }
}

/// Plans a case of which nothing is restricted.
pub fn plain_plan(dice: &mut Dice) -> Plan {
    Plan {
        label: Label::clear(),
        second: Label::clear(),
        texts: [words::sentence(dice, 20), words::sentence(dice, 20)],
        subject: words::sentence(dice, 3),
        reasons: words::sentence(dice, 5),
        sentences: vec![(words::sentence(dice, 8), Label::clear())],
        audiences: Vec::new(),
        asked: "CORVUS".to_owned(),
        is_late: false,
        dice: dice.clone(),
    }
}

fn cut_plan(wall: &Wall, known: &str, other: &str, shared: &mut Dice, own: &mut Dice) -> Plan {
    let hidden = wall.labels(false);
    let above = |own: &mut Dice| own.pick(&hidden).cloned().unwrap_or_else(Label::clear);
    let (label, second) = (above(own), above(own));
    let texts = [words::sentence(own, 24), words::sentence(own, 24)];
    let kept = [
        (words::sentence(shared, 8), rel(Tlp::Amber, "BOREAS")),
        (words::sentence(shared, 8), Label::clear()),
        (words::sentence(shared, 8), rel(Tlp::Red, known)),
    ];
    // The first sentence rests on the reports: one that is withheld, so that no consent is asked for.
    let mut sentences = vec![(words::sentence(own, 9), outside(other, own))];
    for sentence in kept {
        sentences.push(sentence);
        for _ in 0..own.below(3) {
            sentences.push((words::sentence(own, 9), outside(other, own)));
        }
    }
    Plan {
        label,
        second,
        texts,
        subject: words::sentence(shared, 3),
        reasons: words::sentence(own, 5),
        sentences,
        audiences: ["BOREAS", known, "PUBLIC", "GUARD"].map(str::to_owned).to_vec(),
        asked: "CORVUS".to_owned(),
        is_late: false,
        dice: Dice::new(shared.roll()),
    }
}

/// Plans a case that starts in sight and leaves it with its second report; what follows differs.
fn raised_plan(wall: &Wall, shared: &mut Dice, own: &mut Dice) -> Plan {
    let (seen, hidden) = (wall.labels(true), wall.labels(false));
    let label = shared.pick(&seen).cloned().unwrap_or_else(Label::clear);
    let second = shared.pick(&hidden).cloned().unwrap_or_else(|| Label::plain(Tlp::Red));
    let texts = [words::sentence(shared, 20), words::sentence(own, 20)];
    let mut sentences = vec![(words::sentence(own, 9), Label::clear())];
    for _ in 0..own.below(3) {
        sentences.push((words::sentence(own, 9), Label::clear()));
    }
    Plan {
        label,
        second,
        texts,
        subject: words::sentence(shared, 3),
        reasons: words::sentence(own, 5),
        sentences,
        audiences: ["CORVUS", "STAFF"].map(str::to_owned).to_vec(),
        asked: "CORVUS".to_owned(),
        is_late: false,
        dice: Dice::new(own.roll()),
    }
}

/// Plans a case that leaves the viewer's sight when its versions have left: what comes back differs.
fn late_plan(wall: &Wall, shared: &mut Dice, own: &mut Dice) -> Plan {
    let hidden = wall.labels(false);
    let label = shared.pick(&wall.labels(true)).cloned().unwrap_or_else(Label::clear);
    let second = shared.pick(&hidden).cloned().unwrap_or_else(|| Label::plain(Tlp::Red));
    Plan {
        label,
        second,
        texts: [words::sentence(shared, 20), words::sentence(own, 20)],
        subject: words::sentence(shared, 3),
        reasons: words::sentence(shared, 5),
        sentences: vec![(words::sentence(shared, 8), Label::clear())],
        audiences: ["CORVUS", "STAFF"].map(str::to_owned).to_vec(),
        asked: String::new(),
        is_late: true,
        dice: Dice::new(own.roll()),
    }
}

/// Plans a case in sight whose warning goes to a person of whom the viewer may not know that we write there:
/// what was asked about this person, and what the person answers, differ.
fn whom_plan(wall: &Wall, other: &str, shared: &mut Dice, own: &mut Dice) -> Plan {
    let labels = wall.labels(true);
    let mut label = || shared.pick(&labels).cloned().unwrap_or_else(Label::clear);
    let (label, second) = (label(), label());
    Plan {
        label,
        second,
        texts: [words::sentence(shared, 20), words::sentence(shared, 20)],
        subject: words::sentence(shared, 3),
        reasons: words::sentence(shared, 5),
        sentences: vec![(words::sentence(shared, 8), Label::clear())],
        audiences: vec![other.to_owned()],
        asked: other.to_owned(),
        is_late: false,
        dice: Dice::new(own.roll()),
    }
}

/// Picks a label that none of the compared audiences outside may see.
fn outside(other: &str, own: &mut Dice) -> Label {
    let labels = [
        Label::plain(Tlp::Red),
        rel(Tlp::Amber, "CORVUS"),
        rel(Tlp::Red, other),
        "RED COMP TIDE".parse().unwrap_or_else(|_| Label::plain(Tlp::Red)),
        "AMBER COMP REEF".parse().unwrap_or_else(|_| Label::plain(Tlp::Red)),
        "GREEN CAV NOFORN".parse().unwrap_or_else(|_| Label::plain(Tlp::Red)),
    ];
    own.pick(&labels).cloned().unwrap_or_else(|| Label::plain(Tlp::Red))
}

fn rel(tlp: Tlp, audience: &str) -> Label {
    Label::plain(tlp).releasable_to(audience)
}

/// Lets the compared partner warn us, with a label the viewer may see, and answers now and then.
fn write_to_us(world: &World, wall: &Wall, shared: &mut Dice, number: usize) -> Result<()> {
    let labels = wall.plain(true);
    let label = shared.pick(&labels).cloned().unwrap_or_else(Label::clear);
    let id = format!("M-SHARED{number}");
    take_warning(world, &format!("inbound {number}"), "BOREAS", &id, &words::sentence(shared, 9), &label)?;
    if shared.chance_pct(30) {
        let text = words::sentence(shared, 6);
        take_question(
            world,
            &format!("question {number}"),
            "BOREAS",
            &format!("M-ASKED{number}"),
            &text,
            &label,
        )?;
    }
    let liaison = world.cleared("Liaison", Role::Liaison);
    let all = world.node.db.read(|tx| inbound::list(tx, &liaison))?.into_inner();
    let ours = all.iter().find(|found| found.message == id).ok_or(Error::NotFound)?;
    if shared.chance_pct(50) {
        let signer = world.node.signer();
        let answer = |tx: &mut aldis::db::Tx<'_>| {
            inbound::answer(tx, &liaison, signer, &ours.id, Answer::CallMe, "please call")
        };
        world.act(&format!("inbound answer {number}"), answer)?;
    }
    Ok(())
}

/// Lets a partner's warning arrive over the exchange, signed.
///
/// # Errors
///
/// Whatever the exchange answers.
pub fn take_warning(
    world: &World,
    act: &str,
    partner: &str,
    id: &str,
    text: &str,
    label: &Label,
) -> Result<String> {
    let now = world.node.world.clock.now();
    let envelope = world.post.sign(Message::Warning(Warning {
        id: id.to_owned(),
        from: partner.to_owned(),
        to: world.node.config.org.clone(),
        release: "L-00000000".to_owned(),
        subject: "A warning".to_owned(),
        text: text.to_owned(),
        label: label.to_string(),
        not_before: None,
        expires: now.plus(48 * HOUR_US).to_string(),
        sent_at: now.to_string(),
        kind: WarningKind::Alert,
        replaces: None,
        answer_by: Some(now.plus(HOUR_US).to_string()),
    }))?;
    arrive(world, act, &envelope)
}

/// Lets a partner's question for our consent arrive over the exchange, signed.
///
/// # Errors
///
/// Whatever the exchange answers.
pub fn take_question(
    world: &World,
    act: &str,
    partner: &str,
    id: &str,
    text: &str,
    label: &Label,
) -> Result<String> {
    let now = world.node.world.clock.now();
    let envelope = world.post.sign(Message::ConsentRequest(ConsentRequest {
        id: id.to_owned(),
        from: partner.to_owned(),
        to: world.node.config.org.clone(),
        text: text.to_owned(),
        audience: "the public".to_owned(),
        rung: "public".to_owned(),
        label: label.to_string(),
        answer_by: now.plus(HOUR_US).to_string(),
        by: "liaison".to_owned(),
        at: now.to_string(),
    }))?;
    arrive(world, act, &envelope)
}

fn arrive(world: &World, act: &str, envelope: &str) -> Result<String> {
    world.acts.begin(act);
    let receipt = exchange::receive(&world.node, envelope.as_bytes())?;
    exchange::worker::run_due(&world.node)?;
    Ok(receipt)
}

/// Finds the delivery of a flow to an audience.
pub fn delivery_to<'a>(flow: &'a Flow, audience: &str) -> Option<&'a Id> {
    flow.sent.iter().find(|(name, _)| name == audience).map(|(_, id)| id)
}

const AUDIENCES: [(&str, Ladder, &str, &str); 5] = [
    ("BOREAS", Ladder::Partner, "node", "BOREAS"),
    ("CORVUS", Ladder::Partner, "node", "CORVUS"),
    ("STAFF", Ladder::Own, "hand", ""),
    ("GUARD", Ladder::Officers, "mail", "guard@mail.test"),
    ("PUBLIC", Ladder::Public, "cap", ""),
];

/// Where mail reaches the person at risk whose link is compared.
pub const KNOWN_AT: &str = "known@mail.test";
