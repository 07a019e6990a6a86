//! Predicts how many false alarms a name raises, and compares with what people rejected.
//!
//! Rule: crate `names` prices a name in false alarms per million words of ordinary text; the desk's own
//! traffic makes that a number a day. A reader's figures rest on the reports, entries and hits this
//! reader may see and on nothing else: two readers may be told different numbers, and neither can
//! reckon from them what is hidden.

use super::visible::{Visible, shown};
use crate::ctx::Ctx;
use crate::db::{Row, Tx, Value};
use crate::error::{Error, Result};
use crate::seal::{Discriminators, Price, Sealer, Words};
use aldis_model::role::Action;
use aldis_model::time::HOUR_US;
use aldis_model::{Labelled, Released, Time};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// How many false alarms names are expected to raise.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Forecast {
    /// False alarms a day.
    pub alarms_a_day: f64,
    /// Words a day it was reckoned with.
    pub words_a_day: u64,
    /// Over how many days those words were counted; none if there was no traffic to count.
    pub days: Option<u32>,
}

impl Forecast {
    /// Says whether the desk should think again: one false alarm a day or more.
    pub fn is_noisy(&self) -> bool {
        self.alarms_a_day >= NOISY_A_DAY
    }
}

impl fmt::Display for Forecast {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this name will raise {}", often(self.alarms_a_day))?;
        match self.days {
            Some(days) => write!(f, " at {} words a day, counted over {days} days", self.words_a_day),
            None => write!(
                f,
                "; nothing was screened yet, so {} words a day in its own script were reckoned with",
                self.words_a_day
            ),
        }
    }
}

/// Says a rate in words a person can use.
pub fn often(alarms_a_day: f64) -> String {
    match alarms_a_day {
        rate if rate >= 1.5 => format!("about {rate:.0} false alarms a day"),
        rate if rate >= 0.75 => "about one false alarm a day".to_owned(),
        rate if rate >= 1.0 / 45.0 => format!("about one false alarm in {:.0} days", 1.0 / rate),
        _ => "less than one false alarm a month".to_owned(),
    }
}

/// Forecasts the false alarms of names that are not in the register yet.
///
/// # Errors
///
/// [`Error::Forbidden`].
pub fn forecast(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    sealer: &Sealer,
    kind: &str,
    names: &[String],
    known: &Discriminators,
) -> Result<Forecast> {
    ctx.may(Action::Register)?;
    let read = screened(tx, ctx, ctx.now.plus(-TRAFFIC_DAYS * DAY_US))?.into_inner();
    let price = sealer.price(kind, names, known);
    Ok(forecast_on(&read, ctx.now, &price).unwrap_or_else(|| Forecast {
        alarms_a_day: price.alarms_in_own_script(names, DEFAULT_WORDS_A_DAY),
        words_a_day: DEFAULT_WORDS_A_DAY,
        days: None,
    }))
}

/// Forecasts at the traffic of the last days; nothing if there was none.
fn forecast_on(read: &[Screened], now: Time, price: &Price) -> Option<Forecast> {
    let since = now.plus(-TRAFFIC_DAYS * DAY_US);
    let recent = || read.iter().filter(|one| one.at >= since);
    let mut words = Words::new();
    recent().for_each(|one| add(&mut words, &one.words));
    let total: u64 = words.values().sum();
    let first = recent().next().filter(|_| total > 0)?;
    let days = u32::try_from(now.since(first.at) / DAY_US + 1).unwrap_or(1).clamp(1, 30);
    let alarms_a_day = price.alarms(&words) / f64::from(days);
    Some(Forecast { alarms_a_day, words_a_day: total / u64::from(days), days: Some(days) })
}

/// What was predicted and what was seen of one entry.
#[derive(Clone, Debug, Serialize)]
pub struct Alarms {
    /// The cover name.
    pub subject: String,
    /// How many names it is watched under.
    pub names: usize,
    /// False alarms a day to be expected at the traffic of the last 30 days; none without traffic.
    pub alarms_a_day: f64,
    /// False alarms that were to be expected in the reports screened since it was entered.
    pub predicted: f64,
    /// Hits in those reports a person rejected.
    pub rejected: i64,
    /// Hits a person confirmed.
    pub confirmed: i64,
    /// Hits nobody has decided.
    pub undecided: i64,
    /// Whether what was seen differs from what was predicted by more than a factor of two.
    pub stands_out: bool,
}

/// Compares prediction and decisions for each entry the reader may see, the noisiest first.
///
/// # Errors
///
/// [`Error::Forbidden`]; [`Error::Broken`] if a sealed name cannot be opened.
pub fn by_subject(tx: &mut Tx<'_>, ctx: &Ctx, sealer: &Sealer) -> Result<Released<Vec<Alarms>>> {
    ctx.may(Action::ReadDesk)?;
    let read = screened(tx, ctx, Time::from_micros(0))?.into_inner();
    let decided = decisions(tx, ctx)?.into_inner();
    let prices = sealer.prices(tx)?;
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!("{SUBJECTS} WHERE {} ORDER BY id", visible.condition("label", 0));
    let mut labelled = Vec::new();
    for row in tx.rows(&sql, &visible.with(&[]))? {
        let (subject, label, since) = (row.text(0)?, row.label(1)?, row.time(2)?);
        let (names, price) = prices.get(&subject).cloned().unwrap_or_default();
        let mut words = Words::new();
        read.iter().filter(|one| one.at >= since).for_each(|one| add(&mut words, &one.words));
        let predicted = price.alarms(&words);
        let counts = decided.get(&subject).copied().unwrap_or_default();
        let alarms = Alarms {
            alarms_a_day: forecast_on(&read, ctx.now, &price).map_or(0.0, |forecast| forecast.alarms_a_day),
            names,
            predicted,
            rejected: counts.rejected,
            confirmed: counts.confirmed,
            undecided: counts.undecided,
            stands_out: counts.stands_out(predicted),
            subject,
        };
        labelled.push(Ok(Labelled::new(alarms, label)));
    }
    let found = shown(ctx, labelled.into_iter())?;
    Ok(found.map(|mut all| {
        all.sort_by(|a, b| b.alarms_a_day.total_cmp(&a.alarms_a_day).then_with(|| a.subject.cmp(&b.subject)));
        all
    }))
}

/// What was predicted and seen of the whole register, without a name.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Totals {
    /// Reports that were compared with the register.
    pub reports: usize,
    /// Words in them.
    pub words: u64,
    /// False alarms that were to be expected in them.
    pub predicted: f64,
    /// Hits a person rejected.
    pub rejected: i64,
    /// Hits a person confirmed.
    pub confirmed: i64,
    /// Hits nobody has decided.
    pub undecided: i64,
    /// Entries of which more or less was seen than predicted by a factor of two.
    pub stand_out: usize,
}

/// Sums up the whole register for whoever keeps the machine; no reader is asked for, so no page of the
/// desk may show it.
///
/// # Errors
///
/// [`Error::Broken`] if a sealed name cannot be opened.
pub fn totals(tx: &mut Tx<'_>, sealer: &Sealer) -> Result<Totals> {
    let read = tx.rows(&format!("{SCREENED} WHERE w.at >= $1 ORDER BY w.at, w.id"), &[0.into()])?;
    let read = read.iter().map(read_one).collect::<Result<Vec<_>>>()?;
    let mut decided: BTreeMap<String, Counts> = BTreeMap::new();
    for row in tx.rows(&format!("{DECISIONS} GROUP BY h.subject_id, h.decided, h.label"), &[])? {
        decided.entry(row.text(0)?).or_default().take(&row)?;
    }
    let prices = sealer.prices(tx)?;
    let mut totals = Totals { reports: read.len(), ..Totals::default() };
    totals.words = read.iter().flat_map(|one| one.words.values()).sum();
    for row in tx.rows(SUBJECTS, &[])? {
        let (subject, since) = (row.text(0)?, row.time(2)?);
        let mut words = Words::new();
        read.iter().filter(|one| one.at >= since).for_each(|one| add(&mut words, &one.words));
        let predicted = prices.get(&subject).map_or(0.0, |(_, price)| price.alarms(&words));
        let counts = decided.get(&subject).copied().unwrap_or_default();
        totals.predicted += predicted;
        totals.rejected += counts.rejected;
        totals.confirmed += counts.confirmed;
        totals.undecided += counts.undecided;
        totals.stand_out += usize::from(counts.stands_out(predicted));
    }
    Ok(totals)
}

/// What people decided about the hits of one entry.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    rejected: i64,
    confirmed: i64,
    undecided: i64,
}

impl Counts {
    fn take(&mut self, row: &Row) -> Result<()> {
        let count = row.int(3)?;
        match row.opt_text(1)?.as_deref() {
            Some("rejected") => self.rejected += count,
            Some(_) => self.confirmed += count,
            None => self.undecided += count,
        }
        Ok(())
    }

    /// Says whether prediction and observation differ by more than a factor of two, where there is
    /// enough of either to tell. What is undecided may still become either.
    #[expect(clippy::cast_precision_loss, reason = "counts of hits are far below 2 to the 52")]
    fn stands_out(self, predicted: f64) -> bool {
        let (least, most) = (self.rejected as f64, (self.rejected + self.undecided) as f64);
        (least >= ENOUGH && least > 2.0 * predicted) || (predicted >= ENOUGH && most < predicted / 2.0)
    }
}

/// A report that was compared with the register.
struct Screened {
    words: Words,
    at: Time,
}

/// Lists what was screened since a time, oldest first, as far as the reader may see the reports.
fn screened(tx: &mut Tx<'_>, ctx: &Ctx, since: Time) -> Result<Released<Vec<Screened>>> {
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql =
        format!("{SCREENED} WHERE w.at >= $1 AND {} ORDER BY w.at, w.id", visible.condition("r.label", 1));
    let rows = tx.rows(&sql, &visible.with(&[Value::from(since)]))?;
    shown(ctx, rows.iter().map(|row| Ok(Labelled::new(read_one(row)?, row.label(2)?))))
}

fn read_one(row: &Row) -> Result<Screened> {
    Ok(Screened { words: serde_json::from_str(&row.text(0)?).map_err(Error::broken)?, at: row.time(1)? })
}

fn decisions(tx: &mut Tx<'_>, ctx: &Ctx) -> Result<Released<BTreeMap<String, Counts>>> {
    let visible = Visible::to(tx, &ctx.actor.viewer)?;
    let sql = format!(
        "{DECISIONS} WHERE {} GROUP BY h.subject_id, h.decided, h.label",
        visible.condition("h.label", 0)
    );
    let rows = tx.rows(&sql, &visible.with(&[]))?;
    let rows = shown(ctx, rows.into_iter().map(|row| Ok(Labelled::new(row.clone(), row.label(2)?))))?;
    let mut decided: BTreeMap<String, Counts> = BTreeMap::new();
    for row in rows.get() {
        decided.entry(row.text(0)?).or_default().take(row)?;
    }
    Ok(rows.map(|_| decided))
}

fn add(sum: &mut Words, words: &Words) {
    for (script, count) in words {
        *sum.entry(script.clone()).or_default() += count;
    }
}

const DAY_US: i64 = 24 * HOUR_US;
const TRAFFIC_DAYS: i64 = 30;
const DEFAULT_WORDS_A_DAY: u64 = 100_000;
const NOISY_A_DAY: f64 = 1.0;

/// Below this many alarms a factor of two is chance.
const ENOUGH: f64 = 5.0;

const SUBJECTS: &str = "-- desk::alarms subjects
    SELECT id, label, created_at FROM subject";

const SCREENED: &str = "-- desk::alarms::screened
    SELECT w.words, w.at, r.label FROM report_words w JOIN report r ON r.id = w.id";

// Only hits of reports whose words were counted, so that both sides speak of the same texts.
const DECISIONS: &str = "-- desk::alarms::decisions
    SELECT h.subject_id, h.decided, h.label, count(*)
      FROM hit h JOIN report_words w ON w.id = h.report_id";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_said_in_words_a_person_can_use() {
        assert_eq!(often(12.4), "about 12 false alarms a day");
        assert_eq!(often(1.0), "about one false alarm a day");
        assert_eq!(often(0.1), "about one false alarm in 10 days");
        assert_eq!(often(0.0), "less than one false alarm a month");
    }

    #[test]
    fn a_factor_of_two_is_pointed_out_where_it_is_not_chance() {
        let seen = |rejected, undecided| Counts { rejected, confirmed: 0, undecided };
        assert!(seen(11, 0).stands_out(5.0));
        assert!(!seen(10, 0).stands_out(5.0));
        assert!(!seen(3, 0).stands_out(0.1), "three are too few to tell");
        assert!(seen(2, 0).stands_out(6.0));
        assert!(!seen(2, 4).stands_out(6.0), "four may still be rejected");
    }
}
