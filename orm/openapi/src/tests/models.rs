//! The models of the tests, as definitions written by hand.

use orm_definition::def::{
    ArgumentDef, ComputeDef, Default, Digits, DisplayPart, DisplaySegment, FieldDef, Kind, MethodDef, ModelDef,
    OnDelete, OrderDef, ReadNode, Role, SelectionItem, SequenceDef, Type,
};

pub(super) static CATALOGUE: [&ModelDef; 4] = [&ORDER, &LINE, &USERS, &HIDDEN];

const fn field(name: &'static str, kind: Kind) -> FieldDef {
    FieldDef {
        name,
        kind,
        ..FieldDef::PLAIN
    }
}

const fn required(name: &'static str, kind: Kind) -> FieldDef {
    FieldDef {
        required: true,
        ..field(name, kind)
    }
}

const fn to(target: &'static str) -> Kind {
    Kind::Many2one {
        target,
        on_delete: OnDelete::Restrict,
        delegate: false,
    }
}

const ID: FieldDef = FieldDef::ID;
const DISPLAY_NAME: FieldDef = FieldDef::DISPLAY_NAME;
const CREATE_UID: FieldDef = FieldDef::CREATE_UID;
const CREATE_DATE: FieldDef = FieldDef::CREATE_DATE;
const WRITE_UID: FieldDef = FieldDef::WRITE_UID;
const WRITE_DATE: FieldDef = FieldDef::WRITE_DATE;

const fn leaf(field: &'static str) -> ReadNode {
    ReadNode { field, children: &[] }
}

const fn only(value: &'static str) -> SelectionItem {
    SelectionItem { value, label: "Only" }
}

const MODEL: ModelDef = ModelDef {
    label: "Order",
    api: true,
    order: &[OrderDef {
        path: &["id"],
        desc: true,
    }],
    display_name: &[DisplaySegment(&[DisplayPart::Path(&["name"])])],
    ..ModelDef::PLAIN
};

static ORDER: ModelDef = ModelDef {
    name: "sale.order",
    table: "sale_order",
    renamed_from: "",
    fields: &[
        ID,
        FieldDef {
            label: "Reference",
            help: "Shown on papers.",
            default: Default::Sequence(SequenceDef {
                code: "sale.order",
                prefix: "S",
                suffix: "",
                padding: 1,
                gapless: false,
                range: None,
            }),
            ..required("name", Kind::Char { size: 16 })
        },
        FieldDef {
            default: Default::Const("draft"),
            ..required(
                "state",
                Kind::Selection {
                    items: &[SelectionItem {
                        value: "draft",
                        label: "Quotation",
                    }],
                },
            )
        },
        field("date_order", Kind::DateTime),
        FieldDef {
            readonly: true,
            compute: Some(ComputeDef::PLAIN),
            ..required(
                "amount",
                Kind::Decimal {
                    digits: Digits::new(16, 2),
                },
            )
        },
        FieldDef {
            readonly: true,
            ..field("line_kind", Kind::Selection { items: &[only("x")] })
        },
        FieldDef {
            secret: true,
            ..field("password", Kind::Char { size: 0 })
        },
        required("partner_id", to("res.users")),
        FieldDef {
            stored: false,
            ..field(
                "line_ids",
                Kind::One2many {
                    target: "sale.order.line",
                    inverse: "order_id",
                },
            )
        },
        DISPLAY_NAME,
        CREATE_UID,
        CREATE_DATE,
        WRITE_UID,
        WRITE_DATE,
    ],
    read: &[
        leaf("name"),
        leaf("state"),
        leaf("amount"),
        leaf("partner_id"),
        ReadNode {
            field: "line_ids",
            children: &[leaf("id"), leaf("name"), leaf("note")],
        },
    ],
    methods: &[MethodDef {
        name: "confirm",
        help: "Confirm it.",
        on_records: true,
        readonly: false,
        arguments: &[ArgumentDef {
            name: "day",
            ty: Type::Optional(&Type::Value(Kind::Date)),
        }],
        result: Type::Value(Kind::Bool),
    }],
    ..MODEL
};

static LINE: ModelDef = ModelDef {
    name: "sale.order.line",
    table: "sale_order_line",
    renamed_from: "",
    fields: &[
        ID,
        required("order_id", to("sale.order")),
        required("name", Kind::Text),
        field("note", Kind::Text),
        field("kind", Kind::Selection { items: &[only("y")] }),
        DISPLAY_NAME,
        CREATE_UID,
        CREATE_DATE,
        WRITE_UID,
        WRITE_DATE,
    ],
    ..MODEL
};

static USERS: ModelDef = ModelDef {
    name: "res.users",
    table: "res_users",
    role: Some(Role::User),
    fields: &[
        ID,
        required("name", Kind::Char { size: 0 }),
        FieldDef {
            stored: false,
            ..field(
                "order_ids",
                Kind::One2many {
                    target: "sale.order",
                    inverse: "partner_id",
                },
            )
        },
        field(
            "group_ids",
            Kind::Many2many {
                target: "res.users",
                relation: "users_rel",
                column: "user_id",
                target_column: "group_id",
            },
        ),
        DISPLAY_NAME,
        CREATE_UID,
        CREATE_DATE,
        WRITE_UID,
        WRITE_DATE,
    ],
    ..MODEL
};

static HIDDEN: ModelDef = ModelDef {
    name: "res.hidden",
    table: "res_hidden",
    renamed_from: "",
    api: false,
    fields: &[
        ID,
        required("name", Kind::Text),
        DISPLAY_NAME,
        CREATE_UID,
        CREATE_DATE,
        WRITE_UID,
        WRITE_DATE,
    ],
    ..MODEL
};
