// Written by `DECLAREST_BLESS=1 cargo test -p codegen-macros`, from:
//
//     /// Product
//     #[model("product.product", order = "default_code, name")]
//     #[display_name("[{default_code}] ", "{name}")]
//     #[read(id, name, type, partner_id(id, name), product_tmpl_id(id, r#type))]
//     pub struct ProductProduct {
//         /// Code
//         #[field(size = 64)]
//         pub default_code: Option<String>,
//         /// Template
//         #[field(delegate, on_delete = cascade)]
//         pub product_tmpl_id: Many2one<ProductTemplate>,
//     }

/// Product
#[derive(Debug)]
pub struct ProductProduct {
    /// The record's number.
    pub id: i64,
    /// Code
    pub default_code: Option<String>,
    /// Template
    pub product_tmpl_id: Many2one<ProductTemplate>,
    /// Who created the record.
    pub create_uid: ::core::option::Option<i64>,
    /// When the record was created.
    pub create_date: ::core::option::Option<::orm::field::DateTime>,
    /// Who last updated the record.
    pub write_uid: ::core::option::Option<i64>,
    /// When the record was last updated.
    pub write_date: ::core::option::Option<::orm::field::DateTime>,
}
/// Input of a create of Product. What has a default, or may be empty, may be left out.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, Default)]
pub struct ProductProductCreate {
    pub default_code: ::core::option::Option<String>,
    pub product_tmpl_id: ::core::option::Option<
        ::orm::command::Delegate<<ProductTemplate as ::orm::Model>::Create>,
    >,
}
impl ::core::convert::From<ProductProductCreate> for ::orm::command::Values {
    fn from(input: ProductProductCreate) -> Self {
        let mut values = Self::default();
        values.set_some(1, input.default_code);
        values.set_delegate(2, input.product_tmpl_id);
        values
    }
}
/// Input of an update of Product. What is `None` stays as it is.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, Default)]
pub struct ProductProductUpdate {
    pub default_code: ::core::option::Option<::core::option::Option<String>>,
    pub product_tmpl_id: ::core::option::Option<i64>,
}
impl ::core::convert::From<ProductProductUpdate> for ::orm::command::Values {
    fn from(input: ProductProductUpdate) -> Self {
        let mut values = Self::default();
        values.set_some(1, input.default_code);
        values.set_some(2, input.product_tmpl_id);
        values
    }
}
/// Conditions on records of Product; all that are given hold.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
#[derive(Debug, Clone, Default)]
pub struct ProductProductFilter {
    pub id: ::core::option::Option<::orm::typed::Filter<i64>>,
    pub default_code: ::core::option::Option<::orm::typed::Filter<String>>,
    pub product_tmpl_id: ::core::option::Option<
        ::std::boxed::Box<
            ::orm::typed::RelationFilter<<ProductTemplate as ::orm::Model>::Filter>,
        >,
    >,
    pub create_uid: ::core::option::Option<::orm::typed::Filter<i64>>,
    pub create_date: ::core::option::Option<
        ::orm::typed::Filter<::orm::field::DateTime>,
    >,
    pub write_uid: ::core::option::Option<::orm::typed::Filter<i64>>,
    pub write_date: ::core::option::Option<::orm::typed::Filter<::orm::field::DateTime>>,
}
impl ::core::convert::From<ProductProductFilter> for ::orm::domain::Domain {
    fn from(filter: ProductProductFilter) -> Self {
        let mut terms = ::orm::typed::Terms::default();
        terms.field(0, filter.id);
        terms.field(1, filter.default_code);
        terms.relation(2, filter.product_tmpl_id);
        terms.field(4, filter.create_uid);
        terms.field(5, filter.create_date);
        terms.field(6, filter.write_uid);
        terms.field(7, filter.write_date);
        terms.into()
    }
}
/// The fields of Product, as typed tokens.
#[allow(missing_docs, reason = "the fields are documented in the model's definition")]
pub struct ProductProductFields {
    pub id: ::orm::schema::Field<ProductProduct, i64>,
    pub default_code: ::orm::schema::Field<ProductProduct, Option<String>>,
    pub product_tmpl_id: ::orm::schema::Field<ProductProduct, Many2one<ProductTemplate>>,
    pub display_name: ::orm::schema::Field<ProductProduct, ::std::string::String>,
    pub create_uid: ::orm::schema::Field<ProductProduct, ::core::option::Option<i64>>,
    pub create_date: ::orm::schema::Field<
        ProductProduct,
        ::core::option::Option<::orm::field::DateTime>,
    >,
    pub write_uid: ::orm::schema::Field<ProductProduct, ::core::option::Option<i64>>,
    pub write_date: ::orm::schema::Field<
        ProductProduct,
        ::core::option::Option<::orm::field::DateTime>,
    >,
}
impl ::core::ops::Deref for ProductProductFields {
    type Target = <ProductTemplate as ::orm::Schema>::Fields;
    fn deref(&self) -> &Self::Target {
        &<ProductTemplate as ::orm::Schema>::FIELDS
    }
}
impl ::orm::Schema for ProductProduct {
    const NAME: &'static str = "product.product";
    type Root = Self;
    type Fields = ProductProductFields;
    const FIELDS: Self::Fields = ProductProductFields {
        id: ::orm::schema::Field::new(0),
        default_code: ::orm::schema::Field::new(1),
        product_tmpl_id: ::orm::schema::Field::new(2),
        display_name: ::orm::schema::Field::new(3),
        create_uid: ::orm::schema::Field::new(4),
        create_date: ::orm::schema::Field::new(5),
        write_uid: ::orm::schema::Field::new(6),
        write_date: ::orm::schema::Field::new(7),
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
                field: "type",
                children: &[],
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
                ],
            },
            __def::ReadNode {
                field: "product_tmpl_id",
                children: &[
                    __def::ReadNode {
                        field: "id",
                        children: &[],
                    },
                    __def::ReadNode {
                        field: "type",
                        children: &[],
                    },
                ],
            },
        ];
        static DEF: __def::ModelDef = __def::ModelDef {
            name: "product.product",
            table: "product_product",
            label: "Product",
            fields: &[
                __def::FieldDef::ID,
                __def::FieldDef {
                    name: "default_code",
                    label: "Code",
                    kind: __def::Kind::Char { size: 64 },
                    ..__def::FieldDef::PLAIN
                },
                __def::FieldDef {
                    name: "product_tmpl_id",
                    label: "Template",
                    kind: __def::Kind::Many2one {
                        target: <ProductTemplate as ::orm::Schema>::NAME,
                        on_delete: __def::OnDelete::Cascade,
                        delegate: true,
                    },
                    required: true,
                    index: __def::FieldIndex::BTree,
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
                    path: &["default_code"],
                    desc: false,
                },
                __def::OrderDef {
                    path: &["name"],
                    desc: false,
                },
            ],
            display_name: &[
                __def::DisplaySegment(
                    &[
                        __def::DisplayPart::Text("["),
                        __def::DisplayPart::Path(&["default_code"]),
                        __def::DisplayPart::Text("] "),
                    ],
                ),
                __def::DisplaySegment(&[__def::DisplayPart::Path(&["name"])]),
            ],
            targets: &[<ProductTemplate as ::orm::Schema>::TARGET],
            read: READ,
            write_response: READ,
            source: __def::Source {
                file: ::core::file!(),
                line: ::core::line!(),
            },
            ..<::orm::typed::MethodsOf<ProductProduct>>::DEF
        };
        &DEF
    }
    fn load(record: &::orm::record::Record) -> Self {
        Self {
            default_code: <Option<String> as ::orm::field::FieldType>::load(record, 1),
            product_tmpl_id: <Many2one<
                ProductTemplate,
            > as ::orm::field::FieldType>::load(record, 2),
            id: ::orm::field::FieldType::load(record, 0),
            create_uid: ::orm::field::FieldType::load(record, 4),
            create_date: ::orm::field::FieldType::load(record, 5),
            write_uid: ::orm::field::FieldType::load(record, 6),
            write_date: ::orm::field::FieldType::load(record, 7),
        }
    }
}
impl ::orm::Model for ProductProduct {
    type Create = ProductProductCreate;
    type Update = ProductProductUpdate;
    type Filter = ProductProductFilter;
    fn ops() -> &'static ::orm::env::ModelOps {
        #[allow(
            unused_imports,
            reason = "`#[methods]` takes precedence where there is one"
        )]
        use ::orm::typed::NoMethods as _;
        static OPS: ::orm::env::ModelOps = ::orm::env::ModelOps {
            ..::orm::typed::ops::<
                ProductProduct,
            >(<::orm::typed::MethodsOf<ProductProduct>>::OPS)
        };
        &OPS
    }
}
const _: fn() = || {
    let f = <ProductProduct as ::orm::Schema>::FIELDS;
    ::orm::path_checks::field(&f.name);
    ::orm::path_checks::field(&f.r#type);
    {
        let f = ::orm::path_checks::hop(&f.partner_id);
        ::orm::path_checks::field(&f.id);
        ::orm::path_checks::field(&f.name);
    }
    {
        let f = ::orm::path_checks::hop(&f.product_tmpl_id);
        ::orm::path_checks::field(&f.id);
        ::orm::path_checks::field(&f.r#type);
    }
    ::orm::path_checks::field(&f.name);
};
