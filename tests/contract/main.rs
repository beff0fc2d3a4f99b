//! Tests that different parts agree: definitions and migrations, typed filters and HTTP parameters, query plans and
//! indexes, documentation and program, the code and `ARCHITECTURE.md`; and tests of what is reported for wrong
//! definitions.

mod architecture;
mod areas;
mod attacks;

mod deploy;
mod explain;
mod fuzz;
mod migrations;
mod mistakes;
mod plans;
mod rights;

use models::base::ResPartnerFilter;
use models::sale::{SaleOrderFilter, SaleOrderState};
use orm::Runtime;
use orm::domain::Domain;
use orm::query::{Limits, Request};
use orm::typed::{Filter, RelationFilter};

fn registry() -> Runtime {
    Runtime::new(&models::catalogue()).unwrap_or_else(|error| panic!("{error}"))
}

/// Flattens nested conjunctions into one list, and turns conditions on the target of a many2one into conditions on
/// paths through it.
fn flat(domain: Domain) -> Vec<Domain> {
    match domain {
        Domain::And(parts) => parts.into_iter().flat_map(flat).collect(),
        Domain::Related(path, part) => {
            let through = |part| match part {
                Domain::Term(mut term) => {
                    term.path.splice(0..0, path.iter().copied());
                    Domain::Term(term)
                }
                other => Domain::Related(path.clone(), Box::new(other)),
            };
            flat(*part).into_iter().map(through).collect()
        }
        other => vec![other],
    }
}

#[test]
fn a_typed_filter_and_http_parameters_are_one_condition() {
    let registry = registry();
    let model = registry.find("sale.order").unwrap();
    let typed = SaleOrderFilter {
        name: Some(Filter::Ilike("s0".to_owned())),
        state: Some(Filter::Ne(SaleOrderState::Draft)),
        client_order_ref: Some(Filter::IsSet(true)),
        partner_id: Some(Box::new(RelationFilter::Matches(ResPartnerFilter {
            city: Some(Filter::Eq("Fairfield".to_owned())),
            ..Default::default()
        }))),
        user_id: Some(Box::new(RelationFilter::Id(Filter::In(vec![2, 3])))),
        ..Default::default()
    };
    let parameters = [
        ("name__ilike", "s0"),
        ("client_order_ref__is_set", "true"),
        ("state__ne", "draft"),
        ("partner_id.city", "Fairfield"),
        ("user_id__in", "2,3"),
    ];
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let request = Request::parse(&registry, model, &parameters, &Limits::default(), &orm::wire::V1).unwrap();
    assert_eq!(flat(typed.into()), flat(request.domain));
}
