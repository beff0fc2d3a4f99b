//! What the provider says about somebody, and who that is here.

use chrono::{DateTime, NaiveDateTime, TimeDelta};
use openidconnect::core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm};
use openidconnect::{AdditionalClaims, EmptyExtraTokenFields, IdToken, IdTokenClaims, IdTokenFields};
use orm::field::storable;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::OidcConfig;

/// The claims that no standard names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OtherClaims {
    #[serde(flatten)]
    all: Map<String, Value>,
}

impl AdditionalClaims for OtherClaims {}

/// A signed JWT: an ID token, or an access token for a service.
pub(super) type Jwt = IdToken<OtherClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
/// The claims of a [`Jwt`] whose signature is right.
pub(super) type Claims = IdTokenClaims<OtherClaims, CoreGenderClaim>;
/// What the provider answers with an access token.
pub(super) type Fields = IdTokenFields<
    OtherClaims,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;

/// The most characters of a login.
const LONGEST_LOGIN: usize = 200;

/// Who somebody is.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    /// The login of the user.
    pub(super) login: String,
    /// What a new user is called.
    pub(super) name: String,
    /// Until when the provider vouches for it.
    pub(super) expires: NaiveDateTime,
}

/// Whether the claims lack one that [`identity`] needs: browsers' logins then ask the provider for more.
pub(super) fn lacks(config: &OidcConfig, claims: &Map<String, Value>) -> bool {
    let needs_verified = config.claim == "email" && !config.unverified_email;
    !claims.contains_key(&config.claim) || (needs_verified && !claims.contains_key("email_verified"))
}

/// Who the claims tell of.
///
/// # Errors
/// When they do not tell it, or the address is not verified; when they are not valid yet.
pub(super) fn identity(
    config: &OidcConfig,
    claims: &Map<String, Value>,
    expires: NaiveDateTime,
    now: NaiveDateTime,
) -> Result<Identity, String> {
    if let Some(from) = claims.get("nbf") {
        let from = from
            .as_f64()
            .and_then(|seconds| DateTime::from_timestamp(seconds as i64, 0));
        let from = from.ok_or("its claim `nbf` is no time")?.naive_utc();
        if later(now, config.leeway) < from {
            return Err("it is not valid yet".to_owned());
        }
    }
    let claim = &config.claim;
    let login = match claims.get(claim) {
        Some(Value::String(login)) => login,
        Some(_) => return Err(format!("its claim `{claim}` is no text")),
        None => return Err(format!("it has no claim `{claim}`")),
    };
    let length = login.chars().count();
    if !(1..=LONGEST_LOGIN).contains(&length) || login.contains(char::is_control) || storable(login).is_err() {
        return Err(format!(
            "its claim `{claim}` is no login: a line of 1 to {LONGEST_LOGIN} characters"
        ));
    }
    if claim == "email" && !config.unverified_email && claims.get("email_verified") != Some(&Value::Bool(true)) {
        return Err("the provider has not verified the mail address".to_owned());
    }
    let name = claims.get("name").and_then(Value::as_str).map(str::trim);
    let name = name.filter(|name| !name.is_empty() && !name.contains(char::is_control) && storable(name).is_ok());
    Ok(Identity {
        // Providers write addresses as somebody typed them; the case does not tell two apart.
        login: if claim == "email" {
            login.to_lowercase()
        } else {
            login.clone()
        },
        name: name.unwrap_or(login).to_owned(),
        expires: later(expires, config.leeway),
    })
}

/// The claims as JSON, the standard ones too.
pub(super) fn all(claims: &impl Serialize) -> Result<Map<String, Value>, String> {
    match serde_json::to_value(claims) {
        Ok(Value::Object(claims)) => Ok(claims),
        Ok(_) => Err("its claims are no object".to_owned()),
        Err(error) => Err(format!("its claims cannot be read: {error}")),
    }
}

/// So much later, or the last time that there is.
fn later(time: NaiveDateTime, by: TimeDelta) -> NaiveDateTime {
    time.checked_add_signed(by).unwrap_or(NaiveDateTime::MAX)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn login(config: &OidcConfig, claims: Value) -> Result<String, String> {
        let now = DateTime::from_timestamp(1_000_000, 0).unwrap().naive_utc();
        let Value::Object(claims) = claims else { unreachable!() };
        identity(config, &claims, now, now).map(|identity| identity.login)
    }

    #[test]
    fn a_mail_address_is_verified_unless_the_settings_say_otherwise() {
        let mut config = OidcConfig::new("https://login.example");
        let ann = json!({"email": "Ann@X.example", "email_verified": true});
        assert_eq!(login(&config, ann).unwrap(), "ann@x.example");
        for wrong in [
            json!({"email": "ann@x.example"}),
            json!({"email": "ann@x.example", "email_verified": false}),
            json!({"email": "ann@x.example", "email_verified": "true"}),
            json!({"email": "", "email_verified": true}),
            json!({"email": "a\nb", "email_verified": true}),
            json!({"email": ["ann@x.example"], "email_verified": true}),
            json!({"email_verified": true}),
        ] {
            assert!(login(&config, wrong.clone()).is_err(), "{wrong}");
        }
        config.unverified_email = true;
        assert!(login(&config, json!({"email": "ann@x.example"})).is_ok());
        config.claim = "preferred_username".to_owned();
        assert_eq!(login(&config, json!({"preferred_username": "ann"})).unwrap(), "ann");
    }

    #[test]
    fn claims_may_be_valid_later_only() {
        let mut config = OidcConfig::new("https://login.example");
        config.claim = "sub".to_owned();
        let valid = |nbf: Value| login(&config, json!({"sub": "ann", "nbf": nbf})).is_ok();
        assert_eq!(
            [json!(1_000_060), json!(1_000_061), json!(1_000_000.5), json!("now")].map(valid),
            [true, false, true, false]
        );
    }
}
