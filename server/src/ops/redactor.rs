//! Redacts URLs for the log: only words that the program knows, and numbers, are shown. Passwords, tokens and names of
//! people could be anywhere in a URL, also in its path and in any encoding: `/restful/api/v1/access_token_c120…` is
//! logged as `/restful/api/v1/…`, `?limit=2&name=Azure` as `?limit=2&name=…`.

use std::collections::HashSet;
use std::fmt::{self, Write as _};

use axum::http::Uri;
use orm::def::Kind;
use orm::{Runtime, builtin};

use crate::api::decode;

/// The words of URLs that do not come from the catalogue: paths, parameters, operators.
const WORDS: &str = "rest login token tokens logout oidc callback restful api v1 livez readyz docs openapi json domain fields limit offset order \
                     active_test asc desc true false ne gt ge lt le in not_in like not_like ilike not_ilike eq eq_like eq_ilike eq_if_given startswith \
                     child_of parent_of any not_any nulls first last";
/// A path that is shown whole: its last word may be somebody's password where it stands elsewhere.
const PASSWORD_PATH: &str = "/rest/api/password";
/// The path of logins by an identity provider, whose parameters are secrets.
const PROVIDER_PATH: &str = "/rest/api/login/oidc";
/// Parameters whose values are never shown, even if they are known words.
const SECRETS: [&str; 4] = ["login", "password", "db", "access_token"];
/// The maximum number of digits of a number that is shown.
const LONGEST_NUMBER: usize = 19;

/// The words that may be logged.
#[derive(Debug)]
pub(crate) struct UrlRedactor(HashSet<String>);

impl UrlRedactor {
    /// The program's own words and those of a catalogue: names of models, fields that are not secret, and methods, and
    /// the values of selections.
    pub(crate) fn new(registry: &Runtime) -> Self {
        let mut words: HashSet<String> = WORDS.split_whitespace().map(str::to_owned).collect();
        words.extend(builtin::METHODS.iter().map(|method| method.name.to_owned()));
        for model in registry.models() {
            words.extend(model.def.name.split('.').map(str::to_owned));
            words.extend(model.def.methods.iter().map(|method| method.name.to_owned()));
            for field in model
                .fields
                .iter()
                .map(|field| &field.def)
                .filter(|field| !field.secret)
            {
                words.extend(["", "_start", "_end"].map(|end| format!("{}{end}", field.name)));
                if let Kind::Selection { items } = field.kind {
                    words.extend(items.iter().map(|item| item.value.to_owned()));
                }
            }
        }
        UrlRedactor(words)
    }

    /// The URL as the log shows it.
    pub(super) fn redacted<'a>(&'a self, uri: &'a Uri) -> RedactedUrl<'a> {
        RedactedUrl { words: self, uri }
    }

    /// Whether all words of a part of a URL are known. `amount_total__gt` is two words, a field and an operator.
    fn know(&self, text: &str) -> bool {
        let Some(decoded) = decode(text) else {
            return false;
        };
        let mut words = decoded
            .split(|letter: char| letter != '_' && !letter.is_alphanumeric())
            .flat_map(|word| word.split("__"))
            .filter(|word| !word.is_empty());
        let number = |word: &str| word.len() <= LONGEST_NUMBER && word.bytes().all(|byte| byte.is_ascii_digit());
        words.all(|word| number(word) || self.0.contains(word))
    }
}

/// A URL that is displayed with `…` in place of unknown words.
pub(super) struct RedactedUrl<'a> {
    words: &'a UrlRedactor,
    uri: &'a Uri,
}

impl fmt::Display for RedactedUrl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let or_dots = |text, shown| if shown { text } else { "…" };
        let whole = self.uri.path() == PASSWORD_PATH;
        let secret_values = self.uri.path().starts_with(PROVIDER_PATH);
        for (index, segment) in self.uri.path().split('/').enumerate() {
            f.write_str(if index == 0 { "" } else { "/" })?;
            f.write_str(or_dots(segment, whole || self.words.know(segment)))?;
        }
        let pairs = self.uri.query().into_iter().flat_map(|query| query.split('&'));
        for (index, pair) in pairs.enumerate() {
            f.write_char(if index == 0 { '?' } else { '&' })?;
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let secret = SECRETS.iter().any(|secret| decode(name).as_deref() == Some(secret));
            let known = !secret && self.words.know(name);
            let shown = [
                or_dots(name, secret || known),
                or_dots(value, known && !secret_values && self.words.know(value)),
            ];
            write!(f, "{}={}", shown[0], shown[1])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::program;

    #[test]
    fn only_what_is_known_is_logged() {
        let words = UrlRedactor::new(program());
        for (uri, logged) in [
            (
                "/rest/api/login/token?login=a&p%61ssword=b&db=c",
                "/rest/api/login/token?login=…&p%61ssword=…&db=…",
            ),
            (
                "/rest/api/login/token?login=draft&password=name",
                "/rest/api/login/token?login=…&password=…",
            ),
            ("/x?password=1234&p%2561ssword=b&Password=b", "/…?password=…&…=…&…=…"),
            (
                "/restful/api/v1/sale.order?limit=2&access_token=abc",
                "/restful/api/v1/sale.order?limit=2&access_token=…",
            ),
            ("/restful/api/v1/access_token_c120/1?abc", "/restful/api/v1/…/1?…=…"),
            (
                "/restful/api/v1/res.partner/11/access_token_c120",
                "/restful/api/v1/res.partner/11/…",
            ),
            (
                "/restful/api/v1/sale.order/40/action_confirm",
                "/restful/api/v1/sale.order/40/action_confirm",
            ),
            (
                "/restful/api/v1/sale.order?fields=name,partner_id(name)&order=name%20desc&state=draft&name=S1",
                "/restful/api/v1/sale.order?fields=name,partner_id(name)&order=name%20desc&state=draft&name=…",
            ),
            (
                "/restful/api/v1/sale.order?amount_total__gt=5&date_order_start=2024-01-01&partner_id.name__ilike=x",
                "/restful/api/v1/sale.order?amount_total__gt=5&date_order_start=2024-01-01&partner_id.name__ilike=…",
            ),
            ("/restful/api/v1/%FF?limit=%zz", "/restful/api/v1/…?limit=…"),
            (
                "/rest/api/login/oidc/callback?code=draft&state=draft&abc=1",
                "/rest/api/login/oidc/callback?code=…&state=…&…=…",
            ),
            ("/livez", "/livez"),
            ("/rest/api/tokens/0123456789abcdef", "/rest/api/tokens/…"),
            ("/rest/api/password?x=password", "/rest/api/password?…=…"),
            ("/rest/api/password/password", "/rest/api/…/…"),
        ] {
            assert_eq!(words.redacted(&uri.parse().unwrap()).to_string(), logged);
        }
    }
}
