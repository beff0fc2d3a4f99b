//! Typed JSON: `Json<Layout>`, whose values fit a struct or enum.

mod mended;
#[allow(missing_docs, dead_code, reason = "what the macros make of test models")]
mod models;

use std::sync::LazyLock;

use harness::Template;
use orm::error::Code;
use orm::prelude::*;
use orm::typed::Child;
use orm::{Entry, Runtime, method, query, write};
use orm_openapi::{Examples, document};
use serde_json::json as value;

use super::constraints::world::{findings, pointers};
use super::small_world::SmallWorld;
use super::template;
use models::{Frame, Label, LabelCreate, LabelStamp, LabelUpdate, Layout, Line, Medium, Need, PrintCreate};

const ROWS: &str = "INSERT INTO x_company (name, layout) VALUES ('Own', '{\"width\": 30, \"lines\": []}'); \
                    INSERT INTO x_users (name, company_id) VALUES ('Root', 1)";

static TEMPLATE: LazyLock<Template> = LazyLock::new(|| template(&models::catalogue(), ROWS));

fn new_workshop() -> SmallWorld {
    SmallWorld::of(&models::catalogue(), TEMPLATE.copy())
}

impl SmallWorld {
    fn read(&mut self, model: &str, id: i64, fields: &[&str]) -> Json {
        let arguments = value!({"fields": fields});
        let answer = self.env(|env| {
            let model = env.registry.find(model).unwrap();
            method::call(env, model, Some(id), "read", &arguments, &query::Limits::default())
        });
        json_of(&answer.unwrap())[0].clone()
    }

    fn load(&mut self, file: &Json) -> Result<()> {
        self.env(|env| write::load(env, file, &mut |_, _| {}).map(|_| ()))
    }

    fn label(&mut self, id: i64) -> Label {
        self.env(|env| Records::<Label>::from(id).load(env, &[]))
            .unwrap()
            .remove(0)
    }
}

fn json_of(bytes: &[u8]) -> Json {
    serde_json::from_slice(bytes).unwrap()
}

fn layout() -> Json {
    value!({
        "width": 40,
        "lines": [{"text": "Oak", "scale": 1.25}, {"text": "each"}],
        "medium": {"film": {"thickness": 12}},
        "captions": {"de": "Eiche"},
        "price": "12.50",
        "since": "2024-02-29",
    })
}

#[test]
fn a_value_is_a_struct_in_rust_and_json_in_requests() {
    let mut workshop = new_workshop();
    let given = value!({"name": "Oak", "layout": layout(), "stamp": {"thick": true}, "frame": {"thick": false}});
    let id = workshop.new_id("x.label", &given).unwrap();
    let label = workshop.label(id);
    let line = |text: &str, scale| Line {
        text: text.to_owned(),
        scale,
    };
    let expected = Layout {
        width: 40,
        lines: vec![line("Oak", Some(1.25)), line("each", None)],
        medium: Medium::Film { thickness: 12 },
        captions: [("de".to_owned(), "Eiche".to_owned())].into(),
        price: Some(Decimal::new(1250, 2)),
        since: "2024-02-29".parse().ok(),
    };
    assert_eq!((&label.layout, &label.back), (&expected, &None));
    assert_eq!(label.spare, Some(Medium::Film { thickness: 20 }), "its default");
    assert_eq!(label.need, Need { area: 80, share: 0.5 }, "computed and stored");
    assert_eq!(label.first, None, "computed when it is read");
    assert_eq!(label.frame, Some(Frame { thick: false }), "of a mixin");
    let stamps = workshop
        .env(|env| Records::<LabelStamp>::from(id).load(env, &[]))
        .unwrap();
    assert_eq!(stamps[0].stamp, Some(Frame { thick: true }), "of an extension");

    let read = workshop.read("x.label", id, &["layout", "back", "need", "first"]);
    assert_eq!(read["layout"], layout(), "as it was given");
    assert_eq!(
        (&read["back"], &read["need"]),
        (&value!(false), &value!({"area": 80, "share": 0.5}))
    );
    assert_eq!(read["first"], value!({"text": "Oak", "scale": 1.25}));

    let changed = LabelUpdate {
        layout: Some(Layout {
            lines: vec![line("Ash", None)],
            ..expected
        }),
        back: Some(Some(Layout::default())),
        ..LabelUpdate::default()
    };
    workshop
        .env(|env| Records::<Label>::from(id).write(env, changed))
        .unwrap();
    let label = workshop.label(id);
    assert_eq!((label.layout.lines[0].text.as_str(), label.need.area), ("Ash", 40));
    assert_eq!(label.back, Some(Layout::default()));
}

#[test]
fn what_does_not_fit_is_refused_at_its_place() {
    let mut workshop = new_workshop();
    workshop.new_id("x.label", &value!({"name": "known"})).unwrap();
    let mut refused = |model: &str, body: Json, place: &str, words: &str| {
        let error = workshop.new_id(model, &body).expect_err(place);
        assert_eq!(
            (error.code(), pointers(&error)),
            (Code::Invalid, vec![place.to_owned()])
        );
        assert_eq!(error.issues()[0].message, words);
    };
    let mut layouts = |layout: Json, place: &str, words: &str| {
        let body = value!({"name": "x", "layout": layout});
        refused("x.label", body, &format!("/layout{place}"), words);
        let nested = value!({"label_id": 1, "layout": layout});
        refused("x.print", nested, &format!("/layout{place}"), words);
    };
    let lines = |line: Json| value!({"width": 1, "lines": [{"text": ""}, line]});
    layouts(
        lines(value!({"txet": "Oak"})),
        "/lines/1/txet",
        "nothing is called `txet` here; did you mean `text`?",
    );
    layouts(lines(value!({})), "/lines/1/text", "`text` is required");
    layouts(
        lines(value!({"text": 5})),
        "/lines/1/text",
        "the number 5 is given where text belongs",
    );
    layouts(
        lines(value!({"text": "", "scale": "big"})),
        "/lines/1/scale",
        "the text \"big\" is given where a number belongs",
    );
    layouts(value!({"lines": []}), "/width", "`width` is required");
    layouts(
        value!({"width": 1.5, "lines": []}),
        "/width",
        "the number 1.5 is given where a whole number from -2147483648 to 2147483647 belongs",
    );
    let medium = |medium: Json| value!({"width": 1, "lines": [], "medium": medium});
    layouts(
        medium(value!("papr")),
        "/medium",
        "`papr` is none of its values; did you mean `paper`?",
    );
    layouts(
        medium(value!({"film": {"thickness": 300}})),
        "/medium/film/thickness",
        "the number 300 is given where a whole number from 0 to 255 belongs",
    );
    layouts(
        value!({"width": 1, "lines": [], "price": 1.5}),
        "/price",
        "the number 1.5 is given where a Decimal type representing a fixed-point number belongs",
    );
    layouts(
        value!({"width": 1, "lines": {}}),
        "/lines",
        "an object is given where a list belongs",
    );
    layouts(value!("wide"), "", "the text \"wide\" is given where an object belongs");
    layouts(value!(true), "", "true is given where an object belongs");
    layouts(value!([30, []]), "", "a list is given where an object belongs");
    layouts(value!(false), "", "`layout` is required: it cannot be empty");
    refused(
        "x.label",
        value!({"name": "x", "layout": layout(), "back": {"a/b": 1}}),
        "/back/a~1b",
        "nothing is called `a/b` here; known: width, lines, medium, captions, price, since",
    );
    refused(
        "x.label",
        value!({"name": "x", "layout": layout(), "print_ids": [[0, 0, {"layout": {"lines": []}}]]}),
        "/print_ids/0/2/layout/width",
        "`width` is required",
    );
}

#[test]
fn what_code_gives_is_checked_too() {
    let mut workshop = new_workshop();
    let body = value!({"name": "x", "layout": {"width": 666, "lines": []}});
    let error = workshop.new_id("x.label", &body).unwrap_err();
    assert_eq!(error.code(), Code::Invalid);
    assert_eq!(
        error.issues()[0].message,
        "`need`: at /share: null is given where a number belongs",
        "JSON has no NaN"
    );
}

#[test]
fn defaults_copies_and_related_fields_have_the_value() {
    let mut workshop = new_workshop();
    let label = LabelCreate {
        name: "Oak".to_owned(),
        print_ids: vec![Child::create(PrintCreate::default())],
        ..LabelCreate::default()
    };
    let id = workshop
        .env(|env| Records::<Label>::create(env, vec![label])?.one())
        .unwrap();
    assert_eq!(workshop.label(id).layout.width, 30, "of the company");
    assert_eq!(
        workshop.read("x.print", 1, &["layout", "back"]),
        value!({"id": 1, "layout": {"width": 30, "lines": []}, "back": false})
    );
    let body = value!({"layout": layout(), "label_id": id});
    workshop.new_id("x.print", &body).unwrap();
    assert_eq!(workshop.label(id).layout.width, 40, "written through the related field");

    let copied = workshop.env(|env| {
        let model = env.registry.find("x.label").unwrap();
        let arguments = value!({"default": {"name": "Ash"}});
        method::call(env, model, Some(id), "copy", &arguments, &query::Limits::default())
    });
    let copied = json_of(&copied.unwrap()).as_i64().unwrap();
    assert_eq!(workshop.label(copied).layout.width, 40);
}

#[test]
fn files_are_checked_and_come_back_as_they_were() {
    let mut workshop = new_workshop();
    let file = |layout: Json| value!({"x.label": {"fields": ["id", "name", "layout"], "rows": [[5, "Oak", layout]]}});
    let error = workshop
        .load(&file(value!({"width": 1, "lines": [{"txt": ""}]})))
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("x.label, row 0, layout: at /lines/0/txt: nothing is called `txt` here; did you mean `text`?"),
        "{error}"
    );
    workshop.load(&file(layout())).unwrap();
    assert_eq!(workshop.label(5).need.area, 80);
    let mut exported = Vec::new();
    workshop
        .env(|env| {
            let models: Vec<_> = env
                .registry
                .models()
                .iter()
                .filter(|model| model.def.name == "x.label")
                .collect();
            write::export(env, &models, &mut exported)
        })
        .unwrap();
    let exported = json_of(&exported);
    new_workshop().load(&exported).unwrap();
}

#[test]
fn a_stored_value_that_fits_no_more_is_told_and_found() {
    let mut workshop = new_workshop();
    let body = value!({"name": "Oak", "layout": layout()});
    let id = workshop.new_id("x.label", &body).unwrap();
    assert_eq!(findings(&mut workshop.session, &workshop.runtime), Vec::<String>::new());
    workshop
        .session
        .control(r#"UPDATE x_label SET back = '{"width":1,"lines":[{"size":2}]}'"#)
        .unwrap();
    assert_eq!(
        workshop.read("x.label", id, &["back"])["back"],
        value!({"width": 1, "lines": [{"size": 2}]}),
        "a read that needs no struct answers it"
    );
    let found = findings(&mut workshop.session, &workshop.runtime);
    let misfit = "at /lines/0/size: nothing is called `size` here; known: text, scale";
    let expected = format!(
        "x.label {id} back: stored {{\"width\":1,\"lines\":[{{\"size\":2}}]}}, right a value of `Layout`: {misfit}"
    );
    assert!(found.contains(&expected), "{found:#?}");
    let loaded = workshop
        .session
        .transact(|session| {
            let now = chrono::DateTime::UNIX_EPOCH.naive_utc();
            Records::<Label>::from(id).load(&mut Env::system(session, &workshop.runtime, now), &[])
        })
        .unwrap_err();
    assert_eq!(
        loaded.detail(),
        format!("panic: x.label {id}: `back`: the stored value is no `Layout`; `declarest verify` tells where")
    );
    let right = LabelUpdate {
        back: Some(None),
        ..LabelUpdate::default()
    };
    workshop
        .env(|env| Records::<Label>::from(id).write(env, right))
        .unwrap();
    assert_eq!(workshop.label(id).back, None);
}

#[test]
fn types_that_do_not_fit_together_are_refused_at_the_start() {
    let refused = |catalogue: &[Entry]| Runtime::new(catalogue).unwrap_err().to_string();
    let told = refused(&models::wrong::catalogue());
    for words in [
        "x.another: line: `Line` is another type than the `Line` of x.company.layout (",
        "x.other: related: it is of another type than `another_id.line`: write `Json<Line>`",
        "x.other: any: it is of another type than `another_id.line`: write `Json<Line>`",
    ] {
        assert!(told.contains(words), "{words} in\n{told}");
    }
    assert!(
        told.matches("typed_json/models.rs:").count() >= 4,
        "with both places: {told}"
    );
}

#[test]
fn the_document_has_the_types() {
    let runtime = Runtime::new(&models::catalogue()).unwrap();
    let document = serde_json::to_value(document("x", &runtime, &Examples::default())).unwrap();
    let schemas = &document["components"]["schemas"];
    let layout = value!({"$ref": "#/components/schemas/Layout"});
    for name in ["XLabelRecord", "XLabelUpdate", "XPrintRecord"] {
        assert_eq!(schemas[name]["properties"]["layout"]["$ref"], layout["$ref"], "{name}");
    }
    assert_eq!(
        schemas["XLabelCreate"]["properties"]["back"]["oneOf"],
        value!([layout, {"$ref": "#/components/schemas/Empty"}])
    );
    assert_eq!(
        schemas["Layout"]["properties"]["lines"]["items"],
        value!({"$ref": "#/components/schemas/Line"})
    );
    assert_eq!(schemas["Layout"]["required"], value!(["width", "lines"]));
    assert_eq!(schemas["Layout"]["additionalProperties"], value!(false));
    assert_eq!(
        schemas["Layout"]["properties"]["width"]["description"],
        "Width in millimetres"
    );
    assert_eq!(
        schemas["Layout"]["properties"]["price"]["type"],
        value!(["string", "null"])
    );
    assert_eq!(schemas["Medium"]["oneOf"][0]["enum"], value!(["paper"]));
    assert_eq!(
        schemas["XLabelUpdate"]["properties"]["problem"]["oneOf"][0],
        value!({"$ref": "#/components/schemas/ProblemJson"}),
        "the API itself has a `Problem`"
    );
    assert_eq!(
        schemas["ProblemJson"]["properties"]["causes"]["items"]["$ref"],
        "#/components/schemas/ProblemJson"
    );
    assert!(schemas["Problem"]["properties"].get("causes").is_none());
}
