//! What the operator says of a feed: a collection of another TAXII 2.1 server that this node reads by itself.

use crate::ctx::Actor;
use crate::exchange::guard;
use aldis_model::Label;
use aldis_model::gate::may_see;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A collection of another server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feed {
    /// What it is called here.
    pub name: String,
    /// The address of the server's discovery, such as `https://host/taxii2/`.
    pub address: String,
    /// The collection, by its id.
    pub collection: String,
    /// The API root that has it; looked for if it is left out.
    pub root: Option<String>,
    /// The name for Basic; without it a secret is a token.
    pub user: Option<String>,
    /// The file of the password or token.
    pub secret_file: Option<PathBuf>,
    /// Our client certificate with its chain, in PEM.
    pub certificate: Option<PathBuf>,
    /// The key of our client certificate, in PEM.
    pub key_file: Option<PathBuf>,
    /// The only authorities believed, in PEM; none: the public ones.
    pub authority: Option<PathBuf>,
    /// How often it is read, in minutes, 1 to 1,440.
    #[serde(default = "every_min")]
    pub every_min: u32,
    /// How long before the last object a poll begins, in seconds, up to a day.
    #[serde(default = "overlap_s")]
    pub overlap_s: u32,
    /// Who may see what is not marked.
    #[serde(default = "label")]
    pub label: String,
    /// Who gave it; none: the name of the feed.
    pub source: Option<String>,
    /// The organisation that made it; none: what each thing says.
    pub originator: Option<String>,
}

impl Feed {
    /// Names the collection of the server, to know a mark by.
    pub fn place(&self) -> String {
        format!("{} {} {}", self.address, self.root.as_deref().unwrap_or_default(), self.collection)
    }

    /// Returns the label of what is not marked; RED if it cannot be read.
    pub fn unmarked(&self) -> Label {
        self.label.parse().unwrap_or(Label::plain(aldis_model::Tlp::Red))
    }

    /// Says what cannot work, before anything is asked.
    fn check(&self, org: &str) -> Result<(), String> {
        let sound =
            |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
        if self.name.is_empty() || self.name.len() > NAME_MAX || !sound(&self.name) {
            return Err(format!(
                "{:?} is no name of a feed: 1 to {NAME_MAX} of a-z, 0-9, -, _ and .",
                self.name
            ));
        }
        for address in std::iter::once(&self.address).chain(&self.root) {
            guard::target(address).map_err(|says| says.replace("a webhook", "it"))?;
        }
        if self.collection.is_empty() || !sound(&self.collection) {
            return Err("collection is the id of a collection".to_owned());
        }
        if self.user.is_some() && self.secret_file.is_none() {
            return Err("user goes with secret_file".to_owned());
        }
        if self.certificate.is_some() != self.key_file.is_some() {
            return Err("certificate and key_file belong together".to_owned());
        }
        if !(1..=DAY_MIN).contains(&self.every_min) {
            return Err(format!("every_min is 1 to {DAY_MIN}"));
        }
        if self.overlap_s > DAY_MIN * 60 {
            return Err(format!("overlap_s is at most {}", DAY_MIN * 60));
        }
        let label: Label = self.label.parse().map_err(|error| format!("label: {error}"))?;
        // What it could not see it would not know again, and take in with every poll.
        if !may_see(&Actor::system(org).viewer, &label) {
            return Err("label: the program itself must be able to see it: no compartment".to_owned());
        }
        Ok(())
    }
}

/// Says what cannot work with these feeds at this organisation.
pub(super) fn check(feeds: &[Feed], org: &str) -> Result<(), String> {
    if feeds.len() > FEEDS_MAX {
        return Err(format!("at most {FEEDS_MAX} feeds"));
    }
    let mut names = BTreeSet::new();
    for feed in feeds {
        feed.check(org).map_err(|says| format!("feed {}: {says}", feed.name))?;
        if !names.insert(&feed.name) {
            return Err(format!("two feeds are called {}", feed.name));
        }
    }
    Ok(())
}

const fn every_min() -> u32 {
    15
}

const fn overlap_s() -> u32 {
    60
}

fn label() -> String {
    "TLP:RED".to_owned()
}

const NAME_MAX: usize = 50;
const DAY_MIN: u32 = 1_440;
const FEEDS_MAX: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn read(more: &str) -> Result<(), String> {
        let text = format!(
            "name = \"alba\"\naddress = \"https://taxii.example/taxii2/\"\ncollection = \"c-1\"\n{more}"
        );
        let feed: Feed = toml::from_str(&text).map_err(|error| error.message().to_owned())?;
        check(&[feed], "NORTHPORT")
    }

    #[test]
    fn a_feed_needs_a_name_an_address_and_a_collection() {
        assert_eq!(read(""), Ok(()));
        assert_eq!(read("label = \"TLP:AMBER\"\nuser = \"noor\"\nsecret_file = \"password\"\n"), Ok(()));
        assert!(toml::from_str::<Feed>("name = \"alba\"").is_err());
    }

    #[test]
    fn what_cannot_work_is_said_with_the_key() {
        for (more, words) in [
            ("every_min = 0", "every_min is 1 to 1440"),
            ("overlap_s = 86401", "overlap_s"),
            ("user = \"noor\"", "secret_file"),
            ("key_file = \"key.pem\"", "belong together"),
            ("label = \"TLP:WHITISH\"", "label"),
            ("root = \"http://taxii.example/api1/\"", "it is https"),
            ("secret = \"word\"", "unknown field `secret`"),
        ] {
            let says = read(more).expect_err(more);
            assert!(says.contains(words), "{more}: {says}");
        }
    }

    #[test]
    fn two_feeds_have_two_names() {
        let feed: Feed =
            toml::from_str("name = \"a\"\naddress = \"https://b.example/\"\ncollection = \"c\"").unwrap();
        assert!(check(&[feed.clone(), feed.clone()], "X").is_err());
        assert!(check(&vec![feed; 17], "X").is_err());
    }
}
