//! The macros, one function each: parse → IR → check → expand. They work on `proc_macro2` tokens, so that tests can run
//! them outside the compiler.
//!
//! Despite mistakes, the author's item is emitted, without the attributes that only these macros know: otherwise rustc
//! would report many more errors after one mistake.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

use crate::ctxt::Ctxt;
use crate::parse::Syntax;
use crate::{check, expand, ir, parse};

/// The result of a macro.
pub(crate) struct Output {
    /// The expansion.
    pub(crate) tokens: TokenStream,
    /// The mistakes.
    pub(crate) errors: Vec<syn::Error>,
}

impl Output {
    /// The expansion followed by a `compile_error!` for each mistake.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let mut tokens = self.tokens;
        tokens.extend(self.errors.iter().map(syn::Error::to_compile_error));
        tokens
    }
}

/// `#[model("…")]`.
pub(crate) fn model(attr: TokenStream, item: TokenStream) -> Output {
    let cx = Ctxt::new();
    if let Some(tokens) = crate::mixin::hand_over(&cx, &attr, &item) {
        return Output {
            tokens,
            errors: cx.finish(),
        };
    }
    struct_macro(cx, item, |cx, item| parse::model(cx, attr, item))
}

/// `#[extend(…)]`.
pub(crate) fn extend(attr: TokenStream, item: TokenStream) -> Output {
    struct_macro(Ctxt::new(), item, |cx, item| parse::extension(cx, attr, item))
}

/// `#[mixin]`.
pub(crate) fn mixin(attr: TokenStream, item: TokenStream) -> Output {
    let cx = Ctxt::new();
    if !attr.is_empty() {
        cx.error_on(attr, "`#[mixin]` takes no arguments");
    }
    Output {
        tokens: crate::mixin::declare(&cx, item).unwrap_or_default(),
        errors: cx.finish(),
    }
}

fn struct_macro(cx: Ctxt, item: TokenStream, parse: impl FnOnce(&Ctxt, TokenStream) -> Option<Syntax>) -> Output {
    let tokens = match parse(&cx, item.clone()) {
        Some(syntax) => {
            let model = ir::Model::lower(&cx, syntax);
            check::model(&cx, &model);
            expand::model(&model)
        }
        None => parse::without_helpers(item),
    };
    Output {
        tokens,
        errors: cx.finish(),
    }
}

/// `#[methods]`.
pub(crate) fn methods(attr: TokenStream, item: TokenStream) -> Output {
    let cx = Ctxt::new();
    let mixin = crate::methods::mixin(&cx, attr);
    let tokens = match crate::methods::parse(&cx, item.clone(), mixin) {
        Some(block) => block.into_token_stream(),
        None => item,
    };
    Output {
        tokens,
        errors: cx.finish(),
    }
}

/// `#[action]` and the like, where no `#[methods]` has read them.
pub(crate) fn outside_methods(attribute: &str, item: TokenStream) -> Output {
    let cx = Ctxt::new();
    cx.error(
        Span::call_site(),
        format!("`#[{attribute}]` is read by `#[methods]`; write `#[methods]` above the `impl` block of the model"),
    );
    Output {
        tokens: item,
        errors: cx.finish(),
    }
}

/// `#[api]` and the like, where no `#[model]` has read them: above it, or without one.
pub(crate) fn outside_model(attribute: &str, item: TokenStream) -> Output {
    let cx = Ctxt::new();
    let attrs = syn::parse2::<syn::ItemStruct>(item.clone()).map_or_else(|_| Vec::new(), |item| item.attrs);
    let last_names = attrs.iter().filter_map(|attr| attr.path().segments.last());
    let mut readers = last_names.map(|last| last.ident.to_string());
    let message = match readers.find(|name| name == "model" || name == "extend") {
        Some(reader) => format!("write `#[{attribute}]` below `#[{reader}(…)]`, which reads it"),
        None => format!("`#[{attribute}]` is a section of a model; write `#[model(\"…\")]` above it"),
    };
    cx.error(Span::call_site(), message);
    Output {
        tokens: item,
        errors: cx.finish(),
    }
}

/// `#[json]`.
pub(crate) fn json(attr: TokenStream, item: TokenStream) -> Output {
    let cx = Ctxt::new();
    Output {
        tokens: crate::json::expand(&cx, attr, item),
        errors: cx.finish(),
    }
}

/// `#[derive(Selection)]`.
pub(crate) fn selection(item: TokenStream) -> Output {
    let cx = Ctxt::new();
    let tokens = crate::selection::parse(&cx, item)
        .map(|selection| selection.expand())
        .unwrap_or_default();
    Output {
        tokens,
        errors: cx.finish(),
    }
}
