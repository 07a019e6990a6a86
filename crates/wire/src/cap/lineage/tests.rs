use super::*;
use crate::cap::{Category, Info};
use proptest::prelude::*;

const DESK: &str = "desk@example.org";

fn message(identifier: &str, minute: i64, kind: MsgType, refers_to: &[&Alert]) -> Alert {
    let sent = Time::utc(minute * 60_000_000).unwrap();
    let mut alert = Alert::new(identifier, DESK, sent);
    alert.msg_type = kind;
    alert.references = refers_to.iter().map(|other| other.reference()).collect();
    alert.infos = vec![Info { expires: Time::utc(600 * 60_000_000), ..Info::new(Category::Security, "x") }];
    alert
}

fn lineage(messages: &[&Alert]) -> Lineage {
    let mut lineage = Lineage::default();
    for (n, message) in (0_u8..).zip(messages) {
        lineage.receive((*message).clone(), [n; 32]);
    }
    lineage
}

#[test]
fn a_cancelled_update_cancels_what_it_replaced_in_any_order() {
    let a = message("a", 0, MsgType::Alert, &[]);
    let b = message("b", 1, MsgType::Update, &[&a]);
    let c = message("c", 2, MsgType::Cancel, &[&b]);
    for order in [[&a, &b, &c], [&c, &b, &a], [&b, &a, &c]] {
        let lineage = lineage(&order);
        assert_eq!(lineage.state(&a.reference()), Some(State::Cancelled));
        assert_eq!(lineage.state(&b.reference()), Some(State::Cancelled));
        assert_eq!(lineage.state(&c.reference()), Some(State::Silent));
        assert!(lineage.active(a.sent).is_empty());
        assert_eq!(lineage.history(&c.reference()), ["c", "b", "a"]);
        assert_eq!((lineage.events(), lineage.findings()), (1, vec![]));
    }
}

#[test]
fn another_senders_cancel_changes_nothing_and_is_shown() {
    let a = message("a", 0, MsgType::Alert, &[]);
    let foreign = Alert { sender: "other@example.net".into(), ..message("x", 1, MsgType::Cancel, &[&a]) };
    let lineage = lineage(&[&a, &foreign]);
    assert_eq!(lineage.active(a.sent), ["a"]);
    assert_eq!(lineage.findings(), [Finding::Unauthorised("x".into(), "a".into())]);
}

#[test]
fn two_updates_of_one_alert_both_hold_until_one_takes_in_the_other() {
    let a = message("a", 0, MsgType::Alert, &[]);
    let (b, c) = (message("b", 1, MsgType::Update, &[&a]), message("c", 2, MsgType::Update, &[&a]));
    let mut lineage = lineage(&[&a, &b, &c]);
    assert_eq!(lineage.active(a.sent), ["b", "c"]);
    assert_eq!(lineage.findings(), [Finding::Fork(vec!["b".into(), "c".into()])]);
    lineage.receive(message("d", 3, MsgType::Update, &[&b, &c]), [9; 32]);
    assert_eq!(lineage.active(a.sent), ["d"]);
    assert_eq!(lineage.findings(), []);
}

#[test]
fn the_same_bytes_are_a_replay_and_other_bytes_a_conflict_that_takes_nothing_away() {
    let a = message("a", 0, MsgType::Alert, &[]);
    let changed = Alert { note: Some("changed".into()), ..a.clone() };
    let mut lineage = lineage(&[&a]);
    assert_eq!(lineage.receive(a.clone(), [0; 32]), Arrival::Replay);
    assert_eq!(lineage.receive(changed.clone(), [7; 32]), Arrival::Conflict);
    assert_eq!(lineage.receive(changed, [7; 32]), Arrival::Replay);
    assert_eq!(lineage.active(a.sent), ["a"]);
    assert_eq!(lineage.findings(), [Finding::Integrity("a".into())]);
}

#[test]
fn expired_content_holds_no_longer_and_its_update_is_late() {
    let a = message("a", 0, MsgType::Alert, &[]);
    let late = message("b", 601, MsgType::Update, &[&a]);
    let lineage = lineage(&[&a, &late]);
    assert_eq!(super::Lineage::default().active(a.sent), [""; 0]);
    assert!(lineage.active(late.sent).is_empty());
    assert_eq!(lineage.findings(), [Finding::StaleUpdate("b".into())]);
}

#[test]
fn a_chain_that_runs_in_a_circle_ends() {
    let mut a = message("a", 0, MsgType::Update, &[]);
    let b = message("b", 0, MsgType::Update, &[&a]);
    a.references = vec![b.reference()];
    let lineage = lineage(&[&a, &b]);
    assert_eq!(lineage.state(&a.reference()), Some(State::Superseded));
    assert_eq!(lineage.events(), 1);
    assert_eq!(lineage.history(&a.reference()), ["a", "b"]);
}

proptest! {
    /// The order of arrival never decides what holds.
    #[test]
    fn any_order_gives_the_same_state(
        links in prop::collection::vec((0_usize..8, 0_usize..8, any::<bool>()), 0..12),
        order in Just((0_usize..8).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let mut all: Vec<Alert> = Vec::new();
        for n in 0..8_usize {
            let before: Vec<&(usize, usize, bool)> = links.iter().filter(|(from, to, _)| *from == n && *to < n).collect();
            let refers: Vec<Alert> = before.iter().filter_map(|(_, to, _)| all.get(*to).cloned()).collect();
            let refers: Vec<&Alert> = refers.iter().collect();
            let kind = match before.first() {
                None => MsgType::Alert,
                Some((_, _, true)) => MsgType::Cancel,
                Some(_) => MsgType::Update,
            };
            let minute = i64::try_from(n).unwrap();
            all.push(message(&n.to_string(), minute, kind, &refers));
        }
        let straight: Vec<&Alert> = all.iter().collect();
        let shuffled: Vec<&Alert> = order.iter().map(|n| &all[*n]).collect();
        let (one, two) = (lineage(&straight), lineage(&shuffled));
        for alert in &all {
            prop_assert_eq!(one.state(&alert.reference()), two.state(&alert.reference()));
        }
        prop_assert_eq!(one.active(all[0].sent), two.active(all[0].sent));
        prop_assert_eq!(one.findings(), two.findings());
        prop_assert_eq!(one.events(), two.events());
    }
}
