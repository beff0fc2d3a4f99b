//! Types in `Json` fields: without `#[json]`, without what a computed field needs, and not in `Json<…>`.
use orm::prelude::*;

/// Without `#[json]`
#[derive(Debug, Clone)]
pub struct Layout {
    pub width: i32,
}

/// With it
#[json]
pub struct Need {
    pub area: i32,
}

/// Label
#[model("x.label")]
pub struct Label {
    /// Layout
    pub layout: Json<Layout>,
    /// Back
    pub back: Option<Json<Layout>>,
    /// Need
    #[field(compute, store, depends(layout))]
    pub need: Json<Need>,
    /// Spare
    pub spare: Need,
}

#[methods]
impl Label {
    fn need(&self) -> Need {
        Need { area: 1 }
    }
}

fn main() {}
