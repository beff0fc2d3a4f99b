//! `#[action]` functions: methods that HTTP may call, with typed arguments and a typed result.
//!
//! Refuses signatures that cannot be called over HTTP: `&self`, generics, borrowed or nameless arguments, no `Result`.

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Attribute, FnArg, GenericArgument, ImplItemFn, Meta, Pat, PathArguments, PathSegment, ReturnType, Type};

use crate::ctxt::Ctxt;
use crate::naming;
use crate::parse::docs;

/// An action.
pub(super) struct Action {
    ident: Ident,
    help: String,
    /// Called on records; else on the model.
    on_records: bool,
    readonly: bool,
    arguments: Vec<Argument>,
    result: Type,
}

struct Argument {
    name: String,
    ty: Type,
}

const FORM: &str = "fn action_confirm(records: &Records<Self>, env: &mut Env<'_>, date: Date) -> Result<bool>";

/// The most arguments that the runtime can extract from a call.
const MOST_ARGUMENTS: usize = 8;

/// Whether `#[action]` says `readonly`; reports anything else that it says.
pub(super) fn readonly(cx: &Ctxt, attr: &Attribute) -> bool {
    let readonly = match &attr.meta {
        Meta::Path(_) => return false,
        Meta::List(list) => list.parse_args::<Ident>().is_ok_and(|word| word == "readonly"),
        Meta::NameValue(_) => false,
    };
    if !readonly {
        cx.error_on(
            attr,
            "an action is marked `#[action]`, or `#[action(readonly)]` where it writes nothing",
        );
    }
    readonly
}

/// Reads the function's signature; `None` when it cannot be called.
pub(super) fn read(cx: &Ctxt, function: &ImplItemFn, readonly: bool) -> Option<Action> {
    let signature = &function.sig;
    let name = naming::name(&signature.ident);
    let plain = signature.asyncness.is_none() && signature.unsafety.is_none() && signature.generics.params.is_empty();
    if !plain {
        return wrong(cx, &signature.ident, "is a plain function");
    }
    if !naming::is_sql_name(&name) || name.starts_with('_') {
        return wrong(
            cx,
            &signature.ident,
            "has a name in lower-case letters, digits and underscores",
        );
    }
    let mut inputs = signature.inputs.iter().peekable();
    let on_records = inputs.next_if(|input| is_records(input)).is_some();
    match inputs.next() {
        Some(FnArg::Receiver(receiver)) => return wrong(cx, receiver, "takes a recordset in place of `self`"),
        Some(input) if is_env(input) => {}
        Some(input) => return wrong(cx, input, "takes the environment first, or second behind its records"),
        None => return wrong(cx, &signature.ident, "takes the environment"),
    }
    let given: Vec<&FnArg> = inputs.collect();
    if let Some(records) = given.iter().find(|input| is_records(input)) {
        return wrong(cx, records, "takes its records first, then the environment");
    }
    if let Some(one_more) = given.get(MOST_ARGUMENTS) {
        return wrong(cx, one_more, "takes at most 8 arguments, of which one may be `Json`");
    }
    let mut arguments = Vec::new();
    for input in &given {
        arguments.push(argument(cx, input)?);
    }
    let Some(result) = result(&signature.output) else {
        return match signature.output {
            ReturnType::Default => wrong(cx, &signature.ident, "answers with a `Result<…>`"),
            ReturnType::Type(_, ref ty) => wrong(cx, ty, "answers with a `Result<…>`"),
        };
    };
    let doc = docs::read(&function.attrs);
    let help = [doc.label, doc.help];
    let help: Vec<String> = help.into_iter().filter(|text| !text.is_empty()).collect();
    Some(Action {
        ident: signature.ident.clone(),
        help: help.join("\n"),
        on_records,
        readonly,
        arguments,
        result: result.clone(),
    })
}

fn wrong<T>(cx: &Ctxt, place: impl ToTokens, what: &str) -> Option<T> {
    cx.error_on(place, format!("an action {what}; write `{FORM}`"));
    None
}

/// `name: T`
fn argument(cx: &Ctxt, input: &FnArg) -> Option<Argument> {
    let FnArg::Typed(typed) = input else {
        return wrong(cx, input, "takes a recordset in place of `self`");
    };
    let Pat::Ident(pattern) = &*typed.pat else {
        return wrong(cx, &typed.pat, "names its arguments, as callers do");
    };
    let name = naming::name(&pattern.ident);
    if !naming::is_sql_name(&name) || name.starts_with('_') {
        return wrong(
            cx,
            &pattern.ident,
            "names its arguments as callers do, in lower-case words",
        );
    }
    if name.strip_prefix("arg").is_some_and(|rest| rest.parse::<u32>().is_ok()) {
        return wrong(cx, &pattern.ident, "gives its arguments names that say what they are");
    }
    match &*typed.ty {
        Type::Reference(_) => wrong(cx, &typed.ty, "owns its arguments: `String`, not `&str`"),
        Type::ImplTrait(_) => wrong(cx, &typed.ty, "names the types of its arguments"),
        ty => Some(Argument { name, ty: ty.clone() }),
    }
}

/// `T` of `Result<T>`
pub(super) fn result(output: &ReturnType) -> Option<&Type> {
    let ReturnType::Type(_, ty) = output else {
        return None;
    };
    let segment = last(ty)?;
    match &segment.arguments {
        PathArguments::AngleBracketed(generic) if segment.ident == "Result" => match generic.args.first() {
            Some(GenericArgument::Type(ty)) => Some(ty),
            _ => None,
        },
        _ => None,
    }
}

/// `&Records<…>`
fn is_records(input: &FnArg) -> bool {
    match input {
        FnArg::Typed(typed) => match &*typed.ty {
            Type::Reference(reference) => {
                reference.mutability.is_none() && last(&reference.elem).is_some_and(|last| last.ident == "Records")
            }
            _ => false,
        },
        FnArg::Receiver(_) => false,
    }
}

/// `&mut Env<'_>`
pub(super) fn is_env(input: &FnArg) -> bool {
    match input {
        FnArg::Typed(typed) => match &*typed.ty {
            Type::Reference(reference) => {
                reference.mutability.is_some() && last(&reference.elem).is_some_and(|last| last.ident == "Env")
            }
            _ => false,
        },
        FnArg::Receiver(_) => false,
    }
}

fn last(ty: &Type) -> Option<&PathSegment> {
    match ty {
        Type::Path(path) => path.path.segments.last(),
        _ => None,
    }
}

impl Action {
    /// The entry of `CALLS`: the method's name, and a closure that calls it.
    pub(super) fn call(&self) -> TokenStream {
        let (ident, name) = (&self.ident, naming::name(&self.ident));
        let values: Vec<Ident> = (0..self.arguments.len())
            .map(|index| format_ident!("a{index}"))
            .collect();
        let records = self.on_records.then(|| quote!(&::orm::method::records(call),));
        quote! {
            (#name, |call| {
                let (#(#values,)*) = ::orm::method::arguments(call)?;
                let answer = Self::#ident(#records call.env, #(#values),*)?;
                ::orm::method::answer(call, answer)
            })
        }
    }
}

impl ToTokens for Action {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        let Action {
            ident,
            help,
            on_records,
            readonly,
            ..
        } = self;
        let name = naming::name(ident);
        let result = &self.result;
        let result = quote_spanned!(result.span()=> <#result as ::orm::method::Answer>::TYPE);
        let arguments = self.arguments.iter().map(|Argument { name, ty }| {
            let ty = quote_spanned!(ty.span()=> <#ty as ::orm::method::Argument>::TYPE);
            quote!(::orm::def::ArgumentDef { name: #name, ty: #ty })
        });
        tokens.extend(quote! {
            ::orm::def::MethodDef {
                name: #name,
                help: #help,
                on_records: #on_records,
                readonly: #readonly,
                arguments: &[#(#arguments),*],
                result: #result,
            }
        });
    }
}
