//! Password hashes: Argon2id with the parameters that the `argon2` crate recommends.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};

use crate::failure::Failure;

/// A dummy hash that belongs to no password, with the parameters of [`hash`]. The password of an unknown user is
/// checked against it, so that such a login takes as long as any other.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IGhhcyBpdCE$r7hQ0bkMlbeQ9CWfY2YS5q2jOMTWOSTBB1ioyHSXpk4";

/// Hashes a password with a new random salt.
///
/// # Errors
/// When the system has no randomness.
pub(crate) fn hash(password: &str) -> Result<String, Failure> {
    let hash: Result<PasswordHash, _> = Argon2::default().hash_password(password.as_bytes());
    hash.map(|hash| hash.to_string())
        .map_err(|error| Failure::new(format!("the password cannot be hashed: {error}")))
}

/// What the check of a password against a stored hash says.
#[derive(Debug)]
pub(super) struct Checked {
    /// The password is right.
    pub(super) right: bool,
    /// The hash to store instead, if the password is right and the stored hash has other parameters than new ones.
    pub(super) rehashed: Option<String>,
}

/// Checks a password. Without a hash it is wrong, after the same time as with one.
pub(super) fn check(password: &str, stored: Option<&str>) -> Checked {
    let right = verify(password, stored);
    let outdated = right && stored.is_some_and(|stored| !is_current(stored));
    Checked {
        right,
        // Without randomness the stored hash stays: it is right, too.
        rehashed: outdated.then(|| hash(password).ok()).flatten(),
    }
}

/// Whether a hash has the algorithm, the parameters and the length of those that [`hash`] makes, which are those of
/// [`NOBODY`].
fn is_current(stored: &str) -> bool {
    let (Ok(stored), Ok(new)) = (PasswordHash::new(stored), PasswordHash::new(NOBODY)) else {
        return false;
    };
    let length = |hash: &PasswordHash| hash.hash.as_ref().map(|hash| hash.len());
    (stored.algorithm, stored.version) == (new.algorithm, new.version)
        && stored.params == new.params
        && length(&stored) == length(&new)
}

/// The longest password in bytes. The shortest one has a character.
pub(crate) const LONGEST: usize = 1_000;

/// Whether `password` has this hash. Without a hash the answer is false, after the same time as with one.
pub(crate) fn verify(password: &str, hash: Option<&str>) -> bool {
    let known = hash.and_then(|hash| PasswordHash::new(hash).ok());
    let right = match known
        .as_ref()
        .map_or_else(|| PasswordHash::new(NOBODY), |hash| Ok(hash.clone()))
    {
        Ok(hash) => Argon2::default().verify_password(password.as_bytes(), &hash).is_ok(),
        Err(_) => false,
    };
    right && known.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_fits_its_password_only() {
        let hash = hash("admin@123").unwrap();
        assert!(verify("admin@123", Some(&hash)));
        assert!(!verify("admin@124", Some(&hash)));
        assert!(!verify("admin@123", None));
        assert!(!verify("admin@123", Some("no hash")));
    }

    #[test]
    fn a_hash_with_other_parameters_is_made_anew() {
        let weaker = Argon2::new(
            Default::default(),
            Default::default(),
            argon2::Params::new(8, 1, 1, None).unwrap(),
        );
        let weaker: PasswordHash = weaker.hash_password(b"admin@123").unwrap();
        let weaker = weaker.to_string();
        assert!(!check("admin@124", Some(&weaker)).right && check("admin@124", Some(&weaker)).rehashed.is_none());
        let checked = check("admin@123", Some(&weaker));
        let rehashed = checked.rehashed.unwrap();
        assert!(checked.right && rehashed != weaker);
        let checked = check("admin@123", Some(&rehashed));
        assert!(checked.right && checked.rehashed.is_none());
    }

    #[test]
    fn nobody_costs_what_a_user_costs() {
        let (nobody, user) = (PasswordHash::new(NOBODY).unwrap(), hash("x").unwrap());
        let user = PasswordHash::new(&user).unwrap();
        assert_eq!(nobody.params, user.params);
        assert_eq!((nobody.algorithm, nobody.version), (user.algorithm, user.version));
        assert_eq!(nobody.hash.map(|hash| hash.len()), user.hash.map(|hash| hash.len()));
    }
}
