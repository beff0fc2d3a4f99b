//! Checks of the names of models and fields, and of the number of columns.

use crate::ctxt::Ctxt;
use crate::ir::{Field, IMPLICIT_COLUMNS, Model};
use crate::naming;
use heck::ToSnakeCase as _;

/// The most columns of a table: Diesel supports 64, of which a few are kept for the future.
const MOST_COLUMNS: usize = 60;

/// The longest name: PostgreSQL cuts longer ones.
pub(super) const LONGEST_NAME: usize = 63;

/// The longest name of a table: PostgreSQL derives `…_id_seq` and `…_pkey` from it, which must not be longer than 63.
pub(super) const LONGEST_TABLE: usize = 56;

/// Query parameters with a meaning of their own. A filter is named after its field, so no field has such a name.
const PARAMETERS: [&str; 13] = [
    "fields",
    "order",
    "limit",
    "offset",
    "domain",
    "count",
    "cursor",
    "active_test",
    "group_by",
    "aggregate",
    "having",
    "time_zone",
    "fill_temporal",
];

/// Columns that a database gives every table itself.
const SYSTEM_COLUMNS: [&str; 9] = [
    "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "oid", "rowid", "_rowid_",
];

/// The prefix of SQLite's own tables.
const SYSTEM_TABLES: &str = "sqlite_";

/// Whether a database gives every table a column of this name.
pub(super) fn is_system_column(name: &str) -> bool {
    SYSTEM_COLUMNS.contains(&name)
}

/// Whether a table name is reserved by a database.
pub(super) fn is_system_table(name: &str) -> bool {
    name.starts_with(SYSTEM_TABLES)
}

/// The model's name, `sale.order`.
pub(super) fn model_name(cx: &Ctxt, model: &Model) {
    let name = &model.name.value;
    if !is_model_name(name) {
        cx.error(
            model.name.span,
            format!("`{name}` is no name of a model: write lower-case words with dots between, `sale.order`"),
        );
    } else if name.len() > LONGEST_TABLE {
        cx.error(
            model.name.span,
            format!("a model's name has at most {LONGEST_TABLE} characters; write a shorter one"),
        );
    } else if is_system_table(&model.table) {
        cx.error(
            model.name.span,
            format!("tables named `{SYSTEM_TABLES}…` are the database's own; write another name, `x.{name}`"),
        );
    }
}

/// Reports what an extension cannot have: a field `base`, since its struct has a member of that name (the record of the
/// extended model), and `delegate`.
pub(super) fn base(cx: &Ctxt, model: &Model) {
    let fields = model.fields.iter().filter(|_| model.base.is_some());
    for field in fields {
        if field.ident == "base" {
            let message = "the struct of an extension has a member `base` already: the record that it extends; write another name";
            cx.error(field.ident.span(), message);
        }
        if let Some(delegate) = &field.options.delegate {
            cx.error(
                delegate.span,
                "`delegate` is written in the extended model itself; leave it out here",
            );
        }
    }
}

/// A `view` is a relation of the extended model, and has no options of its own.
pub(super) fn views(cx: &Ctxt, model: &Model) {
    for view in &model.views {
        if view.target().is_none() || view.options.has_others("view") {
            let message = "a `view` is a relation of the extended model with another struct of its target; write \
                           `#[field(view)] product_tmpl_id: Many2one<ProductTemplateSales>`";
            cx.error(view.ident.span(), message);
        }
    }
    for field in model.fields.iter().filter_map(|field| field.options.view.as_ref()) {
        cx.error(
            field.span,
            "`view` belongs to `#[extend(…)]`; write the struct of the target as the type, and leave it out",
        );
    }
}

/// At most 60 columns.
pub(super) fn columns(cx: &Ctxt, model: &Model) {
    if too_many_columns(model) {
        let columns = model.columns().count() + IMPLICIT_COLUMNS;
        cx.error(
            model.ident.span(),
            format!(
                "the table would have {columns} columns, at most are {MOST_COLUMNS}; move some fields to a model of their \
                 own: `Many2one<…>`, or `#[field(delegate)]` to keep their names"
            ),
        );
    }
}

/// Whether there are too many columns; then no `diesel::table!` is generated.
pub(crate) fn too_many_columns(model: &Model) -> bool {
    model.columns().count() + IMPLICIT_COLUMNS > MOST_COLUMNS
}

/// The name can be used in Rust, SQL, JSON and URLs.
pub(super) fn field_name(cx: &Ctxt, field: &Field) {
    let (name, span) = (&field.name, field.ident.span());
    if PARAMETERS.contains(&name.as_str()) {
        cx.error(
            span,
            format!(
                "`{name}` is a field named like a parameter: `?{name}=` has a meaning in URLs; write another name, \
                     `{name}_value`"
            ),
        );
    } else if is_system_column(name) {
        let right = name.trim_matches('_');
        cx.error(
            span,
            format!("`{name}` is a column that the database gives every table; write another name, `{right}_value`"),
        );
    } else if !naming::is_sql_name(name) {
        let right = name.to_snake_case();
        let right = right.trim_matches('_');
        cx.error(
            span,
            format!("a field's name is lower-case letters, digits and underscores: `{right}`"),
        );
    } else if name.contains("__") {
        let right = name.replace("__", "_");
        cx.error(
            span,
            format!("`__` stands between field and operator in URLs; write `{right}`"),
        );
    } else if name.len() > LONGEST_NAME {
        cx.error(
            span,
            format!("a field's name has at most {LONGEST_NAME} characters; write a shorter one"),
        );
    }
}

/// `renamed_from` is a valid name, and not one in use now.
pub(super) fn renamed(cx: &Ctxt, model: &Model) {
    if let Some(former) = &model.renamed_from {
        let name = former.value();
        if name == model.name.value {
            cx.error(
                former.span(),
                format!("the model is called `{name}` now; leave `renamed_from` out"),
            );
        } else if !is_model_name(&name) {
            cx.error(
                former.span(),
                format!("`{name}` is no name of a model: `renamed_from = \"sale.quote\"`"),
            );
        }
    }
    for former in model
        .fields
        .iter()
        .filter_map(|field| field.options.renamed_from.as_ref())
    {
        let name = former.value();
        if model.names().any(|known| known == name) {
            let message =
                format!("there is a field `{name}` now, so nothing was renamed from it; leave `renamed_from` out");
            cx.error(former.span(), message);
        } else if !naming::is_sql_name(&name) {
            cx.error(
                former.span(),
                format!("`{name}` is no name of a field: `renamed_from = \"title\"`"),
            );
        }
    }
}

fn is_model_name(name: &str) -> bool {
    name.split('.').count() >= 2 && name.split('.').all(naming::is_sql_name)
}
