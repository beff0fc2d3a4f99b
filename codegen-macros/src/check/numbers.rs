//! Checks of `digits`, `size` and `currency`.

use crate::ctxt::Ctxt;
use crate::ir::{Field, Kind, Model};
use crate::naming;

/// The most digits of a decimal: on SQLite decimals are scaled 64-bit integers, which hold no more.
const MOST_DIGITS: u8 = 18;

/// `digits` belongs to decimals.
pub(super) fn digits(cx: &Ctxt, field: &Field) {
    let Some(digits) = &field.options.digits else {
        return;
    };
    let (precision, scale) = digits.value;
    match field.kind {
        Kind::Decimal if scale > precision => cx.error(
            digits.span,
            format!(
                "{scale} digits after the point of {precision} in all; write `digits = (16, {})`",
                scale.min(16)
            ),
        ),
        Kind::Decimal if precision == 0 || precision > MOST_DIGITS => cx.error(
            digits.span,
            format!(
                "a decimal has 1 to {MOST_DIGITS} digits; write `digits = (16, {})`",
                scale.min(16)
            ),
        ),
        Kind::Decimal | Kind::Unknown => {}
        Kind::Monetary => cx.error(digits.span, "`Monetary` has its currency's digits; leave `digits` out"),
        _ => cx.error(
            digits.span,
            "`digits` belongs to a `Decimal`; write the type as `Decimal`, or leave it out",
        ),
    }
}

/// `size` belongs to one line of text.
pub(super) fn size(cx: &Ctxt, field: &Field) {
    if let (Some(size), false) = (&field.options.size, matches!(field.kind, Kind::Char | Kind::Unknown)) {
        cx.error(
            size.span,
            "`size` belongs to a `String`; write the type as `String`, or leave it out",
        );
    }
}

/// `currency` belongs to money, and names a many2one of the same struct.
pub(super) fn currency(cx: &Ctxt, model: &Model, field: &Field) {
    let monetary = matches!(field.kind, Kind::Monetary);
    let Some(currency) = &field.options.currency else {
        if monetary && !field.options.is_written("currency") {
            cx.error(
                field.ident.span(),
                "`Monetary` needs its currency: `#[field(currency = currency_id)]`",
            );
        }
        return;
    };
    if !monetary {
        if !matches!(field.kind, Kind::Unknown) {
            cx.error(
                currency.span(),
                "`currency` belongs to `Monetary`; write the type as `Monetary`, or leave it out",
            );
        }
        return;
    }
    let name = naming::name(currency);
    match model.field(&name).map(|other| &other.kind) {
        Some(Kind::Many2one(_) | Kind::Unknown) => {}
        Some(_) => cx.error(
            currency.span(),
            format!("`{name}` is no many2one; write `currency = currency_id`, a field like `currency_id: Many2one<ResCurrency>`"),
        ),
        None if model.base.is_some() => {} // perhaps one of the extended model, which only rustc knows
        None => {
            let many2ones = model.fields.iter().filter(|field| matches!(field.kind, Kind::Many2one(_)));
            let names: Vec<&str> = many2ones.map(|field| field.name.as_str()).collect();
            let hint = match names.is_empty() {
                true => "; add `currency_id: Many2one<ResCurrency>`".to_owned(),
                false => naming::hint(&name, "its many2one fields", names),
            };
            cx.error(currency.span(), format!("`{}` has no field `{name}`{hint}", model.ident));
        }
    }
}
