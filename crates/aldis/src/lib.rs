//! Aldis: a warning exchange and protection desk.
//!
//! Everything that touches the world is here: the store, the desk's verbs, the exchange with other
//! nodes, the console and the command line. The rules of the trade are in `aldis-model`.
//!
//! Start with [`desk`], whose page is the walkthrough.

pub mod cli;
pub mod config;
pub mod ctx;
pub mod db;
pub mod demo;
pub mod desk;
pub mod error;
pub mod exchange;
pub mod exercise;
pub mod journal;
pub mod log;
pub mod node;
pub mod outbox;
pub mod seal;
pub mod serve;
pub mod sim;
pub mod steady;
pub mod taxii;
pub mod web;

/// The rules by which this program proposes, for the record of what it proposed.
pub const RULES: &str = concat!("aldis ", env!("CARGO_PKG_VERSION"));
