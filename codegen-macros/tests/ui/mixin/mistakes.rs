//! Mixins that are no module with a struct, and models that name none.

#[mixin]
pub struct Alone {
    /// Active
    pub active: bool,
}

#[mixin(Archivable)]
mod archivable {
    use crate::base::ResCountry;

    /// Archivable
    #[api]
    #[unique(code)]
    pub struct Archivable {
        /// Code
        pub code: String,
    }

    fn helper() {}
}

#[mixin]
mod empty {}

#[mixin]
mod tuple {
    pub struct Tuple(i32);
}

/// City
#[model("x.city", with())]
pub struct City {
    /// Name
    pub name: String,
}

/// Town
#[model("x.town", with = Archivable)]
pub struct Town {
    /// Name
    pub name: String,
}
