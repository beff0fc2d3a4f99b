//! What a token may do of what its user may.

use orm::error::{Code, Error, Result};
use serde::{Deserialize, Serialize};

/// What a token is limited to. The default limits nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scope {
    /// The token changes nothing.
    pub(crate) read_only: bool,
    /// The only models that the token reaches by a URL of their own; `None`: all. What a request reads or writes of
    /// other models through relations is not limited.
    pub(crate) models: Option<Vec<String>>,
}

/// What a request wants to do, for [`Scope::permit`].
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// The records or methods of this model.
    Model(&'a str),
    /// Something else than a model: a route of the application, the password of the user.
    Other,
    /// The tokens of the user: [`Scope::covers`] says which of them.
    Tokens,
}

impl Scope {
    /// Refuses what the token is not for.
    ///
    /// # Errors
    /// 403, in words that say what the token is limited to.
    pub(crate) fn permit(&self, wanted: Wanted<'_>, writes: bool) -> Result<()> {
        if self.read_only && writes {
            return Err(denied("this access token is read-only: it may not write".to_owned()));
        }
        let Some(models) = &self.models else { return Ok(()) };
        let permitted = match wanted {
            Wanted::Model(model) => models.iter().any(|permitted| permitted == model),
            Wanted::Other => false,
            Wanted::Tokens => true,
        };
        match permitted {
            true => Ok(()),
            false => Err(denied(format!(
                "this access token is limited to the models {}",
                models.join(", ")
            ))),
        }
    }

    /// Refuses a token with more rights than this one has, as what it makes, renames or revokes.
    ///
    /// # Errors
    /// 403.
    pub(crate) fn covers(&self, other: &Scope) -> Result<()> {
        let models = match (&self.models, &other.models) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(own), Some(others)) => others.iter().all(|model| own.contains(model)),
        };
        match models && (other.read_only || !self.read_only) {
            true => Ok(()),
            false => Err(denied(
                "that access token has a wider scope than the one of this request".to_owned(),
            )),
        }
    }

    /// The text that is stored; `None` for a token without limits.
    pub(super) fn stored(&self) -> Result<Option<String>> {
        match *self == Scope::default() {
            true => Ok(None),
            false => serde_json::to_string(self).map(Some).map_err(broken),
        }
    }

    /// The scope of a stored text.
    pub(super) fn of_stored(text: Option<&str>) -> Result<Self> {
        text.map_or_else(
            || Ok(Scope::default()),
            |text| serde_json::from_str(text).map_err(broken),
        )
    }
}

fn denied(detail: String) -> Error {
    Error::new(Code::AccessDenied, detail)
}

fn broken(error: serde_json::Error) -> Error {
    Error::internal(format!("the scope of a token: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(read_only: bool, models: Option<&[&str]>) -> Scope {
        let models = models.map(|models| models.iter().map(|model| (*model).to_owned()).collect());
        Scope { read_only, models }
    }

    #[test]
    fn a_scope_covers_what_is_narrower() {
        let all = Scope::default();
        let (reading, one) = (scope(true, None), scope(false, Some(&["a"])));
        let two = scope(false, Some(&["a", "b"]));
        let reading_one = scope(true, Some(&["a"]));
        for (wide, narrow) in [
            (&all, &reading),
            (&all, &two),
            (&two, &one),
            (&one, &reading_one),
            (&reading, &reading_one),
        ] {
            assert!(wide.covers(narrow).is_ok() && wide.covers(wide).is_ok());
            assert!(narrow.covers(wide).is_err(), "{narrow:?} {wide:?}");
        }
    }

    #[test]
    fn a_stored_scope_is_the_same() {
        for scope in [
            Scope::default(),
            scope(true, None),
            scope(false, Some(&["a.b", "c"])),
            scope(true, Some(&[])),
        ] {
            assert_eq!(Scope::of_stored(scope.stored().unwrap().as_deref()).unwrap(), scope);
        }
        assert_eq!(Scope::default().stored().unwrap(), None);
    }
}
