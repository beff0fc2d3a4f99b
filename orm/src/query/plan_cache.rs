//! The cache of read plans: a read of the same fields of the same model uses the same levels and the same statements.

use std::sync::{Arc, PoisonError, RwLock};

use rustc_hash::FxHashMap as HashMap;

use super::plan::{Level, Style};
use crate::error::Result;
use crate::registry::{ModelId, ModelInfo, Node, Registry};
use crate::wire::Wire;

/// When this many plans are cached, all are dropped, so that callers who ask for different fields each time cannot fill
/// the memory.
const MOST: usize = 1_024;

/// The plans of one catalogue.
#[derive(Debug, Default)]
pub(crate) struct PlanCache(RwLock<Kept>);

/// Plans by version of the wire format, model and style, then by the fields that are read.
type Kept = HashMap<(&'static str, ModelId, Style), HashMap<Vec<Node>, Arc<Level>>>;

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
            let plans = self.0.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(level) = plans.get(&key).and_then(|plans| plans.get(nodes)) {
                return Ok(level.clone());
            }
        }
        let level = Arc::new(Level::new(wire, registry, model, nodes, style)?);
        let mut plans = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if plans.values().map(HashMap::len).sum::<usize>() >= MOST {
            plans.clear();
        }
        plans.entry(key).or_default().insert(nodes.to_vec(), level.clone());
        Ok(level)
    }
}
