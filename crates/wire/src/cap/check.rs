//! The rules that an alert must keep before it leaves the house.
//!
//! The standard's MUSTs come first; the rest are what receivers trip over in
//! practice, and a producer has no reason to break them. What a type already
//! forbids (a wrong word, a time with `Z`) needs no rule here.
//!
//! Absent on purpose: the receiver's clock, national profiles, and whether the
//! text may be public at all; that is decided before an [`Alert`] exists.
//!
//! Source: CAP 1.2 sections 3.2 and 3.3; WMO CAP Composer practice for the
//! spans of time.

use super::{
    Alert, Area, Category, Certainty, Info, MsgType, Point, Resource, ResponseType, Scope, Severity, Status,
    Time, Urgency,
};
use crate::xml;
use base64::Engine as _;
use sha1::{Digest as _, Sha1};
use std::collections::BTreeSet;

/// One rule that an alert breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The element, as in `alert/info[1]/expires`.
    pub path: String,
    /// The rule that is broken.
    pub rule: &'static str,
}

impl Alert {
    /// Checks every rule a producer must keep.
    ///
    /// # Errors
    ///
    /// Every [`Problem`], in the order of the elements.
    pub fn check(&self) -> Result<(), Vec<Problem>> {
        let mut problems = Problems::default();
        self.check_names(&mut problems);
        self.check_references(&mut problems);
        self.check_readers(&mut problems);
        self.check_infos(&mut problems);
        if problems.0.is_empty() { Ok(()) } else { Err(problems.0) }
    }

    /// Lists what is allowed but unwise.
    pub fn advice(&self) -> Vec<Problem> {
        let mut advice = Problems::default();
        advice.must(
            "alert/note",
            self.status != Status::Exercise || self.note.is_some(),
            "an exercise should say so in its note",
        );
        for (n, info) in self.infos.iter().enumerate() {
            info.advise(&format!("alert/info[{}]", n + 1), &mut advice);
            let before = n.checked_sub(1).and_then(|before| self.infos.get(before));
            let earlier = before.filter(|other| other.language != info.language);
            let copied = earlier
                .is_some_and(|other| info.description.is_some() && other.description == info.description);
            let path = format!("alert/info[{}]/language", n + 1);
            advice.must(&path, !copied, "another language has another text");
        }
        advice.0
    }

    fn check_names(&self, problems: &mut Problems) {
        for (path, name) in [("alert/identifier", &self.identifier), ("alert/sender", &self.sender)] {
            problems.must(path, is_name(name), "not empty, without space, comma, < or &");
        }
        problems.must("alert/status", self.status != Status::Draft, "a draft does not leave the house");
        let texts = [&self.source, &self.restriction, &self.note].into_iter().flatten().chain(&self.codes);
        for text in texts.chain(&self.addresses).chain(&self.incidents) {
            problems.text("alert", text);
        }
        for (path, words) in [("alert/addresses", &self.addresses), ("alert/incidents", &self.incidents)] {
            let sound = words.iter().all(|word| !word.is_empty() && !word.contains('"'));
            problems.must(path, sound, "a word of a list is not empty and holds no quotation mark");
        }
    }

    fn check_references(&self, problems: &mut Problems) {
        let path = "alert/references";
        let needed = self.msg_type != MsgType::Alert;
        problems.must(
            path,
            !needed || !self.references.is_empty(),
            "this message type refers to earlier messages",
        );
        for reference in &self.references {
            let sound = is_name(&reference.sender) && is_name(&reference.identifier);
            problems.must(path, sound, "a reference is sender,identifier,sent");
            let itself = reference.sender == self.sender && reference.identifier == self.identifier;
            problems.must(path, !itself, "a message does not refer to itself");
            problems.must(
                path,
                reference.sent.unix_us() <= self.sent.unix_us(),
                "a reference is not later than sent",
            );
        }
        let distinct: BTreeSet<(&str, &str, i64)> = self
            .references
            .iter()
            .map(|reference| {
                (reference.sender.as_str(), reference.identifier.as_str(), reference.sent.unix_us())
            })
            .collect();
        problems.must(path, distinct.len() == self.references.len(), "a reference stands once");
    }

    fn check_readers(&self, problems: &mut Problems) {
        let restricted = self.scope == Scope::Restricted;
        let rule = "a restriction belongs to scope Restricted, and to no other";
        problems.must("alert/restriction", restricted == self.restriction.is_some(), rule);
        let named = self.scope != Scope::Private || !self.addresses.is_empty();
        problems.must("alert/addresses", named, "scope Private names its addresses");
    }

    fn check_infos(&self, problems: &mut Problems) {
        let warns = matches!(self.msg_type, MsgType::Alert | MsgType::Update);
        let public = self.scope == Scope::Public && self.status == Status::Actual && warns;
        problems.must("alert/info", !warns || !self.infos.is_empty(), "a warning needs content");
        for (n, info) in self.infos.iter().enumerate() {
            let path = format!("alert/info[{}]", n + 1);
            info.check(&path, self.sent, problems);
            if public {
                problems.must(
                    &format!("{path}/expires"),
                    info.expires.is_some(),
                    "a public warning says when it ends",
                );
                problems.must(
                    &format!("{path}/area"),
                    !info.areas.is_empty(),
                    "a public warning says where it applies",
                );
            }
        }
        if let Some(first) = self.infos.first() {
            let one = self.infos.iter().all(|info| info.categories == first.categories);
            problems.must("alert/info", one, "all blocks are about one event");
            let same = |info: &&Info| info.language == first.language;
            let events = self.infos.iter().filter(same).all(|info| info.event == first.event);
            problems.must("alert/info", events, "all blocks are about one event");
        }
    }
}

impl Info {
    fn check(&self, path: &str, sent: Time, problems: &mut Problems) {
        let at = |name: &str| format!("{path}/{name}");
        if let Some(language) = &self.language {
            problems.must(&at("language"), is_language(language), "a language is an RFC 5646 tag");
        }
        problems.must(&at("category"), !self.categories.is_empty(), "at least one category");
        problems.must(&at("event"), !self.event.trim().is_empty(), "an event is named");
        let texts = [
            &self.audience,
            &self.sender_name,
            &self.headline,
            &self.description,
            &self.instruction,
            &self.contact,
        ];
        for text in texts.into_iter().flatten().chain([&self.event]) {
            problems.text(path, text);
        }
        for named in self.event_codes.iter().chain(&self.parameters) {
            problems.must(&at("parameter"), !named.name.trim().is_empty(), "a name is not empty");
            problems.text(path, &named.name);
            problems.text(path, &named.value);
        }
        if let Some(web) = &self.web {
            problems.must(&at("web"), is_absolute(web), "an absolute address");
        }
        self.check_times(&at, sent, problems);
        for resource in &self.resources {
            resource.check(&at("resource"), problems);
        }
        for (n, area) in self.areas.iter().enumerate() {
            area.check(&format!("{path}/area[{}]", n + 1), problems);
        }
    }

    fn check_times(&self, at: &dyn Fn(&str) -> String, sent: Time, problems: &mut Problems) {
        let early = self.effective.is_none_or(|effective| effective.unix_us() >= sent.unix_us() - DAY_US);
        problems.must(&at("effective"), early, "not more than a day before sent");
        let Some(expires) = self.expires else { return };
        problems.must(&at("expires"), expires.unix_us() > sent.unix_us(), "later than sent");
        let begin = self.onset.or(self.effective).unwrap_or(sent);
        problems.must(&at("onset"), begin.unix_us() < expires.unix_us(), "earlier than expires");
        let span = expires.unix_us() - begin.unix_us();
        problems.must(&at("expires"), span <= 31 * DAY_US, "not more than 31 days after the beginning");
    }

    fn advise(&self, path: &str, advice: &mut Problems) {
        let at = |name: &str| format!("{path}/{name}");
        let short = self.headline.as_ref().is_none_or(|headline| headline.chars().count() <= 160);
        advice.must(&at("headline"), short, "at most 160 characters");
        let plain = |text: &Option<String>| {
            text.as_ref().is_none_or(|text| !text.contains("</") && !text.contains("/>"))
        };
        advice.must(
            &at("description"),
            plain(&self.description) && plain(&self.instruction),
            "plain text, no markup",
        );
        let calm =
            !self.response_types.contains(&ResponseType::AllClear) || self.urgency != Urgency::Immediate;
        advice.must(&at("urgency"), calm, "an all-clear is not immediate");
        let told = !self.categories.contains(&Category::Security) || self.instruction.is_some();
        advice.must(&at("instruction"), told, "a security alert says what to do");
        let judged = self.urgency != Urgency::Unknown
            || self.severity != Severity::Unknown
            || self.certainty != Certainty::Unknown;
        advice.must(&at("urgency"), judged, "at least one judgement is known");
        for area in &self.areas {
            let coded = area
                .geocodes
                .iter()
                .all(|code| !code.name.trim().is_empty() && !code.value.trim().is_empty());
            advice.must(&at("area"), coded, "a code has a name and a value");
            let placed = !area.polygons.is_empty() || !area.circles.is_empty() || !area.geocodes.is_empty();
            advice.must(&at("area"), placed, "an area has a polygon, a circle or a code");
        }
    }
}

impl Resource {
    fn check(&self, path: &str, problems: &mut Problems) {
        problems.must(path, !self.description.trim().is_empty(), "a resource is described");
        let mime = self.mime_type.split_once('/').is_some_and(|(kind, rest)| {
            is_token(kind) && is_token(rest.split(';').next().unwrap_or_default().trim_end())
        });
        problems.must(path, mime, "a media type is type/subtype");
        let reachable = self.uri.as_ref().is_none_or(|uri| is_absolute(uri) || self.deref_uri.is_some());
        problems.must(path, reachable, "an absolute address, or the content itself");
        problems.must(path, self.deref_uri.as_ref().is_none_or(|text| is_base64(text)), "content is base64");
        let hex = |digest: &String| digest.len() == 40 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        problems.must(path, self.digest.as_ref().is_none_or(hex), "a digest is SHA-1 in hexadecimal");
        let content = self.deref_uri.as_deref().and_then(decode_base64);
        let agrees = content.zip(self.digest.as_ref().filter(|digest| hex(digest)));
        let agrees = agrees.is_none_or(|(content, digest)| sha1_hex(&content).eq_ignore_ascii_case(digest));
        problems.must(path, agrees, "the digest is that of the content");
        for text in [&self.description, &self.mime_type].into_iter().chain(&self.uri) {
            problems.text(path, text);
        }
    }
}

impl Area {
    fn check(&self, path: &str, problems: &mut Problems) {
        problems.must(
            &format!("{path}/areaDesc"),
            !self.description.trim().is_empty(),
            "an area is described",
        );
        problems.text(path, &self.description);
        let polygon = format!("{path}/polygon");
        for ring in &self.polygons {
            problems.must(&polygon, ring.len() >= 4, "at least four points");
            problems.must(&polygon, ring.first() == ring.last(), "the last point is the first");
            problems.must(
                &polygon,
                ring.iter().all(is_on_earth),
                "latitude within 90, longitude within 180 degrees",
            );
            problems.must(&polygon, ring.len() <= MOST_POINTS, "at most 100 points");
            problems.must(
                &polygon,
                ring.len() > MOST_POINTS || !crosses_itself(ring),
                "the line does not cross itself",
            );
        }
        for circle in &self.circles {
            let sound =
                is_on_earth(&circle.center) && circle.radius_km.is_finite() && circle.radius_km >= 0.0;
            problems.must(&format!("{path}/circle"), sound, "a place on Earth and a radius of 0 or more");
        }
        for code in &self.geocodes {
            problems.text(path, &code.name);
            problems.text(path, &code.value);
        }
        let heights = match (self.altitude_ft, self.ceiling_ft) {
            (None, ceiling) => ceiling.is_none(),
            (Some(altitude), None) => altitude.is_finite(),
            (Some(altitude), Some(ceiling)) => {
                altitude.is_finite() && ceiling.is_finite() && ceiling >= altitude
            }
        };
        problems.must(&format!("{path}/ceiling"), heights, "a ceiling stands above an altitude");
    }
}

#[derive(Default)]
struct Problems(Vec<Problem>);

impl Problems {
    fn must(&mut self, path: &str, kept: bool, rule: &'static str) {
        if !kept {
            self.0.push(Problem { path: path.to_owned(), rule });
        }
    }

    fn text(&mut self, path: &str, text: &str) {
        self.must(path, text.chars().all(xml::is_legal), "text holds no control character");
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && !name.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, ',' | '<' | '&' | '"'))
}

/// RFC 5646 shape: a primary subtag of two or three letters (or `x`, `i`),
/// then subtags of up to eight letters and digits.
fn is_language(tag: &str) -> bool {
    let mut subtags = tag.split('-');
    let primary = subtags.next().unwrap_or_default();
    let letters = primary.bytes().all(|byte| byte.is_ascii_alphabetic());
    let known = letters && (matches!(primary.len(), 2 | 3) || matches!(primary, "x" | "X" | "i" | "I"));
    known
        && subtags.all(|subtag| {
            (1..=8).contains(&subtag.len()) && subtag.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

fn is_absolute(uri: &str) -> bool {
    let scheme = uri.split_once(':').map(|(scheme, rest)| (scheme, !rest.is_empty()));
    let sound = matches!(scheme, Some((scheme, true)) if scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.')));
    sound && !uri.contains(|c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"'))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
}

fn is_base64(text: &str) -> bool {
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let body = packed.iter().take_while(|byte| **byte != b'=').count();
    let padding = packed.len() - body;
    let alphabet =
        packed.iter().take(body).all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/'));
    let ended = packed.iter().skip(body).all(|byte| *byte == b'=');
    alphabet && ended && padding <= 2 && packed.len().is_multiple_of(4)
}

/// Decodes base64 with any white space in it; `None` for what is no base64.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    base64::engine::general_purpose::STANDARD.decode(packed).ok()
}

fn sha1_hex(bytes: &[u8]) -> String {
    Sha1::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_on_earth(point: &Point) -> bool {
    (-90.0..=90.0).contains(&point.lat) && (-180.0..=180.0).contains(&point.lon)
}

/// Whether two edges of a ring cross in their inner parts.
fn crosses_itself(ring: &[Point]) -> bool {
    let edges: Vec<(Point, Point)> = ring.iter().copied().zip(ring.iter().copied().skip(1)).collect();
    edges.iter().enumerate().any(|(n, one)| edges.iter().skip(n + 1).any(|other| cross(one, other)))
}

fn cross(one: &(Point, Point), other: &(Point, Point)) -> bool {
    let side = |edge: &(Point, Point), point: &Point| {
        (edge.1.lon - edge.0.lon) * (point.lat - edge.0.lat)
            - (edge.1.lat - edge.0.lat) * (point.lon - edge.0.lon)
    };
    side(one, &other.0) * side(one, &other.1) < 0.0 && side(other, &one.0) * side(other, &one.1) < 0.0
}

const DAY_US: i64 = 86_400_000_000;

/// More points than this are refused by some receivers; simplify before.
const MOST_POINTS: usize = 100;
