//! The same comparison through the server: every page an officer may open, and what is open to all.
//!
//! Not asked is what names a place in the log by its nature: the proof of an entry that the reader may
//! see, and the checkpoint for whoever may read the record.

use super::forms::{self, Sent};
use super::pool::Pool;
use super::script::{Built, delivery_to};
use super::wall::Wall;
use super::world::{ORG, World};
use crate::dice::Dice;
use aldis::ctx::Actor;
use aldis::desk::{brief, office};
use aldis::error::{Error, Result};
use aldis::exchange::worker;
use aldis_model::Id;
use aldis_model::Tlp;
use aldis_model::role::Role;
use axum::http::Request;
use axum::http::header::{ACCEPT, CONTENT_TYPE, COOKIE};
use std::cell::Cell;

/// A browser on one world, with nobody or one officer signed in.
pub struct Browser<'a> {
    world: &'a World,
    cookie: String,
    csrf: String,
    // Tells one act from the next, so that the same form may be sent twice.
    acts: Cell<u64>,
    /// What was answered on the way in: the page behind the link, and the form.
    pub entered: Vec<Vec<u8>>,
}

impl<'a> Browser<'a> {
    /// Opens a browser in which nobody is signed in.
    pub const fn new(world: &'a World) -> Self {
        Self { world, cookie: String::new(), csrf: String::new(), acts: Cell::new(0), entered: Vec::new() }
    }

    /// Adds an officer behind the wall, who reads the briefs of the circle, and signs in.
    ///
    /// # Errors
    ///
    /// Whatever signing in gives.
    pub fn signed_in(world: &'a World, role: Role, wall: &Wall) -> Result<Self> {
        let held: Vec<String> = wall.compartments.iter().cloned().collect();
        let name = format!("Viewer {role} {} {}", wall.ceiling, held.join(" ")).trim_end().to_owned();
        let ceiling = wall.ceiling;
        let new = office::NewOfficer { name: &name, role, ceiling, compartments: &held, email: None };
        let root = Actor::officer("root", "root", Role::Admin, ORG, Tlp::Clear, Default::default());
        let (admin, liaison) = (world.node.ctx(root), world.cleared("Liaison", Role::Liaison));
        world.act(&format!("add {name}"), |tx| office::add(tx, &admin, &new))?;
        world.act(&format!("join {name}"), |tx| brief::join(tx, &liaison, CIRCLE, &name, true))?;
        let link = world.act(&format!("invite {name}"), |tx| office::invite(tx, &admin, &name))?;
        let mut browser = Self::new(world);
        let path = format!("/in/{link}");
        // Without a body: whether a server waits for one that nobody reads is a matter of time.
        let click = browser.send(&format!("POST {path}"), Request::post(&path).body(String::new()));
        browser.entered = vec![browser.get(&path), click];
        let answer = String::from_utf8_lossy(browser.entered.last().map_or(&[], Vec::as_slice)).into_owned();
        let token = answer.split_once("\"aldis=").and_then(|(_, rest)| rest.split(';').next());
        let token = token.ok_or(Error::NotFound)?;
        let system = world.node.system();
        let (_, csrf) = world.node.db.read(|tx| office::session(tx, &system, token))?;
        Ok(Self { cookie: format!("aldis={token}"), csrf, ..browser })
    }

    /// Opens a page and returns every byte of the answer.
    pub fn get(&self, path: &str) -> Vec<u8> {
        let request = Request::get(path).header(COOKIE, &self.cookie);
        self.send(&format!("GET {path}"), request.body(String::new()))
    }

    /// Asks for a page as a program would, which is told of errors in JSON.
    pub fn get_json(&self, path: &str) -> Vec<u8> {
        let request = Request::get(path).header(COOKIE, &self.cookie).header(ACCEPT, "application/json");
        self.send(&format!("GET {path}"), request.body(String::new()))
    }

    /// Sends a form, and does what follows from it.
    pub fn post(&self, path: &str, fields: &str) -> Vec<u8> {
        let request = Request::post(path)
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let request = request.body(format!("csrf={}&{fields}", self.csrf));
        self.act(&format!("POST {path} {fields}"), request)
    }

    /// Sends the form that takes a report in.
    pub fn take_in(&self, text: &str) -> Vec<u8> {
        let parts =
            [("csrf", self.csrf.as_str()), ("text", text), ("source", "a neighbour"), ("tlp", "TLP:GREEN")];
        let mut body = String::new();
        for (name, value) in parts {
            body += &format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        let request = Request::post("/gather")
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "multipart/form-data; boundary=part");
        self.act(&format!("POST /gather {text}"), request.body(body + "--part--\r\n"))
    }

    fn act(&self, act: &str, request: axum::http::Result<Request<String>>) -> Vec<u8> {
        let mut answer = self.send(act, request);
        if let Err(error) = worker::run_due(&self.world.node) {
            answer.extend(error.to_string().bytes());
        }
        answer
    }

    fn send(&self, act: &str, request: axum::http::Result<Request<String>>) -> Vec<u8> {
        self.acts.set(self.acts.get() + 1);
        let act = format!("{act} as {} {}", self.csrf, self.acts.get());
        let answer = request.map_err(Error::broken).and_then(|request| self.world.send(&act, request));
        answer.unwrap_or_else(|error| error.to_string().into_bytes())
    }
}

/// Lists the pages an officer may ask for: about everything in either world, and about nothing.
pub fn of_desk(pool: &Pool, dice: &mut Dice) -> Vec<String> {
    let mut paths: Vec<String> = PLAIN.iter().map(|path| (*path).to_owned()).collect();
    for (kind, before, after) in ABOUT {
        paths.extend(pool.of_kinds(&[kind]).map(|id| format!("{before}{id}{after}")));
    }
    for warning in pool.of_kinds(&["W"]).take(6) {
        paths.extend(pool.one("D", dice).map(|duty| format!("/duties/{duty}/write?from={warning}")));
    }
    paths.extend((0..24).filter_map(|_| pool.any(dice)).map(|id| format!("/go/{id}")));
    for _ in 0..12 {
        let number = pool.entry(dice);
        paths.push(format!("/record/entry/{number}"));
        paths.push(format!("/record/entry/{number}/entry.json"));
    }
    paths
}

/// Says which page must be asked, too, if this one was refused: what names a place in the log by its nature
/// must not tell of an entry that the reader may not see.
pub fn beside(path: &str, answer: &[u8]) -> Option<String> {
    let is_entry = path.starts_with("/record/entry/") && !path.ends_with(".json");
    match path {
        _ if answer.starts_with(b"200") => None,
        "/record" => Some("/log/checkpoint".to_owned()),
        _ => is_entry.then(|| format!("{path}/proof")),
    }
}

/// A request of somebody who is not signed in: a path, and the fields if it is a form.
pub type Open = (String, Option<&'static str>);

/// Lists what is open to everybody, and the link of the person at risk.
pub fn open_to_all(built: &Built, pool: &Pool, dice: &mut Dice) -> Vec<Open> {
    let mut asked: Vec<Open> = OPEN.map(|path| (path.to_owned(), None)).to_vec();
    asked.extend(pool.of_kinds(&["L", "W", "V"]).map(|id: &Id| (format!("/cap/{id}.xml"), None)));
    asked.extend(pool.of_kinds(&["R", "C"]).take(6).map(|id| (format!("/reports/{id}"), None)));
    asked.extend(forms::of_both(pool, dice).into_iter().map(|Sent { path, .. }| (path, Some(""))));
    asked.extend(
        [("/in/unknown", ""), ("/sign-out", ""), ("/a/unknown", "a=read"), ("/a/unknown", "w=three")]
            .map(|(path, fields)| (path.to_owned(), Some(fields))),
    );
    for whose in [built.known.as_str(), "GUARD", "STAFF"] {
        let Some(delivery) = delivery_to(&built.cut, whose) else { continue };
        let link = format!("/a/{}", built.world.node.sealer.link_token(delivery));
        for fields in [
            None,
            Some("w=three+red+pears"),
            Some("w=three+green+apples"),
            Some("a=do_not_accept"),
            Some("a=call_me&f=please"),
            Some("a=not_me"),
        ] {
            asked.push((link.clone(), fields));
        }
        asked.push((format!("{link}?l=ar"), None));
    }
    asked
}

const OPEN: [&str; 13] = [
    "/feed/alerts.atom",
    "/feed/alerts.rss",
    "/a/unknown",
    "/in/unknown",
    "/nowhere",
    "/sign-in",
    "/app.css",
    "/health/live",
    "/health/ready",
    "/log/checkpoint",
    "/briefing",
    "/lists",
    "/taxii2/",
];

const PLAIN: [&str; 16] = [
    "/",
    "/watch",
    "/watch?refresh=30",
    "/gather",
    "/warnings",
    "/approvals",
    "/duty",
    "/people",
    "/partners",
    "/inbound",
    "/deliveries",
    "/deliveries?failed=1",
    "/deliveries?late=1",
    "/briefing",
    "/lists",
    "/record",
];

const ABOUT: [(&str, &str, &str); 20] = [
    ("R", "/reports/", ""),
    ("R", "/reports/", "/original"),
    ("R", "/reports/", "/opinions"),
    ("R", "/gather?before=", ""),
    ("PR", "/people/", ""),
    ("C", "/cases/", ""),
    ("C", "/cases/", "/basis"),
    ("C", "/cases/", "/board"),
    ("C", "/record/", ""),
    ("C", "/record/", "?at=2031-05-04T12:00"),
    ("D", "/duties/", "/write"),
    ("EV", "/evidence/", ""),
    ("W", "/warnings/", ""),
    ("V", "/deliveries/", ""),
    ("V", "/deliveries/", "?by=mail"),
    ("V", "/deliveries/", "/notice.pdf"),
    ("V", "/deliveries?before=", ""),
    ("B", "/briefing/", ""),
    ("IN", "/inbound/", ""),
    ("CI", "/inbound/consents/", ""),
];

/// The circle whose briefs every officer of the comparison reads.
pub const CIRCLE: &str = "DAY";
