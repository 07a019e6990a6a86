//! The console and everything else that speaks HTTP.
//!
//! Pages are made on the server and hold no script. A page takes its data out of a `Released`; the
//! only functions that answer with data are in [`reply`], and they take nothing else. A handler reads
//! the request, calls one verb and shows one page.
//!
//! Deliberately absent: passwords, scripts, sessions without a row in the store, and any answer that
//! tells "you may not see it" from "there is no such thing".

mod acts;
mod approvals;
mod basis;
mod board;
mod brief;
mod case;
mod compose;
mod consent;
pub(crate) mod delivery;
mod door;
mod duty;
mod fields;
mod gather;
mod inbound;
mod limit;
mod lists;
mod machine;
mod partners;
mod people;
mod person;
mod record;
mod reply;
mod report;
mod steps;
mod visit;
mod warning;
mod watch;
mod words;

pub mod recipient;

use crate::node::Node;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{get, post};
use std::sync::Arc;

/// What every handler is handed.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) node: Arc<Node>,
    pub(crate) limits: Arc<limit::Limits>,
}

/// Builds the router of a node: console, public feed, exchange with partners, recipient pages, TAXII.
pub fn router(node: Arc<Node>) -> Router {
    let taxii = crate::taxii::routes(Arc::clone(&node));
    let web = Web { node, limits: Arc::default() };
    Router::new()
        .merge(machine_routes())
        .merge(door_routes())
        .merge(desk_routes())
        .merge(record_routes())
        .fallback(visit::unknown)
        .method_not_allowed_fallback(visit::unknown)
        .layer(from_fn(reply::headers))
        .with_state(web)
        .merge(taxii)
}

fn machine_routes() -> Router<Web> {
    Router::new()
        .route("/exchange/v1/messages", post(machine::exchange).layer(DefaultBodyLimit::max(ENVELOPE_MAX)))
        .route("/feed/alerts.atom", get(machine::feed))
        .route("/feed/alerts.rss", get(machine::rss))
        .route("/cap/{file}", get(machine::cap))
        .route("/log/checkpoint", get(machine::checkpoint))
        .route("/health/live", get(machine::live))
        .route("/health/ready", get(machine::ready))
        .route("/a/{token}", get(recipient::show).post(recipient::answer))
}

fn door_routes() -> Router<Web> {
    Router::new()
        .route("/app.css", get(reply::stylesheet))
        .route("/sign-in", get(door::explain))
        .route("/in/{token}", get(door::ask).post(door::enter))
        .route("/sign-out", post(door::leave))
}

fn desk_routes() -> Router<Web> {
    Router::new()
        .route("/", get(watch::floor))
        .route("/watch", get(watch::floor))
        .route("/duty", get(duty::all).post(duty::act))
        .route("/go/{id}", get(gather::go))
        .route("/gather", get(gather::list).post(gather::take_in).layer(DefaultBodyLimit::max(FILE_MAX)))
        .merge(report_routes())
        .merge(warning_routes())
}

fn report_routes() -> Router<Web> {
    Router::new()
        .route("/reports/{id}", get(report::one))
        .route("/reports/{id}/original", get(report::original))
        .route("/reports/{id}/opinions", get(approvals::of_report).post(approvals::act))
        .route("/reports/{id}/open", post(report::open))
        .route("/reports/{id}/proposals/{proposal}", post(report::propose))
        .route("/reports/{id}/hits/{hit}", post(report::hit))
        .route("/reports/{id}/grade", post(report::grade))
        .route("/reports/{id}/case", post(report::case))
        .route("/reports/{id}/link", post(report::link))
        .route("/cases/{id}", get(case::one))
        .route("/cases/{id}/victims", post(case::victim))
        .route("/cases/{id}/duties/{duty}", post(case::step))
        .route("/cases/{id}/consents", post(case::ask))
        .route("/cases/{id}/consented", post(case::consented))
        .route("/cases/{id}/basis", get(basis::one).post(basis::act))
        .route("/cases/{id}/board", get(board::one).post(board::act))
        .route("/evidence/{id}", get(board::bytes))
        .route("/reports/{id}/ties/{tie}", post(report::tied))
}

fn warning_routes() -> Router<Web> {
    Router::new()
        .route("/duties/{id}/write", get(compose::blank).post(compose::write))
        .route("/warnings", get(warning::list))
        .route("/warnings/{id}", get(warning::one))
        .route("/warnings/{id}/propose", post(acts::propose))
        .route("/warnings/{id}/lapse", post(acts::lapse))
        .route("/warnings/{id}/public", post(acts::public))
        .route("/releases/{id}/approve", post(acts::approve))
        .route("/releases/{id}/reject", post(acts::reject))
        .route("/releases/{id}/send", post(acts::send))
        .route("/releases/{id}/settle", post(acts::settle_receiver))
        .route("/deliveries", get(delivery::list))
        .route("/deliveries/{id}", get(delivery::one))
        .route("/deliveries/{id}/notice.pdf", get(delivery::notice))
        .route("/deliveries/{id}/hand", post(acts::hand))
        .route("/deliveries/{id}/told", post(acts::told))
        .route("/deliveries/{id}/settle", post(acts::settle))
        .route("/deliveries/{id}/retry", post(acts::retry))
}

fn record_routes() -> Router<Web> {
    Router::new()
        .route("/people", get(people::all).post(people::add))
        .route("/people/{id}", get(person::one).post(person::act))
        .route("/people/{id}/describe", post(people::describe))
        .route("/approvals", get(approvals::all))
        .route("/briefing", get(brief::day))
        .route("/briefing/{id}", get(brief::one).post(brief::open))
        .route("/lists", get(lists::all))
        .route("/lists/{id}", post(lists::act))
        .route("/partners", get(partners::all).post(partners::add))
        .route("/audiences", post(partners::add_audience))
        .route("/audiences/{name}/phrase", post(partners::phrase))
        .route("/inbound", get(inbound::all))
        .route("/inbound/{id}", get(inbound::one))
        .route("/inbound/{id}/open", post(inbound::open))
        .route("/inbound/{id}/answer", post(inbound::answer))
        .route("/inbound/consents/{id}", get(consent::one).post(consent::reply))
        .route("/record", get(record::all))
        .route("/record/{case}", get(record::of_case))
        .route("/record/entry/{index}", get(record::entry))
        .route("/record/entry/{index}/proof", get(record::proof))
        .route("/record/entry/{index}/entry.json", get(record::committed))
}

/// One byte more than the exchange takes, so that it can say itself what is wrong.
const ENVELOPE_MAX: usize = (256 << 10) + 1;

/// The largest file the reader of reports takes, and the form around it.
const FILE_MAX: usize = (10 << 20) + (64 << 10);

/// The areas of the navigation: short name, path, name as shown.
pub(crate) const AREAS: &[(&str, &str, &str)] = &[
    ("watch", "/watch", "Watch"),
    ("gather", "/gather", "Gather"),
    ("warnings", "/warnings", "Warnings"),
    ("people", "/people", "People at risk"),
    ("partners", "/partners", "Partners"),
    ("record", "/record", "Record"),
];
