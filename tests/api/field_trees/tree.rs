//! A tree of `fields`: its spelling, and the answer to it, put together from separate reads.

use std::cell::Cell;

use serde_json::{Map, Value, json};

use super::reads::Reads;

/// A field that is named in `fields`.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) name: String,
    /// The fields of its records. Where there are none, nothing or only options stand in parentheses.
    pub(super) children: Vec<Node>,
    /// Which of its records are read: filters, `domain`, `order`, `limit`, `offset`.
    pub(super) options: Vec<(String, String)>,
}

impl Node {
    /// A field of which nothing more is said.
    pub(super) fn bare(name: &str) -> Self {
        Node {
            name: name.to_owned(),
            children: Vec::new(),
            options: Vec::new(),
        }
    }
}

/// The spelling, such as `name,order_line(product_id(name); limit=3)`.
pub(super) fn text(nodes: &[Node]) -> String {
    let nodes = nodes.iter().map(|node| {
        let options = node.options.iter().map(|(name, value)| match name.as_str() {
            "domain" => format!(";{name}={value}"),
            _ if value.contains([';', '(', ')', '[', ']']) => format!(";{name}=\"{value}\""),
            _ => format!("; {name}={value}"),
        });
        match text(&node.children) + &options.collect::<String>() {
            inside if inside.is_empty() => node.name.clone(),
            inside => format!("{}({inside})", node.name),
        }
    });
    nodes.collect::<Vec<_>>().join(",")
}

/// Puts an answer together.
pub(super) struct Tree<'r> {
    reads: &'r Reads<'r>,
    archived: bool,
    /// The most values that it may have.
    most: usize,
    values: Cell<usize>,
    narrowed: Cell<usize>,
}

impl<'r> Tree<'r> {
    pub(super) fn new(reads: &'r Reads<'r>, archived: bool, most: usize) -> Self {
        Tree {
            reads,
            archived,
            most,
            values: Cell::new(0),
            narrowed: Cell::new(0),
        }
    }

    /// How many values the answer has. If it has the most, it is not complete.
    pub(super) fn values(&self) -> usize {
        self.values.get()
    }

    /// How many relations with options the answer has.
    pub(super) fn narrowed(&self) -> usize {
        self.narrowed.get()
    }

    /// The records with these ids.
    pub(super) fn list(&self, model: &str, ids: &[i64], nodes: &[Node]) -> Value {
        let declared = self.reads.declared(model);
        let records = ids
            .iter()
            .map(|id| self.record(model, *id, nodes, &declared, declared.is_empty()));
        records.collect()
    }

    /// A record. `declared` is what the read tree of the root has here. `plain`: a relation that is only named is shown as
    /// `[id, "name"]` or a list of ids.
    fn record(&self, model: &str, id: i64, nodes: &[Node], declared: &[Node], plain: bool) -> Value {
        let records = self.reads.records(model, self.archived);
        let Some(record) = records.get(&id) else {
            return json!(format!("{model} {id}, which no list shows")); // no answer has this
        };
        let fields = self.reads.fields(model);
        let mut out = Map::from_iter([("id".to_owned(), json!(id))]);
        for node in nodes {
            if self.values.get() == self.most {
                break;
            }
            self.values.set(self.values.get() + 1);
            let field = fields.iter().find(|field| field.name == node.name);
            let field = field.unwrap_or_else(|| panic!("{model} has no {}", node.name));
            let value = &record[&node.name];
            let only_named = node.children.is_empty() && node.options.is_empty();
            let value = match &field.target {
                Some(target) if !(plain && only_named) => {
                    let below = declared.iter().find(|declared| declared.name == node.name);
                    self.related(model, id, node, target, below)
                }
                _ => Some(value.clone()),
            };
            out.extend(value.map(|value| (node.name.clone(), value)));
        }
        Value::Object(out)
    }

    /// The records of a relation, in the form of a tree; `None` where there are none.
    fn related(&self, model: &str, id: i64, node: &Node, target: &str, declared: Option<&Node>) -> Option<Value> {
        let declared = declared
            .map(|declared| declared.children.as_slice())
            .unwrap_or_default();
        let by_default = ["id", "display_name"].map(Node::bare);
        let nodes = match (node.children.as_slice(), declared) {
            ([], []) => &by_default,
            ([], declared) => declared,
            (children, _) => children,
        };
        let record = |id| self.record(target, id, nodes, declared, false);
        let value = &self.reads.records(model, self.archived)[&id][&node.name];
        match value {
            Value::Bool(false) => None,
            Value::Array(pair) if pair.get(1).is_some_and(Value::is_string) => Some(record(pair[0].as_i64()?)),
            _ => {
                let ids = self.narrow(model, id, node, target);
                (!ids.is_empty()).then(|| ids.into_iter().map(record).collect())
            }
        }
    }

    /// The ids of a relation to many, as far as its options ask for them: of those that the record has, the ones that a
    /// list with these conditions and this order has.
    fn narrow(&self, model: &str, id: i64, node: &Node, target: &str) -> Vec<i64> {
        let of_record = |archived: bool| -> Vec<i64> {
            let ids = &self.reads.records(model, archived)[&id][&node.name];
            ids.as_array().unwrap().iter().map(|id| id.as_i64().unwrap()).collect()
        };
        if node.options.is_empty() {
            return of_record(self.archived);
        }
        self.narrowed.set(self.narrowed.get() + 1);
        let count = |name: &str| {
            let option = node.options.iter().find(|(option, _)| option == name);
            option.map(|(_, value)| value.parse::<usize>().unwrap())
        };
        let cuts = |name: &str| name == "limit" || name == "offset";
        let asked = node.options.iter().filter(|(name, _)| !cuts(name)).cloned();
        let mut asked: Vec<_> = asked.collect();
        let ids = match asked.is_empty() {
            true => of_record(self.archived),
            false => {
                // A condition on `active` finds archived records, too.
                let all = of_record(true);
                asked.push(("active_test".to_owned(), (!self.archived).to_string()));
                let listed = match all.is_empty() {
                    true => Default::default(),
                    false => self.reads.list(target, &asked),
                };
                listed.iter().filter(|id| all.contains(id)).copied().collect()
            }
        };
        let cut = ids.into_iter().skip(count("offset").unwrap_or(0));
        cut.take(count("limit").unwrap_or(usize::MAX)).collect()
    }
}
