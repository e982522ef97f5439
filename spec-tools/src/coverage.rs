//! Which part of the portal is in the spec, and what to look up next.

mod ledger;
pub mod lookup;
mod pages;

pub use self::ledger::{CoverageLedger, Row, Status, read};
pub use self::pages::{counts, document, readme, totals};
