//! Checks of the options of relations.

use proc_macro2::Span;
use syn::{LitStr, Type};

use super::constraints::own_column;
use super::names::{LONGEST_NAME, LONGEST_TABLE, is_system_column, is_system_table};
use crate::ctxt::Ctxt;
use crate::ir::{Field, Kind, Model};
use crate::naming;
use crate::parse::field::{Index, OnDelete};

/// An x2many is never an `Option`: an empty one is an empty list.
pub(super) fn no_option(cx: &Ctxt, field: &Field) {
    if field.optional && field.is_x2many() {
        let right = text_of(&field.inner);
        cx.error_on(
            &field.ty,
            format!("an empty relation is an empty list; write `{right}`, without `Option`"),
        );
    }
}

/// `on_delete` and `delegate` belong to many2one fields.
pub(super) fn many2one(cx: &Ctxt, field: &Field) {
    let is_many2one = matches!(field.kind, Kind::Many2one(_));
    if matches!(field.kind, Kind::Unknown) {
        return;
    }
    if let Some(on_delete) = &field.options.on_delete {
        if !is_many2one {
            cx.error(on_delete.span, "`on_delete` belongs to a `Many2one<…>`; leave it out");
        } else if on_delete.value == OnDelete::SetNull && !field.optional {
            let right = text_of(&field.ty);
            cx.error(
                on_delete.span,
                format!("a required field cannot become empty; write `on_delete = restrict`, or the type as `Option<{right}>`"),
            );
        }
    }
    if let Some(delegate) = &field.options.delegate {
        if !is_many2one {
            cx.error(
                delegate.span,
                "`delegate` belongs to a required `Many2one<…>`; leave it out",
            );
        } else if field.optional {
            let right = text_of(&field.inner);
            cx.error(
                delegate.span,
                format!("a record always has the one it delegates to; write the type as `{right}`"),
            );
        }
    }
}

/// A one2many needs `inverse`, and nothing else has one.
pub(super) fn one2many(cx: &Ctxt, field: &Field) {
    match (&field.kind, &field.options.inverse) {
        (Kind::One2many(_), None) if !field.options.is_written("inverse") && !field.is_derived() => cx.error(
            field.ident.span(),
            "a one2many needs the many2one that refers back: `#[field(inverse = order_id)]`",
        ),
        (Kind::One2many(_) | Kind::Unknown, _) | (_, None) => {}
        (_, Some(inverse)) => cx.error(inverse.span(), "`inverse` belongs to a `One2many<…>`; leave it out"),
    }
}

/// `relation`, `column` and `target_column` belong to many2many fields.
pub(super) fn many2many(cx: &Ctxt, model: &Model, field: &Field) {
    let options = &field.options;
    let names = [
        ("relation", &options.relation),
        ("column", &options.column),
        ("target_column", &options.target_column),
    ];
    match &field.kind {
        Kind::Unknown => {}
        Kind::Many2many(target) => {
            for (key, literal) in names {
                relation_name(cx, key, literal.as_ref());
            }
            if field.is_derived() {
                return; // it has no table
            }
            let (relation, column, target_column) = field.relation_names(&model.table, target);
            if options.relation.is_none() && relation.len() > LONGEST_TABLE {
                cx.error(
                    field.ident.span(),
                    format!("`{relation}` is too long for a table; write `relation = \"a_shorter_name\"`"),
                );
            }
            if column == target_column {
                let place = options.target_column.as_ref().or(options.column.as_ref());
                cx.error(
                    place.map_or(field.ident.span(), LitStr::span),
                    format!(
                        "both columns of the relation table are named `{column}`; write `target_column = \"other_id\"`"
                    ),
                );
            }
        }
        _ => {
            for (key, literal) in names {
                if let Some(literal) = literal {
                    cx.error(
                        literal.span(),
                        format!("`{key}` belongs to a `Many2many<…>`; leave it out"),
                    );
                }
            }
        }
    }
}

fn relation_name(cx: &Ctxt, key: &str, literal: Option<&LitStr>) {
    let Some(literal) = literal else { return };
    let name = literal.value();
    let (is_system, longest) = match key {
        "relation" => (is_system_table(&name), LONGEST_TABLE),
        _ => (is_system_column(&name), LONGEST_NAME),
    };
    if is_system {
        cx.error(
            literal.span(),
            format!("`{name}` is the database's own; write another name, `{key} = \"x_{name}\"`"),
        );
    } else if !naming::is_sql_name(&name) {
        cx.error(
            literal.span(),
            format!("`{name}` is no SQL name; write lower-case words, `{key} = \"sale_order_id\"`"),
        );
    } else if name.len() > longest {
        cx.error(
            literal.span(),
            format!("`{key}` has at most {longest} characters; write a shorter one"),
        );
    }
}

/// A `domain` is about what is written into a relation of this model.
pub(super) fn domain(cx: &Ctxt, model: &Model, field: &Field) {
    let Some(domain) = &field.options.domain else { return };
    let why = match field.kind {
        Kind::Unknown => return,
        Kind::Many2one(_) | Kind::Many2many(_) if field.stored() && !field.is_related() => {
            for name in domain.value.own_fields() {
                own_column(cx, model, name, "a `domain` cannot name it");
            }
            return;
        }
        Kind::Many2one(_) | Kind::Many2many(_) => {
            "a value is given to the field that this one is made of: write it there"
        }
        Kind::One2many(_) => "a record is put into it by its inverse: write it at that field",
        _ => "it belongs to a `Many2one<…>` or a `Many2many<…>`; leave it out",
    };
    cx.error(domain.span, format!("`domain`: {why}"));
}

/// An index needs a column, one of trigrams a text.
pub(super) fn index(cx: &Ctxt, field: &Field) {
    let Some(index) = &field.options.index else { return };
    if !field.has_column() {
        let why = match field.kind {
            Kind::One2many(_) => "the index stands on the inverse field",
            Kind::Many2many(_) => "the relation table has its own",
            Kind::Unknown => return,
            _ => "a computed or related field has a column with `store`",
        };
        let why = format!("the field has no column to index: {why}; leave `index` out");
        return cx.error(index.span, why);
    }
    let is_text = matches!(field.kind, Kind::Char | Kind::Text | Kind::Html);
    if index.value == Index::Trigram && !is_text {
        let why =
            "trigrams are parts of a text: `index = \"trigram\"` is for `String`, `Text` and `Html`; write `index`";
        cx.error(index.span, why);
    }
}

/// At most one delegate: two could have fields of one name.
pub(super) fn delegates(cx: &Ctxt, model: &Model) {
    let spans = |field: &Field| field.options.delegate.as_ref().map(|delegate| delegate.span);
    let rest: Vec<Span> = model.delegates().skip(1).filter_map(spans).collect();
    for span in rest {
        let first = model.delegates().next().map_or("", |field| &field.name);
        cx.error(
            span,
            format!("the model delegates to `{first}` already; keep one `delegate`"),
        );
    }
}

fn text_of(ty: &Type) -> String {
    quote::quote!(#ty).to_string().replace(' ', "")
}
