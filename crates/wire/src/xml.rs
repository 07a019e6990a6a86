//! Reads small XML documents, bounded and without any document type.
//!
//! A `<!DOCTYPE` is refused before anything else happens, so that no entity
//! can be declared, fetched or multiplied. Only the five predefined entities
//! and character references are resolved. Names are resolved to namespaces.
//!
//! Absent on purpose: validation, mixed content order, processing
//! instructions, comments.
//!
//! Source: XML 1.0 (fifth edition), sections 2.2, 2.8 and 4.1; Namespaces in
//! XML 1.0.

use crate::{Error, Limits, Result};
use quick_xml::NsReader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::ResolveResult;

/// One element with what it holds.
#[derive(Debug, Clone, Default)]
pub(crate) struct Element {
    /// The namespace, empty when there is none.
    pub(crate) namespace: String,
    /// The local name.
    pub(crate) name: String,
    /// Attribute names that are no namespace declarations.
    pub(crate) attributes: Vec<String>,
    /// The text directly inside, without that of children.
    pub(crate) text: String,
    /// The elements inside, in order.
    pub(crate) children: Vec<Element>,
    /// Byte offset of the end of the start tag.
    pub(crate) at: usize,
}

impl Element {
    /// Iterates over the children of one name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// Finds the first child of one name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }
}

/// What a walk over a document reports.
enum Step {
    Open(Element),
    Text(String),
    Close,
}

/// Reads a whole document into a tree.
///
/// # Errors
///
/// [`Error::TooDeep`], [`Error::TooMany`], [`Error::TooLarge`] by `limits`;
/// [`Error::Malformed`] for a document type and everything not well-formed.
pub(crate) fn tree(text: &str, limits: &Limits) -> Result<Element> {
    let mut open: Vec<Element> = Vec::new();
    let mut root = None;
    walk(text, limits, |step| {
        match step {
            Step::Open(element) => open.push(element),
            Step::Text(text) => {
                if let Some(element) = open.last_mut() {
                    element.text.push_str(&text);
                    limits.admit_text(&element.text)?;
                }
            }
            Step::Close => {
                let done = open.pop();
                match (open.last_mut(), done) {
                    (Some(parent), Some(done)) => parent.children.push(done),
                    (None, done) => root = done,
                    (Some(_), None) => {}
                }
            }
        }
        Ok(())
    })?;
    root.ok_or_else(|| Error::malformed("there is no root element", 0))
}

/// Checks a document against `limits` without keeping it.
///
/// # Errors
///
/// As [`tree`].
pub(crate) fn scan(text: &str, limits: &Limits) -> Result<()> {
    refuse_document_type(text)?;
    let mut reader = NsReader::from_str(text);
    let (mut depth, mut count) = (0_usize, 0_usize);
    loop {
        let at = position(&reader);
        match reader.read_event().map_err(|error| Error::malformed(error.to_string(), at))? {
            Event::DocType(_) => return Err(document_type(at)),
            // quick-xml 0.42 panics on one with an encoding when it reads from
            // a stream, as the feed library does; it may be let through to an
            // error of the library once that is one.
            Event::Decl(_) => return Err(late_declaration(at)),
            Event::Start(_) => {
                depth += 1;
                count += 1;
            }
            Event::Empty(_) => count += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return Ok(()),
            _ => {}
        }
        admit(depth, count, limits)?;
    }
}

/// Names the root element, skipping the declaration, comments and white space.
///
/// It looks at no more than the first few thousand bytes.
pub(crate) fn root_name(text: &str) -> Option<String> {
    let mut rest = text.trim_start();
    for _ in 0..MOST_PROLOG {
        let skip = if rest.starts_with("<?") {
            "?>"
        } else if rest.starts_with("<!--") {
            "-->"
        } else if rest.starts_with("<!") {
            ">"
        } else {
            break;
        };
        // The inner part of a document type may hold every other mark.
        let subset = skip == ">" && rest.split('>').next().is_some_and(|start| start.contains('['));
        rest = if subset { rest.split_once(']')?.1 } else { rest };
        rest = rest.split_once(skip)?.1.trim_start();
    }
    let name: String = rest
        .strip_prefix('<')?
        .chars()
        .take_while(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | '-' | '.'))
        .take(LONGEST_NAME)
        .collect();
    let local = name.rsplit(':').next().unwrap_or_default().to_owned();
    Some(local).filter(|local| !local.is_empty())
}

/// Names the encoding of an XML declaration.
pub(crate) fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..bytes.len().min(200))?).into_owned();
    let declaration =
        head.trim_start_matches('\u{feff}').strip_prefix("<?xml")?.split("?>").next()?.to_owned();
    let value = declaration.split_once("encoding")?.1.split(['"', '\'']).nth(1)?.to_owned();
    Some(value)
}

/// Removes an XML declaration, for text that was decoded already.
pub(crate) fn without_declaration(text: &str) -> &str {
    let start = text.trim_start();
    let declared = start.strip_prefix("<?xml").filter(|rest| rest.starts_with(char::is_whitespace));
    match declared.and_then(|rest| rest.split_once("?>")) {
        Some((_, rest)) => rest,
        None => start,
    }
}

/// Whether XML 1.0 allows the character.
pub(crate) fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && c != '\u{fffe}' && c != '\u{ffff}')
}

fn walk(text: &str, limits: &Limits, mut visit: impl FnMut(Step) -> Result<()>) -> Result<()> {
    refuse_document_type(text)?;
    if let Some((at, _)) = text.char_indices().find(|(_, c)| !is_legal(*c)) {
        return Err(Error::malformed("a character that XML forbids", at));
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().check_comments = true;
    let (mut depth, mut count, mut closed) = (0_usize, 0_usize, false);
    loop {
        let at = position(&reader);
        let (resolved, event) =
            reader.read_resolved_event().map_err(|error| Error::malformed(error.to_string(), at))?;
        let namespace = match resolved {
            ResolveResult::Bound(namespace) => namespace.0.to_owned(),
            ResolveResult::Unbound => String::new(),
            ResolveResult::Unknown(_) => return Err(Error::malformed("an undeclared namespace prefix", at)),
        };
        match event {
            Event::Start(tag) => {
                if depth == 0 && closed {
                    return Err(Error::malformed("a second root element", at));
                }
                depth += 1;
                count += 1;
                admit(depth, count, limits)?;
                visit(Step::Open(element(namespace, &tag, at)?))?;
            }
            Event::Empty(tag) => {
                if depth == 0 && closed {
                    return Err(Error::malformed("a second root element", at));
                }
                count += 1;
                admit(depth + 1, count, limits)?;
                visit(Step::Open(element(namespace, &tag, at)?))?;
                visit(Step::Close)?;
                closed |= depth == 0;
            }
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                closed |= depth == 0;
                visit(Step::Close)?;
            }
            Event::Text(text) => {
                if depth == 0 && !text.trim().is_empty() {
                    return Err(Error::malformed("text outside the root element", at));
                }
                visit(Step::Text(text.xml10_content().into_owned()))?;
            }
            Event::CData(text) => {
                if depth == 0 {
                    return Err(Error::malformed("text outside the root element", at));
                }
                visit(Step::Text(text.xml10_content().into_owned()))?;
            }
            Event::GeneralRef(reference) => {
                if depth == 0 {
                    return Err(Error::malformed("text outside the root element", at));
                }
                visit(Step::Text(resolve(&reference, at)?.to_string()))?;
            }
            Event::DocType(_) => return Err(document_type(at)),
            Event::Eof if depth > 0 => {
                return Err(Error::malformed("the document ends inside an element", at));
            }
            Event::Eof => return Ok(()),
            Event::Decl(_) => return Err(late_declaration(at)),
            Event::Comment(_) | Event::PI(_) => {}
        }
    }
}

fn element(namespace: String, tag: &BytesStart<'_>, at: usize) -> Result<Element> {
    let mut attributes = Vec::new();
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|error| Error::malformed(error.to_string(), at))?;
        attribute
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| Error::malformed(error.to_string(), at))?;
        let name = attribute.key.0;
        if name != "xmlns" && !name.starts_with("xmlns:") && !name.starts_with("xsi:") {
            attributes.push(name.to_owned());
        }
    }
    let name = tag.local_name().into_inner().to_owned();
    Ok(Element { namespace, name, attributes, at, ..Element::default() })
}

fn resolve(reference: &BytesRef<'_>, at: usize) -> Result<char> {
    let named = match &**reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => reference.resolve_char_ref().map_err(|error| Error::malformed(error.to_string(), at))?,
    };
    named.filter(|c| is_legal(*c)).ok_or_else(|| Error::malformed("an undeclared entity", at))
}

fn refuse_document_type(text: &str) -> Result<()> {
    // The parser would meet it too; this says so before any other work, and
    // also for a document type that hides behind a mistake.
    let prolog = text.find("<!DOCTYPE").or_else(|| text.find("<!ENTITY"));
    match prolog {
        Some(at) if !inside_literal(text, at) => Err(document_type(at)),
        _ => Ok(()),
    }
}

/// Whether the place lies in a comment or a CDATA section.
fn inside_literal(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let open = |start: &str, end: &str| match (before.rfind(start), before.rfind(end)) {
        (Some(start), Some(end)) => start > end,
        (Some(_), None) => true,
        (None, _) => false,
    };
    open("<![CDATA[", "]]>") || open("<!--", "-->")
}

fn document_type(at: usize) -> Error {
    Error::malformed("a document type or entity declaration is not accepted", at)
}

fn late_declaration(at: usize) -> Error {
    Error::malformed("an XML declaration that is not at the beginning", at)
}

fn admit(depth: usize, count: usize, limits: &Limits) -> Result<()> {
    if depth > limits.xml_depth {
        return Err(Error::TooDeep { limit: limits.xml_depth });
    }
    if count > limits.elements {
        return Err(Error::TooMany { limit: limits.elements });
    }
    Ok(())
}

fn position(reader: &NsReader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// Comments and instructions that may stand before the root element.
const MOST_PROLOG: usize = 50;

/// Longest element name that is looked at.
const LONGEST_NAME: usize = 100;
