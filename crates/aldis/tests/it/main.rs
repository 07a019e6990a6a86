//! All integration tests in one binary.

#![allow(missing_docs, unreachable_pub, reason = "tests")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "the helpers of tests fail loudly, as tests do"
)]

mod above;
mod access;
mod access_case;
mod acknowledge;
mod bad_input;
mod brief;
mod browser;
mod cap_receipt;
mod case;
mod chain;
mod chromium;
mod cli;
mod cli_patterns;
mod consent;
mod console;
mod danger;
mod db;
mod deliver;
mod desk;
mod determine;
mod docs;
mod elsewhere;
mod escalate;
mod exchange;
mod exercise;
mod feeds;
mod full_disk;
mod gather;
mod hands;
mod identity;
mod import;
mod ledger;
mod lint;
mod lists;
mod mail;
mod network;
mod opinion;
mod opinions;
mod phrase;
mod protectors;
mod provenance;
mod recipient;
mod release;
mod review;
mod rules;
mod screen;
mod servers;
mod shifts;
mod steady;
mod store;
mod story;
mod stuck;
mod taxii;
mod threshold;
mod ways;
mod web;
mod web_case;
mod web_record;
mod web_refused;
mod webhook;
mod withheld;
