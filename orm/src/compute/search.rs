//! Conditions on computed fields without a column: each is replaced, before the condition becomes SQL, by what the
//! field's `search` function answers for it.

use std::borrow::Cow;

use crate::domain::{Domain, Term};
use crate::env::Env;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelInfo, Registry};

/// How deep searches may nest: one may answer with a condition on a field that is searched in turn.
const MOST_TURNS: usize = 8;

/// The same condition, on stored fields only.
///
/// # Errors
/// What a search refuses; also for a field that has none.
pub(crate) fn resolve<'d>(env: &mut Env<'_>, model: &ModelInfo, domain: &'d Domain) -> Result<Cow<'d, Domain>> {
    match is_stored(env.registry, model, domain) {
        true => Ok(Cow::Borrowed(domain)),
        false => {
            env.session.snapshot()?; // the search and the statement made of its answer see the same data
            resolved(env, model, domain, MOST_TURNS).map(Cow::Owned)
        }
    }
}

fn is_stored(registry: &Registry, model: &ModelInfo, domain: &Domain) -> bool {
    match domain {
        Domain::And(parts) | Domain::Or(parts) => parts.iter().all(|part| is_stored(registry, model, part)),
        Domain::Not(part) => is_stored(registry, model, part),
        Domain::Related(path, part) => {
            registry.behind_unstored(model, path).is_none() && is_stored(registry, behind(registry, model, path), part)
        }
        Domain::Term(term) => registry.behind_unstored(model, &term.path).is_none(),
    }
}

fn behind<'r>(registry: &'r Registry, model: &'r ModelInfo, path: &[FieldId]) -> &'r ModelInfo {
    path.iter().fold(model, |at, hop| registry.target(at, *hop))
}

fn resolved(env: &mut Env<'_>, model: &ModelInfo, domain: &Domain, turns: usize) -> Result<Domain> {
    let mut all = |parts: &[Domain]| -> Result<Vec<Domain>> {
        parts.iter().map(|part| resolved(env, model, part, turns)).collect()
    };
    Ok(match domain {
        Domain::And(parts) => Domain::And(all(parts)?),
        Domain::Or(parts) => Domain::Or(all(parts)?),
        Domain::Not(part) => Domain::Not(Box::new(resolved(env, model, part, turns)?)),
        Domain::Related(path, part) => {
            let target = behind(env.registry, env.registry.model(model.id), path);
            Domain::Related(path.clone(), Box::new(resolved(env, target, part, turns)?))
        }
        Domain::Term(term) if env.registry.behind_unstored(model, &term.path).is_none() => Domain::Term(term.clone()),
        Domain::Term(term) => search(env, model, term, turns)?,
    })
}

fn search(env: &mut Env<'_>, model: &ModelInfo, term: &Term, turns: usize) -> Result<Domain> {
    let registry = env.registry;
    if let Some(why) = registry.refusal(model, &term.path) {
        return Err(Error::internal(why));
    }
    let mut hops = registry.expand_path(model, &term.path);
    let (at, end) = registry.end_of(registry.model(model.id), &hops);
    hops.pop();
    let def = at.fields[end].def;
    let turns = turns
        .checked_sub(1)
        .ok_or_else(|| Error::internal(format!("the search of {}.{} leads back to it", at.def.name, def.name)))?;
    let search = def.compute.and_then(|compute| compute.search);
    let search = search.ok_or_else(|| Error::internal(format!("{} is not searched", def.name)))?;
    let search = env.runtime.code(at).search(end, search)?;
    let found = env
        .sudo(|env| search(term.op, &term.operand, env))?
        .placed(registry, at)?;
    let found = resolved(env, at, &found, turns)?;
    Ok(match hops.is_empty() {
        true => found,
        false => Domain::Related(hops, Box::new(found)),
    })
}
