//! Calls that `tests/budget/run` counts the instructions of.
//!
//! `budget cases` lists them; `budget serve` prints its base URL and serves prepared responses; `budget CASE COUNT
//! BASE_URL` makes so many calls, one after the other.

mod cases;
mod server;

use std::error::Error;
use std::process::ExitCode;

use gofive_api::Gofive;

type Done<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

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
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match arguments {
        // What `cargo bench` does without further arguments.
        [] | ["cases"] => cases::ALL.iter().for_each(|case| println!("{case}")),
        ["serve"] => runtime.block_on(server::serve())?,
        [case, count, base_url] => {
            let gofive = Gofive::builder().base_url(*base_url).access_token("t").subscription_key("key").build()?;
            runtime.block_on(cases::repeat(case, count.parse()?, &gofive))?;
        }
        _ => {
            return Err(format!("unknown arguments {arguments:?}: give `cases`, `serve` or CASE COUNT BASE_URL").into());
        }
    }
    Ok(())
}
