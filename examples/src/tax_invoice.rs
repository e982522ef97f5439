//! Issues the tax invoice of a sales order, exact to the satang, or none.
//!
//! The totals are computed from the lines, in decimals, and have to be those of the order: an invoice that does not add up is not
//! issued.

use gofive_api::etaxgo::{
    AbbreviatedTaxInvoiceDiscount, AbbreviatedTaxInvoiceItem, CreateAbbreviatedTaxInvoiceRequest, Etaxgo,
};
use gofive_api::jiff::Timestamp;
use gofive_api::venio::{SalesOrder, SalesOrderLine, Venio};
use gofive_api::{Decimal as Amount, RawJson};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::Failure;

/// The rate of the value-added tax, in percent.
const VAT: Decimal = Decimal::from_parts(7, 0, 0, false, 0);

/// Who issues the invoices.
pub struct Seller {
    /// The key of the seller at eTaxGo.
    pub key: String,
    /// The branch: `00000` is the head office.
    pub branch_code: String,
    /// The token of the document's template.
    pub template_token: String,
}

/// Issues the invoice of an order. Its number is that of the order.
///
/// Returns what eTaxGo responds, which is not documented. If the error says that the outcome is unknown, look for the document
/// before you call this again.
pub async fn issue(venio: &Venio, etaxgo: &Etaxgo, seller: &Seller, order_number: &str) -> Result<RawJson, Failure> {
    let order = venio.get_sales_order(order_number).await?;
    let invoice = invoice(&order, order_number, seller, Timestamp::now())?;
    Ok(etaxgo.create_abbreviated_tax_invoice(&invoice).await?.json().clone())
}

/// The invoice of an order; an error if its lines are incomplete, or do not add up to its totals.
pub fn invoice(
    order: &SalesOrder,
    number: &str,
    seller: &Seller,
    now: Timestamp,
) -> Result<CreateAbbreviatedTaxInvoiceRequest, Failure> {
    if is_set(order.discount_value.as_ref()) {
        return Err("the order has a discount on the whole, which no line shows".into());
    }
    let lines = order.salesorder_details.iter().enumerate();
    let lines: Vec<Line> = lines.map(|(at, line)| Line::of(at + 1, line)).collect::<Result<_, _>>()?;
    let total: Decimal = lines.iter().map(|line| line.amount).sum();
    let vat: Decimal = lines.iter().map(|line| line.vat).sum();
    agree("the total without tax", order.sub_total.as_ref(), total)?;
    agree("the tax", order.total_vat.as_ref(), vat)?;
    agree("the total", order.grand_total.as_ref(), total + vat)?;
    let nothing = money(Decimal::ZERO).to_string();
    Ok(CreateAbbreviatedTaxInvoiceRequest::builder()
        .seller_key(seller.key.as_str())
        .branch_code(seller.branch_code.as_str())
        .document_no(number)
        .created_date(now)
        .issue_date_time(now)
        .template_token(seller.template_token.as_str())
        .item_products(lines.into_iter().map(|line| line.item))
        .included_vat(false)
        .original_amount(nothing.as_str())
        .difference_amount(nothing.as_str())
        .total_item_amount(money(total).to_string())
        .tax_basis_total_amount(money(total).to_string())
        .tax_total_amount(money(vat).to_string())
        .grand_total(money(total + vat).to_string())
        .dis_count(AbbreviatedTaxInvoiceDiscount::builder().description("None").amount(nothing).build())
        .build())
}

/// A line of the invoice, with its amounts as numbers: the API has them as text.
struct Line {
    item: AbbreviatedTaxInvoiceItem,
    amount: Decimal,
    vat: Decimal,
}

impl Line {
    /// The tax is rounded line by line, so that the total is the sum of what the lines show.
    fn of(number: usize, line: &SalesOrderLine) -> Result<Self, Failure> {
        let missing = |what: &str| format!("line {number} of the order has no {what}");
        let code = line.product_code.as_deref().ok_or_else(|| missing("code of a product"))?;
        let quantity = line.qty.as_ref().ok_or_else(|| missing("quantity"))?.get()?;
        let price = line.price.as_ref().ok_or_else(|| missing("price"))?.get()?;
        if is_set(line.discount_value.as_ref()) {
            return Err(
                format!("line {number} of the order has a discount, of which it does not say how it counts").into()
            );
        }
        let whole = |what: &str, amount: Decimal| match money(amount) {
            rounded if rounded == amount => Ok(rounded),
            _ => Err(format!("line {number}: {what} {amount} is not a whole number of satang")),
        };
        let price = whole("the price", price)?;
        let amount = quantity.checked_mul(price).ok_or_else(|| format!("line {number} is too large"))?;
        let amount = whole("the amount", amount)?;
        let vat = money(amount * VAT / Decimal::ONE_HUNDRED);
        let item = AbbreviatedTaxInvoiceItem::builder()
            .number(number.to_string())
            .product_code(code)
            .product_name(line.product_name.as_deref().unwrap_or(code))
            .quantity(quantity.to_string())
            .unit_name(line.product_unit_name.as_deref().unwrap_or_default())
            .price_per_item(price.to_string())
            .discount(money(Decimal::ZERO).to_string())
            .percent_vat(VAT.to_string())
            .total_amount(amount.to_string())
            .total_vat_amount(vat.to_string())
            // What “net” means is not documented; this takes it for the amount to pay.
            .total_net_amount(money(amount + vat).to_string())
            .build();
        Ok(Self { item, amount, vat })
    }
}

/// A discount that no decimal holds is one.
fn is_set(discount: Option<&Amount>) -> bool {
    discount.is_some_and(|discount| discount.get().map_or(true, |discount| !discount.is_zero()))
}

/// An order without a total has nothing to disagree with.
fn agree(what: &str, ordered: Option<&Amount>, computed: Decimal) -> Result<(), Failure> {
    match ordered {
        Some(ordered) if ordered.get()? != computed => {
            Err(format!("{what} of the order is {ordered}, and its lines add up to {computed}").into())
        }
        _ => Ok(()),
    }
}

/// Rounded to two decimals, half a satang up, and with its zeros.
fn money(amount: Decimal) -> Decimal {
    let mut amount = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    amount.rescale(2);
    amount
}
