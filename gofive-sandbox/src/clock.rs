//! The clock of the sandbox, which decides when tokens expire.

use std::time::{Duration, Instant, SystemTime};

/// A clock that runs as fast as that of the machine, and may be ahead or behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock {
    /// When the time was set, by a clock that never jumps.
    set: Instant,
    /// The time that was set.
    time: SystemTime,
    is_real: bool,
}

impl Default for Clock {
    fn default() -> Self {
        Self { set: Instant::now(), time: SystemTime::now(), is_real: true }
    }
}

impl Clock {
    pub(crate) fn now(&self) -> SystemTime {
        self.time.checked_add(self.set.elapsed()).unwrap_or(self.time)
    }

    /// Whether the time is that of the machine.
    pub(crate) fn is_real(&self) -> bool {
        self.is_real
    }

    pub(crate) fn set(&mut self, time: SystemTime) {
        *self = Self { set: Instant::now(), time, is_real: false };
    }

    /// Moves the clock forward. A time that the machine cannot represent is not reached.
    pub(crate) fn advance(&mut self, duration: Duration) {
        if let Some(time) = self.now().checked_add(duration) {
            self.set(time);
        }
    }
}

/// The time that is so many seconds ahead; a negative number is behind, but not before 1970, where no date of HTTP is.
pub(crate) fn skewed(time: SystemTime, seconds: i32) -> SystemTime {
    let distance = Duration::from_secs(seconds.unsigned_abs().into());
    let skewed = if seconds < 0 { time.checked_sub(distance) } else { time.checked_add(distance) };
    skewed.unwrap_or(time).max(SystemTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_set_and_advanced() {
        let mut clock = Clock::default();
        assert!(clock.is_real() && clock.now() >= SystemTime::now() - Duration::from_secs(5));
        let hour = Duration::from_secs(3600);
        clock.set(SystemTime::UNIX_EPOCH);
        clock.advance(hour);
        clock.advance(Duration::MAX);
        let since = clock.now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        assert!((hour..hour * 2).contains(&since) && !clock.is_real(), "{since:?}");
        assert_eq!(skewed(SystemTime::UNIX_EPOCH, -1), SystemTime::UNIX_EPOCH);
    }
}
