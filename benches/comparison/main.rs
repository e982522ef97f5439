//! Compares the client with its peers, in one run on one machine: with hand-written reqwest and, if `GOFIVE_BENCH_PEER`
//! names a program built from it, with the client of OpenAPI Generator.
//!
//! `cargo bench -p gofive-benches --bench comparison` prints the tables; `cargo xtask bench` also builds the peer and
//! writes `BENCHMARKS.md`. Each measurement runs in its own process, and so does the server.

mod command;
mod contenders;
mod floor;
mod measure;
mod rounds;
mod server;

use std::process::ExitCode;

use measure::{Done, Scenario};
use server::Pace;

fn main() -> ExitCode {
    // cargo adds an argument of its own.
    let arguments: Vec<_> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match play(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn play(arguments: &[&str]) -> Done {
    match arguments {
        [] => rounds::all(),
        ["command", gofive] => command::all(gofive.as_ref()),
        ["serve", pace @ ..] => {
            let pace = Pace::parse(pace).ok_or_else(|| {
                format!("{pace:?} is not a pace: give latency, life and latency of a token in milliseconds")
            })?;
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(server::serve(pace, |base_url| println!("{base_url}")))
        }
        ["ours", base_url, scenario @ ..] => parse(scenario)?.run::<contenders::Ours>(base_url),
        ["beside-a-thread", base_url, scenario @ ..] => parse(scenario)?.run::<contenders::BesideAThread>(base_url),
        ["recording", base_url, scenario @ ..] => parse(scenario)?.run::<contenders::Recording>(base_url),
        ["listening", base_url, scenario @ ..] => parse(scenario)?.run::<contenders::Listening>(base_url),
        ["by-hand", base_url, scenario @ ..] => parse(scenario)?.run::<contenders::HandWritten>(base_url),
        ["by-hand-shared", base_url, scenario @ ..] => parse(scenario)?.run::<contenders::SharedToken>(base_url),
        ["bare", base_url, scenario @ ..] => parse(scenario)?.run::<floor::Bare>(base_url),
        ["reqwest", base_url, scenario @ ..] => parse(scenario)?.run::<floor::Reqwest<false>>(base_url),
        ["reqwest-decoding", base_url, scenario @ ..] => parse(scenario)?.run::<floor::Reqwest<true>>(base_url),
        ["sleeps", base_url, scenario @ ..] => parse(scenario)?.run::<floor::Sleeps>(base_url),
        ["copy", base_url, scenario @ ..] => parse(scenario)?.run::<floor::OnBytes<false>>(base_url),
        ["scan", base_url, scenario @ ..] => parse(scenario)?.run::<floor::OnBytes<true>>(base_url),
        _ => Err(format!("unknown arguments {arguments:?}: give none").into()),
    }
}

fn parse(scenario: &[&str]) -> Done<Scenario> {
    Scenario::parse(scenario).ok_or_else(|| format!("{scenario:?} is not a scenario").into())
}
