//! Sees to it that a smaller audience is not told less than a larger one that contains it.
//!
//! Dropping a sentence from the version of somebody who can read it in the newspaper protects nothing and
//! leaves the one who must act with less than everybody. Contained are: everybody in the public, and
//! named officers in their organisation, and an organisation in itself with its clients. Of other
//! audiences nobody knows who is among whom, so they are not compared.
//!
//! Source: transformation TF-01 (drop portion) of `docs/reference/release-rules.md`; the ladder A0–A6.

use super::lint::Problem;
use crate::gate::{Audience, Ladder};

/// An audience and which sentences of a warning its version leaves out.
#[derive(Clone, Debug)]
pub struct Told {
    /// Who.
    pub audience: Audience,
    /// The places of the sentences it does not get.
    pub dropped: Vec<i64>,
}

/// Compares a version with those of other audiences of the same warning; empty if nobody gets less than a
/// larger audience around them.
pub fn smaller_gets_less(new: &Told, others: &[Told]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for other in others {
        for (small, large) in [(new, other), (other, new)] {
            let less = small.dropped.iter().find(|at| !large.dropped.contains(at));
            let Some(at) = less.filter(|_| is_inside(&small.audience, &large.audience)) else { continue };
            let says = format!(
                "sentence {at} goes to {} and not to {}, who is among them: let both have it, or neither",
                large.audience.id, small.audience.id
            );
            problems.push(Problem { rule: "TF-01", says });
        }
    }
    problems
}

/// Says whether everybody in `small` is also in `large`.
fn is_inside(small: &Audience, large: &Audience) -> bool {
    let rung = |audience: &Audience| match audience.ladder {
        Ladder::Officers => Some(1),
        Ladder::Partner => Some(2),
        Ladder::Clients => Some(3),
        Ladder::Own | Ladder::Community | Ladder::Person | Ladder::Public => None,
    };
    if large.ladder == Ladder::Public {
        return small.ladder != Ladder::Public;
    }
    matches!((rung(small), rung(large)), (Some(a), Some(b)) if a < b && small.org == large.org)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gate::Gate;
    use crate::label::tests::labels;
    use crate::label::{Label, Tlp};
    use crate::tearline::{Portion, cut};
    use crate::{Id, Labelled};
    use proptest::prelude::*;

    fn told(id: &str, org: &str, ladder: Ladder, dropped: &[i64]) -> Told {
        Told { audience: Audience::new(id, org, ladder, ladder.ceiling()), dropped: dropped.to_vec() }
    }

    #[test]
    fn a_partner_gets_what_its_clients_get() {
        let partner = told("ALBA", "ALBA", Ladder::Partner, &[2]);
        let clients = told("ALBA-HALLS", "ALBA", Ladder::Clients, &[1]);
        for (new, other) in [(&partner, &clients), (&clients, &partner)] {
            let problems = smaller_gets_less(new, std::slice::from_ref(other));
            assert_eq!(problems.len(), 1);
            assert!(
                problems[0].says.contains("sentence 2 goes to ALBA-HALLS and not to ALBA"),
                "{problems:?}"
            );
        }
        let elsewhere = told("CARDA-HALLS", "CARDA", Ladder::Clients, &[1]);
        assert!(smaller_gets_less(&partner, &[elsewhere]).is_empty());
    }

    #[test]
    fn a_larger_audience_may_get_less() {
        let officers = told("LIAISON", "ALBA", Ladder::Officers, &[]);
        let partner = told("ALBA", "ALBA", Ladder::Partner, &[1]);
        assert!(smaller_gets_less(&officers, &[partner]).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn by_labels_alone_nobody_gets_less_than_the_public(
            all in prop::collection::vec(labels(), 1..6), rung in 0_usize..6,
        ) {
            // Consents are given to one audience each and are left out here, as are compartments, which
            // are asked of the public, too.
            let portions: Vec<Portion> = (1..).zip(all).map(|(position, label): (i64, Label)| {
                let label = Label { originators: Default::default(), ..label };
                let text = Labelled::text("x".into(), label.clone());
                Portion { position, text, label, basis: Vec::<Id>::new() }
            }).collect();
            let told = |audience: Audience| {
                let dropped = match cut(&Gate::default(), &audience, &portions) {
                    Ok(cut) => cut.dropped,
                    Err(_) => portions.iter().map(|portion| portion.position).collect(),
                };
                Told { audience, dropped }
            };
            let small = told(Audience::new("Q", "Q", Ladder::ALL[rung], Ladder::ALL[rung].ceiling()));
            let public = told(Audience::new("PUBLIC", "PUBLIC", Ladder::Public, Tlp::Clear));
            prop_assert_eq!(smaller_gets_less(&small, &[public]).len(), 0);
        }
    }
}
