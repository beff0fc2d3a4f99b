//! What `#[model]` emits: the definition of a model as constants.
//!
//! Everything here is `'static` data. The functions that a definition names (computations, searches, constraints,
//! methods) are in a table of the runtime beside it, `ModelOps`. The registry (`registry.rs`) resolves names to
//! indices once, at start-up.

mod access;
mod audit;
pub mod columns;
mod constraint;
mod default;
mod field;
mod hook;
mod json;
mod method;
pub mod names;
pub mod part;
mod role;
mod rule;

pub use access::{AccessDef, Group, Operation, RuleCondition, RuleDef, RuleOperand};
pub use audit::{AuditDef, is_kept};
pub use constraint::{CheckDef, Comparison, ConditionDef, OperandDef, UniqueDef};
pub use default::{Default, Period, Root, SequenceDef};
pub use field::{ComputeDef, Digits, FieldDef, FieldIndex, Kind, OnDelete, SelectionItem, USER};
pub use hook::{BeforeDef, Change, ConstraintDef};
pub use json::{JsonSchemas, JsonType, Misfit};
pub use method::{ArgumentDef, MethodDef, Type};
pub use part::{PartDef, Target};
pub(crate) use role::NeededField;
pub use role::{FieldRole, Role};
pub use rule::{TextForm, TextRule};

/// One model: its table, fields, sections and methods.
#[derive(Debug)]
pub struct ModelDef {
    /// Technical name, as in the URL: `sale.order`.
    pub name: &'static str,
    /// Table name: `sale_order`.
    pub table: &'static str,
    /// The model's role for the runtime, such as [`Role::User`].
    pub role: Option<Role>,
    /// The model's former name (`renamed_from`), for migrations; empty when it was not renamed.
    pub renamed_from: &'static str,
    /// Patterns match its texts whatever their accents (`ignore_accents`).
    pub ignore_accents: bool,
    /// First line of the struct's doc comment: `Sales Order`.
    pub label: &'static str,
    /// The rest of the doc comment; empty when there is none.
    pub help: &'static str,
    /// Declared with `#[api]`: reachable over HTTP.
    pub api: bool,
    /// Who may do what with the records (`#[access(…)]`); where nobody is named, administrators alone may.
    pub access: &'static [AccessDef],
    /// Which records the rights are for (`#[rule(…)]`).
    pub rules: &'static [RuleDef],
    /// What the audit trail keeps of its records (`#[audit]`); `None` where it keeps nothing.
    pub audit: Option<AuditDef>,
    /// Every field, in this order: `id`, the declared ones, `display_name`, `create_uid`, `create_date`, `write_uid`,
    /// `write_date`; then [`FieldDef::WRITTEN`] where a computed one is `writable`.
    pub fields: &'static [FieldDef],
    /// Default order of lists and of x2many relations to this model. Never empty: `id` where nothing is declared.
    pub order: &'static [OrderDef],
    /// The segments of a record's `display_name`, which are joined; see [`DisplaySegment`] for those left out.
    pub display_name: &'static [DisplaySegment],
    /// The read tree (`#[read(…)]`); empty when the model declares none, then reads are plain.
    pub read: &'static [ReadNode],
    /// The tree that create and update answer with (`#[write_response(…)]`); the read tree unless declared. Of an
    /// extension, only what it declares itself.
    pub write_response: &'static [ReadNode],
    /// Paths to the texts that a search by name looks in (`#[name_search(…)]`); when empty, the display name.
    pub name_search: &'static [&'static [&'static str]],
    /// Uniqueness constraints (`#[unique(…)]`).
    pub uniques: &'static [UniqueDef],
    /// Indexes over several columns, or over one that every model has (`#[index(…)]`).
    pub indexes: &'static [&'static [&'static str]],
    /// Conditions that each record must fulfil (`#[check(…)]`).
    pub checks: &'static [CheckDef],
    /// Methods that run before a change, and may change what is given (`#[before(…)]`).
    pub before: &'static [BeforeDef],
    /// Methods that run after a change: those that may write (`#[after(…)]`), then constraints (`#[constrains(…)]`).
    pub constraints: &'static [ConstraintDef],
    /// Methods that check records before they are deleted (`#[ondelete]`), and may refuse.
    pub on_delete: &'static [ConstraintDef],
    /// Methods that run after a deletion, with the records as they were (`#[after(delete)]`).
    pub after_delete: &'static [ConstraintDef],
    /// Methods of records and of the model that HTTP may call (`#[action]`).
    pub methods: &'static [MethodDef],
    /// The key of an extension; `None` for a model. The definition of an extension has the model's name, and what it
    /// adds to the model: fields, sections and methods.
    pub extension: Option<usize>,
    /// The methods of the model's mixins, which are added at start-up; what else mixins have is among the model's own.
    pub mixins: &'static [&'static ModelDef],
    /// What the model's relations lead to, each once.
    pub targets: &'static [Target],
    /// Where the fields of the model's extensions are.
    pub parts: &'static [PartDef],
    /// Where the definition is in the source code, for messages of the start-up checks.
    pub source: Source,
}

impl ModelDef {
    /// A model without fields, sections and methods: the base of every definition.
    pub const PLAIN: ModelDef = ModelDef {
        name: "",
        table: "",
        role: None,
        renamed_from: "",
        ignore_accents: false,
        label: "",
        help: "",
        api: false,
        access: &[],
        rules: &[],
        audit: None,
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
        before: &[],
        constraints: &[],
        on_delete: &[],
        after_delete: &[],
        methods: &[],
        extension: None,
        mixins: &[],
        targets: &[],
        parts: &[],
        source: Source { file: "", line: 0 },
    };

    /// Whether anybody may create, update and delete its records: not those of the audit trail.
    pub fn is_writable(&self) -> bool {
        self.role != Some(Role::Audit)
    }

    /// The index of a field that the model itself declares, or that every model has; `None` for inherited ones.
    pub fn position(&self, field: &str) -> Option<usize> {
        self.fields.iter().position(|known| known.name == field)
    }

    /// Where a field of this definition is declared: the model, or the part that it comes from.
    pub(crate) fn source_of(&self, field: &FieldDef) -> Source {
        let index = self.fields.iter().position(|known| std::ptr::eq(known, field));
        let within = |part: &&PartDef| index.is_some_and(|index| (part.start..part.start + part.len).contains(&index));
        self.parts.iter().find(within).map_or(self.source, |part| part.source)
    }

    /// A mistake in the definition of a field, with its place.
    pub(crate) fn mistake_in(&self, field: &FieldDef, what: &str) -> String {
        let Source { file, line } = self.source_of(field);
        format!("{file}:{line}: {}: {}: {what}", self.name, field.name)
    }

    /// The fields that a role needs and that the model does not have with a column.
    pub(crate) fn without(&self, role: &str, needed: &[NeededField]) -> Vec<String> {
        let has = |name: &str, fits: fn(&Kind) -> bool| {
            let field = self.position(name).map(|field| &self.fields[field]);
            field.is_some_and(|field| columns::has_column(field) && fits(&field.kind))
        };
        (needed.iter().filter(|(name, _, fits)| !has(name, *fits)))
            .map(|(name, of, _)| self.mistake(&format!("`role = {role}` needs a field `{name}: {of}` with a column")))
            .collect()
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
    /// Dotted path to a scalar, or to a many2one: its `display_name`. Of a [`Kind::Text`], the first line.
    Path(&'static [&'static str]),
}

/// One field of a read tree; relations may have children.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadNode {
    /// Field name.
    pub field: &'static str,
    /// The fields of the related records. Empty for scalars, and for a relation without parentheses.
    pub children: &'static [ReadNode],
}
