//! Reads a CAP alert as the world really sends it.
//!
//! An error is only what cannot be attributed, dated, or kept from the wrong
//! readers: no well-formed XML, another namespace, no usable identifier,
//! sender, sent, status or message type, scope Private without readers, a
//! draft. What is read may still be refused: an identifier that nobody can
//! refer to, a reference to itself (left out, so that no chain runs in a
//! circle), scope Restricted without its rule. Real alerts do all three, so
//! they are kept as evidence but are no alert to act on.
//! Everything else is read and listed as a finding. A wrong word falls to the
//! cautious value: scope to Private, a judgement to Unknown. A time or shape
//! that cannot be read is left out, never guessed.
//!
//! Source: CAP 1.2 section 3; the CAP 1.1 namespace is read too, its elements
//! are the same.

use super::{
    Alert, Area, Category, Certainty, Circle, Info, MsgType, NAMESPACE, Named, Point, Problem, Reference,
    Resource, ResponseType, Scope, Severity, Status, Time, Urgency, tokens,
};
use crate::xml::{self, Element};
use crate::{Error, Limits, Result, text};

/// An alert with what was wrong about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The alert, as far as it could be read.
    pub alert: Alert,
    /// Every rule it breaks; empty for an alert that a strict reader accepts.
    pub findings: Vec<Problem>,
    /// Whether it holds an XML signature, which is not verified.
    pub signed: bool,
    /// Why it is no alert to act on; empty for one that a tolerant reader takes.
    pub refusals: Vec<Problem>,
}

/// What a receiver does with an alert that could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It keeps every rule and every advice.
    Accept,
    /// It is taken, and what is wrong with it is kept beside it.
    AcceptWithFindings,
    /// It is kept, and nobody is shown it as an alert.
    Refuse,
}

impl Reading {
    /// What a tolerant receiver does with it.
    pub fn verdict(&self) -> Verdict {
        if !self.refusals.is_empty() {
            Verdict::Refuse
        } else if self.findings.is_empty() && self.alert.advice().is_empty() {
            Verdict::Accept
        } else {
            Verdict::AcceptWithFindings
        }
    }

    /// What a strict receiver does with it: advice is still only advice.
    pub fn strict(&self) -> Verdict {
        if self.findings.is_empty() { self.verdict() } else { Verdict::Refuse }
    }
}

/// Reads one alert.
///
/// # Errors
///
/// The bounds of `limits`; [`Error::NotText`]; [`Error::Unsupported`] for
/// another root or version; [`Error::Malformed`] for what the module names as
/// refused.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Reading> {
    limits.admit(bytes)?;
    let text = text::decode(bytes, xml::declared_encoding(bytes).as_deref())?;
    let root = xml::tree(xml::without_declaration(&text), limits)?;
    let mut reader = Reader::default();
    reader.version(&root)?;
    let alert = reader.alert(&root)?;
    let mut findings = reader.findings;
    if let Err(problems) = alert.check() {
        // The reader saw the words themselves, so its finding says more.
        let fresh =
            problems.into_iter().filter(|problem| !findings.iter().any(|seen| seen.path == problem.path));
        let fresh: Vec<Problem> = fresh.collect();
        findings.extend(fresh);
    }
    let refusals = refusals(&alert, reader.refers_to_itself);
    Ok(Reading { alert, findings, signed: reader.signed, refusals })
}

/// Lists why an alert that could be read is none to act on.
fn refusals(alert: &Alert, refers_to_itself: bool) -> Vec<Problem> {
    let restricted = alert.scope == Scope::Restricted && alert.restriction.is_none();
    let rules = [
        ("alert/identifier", alert.identifier.contains(','), "a comma, so nobody can refer to it"),
        ("alert/references", refers_to_itself, "a message does not refer to itself"),
        ("alert/restriction", restricted, "scope Restricted does not say who may read it"),
    ];
    let broken = rules.into_iter().filter(|(_, broken, _)| *broken);
    broken.map(|(path, _, rule)| Problem { path: path.to_owned(), rule }).collect()
}

#[derive(Default)]
struct Reader {
    findings: Vec<Problem>,
    signed: bool,
    refers_to_itself: bool,
}

impl Reader {
    fn version(&mut self, root: &Element) -> Result<()> {
        if root.name != "alert" {
            return Err(Error::unsupported("the root element is not a CAP alert"));
        }
        match root.namespace.as_str() {
            NAMESPACE => {}
            NAMESPACE_1_1 => self.note("alert", "the namespace is CAP 1.1"),
            _ => return Err(Error::unsupported("the alert is not in the namespace of CAP 1.2")),
        }
        Ok(())
    }

    fn note(&mut self, path: impl Into<String>, rule: &'static str) {
        if self.findings.len() < MOST_FINDINGS {
            self.findings.push(Problem { path: path.into(), rule });
        }
    }

    /// Notes everything that a closed content model forbids.
    fn shape(&mut self, element: &Element, path: &str, order: &[&str], repeated: &[&str]) {
        if !element.attributes.is_empty() {
            self.note(path, "CAP has no attributes");
        }
        if !element.text.trim().is_empty() {
            self.note(path, "text between the elements");
        }
        let mut last = 0;
        for (index, child) in element.children.iter().enumerate() {
            if child.namespace == SIGNATURE {
                self.signed = true;
                continue;
            }
            let place =
                order.iter().position(|name| *name == child.name && child.namespace == element.namespace);
            let Some(place) = place else {
                self.note(path, "an element that CAP does not know");
                continue;
            };
            if place < last {
                self.note(path, "the elements are out of order");
            }
            last = place.max(last);
            let earlier = element.children.iter().take(index).any(|other| other.name == child.name);
            if earlier && !repeated.contains(&child.name.as_str()) {
                self.note(path, "an element that may stand once stands twice");
            }
            if child.children.is_empty() && !child.attributes.is_empty() {
                self.note(path, "CAP has no attributes");
            }
        }
    }

    fn alert(&mut self, root: &Element) -> Result<Alert> {
        self.shape(root, "alert", &ALERT, &["code", "info"]);
        let must = |name: &str| {
            if root.all(name).count() > 1 {
                return Err(Error::malformed(format!("{name} stands twice"), root.at));
            }
            let value =
                root.child(name).map(|child| child.text.trim().to_owned()).filter(|value| !value.is_empty());
            value.ok_or_else(|| Error::malformed(format!("{name} is missing or empty"), root.at))
        };
        let word = |name: &str| Error::malformed(format!("{name} is no word of CAP"), root.at);
        let (sent, exact) = Time::parse(&must("sent")?)
            .ok_or_else(|| Error::malformed("sent is no time with an offset", root.at))?;
        if !exact {
            self.note("alert/sent", "a time has no Z and no fraction");
        }
        let mut alert = Alert::new(must("identifier")?, must("sender")?, sent);
        alert.status = Status::parse(&must("status")?).ok_or_else(|| word("status"))?;
        alert.msg_type = MsgType::parse(&must("msgType")?).ok_or_else(|| word("msgType"))?;
        alert.scope = self.word(root, "alert", "scope", Scope::parse).unwrap_or(Scope::Private);
        alert.source = optional(root, "source");
        alert.restriction = optional(root, "restriction");
        alert.addresses = list(root, "addresses");
        alert.codes = root.all("code").map(value).collect();
        alert.note = optional(root, "note");
        alert.references = self.references(root);
        let itself = alert.reference();
        if alert.references.contains(&itself) {
            self.refers_to_itself = true;
            self.note("alert/references", "a message does not refer to itself");
            alert.references.retain(|reference| *reference != itself);
        }
        alert.incidents = list(root, "incidents");
        alert.infos = root
            .all("info")
            .enumerate()
            .map(|(n, info)| self.info(info, &format!("alert/info[{}]", n + 1)))
            .collect();
        usable(&alert, root)?;
        Ok(alert)
    }

    fn references(&mut self, root: &Element) -> Vec<Reference> {
        let mut references = Vec::new();
        for word in list(root, "references") {
            let mut parts = word.split(',');
            let triplet = (parts.next(), parts.next(), parts.next().and_then(Time::parse), parts.next());
            match triplet {
                (Some(sender), Some(identifier), Some((sent, _)), None)
                    if !sender.is_empty() && !identifier.is_empty() =>
                {
                    references.push(Reference { sender: sender.into(), identifier: identifier.into(), sent });
                }
                _ => self.note("alert/references", "a reference is sender,identifier,sent"),
            }
        }
        references
    }

    fn info(&mut self, info: &Element, path: &str) -> Info {
        self.shape(info, path, &INFO, &INFO_REPEATED);
        let event = optional(info, "event").unwrap_or_default();
        let mut read = Info::new(Category::Other, event);
        read.language = optional(info, "language");
        read.categories = self.words(info, path, "category", Category::parse);
        read.response_types = self.words(info, path, "responseType", ResponseType::parse);
        read.urgency = self.word(info, path, "urgency", Urgency::parse).unwrap_or(Urgency::Unknown);
        read.severity = self.word(info, path, "severity", Severity::parse).unwrap_or(Severity::Unknown);
        read.certainty = self.certainty(info, path);
        read.audience = optional(info, "audience");
        read.event_codes = self.named(info, path, "eventCode");
        read.effective = self.time(info, path, "effective");
        read.onset = self.time(info, path, "onset");
        read.expires = self.time(info, path, "expires");
        read.sender_name = optional(info, "senderName");
        read.headline = optional(info, "headline");
        read.description = optional(info, "description");
        read.instruction = optional(info, "instruction");
        read.web = optional(info, "web");
        read.contact = optional(info, "contact");
        read.parameters = self.named(info, path, "parameter");
        read.resources = info.all("resource").map(|resource| self.resource(resource, path)).collect();
        read.areas = info
            .all("area")
            .enumerate()
            .map(|(n, area)| self.area(area, &format!("{path}/area[{}]", n + 1)))
            .collect();
        read
    }

    /// Reads "Very Likely", which CAP 1.0 knew, as Likely: the standard says so.
    fn certainty(&mut self, info: &Element, path: &str) -> Certainty {
        let read = self.word(info, path, "certainty", Certainty::parse);
        let old = info.child("certainty").is_some_and(|word| word.text.trim() == "Very Likely");
        read.unwrap_or(if old { Certainty::Likely } else { Certainty::Unknown })
    }

    fn word<T>(
        &mut self,
        parent: &Element,
        path: &str,
        name: &str,
        parse: fn(&str) -> Option<T>,
    ) -> Option<T> {
        let read = parent.child(name).and_then(|child| parse(child.text.trim()));
        if read.is_none() {
            self.note(format!("{path}/{name}"), "missing, or no word of CAP");
        }
        read
    }

    fn words<T>(&mut self, parent: &Element, path: &str, name: &str, parse: fn(&str) -> Option<T>) -> Vec<T> {
        let read: Vec<T> = parent.all(name).filter_map(|child| parse(child.text.trim())).collect();
        if read.len() < parent.all(name).count() {
            self.note(format!("{path}/{name}"), "no word of CAP");
        }
        read
    }

    fn time(&mut self, parent: &Element, path: &str, name: &str) -> Option<Time> {
        let child = parent.child(name)?;
        let read = Time::parse(child.text.trim());
        if !matches!(read, Some((_, true))) {
            self.note(format!("{path}/{name}"), "a time has an offset, no Z and no fraction");
        }
        read.map(|(time, _)| time)
    }

    fn named(&mut self, parent: &Element, path: &str, name: &str) -> Vec<Named> {
        let mut read = Vec::new();
        for child in parent.all(name) {
            if child.child("valueName").is_none() || child.child("value").is_none() {
                self.note(format!("{path}/{name}"), "a name or a value is missing");
            }
            let part = |part: &str| child.child(part).map(value).unwrap_or_default();
            read.push(Named { name: part("valueName"), value: part("value") });
        }
        read
    }

    fn resource(&mut self, resource: &Element, path: &str) -> Resource {
        let path = format!("{path}/resource");
        self.shape(resource, &path, &RESOURCE, &[]);
        if optional(resource, "size").is_some_and(|size| size.parse::<u64>().is_err()) {
            self.note(format!("{path}/size"), "a size is a whole number of bytes");
        }
        Resource {
            description: optional(resource, "resourceDesc").unwrap_or_default(),
            mime_type: optional(resource, "mimeType").unwrap_or_default(),
            size: optional(resource, "size").and_then(|size| size.parse().ok()),
            uri: optional(resource, "uri"),
            deref_uri: optional(resource, "derefUri"),
            digest: optional(resource, "digest"),
        }
    }

    fn area(&mut self, area: &Element, path: &str) -> Area {
        self.shape(area, path, &AREA, &["polygon", "circle", "geocode"]);
        let mut read =
            Area { description: optional(area, "areaDesc").unwrap_or_default(), ..Area::default() };
        for polygon in area.all("polygon") {
            match polygon.text.split_whitespace().map(point).collect::<Option<Vec<Point>>>() {
                Some(points) => read.polygons.push(points),
                None => self.note(format!("{path}/polygon"), "a polygon is made of lat,lon pairs"),
            }
        }
        for child in area.all("circle") {
            match circle(child.text.trim()) {
                Some(circle) => read.circles.push(circle),
                None => self.note(format!("{path}/circle"), "a circle is lat,lon radius"),
            }
        }
        read.geocodes = self.named(area, path, "geocode");
        read.altitude_ft = self.feet(area, path, "altitude");
        read.ceiling_ft = self.feet(area, path, "ceiling");
        read
    }

    fn feet(&mut self, area: &Element, path: &str, name: &str) -> Option<f64> {
        let child = area.child(name)?;
        let read = number(child.text.trim());
        if read.is_none() {
            self.note(format!("{path}/{name}"), "a height is a number of feet");
        }
        read
    }
}

/// Refuses what cannot be attributed or kept from the wrong readers.
fn usable(alert: &Alert, root: &Element) -> Result<()> {
    let refuse = |what: &str| Err(Error::malformed(what, root.at));
    // A comma in the identifier only makes the alert hard to refer to; one in
    // the sender leaves open who it is.
    if alert.sender.contains(',') {
        return refuse("sender holds a comma, so nobody can be named as the sender");
    }
    if alert.status == Status::Draft {
        return refuse("a draft is no message");
    }
    if matches!(alert.msg_type, MsgType::Ack | MsgType::Error) && alert.references.is_empty() {
        return refuse("an Ack or Error refers to no message");
    }
    // A scope that could not be read fell to Private and has no addresses.
    let said_private = root.child("scope").is_some_and(|scope| scope.text.trim() == "Private");
    if said_private && alert.addresses.is_empty() {
        return refuse("scope Private without addresses");
    }
    Ok(())
}

fn value(element: &Element) -> String {
    element.text.trim().to_owned()
}

fn optional(parent: &Element, name: &str) -> Option<String> {
    parent.child(name).map(value).filter(|value| !value.is_empty())
}

fn list(parent: &Element, name: &str) -> Vec<String> {
    parent.child(name).map(|child| tokens::split(&child.text)).unwrap_or_default()
}

fn point(pair: &str) -> Option<Point> {
    let (lat, lon) = pair.split_once(',')?;
    Some(Point { lat: number(lat)?, lon: number(lon)? })
}

fn circle(text: &str) -> Option<Circle> {
    let mut words = text.split_whitespace();
    let circle = Circle { center: point(words.next()?)?, radius_km: number(words.next()?)? };
    words.next().is_none().then_some(circle)
}

/// Reads a plain decimal number; exponents and words like "inf" are none.
fn number(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
    text.parse().ok().filter(|number: &f64| plain && number.is_finite())
}

const NAMESPACE_1_1: &str = "urn:oasis:names:tc:emergency:cap:1.1";
const SIGNATURE: &str = "http://www.w3.org/2000/09/xmldsig#";

/// A hostile alert must not fill the memory with its own mistakes.
const MOST_FINDINGS: usize = 200;

const ALERT: [&str; 14] = [
    "identifier",
    "sender",
    "sent",
    "status",
    "msgType",
    "source",
    "scope",
    "restriction",
    "addresses",
    "code",
    "note",
    "references",
    "incidents",
    "info",
];

const INFO: [&str; 21] = [
    "language",
    "category",
    "event",
    "responseType",
    "urgency",
    "severity",
    "certainty",
    "audience",
    "eventCode",
    "effective",
    "onset",
    "expires",
    "senderName",
    "headline",
    "description",
    "instruction",
    "web",
    "contact",
    "parameter",
    "resource",
    "area",
];

const INFO_REPEATED: [&str; 6] = ["category", "responseType", "eventCode", "parameter", "resource", "area"];
const RESOURCE: [&str; 6] = ["resourceDesc", "mimeType", "size", "uri", "derefUri", "digest"];
const AREA: [&str; 6] = ["areaDesc", "polygon", "circle", "geocode", "altitude", "ceiling"];
