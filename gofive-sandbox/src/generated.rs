//! Code that `cargo xtask codegen` writes.

#[rustfmt::skip]
pub mod operation;
