//! The retry budget of a session.

use std::sync::atomic::{AtomicU32, Ordering};

/// The retry budget of a session, which keeps retries from amplifying an outage: the retries of all calls take tokens
/// from one bucket, which successes refill. The figures are those of the AWS SDKs: a hundred retries in a row, one more
/// for every five successes.
#[derive(Debug)]
pub(crate) struct RetryBudget(AtomicU32);

impl RetryBudget {
    const CAPACITY: u32 = 500;
    const PRICE: u32 = 5;
    const REFUND: u32 = 1;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::CAPACITY))
    }

    /// Takes the tokens of one retry, if there are enough.
    pub(crate) fn take(&self) -> bool {
        let taken = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(Self::PRICE));
        taken.is_ok()
    }

    pub(crate) fn refund(&self) {
        let add = |left: u32| (left < Self::CAPACITY).then_some(left + Self::REFUND);
        // An error means that the bucket is full.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, add);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_runs_empty_and_successes_refill_it() {
        let budget = RetryBudget::new();
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 100);
        (0..5).for_each(|_| budget.refund());
        assert!(budget.take());
        assert!(!budget.take());
        (0..10_000).for_each(|_| budget.refund());
        assert_eq!((0..1000).filter(|_| budget.take()).count(), 100, "no more than its capacity");
    }
}
