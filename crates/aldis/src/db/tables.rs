//! The tables whose every row the ledger commits to.
//!
//! Not here, and why: `entry` and `checkpoint` are the ledger and verified by their own hashes;
//! `label` and `meta` hold nothing that happened; `print` is made from the reports and can be made again;
//! `login`, `session`, `outbox`, `feed`, `clock`, `taxii_status` and `taxii_mark` come and go; `taxii_object` and `taxii_gone`
//! are committed to by the `taxii_batch` that brought or took them, see
//! `docs/design/0006-one-digest-a-batch.md`.

use std::fmt;

macro_rules! tables {
    ($($variant:ident = $name:literal: $columns:literal;)+) => {
        /// A table the ledger commits to, row by row.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Table { $(#[doc = concat!("`", $name, "`")] $variant,)+ }

        /// All of them.
        pub const TABLES: &[Table] = &[$(Table::$variant,)+];

        impl Table {
            /// Returns its name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// Finds a table by its name.
            pub fn find(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }

            /// Returns the query for one row by its id, with every column in a fixed order.
            pub const fn select_one(self) -> &'static str {
                match self { $(Self::$variant => concat!(
                    "-- db::digest\n SELECT ", $columns, " FROM ", $name, " WHERE id = $1"),)+ }
            }

            /// Returns the query for all rows in the same form.
            pub const fn select_all(self) -> &'static str {
                match self { $(Self::$variant => concat!(
                    "-- db::digest_all\n SELECT ", $columns, " FROM ", $name, " ORDER BY id"),)+ }
            }

            /// Returns its columns, comma-separated.
            pub const fn columns(self) -> &'static str {
                match self { $(Self::$variant => $columns,)+ }
            }
        }
    };
}

tables! {
    Officer = "officer": "id, name, role, ceiling, compartments, email, created_at, disabled_at";
    Partner = "partner":
        "id, name, title, url, verifier, verified_how, ceiling, created_at, suspended_at";
    Audience = "audience":
        "id, name, title, ladder, org, ceiling, channel, address, language, created_at";
    Way = "way": "id, audience_id, channel, address, added_by, added_at, ended_at";
    CaseFile = "case_file": "id, title, label, opened_by, opened_at, closed_at";
    Report = "report":
        "id, received_at, channel, source, originator, origin, title, language, kind, original, sha256, body, dates, label, opened_by, opened_at, screened_at";
    Proposal = "proposal":
        "id, report_id, kind, quoted, span_start, span_end, note, decided, decided_by, decided_at";
    Subject = "subject": "id, kind, category, tier, purpose, label, created_by, created_at";
    CapReceipt = "cap_receipt":
        "id, release_id, sender, identifier, kind, note, sha256, label, sent_at, received_at";
    Circle = "circle": "id, name, title, added_by, added_at";
    CircleReader = "circle_reader": "id, circle_id, officer_id, joined_by, joined_at, left_at";
    Brief = "brief": "id, circle_id, title, body, label, written_by, written_at";
    BriefOpened = "brief_opened": "id, brief_id, officer_id, opened_at";
    ListOffer = "list_offer":
        "id, source, sha256, row_count, refused, flagged, complete, alarms, notice, label, received_by, received_at, told_at, told_how, reviewed_by, reviewed_at, review";
    Phrase = "phrase":
        "id, audience_id, hash, tries, opened, label, set_by, set_at, locked_at, ended_at";
    Danger = "danger":
        "id, subject_id, case_id, impact, factors, events, suggested, floor, why, label, rated_by, rated_at";
    Tier = "tier":
        "id, subject_id, danger_id, tier, before, reasons, label, set_by, set_at, review_by";
    Measure = "measure":
        "id, subject_id, case_id, measure, owner, status, agreed_at, words, label, proposed_by, proposed_at, changed_at";
    Protector = "protector":
        "id, subject_id, audience_id, basis, label, named_by, named_at, ended_at";
    SealedName = "sealed_name": "id, subject_id, sealed";
    SealedDiscriminator = "sealed_discriminator": "id, subject_id, sealed";
    NameOpening = "name_opening":
        "id, subject_id, case_id, reason, label, asked_by, asked_at, agreed, agreed_by, agreed_at, words, read_at";
    Hit = "hit":
        "id, report_id, subject_id, span_start, span_end, score, why, label, decided, decided_by, decided_at";
    HitEvidence = "hit_evidence": "id, bits, reach";
    ReportWords = "report_words": "id, words, at";
    Grade = "grade":
        "id, report_id, grade, likelihood, confidence, reasons, label, graded_by, graded_at";
    CaseReport = "case_report": "id, case_id, report_id, relation, linked_by, linked_at";
    Duty = "duty":
        "id, case_id, victim_kind, victim, state, machine, ttl, author, label, changed_at";
    Warning = "warning":
        "id, case_id, duty_id, subject, author, label, ends_at, targeted, cap, created_at, lapsed_at";
    Portion = "portion": "id, warning_id, position, body, label, basis";
    Release = "release":
        "id, warning_id, audience_id, kind, body, text_hash, tlp, label, dropped, declassified, code_words, replaces, drafted_by, drafted_at, approved_by, approved_at, rejected_at, reason, not_before, sent_at, lapse_at";
    Delivery = "delivery":
        "id, release_id, channel, progress, label, attempts, token_hash, token_until, message, evidence, error, ladder_step, queued_at, sent_at, delivered_at, opened_at, answered_at, acted_at, failed_at";
    Answer = "answer":
        "id, delivery_id, answer, note, said_by, key_id, text_hash, evidence, late_us, label, said_at, recorded_at";
    Inbound = "inbound":
        "id, partner_id, message, replaces, kind, subject, body, label, text_hash, note, receipt, answer_by, received_at, opened_at, answered_at";
    Consent = "consent":
        "id, originator, audience, text_hash, case_id, asked_by, asked_at, answer, words, answered_at";
    ConsentSent = "consent_sent": "id, partner_id, message, shown_as, answer_by, evidence";
    ConsentInbound = "consent_inbound":
        "id, partner_id, message, body, text_hash, audience, rung, label, note, answer_by, received_at, answer, words, answered_by, answered_at";
    Task = "task":
        "id, kind, priority, case_id, thing, note, step, label, opened_at, due_at, done_at, done_by";
    Timer = "timer": "id, kind, thing, step, due_at, fired_at";
    Chain = "chain": "id, priority, steps, quorum, repeats, set_by, set_at, ended_at";
    Escalation = "escalation":
        "id, delivery_id, priority, steps, quorum, repeats, label, frozen_at, why, run, calls, started_at, ended_at";
    CallAnswer = "call_answer": "id, escalation_id, run, officer_id, words, late_us, said_at";
    Shift = "shift": "id, office, officer_id, starts_at, ends_at, set_by, set_at, ended_at";
    HandOver = "hand_over":
        "id, shift_id, giver, taker, items, words, ends_at, offered_at, accepted_at";
    Shelf = "shelf":
        "id, task_id, until, reason, label, shelved_by, shelved_at, ended_at, ended_by";
    Tie = "tie":
        "id, report_id, upstream_id, upstream, relation, shared, why, label, proposed_by, proposed_at, decided, reason, decided_by, decided_at";
    Author = "author":
        "id, report_id, officer_id";
    GradeCode = "grade_code":
        "id, scale, original, deceptive";
    SourceNote = "source_note":
        "id, report_id, factor, body, label, said_by, said_at";
    Element = "element":
        "id, duty_id, element, finding, report_id, span_start, span_end, statement, label, stated_by, stated_at";
    Suspect = "suspect":
        "id, case_id, name, likelihood, chain, reasons, label, stated_by, stated_at";
    SecondReading = "second_reading":
        "id, duty_id, agrees, reasons, label, read_by, read_at";
    Forecast = "forecast":
        "id, case_id, question, forecaster, likelihood, yardstick, confidence, until, reasons, label, given_by, given_at, outcome, outcome_by, outcome_at";
    Hypothesis = "hypothesis":
        "id, case_id, body, label, said_by, said_at";
    Evidence = "evidence":
        "id, case_id, body, report_id, claimed, file_name, file, sha256, label, said_by, said_at";
    Rating = "rating":
        "id, hypothesis_id, evidence_id, rating, label, rated_by, rated_at";
    Opinion = "opinion":
        "id, report_id, audience_id, object, view, explanation, outside, tlp, label, said_by, said_at, approved_by, approved_at, rejected_at, withdrawn_at, reason";
    TaxiiCollection = "taxii_collection":
        "id, number, partner_id, title, description, label, readable_at, writable_at, created_by, created_at";
    TaxiiCredential = "taxii_credential":
        "id, partner_id, kind, secret, purpose, created_by, created_at, revoked_at";
    TaxiiBatch = "taxii_batch":
        "id, collection_id, kind, release_id, first_place, last_place, objects, digest, label, at";
    Import = "import":
        "id, maker, foreign_id, version, sha256, report_id, imported_by, imported_at";
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_of_the_schema_is_committed_to() {
        let schema = super::super::migrate::MIGRATIONS.join("\n");
        for table in TABLES {
            let head = format!("CREATE TABLE {} (", table.as_str());
            let body = schema.split(&head).nth(1).and_then(|rest| rest.split(") STRICT;").next());
            let body = body.unwrap_or_else(|| panic!("{table} is not in the schema"));
            let columns: Vec<&str> = body
                .lines()
                .filter_map(|line| line.split_whitespace().next())
                .filter(|word| {
                    word.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b.is_ascii_digit())
                })
                .collect();
            assert_eq!(columns.join(", "), table.columns(), "{table}");
        }
    }
}
