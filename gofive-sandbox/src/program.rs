//! The program: its command line, its health check, and what it prints.

mod command_line;
mod fault_argument;
mod health;
mod start_text;

pub(crate) use self::command_line::CommandLine;
pub(crate) use self::fault_argument::print_presets;
pub(crate) use self::start_text::print_start;
