//! A list of people that somebody offers: what each row lacks, and which grounds it may not rest on.
//!
//! A list grows and nobody shrinks it, so no row becomes an entry here. A row that lacks a field is
//! refused; a row whose reason speaks of a ground that can never carry an entry alone is flagged, and a
//! person decides. The check looks at fields and reasons, never at who is named.
//!
//! Source: our own rules after 28 CFR 23.20 (reasonable suspicion, nothing on views or associations),
//! Council of Europe R(87)15 and Directive (EU) 2016/680, articles 4, 5 and 10;
//! `docs/reference/lists.md`.

use std::collections::BTreeMap;

/// A ground that can never carry an entry alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ground {
    /// Political opinion, party or vote.
    Politics,
    /// Religion or belief.
    Belief,
    /// Sexual orientation or gender identity.
    Orientation,
    /// Ethnic origin or nationality.
    Origin,
    /// Journalism, legal defence or scholarship.
    Profession,
    /// Peaceful protest, strike or petition.
    Protest,
    /// Criticism of a state or person.
    Criticism,
    /// A family tie.
    Family,
    /// Being named on another list.
    OtherList,
}

impl Ground {
    /// Returns its words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Politics => "political opinion, party or vote",
            Self::Belief => "religion or belief",
            Self::Orientation => "sexual orientation or gender identity",
            Self::Origin => "ethnic origin or nationality",
            Self::Profession => "journalism, legal defence or scholarship",
            Self::Protest => "peaceful protest, strike or petition",
            Self::Criticism => "criticism of a state or person",
            Self::Family => "a family tie",
            Self::OtherList => "being named on another list",
        }
    }
}

/// What is wrong with one row; a row without findings is complete.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// Fields that are missing or say too little, by name.
    pub missing: Vec<&'static str>,
    /// Grounds its reason speaks of.
    pub grounds: Vec<Ground>,
    /// Whether it rests on no evidence or on one piece only.
    pub single: bool,
}

/// Checks one row: its cells by column.
pub fn check(row: &BTreeMap<String, String>) -> Findings {
    let cell = |name: &str| row.get(name).map_or("", |cell| cell.trim());
    let mut findings = Findings::default();
    let is_subject = cell("kind") == "THREAT_SUBJECT";
    let evidence = cell("evidence_ids").split([' ', ';', '|']).filter(|id| !id.is_empty()).count();
    for name in FIELDS {
        let held = match name {
            "kind" => KINDS.contains(&cell(name)),
            "necessity_reason" => cell(name).chars().count() >= REASON_MIN,
            "criterion_met" => !is_subject || !cell(name).is_empty(),
            "evidence_ids" => {
                evidence >= if is_subject && !is_strong(cell("evidence_grade")) { 2 } else { 1 }
            }
            "approver" => !cell(name).is_empty() && cell(name) != cell("author"),
            _ => !cell(name).is_empty(),
        };
        if !held {
            findings.missing.push(name);
        }
    }
    let reasons = row.iter().filter(|(name, _)| name.contains("reason") || name.contains("criterion"));
    let words: Vec<String> = reasons.flat_map(|(_, cell)| words(cell)).collect();
    for (ground, stems) in STEMS {
        if words.iter().any(|word| stems.iter().any(|stem| word.starts_with(stem))) {
            findings.grounds.push(ground);
        }
    }
    findings.single = evidence < 2;
    findings
}

fn is_strong(grade: &str) -> bool {
    matches!(grade.as_bytes(), [b'A' | b'B', b'1' | b'2'])
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// What is wrong with a whole list; counts only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Rows read.
    pub rows: u64,
    /// Rows that lack a field.
    pub refused: u64,
    /// The numbers of the rows that lack none, from 1; at most a hundred of them.
    pub complete: Vec<u64>,
    /// Rows whose reason speaks of a blocked ground.
    pub flagged: u64,
    /// Rows that rest on no evidence or on one piece.
    pub single: u64,
    /// How many rows lack a field.
    pub missing: BTreeMap<&'static str, u64>,
    /// How many rows speak of a ground.
    pub grounds: BTreeMap<Ground, u64>,
}

impl Verdict {
    /// Counts one more row.
    pub fn add(&mut self, findings: &Findings) {
        self.rows += 1;
        for name in &findings.missing {
            *self.missing.entry(name).or_default() += 1;
        }
        for ground in &findings.grounds {
            *self.grounds.entry(*ground).or_default() += 1;
        }
        self.flagged += u64::from(!findings.grounds.is_empty());
        self.single += u64::from(findings.single);
        if !findings.missing.is_empty() {
            self.refused += 1;
        } else if self.complete.len() < COMPLETE_MAX {
            self.complete.push(self.rows);
        }
    }

    /// Says whether somebody who answers for the register must look: over fifty rows, or a row that is
    /// complete or rests on a blocked ground.
    pub fn needs_oversight(&self) -> bool {
        self.rows > ROWS_ALONE || self.refused < self.rows || self.flagged > 0
    }

    /// Lists the alarms the list would raise if it were taken in: number, share in percent, limit.
    pub fn alarms(&self) -> Vec<(&'static str, u64, u64)> {
        let share = |part: u64| (part * 100).checked_div(self.rows).unwrap_or(0);
        let all =
            [("DM-03", share(self.single), SINGLE_PCT_MAX), ("DM-09", share(self.flagged), GROUND_PCT_MAX)];
        all.into_iter().filter(|(_, share, limit)| share > limit).collect()
    }

    /// Writes what the sender is told: what is missing, which grounds are blocked, and nothing about
    /// anybody. The text depends on the counts alone.
    pub fn notice(&self) -> String {
        let mut text = format!(
            "Your list of {} rows is not taken in: {} rows are refused. No row was compared with anything.\n",
            self.rows, self.refused
        );
        let counted = |(what, rows): (&str, u64)| format!("{what} ({rows} rows)");
        if !self.missing.is_empty() {
            let fields = FIELDS.iter().filter_map(|name| Some(counted((name, *self.missing.get(name)?))));
            text += &format!("Missing fields: {}.\n", fields.collect::<Vec<_>>().join(", "));
        }
        if !self.grounds.is_empty() {
            let grounds = self.grounds.iter().map(|(ground, rows)| counted((ground.words(), *rows)));
            text += &format!(
                "Blocked grounds, which can never carry an entry alone: {}.\n",
                grounds.collect::<Vec<_>>().join("; ")
            );
        }
        text += "Each row needs its own legal basis, purpose, reason and evidence. Send again what has them.";
        text
    }
}

/// The kinds of entry.
pub const KINDS: [&str; 5] = ["PROTECTEE", "PLACE", "THREAT_SUBJECT", "THREAT_GROUP", "STANDING_INTEREST"];

/// The columns a row must fill.
pub const FIELDS: [&str; 18] = [
    "kind",
    "legal_basis",
    "purpose",
    "necessity_reason",
    "criterion_met",
    "evidence_ids",
    "evidence_grade",
    "fact_or_assessment",
    "author",
    "approver",
    "reviewer",
    "review_due",
    "expires_at",
    "sharing_label",
    "special_category_flags",
    "child_flag",
    "redress_contact",
    "notice_status",
];

const REASON_MIN: usize = 40;
const ROWS_ALONE: u64 = 50;
const COMPLETE_MAX: usize = 100;
const SINGLE_PCT_MAX: u64 = 40;
const GROUND_PCT_MAX: u64 = 5;

/// Beginnings of words that speak of a ground, in English, Russian and Ukrainian: they flag, no more.
const STEMS: [(Ground, &[&str]); 9] = [
    (
        Ground::Politics,
        &["opposition", "party", "election", "voted", "dissident", "оппозиц", "опозиц", "парти"],
    ),
    (
        Ground::Belief,
        &["religio", "belief", "jehovah", "sect", "church", "mosque", "convert", "религи", "секта"],
    ),
    (Ground::Orientation, &["lgbt", "gay", "lesbian", "homosexual", "transgender", "лгбт"]),
    (Ground::Origin, &["ethnic", "nationality", "этнич", "етніч"]),
    (Ground::Profession, &["journalis", "blogger", "lawyer", "scholar", "журналист", "журналіст", "адвокат"]),
    (
        Ground::Protest,
        &[
            "rally",
            "rallies",
            "protest",
            "demonstrat",
            "strike",
            "petition",
            "march",
            "picket",
            "митинг",
            "мітинг",
        ],
    ),
    (
        Ground::Criticism,
        &[
            "insult",
            "critic",
            "discredit",
            "defam",
            "slander",
            "disrespect",
            "posts",
            "posted",
            "оскорб",
            "образ",
        ],
    ),
    (Ground::Family, &["wife", "husband", "brother", "sister", "relative", "cousin", "родствен"]),
    (Ground::OtherList, &["listed", "blacklist", "watchlist", "watchlisted"]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn row(cells: &[(&str, &str)]) -> BTreeMap<String, String> {
        cells.iter().map(|(name, cell)| ((*name).to_owned(), (*cell).to_owned())).collect()
    }

    fn complete() -> BTreeMap<String, String> {
        let mut whole: BTreeMap<_, _> =
            FIELDS.iter().map(|name| ((*name).to_owned(), "stated".to_owned())).collect();
        whole.insert("kind".into(), "THREAT_SUBJECT".into());
        whole.insert(
            "necessity_reason".into(),
            "Two witnesses heard the plan to set the hall on fire.".into(),
        );
        whole.insert("evidence_ids".into(), "R-1 R-2".into());
        whole.insert("approver".into(), "another".into());
        whole
    }

    #[test]
    fn a_row_with_a_name_and_an_insult_lacks_everything_and_is_flagged() {
        let findings =
            check(&row(&[("name", "x"), ("list", "extremist"), ("reason", "insulted the republic")]));
        assert_eq!(findings.missing.len(), FIELDS.len() - 1, "{:?}", findings.missing);
        assert_eq!(findings.grounds, [Ground::Criticism]);
        assert!(findings.single);
        assert_eq!(check(&row(&[("reason", "attended rally")])).grounds, [Ground::Protest]);
        assert_eq!(check(&row(&[("reason", "posts")])).grounds, [Ground::Criticism]);
    }

    #[test]
    fn each_field_is_wanted() {
        assert_eq!(check(&complete()), Findings::default());
        for name in FIELDS {
            let mut without = complete();
            without.remove(name);
            assert!(check(&without).missing.contains(&name), "{name}");
        }
    }

    #[test]
    fn one_piece_of_evidence_carries_a_subject_only_with_a_strong_grade() {
        let with = |ids: &str, grade: &str| {
            let mut row = complete();
            row.insert("evidence_ids".into(), ids.into());
            row.insert("evidence_grade".into(), grade.into());
            check(&row).missing
        };
        assert_eq!(with("R-1", "C3"), ["evidence_ids"]);
        assert!(with("R-1", "B2").is_empty() && with("R-1;R-2", "C3").is_empty());
        let mut own = complete();
        own.insert("approver".into(), "stated".into());
        assert_eq!(check(&own).missing, ["approver"], "nobody approves their own row");
    }

    #[test]
    fn a_list_without_evidence_raises_both_alarms_and_its_notice_names_nobody() {
        let mut verdict = Verdict::default();
        for number in 0..180 {
            let name = format!("Somebody {number}");
            verdict.add(&check(&row(&[("name", &name), ("reason", "insulted the republic")])));
        }
        assert_eq!((verdict.rows, verdict.refused, verdict.complete.len()), (180, 180, 0));
        assert_eq!(verdict.alarms(), [("DM-03", 100, 40), ("DM-09", 100, 5)]);
        assert!(verdict.needs_oversight());
        let notice = verdict.notice();
        assert!(notice.contains("Missing fields: kind (180 rows)") && notice.contains("Blocked grounds"));
        assert!(!notice.contains("Somebody") && !notice.contains("insulted"));
    }

    proptest! {
        #[test]
        fn the_notice_depends_on_no_name(one in "\\PC{1,40}", other in "\\PC{1,40}") {
            let notice = |name: &str| {
                let mut verdict = Verdict::default();
                verdict.add(&check(&row(&[("name", name), ("reason", "attended rally")])));
                verdict.notice()
            };
            prop_assert_eq!(notice(&one), notice(&other));
        }

        #[test]
        fn no_row_that_lacks_a_field_is_complete(kept in prop::collection::btree_set(0_usize..18, 0..18)) {
            let mut row = complete();
            for (at, name) in FIELDS.iter().enumerate() {
                if !kept.contains(&at) {
                    row.remove(*name);
                }
            }
            let mut verdict = Verdict::default();
            verdict.add(&check(&row));
            prop_assert_eq!(verdict.complete.is_empty(), kept.len() < 18);
        }
    }
}
