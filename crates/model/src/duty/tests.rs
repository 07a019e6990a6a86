//! Facts about the duty to warn: the table, the steps, the invariants.

mod doctrine;
mod invariants;
mod memory;
mod rules;
mod samples;
mod steps;
mod waivers;
