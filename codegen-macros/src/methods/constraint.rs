//! Methods that go along with changes: those that run before one and change what is given, those that run after one and
//! may write, and those that check records. Each may refuse.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{FnArg, ImplItemFn, PathArguments, PathSegment, ReturnType, Type};

use super::action::{is_env, result};
use super::marked::{Marked, When};
use crate::ctxt::Ctxt;
use crate::expand::links;
use crate::naming;
use crate::parse::path::Path;

/// Such a method: the function and its attribute.
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
    /// `(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()>`
    Drafts,
    /// `(records: &[Self], draft: &mut Draft<Self>, env: &mut Env<'_>) -> Result<()>`
    Draft,
}

const RECORD: &str = "fn name(&self) -> Check";
const BATCH: &str = "fn name(records: &[Self], env: &mut Env<'_>) -> Result<()>";
const BEFORE_CREATE: &str = "fn name(drafts: &mut [Draft<Self>], env: &mut Env<'_>) -> Result<()>";
const BEFORE_WRITE: &str = "fn name(records: &[Self], draft: &mut Draft<Self>, env: &mut Env<'_>) -> Result<()>";

/// Reads the function's signature; `None` when it is not one of the forms of [`Call`] that belong to its attribute.
pub(super) fn read(cx: &Ctxt, function: &ImplItemFn, marked: Marked) -> Option<Constraint> {
    let signature = &function.sig;
    let inputs: Vec<&FnArg> = signature.inputs.iter().collect();
    let plain = signature.asyncness.is_none() && signature.unsafety.is_none() && signature.generics.params.is_empty();
    let fails = result(&signature.output).is_some();
    let answers = is_check(&signature.output);
    let checks = matches!(marked.when, When::Change | When::Deletion);
    let call = match (inputs.as_slice(), marked.when) {
        ([drafts, env], When::BeforeCreate) if is_borrowed(drafts, true) && is_env(env) && fails => Some(Call::Drafts),
        ([records, draft, env], When::BeforeWrite)
            if is_borrowed(records, false) && is_borrowed(draft, true) && is_env(env) && fails =>
        {
            Some(Call::Draft)
        }
        (_, When::BeforeCreate | When::BeforeWrite) => None,
        ([FnArg::Receiver(_)], _) if checks && answers => Some(Call::Record),
        ([FnArg::Receiver(_), env], _) if checks && answers && !is_env(env) => Some(Call::RecordInEnv),
        ([FnArg::Typed(_), env], _) if is_env(env) && fails => Some(Call::Batch),
        _ => None,
    };
    match call.filter(|_| plain) {
        Some(call) => Some(Constraint {
            marked,
            ident: signature.ident.clone(),
            call,
        }),
        None => {
            cx.error_on(&signature.ident, wrong(marked.when));
            None
        }
    }
}

/// `-> Check`, or what it stands for.
fn is_check(output: &ReturnType) -> bool {
    let ReturnType::Type(_, ty) = output else { return false };
    let Type::Path(path) = &**ty else { return false };
    let last = path.path.segments.last();
    last.is_some_and(|last| {
        last.ident == "Check" || last.ident == "Result" && result(output).is_some_and(|_| two_types(last))
    })
}

/// `Result<(), String>`: with the type of its error.
fn two_types(result: &PathSegment) -> bool {
    matches!(&result.arguments, PathArguments::AngleBracketed(types) if types.args.len() == 2)
}

/// A borrowed argument, for change or not.
fn is_borrowed(input: &FnArg, mutable: bool) -> bool {
    match input {
        FnArg::Typed(typed) => {
            matches!(&*typed.ty, Type::Reference(reference) if reference.mutability.is_some() == mutable)
        }
        FnArg::Receiver(_) => false,
    }
}

fn wrong(when: When) -> String {
    match when {
        When::BeforeCreate => format!("it gets all records of a change, as they are given; write `{BEFORE_CREATE}`"),
        When::BeforeWrite => {
            format!("it gets the records, and what they are about to be given; write `{BEFORE_WRITE}`")
        }
        When::After | When::AfterDeletion => format!("it gets all records of a change together; write `{BATCH}`"),
        When::Change | When::Deletion => format!(
            "a rule looks at a record, or at all of a change together; write `{RECORD}`, `fn name(&self, env: &Env<'_>) -> Check` \
             or `{BATCH}`"
        ),
    }
}

impl Constraint {
    /// The entry in the table of functions: the method's name, and a closure that runs it.
    pub(super) fn function(&self) -> TokenStream {
        let (ident, name) = (&self.ident, naming::name(&self.ident));
        let span = naming::located(ident.span());
        let (arguments, run) = match self.call {
            Call::Record => (
                quote!(env, records),
                quote_spanned!(span=> ::orm::typed::each::<Self>(env, records, |record, _| record.#ident())),
            ),
            Call::RecordInEnv => (
                quote!(env, records),
                quote_spanned!(span=> ::orm::typed::each::<Self>(env, records, |record, env| record.#ident(env))),
            ),
            Call::Batch => (
                quote!(env, records),
                quote_spanned!(span=> ::orm::typed::batch::<Self>(env, records, Self::#ident)),
            ),
            Call::Drafts => (
                quote!(env, _, given),
                quote_spanned!(span=> ::orm::typed::before_create::<Self>(env, given, Self::#ident)),
            ),
            Call::Draft => (
                quote!(env, records, given),
                quote_spanned!(span=> ::orm::typed::before_write::<Self>(env, records, given, Self::#ident)),
            ),
        };
        quote!((#name, |#arguments| #run))
    }

    /// Code with which rustc checks the names in its paths.
    pub(super) fn links(&self) -> TokenStream {
        let paths = self.marked.depends.iter().chain(&self.marked.loads);
        paths.map(links::path).collect()
    }
}

/// The definition.
impl ToTokens for Constraint {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let path = |path: &Path| {
            let hops = path.hops.iter().map(naming::name);
            quote!(&[#(#hops),*])
        };
        let Marked {
            when,
            any_field,
            on_create,
            ..
        } = self.marked;
        let (depends, loads) = (self.marked.depends.iter().map(path), self.marked.loads.iter().map(path));
        let name = naming::name(&self.ident);
        tokens.extend(match when {
            When::BeforeCreate | When::BeforeWrite => {
                let on = if when == When::BeforeCreate {
                    quote!(Create)
                } else {
                    quote!(Write)
                };
                quote! {
                    ::orm::def::BeforeDef {
                        name: #name,
                        on: ::orm::def::Change::#on,
                        loads: &[#(#loads),*],
                    }
                }
            }
            _ => {
                let writes = when == When::After;
                quote! {
                    ::orm::def::ConstraintDef {
                        name: #name,
                        depends: &[#(#depends),*],
                        any_field: #any_field,
                        loads: &[#(#loads),*],
                        on_create: #on_create,
                        writes: #writes,
                    }
                }
            }
        });
    }
}
