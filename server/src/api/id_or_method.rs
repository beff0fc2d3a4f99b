//! The last segment of `/restful/api/v1/{model}/{id_or_method}`: a record's id or a method's name.

use orm::error::{Error, Result};
use orm::registry::ModelInfo;

/// A record's id or a method's name, as the text in the URL.
#[derive(Debug)]
pub(super) struct IdOrMethod(pub(super) String);

impl IdOrMethod {
    /// Whether it consists of digits only: then it is an id, even if it is larger than any id can be.
    pub(super) fn is_id(&self) -> bool {
        !self.0.is_empty() && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The record's id.
    ///
    /// # Errors
    /// 404 when it is a name, or a number larger than any id; 400 when it is neither name nor number.
    pub(super) fn id(&self, model: &ModelInfo) -> Result<i64> {
        let (name, text) = (model.def.name, &self.0);
        if self.is_id() {
            return text
                .parse()
                .map_err(|_| Error::not_found(format!("there is no record {text} of {name}")));
        }
        if text.starts_with(|first: char| first.is_alphabetic() || first == '_') {
            return Err(Error::not_found(format!(
                "there is no record `{text}` of {name}: ids are whole numbers; methods are called by POST at \
                 {base}/{name}/{{method}} or {base}/{name}/{{id}}/{{method}}",
                base = super::BASE,
            )));
        }
        Err(Error::parameter(
            "id",
            format!("`{text}` is no id: ids are whole numbers"),
        ))
    }
}
