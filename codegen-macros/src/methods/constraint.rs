//! `#[after(…)]`, `#[constrains(…)]` and `#[ondelete(…)]` functions, the constraints. They run after a change and may write,
//! check records after a change, or check records before a deletion. Each may refuse.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Attribute, FnArg, ImplItemFn, Meta, ReturnType};

use super::action::{is_env, result};
use crate::ctxt::Ctxt;
use crate::expand::links;
use crate::naming;
use crate::parse::args::{self, Given};
use crate::parse::path::{self, Path};

/// When a constraint runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// After a change, before its constraints; may write.
    After,
    Change,
    Deletion,
}

/// What the attribute says.
pub(super) struct Marked {
    pub(super) when: When,
    /// Paths that it reads; after a change of one it runs, unless it is for deletions.
    depends: Vec<Path>,
    /// Paths that it reads too, without running after their change.
    loads: Vec<Path>,
    /// `only = update`: it does not run for new records.
    only_updates: bool,
}

/// A constraint: the function and its attribute.
pub(super) struct Constraint {
    pub(super) marked: Marked,
    ident: Ident,
    call: Call,
}

enum Call {
    /// `(&self) -> Check`
    Record,
    /// `(&self, env: &Env<'_>) -> Check`
    RecordInEnv,
    /// `(records: &[Self], env: &mut Env<'_>) -> Result<()>`
    Batch,
}

const FORM: &str = "fn name(&self) -> Check";
const CHANGE: &str = "#[constrains(date_start, date_end, loads(order_id.state), only = update)]";
const AFTER: &str = "#[after(lines.product_id, loads(lines.product_id.uom_id))]";
const DELETION: &str = "#[ondelete]` or `#[ondelete(order_id.state)]";

/// Reads the attribute.
pub(super) fn marked(cx: &Ctxt, attr: &Attribute, when: When) -> Marked {
    let mut marked = Marked {
        when,
        depends: Vec::new(),
        loads: Vec::new(),
        only_updates: false,
    };
    let form = match when {
        When::After => AFTER,
        When::Change => CHANGE,
        When::Deletion => DELETION,
    };
    let tokens = match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let paths = |tokens| {
        args::split(tokens)
            .into_iter()
            .filter_map(|piece| path::path(cx, piece))
    };
    for piece in args::split(tokens) {
        let bare =
            syn::parse2::<syn::ExprPath>(piece.clone()).is_ok() || syn::parse2::<syn::ExprField>(piece.clone()).is_ok();
        if bare {
            marked.depends.extend(path::path(cx, piece));
            continue;
        }
        for arg in args::list(cx, piece) {
            match (&arg.given, arg.key.to_string().as_str(), when) {
                (Given::List(tokens), "loads", When::After | When::Change) => {
                    marked.loads.extend(paths(tokens.clone()))
                }
                (Given::Value(update), "only", When::Change) if update.to_string() == "update" => {
                    marked.only_updates = true
                }
                (Given::Nothing, ..) => marked.depends.extend(path::path(cx, arg.tokens)),
                _ => cx.error_on(&arg.tokens, format!("write `{form}`")),
            }
        }
    }
    if when != When::Deletion && marked.depends.is_empty() {
        let what = if when == When::After { "it" } else { "a constraint" };
        cx.error_on(
            attr,
            format!("{what} names the fields after whose change it is asked: `{form}`"),
        );
    }
    marked
}

/// Reads the function's signature; `None` when it is not one of the forms of [`Call`].
pub(super) fn read(cx: &Ctxt, function: &ImplItemFn, marked: Marked) -> Option<Constraint> {
    let signature = &function.sig;
    let inputs: Vec<&FnArg> = signature.inputs.iter().collect();
    let plain = signature.asyncness.is_none() && signature.unsafety.is_none() && signature.generics.params.is_empty();
    let call = match inputs.as_slice() {
        [FnArg::Receiver(_)] if plain => Call::Record,
        [FnArg::Receiver(_), _] if plain => Call::RecordInEnv,
        [FnArg::Typed(_), env] if plain && is_env(env) && result(&signature.output).is_some() => Call::Batch,
        _ => return wrong(cx, &signature.ident),
    };
    match (&call, &signature.output) {
        (_, ReturnType::Default) => wrong(cx, &signature.ident),
        (Call::Record | Call::RecordInEnv, _) if marked.when == When::After => wrong(cx, &signature.ident),
        _ => Some(Constraint {
            marked,
            ident: signature.ident.clone(),
            call,
        }),
    }
}

fn wrong<T>(cx: &Ctxt, place: impl ToTokens) -> Option<T> {
    cx.error_on(
        place,
        format!(
            "a rule looks at a record, or at all of a change together; write `{FORM}`, `fn name(&self, env: &Env<'_>) -> Check` \
             or `fn name(records: &[Self], env: &mut Env<'_>) -> Result<()>`"
        ),
    );
    None
}

impl Constraint {
    /// The entry of `CHECKS`: the constraint's name, and a closure that runs it.
    pub(super) fn check(&self) -> TokenStream {
        let (ident, name) = (&self.ident, naming::name(&self.ident));
        let span = naming::located(ident.span());
        let run = match self.call {
            Call::Record => {
                quote_spanned!(span=> ::orm::typed::each::<Self>(env, records, |record, _| record.#ident()))
            }
            Call::RecordInEnv => {
                quote_spanned!(span=> ::orm::typed::each::<Self>(env, records, |record, env| record.#ident(env)))
            }
            Call::Batch => quote_spanned!(span=> ::orm::typed::batch::<Self>(env, records, Self::#ident)),
        };
        quote!((#name, |env, records| #run))
    }

    /// Code with which rustc checks the names in its paths.
    pub(super) fn links(&self) -> TokenStream {
        let paths = self.marked.depends.iter().chain(&self.marked.loads);
        paths.map(links::path).collect()
    }
}

impl ToTokens for Constraint {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let path = |path: &Path| {
            let hops = path.hops.iter().map(naming::name);
            quote!(&[#(#hops),*])
        };
        let (depends, loads) = (self.marked.depends.iter().map(path), self.marked.loads.iter().map(path));
        let (name, on_create) = (naming::name(&self.ident), !self.marked.only_updates);
        let writes = self.marked.when == When::After;
        tokens.extend(quote! {
            ::orm::def::ConstraintDef {
                name: #name,
                depends: &[#(#depends),*],
                loads: &[#(#loads),*],
                on_create: #on_create,
                writes: #writes,
            }
        });
    }
}
