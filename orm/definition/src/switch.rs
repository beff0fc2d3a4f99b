//! Switches: records by which an administrator switches models, and single operations on them, off and on for the API
//! while the program runs. A catalogue declares their model itself (`role = switch`).

use crate::def::{Kind, ModelDef, NeededField};

/// The technical name of the model that is switched.
pub const MODEL: &str = "model";
/// What is switched: `read`, `create`, `write`, `delete` or the name of a method; everything where it is empty. A switch
/// for an operation is stronger than one for the whole model.
pub const OPERATION: &str = "operation";
/// Whether it is switched on.
pub const ENABLED: &str = "enabled";

/// What is wrong with a model that has the role.
pub(crate) fn mistakes(def: &ModelDef) -> Vec<String> {
    let text: fn(&Kind) -> bool = |kind| matches!(kind, Kind::Char { .. });
    let needed: [NeededField; 3] = [
        (MODEL, "String", text),
        (OPERATION, "Option<String>", text),
        (ENABLED, "bool", |kind| matches!(kind, Kind::Bool)),
    ];
    def.without("switch", &needed)
}
