//! Names keys, and signs and checks single lines with them.
//!
//! A name is bound to its key by the key id, so that the same key under another
//! name is another key. Deliberately absent: any way to print a private key.
//!
//! Source: C2SP signed-note v1.0, "Signatures" and "Ed25519 signatures"; the
//! text form of a public key from Go's `golang.org/x/mod/sumdb/note`.

use super::Signature;
use crate::{Error, Hash, Result, malformed};
use base64::{Engine, prelude::BASE64_STANDARD};
use ed25519_dalek::{Signature as Ed25519, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};
use std::fmt;
use std::str::FromStr;

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

    /// Signs a text: the id of the key, then what the algorithm makes of the text.
    pub(super) fn sign(&self, text: &str) -> Vec<u8> {
        [self.id.to_be_bytes().as_slice(), &self.key.sign(text.as_bytes()).to_bytes()].concat()
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

    /// Tells whether the line names this key; its signature may still be wrong.
    pub(super) fn wrote(&self, signature: &Signature) -> bool {
        self.name == signature.name && self.id == signature.id
    }

    /// Checks a line that names this key.
    pub(super) fn check(&self, text: &str, signature: &Signature) -> Result<()> {
        Ed25519::from_slice(&signature.bytes)
            .and_then(|signature| self.key.verify_strict(text.as_bytes(), &signature))
            .map_err(|_| Error::WrongSignature { name: self.name.clone() })
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

/// Refuses a name that would not survive a signature line.
pub(super) fn check_name(name: &str) -> Result<()> {
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
const KEY: &str = "note key";
