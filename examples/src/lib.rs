//! Five programs that integrations with Gofive consist of, each in one file, each tested on the sandbox.
//!
//! | file | what it does |
//! |---|---|
//! | [`product_sync`] | copies all products into a database every night, and goes on where it was interrupted |
//! | [`case_service`] | a web service that opens cases, and turns errors into statuses of HTTP |
//! | [`tax_invoice`] | issues the tax invoice of a sales order, exact to the satang, or none |
//! | [`employees_csv`] | writes the employees of a company into a CSV file |
//! | [`order_events`] | turns webhooks of sales orders into rows of a database, each exactly once |
//!
//! Copy what you need. The tests in `tests/` show how the sandbox replaces the API.

pub mod case_service;
pub mod employees_csv;
pub mod order_events;
pub mod product_sync;
pub mod tax_invoice;

/// An error of any of these programs, for a person.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;
