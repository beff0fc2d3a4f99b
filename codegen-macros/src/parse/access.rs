//! Who may do what: `#[access(everyone: read; group::MANAGER: all)]` and
//! `#[rule(group::SALESMAN: user_id == env.user || user_id.is_none())]`.

use proc_macro2::{Ident, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::{BinOp, Expr, ExprLit, ExprMethodCall, Lit, Member, Token, UnOp};

use super::condition::{self, Literal};
use super::default::Root;
use super::path::Path;
use crate::ctxt::Ctxt;
use crate::naming;

/// Whom a right or a rule is for.
#[derive(Clone)]
pub(crate) enum Who {
    /// `everyone`
    Everyone,
    /// The path of a constant: `group::SALESMAN`.
    Group(syn::Path),
}

/// `SALESMAN: read, write`.
#[derive(Clone)]
pub(crate) struct Access {
    pub(crate) who: Who,
    /// Variants of `Operation`.
    pub(crate) operations: Vec<&'static str>,
}

/// `SALESMAN, read: user_id == env.user`.
#[derive(Clone)]
pub(crate) struct Rule {
    pub(crate) who: Who,
    /// Variants of `Operation`.
    pub(crate) operations: Vec<&'static str>,
    pub(crate) condition: RuleCondition,
}

/// Which records a rule is about.
#[derive(Clone)]
pub(crate) enum RuleCondition {
    All(Vec<RuleCondition>),
    Any(Vec<RuleCondition>),
    Not(Box<RuleCondition>),
    /// `path.is_none()`
    Empty(Path),
    /// `path == env.user`
    Compare(Path, &'static str, RuleOperand),
    /// `env.companies.contains(path)`
    InCompanies(Path),
    /// `path.child_of(env.user.partner_id)`
    ChildOf(Path, RuleOperand),
}

/// What a rule compares with.
#[derive(Clone)]
pub(crate) enum RuleOperand {
    Literal(Literal),
    /// `env.user` or `env.company`, and a path from it.
    From(Root, Vec<Ident>),
}

pub(crate) const ACCESS_FORM: &str = "#[access(everyone: read; group::MANAGER: all)]";
pub(crate) const RULE_FORM: &str = "#[rule(group::SALESMAN: user_id == env.user)]";

const CONDITION: &str = "a rule compares fields with the caller or constants: `user_id == env.user`, \
                         `partner_id.child_of(env.user.partner_id)`, `env.companies.contains(company_id)`, `active`, \
                         `code.is_none()`, `true`, joined by `&&`, `||` and `!`";

const OPERATIONS: [(&str, &str); 4] = [
    ("read", "Read"),
    ("create", "Create"),
    ("write", "Write"),
    ("delete", "Delete"),
];

/// Reads `everyone: read; group::MANAGER: read, create, write`.
pub(crate) fn access(cx: &Ctxt, tokens: TokenStream) -> Vec<Access> {
    let entries = split(tokens).into_iter();
    entries.filter_map(|entry| one_access(cx, entry)).collect()
}

/// Splits at the semicolons; empty pieces are left out.
fn split(tokens: TokenStream) -> Vec<TokenStream> {
    let mut pieces = vec![TokenStream::new()];
    for token in tokens {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => pieces.push(TokenStream::new()),
            _ => pieces.last_mut().expect("never empty").extend([token]),
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

fn one_access(cx: &Ctxt, tokens: TokenStream) -> Option<Access> {
    let parse = |input: ParseStream<'_>| {
        let who = input.call(syn::Path::parse_mod_style)?;
        input.parse::<Token![:]>()?;
        Ok((who, Punctuated::<Ident, Token![,]>::parse_terminated(input)?))
    };
    let Ok((who, words)) = parse.parse2(tokens.clone()) else {
        cx.error_on(
            tokens,
            format!("a right is written `group: operations`; write `{ACCESS_FORM}`"),
        );
        return None;
    };
    Some(Access {
        who: self::who(who),
        operations: operations(cx, words, true),
    })
}

/// Reads `group::SALESMAN, read: user_id == env.user`.
pub(crate) fn rule(cx: &Ctxt, tokens: TokenStream) -> Option<Rule> {
    let parse = |input: ParseStream<'_>| {
        let who = input.call(syn::Path::parse_mod_style)?;
        let mut words = Punctuated::<Ident, Token![,]>::new();
        while input.parse::<Option<Token![,]>>()?.is_some() {
            words.push(input.parse()?);
        }
        input.parse::<Token![:]>()?;
        Ok((who, words, input.parse::<TokenStream>()?))
    };
    let Ok((who, words, condition)) = parse.parse2(tokens.clone()) else {
        cx.error_on(
            tokens,
            format!("a rule is written `group: condition`; write `{RULE_FORM}`"),
        );
        return None;
    };
    let operations = match words.is_empty() {
        true => OPERATIONS.iter().map(|(_, variant)| *variant).collect(),
        false => operations(cx, words, false),
    };
    let read = syn::parse2::<Expr>(condition.clone()).ok();
    let Some(condition) = read.as_ref().and_then(self::condition) else {
        cx.error_on(condition, CONDITION);
        return None;
    };
    Some(Rule {
        who: self::who(who),
        operations,
        condition,
    })
}

fn who(path: syn::Path) -> Who {
    match path.is_ident("everyone") {
        true => Who::Everyone,
        false => Who::Group(path),
    }
}

fn operations(cx: &Ctxt, words: Punctuated<Ident, Token![,]>, all: bool) -> Vec<&'static str> {
    let mut operations = Vec::new();
    for word in words {
        let named = OPERATIONS.iter().find(|(name, _)| word == name);
        match named {
            _ if all && word == "all" => operations.extend(OPERATIONS.iter().map(|(_, variant)| *variant)),
            Some((_, variant)) => operations.push(*variant),
            None => {
                let known = OPERATIONS.iter().map(|(name, _)| *name).chain(all.then_some("all"));
                let hint = naming::hint(&word.to_string(), "operations", known);
                cx.error(word.span(), format!("`{word}` is no operation{hint}"));
            }
        }
    }
    operations.sort_unstable();
    operations.dedup();
    operations
}

fn condition(expression: &Expr) -> Option<RuleCondition> {
    match expression {
        Expr::Paren(inner) => condition(&inner.expr),
        Expr::Lit(ExprLit {
            lit: Lit::Bool(all), ..
        }) if all.value => Some(RuleCondition::All(Vec::new())),
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => Some(RuleCondition::Not(Box::new(condition(&not.expr)?))),
        Expr::MethodCall(call) => method(call),
        Expr::Binary(binary) => {
            let both = || Some(vec![condition(&binary.left)?, condition(&binary.right)?]);
            match binary.op {
                BinOp::And(_) => Some(RuleCondition::All(both()?)),
                BinOp::Or(_) => Some(RuleCondition::Any(both()?)),
                op => Some(RuleCondition::Compare(
                    field(&binary.left)?,
                    condition::comparison(op)?,
                    operand(&binary.right)?,
                )),
            }
        }
        flag => {
            let path = field(flag)?;
            let span = path.hops.last()?.span();
            let truth = RuleOperand::Literal(Literal::truth(true, span));
            Some(RuleCondition::Compare(path, "Eq", truth))
        }
    }
}

fn method(call: &ExprMethodCall) -> Option<RuleCondition> {
    let arguments: Vec<&Expr> = call.args.iter().collect();
    match (call.method.to_string().as_str(), arguments.as_slice()) {
        ("is_none", []) => Some(RuleCondition::Empty(field(&call.receiver)?)),
        ("is_some", []) => Some(RuleCondition::Not(Box::new(RuleCondition::Empty(field(
            &call.receiver,
        )?)))),
        ("child_of", [of]) => match operand(of)? {
            RuleOperand::Literal(_) => None,
            of => Some(RuleCondition::ChildOf(field(&call.receiver)?, of)),
        },
        ("contains", [path]) => {
            let companies = names(&call.receiver)?;
            let is_companies = matches!(companies.as_slice(), [env, list] if env == "env" && list == "companies");
            is_companies.then_some(RuleCondition::InCompanies(field(path)?))
        }
        _ => None,
    }
}

/// A path of fields; `env` and `self` begin none.
fn field(expression: &Expr) -> Option<Path> {
    let hops = names(expression)?;
    (hops[0] != "env" && hops[0] != "self").then_some(Path { hops })
}

fn operand(expression: &Expr) -> Option<RuleOperand> {
    if let Some(literal) = condition::literal(expression) {
        return Some(RuleOperand::Literal(literal));
    }
    let mut names = names(expression)?;
    let root = names.get(1)?.to_string();
    if names[0] != "env" {
        return None;
    }
    let path = names.split_off(2);
    match root.as_str() {
        "user" => Some(RuleOperand::From(Root::User, path)),
        "company" => Some(RuleOperand::From(Root::Company, path)),
        _ => None,
    }
}

/// The names of `a.b.c`.
fn names(expression: &Expr) -> Option<Vec<Ident>> {
    match expression {
        Expr::Path(path) => Some(vec![path.path.get_ident()?.clone()]),
        Expr::Field(access) => {
            let mut names = names(&access.base)?;
            let Member::Named(name) = &access.member else {
                return None;
            };
            names.push(name.clone());
            Some(names)
        }
        _ => None,
    }
}

impl RuleCondition {
    /// The paths that the condition follows from a record.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        match self {
            RuleCondition::All(parts) | RuleCondition::Any(parts) => {
                parts.iter().flat_map(RuleCondition::paths).collect()
            }
            RuleCondition::Not(part) => part.paths(),
            RuleCondition::Empty(path)
            | RuleCondition::Compare(path, ..)
            | RuleCondition::InCompanies(path)
            | RuleCondition::ChildOf(path, _) => vec![path],
        }
    }
}
