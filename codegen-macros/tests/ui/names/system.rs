#[model("sqlite.thing")]
pub struct Thing {
    pub xmin: String,
    pub tableoid: i64,
    pub ctid: String,
    pub cmin: i32,
    pub cmax: i32,
    pub xmax: i32,
    pub oid: i64,
    pub rowid: i64,
    #[field(relation = "sqlite_pairs", column = "xmin", target_column = "ctid")]
    pub thing_ids: Many2many<Thing>,
}
