//! Ctrl-C, and the signal with which containers are stopped.

use crate::failure::Failure;

/// Waits until the command is to end.
pub(crate) async fn interrupted() -> Result<(), Failure> {
    wait().await.map_err(|error| Failure::setup(format!("Ctrl-C cannot be waited for: {error}")))
}

/// From now on, Ctrl-C does not end the process by itself: whoever waits for it does.
pub(crate) fn catch() -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let caught = signal(SignalKind::interrupt());
        caught.map(drop).map_err(|error| Failure::setup(format!("Ctrl-C cannot be waited for: {error}")))?;
    }
    Ok(())
}

#[cfg(unix)]
async fn wait() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};

    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    tokio::select! {
        _ = interrupt.recv() => Ok(()),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn wait() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
