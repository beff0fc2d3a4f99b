//! The caller of a request: who he is, and what his groups may do.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::rights::{ModelRights, Rights, Rule};
use super::{Switches, known, rule};
use crate::def::{Operation, Root, RuleOperand};
use crate::domain::Domain;
use crate::error::{Code, Error};
use crate::registry::{FieldId, FieldInfo, ModelInfo, Models};
use crate::value::Value;

/// A path from the caller or his company, that a rule compares with.
pub(crate) type CallerPath = (Root, &'static [&'static str]);

/// Who makes a request.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    rights: Arc<Rights>,
    /// The user's id.
    pub(super) user: i64,
    /// The user's company.
    pub(super) company: Option<i64>,
    /// The companies whose records the user works with.
    pub(super) companies: Vec<i64>,
    /// Whether the user belongs to a group, by its index in `rights`.
    member: Vec<bool>,
    /// The user is an administrator, who has every right to every model.
    administrator: bool,
    /// What is switched off for the API.
    pub(super) switches: Switches,
    /// The values at the ends of paths that rules compare with.
    values: BTreeMap<(u8, &'static [&'static str]), Value>,
}

impl Caller {
    /// The user `user` with his company and those that he works with, a member of the groups with these full names.
    pub(crate) fn new<'n>(
        rights: Arc<Rights>,
        user: i64,
        company: Option<i64>,
        companies: Vec<i64>,
        groups: impl IntoIterator<Item = &'n str>,
        administrator: bool,
    ) -> Self {
        Caller {
            member: rights.membership(groups),
            rights,
            user,
            company,
            companies,
            administrator,
            switches: Switches::default(),
            values: BTreeMap::new(),
        }
    }

    /// Whether everything about both callers is the same, so that the same rules say the same to both.
    pub(super) fn is_same(&self, other: &Caller) -> bool {
        // Taken apart, so that what is added to a caller is not forgotten here.
        let Caller {
            rights,
            user,
            company,
            companies,
            member,
            administrator,
            switches,
            values,
        } = self;
        Arc::ptr_eq(rights, &other.rights)
            && (user, company, companies) == (&other.user, &other.company, &other.companies)
            && (member, administrator) == (&other.member, &other.administrator)
            && (switches, values) == (&other.switches, &other.values)
    }

    /// The same caller, who may not do what is switched off.
    pub(crate) fn with_switches(self, switches: Switches) -> Self {
        Caller { switches, ..self }
    }

    /// The same caller, with everything switched on.
    pub(super) fn without_switches(self) -> Self {
        self.with_switches(Switches::default())
    }

    /// The paths that the rules for this caller compare with; their values are to be [given](Caller::knows).
    pub(crate) fn paths(&self) -> Vec<CallerPath> {
        let mut paths: Vec<CallerPath> = (self.rights.models())
            .flat_map(|rights| &rights.rules)
            .filter(|rule| self.belongs(rule.group))
            .flat_map(|rule| rule.condition.operands())
            .filter_map(|operand| match operand {
                RuleOperand::From { root, path } if !path.is_empty() => Some((root, path)),
                _ => None,
            })
            .collect();
        paths.sort_unstable_by(|(root, path), (other, to)| (*root as u8, *path).cmp(&(*other as u8, *to)));
        paths.dedup();
        paths
    }

    /// Notes the value at the end of a path.
    pub(crate) fn knows(&mut self, (root, path): CallerPath, value: Value) {
        self.values.insert((root as u8, path), value);
    }

    /// The value that a rule compares with; `None` when it is not known.
    pub(super) fn value(&self, root: Root, path: &'static [&'static str]) -> Option<Value> {
        match (root, path) {
            (Root::User, []) => Some(Value::Int(self.user)),
            (Root::Company, []) => Some(self.company.map_or(Value::Null, Value::Int)),
            (root, path) => self.values.get(&(root as u8, path)).cloned(),
        }
    }

    /// Whether there may be fields that the caller does not see.
    pub(super) fn has_hidden_fields(&self) -> bool {
        self.rights.guards_fields() && !self.administrator
    }

    /// Whether the caller sees a field: one without groups, or with one of his.
    pub(super) fn sees(&self, field: &FieldInfo) -> bool {
        let is_own = |group| self.rights.find(group).is_some_and(|group| self.belongs(Some(group)));
        field.def.groups.is_empty() || field.def.groups.iter().any(is_own)
    }

    /// Whether the caller belongs to a group; everybody to `None`.
    pub(super) fn belongs(&self, group: Option<usize>) -> bool {
        group.is_none_or(|group| self.member[group])
    }

    fn grants(&self, rights: &ModelRights, operation: Operation) -> bool {
        let grant = |(group, operations): &(Option<usize>, &[Operation])| {
            self.belongs(*group) && operations.contains(&operation)
        };
        // Who reads a record reads the fields of the one that it is made of too.
        let reads_delegate = |model| operation != Operation::Read || self.grants(self.rights.by_id(model), operation);
        self.administrator || rights.grants.iter().any(grant) && rights.delegate.is_none_or(reads_delegate)
    }

    pub(super) fn has_right(&self, model: &ModelInfo, operation: Operation) -> bool {
        self.grants(self.rights.of(model), operation)
    }

    /// The rules that restrict the caller: those for everybody, of which each must hold, and those for his groups, of
    /// which one must hold. These do not restrict an administrator, nor where one of them is for every record.
    pub(super) fn rules<'a>(&self, rights: &'a ModelRights, operation: Operation) -> (Vec<&'a Rule>, Vec<&'a Rule>) {
        let rules = rights.rules.iter();
        let own = rules.filter(|rule| rule.operations.contains(&operation) && self.belongs(rule.group));
        let (always, mut groups): (Vec<&Rule>, Vec<&Rule>) = own.partition(|rule| rule.group.is_none());
        if self.administrator || groups.iter().any(|rule| rule.allows_all()) {
            groups.clear();
        }
        (always, groups)
    }

    pub(super) fn is_open(&self, tables: &[&'static str]) -> bool {
        let is_open = |table: &&'static str| {
            self.rights.at_table(table).is_none_or(|model| {
                let rights = self.rights.by_id(model);
                self.grants(rights, Operation::Read)
                    && !self.has_rules(rights, Operation::Read)
                    && !self.switches.is_off(model, Operation::Read.word())
            })
        };
        tables.iter().all(is_open)
    }

    fn has_rules(&self, rights: &ModelRights, operation: Operation) -> bool {
        let of_delegate = |model| self.has_rules(self.rights.by_id(model), operation);
        let (always, groups) = self.rules(rights, operation);
        !always.is_empty() || !groups.is_empty() || rights.delegate.is_some_and(of_delegate)
    }

    pub(super) fn is_ruled(&self, model: &ModelInfo, operation: Operation) -> bool {
        self.has_rules(self.rights.of(model), operation)
    }

    /// The condition of the caller's rules; `None` where he has none.
    pub(super) fn condition(&self, models: &Models, model: &ModelInfo, operation: Operation) -> Option<Domain> {
        let (always, groups) = self.rules_of(model, operation);
        let condition = |rule: &Rule| rule::condition(models, model, self, &rule.condition);
        let mut all: Vec<Domain> = always.into_iter().map(condition).collect();
        if !groups.is_empty() {
            all.push(Domain::Or(groups.into_iter().map(condition).collect()));
        }
        // A record is as visible as the one that it is made of, such as the product of a variant.
        if let Some(delegate) = model.delegate {
            let parent = models.target(model, delegate);
            let theirs = self.condition(models, parent, operation);
            all.extend(theirs.map(|theirs| Domain::Related(vec![delegate], Box::new(theirs))));
        }
        (!all.is_empty()).then(|| known::gathered(models, model, Domain::And(all)))
    }

    /// The paths that the caller's rules follow to other records: those of more than one hop.
    pub(super) fn paths_of(&self, models: &Models, model: &ModelInfo, operation: Operation) -> Vec<Vec<FieldId>> {
        let (always, groups) = self.rules_of(model, operation);
        let paths = always.into_iter().chain(groups).flat_map(|rule| rule.condition.paths());
        let mut paths: Vec<Vec<FieldId>> = (paths.filter_map(|names| models.resolve_path(model, names).ok()))
            .map(|path| models.expand_path(model, &path))
            .filter(|path| path.len() > 1)
            .collect();
        if let Some(delegate) = model.delegate {
            let theirs = self.paths_of(models, models.target(model, delegate), operation);
            paths.extend(theirs.into_iter().map(|path| [vec![delegate], path].concat()));
        }
        paths
    }

    /// As [`Caller::rules`], of a model.
    pub(super) fn rules_of(&self, model: &ModelInfo, operation: Operation) -> (Vec<&Rule>, Vec<&Rule>) {
        self.rules(self.rights.of(model), operation)
    }

    /// The full name of a group.
    pub(super) fn name_of(&self, group: usize) -> &'static str {
        self.rights.name(group)
    }

    /// The rights by which the caller may do this.
    pub(super) fn reasons(&self, model: &ModelInfo, operation: Operation) -> Vec<String> {
        let grants = self.rights.of(model).grants.iter();
        let own = grants.filter(|(group, operations)| self.belongs(*group) && operations.contains(&operation));
        let mut reasons: Vec<String> = (self.administrator)
            .then(|| "administrators may do everything".to_owned())
            .into_iter()
            .collect();
        reasons.extend(own.map(|(group, _)| match group {
            Some(group) => format!("members of `{}` may", self.name_of(*group)),
            None => "everybody may".to_owned(),
        }));
        reasons
    }

    /// The refusal of an operation that the caller has no right to: names the groups that have it.
    pub(super) fn refusal(&self, model: &ModelInfo, operation: Operation) -> Error {
        let rights = self.rights.of(model);
        let groups: Vec<String> = (rights.grants.iter())
            .filter(|(_, operations)| operations.contains(&operation))
            .filter_map(|(group, _)| group.map(|group| format!("`{}`", self.rights.name(group))))
            .collect();
        let who = match groups.as_slice() {
            [] => "administrators may".to_owned(),
            groups => format!("members of {} may", groups.join(", ")),
        };
        let what = format!("you have no right to {} {}: {who}", operation.word(), model.def.name);
        Error::new(Code::AccessDenied, what)
    }
}
