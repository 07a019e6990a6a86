//! The seven invariants of the doctrine, each as a property.
//!
//! Random walks mix valid steps with steps outside the table, missing fields,
//! machines, the author as officer and any lapse of time.

use proptest::prelude::*;

use super::samples::*;
use crate::duty::*;

/// Is one attempt of a random walk.
#[derive(Debug, Clone)]
struct Try {
    pick: prop::sample::Index,
    wild: bool,
    actor: u8,
    drop: Option<prop::sample::Index>,
    wait_us: i64,
}

fn tries() -> impl Strategy<Value = Vec<Try>> {
    let one = (
        any::<prop::sample::Index>(),
        prop::bool::weighted(0.1),
        0_u8..8,
        prop::option::weighted(0.1, any::<prop::sample::Index>()),
        prop_oneof![Just(MINUTE_US), Just(5 * HOUR_US), Just(91 * DAY_US)],
    );
    let one = one.prop_map(|(pick, wild, actor, drop, wait_us)| Try { pick, wild, actor, drop, wait_us });
    prop::collection::vec(one, 0..60)
}

/// Walks, and shows every duty on the way to `look`.
fn walk(
    tries: &[Try],
    mut look: impl FnMut(&Duty) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    let mut duty = fresh();
    let mut now_us = START_US;
    look(&duty)?;
    for each in tries {
        now_us += each.wait_us;
        duty = attempt(duty, each, now_us)?;
        look(&duty)?;
    }
    Ok(())
}

fn attempt(duty: Duty, each: &Try, now_us: i64) -> Result<Duty, TestCaseError> {
    let near: Vec<_> = TRANSITIONS.iter().filter(|row| each.wild || row.from == duty.state()).collect();
    let row = each.pick.get(&near);
    let (id, actor) = match each.actor {
        0 => ("", Actor::Machine),
        1 => (AUTHOR, human(AUTHOR)),
        _ => (OFFICER, human(OFFICER)),
    };
    let mut given = passing(row, &duty, id, now_us);
    if let (Some(drop), false) = (&each.drop, given.is_empty()) {
        let name = drop.get(&given.keys().cloned().collect::<Vec<_>>()).clone();
        given.remove(&name);
    }
    let before = duty.clone();
    match duty.apply(row.event.as_str(), &given, &actor, now_us) {
        Ok(after) => {
            let step = (before.state(), row.event, after.state());
            let known = TRANSITIONS.iter().any(|row| (row.from, row.event, row.to) == step);
            prop_assert!(known, "{step:?} is not in the table");
            Ok(reviewed(after, now_us))
        }
        Err(refused) => {
            prop_assert_eq!(&*refused.duty, &before, "a refusal changes nothing");
            prop_assert!(!refused.faults.is_empty());
            prop_assert!(refused.to_string().contains(before.state().as_str()));
            Ok(*refused.duty)
        }
    }
}

/// Reviews an expedited dispatch at stand-down, so that walks can go on.
fn reviewed(duty: Duty, now_us: i64) -> Duty {
    if duty.state() != State::StoodDown || duty.ratification_due_us().is_none() {
        return duty;
    }
    let review =
        Ratification { officer: OFFICER.to_owned(), result: Ratified::Ratified, reasons: "right".to_owned() };
    duty.ratify(review, &human(OFFICER), now_us).unwrap()
}

proptest! {
    /// Invariant 1.
    #[test]
    fn a_met_threshold_is_not_closed_without_a_decision(tries in tries()) {
        walk(&tries, |duty| {
            let states: Vec<_> = duty.trace().iter().map(|passed| passed.state).collect();
            for closed in (0..states.len()).filter(|at| states[*at] == State::Closed) {
                let run = states[..closed].iter().rposition(|state| *state == State::AssessedMet);
                let Some(met) = run else { continue };
                if states[met..closed].contains(&State::Reopened) { continue; }
                let decided = [State::WarnApproved, State::Waived, State::StoodDown];
                prop_assert!(states[met..closed].iter().any(|state| decided.contains(state)), "{states:?}");
            }
            Ok(())
        })?;
    }

    /// Invariant 2.
    #[test]
    fn a_waiver_has_officer_code_basis_and_expiry(tries in tries()) {
        walk(&tries, |duty| {
            if duty.state() == State::Waived {
                let waiver = duty.waiver();
                prop_assert!(waiver.is_some());
                let waiver = waiver.unwrap();
                prop_assert!(!waiver.officer.is_empty() && !waiver.basis.is_empty());
                prop_assert!(!duty.authors().contains(&waiver.officer));
                prop_assert!(waiver.expiry_us > duty.entered_us());
                prop_assert!(waiver.expiry_us - duty.entered_us() <= waiver_max_us(duty.is_imminent()));
                prop_assert_eq!(duty.due_us(), Some(waiver.expiry_us));
            }
            Ok(())
        })?;
    }

    /// Invariant 3.
    #[test]
    fn nothing_leaves_without_a_hash_and_a_signature_or_an_expedite_record(tries in tries()) {
        walk(&tries, |duty| {
            if duty.state() == State::Dispatched {
                prop_assert!(duty.text_hash().is_some());
                let named = match duty.authority() {
                    Some(Authority::Released { releaser }) => !releaser.is_empty(),
                    Some(Authority::Expedited { reason, approver, .. }) => {
                        !reason.is_empty() && !approver.is_empty()
                    }
                    None => false,
                };
                prop_assert!(named);
            }
            Ok(())
        })?;
    }

    /// Invariant 4: what was sent ends in one of three ways, and until then a
    /// clock runs, so that it cannot be forgotten.
    #[test]
    fn what_was_sent_ends_acknowledged_escalated_or_failed(tries in tries()) {
        walk(&tries, |duty| {
            let mut open = false;
            for passed in duty.trace() {
                match passed.state {
                    State::Dispatched => open = true,
                    State::Delivered => {}
                    State::Acknowledged | State::NoAckEscalated | State::DeliveryFailed => open = false,
                    other => prop_assert!(!open, "{other} while a dispatch is open"),
                }
            }
            prop_assert!(!open || duty.due_us().is_some());
            Ok(())
        })?;
    }

    /// Invariant 5.
    #[test]
    fn only_a_human_enters_a_decision(tries in tries()) {
        walk(&tries, |duty| {
            for passed in duty.trace().iter().filter(|passed| passed.state.human_only()) {
                prop_assert!(passed.actor.as_ref().is_some_and(|actor| actor.human().is_some()));
            }
            Ok(())
        })?;
    }

    /// Invariant 6.
    #[test]
    fn own_staff_told_of_an_untargeted_threat_opens_a_decision_about_the_public(
        own_staff: bool, targeted: bool, text in "[ a]{0,3}", published: bool,
    ) {
        prop_assert_eq!(public_equivalence_due(own_staff, targeted), own_staff && !targeted);
        let ends = if published { PublicEquivalence::Published } else { PublicEquivalence::Refused };
        prop_assert_eq!(ends(text.clone()).closes(), text.contains('a'));
    }

    /// Invariant 7.
    #[test]
    fn a_simultaneous_notice_has_one_not_before_and_ten_minutes(
        after_us in prop::collection::vec(0..20 * MINUTE_US, 0..6), odd: bool,
    ) {
        let mut notices: Vec<_> = after_us
            .iter()
            .map(|after_us| Notice { not_before_us: START_US, dispatched_us: START_US + after_us })
            .collect();
        let spread_us = after_us.iter().max().unwrap_or(&0) - after_us.iter().min().unwrap_or(&0);
        let mut expected = spread_us <= 10 * MINUTE_US;
        if let (true, true, Some(last)) = (odd, notices.len() > 1, notices.last_mut()) {
            last.not_before_us -= 1;
            expected = false;
        }
        prop_assert_eq!(spread_ok(&notices), expected);
        notices.reverse();
        prop_assert_eq!(spread_ok(&notices), expected, "the order does not matter");
    }

    /// A step refused by name is refused for the fields that are missing.
    #[test]
    fn a_refusal_names_every_missing_field(at in any::<prop::sample::Index>(), keep in prop::collection::vec(any::<bool>(), 16)) {
        let row = at.get(TRANSITIONS);
        prop_assume!(!matches!(row.event, Event::Assess | Event::Arbitrate));
        let duty = in_state(row.from);
        let now_us = ready_us(row, &duty);
        let full = passing(row, &duty, OFFICER, now_us);
        let mut given = full.clone();
        for (name, keep) in full.keys().zip(&keep) {
            if !keep { given.remove(name); }
        }
        let dropped = |name: &&&str| {
            let key = name.split('|').next().unwrap_or_default();
            !name.ends_with('?') && full.contains_key(key) && !given.contains_key(key)
        };
        let expected: Vec<_> = row.required.iter().filter(dropped).copied().collect();
        match duty.apply(row.event.as_str(), &given, &human(OFFICER), now_us) {
            Ok(_) => prop_assert!(expected.is_empty()),
            Err(refused) => {
                let missing = refused.missing();
                prop_assert!(expected.iter().all(|name| missing.contains(name)), "{refused}: {expected:?}");
            }
        }
    }
}

#[test]
fn a_dispatch_that_left_too_early_is_not_simultaneous() {
    let early = Notice { not_before_us: START_US, dispatched_us: START_US - 1 };
    assert!(!spread_ok(&[early]));
    assert!(spread_ok(&[]));
}

#[test]
fn random_walks_reach_decisions() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut reached = std::collections::BTreeSet::new();
    for _ in 0..400 {
        let tries = tries().new_tree(&mut runner).unwrap().current();
        walk(&tries, |duty| {
            reached.insert(duty.state());
            Ok(())
        })
        .unwrap();
    }
    assert_eq!(reached.len(), State::ALL.len(), "the walks above see too little: {reached:?}");
}
