//! Reads a mail message into a document.
//!
//! The text is the plain text body, else the HTML body as text. Attachments
//! and forwarded messages are listed by name, type and size; nothing of them
//! is read.
//!
//! Absent on purpose: signatures and trust in any header, `Received` included.
//!
//! Source: RFC 5322; RFC 2045 to 2049, through `mail-parser`.

use crate::article::{DateCandidate, Document, Kind, Part};
use crate::{Error, Limits, Result, html, text};
use mail_parser::{Address, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType};

/// Whether the beginning of a text looks like the header of a mail.
///
/// A `From` together with one more field that only machines write: a memo
/// that begins with "Subject:" stays plain text.
pub(crate) fn looks_like(head: &str) -> bool {
    let mut from = false;
    let mut machine = false;
    for line in head.lines().take_while(|line| !line.trim().is_empty()) {
        if line.starts_with([' ', '\t']) {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else { return false };
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return false;
        }
        let name = name.to_ascii_lowercase();
        from |= name == "from";
        machine |=
            matches!(name.as_str(), "received" | "message-id" | "mime-version" | "return-path" | "date");
    }
    from && machine
}

/// Reads one message.
///
/// # Errors
///
/// The bounds of `limits`; [`Error::Malformed`] if there is no header or no
/// body text; [`Error::Unsupported`] for a message that was encoded and then
/// put into another, which the standard forbids.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Document> {
    limits.admit(bytes)?;
    refuse_crowds(bytes, limits)?;
    refuse_encoded_messages(bytes)?;
    let parser = MessageParser::default();
    let message = parser.parse(bytes).ok_or_else(|| Error::malformed("a mail without header", 0))?;
    let document = if message.headers().is_empty() {
        Err(Error::malformed("a mail without header", 0))
    } else {
        document(&message, limits)
    };
    dismantle(message);
    document
}

fn document(message: &Message<'_>, limits: &Limits) -> Result<Document> {
    if message.parts.len() > limits.entries {
        return Err(Error::TooMany { limit: limits.entries });
    }
    let mut document = Document::new(Kind::Mail, body(message, limits)?);
    document.title = message.subject().and_then(text::line);
    document.author = message.from().and_then(author);
    document.id = message.message_id().and_then(text::line);
    document.language =
        message.header(HeaderName::ContentLanguage).and_then(|value| value.as_text()).and_then(text::line);
    let raw = message.header_raw(HeaderName::Date).unwrap_or_default();
    document.dates.extend(DateCandidate::found("mail date", raw));
    document.parts = message.attachments().map(part).collect();
    Ok(document)
}

fn body(message: &Message<'_>, limits: &Limits) -> Result<String> {
    let mut texts = Vec::new();
    for part in message.text_bodies() {
        match &part.body {
            PartType::Text(text) => {
                limits.admit_text(text)?;
                texts.push(text.replace("\r\n", "\n").trim_end().to_owned());
            }
            PartType::Html(page) => texts.push(html::fragment_text(page, limits)?),
            _ => {}
        }
    }
    let text = texts.join("\n\n");
    limits.admit_text(&text)?;
    if text.contains('\0') {
        return Err(Error::unsupported("the body is no text"));
    }
    Ok(text)
}

fn author(from: &Address<'_>) -> Option<String> {
    let first = from.first()?;
    match (first.name(), first.address()) {
        (Some(name), Some(address)) => text::line(&format!("{name} <{address}>")),
        (name, address) => text::line(name.or(address)?),
    }
}

fn part(part: &MessagePart<'_>) -> Part {
    let media_type = part.content_type().map(|kind| match kind.subtype() {
        Some(subtype) => format!("{}/{subtype}", kind.ctype()),
        None => kind.ctype().to_owned(),
    });
    let size = match &part.body {
        PartType::Message(_) => {
            usize::try_from(part.raw_end_offset().saturating_sub(part.raw_body_offset())).unwrap_or(0)
        }
        _ => part.len(),
    };
    Part {
        name: part.attachment_name().and_then(text::line),
        media_type: media_type.and_then(|kind| text::line(&kind)).unwrap_or_else(|| "text/plain".into()),
        size,
    }
}

/// Refuses more parts than allowed, and types with a crowd of parameters,
/// before anything is built: the parser compares parameters with each other.
fn refuse_crowds(bytes: &[u8], limits: &Limits) -> Result<()> {
    let mut types = 0;
    let mut length = 0;
    for line in bytes.split(|byte| *byte == b'\n') {
        let field = line.trim_ascii_start();
        let begins = TYPED
            .iter()
            .any(|name| field.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)));
        types += usize::from(begins);
        // A folded line goes on; any other line ends the field.
        let folded = line.first().is_some_and(u8::is_ascii_whitespace);
        length = if begins || (folded && length > 0) { length + line.len() } else { 0 };
        if length > LONGEST_TYPE {
            return Err(Error::TooLarge { limit: LONGEST_TYPE });
        }
        if types > limits.entries {
            return Err(Error::TooMany { limit: limits.entries });
        }
    }
    Ok(())
}

/// Refuses a message that hides in an encoding.
///
/// The parser copies a decoded inner message once for each level inside it, so
/// that a small mail can fill the memory. RFC 2046 section 5.2.1 forbids the
/// encoding anyway. A first pass that decodes nothing finds every such part.
fn refuse_encoded_messages(bytes: &[u8]) -> Result<()> {
    let parser =
        MessageParser::default().with_mime_headers().ignore_header(HeaderName::ContentTransferEncoding);
    let Some(message) = parser.parse(bytes) else { return Ok(()) };
    let mut digest = false;
    let mut hidden = false;
    let mut waiting = vec![message];
    let mut bare = false;
    while let Some(message) = waiting.pop() {
        for part in message.parts {
            let kind = part.content_type().map(|kind| {
                (kind.ctype().to_ascii_lowercase(), kind.subtype().unwrap_or_default().to_ascii_lowercase())
            });
            let header =
                bytes.get(part.offset_header as usize..part.offset_body as usize).unwrap_or_default();
            let encoded = [&b"base64"[..], b"quoted-printable"]
                .iter()
                .any(|word| header.windows(word.len()).any(|window| window.eq_ignore_ascii_case(word)));
            match kind {
                Some((kind, subtype)) => {
                    digest |= subtype == "digest";
                    hidden |= encoded && kind == "message" && matches!(subtype.as_str(), "rfc822" | "global");
                }
                None => bare |= encoded,
            }
            if let PartType::Message(inner) = part.body {
                waiting.push(inner);
            }
        }
    }
    // Inside a digest a part without a type is a message.
    if hidden || (digest && bare) {
        Err(Error::unsupported("an encoded message inside a message"))
    } else {
        Ok(())
    }
}

/// Takes nested messages apart one by one: dropping them inside each other
/// would need a stack as deep as the nesting.
fn dismantle(message: Message<'_>) {
    let mut waiting = vec![message];
    while let Some(message) = waiting.pop() {
        for part in message.parts {
            if let PartType::Message(inner) = part.body {
                waiting.push(inner);
            }
        }
    }
}

/// Header fields that have parameters.
const TYPED: [&[u8]; 2] = [b"content-type", b"content-disposition"];

/// Longest such field, in bytes.
const LONGEST_TYPE: usize = 8 * 1024;
