//! Writes a CAP alert that keeps every rule, or nothing.
//!
//! The same alert always gives the same bytes, so that a hash of the file can
//! stand in the ledger.
//!
//! Source: CAP 1.2 section 3.2 (order of elements), section 3.3.4 (escaping).

use super::{Alert, Area, Info, NAMESPACE, Named, Problem, Resource, tokens};
use quick_xml::escape::escape;
use std::fmt::Write as _;

/// Writes an alert as UTF-8 XML.
///
/// # Errors
///
/// Every [`Problem`] of [`Alert::check`].
pub fn write(alert: &Alert) -> Result<String, Vec<Problem>> {
    alert.check()?;
    let mut out = Writer { out: String::new(), depth: 1 };
    let _ = writeln!(out.out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<alert xmlns=\"{NAMESPACE}\">");
    out.value("identifier", &alert.identifier);
    out.value("sender", &alert.sender);
    out.value("sent", &alert.sent.to_string());
    out.value("status", alert.status.as_str());
    out.value("msgType", alert.msg_type.as_str());
    out.optional("source", alert.source.as_ref());
    out.value("scope", alert.scope.as_str());
    out.optional("restriction", alert.restriction.as_ref());
    out.list("addresses", &alert.addresses);
    for code in &alert.codes {
        out.value("code", code);
    }
    out.optional("note", alert.note.as_ref());
    let references: Vec<String> = alert
        .references
        .iter()
        .map(|reference| format!("{},{},{}", reference.sender, reference.identifier, reference.sent))
        .collect();
    out.list("references", &references);
    out.list("incidents", &alert.incidents);
    for info in &alert.infos {
        out.block("info", |out| out.info(info));
    }
    out.out.push_str("</alert>\n");
    Ok(out.out)
}

struct Writer {
    out: String,
    depth: usize,
}

impl Writer {
    fn info(&mut self, info: &Info) {
        self.optional("language", info.language.as_ref());
        for category in &info.categories {
            self.value("category", category.as_str());
        }
        self.value("event", &info.event);
        for response in &info.response_types {
            self.value("responseType", response.as_str());
        }
        self.value("urgency", info.urgency.as_str());
        self.value("severity", info.severity.as_str());
        self.value("certainty", info.certainty.as_str());
        self.optional("audience", info.audience.as_ref());
        self.named("eventCode", &info.event_codes);
        self.optional("effective", info.effective.as_ref());
        self.optional("onset", info.onset.as_ref());
        self.optional("expires", info.expires.as_ref());
        self.optional("senderName", info.sender_name.as_ref());
        self.optional("headline", info.headline.as_ref());
        self.optional("description", info.description.as_ref());
        self.optional("instruction", info.instruction.as_ref());
        self.optional("web", info.web.as_ref());
        self.optional("contact", info.contact.as_ref());
        self.named("parameter", &info.parameters);
        for resource in &info.resources {
            self.block("resource", |out| out.resource(resource));
        }
        for area in &info.areas {
            self.block("area", |out| out.area(area));
        }
    }

    fn resource(&mut self, resource: &Resource) {
        self.value("resourceDesc", &resource.description);
        self.value("mimeType", &resource.mime_type);
        self.optional("size", resource.size.as_ref());
        self.optional("uri", resource.uri.as_ref());
        self.optional("derefUri", resource.deref_uri.as_ref());
        self.optional("digest", resource.digest.as_ref());
    }

    fn area(&mut self, area: &Area) {
        self.value("areaDesc", &area.description);
        for polygon in &area.polygons {
            let points: Vec<String> =
                polygon.iter().map(|point| format!("{},{}", point.lat, point.lon)).collect();
            self.value("polygon", &points.join(" "));
        }
        for circle in &area.circles {
            self.value(
                "circle",
                &format!("{},{} {}", circle.center.lat, circle.center.lon, circle.radius_km),
            );
        }
        self.named("geocode", &area.geocodes);
        self.optional("altitude", area.altitude_ft.as_ref());
        self.optional("ceiling", area.ceiling_ft.as_ref());
    }

    fn block(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.indent();
        let _ = writeln!(self.out, "<{name}>");
        self.depth += 1;
        inside(self);
        self.depth -= 1;
        self.indent();
        let _ = writeln!(self.out, "</{name}>");
    }

    fn value(&mut self, name: &str, value: &str) {
        self.indent();
        // Readers trim, so only a trimmed value comes back as it was written;
        // a bare carriage return would come back as a line feed.
        let value = escape(value.trim()).replace('\r', "&#13;");
        let _ = writeln!(self.out, "<{name}>{value}</{name}>");
    }

    fn optional(&mut self, name: &str, value: Option<&impl ToString>) {
        if let Some(value) = value.map(ToString::to_string).filter(|value| !value.trim().is_empty()) {
            self.value(name, &value);
        }
    }

    fn list(&mut self, name: &str, words: &[String]) {
        if !words.is_empty() {
            self.value(name, &tokens::join(words));
        }
    }

    fn named(&mut self, name: &str, pairs: &[Named]) {
        for pair in pairs {
            self.block(name, |out| {
                out.value("valueName", &pair.name);
                out.value("value", &pair.value);
            });
        }
    }

    fn indent(&mut self) {
        self.out.extend(std::iter::repeat_n("  ", self.depth));
    }
}
