//! Counts what one call of a client allocates.

use allocation_counter::{AllocationInfo, measure};
use tokio::runtime::{Builder, Runtime};

use crate::measure::{Contender, Done};

/// Prints a row: number and KiB for a small call, and for a page of records.
pub(crate) fn count<C: Contender>(name: &str, base_url: &str) -> Done {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let mut client = C::new(base_url)?;
    runtime.block_on(client.authorise())?;
    let small = usual(&runtime, async || client.small().await)?;
    let page = usual(&runtime, async || client.page().await)?;
    let kib = |info: &AllocationInfo| info.bytes_total / 1024;
    println!("| {name} | {} | {} | {} | {} |", small.count_total, kib(&small), page.count_total, kib(&page));
    Ok(())
}

/// The median of several calls: the number of pieces in which a response arrives differs from call to call.
fn usual(runtime: &Runtime, call: impl AsyncFn() -> Done) -> Done<AllocationInfo> {
    let mut counts = Vec::new();
    for _ in 0..51 {
        let mut done = Ok(());
        counts.push(measure(|| done = runtime.block_on(call())));
        done?;
    }
    counts.sort_by_key(|info| info.bytes_total);
    Ok(counts.swap_remove(counts.len() / 2))
}
