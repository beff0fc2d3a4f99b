// Written by `DECLAREST_BLESS=1 cargo test -p codegen-macros`, from:
//
//     /// State
//     #[derive(Selection)]
//     pub enum SaleOrderState {
//         /// Quotation
//         Draft,
//         /// Sales Order
//         #[selection(value = "sale")]
//         Confirmed,
//     }
//
//     /// Sales Order
//     ///
//     /// A quotation, then an order.
//     #[model("sale.order", record, order = "date_order desc, partner_id.name, id desc")]
//     #[api]
//     #[display_name("{name}", " ({partner_id.name})")]
//     #[name_search(name, partner_id.name)]
//     #[read(id, name, create_uid(id), partner_id(id, name, city), order_line(id, product_id(id, name, type, default_code), tax_id(id, name)), tax_id)]
//     #[write_response(name, id)]
//     #[unique(name)]
//     pub struct SaleOrder {
//         /// Order Reference
//         #[field(index, copy = false, default = sequence("sale.order", prefix = "S", padding = 5))]
//         pub name: String,
//         /// Date
//         #[field(default = now)]
//         pub date_order: DateTime,
//         /// State
//         #[field(default = SaleOrderState::Draft, readonly)]
//         pub state: SaleOrderState,
//         /// Customer
//         #[field(on_delete = restrict)]
//         pub partner_id: Many2one<ResPartner>,
//         /// Salesperson
//         #[field(default = user)]
//         pub user_id: Option<Many2one<ResUsers>>,
//         /// Lines
//         #[field(inverse = order_id)]
//         pub order_line: One2many<SaleOrderLine>,
//         /// Taxes
//         #[field(relation = "sale_tax_rel", column = "order_id", target_column = "tax_id")]
//         pub tax_id: Many2many<AccountTax>,
//         /// Currency
//         pub currency_id: Many2one<ResCurrency>,
//         /// Total
//         #[field(compute, store, depends(order_line.price_subtotal, order_line.tax_id.amount, partner_id.create_uid.login), currency = currency_id)]
//         pub amount_total: Monetary,
//         /// Lines
//         #[field(compute = count_lines)]
//         pub line_count: i64,
//         /// Main
//         #[field(compute, depends(order_line.product_id))]
//         pub main_product_id: Option<Many2one<ProductProduct>>,
//     }
//
//     #[methods]
//     impl SaleOrder {
//         fn amount_total(&self) -> Monetary {
//             self.order_line.iter().map(|line| line.price_subtotal).sum()
//         }
//
//         fn count_lines(&self) -> i64 {
//             self.order_line.len() as i64
//         }
//
//         fn main_product_id(&self) -> Option<i64> {
//             self.order_line.first().and_then(|line| Some(line.product_id.as_ref()?.id()))
//         }
//
//         /// Confirm the quotation.
//         #[action]
//         fn action_confirm(records: &Records<Self>, _env: &mut Env<'_>) -> Result<bool> {
//             Ok(!records.is_empty())
//         }
//
//         /// The best order of a day.
//         #[action(readonly)]
//         fn find_best(env: &mut Env<'_>, date: Date, partner: Option<Records<ResPartner>>) -> Result<Option<i64>> {
//             let _ = (env, date, partner);
//             Ok(None)
//         }
//     }

impl ::core::clone::Clone for SaleOrderState {
    fn clone(&self) -> Self {
        *self
    }
}
impl ::core::marker::Copy for SaleOrderState {}
impl ::core::cmp::PartialEq for SaleOrderState {
    fn eq(&self, other: &Self) -> bool {
        *self as isize == *other as isize
    }
}
impl ::core::cmp::Eq for SaleOrderState {}
impl ::core::fmt::Debug for SaleOrderState {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str(
            match self {
                Self::Draft => ::core::stringify!(Draft),
                Self::Confirmed => ::core::stringify!(Confirmed),
            },
        )
    }
}
impl ::orm::field::Selection for SaleOrderState {
    const ITEMS: &'static [::orm::def::SelectionItem] = &[
        ::orm::def::SelectionItem {
            value: "draft",
            label: "Quotation",
        },
        ::orm::def::SelectionItem {
            value: "sale",
            label: "Sales Order",
        },
    ];
    fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Confirmed => "sale",
        }
    }
    fn parse(value: &str) -> ::core::option::Option<Self> {
        match value {
            "draft" => ::core::option::Option::Some(Self::Draft),
            "sale" => ::core::option::Option::Some(Self::Confirmed),
            _ => ::core::option::Option::None,
        }
    }
}
impl ::orm::method::Argument for SaleOrderState {
    const TYPE: ::orm::def::Type = ::orm::method::selection::<Self>();
    fn read(
        json: &::orm::field::Json,
        place: &str,
        reader: &mut ::orm::method::Reader,
    ) -> ::core::option::Option<Self> {
        ::orm::method::read_selection(json, place, reader)
    }
}
impl ::orm::method::Answer for SaleOrderState {
    const TYPE: ::orm::def::Type = ::orm::method::selection::<Self>();
    fn into_json(
        self,
        wire: &dyn ::orm::wire::Wire,
    ) -> ::orm::Result<::orm::field::Json> {
        ::orm::method::selection_json(self, wire)
    }
}

const _: fn() = || {
    let _ = <SaleOrderState as ::orm::field::Selection>::stored;
};
/// Sales Order
///
/// A quotation, then an order.
#[derive(Debug)]
pub struct SaleOrder {
    /// The record's number.
    pub id: i64,
    /// Order Reference
    pub name: String,
    /// Date
    pub date_order: DateTime,
    /// State
    pub state: SaleOrderState,
    /// Customer
    pub partner_id: Many2one<ResPartner>,
    /// Salesperson
    pub user_id: Option<Many2one<ResUsers>>,
    /// Lines
    pub order_line: One2many<SaleOrderLine>,
    /// Taxes
    pub tax_id: Many2many<AccountTax>,
    /// Currency
    pub currency_id: Many2one<ResCurrency>,
    /// Total
    pub amount_total: Monetary,
    /// Lines
    pub line_count: i64,
    /// Main
    pub main_product_id: Option<Many2one<ProductProduct>>,
    /// Who created the record.
    pub create_uid: ::core::option::Option<i64>,
    /// When the record was created.
    pub create_date: ::core::option::Option<::orm::field::DateTime>,
    /// Who last updated the record.
    pub write_uid: ::core::option::Option<i64>,
    /// When the record was last updated.
    pub write_date: ::core::option::Option<::orm::field::DateTime>,
}
::diesel::table! {
    use ::diesel::sql_types:: *; #[doc = " The table of Sales Order, for plain Diesel."]
    #[allow(missing_docs, reason =
    "the fields are documented in the model's definition")] sale_order(id) { id ->
    BigInt, name -> Text, date_order -> Timestamp, state -> Text, partner_id -> BigInt,
    user_id -> Nullable < BigInt >, currency_id -> BigInt, amount_total ->
    ::orm::db::Scaled < 4 >, create_uid -> Nullable < BigInt >, create_date -> Nullable <
    Timestamp >, write_uid -> Nullable < BigInt >, write_date -> Nullable < Timestamp >,
    }
}
/// A row of Sales Order, for plain Diesel.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, ::diesel::Queryable, ::diesel::Selectable)]
#[diesel(table_name = sale_order)]
pub struct SaleOrderRecord {
    pub id: i64,
    pub name: String,
    pub date_order: DateTime,
    pub state: ::std::string::String,
    pub partner_id: i64,
    pub user_id: ::core::option::Option<i64>,
    pub currency_id: i64,
    pub amount_total: Monetary,
    pub create_uid: ::core::option::Option<i64>,
    pub create_date: ::core::option::Option<::orm::field::DateTime>,
    pub write_uid: ::core::option::Option<i64>,
    pub write_date: ::core::option::Option<::orm::field::DateTime>,
}
/// Input of a create of Sales Order. What has a default, or may be empty, may be left out.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, Default)]
pub struct SaleOrderCreate {
    pub name: ::core::option::Option<String>,
    pub date_order: ::core::option::Option<DateTime>,
    pub state: ::core::option::Option<SaleOrderState>,
    pub partner_id: i64,
    pub user_id: ::core::option::Option<i64>,
    pub order_line: ::std::vec::Vec<::orm::typed::Child<SaleOrderLine>>,
    pub tax_id: ::std::vec::Vec<::orm::typed::Child<AccountTax>>,
    pub currency_id: i64,
}
impl ::core::convert::From<SaleOrderCreate> for ::orm::command::Values {
    fn from(input: SaleOrderCreate) -> Self {
        let mut values = Self::default();
        values.set_some(1, input.name);
        values.set_some(2, input.date_order);
        values
            .set_own(
                3,
                input.state,
                <SaleOrderState as ::orm::field::Selection>::stored,
            );
        values.set(4, input.partner_id);
        values.set_some(5, input.user_id);
        values.set_children(6, input.order_line);
        values.set_children(7, input.tax_id);
        values.set(8, input.currency_id);
        values
    }
}
/// Input of an update of Sales Order. What is `None` stays as it is.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, Default)]
pub struct SaleOrderUpdate {
    pub name: ::core::option::Option<String>,
    pub date_order: ::core::option::Option<DateTime>,
    pub state: ::core::option::Option<SaleOrderState>,
    pub partner_id: ::core::option::Option<i64>,
    pub user_id: ::core::option::Option<::core::option::Option<i64>>,
    pub order_line: ::std::vec::Vec<::orm::typed::Child<SaleOrderLine>>,
    pub tax_id: ::std::vec::Vec<::orm::typed::Child<AccountTax>>,
    pub currency_id: ::core::option::Option<i64>,
}
impl ::core::convert::From<SaleOrderUpdate> for ::orm::command::Values {
    fn from(input: SaleOrderUpdate) -> Self {
        let mut values = Self::default();
        values.set_some(1, input.name);
        values.set_some(2, input.date_order);
        values
            .set_own(
                3,
                input.state,
                <SaleOrderState as ::orm::field::Selection>::stored,
            );
        values.set_some(4, input.partner_id);
        values.set_some(5, input.user_id);
        values.set_children(6, input.order_line);
        values.set_children(7, input.tax_id);
        values.set_some(8, input.currency_id);
        values
    }
}
/// Conditions on records of Sales Order; all that are given hold.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, Default)]
pub struct SaleOrderFilter {
    pub id: ::core::option::Option<::orm::typed::Filter<i64>>,
    pub name: ::core::option::Option<::orm::typed::Filter<String>>,
    pub date_order: ::core::option::Option<::orm::typed::Filter<DateTime>>,
    pub state: ::core::option::Option<::orm::typed::Filter<SaleOrderState>>,
    pub partner_id: ::core::option::Option<
        ::std::boxed::Box<
            ::orm::typed::RelationFilter<<ResPartner as ::orm::Model>::Filter>,
        >,
    >,
    pub user_id: ::core::option::Option<
        ::std::boxed::Box<
            ::orm::typed::RelationFilter<<ResUsers as ::orm::Model>::Filter>,
        >,
    >,
    pub order_line: ::core::option::Option<
        ::std::boxed::Box<
            ::orm::typed::RelationFilter<<SaleOrderLine as ::orm::Model>::Filter>,
        >,
    >,
    pub tax_id: ::core::option::Option<
        ::std::boxed::Box<
            ::orm::typed::RelationFilter<<AccountTax as ::orm::Model>::Filter>,
        >,
    >,
    pub currency_id: ::core::option::Option<
        ::std::boxed::Box<
            ::orm::typed::RelationFilter<<ResCurrency as ::orm::Model>::Filter>,
        >,
    >,
    pub amount_total: ::core::option::Option<::orm::typed::Filter<Monetary>>,
    pub create_uid: ::core::option::Option<::orm::typed::Filter<i64>>,
    pub create_date: ::core::option::Option<
        ::orm::typed::Filter<::orm::field::DateTime>,
    >,
    pub write_uid: ::core::option::Option<::orm::typed::Filter<i64>>,
    pub write_date: ::core::option::Option<::orm::typed::Filter<::orm::field::DateTime>>,
}
impl ::core::convert::From<SaleOrderFilter> for ::orm::domain::Domain {
    fn from(filter: SaleOrderFilter) -> Self {
        let mut terms = ::orm::typed::Terms::default();
        terms.field(0, filter.id);
        terms.field(1, filter.name);
        terms.field(2, filter.date_order);
        terms
            .selection(
                3,
                filter.state,
                <SaleOrderState as ::orm::field::Selection>::stored,
            );
        terms.relation(4, filter.partner_id);
        terms.relation(5, filter.user_id);
        terms.relation(6, filter.order_line);
        terms.relation(7, filter.tax_id);
        terms.relation(8, filter.currency_id);
        terms.field(9, filter.amount_total);
        terms.field(13, filter.create_uid);
        terms.field(14, filter.create_date);
        terms.field(15, filter.write_uid);
        terms.field(16, filter.write_date);
        terms.into()
    }
}
/// The fields of Sales Order, as typed tokens.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
pub struct SaleOrderFields {
    pub id: ::orm::schema::Field<SaleOrder, i64>,
    pub name: ::orm::schema::Field<SaleOrder, String>,
    pub date_order: ::orm::schema::Field<SaleOrder, DateTime>,
    pub state: ::orm::schema::Field<SaleOrder, SaleOrderState>,
    pub partner_id: ::orm::schema::Field<SaleOrder, Many2one<ResPartner>>,
    pub user_id: ::orm::schema::Field<SaleOrder, Option<Many2one<ResUsers>>>,
    pub order_line: ::orm::schema::Field<SaleOrder, One2many<SaleOrderLine>>,
    pub tax_id: ::orm::schema::Field<SaleOrder, Many2many<AccountTax>>,
    pub currency_id: ::orm::schema::Field<SaleOrder, Many2one<ResCurrency>>,
    pub amount_total: ::orm::schema::Field<SaleOrder, Monetary>,
    pub line_count: ::orm::schema::Field<SaleOrder, i64>,
    pub main_product_id: ::orm::schema::Field<
        SaleOrder,
        Option<Many2one<ProductProduct>>,
    >,
    pub display_name: ::orm::schema::Field<SaleOrder, ::std::string::String>,
    pub create_uid: ::orm::schema::Field<SaleOrder, ::core::option::Option<i64>>,
    pub create_date: ::orm::schema::Field<
        SaleOrder,
        ::core::option::Option<::orm::field::DateTime>,
    >,
    pub write_uid: ::orm::schema::Field<SaleOrder, ::core::option::Option<i64>>,
    pub write_date: ::orm::schema::Field<
        SaleOrder,
        ::core::option::Option<::orm::field::DateTime>,
    >,
}
impl ::orm::Schema for SaleOrder {
    const NAME: &'static str = "sale.order";
    type Root = Self;
    type Fields = SaleOrderFields;
    const FIELDS: Self::Fields = SaleOrderFields {
        id: ::orm::schema::Field::new(0),
        name: ::orm::schema::Field::new(1),
        date_order: ::orm::schema::Field::new(2),
        state: ::orm::schema::Field::new(3),
        partner_id: ::orm::schema::Field::new(4),
        user_id: ::orm::schema::Field::new(5),
        order_line: ::orm::schema::Field::new(6),
        tax_id: ::orm::schema::Field::new(7),
        currency_id: ::orm::schema::Field::new(8),
        amount_total: ::orm::schema::Field::new(9),
        line_count: ::orm::schema::Field::new(10),
        main_product_id: ::orm::schema::Field::new(11),
        display_name: ::orm::schema::Field::new(12),
        create_uid: ::orm::schema::Field::new(13),
        create_date: ::orm::schema::Field::new(14),
        write_uid: ::orm::schema::Field::new(15),
        write_date: ::orm::schema::Field::new(16),
    };
    fn def() -> &'static ::orm::def::ModelDef {
        use ::orm::def as __def;
        #[allow(
            unused_imports,
            reason = "`#[methods]` takes precedence where there is one"
        )]
        use ::orm::typed::NoMethods as _;
        const READ: &[__def::ReadNode] = &[
            __def::ReadNode {
                field: "id",
                children: &[],
            },
            __def::ReadNode {
                field: "name",
                children: &[],
            },
            __def::ReadNode {
                field: "create_uid",
                children: &[
                    __def::ReadNode {
                        field: "id",
                        children: &[],
                    },
                ],
            },
            __def::ReadNode {
                field: "partner_id",
                children: &[
                    __def::ReadNode {
                        field: "id",
                        children: &[],
                    },
                    __def::ReadNode {
                        field: "name",
                        children: &[],
                    },
                    __def::ReadNode {
                        field: "city",
                        children: &[],
                    },
                ],
            },
            __def::ReadNode {
                field: "order_line",
                children: &[
                    __def::ReadNode {
                        field: "id",
                        children: &[],
                    },
                    __def::ReadNode {
                        field: "product_id",
                        children: &[
                            __def::ReadNode {
                                field: "id",
                                children: &[],
                            },
                            __def::ReadNode {
                                field: "name",
                                children: &[],
                            },
                            __def::ReadNode {
                                field: "type",
                                children: &[],
                            },
                            __def::ReadNode {
                                field: "default_code",
                                children: &[],
                            },
                        ],
                    },
                    __def::ReadNode {
                        field: "tax_id",
                        children: &[
                            __def::ReadNode {
                                field: "id",
                                children: &[],
                            },
                            __def::ReadNode {
                                field: "name",
                                children: &[],
                            },
                        ],
                    },
                ],
            },
            __def::ReadNode {
                field: "tax_id",
                children: &[],
            },
        ];
        static DEF: __def::ModelDef = __def::ModelDef {
            name: "sale.order",
            table: "sale_order",
            label: "Sales Order",
            help: "A quotation, then an order.",
            api: true,
            fields: &[
                __def::FieldDef::ID,
                __def::FieldDef {
                    name: "name",
                    label: "Order Reference",
                    kind: __def::Kind::Char { size: 0 },
                    required: true,
                    copy: false,
                    index: __def::FieldIndex::BTree,
                    default: __def::Default::Sequence(__def::SequenceDef {
                        code: "sale.order",
                        prefix: "S",
                        suffix: "",
                        padding: 5,
                        gapless: false,
                        range: ::core::option::Option::None,
                    }),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "date_order",
                    label: "Date",
                    kind: __def::Kind::DateTime,
                    required: true,
                    default: __def::Default::Now,
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "state",
                    label: "State",
                    kind: __def::Kind::Selection {
                        items: <SaleOrderState as ::orm::field::Selection>::ITEMS,
                    },
                    required: true,
                    readonly: true,
                    default: __def::Default::Const({
                        let variant: SaleOrderState = SaleOrderState::Draft;
                        <SaleOrderState as ::orm::field::Selection>::ITEMS[variant
                                as usize]
                            .value
                    }),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "partner_id",
                    label: "Customer",
                    kind: __def::Kind::Many2one {
                        target: <ResPartner as ::orm::Schema>::NAME,
                        on_delete: __def::OnDelete::Restrict,
                        delegate: false,
                    },
                    required: true,
                    index: __def::FieldIndex::BTree,
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "user_id",
                    label: "Salesperson",
                    kind: __def::Kind::Many2one {
                        target: <ResUsers as ::orm::Schema>::NAME,
                        on_delete: __def::OnDelete::SetNull,
                        delegate: false,
                    },
                    index: __def::FieldIndex::BTree,
                    default: __def::Default::User,
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "order_line",
                    label: "Lines",
                    kind: __def::Kind::One2many {
                        target: <SaleOrderLine as ::orm::Schema>::NAME,
                        inverse: "order_id",
                    },
                    stored: false,
                    copy: false,
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "tax_id",
                    label: "Taxes",
                    kind: __def::Kind::Many2many {
                        target: <AccountTax as ::orm::Schema>::NAME,
                        relation: "sale_tax_rel",
                        column: "order_id",
                        target_column: "tax_id",
                    },
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "currency_id",
                    label: "Currency",
                    kind: __def::Kind::Many2one {
                        target: <ResCurrency as ::orm::Schema>::NAME,
                        on_delete: __def::OnDelete::Restrict,
                        delegate: false,
                    },
                    required: true,
                    index: __def::FieldIndex::BTree,
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "amount_total",
                    label: "Total",
                    kind: __def::Kind::Monetary {
                        currency: "currency_id",
                        digits: __def::Digits::MONEY,
                    },
                    required: true,
                    readonly: true,
                    copy: false,
                    compute: ::core::option::Option::Some(__def::ComputeDef {
                        depends: &[
                            &["order_line", "price_subtotal"],
                            &["order_line", "tax_id", "amount"],
                            &["partner_id", "create_uid", "login"],
                        ],
                        ..__def::ComputeDef::PLAIN
                    }),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "line_count",
                    label: "Lines",
                    kind: __def::Kind::BigInt,
                    readonly: true,
                    stored: false,
                    copy: false,
                    compute: ::core::option::Option::Some(__def::ComputeDef {
                        depends: &[],
                        ..__def::ComputeDef::PLAIN
                    }),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "main_product_id",
                    label: "Main",
                    kind: __def::Kind::Many2one {
                        target: <ProductProduct as ::orm::Schema>::NAME,
                        on_delete: __def::OnDelete::SetNull,
                        delegate: false,
                    },
                    readonly: true,
                    stored: false,
                    copy: false,
                    compute: ::core::option::Option::Some(__def::ComputeDef {
                        depends: &[&["order_line", "product_id"]],
                        ..__def::ComputeDef::PLAIN
                    }),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef::DISPLAY_NAME,
                __def::FieldDef::CREATE_UID,
                __def::FieldDef::CREATE_DATE,
                __def::FieldDef::WRITE_UID,
                __def::FieldDef::WRITE_DATE,
            ],
            order: &[
                __def::OrderDef {
                    path: &["date_order"],
                    desc: true,
                },
                __def::OrderDef {
                    path: &["partner_id", "name"],
                    desc: false,
                },
                __def::OrderDef {
                    path: &["id"],
                    desc: true,
                },
            ],
            display_name: &[
                __def::DisplaySegment(&[__def::DisplayPart::Path(&["name"])]),
                __def::DisplaySegment(
                    &[
                        __def::DisplayPart::Text(" ("),
                        __def::DisplayPart::Path(&["partner_id", "name"]),
                        __def::DisplayPart::Text(")"),
                    ],
                ),
            ],
            name_search: &[&["name"], &["partner_id", "name"]],
            uniques: &[
                __def::UniqueDef {
                    fields: &["name"],
                    condition: ::core::option::Option::None,
                    nulls_equal: false,
                    ignore_case: false,
                    message: "",
                },
            ],
            targets: &[
                <ResPartner as ::orm::Schema>::TARGET,
                <ResUsers as ::orm::Schema>::TARGET,
                <SaleOrderLine as ::orm::Schema>::TARGET,
                <AccountTax as ::orm::Schema>::TARGET,
                <ResCurrency as ::orm::Schema>::TARGET,
                <ProductProduct as ::orm::Schema>::TARGET,
            ],
            read: READ,
            write_response: &[
                __def::ReadNode {
                    field: "name",
                    children: &[],
                },
                __def::ReadNode {
                    field: "id",
                    children: &[],
                },
            ],
            source: __def::Source {
                file: ::core::file!(),
                line: ::core::line!(),
            },
            ..<::orm::typed::MethodsOf<SaleOrder>>::DEF
        };
        &DEF
    }
    fn load(record: &::orm::record::Record) -> Self {
        Self {
            name: <String as ::orm::field::FieldType>::load(record, 1),
            date_order: <DateTime as ::orm::field::FieldType>::load(record, 2),
            state: <SaleOrderState as ::orm::field::Selection>::load(record, 3),
            partner_id: <Many2one<
                ResPartner,
            > as ::orm::field::FieldType>::load(record, 4),
            user_id: <Option<
                Many2one<ResUsers>,
            > as ::orm::field::FieldType>::load(record, 5),
            order_line: <One2many<
                SaleOrderLine,
            > as ::orm::field::FieldType>::load(record, 6),
            tax_id: <Many2many<AccountTax> as ::orm::field::FieldType>::load(record, 7),
            currency_id: <Many2one<
                ResCurrency,
            > as ::orm::field::FieldType>::load(record, 8),
            amount_total: ::orm::field::load_or_default::<Monetary>(record, 9),
            line_count: ::orm::field::load_or_default::<i64>(record, 10),
            main_product_id: <Option<
                Many2one<ProductProduct>,
            > as ::orm::field::FieldType>::load(record, 11),
            id: ::orm::field::FieldType::load(record, 0),
            create_uid: ::orm::field::FieldType::load(record, 13),
            create_date: ::orm::field::FieldType::load(record, 14),
            write_uid: ::orm::field::FieldType::load(record, 15),
            write_date: ::orm::field::FieldType::load(record, 16),
        }
    }
}
impl ::orm::Model for SaleOrder {
    type Create = SaleOrderCreate;
    type Update = SaleOrderUpdate;
    type Filter = SaleOrderFilter;
    fn ops() -> &'static ::orm::env::ModelOps {
        #[allow(
            unused_imports,
            reason = "`#[methods]` takes precedence where there is one"
        )]
        use ::orm::typed::NoMethods as _;
        static OPS: ::orm::env::ModelOps = ::orm::env::ModelOps {
            ..::orm::typed::ops::<SaleOrder>(<::orm::typed::MethodsOf<SaleOrder>>::OPS)
        };
        &OPS
    }
    fn compute(&self, field: usize) -> ::orm::value::Value {
        #[allow(unused_imports, reason = "the methods have the right signatures")]
        use ::orm::typed::signature::{self as __signature, Otherwise as _};
        #[allow(
            dead_code,
            non_upper_case_globals,
            reason = "named like methods, which take precedence"
        )]
        trait __Missing {
            const amount_total: __signature::Missing = __signature::Missing;
            const count_lines: __signature::Missing = __signature::Missing;
            const main_product_id: __signature::Missing = __signature::Missing;
        }
        impl __Missing for SaleOrder {}
        match field {
            9 => {
                __signature::Method::<
                    SaleOrder,
                    Monetary,
                    _,
                >::new(<SaleOrder>::amount_total)
                    .compute(self)
            }
            10 => {
                __signature::Method::<SaleOrder, i64, _>::new(<SaleOrder>::count_lines)
                    .compute(self)
            }
            11 => {
                __signature::Method::<
                    SaleOrder,
                    ::core::option::Option<i64>,
                    _,
                >::new(<SaleOrder>::main_product_id)
                    .compute(self)
            }
            _ => ::core::unreachable!("sale.order computes no field {field}"),
        }
    }
}
const _: fn() = || {
    let f = <SaleOrder as ::orm::Schema>::FIELDS;
    {
        let f = ::orm::path_checks::hop(&f.partner_id);
        ::orm::path_checks::field(&f.id);
        ::orm::path_checks::field(&f.name);
        ::orm::path_checks::field(&f.city);
    }
    {
        let f = ::orm::path_checks::hop(&f.order_line);
        ::orm::path_checks::field(&f.id);
        {
            let f = ::orm::path_checks::hop(&f.product_id);
            ::orm::path_checks::field(&f.id);
            ::orm::path_checks::field(&f.name);
            ::orm::path_checks::field(&f.r#type);
            ::orm::path_checks::field(&f.default_code);
        }
        {
            let f = ::orm::path_checks::hop(&f.tax_id);
            ::orm::path_checks::field(&f.id);
            ::orm::path_checks::field(&f.name);
        }
    }
    {
        let f = ::orm::path_checks::hop(&f.partner_id);
        ::orm::path_checks::field(&f.name);
    }
    {
        let f = ::orm::path_checks::hop(&f.order_line);
        ::orm::path_checks::field(&f.price_subtotal);
    }
    {
        let f = ::orm::path_checks::hop(&f.order_line);
        let f = ::orm::path_checks::hop(&f.tax_id);
        ::orm::path_checks::field(&f.amount);
    }
    {
        let f = ::orm::path_checks::hop(&f.partner_id);
        ::orm::path_checks::field(&f.create_uid);
    }
    {
        let f = ::orm::path_checks::hop(&f.order_line);
        ::orm::path_checks::field(&f.product_id);
    }
    ::orm::path_checks::inverse::<
        SaleOrder,
        _,
        _,
    >(&<SaleOrderLine as ::orm::Schema>::FIELDS.order_id);
};

impl SaleOrder {
    fn amount_total(&self) -> Monetary {
        self.order_line.iter().map(|line| line.price_subtotal).sum()
    }
    fn count_lines(&self) -> i64 {
        self.order_line.len() as i64
    }
    fn main_product_id(&self) -> Option<i64> {
        self.order_line.first().and_then(|line| Some(line.product_id.as_ref()?.id()))
    }
    /// Confirm the quotation.
    fn action_confirm(records: &Records<Self>, _env: &mut Env<'_>) -> Result<bool> {
        Ok(!records.is_empty())
    }
    /// The best order of a day.
    fn find_best(
        env: &mut Env<'_>,
        date: Date,
        partner: Option<Records<ResPartner>>,
    ) -> Result<Option<i64>> {
        let _ = (env, date, partner);
        Ok(None)
    }
}
impl ::orm::typed::AllMethodsInOneBlock for SaleOrder {
    const DEF: ::orm::def::ModelDef = ::orm::def::ModelDef {
        methods: &[
            ::orm::def::MethodDef {
                name: "action_confirm",
                help: "Confirm the quotation",
                on_records: true,
                readonly: false,
                arguments: &[],
                result: <bool as ::orm::method::Answer>::TYPE,
            },
            ::orm::def::MethodDef {
                name: "find_best",
                help: "The best order of a day",
                on_records: false,
                readonly: true,
                arguments: &[
                    ::orm::def::ArgumentDef {
                        name: "date",
                        ty: <Date as ::orm::method::Argument>::TYPE,
                    },
                    ::orm::def::ArgumentDef {
                        name: "partner",
                        ty: <Option<
                            Records<ResPartner>,
                        > as ::orm::method::Argument>::TYPE,
                    },
                ],
                result: <Option<i64> as ::orm::method::Answer>::TYPE,
            },
        ],
        ..::orm::def::ModelDef::PLAIN
    };
    const OPS: ::orm::env::ModelOps = ::orm::env::ModelOps {
        methods: &[
            (
                "action_confirm",
                |call| {
                    let () = ::orm::method::arguments(call)?;
                    let answer = Self::action_confirm(
                        &::orm::method::records(call),
                        call.env,
                    )?;
                    ::orm::method::answer(call, answer)
                },
            ),
            (
                "find_best",
                |call| {
                    let (a0, a1) = ::orm::method::arguments(call)?;
                    let answer = Self::find_best(call.env, a0, a1)?;
                    ::orm::method::answer(call, answer)
                },
            ),
        ],
        ..::orm::env::ModelOps::NONE
    };
}
