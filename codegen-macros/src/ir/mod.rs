//! The intermediate representation of a model: fields with their kinds, and what follows from their options.
//!
//! Reports what it cannot represent: a field declared twice, a field that every model has, a type that no field has.

mod field;
mod kind;

use heck::ToSnakeCase as _;
use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;
use syn::spanned::Spanned as _;
use syn::{Attribute, LitStr, Type, Visibility, parse_quote_spanned};

pub(crate) use self::field::Field;
pub(crate) use self::kind::Kind;
use crate::ctxt::Ctxt;
use crate::naming;
use crate::parse::access::{Access, Rule};
use crate::parse::args::At;
use crate::parse::condition::Condition;
use crate::parse::docs::Doc;
use crate::parse::path::{Node, OrderTerm, Part, Path};
use crate::parse::{Check, FieldSyntax, Syntax, Unique};

/// A model, or an extension of one.
pub(crate) struct Model {
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) vis: Visibility,
    pub(crate) ident: Ident,
    /// The struct of the model that this extension extends; `None` for a model.
    pub(crate) base: Option<Type>,
    /// Technical name, with the span of its literal. An extension has none; here, a name made from its struct's.
    pub(crate) name: At<String>,
    pub(crate) table: String,
    /// The model's former name.
    pub(crate) renamed_from: Option<LitStr>,
    pub(crate) label: String,
    pub(crate) help: String,
    pub(crate) api: bool,
    /// Who may do what with its records.
    pub(crate) access: Vec<Access>,
    /// Which records.
    pub(crate) rules: Vec<Rule>,
    /// The fields that the audit trail keeps: when empty, every one.
    pub(crate) audit: Option<Vec<Ident>>,
    /// Its role for the runtime: `user`, ….
    pub(crate) role: Option<Ident>,
    /// The mixins with methods.
    pub(crate) mixed: Vec<Ident>,
    /// Searches ignore accents.
    pub(crate) ignore_accents: bool,
    /// `diesel::table!` is generated, for plain Diesel.
    pub(crate) diesel_table: bool,
    /// `SaleOrderRecord` is generated too.
    pub(crate) record: bool,
    /// The declared fields.
    pub(crate) fields: Vec<Field>,
    /// Relations of the extended model that an extension reads with more fields of their targets (`view`).
    pub(crate) views: Vec<Field>,
    pub(crate) order: Vec<OrderTerm>,
    pub(crate) display_name: Vec<Vec<Part>>,
    /// The paths that a search by name looks in; when empty, the display name.
    pub(crate) name_search: Vec<Path>,
    pub(crate) read: Vec<Node>,
    /// When `None`, the read tree.
    pub(crate) write_response: Option<Vec<Node>>,
    pub(crate) uniques: Vec<At<Unique>>,
    pub(crate) indexes: Vec<At<Vec<Ident>>>,
    pub(crate) checks: Vec<Check>,
}

/// The fields that every model has.
pub(crate) const IMPLICIT: [&str; 6] = [
    "id",
    "display_name",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
];

/// Columns that every table has: the implicit fields but `display_name`.
pub(crate) const IMPLICIT_COLUMNS: usize = 5;

impl Model {
    /// Lowers the parsed syntax to a model.
    pub(crate) fn lower(cx: &Ctxt, syntax: Syntax) -> Self {
        let name = match syntax.head.name {
            Some(literal) => At {
                value: literal.value(),
                span: literal.span(),
            },
            // The missing name is reported already; any valid name will do.
            None => At {
                value: format!("unnamed.{}", syntax.ident.to_string().to_snake_case()),
                span: syntax.ident.span(),
            },
        };
        let first = usize::from(syntax.head.base.is_none()); // every model has `id` first
        let is_view = |field: &FieldSyntax| field.options.view.is_some() && syntax.head.base.is_some();
        let (views, declared) = syntax.fields.into_iter().partition(is_view);
        let fields = fields(cx, declared, first);
        let display_name = syntax
            .sections
            .display_name
            .unwrap_or_else(|| default_display_name(&fields));
        let label = label(None, &syntax.doc, || naming::type_label(&syntax.ident.to_string()));
        let table = match &syntax.head.base {
            None => naming::table(&name.value),
            Some(base) => kind::last_name(base).to_snake_case(),
        };
        Model {
            table,
            base: syntax.head.base,
            renamed_from: syntax.head.renamed_from,
            order: syntax.head.order.unwrap_or_else(|| default_order(syntax.ident.span())),
            attrs: syntax.attrs,
            vis: syntax.vis,
            ident: syntax.ident,
            name,
            label,
            help: syntax.doc.help,
            api: syntax.sections.api,
            access: syntax.sections.access,
            rules: syntax.sections.rules,
            audit: syntax.sections.audit,
            role: syntax.head.role,
            ignore_accents: syntax.head.ignore_accents.is_some(),
            mixed: syntax.head.mixed,
            diesel_table: syntax.head.table.is_some() || syntax.head.record.is_some(),
            record: syntax.head.record.is_some(),
            fields,
            views: self::fields(cx, views, 0),
            display_name,
            name_search: syntax.sections.name_search,
            read: syntax.sections.read.unwrap_or_default(),
            write_response: syntax.sections.write_response,
            uniques: syntax.sections.uniques,
            indexes: syntax.sections.indexes,
            checks: syntax.sections.checks,
        }
    }

    /// The declared field of this name.
    pub(crate) fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// All names, declared and implicit.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.fields
            .iter()
            .map(|field| field.name.as_str())
            .chain(IMPLICIT.iter().copied())
    }

    /// The fields that delegate: their targets' fields are fields of this model too.
    pub(crate) fn delegates(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.delegate_target().is_some())
    }

    /// The conditions of `#[unique(where = …)]` and `#[check(…)]`.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Condition> {
        let uniques = self.uniques.iter().filter_map(|unique| unique.value.condition.as_ref());
        uniques.chain(self.checks.iter().map(|check| &check.condition))
    }

    /// Whether a name that the struct does not declare may be a field that the model has from elsewhere: from the model
    /// that this one extends or delegates to. Only rustc knows.
    pub(crate) fn has_more(&self) -> bool {
        self.base.is_some() || self.delegates().next().is_some()
    }

    /// A field's index for typed code; that of an extension's field is its number added to the extension's key.
    pub(crate) fn index(&self, number: usize) -> TokenStream {
        let (ident, number) = (&self.ident, Literal::usize_unsuffixed(number));
        match self.base {
            Some(_) => quote!(<#ident as ::orm::schema::Part>::KEY + #number),
            None => quote!(#number),
        }
    }

    /// Index of an implicit field.
    pub(crate) fn implicit_index(&self, name: &str) -> usize {
        match name {
            "id" => 0,
            _ => self.fields.len() + IMPLICIT.iter().position(|implicit| *implicit == name).unwrap_or(0),
        }
    }

    /// The declared fields with a column.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.has_column())
    }
}

fn fields(cx: &Ctxt, syntax: Vec<FieldSyntax>, first: usize) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    for field in syntax {
        let name = field_name(cx, &field);
        if IMPLICIT.iter().any(|implicit| *implicit == name) {
            cx.error(field.ident.span(), format!("every model has `{name}`; leave it out"));
        } else if fields.iter().any(|other| other.name == name) {
            cx.error(field.ident.span(), format!("`{name}` is declared twice; keep one"));
        } else {
            fields.push(lower_field(cx, field, name, fields.len() + first));
        }
    }
    fields
}

/// The field's name: `name = "self"` where it cannot be written in Rust, else the Rust name.
fn field_name(cx: &Ctxt, field: &FieldSyntax) -> String {
    let name = naming::name(&field.ident);
    let Some(given) = &field.options.name else {
        return name;
    };
    let wanted = given.value();
    if !naming::NO_IDENTIFIERS.contains(&wanted.as_str()) {
        let names = naming::NO_IDENTIFIERS.map(|name| format!("`{name}`")).join(", ");
        let message = format!("`name` is for what no Rust field can be called: {names}; leave it out");
        cx.error(given.span(), message);
        return name;
    }
    if name != format!("{wanted}_") {
        cx.error(
            field.ident.span(),
            format!("a field named `{wanted}` is written `{wanted}_` in Rust"),
        );
    }
    wanted
}

fn lower_field(cx: &Ctxt, field: FieldSyntax, name: String, index: usize) -> Field {
    let (inner, optional) = match kind::generic(&field.ty, "Option") {
        Some(inner) => (inner.clone(), true),
        None => (field.ty.clone(), false),
    };
    let kind = kind::kind(cx, &inner);
    // What the struct has, and what code reads: the author's type itself.
    let (ty, inner) = match &kind {
        Kind::Json(Some(of)) if optional => {
            let span = field.ty.span();
            (parse_quote_spanned!(span=> ::core::option::Option<#of>), of.clone())
        }
        Kind::Json(Some(of)) => (of.clone(), of.clone()),
        _ => (field.ty, inner),
    };
    Field {
        kind,
        label: label(field.options.label.as_ref().map(syn::LitStr::value), &field.doc, || {
            naming::field_label(&name)
        }),
        help: field.doc.help,
        attrs: field.attrs,
        vis: field.vis,
        ident: field.ident,
        name,
        index,
        ty,
        inner,
        optional,
        options: field.options,
    }
}

fn label(given: Option<String>, doc: &Doc, otherwise: impl FnOnce() -> String) -> String {
    given.unwrap_or_else(|| {
        if doc.label.is_empty() {
            otherwise()
        } else {
            doc.label.clone()
        }
    })
}

fn default_order(span: Span) -> Vec<OrderTerm> {
    vec![OrderTerm {
        path: Path {
            hops: vec![Ident::new("id", span)],
        },
        desc: false,
    }]
}

/// `{name}`, where there is a field of that name.
fn default_display_name(fields: &[Field]) -> Vec<Vec<Part>> {
    let name = fields.iter().find(|field| field.name == "name");
    name.map(|field| {
        vec![Part::Path(Path {
            hops: vec![field.ident.clone()],
        })]
    })
    .into_iter()
    .collect()
}
