//! Partners' own tools: one partner's is compared, the other's acts are hidden.
//!
//! The compared tool brings objects as a shared act, is published to, and in the end asks for every
//! resource there is, by ids of its own, of the other's and of nobody. In a collection that it only reads
//! it finds the versions that were sent to its partner. The hidden tool brings, reads and deletes in
//! between, and is published to as well.

use super::outside::Heard;
use super::routes;
use super::wall::Wall;
use super::world::World;
use crate::dice::Dice;
use aldis::desk::share::collections::{self, NewCollection};
use aldis::desk::share::credentials::{self, Proof};
use aldis::desk::share::publish::{self, StixObject};
use aldis::error::{Error, Result};
use aldis_model::role::Role;
use aldis_model::{Digest, Id, Label, Released};
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use std::fmt::Write;

/// Adds a collection and a token for each of the two partners. The hidden tool's collection is above the
/// wall in both worlds: that it is used must be above it, too.
///
/// # Errors
///
/// Whatever the verbs give.
pub fn set_up(world: &World, wall: &Wall) -> Result<()> {
    for (partner, label) in [("BOREAS", Label::clear()), ("CORVUS", above(wall))] {
        add_collection(world, &format!("collection {partner}"), partner, label)?;
        let liaison = world.cleared("Liaison", Role::Liaison);
        let proof = Proof::Bearer(Digest::of(partner.as_bytes()));
        let add = |tx: &mut aldis::db::Tx<'_>| credentials::add(tx, &liaison, partner, &proof, "a tool");
        world.act(&format!("credential {partner}"), add)?;
        let read = NewCollection {
            partner,
            title: "what is sent",
            description: None,
            can_read: true,
            can_write: false,
            label: if partner == "BOREAS" { Label::clear() } else { above(wall) },
        };
        world.act(&format!("read {partner}"), |tx| collections::add(tx, &liaison, &read))?;
    }
    Ok(())
}

/// Picks a label above the wall.
fn above(wall: &Wall) -> Label {
    wall.labels(false).into_iter().next().unwrap_or_else(Label::clear)
}

/// Adds one more collection for the partner whose tool is hidden.
///
/// # Errors
///
/// Whatever the verb gives.
pub fn add_collection(world: &World, act: &str, partner: &str, label: Label) -> Result<String> {
    let liaison = world.cleared("Liaison", Role::Liaison);
    let new =
        NewCollection { partner, title: partner, description: None, can_read: true, can_write: true, label };
    world.act(act, |tx| collections::add(tx, &liaison, &new))
}

/// Lets a partner's tool bring a few objects; some of them were there before.
///
/// # Errors
///
/// [`Error::Broken`] if the server cannot be asked.
pub fn bring(world: &World, act: &str, partner: &str, dice: &mut Dice) -> Result<()> {
    let objects: Vec<String> = (0..=dice.below(3)).map(|_| object(dice)).collect();
    let path = format!("{}objects/", own(world, partner)?);
    ask(world, act, partner, "POST", &path, format!("{{\"objects\":[{}]}}", objects.join(","))).map(|_| ())
}

/// Lets the hidden tool do something.
///
/// # Errors
///
/// [`Error::Broken`] if the server cannot be asked.
pub fn hidden(world: &World, act: &str, dice: &mut Dice) -> Result<()> {
    let path = own(world, "CORVUS")?;
    match dice.below(4) {
        0 | 1 => bring(world, act, "CORVUS", dice),
        2 => ask(world, act, "CORVUS", "GET", &format!("{path}objects/"), String::new()).map(|_| ()),
        _ => {
            let path = format!("{path}objects/{}/", id(dice.below(OBJECTS)));
            ask(world, act, "CORVUS", "DELETE", &path, String::new()).map(|_| ())
        }
    }
}

/// Publishes to the compared partner what was released to it.
///
/// # Errors
///
/// [`Error::Broken`] if the store fails.
pub fn publish(world: &World, act: &str, number: usize) -> Result<()> {
    let releases = world
        .node
        .db
        .read(|tx| tx.rows(RELEASES, &[])?.iter().map(|row| row.id(0)).collect::<Result<Vec<Id>>>())?;
    let Some(release) = releases.last() else { return Ok(()) };
    let collection = own(world, "BOREAS")?;
    let collection = collection.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_owned();
    let ctx = world.node.system();
    let object = Released::constant("").map(|_| StixObject::new(indicator(1_000 + number, 1)));
    match world.act(act, |tx| publish::publish(tx, &ctx, &collection, release, vec![object])) {
        Err(Error::Broken(what)) => Err(Error::Broken(what)),
        _ => Ok(()),
    }
}

/// Asks everything the compared partner's tool can ask.
pub fn partner(world: &World) -> Vec<Heard> {
    let collections: Vec<String> =
        ["BOREAS", "CORVUS"].iter().flat_map(|partner| all(world, partner).unwrap_or_default()).collect();
    let nobody = "/taxii2/desk/collections/00000000-0000-4000-8000-000000000000/".to_owned();
    let mut paths: Vec<String> = ["/taxii2/", "/taxii2/desk/", "/taxii2/desk/collections/", "/taxii2/else/"]
        .map(str::to_owned)
        .to_vec();
    // A status past its end is there for nobody; when its row goes depends on who asks next.
    let now = world.node.system().now;
    let statuses = || {
        let rows = world.node.db.read(|tx| tx.rows(STATUSES, &[now.into()]));
        let ids = rows.unwrap_or_default().iter().filter_map(|row| row.text(0).ok()).collect::<Vec<_>>();
        ids.into_iter().map(|id| format!("/taxii2/desk/status/{id}/"))
    };
    paths.extend(statuses());
    for collection in collections.into_iter().chain([nobody]) {
        paths.push(collection.clone());
        for query in QUERIES {
            paths.push(format!("{collection}objects/?{query}"));
            paths.push(format!("{collection}manifest/?{query}"));
        }
        for number in (0..OBJECTS).chain([1_009, 1_018]) {
            paths.push(format!("{collection}objects/{}/", id(number)));
            paths.push(format!("{collection}objects/{}/versions/", id(number)));
        }
    }
    let mut heard: Vec<Heard> = paths.iter().map(|path| hear(world, "GET", path, String::new())).collect();
    // What changes something is asked last, and the page after it once more.
    for path in paths.iter().filter(|path| path.ends_with("objects/?limit=2")) {
        let path = path.trim_end_matches("?limit=2");
        heard.push(hear(world, "POST", path, format!("{{\"objects\":[{},7]}}", indicator(2, 5))));
        heard.push(hear(world, "DELETE", &format!("{path}{}/", id(3)), String::new()));
        heard.push(hear(world, "GET", path, String::new()));
    }
    heard.extend(statuses().map(|path| hear(world, "GET", &path, String::new())));
    heard
}

fn hear(world: &World, method: &str, path: &str, body: String) -> Heard {
    let question = format!("tool {method} {path}");
    let answer = ask(world, &question, "BOREAS", method, path, body);
    let answer = answer.unwrap_or_else(|error| format!("{error:?}").into_bytes());
    Heard { question, answer, route: routes::find(method, path) }
}

fn ask(world: &World, act: &str, partner: &str, method: &str, path: &str, body: String) -> Result<Vec<u8>> {
    let path = path.replace('[', "%5B").replace(']', "%5D");
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(AUTHORIZATION, format!("Bearer {partner}"))
        .header(CONTENT_TYPE, "application/taxii+json")
        .body(body)
        .map_err(Error::broken)?;
    let answer = world.send(act, request);
    aldis::exchange::worker::run_due(&world.node)?;
    answer
}

/// Returns the path of a partner's first collection, which it may add to.
fn own(world: &World, partner: &str) -> Result<String> {
    all(world, partner)?.into_iter().next().ok_or(Error::NotFound)
}

/// Returns the paths of a partner's first two collections: those of both worlds.
fn all(world: &World, partner: &str) -> Result<Vec<String>> {
    let liaison = world.cleared("Liaison", Role::Liaison);
    let all = world.node.db.read(|tx| collections::list(tx, &liaison))?;
    let own = all.into_iter().filter(|one| one.partner == partner).take(2);
    Ok(own.map(|one| format!("/taxii2/desk/collections/{}/", one.id)).collect())
}

fn object(dice: &mut Dice) -> String {
    let (number, version) = (dice.below(OBJECTS), 1 + dice.below(9));
    if dice.chance_pct(10) { "{}".to_owned() } else { indicator(number, version) }
}

fn id(number: usize) -> String {
    format!("indicator--00000000-0000-4000-8000-{number:012}")
}

fn indicator(number: usize, version: usize) -> String {
    let mut text = format!("{{\"type\":\"indicator\",\"spec_version\":\"2.1\",\"id\":\"{}\",", id(number));
    // Writing into a String cannot fail.
    let _ = write!(
        text,
        "\"created\":\"2024-01-01T00:00:00.000Z\",\"modified\":\"2024-01-0{version}T00:00:00.000Z\",\
         \"pattern\":\"[url:value = 'x']\",\"pattern_type\":\"stix\",\"valid_from\":\"2024-01-01T00:00:00Z\"}}"
    );
    text
}

const OBJECTS: usize = 6;

const QUERIES: [&str; 8] = [
    "limit=2",
    "match[type]=report&match[version]=all",
    "limit=0",
    "match[version]=all",
    "match[version]=first&match[type]=indicator",
    "added_after=2031-05-04T12:00:00Z",
    "match[id]=indicator--00000000-0000-4000-8000-000000000003&match[version]=all&limit=1",
    "next=zzz",
];

const RELEASES: &str = "-- leak::tools releases
    SELECT r.id FROM release r JOIN audience a ON a.id = r.audience_id
     WHERE a.name = 'BOREAS' AND r.approved_at IS NOT NULL ORDER BY r.approved_at, r.id";

const STATUSES: &str = "-- leak::tools statuses
    SELECT s.id FROM taxii_status s JOIN partner p ON p.id = s.partner_id WHERE p.name = 'BOREAS'
     AND s.expires_at >= $1 ORDER BY s.id";
