//! Signs what goes to a webhook, so that its receiver can tell it from anybody else's.
//!
//! The signature is over the message's id, the time of the attempt and the body. Ed25519 (`v1a`) always:
//! the receiver holds a public key and nothing that could be stolen from it. HMAC (`v1`) beside it only
//! for a receiver whose library knows no other.
//!
//! Source: Standard Webhooks 1.0.0, sections "Signature scheme" and "Webhook headers"; RFC 8032; RFC 2104.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer, SigningKey};
use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// Signs messages to webhooks.
pub struct Key {
    ed25519: SigningKey,
    secret: Option<Vec<u8>>,
}

impl Key {
    /// Derives the key from a node's seed, so that it is not the key the node signs envelopes with.
    pub fn derived(seed: &[u8; 32]) -> Self {
        let digest: [u8; 32] =
            Sha256::new().chain_update(b"aldis webhook\0").chain_update(seed).finalize().into();
        Self { ed25519: SigningKey::from_bytes(&digest), secret: None }
    }

    /// Adds a secret shared with receivers, written `whsec_` and base64.
    ///
    /// # Errors
    ///
    /// Says what is wrong if it is not written so, or holds fewer than 24 or more than 64 bytes.
    pub fn with_secret(mut self, text: &str) -> Result<Self, String> {
        let wrong = || "a webhook secret is whsec_ and 24 to 64 bytes in base64".to_owned();
        let body = text.trim().strip_prefix("whsec_").ok_or_else(wrong)?;
        let secret = STANDARD.decode(body).map_err(|_| wrong())?;
        if !(24..=64).contains(&secret.len()) {
            return Err(wrong());
        }
        self.secret = Some(secret);
        Ok(self)
    }

    /// Returns the public key to hand to receivers: `whpk_` and base64.
    pub fn public(&self) -> String {
        format!("whpk_{}", STANDARD.encode(self.ed25519.verifying_key().as_bytes()))
    }

    /// Returns the value of `webhook-signature`. `at_s` is the time of the attempt in seconds since 1970.
    pub fn sign(&self, id: &str, at_s: i64, body: &str) -> String {
        let signed = format!("{id}.{at_s}.{body}");
        let signature = self.ed25519.sign(signed.as_bytes());
        let mut value = format!("v1a,{}", STANDARD.encode(signature.to_bytes()));
        // A key of any length is taken; the error of this constructor cannot happen.
        if let Some(mut mac) = self.secret.as_deref().and_then(|key| Hmac::<Sha256>::new_from_slice(key).ok())
        {
            mac.update(signed.as_bytes());
            value.push_str(&format!(" v1,{}", STANDARD.encode(mac.finalize().into_bytes())));
        }
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ed25519_dalek::{Signature, VerifyingKey};

    #[test]
    fn the_public_key_verifies_exactly_what_was_signed() {
        let key = Key::derived(&[7; 32]);
        let public = STANDARD.decode(key.public().strip_prefix("whpk_").unwrap()).unwrap();
        let public = VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();
        let value = key.sign("msg_1", 1_935_000_000, "{}");
        let bytes = STANDARD.decode(value.strip_prefix("v1a,").unwrap()).unwrap();
        let signature = Signature::from_slice(&bytes).unwrap();
        assert!(public.verify_strict(b"msg_1.1935000000.{}", &signature).is_ok());
        for other in ["msg_2.1935000000.{}", "msg_1.1935000001.{}", "msg_1.1935000000.{ }"] {
            assert!(public.verify_strict(other.as_bytes(), &signature).is_err(), "{other}");
        }
        assert_ne!(key.public(), Key::derived(&[8; 32]).public());
    }

    /// The example of the specification's own libraries, which has been the same since 2021.
    #[test]
    fn the_shared_secret_gives_the_known_signature() {
        let key = Key::derived(&[7; 32]).with_secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let value = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert!(value.ends_with(" v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="), "{value}");
    }

    #[test]
    fn a_secret_in_another_form_is_refused() {
        for text in ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%"] {
            assert!(Key::derived(&[7; 32]).with_secret(text).is_err(), "{text}");
        }
    }
}
