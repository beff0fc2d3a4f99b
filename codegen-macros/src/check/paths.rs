//! Checks of paths: the first name of each is this model's own and checked here; names behind it are other models'.
//!
//! A model that delegates has the fields of its delegate too, and an extension those of its model, which only rustc knows:
//! their unknown names are left to `expand/links.rs`.

use std::collections::HashSet;

use proc_macro2::Ident;

use crate::ctxt::Ctxt;
use crate::ir::{Field, IMPLICIT, Kind, Model};
use crate::naming;
use crate::parse::path::{Node, Part, Path};

/// What the first name of a path is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Own {
    Scalar,
    ToOne,
    ToMany,
    /// Perhaps a field of the delegate or of the extended model, or a field whose type is reported already.
    Elsewhere,
}

/// What the name is; reports a name that no field has, and returns `None`.
fn own(cx: &Ctxt, model: &Model, name: &Ident) -> Option<Own> {
    let text = naming::name(name);
    if let Some(field) = model.field(&text) {
        return Some(match field.kind {
            Kind::Many2one(_) => Own::ToOne,
            Kind::One2many(_) | Kind::Many2many(_) => Own::ToMany,
            Kind::Unknown => Own::Elsewhere,
            _ => Own::Scalar,
        });
    }
    match text.as_str() {
        "create_uid" | "write_uid" => return Some(Own::ToOne),
        _ if IMPLICIT.iter().any(|implicit| *implicit == text) => return Some(Own::Scalar),
        _ if model.has_more() => return Some(Own::Elsewhere),
        _ => {}
    }
    let hint = naming::hint(&text, "its fields", model.names());
    cx.error(name.span(), format!("`{}` has no field `{text}`{hint}", model.ident));
    None
}

/// Checks the first hop: it exists, and is a relation where the path goes on.
fn path(cx: &Ctxt, model: &Model, path: &Path) -> Option<Own> {
    let first = path.hops.first()?;
    let own = own(cx, model, first)?;
    if own == Own::Scalar && path.hops.len() > 1 {
        cx.error(
            first.span(),
            format!(
                "`{}`: `{1}` is no relation, a path cannot go on behind it; write `{1}`",
                path.dotted(),
                naming::name(first)
            ),
        );
        return None;
    }
    Some(own)
}

/// The paths of `#[rule(…)]`.
pub(super) fn rules(cx: &Ctxt, model: &Model) {
    for named in model.rules.iter().flat_map(|rule| rule.condition.paths()) {
        path(cx, model, named);
    }
}

/// `related = …`: a path over to-one relations.
pub(super) fn to_one(cx: &Ctxt, model: &Model, related: &Path) {
    let own = path(cx, model, related);
    if let (Some(Own::ToMany), Some(first)) = (own, related.hops.first()) {
        cx.error(
            first.span(),
            format!(
                "`{}` leads to many records; a related field is behind to-one relations: `related = partner_id.name`",
                related.dotted()
            ),
        );
    }
}

/// Reports a secret field where callers would see its value.
fn not_secret(cx: &Ctxt, model: &Model, name: &Ident) {
    if model
        .field(&naming::name(name))
        .is_some_and(|field| field.options.secret.is_some())
    {
        cx.error(
            name.span(),
            format!("`{name}` is `secret`, so nothing may show it; leave it out here"),
        );
    }
}

/// `depends(…)` and `loads(…)`.
pub(super) fn depends(cx: &Ctxt, model: &Model, field: &Field) {
    let mut seen = HashSet::new();
    if field.is_related() {
        return; // checked by `related::path`
    }
    for depends in field.depends().iter().chain(field.loads()) {
        path(cx, model, depends);
        let dotted = depends.dotted();
        let [first, ..] = depends.hops.as_slice() else {
            continue;
        };
        if dotted == field.name {
            cx.error(
                first.span(),
                format!("`{dotted}` cannot depend on itself; leave it out"),
            );
        }
        if !seen.insert(dotted.clone()) {
            cx.error(first.span(), format!("`{dotted}` is named twice; keep one"));
        }
    }
}

/// `resets(…)`: stored fields of the model itself, since a change of others is not seen.
pub(super) fn resets(cx: &Ctxt, model: &Model, field: &Field) {
    let mut seen = HashSet::new();
    for ident in field.resets() {
        let name = naming::name(ident);
        match model.field(&name) {
            _ if name == field.name => cx.error(ident.span(), format!("`{name}` cannot reset itself; leave it out")),
            Some(other) if matches!(other.kind, Kind::Unknown) || other.stored() => {}
            Some(_) => cx.error(
                ident.span(),
                format!("`{name}` is not stored, so its changes are not seen; leave it out of `resets`"),
            ),
            None if model.base.is_some() => {} // the start-up checks look for it
            None => {
                let hint = naming::hint(
                    &name,
                    "its fields",
                    model.fields.iter().map(|field| field.name.as_str()),
                );
                cx.error(
                    ident.span(),
                    format!("`{}` declares no field `{name}`{hint}", model.ident),
                );
            }
        }
        if !seen.insert(name.clone()) {
            cx.error(ident.span(), format!("`{name}` is named twice; keep one"));
        }
    }
}

/// `order = "…"`.
pub(super) fn order(cx: &Ctxt, model: &Model) {
    let mut seen = HashSet::new();
    for term in &model.order {
        let own = path(cx, model, &term.path);
        let Some(first) = term.path.hops.first() else {
            continue;
        };
        let dotted = term.path.dotted();
        if own == Some(Own::ToMany) {
            cx.error(
                first.span(),
                format!("`{dotted}` leads to many records; an order goes over to-one relations: `partner_id.name`"),
            );
        }
        if term.path.hops.len() == 1
            && model
                .field(&dotted)
                .is_some_and(|field| field.is_computed() && !field.stored())
        {
            cx.error(
                first.span(),
                format!("`{dotted}` is not stored, so the database cannot order by it; add `store` to the field"),
            );
        }
        if !seen.insert(dotted.clone()) {
            cx.error(
                first.span(),
                format!("`{dotted}` is named twice in the order; keep one"),
            );
        }
    }
}

/// `#[display_name(…)]`.
pub(super) fn display_name(cx: &Ctxt, model: &Model) {
    let parts = model.display_name.iter().flatten();
    for name in parts.filter_map(|part| match part {
        Part::Path(path) => Some(path),
        Part::Text(_) => None,
    }) {
        let own = path(cx, model, name);
        let Some(first) = name.hops.first() else {
            continue;
        };
        let dotted = name.dotted();
        not_secret(cx, model, first);
        if own == Some(Own::ToMany) {
            cx.error(
                first.span(),
                format!(
                    "`{{{dotted}}}` leads to many records; write a path over to-one relations: `{{partner_id.name}}`"
                ),
            );
        }
        if dotted == "display_name" {
            cx.error(first.span(), "a display name cannot contain itself; write `{name}`");
        }
        if name.hops.len() == 1
            && model
                .field(&dotted)
                .is_some_and(|field| field.is_computed() && !field.stored())
        {
            cx.error(
                first.span(),
                format!(
                    "`{{{dotted}}}` is not stored, so the database cannot name records by it; add `store` to the field"
                ),
            );
        }
    }
}

/// `#[name_search(…)]`: texts, also behind to-one relations.
pub(super) fn name_search(cx: &Ctxt, model: &Model) {
    let mut seen = HashSet::new();
    for name in &model.name_search {
        let own = path(cx, model, name);
        let Some(first) = name.hops.first() else {
            continue;
        };
        let dotted = name.dotted();
        not_secret(cx, model, first);
        if own == Some(Own::ToMany) {
            cx.error(
                first.span(),
                format!("`{dotted}` leads to many records; write a path over to-one relations: `partner_id.name`"),
            );
        }
        let field = model.field(&dotted);
        let text = |kind: &Kind| matches!(kind, Kind::Char | Kind::Text | Kind::Html | Kind::Unknown);
        if field.is_some_and(|field| !text(&field.kind)) {
            cx.error(
                first.span(),
                format!("`{dotted}` is not text, which is what a search by name looks in; write `name`"),
            );
        } else if field.is_some_and(|field| field.is_computed() && !field.stored()) {
            cx.error(
                first.span(),
                format!("`{dotted}` is not stored, so the database cannot look in it; add `store` to the field"),
            );
        }
        if !seen.insert(dotted.clone()) {
            cx.error(first.span(), format!("`{dotted}` is named twice; keep one"));
        }
    }
}

/// `#[read(…)]` and `#[write_response(…)]`.
pub(super) fn trees(cx: &Ctxt, model: &Model) {
    for nodes in [Some(&model.read), model.write_response.as_ref()].into_iter().flatten() {
        unique_names(cx, nodes);
        for node in nodes {
            let own = own(cx, model, &node.name);
            not_secret(cx, model, &node.name);
            if own == Some(Own::Scalar) && !node.children.is_empty() {
                cx.error(
                    node.name.span(),
                    format!(
                        "`{0}` is no relation and has no fields of its own; write `{0}`",
                        naming::name(&node.name)
                    ),
                );
            }
        }
    }
}

/// Reports a name that occurs twice on one level.
fn unique_names(cx: &Ctxt, nodes: &[Node]) {
    let mut seen = HashSet::new();
    for node in nodes {
        let name = naming::name(&node.name);
        if !seen.insert(name.clone()) {
            cx.error(
                node.name.span(),
                format!("`{name}` is named twice on this level; keep one"),
            );
        }
        unique_names(cx, &node.children);
    }
}
