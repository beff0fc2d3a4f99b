//! The rights and rules of a catalogue, with the groups resolved.

use std::collections::HashMap;

use crate::def::{Group, Operation, RuleCondition};
use crate::registry::{ModelId, ModelInfo, Models};

/// Index of a group in [`Rights`].
pub(crate) type GroupId = usize;

/// The rights and rules of a catalogue.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    /// Every group that a model names, and every group that one of these implies.
    groups: Vec<Group>,
    by_name: HashMap<&'static str, GroupId>,
    /// By model.
    models: Vec<ModelRights>,
    /// Some field is for the members of groups only.
    guards_fields: bool,
    /// The models by table.
    tables: HashMap<&'static str, ModelId>,
}

/// The rights and rules of one model.
#[derive(Debug, Default)]
pub(super) struct ModelRights {
    /// Who may do what; `None` stands for everybody.
    pub(super) grants: Vec<(Option<GroupId>, &'static [Operation])>,
    /// The rules, in the order of the definition.
    pub(super) rules: Vec<Rule>,
    /// The model that its records are made of (`delegate`), whose rules hold for them too.
    pub(super) delegate: Option<ModelId>,
}

/// A rule of a model.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rule {
    /// `None` for everybody.
    pub(super) group: Option<GroupId>,
    pub(super) operations: &'static [Operation],
    pub(super) condition: RuleCondition,
}

impl Rule {
    /// Whether it is for every record: `true`.
    pub(super) fn allows_all(&self) -> bool {
        matches!(self.condition, RuleCondition::All([]))
    }
}

impl Rights {
    /// The rights that a verified catalogue declares.
    pub(crate) fn new(models: &Models) -> Self {
        let mut rights = Rights::default();
        for model in models.models() {
            let grants = model.def.access.iter();
            let grants = grants.map(|right| (right.group.map(|group| rights.group(group)), right.operations));
            let grants = grants.collect();
            let rules = model.def.rules.iter().map(|rule| Rule {
                group: rule.group.map(|group| rights.group(group)),
                operations: rule.operations,
                condition: rule.condition,
            });
            let rules = rules.collect();
            rights.models.push(ModelRights {
                grants,
                rules,
                delegate: model.delegate.map(|delegate| models.target(model, delegate).id),
            });
            for group in model.def.fields.iter().flat_map(|field| field.groups) {
                rights.guards_fields = true;
                rights.group(*group);
            }
            rights.tables.insert(model.def.table, model.id);
        }
        rights
    }

    /// The index of a group; it and the groups that it implies are added if they are new.
    fn group(&mut self, group: Group) -> GroupId {
        if let Some(known) = self.by_name.get(group.name) {
            return *known;
        }
        let id = self.groups.len();
        self.groups.push(group);
        self.by_name.insert(group.name, id);
        for implied in group.implies {
            self.group(**implied);
        }
        id
    }

    /// Which of the groups a member of the groups with these names belongs to, by index.
    pub(super) fn membership<'n>(&self, names: impl IntoIterator<Item = &'n str>) -> Vec<bool> {
        let mut member = vec![false; self.groups.len()];
        let mut open: Vec<GroupId> = (names.into_iter())
            .filter_map(|name| self.by_name.get(name).copied())
            .collect();
        while let Some(group) = open.pop() {
            if !std::mem::replace(&mut member[group], true) {
                open.extend(
                    self.groups[group]
                        .implies
                        .iter()
                        .map(|implied| self.by_name[implied.name]),
                );
            }
        }
        member
    }

    pub(super) fn of(&self, model: &ModelInfo) -> &ModelRights {
        &self.models[model.id]
    }

    pub(super) fn guards_fields(&self) -> bool {
        self.guards_fields
    }

    pub(super) fn find(&self, group: &Group) -> Option<GroupId> {
        self.by_name.get(group.name).copied()
    }

    /// The rights of every model.
    pub(super) fn models(&self) -> impl Iterator<Item = &ModelRights> {
        self.models.iter()
    }

    pub(super) fn at_table(&self, table: &str) -> Option<ModelId> {
        self.tables.get(table).copied()
    }

    pub(super) fn by_id(&self, model: ModelId) -> &ModelRights {
        &self.models[model]
    }

    pub(super) fn name(&self, group: GroupId) -> &'static str {
        self.groups[group].name
    }

    /// Every group, each once.
    pub(crate) fn groups(&self) -> &[Group] {
        &self.groups
    }
}
