//! Checks of `default = …` against the field's type.

use crate::ctxt::Ctxt;
use crate::ir::{Field, Kind};
use crate::parse::default::DefaultValue;

/// The default is a value of the field.
pub(super) fn default(cx: &Ctxt, field: &Field) {
    let Some(default) = field.options.default.as_ref().filter(|_| !field.is_derived()) else {
        return;
    };
    if let Some(right) = wrong(field, &default.value) {
        match &default.value {
            DefaultValue::Variant(variant) => cx.error_on(variant, right),
            _ => cx.error(default.span, right),
        }
    }
}

/// What is wrong with the default; `None` when it fits.
fn wrong(field: &Field, default: &DefaultValue) -> Option<String> {
    use DefaultValue as D;
    let own = field.type_name();
    let variant = format!("as one of its variants, `default = {own}::…`");
    let form = match (&field.kind, default) {
        (Kind::Unknown, _) => return None,
        (Kind::One2many(_) | Kind::Many2many(_), _) => {
            return Some("a relation to many records starts empty; leave `default` out".to_owned());
        }
        // rustc checks what the function returns, and the start-up checks where the path leads.
        (_, D::Method(_) | D::Path(..)) => return None,
        (Kind::Char | Kind::Text | Kind::Html, D::Text(text)) => return too_long(field, text),
        (Kind::Char, D::Sequence(_)) => return None,
        (Kind::Bool, D::Bool(_)) => return None,
        (Kind::Int, D::Int(digits)) => return range::<i32>(digits),
        (Kind::BigInt, D::Int(digits)) => return range::<i64>(digits),
        (Kind::Float, D::Int(_) | D::Number(_)) => return None,
        (Kind::Decimal | Kind::Monetary, D::Int(number) | D::Number(number)) => {
            return decimal(field, number);
        }
        (Kind::Date, D::Today) | (Kind::DateTime, D::Now) => return None,
        (Kind::Date | Kind::DateTime, D::Text(text)) => return constant(field, text),
        (Kind::Selection, D::Variant(variant)) => {
            let other = field.other_enum(variant)?;
            return Some(format!(
                "the field is of `{own}`, not of `{other}`; write `default = {own}::…`"
            ));
        }
        (Kind::Many2one(_), D::User | D::Company) => return None,
        (Kind::Char, _) => "`default = \"text\"` or `default = sequence(\"code\")`",
        (Kind::Text | Kind::Html, _) => "`default = \"text\"`",
        (Kind::Bool, _) => "`default = true` or `default = false`",
        (Kind::Int | Kind::BigInt, _) => "`default = 10`",
        (Kind::Float | Kind::Decimal | Kind::Monetary, _) => "`default = 1.5`",
        (Kind::Date, _) => "`default = today` or `default = \"2024-01-31\"`",
        (Kind::DateTime, _) => "`default = now` or `default = \"2024-01-31 13:30:00\"`",
        (Kind::Selection, _) => variant.as_str(),
        (Kind::Many2one(_), _) => "`default = user`, `default = company` or as a path, `default = company.currency_id`",
        (Kind::Binary | Kind::Json(_), _) => {
            return Some("a default of this type is written as a function of the model, `method(name)`".to_owned());
        }
    };
    let what = match default {
        D::Now => "`now` is a time",
        D::Today => "`today` is a date",
        D::User => "`user` is a record of users",
        D::Company => "`company` is a record of companies",
        D::Sequence(_) => "a sequence gives text",
        D::Bool(_) => "this is a `bool`",
        D::Int(_) | D::Number(_) => "this is a number",
        D::Text(_) => "this is text",
        D::Variant(_) | D::Method(_) | D::Path(..) => "this is a variant of a selection",
    };
    let ty = &field.inner;
    let ty = quote::quote!(#ty).to_string().replace(' ', "");
    Some(format!("{what}; a default of `{ty}` is written {form}"))
}

fn too_long(field: &Field, text: &str) -> Option<String> {
    let size = field.options.size.as_ref()?.value;
    (text.chars().count() > size as usize)
        .then(|| format!("the default has more characters than `size = {size}`; write a shorter one"))
}

/// What is wrong with a constant of a decimal or a date.
pub(super) fn constant(field: &Field, text: &str) -> Option<String> {
    match field.kind {
        Kind::Date => (!is_date(text)).then(|| "there is no such day; a date is written `\"2024-01-31\"`".to_owned()),
        Kind::DateTime => (!is_time(text))
            .then(|| "there is no such time; one is written `\"2024-01-31 13:30:00\"`, in UTC".to_owned()),
        _ => decimal(field, text),
    }
}

/// A day of the years 1 to 9999, as it is stored: `2024-01-31`.
fn is_date(text: &str) -> bool {
    let Some([year, month, day]) = numbers(text, '-', [4, 2, 2]) else {
        return false;
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(is_leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => 0,
    };
    year > 0 && (1..=days).contains(&day)
}

/// A point in time, as it is stored: `2024-01-31 13:30:00`.
fn is_time(text: &str) -> bool {
    let Some((date, time)) = text.split_once(' ') else {
        return false;
    };
    let in_day = |[hour, minute, second]: [u32; 3]| hour < 24 && minute < 60 && second < 60;
    is_date(date) && numbers(time, ':', [2, 2, 2]).is_some_and(in_day)
}

/// Three numbers, each with so many digits.
fn numbers(text: &str, between: char, digits: [usize; 3]) -> Option<[u32; 3]> {
    let parts: Vec<&str> = text.split(between).collect();
    let is_number = |(part, digits): (&&str, usize)| part.len() == digits && part.bytes().all(|c| c.is_ascii_digit());
    let are_numbers = parts.len() == 3 && parts.iter().zip(digits).all(is_number);
    let numbers: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    numbers.try_into().ok().filter(|_| are_numbers)
}

pub(super) fn range<T: std::str::FromStr>(digits: &str) -> Option<String> {
    let name = std::any::type_name::<T>();
    digits
        .parse::<T>()
        .is_err()
        .then(|| format!("the number does not fit `{name}`; write a smaller one"))
}

fn decimal(field: &Field, number: &str) -> Option<String> {
    if number.contains(['e', 'E']) {
        return Some("a decimal is written with digits and a point, as `1.5`".to_owned());
    }
    let (whole, fraction) = number.trim_start_matches('-').split_once('.').unwrap_or((number, ""));
    let (precision, scale) = match field.kind {
        Kind::Decimal => field.digits(),
        _ => (18, 4),
    };
    let whole = whole.trim_start_matches(['-', '0']).len();
    let (most_whole, scale) = (usize::from(precision.saturating_sub(scale)), usize::from(scale));
    (fraction.trim_end_matches('0').len() > scale || whole > most_whole).then(|| {
        format!(
            "the number has more digits than its field; write at most {most_whole} before the point and {scale} after"
        )
    })
}
