//! The parts of a CAP 1.2 alert.
//!
//! The structs hold what the standard names, in its order. They do not promise
//! to be valid: [`Alert::check`](crate::cap::Alert::check) and
//! [`write`](crate::cap::write()) do.
//!
//! Source: CAP 1.2 section 3.2.

use super::Time;

/// Declares an enumeration with its words in the standard.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)+
        }

        impl $name {
            /// Every value in the order of the standard.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word of the standard.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// Reads the exact word of the standard.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

words! {
    /// Whether the message is real.
    Status {
        /// Act on it.
        Actual = "Actual",
        /// Only for participants of an exercise.
        Exercise = "Exercise",
        /// For network functions.
        System = "System",
        /// Technical test, to be ignored by people.
        Test = "Test",
        /// Not to be acted on.
        Draft = "Draft",
    }
}

words! {
    /// What the message does.
    MsgType {
        /// A first warning.
        Alert = "Alert",
        /// Replaces the messages it refers to.
        Update = "Update",
        /// Withdraws the messages it refers to.
        Cancel = "Cancel",
        /// Confirms that the messages were received and accepted.
        Ack = "Ack",
        /// Rejects the messages it refers to.
        Error = "Error",
    }
}

words! {
    /// Who may read the message.
    Scope {
        /// Everybody.
        Public = "Public",
        /// Those that meet the restriction.
        Restricted = "Restricted",
        /// The addresses only.
        Private = "Private",
    }
}

words! {
    /// The kind of the event.
    Category {
        /// Geophysical.
        Geo = "Geo",
        /// Meteorological.
        Met = "Met",
        /// General emergency and public safety.
        Safety = "Safety",
        /// Law enforcement, military, homeland and private security.
        Security = "Security",
        /// Rescue and recovery.
        Rescue = "Rescue",
        /// Fire suppression and rescue.
        Fire = "Fire",
        /// Medical and public health.
        Health = "Health",
        /// Pollution and other environmental events.
        Env = "Env",
        /// Transport.
        Transport = "Transport",
        /// Utilities and infrastructure.
        Infra = "Infra",
        /// Chemical, biological, radiological, nuclear or explosive.
        Cbrne = "CBRNE",
        /// Anything else.
        Other = "Other",
    }
}

words! {
    /// What people should do.
    ResponseType {
        /// Take shelter in place.
        Shelter = "Shelter",
        /// Leave.
        Evacuate = "Evacuate",
        /// Make preparations.
        Prepare = "Prepare",
        /// Carry out a planned activity.
        Execute = "Execute",
        /// Avoid the event.
        Avoid = "Avoid",
        /// Attend to information sources.
        Monitor = "Monitor",
        /// Evaluate the information; not for public warnings.
        Assess = "Assess",
        /// The event no longer poses a threat.
        AllClear = "AllClear",
        /// No action.
        None = "None",
    }
}

words! {
    /// When to act.
    Urgency {
        /// At once.
        Immediate = "Immediate",
        /// Within the next hour.
        Expected = "Expected",
        /// In the near future.
        Future = "Future",
        /// No longer.
        Past = "Past",
        /// Not known.
        Unknown = "Unknown",
    }
}

words! {
    /// How bad it is.
    Severity {
        /// Extraordinary threat to life or property.
        Extreme = "Extreme",
        /// Significant threat.
        Severe = "Severe",
        /// Possible threat.
        Moderate = "Moderate",
        /// Minimal threat.
        Minor = "Minor",
        /// Not known.
        Unknown = "Unknown",
    }
}

words! {
    /// How sure it is.
    Certainty {
        /// Happened or is happening.
        Observed = "Observed",
        /// More likely than not.
        Likely = "Likely",
        /// Possible, not likely.
        Possible = "Possible",
        /// Not expected to happen.
        Unlikely = "Unlikely",
        /// Not known.
        Unknown = "Unknown",
    }
}

/// One CAP message.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Unique for the sender.
    pub identifier: String,
    /// Globally unique name of the issuer.
    pub sender: String,
    /// When the message was issued.
    pub sent: Time,
    /// Whether the message is real.
    pub status: Status,
    /// What the message does.
    pub msg_type: MsgType,
    /// Operator or device that it came from.
    pub source: Option<String>,
    /// Who may read it.
    pub scope: Scope,
    /// The rule for scope Restricted.
    pub restriction: Option<String>,
    /// The recipients; needed for scope Private.
    pub addresses: Vec<String>,
    /// Special handling flags and profile names.
    pub codes: Vec<String>,
    /// Purpose of an exercise, cause of a cancellation or rejection.
    pub note: Option<String>,
    /// Earlier messages that this one acts on.
    pub references: Vec<Reference>,
    /// Names of incidents that belong together.
    pub incidents: Vec<String>,
    /// The content, one block for each language or phase.
    pub infos: Vec<Info>,
}

impl Alert {
    /// Makes a public, actual first alert without content.
    pub fn new(identifier: impl Into<String>, sender: impl Into<String>, sent: Time) -> Self {
        Self {
            identifier: identifier.into(),
            sender: sender.into(),
            sent,
            status: Status::Actual,
            msg_type: MsgType::Alert,
            source: None,
            scope: Scope::Public,
            restriction: None,
            addresses: Vec::new(),
            codes: Vec::new(),
            note: None,
            references: Vec::new(),
            incidents: Vec::new(),
            infos: Vec::new(),
        }
    }

    /// Makes the reference by which a later message points to this one.
    pub fn reference(&self) -> Reference {
        Reference { sender: self.sender.clone(), identifier: self.identifier.clone(), sent: self.sent }
    }
}

/// Points to an earlier message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its sender.
    pub sender: String,
    /// Its identifier.
    pub identifier: String,
    /// When it was issued.
    pub sent: Time,
}

/// The content of an alert in one language.
#[derive(Debug, Clone, PartialEq)]
pub struct Info {
    /// RFC 5646 tag; `None` means en-US.
    pub language: Option<String>,
    /// Kinds of the event, at least one.
    pub categories: Vec<Category>,
    /// The event in words.
    pub event: String,
    /// What people should do.
    pub response_types: Vec<ResponseType>,
    /// When to act.
    pub urgency: Urgency,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub certainty: Certainty,
    /// Whom it is meant for.
    pub audience: Option<String>,
    /// Codes of the event in national systems.
    pub event_codes: Vec<Named>,
    /// From when the text holds; `None` means from `sent`.
    pub effective: Option<Time>,
    /// When the event is expected to begin.
    pub onset: Option<Time>,
    /// When the text ceases to hold.
    pub expires: Option<Time>,
    /// The issuer for readers.
    pub sender_name: Option<String>,
    /// Short headline, at most 160 characters.
    pub headline: Option<String>,
    /// The hazard in words.
    pub description: Option<String>,
    /// What to do, in words.
    pub instruction: Option<String>,
    /// Absolute address of more information.
    pub web: Option<String>,
    /// Whom to ask.
    pub contact: Option<String>,
    /// Further values by name.
    pub parameters: Vec<Named>,
    /// Files that belong to it.
    pub resources: Vec<Resource>,
    /// Where it applies; several areas are a union.
    pub areas: Vec<Area>,
}

impl Info {
    /// Makes a block of one category about `event`, with nothing judged.
    pub fn new(category: Category, event: impl Into<String>) -> Self {
        Self {
            language: None,
            categories: vec![category],
            event: event.into(),
            response_types: Vec::new(),
            urgency: Urgency::Unknown,
            severity: Severity::Unknown,
            certainty: Certainty::Unknown,
            audience: None,
            event_codes: Vec::new(),
            effective: None,
            onset: None,
            expires: None,
            sender_name: None,
            headline: None,
            description: None,
            instruction: None,
            web: None,
            contact: None,
            parameters: Vec::new(),
            resources: Vec::new(),
            areas: Vec::new(),
        }
    }
}

/// A value with the name of its list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Name of the list or system.
    pub name: String,
    /// The value in it.
    pub value: String,
}

/// A file that belongs to an alert.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resource {
    /// What it is, in words.
    pub description: String,
    /// Its media type.
    pub mime_type: String,
    /// Its size in bytes.
    pub size: Option<u64>,
    /// Where it is.
    pub uri: Option<String>,
    /// Its content in base64.
    pub deref_uri: Option<String>,
    /// Its SHA-1 in hexadecimal.
    pub digest: Option<String>,
}

/// Where an alert applies: the union of its shapes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Area {
    /// The area in words.
    pub description: String,
    /// Closed rings of at least four points.
    pub polygons: Vec<Vec<Point>>,
    /// Circles.
    pub circles: Vec<Circle>,
    /// Codes of the area in national systems.
    pub geocodes: Vec<Named>,
    /// Lowest altitude, in feet above mean sea level.
    pub altitude_ft: Option<f64>,
    /// Highest altitude, in feet above mean sea level.
    pub ceiling_ft: Option<f64>,
}

/// A place in WGS 84.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Latitude in degrees, north positive.
    pub lat: f64,
    /// Longitude in degrees, east positive.
    pub lon: f64,
}

/// A circle on the ground.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// Its middle.
    pub center: Point,
    /// Its radius in kilometres; 0 is a point.
    pub radius_km: f64,
}
