//! Texts that cannot be guessed.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher as _;

/// Returns 32 hexadecimal digits that are hard enough to guess for a sandbox: a new `RandomState` has random keys.
pub(crate) fn hex_digits() -> String {
    let half = || RandomState::new().hash_one(());
    format!("{:016x}{:016x}", half(), half())
}
