//! Retries: the attempts of a call, and what may be sent again.
//!
//! [`attempts`] makes one attempt after the other. [`resend`] decides whether another may follow, [`policy`] when, and
//! [`budget`] whether the session as a whole retries too often.

pub(crate) mod attempts;
pub(crate) mod budget;
pub(crate) mod policy;
pub(crate) mod resend;

pub(crate) use self::attempts::{Call, Progress};
pub(crate) use self::budget::RetryBudget;
pub use self::policy::RetryPolicy;
