//! Runs the sandbox until Ctrl-C is pressed.

mod program;

use std::process::ExitCode;

use clap::Parser as _;

use crate::program::{CommandLine, print_presets, print_start};

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = CommandLine::parse();
    let done = if let Some(target) = &arguments.health {
        target.check()
    } else if arguments.lists_faults() {
        print_presets();
        Ok(())
    } else {
        run(&arguments).await
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}.");
            ExitCode::FAILURE
        }
    }
}

/// Runs the sandbox until it is to stop. A second Ctrl-C does not wait for what is under way.
async fn run(arguments: &CommandLine) -> Result<(), String> {
    // From here on, a signal does not end the program.
    let mut signals = Signals::new().map_err(|error| format!("Cannot wait for Ctrl-C: {error}"))?;
    let started = arguments.builder().start().await;
    let sandbox = started.map_err(|error| format!("The sandbox cannot start: {error}"))?;
    print_start(arguments, &sandbox);
    signals.next().await.map_err(|error| format!("Cannot wait for Ctrl-C: {error}"))?;
    tokio::select! {
        stopped = sandbox.shutdown() => stopped.map_err(|error| format!("The records cannot be saved: {error}")),
        _ = signals.next() => Err("Stopped without waiting for requests that are under way; nothing was saved".to_owned()),
    }
}

/// Ctrl-C, and the signal with which containers are stopped.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn next(&mut self) -> std::io::Result<()> {
        tokio::select! {
            _ = self.terminate.recv() => Ok(()),
            _ = self.interrupt.recv() => Ok(()),
        }
    }
}

#[cfg(not(unix))]
impl Signals {
    #[allow(clippy::unnecessary_wraps, reason = "it can fail on Unix")]
    fn new() -> std::io::Result<Self> {
        Ok(Self {})
    }

    async fn next(&mut self) -> std::io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
