//! Logins by an identity provider (OpenID Connect): `DECLAREST_OIDC_ISSUER`, `DECLAREST_OIDC_CLIENT_ID`,
//! `DECLAREST_OIDC_CLIENT_SECRET` (or `…_FILE`), `DECLAREST_PUBLIC_URL`, `DECLAREST_OIDC_SCOPES`,
//! `DECLAREST_OIDC_RETURN_TO`, `DECLAREST_OIDC_AUDIENCE`, `DECLAREST_OIDC_DATABASE`, `DECLAREST_OIDC_CLAIM`,
//! `DECLAREST_OIDC_UNVERIFIED_EMAIL`, `DECLAREST_OIDC_CREATE_USERS`, `DECLAREST_OIDC_GROUPS`, `DECLAREST_OIDC_LEEWAY`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::TimeDelta;
use openidconnect::url::{Host, Url};

use super::DatabaseConfig;
use crate::failure::Failure;

/// How users log in by an identity provider.
#[derive(Debug, Clone)]
pub struct OidcConfig {
    /// The provider: exactly what it calls itself in the claim `iss`.
    pub issuer: String,
    /// What a browser's login needs; without it there are none.
    pub client: Option<OidcClient>,
    /// The claim `aud` of the JWTs that are taken as access tokens; without it none are.
    pub audience: Option<String>,
    /// The name of the database whose users log in; needed where there are several.
    pub database: Option<String>,
    /// The claim that has the login of the user.
    pub claim: String,
    /// Whether an address is taken that the provider has not verified, where the claim is `email`.
    pub unverified_email: bool,
    /// Whether a user is created who is not there yet.
    pub create_users: bool,
    /// The full names of the groups that such a user gets.
    pub groups: Vec<String>,
    /// How far the clocks of server and provider may be apart.
    pub leeway: TimeDelta,
    /// The provider is asked for its keys no more often than this, whatever the JWTs say that come.
    pub refresh: Duration,
}

/// What a browser's login needs: this server as a client of the provider.
#[derive(Debug, Clone)]
pub struct OidcClient {
    /// What the provider calls this server.
    pub id: String,
    /// Its password at the provider; a public client has none.
    pub secret: Option<ClientSecret>,
    /// The URL of this server as browsers see it, where the provider sends them back.
    pub public_url: Url,
    /// What is asked of the provider, besides `openid`.
    pub scopes: Vec<String>,
    /// The pages to which a browser may be sent with its new token.
    pub return_to: Vec<Url>,
}

/// A password. It is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientSecret(pub String);

/// The password in a file.
#[derive(Debug, Clone)]
pub struct ClientSecretFile(pub ClientSecret);

impl OidcConfig {
    /// Default of [`OidcConfig::claim`].
    pub const CLAIM: &str = "email";
    /// Default of [`OidcClient::scopes`].
    pub const SCOPES: &str = "email,profile";
    /// Default of [`OidcConfig::leeway`], in seconds.
    pub const LEEWAY: u32 = 60;
    /// Default of [`OidcConfig::refresh`].
    pub const REFRESH: Duration = Duration::from_secs(10);

    /// Settings for a provider: neither browsers nor JWTs yet, everything else at its default.
    pub fn new(issuer: impl Into<String>) -> Self {
        OidcConfig {
            issuer: issuer.into(),
            client: None,
            audience: None,
            database: None,
            claim: Self::CLAIM.to_owned(),
            unverified_email: false,
            create_users: false,
            groups: Vec::new(),
            leeway: TimeDelta::seconds(Self::LEEWAY.into()),
            refresh: Self::REFRESH,
        }
    }

    /// Checks what can be said without the provider and the databases.
    ///
    /// # Errors
    /// When the settings do not fit together.
    pub(super) fn check(&self, databases: &[DatabaseConfig]) -> Result<(), Failure> {
        if self.client.is_none() && self.audience.is_none() {
            return Err(Failure::new(
                "--oidc-issuer needs --oidc-client-id, for browsers, or --oidc-audience, for JWTs of services, or both",
            ));
        }
        if !self.groups.is_empty() && !self.create_users {
            return Err(Failure::new(
                "--oidc-groups is for users whom --oidc-create-users creates",
            ));
        }
        match &self.database {
            None if databases.len() > 1 => Err(Failure::new(
                "there are several databases: --oidc-database NAME says whose users log in by the identity provider",
            )),
            Some(name) if !databases.iter().any(|database| database.name == *name) => {
                let names: Vec<&str> = databases.iter().map(|database| database.name.as_str()).collect();
                let near = orm::error::nearest(name, names);
                Err(Failure::new(format!(
                    "--oidc-database: there is no database {name:?}{near}"
                )))
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// Reads a URL that no one in between can read or change: `https`, or `http` to this machine.
///
/// # Errors
/// When it is something else, or has a user, a query or a fragment.
pub(crate) fn safe_url(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "write a URL: https://HOST or https://HOST/PATH")?;
    let local = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    if !(url.scheme() == "https" || url.scheme() == "http" && local) {
        return Err("write https://…; http:// only leads to this machine itself");
    }
    if !url.username().is_empty() || url.password().is_some() || url.query().is_some() || url.fragment().is_some() {
        return Err("the URL has no user, no `?` and no `#`");
    }
    Ok(url)
}

/// Reads the URL of a provider, which is kept as it is written: the claim `iss` must be the same text.
///
/// # Errors
/// As [`safe_url`].
pub(crate) fn issuer(text: &str) -> Result<String, &'static str> {
    safe_url(text).map(|_| text.to_owned())
}

impl FromStr for ClientSecret {
    type Err = Failure;

    fn from_str(text: &str) -> Result<Self, Failure> {
        match text {
            "" => Err(Failure::new("it is empty")),
            secret => Ok(ClientSecret(secret.to_owned())),
        }
    }
}

impl FromStr for ClientSecretFile {
    type Err = Failure;

    /// Reads the file at this path; a line break at its end is left out.
    fn from_str(path: &str) -> Result<Self, Failure> {
        let text =
            std::fs::read_to_string(path).map_err(|error| Failure::new(format!("it cannot be read: {error}")))?;
        text.trim_end_matches(['\r', '\n']).parse().map(ClientSecretFile)
    }
}

impl fmt::Debug for ClientSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_lead_where_nobody_reads_along() {
        for right in [
            "https://login.example",
            "https://login.example/realms/a",
            "http://127.0.0.1:8080",
            "http://localhost:8069/app",
            "http://[::1]:80",
        ] {
            assert!(safe_url(right).is_ok(), "{right}");
            assert_eq!(issuer(right).unwrap(), right);
        }
        for wrong in [
            "login.example",
            "http://login.example",
            "http://127.0.0.1.example",
            "https://u:p@login.example",
            "https://login.example?x",
            "https://login.example#x",
            "file:///etc",
        ] {
            assert!(safe_url(wrong).is_err(), "{wrong}");
        }
    }
}
