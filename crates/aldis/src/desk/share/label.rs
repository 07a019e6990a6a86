//! Labels what a partner's tool brought, by its markings.
//!
//! The most restrictive marking of the object or of any part of it holds for all of it. What is not
//! known, and what is not marked at all, is TLP:RED: it stays between that partner and us.
//!
//! Source: TLP 2.0 (FIRST, August 2022); STIX 2.1 section 7.2; `docs/reference/release-rules.md`, RR-02.

use aldis_model::{Label, Tlp};
use aldis_wire::stix::marking::{tlp_1_of, tlp_2_of};

/// Returns the label of an object with these markings.
pub(super) fn of(markings: &[String]) -> Label {
    let one = |id: &String| match tlp_2_of(id).or_else(|| tlp_1_of(id)) {
        // TLP 1.0 says white where TLP 2.0 says clear.
        Some("white") => Label::clear(),
        Some(word) => Label::foreign(word),
        None => Label::foreign("?"),
    };
    markings.iter().map(one).reduce(|all, one| all.join(&one)).unwrap_or_else(|| Label::plain(Tlp::Red))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(ids: &[&str]) -> String {
        of(&ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>()).to_string()
    }

    #[test]
    fn the_most_restrictive_marking_holds_and_the_unknown_is_red() {
        let clear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487";
        let white = "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9";
        let amber = "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82";
        assert_eq!(labelled(&[clear, white]), "TLP:CLEAR");
        assert_eq!(labelled(&[clear, amber]), "TLP:AMBER");
        assert_eq!(labelled(&[]), "TLP:RED");
        assert_eq!(
            labelled(&[clear, "marking-definition--00000000-0000-4000-8000-000000000000"]),
            "TLP:RED CAV UNKNOWN"
        );
        assert_eq!(labelled(&[""]), "TLP:RED CAV UNKNOWN");
    }
}
