// What the other model may have is left to rustc; what is certainly wrong is not.
#[model("x.town")]
#[read(id, name, maybe_elsewhere, place_id(id, street), code(id))]
#[unique(maybe_elsewhere)]
pub struct Town {
    #[field(delegate)]
    pub place_id: Many2one<Place>,
    pub code: String,
}
