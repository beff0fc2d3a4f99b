//! Cleans HTML when it is written or loaded, since others will look at it: what could run scripts is removed.

use std::sync::LazyLock;

use ammonia::Builder;

use crate::def::Kind;
use crate::value::Value;

/// The elements and attributes that `ammonia` allows by default, which carry text and its formatting, and `class`, for
/// the style sheets of the page that shows the HTML. Links get no `rel`.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner.add_generic_attributes(["class"]).link_rel(None);
    cleaner
});

/// The value as a field of this kind stores it: HTML is cleaned, and plain text in it becomes a paragraph.
pub(super) fn cleaned(kind: &Kind, value: Value) -> Value {
    match (kind, value) {
        (Kind::Html, Value::Text(html)) => Value::Text(clean(&html)),
        (_, value) => value,
    }
}

fn clean(html: &str) -> String {
    let clean = CLEANER.clean(html).to_string();
    match clean.trim_start() {
        "" => String::new(),
        text if text.starts_with('<') => clean,
        _ => format!("<p>{clean}</p>"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_runs_scripts_is_taken_out() {
        for (given, kept) in [
            ("<p>Call <b>before</b> noon</p>", "<p>Call <b>before</b> noon</p>"),
            ("<script>alert(1)</script>", ""),
            ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
            (r#"<img src="x.png" onerror="alert(1)">"#, r#"<img src="x.png">"#),
            (r#"<a href="javascript:alert(1)">x</a>"#, "<a>x</a>"),
            (
                r#"<a href="https://example.com/" class="btn">x</a>"#,
                r#"<a href="https://example.com/" class="btn">x</a>"#,
            ),
            ("<iframe src=\"https://example.com\"></iframe><i>x</i>", "<i>x</i>"),
            (
                "<svg><style><img src=x onerror=alert(1)></style></svg><p>x</p>",
                "<img src=\"x\"><p>x</p>",
            ),
            ("<p>never closed", "<p>never closed</p>"),
        ] {
            assert_eq!(clean(given), kept, "{given}");
        }
    }

    #[test]
    fn plain_text_becomes_a_paragraph_and_stays_one() {
        assert_eq!(clean("1 < 2 & so on"), "<p>1 &lt; 2 &amp; so on</p>");
        assert_eq!(clean(&clean("1 < 2 & so on")), "<p>1 &lt; 2 &amp; so on</p>");
        assert_eq!(clean(" \n"), "");
    }

    #[test]
    fn only_html_is_cleaned() {
        let text = || Value::Text("<script>".to_owned());
        assert_eq!(cleaned(&Kind::Text, text()), text());
        assert_eq!(cleaned(&Kind::Html, text()), Value::Text(String::new()));
        assert_eq!(cleaned(&Kind::Html, Value::Null), Value::Null);
    }
}
