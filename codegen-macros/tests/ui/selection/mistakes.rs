#[derive(Selection)]
pub enum State {
    Draft,
    #[selection(value = "draft")]
    Sketch,
    Sent(i32),
    Paid = 5,
    #[selection(valeu = "x", label)]
    Sale,
    #[selection]
    Done,
    #[selection(value = "")]
    Nothing,
}

#[derive(Selection)]
pub enum Empty {}

#[derive(Selection)]
pub struct NoEnum {
    pub name: String,
}

#[derive(Selection)]
pub enum Generic<T> {
    A,
}
