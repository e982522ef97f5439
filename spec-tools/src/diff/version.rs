//! Versions: which one a change requires, and whether the workspace's version is high enough.

mod check;
pub(super) mod step;

pub use self::check::{Check, check};
pub(crate) use self::step::of_workspace;
pub use self::step::{needed, version};
