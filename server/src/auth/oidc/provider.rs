//! What is known of the provider, and what it is asked: its metadata and keys, which are kept for a while, and the
//! tokens behind a code. Requests for it wait on threads of their own, a few at a time, and never for long.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use openidconnect::IssuerUrl;
use openidconnect::core::CoreProviderMetadata;
use tokio::sync::{Mutex, Semaphore};

use super::Refusal;
use crate::config::OidcConfig;
use crate::failure::Failure;
use crate::outgoing::Outgoing;

/// Metadata and keys that are older are fetched again in the background.
const FRESH: Duration = Duration::from_secs(15 * 60);
/// Metadata and keys that are older are not used any more, if the provider stays away.
const USABLE: Duration = Duration::from_secs(24 * 60 * 60);
/// How many requests to the provider are under way at a time.
const CALLS: usize = 8;
/// How long the provider may take for one answer.
const ONE_ANSWER: Duration = Duration::from_secs(5);
/// How long a request of ours waits for the provider, all in all.
const PATIENCE: Duration = Duration::from_secs(12);

/// The provider.
#[derive(Debug, Clone)]
pub(super) struct Provider(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    issuer: IssuerUrl,
    http: Outgoing,
    calls: Arc<Semaphore>,
    refresh: Duration,
    known: RwLock<Option<Known>>,
    /// When metadata and keys were last asked for, and what was wrong then. Who holds it asks.
    asked: Mutex<Option<(Instant, Option<String>)>>,
}

/// Metadata and keys of the provider.
#[derive(Debug, Clone)]
struct Known {
    metadata: Arc<CoreProviderMetadata>,
    since: Instant,
}

impl Provider {
    /// Asks nobody yet.
    ///
    /// # Errors
    /// When the certificates that HTTPS needs cannot be read.
    pub(super) fn new(config: &OidcConfig) -> Result<Self, Failure> {
        let issuer = IssuerUrl::new(config.issuer.clone());
        let issuer = issuer.map_err(|error| Failure::new(format!("--oidc-issuer: {error}")))?;
        Ok(Provider(Arc::new(Inner {
            http: Outgoing::new(issuer.url().scheme() == "https", ONE_ANSWER)?,
            issuer,
            calls: Arc::new(Semaphore::new(CALLS)),
            refresh: config.refresh,
            known: RwLock::default(),
            asked: Mutex::default(),
        })))
    }

    /// The metadata, with the keys.
    ///
    /// # Errors
    /// When they are not known, or not any more, and the provider cannot be asked.
    pub(super) async fn metadata(&self) -> Result<Arc<CoreProviderMetadata>, Refusal> {
        match self.known().filter(|known| known.since.elapsed() < USABLE) {
            None => self.ask(Instant::now()).await,
            Some(known) => {
                if known.since.elapsed() >= FRESH {
                    let provider = self.clone();
                    tokio::spawn(async move {
                        if let Err(Refusal::Unreachable(why) | Refusal::Refused(why)) = provider.ask(known.since).await
                        {
                            tracing::warn!(why, "the keys of the identity provider could not be fetched again");
                        }
                    });
                }
                Ok(known.metadata)
            }
        }
    }

    /// Metadata and keys that are newer than `old`, because a key is missing there; the same ones if they were fetched
    /// a moment ago.
    ///
    /// # Errors
    /// When the provider cannot be asked.
    pub(super) async fn newer(&self, old: &Arc<CoreProviderMetadata>) -> Result<Arc<CoreProviderMetadata>, Refusal> {
        match self.known() {
            Some(known) if !Arc::ptr_eq(&known.metadata, old) => Ok(known.metadata),
            Some(known) => self.ask(known.since).await,
            None => self.ask(Instant::now()).await,
        }
    }

    fn known(&self) -> Option<Known> {
        self.0.known.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks for metadata and keys that are newer than `since`, unless somebody did so a moment ago.
    async fn ask(&self, since: Instant) -> Result<Arc<CoreProviderMetadata>, Refusal> {
        let inner = &self.0;
        let Ok(mut asked) = tokio::time::timeout(PATIENCE, inner.asked.lock()).await else {
            return Err(Refusal::Unreachable("others are waiting for it already".to_owned()));
        };
        // Somebody else may have asked meanwhile.
        if let Some(known) = self.known().filter(|known| known.since > since) {
            return Ok(known.metadata);
        }
        if let Some((when, why)) = asked.as_ref().filter(|(when, _)| when.elapsed() < inner.refresh) {
            return match (self.known().filter(|known| known.since.elapsed() < USABLE), why) {
                (Some(known), _) => Ok(known.metadata),
                (None, why) => Err(Refusal::Unreachable(format!(
                    "{} seconds ago it could not be reached: {}",
                    when.elapsed().as_secs(),
                    why.as_deref().unwrap_or("it did not answer")
                ))),
            };
        }
        let issuer = inner.issuer.clone();
        let found = self
            .call(move |http| CoreProviderMetadata::discover(&issuer, http))
            .await;
        let found = found.and_then(|found| found.map_err(|error| Refusal::Unreachable(chain(&error))));
        let why = match &found {
            Ok(_) => None,
            Err(Refusal::Unreachable(why) | Refusal::Refused(why)) => Some(why.clone()),
        };
        *asked = Some((Instant::now(), why));
        let metadata = Arc::new(found?);
        let known = Known {
            metadata: metadata.clone(),
            since: Instant::now(),
        };
        *inner.known.write().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(metadata)
    }

    /// Runs `job`, which asks the provider, on a thread that may wait.
    ///
    /// # Errors
    /// When it takes too long, or too many are waiting.
    pub(super) async fn call<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Outgoing) -> T + Send + 'static,
    ) -> Result<T, Refusal> {
        let late = |_| Refusal::Unreachable("it takes too long to answer".to_owned());
        let waited = async {
            // The permit stays with the thread, also when nobody waits for it any more.
            let permit = self.0.calls.clone().acquire_owned().await;
            let http = self.0.http.clone();
            let done = tokio::task::spawn_blocking(move || {
                let _permit = permit;
                job(&http)
            });
            done.await
        };
        let done = tokio::time::timeout(PATIENCE, waited).await.map_err(late)?;
        done.map_err(|error| Refusal::Unreachable(format!("the question broke off: {error}")))
    }
}

/// An error with what caused it: `Request failed: connection refused`.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text += &format!(": {error}");
        cause = error.source();
    }
    text
}
