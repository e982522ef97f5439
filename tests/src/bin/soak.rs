//! `cargo xtask soak [CALLS] [SEED]`.

use std::process::ExitCode;

use gofive_tests::soak::{self, Plan};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let calls = arguments.next().unwrap_or(20_000);
    let seed = arguments.next().and_then(|seed: usize| seed.try_into().ok()).unwrap_or(1);
    match soak::run(&Plan { calls, seed }) {
        Ok(report) => {
            print!("{report}");
            if report.holds() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}
