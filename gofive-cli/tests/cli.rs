//! The command as users run it: the binary, on sandboxes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "cli/gofive.rs"]
mod gofive;

#[path = "cli/about.rs"]
mod about;
#[path = "cli/calls.rs"]
mod calls;
#[path = "cli/failures.rs"]
mod failures;
#[path = "cli/mcp.rs"]
mod mcp;
#[path = "cli/operations.rs"]
mod operations;
#[path = "cli/outputs.rs"]
mod outputs;
#[path = "cli/pages.rs"]
mod pages;
#[path = "cli/profiles.rs"]
mod profiles;
#[path = "cli/tree.rs"]
mod tree;
#[path = "cli/webhooks.rs"]
mod webhooks;
