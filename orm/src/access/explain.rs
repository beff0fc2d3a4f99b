//! Which right or rule allows or refuses something, in words.

use super::Access;
use super::rights::Rule;
use super::rule;
use crate::def::Operation;
use crate::domain::Domain;
use crate::registry::{ModelInfo, Models};

/// Why a caller may do something with a model, or may not.
#[derive(Debug)]
pub(crate) struct Explanation {
    /// The caller has the right. Rules may still exclude records.
    pub(crate) has_right: bool,
    /// The rights that give it, or who has it.
    pub(crate) because: Vec<String>,
    /// The rules that restrict him.
    pub(crate) rules: Vec<ExplainedRule>,
}

/// A rule in words.
#[derive(Debug)]
pub(crate) struct ExplainedRule {
    /// Such as ``for `Sales / User`: user_id == env.user``.
    pub(crate) words: String,
    /// The condition on records, with the values of the caller.
    pub(crate) condition: Domain,
    /// It holds always; of the others, it is enough that one holds.
    pub(crate) always: bool,
}

impl Access {
    /// Why the caller may do this with the model, or may not.
    pub(crate) fn explain(&self, models: &Models, model: &ModelInfo, operation: Operation) -> Explanation {
        let Some(caller) = self.caller() else {
            return Explanation {
                has_right: true,
                because: vec!["the program itself may do everything".to_owned()],
                rules: Vec::new(),
            };
        };
        let may = self.may(model, operation);
        let has_right = may.is_ok();
        let because = match may {
            Ok(()) => caller.reasons(model, operation),
            Err(refusal) => vec![refusal.detail().to_owned()],
        };
        Explanation {
            has_right,
            because,
            rules: if has_right {
                self.explained(models, model, operation)
            } else {
                Vec::new()
            },
        }
    }

    fn explained(&self, models: &Models, model: &ModelInfo, operation: Operation) -> Vec<ExplainedRule> {
        let Some(caller) = self.caller() else { return Vec::new() };
        let (always, groups) = caller.rules_of(model, operation);
        let explained = |rule: &Rule, always| ExplainedRule {
            words: match rule.group {
                None => format!("for everybody: {}", rule.condition),
                Some(group) => format!("for `{}`: {}", caller.name_of(group), rule.condition),
            },
            condition: rule::condition(models, model, caller, &rule.condition),
            always,
        };
        let mut rules: Vec<ExplainedRule> = always.into_iter().map(|rule| explained(rule, true)).collect();
        rules.extend(groups.into_iter().map(|rule| explained(rule, false)));
        if let Some(delegate) = model.delegate {
            let parent = models.target(model, delegate);
            let theirs = self.explained(models, parent, operation).into_iter();
            rules.extend(theirs.map(|rule| ExplainedRule {
                words: format!("of {}, {}", parent.def.name, rule.words),
                condition: Domain::Related(vec![delegate], Box::new(rule.condition)),
                always: rule.always,
            }));
        }
        rules
    }
}
