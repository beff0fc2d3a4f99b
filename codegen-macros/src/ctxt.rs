//! Collects mistakes, so that one compilation reports all of them.
//!
//! Refuses to be forgotten: a context that is dropped without [`Ctxt::finish`] panics, since the mistakes in it would
//! vanish.

use std::cell::RefCell;
use std::fmt::Display;

use proc_macro2::Span;
use quote::ToTokens;

/// The mistakes found so far.
pub(crate) struct Ctxt {
    /// `None` once somebody has looked.
    errors: RefCell<Option<Vec<syn::Error>>>,
}

impl Ctxt {
    /// No mistakes yet.
    pub(crate) fn new() -> Self {
        Ctxt {
            errors: RefCell::new(Some(Vec::new())),
        }
    }

    /// A mistake at a place.
    pub(crate) fn error(&self, span: Span, message: impl Display) {
        self.add(syn::Error::new(span, message));
    }

    /// A mistake that all of `tokens` are.
    pub(crate) fn error_on(&self, tokens: impl ToTokens, message: impl Display) {
        self.add(syn::Error::new_spanned(tokens, message));
    }

    /// A mistake that a parser found.
    pub(crate) fn add(&self, error: syn::Error) {
        if let Some(errors) = self.errors.borrow_mut().as_mut() {
            errors.push(error);
        }
    }

    /// The value, or nothing and one more mistake.
    pub(crate) fn ok<T>(&self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.add(error)).ok()
    }

    /// All mistakes, in the order they were found.
    pub(crate) fn finish(self) -> Vec<syn::Error> {
        self.errors.borrow_mut().take().unwrap_or_default()
    }
}

impl Drop for Ctxt {
    fn drop(&mut self) {
        if !std::thread::panicking() && self.errors.borrow().is_some() {
            panic!("mistakes were collected and nobody looked at them");
        }
    }
}
