//! Turns the markings of a STIX object into a label of ours.
//!
//! The most restrictive marking wins, whatever the specification leaves open; a marking that is not
//! understood is RED with a caveat, so that nothing that carries it leaves the house. A statement,
//! such as a copyright notice, restricts nothing by itself. It lives here because `wire` knows no
//! labels and `model` knows no STIX.
//!
//! Source: STIX 2.1 section 7.2; TLP 2.0 (FIRST, August 2022); `docs/reference/stix.md`.

use aldis_model::Label;
use aldis_wire::stix::marking::{Markings, Said};

/// Returns the label that these markings amount to; `None` if they say nothing about sharing.
///
/// `said` tells what a marking means by its id, and answers [`Said::Unknown`] for one whose
/// definition is not at hand.
pub fn label(markings: &Markings, said: impl Fn(&str) -> Said) -> Option<Label> {
    let all: Vec<Said> = markings.ids.iter().map(|id| said(id)).collect();
    of(&all)
}

/// Returns the label that everything said together amounts to; `None` if nothing is about sharing.
pub fn of(said: &[Said]) -> Option<Label> {
    let labels = said.iter().filter_map(|one| match one {
        Said::Tlp(word) => Some(Label::foreign(word)),
        Said::Statement(_) => None,
        Said::Unknown => Some(Label::foreign(UNKNOWN)),
    });
    labels.reduce(|a, b| a.join(&b))
}

/// What no label is, so that [`Label::foreign`] makes it RED with a caveat.
const UNKNOWN: &str = "unknown marking";

#[cfg(test)]
mod tests {
    use super::*;
    use aldis_model::Tlp;
    use aldis_wire::stix::marking::{said_by_id, tlp_2_id};

    fn by_id(ids: &[&str]) -> Option<Label> {
        label(&Markings { ids: ids.iter().map(|id| (*id).to_owned()).collect() }, said_by_id)
    }

    #[test]
    fn the_strictest_marking_wins_and_an_unknown_one_is_red() {
        let (green, strict) = (tlp_2_id("green").unwrap(), tlp_2_id("amber+strict").unwrap());
        assert_eq!(by_id(&[]), None);
        assert_eq!(by_id(&[green]), Some(Label::plain(Tlp::Green)));
        assert_eq!(by_id(&[green, strict]), Some(Label::plain(Tlp::AmberStrict)));
        let unknown = by_id(&[green, "marking-definition--00000001-0000-4000-8000-000000000000"]).unwrap();
        assert_eq!(unknown.tlp, Tlp::Red);
        assert!(!unknown.caveats.is_empty());
    }

    #[test]
    fn every_word_of_both_tlp_versions_has_its_label() {
        let words = [("clear", Tlp::Clear), ("green", Tlp::Green), ("amber", Tlp::Amber)];
        for (word, tlp) in words.into_iter().chain([("amber+strict", Tlp::AmberStrict), ("red", Tlp::Red)]) {
            assert_eq!(by_id(&[tlp_2_id(word).unwrap()]), Some(Label::plain(tlp)));
        }
        let white = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9";
        assert_eq!(by_id(&[white]), Some(Label::clear()));
    }

    #[test]
    fn a_statement_restricts_nothing() {
        let markings = Markings { ids: ["marking-definition--x".to_owned()].into() };
        assert_eq!(label(&markings, |_| Said::Statement("© 2031".to_owned())), None);
    }
}
