//! Read trees, orders and searches by name, resolved once every relation is known.

use super::{FieldId, FieldInfo, ModelId, ModelInfo, Models, Node, OrderTerm};
use crate::def::{DisplayPart, FieldRole, Kind, ReadNode};

impl Models {
    pub(super) fn resolve_trees(&mut self, mistakes: &mut Vec<String>) {
        for id in 0..self.models.len() {
            let def = self.models[id].def;
            let read = self.resolve_tree(id, def.read, mistakes);
            let write_response = self.resolve_tree(id, def.write_response, mistakes);
            let mut order: Vec<OrderTerm> = Vec::new();
            for term in def.order {
                match self.resolve_path(&self.models[id], term.path) {
                    Ok(path) => order.push(OrderTerm {
                        path,
                        desc: term.desc,
                        nulls_first: None,
                    }),
                    Err(why) => mistakes.push(def.mistake(&format!("order: {why}"))),
                }
            }
            let parts = def.display_name.iter().flat_map(|segment| segment.0);
            let paths = parts.filter_map(|part| match part {
                DisplayPart::Path(path) => Some(path),
                DisplayPart::Text(_) => None,
            });
            for path in paths {
                if let Err(why) = self.resolve_path(&self.models[id], path) {
                    mistakes.push(def.mistake(&why));
                }
            }
            let names = self.resolve_names(&self.models[id], mistakes);
            let model = &mut self.models[id];
            (model.read, model.write_response, model.order) = (read, write_response, order);
            model.name_search = names;
            let is_active = |info: &FieldInfo| info.def.role == Some(FieldRole::Active) && !info.unstored;
            model.active = model.fields.iter().position(is_active);
        }
    }

    /// Resolves the paths that a search by name looks in, which end at text; without any, the display name, and `name`
    /// where that is a part of it: `California` finds `California (US)`.
    fn resolve_names(&self, model: &ModelInfo, mistakes: &mut Vec<String>) -> Vec<Vec<FieldId>> {
        let text = |path: &[FieldId]| {
            let (at, field) = self.end_of(model, path);
            let kind = at.fields[field].def.kind;
            matches!(kind, Kind::Char { .. } | Kind::Text | Kind::Html | Kind::DisplayName)
        };
        let mut paths = Vec::new();
        for names in model.def.name_search {
            match self.resolve_path(model, names) {
                Ok(path) if text(&path) => paths.push(path),
                Ok(_) => {
                    let why = format!("name_search: `{}` is not text", names.join("."));
                    mistakes.push(model.def.mistake(&why));
                }
                Err(why) => mistakes.push(model.def.mistake(&format!("name_search: {why}"))),
            }
        }
        if paths.is_empty() {
            paths.push(vec![model.implicit("display_name")]);
            let composed = model
                .def
                .display_name
                .iter()
                .map(|segment| segment.0.len())
                .sum::<usize>()
                > 1;
            let name = model
                .field("name")
                .filter(|name| composed && text(&[*name]) && !model.fields[*name].unstored);
            paths.extend(name.map(|name| vec![name]));
        }
        paths
    }

    fn resolve_tree(&self, model: ModelId, nodes: &[ReadNode], mistakes: &mut Vec<String>) -> Vec<Node> {
        let model = &self.models[model];
        let mut resolved = Vec::new();
        for node in nodes {
            match model.field(node.field) {
                None => mistakes.push(model.def.mistake(&format!("read: no field `{}`", node.field))),
                Some(field) => resolved.push(Node {
                    field,
                    children: match model.fields[field].target {
                        Some(target) => self.resolve_tree(target, node.children, mistakes),
                        None => Vec::new(),
                    },
                }),
            }
        }
        resolved
    }
}
