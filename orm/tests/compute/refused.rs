//! Mistakes in definitions of computed fields and defaults are reported at start-up, all together.

use orm::Runtime;
use orm::prelude::*;

use super::models;

/// Goes in circles.
#[model("x.circle")]
#[check(kind == "square")]
pub(crate) struct Circle {
    /// Up
    pub parent_id: Option<Many2one<Circle>>,
    /// Others
    #[field(relation = "x_circle_rel", column = "left_id", target_column = "right_id")]
    pub other_ids: Many2many<Circle>,
    /// Company
    pub company_id: Option<Many2one<models::Company>>,
    /// Reads the one below through another model
    #[field(compute, store, depends(second))]
    pub first: i32,
    /// Reads the one above
    #[field(compute, store, depends(third))]
    pub second: i32,
    /// Closes the circle
    #[field(compute, store, depends(first, parent_id.third))]
    pub third: i32,
    /// Not a circle
    #[field(compute, store, depends(parent_id.depth))]
    pub depth: i32,
    /// Goes on behind what is not stored
    #[field(compute, store, depends(nearest_id.depth))]
    pub near: i32,
    /// Not stored
    #[field(compute, depends(parent_id))]
    pub nearest_id: Option<Many2one<Circle>>,
    /// No such field, in another model
    #[field(compute, store, depends(create_uid.nme))]
    pub creator: String,
    /// Leads to another model
    #[field(default = company.currency_id)]
    pub uom_id: Option<Many2one<models::Uom>>,
    /// Leads nowhere
    #[field(default = user.curency_id)]
    pub currency_id: Option<Many2one<models::Currency>>,
    /// Leads to many
    #[field(default = user.order_ids.name)]
    pub name: Option<String>,
    /// In what is no currency
    #[field(currency = uom_id)]
    pub price: Option<Monetary>,
    /// The caller is a user, and no unit
    #[field(default = user)]
    pub unit_id: Option<Many2one<models::Uom>>,
    /// Has no value of this name
    #[field(default = CircleKind::Round)]
    pub kind: CircleKind,
    /// Is the first with this sequence
    #[field(default = sequence("x.circle", prefix = "C"))]
    pub code: String,
    /// Has another prefix
    #[field(default = sequence("x.circle", prefix = "D"))]
    pub other_code: String,
}

/// Kind
#[derive(Selection)]
pub(crate) enum CircleKind {
    /// Round
    Round,
}

#[methods]
impl Circle {
    fn first(&self) -> i32 {
        self.second + 1
    }

    fn second(&self) -> i32 {
        self.third + 1
    }

    fn third(&self) -> i32 {
        self.first + 1
    }

    fn depth(&self) -> i32 {
        self.parent_id.as_ref().map_or(0, |parent| parent.depth + 1)
    }

    fn near(&self) -> i32 {
        0
    }

    fn nearest_id(&self) -> Option<i64> {
        self.parent_id.as_ref().map(Many2one::id)
    }

    fn creator(&self) -> String {
        String::new()
    }
}

#[test]
fn all_mistakes_of_computed_fields_are_told_at_once() {
    let mut catalogue = models::catalogue();
    catalogue.push(orm::typed::entry::<Circle>());
    let error = Runtime::new(&catalogue).unwrap_err().to_string();
    for mistake in [
        "x.circle: first: computed fields read each other in a circle: x.circle.first reads x.circle.second reads \
         x.circle.third reads x.circle.first;",
        "x.circle: near: its path goes on behind `nearest_id`, which is not stored",
        "x.circle: creator: depends: `create_uid.nme`: res.users has no field `nme`; did you mean `name`",
        "x.circle: uom_id: default = company.currency_id: `currency_id` does not hold what the field does",
        "x.circle: currency_id: default = user.curency_id: `curency_id`: res.users has no field `curency_id`",
        "x.circle: price: currency = uom_id: leads to no model with `role = currency`",
        "x.circle: name: default = user.order_ids.name: `order_ids` is no many2one with a column",
        "x.circle: unit_id: default = user: it is a record of res.users, and the field refers to x.uom: write a path that \
         ends there",
        "x.circle: the condition `kind = square`: `square` is none of its values",
        "x.circle: other_code: sequence(\"x.circle\") has another prefix, suffix, padding or range than at x.circle.code",
    ] {
        assert!(error.contains(mistake), "{mistake}\nis not in\n{error}");
    }
    assert_eq!(error.lines().count(), 11, "{error}");
}

/// Its relation is stored in the table of a model.
#[model("x.knot")]
pub(crate) struct Knot {
    /// Units
    #[field(relation = "x_knot")]
    pub uom_ids: Many2many<models::Uom>,
}

#[test]
fn the_table_of_a_relation_is_no_model_s() {
    let mut catalogue = models::catalogue();
    catalogue.push(orm::typed::entry::<Knot>());
    let error = Runtime::new(&catalogue).unwrap_err().to_string();
    let mistake = "x.knot: uom_ids: `x_knot` is the table of x.knot: a relation needs a table of its own";
    assert!(error.contains(mistake), "{error}");
}
