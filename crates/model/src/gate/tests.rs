use super::*;
use crate::label::tests::labels;
use proptest::prelude::*;

fn audience(id: &str, ladder: Ladder) -> Audience {
    Audience::new(id, id, ladder, ladder.ceiling())
}

fn passes(audience: &Audience, label: &str) -> bool {
    let label: Label = label.parse().unwrap();
    Gate::default().release(audience, Labelled::text("x".into(), label)).is_some()
}

#[test]
fn red_goes_to_named_officers_only() {
    let liaison = audience("LIAISON", Ladder::Officers);
    assert!(passes(&liaison, "RED REL LIAISON"));
    assert!(!passes(&liaison, "RED"));
    assert!(!passes(&liaison, "RED REL ALLY"));
    assert!(!passes(&audience("LIAISON", Ladder::Partner), "RED REL LIAISON"));
}

#[test]
fn the_public_sees_clear_and_nothing_else() {
    assert!(passes(&Audience::public(), "CLEAR"));
    for label in ["GREEN", "AMBER", "AMBER+STRICT", "RED", "CLEAR REL ALLY", "CLEAR COMP X", "CLEAR CAV NF"] {
        assert!(!passes(&Audience::public(), label), "{label}");
    }
}

#[test]
fn a_person_reads_what_names_this_person() {
    let person = audience("PR-044", Ladder::Person);
    assert!(passes(&person, "RED REL PR-044"));
    assert!(passes(&person, "CLEAR"));
    assert!(!passes(&person, "AMBER"));
    assert!(!passes(&person, "RED REL PR-045"));
}

#[test]
fn an_empty_releasable_set_means_nobody_outside() {
    assert!(!passes(&audience("ALLY", Ladder::Partner), "CLEAR REL NOBODY"));
    assert!(passes(&audience("DESK", Ladder::Own), "CLEAR REL NOBODY"));
}

#[test]
fn originator_control_needs_consent_to_this_text_for_this_audience() {
    let liaison = audience("LIAISON", Ladder::Partner);
    let thing = |text: &str| Labelled::text(text.to_owned(), "AMBER ORCON ALLY".parse().unwrap());
    let consent = Consent {
        originator: "ALLY".into(),
        audience: "LIAISON".into(),
        text: Digest::of(b"a hall in the city"),
    };
    let gate = Gate::new([consent]);
    assert!(gate.release(&liaison, thing("a hall in the city")).is_some());
    assert!(gate.release(&liaison, thing("another text")).is_none());
    assert!(gate.release(&audience("CITY", Ladder::Partner), thing("a hall in the city")).is_none());
    assert!(Gate::default().release(&liaison, thing("a hall in the city")).is_none());
    let back_home = audience("ALLY", Ladder::Partner);
    assert!(Gate::default().release(&back_home, thing("a hall in the city")).is_some());
}

#[test]
fn a_label_says_how_far_its_receiver_may_pass_a_thing_on() {
    let may = |tlp: Tlp| -> Vec<&str> {
        Ladder::ALL.into_iter().filter(|to| may_pass_on(tlp, *to)).map(Ladder::as_str).collect()
    };
    assert_eq!(may(Tlp::Red), Vec::<&str>::new());
    assert_eq!(may(Tlp::AmberStrict), ["own"]);
    assert_eq!(may(Tlp::Amber), ["own", "clients"]);
    assert_eq!(may(Tlp::Green), ["own", "officers", "partner", "clients", "community"]);
    assert_eq!(may(Tlp::Clear).len(), 7);
}

#[test]
fn a_ceiling_above_the_rung_is_lowered() {
    assert_eq!(Audience::new("X", "X", Ladder::Community, Tlp::Red).ceiling, Tlp::Green);
}

#[test]
fn an_officer_without_the_compartment_sees_nothing_of_it() {
    let mut officer = audience("DESK", Ladder::Own);
    assert!(!passes(&officer, "GREEN COMP LAMP"));
    officer.compartments.insert("LAMP".into());
    assert!(passes(&officer, "GREEN COMP LAMP"));
}

fn audiences() -> impl Strategy<Value = Audience> {
    (0_usize..7, 0_usize..5, "[A-D]", prop::collection::btree_set("[A-D]", 0..4)).prop_map(
        |(rung, ceiling, name, compartments)| {
            let mut audience = Audience::new(&name, &name, Ladder::ALL[rung], Tlp::ALL[ceiling]);
            audience.compartments = compartments;
            audience
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn who_sees_the_join_sees_both_parts(a in labels(), b in labels(), who in audiences()) {
        if may_see(&who, &a.join(&b)) {
            prop_assert!(may_see(&who, &a) && may_see(&who, &b));
        }
    }

    #[test]
    fn nobody_sees_above_the_ceiling(label in labels(), who in audiences()) {
        if may_see(&who, &label) {
            prop_assert!(label.tlp <= who.ceiling && label.tlp <= who.ladder.ceiling());
        }
    }

    #[test]
    fn the_public_never_sees_more_than_a_partner_without_restrictions(label in labels()) {
        if may_see(&Audience::public(), &label) {
            prop_assert!(may_see(&Audience::new("A", "A", Ladder::Partner, Tlp::Amber), &label)
                || label.rel_to.is_some());
        }
    }
}
