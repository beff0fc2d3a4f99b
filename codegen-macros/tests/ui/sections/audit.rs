/// Deal
#[model("x.deal")]
#[audit(state, lines, total, stat, state, write_date)]
#[index(lines = 1)]
pub struct Deal {
    pub state: String,
    #[field(inverse = deal_id)]
    pub lines: One2many<Line>,
    #[field(compute, depends(state))]
    pub total: i64,
}
