//! Partners and audiences: whom we speak with, how far they are trusted, how they are told.

use super::fields::Fields;
use super::reply::page;
use super::visit::{Desk, Frame, Visit, plain};
use crate::config::Feed;
use crate::desk::feeds::{self, State};
use crate::desk::partners::{self, NewAudience, NewPartner, Partner, Recipient};
use crate::desk::phrase;
use crate::error::{Error, Result};
use aldis_model::Tlp;
use aldis_model::gate::Ladder;
use aldis_model::role::Action;
use askama::Template;
use axum::extract::Path;
use axum::response::Response;

#[derive(Template)]
#[template(path = "partners.html")]
struct Page {
    frame: Frame,
    partners: Vec<Partner>,
    audiences: Vec<Recipient>,
    /// Address and collection of each feed, and how it is doing once it was begun.
    feeds: Vec<(Feed, Option<State>)>,
    our_key: String,
    may_add: bool,
    may_add_audience: bool,
    /// What was typed into the form of a partner, and into that of an audience.
    partner: Fields,
    audience: Fields,
}

/// Lists partners and audiences.
pub(crate) async fn all(visit: Visit) -> Response {
    visit.show(|desk| show(desk, &Fields::default(), &Fields::default())).await
}

fn show(desk: &Desk, partner: &Fields, audience: &Fields) -> Result<Response> {
    let role = desk.ctx.actor.role;
    let may_add_audience = role.may(Action::Partner) || role.may(Action::Register);
    let mut audiences = desk.read(partners::audiences)?;
    if !may_add_audience {
        // An address may be that of a person at risk: only who keeps it reads it.
        audiences.iter_mut().for_each(|audience| audience.address.clear());
    }
    page(plain(Page {
        frame: desk.frame("partners", "Partners"),
        partners: desk.read(partners::list)?,
        audiences,
        feeds: feeds(desk)?,
        our_key: desk.node.verifier().to_string(),
        may_add: role.may(Action::Partner),
        may_add_audience,
        partner: partner.clone(),
        audience: audience.clone(),
    }))
}

fn feeds(desk: &Desk) -> Result<Vec<(Feed, Option<State>)>> {
    let mut states = desk.read(feeds::all)?;
    let state = |feed: &Feed| {
        let at = states.iter().position(|state| state.name == feed.name)?;
        Some(states.swap_remove(at))
    };
    let feeds = desk.node.config.feeds.clone();
    let states: Vec<Option<State>> = feeds.iter().map(state).collect();
    Ok(feeds.into_iter().zip(states).collect())
}

const fn is_failing(state: &Option<State>) -> bool {
    matches!(state, Some(State { failing_at: Some(_), .. }))
}

/// Adds a partner.
pub(crate) async fn add(visit: Visit, fields: Fields) -> Response {
    visit
        .act(fields, |desk, fields| {
            let added = ceiling(fields, "ceiling").and_then(|ceiling| {
                let new = NewPartner {
                    name: fields.get("name"),
                    title: fields.some("title").unwrap_or(fields.get("name")),
                    url: fields.some("url"),
                    verifier: fields.some("verifier"),
                    verified_how: fields.some("verified_how"),
                    ceiling,
                };
                desk.write(|tx, ctx| partners::add(tx, ctx, &new))
            });
            desk.done(added, |_| "/partners".to_owned(), |desk| show(desk, fields, &Fields::default()))
        })
        .await
}

/// Adds an audience.
pub(crate) async fn add_audience(visit: Visit, fields: Fields) -> Response {
    visit
        .act(fields, |desk, fields| {
            let ladder = Ladder::find(fields.get("ladder")).ok_or(Error::refused("choose a rung"));
            let added = ladder.and_then(|ladder| {
                let new = NewAudience {
                    name: fields.get("name"),
                    title: fields.some("title").unwrap_or(fields.get("name")),
                    ladder,
                    org: fields.some("org").unwrap_or(fields.get("name")),
                    ceiling: ceiling(fields, "ceiling")?,
                    channel: fields.get("channel"),
                    address: fields.get("address"),
                    language: fields.get("language"),
                };
                desk.write(|tx, ctx| partners::add_audience(tx, ctx, &new))
            });
            desk.done(
                added,
                |_| "/partners#audiences".to_owned(),
                |desk| show(desk, &Fields::default(), fields),
            )
        })
        .await
}

/// Sets the phrase an audience gives before its page shows anything, or takes it away.
pub(crate) async fn phrase(visit: Visit, Path(name): Path<String>, fields: Fields) -> Response {
    visit
        .act(fields, move |desk, fields| {
            let done = desk.write(|tx, ctx| match fields.some("phrase") {
                Some(words) => phrase::set(tx, ctx, &desk.node.sealer, &name, words),
                None => phrase::end(tx, ctx, &name),
            });
            let nothing = Fields::default();
            desk.done(done, |()| "/partners#audiences".to_owned(), |desk| show(desk, &nothing, &nothing))
        })
        .await
}

fn ceiling(fields: &Fields, name: &str) -> Result<Tlp> {
    Ok(fields.get(name).parse()?)
}

/// Returns the part of a key that two people compare first.
fn short(key: &str) -> &str {
    key.split('+').nth(1).unwrap_or(key)
}

const LADDER: [(Ladder, &str); 7] = [
    (Ladder::Own, "our own organisation"),
    (Ladder::Officers, "named officers of one partner"),
    (Ladder::Partner, "a partner organisation"),
    (Ladder::Clients, "a partner and its clients, or a venue"),
    (Ladder::Community, "a community"),
    (Ladder::Person, "the person at risk"),
    (Ladder::Public, "the public"),
];

/// Says what a rung is called.
fn rung(word: &str) -> &str {
    LADDER.iter().find(|(ladder, _)| ladder.as_str() == word).map_or(word, |(_, words)| words)
}

const CHANNELS: [&str; 6] = ["node", "mail", "webhook", "text", "hand", "cap"];

const LANGUAGES: [(&str, &str); 5] =
    [("en", "English"), ("ru", "Russian"), ("uk", "Ukrainian"), ("ar", "Arabic"), ("fa", "Persian")];
