//! The log: one line for each request and other events, written to the standard error as text or JSON.

use std::io::IsTerminal;

use clap::ValueEnum;
use tracing::Subscriber;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer};

use super::traces::{TARGET, Traces};
use crate::failure::Failure;

/// The format of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Text for people.
    Text,
    /// One JSON object on each line.
    Json,
}

/// The filter of that text.
///
/// # Errors
/// When it cannot be read.
pub(crate) fn check(filter: &str) -> Result<EnvFilter, Failure> {
    EnvFilter::try_new(filter).map_err(|error| Failure::new(format!("--log {filter:?}: {error}")))
}

/// Starts logging, and making traces if there are any. `filter` is an [`EnvFilter`], for example `info` or
/// `warn,declarest=debug`. The log does not tell of the spans of traces.
///
/// # Errors
/// When the filter cannot be read.
pub(crate) fn start(format: LogFormat, filter: &str, traces: Option<&Traces>) -> Result<(), Failure> {
    let no_spans = format!("{TARGET}=off").parse();
    let no_spans = no_spans.map_err(|error| Failure::new(format!("{TARGET}: {error}")))?;
    let filter = check(filter)?.add_directive(no_spans);
    let registry = tracing_subscriber::registry();
    match traces {
        // One filter for everything costs least: where nothing is made, nobody is asked.
        None => registry.with(filter).with(lines(format)).init(),
        Some(traces) => {
            let spans = tracing_opentelemetry::layer().with_tracer(traces.tracer());
            let spans = spans
                .with_target(false)
                .with_location(false)
                .with_threads(false)
                .with_tracked_inactivity(false);
            let only = Targets::new().with_target(TARGET, LevelFilter::INFO);
            registry
                .with(lines(format).with_filter(filter))
                .with(spans.with_filter(only))
                .init();
        }
    }
    Ok(())
}

/// What writes the lines.
fn lines<S>(format: LogFormat) -> Box<dyn Layer<S> + Send + Sync>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    match format {
        LogFormat::Text => lines.with_ansi(std::io::stderr().is_terminal()).boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    }
}
