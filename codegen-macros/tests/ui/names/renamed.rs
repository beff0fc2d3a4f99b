use orm::prelude::*;

/// What was called otherwise before.
#[model("test.renamed", renamed_from = "test.renamed")]
#[index(created_on)]
#[index(name, name)]
#[index(name = 1)]
pub struct Renamed {
    pub name: String,
    #[field(renamed_from = "name")]
    pub title: Option<String>,
    #[field(renamed_from = "Old Name")]
    pub subtitle: Option<String>,
}
