//! Serves a local portal: a page for every operation of the spec and, with `--whole`, a made-up one for every other title of
//! the ledgers. docs/portal.md uses it in place of the real portal.
//!
//! ```console
//! $ cargo run --example local_portal -- --whole      # then: cargo xtask portal status http://127.0.0.1:4020/llms.txt
//! ```

#[path = "../tests/local_portal/mod.rs"]
mod local_portal;

use std::path::PathBuf;

use anyhow::Context as _;
use local_portal::LocalPortal;
use local_portal::server::Server;
use spec_tools::Sources;

const PORT: u16 = 4020;

fn main() -> anyhow::Result<()> {
    let workspace: PathBuf = [env!("CARGO_MANIFEST_DIR"), ".."].iter().collect();
    let sources = Sources::read(&workspace)?;
    let is_whole = std::env::args().any(|argument| argument == "--whole");
    let portal = if is_whole { LocalPortal::whole(&sources) } else { LocalPortal::of_spec(&sources) };
    let server =
        Server::start(PORT).with_context(|| format!("port {PORT} cannot be used: stop the other local portal"))?;
    server.set_files(portal.files(&server.base()));
    println!("{} pages: {}/llms.txt", portal.pages.len(), server.base());
    loop {
        std::thread::park();
    }
}
