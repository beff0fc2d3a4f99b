//! What `#[model]` emits: the definition of a model as constants.
//!
//! Everything here is `'static` data without behaviour of its own, but for the few function pointers that reach back
//! into a model's typed code ([`ModelDef::ops`]). The [registry](crate::registry) resolves names to indices once, at
//! start-up; nothing below it looks a name up again.

pub mod columns;
pub mod names;

use crate::compute::{Ops, SearchFn};
use crate::env::Env;
use crate::error::Result;
use crate::rules::RuleFn;
use crate::value::Value;

/// One model: its table, fields, sections and methods.
#[derive(Debug)]
pub struct ModelDef {
    /// Technical name, as in the URL: `sale.order`.
    pub name: &'static str,
    /// Table name: `sale_order`.
    pub table: &'static str,
    /// What the model was called before (`renamed_from`); empty where it never was renamed. For migrations.
    pub renamed_from: &'static str,
    /// First line of the struct's doc comment: `Sales Order`.
    pub label: &'static str,
    /// The rest of the doc comment; empty when there is none.
    pub help: &'static str,
    /// Declared with `#[api]`: reachable over HTTP.
    pub api: bool,
    /// Every field, in this order: `id`, the declared ones, `display_name`, `create_uid`, `create_date`, `write_uid`,
    /// `write_date`; then [`FieldDef::WRITTEN`] where a computed one is `writable`.
    pub fields: &'static [FieldDef],
    /// Default order of lists and of x2many relations to this model. Never empty: `id` where nothing is declared.
    pub order: &'static [OrderDef],
    /// Segments whose non-empty ones, joined, are a record's `display_name`.
    pub display_name: &'static [DisplaySegment],
    /// The read tree (`#[read(…)]`); empty when the model declares none, then reads are plain.
    pub read: &'static [ReadNode],
    /// The tree that create and update answer with (`#[write_response(…)]`); the read tree unless declared.
    pub write_response: &'static [ReadNode],
    /// Paths to the texts that a search by name looks in (`#[name_search(…)]`); empty: the display name.
    pub name_search: &'static [&'static [&'static str]],
    /// Uniqueness constraints (`#[unique(…)]`).
    pub uniques: &'static [UniqueDef],
    /// Indexes over several columns, or over one that every model has (`#[index(…)]`).
    pub indexes: &'static [&'static [&'static str]],
    /// Conditions that each record fulfils (`#[check(…)]`).
    pub checks: &'static [CheckDef],
    /// Methods that look at records after a change (`#[constrains(…)]` in `#[methods]`).
    pub constraints: &'static [RuleDef],
    /// Methods that look at records before they are deleted (`#[ondelete]` in `#[methods]`).
    pub on_delete: &'static [RuleDef],
    /// Record and model methods that HTTP may call (`#[action]` in `#[methods]`).
    pub methods: &'static [MethodDef],
    /// How the runtime reaches the model's typed code.
    pub ops: Ops,
    /// Where the definition stands: for messages of the start-up checks.
    pub source: Source,
}

/// A place in the source code.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// File as the compiler names it.
    pub file: &'static str,
    /// Line of the struct.
    pub line: u32,
}

/// One field of a model.
#[derive(Debug)]
pub struct FieldDef {
    /// Name in Rust, SQL and JSON alike.
    pub name: &'static str,
    /// First line of the doc comment.
    pub label: &'static str,
    /// The rest of the doc comment; empty when there is none.
    pub help: &'static str,
    /// Type, and what the type needs to be stored, read and written.
    pub kind: Kind,
    /// Not `Option`: a value is needed; of a related field: there always is one. Never set for x2many fields and
    /// computed fields that are not stored.
    pub required: bool,
    /// Refused in create and update bodies. Set for computed and related fields that are not `writable`, and for audit
    /// fields.
    pub readonly: bool,
    /// Never readable over HTTP (`secret`).
    pub secret: bool,
    /// Has a column (many2many: a relation table). False for one2many, and for computed and related fields without
    /// `store`.
    pub stored: bool,
    /// `index`: an index on the column. Many2one columns have one unless `index = false`.
    pub index: bool,
    /// Copied by `copy`. `copy = false` clears it.
    pub copy: bool,
    /// What a create uses when the field is not given.
    pub default: Default,
    /// Declared `compute`, or `related` with `store`: how its value comes about.
    pub compute: Option<ComputeDef>,
    /// Declared `related`: the path, over to-one relations, to the field that this one stands for; else empty.
    pub related: &'static [&'static str],
    /// What the field was called before (`renamed_from`); empty where it never was renamed. For migrations.
    pub renamed_from: &'static str,
}

impl FieldDef {
    /// An optional text with a column, and nothing more.
    pub const PLAIN: FieldDef = FieldDef {
        name: "",
        label: "",
        help: "",
        kind: Kind::Text,
        required: false,
        readonly: false,
        secret: false,
        stored: true,
        index: false,
        copy: true,
        default: Default::None,
        compute: None,
        related: &[],
        renamed_from: "",
    };

    /// Names of the `writable` computed fields that somebody has given a value: `"name price_unit"`; empty where nobody has
    /// noted it, of rows that were loaded or are older than the field. The runtime keeps it; it is never read over HTTP.
    pub const WRITTEN: FieldDef = FieldDef {
        name: "written_fields",
        label: "Written Fields",
        help: "Computed fields that somebody has given a value.",
        readonly: true,
        secret: true,
        ..FieldDef::PLAIN
    };
}

/// The family of a field's type.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// The primary key, `id`.
    Id,
    /// `display_name`: an SQL expression over [`ModelDef::display_name`].
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
    /// Exact decimal with `precision` digits, `scale` of them after the point.
    Decimal {
        /// All digits.
        precision: u8,
        /// Digits after the point; the column's `Scaled<scale>`.
        scale: u8,
    },
    /// Money in the currency that the many2one field `currency` names; stored at [`MONETARY_SCALE`].
    Monetary {
        /// A many2one field of the same model.
        currency: &'static str,
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
    /// Any JSON value; stored as text.
    Json,
    /// Reference to one record.
    Many2one {
        /// Model name of the target.
        target: &'static str,
        /// What happens when the target is deleted.
        on_delete: OnDelete,
        /// `delegate`: the target's fields are fields of this model too, and are created with it.
        delegate: bool,
    },
    /// The records whose many2one `inverse` names this one.
    One2many {
        /// Model name of the children.
        target: &'static str,
        /// The many2one field of the children.
        inverse: &'static str,
    },
    /// Any records of the target, kept in a table of pairs.
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
    /// The word for the type, as Odoo's clients know it.
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
            Kind::Json => "json",
            Kind::Many2one { .. } => "many2one",
            Kind::One2many { .. } => "one2many",
            Kind::Many2many { .. } => "many2many",
        }
    }
}

/// All digits of every `Monetary` column.
pub const MONETARY_PRECISION: u8 = 18;

/// Scale of every `Monetary` column, whatever the currency.
pub const MONETARY_SCALE: u8 = 4;

/// One value of a selection.
#[derive(Debug, Clone, Copy)]
pub struct SelectionItem {
    /// The stored and transmitted value: `draft`.
    pub value: &'static str,
    /// What people read: `Quotation`.
    pub label: &'static str,
}

/// What happens to a record when the record that its many2one names is deleted.
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

/// The value that a create uses for a field that is not given.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// Empty.
    None,
    /// A constant, as text in the field's own stored form: `true`, `draft`, `1.0`, `10`.
    Const(&'static str),
    /// The transaction's time; whole seconds.
    Now,
    /// Today's date (UTC).
    Today,
    /// `env.user`: the caller.
    User,
    /// `env.company`: the caller's company.
    Company,
    /// `sequence("code", prefix = "S", padding = 5)`: the next number.
    Sequence(SequenceDef),
    /// `method(name)`: what the model's function answers, asked once for all records of a create.
    Method(DefaultFn),
    /// `company.currency_id`, `user.partner_id.country_id`: the end of a to-one path.
    Path {
        /// Where the path begins.
        root: Root,
        /// To-one relations, then the field.
        path: &'static [&'static str],
    },
}

/// A model's function that gives a default.
pub type DefaultFn = fn(&mut Env<'_>) -> Result<Value>;

/// Where the path of a default begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// The caller.
    User,
    /// The caller's company.
    Company,
}

impl Root {
    /// The model that the record is of.
    pub fn model(self) -> &'static str {
        match self {
            Root::User => "res.users",
            Root::Company => "res.company",
        }
    }

    /// How a definition spells it.
    pub fn word(self) -> &'static str {
        match self {
            Root::User => "user",
            Root::Company => "company",
        }
    }
}

/// A numbering that starts at 1 on first use. Prefix and suffix may hold `{year}`, `{month}` and `{day}`.
#[derive(Debug, Clone, Copy)]
pub struct SequenceDef {
    /// Its name: `sale.order`.
    pub code: &'static str,
    /// Text before the number.
    pub prefix: &'static str,
    /// Text behind the number.
    pub suffix: &'static str,
    /// Least digits of the number.
    pub padding: u8,
    /// No number is ever left out, for which creates wait for each other.
    pub gapless: bool,
    /// How often it starts again at 1.
    pub range: Option<Period>,
}

/// A part of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// A year.
    Year,
    /// A month of a year.
    Month,
    /// A day.
    Day,
}

/// A computed field.
#[derive(Debug, Clone, Copy)]
pub struct ComputeDef {
    /// Dotted paths from this model to what the computation reads.
    pub depends: &'static [&'static [&'static str]],
    /// `loads(…)`: dotted paths to what the computation reads too, whose change computes nothing again.
    pub loads: &'static [&'static [&'static str]],
    /// `writable`: a value that is given is kept; one that nobody touched follows its sources.
    pub writable: bool,
    /// `resets(…)`: fields of this model whose change computes a writable field again, whatever it holds.
    pub resets: &'static [&'static str],
    /// `batch`: the method takes all records at once, and the environment.
    pub batch: bool,
    /// `search`: turns a comparison of a field that is not stored into a condition on what is.
    pub search: Option<SearchFn>,
}

impl ComputeDef {
    /// Reads nothing, is neither written nor searched, and is computed record by record.
    pub const PLAIN: ComputeDef = ComputeDef {
        depends: &[],
        loads: &[],
        writable: false,
        resets: &[],
        batch: false,
        search: None,
    };
}

/// One term of a default order.
#[derive(Debug, Clone, Copy)]
pub struct OrderDef {
    /// Dotted path, to-one hops only.
    pub path: &'static [&'static str],
    /// Descending.
    pub desc: bool,
}

/// One segment of a display name: literal text around paths. A segment in which a path is empty is left out.
#[derive(Debug, Clone, Copy)]
pub struct DisplaySegment(pub &'static [DisplayPart]);

/// A piece of a [`DisplaySegment`].
#[derive(Debug, Clone, Copy)]
pub enum DisplayPart {
    /// Literal text.
    Text(&'static str),
    /// Dotted path to a scalar, or to a many2one, which stands for its `display_name`. Of a [`Kind::Text`] its first line.
    Path(&'static [&'static str]),
}

/// One name of a read tree; relations may have children.
#[derive(Debug, Clone, Copy)]
pub struct ReadNode {
    /// Field name.
    pub field: &'static str,
    /// The related record's names. Empty for scalars, and for a relation that is named bare.
    pub children: &'static [ReadNode],
}

/// Fields that together are unique.
#[derive(Debug, Clone, Copy)]
pub struct UniqueDef {
    /// Field names of this model.
    pub fields: &'static [&'static str],
    /// Among which records; all where there is no condition.
    pub condition: Option<ConditionDef>,
    /// Empty values count as equal; otherwise a record with an empty field is never the same as another.
    pub nulls_equal: bool,
    /// What to tell the caller; empty for the standard text.
    pub message: &'static str,
}

/// A condition that each record of a model fulfils.
#[derive(Debug, Clone, Copy)]
pub struct CheckDef {
    /// The condition.
    pub condition: ConditionDef,
    /// What to tell the caller; empty for the standard text.
    pub message: &'static str,
}

/// A condition on one record's own columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ConditionDef {
    /// Every part is true.
    All(&'static [ConditionDef]),
    /// A part is true.
    Any(&'static [ConditionDef]),
    /// `field.is_none()`
    Empty(&'static str),
    /// `field.is_some()`
    Given(&'static str),
    /// `field <= 100`: unknown, neither true nor false, where a side is empty.
    Compare {
        /// The field on the left.
        field: &'static str,
        /// How it is compared.
        op: Comparison,
        /// What stands on the right.
        with: OperandDef,
    },
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Eq,
    /// `!=`
    Ne,
    /// `<`
    Lt,
    /// `<=`
    Le,
    /// `>`
    Gt,
    /// `>=`
    Ge,
}

/// The right side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperandDef {
    /// A constant, as text in the field's own stored form.
    Literal(&'static str),
    /// Another field of the same kind.
    Field(&'static str),
}

/// A method that may refuse a change.
#[derive(Debug, Clone, Copy)]
pub struct RuleDef {
    /// The method's name.
    pub name: &'static str,
    /// Dotted paths to what it reads; a change of any of them is looked at.
    pub depends: &'static [&'static [&'static str]],
    /// Dotted paths to what it reads too.
    pub loads: &'static [&'static [&'static str]],
    /// New records are looked at; else only those that change later.
    pub on_create: bool,
    /// The method.
    pub run: RuleFn,
}

/// A method that HTTP may call.
#[derive(Debug, Clone, Copy)]
pub struct MethodDef {
    /// Its name in the URL.
    pub name: &'static str,
    /// Doc comment.
    pub help: &'static str,
    /// Called on records, `/{model}/{id}/{method}`; else on the model, `/{model}/{method}`.
    pub on_records: bool,
    /// Writes nothing: runs where reads do.
    pub readonly: bool,
    /// What it takes, by name.
    pub arguments: &'static [ArgumentDef],
    /// What it answers.
    pub result: Type,
    /// The call.
    pub call: crate::method::MethodFn,
}

/// An argument of a method.
#[derive(Debug, Clone, Copy)]
pub struct ArgumentDef {
    /// Its name in the body.
    pub name: &'static str,
    /// What it takes.
    pub ty: Type,
}

/// The type of an argument or of a result.
#[derive(Debug, Clone, Copy)]
pub enum Type {
    /// What a field of this kind holds.
    Value(Kind),
    /// A whole number of 0 or more.
    Count,
    /// Records of this model, as a list of their ids.
    Records(&'static str),
    /// A list.
    List(&'static Type),
    /// May be left out, or be empty.
    Optional(&'static Type),
    /// No value: answered as `true`.
    Done,
}
