//! The definition of a field: its type, and where its value comes from.

use super::{ConditionDef, Default, FieldRole, Group, JsonType, TextRule};

/// One field of a model.
#[derive(Debug, Clone)]
pub struct FieldDef {
    /// Name in Rust, SQL and JSON alike.
    pub name: &'static str,
    /// First line of the doc comment.
    pub label: &'static str,
    /// The rest of the doc comment; empty when there is none.
    pub help: &'static str,
    /// The field's role for the runtime, such as [`FieldRole::Active`].
    pub role: Option<FieldRole>,
    /// Type, and what the type needs to be stored, read and written.
    pub kind: Kind,
    /// The rule that its texts follow: `pattern`, `email` or `url`. (`min` and `max` are checks of the model.)
    pub rule: Option<TextRule>,
    /// `domain`: which records a relation is for, as a condition on their columns, and on this record's.
    pub domain: Option<ConditionDef>,
    /// Not an `Option`: a value is required, and a related field always has one. Never set for x2many fields, nor for
    /// computed fields that are not stored.
    pub required: bool,
    /// Refused in create and update bodies. Set for computed and related fields that are not `writable`, and for audit
    /// fields.
    pub readonly: bool,
    /// Never readable over HTTP (`secret`).
    pub secret: bool,
    /// The groups whose members alone see and write the field (`groups`); empty: everybody.
    pub groups: &'static [Group],
    /// Has a column (many2many: a relation table). False for one2many, and for computed and related fields without
    /// `store`.
    pub stored: bool,
    /// `index`: the index on the column. Many2one columns have one unless `index = false`.
    pub index: FieldIndex,
    /// The method `copy` copies the value. `copy = false` clears it.
    pub copy: bool,
    /// What a create uses when the field is not given.
    pub default: Default,
    /// How the value is computed: set for `compute`, and for `related` with `store`.
    pub compute: Option<ComputeDef>,
    /// `related`: the path, over to-one relations, to the field that this one stands for; else empty.
    pub related: &'static [&'static str],
    /// The field's former name (`renamed_from`), for migrations; empty when it was not renamed.
    pub renamed_from: &'static str,
}

impl FieldDef {
    /// An optional text with a column: the base of every field's definition.
    pub const PLAIN: FieldDef = FieldDef {
        name: "",
        label: "",
        help: "",
        role: None,
        kind: Kind::Text,
        rule: None,
        domain: None,
        required: false,
        readonly: false,
        secret: false,
        groups: &[],
        stored: true,
        index: FieldIndex::None,
        copy: true,
        default: Default::None,
        compute: None,
        related: &[],
        renamed_from: "",
    };

    /// The primary key.
    pub const ID: FieldDef = FieldDef {
        name: "id",
        label: "ID",
        kind: Kind::Id,
        required: true,
        ..FieldDef::IMPLICIT
    };

    /// The name that a record is shown by.
    pub const DISPLAY_NAME: FieldDef = FieldDef {
        name: "display_name",
        label: "Display Name",
        kind: Kind::DisplayName,
        stored: false,
        ..FieldDef::IMPLICIT
    };

    /// Who made the record.
    pub const CREATE_UID: FieldDef = FieldDef {
        name: "create_uid",
        label: "Created by",
        kind: Kind::USER,
        ..FieldDef::IMPLICIT
    };

    /// When the record was made.
    pub const CREATE_DATE: FieldDef = FieldDef {
        name: "create_date",
        label: "Created on",
        kind: Kind::DateTime,
        ..FieldDef::IMPLICIT
    };

    /// Who changed the record last.
    pub const WRITE_UID: FieldDef = FieldDef {
        name: "write_uid",
        label: "Last Updated by",
        kind: Kind::USER,
        ..FieldDef::IMPLICIT
    };

    /// When the record was changed last.
    pub const WRITE_DATE: FieldDef = FieldDef {
        name: "write_date",
        label: "Last Updated on",
        kind: Kind::DateTime,
        ..FieldDef::IMPLICIT
    };

    /// A field that every model has: only the runtime writes it, and a copy of a record gets its own.
    const IMPLICIT: FieldDef = FieldDef {
        readonly: true,
        copy: false,
        ..FieldDef::PLAIN
    };

    /// Whether every model has a field of this name.
    pub fn is_implicit(name: &str) -> bool {
        let (id, shown) = (&FieldDef::ID, &FieldDef::DISPLAY_NAME);
        let made = [&FieldDef::CREATE_UID, &FieldDef::CREATE_DATE];
        let changed = [&FieldDef::WRITE_UID, &FieldDef::WRITE_DATE];
        [id, shown]
            .into_iter()
            .chain(made)
            .chain(changed)
            .any(|field| field.name == name)
    }

    /// The names of the `writable` computed fields that were given a value: `"name price_unit"`. NULL when that is not
    /// known: rows imported without it, and rows older than this column. Kept by the runtime, never read over HTTP.
    pub const WRITTEN: FieldDef = FieldDef {
        name: "written_fields",
        label: "Written Fields",
        help: "Computed fields that somebody has given a value.",
        readonly: true,
        secret: true,
        ..FieldDef::PLAIN
    };
}

/// The index on a field's column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldIndex {
    /// None.
    None,
    /// `index`: finds values that equal a given one, or are less or greater.
    BTree,
    /// `index = "trigram"`: finds texts that a pattern matches whatever the case (`ilike`, `=ilike`), by the groups of
    /// three letters that they contain.
    Trigram,
}

/// The kind of a field: its type, with the options of that type.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// The primary key, `id`.
    Id,
    /// `display_name`: an SQL expression over [`ModelDef::display_name`](super::ModelDef::display_name).
    DisplayName,
    /// One line of text; `size` is the most characters, 0 for no limit.
    Char {
        /// The most characters; 0 for no limit.
        size: u32,
    },
    /// Text of several lines.
    Text,
    /// HTML.
    Html,
    /// `bool`.
    Bool,
    /// `i32`.
    Int,
    /// `i64`.
    BigInt,
    /// `f64`.
    Float,
    /// Exact decimal.
    Decimal {
        /// How many digits it has.
        digits: Digits,
    },
    /// Money in the currency that the many2one field `currency` names.
    Monetary {
        /// A many2one field of the same model.
        currency: &'static str,
        /// How many digits it has: [`Digits::MONEY`].
        digits: Digits,
    },
    /// Calendar date.
    Date,
    /// Point in time, UTC, microseconds.
    DateTime,
    /// One of a fixed set of values, stored as text.
    Selection {
        /// Values in declaration order.
        items: &'static [SelectionItem],
    },
    /// Bytes; base64 text in JSON.
    Binary,
    /// JSON; stored as text.
    Json {
        /// The type that its values have; `None` for any JSON.
        of: Option<&'static JsonType>,
    },
    /// Reference to one record.
    Many2one {
        /// Model name of the target.
        target: &'static str,
        /// What happens when the target is deleted.
        on_delete: OnDelete,
        /// `delegate`: the target's fields are fields of this model too, and are created with it.
        delegate: bool,
    },
    /// The records whose many2one `inverse` refers to this record.
    One2many {
        /// Model name of the children.
        target: &'static str,
        /// The many2one field of the children.
        inverse: &'static str,
    },
    /// Records of the target that a relation table links to this record.
    Many2many {
        /// Model name of the target.
        target: &'static str,
        /// Name of the relation table.
        relation: &'static str,
        /// Its column that refers to this model.
        column: &'static str,
        /// Its column that refers to the target.
        target_column: &'static str,
    },
}

impl Kind {
    /// A many2one to the user model, such as `create_uid`.
    pub const USER: Kind = Kind::Many2one {
        target: USER,
        on_delete: OnDelete::SetNull,
        delegate: false,
    };

    /// The type's name in Odoo, as its clients know it: `char`, `many2one`.
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Id | Kind::Int | Kind::BigInt => "integer",
            Kind::DisplayName | Kind::Char { .. } => "char",
            Kind::Text => "text",
            Kind::Html => "html",
            Kind::Bool => "boolean",
            Kind::Float | Kind::Decimal { .. } => "float",
            Kind::Monetary { .. } => "monetary",
            Kind::Date => "date",
            Kind::DateTime => "datetime",
            Kind::Selection { .. } => "selection",
            Kind::Binary => "binary",
            Kind::Json { .. } => "json",
            Kind::Many2one { .. } => "many2one",
            Kind::One2many { .. } => "one2many",
            Kind::Many2many { .. } => "many2many",
        }
    }
}

/// A placeholder for the target of a relation: the model whose role is [`Role::User`](super::Role::User), whatever its
/// name.
pub const USER: &str = "(user)";

/// How many digits a decimal column has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digits {
    /// All digits.
    pub precision: u8,
    /// Digits after the point; the column's `Scaled<scale>`.
    pub scale: u8,
}

impl Digits {
    /// The digits of every `Monetary` column, whatever the currency.
    pub const MONEY: Digits = Digits::new(18, 4);

    /// This many digits in all, and this many of them after the point.
    pub const fn new(precision: u8, scale: u8) -> Self {
        Digits { precision, scale }
    }
}

/// One value of a selection.
#[derive(Debug, Clone, Copy)]
pub struct SelectionItem {
    /// The stored and transmitted value: `draft`.
    pub value: &'static str,
    /// What people read: `Quotation`.
    pub label: &'static str,
}

/// What happens to a record when the record that its many2one refers to is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnDelete {
    /// The deletion is refused. The default of required many2one fields.
    Restrict,
    /// The record is deleted too.
    Cascade,
    /// The field becomes empty. The default of optional many2one fields.
    SetNull,
}

/// How a field is computed.
#[derive(Debug, Clone, Copy)]
pub struct ComputeDef {
    /// Dotted paths, from this model, that the computation reads; a change of one computes the field again.
    pub depends: &'static [&'static [&'static str]],
    /// `loads(…)`: dotted paths that the computation reads too; a change of one does not compute the field again.
    pub loads: &'static [&'static [&'static str]],
    /// `writable`: a value that was given is kept; otherwise the field is computed again when its sources change.
    pub writable: bool,
    /// `resets(…)`: fields of this model whose change computes a writable field again, even over a given value.
    pub resets: &'static [&'static str],
    /// `batch`: the method gets all records at once, and the environment.
    pub batch: bool,
    /// `search`: the model's function that turns a comparison with this unstored field into a condition on stored ones.
    pub search: Option<&'static str>,
}

impl ComputeDef {
    /// A computation that reads nothing, cannot be written or searched by, and runs record by record.
    pub const PLAIN: ComputeDef = ComputeDef {
        depends: &[],
        loads: &[],
        writable: false,
        resets: &[],
        batch: false,
        search: None,
    };
}
