// Written by `DECLAREST_BLESS=1 cargo test -p codegen-macros`, from:
//
//     /// Sales Order Line
//     #[model("sale.order.line")]
//     pub struct SaleOrderLine {
//         /// Product
//         pub product_id: Option<Many2one<ProductProduct>>,
//         /// Description
//         #[field(compute, store, writable, depends(product_id.name))]
//         pub name: Text,
//         /// Unit of Measure
//         #[field(compute, store, writable, depends(product_id.uom_id), resets(product_id))]
//         pub uom_id: Many2one<UomUom>,
//         /// Unit Price
//         #[field(compute = price, batch, store, writable, depends(product_id.list_price), resets(product_id, uom_id))]
//         pub price_unit: Decimal,
//         /// Taxes
//         #[field(compute, store, writable, depends(product_id.taxes_id))]
//         pub tax_id: Many2many<AccountTax>,
//         /// Currency
//         #[field(default = company.currency_id)]
//         pub currency_id: Option<Many2one<ResCurrency>>,
//         /// Country
//         #[field(default = user.partner_id.country_id)]
//         pub country_id: Option<Many2one<ResCountry>>,
//         /// Lead Time
//         #[field(default = method(lead_time))]
//         pub lead: f64,
//     }

/// Sales Order Line
#[derive(Debug)]
pub struct SaleOrderLine {
    /// The record's number.
    pub id: i64,
    /// Product
    pub product_id: Option<Many2one<ProductProduct>>,
    /// Description
    pub name: Text,
    /// Unit of Measure
    pub uom_id: Many2one<UomUom>,
    /// Unit Price
    pub price_unit: Decimal,
    /// Taxes
    pub tax_id: Many2many<AccountTax>,
    /// Currency
    pub currency_id: Option<Many2one<ResCurrency>>,
    /// Country
    pub country_id: Option<Many2one<ResCountry>>,
    /// Lead Time
    pub lead: f64,
    /// Who created the record.
    pub create_uid: ::core::option::Option<i64>,
    /// When the record was created.
    pub create_date: ::core::option::Option<::orm::field::DateTime>,
    /// Who last updated the record.
    pub write_uid: ::core::option::Option<i64>,
    /// When the record was last updated.
    pub write_date: ::core::option::Option<::orm::field::DateTime>,
}
/// Input of a create of Sales Order Line. What has a default, or may be empty, may be left out.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, Default)]
pub struct SaleOrderLineCreate {
    pub product_id: ::core::option::Option<i64>,
    pub name: ::core::option::Option<Text>,
    pub uom_id: ::core::option::Option<i64>,
    pub price_unit: ::core::option::Option<Decimal>,
    pub tax_id: ::core::option::Option<::std::vec::Vec<::orm::typed::Child<AccountTax>>>,
    pub currency_id: ::core::option::Option<i64>,
    pub country_id: ::core::option::Option<i64>,
    pub lead: ::core::option::Option<f64>,
}
impl ::core::convert::From<SaleOrderLineCreate> for ::orm::command::Values {
    fn from(input: SaleOrderLineCreate) -> Self {
        let mut values = Self::default();
        values.set_some(1, input.product_id);
        values.set_some(2, input.name);
        values.set_some(3, input.uom_id);
        values.set_some(4, input.price_unit);
        values.set_some_children(5, input.tax_id);
        values.set_some(6, input.currency_id);
        values.set_some(7, input.country_id);
        values.set_some(8, input.lead);
        values
    }
}
/// Input of an update of Sales Order Line. What is `None` stays as it is.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, Default)]
pub struct SaleOrderLineUpdate {
    pub product_id: ::core::option::Option<::core::option::Option<i64>>,
    pub name: ::core::option::Option<Text>,
    pub uom_id: ::core::option::Option<i64>,
    pub price_unit: ::core::option::Option<Decimal>,
    pub tax_id: ::core::option::Option<::std::vec::Vec<::orm::typed::Child<AccountTax>>>,
    pub currency_id: ::core::option::Option<::core::option::Option<i64>>,
    pub country_id: ::core::option::Option<::core::option::Option<i64>>,
    pub lead: ::core::option::Option<f64>,
}
impl ::core::convert::From<SaleOrderLineUpdate> for ::orm::command::Values {
    fn from(input: SaleOrderLineUpdate) -> Self {
        let mut values = Self::default();
        values.set_some(1, input.product_id);
        values.set_some(2, input.name);
        values.set_some(3, input.uom_id);
        values.set_some(4, input.price_unit);
        values.set_some_children(5, input.tax_id);
        values.set_some(6, input.currency_id);
        values.set_some(7, input.country_id);
        values.set_some(8, input.lead);
        values
    }
}
/// Conditions on records of Sales Order Line; all that are given hold.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, Default)]
pub struct SaleOrderLineFilter {
    pub id: ::core::option::Option<::orm::typed::Filter<i64>>,
    pub product_id: ::core::option::Option<
        ::std::boxed::Box<
            ::orm::typed::RelationFilter<<ProductProduct as ::orm::Model>::Filter>,
        >,
    >,
    pub name: ::core::option::Option<::orm::typed::Filter<Text>>,
    pub uom_id: ::core::option::Option<
        ::std::boxed::Box<::orm::typed::RelationFilter<<UomUom as ::orm::Model>::Filter>>,
    >,
    pub price_unit: ::core::option::Option<::orm::typed::Filter<Decimal>>,
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
    pub country_id: ::core::option::Option<
        ::std::boxed::Box<
            ::orm::typed::RelationFilter<<ResCountry as ::orm::Model>::Filter>,
        >,
    >,
    pub lead: ::core::option::Option<::orm::typed::Filter<f64>>,
    pub create_uid: ::core::option::Option<::orm::typed::Filter<i64>>,
    pub create_date: ::core::option::Option<
        ::orm::typed::Filter<::orm::field::DateTime>,
    >,
    pub write_uid: ::core::option::Option<::orm::typed::Filter<i64>>,
    pub write_date: ::core::option::Option<::orm::typed::Filter<::orm::field::DateTime>>,
}
impl ::core::convert::From<SaleOrderLineFilter> for ::orm::domain::Domain {
    fn from(filter: SaleOrderLineFilter) -> Self {
        let mut terms = ::orm::typed::Terms::default();
        terms.field(0, filter.id);
        terms.relation(1, filter.product_id);
        terms.field(2, filter.name);
        terms.relation(3, filter.uom_id);
        terms.field(4, filter.price_unit);
        terms.relation(5, filter.tax_id);
        terms.relation(6, filter.currency_id);
        terms.relation(7, filter.country_id);
        terms.field(8, filter.lead);
        terms.field(10, filter.create_uid);
        terms.field(11, filter.create_date);
        terms.field(12, filter.write_uid);
        terms.field(13, filter.write_date);
        terms.into()
    }
}
/// The fields of Sales Order Line, as typed tokens.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
pub struct SaleOrderLineFields {
    pub id: ::orm::schema::Field<SaleOrderLine, i64>,
    pub product_id: ::orm::schema::Field<
        SaleOrderLine,
        Option<Many2one<ProductProduct>>,
    >,
    pub name: ::orm::schema::Field<SaleOrderLine, Text>,
    pub uom_id: ::orm::schema::Field<SaleOrderLine, Many2one<UomUom>>,
    pub price_unit: ::orm::schema::Field<SaleOrderLine, Decimal>,
    pub tax_id: ::orm::schema::Field<SaleOrderLine, Many2many<AccountTax>>,
    pub currency_id: ::orm::schema::Field<SaleOrderLine, Option<Many2one<ResCurrency>>>,
    pub country_id: ::orm::schema::Field<SaleOrderLine, Option<Many2one<ResCountry>>>,
    pub lead: ::orm::schema::Field<SaleOrderLine, f64>,
    pub display_name: ::orm::schema::Field<SaleOrderLine, ::std::string::String>,
    pub create_uid: ::orm::schema::Field<SaleOrderLine, ::core::option::Option<i64>>,
    pub create_date: ::orm::schema::Field<
        SaleOrderLine,
        ::core::option::Option<::orm::field::DateTime>,
    >,
    pub write_uid: ::orm::schema::Field<SaleOrderLine, ::core::option::Option<i64>>,
    pub write_date: ::orm::schema::Field<
        SaleOrderLine,
        ::core::option::Option<::orm::field::DateTime>,
    >,
}
impl ::orm::Schema for SaleOrderLine {
    const NAME: &'static str = "sale.order.line";
    type Root = Self;
    type Fields = SaleOrderLineFields;
    const FIELDS: Self::Fields = SaleOrderLineFields {
        id: ::orm::schema::Field::new(0),
        product_id: ::orm::schema::Field::new(1),
        name: ::orm::schema::Field::new(2),
        uom_id: ::orm::schema::Field::new(3),
        price_unit: ::orm::schema::Field::new(4),
        tax_id: ::orm::schema::Field::new(5),
        currency_id: ::orm::schema::Field::new(6),
        country_id: ::orm::schema::Field::new(7),
        lead: ::orm::schema::Field::new(8),
        display_name: ::orm::schema::Field::new(9),
        create_uid: ::orm::schema::Field::new(10),
        create_date: ::orm::schema::Field::new(11),
        write_uid: ::orm::schema::Field::new(12),
        write_date: ::orm::schema::Field::new(13),
    };
    fn def() -> &'static ::orm::def::ModelDef {
        use ::orm::def as __def;
        #[allow(
            unused_imports,
            reason = "`#[methods]` takes precedence where there is one"
        )]
        use ::orm::typed::NoMethods as _;
        const READ: &[__def::ReadNode] = &[];
        static DEF: __def::ModelDef = __def::ModelDef {
            name: "sale.order.line",
            table: "sale_order_line",
            label: "Sales Order Line",
            fields: &[
                __def::FieldDef::ID,
                __def::FieldDef {
                    name: "product_id",
                    label: "Product",
                    kind: __def::Kind::Many2one {
                        target: <ProductProduct as ::orm::Schema>::NAME,
                        on_delete: __def::OnDelete::SetNull,
                        delegate: false,
                    },
                    index: __def::FieldIndex::BTree,
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "name",
                    label: "Description",
                    kind: __def::Kind::Text,
                    required: true,
                    compute: ::core::option::Option::Some(__def::ComputeDef {
                        depends: &[&["product_id", "name"]],
                        writable: true,
                        ..__def::ComputeDef::PLAIN
                    }),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "uom_id",
                    label: "Unit of Measure",
                    kind: __def::Kind::Many2one {
                        target: <UomUom as ::orm::Schema>::NAME,
                        on_delete: __def::OnDelete::Restrict,
                        delegate: false,
                    },
                    required: true,
                    index: __def::FieldIndex::BTree,
                    compute: ::core::option::Option::Some(__def::ComputeDef {
                        depends: &[&["product_id", "uom_id"]],
                        writable: true,
                        resets: &["product_id"],
                        ..__def::ComputeDef::PLAIN
                    }),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "price_unit",
                    label: "Unit Price",
                    kind: __def::Kind::Decimal {
                        digits: __def::Digits::new(16, 2),
                    },
                    required: true,
                    compute: ::core::option::Option::Some(__def::ComputeDef {
                        depends: &[&["product_id", "list_price"]],
                        writable: true,
                        resets: &["product_id", "uom_id"],
                        batch: true,
                        ..__def::ComputeDef::PLAIN
                    }),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "tax_id",
                    label: "Taxes",
                    kind: __def::Kind::Many2many {
                        target: <AccountTax as ::orm::Schema>::NAME,
                        relation: "sale_order_line_tax_id_rel",
                        column: "sale_order_line_id",
                        target_column: "account_tax_id",
                    },
                    compute: ::core::option::Option::Some(__def::ComputeDef {
                        depends: &[&["product_id", "taxes_id"]],
                        writable: true,
                        ..__def::ComputeDef::PLAIN
                    }),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "currency_id",
                    label: "Currency",
                    kind: __def::Kind::Many2one {
                        target: <ResCurrency as ::orm::Schema>::NAME,
                        on_delete: __def::OnDelete::SetNull,
                        delegate: false,
                    },
                    index: __def::FieldIndex::BTree,
                    default: __def::Default::Path {
                        root: __def::Root::Company,
                        path: &["currency_id"],
                    },
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "country_id",
                    label: "Country",
                    kind: __def::Kind::Many2one {
                        target: <ResCountry as ::orm::Schema>::NAME,
                        on_delete: __def::OnDelete::SetNull,
                        delegate: false,
                    },
                    index: __def::FieldIndex::BTree,
                    default: __def::Default::Path {
                        root: __def::Root::User,
                        path: &["partner_id", "country_id"],
                    },
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "lead",
                    label: "Lead Time",
                    kind: __def::Kind::Float,
                    required: true,
                    default: __def::Default::Method("lead_time"),
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef::DISPLAY_NAME,
                __def::FieldDef::CREATE_UID,
                __def::FieldDef::CREATE_DATE,
                __def::FieldDef::WRITE_UID,
                __def::FieldDef::WRITE_DATE,
                __def::FieldDef::WRITTEN,
            ],
            order: &[
                __def::OrderDef {
                    path: &["id"],
                    desc: false,
                },
            ],
            display_name: &[
                __def::DisplaySegment(&[__def::DisplayPart::Path(&["name"])]),
            ],
            targets: &[
                <ProductProduct as ::orm::Schema>::TARGET,
                <UomUom as ::orm::Schema>::TARGET,
                <AccountTax as ::orm::Schema>::TARGET,
                <ResCurrency as ::orm::Schema>::TARGET,
                <ResCountry as ::orm::Schema>::TARGET,
            ],
            read: READ,
            write_response: READ,
            source: __def::Source {
                file: ::core::file!(),
                line: ::core::line!(),
            },
            ..<::orm::typed::MethodsOf<SaleOrderLine>>::DEF
        };
        &DEF
    }
    fn load(record: &::orm::record::Record) -> Self {
        Self {
            product_id: <Option<
                Many2one<ProductProduct>,
            > as ::orm::field::FieldType>::load(record, 1),
            name: ::orm::field::load_or_default::<Text>(record, 2),
            uom_id: <Many2one<UomUom> as ::orm::field::FieldType>::load(record, 3),
            price_unit: ::orm::field::load_or_default::<Decimal>(record, 4),
            tax_id: <Many2many<AccountTax> as ::orm::field::FieldType>::load(record, 5),
            currency_id: <Option<
                Many2one<ResCurrency>,
            > as ::orm::field::FieldType>::load(record, 6),
            country_id: <Option<
                Many2one<ResCountry>,
            > as ::orm::field::FieldType>::load(record, 7),
            lead: <f64 as ::orm::field::FieldType>::load(record, 8),
            id: ::orm::field::FieldType::load(record, 0),
            create_uid: ::orm::field::FieldType::load(record, 10),
            create_date: ::orm::field::FieldType::load(record, 11),
            write_uid: ::orm::field::FieldType::load(record, 12),
            write_date: ::orm::field::FieldType::load(record, 13),
        }
    }
}
impl ::orm::Model for SaleOrderLine {
    type Create = SaleOrderLineCreate;
    type Update = SaleOrderLineUpdate;
    type Filter = SaleOrderLineFilter;
    fn ops() -> &'static ::orm::env::ModelOps {
        #[allow(
            unused_imports,
            reason = "`#[methods]` takes precedence where there is one"
        )]
        use ::orm::typed::NoMethods as _;
        #[allow(unused_imports, reason = "the methods have the right signatures")]
        use ::orm::typed::signature::{self as __signature, Otherwise as _};
        #[allow(
            dead_code,
            non_upper_case_globals,
            reason = "named like methods, which take precedence"
        )]
        trait __Missing {
            const lead_time: __signature::Missing = __signature::Missing;
        }
        impl __Missing for SaleOrderLine {}
        static OPS: ::orm::env::ModelOps = ::orm::env::ModelOps {
            defaults: &[
                (
                    "lead_time",
                    |env| {
                        __signature::Method::<
                            SaleOrderLine,
                            f64,
                            _,
                        >::new(<SaleOrderLine>::lead_time)
                            .default(env)
                    },
                ),
            ],
            ..::orm::typed::ops::<
                SaleOrderLine,
            >(<::orm::typed::MethodsOf<SaleOrderLine>>::OPS)
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
            const name: __signature::Missing = __signature::Missing;
            const tax_id: __signature::Missing = __signature::Missing;
            const uom_id: __signature::Missing = __signature::Missing;
        }
        impl __Missing for SaleOrderLine {}
        match field {
            2 => {
                __signature::Method::<SaleOrderLine, Text, _>::new(<SaleOrderLine>::name)
                    .compute_unless_given(self)
            }
            3 => {
                __signature::Method::<
                    SaleOrderLine,
                    i64,
                    _,
                >::new(<SaleOrderLine>::uom_id)
                    .compute_unless_given(self)
            }
            5 => {
                __signature::Method::<
                    SaleOrderLine,
                    ::std::vec::Vec<i64>,
                    _,
                >::new(<SaleOrderLine>::tax_id)
                    .compute(self)
            }
            _ => ::core::unreachable!("sale.order.line computes no field {field}"),
        }
    }
    fn compute_batch(
        records: &[Self],
        field: usize,
        env: &mut ::orm::Env<'_>,
    ) -> ::orm::Result<::std::vec::Vec<::orm::value::Value>> {
        #[allow(unused_imports, reason = "the methods have the right signatures")]
        use ::orm::typed::signature::{self as __signature, Otherwise as _};
        #[allow(
            dead_code,
            non_upper_case_globals,
            reason = "named like methods, which take precedence"
        )]
        trait __Missing {
            const price: __signature::Missing = __signature::Missing;
        }
        impl __Missing for SaleOrderLine {}
        match field {
            4 => {
                __signature::Method::<
                    SaleOrderLine,
                    Decimal,
                    _,
                >::new(<SaleOrderLine>::price)
                    .compute_batch(records, env)
            }
            _ => ::core::unreachable!("sale.order.line computes no field {field}"),
        }
    }
}
const _: fn() = || {
    let f = <SaleOrderLine as ::orm::Schema>::FIELDS;
    {
        let f = ::orm::path_checks::hop(&f.product_id);
        ::orm::path_checks::field(&f.name);
    }
    {
        let f = ::orm::path_checks::hop(&f.product_id);
        ::orm::path_checks::field(&f.uom_id);
    }
    {
        let f = ::orm::path_checks::hop(&f.product_id);
        ::orm::path_checks::field(&f.list_price);
    }
    {
        let f = ::orm::path_checks::hop(&f.product_id);
        ::orm::path_checks::field(&f.taxes_id);
    }
};
