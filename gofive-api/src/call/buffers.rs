//! The memory of long bodies, used again by the next ones.
//!
//! Memory that is given back to the system costs a page fault for every 4 KiB of the next body, which takes longer than
//! decoding it. A body that an error or the caller keeps does not come back.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};

/// Shorter bodies arrive in one piece and need no buffer.
const MIN_CAPACITY: usize = 16 * 1024;
/// The most memory that waits for the next body.
const MAX_IDLE: usize = 4 * 1024 * 1024;

/// The idle buffers of a session.
#[derive(Default)]
pub(crate) struct Buffers(Mutex<Vec<BytesMut>>);

impl Buffers {
    /// An empty buffer with at least this capacity.
    pub(crate) fn take(&self, capacity: usize) -> BytesMut {
        self.idle_with(capacity).unwrap_or_else(|| BytesMut::with_capacity(capacity))
    }

    /// The smallest idle buffer with at least this capacity, and at most twice of it: an error may keep the body, and must
    /// not keep more memory than that.
    fn idle_with(&self, capacity: usize) -> Option<BytesMut> {
        let mut idle = self.idle();
        let fitting = idle
            .iter()
            .enumerate()
            .filter(|(_, buffer)| (capacity..=capacity.saturating_mul(2)).contains(&buffer.capacity()));
        let smallest = fitting.min_by_key(|(_, buffer)| buffer.capacity()).map(|(index, _)| index)?;
        Some(idle.swap_remove(smallest))
    }

    /// Keeps the memory of a body for the next one, unless it is in use. If too much waits, the oldest is given back.
    pub(crate) fn give_back(&self, body: Bytes) {
        if body.len() < MIN_CAPACITY {
            return;
        }
        let Ok(mut buffer) = body.try_into_mut() else { return };
        if buffer.capacity() > MAX_IDLE {
            return;
        }
        buffer.clear();
        let mut idle = self.idle();
        idle.push(buffer);
        while idle.iter().map(BytesMut::capacity).sum::<usize>() > MAX_IDLE {
            idle.remove(0);
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<BytesMut>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Buffers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Buffers").field(&self.idle().len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(buffers: &Buffers, length: usize) -> Bytes {
        let mut buffer = buffers.take(length);
        assert!(buffer.is_empty() && buffer.capacity() >= length);
        buffer.resize(length, b'x');
        buffer.freeze()
    }

    #[test]
    fn the_memory_of_a_body_is_used_again() {
        let buffers = Buffers::default();
        let first = body(&buffers, 100_000);
        let address = first.as_ptr();
        buffers.give_back(first);
        let second = body(&buffers, 50_000);
        assert_eq!((second.as_ptr(), buffers.idle().len()), (address, 0));
        assert!(second.iter().all(|byte| *byte == b'x') && second.len() == 50_000, "nothing of the first is left");
    }

    #[test]
    fn a_body_that_somebody_keeps_does_not_come_back() {
        let buffers = Buffers::default();
        let kept = body(&buffers, 100_000);
        buffers.give_back(kept.clone());
        assert!(buffers.idle().is_empty());
        buffers.give_back(body(&buffers, 100));
        assert!(buffers.idle().is_empty(), "a short body has no buffer");
        assert_eq!(kept.len(), 100_000);
    }

    #[test]
    fn a_short_body_does_not_take_the_memory_of_a_long_one() {
        let buffers = Buffers::default();
        buffers.give_back(body(&buffers, 3_000_000));
        let kept = buffers.take(20_000);
        assert!(kept.capacity() <= 40_000, "an error would keep {} bytes", kept.capacity());
        assert_eq!(buffers.idle().len(), 1);
    }

    #[test]
    fn idle_memory_is_bounded() {
        let buffers = Buffers::default();
        let bodies: Vec<_> = (0..100).map(|_| body(&buffers, 100_000)).collect();
        for body in bodies {
            buffers.give_back(body);
        }
        buffers.give_back(body(&buffers, 2 * MAX_IDLE));
        let idle: usize = buffers.idle().iter().map(BytesMut::capacity).sum();
        assert!((MAX_IDLE - 100_000..=MAX_IDLE).contains(&idle), "{idle}");
    }
}
