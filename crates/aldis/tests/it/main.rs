//! All integration tests in one binary.

#![allow(missing_docs, unreachable_pub, reason = "tests")]

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
