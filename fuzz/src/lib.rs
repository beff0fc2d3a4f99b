//! What the fuzz targets share: a stand for each process.

#[doc(hidden)]
pub use libfuzzer_sys::fuzz_target;

use std::sync::{LazyLock, Mutex};

use tests::fuzz::Stand;

static STAND: LazyLock<Mutex<Stand>> = LazyLock::new(|| Mutex::new(Stand::new()));

/// Calls the target with this name on an input.
pub fn call(name: &str, input: &[u8]) {
    let mut stand = STAND.lock().expect("a finding ends the process");
    tests::fuzz::call(name, &mut stand, input);
}

/// Defines the fuzz target that calls the entry point with this name.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        libfuzzer_sys::fuzz_target!(|input: &[u8]| $crate::call($name, input));
    };
}
