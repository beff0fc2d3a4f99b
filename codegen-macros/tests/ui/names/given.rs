use orm::prelude::*;

/// Whose fields are given names.
#[model("test.given")]
pub struct Given {
    pub name: String,
    #[field(compute, name = "self", depends(name))]
    pub self_: Option<Many2one<Given>>,
    #[field(name = "type")]
    pub kind: Option<String>,
    #[field(name = "super")]
    pub above: Option<String>,
    #[field(name = crate)]
    pub crate_: Option<String>,
    #[field(name = "self")]
    pub self_again: Option<String>,
}
