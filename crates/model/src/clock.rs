//! The node's own time: how far the machine's clock is believed.
//!
//! A machine has a clock on the wall, which can be moved, and a steady count since it was started, which
//! cannot. The node keeps its own time by the steady count. It follows the wall while both agree, and
//! across a restart of the machine, where the count begins anew. When the wall moves by itself the node
//! stays with the count and a person is asked.
//!
//! Deliberately absent: any belief that the wall is right because it is the wall.
//!
//! Source: POSIX.1-2017, `clock_gettime`, `CLOCK_MONOTONIC`; Linux `CLOCK_BOOTTIME`.

use crate::Time;
use crate::time::{HOUR_US, SECOND_US};

/// What the machine says of the time at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The clock on the wall.
    pub wall: Time,
    /// Microseconds since the machine was started; goes on while it sleeps.
    pub steady_us: i64,
    /// Which start of the machine that is.
    pub boot: String,
}

/// Ties the node's time to the steady count, and remembers what was last seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Which start of the machine.
    pub boot: String,
    /// The count at the anchor.
    pub steady_us: i64,
    /// The node's time at the anchor.
    pub node: Time,
    /// What the wall said when it was last looked at.
    pub wall: Time,
    /// The count at that look.
    pub seen_us: i64,
    /// The jump a person is asked about: how far the wall is ahead of the node; negative if behind.
    pub asked_us: Option<i64>,
}

/// What a look at the wall found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The wall agrees with the node, or differs no more than clocks do that are being set right.
    Agrees,
    /// The wall was moved: so far ahead of the node, in microseconds; negative if behind.
    Jumped(i64),
}

impl Anchor {
    /// Ties a node that was never tied: the wall is all there is.
    #[must_use]
    pub fn first(reading: &Reading) -> Self {
        Self {
            boot: reading.boot.clone(),
            steady_us: reading.steady_us,
            node: reading.wall,
            wall: reading.wall,
            seen_us: reading.steady_us,
            asked_us: None,
        }
    }

    /// Returns the node's time at a count of the same start of the machine.
    #[must_use]
    pub const fn at(&self, steady_us: i64) -> Time {
        self.node.plus(steady_us.saturating_sub(self.steady_us))
    }

    /// Ties the node after a restart of the program or of the machine.
    ///
    /// On the same start of the machine nothing changes: the count has gone on. On another one only the
    /// wall says how long the machine was off: it is believed if it went forward by no more than
    /// [`OFF_MAX_US`]; else the node goes on from where it was last seen and a person is asked.
    #[must_use]
    pub fn resumed(&self, reading: &Reading) -> (Self, Seen) {
        if self.boot == reading.boot && reading.steady_us >= self.steady_us {
            return (self.clone(), Seen::Agrees);
        }
        let last = self.at(self.seen_us);
        // A jump that was asked about stays: the wall is measured from where it was seen.
        let off_us = reading.wall.since(self.wall);
        let believed = (0..=OFF_MAX_US).contains(&off_us);
        let node = if believed { last.plus(off_us) } else { last };
        let mut tied = Self { node, ..Self::first(reading) };
        if believed {
            tied.asked_us = self.asked_us;
            return (tied, Seen::Agrees);
        }
        (tied, Seen::Jumped(reading.wall.since(node)))
    }

    /// Looks at the wall: small differences are followed, a jump is not.
    ///
    /// While a person is asked about a jump, only another one is reported.
    #[must_use]
    pub fn looked(&self, reading: &Reading) -> (Self, Seen) {
        let node = self.at(reading.steady_us);
        let ahead_us = reading.wall.since(node);
        let known_us = self.asked_us.unwrap_or(0);
        let looked = Self { wall: reading.wall, seen_us: reading.steady_us, ..self.clone() };
        if ahead_us.saturating_sub(known_us).saturating_abs() > JUMP_US {
            // Set back by itself: the question answers itself, and is still in the record.
            let asked_us = (ahead_us.saturating_abs() > JUMP_US).then_some(ahead_us);
            return (Self { asked_us, ..looked }, Seen::Jumped(ahead_us));
        }
        if self.asked_us.is_some() {
            return (looked, Seen::Agrees);
        }
        // The node never goes back: behind the wall it catches up, ahead of it it waits.
        let node_now = if ahead_us > 0 { reading.wall } else { node };
        (Self { node: node_now, steady_us: reading.steady_us, ..looked }, Seen::Agrees)
    }

    /// Takes a person's word that the wall is right, and returns by how much the node's time moves.
    #[must_use]
    pub fn follows(&self, reading: &Reading) -> (Self, i64) {
        let moved_us = reading.wall.since(self.at(reading.steady_us));
        (Self::first(reading), moved_us)
    }
}

/// A difference up to this is a clock being set right, not one that was moved.
pub const JUMP_US: i64 = 2 * SECOND_US;

/// For so long a machine may be off and its wall be believed when it comes back.
pub const OFF_MAX_US: i64 = 24 * HOUR_US;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const YEAR_US: i64 = 366 * 24 * HOUR_US;

    fn reading(wall: i64, steady_us: i64, boot: &str) -> Reading {
        Reading { wall: Time::from_micros(wall), steady_us, boot: boot.to_owned() }
    }

    fn tied() -> Anchor {
        Anchor::first(&reading(YEAR_US * 50, 1_000, "one"))
    }

    #[test]
    fn a_wall_that_is_set_right_is_followed_forwards_and_waited_for_backwards() {
        let anchor = tied();
        let ahead = reading(YEAR_US * 50 + SECOND_US + JUMP_US, 1_000 + SECOND_US, "one");
        let (after, seen) = anchor.looked(&ahead);
        assert_eq!((seen, after.at(ahead.steady_us)), (Seen::Agrees, ahead.wall));
        let behind = reading(YEAR_US * 50 + SECOND_US - JUMP_US, 1_000 + SECOND_US, "one");
        let (after, seen) = anchor.looked(&behind);
        assert_eq!((seen, after.at(behind.steady_us)), (Seen::Agrees, anchor.at(behind.steady_us)));
    }

    #[test]
    fn after_a_reboot_a_short_absence_is_believed_and_a_long_one_or_one_backwards_is_not() {
        let anchor = tied();
        let last = anchor.at(anchor.seen_us);
        for (off_us, believed) in [(HOUR_US, true), (OFF_MAX_US, true), (OFF_MAX_US + 1, false), (-1, false)]
        {
            let (after, seen) = anchor.resumed(&reading(YEAR_US * 50 + off_us, 7, "two"));
            let node = if believed { last.plus(off_us) } else { last };
            assert_eq!(after.at(7), node, "{off_us}");
            assert_eq!(matches!(seen, Seen::Agrees), believed, "{off_us}");
        }
    }

    proptest! {
        #[test]
        fn no_move_of_the_wall_moves_the_node(
            moves in prop::collection::vec((1..HOUR_US, -YEAR_US..YEAR_US), 1..20),
        ) {
            let (mut anchor, mut steady_us, start) = (tied(), 1_000, tied().node);
            let mut passed_us = 0;
            for (pause_us, moved_us) in moves {
                steady_us += pause_us;
                passed_us += pause_us;
                // Far enough to be a jump from everything before.
                let far_us = moved_us + moved_us.signum() * 3 * JUMP_US;
                let wall = anchor.at(steady_us).micros() + far_us;
                let look = reading(wall, steady_us, "one");
                let (looked, _) = anchor.looked(&look);
                let (resumed, _) = looked.resumed(&look);
                anchor = resumed;
                let drift = anchor.at(steady_us).since(start) - passed_us;
                prop_assert!((0..=JUMP_US).contains(&drift) || far_us == 0, "{drift}");
            }
        }

        #[test]
        fn the_node_never_goes_back(
            looks in prop::collection::vec((0..HOUR_US, -YEAR_US..YEAR_US, 0..8_u8), 1..40),
        ) {
            let (mut anchor, mut steady_us, mut boot, mut last) = (tied(), 1_000, 0, tied().node);
            for (pause_us, moved_us, reboots) in looks {
                if reboots == 0 {
                    boot += 1;
                    steady_us = 0;
                }
                steady_us += pause_us;
                let name = if boot == 0 { "one".to_owned() } else { format!("boot {boot}") };
                let look = reading(YEAR_US * 50 + moved_us, steady_us, &name);
                anchor = anchor.resumed(&look).0;
                anchor = anchor.looked(&look).0;
                prop_assert!(anchor.at(steady_us) >= last);
                last = anchor.at(steady_us);
            }
        }

        #[test]
        fn what_a_person_says_is_followed_to_the_microsecond(moved_us in -YEAR_US..YEAR_US) {
            let anchor = tied();
            let look = reading(YEAR_US * 50 + moved_us, 1_000, "one");
            let (after, by_us) = anchor.follows(&look);
            prop_assert_eq!((after.at(1_000), by_us), (look.wall, moved_us));
        }
    }
}
