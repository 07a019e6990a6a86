//! Steps after the receiver answered: action, refusal, stand-down, close, and
//! the new information that opens a case again.

use super::fields::{At, By, Filled, Step, always_filled, step};
use super::limits::{QUIET_BEFORE_CLOSE_US, REOFFER_AFTER_US};
use super::refused::Faults;
use super::words::words;
use super::{Duty, State, Trigger};
use crate::grade::Grade;

words! {
    /// Says how it turned out; unknown is not "did not happen".
    Outcome {
        /// It happened as described.
        AsDescribed = "as_described",
        /// It happened in part.
        Partly = "partly",
        /// It did not happen.
        DidNotHappen = "did_not_happen",
        /// Nobody knows.
        Unknown = "unknown",
        /// It was warned of and prevented.
        Prevented = "prevented",
    }
}
always_filled!(Outcome);

step! {
    /// Records what the receiver did.
    report_action(ReportAction): ReportAction, [Acknowledged] => Acted {
        /// What was done.
        actions: Vec<String> = "actions",
        /// When, in microseconds.
        time_us: i64 = "time",
    }
}

step! {
    /// Records that the receiver rejects the warning.
    dismiss(Dismiss): Dismiss, [Acknowledged] => Dismissed {
        /// Why, in the receiver's words.
        receiver_reason: String = "receiver_reason",
        /// Who said so.
        who: String = "who",
        /// When, in microseconds.
        time_us: i64 = "time",
    }
}

step! {
    /// Records that the victim declines advice or protection.
    refuse_protection(Refusal): Refuse, [Acknowledged] => VictimRefused {
        /// What was offered.
        offered: String = "offered",
        /// What was refused.
        refused: String = "refused",
        /// How it was seen that the person understood.
        understood: String = "understood",
    }
}

step! {
    /// Brings a dismissal before the senior officer, always.
    review_dismissal(ReviewDismissal): ReviewDismissal, [Dismissed] => SeniorReview {
        /// A new release, if considered.
        new_release: Option<String> = "new_release",
        /// A public alert, if considered.
        public_alert: Option<String> = "public_alert",
        /// Another protector, if considered.
        other_protector: Option<String> = "other_protector",
    }
}

step! {
    /// Ends the threat; the cancel goes to all who were warned.
    stand_down(StandDown): StandDown, [Acted, Acknowledged, VictimRefused, NoAckEscalated] => StoodDown {
        /// Why.
        reason: String = "reason",
        /// References of the cancels.
        cancel_refs: Vec<String> = "cancel_refs",
    }
}

step! {
    /// Ends a threat whose warning was waived.
    stand_down_waived(StandDownWaived): StandDown, [Waived] => StoodDown {
        /// Why.
        reason: String = "reason",
        /// References of the cancels; needed if anything was sent before.
        cancel_refs: Option<Vec<String>> = "cancel_refs",
    }
}

step! {
    /// Offers protection again.
    reoffer(Reoffer): Reoffer, [VictimRefused] => SeniorReview {
        /// Why: 24 hours have passed, or a new report came in.
        trigger: Trigger = "trigger",
    }
}

step! {
    /// Closes a case below the threshold, 90 days after it was last judged.
    close_not_met(CloseNotMet): Close, [AssessedNotMet] => Closed {
        /// How it turned out.
        outcome: Outcome = "outcome",
    }
}

step! {
    /// Closes a case after its review.
    close(Close): Close, [StoodDown] => Closed {
        /// How it turned out.
        outcome: Outcome = "outcome",
        /// The grade that the information deserved in hindsight.
        hindsight_grade: Grade = "hindsight_grade",
        /// What was learnt.
        lessons: String = "lessons",
    }
}

step! {
    /// Opens a case again.
    new_info(NewInfo): NewInfo, [AssessedNotMet, Closed] => Reopened {
        /// Id of the new report.
        report: String = "report",
        /// Who wrote it, and may therefore not waive.
        author: Option<String> = "author",
    }
}

impl Step for ReportAction {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_past("time", self.time_us, faults);
    }
}

impl Step for Dismiss {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        at.is_past("time", self.time_us, faults);
    }
}

impl Step for Refusal {}
impl Step for ReviewDismissal {}
impl Step for StandDown {}

impl Step for StandDownWaived {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        if at.duty.has_passed(State::Dispatched) && !self.cancel_refs.as_ref().is_some_and(Filled::filled) {
            faults.missing("cancel_refs");
        }
    }
}

impl Step for Reoffer {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        let since_us = at.now_us.saturating_sub(at.duty.entered_us());
        faults.guard(
            self.trigger != Trigger::TimePassed || since_us >= REOFFER_AFTER_US,
            "24 hours have not passed since the refusal",
        );
    }
}

impl Step for CloseNotMet {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        let quiet_us = at.now_us.saturating_sub(at.duty.entered_us());
        faults.guard(quiet_us >= QUIET_BEFORE_CLOSE_US, "90 days without new information have not passed");
    }
}

impl Step for Close {
    fn check(&self, at: &At<'_>, faults: &mut Faults) {
        faults.guard(at.duty.ratification_due_us().is_none(), "the expedited dispatch has not been reviewed");
    }
}

impl Step for NewInfo {
    fn record(self, duty: &mut Duty, _by: &By<'_>) {
        duty.now = super::machine::Running::default();
        duty.add_author(self.author.as_deref().unwrap_or_default());
    }
}
