//! The plan of a read: for each level of nested records, the columns to select from one model, and which of them lead
//! to the next level.

use rustc_hash::FxHashMap as HashMap;

use super::computed::Group;
use super::nested::NestedSearch;
use super::texts::{FEW, Texts};
use crate::db::Dialect;
use crate::def::Kind;
use crate::error::{Error, Result};
use crate::registry::{FieldId, ModelId, ModelInfo, Node, Registry};
use crate::sql::Route;
use crate::wire::Wire;

/// One model's part of a read, with the levels below it.
#[derive(Debug)]
pub(crate) struct Level {
    pub(crate) model: usize,
    /// The wire format in which its records are rendered.
    pub(crate) wire: &'static dyn Wire,
    /// Relations to many show archived records too.
    pub(crate) archived: bool,
    /// Columns to select, as to-one paths of this model; the first is its id.
    pub(crate) columns: Vec<Vec<FieldId>>,
    /// The form in which a record is rendered.
    pub(crate) shape: Shape,
    pub(crate) items: Vec<Item>,
    pub(crate) children: Vec<Child>,
    /// The computed fields of the records, and of their delegates.
    pub(crate) groups: Vec<Group>,
    /// Which of the records are read, where less than all of a relation to many is asked for.
    pub(crate) search: Option<NestedSearch>,
    /// The model of the level above and the path from there to the records that these belong to (one2many).
    pub(crate) above: Option<(ModelId, Vec<FieldId>)>,
    /// What is kept of its statement.
    pub(super) texts: Texts,
}

/// The most columns of a statement together with its lateral joins. (PostgreSQL's own limit is a few times higher.)
const MOST_COLUMNS: usize = 256;

/// How a read shows relations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(crate) struct Style {
    /// A relation that is named without fields of its records is shown as `[id, "name"]` (many2one) or as a list of
    /// ids.
    pub(crate) plain: bool,
    /// Relations to many show archived records too.
    pub(crate) archived: bool,
}

/// The form of one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `{"id": …, …}`.
    Object,
    /// `[id, "display name"]`.
    Pair,
    /// The id alone.
    Id,
}

/// One key of a record in the form of an object.
#[derive(Debug)]
pub(crate) enum Item {
    /// A scalar of this level.
    Scalar {
        /// `"name":`.
        key: String,
        /// Index in [`Level::columns`].
        column: usize,
        kind: Kind,
    },
    /// A place that is filled from [`Level::children`] after the rows of this level have been read.
    Child {
        /// `"partner_id":`.
        key: String,
        child: usize,
    },
}

/// What fills a place: a relation or a computed field.
#[derive(Debug)]
pub(crate) struct Child {
    pub(crate) field: FieldId,
    /// Index in [`Level::columns`] of the key by which it is looked up: the many2one, or the id of the record that has
    /// the relation or the computed field.
    pub(crate) column: usize,
    pub(crate) content: Content,
    /// It is rendered as a list.
    pub(crate) many: bool,
    /// The text to show when there is nothing; `None`: the key is left out.
    pub(crate) empty: Option<&'static str>,
}

/// Where a child comes from.
#[derive(Debug)]
pub(crate) enum Content {
    /// The records of a stored relation.
    Related(Route, Level),
    /// A computed scalar.
    Scalar(ComputedRef, Kind),
    /// The records of a computed relation.
    Computed(Route, ComputedRef, Level),
}

/// A computed field: the index of its group in [`Level::groups`], and its index in the group.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ComputedRef {
    pub(crate) group: usize,
    pub(crate) field: usize,
}

impl Level {
    /// Plans a read of `nodes`.
    pub(crate) fn new(
        wire: &'static dyn Wire,
        registry: &Registry,
        model: &ModelInfo,
        nodes: &[Node],
        style: Style,
    ) -> Result<Self> {
        let mut level = Level::empty(wire, model, Shape::Object, style);
        let mut columns = HashMap::from_iter([(vec![model.implicit("id")], 0)]);
        if !nodes
            .iter()
            .any(|node| matches!(model.fields[node.field].def.kind, Kind::Id))
        {
            level.items.push(Item::Scalar {
                key: wire.key("id"),
                column: 0,
                kind: Kind::Id,
            });
        }
        for node in nodes {
            let field = &model.fields[node.field];
            let key = wire.key(field.def.name);
            if field.target.is_none() && !field.unstored {
                let column = level.column(&mut columns, vec![node.field]);
                level.items.push(Item::Scalar {
                    key,
                    column,
                    kind: field.def.kind,
                });
                continue;
            }
            let child = match field.unstored {
                true => level.computed(registry, model, node, style, &mut columns)?,
                false => level.relation(registry, model, node, style, &mut columns)?,
            };
            level.items.push(Item::Child {
                key,
                child: level.children.len(),
            });
            level.children.push(child);
        }
        for group in &mut level.groups {
            group.finish(registry)?;
        }
        Ok(level)
    }

    /// Restricts the records at the end of a path of relations.
    pub(super) fn narrow(&mut self, path: &[FieldId], search: &NestedSearch) {
        let Some((first, rest)) = path.split_first() else {
            self.search = Some(search.clone());
            return;
        };
        let child = self.children.iter_mut().find(|child| child.field == *first);
        // There is none where the caller does not see the field.
        if let Some(Content::Related(_, level) | Content::Computed(_, _, level)) = child.map(|child| &mut child.content)
        {
            level.narrow(rest, search);
        }
    }

    fn empty(wire: &'static dyn Wire, model: &ModelInfo, shape: Shape, style: Style) -> Self {
        let columns = vec![vec![model.implicit("id")]];
        Level {
            model: model.id,
            wire,
            archived: style.archived,
            columns,
            shape,
            items: Vec::new(),
            children: Vec::new(),
            groups: Vec::new(),
            search: None,
            above: None,
            texts: Texts::default(),
        }
    }

    /// How many columns and keys it has, with those of the levels below. Its memory is in proportion to that.
    pub(super) fn parts(&self) -> usize {
        let below = self.children.iter().map(|child| match &child.content {
            Content::Related(_, level) | Content::Computed(_, _, level) => level.parts(),
            Content::Scalar(..) => 1,
        });
        1 + self.columns.len() + self.items.len() + below.sum::<usize>()
    }

    /// The level, to be used by more than one request: its statements may be kept.
    pub(super) fn kept(mut self) -> Self {
        self.give_numbers();
        self
    }

    fn give_numbers(&mut self) {
        self.texts.give_number();
        for child in &mut self.children {
            if let Content::Related(_, level) | Content::Computed(_, _, level) = &mut child.content {
                level.give_numbers();
            }
        }
    }

    /// The children that are read by a lateral join in this level's statement when it is for this number of records:
    /// many2one targets without children of their own, as far as [`MOST_COLUMNS`] allows. None on SQLite, and none for
    /// more than [`FEW`] records.
    pub(super) fn lateral_joins(&self, dialect: Dialect, records: usize) -> impl Iterator<Item = (usize, &Level)> {
        let ride = dialect.is_server() && records <= FEW;
        let children = self.children.iter().enumerate().filter(move |_| ride);
        let mut room = MOST_COLUMNS.saturating_sub(self.columns.len());
        children.filter_map(move |(number, child)| match &child.content {
            Content::Related(Route::One, level) if level.children.is_empty() => {
                room = room.checked_sub(level.columns.len())?;
                Some((number, level))
            }
            _ => None,
        })
    }

    fn column(&mut self, known: &mut HashMap<Vec<FieldId>, usize>, path: Vec<FieldId>) -> usize {
        *known.entry(path).or_insert_with_key(|path| {
            self.columns.push(path.clone());
            self.columns.len() - 1
        })
    }

    fn relation(
        &mut self,
        registry: &Registry,
        model: &ModelInfo,
        node: &Node,
        style: Style,
        columns: &mut HashMap<Vec<FieldId>, usize>,
    ) -> Result<Child> {
        let target = registry.target(model, node.field);
        let (owner, end) = registry.origin(model, node.field);
        let field = &owner.fields[end];
        let start = || owner_id(registry, model, node.field);
        let (start, route) = match (field.def.kind, field.inverse) {
            (Kind::Many2one { .. }, _) => (vec![node.field], Route::One),
            (Kind::One2many { .. }, Some(inverse)) => (start(), Route::Inverse(inverse)),
            (Kind::Many2many { .. }, _) => (start(), Route::Pairs(registry.link(owner, end)?)),
            _ => return Err(Error::internal(format!("{} is no relation", field.def.name))),
        };
        let many = route.is_many();
        let (mut level, empty) = Level::below(self.wire, registry, target, node, style, many)?;
        level.above = Some((model.id, start.clone()));
        let column = self.column(columns, start);
        Ok(Child {
            field: node.field,
            column,
            content: Content::Related(route, level),
            many,
            empty,
        })
    }

    /// The level of the records that a relation leads to, and the text to show where it has none (`None`: the key is
    /// left out).
    fn below(
        wire: &'static dyn Wire,
        registry: &Registry,
        target: &ModelInfo,
        node: &Node,
        style: Style,
        many: bool,
    ) -> Result<(Level, Option<&'static str>)> {
        let tree = Style { plain: false, ..style };
        Ok(match (node.children.is_empty(), style.plain, many) {
            (false, _, _) => (Level::new(wire, registry, target, &node.children, tree)?, None),
            (true, true, true) => (Level::ids(wire, target, style), Some(wire.layout().no_records)),
            (true, true, false) => (Level::pairs(wire, target, style), Some(wire.layout().no_record)),
            (true, false, _) => (Level::new(wire, registry, target, &default_nodes(target), tree)?, None),
        })
    }

    /// Plans a field that is computed when it is read: for the record itself or, where it is inherited, for its
    /// delegate.
    fn computed(
        &mut self,
        registry: &Registry,
        model: &ModelInfo,
        node: &Node,
        style: Style,
        columns: &mut HashMap<Vec<FieldId>, usize>,
    ) -> Result<Child> {
        let info = &model.fields[node.field];
        let (mut path, mut at, mut field) = (Vec::new(), registry.model(model.id), node.field);
        while let Some(via) = at.fields[field].inherited() {
            let (hops, end) = via.split();
            path.extend(hops);
            (at, field) = (hops.iter().fold(at, |at, hop| registry.target(at, *hop)), end);
        }
        if path.is_empty() {
            path.push(model.implicit("id"));
        }
        let column = self.column(columns, path);
        let known = (self.groups.iter()).position(|group| (group.column, group.model) == (column, at.id));
        let group = known.unwrap_or_else(|| {
            self.groups.push(Group::new(column, at.id));
            self.groups.len() - 1
        });
        let place = ComputedRef {
            group,
            field: self.groups[group].place(field),
        };
        let many = info.is_x2many();
        let (content, empty) = match info.target {
            None => (
                Content::Scalar(place, info.def.kind),
                Some(self.wire.empty(&info.def.kind)),
            ),
            Some(target) => {
                let (level, empty) = Level::below(self.wire, registry, registry.model(target), node, style, many)?;
                let route = if many { Route::ComputedIds } else { Route::One };
                (Content::Computed(route, place, level), empty)
            }
        };
        Ok(Child {
            field: node.field,
            column,
            content,
            many,
            empty,
        })
    }

    /// A level that shows the ids of records only.
    pub(super) fn ids(wire: &'static dyn Wire, model: &ModelInfo, style: Style) -> Self {
        Level::empty(wire, model, Shape::Id, style)
    }

    /// A level that shows records as `[id, "display name"]`.
    pub(super) fn pairs(wire: &'static dyn Wire, model: &ModelInfo, style: Style) -> Self {
        let mut level = Level::empty(wire, model, Shape::Pair, style);
        level.columns.push(vec![model.implicit("display_name")]);
        level
    }
}

/// What a relation shows, outside plain reads, that is named without fields of its records: their ids and display
/// names.
pub(crate) fn default_nodes(target: &ModelInfo) -> Vec<Node> {
    ["id", "display_name"]
        .map(|name| Node {
            field: target.implicit(name),
            children: Vec::new(),
        })
        .to_vec()
}

/// The path to the id of the record that has a relation to many: the record itself, or, for an inherited or related
/// field, the record that the field's path leads to.
fn owner_id(registry: &Registry, model: &ModelInfo, field: FieldId) -> Vec<FieldId> {
    let mut path = registry.expand_path(model, &[field]);
    path.pop();
    match path.is_empty() {
        true => vec![model.implicit("id")],
        false => path,
    }
}
