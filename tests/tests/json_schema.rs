//! The JSON schemas of the generated request types (feature `schemars`) agree with the spec's own examples.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use gofive_api::venio;
use gofive_spec::Spec;
use serde_json::{Value, json};

#[test]
fn documented_requests_fit_the_schemas_of_their_types() {
    let spec = Spec::parse(gofive_spec::VENIO).unwrap();
    for (operation, schema) in [
        ("add_case", schemars::schema_for!(venio::AddCaseRequest)),
        ("edit_case", schemars::schema_for!(venio::EditCaseRequest)),
        ("create_or_update_customer", schemars::schema_for!(venio::CreateOrUpdateCustomerRequest)),
        ("create_customer_satisfaction", schemars::schema_for!(venio::CreateCustomerSatisfactionRequest)),
        ("add_customer_event", schemars::schema_for!(venio::AddCustomerEventRequest)),
        ("edit_customer_event", schemars::schema_for!(venio::EditCustomerEventRequest)),
        ("get_customer_events", schemars::schema_for!(venio::GetCustomerEventsRequest)),
        ("create_or_update_products", schemars::schema_for!(venio::CreateOrUpdateProductsRequest)),
        ("update_product_stock", schemars::schema_for!(venio::UpdateProductStockRequest)),
        ("create_or_update_sales_order", schemars::schema_for!(venio::CreateOrUpdateSalesOrderRequest)),
        ("verify_serial_number", schemars::schema_for!(venio::VerifySerialNumberRequest)),
        ("authorize", schemars::schema_for!(venio::AuthorizeRequest)),
    ] {
        let schema = Value::from(schema);
        let validator = jsonschema::validator_for(&schema).unwrap();
        let examples = spec.operation(operation).unwrap().request_examples();
        assert!(!examples.is_empty(), "{operation}");
        for example in examples {
            let errors: Vec<_> = validator.iter_errors(&example.value).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{operation}: {}", example.name);
        }
        assert!(!validator.is_valid(&Value::from(1)), "{operation}: the schema accepts anything");
    }
}

#[test]
fn a_schema_describes_the_body_and_what_may_be_null_in_it() {
    let events = Value::from(schemars::schema_for!(venio::GetCustomerEventsRequest));
    let properties: Vec<_> = events["properties"].as_object().unwrap().keys().collect();
    assert_eq!(properties, ["dateFrom", "dateTo"], "the query is not part of the body");
    assert_eq!(events["additionalProperties"], true);
    let line = Value::from(schemars::schema_for!(venio::SalesOrderRequestLine));
    assert_eq!(line["required"], json!(["productCode"]));
    assert_eq!(line["properties"]["productName"]["type"], json!(["string", "null"]));
    let family = Value::from(schemars::schema_for!(gofive_api::empeo::UpdateEmployeeFamilyRequest));
    assert!(family["required"].as_array().unwrap().contains(&json!("contact")), "{family}");
    assert_eq!(family["properties"]["contact"]["type"], json!(["string", "null"]), "required, and may be null");
}
