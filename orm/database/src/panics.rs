//! Panics of an author's code: caught where they would end a thread, and told with the code's name.

use std::any::Any;
use std::fmt::Display;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use crate::error::{Error, Result};

/// Runs `job` and turns a panic into an internal error, so that the thread and its connection live on.
pub(crate) fn guarded<T, E: From<Error>>(job: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(job))
        .unwrap_or_else(|panic| Err(Error::internal(format!("panic: {}", panic_text(panic.as_ref()))).into()))
}

/// Runs a function of a model. If it panics, the panic goes on with the function's name before its message.
pub fn naming<T>(function: impl Display, job: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(job)).unwrap_or_else(|panic| {
        let text = format!("{function}: {}", panic_text(panic.as_ref()));
        resume_unwind(Box::new(text))
    })
}

/// The message of a panic.
pub fn panic_text(panic: &(dyn Any + Send)) -> &str {
    (panic.downcast_ref::<String>().map(String::as_str))
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}
