//! Trains the models of the `names` crate from pairs of spellings.
//!
//! Everything is reckoned in whole numbers and in the order of the input, so the
//! same input gives the same bytes.

pub mod costs;
pub mod equal;
pub mod forest;
pub mod labelled;
pub mod often;
pub mod pairs;
pub mod seed;
pub mod synthetic;
pub mod tokens;

#[cfg(test)]
mod tests;
