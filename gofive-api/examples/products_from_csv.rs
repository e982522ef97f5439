//! Reads products from a CSV file and creates or updates them, if there is nothing wrong with any of its rows.
//!
//! ```console
//! $ cargo run --example products_from_csv
//! $ cargo run --example products_from_csv -- my-products.csv
//! ```

mod support;

use std::collections::HashMap;
use std::fs;
use std::process::ExitCode;

use csv::{ReaderBuilder, StringRecord, Trim};
use gofive_api::venio::{CreateOrUpdateProductsRequest, ProductItem, ProductPrice};
use gofive_api::{Decimal, Error, ErrorKind};
use support::{Connection, Outcome};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/products.csv");
/// In any order; the file may have more.
const COLUMNS: [&str; 8] = ["code", "name", "category", "unit", "cost", "price_tier", "price", "stock"];
/// How many products go into one call.
const BATCH: usize = 100;

#[tokio::main]
async fn main() -> ExitCode {
    support::end(run().await, "Not all products were sent.", advice)
}

async fn run() -> Outcome {
    // `embedded` is bound too: the sandbox stops when it is dropped.
    let Connection { gofive, embedded: _sandbox, .. } = support::connect().await?;
    let path = std::env::args().nth(1).unwrap_or_else(|| EXAMPLE.to_owned());
    let products = read(&path).map_err(|problem| format!("{path}: {problem}"))?;
    println!("\n{} products in {path}, nothing wrong with them", products.len());

    for (number, batch) in (1..).zip(products.chunks(BATCH)) {
        for product in batch {
            println!("  {}  {}", product.product_code.as_deref().unwrap_or_default(), product.product_name);
        }
        let body = CreateOrUpdateProductsRequest::builder().products(batch.iter().cloned()).build();
        gofive.venio().create_or_update_products(&body).await?;
        println!("Batch {number}: {} products created or updated", batch.len());
    }
    Ok(())
}

/// All products of the file or, if anything is wrong, all that is wrong, so that one correction of the file is enough.
fn read(path: &str) -> Outcome<Vec<ProductItem>> {
    // Flexible, so that a row that is too short or too long is reported like all else.
    let file = fs::read(path)?;
    let mut reader = ReaderBuilder::new().flexible(true).trim(Trim::All).from_reader(file.as_slice());
    let headers = reader.headers()?.clone();
    let missing: Vec<_> = COLUMNS.into_iter().filter(|column| headers.iter().all(|header| header != *column)).collect();
    if !missing.is_empty() {
        return Err(format!("line 1: no column {}", missing.join(", ")).into());
    }

    let (mut products, mut problems) = (Vec::new(), Vec::new());
    let mut first_lines = HashMap::new();
    for record in reader.records() {
        let record = record?;
        let line = line_of(&record, &file);
        let mut row = Row { line, headers: &headers, record: &record, problems: &mut problems };
        row.check_width();
        let product = row.product();
        match first_lines.get(&product.product_code) {
            Some(first) if product.product_code.as_deref().is_some_and(|code| !code.is_empty()) => {
                row.report("code", &format!("is on line {first} already"));
            }
            _ => {
                first_lines.insert(product.product_code.clone(), line);
            }
        }
        products.push(product);
    }
    if problems.is_empty() {
        Ok(products)
    } else {
        Err(format!("nothing was sent, because the file has errors:\n{}", problems.join("\n")).into())
    }
}

/// The line on which a record begins.
fn line_of(record: &StringRecord, file: &[u8]) -> usize {
    let Some(position) = record.position() else { return 0 };
    let (Ok(line), Ok(start)) = (usize::try_from(position.line()), usize::try_from(position.byte())) else { return 0 };
    // The reader counts the end of the line before, and empty lines after it, to the record.
    let breaks = file.iter().skip(start).take_while(|byte| b"\r\n".contains(byte));
    line + breaks.filter(|byte| **byte == b'\n').count()
}

/// One row of the file; what is wrong with it is added to `problems`.
struct Row<'a> {
    line: usize,
    headers: &'a StringRecord,
    record: &'a StringRecord,
    problems: &'a mut Vec<String>,
}

impl Row<'_> {
    /// In the order of the columns, so that the problems are in that order, too.
    fn product(&mut self) -> ProductItem {
        let product = ProductItem::builder()
            .product_code(self.text("code"))
            .product_name(self.text("name"))
            .category(self.text("category"))
            .product_unit_name(self.text("unit"))
            .cost(self.amount("cost"));
        let price = ProductPrice::builder()
            .price_tier_name(self.text("price_tier"))
            .regular_price(self.amount("price"))
            .use_default_vat(true)
            .build();
        product
            .prices([price])
            .track_inventory(true)
            .qty(self.quantity("stock"))
            .use_warranty(false)
            .visibility(true)
            .active(true)
            .build()
    }

    fn text(&mut self, column: &str) -> String {
        let text = self.value(column).to_owned();
        if text.is_empty() {
            self.report(column, "is empty");
        }
        text
    }

    fn amount(&mut self, column: &str) -> Decimal {
        let amount = self.value(column).parse().ok().filter(|amount| *amount >= Decimal::from(0));
        amount.unwrap_or_else(|| {
            self.report(column, "is not an amount like 1234.50");
            Decimal::default()
        })
    }

    fn quantity(&mut self, column: &str) -> i64 {
        let quantity = self.value(column).parse().ok().filter(|quantity| *quantity >= 0);
        quantity.unwrap_or_else(|| {
            self.report(column, "is not a whole number like 12");
            0
        })
    }

    /// The value in a column; empty if the row ends before it.
    fn value(&self, column: &str) -> &str {
        let index = self.headers.iter().position(|header| header == column);
        index.and_then(|index| self.record.get(index)).unwrap_or_default()
    }

    fn check_width(&mut self) {
        if self.record.len() > self.headers.len() {
            let Self { line, headers, record, .. } = self;
            self.problems.push(format!(
                "  line {line}: {} values for {} columns; a value with a comma needs quotation marks",
                record.len(),
                headers.len()
            ));
        }
    }

    fn report(&mut self, column: &str, problem: &str) {
        let problem = match self.value(column) {
            "" => "is empty".to_owned(),
            value => format!("“{value}” {problem}"),
        };
        self.problems.push(format!("  line {}, column {column}: {problem}", self.line));
    }
}

fn advice(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::Validation | ErrorKind::Business => {
            Some("Units and price tiers have to be those of your tenant; see its settings.")
        }
        _ if error.is_retryable() || error.outcome_unknown() => {
            Some("Look up which products exist before you try again: a product may be changed twice.")
        }
        _ => None,
    }
}
