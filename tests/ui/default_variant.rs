//! Defaults that are no variant of the field's own selection.
use orm::prelude::*;

/// Size
#[derive(Debug, Clone, Copy, PartialEq, Selection)]
pub enum Size {
    Big,
    Small,
}

/// Climate
#[derive(Debug, Clone, Copy, PartialEq, Selection)]
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
