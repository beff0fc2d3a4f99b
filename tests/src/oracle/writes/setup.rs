//! Creates the taxes, currencies and pricelists that the cases use, if possible with the recorded ids.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::oracle::stand::Stand;

/// Our ids of taxes and pricelists, by recorded id.
pub(super) struct Setup {
    taxes: BTreeMap<i64, i64>,
    pricelists: BTreeMap<i64, i64>,
    /// The recorded taxes.
    pub(super) recorded: Vec<Value>,
    /// Errors for records that could not be created.
    pub(super) problems: Vec<String>,
}

/// The company of all cases.
pub(super) const COMPANY: i64 = 1;

impl Setup {
    pub(super) fn new(stand: &Stand, facts: &Value) -> Self {
        let facts = &facts["setup"];
        let mut setup = Setup {
            taxes: BTreeMap::new(),
            pricelists: BTreeMap::new(),
            recorded: facts["taxes"].as_array().cloned().unwrap_or_default(),
            problems: Vec::new(),
        };
        setup.currencies(stand, facts);
        setup.taxes(stand);
        setup.pricelists(stand, facts);
        setup
    }

    fn note<T>(&mut self, made: Result<T, String>) -> Option<T> {
        made.map_err(|problem| self.problems.push(problem)).ok()
    }

    /// Activates each currency, creates its rate from the rows, and sets the company's currency.
    fn currencies(&mut self, stand: &Stand, facts: &Value) {
        let currencies = facts["currencies"].as_array().into_iter().flatten();
        for currency in currencies {
            let Some(id) = currency["id"].as_i64() else { continue };
            let values = json!({"active": true, "rounding": currency["rounding"]});
            self.note(stand.change("res.currency", id, &values));
            if let Some(rate) = cell(stand, "res.currency", id, "rate") {
                let values = json!({"currency_id": id, "rate": rate, "name": "2020-01-01", "company_id": COMPANY});
                self.note(stand.make("res.currency.rate", &values));
            }
            if currency["name"] == facts["company"]["currency"] {
                self.note(stand.change("res.company", COMPANY, &json!({"currency_id": id})));
            }
        }
    }

    /// Creates the taxes in the order of their recorded ids, so that they get the same ones.
    fn taxes(&mut self, stand: &Stand) {
        let mut recorded = self.recorded.clone();
        recorded.sort_by_key(|tax| tax["id"].as_i64());
        for tax in recorded {
            let Some(id) = tax["id"].as_i64() else { continue };
            if cell(stand, "account.tax", id, "id").is_some() {
                self.taxes.insert(id, id);
            } else if let Some(made) = self.note(stand.make("account.tax", &self.values(&tax))) {
                self.taxes.insert(id, made);
            }
        }
    }

    fn pricelists(&mut self, stand: &Stand, facts: &Value) {
        let mut recorded: Vec<(i64, String)> = (facts["pricelists"].as_object().into_iter().flatten())
            .filter_map(|(currency, id)| Some((id.as_i64()?, currency.clone())))
            .collect();
        recorded.sort();
        for (id, currency) in recorded {
            let known = facts["currencies"].as_array().into_iter().flatten();
            let currency = known.clone().find(|known| known["name"] == currency.as_str());
            let Some(currency) = currency.and_then(|currency| currency["id"].as_i64()) else {
                continue;
            };
            if cell(stand, "product.pricelist", id, "id").is_some() {
                self.note(stand.change("product.pricelist", id, &json!({"currency_id": currency})));
                self.pricelists.insert(id, id);
            } else {
                let values = json!({"name": format!("Pricelist {id}"), "currency_id": currency});
                if let Some(made) = self.note(stand.make("product.pricelist", &values)) {
                    self.pricelists.insert(id, made);
                }
            }
        }
    }

    /// The values with which a recorded tax is created.
    pub(super) fn values(&self, tax: &Value) -> Value {
        let mut values = json!({});
        for name in [
            "name",
            "amount_type",
            "amount",
            "price_include",
            "include_base_amount",
            "is_base_affected",
            "sequence",
            "type_tax_use",
        ] {
            values[name] = tax[name].clone();
        }
        let children = tax["children"].as_array().into_iter().flatten();
        let children: Vec<i64> = children.filter_map(Value::as_i64).map(|id| self.tax(id)).collect();
        if !children.is_empty() {
            values["children_tax_ids"] = json!([[6, 0, children]]);
        }
        values
    }

    /// Our id of a recorded tax.
    pub(super) fn tax(&self, id: i64) -> i64 {
        self.taxes.get(&id).copied().unwrap_or(id)
    }

    /// Our id of a recorded pricelist.
    pub(super) fn pricelist(&self, id: i64) -> i64 {
        self.pricelists.get(&id).copied().unwrap_or(id)
    }

    /// The recorded value of a field, with our ids in place of the recorded ones.
    pub(super) fn ours(&self, field: &str, value: &Value) -> Value {
        match (field, value) {
            ("tax_id", Value::Array(ids)) if ids.iter().all(Value::is_i64) => ids
                .iter()
                .filter_map(Value::as_i64)
                .map(|id| json!(self.tax(id)))
                .collect(),
            ("tax_id", Value::Array(commands)) => (commands.iter())
                .map(|command| match command.as_array().map(Vec::as_slice) {
                    Some([six, zero, ids]) => json!([six, zero, self.ours(field, ids)]),
                    Some([four, id]) => json!([four, self.ours(field, id)]),
                    _ => command.clone(),
                })
                .collect(),
            ("tax_id", Value::Number(_)) => value.as_i64().map_or(Value::Null, |id| json!(self.tax(id))),
            ("pricelist_id", Value::Number(_)) => value.as_i64().map_or(Value::Null, |id| json!(self.pricelist(id))),
            ("order_line", Value::Array(commands)) => commands.iter().map(|command| self.line(command)).collect(),
            _ => value.clone(),
        }
    }

    fn line(&self, command: &Value) -> Value {
        let mut command = command.clone();
        if let Some(values) = command.get_mut(2).and_then(Value::as_object_mut) {
            for (field, value) in values {
                *value = self.ours(field, value);
            }
        }
        command
    }
}

/// A value from the loaded rows, or `None` if they do not have the record or the field.
fn cell(stand: &Stand, model: &str, id: i64, field: &str) -> Option<Value> {
    let table = &stand.rows[model];
    let column = |name: &str| table["fields"].as_array()?.iter().position(|field| field == name);
    let (own, wanted) = (column("id")?, column(field)?);
    let row = table["rows"].as_array()?.iter().find(|row| row[own] == id)?;
    Some(row[wanted].clone())
}
