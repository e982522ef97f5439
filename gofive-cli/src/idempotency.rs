//! What the idempotency of an operation means for whoever calls it.

use gofive_spec::Idempotency;

/// What happens if the operation is sent twice, for people.
pub(crate) fn sent_twice(idempotency: &Idempotency) -> String {
    match idempotency {
        Idempotency::Safe => "it only reads".to_owned(),
        Idempotency::Idempotent => "has the same effect".to_owned(),
        Idempotency::NonIdempotent => "may do it twice".to_owned(),
        Idempotency::With(keys) => format!("has the same effect with {}; without, it may do it twice", keys.join(", ")),
    }
}

/// The idempotency as the spec writes it, for programs.
pub(crate) fn name(idempotency: &Idempotency) -> &'static str {
    match idempotency {
        Idempotency::Safe => "safe",
        Idempotency::Idempotent => "idempotent",
        Idempotency::NonIdempotent => "non-idempotent",
        Idempotency::With(_) => "idempotent-with",
    }
}
