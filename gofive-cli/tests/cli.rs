//! The command as users run it: the binary, on sandboxes.

#[path = "cli/gofive.rs"]
mod gofive;

#[path = "cli/calls.rs"]
mod calls;
#[path = "cli/failures.rs"]
mod failures;
#[path = "cli/operations.rs"]
mod operations;
#[path = "cli/outputs.rs"]
mod outputs;
#[path = "cli/pages.rs"]
mod pages;
