//! All integration tests in one binary.

#![allow(missing_docs, unreachable_pub, reason = "tests")]

mod db;
mod desk;
mod exercise;
mod store;
mod story;
