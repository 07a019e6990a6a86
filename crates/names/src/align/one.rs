//! Aligns one word with another, all beginnings of the shorter at once.
//!
//! It gives what the rows of [`super::cost_by`] give, for limits below 255.

use super::Costs;
use super::lanes::{LANES, Lanes};
use crate::sound::codes::COUNT;

/// The longest word that fits: its beginnings, the empty one among them, fill the lanes.
pub(super) const OWN_MAX: usize = LANES - 1;

/// Gives the cost of turning `own`, of one sound at least and no longer than
/// `other`, into `other`, or nothing if it is above the limit.
pub(super) fn cost(table: &Costs, own: &[u8], other: &[u8], limit: u8) -> Option<u16> {
    // The whole word is the last lane; lanes that no beginning needs cost too much.
    let lowest = OWN_MAX.checked_sub(own.len())?;
    let (mut sums, mut drops, mut sum) = ([u8::MAX; LANES], [u8::MAX; LANES], 0_u16);
    sums.iter_mut().skip(lowest).take(1).for_each(|sum| *sum = 0);
    let last = own.len().checked_sub(1)?;
    let lanes = sums.iter_mut().zip(&mut drops).skip(lowest + 1);
    for ((at, code), (to_here, drop)) in own.iter().enumerate().zip(lanes) {
        let dropped = table.drop_at(*code, at == 0, at == last);
        sum += dropped;
        (*to_here, *drop) = (byte(sum), byte(dropped));
    }
    // What dropping the last 1, 2, 4 and 8 sounds of each beginning costs.
    let one = Lanes::new(drops);
    let two = one.plus(one.up::<1>());
    let four = two.plus(two.up::<2>());
    let eight = four.plus(four.up::<4>());
    let most = Lanes::all(limit);
    let mut column = Lanes::new(sums);
    let last = other.len().checked_sub(1)?;
    for (at, &code) in other.iter().enumerate() {
        let row: &[u8; COUNT] = table.swaps(code);
        let mut swaps = [u8::MAX; LANES];
        for (swap, own) in swaps.iter_mut().skip(lowest + 1).zip(own) {
            *swap = row.get(usize::from(*own) % COUNT).copied().unwrap_or(u8::MAX);
        }
        let drop = Lanes::all(byte(table.drop_at(code, at == 0, at == last)));
        column = column.plus(drop).least(column.up::<1>().plus(Lanes::new(swaps)));
        column = column.least(column.up::<1>().plus(one));
        column = column.least(column.up::<2>().plus(two));
        if own.len() > 3 {
            column = column.least(column.up::<4>().plus(four));
            if own.len() > 7 {
                column = column.least(column.up::<8>().plus(eight));
            }
        }
        if column.exceed(most) {
            return None;
        }
    }
    let cost = column.last();
    (cost <= limit).then_some(u16::from(cost))
}

fn byte(cost: u16) -> u8 {
    u8::try_from(cost).unwrap_or(u8::MAX)
}
