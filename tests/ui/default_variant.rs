//! Defaults that are no variant of the field's own selection.
use orm::prelude::*;

/// Size
#[derive(Selection)]
pub enum Size {
    Big,
    Small,
}

/// Climate
#[derive(Selection)]
pub enum Climate {
    Dry,
    Wet,
}

/// City
#[model("x.city")]
pub struct City {
    /// Size
    #[field(default = Size::Hgue)]
    pub size: Size,
    /// Climate
    #[field(default = Size::Big)]
    pub climate: Climate,
}

fn main() {}
