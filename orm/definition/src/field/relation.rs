//! Relation fields of a model's struct, as computations read them: an id, and the related records where `depends` names
//! them.

use std::fmt;
use std::ops::Deref;

use super::FieldType;
use crate::record::Record;
use crate::schema::Schema;
use crate::value::Value;

/// A relation of any kind: where a dotted path may go on.
#[diagnostic::on_unimplemented(
    message = "this field is not a relation: a path cannot go on behind it",
    label = "not a many2one, one2many or many2many field"
)]
pub trait Relation {
    /// The related model.
    type Target: Schema;
}

/// Reference to one record of `T`. Dereferences to that record where `depends` names a path through it.
pub struct Many2one<T> {
    id: i64,
    record: Option<Box<T>>,
}

/// The records of `T` whose inverse field refers to this record.
pub struct One2many<T> {
    records: Option<Vec<T>>,
}

/// Records of `T` that a relation table links to this record.
pub struct Many2many<T> {
    records: Option<Vec<T>>,
}

impl<T> Many2one<T> {
    /// The record's id.
    pub fn id(&self) -> i64 {
        self.id
    }
}

impl<T> fmt::Debug for Many2one<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Many2one({})", self.id)
    }
}

impl<T: Schema> Deref for Many2one<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.record.as_deref().unwrap_or_else(|| not_loaded::<T>())
    }
}

impl<T: Schema> FieldType for Many2one<T> {
    fn load(record: &Record, field: usize) -> Self {
        match record.value(field) {
            Value::Int(id) => Many2one {
                id: *id,
                record: record
                    .related(field)
                    .and_then(|rows| rows.first())
                    .map(|row| Box::new(T::load(row))),
            },
            // Empty although required: a create has not computed it yet, and a computation that runs before loads the record.
            Value::Null => Many2one { id: 0, record: None },
            other => panic!("many2one field {field} holds {other:?}"),
        }
    }
}

macro_rules! to_many {
    ($($type:ident),*) => {$(
        impl<T> fmt::Debug for $type<T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($type), "({:?} records)"), self.records.as_ref().map(Vec::len))
            }
        }
        impl<T: Schema> Deref for $type<T> {
            type Target = [T];

            fn deref(&self) -> &[T] {
                self.records.as_deref().unwrap_or_else(|| not_loaded::<T>())
            }
        }
        impl<T: Schema> FieldType for $type<T> {
            fn load(record: &Record, field: usize) -> Self {
                $type { records: record.related(field).map(|rows| rows.iter().map(T::load).collect()) }
            }
        }
        impl<T: Schema> Relation for $type<T> {
            type Target = T;
        }
    )*};
}

to_many!(One2many, Many2many);

impl<T: Schema> Relation for Many2one<T> {
    type Target = T;
}

impl<T: Relation> Relation for Option<T> {
    type Target = T::Target;
}

/// Panics because a relation is read that was not loaded with the record: a hidden query would be slow, and an empty
/// relation would be wrong. Which of its readers loaded the record is not known here.
fn not_loaded<T: Schema>() -> ! {
    panic!(
        "a relation to {} was read that is not loaded; add its path to `depends(…)` of the computed field, to what the \
         attribute of the rule names, or in an action to `records.load(env, &[\"…\"])`",
        T::NAME
    )
}
