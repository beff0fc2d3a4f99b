//! Checks a model as a whole, and reports each mistake at its own token, with the right form. Nothing is changed here.
//!
//! Names of other models cannot be checked here: `expand/links.rs` leaves them to rustc.

mod computed;
mod constraints;
mod defaults;
mod limits;
mod names;
mod numbers;
mod paths;
mod related;
mod relations;

pub(crate) use self::names::too_many_columns;
use crate::ctxt::Ctxt;
use crate::ir::Model;

/// All checks.
pub(crate) fn model(cx: &Ctxt, model: &Model) {
    if model.base.is_none() {
        names::model_name(cx, model);
        names::columns(cx, model);
    }
    names::base(cx, model);
    names::views(cx, model);
    names::renamed(cx, model);
    for field in &model.fields {
        names::field_name(cx, field);
        numbers::digits(cx, field);
        numbers::size(cx, field);
        numbers::currency(cx, model, field);
        limits::limits(cx, field);
        limits::texts(cx, field);
        relations::no_option(cx, field);
        relations::many2one(cx, field);
        relations::one2many(cx, field);
        relations::many2many(cx, model, field);
        relations::index(cx, field);
        relations::domain(cx, model, field);
        computed::conflicts(cx, field);
        computed::store(cx, field);
        computed::loads(cx, field);
        computed::result(cx, field);
        related::conflicts(cx, field);
        related::path(cx, model, field);
        related::optional(cx, field);
        related::search(cx, field);
        defaults::default(cx, field);
        paths::depends(cx, model, field);
        paths::resets(cx, model, field);
    }
    relations::delegates(cx, model);
    paths::order(cx, model);
    paths::display_name(cx, model);
    paths::name_search(cx, model);
    paths::trees(cx, model);
    paths::rules(cx, model);
    constraints::all(cx, model);
}
