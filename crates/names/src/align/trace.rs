//! Which sounds of two words face each other, for training and explaining.

use super::Costs;
use crate::sound::{LEN_MAX, Sounds};

/// One step of an alignment, in the order of the words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The first code of the left word faces the second of the right one.
    Swap(u8, u8),
    /// A code of the left word faces nothing; its place from 0.
    Left(u8, usize),
    /// A code of the right word faces nothing; its place from 0.
    Right(u8, usize),
}

/// Gives the cost and the steps of the cheapest alignment; of several equally
/// cheap ones the one that swaps latest.
#[must_use]
pub fn trace(table: &Costs, a: &Sounds, b: &Sounds) -> (u16, Vec<Step>) {
    const SIDE: usize = LEN_MAX + 1;
    let mut grid = [[0_u16; SIDE]; SIDE];
    let cell = |grid: &[[u16; SIDE]; SIDE], i: usize, j: usize| {
        grid.get(i).and_then(|row| row.get(j)).copied().unwrap_or(u16::MAX / 2)
    };
    let left = |i: usize| {
        let code = a.codes().get(i).copied().unwrap_or(0);
        (code, table.drop_at(code, i == 0, i + 1 == a.len()))
    };
    let right = |j: usize| {
        let code = b.codes().get(j).copied().unwrap_or(0);
        (code, table.drop_at(code, j == 0, j + 1 == b.len()))
    };
    let swap = |i: usize, j: usize| {
        u16::from(table.swaps(left(i).0).get(usize::from(right(j).0)).copied().unwrap_or(64))
    };
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            let best = match (i.checked_sub(1), j.checked_sub(1)) {
                (None, None) => 0,
                (Some(up), None) => cell(&grid, up, 0) + left(up).1,
                (None, Some(back)) => cell(&grid, 0, back) + right(back).1,
                (Some(up), Some(back)) => (cell(&grid, up, back) + swap(up, back))
                    .min(cell(&grid, up, j) + left(up).1)
                    .min(cell(&grid, i, back) + right(back).1),
            };
            if let Some(slot) = grid.get_mut(i).and_then(|row| row.get_mut(j)) {
                *slot = best;
            }
        }
    }
    let mut steps = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (a.len(), b.len());
    while i > 0 || j > 0 {
        let here = cell(&grid, i, j);
        if let (Some(up), Some(back)) = (i.checked_sub(1), j.checked_sub(1))
            && here == cell(&grid, up, back) + swap(up, back)
        {
            steps.push(Step::Swap(left(up).0, right(back).0));
            (i, j) = (up, back);
        } else if let Some(up) = i.checked_sub(1)
            && here == cell(&grid, up, j) + left(up).1
        {
            steps.push(Step::Left(left(up).0, up));
            i = up;
        } else if let Some(back) = j.checked_sub(1) {
            steps.push(Step::Right(right(back).0, back));
            j = back;
        } else {
            break;
        }
    }
    steps.reverse();
    (cell(&grid, a.len(), b.len()), steps)
}
