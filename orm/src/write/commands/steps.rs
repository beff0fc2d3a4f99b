//! Which commands are applied together, so that the number of statements does not follow the number of commands.

use std::mem::{Discriminant, discriminant};

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};

use super::Lists;
use crate::command::{Action, Command, Input, Values};
use crate::def::Kind;
use crate::registry::ModelInfo;

/// How many steps a command may be applied earlier: there are seven kinds of commands.
const MOST_BACK: usize = 8;

/// Cuts the commands of several records, each with the id of its record, into steps: commands of one kind that are
/// applied together. Each command is applied after those before it in its list that it could depend on. So
/// `[1, 5, …], [0, 0, …], [1, 6, …], [0, 0, …]` are two steps, updates and creates; `[1, 5, …], [2, 5], [1, 6, …]` are an
/// update of 5 and 6, then a deletion.
pub(super) fn steps(target: &ModelInfo, given: Lists) -> Vec<Vec<(i64, Command)>> {
    let mut steps: Vec<Step> = Vec::new();
    let commands = given
        .into_iter()
        .flat_map(|(owner, commands)| commands.into_iter().map(move |command| (owner, command)));
    for (owner, command) in commands {
        let traits = Traits::of(target, &command.action);
        let mut place = steps.len();
        let mut joined = None;
        for (index, step) in steps.iter().enumerate().rev().take(MOST_BACK) {
            if step.takes(owner, &traits) {
                joined = Some(index);
                break;
            }
            if !step.may_follow(owner, &traits) {
                break;
            }
            place = index;
        }
        let index = joined.unwrap_or_else(|| {
            steps.insert(place, Step::new(&traits));
            place
        });
        steps[index].add(owner, command, traits);
    }
    steps.into_iter().map(|step| step.commands).collect()
}

/// What decides with which other commands one may change places.
struct Traits {
    kind: Discriminant<Action>,
    /// Kinds with a lower rank may be applied before those with a higher one. A unique value that one record gives up is
    /// free then for the next: if the commands can be applied in the order given, they can be in this one.
    rank: u8,
    /// It changes nothing but records of the relation that it names or makes, by their own columns and links.
    simple: bool,
    /// The records that it names.
    ids: Vec<i64>,
}

impl Traits {
    fn of(target: &ModelInfo, action: &Action) -> Self {
        let (rank, simple, ids) = match action {
            Action::Delete(id) => (0, true, vec![*id]),
            Action::Unlink(id) => (1, true, vec![*id]),
            Action::Update(id, values) => (2, is_simple(target, values), vec![*id]),
            Action::Link(id) => (3, true, vec![*id]),
            Action::Create(values) => (4, is_simple(target, values), Vec::new()),
            Action::Clear => (5, false, Vec::new()),
            Action::Set(ids) => (5, false, ids.clone()),
        };
        Traits {
            kind: discriminant(action),
            rank,
            simple,
            ids,
        }
    }
}

/// Commands that are applied together.
struct Step {
    kind: Discriminant<Action>,
    rank: u8,
    commands: Vec<(i64, Command)>,
    ids: HashSet<i64>,
    /// The records whose commands these are, and whether all those of each are simple.
    owners: HashMap<i64, bool>,
    simple: bool,
}

impl Step {
    fn new(traits: &Traits) -> Self {
        Step {
            kind: traits.kind,
            rank: traits.rank,
            commands: Vec::new(),
            ids: HashSet::default(),
            owners: HashMap::default(),
            simple: true,
        }
    }

    fn add(&mut self, owner: i64, command: Command, traits: Traits) {
        self.commands.push((owner, command));
        self.ids.extend(traits.ids);
        *self.owners.entry(owner).or_insert(true) &= traits.simple;
        self.simple &= traits.simple;
    }

    fn names_any(&self, ids: &[i64]) -> bool {
        ids.iter().any(|id| self.ids.contains(id))
    }

    /// Whether another command belongs to the step.
    fn takes(&self, owner: i64, other: &Traits) -> bool {
        let again = self.rank == 5 && self.owners.contains_key(&owner);
        self.kind == other.kind && !again && !self.names_any(&other.ids)
    }

    /// Whether the step may be applied after another command, which is given later, also one of another record: that may
    /// take what this one's commands let go, a record or a unique value.
    fn may_follow(&self, owner: i64, other: &Traits) -> bool {
        let simple = self.owners.get(&owner).unwrap_or(&self.simple);
        other.rank < self.rank && other.simple && *simple && !self.names_any(&other.ids)
    }
}

/// Whether values only set columns of the record itself and its links to records of other models.
fn is_simple(model: &ModelInfo, values: &Values) -> bool {
    values.fields.iter().all(|(field, input)| {
        let info = &model.fields[*field];
        let own = info.via.is_none() && info.def.related.is_empty() && info.target != Some(model.id);
        own && match input {
            Input::Value(_) => true,
            Input::Delegate(_) => false,
            Input::Commands(commands) => {
                let many2many = matches!(info.def.kind, Kind::Many2many { .. });
                let links = |command: &Command| {
                    let below = matches!(
                        command.action,
                        Action::Create(_) | Action::Update(..) | Action::Delete(_)
                    );
                    !below
                };
                many2many && commands.iter().all(links)
            }
        }
    })
}
