//! Signs texts and opens signed ones.
//!
//! An [`Opened`] note carries a good signature by at least one key that the
//! caller knows, and no wrong one by any of them. Signatures by unknown keys
//! are listed and count for nothing. Deliberately absent: every algorithm but
//! Ed25519, and the encoding of private keys.
//!
//! Source: C2SP signed-note v1.0; RFC 8032.

use crate::{Error, Hash, Result, malformed};
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature as Ed25519, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

/// The largest text, in bytes, that is signed or opened.
pub const MAX_TEXT: usize = 1 << 20;

/// The largest number of signatures on one note.
pub const MAX_SIGNATURES: usize = 16;

/// A private key and the name it signs under.
///
/// Its debug form shows the name and nothing of the key.
pub struct Signer {
    name: String,
    id: u32,
    key: SigningKey,
}

impl Signer {
    /// Makes the key that belongs to 32 secret bytes.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if `name` is empty or holds a space, a plus or a
    /// control character.
    pub fn new(name: &str, seed: &[u8; 32]) -> Result<Self> {
        check_name(name)?;
        let key = SigningKey::from_bytes(seed);
        let id = key_id(name, &key.verifying_key());
        Ok(Self { name: name.to_owned(), id, key })
    }

    /// Tells the name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Gives the public half, for those who will open the notes.
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), id: self.id, key: self.key.verifying_key() }
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("name", &self.name).finish_non_exhaustive()
    }
}

/// A public key and the name it is trusted under.
///
/// Its text form is `name+id+key`: the id as 8 hexadecimal digits, the key as
/// base64 with the algorithm byte in front.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl Verifier {
    /// Takes a raw Ed25519 public key.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if the name is not a key name, or if the bytes are
    /// no public key or one that would accept forged signatures.
    pub fn new(name: &str, public: &[u8; 32]) -> Result<Self> {
        check_name(name)?;
        let key = VerifyingKey::from_bytes(public).map_err(|_| malformed(KEY, "no Ed25519 point"))?;
        if key.is_weak() {
            return Err(malformed(KEY, "a weak Ed25519 point"));
        }
        Ok(Self { name: name.to_owned(), id: key_id(name, &key), key })
    }

    /// Reads `name+id+key`.
    ///
    /// # Errors
    ///
    /// [`Error::Malformed`] if a part is missing or misspelt, the algorithm is
    /// not Ed25519, or the id does not belong to the name and the key.
    pub fn parse(text: &str) -> Result<Self> {
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(malformed(KEY, "not name+id+key"));
        };
        let key = BASE64_STANDARD.decode(key).map_err(|_| malformed(KEY, "key not base64"))?;
        let public = match key.split_first() {
            Some((&ALGORITHM, public)) => {
                public.try_into().map_err(|_| malformed(KEY, "key not 32 bytes"))?
            }
            _ => return Err(malformed(KEY, "algorithm not Ed25519")),
        };
        let verifier = Self::new(name, public)?;
        if format!("{:08x}", verifier.id) == id {
            Ok(verifier)
        } else {
            Err(malformed(KEY, "id of another key"))
        }
    }

    /// Tells the name of the key.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Tells the id, which only distinguishes keys and proves nothing.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Gives the raw public key.
    pub fn public_key(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ALGORITHM], self.key.as_bytes().as_slice()].concat();
        write!(f, "{}+{:08x}+{}", self.name, self.id, BASE64_STANDARD.encode(key))
    }
}

impl FromStr for Verifier {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::parse(text)
    }
}

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
        let signature = signer.key.sign(text.as_bytes()).to_bytes();
        let bytes = [signer.id.to_be_bytes().as_slice(), &signature].concat();
        note.push_str(&format!("{DASH}{} {}\n", signer.name, BASE64_STANDARD.encode(bytes)));
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

impl Verifier {
    /// Tells whether the line names this key; its signature may still be wrong.
    fn wrote(&self, signature: &Signature) -> bool {
        self.name == signature.name && self.id == signature.id
    }

    fn check(&self, text: &str, signature: &Signature) -> Result<()> {
        Ed25519::from_slice(&signature.bytes)
            .and_then(|signature| self.key.verify_strict(text.as_bytes(), &signature))
            .map_err(|_| Error::WrongSignature { name: self.name.clone() })
    }
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

fn check_name(name: &str) -> Result<()> {
    let refused = |c: char| c.is_whitespace() || c == '+' || c < ' ';
    if name.is_empty() || name.contains(refused) {
        return Err(malformed(KEY, "name empty, or with a space, a plus or a control character"));
    }
    Ok(())
}

fn key_id(name: &str, key: &VerifyingKey) -> u32 {
    let hash: Hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', ALGORITHM])
        .chain_update(key.as_bytes())
        .finalize()
        .into();
    let [a, b, c, d, ..] = hash;
    u32::from_be_bytes([a, b, c, d])
}

/// Ed25519, the only signature type that is read and written.
const ALGORITHM: u8 = 0x01;
const DASH: &str = "\u{2014} ";
/// Room for one signature line; those of post-quantum keys reach 5 kB before base64.
const MAX_LINE: usize = 8 << 10;
const NOTE: &str = "note";
const KEY: &str = "note key";

#[cfg(test)]
mod tests;
