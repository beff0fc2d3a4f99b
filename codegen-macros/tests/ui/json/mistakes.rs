#[json(strict)]
pub struct Layout {
    pub width: i32,
}

#[json]
pub struct Nothing;

#[json]
pub enum Never {}

#[json]
pub struct Pair<T> {
    pub first: T,
}

#[json]
pub union Either {
    pub number: i32,
    pub other: u32,
}

#[json]
pub fn layout() {}

#[json]
#[derive(Selection)]
pub enum Medium {
    Paper,
}

#[model("x.label")]
pub struct Label {
    pub layout: Json<>,
    pub back: Option<Json<'static>>,
    #[field(default = "{}")]
    pub front: Json<Layout>,
}

#[json]
pub struct Open {
    pub width: i32,
    #[serde(flatten)]
    pub rest: std::collections::HashMap<String, i32>,
}
