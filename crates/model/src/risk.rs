//! How much a person at risk is in danger, as a suggestion that shows every step.
//!
//! Nineteen factors are rated from evidence, a factor nobody could rate stays unknown and is never
//! counted as safe, and events set a floor. The result names a tier; a person sets the tier and says
//! why where it differs. Nothing here ranks people or finds them.
//!
//! Deliberately absent: any factor that stands for origin, belief, orientation or opinion.
//!
//! Source: our own model, shaped on the likelihood and impact scales of the UN Security Risk Management
//! process (2016) and on the rule of Front Line Defenders that a clear and present threat is not
//! lowered by capacity. Table in `docs/reference/protection.md`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// How strongly somebody is protected; each has its longest time between two reviews.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// Noted: known here, nothing in force.
    T0,
    /// Advice.
    T1,
    /// Advice fitted to the person.
    T2,
    /// Changes to property and movement.
    T3,
    /// Help by the police.
    T4,
    /// Emergency.
    T5,
}

impl Tier {
    /// All of them, the lowest first.
    pub const ALL: [Self; 6] = [Self::T0, Self::T1, Self::T2, Self::T3, Self::T4, Self::T5];

    /// Returns its word, `T0` to `T5`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::T0 => "T0",
            Self::T1 => "T1",
            Self::T2 => "T2",
            Self::T3 => "T3",
            Self::T4 => "T4",
            Self::T5 => "T5",
        }
    }

    /// Returns the longest time between two reviews, in hours.
    pub const fn review_h(self) -> i64 {
        match self {
            Self::T0 => 365 * 24,
            Self::T1 => 180 * 24,
            Self::T2 => 90 * 24,
            Self::T3 => 30 * 24,
            Self::T4 => 7 * 24,
            Self::T5 => 24,
        }
    }
}

impl fmt::Display for Tier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Tier {
    type Err = Unrated;

    fn from_str(word: &str) -> Result<Self, Unrated> {
        let found = Self::ALL.into_iter().find(|tier| tier.as_str() == word);
        found.ok_or_else(|| Unrated(format!("{word:?} is not a tier: T0 to T5")))
    }
}

/// Why no rating can be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unrated(String);

/// What is known about somebody: the harm that is feared, the factors, the events.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inputs {
    impact: usize,
    values: BTreeMap<&'static str, u8>,
    events: Vec<&'static str>,
}

impl Inputs {
    /// Reads the feared harm, the factors by their names and the events by theirs.
    ///
    /// A factor that is not given is unknown.
    ///
    /// # Errors
    ///
    /// [`Unrated`] for a word that is none of the tables', a value above its scale, or without intent
    /// and capability: nobody knows how great a threat is whose author is unknown.
    pub fn read(impact: &str, factors: &BTreeMap<String, u8>, events: &[String]) -> Result<Self, Unrated> {
        let at = IMPACTS.iter().position(|word| *word == impact);
        let impact = at.ok_or_else(|| Unrated(format!("{impact:?} is not one of {}", IMPACTS.join(", "))))?;
        let mut values = BTreeMap::new();
        for (name, value) in factors {
            let found = FACTORS.iter().find(|factor| factor.0 == name);
            let (id, max, _) = found.ok_or_else(|| Unrated(format!("{name:?} is not a factor")))?;
            if value > max {
                return Err(Unrated(format!("{id} is rated from 0 to {max}, not {value}")));
            }
            values.insert(*id, *value);
        }
        let known = events.iter().map(|event| {
            let found = EVENTS.iter().find(|known| known.0 == event);
            found.map(|known| known.0).ok_or_else(|| Unrated(format!("{event:?} is not an event")))
        });
        let events = known.collect::<Result<_, _>>()?;
        if !values.contains_key("I") || !values.contains_key("K") {
            return Err(Unrated("rate at least intent (I) and capability (K)".to_owned()));
        }
        Ok(Self { impact, values, events })
    }

    fn value(&self, id: &str) -> u8 {
        self.values.get(id).copied().unwrap_or(0)
    }

    /// Sums the known factors of a letter: how much, and how many.
    fn known(&self, letter: char) -> (i32, i32) {
        let of_letter = self.values.iter().filter(|(id, _)| id.starts_with(letter));
        of_letter.fold((0, 0), |(sum, count), (_, value)| (sum + i32::from(*value), count + 1))
    }
}

/// What the inputs come to, with every step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rating {
    /// none, low, moderate, substantial or critical.
    pub threat: &'static str,
    /// Mean of the known vulnerabilities less mean of the known capacities, in hundredths.
    pub net_exposure_pct: i32,
    /// low, medium or high; `medium*` when too little is known.
    pub exposure: &'static str,
    /// very unlikely to very likely.
    pub likelihood: &'static str,
    /// low to unacceptable.
    pub risk: &'static str,
    /// The tier suggested, not below the floor.
    pub suggested: Tier,
    /// The highest floor an event sets.
    pub floor: Option<Tier>,
    /// The steps, in order.
    pub why: Vec<String>,
}

/// Rates.
pub fn rate(inputs: &Inputs) -> Rating {
    let mut why = Vec::new();
    let threat = threat(inputs, &mut why);
    let (net_exposure_pct, exposure) = exposure(inputs, &mut why);
    let shift = match exposure {
        "high" => 1,
        "low" if threat < CRITICAL => -1,
        _ => 0,
    };
    let likelihood = (usize::from(threat)).saturating_add_signed(shift).min(LIKELIHOODS.len() - 1);
    let risk = MATRIX.get(inputs.impact).and_then(|row| row.get(likelihood)).copied().unwrap_or(4);
    let by_risk = Tier::ALL.get(risk + 1).copied().unwrap_or(Tier::T5);
    let floors = inputs.events.iter().filter_map(|event| floor(event));
    let floor = floors.max();
    if floor.is_some_and(|floor| floor > by_risk) {
        why.push(format!("an event sets the floor {}", floor.unwrap_or(by_risk)));
    }
    let word = |words: &[&'static str], at: usize| words.get(at).copied().unwrap_or_default();
    Rating {
        threat: word(&THREATS, usize::from(threat)),
        net_exposure_pct,
        exposure,
        likelihood: word(&LIKELIHOODS, likelihood),
        risk: word(&RISKS, risk),
        suggested: floor.map_or(by_risk, |floor| floor.max(by_risk)),
        floor,
        why,
    }
}

fn threat(inputs: &Inputs, why: &mut Vec<String>) -> u8 {
    let [intent, capability, activity, inhibiting] = ["I", "K", "A", "H"].map(|id| inputs.value(id));
    let base = u8::midpoint(intent, capability);
    let mut threat = base.max(activity);
    why.push(format!("threat = max(floor((I+K)/2)={base}, A={activity})"));
    if intent == 4 && capability >= 3 {
        threat = CRITICAL;
        why.push("I=4 and K>=3 => critical".to_owned());
    }
    if inhibiting == 3 && intent <= 2 && activity <= 2 {
        threat = threat.saturating_sub(1);
        why.push("strong deterrent, no plan, no approach => -1".to_owned());
    }
    if intent >= 2 && threat <= 1 {
        threat = 1;
        why.push("hostility expressed => never below low".to_owned());
    }
    threat
}

fn exposure(inputs: &Inputs, why: &mut Vec<String>) -> (i32, &'static str) {
    let ((weak, weak_n), (able, able_n)) = (inputs.known('V'), inputs.known('C'));
    // Exact, as a fraction: the mean of none is 0.
    let (weak_n, able_n) = (weak_n.max(1), able_n.max(1));
    let (net, whole) = (weak * able_n - able * weak_n, weak_n * able_n);
    let unknown = 15 - inputs.known('V').1 - inputs.known('C').1;
    let exposure = if unknown * 10 > 15 * 4 {
        let share = (unknown * 200 / 15 + 1) / 2;
        why.push(format!("{share}% of exposure factors unknown => medium, flagged insufficient"));
        "medium*"
    } else if net >= whole {
        "high"
    } else if net <= -whole {
        "low"
    } else {
        "medium"
    };
    (round_pct(net, whole), exposure)
}

/// Rounds a fraction to hundredths, halves away from zero.
fn round_pct(part: i32, whole: i32) -> i32 {
    let doubled = part.abs() * 200 / whole;
    (doubled + 1) / 2 * part.signum()
}

fn floor(event: &str) -> Option<Tier> {
    EVENTS.iter().find(|known| known.0 == event).and_then(|known| known.2)
}

const CRITICAL: u8 = 4;

/// The harms, the least first; the words of the matrix's rows.
pub const IMPACTS: [&str; 5] = ["negligible", "minor", "moderate", "severe", "critical"];

const THREATS: [&str; 5] = ["none", "low", "moderate", "substantial", "critical"];
const LIKELIHOODS: [&str; 5] = ["very unlikely", "unlikely", "moderately likely", "likely", "very likely"];
const RISKS: [&str; 5] = ["low", "medium", "high", "very high", "unacceptable"];

/// Risk by impact and likelihood.
const MATRIX: [[usize; 5]; 5] =
    [[0, 0, 0, 0, 0], [0, 0, 0, 1, 1], [0, 0, 1, 2, 2], [0, 1, 2, 2, 3], [0, 1, 2, 3, 4]];

/// The factors: name, greatest value, what it is. I, K, A, H are the threat, V vulnerability, C capacity.
pub const FACTORS: [(&str, u8, &str); 19] = [
    ("I", 4, "intent of the actor"),
    ("K", 4, "capability and reach"),
    ("A", 4, "hostile information gathering"),
    ("H", 3, "inhibiting context; higher is safer"),
    ("V1", 3, "predictable routine"),
    ("V2", 3, "home address exposed"),
    ("V3", 3, "residence unsecured"),
    ("V4", 3, "workplace and events open"),
    ("V5", 3, "digital exposure"),
    ("V6", 3, "travel and third countries"),
    ("V7", 3, "family leverage"),
    ("V8", 3, "legal status insecure"),
    ("V9", 3, "isolation and health"),
    ("C1", 3, "awareness and habit"),
    ("C2", 3, "trusted network and check-ins"),
    ("C3", 3, "police and protector liaison"),
    ("C4", 3, "physical protection in place"),
    ("C5", 3, "emergency plan and means"),
    ("C6", 3, "means to change routine or place"),
];

/// The events: name, what happened, the tier below which nobody is left while it stands.
pub const EVENTS: [(&str, &str, Option<Tier>); 18] = [
    ("E01", "credible and specific plot against this person", Some(Tier::T5)),
    ("E02", "attackers or a reconnaissance team in the same city", Some(Tier::T5)),
    ("E03", "direct threat with detail of home, family or routine", Some(Tier::T4)),
    ("E04", "approach under cover confirmed", Some(Tier::T3)),
    ("E05", "tracker, break-in or implanted device found", Some(Tier::T4)),
    ("E06", "spyware or an account taken over by the actor", Some(Tier::T3)),
    ("E07", "attack on the same category by the same actor, same country", Some(Tier::T3)),
    ("E08", "the same in another country", Some(Tier::T2)),
    ("E09", "named as a traitor, terrorist or wanted by the actor", Some(Tier::T2)),
    ("E10", "relatives detained, questioned or threatened", Some(Tier::T2)),
    ("E11", "address or number published", Some(Tier::T3)),
    ("E12", "wanted notice, extradition or passport action", Some(Tier::T2)),
    ("E13", "a date near that may trigger harm", None),
    ("E14", "contact with or travel to a dangerous place planned", None),
    ("E15", "a protector withdrawn or a measure failed", None),
    ("E16", "the person asks for help or is uneasy", None),
    ("E17", "an anonymous or ungraded tip", None),
    ("E18", "threat withdrawn, actor arrested, capability lost", None),
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn inputs(impact: &str, values: &str, events: &[&str]) -> Inputs {
        let values = values.split_whitespace().map(|word| {
            let (id, value) = word.split_once('=').unwrap();
            (id.to_owned(), value.parse().unwrap())
        });
        let events: Vec<String> = events.iter().map(|event| (*event).to_owned()).collect();
        Inputs::read(impact, &values.collect(), &events).unwrap()
    }

    const WELL: &str = "V1=0 V2=0 V3=0 V4=0 V5=0 V6=0 V7=0 V8=0 V9=0 C1=3 C2=3 C3=3 C4=3 C5=3 C6=3";

    #[test]
    fn a_plot_against_a_named_person_is_an_emergency() {
        let known =
            "I=4 K=3 A=1 H=2 V1=3 V2=2 V3=2 V4=3 V5=2 V6=0 V7=1 V8=0 V9=0 C1=0 C2=2 C3=0 C4=0 C5=0 C6=1";
        let rating = rate(&inputs("critical", known, &["E01"]));
        assert_eq!((rating.threat, rating.net_exposure_pct, rating.exposure), ("critical", 94, "medium"));
        assert_eq!((rating.likelihood, rating.risk), ("very likely", "unacceptable"));
        assert_eq!((rating.suggested, rating.floor), (Tier::T5, Some(Tier::T5)));
        assert_eq!(rating.why, ["threat = max(floor((I+K)/2)=3, A=1)", "I=4 and K>=3 => critical"]);
    }

    #[test]
    fn good_protection_never_lowers_a_critical_threat() {
        let rating = rate(&inputs("critical", &format!("I=4 K=3 A=2 H=2 {WELL}"), &[]));
        assert_eq!((rating.exposure, rating.likelihood, rating.suggested), ("low", "very likely", Tier::T5));
        let rating = rate(&inputs("critical", &format!("I=2 K=2 A=3 H=2 {WELL}"), &[]));
        assert_eq!(
            (rating.exposure, rating.likelihood, rating.suggested),
            ("low", "moderately likely", Tier::T3)
        );
    }

    #[test]
    fn what_is_unknown_is_flagged_and_not_counted_as_safe() {
        let rating = rate(&inputs("critical", "I=2 K=2 V2=2 C1=1", &[]));
        assert_eq!((rating.exposure, rating.net_exposure_pct, rating.suggested), ("medium*", 100, Tier::T3));
        assert!(rating.why.iter().any(|why| why.starts_with("87%")), "{:?}", rating.why);
    }

    #[test]
    fn a_strong_deterrent_lowers_but_expressed_hostility_is_never_below_low() {
        let exposed = "V1=1 V2=1 V3=1 V4=1 V5=1 V6=0 V7=0 V8=0 V9=1 C1=2 C2=2 C3=1 C4=1 C5=1 C6=2";
        let rating = rate(&inputs("minor", &format!("I=2 K=1 A=1 H=3 {exposed}"), &[]));
        assert_eq!((rating.threat, rating.net_exposure_pct, rating.risk), ("low", -83, "low"));
        assert_eq!(rating.suggested, Tier::T1);
    }

    #[test]
    fn an_event_sets_a_floor() {
        let rating = rate(&inputs("minor", &format!("I=0 K=0 A=0 H=3 {WELL}"), &["E11", "E17"]));
        assert_eq!((rating.risk, rating.suggested, rating.floor), ("low", Tier::T3, Some(Tier::T3)));
    }

    #[test]
    fn unknown_words_and_values_off_the_scale_are_refused() {
        let one =
            |id: &str, value| BTreeMap::from([("I".into(), 1), ("K".into(), 1), (id.to_owned(), value)]);
        assert!(Inputs::read("critical", &one("V1", 4), &[]).is_err());
        assert!(Inputs::read("critical", &one("X9", 1), &[]).is_err());
        assert!(Inputs::read("dreadful", &one("V1", 1), &[]).is_err());
        assert!(Inputs::read("critical", &one("V1", 1), &["E99".into()]).is_err());
        assert!(Inputs::read("critical", &BTreeMap::from([("K".into(), 1)]), &[]).is_err());
    }

    proptest! {
        #[test]
        fn more_threat_or_weakness_never_suggests_less(
            values in prop::collection::vec(0_u8..=3, 19), which in 0_usize..13, impact in 0_usize..5,
        ) {
            let all = FACTORS.iter().zip(&values).map(|(factor, value)| (factor.0.to_owned(), *value));
            let less: BTreeMap<String, u8> = all.collect();
            let mut more = less.clone();
            let (id, max, _) = FACTORS[which];
            prop_assume!(id != "H");
            let value = more.get_mut(id).unwrap();
            *value = (*value + 1).min(max);
            let rated = |values| rate(&Inputs::read(IMPACTS[impact], values, &[]).unwrap()).suggested;
            prop_assert!(rated(&more) >= rated(&less));
        }

        #[test]
        fn an_event_never_lowers(values in prop::collection::vec(0_u8..=3, 19), event in 0_usize..18) {
            let all = FACTORS.iter().zip(&values).map(|(factor, value)| (factor.0.to_owned(), *value));
            let known: BTreeMap<String, u8> = all.collect();
            let rated = |events: &[String]| rate(&Inputs::read("severe", &known, events).unwrap()).suggested;
            prop_assert!(rated(&[EVENTS[event].0.to_owned()]) >= rated(&[]));
        }
    }
}
