//! All integration tests in one binary.

#![allow(missing_docs, unreachable_pub, reason = "tests")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that meets the unexpected must stop, and tests stand outside the program"
)]

mod browser;
mod chromium;
mod cli;
mod console;
mod db;
mod desk;
mod docs;
mod exercise;
mod ledger;
mod store;
mod story;
mod web;
mod web_record;
