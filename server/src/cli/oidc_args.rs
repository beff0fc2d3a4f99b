//! The settings of `serve` about logins by an identity provider (OpenID Connect).

use chrono::TimeDelta;
use clap::Args;
use clap::builder::BoolishValueParser;
use openidconnect::url::Url;

use crate::config::{ClientSecret, ClientSecretFile, OidcClient, OidcConfig, issuer, safe_url};
use crate::failure::Failure;

#[derive(Debug, Args)]
pub(super) struct OidcArgs {
    /// The identity provider by which users may log in, exactly as it calls itself.
    #[arg(long, env = "DECLAREST_OIDC_ISSUER", value_name = "URL", value_parser = issuer)]
    oidc_issuer: Option<String>,
    /// This server's id at the provider, for the logins of browsers.
    #[arg(long, env = "DECLAREST_OIDC_CLIENT_ID", value_name = "ID")]
    oidc_client_id: Option<String>,
    /// This server's password at the provider; a public client has none.
    #[arg(
        long,
        env = "DECLAREST_OIDC_CLIENT_SECRET",
        hide_env_values = true,
        value_name = "SECRET",
        conflicts_with = "oidc_client_secret_file"
    )]
    oidc_client_secret: Option<ClientSecret>,
    /// A file with the value of `--oidc-client-secret`.
    #[arg(
        long,
        env = "DECLAREST_OIDC_CLIENT_SECRET_FILE",
        value_name = "FILE",
        conflicts_with = "oidc_client_secret"
    )]
    oidc_client_secret_file: Option<ClientSecretFile>,
    /// The URL of this server as browsers see it. The provider sends them back to `/rest/api/login/oidc/callback` there.
    #[arg(long, env = "DECLAREST_PUBLIC_URL", value_name = "URL", value_parser = safe_url)]
    public_url: Option<Url>,
    /// What is asked of the provider, besides `openid`.
    #[arg(long, env = "DECLAREST_OIDC_SCOPES", value_name = "SCOPE,…", value_delimiter = ',',
          default_value = OidcConfig::SCOPES)]
    oidc_scopes: Vec<String>,
    /// The pages to which a browser may be sent with its new token; by default none.
    #[arg(long, env = "DECLAREST_OIDC_RETURN_TO", value_name = "URL,…", value_delimiter = ',', value_parser = safe_url)]
    oidc_return_to: Vec<Url>,
    /// Take JWTs of the provider for this audience as access tokens, for services.
    #[arg(long, env = "DECLAREST_OIDC_AUDIENCE", value_name = "AUDIENCE")]
    oidc_audience: Option<String>,
    /// The database whose users log in by the provider, where there are several.
    #[arg(long, env = "DECLAREST_OIDC_DATABASE", value_name = "NAME")]
    oidc_database: Option<String>,
    /// The claim that has the login of the user.
    #[arg(long, env = "DECLAREST_OIDC_CLAIM", value_name = "CLAIM", default_value = OidcConfig::CLAIM)]
    oidc_claim: String,
    /// Take a mail address that the provider has not verified.
    #[arg(long, env = "DECLAREST_OIDC_UNVERIFIED_EMAIL", value_parser = BoolishValueParser::new())]
    oidc_unverified_email: bool,
    /// Create a user at the first login.
    #[arg(long, env = "DECLAREST_OIDC_CREATE_USERS", value_parser = BoolishValueParser::new())]
    oidc_create_users: bool,
    /// The groups, by their full names, of the users whom `--oidc-create-users` creates.
    #[arg(long, env = "DECLAREST_OIDC_GROUPS", value_name = "GROUP,…", value_delimiter = ',')]
    oidc_groups: Vec<String>,
    /// Seconds by which the clocks of server and provider may differ.
    #[arg(long, env = "DECLAREST_OIDC_LEEWAY", value_name = "SECONDS", default_value_t = OidcConfig::LEEWAY,
          value_parser = clap::value_parser!(u32).range(0..=600))]
    oidc_leeway: u32,
}

impl OidcArgs {
    /// The settings, if there is a provider.
    ///
    /// # Errors
    /// When one of them needs another one that is not given.
    pub(super) fn config(self) -> Result<Option<OidcConfig>, Failure> {
        let needs = |option: &str, other: &str| Failure::new(format!("{option} needs {other}"));
        let secret = self.oidc_client_secret_file.map(|ClientSecretFile(secret)| secret);
        let secret = secret.or(self.oidc_client_secret);
        let client = match (self.oidc_client_id, self.public_url) {
            (Some(id), Some(public_url)) => Some(OidcClient {
                id,
                secret,
                public_url,
                scopes: self.oidc_scopes,
                return_to: self.oidc_return_to,
            }),
            (Some(_), None) => return Err(needs("--oidc-client-id", "--public-url")),
            (None, _) if secret.is_some() => return Err(needs("--oidc-client-secret", "--oidc-client-id")),
            (None, _) if !self.oidc_return_to.is_empty() => return Err(needs("--oidc-return-to", "--oidc-client-id")),
            (None, _) => None,
        };
        let Some(issuer) = self.oidc_issuer else {
            let alone = [
                ("--oidc-client-id", client.is_some()),
                ("--oidc-audience", self.oidc_audience.is_some()),
                ("--oidc-database", self.oidc_database.is_some()),
                ("--oidc-create-users", self.oidc_create_users),
                ("--oidc-groups", !self.oidc_groups.is_empty()),
                ("--oidc-unverified-email", self.oidc_unverified_email),
            ];
            return match alone.iter().find(|(_, given)| *given) {
                Some((option, _)) => Err(needs(option, "--oidc-issuer")),
                None => Ok(None),
            };
        };
        Ok(Some(OidcConfig {
            client,
            audience: self.oidc_audience,
            database: self.oidc_database,
            claim: self.oidc_claim,
            unverified_email: self.oidc_unverified_email,
            create_users: self.oidc_create_users,
            groups: self.oidc_groups,
            leeway: TimeDelta::seconds(self.oidc_leeway.into()),
            ..OidcConfig::new(issuer)
        }))
    }
}
