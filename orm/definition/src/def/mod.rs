//! What `#[model]` emits: the definition of a model as constants.
//!
//! Everything here is `'static` data. The functions that a definition names (computations, searches, constraints, methods)
//! stand in a table beside it, which the runtime knows. The [registry](crate::registry) resolves names to indices once, at
//! start-up.

pub mod columns;
mod constraint;
mod default;
mod field;
mod method;
pub mod names;
mod role;

pub use constraint::{CheckDef, Comparison, ConditionDef, ConstraintDef, OperandDef, UniqueDef};
pub use default::{Default, Period, Root, SequenceDef};
pub use field::{ComputeDef, FieldDef, Kind, MONETARY_PRECISION, MONETARY_SCALE, OnDelete, SelectionItem, USER};
pub use method::{ArgumentDef, MethodDef, Type};
pub use role::{FieldRole, Role};

/// One model: its table, fields, sections and methods.
#[derive(Debug)]
pub struct ModelDef {
    /// Technical name, as in the URL: `sale.order`.
    pub name: &'static str,
    /// Table name: `sale_order`.
    pub table: &'static str,
    /// What the model is to the runtime.
    pub role: Option<Role>,
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
    pub constraints: &'static [ConstraintDef],
    /// Methods that look at records before they are deleted (`#[ondelete]` in `#[methods]`).
    pub on_delete: &'static [ConstraintDef],
    /// Record and model methods that HTTP may call (`#[action]` in `#[methods]`).
    pub methods: &'static [MethodDef],
    /// Where the definition stands: for messages of the start-up checks.
    pub source: Source,
}

impl ModelDef {
    /// A model without anything.
    pub const PLAIN: ModelDef = ModelDef {
        name: "",
        table: "",
        role: None,
        renamed_from: "",
        label: "",
        help: "",
        api: false,
        fields: &[],
        order: &[OrderDef {
            path: &["id"],
            desc: false,
        }],
        display_name: &[],
        read: &[],
        write_response: &[],
        name_search: &[],
        uniques: &[],
        indexes: &[],
        checks: &[],
        constraints: &[],
        on_delete: &[],
        methods: &[],
        source: Source { file: "", line: 0 },
    };

    /// The index of a field that the model itself declares, or that every model has.
    pub fn position(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|known| known.name == field)
    }

    /// A mistake in the definition, with its place: `models/src/sale/sale_order.rs:12: sale.order: …`.
    pub fn mistake(&self, what: &str) -> String {
        format!("{}:{}: {}: {what}", self.source.file, self.source.line, self.name)
    }
}

/// A place in the source code.
#[derive(Debug, Clone, Copy)]
pub struct Source {
    /// File as the compiler names it.
    pub file: &'static str,
    /// Line of the struct.
    pub line: u32,
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
