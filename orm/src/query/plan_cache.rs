//! The cache of read plans: a read of the same fields of the same model uses the same levels and the same statements.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap as HashMap;

use super::plan::{Level, Style};
use super::ruled::RuledStatements;
use crate::error::Result;
use crate::registry::{ModelId, ModelInfo, Node, Registry};
use crate::wire::Wire;

/// When this many plans are cached, or plans of [`MOST_PARTS`] altogether, all are dropped, so that callers who ask for
/// different fields each time cannot fill the memory.
const MOST: usize = 1_024;
/// The most [parts](Level::parts) of all plans. A part takes about 200 bytes.
const MOST_PARTS: usize = 131_072;
/// A plan of more parts is not kept: making it costs little beside running it, and a few of them would push out all
/// others.
const LARGEST: usize = 4_096;

/// The plans of one catalogue.
#[derive(Debug, Default)]
pub(crate) struct PlanCache {
    plans: RwLock<Kept>,
    /// The statements of plans with rules in them.
    pub(super) ruled: RuledStatements,
}

/// What plans are kept under, besides the fields that are read: version of the wire format, model, style.
type Key = (&'static str, ModelId, Style);

#[derive(Debug, Default)]
struct Kept {
    plans: HashMap<Key, HashMap<Vec<Node>, Arc<Level>>>,
    number: usize,
    parts: usize,
}

impl PlanCache {
    /// The plan of a read, from the cache or made now.
    pub(crate) fn get(
        &self,
        wire: &'static dyn Wire,
        registry: &Registry,
        model: &ModelInfo,
        nodes: &[Node],
        style: Style,
    ) -> Result<Arc<Level>> {
        let key = (wire.version(), model.id, style);
        {
            let kept = self.plans.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(level) = kept.plans.get(&key).and_then(|plans| plans.get(nodes)) {
                return Ok(level.clone());
            }
        }
        let level = Level::new(wire, registry, model, nodes, style)?;
        let parts = level.parts();
        if parts > LARGEST {
            return Ok(Arc::new(level));
        }
        let level = Arc::new(level.kept());
        let mut kept = self.plans.write().unwrap_or_else(PoisonError::into_inner);
        kept.keep(key, nodes, &level, parts);
        Ok(level)
    }
}

impl Kept {
    fn keep(&mut self, key: Key, nodes: &[Node], level: &Arc<Level>, parts: usize) {
        if self.number >= MOST || self.parts + parts > MOST_PARTS {
            *self = Kept::default();
        }
        let before = self.plans.entry(key).or_default().insert(nodes.to_vec(), level.clone());
        // Another request may have made the same plan meanwhile.
        if before.is_none() {
            self.number += 1;
            self.parts += parts;
        }
    }
}
