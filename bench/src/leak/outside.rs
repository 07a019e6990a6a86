//! What those outside can obtain: a partner its envelopes and our answers to its own, a person at risk
//! the page behind a link, everybody the public alerts.

use super::post::{self, Carried};
use super::routes;
use super::script::{Built, KNOWN_AT, delivery_to};
use super::world::World;
use aldis::ctx::Ctx;
use aldis::desk::{acknowledge, publish};
use aldis::error::Error;
use aldis_model::{Digest, Id};
use aldis_wire::exchange::{Answer, AnswerKind, Message, Warning, WarningKind};
use axum::http::Request;

/// One question from outside and the bytes of its answer.
pub struct Heard {
    /// What was asked.
    pub question: String,
    /// The answer.
    pub answer: Vec<u8>,
    /// The route that was asked, if it was one.
    pub route: Option<usize>,
}

/// Asks everything the public can ask.
pub fn public(world: &World, ids: &[Id], rounds: &[i64]) -> Vec<Heard> {
    let publisher =
        publish::Publisher { title: "Northport", url: "http://northport.test", sender: "aldis/NORTHPORT" };
    let mut heard = Vec::new();
    for ago in rounds {
        let ctx = at(world, -ago);
        let feed = world.node.db.read(|tx| publish::feed(tx, &ctx, &publisher));
        heard.push(said(format!("feed {ago}"), feed.map(|feed| feed.into_inner().into_bytes())));
        for id in ids {
            let alert = world.node.db.read(|tx| publish::alert(tx, &ctx, &publisher, id.as_str()));
            heard.push(said(format!("alert {id}"), alert.map(|alert| alert.into_inner().into_bytes())));
        }
    }
    heard
}

/// Opens the links of the person at risk and of named officers elsewhere, and links of nobody.
pub fn person(built: &Built, rounds: &[i64]) -> Vec<Heard> {
    let world = &built.world;
    let whose = [built.known.as_str(), "GUARD"];
    let deliveries = whose.iter().filter_map(|name| delivery_to(&built.cut, name));
    let own: Vec<String> = deliveries.map(|id| world.node.sealer.link_token(id)).collect();
    let tokens = own.into_iter().chain(["zzzz".to_owned(), String::new()]);
    let mut heard = Vec::new();
    for token in tokens {
        for ago in rounds {
            let ctx = at(world, *ago);
            let page = world.node.db.read(|tx| acknowledge::behind_link(tx, &ctx, &token));
            let page = page.map(|page| format!("{:?}", page.get()).into_bytes());
            heard.push(said(format!("link {token} {ago}"), page));
        }
    }
    heard.push(carried("mail", &world.post.carried_to(KNOWN_AT)));
    heard
}

/// Reads what the partner was sent, then writes to us in its name. This changes the world: ask it last.
pub fn partner(world: &World, messages: &[String]) -> Vec<Heard> {
    let mut heard = vec![carried("envelopes", &world.post.carried_to(&post::url("BOREAS")))];
    for (number, message) in messages.iter().enumerate() {
        heard.push(answer_to(world, message, number));
        heard.push(warn_as(world, message));
    }
    heard.push(carried("envelopes after", &world.post.carried_to(&post::url("BOREAS"))));
    heard
}

fn at(world: &World, later_us: i64) -> Ctx {
    let mut ctx = world.node.system();
    ctx.now = ctx.now.plus(later_us);
    ctx
}

fn answer_to(world: &World, message: &str, number: usize) -> Heard {
    let answer = Message::Answer(Answer {
        id: format!("M-ASK{number}"),
        from: "BOREAS".to_owned(),
        to: world.node.config.org.clone(),
        message: message.to_owned(),
        release: message.to_owned(),
        text_hash: Digest::of(b"some text").to_string(),
        answer: AnswerKind::Read,
        label: None,
        note: None,
        by: "duty".to_owned(),
        at: world.node.system().now.to_string(),
    });
    put(world, format!("answer to {message}"), answer)
}

fn warn_as(world: &World, message: &str) -> Heard {
    let now = world.node.system().now;
    let warning = Message::Warning(Warning {
        id: message.to_owned(),
        from: "BOREAS".to_owned(),
        to: world.node.config.org.clone(),
        release: "L-00000000".to_owned(),
        subject: "A warning".to_owned(),
        text: "Mind the step.".to_owned(),
        label: "TLP:GREEN".to_owned(),
        not_before: None,
        expires: now.plus(3_600_000_000).to_string(),
        sent_at: now.to_string(),
        kind: WarningKind::Alert,
        replaces: None,
        answer_by: None,
    });
    put(world, format!("warning as {message}"), warning)
}

fn put(world: &World, question: String, message: Message) -> Heard {
    let envelope = world.post.sign(message);
    let reply = envelope.and_then(|envelope| {
        let request = Request::post(EXCHANGE).body(envelope).map_err(Error::broken)?;
        world.send(&question, request)
    });
    Heard { route: routes::find("POST", EXCHANGE), ..said(question, reply) }
}

fn carried(question: &str, things: &[Carried]) -> Heard {
    Heard { question: question.to_owned(), answer: format!("{things:?}").into_bytes(), route: None }
}

fn said(question: String, answer: aldis::error::Result<Vec<u8>>) -> Heard {
    Heard { question, answer: answer.unwrap_or_else(|error| format!("{error:?}").into_bytes()), route: None }
}

const EXCHANGE: &str = "/exchange/v1/messages";
