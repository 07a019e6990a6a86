//! Predicted against observed false alarms.
//!
//! The factor in the price was fitted on every other document; what is observed
//! here comes from the rest. Hits that spell the name are no alarms of chance.

use aldis_names::screen::{Index, Script};

use super::judge::{Judged, Tally};
use super::speed::Report;
use super::{Row, entry};

/// Reports predicted against observed false alarms, by script.
pub fn alarms(index: &Index, rows: &[Row], judged: &Judged, report: &mut Report) {
    let scripts: [(&[&str], Script, [&'static str; 3]); 3] = [
        (
            &["ru"],
            Script::Cyrillic,
            ["alarms_cyrillic_predicted", "alarms_cyrillic_observed", "alarms_cyrillic_ratio"],
        ),
        (
            &["en", "tr"],
            Script::Latin,
            ["alarms_latin_predicted", "alarms_latin_observed", "alarms_latin_ratio"],
        ),
        (
            &["ar", "fa"],
            Script::Arabic,
            ["alarms_arabic_predicted", "alarms_arabic_observed", "alarms_arabic_ratio"],
        ),
    ];
    // Every fiftieth entry stands for the others.
    let step = 50;
    let mut sums = [0.0_f64; 3];
    for row in rows.iter().step_by(step) {
        let names: Vec<&str> = row.names.iter().map(String::as_str).collect();
        let price = index.price(entry(row).kind, &names);
        for (sum, (_, script, _)) in sums.iter_mut().zip(&scripts) {
            *sum += price
                .alarms
                .iter()
                .filter(|a| a.script == *script)
                .map(|a| f64::from(a.per_million_words))
                .sum::<f64>();
        }
    }
    for (sum, (languages, _, [predicted, observed, ratio])) in sums.iter().zip(&scripts) {
        let mut tally = Tally::default();
        judged.rest.iter().filter(|(l, _)| languages.contains(&l.as_str())).for_each(|(_, t)| tally.add(t));
        #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
        let expected = sum * step as f64 * tally.words as f64 / 1e6;
        #[expect(clippy::cast_precision_loss, reason = "figures are shown with three digits")]
        let seen = tally.chance as f64;
        report.insert(predicted.to_string(), expected);
        report.insert(observed.to_string(), seen);
        report.insert(ratio.to_string(), expected / seen.max(0.5));
    }
}
