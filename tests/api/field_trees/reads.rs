//! What reads of one model at a time answer to a user, each asked once.

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::rc::Rc;

use serde_json::{Value, json};
use tests::{Body, Server, encode};

use super::super::user::User;
use super::tree::Node;

/// A field, as `fields_get` tells it.
#[derive(Debug)]
pub(super) struct Field {
    pub(super) name: String,
    /// Such as `char`.
    pub(super) kind: String,
    /// The related model.
    pub(super) target: Option<String>,
    /// A relation to many.
    pub(super) many: bool,
    pub(super) sortable: bool,
    pub(super) searchable: bool,
}

impl Field {
    /// Whether `fields` may ask for some of its records.
    pub(super) fn narrowable(&self) -> bool {
        self.many && self.searchable
    }
}

/// Answers by what was asked for.
type Known<K, V> = RefCell<HashMap<K, Rc<V>>>;

/// The records of a model by id, each as a plain read answers it.
pub(super) type Records = BTreeMap<i64, Value>;

/// A user, and what he has read.
pub(super) struct Reads<'s> {
    pub(super) login: &'static str,
    pub(super) user: User<'s>,
    server: &'s Server,
    models: OnceCell<Vec<String>>,
    models_with_tree: OnceCell<Vec<String>>,
    fields: Known<String, Vec<Field>>,
    records: Known<(String, bool), Records>,
    lists: Known<String, Vec<i64>>,
    declared: Known<String, Vec<Node>>,
}

impl<'s> Reads<'s> {
    pub(super) fn new(server: &'s Server, login: &'static str) -> Self {
        Reads {
            login,
            user: User::new(server, login),
            server,
            models: OnceCell::new(),
            models_with_tree: OnceCell::new(),
            fields: Known::default(),
            records: Known::default(),
            lists: Known::default(),
            declared: Known::default(),
        }
    }

    /// The models of the API document of which the user sees records.
    pub(super) fn models(&self) -> &[String] {
        self.models.get_or_init(|| {
            let document = self.server.raw("GET", "/openapi/v1.json", &[], Body::None).ok();
            let paths = document["paths"].as_object().unwrap().keys();
            let models = paths.filter_map(|path| path.strip_prefix("/restful/api/v1/"));
            let models = models.filter(|model| !model.contains('/') && !self.ids(model).is_empty());
            models.map(str::to_owned).collect()
        })
    }

    /// Those of them that have a read tree.
    pub(super) fn models_with_tree(&self) -> &[String] {
        self.models_with_tree.get_or_init(|| {
            let models = self.models().iter();
            models
                .filter(|model| !self.declared(model).is_empty())
                .cloned()
                .collect()
        })
    }

    /// The fields of a model that the user sees.
    pub(super) fn fields(&self, model: &str) -> Rc<Vec<Field>> {
        known(&self.fields, model.to_owned(), || {
            let reply = self.user.send("POST", &format!("{model}/fields_get"), &json!({}));
            if reply.status == 403 {
                // A model that he may not read. Every model has these fields.
                let names = json!({"id": {"type": "integer"}, "display_name": {"type": "char"}});
                return described(&names);
            }
            described(&reply.ok())
        })
    }

    /// All records that the user sees. Their relations to many show archived records if `archived` says so.
    pub(super) fn records(&self, model: &str, archived: bool) -> Rc<Records> {
        known(&self.records, (model.to_owned(), archived), || {
            let ask = |method: &str, body: &Value| self.user.send("POST", &format!("{model}/{method}"), body);
            let reply = match archived {
                true => ask("search_read", &json!({"active_test": false})),
                false => ask("read", &json!({"ids": self.ids(model)})),
            };
            match reply.status {
                403 => Records::new(),
                _ => (reply.ok().as_array().unwrap().iter())
                    .map(|record| (id(record), record.clone()))
                    .collect(),
            }
        })
    }

    /// The ids of all records that the user sees.
    pub(super) fn ids(&self, model: &str) -> Vec<i64> {
        self.records(model, true).keys().copied().collect()
    }

    /// The ids of the records that a list with these parameters answers.
    pub(super) fn list(&self, model: &str, parameters: &[(String, String)]) -> Rc<Vec<i64>> {
        let fields = ("fields", "id");
        let parameters = parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let parameters: Vec<_> = [fields].into_iter().chain(parameters).collect();
        let path = format!("{model}{}", encode(&parameters));
        known(&self.lists, path.clone(), || {
            self.user.get(&path).ok().as_array().unwrap().iter().map(id).collect()
        })
    }

    /// The read tree of a model: the fields that its records show where none are named. Empty for a model without one,
    /// whose records are plain.
    pub(super) fn declared(&self, model: &str) -> Rc<Vec<Node>> {
        known(&self.declared, model.to_owned(), || {
            let all = format!("{model}?active_test=false");
            let first = self.user.get(&format!("{all}&limit=1")).ok();
            let plain = json!({"active_test": false, "limit": 1});
            let plain = self.user.send("POST", &format!("{model}/search_read"), &plain);
            match first == plain.ok() {
                true => Vec::new(),
                false => shape(self.user.get(&all).ok().as_array().unwrap()),
            }
        })
    }
}

fn known<K: Clone + Eq + Hash, V>(answers: &Known<K, V>, key: K, ask: impl FnOnce() -> V) -> Rc<V> {
    if let Some(answer) = answers.borrow().get(&key) {
        return Rc::clone(answer);
    }
    let answer = Rc::new(ask());
    answers.borrow_mut().insert(key, Rc::clone(&answer));
    answer
}

fn id(record: &Value) -> i64 {
    record["id"].as_i64().unwrap()
}

fn described(fields: &Value) -> Vec<Field> {
    let fields = fields.as_object().unwrap().iter();
    fields
        .map(|(name, described)| {
            let kind = described["type"].as_str().unwrap();
            Field {
                name: name.clone(),
                kind: kind.to_owned(),
                target: described["relation"].as_str().map(str::to_owned),
                many: kind.ends_with("2many"),
                sortable: described["sortable"] == true,
                searchable: described["searchable"] == true,
            }
        })
        .collect()
}

/// The fields that any of the records has, with those of the records in them.
fn shape(records: &[Value]) -> Vec<Node> {
    let mut fields: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for (name, value) in records.iter().filter_map(Value::as_object).flatten() {
        let below = fields.entry(name).or_default();
        match value {
            Value::Array(records) => below.extend_from_slice(records),
            Value::Object(_) => below.push(value.clone()),
            _ => {}
        }
    }
    let nodes = fields.into_iter().map(|(name, below)| Node {
        children: shape(&below),
        ..Node::bare(name)
    });
    nodes.collect()
}
