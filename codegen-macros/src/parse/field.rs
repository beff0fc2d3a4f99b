//! The options of a field: `#[field(index, copy = false, …)]`.

use proc_macro2::Ident;
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::punctuated::Punctuated;
use syn::{Attribute, Lit, LitInt, LitStr, Meta, Token};

use super::args::{self, Arg, At, Given, put};
use super::condition::{self, Condition, Literal};
use super::default::{self, DefaultValue};
use super::path::{self, Path};
use crate::ctxt::Ctxt;
use crate::naming;

/// The options of `#[field(…)]`.
#[derive(Default)]
pub(crate) struct Options {
    /// Name in SQL and JSON, where it cannot be the Rust name.
    pub(crate) name: Option<LitStr>,
    pub(crate) index: Option<At<Index>>,
    pub(crate) copy: Option<At<bool>>,
    pub(crate) readonly: Option<At<()>>,
    pub(crate) secret: Option<At<()>>,
    /// The groups whose members alone see the field.
    pub(crate) groups: Option<At<Vec<syn::Path>>>,
    pub(crate) default: Option<At<DefaultValue>>,
    pub(crate) on_delete: Option<At<OnDelete>>,
    pub(crate) inverse: Option<Ident>,
    /// Which records the relation is for.
    pub(crate) domain: Option<At<Condition>>,
    pub(crate) relation: Option<LitStr>,
    pub(crate) column: Option<LitStr>,
    pub(crate) target_column: Option<LitStr>,
    pub(crate) delegate: Option<At<()>>,
    /// The method, where it is not named after the field.
    pub(crate) compute: Option<At<Option<Ident>>>,
    pub(crate) store: Option<At<()>>,
    pub(crate) depends: Option<At<Vec<Path>>>,
    /// Paths that a computation reads without running again after their change.
    pub(crate) loads: Option<At<Vec<Path>>>,
    /// The function that turns a comparison with a computed field into a condition.
    pub(crate) search: Option<Ident>,
    /// The path to the field that this one stands for.
    pub(crate) related: Option<At<Path>>,
    pub(crate) writable: Option<At<()>>,
    /// Fields whose change computes a writable field again, even over a given value.
    pub(crate) resets: Option<At<Vec<Ident>>>,
    pub(crate) batch: Option<At<()>>,
    pub(crate) currency: Option<Ident>,
    /// Precision and scale.
    pub(crate) digits: Option<At<(u8, u8)>>,
    pub(crate) size: Option<At<u32>>,
    /// The least and the greatest value.
    pub(crate) min: Option<At<Literal>>,
    pub(crate) max: Option<At<Literal>>,
    /// A regular expression that a text matches as a whole.
    pub(crate) pattern: Option<LitStr>,
    pub(crate) email: Option<At<()>>,
    pub(crate) url: Option<At<()>>,
    pub(crate) label: Option<LitStr>,
    /// The field's former name.
    pub(crate) renamed_from: Option<LitStr>,
    /// It is the extended model's own relation, read with the fields that an extension adds to its target.
    pub(crate) view: Option<At<()>>,
    /// All keys that were written, those with a malformed value too.
    written: Vec<String>,
}

impl Options {
    /// Whether the key was written. When it was and its option is `None`, its mistake has been reported.
    pub(crate) fn is_written(&self, key: &str) -> bool {
        self.written.iter().any(|written| written == key)
    }

    /// Whether any other key was written.
    pub(crate) fn has_others(&self, key: &str) -> bool {
        self.written.iter().any(|written| written != key)
    }
}

/// The index on a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Index {
    None,
    BTree,
    Trigram,
}

/// What happens to a record when the record that it refers to is deleted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDelete {
    Restrict,
    Cascade,
    SetNull,
}

const KEYS: [&str; 34] = [
    "name",
    "index",
    "copy",
    "readonly",
    "secret",
    "groups",
    "default",
    "on_delete",
    "inverse",
    "domain",
    "relation",
    "column",
    "target_column",
    "delegate",
    "compute",
    "store",
    "depends",
    "loads",
    "search",
    "related",
    "writable",
    "resets",
    "batch",
    "currency",
    "digits",
    "size",
    "min",
    "max",
    "pattern",
    "email",
    "url",
    "label",
    "renamed_from",
    "view",
];

/// Keys that an author may try, and what to do instead.
const REFUSED: [(&str, &str); 8] = [
    ("required", "a field is required unless its type is written `Option<…>`"),
    ("optional", "write the type as `Option<…>`"),
    ("unique", "write `#[unique(field)]` above the struct"),
    ("access", "write `#[access(…)]` above the struct"),
    ("rule", "write `#[rule(…)]` above the struct"),
    (
        "readonly_unless",
        "write a method `#[constrains(…)]` that refuses the change",
    ),
    ("help", "write the help text as a doc comment, below its first line"),
    ("string", "write the label as a doc comment, or `label = \"…\"`"),
];

/// Reads all `#[field(…)]` of one field.
pub(crate) fn options(cx: &Ctxt, attrs: &[Attribute]) -> Options {
    let mut options = Options::default();
    for attr in attrs {
        match &attr.meta {
            Meta::List(list) => {
                for arg in args::list(cx, list.tokens.clone()) {
                    option(cx, &mut options, &arg);
                }
            }
            _ => cx.error_on(
                attr,
                "options are written `#[field(index, copy = false)]`; without any, leave it out",
            ),
        }
    }
    options
}

fn option(cx: &Ctxt, o: &mut Options, arg: &Arg) {
    o.written.push(arg.key.to_string());
    match arg.key.to_string().as_str() {
        "name" => put(cx, arg, &mut o.name, arg.text(cx, "name = \"self\"")),
        "index" => put(cx, arg, &mut o.index, index(cx, arg)),
        "copy" => put(cx, arg, &mut o.copy, arg.bool(cx, "copy = false")),
        "readonly" => put(cx, arg, &mut o.readonly, arg.flag(cx)),
        "secret" => put(cx, arg, &mut o.secret, arg.flag(cx)),
        "groups" => put(cx, arg, &mut o.groups, groups(cx, arg)),
        "default" => put(cx, arg, &mut o.default, default(cx, arg)),
        "on_delete" => put(cx, arg, &mut o.on_delete, on_delete(cx, arg)),
        "inverse" => put(cx, arg, &mut o.inverse, arg.name(cx, "inverse = order_id")),
        "domain" => put(cx, arg, &mut o.domain, domain(cx, arg)),
        "relation" => put(cx, arg, &mut o.relation, arg.text(cx, "relation = \"table_name\"")),
        "column" => put(cx, arg, &mut o.column, arg.text(cx, "column = \"column_name\"")),
        "target_column" => put(
            cx,
            arg,
            &mut o.target_column,
            arg.text(cx, "target_column = \"column_name\""),
        ),
        "delegate" => put(cx, arg, &mut o.delegate, arg.flag(cx)),
        "compute" => put(cx, arg, &mut o.compute, compute(cx, arg)),
        "store" => put(cx, arg, &mut o.store, arg.flag(cx)),
        "depends" => put(
            cx,
            arg,
            &mut o.depends,
            paths(cx, arg, "depends(order_line.price_subtotal, discount)"),
        ),
        "loads" => put(
            cx,
            arg,
            &mut o.loads,
            paths(cx, arg, "loads(partner_id.payment_term_id)"),
        ),
        "search" => put(cx, arg, &mut o.search, arg.name(cx, "search = method_name")),
        "related" => put(cx, arg, &mut o.related, related(cx, arg)),
        "writable" => put(cx, arg, &mut o.writable, arg.flag(cx)),
        "resets" => put(cx, arg, &mut o.resets, resets(cx, arg)),
        "batch" => put(cx, arg, &mut o.batch, arg.flag(cx)),
        "currency" => put(cx, arg, &mut o.currency, arg.name(cx, "currency = currency_id")),
        "digits" => put(cx, arg, &mut o.digits, digits(cx, arg)),
        "size" => put(cx, arg, &mut o.size, size(cx, arg)),
        "min" => put(cx, arg, &mut o.min, limit(cx, arg, "min = 0")),
        "max" => put(cx, arg, &mut o.max, limit(cx, arg, "max = 100")),
        "pattern" => put(cx, arg, &mut o.pattern, arg.text(cx, "pattern = \"[A-Z]{2}\"")),
        "email" => put(cx, arg, &mut o.email, arg.flag(cx)),
        "url" => put(cx, arg, &mut o.url, arg.flag(cx)),
        "label" => put(cx, arg, &mut o.label, arg.text(cx, "label = \"Order Reference\"")),
        "renamed_from" => put(cx, arg, &mut o.renamed_from, arg.text(cx, "renamed_from = \"title\"")),
        "view" => put(cx, arg, &mut o.view, arg.flag(cx)),
        key => match REFUSED.iter().find(|(refused, _)| *refused == key) {
            Some((_, instead)) => cx.error_on(&arg.tokens, format!("`{key}` is no option of a field: {instead}")),
            None => {
                let hint = naming::hint(key, "options", KEYS);
                cx.error(arg.key.span(), format!("`{key}` is no option of a field{hint}"));
            }
        },
    }
}

/// `index`, `index = false` (or `true`), `index = "trigram"`.
fn index(cx: &Ctxt, arg: &Arg) -> Option<At<Index>> {
    let value = match &arg.given {
        Given::Nothing => Some(Index::BTree),
        Given::Value(tokens) => match syn::parse2::<Lit>(tokens.clone()) {
            Ok(Lit::Bool(given)) => Some(if given.value { Index::BTree } else { Index::None }),
            Ok(Lit::Str(kind)) if kind.value() == "trigram" => Some(Index::Trigram),
            _ => None,
        },
        Given::List(_) => None,
    };
    if value.is_none() {
        arg.malformed(cx, "index`, `index = false` or `index = \"trigram\"");
    }
    let span = arg.span();
    value.map(|value| At { value, span })
}

fn groups(cx: &Ctxt, arg: &Arg) -> Option<At<Vec<syn::Path>>> {
    let parse = Punctuated::<syn::Path, Token![,]>::parse_terminated;
    let groups = match &arg.given {
        Given::List(tokens) => parse.parse2(tokens.clone()).ok(),
        _ => None,
    };
    match groups.filter(|groups| !groups.is_empty()) {
        Some(groups) => Some(At {
            value: groups.into_iter().collect(),
            span: arg.span(),
        }),
        None => {
            arg.malformed(cx, "groups(group::MANAGER)");
            None
        }
    }
}

fn default(cx: &Ctxt, arg: &Arg) -> Option<At<DefaultValue>> {
    match &arg.given {
        Given::Value(tokens) => Some(At {
            value: default::read(cx, tokens)?,
            span: arg.span(),
        }),
        _ => {
            arg.malformed(cx, "default = now");
            None
        }
    }
}

fn domain(cx: &Ctxt, arg: &Arg) -> Option<At<Condition>> {
    match &arg.given {
        Given::Value(tokens) => Some(At {
            value: condition::read_domain(cx, tokens.clone())?,
            span: arg.span(),
        }),
        _ => {
            arg.malformed(cx, "domain = active && company_id == self.company_id");
            None
        }
    }
}

fn on_delete(cx: &Ctxt, arg: &Arg) -> Option<At<OnDelete>> {
    const ACTIONS: [&str; 3] = ["restrict", "cascade", "set_null"];
    let action = arg.name(
        cx,
        "on_delete = restrict`, `on_delete = cascade` or `on_delete = set_null",
    )?;
    let value = match action.to_string().as_str() {
        "restrict" => OnDelete::Restrict,
        "cascade" => OnDelete::Cascade,
        "set_null" => OnDelete::SetNull,
        other => {
            let hint = naming::hint(other, "actions", ACTIONS);
            cx.error(action.span(), format!("`{other}` is no action{hint}"));
            return None;
        }
    };
    Some(At {
        value,
        span: arg.span(),
    })
}

fn compute(cx: &Ctxt, arg: &Arg) -> Option<At<Option<Ident>>> {
    let method = match arg.given {
        Given::Nothing => None,
        _ => Some(arg.name(cx, "compute` or `compute = method_name")?),
    };
    Some(At {
        value: method,
        span: arg.span(),
    })
}

fn paths(cx: &Ctxt, arg: &Arg, form: &str) -> Option<At<Vec<Path>>> {
    match &arg.given {
        Given::List(tokens) if !tokens.is_empty() => {
            let value = args::split(tokens.clone())
                .into_iter()
                .filter_map(|piece| path::path(cx, piece))
                .collect();
            Some(At {
                value,
                span: arg.span(),
            })
        }
        _ => {
            arg.malformed(cx, form);
            None
        }
    }
}

fn related(cx: &Ctxt, arg: &Arg) -> Option<At<Path>> {
    match &arg.given {
        Given::Value(tokens) => Some(At {
            value: path::path(cx, tokens.clone())?,
            span: arg.span(),
        }),
        _ => {
            arg.malformed(cx, "related = order_id.state");
            None
        }
    }
}

fn resets(cx: &Ctxt, arg: &Arg) -> Option<At<Vec<Ident>>> {
    let names = match &arg.given {
        Given::List(tokens) => args::split(tokens.clone())
            .into_iter()
            .map(|piece| Ident::parse_any.parse2(piece).ok())
            .collect::<Option<Vec<Ident>>>(),
        _ => None,
    };
    match names.filter(|names| !names.is_empty()) {
        Some(value) => Some(At {
            value,
            span: arg.span(),
        }),
        None => {
            arg.malformed(cx, "resets(product_id, partner_id)");
            None
        }
    }
}

fn digits(cx: &Ctxt, arg: &Arg) -> Option<At<(u8, u8)>> {
    let parser = |input: ParseStream<'_>| {
        let pair;
        syn::parenthesized!(pair in input);
        let precision = pair.parse::<LitInt>()?.base10_parse()?;
        pair.parse::<Token![,]>()?;
        let scale = pair.parse::<LitInt>()?.base10_parse()?;
        pair.parse::<Option<Token![,]>>()?;
        if pair.is_empty() {
            Ok((precision, scale))
        } else {
            Err(pair.error("two numbers"))
        }
    };
    let value = arg.value(cx, "digits = (16, 2)", parser)?;
    Some(At {
        value,
        span: arg.span(),
    })
}

fn limit(cx: &Ctxt, arg: &Arg, form: &str) -> Option<At<Literal>> {
    let parser = |input: ParseStream<'_>| {
        let expression = input.parse()?;
        condition::literal(&expression).ok_or_else(|| input.error("a constant"))
    };
    let value = arg.value(cx, form, parser)?;
    Some(At {
        value,
        span: arg.span(),
    })
}

fn size(cx: &Ctxt, arg: &Arg) -> Option<At<u32>> {
    let parser = |input: ParseStream<'_>| {
        let size = input.parse::<LitInt>()?;
        size.base10_parse::<std::num::NonZeroU32>().map(u32::from)
    };
    let value = arg.value(cx, "size = 64", parser)?;
    Some(At {
        value,
        span: arg.span(),
    })
}
