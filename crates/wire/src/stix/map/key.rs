//! Ids that only one audience ever sees.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fmt;

/// The secret of one audience, from which the ids of its copies are made.
///
/// Whoever does not hold it cannot tell whether two ids name the same thing.
pub struct Key([u8; 32]);

impl Key {
    /// Takes 32 random bytes that belong to one audience.
    pub const fn new(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// Makes the STIX id of our thing `own`, as an object of type `kind`: the same each time.
    ///
    /// The UUID says that it is random (version 4), and to everybody without the key it is.
    ///
    /// Source: STIX 2.1 section 2.9; RFC 2104; RFC 9562 section 5.4; rule RR-04.
    pub fn id(&self, kind: &str, own: &str) -> String {
        // HMAC takes a key of any length, so this cannot fail; an empty id would be refused by every reader.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(kind.as_bytes());
        mac.update(&[0]);
        mac.update(own.as_bytes());
        let digest = mac.finalize().into_bytes();
        let mut random = [0; 16];
        random.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
        format!("{kind}--{}", uuid::Builder::from_random_bytes(random).into_uuid())
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(…)")
    }
}
