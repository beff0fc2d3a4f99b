//! Cursors as callers see them: encrypted and authenticated, because they tell the values that records are sorted by,
//! which the caller may not be allowed to see, and so that nobody makes one up.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use orm::db::Session;
use orm::error::{Error, Result};
use orm::query::START;
use sha2::{Digest as _, Sha256};

use crate::auth::cursor_secret;

/// The most bytes of a cursor before it is encrypted: URLs have a limit.
const LONGEST: usize = 2_000;
/// The length of the random number in front of each.
const NONCE: usize = 24;

/// Seals and opens the cursors of one list: those of another list, order or user are not accepted.
pub(super) struct Sealer {
    cipher: XChaCha20Poly1305,
    list: String,
}

impl Sealer {
    /// For a list, told by what distinguishes it from others.
    ///
    /// # Errors
    /// When the secret of the database cannot be read.
    pub(super) fn new(session: &mut Session, list: String) -> Result<Self> {
        let key: [u8; 32] = Sha256::digest(cursor_secret(session)?).into();
        Ok(Sealer {
            cipher: XChaCha20Poly1305::new(&key.into()),
            list,
        })
    }

    /// The cursor for a place in the list.
    ///
    /// # Errors
    /// 400 when it would be too long.
    pub(super) fn seal(&self, place: &str) -> Result<String> {
        if place.len() > LONGEST {
            let why = "the values that this list is sorted by are too long for a cursor: sort by others";
            return Err(Error::parameter("order", why));
        }
        let nonce: [u8; NONCE] = rand::random();
        let message = Payload {
            msg: place.as_bytes(),
            aad: self.list.as_bytes(),
        };
        let sealed = self.cipher.encrypt(&XNonce::from(nonce), message);
        let sealed = sealed.map_err(|_| Error::internal("a cursor was not sealed"))?;
        Ok(BASE64.encode([&nonce[..], &sealed].concat()))
    }

    /// The place that a cursor stands for; [`START`] is the beginning.
    ///
    /// # Errors
    /// 400 when it is no cursor of this list.
    pub(super) fn open(&self, cursor: &str) -> Result<String> {
        if cursor == START {
            return Ok(cursor.to_owned());
        }
        let place = BASE64.decode(cursor).ok().and_then(|bytes| {
            let (nonce, sealed) = bytes.split_first_chunk::<NONCE>()?;
            let message = Payload {
                msg: sealed,
                aad: self.list.as_bytes(),
            };
            let place = self.cipher.decrypt(&XNonce::from(*nonce), message).ok()?;
            String::from_utf8(place).ok()
        });
        place.ok_or_else(|| {
            let why = format!("this is no cursor of this list in this order: begin anew with `cursor={START}`");
            Error::parameter("cursor", why)
        })
    }
}
