//! What became of a request.

use serde::{Deserialize, Serialize};

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Outcome {
    /// The sandbox carried it out.
    CarriedOut,
    /// The sandbox refused it.
    #[non_exhaustive]
    Refused {
        /// Why.
        reason: String,
    },
    /// A stub was the response; nothing was carried out.
    #[non_exhaustive]
    Stubbed {
        /// The number of the stub.
        stub: u64,
    },
    /// A fault prevented that it was carried out.
    Prevented,
}
