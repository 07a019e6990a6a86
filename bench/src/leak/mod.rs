//! Two worlds that differ only in what a viewer may not see must answer him alike, byte for byte.
//!
//! A pair is built from a seed through the real verbs on two stores. Then every reading verb, every
//! writing verb (taken back) and everything somebody outside can obtain is asked in both, about ids
//! of either world and of neither. One differing byte is a leak.
//!
//! What this does not see: how long an answer takes; what raising a label does (a thing that becomes
//! hidden is missed by whoever saw it before); and the place an offline proof names.

pub mod asks;
pub mod chance;
pub mod door;
pub mod extras;
pub mod flow;
pub mod forms;
pub mod hidden;
pub mod outside;
pub mod pages;
pub mod pool;
pub mod post;
pub mod progress;
pub mod routes;
pub mod script;
pub mod tools;
pub mod wall;
pub mod words;
pub mod world;

use crate::dice::Dice;
use aldis::ctx::Ctx;
use aldis::desk::review;
use aldis::error::{Error, Result};
use aldis_model::Id;
use aldis_model::role::Role;
use aldis_model::time::HOUR_US;
use asks::{About, Ask, READS, WRITES};
use outside::Heard;
use pages::Browser;
use pool::Pool;
use script::Built;
use serde::{Deserialize, Serialize};
use wall::Wall;

/// An answer that told two worlds apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// The pair's seed.
    pub seed: u64,
    /// Who asked what.
    pub question: String,
    /// The answers, cut to where they part.
    pub answers: [String; 2],
}

/// What came of some pairs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Pairs of worlds.
    pub worlds: u64,
    /// Pairs of requests.
    pub requests: u64,
    /// Of these, answered with something rather than refused; pages count whatever they say.
    pub answered: u64,
    /// Pairs in which somebody who may see everything was told the worlds apart: the control.
    pub told_apart: u64,
    /// What differed, at most ten of a pair.
    pub differences: Vec<Difference>,
    /// For each of [`routes::all`]: how often it was asked, and how often it did what was asked.
    pub routes: Vec<[u64; 2]>,
}

impl Tally {
    /// Adds another tally to this one.
    pub fn add(&mut self, other: Self) {
        self.worlds += other.worlds;
        self.requests += other.requests;
        self.answered += other.answered;
        self.told_apart += other.told_apart;
        self.differences.extend(other.differences);
        self.routes.resize(self.routes.len().max(other.routes.len()), [0; 2]);
        for (own, other) in self.routes.iter_mut().zip(other.routes) {
            *own = [own[0] + other[0], own[1] + other[1]];
        }
    }

    /// Counts a request to a route with its answer.
    fn count(&mut self, route: Option<usize>, answer: &[u8]) {
        self.routes.resize(routes::all().len(), [0; 2]);
        let Some(count) = route.and_then(|route| self.routes.get_mut(route)) else { return };
        let to_sign_in = || answer.windows(SIGN_IN.len()).any(|part| part == SIGN_IN);
        let done = answer.starts_with(b"2") || (answer.starts_with(b"3") && !to_sign_in());
        *count = [count[0] + 1, count[1] + u64::from(done)];
    }

    fn compare(&mut self, seed: u64, question: impl FnOnce() -> String, answers: [&[u8]; 2]) {
        let [a, b] = answers;
        self.requests += 1;
        // Errors are shown by their variant, which begins with a capital letter; nothing else does.
        self.answered += u64::from(!a.first().is_some_and(u8::is_ascii_uppercase));
        if a != b && self.differences.len() < DIFFERENCES_MAX {
            let answers = [part(a, b), part(b, a)];
            self.differences.push(Difference { seed, question: question(), answers });
        }
    }
}

/// Builds the pair of a seed and asks it everything.
///
/// # Errors
///
/// Whatever building a world gives: the script itself is wrong then.
pub fn pair(seed: u64) -> Result<Tally> {
    let mut dice = Dice::new(seed);
    let wall = Wall::pick(&mut dice);
    let built = [script::build(seed, &wall, 0)?, script::build(seed, &wall, 1)?];
    let pool = Pool::of([&built[0].world, &built[1].world], &mut dice)?;
    let mut tally = Tally { worlds: 1, told_apart: told_apart(&built)?, ..Tally::default() };
    officers(&mut tally, seed, &wall, &built, &pool, &mut dice);
    browse(&mut tally, seed, &wall, &built, &pool, &mut dice)?;
    everybody(&mut tally, seed, &built, &pool);
    Ok(tally)
}

/// Says (1 or 0) whether somebody who may see everything is told the worlds apart.
fn told_apart(built: &[Built; 2]) -> Result<u64> {
    let everything = |built: &Built| {
        let auditor = built.world.cleared("Auditor", Role::Auditor);
        let tail = built.world.node.db.read(|tx| review::tail(tx, &auditor, 500))?;
        serde_json::to_vec(&tail).map_err(Error::broken)
    };
    Ok(u64::from(everything(&built[0])? != everything(&built[1])?))
}

/// Builds the pair of a seed and asks it over sockets: every page and form as every role at the wall and
/// below it, and everything that is open to those outside.
///
/// # Errors
///
/// As [`pair`], and if the machine gives no port.
pub fn pair_over_http(seed: u64) -> Result<Tally> {
    let mut dice = Dice::new(seed);
    let wall = Wall::pick(&mut dice);
    let built = [script::build(seed, &wall, 0)?, script::build(seed, &wall, 1)?];
    let pool = Pool::of([&built[0].world, &built[1].world], &mut dice)?;
    let mut tally = Tally { worlds: 1, told_apart: told_apart(&built)?, ..Tally::default() };
    for built in &built {
        built.world.serve()?;
    }
    strangers(&mut tally, seed, &built, &pool, &mut dice);
    for wall in wall.and_below() {
        for role in AT_WORK {
            // What the one before did is there to be asked about.
            let pool = Pool::of([&built[0].world, &built[1].world], &mut dice)?.since(&pool);
            visit(&mut tally, seed, (role, &wall), &built, &pool, &mut dice)?;
        }
    }
    strangers(&mut tally, seed, &built, &pool, &mut dice);
    partners(&mut tally, seed, &built, &pool);
    Ok(tally)
}

/// Lets officers at the wall and below it ask.
fn officers(tally: &mut Tally, seed: u64, wall: &Wall, built: &[Built; 2], pool: &Pool, dice: &mut Dice) {
    for (depth, wall) in wall.and_below().into_iter().enumerate() {
        for role in ROLES.into_iter().take(if depth == 0 { ROLES.len() } else { 2 }) {
            let ctx =
                |built: &Built| built.world.officer("Viewer", role, wall.ceiling, wall.compartments.clone());
            let both = [ctx(&built[0]), ctx(&built[1])];
            for ask in READS {
                put(tally, (seed, role), built, &both, (ask, asks::read), pool, dice);
            }
            for ask in WRITES {
                if depth > 0 && dice.chance_pct(66) {
                    continue;
                }
                put(tally, (seed, role), built, &both, (ask, asks::write), pool, dice);
            }
        }
    }
}

type Way = fn(&world::World, &Ctx, &Ask, &About) -> Vec<u8>;

/// Puts one question about everything it can be about.
fn put(
    tally: &mut Tally,
    (seed, role): (u64, Role),
    built: &[Built; 2],
    both: &[Ctx; 2],
    (ask, way): (&Ask, Way),
    pool: &Pool,
    dice: &mut Dice,
) {
    let mut ids: Vec<Option<&Id>> = pool.of_kinds(ask.kinds).map(Some).collect();
    if ask.kinds.is_empty() {
        ids = vec![None; if is_entry(ask) { 20 } else { 4 }];
    } else {
        ids.extend([pool.any(dice), pool.any(dice)]);
    }
    for id in ids {
        let about = about(ask, pool, dice, id);
        let a = way(&built[0].world, &both[0], ask, &about);
        let b = way(&built[1].world, &both[1], ask, &about);
        let viewer = &both[0].actor.viewer;
        let question = || {
            let held = viewer.compartments.iter().cloned().collect::<Vec<_>>().join(",");
            format!("{role} {} [{held}]: {} {about:?}", viewer.ceiling, ask.name)
        };
        tally.compare(seed, question, [&a, &b]);
    }
}

/// Picks an audience of either world, or a cover name that is none.
fn audience(pool: &Pool, dice: &mut Dice) -> String {
    let person = pool.one("PR", dice).map(Id::to_string);
    let other = dice.pick(&AUDIENCES).map(|name| (*name).to_owned());
    if dice.chance_pct(40) { person } else { other }.unwrap_or_default()
}

fn is_entry(ask: &Ask) -> bool {
    ["review::entry", "review::committed"].contains(&ask.name)
}

fn about(ask: &Ask, pool: &Pool, dice: &mut Dice, id: Option<&Id>) -> About {
    let nothing = || Id::from_random("X", [0; 5]);
    About {
        id: id.cloned().unwrap_or_else(nothing),
        other: pool.one(ask.other, dice).cloned().unwrap_or_else(nothing),
        number: if is_entry(ask) { pool.entry(dice) } else { dice.roll().cast_signed() >> 1 },
        audience: audience(pool, dice),
    }
}

/// Lets two officers and somebody without a session use the server.
fn browse(
    tally: &mut Tally,
    seed: u64,
    wall: &Wall,
    built: &[Built; 2],
    pool: &Pool,
    dice: &mut Dice,
) -> Result<()> {
    let first = ROLES.get(usize::try_from(seed).unwrap_or(0) % ROLES.len()).copied();
    for role in [first.unwrap_or(Role::Senior), Role::Admin] {
        visit(tally, seed, (role, wall), built, pool, dice)?;
    }
    strangers(tally, seed, built, pool, dice);
    Ok(())
}

/// Lets one officer open every page and send every form, look again at what came of it, and leave.
fn visit(
    tally: &mut Tally,
    seed: u64,
    (role, wall): (Role, &Wall),
    built: &[Built; 2],
    pool: &Pool,
    dice: &mut Dice,
) -> Result<()> {
    let [a, b] = [&built[0].world, &built[1].world];
    let both = [Browser::signed_in(a, role, wall)?, Browser::signed_in(b, role, wall)?];
    let mut ask = |method: &str, path: &str, question: &dyn Fn(&Browser<'_>) -> Vec<u8>| {
        let answers = both.each_ref().map(question);
        tally.count(routes::find(method, path), &answers[0]);
        tally.compare(seed, || format!("{role} {wall:?}: {method} {path}"), [&answers[0], &answers[1]]);
        answers.into_iter().next().unwrap_or_default()
    };
    for (method, at) in [("GET", 0), ("POST", 1)] {
        ask(method, "/in/link", &|browser| browser.entered.get(at).cloned().unwrap_or_default());
    }
    let paths = pages::of_desk(pool, dice);
    for (number, path) in paths.iter().take(if role == Role::Admin { 40 } else { paths.len() }).enumerate() {
        let answer = if number % 8 == 7 {
            ask("GET", path, &|browser| browser.get_json(path))
        } else {
            ask("GET", path, &|browser| browser.get(path))
        };
        if let Some(beside) = pages::beside(path, &answer) {
            ask("GET", &beside, &|browser| browser.get(&beside));
        }
    }
    for sent in forms::of_one_world(pool, dice).into_iter().chain(forms::of_both(pool, dice)) {
        ask("POST", &sent.path, &|browser| browser.post(&sent.path, &sent.fields));
    }
    // The same each time, so that the second report is tied to the first.
    let text = words::sentence(&mut Dice::new(seed), 40);
    ask("POST", "/gather", &|browser| browser.take_in(&text));
    for path in pages::of_desk(pool, dice).iter().step_by(3) {
        ask("GET", path, &|browser| browser.get(path));
    }
    ask("POST", "/sign-out", &|browser| browser.post("/sign-out", ""));
    ask("GET", "/watch", &|browser| browser.get("/watch"));
    Ok(())
}

/// Lets somebody without a session use the server.
fn strangers(tally: &mut Tally, seed: u64, built: &[Built; 2], pool: &Pool, dice: &mut Dice) {
    let both = [Browser::new(&built[0].world), Browser::new(&built[1].world)];
    for (path, fields) in pages::open_to_all(&built[0], pool, dice) {
        let answers = both.each_ref().map(|browser| match fields {
            None => browser.get(&path),
            Some(fields) => browser.post(&path, fields),
        });
        let method = if fields.is_some() { "POST" } else { "GET" };
        tally.count(routes::find(method, &path), &answers[0]);
        let question = || format!("anybody: {method} {path} {}", fields.unwrap_or_default());
        tally.compare(seed, question, [&answers[0], &answers[1]]);
    }
}

/// Lets the public, the person at risk and the partner ask.
fn everybody(tally: &mut Tally, seed: u64, built: &[Built; 2], pool: &Pool) {
    let ids: Vec<Id> = pool.of_kinds(&["L", "W", "V"]).cloned().collect();
    let rounds = [0, HOUR_US, 26 * HOUR_US, 31 * 24 * HOUR_US];
    let public = built.each_ref().map(|built| outside::public(&built.world, &ids, &rounds[..3]));
    hear(tally, seed, "public", &public);
    hear(tally, seed, "person", &built.each_ref().map(|built| outside::person(built, &rounds)));
    partners(tally, seed, built, pool);
}

/// Lets the partner and its tool ask, and the partner write to us.
fn partners(tally: &mut Tally, seed: u64, built: &[Built; 2], pool: &Pool) {
    hear(tally, seed, "tool", &built.each_ref().map(|built| tools::partner(&built.world)));
    let mut messages: Vec<String> = ["M-00000000", "M-SHARED9", "M-SHARED18"].map(str::to_owned).to_vec();
    for side in 0..2 {
        messages.extend((1..40).map(|count| format!("M-HIDDEN{side}X{count}")));
    }
    messages.extend(pool.of_kinds(&["V", "L"]).take(8).map(Id::to_string));
    hear(tally, seed, "partner", &built.each_ref().map(|built| outside::partner(&built.world, &messages)));
}

fn hear(tally: &mut Tally, seed: u64, who: &str, heard: &[Vec<Heard>; 2]) {
    for (a, b) in heard[0].iter().zip(&heard[1]) {
        if a.route.is_some() {
            tally.count(a.route, &a.answer);
        }
        tally.compare(seed, || format!("{who}: {}", a.question), [&a.answer, &b.answer]);
    }
}

/// Shows a little of `ours` around the first byte that is not in `theirs`.
fn part(ours: &[u8], theirs: &[u8]) -> String {
    let same = ours.iter().zip(theirs).take_while(|(a, b)| a == b).count();
    let (from, to) = (same.saturating_sub(80), (same + 200).min(ours.len()));
    format!("…{}…", String::from_utf8_lossy(ours.get(from..to).unwrap_or_default()))
}

const ROLES: [Role; 6] =
    [Role::Senior, Role::Analyst, Role::Liaison, Role::Auditor, Role::Duty, Role::CaseOfficer];

/// In the order in which one's work is the next one's.
const AT_WORK: [Role; 7] =
    [Role::Analyst, Role::CaseOfficer, Role::Senior, Role::Liaison, Role::Duty, Role::Auditor, Role::Admin];

const SIGN_IN: &[u8] = b"\"location\": \"/sign-in\"";

const AUDIENCES: [&str; 5] = ["BOREAS", "CORVUS", "STAFF", "PUBLIC", "NOBODY"];

const DIFFERENCES_MAX: usize = 10;
