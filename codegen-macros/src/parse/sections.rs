//! What stands above the struct: `#[model("…", order = "…")]` itself and the sections `#[read(…)]`, `#[unique(…)]`, ….

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, LitStr, Meta};

use super::args::{self, At, Given};
use super::path::{self, Node, OrderTerm, Part, Path};
use crate::ctxt::Ctxt;
use crate::naming;

/// The sections' names.
pub(crate) const NAMES: [&str; 6] = ["api", "display_name", "name_search", "read", "write_response", "unique"];

const HEAD_FORM: &str = "a model is declared `#[model(\"sale.order\", order = \"date_order desc\")]`";

/// The sections of a model.
#[derive(Default)]
pub(crate) struct Sections {
    pub(crate) api: bool,
    /// The segments.
    pub(crate) display_name: Option<Vec<Vec<Part>>>,
    pub(crate) name_search: Vec<Path>,
    pub(crate) read: Option<Vec<Node>>,
    pub(crate) write_response: Option<Vec<Node>>,
    pub(crate) uniques: Vec<At<Unique>>,
}

/// `#[unique(code, country_id, message = "…")]`.
#[derive(Clone)]
pub(crate) struct Unique {
    pub(crate) fields: Vec<Ident>,
    pub(crate) message: String,
}

/// Reads the arguments of `#[model(…)]`.
pub(crate) fn head(cx: &Ctxt, attr: TokenStream, ident: &Ident) -> (Option<LitStr>, Option<Vec<OrderTerm>>) {
    const KEYS: [&str; 1] = ["order"];
    let mut name: Option<LitStr> = None;
    let mut order = None;
    for piece in args::split(attr) {
        if let Ok(literal) = syn::parse2::<LitStr>(piece.clone()) {
            match &name {
                Some(_) => cx.error_on(literal, format!("a model has one name; {HEAD_FORM}")),
                None => name = Some(literal),
            }
            continue;
        }
        for arg in args::list(cx, piece) {
            match arg.key.to_string().as_str() {
                "order" => {
                    let literal = arg.text(cx, "order = \"date_order desc, id desc\"");
                    args::put(cx, &arg, &mut order, literal.map(|literal| path::order(cx, &literal)));
                }
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
    if name.is_none() {
        cx.error(ident.span(), format!("the model has no name; {HEAD_FORM}"));
    }
    (name, order)
}

/// Reads the sections.
pub(crate) fn read(cx: &Ctxt, attrs: Vec<Attribute>) -> Sections {
    let mut sections = Sections::default();
    let mut seen: Vec<String> = Vec::new();
    for attr in &attrs {
        let Some(name) = attr.path().get_ident().map(naming::name) else {
            continue;
        };
        if name != "unique" && seen.contains(&name) {
            cx.error_on(attr, format!("`#[{name}]` is given twice; keep one"));
            continue;
        }
        section(cx, &mut sections, attr, &name);
        seen.push(name);
    }
    sections
}

fn section(cx: &Ctxt, sections: &mut Sections, attr: &Attribute, name: &str) {
    match name {
        "api" => match &attr.meta {
            Meta::Path(_) => sections.api = true,
            _ => cx.error_on(attr, "`#[api]` takes no arguments"),
        },
        "display_name" => {
            if let Some(tokens) = list(cx, attr, "#[display_name(\"[{default_code}] \", \"{name}\")]") {
                sections.display_name = Some(display_name(cx, tokens));
            }
        }
        "name_search" => {
            if let Some(tokens) = list(cx, attr, "#[name_search(name, email)]") {
                let paths = args::split(tokens).into_iter();
                sections.name_search = paths.filter_map(|piece| path::path(cx, piece)).collect();
            }
        }
        "read" => sections.read = list(cx, attr, "#[read(id, name, partner_id(id, name))]").map(|t| path::tree(cx, t)),
        "write_response" => {
            sections.write_response = list(cx, attr, "#[write_response(id, name)]").map(|t| path::tree(cx, t));
        }
        "unique" => {
            if let Some(tokens) = list(cx, attr, "#[unique(code, country_id, message = \"…\")]") {
                let value = unique(cx, tokens);
                sections.uniques.push(At {
                    value,
                    span: args::span_or(&attr.meta, attr.pound_token.span),
                });
            }
        }
        _ => unreachable!("`take` gives only what is in `NAMES`"),
    }
}

/// The tokens in the attribute's parentheses; none at all is a mistake.
fn list(cx: &Ctxt, attr: &Attribute, form: &str) -> Option<TokenStream> {
    match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => Some(list.tokens.clone()),
        _ => {
            cx.error_on(attr, format!("nothing is named; write `{form}`"));
            None
        }
    }
}

fn display_name(cx: &Ctxt, tokens: TokenStream) -> Vec<Vec<Part>> {
    let mut segments = Vec::new();
    for piece in args::split(tokens) {
        match syn::parse2::<LitStr>(piece.clone()) {
            Ok(literal) => segments.push(path::template(cx, &literal)),
            Err(_) => cx.error_on(
                piece,
                "a segment is a text: `#[display_name(\"[{default_code}] \", \"{name}\")]`",
            ),
        }
    }
    segments
}

fn unique(cx: &Ctxt, tokens: TokenStream) -> Unique {
    let mut unique = Unique {
        fields: Vec::new(),
        message: String::new(),
    };
    for arg in args::list(cx, tokens) {
        match (&arg.given, arg.key.to_string().as_str()) {
            (Given::Nothing, _) => unique.fields.push(arg.key),
            (Given::Value(_), "message") => {
                if let Some(message) = arg.text(cx, "message = \"…\"") {
                    unique.message = message.value();
                }
            }
            _ => cx.error_on(
                &arg.tokens,
                "unique fields are named: `#[unique(code, country_id, message = \"…\")]`",
            ),
        }
    }
    unique
}
