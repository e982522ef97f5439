//! The JSON schemas of the generated request types (feature `schemars`) agree with the spec's own examples.

use gofive_api::venio;
use gofive_tests::{schemas, specs};
use serde_json::{Value, json};

#[test]
fn documented_requests_fit_the_schemas_of_their_types() {
    let specs = specs();
    let mut compared = 0;
    for (operation, schema) in schemas::requests() {
        let schema = Value::from(schema);
        let validator = jsonschema::validator_for(&schema).unwrap();
        let documented = specs.iter().find_map(|(_, spec)| spec.operation(operation)).unwrap();
        for example in documented.request_examples() {
            let errors: Vec<_> = validator.iter_errors(&example.value).map(|error| error.to_string()).collect();
            assert_eq!(errors, Vec::<String>::new(), "{operation}: {}", example.name);
            compared += 1;
        }
        assert!(!validator.is_valid(&Value::from(1)), "{operation}: the schema accepts anything");
    }
    assert!(compared > 20, "only {compared} examples");
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
