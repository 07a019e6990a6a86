//! TAXII 2.1, asked as a partner's tool asks: one test a point of the checklist, on both databases.

mod adding;
mod asking;
mod clients;
mod export;
mod guarding;
pub mod hostile;
mod reading;
mod sharing;
mod tls;

use crate::desk::{Desk, House, draft, sentence};
use aldis::desk::partners::{self, NewPartner};
use aldis::desk::release::Purpose;
use aldis::desk::share::collections::{self, NewCollection};
use aldis::desk::share::credentials::{self, Proof};
use aldis::desk::share::publish::{self, StixObject};
use aldis::web;
use aldis_model::gate::Ladder;
use aldis_model::{Digest, Id, Label, Released, Tlp};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, Method, Request};
use serde_json::{Value, json};
use tokio::runtime::Runtime;
use tower::ServiceExt;

pub const MEDIA: &str = "application/taxii+json;version=2.1";
pub const AMBER: &str = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";

/// A desk with two partners, each with a token.
pub fn desk(house: &House) -> Desk {
    let desk = house.desk("NORTHPORT");
    for name in ["ALBA", "GAMMA"] {
        let new = NewPartner {
            name,
            title: name,
            url: None,
            verifier: None,
            verified_how: None,
            ceiling: Tlp::AmberStrict,
        };
        desk.write("Liaison", |tx, ctx| partners::add(tx, ctx, &new)).unwrap();
        let proof = Proof::Bearer(Digest::of(token(name).as_bytes()));
        desk.write("Liaison", |tx, ctx| credentials::add(tx, ctx, name, &proof, "a test")).unwrap();
    }
    desk
}

/// Gives a partner a credential and a collection, and publishes to it what was released.
pub fn shared(desk: &Desk, partner: &str, release: &Id) {
    let proof = Proof::Bearer(Digest::of(token(partner).as_bytes()));
    desk.write("Liaison", |tx, ctx| credentials::add(tx, ctx, partner, &proof, "a test")).unwrap();
    let own = collection(desk, partner, "read");
    let objects = vec![Released::constant("").map(|_| StixObject::new(indicator(1, 1)))];
    desk.write("system", |tx, ctx| publish::publish(tx, ctx, &own, release, objects)).unwrap();
}

/// What a warning to a partner may leave out: nothing, little, and a sentence that must not be seen.
pub const WITHHELD: [&str; 3] = ["", "x", "Their courier Quillfeather crosses at Ostmark on the ninth."];

/// Tells ALBA of a warning without the sentence `kept`; returns the release, and what no byte may hold.
pub fn told_without(desk: &Desk, kept: &str) -> (Id, Vec<String>) {
    desk.audience("ALBA", Ladder::Partner, "hand", "");
    let decided = desk.decided();
    let mut draft = draft(&decided.report);
    if !kept.is_empty() {
        draft.portions.push(sentence(kept, "TLP:RED", &[&decided.report]));
    }
    let warning = desk.draft(&decided.duty, &draft).unwrap();
    let (release, _) = desk.released(&warning, "ALBA", Purpose::Alert);
    let ids = [&release, &warning, &decided.report].map(ToString::to_string);
    let words = ["Quillfeather", "Ostmark", "RED"].map(str::to_owned);
    (release, ids.into_iter().chain(words).collect())
}

pub fn token(partner: &str) -> String {
    format!("token of {partner}").replace(' ', "-")
}

/// Adds a collection; `access` is read, write or read-write.
pub fn collection(desk: &Desk, partner: &str, access: &str) -> String {
    let new = NewCollection {
        partner,
        title: "A collection",
        description: None,
        can_read: access.contains("read"),
        can_write: access.contains("write"),
        label: Label::plain(Tlp::Green),
    };
    desk.write("Liaison", |tx, ctx| collections::add(tx, ctx, &new)).unwrap()
}

/// A partner's tool.
pub struct Tool {
    router: Router,
    runtime: Runtime,
    pub authorization: Option<String>,
}

/// What it was answered.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Lists a field of every object.
    pub fn all(&self, field: &str) -> Vec<String> {
        let list = self.json()["objects"].as_array().cloned().unwrap_or_default();
        list.iter().map(|one| one[field].as_str().unwrap_or_default().to_owned()).collect()
    }

    /// Checks that this is a refusal as the standard has it.
    pub fn is_refusal(&self, status: u16) {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        assert_eq!(self.header("content-type"), MEDIA);
        let body = self.json();
        assert!(!body["title"].as_str().unwrap().is_empty(), "{body}");
        assert_eq!(body["http_status"], status.to_string());
    }
}

impl Tool {
    pub fn of(desk: &Desk, partner: &str) -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let authorization = Some(format!("Bearer {}", token(partner)));
        Self { router: web::router(desk.node.clone()), runtime, authorization }
    }

    pub fn send(&self, request: Request<Body>) -> Reply {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await.unwrap();
            let (head, body) = response.into_parts();
            let bytes = to_bytes(body, 64 << 20).await.unwrap().to_vec();
            Reply { status: head.status.as_u16(), headers: head.headers, bytes }
        })
    }

    pub fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap())
    }

    pub fn get(&self, path: &str) -> Reply {
        let path = path.replace('[', "%5B").replace(']', "%5D");
        self.ask(Method::GET, &path, &[(ACCEPT.as_str(), MEDIA)], "")
    }

    pub fn post(&self, path: &str, body: impl Into<Body>) -> Reply {
        self.ask(Method::POST, path, &[(ACCEPT.as_str(), MEDIA), (CONTENT_TYPE.as_str(), MEDIA)], body)
    }

    pub fn delete(&self, path: &str) -> Reply {
        let path = path.replace('[', "%5B").replace(']', "%5D");
        self.ask(Method::DELETE, &path, &[(ACCEPT.as_str(), MEDIA)], "")
    }

    /// Adds objects and checks that all were taken.
    pub fn add(&self, collection: &str, objects: &[String]) -> Value {
        let reply = self.post(&objects_of(collection), envelope(objects));
        assert_eq!(reply.status, 202, "{}", String::from_utf8_lossy(&reply.bytes));
        let status = reply.json();
        assert_eq!(status["failure_count"], 0, "{status}");
        status
    }
}

pub fn objects_of(collection: &str) -> String {
    format!("/taxii2/desk/collections/{collection}/objects/")
}

pub fn envelope(objects: &[String]) -> String {
    format!("{{\"objects\": [{}]}}", objects.join(", "))
}

pub fn id(kind: &str, number: u32) -> String {
    format!("{kind}--00000000-0000-4000-8000-{number:012}")
}

/// An indicator; `day` is of its version.
pub fn indicator(number: u32, day: u32) -> String {
    json!({
        "type": "indicator", "spec_version": "2.1", "id": id("indicator", number),
        "created": "2024-01-01T00:00:00.000Z", "modified": format!("2024-01-{day:02}T00:00:00.000Z"),
        "pattern": "[url:value = 'https://a.example']", "pattern_type": "stix",
        "valid_from": "2024-01-01T00:00:00Z", "x_float": 1.0, "object_marking_refs": [AMBER],
    })
    .to_string()
}

/// An observable, which has no version.
pub fn url(number: u32, value: &str) -> String {
    format!(r#"{{"type": "url",  "id": "{}", "value": "https://{value}.example/"}}"#, id("url", number))
}
