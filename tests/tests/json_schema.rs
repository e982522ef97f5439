//! The JSON schemas of the generated request types (feature `schemars`) agree with the spec's own examples.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed, as it should")]

use gofive_api::venio;
use gofive_spec::Spec;
use serde_json::Value;

#[test]
fn documented_requests_fit_the_schemas_of_their_types() {
    let spec = Spec::parse(gofive_spec::VENIO).unwrap();
    for (operation, schema) in [
        ("add_case", schemars::schema_for!(venio::AddCase)),
        ("edit_case", schemars::schema_for!(venio::EditCase)),
        ("create_or_update_customer", schemars::schema_for!(venio::CreateOrUpdateCustomer)),
        ("create_customer_satisfaction", schemars::schema_for!(venio::CreateCustomerSatisfaction)),
        ("add_customer_event", schemars::schema_for!(venio::AddCustomerEvent)),
        ("edit_customer_event", schemars::schema_for!(venio::EditCustomerEvent)),
        ("get_customer_events", schemars::schema_for!(venio::CustomerEventPeriod)),
        ("create_or_update_products", schemars::schema_for!(venio::CreateOrUpdateProducts)),
        ("verify_serial_number", schemars::schema_for!(venio::VerifySerialNumber)),
        ("authorize", schemars::schema_for!(venio::AuthorizeRequest)),
    ] {
        let schema = Value::from(schema);
        let validator = jsonschema::validator_for(&schema).unwrap();
        let examples = spec.operation(operation).unwrap().request_examples();
        assert!(!examples.is_empty(), "{operation}");
        for (name, example) in examples {
            let errors: Vec<_> = validator.iter_errors(&example).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{operation}: {name}");
        }
        assert!(!validator.is_valid(&Value::from(1)), "{operation}: the schema takes anything");
    }
}
