//! Issues an abbreviated tax invoice, its totals computed exactly, and reads the status of its submission.
//!
//! ```console
//! $ cargo run --example abbreviated_tax_invoice --all-features
//! ```
//!
//! On the real API this issues a real tax document, so it asks for `ETAXGO_SELLER_KEY` and `ETAXGO_TEMPLATE_TOKEN` there.

mod support;

use std::collections::BTreeMap;
use std::process::ExitCode;

use gofive_api::etaxgo::{
    AbbreviatedTaxInvoiceDiscount, AbbreviatedTaxInvoiceItem, CreateAbbreviatedTaxInvoiceRequest,
    GetRdSubmissionStatusRequest,
};
use gofive_api::{Error, ErrorKind, RawJson};
use jiff::Timestamp;
use rust_decimal::{Decimal, RoundingStrategy};
use support::{Connection, Outcome};

const PERCENT_VAT: Decimal = Decimal::from_parts(7, 0, 0, false, 0);

#[tokio::main]
async fn main() -> ExitCode {
    support::end(run().await, "The invoice was not issued, or its status not read.", advice)
}

async fn run() -> Outcome {
    let Connection { gofive, is_sandbox, embedded: _sandbox } = support::connect().await?;
    let seller_key = setting("ETAXGO_SELLER_KEY", "9876543210987", is_sandbox)?;
    let template_token = setting("ETAXGO_TEMPLATE_TOKEN", "template-token", is_sandbox)?;

    let lines = [
        line(1, "EX-001", "Desk lamp", 2, Decimal::new(49_950, 2)),
        line(2, "EX-005", "Whiteboard marker", 3, Decimal::new(1_995, 2)),
    ];
    let invoice = invoice(seller_key, template_token, lines);
    print_invoice(&invoice);

    let response = gofive.etaxgo().create_abbreviated_tax_invoice(&invoice).await?;
    println!("\nThe server responds: {}", response.json());
    let Some(number) = document_number(response.json()) else {
        println!("It has no document number, so its submission cannot be looked up.");
        return Ok(());
    };
    let status = gofive.etaxgo().get_rd_submission_status(&number, &GetRdSubmissionStatusRequest::default()).await?;
    println!("\nSubmission of {number} to the Revenue Department: {}", status.json());
    Ok(())
}

/// A line of the invoice, with its amounts as numbers: the API has them as text.
struct Line {
    item: AbbreviatedTaxInvoiceItem,
    amount: Decimal,
    vat: Decimal,
}

/// Prices are without VAT. It is rounded line by line, so that the total is the sum of what the lines show.
fn line(number: u32, code: &str, name: &str, quantity: i64, price: Decimal) -> Line {
    let amount = money(price * Decimal::from(quantity));
    let vat = money(amount * PERCENT_VAT / Decimal::ONE_HUNDRED);
    let item = AbbreviatedTaxInvoiceItem::builder()
        .number(number.to_string())
        .product_code(code)
        .product_name(name)
        .quantity(quantity.to_string())
        .unit_name("piece")
        .price_per_item(money(price).to_string())
        .discount("0.00")
        .percent_vat(PERCENT_VAT.to_string())
        .total_amount(amount.to_string())
        .total_vat_amount(vat.to_string())
        // What “net” means is not documented; this takes it for the amount to pay.
        .total_net_amount((amount + vat).to_string())
        .build();
    Line { item, amount, vat }
}

fn invoice(seller_key: String, template_token: String, lines: [Line; 2]) -> CreateAbbreviatedTaxInvoiceRequest {
    let amount: Decimal = lines.iter().map(|line| line.amount).sum();
    let vat: Decimal = lines.iter().map(|line| line.vat).sum();
    let nothing = money(Decimal::ZERO).to_string();
    let now = Timestamp::now();
    CreateAbbreviatedTaxInvoiceRequest::builder()
        .seller_key(seller_key)
        .branch_code("00000")
        // A number of its own for each run: a second document must not have the number of the first.
        .document_no(format!("EX{}", now.as_millisecond()))
        .created_date(now)
        .issue_date_time(now)
        .template_token(template_token)
        .item_products(lines.map(|line| line.item))
        .included_vat(false)
        .original_amount(nothing.as_str())
        .difference_amount(nothing.as_str())
        .total_item_amount(amount.to_string())
        .tax_basis_total_amount(amount.to_string())
        .tax_total_amount(vat.to_string())
        .grand_total((amount + vat).to_string())
        .dis_count(AbbreviatedTaxInvoiceDiscount::builder().description("None").amount(nothing).build())
        .build()
}

/// Rounded to two decimals, half a satang up, and with its zeros.
fn money(amount: Decimal) -> Decimal {
    let mut amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    amount.rescale(2);
    amount
}

fn print_invoice(invoice: &CreateAbbreviatedTaxInvoiceRequest) {
    println!("\nInvoice {} of {}", invoice.document_no, invoice.issue_date_time);
    for line in &invoice.item_products {
        let (name, price) = (format!("{} × {}", line.quantity, line.product_name), &line.price_per_item);
        println!("  {name:<24} at {price:>8} {:>10}", line.total_amount);
    }
    println!("  {:<36} {:>10}", "without VAT", invoice.tax_basis_total_amount);
    println!("  {:<36} {:>10}", format!("VAT {PERCENT_VAT} %"), invoice.tax_total_amount);
    println!("  {:<36} {:>10}", "to pay", invoice.grand_total);
}

/// The payload is not documented: a property with the name of a document number is taken for it.
fn document_number(payload: &RawJson) -> Option<String> {
    let is_number = |name: &str| ["documentno", "documentnumber"].contains(&name.to_lowercase().as_str());
    let properties: BTreeMap<String, RawJson> = payload.read().ok()?;
    properties.iter().find(|(name, _)| is_number(name))?.1.read().ok()
}

fn setting(variable: &str, for_sandbox: &str, is_sandbox: bool) -> Outcome<String> {
    match std::env::var(variable) {
        Ok(value) => Ok(value),
        Err(_) if is_sandbox => Ok(for_sandbox.to_owned()),
        Err(error) => Err(format!("{variable}: {error}").into()),
    }
}

fn advice(error: &Error) -> Option<&'static str> {
    if error.outcome_unknown() {
        return Some("It may have been issued: look for it before you send it again.");
    }
    match error.kind() {
        ErrorKind::Validation | ErrorKind::Business => {
            Some("Check ETAXGO_SELLER_KEY, ETAXGO_TEMPLATE_TOKEN and the branch.")
        }
        _ => None,
    }
}
