//! Handles a request: who, what, one verb, one answer.

use super::answer::{self, Refusal};
use super::ask::{self, Place};
use super::door::{self, Found, Said};
use super::tls::Peer;
use super::{CONTENT_MAX, PAGE_MAX, Taxii};
use crate::ctx::Ctx;
use crate::db::Tx;
use crate::desk::share::read::{self, Ask, Want};
use crate::desk::share::take::{self, Brought};
use crate::desk::share::{collections, credentials, delete, status};
use crate::error::{Error, Result};
use aldis_wire::taxii::{self as wire, Cursor, Filter, Pick, Query};
use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{Method, StatusCode, Uri};
use axum::response::Response;
use std::time::Duration;

type Answer = std::result::Result<Response, Refusal>;

/// Answers every request under `/taxii2`.
pub(crate) async fn request(State(taxii): State<Taxii>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let certificate = parts.extensions.get::<ConnectInfo<Peer>>().and_then(|peer| peer.0.certificate);
    let said = door::said(&parts.headers, certificate);
    let place = Place::of(parts.uri.path());
    let checked = match &place {
        Some(place) => ask::check(place, &parts.method, &parts.headers, CONTENT_MAX),
        None => Err(Error::NotFound.into()),
    };
    if let (true, Some(Place::Objects(collection))) =
        (parts.method == Method::POST && checked.is_ok(), &place)
    {
        return add(taxii, said, collection.clone(), body).await;
    }
    blocking(taxii, move |taxii| {
        let credential = enter(taxii, &said)?;
        // Nobody learns what there is before he said who he is.
        checked?;
        let place = place.ok_or(Error::NotFound)?;
        if parts.method == Method::DELETE {
            remove(taxii, &credential, &place, &parts.uri)
        } else {
            get(taxii, &credential, &place, &parts.uri)
        }
    })
    .await
}

/// Takes in the body of somebody we know, and adds what is in it.
async fn add(taxii: Taxii, said: Said, collection: String, body: Body) -> Response {
    let now = taxii.node.world.clock.now();
    let known = match taxii.door.remembered(&said, now) {
        Some(credential) => Ok(credential),
        None => {
            let asked = taxii.clone();
            let entered = tokio::task::spawn_blocking(move || enter(&asked, &said)).await;
            entered.unwrap_or_else(|_| Err(Error::broken("a request panicked").into()))
        }
    };
    let credential = match known {
        Ok(credential) => credential,
        Err(refusal) => return answer::refused(&taxii, &refusal),
    };
    let Ok(turn) = taxii.bodies.clone().acquire_owned().await else {
        return answer::refused(&taxii, &Error::broken("the server stops").into());
    };
    let bytes = match tokio::time::timeout(BODY_TIME, to_bytes(body, CONTENT_MAX)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => return answer::refused(&taxii, &Refusal::TooLarge),
        Err(_) => return answer::refused(&taxii, &Refusal::Unreadable("the body did not come".to_owned())),
    };
    blocking(taxii, move |taxii| {
        let _turn = turn;
        let brought: Vec<Brought<'_>> = wire::objects(&bytes)?.into_iter().map(Brought::read).collect();
        let ctx = taxii.node.system();
        let done = taxii.node.db.write(|tx| {
            as_partner(tx, &ctx, &credential, |tx, ctx| take::take(tx, ctx, &collection, &brought))
        })?;
        let done = done.ok_or(Refusal::Stranger)?;
        Ok(answer::status(StatusCode::ACCEPTED, status::told(done)))
    })
    .await
}

/// Runs a body on a thread that may block.
async fn blocking(taxii: Taxii, body: impl FnOnce(&Taxii) -> Answer + Send + 'static) -> Response {
    let asked = taxii.clone();
    let answer = tokio::task::spawn_blocking(move || body(&asked)).await;
    let answer = answer.unwrap_or_else(|_| Err(Error::broken("a request panicked").into()));
    answer.unwrap_or_else(|refusal| answer::refused(&taxii, &refusal))
}

fn enter(taxii: &Taxii, said: &Said) -> std::result::Result<String, Refusal> {
    match taxii.door.find(&taxii.node.db, said, taxii.node.world.clock.now())? {
        Found::Credential(credential) => Ok(credential),
        Found::Stranger => Err(Refusal::Stranger),
        Found::Later => Err(Refusal::Later),
    }
}

/// Runs a verb as the partner whose credential it is; `None` if it holds no more.
fn as_partner<T>(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    credential: &str,
    verb: impl FnOnce(&mut Tx<'_>, &Ctx) -> Result<T>,
) -> Result<Option<T>> {
    match credentials::enter(tx, ctx, credential) {
        Ok(ctx) => verb(tx, &ctx).map(Some),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
}

fn get(taxii: &Taxii, credential: &str, place: &Place, uri: &Uri) -> Answer {
    let read = Read { taxii, credential };
    match place {
        Place::Discovery => read.run(|_, _| Ok(answer::discovery(taxii))),
        Place::Root => read.run(|_, _| Ok(answer::root(taxii))),
        Place::Status(id) => {
            read.run(|tx, ctx| status::find(tx, ctx, id).map(|found| answer::status(StatusCode::OK, found)))
        }
        Place::Collections => read.run(|tx, ctx| collections::own(tx, ctx).map(answer::collections)),
        Place::Collection(id) => {
            read.run(|tx, ctx| collections::own_one(tx, ctx, id).map(answer::collection))
        }
        Place::Objects(id) => read.page(place, id, None, uri),
        Place::Manifest(id) => read.page(place, id, None, uri),
        Place::Object(id, object) | Place::Versions(id, object) => read.page(place, id, Some(object), uri),
    }
}

struct Read<'a> {
    taxii: &'a Taxii,
    credential: &'a str,
}

impl Read<'_> {
    fn run(&self, verb: impl FnOnce(&mut Tx<'_>, &Ctx) -> Result<Response>) -> Answer {
        let ctx = self.taxii.node.system();
        let db = &self.taxii.node.db;
        db.read(|tx| as_partner(tx, &ctx, self.credential, verb))?.ok_or(Refusal::Stranger)
    }

    fn page(&self, place: &Place, collection: &str, object: Option<&str>, uri: &Uri) -> Answer {
        let query = query(uri)?;
        let name = place.name();
        let (mut filter, mut after) = (query.filter, None);
        if let Some(next) = &query.next {
            let cursor = Cursor::read(next, &name)?;
            (filter, after) = (cursor.filter, Some(cursor.after));
        }
        let lines = matches!(place, Place::Manifest(_) | Place::Versions(..));
        if matches!(place, Place::Versions(..)) && filter.picks.is_empty() {
            filter.picks.push(Pick::All);
        }
        let limit = query.limit.unwrap_or(PAGE_MAX).min(PAGE_MAX);
        let want = if lines { Want::Lines } else { Want::Bodies };
        self.run(|tx, ctx| {
            let collection = collections::own_one(tx, ctx, collection)?;
            let asked = Ask { object, filter: &filter, after, limit, want };
            let found = read::page(tx, ctx, collection.get(), &asked)?;
            if let (Want::Bodies, Some(last)) = (want, found.get().last) {
                self.taxii.node.marks.note(&collection.get().id, last, ctx.now);
            }
            Ok(answer::page(found, |page| {
                let cursor = page.last.filter(|_| page.more).map(|after| Cursor { after, filter });
                let next = cursor.as_ref().map(|cursor| (cursor, name.as_str()));
                match place {
                    Place::Manifest(_) => wire::manifest(&page.lines, next),
                    Place::Versions(..) => wire::versions(&page.lines, next),
                    _ => wire::page(&page.bodies, next),
                }
            }))
        })
    }
}

fn remove(taxii: &Taxii, credential: &str, place: &Place, uri: &Uri) -> Answer {
    let Place::Object(collection, object) = place else { return Err(Refusal::Method(place.methods())) };
    let filter: Filter = query(uri)?.filter;
    let unnamed = if taxii.node.config.delete_all_versions { Pick::All } else { Pick::Last };
    let ctx = taxii.node.system();
    let verb = |tx: &mut Tx<'_>, ctx: &Ctx| delete::delete(tx, ctx, collection, object, &filter, unnamed);
    let done = taxii.node.db.write(|tx| as_partner(tx, &ctx, credential, verb))?;
    done.map(|_| answer::done()).ok_or(Refusal::Stranger)
}

fn query(uri: &Uri) -> std::result::Result<Query, Refusal> {
    let pairs = axum::extract::Query::<Vec<(String, String)>>::try_from_uri(uri);
    let pairs = pairs.map_err(|_| Refusal::Unreadable("the query cannot be read".to_owned()))?.0;
    Ok(Query::read(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())))?)
}

/// How long a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(60);
