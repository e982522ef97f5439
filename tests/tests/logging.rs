//! The tests with a `tracing` subscriber of their own.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

mod logs;
mod spans;
