//! Mistakes that show only where two models meet: each is refused at its place, with the reason (`ui/*.stderr`).

#[test]
fn a_mistake_is_refused_where_it_is_written() {
    trybuild::TestCases::new().compile_fail("ui/*.rs");
}
