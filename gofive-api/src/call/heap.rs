//! Keeps the memory of one page for the next.
//!
//! The allocator of glibc gives the free memory at the top of the heap back to the system as soon as there is more than twice
//! the largest block that was ever mapped and freed. What a page is decoded to takes two or three times its body and is
//! freed by the program, so without a larger block all of it would fault in again for every page: a quarter of the time.

use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The allocator keeps twice as much.
const MAX_BLOCK: usize = 2 * 1024 * 1024;

/// The largest block that was freed for this purpose, in this process.
static LARGEST: AtomicUsize = AtomicUsize::new(0);

/// Allocates and frees a block, never written to, that is larger than all before, if a body of this length needs one.
pub(crate) fn keep_for(body: usize) {
    let block = body.saturating_mul(2).min(MAX_BLOCK);
    if cfg!(all(target_os = "linux", target_env = "gnu")) && LARGEST.fetch_max(block, Ordering::Relaxed) < block {
        drop(black_box(Vec::<u8>::with_capacity(block)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_body_is_too_long() {
        keep_for(usize::MAX);
        keep_for(0);
        assert!(LARGEST.load(Ordering::Relaxed) <= MAX_BLOCK);
    }
}
