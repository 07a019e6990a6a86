//! The things of ours that have a STIX form.

/// How a source and its information were graded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grade {
    /// The letter of the source, `A` to `F`; STIX has no place for it, so it goes into the extension.
    pub source: String,
    /// The digit of the information, `1` to `6`.
    pub credibility: String,
    /// The STIX confidence of the digit, 0 to 100; none for `6`, which is no number.
    pub confidence: Option<u8>,
}

/// What somebody thinks of a thing: how a recipient answered, or what we say of a partner's object.
///
/// Source: STIX 2.1 section 10.18.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// Holds it to be wrong.
    StronglyDisagrees,
    /// Does not accept it.
    Disagrees,
    /// Can say neither.
    Neutral,
    /// Acknowledged and concurs.
    Concurs,
    /// Knows it to be right.
    StronglyConcurs,
}

impl View {
    /// All of them, from the one end to the other.
    pub const ALL: [Self; 5] =
        [Self::StronglyDisagrees, Self::Disagrees, Self::Neutral, Self::Concurs, Self::StronglyConcurs];

    /// Returns the word of the STIX opinion.
    pub const fn word(self) -> &'static str {
        match self {
            Self::StronglyDisagrees => "strongly-disagree",
            Self::Disagrees => "disagree",
            Self::Neutral => "neutral",
            Self::Concurs => "agree",
            Self::StronglyConcurs => "strongly-agree",
        }
    }

    /// Finds the view by its word.
    pub fn find(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|view| view.word() == word)
    }
}

/// What kind of actor a group is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// An organisation or group that acts.
    ThreatActor,
    /// A set of behaviour that is believed to have one origin.
    IntrusionSet,
}

impl Group {
    /// Returns the STIX type.
    pub const fn kind(self) -> &'static str {
        match self {
            Self::ThreatActor => "threat-actor",
            Self::IntrusionSet => "intrusion-set",
        }
    }
}

/// Names another thing of the same audience: its STIX type and our own id for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The STIX type.
    pub kind: &'static str,
    /// Our own id, which is not written.
    pub own: String,
}

/// One thing that may be written. Times are microseconds since 1970, UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Thing {
    /// A report that was taken in, as far as it was released.
    Report {
        /// One line that names it.
        title: String,
        /// Its released text.
        text: String,
        /// When it was made known to this audience.
        published_us: i64,
        /// How it was graded, if it was.
        grade: Option<Grade>,
        /// What it speaks of; may be empty.
        about: Vec<Link>,
    },
    /// The version of a warning for this audience.
    Warning {
        /// The line above it.
        subject: String,
        /// The released text.
        text: String,
        /// When it was approved.
        published_us: i64,
        /// The likelihood, as the word that was written; never a number.
        likelihood: Option<String>,
        /// What it speaks of; may be empty.
        about: Vec<Link>,
    },
    /// A remark about other things; without any of them it has no form.
    Note {
        /// The released text.
        text: String,
        /// What it is about, at least one.
        about: Vec<Link>,
    },
    /// That a warning has arrived.
    Receipt {
        /// The warning.
        of: Link,
        /// When it arrived.
        delivered_us: i64,
    },
    /// What a recipient answered.
    Answer {
        /// The warning.
        to: Link,
        /// Whether it is accepted.
        view: View,
        /// The reason given; needed unless the recipient concurs.
        reason: Option<String>,
    },
    /// What we say of an object that the audience itself gave us.
    Opinion {
        /// The id of that object, as the audience wrote it.
        object: String,
        /// What we think of it.
        view: View,
        /// Why; never empty.
        explanation: String,
    },
    /// That something was seen.
    Sighting {
        /// What was seen.
        of: Link,
        /// When first.
        first_us: i64,
        /// When last, not before `first_us`.
        last_us: i64,
        /// How often, 0 to 999,999,999.
        count: u32,
    },
    /// What can be done about it.
    Measure {
        /// One line that names it.
        title: String,
        /// What to do.
        text: String,
    },
    /// Something that happened.
    Incident {
        /// One line that names it.
        title: String,
        /// What happened, as far as it was released.
        text: String,
    },
    /// A group that acts; never one person.
    Actor {
        /// Whether it is an organisation or a set of behaviour.
        group: Group,
        /// Its name.
        name: String,
        /// What is known, as far as it was released.
        text: String,
    },
    /// That one group is behind another, or behind an incident.
    Attribution {
        /// What is attributed: an intrusion set, or an incident.
        what: Link,
        /// To whom: a threat actor or an intrusion set.
        to: Link,
        /// The likelihood, as the word that was written.
        likelihood: Option<String>,
    },
}

impl Thing {
    /// Returns the STIX type of its form.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Report { .. } | Self::Warning { .. } => "report",
            Self::Note { .. } | Self::Receipt { .. } => "note",
            Self::Answer { .. } | Self::Opinion { .. } => "opinion",
            Self::Sighting { .. } => "sighting",
            Self::Measure { .. } => "course-of-action",
            Self::Incident { .. } => "incident",
            Self::Actor { group, .. } => group.kind(),
            Self::Attribution { .. } => "relationship",
        }
    }

    /// Returns our own word for it, as it stands in the extension.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Report { .. } => "report",
            Self::Warning { .. } => "warning",
            Self::Note { .. } => "note",
            Self::Receipt { .. } => "receipt",
            Self::Answer { .. } => "answer",
            Self::Opinion { .. } => "opinion",
            Self::Sighting { .. } => "sighting",
            Self::Measure { .. } => "measure",
            Self::Incident { .. } => "incident",
            Self::Actor { .. } => "actor",
            Self::Attribution { .. } => "attribution",
        }
    }
}
