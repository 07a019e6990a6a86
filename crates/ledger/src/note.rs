//! Signs texts and opens signed ones.
//!
//! An [`Opened`] note carries a good signature by at least one key that the
//! caller knows, and no wrong one by any of them. Signatures by unknown keys
//! are listed and count for nothing. Deliberately absent: every algorithm but
//! Ed25519, and the encoding of private keys.
//!
//! Source: C2SP signed-note v1.0; RFC 8032.

mod key;

pub use key::{Signer, Verifier};

use crate::{Error, Result, malformed};
use base64::{Engine, prelude::BASE64_STANDARD};
use key::check_name;

/// The largest text, in bytes, that is signed or opened.
pub const MAX_TEXT: usize = 1 << 20;

/// The largest number of signatures on one note.
pub const MAX_SIGNATURES: usize = 16;

/// A signature line, as it stands below a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    /// The name of the key that is said to have signed.
    pub name: String,
    /// The id of that key.
    pub id: u32,
    /// What the algorithm of that key makes of the text; never empty.
    pub bytes: Vec<u8>,
}

/// A note that at least one known key has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    text: String,
    known: Vec<Signature>,
    unknown: Vec<Signature>,
}

impl Opened {
    /// Gives the signed text, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Lists the checked signatures by known keys; never empty, each key once.
    pub fn known(&self) -> &[Signature] {
        &self.known
    }

    /// Lists the signatures by other keys, which nobody has checked.
    pub fn unknown(&self) -> &[Signature] {
        &self.unknown
    }

    /// Tells whether the key of `verifier` has signed.
    pub fn signed_by(&self, verifier: &Verifier) -> bool {
        self.known.iter().any(|signature| verifier.wrote(signature))
    }
}

/// Signs `text` with each key in turn.
///
/// # Errors
///
/// [`Error::Malformed`] if the text does not end in a newline or holds another
/// control character; [`Error::TooLarge`] above [`MAX_TEXT`] or
/// [`MAX_SIGNATURES`]; [`Error::Unsigned`] without a signer.
pub fn sign(text: &str, signers: &[&Signer]) -> Result<String> {
    check_text(text)?;
    if signers.is_empty() {
        return Err(Error::Unsigned);
    }
    if signers.len() > MAX_SIGNATURES {
        return Err(Error::TooLarge { what: "list of signatures", max: MAX_SIGNATURES });
    }
    let mut note = format!("{text}\n");
    for signer in signers {
        note.push_str(&format!("{DASH}{} {}\n", signer.name(), BASE64_STANDARD.encode(signer.sign(text))));
    }
    Ok(note)
}

/// Opens a note that one of `verifiers` has signed.
///
/// # Errors
///
/// [`Error::TooLarge`] above [`MAX_TEXT`] or [`MAX_SIGNATURES`];
/// [`Error::Malformed`] if it is not a note; [`Error::WrongSignature`] if one of
/// the keys is named and did not sign; [`Error::Unsigned`] if none is named.
pub fn open(note: &[u8], verifiers: &[&Verifier]) -> Result<Opened> {
    let (text, signatures) = split(note)?;
    let (mut known, mut unknown) = (Vec::<Signature>::new(), Vec::new());
    for signature in signatures {
        match verifiers.iter().find(|verifier| verifier.wrote(&signature)) {
            None => unknown.push(signature),
            Some(verifier) => {
                verifier.check(text, &signature)?;
                if !known.iter().any(|earlier| verifier.wrote(earlier)) {
                    known.push(signature);
                }
            }
        }
    }
    if known.is_empty() {
        return Err(Error::Unsigned);
    }
    Ok(Opened { text: text.to_owned(), known, unknown })
}

/// Parts the text, with its last newline, from the signature lines.
fn split(note: &[u8]) -> Result<(&str, Vec<Signature>)> {
    if note.len() > MAX_TEXT + MAX_SIGNATURES * MAX_LINE {
        return Err(Error::TooLarge { what: NOTE, max: MAX_TEXT + MAX_SIGNATURES * MAX_LINE });
    }
    let note = str::from_utf8(note).map_err(|_| malformed(NOTE, "not UTF-8"))?;
    let blank = note.rfind("\n\n").ok_or(malformed(NOTE, "no blank line"))?;
    let (text, rest) = note.split_at_checked(blank + 1).ok_or(malformed(NOTE, "no blank line"))?;
    check_text(text)?;
    let lines = rest
        .strip_prefix('\n')
        .and_then(|lines| lines.strip_suffix('\n'))
        .ok_or(malformed(NOTE, "no newline at the end"))?;
    if lines.split('\n').count() > MAX_SIGNATURES {
        return Err(Error::TooLarge { what: "list of signatures", max: MAX_SIGNATURES });
    }
    Ok((text, lines.split('\n').map(read_line).collect::<Result<_>>()?))
}

fn read_line(line: &str) -> Result<Signature> {
    let rest = line.strip_prefix(DASH).ok_or(malformed(NOTE, "no dash before a signature"))?;
    let (name, encoded) = rest.split_once(' ').ok_or(malformed(NOTE, "no signature behind a name"))?;
    check_name(name)?;
    let bytes = BASE64_STANDARD.decode(encoded).map_err(|_| malformed(NOTE, "signature not base64"))?;
    match bytes.split_first_chunk() {
        Some((id, bytes)) if !bytes.is_empty() => {
            Ok(Signature { name: name.to_owned(), id: u32::from_be_bytes(*id), bytes: bytes.to_vec() })
        }
        _ => Err(malformed(NOTE, "signature too short")),
    }
}

fn check_text(text: &str) -> Result<()> {
    if text.len() > MAX_TEXT {
        return Err(Error::TooLarge { what: "text of a note", max: MAX_TEXT });
    }
    if !text.ends_with('\n') {
        return Err(malformed(NOTE, "text without a newline at the end"));
    }
    if text.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
        return Err(malformed(NOTE, "control character"));
    }
    Ok(())
}

const DASH: &str = "\u{2014} ";
/// Room for one signature line; those of post-quantum keys reach 5 kB before base64.
const MAX_LINE: usize = 8 << 10;
const NOTE: &str = "note";

#[cfg(test)]
mod tests;
