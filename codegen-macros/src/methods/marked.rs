//! The attributes of methods that go along with changes: `#[before(…)]`, `#[after(…)]`, `#[constrains(…)]`, `#[ondelete]`.

use proc_macro2::{Ident, TokenStream};
use syn::{Attribute, Meta};

use crate::ctxt::Ctxt;
use crate::naming;
use crate::parse::args::{self, Arg, Given};
use crate::parse::path::{self, Path};

/// When a method runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    BeforeCreate,
    BeforeWrite,
    /// After a change, before its constraints; may write.
    After,
    Change,
    Deletion,
    AfterDeletion,
}

/// What the attribute says.
pub(super) struct Marked {
    pub(super) when: When,
    /// Paths that it reads; after a change of one it runs, unless it is for deletions.
    pub(super) depends: Vec<Path>,
    /// It runs after a change of any field.
    pub(super) any_field: bool,
    /// Paths that it reads too, without running after their change.
    pub(super) loads: Vec<Path>,
    /// It runs for new records too.
    pub(super) on_create: bool,
}

const BEFORE: &str = "#[before(create)]` or `#[before(write, loads(order_id.state))]";
const AFTER: &str = "#[after(lines.product_id, loads(lines.product_id.uom_id))]`, `#[after(create)]`, `#[after(write)]`, \
                     `#[after(create, write)]` or `#[after(delete)]";
const CHANGE: &str = "#[constrains(date_start, date_end, loads(order_id.state), only = update)]";
const DELETION: &str = "#[ondelete]` or `#[ondelete(order_id.state)]";

/// The names of the attributes.
pub(super) const ATTRIBUTES: [&str; 4] = ["before", "after", "constrains", "ondelete"];

/// The kind of an attribute, by its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Before,
    After,
    Constrains,
    OnDelete,
}

impl Kind {
    fn of(name: &str) -> Kind {
        match name {
            "before" => Kind::Before,
            "after" => Kind::After,
            "constrains" => Kind::Constrains,
            _ => Kind::OnDelete,
        }
    }

    fn form(self) -> &'static str {
        match self {
            Kind::Before => BEFORE,
            Kind::After => AFTER,
            Kind::Constrains => CHANGE,
            Kind::OnDelete => DELETION,
        }
    }
}

/// Reads the attribute, one of [`ATTRIBUTES`].
pub(super) fn read(cx: &Ctxt, attr: &Attribute, name: &str) -> Marked {
    let kind = Kind::of(name);
    let mut marked = Marked {
        when: match kind {
            Kind::Before => When::BeforeCreate,
            Kind::After => When::After,
            Kind::Constrains => When::Change,
            Kind::OnDelete => When::Deletion,
        },
        depends: Vec::new(),
        any_field: false,
        loads: Vec::new(),
        on_create: true,
    };
    let tokens = match &attr.meta {
        Meta::List(list) => list.tokens.clone(),
        _ => TokenStream::new(),
    };
    let mut operations: Vec<Ident> = Vec::new();
    for piece in args::split(tokens) {
        let is_path =
            syn::parse2::<syn::ExprPath>(piece.clone()).is_ok() || syn::parse2::<syn::ExprField>(piece.clone()).is_ok();
        match operation(&piece).filter(|_| matches!(kind, Kind::Before | Kind::After)) {
            Some(operation) => operations.push(operation),
            None if is_path => marked.depends.extend(path::path(cx, piece)),
            None => (args::list(cx, piece).iter()).for_each(|arg| option(cx, kind, &mut marked, arg)),
        }
    }
    let named: Vec<String> = operations.iter().map(naming::name).collect();
    let named: Vec<&str> = named.iter().map(String::as_str).collect();
    match (kind, named.as_slice(), marked.depends.is_empty()) {
        (Kind::Before, ["create"], true) if marked.loads.is_empty() => {}
        (Kind::Before, ["write"], true) => marked.when = When::BeforeWrite,
        (Kind::Before, ["delete"], true) => cx.error_on(&operations[0], "before a deletion: write `#[ondelete]`"),
        (Kind::Before, ..) => cx.error_on(
            attr,
            format!("it names what it runs before, and nothing is loaded before a create: write `{BEFORE}`"),
        ),
        (Kind::After, ["delete"], true) => marked.when = When::AfterDeletion,
        (Kind::After, ["create"], true) => {}
        (Kind::After, ["write"], true) => (marked.any_field, marked.on_create) = (true, false),
        (Kind::After, ["create", "write"] | ["write", "create"], true) => marked.any_field = true,
        (Kind::After, [_, ..], _) => cx.error_on(attr, format!("write one of `{AFTER}`")),
        (Kind::After | Kind::Constrains, [], true) => {
            let what = if kind == Kind::After { "it" } else { "a constraint" };
            let form = kind.form();
            cx.error_on(
                attr,
                format!("{what} names the fields after whose change it is asked: `{form}`"),
            );
        }
        _ => {}
    }
    marked
}

/// The operation that a word stands for, in `#[before(create)]`.
fn operation(piece: &TokenStream) -> Option<Ident> {
    let ident = syn::parse2::<Ident>(piece.clone()).ok()?;
    ["create", "write", "delete"]
        .iter()
        .any(|known| ident == known)
        .then_some(ident)
}

fn option(cx: &Ctxt, kind: Kind, marked: &mut Marked, arg: &Arg) {
    match (&arg.given, arg.key.to_string().as_str()) {
        (Given::List(tokens), "loads") if kind != Kind::OnDelete => {
            let paths = args::split(tokens.clone()).into_iter();
            marked.loads.extend(paths.filter_map(|piece| path::path(cx, piece)));
        }
        (Given::Value(update), "only") if kind == Kind::Constrains && update.to_string() == "update" => {
            marked.on_create = false;
        }
        (Given::Nothing, _) => marked.depends.extend(path::path(cx, arg.tokens.clone())),
        _ => cx.error_on(&arg.tokens, format!("write `{}`", kind.form())),
    }
}
