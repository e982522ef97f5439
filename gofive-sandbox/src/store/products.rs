//! Products and their stock.

use serde_json::{Value, json};

use super::examples::Examples;
use super::operation::{Operations, PayloadResult};
use super::record::{JsonObject, merge, text, value};
use super::table::Table;
use crate::error::SandboxError;
use crate::operations::request::Arguments;
use crate::records::kind::RecordKind;

pub(super) type Handler = fn(&mut Products, &Arguments) -> PayloadResult;

pub(super) const OPERATIONS: Operations<Handler> = &[
    ("create_or_update_products", |products, arguments| products.create_or_update(&arguments.body).map(|()| None)),
    ("get_product", |products, arguments| products.get(&arguments.parameters).map(Some)),
    ("get_products_with_take_and_status", |products, arguments| Ok(Some(products.list(&arguments.body)))),
    ("get_products_by_filter", |products, arguments| Ok(Some(products.list(&arguments.body)))),
    ("update_product_stock", |products, arguments| Ok(Some(products.set_stock(&arguments.body)))),
];

#[derive(Clone, Debug)]
pub(super) struct Products(pub(super) Table);

impl Products {
    pub(super) fn new(examples: &Examples) -> Result<Self, SandboxError> {
        let stock = examples.request("update_product_stock")?;
        let products = stock.as_array().into_iter().flatten().map(|product| {
            let mut properties = JsonObject::new();
            merge(&mut properties, &json!({ "productName": "string" }));
            merge(&mut properties, product);
            properties
        });
        Ok(Self(Table::new(RecordKind::Products, products.collect())))
    }

    /// Creates or updates all products, or none if the room is too small for all of them.
    fn create_or_update(&mut self, body: &Value) -> Result<(), String> {
        let products = body["products"].as_array().map(Vec::as_slice).unwrap_or_default();
        let new = products.iter().filter(|product| self.0.get(&product["productCode"]).is_none());
        self.0.check_room(new.count())?;
        products.iter().filter_map(Value::as_object).try_for_each(|product| self.0.add_or_merge(product.clone()))
    }

    fn get(&mut self, parameters: &JsonObject) -> Result<Value, String> {
        self.0.find(value(parameters, "productCode")).map(|product| Value::Object(product.clone()))
    }

    /// Returns a page of the products that have one of the statuses, and the search text in code or name.
    fn list(&self, body: &Value) -> Value {
        let number = |name: &str| body[name].as_u64().and_then(|number| usize::try_from(number).ok()).unwrap_or(0);
        let take = match number("take") {
            0 => usize::MAX, // the documented example has 0, and would otherwise return nothing
            take => take,
        };
        let word = body["smartSearch"].as_str().unwrap_or_default().to_lowercase();
        let found = self.0.iter().filter(|product| {
            let within = |name| text(product, name).to_lowercase().contains(&word);
            has_status(product, &body["status"]) && (within("productCode") || within("productName"))
        });
        found.skip(number("skip")).take(take).cloned().map(Value::Object).collect()
    }

    /// Replaces quantities. Whether the API does that or adds them is not documented.
    fn set_stock(&mut self, body: &Value) -> Value {
        let outcome = |line: &Value| {
            let (code, qty) = (&line["productCode"], &line["qty"]);
            let product = self.0.find(code).map(|product| product.insert("qty".to_owned(), qty.clone()));
            let is_success = product.is_ok();
            let error = product.map_or_else(|message| json!({ "message": message }), |_| json!({}));
            json!({ "productCode": code, "qty": qty, "isSuccess": is_success, "error": error })
        };
        body.as_array().into_iter().flatten().map(outcome).collect()
    }
}

/// Whether a product has one of the statuses, 0 or 1; an empty list matches all products.
fn has_status(product: &JsonObject, statuses: &Value) -> bool {
    let status = i64::from(product.get("active").is_none_or(|active| *active == true));
    let statuses = statuses.as_array().map(Vec::as_slice).unwrap_or_default();
    statuses.is_empty() || statuses.iter().any(|other| *other == status)
}
