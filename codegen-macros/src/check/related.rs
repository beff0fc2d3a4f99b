//! Checks of `related`, and of `search`.

use super::paths;
use crate::ctxt::Ctxt;
use crate::ir::{Field, Kind, Model};

/// Options that a related field cannot have.
pub(super) fn conflicts(cx: &Ctxt, field: &Field) {
    let options = &field.options;
    if !field.is_related() {
        return;
    }
    let others = [
        (options.compute.as_ref().map(|compute| compute.span), "compute"),
        (options.depends.as_ref().map(|depends| depends.span), "depends"),
        (options.loads.as_ref().map(|loads| loads.span), "loads"),
        (options.resets.as_ref().map(|resets| resets.span), "resets"),
        (options.batch.as_ref().map(|batch| batch.span), "batch"),
        (options.default.as_ref().map(|default| default.span), "default"),
        (options.delegate.as_ref().map(|delegate| delegate.span), "delegate"),
        (options.inverse.as_ref().map(syn::Ident::span), "inverse"),
        (options.relation.as_ref().map(syn::LitStr::span), "relation"),
        (options.column.as_ref().map(syn::LitStr::span), "column"),
        (options.target_column.as_ref().map(syn::LitStr::span), "target_column"),
    ];
    for (span, key) in others {
        if let Some(span) = span {
            cx.error(
                span,
                format!("a related field has what stands at its path's end; leave `{key}` or `related` out"),
            );
        }
    }
    if let Some(readonly) = &options.readonly {
        cx.error(
            readonly.span,
            match options.writable {
                Some(_) => "a field is `readonly` or `writable`, not both; leave one out",
                None => "a related field is readonly already; leave `readonly` out",
            },
        );
    }
    if let Some(copy) = options.copy.as_ref().filter(|copy| copy.value) {
        cx.error(
            copy.span,
            "a related field is not the record's own to copy; leave `copy` out",
        );
    }
    if field.is_x2many() {
        for (option, key) in [(&options.store, "store"), (&options.writable, "writable")] {
            if let Some(option) = option {
                cx.error(
                    option.span,
                    format!("the records of a relation to many are kept by the related record; leave `{key}` out"),
                );
            }
        }
    }
}

/// The path has at least one relation, and goes over to-one relations.
pub(super) fn path(cx: &Ctxt, model: &Model, field: &Field) {
    let Some(path) = field.related() else { return };
    let Some(first) = path.hops.first() else { return };
    if path.hops.len() == 1 {
        cx.error(
            first.span(),
            "a related field stands behind a relation; write a path, `related = order_id.state`",
        );
        return;
    }
    paths::to_one(cx, model, path);
}

/// Before it is computed, a field holds the empty value of its type. A selection needs `Option` for it. (Whether another
/// field needs it depends on the path, which the start-up checks.)
pub(super) fn optional(cx: &Ctxt, field: &Field) {
    if field.is_related() && matches!(field.kind, Kind::Selection) && !field.optional {
        let ty = &field.ty;
        let right = quote::quote!(#ty).to_string().replace(' ', "");
        cx.error_on(
            ty,
            format!("a related field of this type may be empty; write `Option<{right}>`"),
        );
    }
}

/// `search` belongs to computed fields without `store`, which the database cannot compare.
pub(super) fn search(cx: &Ctxt, field: &Field) {
    let Some(search) = &field.options.search else { return };
    if !field.is_computed() {
        cx.error(
            search.span(),
            "`search` says how a computed field is searched by; write `compute` too, or leave it out",
        );
    } else if field.options.store.is_some() {
        cx.error(
            search.span(),
            "a stored field is searched by its column; leave `search` or `store` out",
        );
    }
}
