//! Counts the allocations of one call on its own thread: `cargo bench -p gofive-benches --bench allocations`.
//!
//! `GOFIVE_BENCH_PEER_ALLOCATIONS` may name a program that counts the allocations of OpenAPI Generator's client.

mod allocated;
mod contenders;
mod floor;
#[expect(dead_code, reason = "only the calls themselves are of interest here")]
mod measure;
#[expect(dead_code, reason = "the server is in this process, and takes no arguments")]
mod server;

use std::process::Command;
use std::sync::mpsc;

use contenders::{HandWritten, Ours};
use floor::Reqwest;
use measure::Done;

fn main() -> Done {
    let (ready, base_url) = mpsc::channel();
    // On a thread of its own, whose allocations are not counted.
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(server::serve(server::Pace::default(), move |base_url| drop(ready.send(base_url))))
    });
    let base_url = base_url.recv()?;
    println!("## Allocations of one call\n");
    println!("| | small call | KiB | page | KiB |\n|---|---:|---:|---:|---:|");
    allocated::count::<HandWritten>("by hand", &base_url)?;
    allocated::count::<Ours>("gofive-api", &base_url)?;
    allocated::count::<Reqwest<false>>("reqwest, one request over and over, bodies dropped", &base_url)?;
    if let Some(peer) = std::env::var_os("GOFIVE_BENCH_PEER_ALLOCATIONS") {
        let done = Command::new(peer).arg(base_url).status()?;
        if !done.success() {
            return Err("OpenAPI Generator's client failed".into());
        }
    }
    Ok(())
}
