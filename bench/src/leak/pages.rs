//! The same comparison through the server: every page an officer may open, and what is open to all.
//!
//! Not asked is the proof of an entry, which names its place in the log by its nature, and the
//! checkpoint, which is for whoever may read the record.

use super::door::Door;
use super::pool::Pool;
use super::script::{Built, delivery_to};
use super::wall::Wall;
use super::world::{ORG, World};
use crate::dice::Dice;
use aldis::ctx::Actor;
use aldis::desk::office;
use aldis::error::{Error, Result};
use aldis_model::Id;
use aldis_model::Tlp;
use aldis_model::role::Role;
use axum::http::Request;
use axum::http::header::{CONTENT_TYPE, COOKIE};

/// A browser on one world, with nobody or one officer signed in.
pub struct Browser<'a> {
    door: Door<'a>,
    cookie: String,
    csrf: String,
}

impl<'a> Browser<'a> {
    /// Opens a browser in which nobody is signed in.
    ///
    /// # Errors
    ///
    /// [`aldis::error::Error::Broken`] if the machine gives no thread.
    pub fn new(world: &'a World) -> Result<Self> {
        Ok(Self { door: Door::to(world)?, cookie: String::new(), csrf: String::new() })
    }

    /// Adds an officer behind the wall and signs in.
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
        let admin = world.node.ctx(root);
        world.act(&format!("add {name}"), |tx| office::add(tx, &admin, &new))?;
        let token = world.act(&format!("invite {name}"), |tx| office::invite(tx, &admin, &name))?;
        let system = world.node.system();
        let session = world.act(&format!("enter {name}"), |tx| office::sign_in(tx, &system, &token))?;
        let (_, csrf) = world.node.db.read(|tx| office::session(tx, &system, &session.token))?;
        Ok(Self { cookie: format!("aldis={}", session.token), csrf, ..Self::new(world)? })
    }

    /// Opens a page and returns every byte of the answer.
    pub fn get(&self, path: &str) -> Vec<u8> {
        self.send(Request::get(path).header(COOKIE, &self.cookie).body(String::new()))
    }

    /// Sends a form.
    pub fn post(&self, path: &str, fields: &str) -> Vec<u8> {
        let request = Request::post(path)
            .header(COOKIE, &self.cookie)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(format!("csrf={}&{fields}", self.csrf)))
    }

    fn send(&self, request: axum::http::Result<Request<String>>) -> Vec<u8> {
        let answer = request.map_err(Error::broken).and_then(|request| self.door.send(request));
        answer.unwrap_or_else(|error| error.to_string().into_bytes())
    }
}

/// Lists the pages an officer may ask for: about everything in either world, and about nothing.
pub fn of_desk(pool: &Pool, dice: &mut Dice) -> Vec<String> {
    let mut paths: Vec<String> = PLAIN.iter().map(|path| (*path).to_owned()).collect();
    for (kind, before, after) in ABOUT {
        paths.extend(pool.of_kinds(&[kind]).map(|id| format!("{before}{id}{after}")));
    }
    paths.extend((0..12).filter_map(|_| pool.any(dice)).map(|id| format!("/go/{id}")));
    for _ in 0..12 {
        let number = pool.entry(dice);
        paths.push(format!("/record/entry/{number}"));
        paths.push(format!("/record/entry/{number}/entry.json"));
    }
    paths
}

/// Lists forms about things that are in one world only: whoever sends them sees neither.
pub fn forms(pool: &Pool) -> Vec<(String, &'static str)> {
    let mut forms = Vec::new();
    for (kind, before, after, fields) in FORMS {
        let ids = pool.of_one_world().filter(|id| id.prefix() == kind).take(6);
        forms.extend(ids.map(|id| (format!("{before}{id}{after}"), fields)));
    }
    forms
}

/// Lists what is open to everybody, and the link of the person at risk.
pub fn open_to_all(built: &Built, pool: &Pool) -> Vec<String> {
    let mut paths: Vec<String> =
        ["/feed/alerts.atom", "/feed/alerts.rss", "/a/unknown", "/in/unknown", "/nowhere", "/sign-in"]
            .map(str::to_owned)
            .to_vec();
    paths.extend(pool.of_kinds(&["L", "W", "V"]).map(|id: &Id| format!("/cap/{id}.xml")));
    paths.extend(pool.of_kinds(&["R", "C"]).take(6).map(|id| format!("/reports/{id}")));
    let token = delivery_to(&built.cut, &built.known).map(|id| built.world.node.sealer.link_token(id));
    paths.extend(token.into_iter().map(|token| format!("/a/{token}")));
    paths
}

const PLAIN: [&str; 8] =
    ["/watch", "/gather", "/warnings", "/people", "/partners", "/inbound", "/record", "/record/nonsense"];

const ABOUT: [(&str, &str, &str); 9] = [
    ("R", "/reports/", ""),
    ("R", "/reports/", "/original"),
    ("R", "/gather?before=", ""),
    ("C", "/cases/", ""),
    ("C", "/record/", ""),
    ("D", "/duties/", "/write"),
    ("W", "/warnings/", ""),
    ("IN", "/inbound/", ""),
    ("CI", "/inbound/consents/", ""),
];

const FORMS: [(&str, &str, &str, &str); 11] = [
    ("R", "/reports/", "/open", ""),
    ("R", "/reports/", "/grade", "grade=B2&reasons=known"),
    ("R", "/reports/", "/case", "title=A+case"),
    ("C", "/cases/", "/victims", "kind=location&victim=Mill"),
    ("W", "/warnings/", "/propose", "audience=PUBLIC&purpose=alert"),
    ("L", "/releases/", "/approve", ""),
    ("L", "/releases/", "/send", ""),
    ("V", "/deliveries/", "/told", "answer=read&note=&by=them"),
    ("V", "/deliveries/", "/retry", ""),
    ("IN", "/inbound/", "/answer", "answer=read&words="),
    ("CI", "/inbound/consents/", "", "answer=yes&words="),
];
