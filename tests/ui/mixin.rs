//! Mistakes with mixins are told in the mixin, where they are, or at the model that names it.
use orm::prelude::*;

#[mixin]
mod placed {
    /// Where something is.
    #[unique(stret)]
    pub struct Placed {
        /// Street
        #[field(size = 0)]
        pub street: Option<String>,
        /// Label
        #[field(compute, depends(nane))]
        pub label: String,
    }

    impl Placed {
        fn label(&self) -> i32 {
            0
        }
    }
}

/// City
#[model("x.city", with(Placed))]
pub struct City {
    /// Name
    pub name: String,
    /// Street
    pub street: String,
}

/// Town
#[model("x.town", with(Nowhere))]
pub struct Town {
    /// Name
    pub name: String,
}

fn main() {}
