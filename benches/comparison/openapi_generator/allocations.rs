//! Counts the allocations of the client of OpenAPI Generator: `allocations BASE_URL`.

#[path = "../allocated.rs"]
mod allocated;
mod client;
#[allow(dead_code)]
#[path = "../measure.rs"]
mod measure;

fn main() -> measure::Done {
    let base_url = std::env::args().nth(1).ok_or("missing argument: base URL")?;
    allocated::count::<client::Generated>("OpenAPI Generator", &base_url)
}
