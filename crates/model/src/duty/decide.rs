//! Steps of the senior officer and the arbiter: warn, waive, dispute.

use serde::{Deserialize, Serialize};

use super::Duty;
use super::fields::{At, By, Listed, Step, always_filled, filled_if, step};
use super::limits::DAY_US;
use super::refused::Faults;
use super::waiver::{Alternative, Particulars, Waiver, WaiverCode};
use super::words::words;

words! {
    /// Says what the analyst proposes.
    Proposal {
        /// To warn.
        Warn = "warn",
        /// To waive.
        Waive = "waive",
    }
}

words! {
    /// Says what the arbiter rules.
    Ruling {
        /// To warn.
        Warn = "warn",
        /// To waive.
        Waive = "waive",
    }
}

words! {
    /// Says who carries the warning.
    Deliverer {
        /// An officer of the own house.
        OwnOfficer = "own_officer",
        /// The local police.
        LocalPolice = "local_police",
        /// The security officer of an embassy.
        EmbassySecurityOfficer = "embassy_security_officer",
        /// A protective unit.
        ProtectiveUnit = "protective_unit",
        /// The security desk of an employer.
        EmployerSecurityDesk = "employer_security_desk",
        /// A trusted intermediary.
        TrustedIntermediary = "trusted_intermediary",
        /// Liaison of a foreign service.
        ForeignLiaison = "foreign_liaison",
        /// Nobody who can be traced.
        Anonymous = "anonymous",
    }
}

/// Says what reopened a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The time set for it has passed.
    TimePassed,
    /// A new report came in; holds its id.
    NewReport(String),
}

/// Records that a proposed waiver was considered and declined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WaiverDeclined {
    /// The ground that was considered.
    pub code: WaiverCode,
    /// Why it does not hold.
    pub reasons: String,
}

always_filled!(Proposal, Ruling, Deliverer);
filled_if! { WaiverDeclined: reasons; }

impl super::fields::Filled for Trigger {
    fn filled(&self) -> bool {
        match self {
            Self::TimePassed => true,
            Self::NewReport(report) => !report.trim().is_empty(),
        }
    }
}

step! {
    /// Puts the case before the senior officer.
    submit(Submit): Submit, [AssessedMet] => SeniorReview {
        /// The case in short.
        case_summary: String = "case_summary",
        /// What is proposed.
        proposed_decision: Proposal = "proposed_decision",
    }
}

step! {
    /// Decides to warn.
    decide_warn(WarnDecision): DecideWarn, [SeniorReview] => WarnApproved {
        /// The senior officer; must be the one who acts.
        officer: String = "officer",
        /// Who carries the warning.
        deliverer: Deliverer = "deliverer",
        /// How it is delivered.
        method: String = "method",
        /// By what means.
        means: String = "means",
        /// What the text may not say.
        substance_limits: String = "substance_limits",
        /// When it must have been delivered.
        deadline_us: i64 = "deadline",
        /// Needed where a waiver was proposed.
        waiver_declined: Option<WaiverDeclined> = "waiver_declined",
    }
}

step! {
    /// Decides to waive.
    decide_waive(WaiverDecision): DecideWaive, [SeniorReview] => Waived {
        /// The senior officer; must be the one who acts, and no author.
        officer: String = "officer",
        /// The ground.
        code: WaiverCode = "waiver_code",
        /// Why the ground holds.
        basis: String = "basis",
        /// What was tried to warn all the same; W-D needs all three kinds,
        /// W-E one.
        alternatives_tried: Listed<Alternative> = "alternatives_tried",
        /// When it ends: at most 72 hours ahead, 24 if imminent.
        expiry_us: i64 = "expiry",
        /// What the code needs beyond that.
        particulars: Option<Particulars> = "particulars",
    }
}

step! {
    /// Records that the originator or a partner objects.
    object(Objection): Object, [SeniorReview] => Disputed {
        /// Who objects.
        objector: String = "objector",
        /// On what ground.
        ground: String = "ground",
        /// What they propose instead.
        proposed_alternative: String = "proposed_alternative",
    }
}

step! {
    /// Rules that the warning is given.
    arbitrate_warn(ArbitrateWarn): Arbitrate, [Disputed] => WarnApproved {
        /// The arbiter; must be the one who acts.
        arbiter: String = "arbiter",
        /// `warn`.
        ruling: Ruling = "ruling",
        /// Why.
        reasons: String = "reasons",
    }
}

step! {
    /// Rules that the warning is waived; the same conditions hold as for the
    /// senior officer.
    arbitrate_waive(ArbitrateWaive): Arbitrate, [Disputed] => Waived {
        /// The arbiter; must be the one who acts, and no author.
        arbiter: String = "arbiter",
        /// `waive`.
        ruling: Ruling = "ruling",
        /// Why; this is the basis of the waiver.
        reasons: String = "reasons",
        /// When it ends: at most 72 hours ahead, 24 if imminent.
        expiry_us: i64 = "expiry",
        /// The ground.
        code: WaiverCode = "waiver_code",
        /// What was tried to warn all the same.
        alternatives_tried: Option<Listed<Alternative>> = "alternatives_tried",
        /// What the code needs beyond that.
        particulars: Option<Particulars> = "particulars",
    }
}

step! {
    /// Ends a waiver, so that it is decided anew.
    expire_or_new_info(ExpireOrNewInfo): ExpireOrNewInfo, [Waived] => SeniorReview {
        /// Why it is decided anew; time passes only at the expiry.
        trigger: Trigger = "trigger",
    }
}

impl Step for Submit {
    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.proposal = Some(self.proposed_decision);
    }
}

impl Step for WarnDecision {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_actor(&self.officer, faults);
        at.is_ahead("deadline", self.deadline_us, 365 * DAY_US, faults);
        let proposed = at.duty.now.proposal == Some(Proposal::Waive);
        faults.guard(
            !proposed || self.waiver_declined.is_some(),
            "a waiver was proposed: waiver_declined must say why it does not hold",
        );
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.proposal = None;
    }
}

impl WaiverDecision {
    fn waiver(self) -> Waiver {
        Waiver {
            officer: self.officer,
            code: self.code,
            basis: self.basis,
            particulars: self.particulars.unwrap_or_default(),
            alternatives_tried: self.alternatives_tried,
            expiry_us: self.expiry_us,
        }
    }
}

impl Step for WaiverDecision {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        self.clone().waiver().check(at, faults);
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.proposal = None;
        duty.now.waiver = Some(self.waiver());
    }
}

impl Step for Objection {}

impl Step for ArbitrateWarn {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_actor(&self.arbiter, faults);
        faults.guard(self.ruling == Ruling::Warn, "the ruling does not say warn");
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.proposal = None;
    }
}

impl ArbitrateWaive {
    fn waiver(self) -> Waiver {
        Waiver {
            officer: self.arbiter,
            code: self.code,
            basis: self.reasons,
            particulars: self.particulars.unwrap_or_default(),
            alternatives_tried: self.alternatives_tried.unwrap_or_default(),
            expiry_us: self.expiry_us,
        }
    }
}

impl Step for ArbitrateWaive {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        faults.guard(self.ruling == Ruling::Waive, "the ruling does not say waive");
        self.clone().waiver().check(at, faults);
    }

    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now.proposal = None;
        duty.now.waiver = Some(self.waiver());
    }
}

impl Step for ExpireOrNewInfo {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        let expired = at.duty.waiver().is_none_or(|waiver| at.now_us >= waiver.expiry_us);
        faults.guard(self.trigger != Trigger::TimePassed || expired, "the waiver has not expired");
    }
}
