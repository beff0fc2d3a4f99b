//! Checks of `compute` and the options that go with it: `store`, `depends`, `loads`, `writable`, `resets`, `batch`.

use crate::ctxt::Ctxt;
use crate::ir::{Field, Kind};

/// Options that need `compute`, and options that a computed field cannot have.
pub(super) fn conflicts(cx: &Ctxt, field: &Field) {
    let Some(compute) = &field.options.compute else {
        if field.is_related() {
            return;
        }
        if let Some(depends) = &field.options.depends {
            cx.error(
                depends.span,
                "`depends` says what a computation reads; write `compute` too, or leave it out",
            );
        }
        if let Some(loads) = &field.options.loads {
            cx.error(
                loads.span,
                "`loads` says what a computation reads without following it; write `compute` too, or leave it out",
            );
        }
        if let Some(store) = &field.options.store {
            cx.error(
                store.span,
                "a field is stored unless it is computed or related; write `compute` or `related` too, or leave `store` out",
            );
        }
        if let Some(writable) = &field.options.writable {
            cx.error(
                writable.span,
                "a field can be written unless it is computed, related or `readonly`; write `compute` too, or leave `writable` out",
            );
        }
        if let Some(resets) = &field.options.resets {
            cx.error(
                resets.span,
                "`resets` says when a writable field is computed again; write `compute, store, writable` too, or leave it out",
            );
        }
        if let Some(batch) = &field.options.batch {
            cx.error(
                batch.span,
                "`batch` says how a field is computed; write `compute` too, or leave it out",
            );
        }
        return;
    };
    let stored = field.options.store.is_some();
    if matches!(field.kind, Kind::One2many(_)) {
        cx.error(
            compute.span,
            "the records of a one2many are those that refer back; write the type as `Many2many<…>`, or leave `compute` out",
        );
    }
    if let Some(default) = &field.options.default {
        cx.error(
            default.span,
            "a computed field has no default: its method decides; leave `default` or `compute` out",
        );
    }
    if let Some(delegate) = &field.options.delegate {
        cx.error(
            delegate.span,
            "a computed field cannot delegate; leave `delegate` or `compute` out",
        );
    }
    if let Some(readonly) = &field.options.readonly {
        cx.error(
            readonly.span,
            match field.writable() {
                true => "a field is `readonly` or `writable`, not both; leave one out",
                false => "a computed field is readonly already; leave `readonly` out",
            },
        );
    }
    writable(cx, field, stored);
    if let Some(copy) = (field.options.copy.as_ref()).filter(|copy| copy.value && !field.writable()) {
        cx.error(
            copy.span,
            "a computed field is computed anew in the copy; leave `copy` out",
        );
    }
}

/// `loads` needs a stored field: a field computed at every read follows everything that it reads.
pub(super) fn loads(cx: &Ctxt, field: &Field) {
    if let Some(loads) = field.options.loads.as_ref().filter(|_| !field.stored()) {
        cx.error(
            loads.span,
            "a field computed when read follows all that it reads; write `depends(…)` instead of `loads(…)`, or `store` too",
        );
    }
}

/// `writable` needs `store`, to keep what is written; `resets` needs `writable`.
fn writable(cx: &Ctxt, field: &Field, stored: bool) {
    if let Some(writable) = field.options.writable.as_ref().filter(|_| !stored) {
        cx.error(
            writable.span,
            "what is written to a computed field has to be kept; write `store` too, or leave `writable` out",
        );
    }
    if let Some(resets) = field.options.resets.as_ref().filter(|_| !field.writable()) {
        cx.error(
            resets.span,
            "a field that cannot be written is always computed again; write `writable` too, or leave `resets` out",
        );
    }
}

/// A stored computed field needs `depends`, which says when it is recomputed.
pub(super) fn store(cx: &Ctxt, field: &Field) {
    let Some(store) = field.options.store.as_ref().filter(|_| field.is_computed()) else {
        return;
    };
    // A writable field with `loads` only is computed once, when its record is created, and follows nothing.
    let at_first = field.writable() && field.options.is_written("loads");
    if !field.options.is_written("depends") && !at_first {
        cx.error(
            store.span,
            "a stored computed field says when it is recomputed: `depends(order_line.price_subtotal)`; without `store`, it \
             is computed at every read",
        );
    }
}

/// Before it is computed, a field holds the empty value of its type. A many2one or selection needs `Option` for it.
pub(super) fn result(cx: &Ctxt, field: &Field) {
    let needs_option = matches!(field.kind, Kind::Many2one(_) | Kind::Selection);
    // A required writable field is computed before anything reads it, or has to be given.
    if field.is_computed() && needs_option && !field.optional && !field.writable() {
        let ty = &field.ty;
        let right = quote::quote!(#ty).to_string().replace(' ', "");
        cx.error_on(
            ty,
            format!("a computed field of this type may be empty; write `Option<{right}>`"),
        );
    }
}
