//! Extensions that do not name their model, or declare what only the model has.

/// By name
#[extend("res.partner")]
pub struct ByName {
    /// Level
    pub level: i32,
}

/// Of nothing
#[extend]
pub struct OfNothing {}

/// Of an enum
#[extend(Partner)]
pub enum Levels {
    Gold,
}

/// The model's own
#[extend(Partner)]
#[api]
#[display_name("{name}")]
pub struct Own {
    /// Base
    pub base: Option<String>,
    /// Template
    #[field(delegate)]
    pub template_id: Many2one<Template>,
}

/// Views
#[extend(Partner)]
#[unique(name, level)]
#[check(level > credit && level > "a")]
pub struct Views {
    /// Level
    #[field(depends(name), compute)]
    pub level: i32,
    /// No relation
    #[field(view)]
    pub country: i32,
    /// With options
    #[field(view, on_delete = cascade)]
    pub parent_id: Many2one<Views>,
}

/// A model has no views
#[model("x.city")]
pub struct City {
    /// Parent
    #[field(view)]
    pub parent_id: Option<Many2one<City>>,
}
