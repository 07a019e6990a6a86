//! Passwords of partners' tools, as argon2id.
//!
//! Source: RFC 9106, section 4, second recommended option, with less memory: a password here has 160
//! bits of chance.

use crate::ctx::Ctx;
use crate::error::{Error, Result};
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};

/// Hashes a password with a new salt, in PHC form.
///
/// # Errors
///
/// [`Error::Broken`] if the library fails.
pub fn hash(ctx: &Ctx, password: &str) -> Result<String> {
    let salt = SaltString::encode_b64(&ctx.random::<16>("salt of a password")).map_err(Error::broken)?;
    Ok(argon2()?.hash_password(password.as_bytes(), &salt).map_err(Error::broken)?.to_string())
}

/// Says whether a password belongs to a hash. Takes as long for no hash as for a wrong one.
pub fn verify(password: &str, phc: Option<&str>) -> bool {
    let Ok(argon2) = argon2() else { return false };
    let Ok(hash) = PasswordHash::new(phc.unwrap_or(NOBODY)) else { return false };
    let right = argon2.verify_password(password.as_bytes(), &hash).is_ok();
    right && phc.is_some()
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(Error::broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

const MEMORY_KIB: u32 = 8 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 1;

/// A hash in the same form that no password is known to have.
const NOBODY: &str =
    "$argon2id$v=19$m=8192,t=3,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_has_a_hash_of_the_same_cost_and_no_password() {
        let hash = PasswordHash::new(NOBODY).unwrap();
        let params = Params::try_from(&hash).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        assert!(!verify("", None) && !verify("x", Some(NOBODY)) && !verify("x", Some("no hash")));
    }
}
