//! Takes the webhook of a new sales order, which carries a number only, and fetches the order and its customer.
//!
//! ```console
//! $ cargo run --example order_from_webhook
//! $ cargo run --example order_from_webhook -- '{"Data": {"SaleOrderNo": "SO260600039"}}'
//! ```

mod support;

use std::fmt::Display;
use std::process::ExitCode;

use gofive_api::venio::{CreateOrUpdateCustomerRequest, CustomerState, SalesOrder, SalesOrderLine, Venio};
use gofive_api::webhook::{self, Webhook};
use gofive_api::{Error, ErrorKind, RawJson};
use jiff::civil;
use rust_decimal::Decimal;
use support::{Connection, Outcome};

/// What Venio posts, as far as it is known.
const EXAMPLE: &str = r#"{"Data": {"SaleOrderNo": "SO260600039"}}"#;

#[tokio::main]
async fn main() -> ExitCode {
    support::end(run().await, "The order was not fetched.", advice)
}

async fn run() -> Outcome {
    let Connection { gofive, is_sandbox, embedded: _sandbox } = support::connect().await?;
    if is_sandbox {
        name_the_customer(&gofive.venio()).await?;
    }
    let received = std::env::args().nth(1).unwrap_or_else(|| EXAMPLE.to_owned());
    let number = order_number(&received)?;
    println!("\nThe webhook is about the sales order {number}");

    // Webhooks are not signed: anybody may have sent this one. What is fetched by its number can be trusted.
    let order = gofive.venio().get_sales_order(&number).await?;
    let customer = match &order.customer_code {
        Some(code) => gofive.venio().get_customer_by_customer_code(code).await?.customer_name,
        None => None,
    };
    print_order(&order, customer.as_ref());
    Ok(())
}

fn order_number(json: &str) -> Outcome<String> {
    let Webhook::SalesOrder(event) = webhook::parse(json.as_bytes())? else {
        return Err("this webhook is not about a sales order".into());
    };
    let number = event.data.and_then(|data| data.sale_order_no);
    Ok(number.ok_or("the webhook has no Data.SaleOrderNo")?)
}

/// Creates the customer of the documented order on the sandbox: the documentation has only the code of it.
async fn name_the_customer(venio: &Venio) -> Result<(), Error> {
    let customer = CreateOrUpdateCustomerRequest::builder()
        .customer_code("C000001")
        .customer_name("John Doe Ltd.")
        .customer_state(CustomerState::CUSTOMER)
        .build();
    venio.create_or_update_customer(&customer).await?;
    Ok(())
}

fn print_order(order: &SalesOrder, customer_name: Option<&RawJson>) {
    let currency = order.currency_code.as_deref().unwrap_or_default();
    let date = order.sales_order_date.as_ref().and_then(|date| date.civil().ok()).map(civil::DateTime::date);
    println!("\nSales order {} of {}", show(order.sales_order_no.as_ref()), show(date.as_ref()));
    println!("  for {} ({})", show(customer_name), show(order.customer_code.as_ref()));
    for line in &order.salesorder_details {
        print_line(line);
    }
    println!("  {:<36} {:>10} {currency}", "subtotal", show(order.sub_total.as_ref()));
    println!("  {:<36} {:>10} {currency}", "after discount", show(order.sub_total_with_discount.as_ref()));
    println!("  {:<36} {:>10} {currency}", "VAT", show(order.total_vat.as_ref()));
    println!("  {:<36} {:>10} {currency}", "total", show(order.grand_total.as_ref()));
    print_difference(order);
}

fn print_line(line: &SalesOrderLine) {
    let (quantity, price, total) =
        (show(line.qty.as_ref()), show(line.price.as_ref()), show(line.total_price.as_ref()));
    let what = format!("{quantity} × {} at {price}", show(line.product_name.as_ref()));
    println!("  {what:<36} {total:>10}");
}

/// The lines of the documented order do not add up, and neither may those of an order that was changed by hand.
fn print_difference(order: &SalesOrder) {
    let totals: Option<Vec<_>> = order.salesorder_details.iter().map(|line| line.total_price.as_ref()).collect();
    // A number that no decimal holds is not summed.
    let sum: Option<Result<Decimal, _>> = totals.map(|totals| totals.into_iter().sum());
    if let (Some(Ok(sum)), Some(sub_total)) = (sum, &order.sub_total)
        && sub_total != &sum
    {
        println!("Note: the lines add up to {sum}, the order says {sub_total}.");
    }
}

/// Any property of a payload may be missing.
fn show<T: Display>(property: Option<&T>) -> String {
    // A text of JSON would have its quotation marks around it.
    property.map_or_else(|| "–".to_owned(), |property| property.to_string().trim_matches('"').to_owned())
}

fn advice(error: &Error) -> Option<&'static str> {
    match error.kind() {
        ErrorKind::NotFound | ErrorKind::Validation | ErrorKind::Business => {
            Some("The order may be of another tenant, or the webhook invented: nothing proves where one comes from.")
        }
        _ => None,
    }
}
