//! Replaces secrets by a mask, within the memory of the body.

use std::ops::Range;

use bytes::{Bytes, BytesMut};

/// The mask. A shorter secret gets as many asterisks as it has bytes: no text grows.
pub(super) const MASK: &[u8; 3] = b"***";

/// The number of bytes that are copied in one step.
const BLOCK: usize = 16;

/// Replaces every match. The body is copied only if there is a match and the body is shared.
pub(super) fn replace<const N: usize>(
    body: Bytes,
    mask: &[u8; N],
    mut find: impl FnMut(&[u8]) -> Option<Range<usize>>,
) -> Bytes {
    let Some(mut found) = find(&body) else { return body };
    let mut body = body.try_into_mut().unwrap_or_else(|shared| BytesMut::from(&*shared));
    // Text that is kept moves to the front; the rest is unchanged.
    let (mut kept, mut rest) = (0, 0);
    loop {
        let length = found.start - rest;
        match body[rest..].first_chunk::<BLOCK>().copied() {
            // The usual case is a move of registers. The extra bytes that it copies are overwritten later, or were
            // already read.
            Some(block) if length <= BLOCK && kept + BLOCK <= found.end => {
                body[kept..kept + BLOCK].copy_from_slice(&block);
            }
            _ => body.copy_within(rest..found.start, kept),
        }
        kept += length;
        match body[kept..found.end].first_chunk_mut::<N>() {
            Some(room) => *room = *mask,
            None => body[kept..kept + found.len()].copy_from_slice(&mask[..found.len()]),
        }
        kept += found.len().min(N);
        rest = found.end;
        match find(&body[rest..]) {
            Some(next) => found = next.start + rest..next.end + rest,
            None => break,
        }
    }
    body.copy_within(rest.., kept);
    body.truncate(kept + body.len() - rest);
    body.freeze()
}
