//! A declared field, and what follows from its type and options.

use heck::ToSnakeCase as _;
use proc_macro2::Ident;
use syn::{Attribute, ExprPath, Type, Visibility};

use super::Model;
use super::kind::{self, Kind};
use crate::naming;
use crate::parse::condition::Condition;
use crate::parse::default::DefaultValue;
use crate::parse::field::{Index, OnDelete, Options};
use crate::parse::path::Path;
use crate::pattern::Form;

/// A declared field.
pub(crate) struct Field {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    /// Name in SQL and JSON.
    pub(crate) name: String,
    /// Index in the definition.
    pub(crate) index: usize,
    pub(crate) label: String,
    pub(crate) help: String,
    /// The type as written.
    pub(crate) ty: Type,
    /// The type without `Option`.
    pub(crate) inner: Type,
    pub(crate) optional: bool,
    pub(crate) kind: Kind,
    pub(crate) options: Options,
}

impl Field {
    /// What the relation refers to; `None` for scalars.
    pub(crate) fn target(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Many2one(target) | Kind::One2many(target) | Kind::Many2many(target) => Some(target),
            _ => None,
        }
    }

    /// Its role, by name and type: `active: bool` is `Active`, a many2one `parent_id` to the model itself is `Parent`.
    pub(crate) fn role(&self, model: &Model) -> Option<&'static str> {
        let to_itself = |target: &Type| {
            let name = kind::last_name(target);
            let of_base = model.base.as_ref().is_some_and(|base| name == kind::last_name(base));
            name == "Self" || name == naming::name(&model.ident) || of_base
        };
        match &self.kind {
            Kind::Bool if self.name == "active" => Some("Active"),
            Kind::Many2one(target) if self.name == "parent_id" && to_itself(target) => Some("Parent"),
            _ => None,
        }
    }

    /// One2many or many2many.
    pub(crate) fn is_x2many(&self) -> bool {
        matches!(self.kind, Kind::One2many(_) | Kind::Many2many(_))
    }

    /// A value is required, and a related field always has one.
    pub(crate) fn required(&self) -> bool {
        !self.optional && !self.is_x2many() && (!self.is_computed() || self.options.store.is_some())
    }

    /// `related = …`: the path to the field that it stands for.
    pub(crate) fn related(&self) -> Option<&Path> {
        self.options.related.as_ref().map(|related| &related.value)
    }

    /// Declared `related`, with a well-formed path or not.
    pub(crate) fn is_related(&self) -> bool {
        self.options.is_written("related")
    }

    /// Its value comes from other fields: computed or related.
    pub(crate) fn is_derived(&self) -> bool {
        self.is_computed() || self.is_related()
    }

    /// Declared `compute`.
    pub(crate) fn is_computed(&self) -> bool {
        self.options.compute.is_some()
    }

    /// Computed unless it is given.
    pub(crate) fn writable(&self) -> bool {
        self.is_computed() && self.options.writable.is_some()
    }

    /// The fields whose change computes it again, even over a given value.
    pub(crate) fn resets(&self) -> &[Ident] {
        self.options.resets.as_ref().map_or(&[], |resets| &resets.value)
    }

    /// Computed for many records at once.
    pub(crate) fn batch(&self) -> bool {
        self.is_computed() && self.options.batch.is_some()
    }

    /// The method that computes it, with the span where the author named it.
    pub(crate) fn compute_method(&self) -> Option<&Ident> {
        self.options
            .compute
            .as_ref()
            .map(|compute| compute.value.as_ref().unwrap_or(&self.ident))
    }

    /// The paths that the computation reads; for a stored related field, its own path.
    pub(crate) fn depends(&self) -> &[Path] {
        match (&self.options.depends, &self.options.related) {
            (Some(depends), _) => &depends.value,
            (None, Some(related)) if self.options.store.is_some() => std::slice::from_ref(&related.value),
            (None, _) => &[],
        }
    }

    /// The paths that the computation reads without running again after their change.
    pub(crate) fn loads(&self) -> &[Path] {
        self.options.loads.as_ref().map_or(&[], |loads| &loads.value)
    }

    /// Refused in create and update bodies.
    pub(crate) fn readonly(&self) -> bool {
        let derived = self.is_computed() && !self.writable() || self.is_related() && self.options.writable.is_none();
        self.options.readonly.is_some() || derived
    }

    /// Has a column, or a relation table.
    pub(crate) fn stored(&self) -> bool {
        match self.kind {
            Kind::One2many(_) | Kind::Unknown => false,
            _ => !self.is_derived() || self.options.store.is_some(),
        }
    }

    /// Has a column.
    pub(crate) fn has_column(&self) -> bool {
        self.stored() && !self.is_x2many()
    }

    /// The index on its column.
    pub(crate) fn index(&self) -> Index {
        let default = match self.kind {
            Kind::Many2one(_) if self.stored() => Index::BTree,
            _ => Index::None,
        };
        self.options.index.as_ref().map_or(default, |index| index.value)
    }

    /// Is copied with the record.
    pub(crate) fn copy(&self) -> bool {
        let default = !matches!(self.kind, Kind::One2many(_)) && (!self.is_derived() || self.writable());
        self.options.copy.as_ref().map_or(default, |copy| copy.value)
    }

    /// The default; `false` for a required `bool` that declares none.
    pub(crate) fn default(&self) -> Option<DefaultValue> {
        match (&self.options.default, &self.kind) {
            (Some(default), _) => Some(default.value.clone()),
            (None, Kind::Bool) if self.required() && !self.is_derived() => Some(DefaultValue::Bool(false)),
            (None, _) => None,
        }
    }

    /// The last name of the field's type, without `Option`: `SaleOrderState`.
    pub(crate) fn type_name(&self) -> String {
        kind::last_name(&self.inner)
    }

    /// The enum of a default, where it is not the field's own: `Size` in `Size::Big`. Enums are compared by name.
    pub(crate) fn other_enum(&self, default: &ExprPath) -> Option<String> {
        let name = naming::name(&default.path.segments.iter().nth_back(1)?.ident);
        (name != self.type_name()).then_some(name)
    }

    /// What happens when the target is deleted.
    pub(crate) fn on_delete(&self) -> OnDelete {
        let default = if self.optional {
            OnDelete::SetNull
        } else {
            OnDelete::Restrict
        };
        self.options
            .on_delete
            .as_ref()
            .map_or(default, |on_delete| on_delete.value)
    }

    /// Which records a relation is for.
    pub(crate) fn domain(&self) -> Option<&Condition> {
        self.options.domain.as_ref().map(|domain| &domain.value)
    }

    /// The form of its texts.
    pub(crate) fn text_form(&self) -> Option<Form> {
        let options = &self.options;
        let pattern = options.pattern.as_ref().map(|pattern| Form::Pattern(pattern.value()));
        let word = |option: &Option<_>, form| option.as_ref().map(|_| form);
        pattern
            .or_else(|| word(&options.email, Form::Email))
            .or_else(|| word(&options.url, Form::Url))
    }

    /// Precision and scale of a decimal.
    pub(crate) fn digits(&self) -> (u8, u8) {
        self.options.digits.as_ref().map_or((16, 2), |digits| digits.value)
    }

    /// Relation table of a many2many, its column to this model's `table`, and its column to the target.
    pub(crate) fn relation_names(&self, table: &str, target: &Type) -> (String, String, String) {
        let given = |literal: &Option<syn::LitStr>| literal.as_ref().map(syn::LitStr::value);
        let target = kind::last_name(target).to_snake_case();
        (
            given(&self.options.relation).unwrap_or_else(|| format!("{table}_{}_rel", self.name)),
            given(&self.options.column).unwrap_or_else(|| format!("{table}_id")),
            given(&self.options.target_column).unwrap_or_else(|| format!("{target}_id")),
        )
    }

    /// The target of a delegating many2one.
    pub(crate) fn delegate_target(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Many2one(target) if self.options.delegate.is_some() => Some(target),
            _ => None,
        }
    }
}
