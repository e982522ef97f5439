//! Decides which faults apply to which request: queued ones first, else random ones.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::faults::fault::Fault;
use crate::faults::{Decision, Faults, Rng};
use crate::operations::name::Operation;

#[derive(Debug)]
pub(crate) struct Injector {
    faults: Faults,
    rng: Rng,
    /// The faults for the next calls of an operation.
    queued: HashMap<Operation, VecDeque<Fault>>,
    injected: usize,
}

impl Injector {
    pub(crate) fn new(faults: Faults) -> Self {
        Self { rng: faults.rng(), faults, queued: HashMap::new(), injected: 0 }
    }

    /// Replaces the random faults, and restarts their generator.
    pub(crate) fn set(&mut self, faults: Faults) {
        self.rng = faults.rng();
        self.faults = faults;
    }

    /// Removes all faults, random and queued ones.
    pub(crate) fn clear(&mut self) {
        self.set(Faults::default());
        self.clear_queued();
    }

    pub(crate) fn queue(&mut self, operation: Operation, faults: Vec<Fault>) {
        self.queued.entry(operation).or_default().extend(faults);
    }

    /// The random faults.
    pub(crate) fn faults(&self) -> &Faults {
        &self.faults
    }

    /// The faults that are queued, by operation.
    pub(crate) fn queued(&self) -> BTreeMap<Operation, Vec<Fault>> {
        let queued = self.queued.iter().filter(|(_, faults)| !faults.is_empty());
        queued.map(|(operation, faults)| (*operation, faults.iter().cloned().collect())).collect()
    }

    /// Removes the faults that are queued.
    pub(crate) fn clear_queued(&mut self) {
        self.queued.clear();
    }

    /// Decides about the next request; it has no operation if its path or method is unknown.
    pub(crate) fn decide(&mut self, operation: Option<Operation>, is_token_request: bool) -> Decision {
        // This is called for each request, so that a queued fault does not affect the decisions about later requests.
        let mut decision = self.faults.decide(&mut self.rng, is_token_request);
        if let Some(fault) = operation.and_then(|operation| self.queued.get_mut(&operation)?.pop_front()) {
            decision = Decision::queued(&fault, &mut self.rng.clone());
        }
        self.injected += decision.count();
        decision
    }

    pub(crate) fn injected(&self) -> usize {
        self.injected
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operation::{ADD_CASE, EDIT_CASE};

    #[test]
    fn queued_faults_come_first_and_do_not_affect_later_decisions() {
        let faults = Faults::seeded(11).with(Fault::BadGateway, 0.5);
        let (mut plain, mut queued) = (Injector::new(faults.clone()), Injector::new(faults));
        queued.queue(ADD_CASE, vec![Fault::ResetAfter, Fault::HtmlPage]);
        queued.queue(ADD_CASE, vec![Fault::ResetBefore]);
        let id = |i| Some(if i % 10 == 0 { ADD_CASE } else { EDIT_CASE });
        let expected: Vec<_> = (0..100).map(|i| plain.decide(id(i), false).fault).collect();
        let decided: Vec<_> = (0..100).map(|i| queued.decide(id(i), false).fault).collect();
        for (i, fault) in [(0, Fault::ResetAfter), (10, Fault::HtmlPage), (20, Fault::ResetBefore)] {
            assert_eq!(decided[i], Some(fault));
        }
        assert!((0..100).filter(|i| ![0, 10, 20].contains(i)).all(|i| decided[i] == expected[i]));
        assert_eq!(queued.injected(), decided.iter().flatten().count());
    }

    #[test]
    fn setting_the_same_faults_again_restarts_the_generator() {
        let faults = Faults::seeded(11).with(Fault::BadGateway, 0.5);
        let mut injector = Injector::new(faults.clone());
        let first: Vec<_> = (0..50).map(|_| injector.decide(None, false)).collect();
        injector.set(faults);
        assert_eq!(first, (0..50).map(|_| injector.decide(None, false)).collect::<Vec<_>>());
    }
}
