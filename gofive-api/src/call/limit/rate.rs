//! The rate limit: one turn per interval.
//!
//! A turn is taken at the moment it is due, never in advance. So a request that waits for its turn reserves nothing,
//! and the next turn is never further away than one interval.

use std::time::Duration;

use tokio::time::Instant;

/// Longer than any program runs, and short enough that no clock overflows.
const FOREVER: Duration = Duration::from_secs(30 * 365 * 24 * 60 * 60);

/// How late the timers of tokio may fire.
const TIMER_GRAIN: Duration = Duration::from_millis(2);

/// Turns in even intervals.
#[derive(Debug)]
pub(super) struct Rate {
    interval: Duration,
    /// When the next turn is due; missing before the first.
    next: Option<Instant>,
}

/// A turn that was taken, with the state to restore if it is released.
#[derive(Debug)]
pub(super) struct Turn {
    due: Instant,
    next: Option<Instant>,
}

impl Rate {
    /// Without a rate limit, every turn is due immediately.
    pub(super) fn new(requests_per_second: Option<f64>) -> Self {
        let interval = |rate: f64| Duration::try_from_secs_f64(1.0 / rate).unwrap_or(FOREVER).min(FOREVER);
        Self { interval: requests_per_second.map_or(Duration::ZERO, interval), next: None }
    }

    /// When the next turn is due, which may be in the past; `None` before the first.
    pub(super) fn due(&mut self, now: Instant) -> Option<Instant> {
        // The paused clocks of tests differ between runtimes. By the clock of this runtime, no turn is further away
        // than one interval.
        if let (Some(next), Some(latest)) = (self.next, now.checked_add(self.interval)) {
            self.next = Some(next.min(latest));
        }
        self.next
    }

    /// When the next turn is due; `None` if it is due already.
    pub(super) fn not_before(&mut self, now: Instant) -> Option<Instant> {
        self.due(now).filter(|due| *due > now)
    }

    /// Takes the turn that is due.
    pub(super) fn take(&mut self, now: Instant) -> Turn {
        // Makes up for a timer that fired late, but not for more.
        let earliest = now.checked_sub(TIMER_GRAIN).unwrap_or(now);
        let due = self.next.map_or(now, |next| next.max(earliest));
        self.next = due.checked_add(self.interval);
        Turn { due, next: self.next }
    }

    /// Releases a turn in which nothing was sent. It is lost if another turn was taken since: the intervals stay even.
    pub(super) fn release(&mut self, turn: &Turn) {
        if self.next == turn.next {
            self.next = Some(turn.due);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn the_first_turn_is_due_immediately_and_the_next_one_interval_later() {
        let (mut rate, now) = (Rate::new(Some(1.0)), Instant::now());
        assert_eq!(rate.not_before(now), None);
        rate.take(now);
        assert_eq!(rate.not_before(now), Some(now + SECOND));
        assert_eq!(rate.not_before(now + SECOND), None);
    }

    #[test]
    fn a_late_timer_is_compensated_and_a_pause_is_not() {
        let (mut rate, now) = (Rate::new(Some(1.0)), Instant::now());
        rate.take(now);
        rate.take(now + SECOND + TIMER_GRAIN);
        assert_eq!(rate.not_before(now + SECOND), Some(now + 2 * SECOND));
        let late = now + 10 * SECOND;
        rate.take(late);
        assert_eq!(rate.not_before(late), Some(late + SECOND - TIMER_GRAIN));
    }

    #[test]
    fn the_last_turn_can_be_released_and_an_earlier_one_cannot() {
        let (mut rate, now) = (Rate::new(Some(1.0)), Instant::now());
        let first = rate.take(now);
        rate.release(&first);
        assert_eq!(rate.not_before(now), None);
        let first = rate.take(now);
        rate.take(now + SECOND);
        rate.release(&first);
        assert_eq!(rate.not_before(now + SECOND), Some(now + 2 * SECOND));
    }

    #[test]
    fn a_clock_that_is_behind_waits_one_interval_at_most() {
        let (mut rate, now) = (Rate::new(Some(1.0)), Instant::now());
        rate.take(now + 3_600 * SECOND);
        assert_eq!(rate.not_before(now), Some(now + SECOND));
        assert_eq!(rate.not_before(now + SECOND), None);
    }
}
