//! Measures the client of OpenAPI Generator: `speed BASE_URL SCENARIO…`.

mod client;
#[path = "../measure.rs"]
mod measure;

fn main() -> measure::Done {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let (base_url, scenario) = arguments.split_first().ok_or("missing argument: base URL")?;
    let scenario = measure::Scenario::parse(scenario).ok_or("unknown scenario")?;
    scenario.run::<client::Generated>(base_url)
}
