//! Documentation comments: the first line is the label, the rest the help text.

use syn::{Attribute, Expr, ExprLit, Lit, Meta};

/// What a doc comment says.
#[derive(Default)]
pub(crate) struct Doc {
    /// Its first line, without the full stop; empty when there is none.
    pub(crate) label: String,
    /// The rest; empty when there is none.
    pub(crate) help: String,
}

/// Reads the doc comments among the attributes.
pub(crate) fn read(attrs: &[Attribute]) -> Doc {
    let text: Vec<String> = attrs.iter().filter_map(line).collect();
    let text = text.join("\n");
    let (label, help) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
    Doc {
        label: label.trim().trim_end_matches('.').to_owned(),
        help: help.trim().to_owned(),
    }
}

/// The text of one `///` line or `/** … */` block.
fn line(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit {
                lit: Lit::Str(text), ..
            }) => {
                let text = text.value();
                let lines = text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
                Some(lines.collect::<Vec<_>>().join("\n"))
            }
            _ => None,
        },
        _ => None,
    }
}
