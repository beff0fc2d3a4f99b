//! The arguments of `#[model("…", order = "…")]` and `#[extend(…)]`.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, LitStr, Type};

use super::args::{self, At, Given};
use super::path::{self, OrderTerm};
use super::sections::NAMES;
use crate::ctxt::Ctxt;
use crate::naming;

/// The sections that an extension does not have.
const MODEL_ONLY: [&str; 2] = ["api", "display_name"];

const HEAD_FORM: &str = "a model is declared `#[model(\"sale.order\", order = \"date_order desc\")]`";

/// The arguments of `#[model(…)]` itself.
#[derive(Default)]
pub(crate) struct Head {
    /// `"sale.order"`.
    pub(crate) name: Option<LitStr>,
    pub(crate) order: Option<Vec<OrderTerm>>,
    /// The model's former name.
    pub(crate) renamed_from: Option<LitStr>,
    /// Searches ignore accents.
    pub(crate) ignore_accents: Option<At<()>>,
    /// The model's role for the runtime.
    pub(crate) role: Option<Ident>,
    /// `diesel::table!` is to be generated.
    pub(crate) table: Option<At<()>>,
    /// `SaleOrderRecord` is to be generated, for plain Diesel, and its `diesel::table!`.
    pub(crate) record: Option<At<()>>,
    /// The mixins with methods, whose macros have added what they have.
    pub(crate) mixed: Vec<Ident>,
    /// The struct of the model that an extension extends; `None` for a model.
    pub(crate) base: Option<Type>,
}

/// Reads the arguments of `#[model(…)]`.
pub(crate) fn head(cx: &Ctxt, attr: TokenStream, ident: &Ident) -> Head {
    const KEYS: [&str; 7] = [
        "order",
        "role",
        "renamed_from",
        "ignore_accents",
        "table",
        "record",
        "with",
    ];
    const ROLES: [&str; 7] = ["user", "company", "currency", "group", "sequence", "audit", "switch"];
    let mut head = Head::default();
    for piece in args::split(attr) {
        if let Ok(literal) = syn::parse2::<LitStr>(piece.clone()) {
            match &head.name {
                Some(_) => cx.error_on(literal, format!("a model has one name; {HEAD_FORM}")),
                None => head.name = Some(literal),
            }
            continue;
        }
        let unquoted = piece.to_string().replace(' ', "");
        if unquoted.contains('.') && unquoted.split('.').all(naming::is_sql_name) {
            let name = LitStr::new(&unquoted, args::span_or(&piece, ident.span()));
            cx.error_on(piece, format!("a model's name is a text; write `\"{unquoted}\"`"));
            head.name = head.name.or(Some(name));
            continue;
        }
        for arg in args::list(cx, piece) {
            match arg.key.to_string().as_str() {
                "order" => {
                    let literal = arg.text(cx, "order = \"date_order desc, id desc\"");
                    args::put(
                        cx,
                        &arg,
                        &mut head.order,
                        literal.map(|literal| path::order(cx, &literal)),
                    );
                }
                "renamed_from" => {
                    args::put(
                        cx,
                        &arg,
                        &mut head.renamed_from,
                        arg.text(cx, "renamed_from = \"sale.quote\""),
                    );
                }
                "role" => {
                    let role = arg.name(cx, "role = user").filter(|role| {
                        let known = ROLES.iter().any(|known| role == known);
                        if !known {
                            let hint = naming::hint(&role.to_string(), "roles", ROLES);
                            cx.error(role.span(), format!("`{role}` is no role of a model{hint}"));
                        }
                        known
                    });
                    args::put(cx, &arg, &mut head.role, role);
                }
                "ignore_accents" => args::put(cx, &arg, &mut head.ignore_accents, arg.flag(cx)),
                "table" => args::put(cx, &arg, &mut head.table, arg.flag(cx)),
                "record" => args::put(cx, &arg, &mut head.record, arg.flag(cx)),
                // Written by the macros of mixins.
                "mixed" => {
                    if let Given::List(mixin) = &arg.given {
                        head.mixed.extend(syn::parse2(mixin.clone()));
                    }
                }
                // Read before; the item that it stands on is reported.
                "with" => {}
                "name" => cx.error_on(&arg.tokens, format!("the name stands alone: {HEAD_FORM}")),
                key if NAMES.contains(&key) => {
                    cx.error_on(
                        &arg.tokens,
                        format!("`{key}` is an attribute of its own: `#[{key}]` above the struct"),
                    );
                }
                key => {
                    let hint = naming::hint(key, "options", KEYS);
                    cx.error(arg.key.span(), format!("`{key}` is no option of a model{hint}"));
                }
            }
        }
    }
    if head.name.is_none() {
        cx.error(ident.span(), format!("the model has no name; {HEAD_FORM}"));
    }
    head
}

/// Reads the argument of `#[extend(…)]`.
pub(crate) fn base(cx: &Ctxt, attr: TokenStream, ident: &Ident) -> Head {
    const FORM: &str = "write the struct of the model that is extended: `#[extend(ResPartner)]`";
    let base = match syn::parse2::<Type>(attr.clone()) {
        Ok(base @ Type::Path(_)) => Some(base),
        _ if attr.is_empty() => {
            cx.error(ident.span(), FORM);
            None
        }
        _ => {
            cx.error_on(attr, FORM);
            None
        }
    };
    // The mistake is reported; every other check goes on with a model that exists in no catalogue.
    let base = base.unwrap_or_else(|| syn::parse_quote!(#ident));
    Head {
        base: Some(base),
        ..Head::default()
    }
}

/// Reports the sections that only the model itself has.
pub(crate) fn of_model_only(cx: &Ctxt, attrs: &[Attribute]) {
    for attr in attrs
        .iter()
        .filter(|attr| MODEL_ONLY.iter().any(|name| attr.path().is_ident(name)))
    {
        let name = attr.path().get_ident().map(naming::name).unwrap_or_default();
        cx.error_on(
            attr,
            format!("`#[{name}]` is written on the extended model itself; leave it out here"),
        );
    }
}
