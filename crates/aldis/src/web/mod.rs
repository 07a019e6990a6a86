//! web
pub mod recipient;
