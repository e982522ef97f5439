//! Which requests raise an event.

use serde_json::Value;

use super::event::Event;
use crate::generated::operation::{CONVERT_QUOTATION_TO_SALES_ORDER, CREATE_OR_UPDATE_SALES_ORDER};
use crate::operations::name::Operation;
use crate::operations::request::Arguments;

/// Returns the event that a request raises after it was carried out with this payload.
pub(crate) fn raised_by(operation: Operation, arguments: &Arguments, payload: &Value) -> Option<Event> {
    let creates_order = match operation {
        // With a number, the request has updated an order.
        CREATE_OR_UPDATE_SALES_ORDER => arguments.body["salesOrderNo"].as_str().is_none(),
        CONVERT_QUOTATION_TO_SALES_ORDER => true,
        _ => false,
    };
    let number = payload["salesOrderNo"].as_str()?;
    creates_order.then(|| Event::new_sales_order(number))
}
