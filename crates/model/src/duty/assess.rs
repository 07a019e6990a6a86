//! Steps from the report to a judged threshold and a found or unfound victim.

use super::fields::{At, By, Listed, Step, always_filled, filled_if, step};
use super::limits::QUERY_MAX_US;
use super::refused::Faults;
use super::threshold::suggest_credible;
use super::waiver::same_person;
use super::words::words;
use super::{Credible, Detail, Duty, Element, Elements, Evidence, Harm, Impending, Ttl, VictimKind};
use crate::grade::{Confidence, InfoCredibility, Likelihood, SourceReliability};

/// Score in percent from which a candidate must be looked at by a human.
const REVIEW_LEVEL_PCT: u8 = 60;

words! {
    /// Says who is warned when the victim cannot be found.
    Route {
        /// Whoever protects the victim.
        Protector = "protector",
        /// Whoever is responsible for the place.
        Location = "location",
        /// The public.
        Public = "public",
    }
}
always_filled!(Route);
filled_if! { Evidence: report; Assessment: reasons; }

step! {
    /// Records that a human read the report.
    triage(Triage): Triage, [Received] => Triaged {
        /// Who read it; must be the one who acts.
        officer: String = "officer",
        /// The harms it speaks of; empty says that none were seen.
        harm_types: Listed<Harm> = "harm_types",
        /// How urgent it seems.
        first_impression_ttl: Ttl = "first_impression_ttl",
    }
}

step! {
    /// Records that a human read the new information.
    retriage(Retriage): Triage, [Reopened] => Triaged {
        /// Who read it; must be the one who acts.
        officer: String = "officer",
        /// The harms it speaks of; absent keeps those known before.
        harm_types: Option<Listed<Harm>> = "harm_types",
        /// How urgent it seems; absent keeps the grade known before.
        first_impression_ttl: Option<Ttl> = "first_impression_ttl",
    }
}

step! {
    /// Judges that the threshold is met.
    assess_met(Assessment): Assess, [Triaged] => AssessedMet {
        /// The harms threatened.
        harm: Vec<Harm> = "harm",
        /// How near it is.
        impending: Impending = "impending",
        /// What kind of victim.
        victim_kind: VictimKind = "victim_kind",
        /// Reference of the victim; this or `place`.
        victim_ref: Option<String> = "victim_ref",
        /// The place; this or `victim_ref`.
        place: Option<String> = "place",
        /// How reliable the source is.
        source_grade: SourceReliability = "source_grade",
        /// How credible the information is.
        info_grade: InfoCredibility = "info_grade",
        /// What is known.
        specific_elements: Vec<Detail> = "specific_elements",
        /// How likely it is, if judged.
        likelihood: Option<Likelihood> = "likelihood",
        /// How good the basis is.
        confidence: Confidence = "confidence",
        /// The reports it rests on, with their origins.
        independent_sources: Vec<Evidence> = "independent_sources",
        /// Why.
        reasons: String = "reasons",
        /// The analyst's own judgement; absent takes the suggestion.
        credible: Option<Credible> = "credible",
        /// Doubts, which are resolved in favour of warning.
        doubts: Option<Vec<Element>> = "doubts",
        /// The attackers are believed to be in position.
        attackers_in_position: Option<bool> = "attackers_in_position",
        /// The analyst's own grade; absent takes the suggestion.
        ttl: Option<Ttl> = "ttl",
    }
}

step! {
    /// Judges that the threshold is not met, with a second reader.
    assess_not_met(NotMet): Assess, [Triaged] => AssessedNotMet {
        /// What is absent.
        missing_elements: Vec<Element> = "missing_elements",
        /// Why.
        reasons: String = "reasons",
        /// Who else read it; not the one who acts.
        second_reader: String = "second_reader",
    }
}

step! {
    /// Asks somebody for more.
    query(Query): Query, [Triaged] => NeedsInfo {
        /// What is asked.
        question: String = "question",
        /// Who is asked.
        asked_of: String = "asked_of",
        /// When a decision is forced, at most 24 hours ahead.
        deadline_us: i64 = "deadline",
    }
}

step! {
    /// Judges after a query that the threshold is met, or that a doubt remains
    /// at the deadline.
    answer_met(AnsweredMet): Assess, [NeedsInfo] => AssessedMet {
        /// What was answered; this or `no_answer`.
        answer: Option<String> = "answer",
        /// That nothing was answered; this or `answer`.
        no_answer: Option<String> = "no_answer",
        /// Why.
        reasons: String = "reasons",
        /// The elements as now judged; may be absent at the deadline.
        elements: Option<Assessment> = "elements",
        /// Doubts that an answer left at the deadline.
        doubts: Option<Vec<Element>> = "doubts",
    }
}

step! {
    /// Judges that the answer removes an element.
    answer_not_met(AnsweredNotMet): Assess, [NeedsInfo] => AssessedNotMet {
        /// What was answered.
        answer: String = "answer",
        /// Why.
        reasons: String = "reasons",
        /// Who else read it; not the one who acts.
        second_reader: String = "second_reader",
        /// What the answer removes.
        missing_elements: Vec<Element> = "missing_elements",
    }
}

step! {
    /// Records that nobody in the register is the victim.
    resolve_victim(ResolveVictim): ResolveVictim, [AssessedMet] => VictimUnresolved {
        /// Who was considered; empty says nobody came up.
        candidates: Listed<String> = "candidates",
        /// Their scores in percent, in the same order.
        match_scores_pct: Listed<u8> = "match_scores",
        /// How they were compared.
        method: String = "method",
        /// Score from which a human must look; 60 if absent.
        review_level_pct: Option<u8> = "review_level",
    }
}

step! {
    /// Chooses whom to warn in place of a victim who is not found.
    route_to_protector(RouteToProtector): RouteToProtector, [VictimUnresolved] => SeniorReview {
        /// Who is warned.
        route: Route = "route",
        /// Why.
        reason: String = "reason",
    }
}

impl Assessment {
    /// Gives the elements of the threshold that this assessment states.
    #[must_use]
    pub fn elements(&self) -> Elements {
        let suggested = suggest_credible(self.source_grade, self.info_grade, &self.independent_sources);
        Elements {
            harm: self.harm.clone(),
            impending: self.impending,
            victim: Some(self.victim_kind),
            credible: self.credible.unwrap_or(suggested),
            specific: self.specific_elements.clone(),
            doubts: self.doubts.clone().unwrap_or_default(),
            attackers_in_position: self.attackers_in_position == Some(true),
        }
    }

    fn check_statement(&self, faults: &mut Faults) {
        if self.victim_ref.is_none() && self.place.is_none() {
            faults.missing("victim_ref|place");
        }
        let independent = super::independent_count(&self.independent_sources);
        faults.guard(
            self.info_grade != InfoCredibility::Confirmed || independent >= 2,
            "information 1 (confirmed) needs two independent sources",
        );
    }

    fn settle(self, duty: &mut Duty) {
        let elements = self.elements();
        duty.ttl = self.ttl.unwrap_or_else(|| elements.suggest_ttl());
        duty.impending = Some(self.impending);
        duty.victim_kind = Some(self.victim_kind);
        duty.harm = self.harm;
    }
}

impl Step for Triage {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_actor(&self.officer, faults);
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.harm = self.harm_types.0;
        duty.ttl = self.first_impression_ttl;
    }
}

impl Step for Retriage {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_actor(&self.officer, faults);
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.harm = self.harm_types.map_or(std::mem::take(&mut duty.harm), |harm| harm.0);
        duty.ttl = self.first_impression_ttl.unwrap_or(duty.ttl);
    }
}

impl Step for Assessment {
    fn check(&self, _at: &At<'_>, faults: &mut Faults) {
        self.check_statement(faults);
        check_met(&self.elements(), faults);
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        self.settle(duty);
    }
}

impl Step for NotMet {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        check_second_reader(at, &self.second_reader, faults);
    }
}

impl Step for Query {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_ahead("deadline", self.deadline_us, QUERY_MAX_US, faults);
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.query_deadline_us = Some(self.deadline_us);
    }
}

impl Step for AnsweredMet {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        if self.answer.is_none() && self.no_answer.is_none() {
            faults.missing("answer|no_answer");
        }
        if let Some(assessment) = &self.elements {
            assessment.check_statement(faults);
        }
        let met = self.elements.as_ref().is_some_and(|assessment| assessment.elements().is_met());
        faults.guard(
            met || self.doubt_at_deadline(at),
            "the elements are not met, and there is no doubt at the deadline",
        );
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        if let Some(assessment) = self.elements {
            assessment.settle(duty);
        }
    }
}

impl AnsweredMet {
    /// Resolves doubt in favour of warning: only credible and specific may be
    /// in doubt, so what else is known must not speak against it.
    fn doubt_at_deadline(&self, at: &At<'_>) -> bool {
        let reached = at.duty.now.query_deadline_us.is_some_and(|deadline_us| at.now_us >= deadline_us);
        let open = |element: &Element| matches!(element, Element::Credible | Element::Specific);
        let doubt = self.no_answer.is_some() || self.doubts.iter().flatten().any(open);
        let others_hold = self.elements.as_ref().map_or(!at.duty.harm.is_empty(), |assessment| {
            let elements = assessment.elements();
            elements.credible != Credible::NotCredible && elements.missing().iter().all(open)
        });
        reached && doubt && others_hold
    }
}

impl Step for AnsweredNotMet {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        check_second_reader(at, &self.second_reader, faults);
    }
}

impl Step for ResolveVictim {
    fn check(&self, _at: &At<'_>, faults: &mut Faults) {
        let level = self.review_level_pct.unwrap_or(REVIEW_LEVEL_PCT);
        let scores = &self.match_scores_pct.0;
        if scores.len() != self.candidates.0.len() {
            faults.invalid("match_scores", "must be one score for each candidate");
        }
        let unlike = scores.iter().all(|score| *score < level);
        faults.guard(unlike, "a candidate reaches the review level and must be looked at first");
    }
}

impl Step for RouteToProtector {}

fn check_met(elements: &Elements, faults: &mut Faults) {
    for element in elements.missing() {
        faults.guard(false, absent(element));
    }
}

fn check_second_reader(at: &At<'_>, second_reader: &str, faults: &mut Faults) {
    let same = at.actor.human().is_some_and(|first| same_person(first, second_reader));
    faults.guard(!same, "the second reader must be somebody else than the first");
}

const fn absent(element: Element) -> &'static str {
    match element {
        Element::Harm => "no harm is stated",
        Element::Impending => "the harm is not impending",
        Element::Victim => "no victim is identifiable",
        Element::Credible => "the threat is not credible and no doubt is recorded",
        Element::Specific => "the threat is not specific and no doubt is recorded",
    }
}
