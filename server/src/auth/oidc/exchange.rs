//! From the code that a browser brings to who it is: the provider is asked for an ID token, which is checked.

use chrono::Utc;
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreClientAuthMethod, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreProviderMetadata, CoreRevocableToken,
    CoreRevocationErrorResponse, CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AccessTokenHash, AuthType, AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdTokenVerifier, OAuth2TokenResponse as _, RedirectUrl,
    RequestTokenError, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse as _,
    UserInfoClaims,
};
use orm::error::{Error, Result};

use super::claims::{self, Claims, Fields, Identity, Jwt, OtherClaims};
use super::pending::Pending;
use super::provider::chain;
use super::{Oidc, Refusal};
use crate::config::{OidcClient, OidcConfig};

/// Where the provider sends browsers back, below the public URL.
const CALLBACK: &str = "/rest/api/login/oidc/callback";

/// The algorithms of signatures that are taken: with keys that the provider publishes, never with a shared secret.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// What the provider answers to a code.
type Answer = StandardTokenResponse<Fields, CoreTokenType>;

/// This server as a client of the provider.
pub(super) type KnownClient = Client<
    OtherClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Answer,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// This server as a client of the provider with this metadata.
///
/// # Errors
/// Never: the settings were checked.
pub(super) fn client(metadata: &CoreProviderMetadata, client: &OidcClient) -> Result<KnownClient> {
    let secret = client.secret.as_ref().map(|secret| ClientSecret::new(secret.0.clone()));
    let url = format!("{}{CALLBACK}", client.public_url.as_str().trim_end_matches('/'));
    let url = RedirectUrl::new(url).map_err(|error| Error::internal(format!("--public-url: {error}")))?;
    // Without a word about it, a provider takes the secret in a header.
    let methods = metadata.token_endpoint_auth_methods_supported();
    let in_header = methods.is_none_or(|methods| methods.contains(&CoreClientAuthMethod::ClientSecretBasic));
    let how = if in_header {
        AuthType::BasicAuth
    } else {
        AuthType::RequestBody
    };
    let client = Client::from_provider_metadata(metadata.clone(), ClientId::new(client.id.clone()), secret);
    Ok(client.set_redirect_uri(url).set_auth_type(how))
}

/// Who comes back with this code.
pub(super) async fn identity(
    oidc: &Oidc,
    settings: &OidcClient,
    code: String,
    pending: &Pending,
) -> Result<Identity, Refusal> {
    let metadata = oidc.provider.metadata().await?;
    let broken = |error: Error| Refusal::Refused(error.detail().to_owned());
    let (known, verifier) = (client(&metadata, settings).map_err(broken)?, pending.verifier());
    let asked = move |http: &_| {
        let request = known.exchange_code(AuthorizationCode::new(code));
        let request = request.map_err(|_| Refusal::Refused("it names no address for codes".to_owned()))?;
        request
            .set_pkce_verifier(verifier)
            .request(http)
            .map_err(|error| match error {
                RequestTokenError::ServerResponse(answer) => {
                    Refusal::Refused(format!("it answers `{}`", answer.error()))
                }
                error => Refusal::Unreachable(chain(&error)),
            })
    };
    let answer: Answer = oidc.provider.call(asked).await??;
    let jwt = answer.id_token();
    let jwt = jwt.ok_or_else(|| Refusal::Refused("it sends no ID token".to_owned()))?;

    let mut metadata = metadata;
    let mut known = client(&metadata, settings).map_err(broken)?;
    let mut checked = check(&known, &oidc.config, jwt, &answer, pending);
    if matches!(&checked, Err(Wrong::Key)) {
        metadata = oidc.provider.newer(&metadata).await?;
        known = client(&metadata, settings).map_err(broken)?;
        checked = check(&known, &oidc.config, jwt, &answer, pending);
    }
    let found = checked.map_err(|wrong| Refusal::Refused(wrong.text()))?;
    let mut all = claims::all(found).map_err(Refusal::Refused)?;
    if claims::lacks(&oidc.config, &all) && metadata.userinfo_endpoint().is_some() {
        let (token, subject) = (answer.access_token().clone(), found.subject().clone());
        let asked = move |http: &_| -> Result<UserInfoClaims<OtherClaims, CoreGenderClaim>, Refusal> {
            let request = known.user_info(token, Some(subject));
            let request = request.map_err(|error| Refusal::Refused(error.to_string()))?;
            request
                .request(http)
                .map_err(|error| Refusal::Unreachable(chain(&error)))
        };
        let more = oidc.provider.call(asked).await??;
        all.extend(claims::all(&more).map_err(Refusal::Refused)?);
    }
    let now = Utc::now().naive_utc();
    claims::identity(&oidc.config, &all, found.expiration().naive_utc(), now).map_err(Refusal::Refused)
}

/// What is wrong with a JWT.
pub(super) enum Wrong {
    /// Its key is not known.
    Key,
    /// Something else, in words.
    Other(String),
}

impl Wrong {
    pub(super) fn text(self) -> String {
        match self {
            Wrong::Key => "it is signed with a key that the provider does not publish".to_owned(),
            Wrong::Other(text) => text,
        }
    }
}

impl From<ClaimsVerificationError> for Wrong {
    fn from(error: ClaimsVerificationError) -> Self {
        match error {
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey) => Wrong::Key,
            error => Wrong::Other(chain(&error)),
        }
    }
}

/// A verifier with the rules that are the same for all JWTs.
pub(super) fn strict<'a>(
    verifier: IdTokenVerifier<'a, CoreJsonWebKey>,
    config: &OidcConfig,
) -> IdTokenVerifier<'a, CoreJsonWebKey> {
    let leeway = config.leeway;
    let verifier = verifier.set_allowed_algs(ALGORITHMS);
    verifier.set_time_fn(move || Utc::now() - leeway)
}

/// The claims of an ID token, which must be for this login, this server and the access token beside it.
fn check<'j>(
    known: &KnownClient,
    config: &OidcConfig,
    jwt: &'j Jwt,
    answer: &Answer,
    pending: &Pending,
) -> Result<&'j Claims, Wrong> {
    let verifier = strict(known.id_token_verifier(), config);
    let claims = jwt.claims(&verifier, &pending.nonce())?;
    if claims
        .authorized_party()
        .is_some_and(|party| party != known.client_id())
    {
        return Err(Wrong::Other("it was made for another client".to_owned()));
    }
    if let Some(expected) = claims.access_token_hash() {
        let wrong = |error: &dyn std::error::Error| Wrong::Other(chain(error));
        let algorithm = jwt.signing_alg().map_err(|error| wrong(&error))?;
        let key = jwt.signing_key(&verifier).map_err(|error| wrong(&error))?;
        let hash = AccessTokenHash::from_token(answer.access_token(), algorithm, key);
        if hash.map_err(|error| wrong(&error))? != *expected {
            return Err(Wrong::Other("its access token is another one's".to_owned()));
        }
    }
    Ok(claims)
}
