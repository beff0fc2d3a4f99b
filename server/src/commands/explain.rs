//! `declarest explain URL`: the statements of a read, and how the database runs each of them.

use std::time::{Duration, Instant};

use orm::Env;
use orm::env::Limits;
use orm::query::{self, Request};

use super::access;
use crate::api::{self, BASE, WIRE, now};
use crate::application::Program;
use crate::config::{DatabaseConfig, LimitsConfig};
use crate::failure::Failure;
use crate::migrations::MigrationStatus;

/// A read, as its URL states it.
struct Asked<'u> {
    model: &'u str,
    /// None: a list.
    record: Option<i64>,
    parameters: Vec<(String, String)>,
}

/// Reads as the server would for the user with this login, or with access to everything, and prints each statement with
/// its plan. Of the values only their kinds are printed, but PostgreSQL's plans have those of conditions.
///
/// # Errors
/// When the URL is no read of records, the read is refused, there is no such user, or the database cannot be read.
pub(crate) fn run(
    database: &DatabaseConfig,
    program: &'static Program,
    url: &str,
    login: Option<&str>,
) -> Result<(), Failure> {
    let asked = Asked::parse(url)?;
    MigrationStatus::of(program.application, &database.address)?.refuse_behind()?;
    let mut session = database.address.open(false)?;
    session.begin_read()?;
    let env = match login {
        None => Env::system(&mut session, program, now()),
        Some(login) => access::env_of(&mut session, program, login)?,
    };
    let mut env = env.speaking(WIRE).answering(LimitsConfig::MAX_ANSWER);
    env.session.record();
    let (before, started) = (env.session.time_in_database(), Instant::now());
    asked.read(&mut env)?;
    let took = started.elapsed();
    let in_database = session.time_in_database() - before;
    let statements = session.recorded();
    for (number, statement) in (1..).zip(&statements) {
        println!("{number} of {}: {}", statements.len(), statement.text);
        let kinds: Vec<String> = statement.binds.iter().map(|bind| bind.kind()).collect();
        if !kinds.is_empty() {
            println!("  ?: {}", kinds.join(", "));
        }
        for line in session.explain(statement)? {
            println!("  {line}");
        }
    }
    let millis = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "statements: {}, {:.3} ms in the database, {:.3} ms elsewhere",
        statements.len(),
        millis(in_database),
        millis(took.saturating_sub(in_database))
    );
    Ok(())
}

impl<'u> Asked<'u> {
    /// The parts of a URL, whole (`http://HOST/…`) or from its path on.
    fn parse(url: &'u str) -> Result<Self, Failure> {
        let path = match url.split_once("://") {
            Some((_, rest)) => &rest[rest.find('/').unwrap_or(rest.len())..],
            None => url,
        };
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let below = path.strip_prefix(BASE).and_then(|rest| rest.strip_prefix('/'));
        let (model, record) = match below
            .map(|below| below.split_once('/').map_or((below, None), |(m, id)| (m, Some(id))))
        {
            Some((model, None)) => (model, None),
            Some((model, Some(id))) if id.parse::<i64>().is_ok() => (model, id.parse().ok()),
            _ => {
                return Err(Failure::new(format!(
                    "`{path}` is no read of records: write '{BASE}/MODEL?PARAMETERS' or '{BASE}/MODEL/ID?PARAMETERS'"
                )));
            }
        };
        Ok(Asked {
            model,
            record,
            parameters: api::parse_query(query)?,
        })
    }

    fn read(&self, env: &mut Env<'_>) -> Result<(), Failure> {
        let limits = Limits {
            max_limit: LimitsConfig::MAX_LIMIT,
            max_depth: LimitsConfig::MAX_DEPTH,
        };
        let (registry, wire) = (env.registry, env.wire);
        let model = registry.exposed(self.model)?;
        match self.record {
            None if query::asks_for_groups(&self.parameters) => query::groups(env, model, &self.parameters, &limits),
            None => query::list(
                env,
                model,
                &Request::parse(registry, model, &self.parameters, &limits, wire)?,
            ),
            Some(id) => {
                let request = Request::parse_one(registry, model, &self.parameters, &limits, wire)?;
                query::read_one(env, model, id, &request)
            }
        }?;
        Ok(())
    }
}
