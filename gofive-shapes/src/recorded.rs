//! What a run has recorded of one operation.

use std::collections::BTreeMap;

use crate::arm::{Arm, ResponseKind};
use crate::count::{Count, Rounding};
use crate::month::Month;
use crate::name::KnownNames;
use crate::outline::Outline;
use crate::session::Session;
use crate::tree::Tree;

/// The maximum size of a body that is read, in bytes.
pub(crate) const MAX_BODY: usize = 16 * 1024 * 1024;
/// How many bytes are read of each status before recording has to cost little, and the part of all bytes that is read then.
pub(crate) const FREE: u64 = 1024 * 1024;
pub(crate) const PART: u64 = 8;

/// The shapes of an operation in this run, and what earlier runs have written.
#[derive(Debug)]
pub(crate) struct Recorded {
    known: KnownNames,
    trees: BTreeMap<ResponseKind, Tree>,
    budgets: BTreeMap<u16, Budget>,
    base: Option<Session>,
    /// How often something was recorded, and the last of them that is in the file.
    version: u64,
    written: u64,
    /// Whether the file says that the run has ended.
    has_ended: bool,
}

/// How many bytes of bodies have arrived, and how many of them were read.
#[derive(Debug, Default)]
struct Budget {
    arrived: u64,
    read: u64,
}

impl Budget {
    /// Whether a body of this length is read.
    fn admits(&mut self, length: u64) -> bool {
        self.arrived = self.arrived.saturating_add(length);
        let is_admitted = self.read < FREE || self.read.saturating_add(length) <= self.arrived / PART;
        if is_admitted {
            self.read = self.read.saturating_add(length);
        }
        is_admitted
    }
}

impl Recorded {
    pub(crate) fn new(known: KnownNames) -> Self {
        Self {
            known,
            trees: BTreeMap::new(),
            budgets: BTreeMap::new(),
            base: None,
            version: 0,
            written: 0,
            has_ended: false,
        }
    }

    /// Records a body.
    ///
    /// An HTTP status that does not exist is ignored.
    pub(crate) fn add(&mut self, status: u16, body: &[u8], is_sparing: bool) {
        if !(100..600).contains(&status) {
            return;
        }
        self.version += 1;
        if is_sparing && !self.budgets.entry(status).or_default().admits(body.len() as u64) {
            self.tree(status, Arm::PassedOver).count();
            return;
        }
        if body.len() > MAX_BODY {
            self.tree(status, Arm::TooLong).count();
            return;
        }
        let Ok(text) = std::str::from_utf8(body.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(body)) else {
            self.tree(status, Arm::Unreadable).count();
            return;
        };
        if text.trim_ascii().is_empty() {
            self.tree(status, Arm::Empty).count();
            return;
        }
        match Outline::of(text) {
            Ok(outline) => self.tree(status, outline.arm).add(text, &outline),
            Err(_) => self.tree(status, Arm::Unreadable).count(),
        }
    }

    fn tree(&mut self, status: u16, arm: Arm) -> &mut Tree {
        let known = self.known;
        self.trees.entry(ResponseKind { status, arm }).or_insert_with(|| Tree::new(known))
    }

    /// Whether it is not known yet what earlier runs have written.
    pub(crate) fn needs_base(&self) -> bool {
        self.base.is_none()
    }

    pub(crate) fn set_base(&mut self, base: Session) {
        self.base = Some(base);
    }

    /// What the session has recorded so far, and its version; `None` if the file has it.
    pub(crate) fn to_write(&self, is_end: bool) -> Option<(u64, Session)> {
        if self.version == 0 || (self.version == self.written && (self.has_ended || !is_end)) {
            return None;
        }
        let mut session = self.base.clone().unwrap_or_default();
        session.runs = session.runs.saturating_add(1);
        session.ended = session.ended.saturating_add(u32::from(is_end)).min(session.runs);
        session.months.insert(Month::now());
        let rounding = Rounding::of_run(session.runs);
        for (kind, tree) in &self.trees {
            let before = session.responses.entry(*kind).or_default();
            let mut sum = tree.shape(Some(before));
            sum.combine(&before.map(&Count::get), u64::saturating_add);
            *before = sum.map(&|count| rounding.round(count));
        }
        Some((self.version, session))
    }

    /// Notes that a version is in the file.
    pub(crate) fn written(&mut self, version: u64, is_end: bool) {
        self.written = version;
        self.has_ended |= is_end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mebibyte_is_read_and_then_an_eighth() {
        let mut budget = Budget::default();
        let read = (0..1000).filter(|_| budget.admits(400_000)).count();
        assert!((125..=128).contains(&read), "{read}");
        let mut budget = Budget::default();
        assert!((0..5000).all(|_| budget.admits(200)), "a mebibyte has 5242 of them");
    }
}
