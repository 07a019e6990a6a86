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
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

type Answer = std::result::Result<Response, Refusal>;
type Brief = std::result::Result<Option<Response>, Refusal>;

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
    if let (Ok(()), Some(place), true) = (&checked, &place, parts.method != Method::DELETE)
        && let Some(answer) = at_once(&taxii, &said, place, &parts.uri)
    {
        return answer.unwrap_or_else(|refusal| answer::refused(&taxii, &refusal));
    }
    blocking(taxii, move |taxii| {
        let credential = enter(taxii, &said)?;
        // Nobody learns what there is before he said who he is.
        checked?;
        let place = place.ok_or(Error::NotFound)?;
        if parts.method == Method::DELETE {
            return remove(taxii, &credential, &place, &parts.uri);
        }
        let read = Read { taxii, credential: &credential, briefly: false };
        read.get(&place, &parts.uri)?.ok_or_else(|| Error::broken("a read was broken off").into())
    })
    .await
}

/// Answers somebody who was proven before on the thread that speaks HTTP, if the answer is a short one:
/// handing it to another thread and back costs more than reading it. `None` if it has to be handed on.
fn at_once(taxii: &Taxii, said: &Said, place: &Place, uri: &Uri) -> Option<Answer> {
    let credential = taxii.door.remembered(said, taxii.node.world.clock.now())?;
    let read = Read { taxii, credential: &credential, briefly: true };
    // As on the other threads, a panic is one broken answer and not a broken connection.
    let found = catch_unwind(AssertUnwindSafe(|| read.get(place, uri)));
    found.unwrap_or_else(|_| Err(Error::broken("a request panicked").into())).transpose()
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

/// Reads for a partner's tool; an answer that is none was not short.
struct Read<'a> {
    taxii: &'a Taxii,
    credential: &'a str,
    briefly: bool,
}

impl Read<'_> {
    fn get(&self, place: &Place, uri: &Uri) -> Brief {
        let taxii = self.taxii;
        match place {
            Place::Discovery => self.run(|_, _| Ok(answer::discovery(taxii))),
            Place::Root => self.run(|_, _| Ok(answer::root(taxii))),
            Place::Status(id) => self
                .run(|tx, ctx| status::find(tx, ctx, id).map(|found| answer::status(StatusCode::OK, found))),
            Place::Collections => self.run(|tx, ctx| collections::own(tx, ctx).map(answer::collections)),
            Place::Collection(id) => {
                self.run(|tx, ctx| collections::own_one(tx, ctx, id).map(answer::collection))
            }
            Place::Objects(id) | Place::Manifest(id) => self.page(place, id, None, uri),
            Place::Object(id, object) | Place::Versions(id, object) => {
                self.page(place, id, Some(object), uri)
            }
        }
    }

    fn run(&self, verb: impl FnOnce(&mut Tx<'_>, &Ctx) -> Result<Response>) -> Brief {
        let node = &self.taxii.node;
        let ctx = node.system();
        let verb = |tx: &mut Tx<'_>| as_partner(tx, &ctx, self.credential, verb);
        let found = if self.briefly { node.db.read_briefly(verb)? } else { Some(node.db.read_onward(verb)?) };
        found.map(|entered| entered.ok_or(Refusal::Stranger)).transpose()
    }

    fn page(&self, place: &Place, collection: &str, object: Option<&str>, uri: &Uri) -> Brief {
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
