//! Expansions stay small: the number of tokens that one more field adds is bounded, for each kind of field. Each such
//! token is compiled again for every field of every model, in every build of `models`.

use proc_macro2::{TokenStream, TokenTree};

use super::run;

/// Most tokens that a field adds, brackets counted as one, before `diesel` expands its own macros.
const MOST_TOKENS: usize = 350;

fn count(tokens: TokenStream) -> usize {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => 1 + count(group.stream()),
            _ => 1,
        })
        .sum()
}

fn size(fields: &str) -> usize {
    // One field of each kind that needs something once in a model.
    let source = format!(
        "#[model(\"x.city\")] pub struct City {{ pub currency_id: Many2one<Currency>, pub name: String, \
         #[field(compute, search = find_people)] pub people: i32, {fields} }}"
    );
    let outputs = run::file(&source);
    assert!(outputs.iter().all(|output| output.errors.is_empty()));
    outputs.into_iter().map(|output| count(output.tokens)).sum()
}

#[test]
fn a_field_adds_few_tokens() {
    let fields = [
        "pub added: String,",
        "#[field(index, copy = false, default = sequence(\"x.city\", prefix = \"C\", padding = 5))] pub added: String,",
        "pub added: Option<Html>,",
        "pub added: Option<Json<Layout>>,",
        "#[field(default = true)] pub added: bool,",
        "#[field(default = State::Draft, readonly)] pub added: State,",
        "#[field(digits = (16, 2))] pub added: Option<Decimal>,",
        "#[field(compute, store, depends(name, currency_id.rate), currency = currency_id)] pub added: Monetary,",
        "#[field(related = currency_id.symbol)] pub added: Option<String>,",
        "#[field(related = currency_id.symbol, store, index)] pub added: Option<String>,",
        "#[field(compute, depends(name), search = find_added)] pub added: i64,",
        "#[field(on_delete = restrict)] pub added: Many2one<Country>,",
        "pub added: Option<Many2one<Country>>,",
        "#[field(inverse = city_id)] pub added: One2many<Street>,",
        "pub added: Many2many<Tag>,",
    ];
    let before = size("");
    let mut report = Vec::new();
    for field in fields {
        let added = size(field) - before;
        report.push((added, field));
    }
    let most = report.iter().map(|(added, _)| *added).max().unwrap_or_default();
    assert!(most <= MOST_TOKENS, "{report:#?}");
    // A bound far above the real size would not notice growth.
    assert!(most > MOST_TOKENS * 3 / 4, "{report:#?}");
}
