//! Versions: which one a change requires, and whether the workspace's version is high enough.

mod check;
pub(super) mod step;

pub use self::check::{Check, check};
pub use self::step::{needed, version};
