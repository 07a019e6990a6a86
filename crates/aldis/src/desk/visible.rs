//! Which labels a reader may see, as a condition for SQL.
//!
//! This is the only place that builds the visibility condition. It asks the gate's own rule about
//! each distinct label in the store, so that a list holds exactly what the gate would pass one by
//! one; the gate is asked again for each row all the same.

use crate::ctx::Ctx;
use crate::db::{Tx, Value};
use crate::error::Result;
use aldis_model::gate::may_see;
use aldis_model::{Audience, Labelled, Released};
use std::fmt::Write;

/// The labels one reader may see.
pub struct Visible {
    labels: Vec<Value>,
}

impl Visible {
    /// Asks the gate about every label in the store.
    ///
    /// # Errors
    ///
    /// [`crate::error::Error::Broken`] if the store fails.
    pub fn to(tx: &mut Tx<'_>, viewer: &Audience) -> Result<Self> {
        let mut labels = Vec::new();
        for row in tx.rows(LABELS, &[])? {
            if may_see(viewer, &row.label(0)?) {
                labels.push(row.text(0)?.into());
            }
        }
        Ok(Self { labels })
    }

    /// Writes the condition on `column`, whose parameters follow `first` others.
    ///
    /// A reader who may see no label sees no row.
    pub fn condition(&self, column: &str, first: usize) -> String {
        if self.labels.is_empty() {
            return "1 = 0".to_owned();
        }
        let mut text = format!("{column} IN (");
        for at in 0..self.labels.len() {
            let comma = if at == 0 { "" } else { ", " };
            // Writing into a String cannot fail.
            let _ = write!(text, "{comma}${}", first + at + 1);
        }
        text.push(')');
        text
    }

    /// Appends the condition's values to a query's own.
    pub fn with(&self, own: &[Value]) -> Vec<Value> {
        own.iter().chain(&self.labels).cloned().collect()
    }
}

/// Passes each thing of a list through the gate; what may not be seen is not there.
///
/// # Errors
///
/// Whatever reading a thing gives.
pub fn shown<T>(ctx: &Ctx, things: impl Iterator<Item = Result<Labelled<T>>>) -> Result<Released<Vec<T>>> {
    let mut passed = Vec::new();
    for thing in things {
        passed.extend(ctx.show(thing?).ok());
    }
    Ok(Released::collect(passed))
}

const LABELS: &str = "-- desk::visible
    SELECT text FROM label ORDER BY text";
