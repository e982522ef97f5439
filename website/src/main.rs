//! Makes HTML of the pages of the website: `gofive-website PAGES OUT`. `cargo xtask docs` writes the pages and runs this program.

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use mdbook_driver::MDBook;
use mdbook_driver::config::Config;

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1).map(PathBuf::from);
    let (Some(pages), Some(out), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        eprintln!("Pass two folders: that of the pages, and the one to write to. `cargo xtask docs` does so.");
        return ExitCode::from(2);
    };
    match build(pages, out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Builds the website with the settings and the theme of this package, which cargo names when it runs the program.
fn build(pages: PathBuf, out: PathBuf) -> Result<()> {
    let package =
        env::var_os("CARGO_MANIFEST_DIR").context("the theme is not found: run this program with `cargo run`")?;
    let mut config: Config = include_str!("../book.toml").parse().context("book.toml cannot be read")?;
    config.book.src = pages;
    config.build.build_dir = out;
    MDBook::load_with_config(package, config).and_then(|book| book.build()).context("the pages cannot be built")
}
