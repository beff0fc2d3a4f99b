//! Computes the values of stored computed fields that migrations added, for the rows that exist already.

use orm::Env;
use orm::Runtime;
use orm::db::Session;
use orm::registry::ModelInfo;

use crate::api::now;
use crate::failure::Failure;

/// Computes these fields, given as (model, field), for all records. The names are those of the time when the migration
/// was written: a model or field that was renamed since is found by its former name, one that is gone or not a stored
/// computed field any more is skipped.
pub(super) fn compute(session: &mut Session, registry: &Runtime, fields: &[(String, String)]) -> Result<(), Failure> {
    let mut found = Vec::new();
    for (model, field) in fields {
        let called = |info: &&ModelInfo| info.def.name == model || info.def.renamed_from == model;
        let Some(info) = registry.models().iter().find(called) else {
            continue;
        };
        let position = info.def.fields.iter().position(|def| {
            let named = def.name == field || def.renamed_from == field;
            named && def.stored && def.compute.is_some()
        });
        found.extend(position.map(|field| (info.id, field)));
    }
    if found.is_empty() {
        return Ok(());
    }
    let mut env = Env::system(session, registry, now());
    Ok(orm::write::compute_all(&mut env, &found)?)
}

#[cfg(test)]
mod tests {
    use harness::{Database, execute, rows};

    use super::*;
    use crate::commands::prepare::{PrepareOptions, prepare};
    use crate::config::DatabaseConfig;
    use crate::tests::program;

    #[test]
    fn fields_that_came_have_the_values_that_they_would_have_had() {
        let database = Database::empty();
        let address = database.address();
        let config = DatabaseConfig {
            name: "x".to_owned(),
            address: address.clone(),
        };
        let start = PrepareOptions {
            demo: true,
            ..PrepareOptions::default()
        };
        prepare(&config, program(), start).unwrap();
        let amounts = "SELECT CAST(o.id AS TEXT) || ' ' || CAST(amount_total AS TEXT) || ' ' || CAST(amount_tax AS TEXT) || \
                       ' ' || CAST((SELECT SUM(price_total) FROM sale_order_line l WHERE l.order_id = o.id) AS TEXT) \
                       FROM sale_order o ORDER BY o.id";
        let before = rows(address, amounts);
        execute(
            address,
            "UPDATE sale_order SET amount_total = 0, amount_tax = 0; UPDATE sale_order_line SET price_total = 0",
        );
        assert_ne!(rows(address, amounts), before);
        let mut session = address.open(false).unwrap();
        session.batch("BEGIN").unwrap();
        // In the order of the migration's notes, not in the order in which the fields depend on each other.
        let field = |model: &str, field: &str| (model.to_owned(), field.to_owned());
        let fields = [
            field("sale.order", "amount_total"),
            field("sale.order", "amount_tax"),
            field("sale.order.line", "price_total"),
            field("sale.order", "gone"),
            field("gone.model", "name"),
        ];
        compute(&mut session, program(), &fields).unwrap();
        session.batch("COMMIT").unwrap();
        assert_eq!(rows(address, amounts), before);
    }
}
