//! Writes a released thing as a MISP event.
//!
//! The text is an event report, the title is the event's. What is above the audience is not in it, and
//! nothing in it counts on a reader who obeys the level or the tag. MISP cannot take an event back: a
//! withdrawn one has the same UUIDs, a later time, and a text that says so in place of the old one.
//!
//! | TLP | level | sharing group |
//! |---|---|---|
//! | CLEAR | 3 all communities | none |
//! | GREEN | 2 connected communities | none |
//! | AMBER | 4 sharing group | the one that is given, else level 0 |
//! | AMBER+STRICT | 4 sharing group | one that is a single organisation, else level 0 |
//! | RED | never written | |
//!
//! Source: MISP core format; taxonomies `tlp`, `admiralty-scale`, `estimative-language`.

use crate::stix::map::{Grade, Sheet, Thing};
use crate::{Error, Result};
use serde_json::{Value, json};

/// A sharing group that exists at the reader's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharingGroup {
    /// Its UUID there.
    pub uuid: String,
    /// Its name there.
    pub name: String,
    /// Name and UUID of each organisation in it.
    pub organisations: Vec<(String, String)>,
}

impl SharingGroup {
    /// Reads a sharing group as MISP writes it: with or without `SharingGroup` around it.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] above 1 MiB. [`Error::Malformed`] if it is no such JSON, if a UUID is none, or if
    /// it names no organisation. [`Error::Unsupported`] if it is given to everybody on a server, because
    /// nobody knows who that is.
    pub fn read(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > GROUP {
            return Err(Error::TooLarge { limit: GROUP });
        }
        let malformed = |says: String| Error::malformed(says, 0);
        let read: Value =
            serde_json::from_slice(bytes).map_err(|error| malformed(format!("a sharing group: {error}")))?;
        let outer = read.get("response").unwrap_or(&read);
        let group = outer.get("SharingGroup").unwrap_or(outer);
        let list = |name: &str| {
            let found = group.get(name).or_else(|| outer.get(name));
            found.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
        };
        let text = |value: &Value, name: &str| -> Result<String> {
            let found =
                value.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty());
            found.map(str::to_owned).ok_or_else(|| malformed(format!("a sharing group: {name} is missing")))
        };
        let uuid = |value: &Value| -> Result<String> {
            let uuid = uuid::Uuid::parse_str(&text(value, "uuid")?);
            uuid.map(|uuid| uuid.to_string())
                .map_err(|_| malformed("a sharing group: uuid is no UUID".to_owned()))
        };
        let everybody = |server: &Value| match server.get("all_orgs") {
            Some(Value::Bool(all)) => *all,
            Some(Value::String(all)) => all != "0" && !all.is_empty(),
            Some(Value::Number(all)) => all.as_u64() != Some(0),
            _ => false,
        };
        if list("SharingGroupServer").iter().any(everybody) {
            return Err(Error::unsupported("a sharing group of everybody on a server: name organisations"));
        }
        let organisations = list("SharingGroupOrg")
            .iter()
            .map(|one| {
                let organisation = one.get("Organisation").unwrap_or(one);
                Ok((text(organisation, "name")?, uuid(organisation)?))
            })
            .collect::<Result<Vec<_>>>()?;
        if organisations.is_empty() {
            return Err(malformed("a sharing group: it names no organisation".to_owned()));
        }
        Ok(Self { uuid: uuid(group)?, name: text(group, "name")?, organisations })
    }
}

/// Writes a report, a warning or an incident as an event of the audience.
///
/// `own` is our own id for it; only what the key makes of it is written.
///
/// # Errors
///
/// [`Error::Unsupported`] if the marking is no word of TLP 2.0 or is RED, if the thing has no form as an
/// event, or if AMBER+STRICT is to go to a group of several organisations. [`Error::Malformed`] if the
/// title is empty or a time is beyond the year 9999.
pub fn event(sheet: &Sheet<'_>, own: &str, thing: &Thing, group: Option<&SharingGroup>) -> Result<Value> {
    let (level, group) = level(sheet.tlp, group)?;
    let mut tags = vec![format!("tlp:{}", sheet.tlp)];
    let (title, text, published_us) = match thing {
        Thing::Report { title, text, published_us, grade, .. } => {
            tags.extend(grade.iter().flat_map(grade_tags));
            (title, text, *published_us)
        }
        Thing::Warning { subject, text, published_us, likelihood, .. } => {
            tags.extend(likelihood.iter().filter_map(|word| likelihood_tag(word)));
            (subject, text, *published_us)
        }
        Thing::Incident { title, text } => (title, text, sheet.modified_us),
        _ => return Err(Error::unsupported("a thing that is no report, warning or incident has no event")),
    };
    if title.trim().is_empty() {
        return Err(Error::malformed("a name that has to be there is empty", 0));
    }
    if sheet.exercise {
        tags.push("exercise".to_owned());
    }
    let title = match (sheet.revoked, sheet.exercise) {
        (true, _) => "Withdrawn".to_owned(),
        (false, true) => format!("EXERCISE: {title}"),
        (false, false) => title.clone(),
    };
    let text = if sheet.revoked { "This was withdrawn by whoever published it." } else { text.as_str() };
    let modified = seconds(sheet.modified_us);
    let date =
        crate::utc_text(published_us).ok_or_else(|| Error::malformed("a time beyond the year 9999", 0))?;
    let mut event = json!({
        "uuid": uuid_of(sheet, "misp-event", own),
        "info": title,
        "date": date.get(..10),
        "threat_level_id": "4",
        "analysis": "2",
        "distribution": level,
        "sharing_group_id": "0",
        "published": false,
        "timestamp": modified,
        "publish_timestamp": "0",
        "Orgc": { "name": sheet.organisation, "uuid": uuid_of(sheet, "misp-organisation", "ourselves") },
        "Tag": tags.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "Attribute": [],
        "Object": [],
        "EventReport": [{
            "uuid": uuid_of(sheet, "misp-report", own),
            "name": title,
            "content": text,
            "distribution": "5",
            "sharing_group_id": "0",
            "timestamp": modified,
            "deleted": false,
        }],
    });
    if let (Some(group), Some(event)) = (group, event.as_object_mut()) {
        event.insert("SharingGroup".to_owned(), described(group));
    }
    Ok(json!({ "Event": event }))
}

fn described(group: &SharingGroup) -> Value {
    let organisations: Vec<Value> = group
        .organisations
        .iter()
        .map(|(name, uuid)| json!({ "extend": false, "Organisation": { "name": name, "uuid": uuid } }))
        .collect();
    json!({ "uuid": group.uuid, "name": group.name, "active": true, "SharingGroupOrg": organisations })
}

fn level<'a>(tlp: &str, group: Option<&'a SharingGroup>) -> Result<(&'static str, Option<&'a SharingGroup>)> {
    match (tlp, group) {
        ("clear", _) => Ok(("3", None)),
        ("green", _) => Ok(("2", None)),
        ("amber+strict", Some(group)) if group.organisations.len() != 1 => {
            Err(Error::unsupported("TLP:AMBER+STRICT goes to a sharing group of one organisation only"))
        }
        ("amber" | "amber+strict", Some(group)) => Ok(("4", Some(group))),
        ("amber" | "amber+strict", None) => Ok(("0", None)),
        _ => Err(Error::unsupported(
            "a marking that is none of clear, green, amber, amber+strict: nothing else is written",
        )),
    }
}

fn grade_tags(grade: &Grade) -> [String; 2] {
    [
        format!("admiralty-scale:source-reliability=\"{}\"", grade.source.to_lowercase()),
        format!("admiralty-scale:information-credibility=\"{}\"", grade.credibility),
    ]
}

/// A word that the taxonomy lacks stands in the text only.
fn likelihood_tag(word: &str) -> Option<String> {
    let (tag, _) = LIKELIHOODS.iter().find(|(tag, other)| tag.replace('-', " ") == word || *other == word)?;
    Some(format!("estimative-language:likelihood-probability=\"{tag}\""))
}

fn uuid_of(sheet: &Sheet<'_>, kind: &str, own: &str) -> String {
    let id = sheet.key.id(kind, own);
    id.rsplit_once("--").map(|(_, uuid)| uuid.to_owned()).unwrap_or_default()
}

fn seconds(us: i64) -> String {
    us.div_euclid(1_000_000).to_string()
}

/// The words of the taxonomy, and those of the other row of ICD 203.
const LIKELIHOODS: [(&str, &str); 7] = [
    ("almost-no-chance", "remote"),
    ("very-unlikely", "highly improbable"),
    ("unlikely", "improbable"),
    ("roughly-even-chance", "roughly even odds"),
    ("likely", "probable"),
    ("very-likely", "highly probable"),
    ("almost-certain", "nearly certain"),
];

/// The longest description of a sharing group, in bytes.
const GROUP: usize = 1 << 20;
