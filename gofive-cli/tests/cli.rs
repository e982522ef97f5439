//! The command as users run it: the binary, on sandboxes.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "cli/gofive.rs"]
mod gofive;
#[cfg(unix)]
#[path = "cli/pty.rs"]
mod pty;

#[path = "cli/about.rs"]
mod about;
#[path = "cli/calls.rs"]
mod calls;
#[path = "cli/check.rs"]
mod check;
#[path = "cli/doctor.rs"]
mod doctor;
#[path = "cli/failures.rs"]
mod failures;
#[path = "cli/killed.rs"]
mod killed;
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
#[path = "cli/secrets.rs"]
mod secrets;
#[path = "cli/shapes.rs"]
mod shapes;
#[path = "cli/shells.rs"]
mod shells;
#[path = "cli/snapshots.rs"]
mod snapshots;
#[cfg(unix)]
#[path = "cli/terminal.rs"]
mod terminal;
#[path = "cli/tree.rs"]
mod tree;
#[cfg(unix)]
#[path = "cli/walk.rs"]
mod walk;
#[path = "cli/webhooks.rs"]
mod webhooks;
