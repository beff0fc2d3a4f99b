//! The `static ModelDef` of a model: data, no code.

use std::collections::HashSet;

use proc_macro2::{Literal, TokenStream};
use quote::{ToTokens as _, format_ident, quote, quote_spanned};

use super::{access, list, names, place, root as root_of, rules, selection, typed_json};
use crate::ir::{Field, Kind, Model};
use crate::naming;
use crate::parse::default::{DefaultValue, Sequence};
use crate::parse::field::{Index, OnDelete};
use crate::parse::path::{Node, Part, Path};

/// The body of `Schema::def`.
pub(super) fn expand(model: &Model) -> TokenStream {
    let Model {
        ident,
        table,
        label,
        help,
        api,
        ..
    } = model;
    let name = match &model.base {
        None => model.name.value.to_token_stream(),
        Some(base) => quote!(<#base as ::orm::Schema>::NAME),
    };
    let extension = (model.base.is_some())
        .then(|| quote!(extension: ::core::option::Option::Some(<#ident as ::orm::schema::Part>::KEY),));
    let is_model = model.base.is_none();
    let fields = model.fields.iter().map(|field| declared(model, field));
    let follows = |field: &Field| field.is_computed() && field.stored() && field.writable();
    let written = model
        .fields
        .iter()
        .any(|field| is_model && follows(field))
        .then(|| quote!(__def::FieldDef::WRITTEN,));
    let order = model.order.iter().map(|term| {
        let (path, desc) = (path(&term.path), term.desc);
        quote!(__def::OrderDef { path: #path, desc: #desc })
    });
    let display_name = model.display_name.iter().map(|segment| {
        let parts = segment.iter().map(part);
        quote!(__def::DisplaySegment(&[#(#parts),*]))
    });
    let name_search = model.name_search.iter().map(path);
    let read = tree(&model.read);
    let write_response = match &model.write_response {
        Some(nodes) => tree(nodes),
        None if model.base.is_some() => quote!(&[]),
        None => quote!(READ),
    };
    let mut seen = HashSet::new();
    let targets = (model.fields.iter().chain(&model.views))
        .filter_map(|field| Some((field.target()?, place(field))))
        .filter(|(target, _)| seen.insert(target.to_token_stream().to_string()))
        .map(|(target, span)| quote_spanned!(span=> <#target as ::orm::Schema>::TARGET));
    let mixins = model.mixed.iter().map(|mixin| {
        let (definition, _) = crate::mixin::constants(mixin);
        quote!(&<#ident>::#definition)
    });
    let indexes = model.indexes.iter().map(|index| names(&index.value));
    let renamed_from = former(model.renamed_from.as_ref()).map(|name| quote!(renamed_from: #name,));
    let role = model.role.as_ref().map(|role| {
        let role = format_ident!("{}", naming::type_label(&role.to_string()));
        quote!(role: ::core::option::Option::Some(__def::Role::#role),)
    });
    let ignore_accents = model.ignore_accents.then(|| quote!(ignore_accents: true,));
    let id = is_model.then(|| quote!(__def::FieldDef::ID,));
    let rest = is_model.then(|| {
        quote! {
            __def::FieldDef::DISPLAY_NAME,
            __def::FieldDef::CREATE_UID,
            __def::FieldDef::CREATE_DATE,
            __def::FieldDef::WRITE_UID,
            __def::FieldDef::WRITE_DATE,
        }
    });
    let help = text("help", help);
    let api = api.then(|| quote!(api: true,));
    let audit = model.audit.as_ref().map(|fields| {
        let fields = match fields.as_slice() {
            [] => quote!(Every),
            fields => {
                let names = names(fields);
                quote!(Fields(#names))
            }
        };
        quote!(audit: ::core::option::Option::Some(__def::AuditDef::#fields),)
    });
    let lists: TokenStream = [
        list("access", access::rights(model)),
        list("rules", access::rules(model)),
        list("display_name", display_name),
        list("name_search", name_search),
        list("uniques", rules::uniques(model)),
        list("indexes", indexes),
        list("checks", rules::checks(model)),
        list("mixins", mixins),
        list("targets", targets),
    ]
    .into_iter()
    .flatten()
    .collect();
    let source = quote_spanned!(ident.span()=> __def::Source { file: ::core::file!(), line: ::core::line!() });
    quote! {
        use ::orm::def as __def;
        #[allow(unused_imports, reason = "`#[methods]` takes precedence where there is one")]
        use ::orm::typed::NoMethods as _;
        const READ: &[__def::ReadNode] = #read;
        static DEF: __def::ModelDef = __def::ModelDef {
            name: #name,
            table: #table,
            #extension
            #role
            #renamed_from
            #ignore_accents
            label: #label,
            #help
            #api
            #audit
            fields: &[#id #(#fields,)* #rest #written],
            order: &[#(#order),*],
            #lists
            read: READ,
            write_response: #write_response,
            source: #source,
            ..<::orm::typed::MethodsOf<#ident>>::DEF
        };
        &DEF
    }
}

/// `name: "text",`, unless the text is empty.
fn text(name: &str, text: &str) -> Option<TokenStream> {
    let name = format_ident!("{name}");
    (!text.is_empty()).then(|| quote!(#name: #text,))
}

/// `name: value,`, unless the value is the one of `FieldDef::PLAIN`, which most fields have.
fn flag(name: &str, value: bool, usual: bool) -> Option<TokenStream> {
    let name = format_ident!("{name}");
    (value != usual).then(|| quote!(#name: #value,))
}

fn declared(model: &Model, field: &Field) -> TokenStream {
    let Field { name, label, help, .. } = field;
    let kind = kind(&model.table, field);
    let (label, help) = (text("label", label), text("help", help));
    let role = field.role(model).map(|role| {
        let role = format_ident!("{role}");
        quote!(role: ::core::option::Option::Some(__def::FieldRole::#role),)
    });
    let flags: TokenStream = [
        flag("required", field.required(), false),
        flag("readonly", field.readonly(), false),
        flag("secret", field.options.secret.is_some(), false),
        flag("stored", field.stored(), true),
        flag("copy", field.copy(), true),
    ]
    .into_iter()
    .flatten()
    .collect();
    let index = match field.index() {
        Index::None => None,
        Index::BTree => Some(quote!(index: __def::FieldIndex::BTree,)),
        Index::Trigram => Some(quote!(index: __def::FieldIndex::Trigram,)),
    };
    let (default, rule, domain) = (default(field), rules::of_texts(field), rules::domain(field));
    let groups = access::of_field(field);
    let compute = (field.is_computed() || field.is_related() && field.stored()).then(|| {
        let depends = field.depends().iter().map(path);
        let loads = field.loads().iter().map(path);
        let loads = (!field.loads().is_empty()).then(|| quote!(loads: &[#(#loads),*],));
        let writable = field.writable().then(|| quote!(writable: true,));
        let resets = Some(names(field.resets())).filter(|_| !field.resets().is_empty());
        let resets = resets.map(|resets| quote!(resets: #resets,));
        let batch = field.batch().then(|| quote!(batch: true,));
        let search = field.options.search.as_ref().map(|method| {
            let name = naming::name(method);
            quote!(search: ::core::option::Option::Some(#name),)
        });
        quote! {
            compute: ::core::option::Option::Some(__def::ComputeDef {
                depends: &[#(#depends),*],
                #loads
                #writable
                #resets
                #batch
                #search
                ..__def::ComputeDef::PLAIN
            }),
        }
    });
    let related = field.related().map(|related| {
        let path = path(related);
        quote!(related: #path,)
    });
    let renamed_from = former(field.options.renamed_from.as_ref()).map(|name| quote!(renamed_from: #name,));
    quote! {
        __def::FieldDef {
            name: #name,
            #label
            #help
            #role
            kind: #kind,
            #rule
            #domain
            #groups
            #flags
            #index
            #default
            #compute
            #related
            #renamed_from
            ..__def::FieldDef::PLAIN
        }
    }
}

/// The former name of a model or field.
fn former(name: Option<&syn::LitStr>) -> Option<String> {
    name.map(syn::LitStr::value)
}

fn kind(table: &str, field: &Field) -> TokenStream {
    let span = place(field);
    let kind = match &field.kind {
        Kind::Char => {
            let size = Literal::u32_unsuffixed(field.options.size.as_ref().map_or(0, |size| size.value));
            quote!(Char { size: #size })
        }
        Kind::Text | Kind::Unknown => quote!(Text),
        Kind::Html => quote!(Html),
        Kind::Bool => quote!(Bool),
        Kind::Int => quote!(Int),
        Kind::BigInt => quote!(BigInt),
        Kind::Float => quote!(Float),
        Kind::Decimal => {
            let (precision, scale) = field.digits();
            let (precision, scale) = (Literal::u8_unsuffixed(precision), Literal::u8_unsuffixed(scale));
            quote!(Decimal { digits: __def::Digits::new(#precision, #scale) })
        }
        Kind::Monetary => {
            let currency = field.options.currency.as_ref().map(naming::name).unwrap_or_default();
            quote!(Monetary { currency: #currency, digits: __def::Digits::MONEY })
        }
        Kind::Date => quote!(Date),
        Kind::DateTime => quote!(DateTime),
        Kind::Selection => {
            let selection = selection(field);
            quote!(Selection { items: #selection::ITEMS })
        }
        Kind::Binary => quote!(Binary),
        Kind::Json(_) => {
            let of = match typed_json(field) {
                Some(json) => quote!(Some(#json::TYPE)),
                None => quote!(None),
            };
            quote!(Json { of: ::core::option::Option::#of })
        }
        Kind::Many2one(target) => {
            let on_delete = match field.on_delete() {
                OnDelete::Restrict => quote!(Restrict),
                OnDelete::Cascade => quote!(Cascade),
                OnDelete::SetNull => quote!(SetNull),
            };
            let delegate = field.options.delegate.is_some();
            quote_spanned! {span=>
                Many2one {
                    target: <#target as ::orm::Schema>::NAME,
                    on_delete: __def::OnDelete::#on_delete,
                    delegate: #delegate,
                }
            }
        }
        Kind::One2many(target) => {
            let inverse = field.options.inverse.as_ref().map(naming::name).unwrap_or_default();
            quote_spanned!(span=> One2many { target: <#target as ::orm::Schema>::NAME, inverse: #inverse })
        }
        Kind::Many2many(target) => {
            let (relation, column, target_column) = field.relation_names(table, target);
            quote_spanned! {span=>
                Many2many {
                    target: <#target as ::orm::Schema>::NAME,
                    relation: #relation,
                    column: #column,
                    target_column: #target_column,
                }
            }
        }
    };
    quote!(__def::Kind::#kind)
}

fn default(field: &Field) -> Option<TokenStream> {
    let constant = |text: &str| quote!(Const(#text));
    let default = match field.default()? {
        DefaultValue::Now => quote!(Now),
        DefaultValue::Today => quote!(Today),
        DefaultValue::User => quote!(User),
        DefaultValue::Company => quote!(Company),
        DefaultValue::Sequence(sequence) => {
            let Sequence {
                code,
                prefix,
                suffix,
                gapless,
                ..
            } = sequence;
            let padding = Literal::u8_unsuffixed(sequence.padding);
            let range = match sequence.range {
                Some(range) => quote!(::core::option::Option::Some(__def::Period::#range)),
                None => quote!(::core::option::Option::None),
            };
            quote! {
                Sequence(__def::SequenceDef {
                    code: #code,
                    prefix: #prefix,
                    suffix: #suffix,
                    padding: #padding,
                    gapless: #gapless,
                    range: #range,
                })
            }
        }
        DefaultValue::Method(method) => {
            let name = naming::name(&method);
            quote!(Method(#name))
        }
        DefaultValue::Path(root, names) => {
            let (root, path) = (root_of(root), path(&names));
            quote!(Path { root: #root, path: #path })
        }
        DefaultValue::Bool(value) => constant(if value { "true" } else { "false" }),
        DefaultValue::Int(text) | DefaultValue::Number(text) | DefaultValue::Text(text) => constant(&text),
        // Reported.
        DefaultValue::Variant(variant) if field.other_enum(&variant).is_some() => return None,
        DefaultValue::Variant(variant) => {
            let selection = selection(field);
            let ty = &field.inner;
            quote! {
                Const({
                    let variant: #ty = #variant;
                    #selection::ITEMS[variant as usize].value
                })
            }
        }
    };
    Some(quote!(default: __def::Default::#default,))
}

fn path(path: &Path) -> TokenStream {
    names(&path.hops)
}

fn part(part: &Part) -> TokenStream {
    match part {
        Part::Text(text) => quote!(__def::DisplayPart::Text(#text)),
        Part::Path(path) => {
            let path = self::path(path);
            quote!(__def::DisplayPart::Path(#path))
        }
    }
}

fn tree(nodes: &[Node]) -> TokenStream {
    let nodes = nodes.iter().map(|node| {
        let (field, children) = (naming::name(&node.name), tree(&node.children));
        quote!(__def::ReadNode { field: #field, children: #children })
    });
    quote!(&[#(#nodes),*])
}
