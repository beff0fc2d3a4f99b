//! Values that cannot be read: those that fit their type no more, and JSON that is nested too deeply.

use orm::error::Code;
use orm::prelude::*;
use serde_json::json as value;

use super::super::constraints::world::{findings, pointers};
use super::models::{Label, LabelCreate, Layout, Sign, SignUpdate};
use super::{layout, new_workshop};

/// Methods and computations over the field see the value that is given in place of what fits no more.
#[test]
fn a_stored_value_that_fits_no_more_is_mended_by_writing_the_field() {
    let mut workshop = new_workshop();
    let body = value!({"layout": layout(), "half": 3});
    let id = workshop.new_id("x.sign", &body).unwrap();
    let plate = workshop.new_id("x.plate", &value!({"sign_id": id})).unwrap();
    let mut mended = |given: Json| {
        workshop
            .session
            .control(r#"UPDATE x_sign SET layout = '{"size":2}'"#)
            .unwrap();
        workshop.update("x.sign", id, &value!({"layout": given})).unwrap();
        assert_eq!(findings(&mut workshop.session, &workshop.runtime), Vec::<String>::new());
        let sign = workshop.read("x.sign", id, &["width", "twice", "half", "lines"]);
        let plate = workshop.read("x.plate", plate, &["width"]);
        [
            &sign["width"],
            &sign["twice"],
            &sign["half"],
            &sign["lines"],
            &plate["width"],
        ]
        .map(|value| value.as_i64().unwrap())
    };
    assert_eq!(mended(layout()), [40, 80, 20, 2, 40]);
    assert_eq!(mended(value!({"width": 10, "lines": []})), [10, 20, 5, 0, 10]);
    // A typed write does the same.
    workshop
        .session
        .control(r#"UPDATE x_sign SET layout = '{"size":2}'"#)
        .unwrap();
    let right = SignUpdate {
        layout: Some(Layout {
            width: 7,
            ..Layout::default()
        }),
        ..SignUpdate::default()
    };
    workshop.env(|env| Records::<Sign>::from(id).write(env, right)).unwrap();
    assert_eq!(workshop.read("x.sign", id, &["width"])["width"], value!(7));
}

#[test]
fn json_that_could_not_be_read_again_is_refused() {
    let mut workshop = new_workshop();
    let nested = |levels: usize| (0..levels).fold(value!(1), |inner, _| value!([inner]));
    let mut create = |levels: usize| {
        let label = LabelCreate {
            name: levels.to_string(),
            anything: Some(nested(levels)),
            ..LabelCreate::default()
        };
        workshop.env(|env| Records::<Label>::create(env, vec![label])?.one())
    };
    let id = create(126).unwrap();
    let refused = create(127).unwrap_err();
    assert_eq!(
        (refused.code(), pointers(&refused)),
        (Code::Invalid, vec!["/anything".to_owned()])
    );
    assert_eq!(
        refused.issues()[0].message,
        "`anything`: the JSON is nested too deeply: at most 126 levels are allowed"
    );
    assert_eq!(workshop.label(id).anything, Some(nested(126)));
}
