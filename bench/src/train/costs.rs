//! Learns what swaps and drops cost: align, count, weigh, and again.
//!
//! A swap of x and y costs the more the rarer x faces y among all that faces
//! either: -log2(n(x,y) / sqrt(n(x) n(y))) times [`PER_BIT`], at most [`MOST`].
//! All arithmetic is in whole numbers, so that a run repeats to the byte.
//!
//! Source: expectation maximisation over best alignments, as in Ristad and
//! Yianilos, "Learning String Edit Distance", 1998.

use aldis_names::align::{Costs, Step, TABLE_BYTES, TABLES, table_of, trace};
use aldis_names::sound::codes::{COUNT, is_digit};
use aldis_names::sound::{self, Sounds};

use super::seed::seed;
use super::tokens::Pair;

/// How often all pairs are aligned.
pub const ROUNDS: usize = 6;
/// The cost of one bit of surprise.
const PER_BIT: i64 = 5;
/// The dearest swap of letters.
const MOST: i64 = 72;
/// The cheapest swap of unequal sounds and the cheapest drop.
const LEAST: i64 = 2;

/// What training gives.
pub struct Learned {
    /// The model file.
    pub model: Vec<u8>,
    /// One line a round and table.
    pub log: Vec<String>,
}

/// Learns the tables from pairs of spellings.
#[must_use]
pub fn learn(pairs: &[Pair]) -> Learned {
    let read: Vec<(Sounds, Sounds, u64)> = pairs
        .iter()
        .map(|p| (sound::of(&p.latin), sound::of(&p.other), 1 + u64::from(p.count.ilog2())))
        .filter(|(a, b, _)| a.len() > 1 && b.len() > 1)
        .collect();
    let mut model: Vec<u8> = (0..TABLES).flat_map(|table| seed(table > 0)).collect();
    let mut log = Vec::new();
    for round in 1..=ROUNDS {
        let costs: Vec<Costs> = (0..TABLES).map(|t| Costs::read(&model, t * TABLE_BYTES)).collect();
        let mut counts: Vec<Counts> = (0..TABLES).map(|_| Counts::new()).collect();
        for (a, b, weight) in &read {
            let table = table_of(a.writing(), b.writing());
            if let (Some(costs), Some(counts)) = (costs.get(table), counts.get_mut(table)) {
                counts.align(costs, a, b, *weight);
            }
        }
        for (table, counted) in counts.iter().enumerate().take(INDIC) {
            log.push(format!(
                "round {round} table {table}: {} pairs aligned, {} too far apart, mean cost {}/64",
                counted.used,
                counted.far,
                counted.total / counted.used.max(1)
            ));
        }
        model = counts
            .iter()
            .zip(0..)
            .take(INDIC)
            .flat_map(|(counted, table)| counted.costs(table > 0))
            .collect();
        model.extend(indic());
    }
    Learned { model, log }
}

/// The table of the Indic scripts, which are not among the pairs: it is written
/// by hand.
const INDIC: usize = 4;

/// Tamil writes p for b, t for d, k for g; no Indic letter is lighter than that.
fn indic() -> Vec<u8> {
    use aldis_names::sound::codes::{B, CH, D, G, GH, H, J, JJ, K, KH, L, M, N, P, R, S, SH, T, TH, V, W, Z};
    const NEAR: &[(u8, u8)] = &[
        (P, B),
        (T, D),
        (T, TH),
        (D, TH),
        (K, G),
        (K, KH),
        (K, H),
        (G, GH),
        (CH, S),
        (CH, JJ),
        (S, SH),
        (V, W),
        (V, B),
        (JJ, Z),
        (JJ, J),
    ];
    let mut table = seed(true);
    let mut set = |x: u8, y: u8, price: u8| {
        for (x, y) in [(x, y), (y, x)] {
            if let Some(cost) = table.get_mut(usize::from(x) * COUNT + usize::from(y)) {
                *cost = price;
            }
        }
    };
    NEAR.iter().for_each(|(x, y)| set(*x, *y, 10));
    set(L, R, 48);
    set(M, N, 48);
    table
}

struct Counts {
    swap: Vec<u64>,
    drop: [Vec<u64>; 3],
    seen: [Vec<u64>; 3],
    used: u64,
    far: u64,
    total: u64,
}

impl Counts {
    fn new() -> Self {
        let row = || vec![0_u64; COUNT];
        Self {
            swap: vec![0; COUNT * COUNT],
            drop: [row(), row(), row()],
            seen: [row(), row(), row()],
            used: 0,
            far: 0,
            total: 0,
        }
    }

    /// Counts the steps of one pair, unless its spellings are not of one name.
    fn align(&mut self, costs: &Costs, a: &Sounds, b: &Sounds, weight: u64) {
        let (cost, steps) = trace(costs, a, b);
        let shorter = a.len().min(b.len());
        if u64::from(cost) > 20 * shorter as u64 + 16 {
            self.far += 1;
            return;
        }
        self.used += 1;
        self.total += u64::from(cost);
        let place = |at: usize, len: usize| {
            if at == 0 {
                0
            } else if at + 1 == len {
                2
            } else {
                1
            }
        };
        for (word, len) in [(a, a.len()), (b, b.len())] {
            for (at, &code) in word.codes().iter().enumerate() {
                bump(self.seen.get_mut(place(at, len)), code, weight);
            }
        }
        for step in steps {
            match step {
                Step::Swap(x, y) => {
                    for (x, y) in [(x, y), (y, x)] {
                        if let Some(n) = self.swap.get_mut(usize::from(x) * COUNT + usize::from(y)) {
                            *n += weight;
                        }
                    }
                }
                Step::Left(code, at) => bump(self.drop.get_mut(place(at, a.len())), code, weight),
                Step::Right(code, at) => bump(self.drop.get_mut(place(at, b.len())), code, weight),
            }
        }
    }

    fn costs(&self, loose: bool) -> Vec<u8> {
        let seed = seed(loose);
        let total = |code: usize| self.seen.iter().filter_map(|row| row.get(code)).sum::<u64>() + 4;
        let mut out = Vec::with_capacity(TABLE_BYTES);
        for (at, &before) in seed.iter().enumerate().take(COUNT * COUNT) {
            let (x, y) = (at / COUNT, at % COUNT);
            out.push(self.swap_cost(x, y, before, total(x), total(y)));
        }
        for place in 0..3 {
            for code in 0..COUNT {
                let before = seed.get(COUNT * COUNT + place * COUNT + code).copied().unwrap_or(64);
                let read =
                    |rows: &[Vec<u64>; 3]| rows.get(place).and_then(|r| r.get(code)).copied().unwrap_or(0);
                let (dropped, seen) = (read(&self.drop), read(&self.seen));
                out.push(if seen < 50 || is_digit(code as u8) {
                    before
                } else {
                    price(dropped + 1, seen + 4)
                });
            }
        }
        out
    }

    fn swap_cost(&self, x: usize, y: usize, before: u8, total_x: u64, total_y: u64) -> u8 {
        if x == y || x == 0 || y == 0 {
            return 0;
        }
        if total_x < 50 || total_y < 50 || is_digit(x as u8) || is_digit(y as u8) {
            return before;
        }
        let met = self.swap.get(x * COUNT + y).copied().unwrap_or(0);
        // n(x,y) / sqrt(n(x) n(y)) is the root of n(x,y)^2 / (n(x) n(y)).
        let bits = (log2(total_x) + log2(total_y)) / 2 - log2(met + 1);
        to_cost(bits)
    }
}

fn bump(row: Option<&mut Vec<u64>>, code: u8, weight: u64) {
    if let Some(n) = row.and_then(|row| row.get_mut(usize::from(code))) {
        *n += weight;
    }
}

fn price(part: u64, whole: u64) -> u8 {
    to_cost(log2(whole) - log2(part))
}

fn to_cost(bits: i64) -> u8 {
    u8::try_from((bits * PER_BIT / 256).clamp(LEAST, MOST)).unwrap_or(u8::MAX)
}

/// The binary logarithm in 1/256, by squaring; 0 for 0.
#[must_use]
pub fn log2(x: u64) -> i64 {
    if x == 0 {
        return 0;
    }
    let whole = x.ilog2();
    // The mantissa from 1 to 2 as a fraction of 2^31.
    let mut mantissa = (u128::from(x) << 31) >> whole;
    let mut bits = i64::from(whole);
    for _ in 0..8 {
        mantissa = (mantissa * mantissa) >> 31;
        bits *= 2;
        if mantissa >= 1 << 32 {
            mantissa >>= 1;
            bits += 1;
        }
    }
    bits
}
