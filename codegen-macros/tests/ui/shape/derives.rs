//! Derives of the standard library, which a model has itself or cannot have. Others stay.

#[model("x.city")]
#[derive(Debug, Clone, geo::Located)]
#[derive(PartialEq)]
pub struct City {
    pub name: String,
}
