//! What tells an entry of the register from its namesakes.
//!
//! A discriminator is as telling as the name itself, so it is sealed like one, and a hit says only
//! which kind agreed: "birth year agrees", never which year.

use crate::error::{Error, Result};

/// Birth year, places, organisations and roles of one entry; what is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discriminators {
    /// The year of birth, 1850 to 2100.
    pub birth_year: Option<u16>,
    /// Where the entry lives or works.
    pub places: Vec<String>,
    /// What it belongs to.
    pub organisations: Vec<String>,
    /// What it does, such as a profession.
    pub roles: Vec<String>,
}

impl Discriminators {
    /// Reads them as they are typed; blank texts count as not given.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] if the year is not one, a text is longer than 200 characters, or there are
    /// more than twenty of a kind.
    pub fn read(
        birth_year: &str,
        places: &[String],
        organisations: &[String],
        roles: &[String],
    ) -> Result<Self> {
        let birth_year = match birth_year.trim() {
            "" => None,
            text => Some(year(text)?),
        };
        let texts = [places, organisations, roles].map(tidy);
        let [places, organisations, roles] = texts;
        Ok(Self { birth_year, places: places?, organisations: organisations?, roles: roles? })
    }

    /// Says whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.count() == 0
    }

    /// Counts them.
    pub fn count(&self) -> usize {
        usize::from(self.birth_year.is_some())
            + self.places.len()
            + self.organisations.len()
            + self.roles.len()
    }

    /// Writes each as one line, as it is sealed.
    pub(super) fn lines(&self) -> Vec<String> {
        let year = self.birth_year.iter().map(|year| format!("{BIRTH_YEAR} {year}"));
        let texts = |kind: &'static str, list: &[String]| {
            list.iter().map(move |text| format!("{kind} {text}")).collect::<Vec<_>>()
        };
        year.chain(texts(PLACE, &self.places))
            .chain(texts(ORGANISATION, &self.organisations))
            .chain(texts(ROLE, &self.roles))
            .collect()
    }

    /// Takes in one line that was opened; a later year takes the place of an earlier one.
    pub(super) fn take(&mut self, line: &str) -> Option<()> {
        let (kind, text) = line.split_once(' ')?;
        match kind {
            BIRTH_YEAR => self.birth_year = Some(text.parse().ok()?),
            PLACE => self.places.push(text.to_owned()),
            ORGANISATION => self.organisations.push(text.to_owned()),
            ROLE => self.roles.push(text.to_owned()),
            _ => return None,
        }
        Some(())
    }
}

fn year(text: &str) -> Result<u16> {
    let year = text.parse().ok().filter(|year| (1850..=2100).contains(year));
    year.ok_or_else(|| Error::refused("a birth year has four digits, such as 1971"))
}

fn tidy(texts: &[String]) -> Result<Vec<String>> {
    let texts: Vec<String> =
        texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty()).map(str::to_owned).collect();
    if texts.len() > KIND_MAX || texts.iter().any(|text| text.chars().count() > TEXT_MAX) {
        return Err(Error::refused(
            "an entry has at most 20 places, 20 organisations and 20 roles, each of 200 characters",
        ));
    }
    Ok(texts)
}

const BIRTH_YEAR: &str = "birth-year";
const PLACE: &str = "place";
const ORGANISATION: &str = "organisation";
const ROLE: &str = "role";

const KIND_MAX: usize = 20;
const TEXT_MAX: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(words: &[&str]) -> Vec<String> {
        words.iter().map(|word| (*word).to_owned()).collect()
    }

    #[test]
    fn what_is_sealed_line_by_line_is_read_back() {
        let places = texts(&["Northport", " "]);
        let made =
            Discriminators::read(" 1971 ", &places, &texts(&["Lantern Hall"]), &texts(&["editor in chief"]));
        let made = made.unwrap();
        assert_eq!(made.count(), 4);
        let mut back = Discriminators::default();
        for line in made.lines() {
            back.take(&line).unwrap();
        }
        assert_eq!(back, made);
        assert_eq!(back.take("shoe-size 44"), None);
    }

    #[test]
    fn what_is_no_year_or_too_much_is_refused() {
        for year in ["71", "1849", "2101", "19 71", "nineteen"] {
            assert!(Discriminators::read(year, &[], &[], &[]).is_err(), "{year}");
        }
        assert!(Discriminators::read("", &texts(&["x"; 21]), &[], &[]).is_err());
        assert!(Discriminators::read("", &[], &[], &["x".repeat(201)]).is_err());
        assert!(Discriminators::read("", &[], &[], &[]).unwrap().is_empty());
    }
}
